"""predeparture case evidence: hand papers in, see their files, take one from the wrong worker, settle the same file."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from basis.errors import InvalidInput, NotFound
from basis.messages import _, _n
from cli.commands.cases import is_hidden
from cli.console import Sign, emit, line, table
from cli.opening import AsAccount, AsJson, acting, find_case, opened, read_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlmodel import Session

    from basis.messages import Message
    from casework.actor import Actor
    from casework.evidence.tables import EvidenceItem
    from checklists.programme import Programme
    from documents.installation import Installation

app = typer.Typer(no_args_is_help=True, help=str(_("Papers of a case and their files.")))

_DAY = ["%Y-%m-%d"]
Reference = Annotated[str, typer.Argument(metavar="CASE", help=str(_("The case's reference.")))]
Paper = Annotated[str, typer.Argument(metavar="PAPER", help=str(_("The paper's id, as `case evidence list` says it.")))]
Note = Annotated[str, typer.Option("--note", help=str(_("A note, kept sealed.")))]
Reason = Annotated[str, typer.Option("--reason", metavar="CODE", help=str(_("Why; a wrong code lists them all.")))]


@app.command("list", help=str(_("The papers of a case: how they stand, their files, what is to be looked at.")))
def list_all(reference: Reference, as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.accounts.rules import Permission, require
    from casework.cases.pinned import programme_of
    from casework.evidence import service as evidence

    installation = opened()
    actor = acting(installation, as_account)
    require(actor.role, Permission.SEE_IDENTITY)
    with installation.database.read() as session:
        case = find_case(session, actor, reference)
        programme = programme_of(installation.catalogue, case)
        items = [one for one in evidence.of_case(session, actor, case.id) if not _is_veiled(programme, one, actor)]
        papers = [_paper(session, actor, item) for item in items]
    if as_json:
        emit("case-evidence", case=case.reference, papers=papers)
        return
    table(
        (_("Paper"), _("Kind"), _("Subject"), _("State"), _("Files"), _("Virus scan"), _("To be looked at")),
        [
            (
                one["paper"],
                one["kind"],
                one["subject"],
                one["state"],
                len(one["files"]),
                ", ".join(sorted({file["scan"] for file in one["files"]})),
                _said_of_twins(one),
            )
            for one in papers
        ],
    )


def _is_veiled(programme: Programme, item: EvidenceItem, actor: Actor) -> bool:
    return any(is_hidden(stage.kind.value, actor.role) for stage, _asked in programme.asking_for(item.kind))


def _paper(session: Session, actor: Actor, item: EvidenceItem) -> dict[str, Any]:
    from casework.evidence import files, twins

    kept = files.files_of(session, item)
    ids = {file.id for file in kept}
    rows = [one for one in twins.of_workers(session, [item.worker_id]) if one.file_id in ids]
    return {
        "paper": str(item.id),
        "kind": item.kind,
        "subject": item.subject,
        "state": item.status.value,
        "files": [
            {"media_type": file.media_type, "size": file.size, "sha256": file.sha256, "scan": file.scan.value}
            for file in kept
        ],
        "same_file": [
            {
                "id": str(row.id),
                "settled": row.reason or None,
                "beside": [case.reference for case in twins.cases_beside(session, actor, row)],
            }
            for row in rows
        ],
    }


def _said_of_twins(paper: dict[str, Any]) -> str:
    waiting = [one for one in paper["same_file"] if one["settled"] is None]
    return (
        str(_("same file as of another worker: {ids}", ids=", ".join(one["id"] for one in waiting))) if waiting else ""
    )


@app.command("add", help=str(_("Hand in a paper with all its files: PDF, JPEG, PNG or HEIC, each at most 10 MB.")))
def add(
    reference: Reference,
    requirement: Annotated[str, typer.Argument(metavar="REQUIREMENT", help=str(_("What it is for, by its id.")))],
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help=str(_("Its files, in their order.")))],
    subject: Annotated[str, typer.Option("--subject", help=str(_("Country or module, where one is asked.")))] = "",
    number: Annotated[str, typer.Option("--number", help=str(_("The paper's own number.")))] = "",
    issuer: Annotated[str, typer.Option("--issuer", help=str(_("Who issued it.")))] = "",
    country: Annotated[str, typer.Option("--country", metavar="CC", help=str(_("Where it was issued.")))] = "",
    issued: Annotated[datetime | None, typer.Option("--issued", formats=_DAY, help=str(_("Day of issue.")))] = None,
    expires: Annotated[datetime | None, typer.Option("--expires", formats=_DAY, help=str(_("Last day.")))] = None,
    as_account: AsAccount = "",
) -> None:
    from casework.cases.pinned import programme_of
    from casework.evidence import service as evidence
    from casework.evidence.media import LARGEST_FILE
    from casework.evidence.service import AddEvidence
    from documents import incoming

    contents = [read_file(path, LARGEST_FILE) for path in paths]
    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        case = find_case(session, actor, reference)
    asked = programme_of(installation.catalogue, case).requirement(requirement)
    if asked is None:
        raise NotFound(
            "requirement",
            _("The programme of {case} has no requirement {name}.", case=reference, name=requirement),
            _("See its requirements with: predeparture case show {case}.", case=reference),
        )
    found = incoming.take(installation, actor, case.id, contents)
    command = AddEvidence(
        case_id=case.id,
        kind=asked[1].evidence,
        subject=subject,
        number=number,
        issuer=issuer,
        country=country or (subject if asked[1].each == "residence" else ""),
        days=_days(issued_on=issued, expires_on=expires),
        file=found[0],
        further=found[1:],
    )
    item = installation.database.run(actor, evidence.add, installation.files, command)
    said = _n("The paper was added with {count} file: {id}.", "The paper was added with {count} files: {id}.",
              len(found), id=str(item.id))  # fmt: skip
    line(said, Sign.GOOD)


def _days(**days: datetime | None) -> dict[str, date]:
    return {name: day.date() for name, day in days.items() if day is not None}


@app.command(
    "move", help=str(_("Take a paper from the wrong worker: it is sealed off, and handed in for the right one."))
)
def move(
    paper: Paper,
    reason: Reason,
    to: Annotated[
        str, typer.Option("--to", metavar="CASE", help=str(_("The right worker's case; without it, only sealed off.")))
    ] = "",
    note: Note = "",
    as_account: AsAccount = "",
) -> None:
    from casework.evidence import moving

    _known(reason, moving.REASONS)
    installation = opened()
    command = moving.MovePaper(item_id=_id(paper), to=to, reason=reason, note=note)
    actor = acting(installation, as_account)
    made = installation.database.run(actor, moving.move, installation.files, command)
    if made is None:
        line(_("The paper was sealed off; what stood on it is open again."), Sign.GOOD)
    else:
        line(_("The paper was handed in for {case}: {id}.", case=to, id=str(made.id)), Sign.GOOD)


@app.command("settle", help=str(_("Say what it is with a file that another worker has too.")))
def settle(
    reference: Reference,
    same: Annotated[str, typer.Argument(metavar="ID", help=str(_("As `case evidence list` says it.")))],
    reason: Reason,
    note: Note = "",
    as_account: AsAccount = "",
) -> None:
    from casework.evidence import twins

    _known(reason, twins.REASONS)
    installation = opened()
    actor = acting(installation, as_account)
    case_id = _case_id(installation, actor, reference)
    installation.database.run(actor, twins.settle, case_id, _id(same), reason, note)
    line(_("It was settled."), Sign.GOOD)


def _case_id(installation: Installation, actor: Actor, reference: str) -> UUID:
    with installation.database.read() as session:
        return find_case(session, actor, reference).id


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(
            "bad_id", _("This is not an id."), _("Copy it from: predeparture case evidence list CASE.")
        ) from None


def _known(code: str, reasons: Mapping[str, Message]) -> None:
    if code not in reasons:
        raise InvalidInput(
            "unknown_reason",
            _("There is no reason {code}.", code=code),
            _("Choose one of: {codes}.", codes=", ".join(reasons)),
        )


def add_to(cases_app: typer.Typer) -> None:
    """Hang the commands under ``case``."""
    cases_app.add_typer(app, name="evidence")
