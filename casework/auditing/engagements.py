"""Open, change and close engagements; find one that the actor may work in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, delete, or_
from sqlmodel import Session, col, exists, select, true

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from basis.roles import Role
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.auditing import rules
from casework.auditing.tables import Engagement, EngagementAuditor, EngagementOffice, EngagementProgramme
from casework.certificates.service import take_number
from casework.organisations.tables import OrganisationKind
from casework.work import Work
from checklists.catalogue import Catalogue

PREFIX = "ENG"
Row = TypeVar("Row")


class OpenEngagement(BaseModel):
    """A new engagement. `auditors` are accounts, `lead` one of them; no office or programme means all of them."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    title: str
    purpose: str
    begins_on: date
    ends_on: date
    auditors: tuple[UUID, ...]
    lead: UUID
    offices: tuple[UUID, ...] = ()
    programmes: tuple[str, ...] = ()


def start(work: Work, catalogue: Catalogue, command: OpenEngagement) -> Engagement:
    """Open an engagement. A supervisor opens those of the own office.

    Raises `InvalidInput` (``date_order``, ``date_in_past``, ``no_auditor``, ``not_an_auditor``), `NotFound`, `Refused`
    (``other_office``).
    """
    require(work.actor.role, Permission.MANAGE_ENGAGEMENTS)
    rules.require_days(command.begins_on, command.ends_on, work.today)
    for office_id in command.offices:
        recorded.organisation(work, office_id, OrganisationKind.OFFICE)
    _require_own_scope(work.actor, command.offices)
    programmes = [catalogue.get(programme_id).id for programme_id in dict.fromkeys(command.programmes)]
    row = Engagement(
        number=take_number(work, PREFIX, work.today.year),
        title=recorded.text(command.title, _("title")),
        purpose=recorded.text(command.purpose, _("purpose"), rules.LONGEST_NOTE),
        begins_on=command.begins_on,
        ends_on=command.ends_on,
        opened_by=work.actor.key,
        opened_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    for office_id in dict.fromkeys(command.offices):
        work.session.add(EngagementOffice(engagement_id=row.id, office_id=office_id))
    for programme_id in programmes:
        work.session.add(EngagementProgramme(engagement_id=row.id, programme_id=programme_id))
    listed = _list_auditors(work, row, command.auditors, command.lead)
    data = {"number": row.number, "until": row.ends_on.isoformat(), "auditors": listed, "lead": str(command.lead)}
    data |= {"offices": sorted(map(str, command.offices)), "programmes": sorted(programmes)}
    work.record("engagement.opened", f"audit_engagement/{row.id}", data=data)
    return row


def change(work: Work, number: str, ends_on: date, auditors: Sequence[UUID], lead: UUID) -> Engagement:
    """Set another last day, and who works in it. What it covers stays: for that another one is opened."""
    row = _locked(work, number)
    if row.closed_on is not None:
        raise Conflict("engagement_over", _("This engagement was closed."), _("Open another one."))
    rules.require_days(row.begins_on, ends_on, work.today)
    row.ends_on = ends_on
    work.session.add(row)
    work.session.exec(delete(EngagementAuditor).where(col(EngagementAuditor.engagement_id) == row.id))
    listed = _list_auditors(work, row, auditors, lead)
    data = {"number": row.number, "until": ends_on.isoformat(), "auditors": listed, "lead": str(lead)}
    work.record("engagement.changed", f"audit_engagement/{row.id}", data=data)
    return row


def close(work: Work, number: str) -> Engagement:
    """End an engagement today; its auditors no longer reach anything by it."""
    row = _locked(work, number)
    if row.closed_on is not None:
        raise Conflict("engagement_over", _("This engagement was closed."), _("Look at its present state."))
    row.closed_on = work.today
    work.session.add(row)
    work.record("engagement.closed", f"audit_engagement/{row.id}", data={"number": row.number})
    return row


def visible(actor: Actor) -> ColumnElement[bool]:
    """Engagements that an actor may know of: administrators and the engine all, a supervisor those of the own office
    and those of all offices, an auditor the own ones."""
    if actor.role in (None, Role.ADMINISTRATOR):
        return true()
    if actor.role is Role.AUDITOR:
        return exists(
            select(EngagementAuditor.account_id).where(
                EngagementAuditor.engagement_id == Engagement.id, EngagementAuditor.account_id == actor.user_id
            )
        )
    offices = select(EngagementOffice.office_id).where(EngagementOffice.engagement_id == Engagement.id)
    return or_(~exists(offices), exists(offices.where(EngagementOffice.office_id == actor.organisation_id)))


def find(session: Session, actor: Actor, number: str) -> Engagement:
    """An engagement that the actor may know of. Raises `NotFound` (``engagement``)."""
    require(actor.role, Permission.SEE_ENGAGEMENTS)
    return _found(session.exec(select(Engagement).where(Engagement.number == number, visible(actor))).one_or_none())


def is_open(row: Engagement, on: date) -> bool:
    """As `access.is_open`, of one row."""
    return row.begins_on <= on <= row.ends_on and (row.closed_on is None or row.closed_on > on)


def require_auditor(session: Session, actor: Actor, row: Engagement, on: date) -> EngagementAuditor:
    """The actor's place in an engagement that is open.

    Raises `Refused` (``role``, ``person_needed``, ``engagement_over``), `NotFound` (``engagement``).
    """
    require(actor.role, Permission.AUDIT)
    if actor.user_id is None:
        raise Refused("person_needed", _("This is done by a person."), _("Sign in, or name the account with --as."))
    place = session.get(EngagementAuditor, (row.id, actor.user_id))
    found = _found(place)
    require_open(row, on)
    return found


def require_open(row: Engagement, on: date | None) -> None:
    """Raise `Refused` (``engagement_over``) unless an engagement is open on the day."""
    if on is None or not is_open(row, on):
        raise Refused(
            "engagement_over",
            _("The engagement {number} is not open today.", number=row.number),
            _("Ask a supervisor or an administrator to extend it."),
        )


def covers(session: Session, row: Engagement, office_id: UUID) -> bool:
    """Whether an office belongs to the scope."""
    named = select(EngagementOffice.office_id).where(EngagementOffice.engagement_id == row.id)
    offices = set(session.exec(named))
    return not offices or office_id in offices


def _require_own_scope(actor: Actor, offices: Sequence[UUID]) -> None:
    if actor.role is Role.SUPERVISOR and set(offices) != {actor.organisation_id}:
        raise Refused(
            "other_office",
            _("You can open engagements of your own office only."),
            _("Name your office; an administrator can open others."),
        )


def _locked(work: Work, number: str) -> Engagement:
    require(work.actor.role, Permission.MANAGE_ENGAGEMENTS)
    query = select(Engagement).where(Engagement.number == number, visible(work.actor)).with_for_update()
    row = _found(work.session.exec(query).one_or_none())
    if work.actor.role is Role.SUPERVISOR:
        named = select(EngagementOffice.office_id).where(EngagementOffice.engagement_id == row.id)
        _require_own_scope(work.actor, work.session.exec(named).all())
    return row


def _list_auditors(work: Work, row: Engagement, auditors: Sequence[UUID], lead: UUID) -> list[str]:
    wanted = list(dict.fromkeys(auditors))
    if not wanted or lead not in wanted:
        raise InvalidInput(
            "no_auditor",
            _("It is not said which auditors work in it, or the lead is not one of them."),
            _("Choose at least one auditor, and the lead among them."),
        )
    for account_id in wanted:
        account = work.session.get(Account, account_id)
        if account is None or account.role is not Role.AUDITOR or not account.active:
            raise InvalidInput(
                "not_an_auditor",
                _("Only accounts of auditors that may sign in work in an engagement."),
                _("Choose them from the list; an administrator can add accounts."),
            )
        work.session.add(EngagementAuditor(engagement_id=row.id, account_id=account_id, lead=account_id == lead))
    work.session.flush()
    return sorted(map(str, wanted))


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound(
            "engagement",
            _("There is no such engagement, or it is not one of yours."),
            _("Open it from the list of engagements."),
        )
    return row
