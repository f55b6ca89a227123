"""predeparture document hand-over, disclosures, pack: what leaves the office, to whom and for what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO
from uuid import UUID

import typer

from basis.errors import Conflict, InvalidInput
from basis.messages import _, _n
from cli.commands.documents import one_of
from cli.console import Sign, emit, line, progress, table
from cli.opening import AsAccount, AsJson, acting, find_case, opened

if TYPE_CHECKING:
    from sqlmodel import Session

    from casework.actor import Actor
    from casework.certificates.tables import Certificate
    from casework.disclosures.queries import Pack
    from casework.disclosures.service import HandOver
    from casework.disclosures.tables import Disclosure
    from documents.installation import Installation

_DAY = ["%Y-%m-%d"]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help=str(_("The document's number.")))]
To = Annotated[str, typer.Option("--to", metavar="RECIPIENT", help=str(_("A wrong recipient lists them all.")))]
Purpose = Annotated[
    str, typer.Option("--purpose", metavar="CODE", help=str(_("What for; a wrong code lists them all.")))
]
Organisation = Annotated[
    str,
    typer.Option("--organisation", metavar="NAME", help=str(_("The body's name, never a person's."))),
]
FileNumber = Annotated[
    str, typer.Option("--reference", metavar="TEXT", help=str(_("A file number; for a court its order.")))
]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help=str(_("A new file.")))]


def hand_over(
    number: Number,
    to: To,
    purpose: Purpose,
    out: Out,
    organisation: Organisation = "",
    reference: FileNumber = "",
    copy: Annotated[int, typer.Option("--copy", min=0, help=str(_("The duplicate with this number.")))] = 0,
    as_account: AsAccount = "",
) -> None:
    from casework.certificates import queries
    from documents import reading

    installation = opened()
    actor = acting(installation, as_account)
    command = _command(to, purpose, organisation, reference)
    with installation.database.read() as session:
        row, _case = queries.find_number(session, actor, number)
    with new_file(out) as file:
        handed = (installation.archive, row.id, command, copy)
        _disclosure, _number, content = installation.database.run(actor, reading.hand_over, *handed)
        file.write(content)
    line(str(out))
    line(_("{number} was handed over; the disclosure is recorded.", number=row.number), Sign.GOOD)


def disclosures(
    number: Annotated[str, typer.Argument(metavar="[NUMBER]", help=str(_("The document's number.")))] = "",
    case: Annotated[str, typer.Option("--case", metavar="CASE", help=str(_("All of this case instead.")))] = "",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.accounts.rules import Permission, require

    if bool(number) == bool(case):
        raise InvalidInput("missing_value", _("It is not said of what."), _("Give a number, or a case with --case."))
    installation = opened()
    actor = acting(installation, as_account)
    require(actor.role, Permission.SEE_REGISTER)
    with installation.database.read() as session:
        found = _disclosed(session, actor, number, case)
    if as_json:
        emit("disclosures", disclosures=[_shape(*one) for one in found])
        return
    shapes = [_shape(*one) for one in found]
    names = {
        "disclosed_on": _("Day"),
        "number": _("Number"),
        "copy": _("Duplicate"),
        "recipient": _("Recipient"),
        "organisation": _("Organisation"),
        "purpose": _("Purpose"),
        "reference": _("Reference"),
    }
    table(tuple(names.values()), [tuple(one[name] or "" for name in names) for one in shapes])
    line(_n("{count} disclosure.", "{count} disclosures.", len(found)))


def pack(
    to: To,
    purpose: Purpose,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help=str(_("A new .pdf for the printer, or .zip of the signed files."))),
    ],
    cohort: Annotated[str, typer.Option("--cohort", metavar="CODE", help=str(_("All of this cohort.")))] = "",
    case: Annotated[list[str] | None, typer.Option("--case", metavar="CASE", help=str(_("All of this case.")))] = None,
    kind: Annotated[str, typer.Option("--kind", help=str(_("Of the whole register: this kind.")))] = "",
    state: Annotated[str, typer.Option("--state", help=str(_("Of the whole register: valid, expired, ...")))] = "",
    since: Annotated[
        datetime | None, typer.Option("--since", formats=_DAY, help=str(_("Of the whole register: issued since.")))
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", formats=_DAY, help=str(_("Of the whole register: issued until.")))
    ] = None,
    organisation: Organisation = "",
    reference: FileNumber = "",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from documents import packs
    from documents.packs import Form

    forms = {f".{form.value}": form for form in Form}
    form = forms[one_of(out.suffix.lower(), list(forms), _("kind of pack"))]
    filters = (kind, state, since.date() if since else None, until.date() if until else None)
    if sum((bool(cohort), bool(case), any(filters))) != 1:
        raise InvalidInput(
            "missing_value",
            _("It is not said, or said twice, which documents are meant."),
            _("Give --cohort, or --case, or filters of the register."),
        )
    installation = opened()
    actor = acting(installation, as_account)
    command = _command(to, purpose, organisation, reference)
    with installation.database.read() as session:
        found = _chosen(session, installation, actor, command, cohort, case or [], filters)
    with new_file(out) as file, progress(_("Packing")) as show:
        packed = packs.make(installation, actor, found, command, form, file, show)
    if as_json:
        emit(
            "pack",
            file=str(out),
            id=str(packed.id),
            documents=packed.documents,
            kept_back=[{"number": one.number, "kind": one.kind} for one in found.kept_back],
        )
        return
    line(str(out))
    count = packed.documents
    line(_n("{count} document was packed and recorded as disclosed.",
            "{count} documents were packed and recorded as disclosed.", count), Sign.GOOD)  # fmt: skip
    if found.kept_back:
        kept = len(found.kept_back)
        line(_n("{count} is not for this recipient and was left out.",
                "{count} are not for this recipient and were left out.", kept), Sign.WARNING)  # fmt: skip


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that nothing is overwritten with, for the owner alone; it is not there if the block fails."""
    try:
        file = path.open("xb")
    except FileExistsError:
        raise Conflict(
            "file_exists", _("There is a file named {file} already.", file=str(path)), _("Give another name.")
        ) from None
    except OSError:
        raise InvalidInput(
            "unwritable_file", _("The file {file} cannot be made.", file=str(path)), _("Check the folder.")
        ) from None
    try:
        with file:
            path.chmod(0o600)
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _command(to: str, purpose: str, organisation: str, reference: str) -> HandOver:
    from casework.certificates.release import known_purpose, known_recipient
    from casework.disclosures.service import HandOver

    recipient = known_recipient(to)
    return HandOver(recipient=recipient, purpose=known_purpose(purpose), organisation=organisation, reference=reference)


def _chosen(
    session: Session,
    installation: Installation,
    actor: Actor,
    command: HandOver,
    cohort: str,
    cases: list[str],
    filters: tuple[Any, ...],
) -> Pack:
    from casework.certificates.queries import RegisterFilter, Standing
    from casework.certificates.rules import KIND_WORDS
    from casework.cohorts import queries as cohorts
    from casework.disclosures import queries

    today = installation.database.today()
    if cohort:
        members = cohorts.members(session, actor, cohorts.by_code(session, actor, cohort))
        ids: list[UUID] = [case.id for case, _worker in members]
        return queries.pack_of_cases(session, actor, ids, command.recipient, today)
    if cases:
        ids = [find_case(session, actor, reference).id for reference in cases]
        return queries.pack_of_cases(session, actor, ids, command.recipient, today)
    kind, state, since, until = filters
    asked = RegisterFilter(
        kind=one_of(kind, list(KIND_WORDS), _("kind")) if kind else "",
        standing=Standing(one_of(state, list(Standing), _("state"))) if state else None,
        since=since,
        until=until,
    )
    return queries.pack_of_register(session, actor, asked, command.recipient, today)


def _disclosed(session: Session, actor: Actor, number: str, case: str) -> list[tuple[Disclosure, Certificate]]:
    from casework.certificates import queries
    from casework.disclosures import service

    if case:
        return service.of_cases(session, [find_case(session, actor, case).id])
    row, _case = queries.find_number(session, actor, number)
    return [(one, row) for one in service.of_document(session, row.id)]


def _shape(one: Disclosure, row: Certificate) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "copy": one.copy_number,
        "recipient": one.recipient.value,
        "organisation": one.organisation,
        "purpose": one.purpose,
        "reference": one.reference,
        "disclosed_on": one.disclosed_on.isoformat(),
        "sha256": one.sha256,
        "pack": str(one.pack_id) if one.pack_id else None,
        "by": one.recorded_by,
    }


def add_to(app: typer.Typer) -> None:
    app.command("hand-over", help=str(_("Write a document for somebody outside, and record it.")))(hand_over)
    app.command("disclosures", help=str(_("To whom a document, or those of a case, were handed over.")))(disclosures)
    app.command("pack", help=str(_("Many documents for one recipient: one PDF for the printer, or a ZIP.")))(pack)
