"""predeparture skills: who can do what and from when, and a demand against it. No names, no personal traits."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.messages import _
from cli.console import Sign, emit, line, table
from cli.opening import AsAccount, AsJson, acting, opened

if TYPE_CHECKING:
    from casework.skills.matching import MatchLine
    from casework.skills.queries import Line, Picture

app = typer.Typer(
    no_args_is_help=True,
    help=str(_("Workers by what they can do and when they are ready. Nobody is selected or ranked.")),
)

_DAY = ["%Y-%m-%d"]
_MOST = 1000
Occupation = Annotated[
    str, typer.Option("--occupation", metavar="ISCO", help=str(_("The beginning of an ISCO-08 code.")))
]
Language = Annotated[
    str, typer.Option("--language", metavar="CODE", help=str(_("A language (ISO 639-1), such as de.")))
]
Level = Annotated[str, typer.Option("--level", metavar="CEFR", help=str(_("Its level as a whole, at least.")))]
Skill = Annotated[
    list[str] | None,
    typer.Option("--skill", metavar="SKILL=CEFR", help=str(_("Of one skill, at least, such as speaking=B1."))),
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=_MOST, help=str(_("How many workers are shown.")))]


@app.command("search", help=str(_("Workers that fit, by the day on which they can be ready, then by reference.")))
def search(
    occupation: Occupation = "",
    language: Language = "",
    level: Level = "",
    skill: Skill = None,
    education: Annotated[
        int | None, typer.Option("--education", metavar="ISCED", help=str(_("At least this level, 0 to 8.")))
    ] = None,
    ready_by: Annotated[
        datetime | None, typer.Option("--ready-by", formats=_DAY, help=str(_("Who can be ready by this day.")))
    ] = None,
    programme: Annotated[str, typer.Option("--programme", metavar="ID", help=str(_("Only this programme.")))] = "",
    track: Annotated[str, typer.Option("--track", help=str(_("Only this track.")))] = "",
    cohort: Annotated[str, typer.Option("--cohort", metavar="CODE", help=str(_("Only this cohort.")))] = "",
    limit: Limit = 50,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.skills import queries
    from casework.skills.rules import Asked

    installation = opened()
    actor = acting(installation, as_account)
    if programme:
        programme = installation.catalogue.get(programme).id
    asked = Asked(
        occupation=occupation,
        language=language,
        level=level,
        skills=_skills(skill),
        isced=education,
        ready_by=ready_by.date() if ready_by else None,
        programme=programme,
        track=track,
        cohort=cohort,
    )
    today = installation.database.today()
    with installation.database.read() as session:
        found = queries.search(session, actor, asked, today, offset=0, limit=limit)
        drawn = queries.picture(session, actor, asked, today)
        workers = [_shape(one) for one in found.lines]
    if as_json:
        emit("skills", total=found.total, workers=workers, picture=_picture(drawn))
        return
    line(_("{count} fit.", count=found.total), Sign.GOOD)
    table(
        (_("Case"), _("Occupation"), _("Languages"), _("ISCED"), _("Ready about"), _("Programme"), _("Track")),
        [
            (
                one["case"],
                one["occupation"],
                " ".join(f"{code} {shown['level']}" for code, shown in one["languages"].items()),
                one["education"],
                one["ready_on"],
                one["programme"],
                one["track"],
            )
            for one in workers
        ],
    )


@app.command("match", help=str(_("A demand against the workers: what speaks for each and against. People decide.")))
def match(
    occupation: Occupation,
    count: Annotated[int, typer.Option("--count", help=str(_("How many workers are asked for.")))],
    from_day: Annotated[datetime, typer.Option("--from", formats=_DAY, help=str(_("The day they are needed from.")))],
    destination: Annotated[str, typer.Option("--destination", metavar="CC", help=str(_("The country.")))],
    language: Language = "",
    level: Level = "",
    skill: Skill = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.skills import matching
    from casework.skills.rules import CRITERION_WORDS, VERDICT_WORDS, Demand

    installation = opened()
    actor = acting(installation, as_account)
    demand = Demand(occupation, count, from_day.date(), destination.upper(), language, level, _skills(skill))
    today = installation.database.today()
    with installation.database.read() as session:
        found = matching.match(session, actor, installation.catalogue, demand, today, offset=0, limit=limit)
        workers = [_match(one) for one in found.lines]
    tally = found.tally
    counts = {"of_occupation": tally.of_occupation, "with_language": tally.with_language, "in_time": tally.in_time}
    if as_json:
        emit("skill-match", asked=count, total=found.total, counts=counts, workers=workers)
        return
    said = _(
        "{count} asked for; {all} of this occupation, {language} of them show the language, {ready} of these in time.",
        count=count,
        all=tally.of_occupation,
        language=tally.with_language,
        ready=tally.in_time,
    )
    line(said, Sign.GOOD)
    for one in found.lines:
        line(f"{one.line.case.reference} · {one.line.case.occupation}")
        for reason in one.reasons:
            line(f"  {CRITERION_WORDS[reason.criterion]}: {VERDICT_WORDS[reason.verdict]} · {reason.words}")


def _skills(given: list[str] | None) -> dict[str, str]:
    """Levels by skill, of ``speaking=B1``."""
    return {name.strip(): level.strip() for name, _sign, level in (one.partition("=") for one in given or ())}


def _shape(one: Line) -> dict[str, Any]:
    return {
        "case": one.case.reference,
        "occupation": one.case.occupation,
        "languages": {
            code: {"level": row.level, **row.skills, "tested_on": _day(row.tested_on)}
            for code, row in sorted(one.languages.items())
        },
        "education": one.isced,
        "ready_on": _day(one.ready_on),
        "cleared": one.case.life.value == "cleared",
        "programme": f"{one.case.programme_id} {one.case.programme_version}",
        "track": one.case.track,
    }


def _match(one: MatchLine) -> dict[str, Any]:
    reasons = [
        {
            "criterion": reason.criterion.value,
            "verdict": reason.verdict.value,
            "words": str(reason.words),
            "on": _day(reason.on),
        }
        for reason in one.reasons
    ]
    return {**_shape(one.line), "verdict": one.verdict.value, "reasons": reasons}


def _picture(drawn: Picture) -> dict[str, Any]:
    return {
        "months": [f"{day:%Y-%m}" for day in drawn.months],
        "occupations": [
            {
                "occupation": row.occupation,
                "cleared": row.cleared,
                "months": list(row.months),
                "later": row.later,
                "unknown": row.unknown,
            }
            for row in drawn.rows
        ],
    }


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
