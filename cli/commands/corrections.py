"""predeparture document revoke, supersede, duplicate, scan: what becomes of a document after its issue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from basis.errors import Unavailable
from basis.messages import _
from cli.commands.handing import Number
from cli.console import Sign, line
from cli.opening import AsAccount, acting, opened, read_file

if TYPE_CHECKING:
    from casework.cases.correcting import Correct
    from casework.certificates.tables import Certificate
    from documents.installation import Installation

Reason = Annotated[str, typer.Option("--reason", metavar="CODE", help=str(_("Why; a wrong code lists them all.")))]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help=str(_("A note for the office alone, kept sealed.")))]
Tell = Annotated[
    bool, typer.Option("--tell", help=str(_("Tell the sentence of the reason to whoever checks the document.")))
]


def revoke(number: Number, reason: Reason, note: Note = "", tell: Tell = False, as_account: AsAccount = "") -> None:
    from casework.cases import correcting
    from casework.certificates.rules import REVOKE_REASONS

    installation, found = _found(number, as_account)
    _known(reason, list(REVOKE_REASONS))
    command = _command(found, reason, note, tell=tell)
    actor = acting(installation, as_account)
    installation.database.run(actor, correcting.revoke, installation.catalogue, command)
    line(_("{number} is revoked. Its stage is open again.", number=found.number), Sign.GOOD)


def supersede(number: Number, reason: Reason, note: Note = "", tell: Tell = False, as_account: AsAccount = "") -> None:
    from casework.cases import correcting
    from casework.certificates.rules import SUPERSEDE_REASONS

    installation, found = _found(number, as_account)
    _known(reason, list(SUPERSEDE_REASONS))
    command = _command(found, reason, note, tell=tell)
    actor = acting(installation, as_account)
    installation.database.run(actor, correcting.supersede, installation.catalogue, command)
    line(_("{number} is superseded. Its stage is signed off anew.", number=found.number), Sign.GOOD)


def duplicate(number: Number, reason: Reason, as_account: AsAccount = "") -> None:
    from casework.certificates.rules import DUPLICATE_REASONS
    from documents import duplicates
    from workflows.issuing import issue

    installation, found = _found(number, as_account)
    _known(reason, list(DUPLICATE_REASONS))
    copy = installation.database.run(acting(installation, as_account), duplicates.ask, found.id, reason)
    for sentence in issue(installation, [copy.id]).failures.values():
        raise Unavailable("not_made", _("The duplicate could not be made: {why}", why=sentence), None)
    said = _("Duplicate no. {copy} of {number} was made.", copy=copy.number, number=found.number)
    line(_("{said} Hand it over with: --copy {copy}.", said=said, copy=copy.number), Sign.GOOD)


def scan(
    number: Number,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=str(_("PDF, JPEG or PNG, at most 10 MB.")))],
    as_account: AsAccount = "",
) -> None:
    from casework.evidence.media import LARGEST_FILE
    from documents import scans

    content = read_file(file, LARGEST_FILE)
    installation, found = _found(number, as_account)
    actor = acting(installation, as_account)
    installation.database.run(actor, scans.add, installation.files, found.id, content)
    line(_("The scan was added to {number}.", number=found.number), Sign.GOOD)


def _found(number: str, as_account: str) -> tuple[Installation, Certificate]:
    from casework.certificates import queries

    installation = opened()
    with installation.database.read() as session:
        row, _case = queries.find_number(session, acting(installation, as_account), number)
    return installation, row


def _known(code: str, codes: list[str]) -> None:
    from cli.commands.documents import one_of

    one_of(code, codes, _("reason"))


def _command(found: Certificate, reason: str, note: str, *, tell: bool) -> Correct:
    from casework.cases.correcting import Correct

    return Correct(certificate_id=found.id, reason=reason, note=note, told=tell)


def add_to(app: typer.Typer) -> None:
    app.command("revoke", help=str(_("Revoke a document; its stage opens again, also what stands on it.")))(revoke)
    app.command("supersede", help=str(_("End a document as corrected; it is issued anew.")))(supersede)
    app.command("duplicate", help=str(_("Make a duplicate that says what it is.")))(duplicate)
    app.command("scan", help=str(_("Keep the scan of a paper that was signed or stamped by hand.")))(scan)
