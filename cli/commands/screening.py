"""predeparture screen: a name, a file of people, or everybody against the lists in use. Beside it hang `watchlist` and
`mrz`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import InvalidInput
from basis.messages import _, _n
from cli.commands import watch_lists, zones
from cli.console import Sign, emit, line, progress, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened, read_file

if TYPE_CHECKING:
    from casework.security.active import Match
    from casework.security.asked import Doubt
    from documents.installation import Installation

_MOST = 20 * 2**20


def screen(
    name: Annotated[str, typer.Option("--name", help=str(_("The full name to look for.")))] = "",
    born: Annotated[
        str, typer.Option("--born", help=str(_("Birth date as far as it is known: 1986-04-02, 1986-04 or 1986.")))
    ] = "",
    nationality: Annotated[str, typer.Option("--nationality", help=str(_("Country, by name or code.")))] = "",
    document: Annotated[str, typer.Option("--document", help=str(_("Number of a passport or identity card.")))] = "",
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help=str(_("People to look for instead: a CSV file or a workbook."))),
    ] = None,
    everybody: Annotated[
        bool,
        typer.Option("--all", help=str(_("Compare all workers anew who are due, as the engine does after a load."))),
    ] = False,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.accounts.rules import Permission, require

    if bool(name.strip()) + (file is not None) + everybody != 1:
        raise InvalidInput(
            "one_of_three",
            _("Say whom to compare: a name, a file, or everybody."),
            _("Give one of --name, --file and --all."),
        )
    installation = opened()
    actor = acting(installation, as_account)
    require(actor.role, Permission.SCREEN)
    if everybody:
        _everybody(installation, actor, as_json=as_json)
    elif file is not None:
        _file(installation, file, as_json=as_json)
    else:
        _one(installation, name, {"born": born, "nationality": nationality, "document": document}, as_json=as_json)


def _one(installation: Installation, name: str, known: dict[str, str], *, as_json: bool) -> None:
    from casework.security.active import screen_people
    from casework.security.asked import ask

    asked = ask(name, **known)
    with installation.database.read() as session:
        lists = _lists(session)
        matches = screen_people(session, [asked.person])[0]
    found = [_match(one) for one in matches]
    doubts = [_doubt(one) for one in asked.doubts]
    if as_json:
        emit("screening", lists=lists, matches=found, doubts=doubts)
    else:
        _say_lists(lists)
        for one in asked.doubts:
            line(f"{one.message} {one.fix}", Sign.WARNING)
        _show_matches(found)
    if matches:
        raise typer.Exit(FINDINGS)


def _file(installation: Installation, file: Path, *, as_json: bool) -> None:
    from casework.batches.check import finding_json
    from casework.batches.rules import Severity
    from casework.security.active import active_lists, screen
    from casework.security.asked import read_people

    people = read_people(read_file(file, _MOST))
    rows: list[dict[str, Any]] = []
    with installation.database.read() as session, progress(_("Comparing with the lists")) as show:
        lists, sources = _lists(session), active_lists(session)
        for start in range(0, len(people.rows), 200):
            chunk = people.rows[start : start + 200]
            found = screen(sources, [row.person for row in chunk])
            rows += [
                {"row": row.row, "matches": [_match(one) for one in matches]}
                for row, matches in zip(chunk, found, strict=True)
            ]
            show(len(rows), len(people.rows))
    hits = [row for row in rows if row["matches"]]
    findings = [finding_json(one) for one in people.findings]
    refused = sum(one.severity is Severity.ERROR for one in people.findings)
    if as_json:
        counts = {"total": people.count, "compared": len(rows), "refused": refused, "with_matches": len(hits)}
        emit("screenings", lists=lists, rows=counts, matches=hits, findings=findings)
    else:
        _say_lists(lists)
        _show_findings(findings)
        for row in hits:
            line(_("Row {row}:", row=row["row"]))
            _show_matches(row["matches"])
        line(
            _(
                "{compared} of {total} rows were compared; {hits} with a possible match.",
                compared=len(rows),
                total=people.count,
                hits=len(hits),
            ),
            Sign.WARNING if hits or refused else Sign.GOOD,
        )
    if hits or refused:
        raise typer.Exit(FINDINGS)


def _everybody(installation: Installation, actor: Any, *, as_json: bool) -> None:
    from workflows.rescreening import rescreen

    with progress(_("Comparing workers with the lists")) as show:
        done = rescreen(installation, actor, show)
    if as_json:
        emit("rescreening", compared=done.compared, renewed=done.renewed, left=done.left)
    else:
        line(
            _n("{count} worker was compared anew.", "{count} workers were compared anew.", done.compared),
            Sign.GOOD,
        )


def _lists(session: Any) -> list[dict[str, str]]:
    from casework.security.active import active_lists

    return [{"name": one.name, "version": one.version} for one in active_lists(session)]


def _say_lists(lists: list[dict[str, str]]) -> None:
    line(_("Compared with: {lists}", lists="; ".join(f"{one['name']} {one['version']}" for one in lists)))


def _doubt(doubt: Doubt) -> dict[str, str]:
    return {"field": doubt.field, "code": doubt.code, "message": str(doubt.message), "fix": str(doubt.fix)}


def _match(match: Match) -> dict[str, Any]:
    score = match.candidate.score
    return {
        "list": match.source.name,
        "version": match.source.version,
        "reference": match.candidate.entry.reference,
        "matched": score.matched.full if score.matched else "",
        "score": score.value,
        "reasons": [
            {"code": reason.code, "points": reason.points, "message": str(reason.message)} for reason in score.reasons
        ],
    }


def _show_findings(findings: list[dict[str, Any]]) -> None:
    table(
        (_("Row"), _("Column"), _("Code"), _("What is wrong"), _("What to do")),
        [(one["row"], one["column"] or one["field"], one["code"], one["message"], one["fix"]) for one in findings],
    )


def _show_matches(found: list[dict[str, Any]]) -> None:
    columns = {"list": _("List"), "reference": _("Reference"), "matched": _("Listed name"), "score": _("Score")}
    table(
        (*columns.values(), _("Why")),
        [(*(one[key] for key in columns), " ".join(map(_said, one["reasons"]))) for one in found],
    )
    count = len(found)
    if count:
        line(_n("{count} possible match; a person must look.", "{count} possible matches; a person must look.", count))
    else:
        line(_("No possible match."), Sign.GOOD)


def _said(reason: dict[str, Any]) -> str:
    return f"{reason['message']} ({reason['points']:+})" if reason["points"] else str(reason["message"])


def add_to(app: typer.Typer) -> None:
    """Hang the commands under the outermost one."""
    app.add_typer(watch_lists.app, name="watchlist")
    app.command("screen", help=str(_("Compare people with the lists in use. Exit status 1 on a possible match.")))(
        screen
    )
    app.add_typer(zones.app, name="mrz")
