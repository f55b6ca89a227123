"""predeparture audit engagement open, close; predeparture audit sample verdict, sign."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from basis.messages import _
from cli.commands.audit_samples import Number, one_of
from cli.console import Sign, line
from cli.opening import AsAccount, acting, opened

if TYPE_CHECKING:
    from sqlmodel import Session

_DAY = ["%Y-%m-%d"]
Engagement = Annotated[str, typer.Argument(metavar="ENGAGEMENT", help=str(_("The engagement's number.")))]


def start(
    title: Annotated[str, typer.Option("--title", help=str(_("What it is called.")))],
    purpose: Annotated[str, typer.Option("--purpose", help=str(_("What it is for, in a sentence.")))],
    auditors: Annotated[
        list[str], typer.Option("--auditor", metavar="EMAIL", help=str(_("An auditor; the first one leads.")))
    ],
    until: Annotated[datetime, typer.Option("--until", formats=_DAY, help=str(_("Its last day.")))],
    since: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help=str(_("Its first day; today if not given.")))
    ] = None,
    offices: Annotated[
        list[str] | None, typer.Option("--office", metavar="CODE", help=str(_("An office it covers; else all.")))
    ] = None,
    programmes: Annotated[
        list[str] | None, typer.Option("--programme", metavar="ID", help=str(_("A programme it covers; else all.")))
    ] = None,
    as_account: AsAccount = "",
) -> None:
    from casework.auditing import engagements
    from casework.auditing.engagements import OpenEngagement

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        ids = _accounts(session, auditors)
        covered = tuple(_office(session, code) for code in offices or ())
    command = OpenEngagement(
        title=title,
        purpose=purpose,
        begins_on=since.date() if since else installation.database.today(),
        ends_on=until.date(),
        auditors=ids,
        lead=ids[0],
        offices=covered,
        programmes=tuple(programmes or ()),
    )
    row = installation.database.run(actor, engagements.start, installation.catalogue, command)
    line(_("Engagement {number} was opened.", number=row.number), Sign.GOOD)


def close(number: Engagement, as_account: AsAccount = "") -> None:
    from casework.auditing import engagements

    installation = opened()
    row = installation.database.run(acting(installation, as_account), engagements.close, number)
    line(_("Engagement {number} was closed; its auditors no longer reach anything by it.", number=row.number))


def verdict(
    number: Number,
    position: Annotated[int, typer.Argument(metavar="POSITION", help=str(_("The document's place in the sample.")))],
    said: Annotated[str, typer.Argument(metavar="VERDICT", help=str(_("agree, exception or not_examinable.")))],
    code: Annotated[str, typer.Option("--code", help=str(_("Why not agree: a reason of the list.")))] = "",
    note: Annotated[str, typer.Option("--note", help=str(_("In words; kept sealed.")))] = "",
    as_account: AsAccount = "",
) -> None:
    from casework.auditing import samples
    from casework.auditing.rules import STEP_WORDS, Verdict
    from casework.auditing.samples import GiveVerdict

    installation = opened()
    command = GiveVerdict(sample=number, position=position, verdict=one_of(Verdict, said), code=code, note=note)
    row = installation.database.run(acting(installation, as_account), samples.review, command)
    line(_("The verdict of the {step} was recorded.", step=STEP_WORDS[row.step]), Sign.GOOD)


def sign(
    number: Number,
    conclusion: Annotated[str, typer.Option("--conclusion", help=str(_("What the sample shows, in words.")))],
    as_account: AsAccount = "",
) -> None:
    from casework.auditing import samples

    installation = opened()
    row = installation.database.run(acting(installation, as_account), samples.sign, number, conclusion)
    line(_("Sample {number} was signed. The engine makes its report.", number=row.number), Sign.GOOD)


def _accounts(session: Session, emails: list[str]) -> tuple[UUID, ...]:
    from casework.accounts import service as accounts

    return tuple(accounts.find(session, email).id for email in emails)


def _office(session: Session, code: str) -> UUID:
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind

    return organisations.by_code(session, code, OrganisationKind.OFFICE).id


def add_to(engagements: typer.Typer, samples: typer.Typer) -> None:
    """Hang the commands into the groups of ``audit``."""
    engagements.command(
        "open", help=str(_("Open an engagement of auditors: what it covers, who works in it, until when."))
    )(start)
    engagements.command("close", help=str(_("End an engagement today.")))(close)
    samples.command(
        "verdict",
        help=str(_("Give the next verdict on a document of a sample: as first or second reader, or as lead.")),
    )(verdict)
    samples.command("sign", help=str(_("Sign a sample that is read to the end, as the lead auditor.")))(sign)
