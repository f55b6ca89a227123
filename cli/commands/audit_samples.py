"""predeparture audit sample: draw, show, repeat, and the report; predeparture audit engagement list."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from basis.errors import InvalidInput
from basis.messages import _, _n
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened

if TYPE_CHECKING:
    from sqlmodel import Session

    from casework.auditing.queries import ItemLine, Reproduced
    from casework.auditing.results import Results, Tally
    from casework.auditing.tables import Sample
    from casework.work import Work
    from documents.installation import Installation

samples = typer.Typer(no_args_is_help=True, help=str(_("Samples of issued documents that auditors draw and read.")))
engagements = typer.Typer(
    no_args_is_help=True, help=str(_("Engagements of auditors: what they cover, and until when."))
)

_DAY = ["%Y-%m-%d"]
Number = Annotated[str, typer.Argument(metavar="SAMPLE", help=str(_("The sample's number.")))]


@engagements.command("list", help=str(_("The engagements, the last one opened first.")))
def list_engagements(as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.auditing import queries
    from casework.auditing.engagements import is_open

    installation = opened()
    actor, today = acting(installation, as_account), installation.database.today()
    with installation.database.read() as session:
        found: list[dict[str, Any]] = [
            {
                "number": one.row.number,
                "title": one.row.title,
                "begins_on": one.row.begins_on.isoformat(),
                "ends_on": one.row.ends_on.isoformat(),
                "closed_on": one.row.closed_on.isoformat() if one.row.closed_on else None,
                "open": is_open(one.row, today),
                "offices": [row.code for row in one.offices],
                "programmes": list(one.programmes),
                "auditors": [row.email for row in one.auditors],
            }
            for one in queries.listed(session, actor)
        ]
    if as_json:
        emit("engagements", engagements=found)
        return
    table(
        (_("Number"), _("Title"), _("From"), _("Until"), _("Open"), _("Auditors, the lead first")),
        [
            (*(row[name] for name in ("number", "title", "begins_on", "ends_on")),
             _("yes") if row["open"] else _("no"), ", ".join(row["auditors"]))
            for row in found
        ],
    )  # fmt: skip


@samples.command(
    "draw", help=str(_("Freeze the documents that fit and draw from them, as an auditor of the engagement."))
)
def draw(
    engagement: Annotated[str, typer.Argument(metavar="ENGAGEMENT", help=str(_("The engagement's number.")))],
    size: Annotated[int, typer.Option("--size", help=str(_("How many documents.")))],
    method: Annotated[str, typer.Option("--method", help=str(_("random, stratified or risk.")))] = "random",
    strata: Annotated[str, typer.Option("--strata", help=str(_("kind, agency, programme or person.")))] = "",
    seed: Annotated[str, typer.Option("--seed", help=str(_("Repeats a draw; made here if it is not given.")))] = "",
    second_share: Annotated[
        int, typer.Option("--second-share", help=str(_("Percent that a second person reads in any case.")))
    ] = 10,
    confidence: Annotated[int, typer.Option("--confidence", help=str(_("Of the limits: 90, 95 or 99 percent.")))] = 95,
    kind: Annotated[str, typer.Option("--kind", help=str(_("Only this kind of document.")))] = "",
    programme: Annotated[str, typer.Option("--programme", metavar="ID", help=str(_("Only this programme.")))] = "",
    standing: Annotated[
        str, typer.Option("--standing", help=str(_("Only: valid, expired, superseded or revoked.")))
    ] = "",
    since: Annotated[
        datetime | None, typer.Option("--since", formats=_DAY, help=str(_("Issued on this day or later.")))
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", formats=_DAY, help=str(_("Issued on this day or earlier.")))
    ] = None,
    agency: Annotated[str, typer.Option("--agency", metavar="CODE", help=str(_("Only cases of this agency.")))] = "",
    office: Annotated[str, typer.Option("--office", metavar="CODE", help=str(_("Only cases of this office.")))] = "",
    person: Annotated[
        str, typer.Option("--person", metavar="EMAIL", help=str(_("Only what this account decided or answers for.")))
    ] = "",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.auditing import samples as service
    from casework.auditing.drawing import Method
    from casework.auditing.population import Asked
    from casework.auditing.rules import Strata
    from casework.auditing.samples import DrawSample
    from casework.certificates.queries import Standing

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        ids = _ids(session, agency, office, person)
    command = DrawSample(
        engagement=engagement,
        asked=Asked(
            kind=kind,
            programme=programme,
            standing=one_of(Standing, standing) if standing else None,
            since=since.date() if since else None,
            until=until.date() if until else None,
            **ids,
        ),
        method=one_of(Method, method),
        strata=one_of(Strata, strata) if strata else None,
        size=size,
        seed=seed,
        second_share=second_share,
        confidence=confidence,
    )
    row = installation.database.run(actor, service.draw, command)
    _tell(installation, as_account, row.number, as_json=as_json)


@samples.command("show", help=str(_("A sample: how it was drawn, where its documents stand, what they say.")))
def show(number: Number, as_json: AsJson = False, as_account: AsAccount = "") -> None:
    _tell(opened(), as_account, number, as_json=as_json)


@samples.command(
    "reproduce", help=str(_("Draw again from what is kept; exit status 1 if anything else comes out than then."))
)
def reproduce(
    number: Number,
    population: Annotated[
        Path | None, typer.Option("--population", metavar="FILE", help=str(_("Write the list that was drawn from.")))
    ] = None,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.auditing import queries
    from casework.auditing import samples as service

    installation = opened()
    actor, today = acting(installation, as_account), installation.database.today()
    with installation.database.read() as session:
        sample, engagement = service.find(session, actor, number)
        again = queries.reproduce(session, sample, engagement, today)
    if population is not None:
        population.write_text(sample.population, encoding="utf-8")
    good = again.same and again.hash_fits
    if as_json:
        emit("sample-reproduced", **_again(sample, again))
    else:
        kept = _("The list that is kept has the SHA-256 that was kept with it.")
        lost = _("The list that is kept has another SHA-256 than the one that was kept with it.")
        line(kept if again.hash_fits else lost, Sign.GOOD if again.hash_fits else Sign.BAD)
        same, other = _("The draw is the same."), _("The draw is not the same.")
        line(same if again.same else other, Sign.GOOD if again.same else Sign.BAD)
        for changed in again.changed:
            line(_("{number} is {standing} now.", number=changed.number, standing=changed.standing.value), Sign.WARNING)
        if again.added:
            line(_n("The filter finds {count} more today.", "The filter finds {count} more today.", len(again.added)))
    if not good:
        raise typer.Exit(FINDINGS)


@samples.command(
    "report", help=str(_("Write the signed report of a sample as a PDF; the history records who took it."))
)
def report(
    number: Number,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help=str(_("A new file.")))],
    as_account: AsAccount = "",
) -> None:
    installation = opened()
    actor = acting(installation, as_account)
    name, content = installation.database.run(actor, _hand_out, installation, number)
    with to.open("xb") as file:
        to.chmod(0o600)
        file.write(content)
    line(_("{report} was written to {file}.", report=name, file=str(to)), Sign.GOOD)


def _hand_out(work: Work, installation: Installation, number: str) -> tuple[str, bytes]:
    from casework.auditing import queries

    row = queries.issued_report(work.session, work.actor, number)
    work.record("audit_report.read", f"audit_report/{row.id}", data={"number": row.number})
    return row.number, installation.archive.read(str(row.id))


def _tell(installation: Installation, as_account: str, number: str, *, as_json: bool) -> None:
    from casework.auditing import queries
    from casework.auditing import samples as service
    from casework.auditing.rules import ITEM_WORDS, VERDICT_WORDS

    actor = acting(installation, as_account)
    with installation.database.read() as session:
        sample, engagement = service.find(session, actor, number)
        lines = queries.work_list(session, sample)
        found = queries.results_of(sample, lines)
        report = queries.report_of(session, sample)
    if as_json:
        known = report.number if report and report.sha256 else None
        emit("sample", **_shape(sample, engagement.number, lines, found, known))
        return
    line(f"{sample.number} · {engagement.number} · {sample.method.value} · {sample.state.value}")
    line(_("{size} of {population} documents, seed {seed}", size=sample.size, population=sample.population_size,
           seed=sample.seed))  # fmt: skip
    line(_("SHA-256 of the population: {digest}", digest=sample.population_sha256))
    table(
        (_("No."), _("Document"), _("Stratum"), _("Stands"), _("Verdict")),
        [
            (
                one.item.position,
                one.certificate.number,
                one.item.stratum,
                ITEM_WORDS[one.state],
                VERDICT_WORDS[one.outcome.verdict] if one.outcome else "",
            )
            for one in lines
        ],
    )
    whole = found.whole
    line(_("{done} of {drawn} read, {counted} count as exceptions.", done=whole.done, drawn=whole.drawn,
           counted=whole.counted))  # fmt: skip


def _shape(
    sample: Sample, engagement: str, lines: list[ItemLine], found: Results, report: str | None
) -> dict[str, Any]:
    return {
        "number": sample.number,
        "engagement": engagement,
        "state": sample.state.value,
        "asked": sample.asked,
        "method": sample.method.value,
        "strata_by": sample.strata.value if sample.strata else None,
        "size": sample.size,
        "seed": sample.seed,
        "second_share": sample.second_share,
        "confidence": sample.confidence,
        "population": sample.population_size,
        "population_sha256": sample.population_sha256,
        "drawn_on": sample.drawn_on.isoformat(),
        "signed_on": sample.signed_on.isoformat() if sample.signed_on else None,
        "report": report,
        "items": [
            {
                "position": one.item.position,
                "document": one.certificate.number,
                "stratum": one.item.stratum,
                "state": one.state.value,
                "verdict": one.outcome.verdict.value if one.outcome else None,
                "code": one.outcome.code if one.outcome else None,
            }
            for one in lines
        ],
        "results": {
            **_tally(found.whole),
            "clopper_pearson": _limits(found.binomial),
            "weighted_rate": found.weighted,
            "codes": dict(found.codes),
        },
        "strata": {name: _tally(one) for name, one in found.strata.items()},
    }


def _tally(found: Tally) -> dict[str, Any]:
    return {
        "population": found.population,
        "drawn": found.drawn,
        "read": found.done,
        "agree": found.agree,
        "exceptions": found.exceptions,
        "not_examinable": found.not_examinable,
        "rate": found.rate,
        "limits": _limits(found.limits),
    }


def _limits(found: Any) -> dict[str, float] | None:
    return {"low": found.low, "high": found.high} if found else None


def _again(sample: Sample, again: Reproduced) -> dict[str, Any]:
    return {
        "sample": sample.number,
        "same": again.same,
        "population_fits": again.hash_fits,
        "drawn": [one.number for one in again.drawn],
        "changed": [{"document": one.number, "standing": one.standing.value} for one in again.changed],
        "added": list(again.added),
    }


def _ids(session: Session, agency: str, office: str, person: str) -> dict[str, UUID]:
    """Ids of what people name by code or address."""
    from casework.accounts import service as accounts
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind

    found = {}
    if agency:
        found["agency"] = organisations.by_code(session, agency, OrganisationKind.AGENCY).id
    if office:
        found["office"] = organisations.by_code(session, office, OrganisationKind.OFFICE).id
    if person:
        found["person"] = accounts.find(session, person).id
    return found


def one_of(kind: Any, text: str) -> Any:
    """The member of an enum. Raises `InvalidInput` (``unknown_filter``) with those there are."""
    if text not in set(kind):
        raise InvalidInput(
            "unknown_filter",
            _("There is no {text} among the answers.", text=text),
            _("Use one of: {names}.", names=", ".join(kind)),
        )
    return kind(text)


def add_to(audit: typer.Typer) -> None:
    """Hang the groups under ``audit``."""
    audit.add_typer(engagements, name="engagement")
    audit.add_typer(samples, name="sample")
