"""Officers of other offices who stand in: an office with one officer has nobody to be the second pair of eyes.

Standing in reaches the possible matches of an office and nothing else of it.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.cases import changes
from casework.cases.tables import Case
from casework.organisations.tables import Organisation, OrganisationKind
from casework.security.tables import StandIn
from casework.work import Work

LONGEST = timedelta(days=366)


class NameStandIn(BaseModel):
    """`email` of a security officer of another office; `office` is the code of the office that needs one."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    email: str
    office: str
    until: date


def reached(actor: Actor, on: date) -> ColumnElement[bool]:
    """Of which cases the actor may know the possible matches: those within reach (`changes.visible`), and for a
    security officer those of offices for which the account stands in on the day `on`."""
    if actor.role is not Role.SECURITY_OFFICER or actor.user_id is None:
        return changes.visible(actor)
    offices = select(StandIn.office_id).where(
        StandIn.account_id == actor.user_id,
        StandIn.begins_on <= on,
        StandIn.ends_on >= on,
        col(StandIn.withdrawn_on).is_(None),
    )
    return or_(changes.visible(actor), col(Case.office_id).in_(offices))


def name(work: Work, command: NameStandIn) -> StandIn:
    """Let an officer stand in from today. Who manages accounts decides it: they could as well make a new account.

    Raises `NotFound` (``account``, ``organisation``), `InvalidInput` (``stand_in``, ``stand_in_end``), `Conflict`
    (``stands_in``).
    """
    require(work.actor.role, Permission.MANAGE_ACCOUNTS)
    account = work.session.exec(select(Account).where(Account.email == command.email.strip().lower())).one_or_none()
    if account is None:
        raise NotFound("account", _("There is no account with this address."), _("Look at the list of accounts."))
    query = select(Organisation).where(
        Organisation.code == command.office, Organisation.kind == OrganisationKind.OFFICE
    )
    office = work.session.exec(query).one_or_none()
    if office is None:
        raise NotFound("organisation", _("There is no such office."), _("Look at the list of organisations."))
    if account.role is not Role.SECURITY_OFFICER or not account.active or account.organisation_id == office.id:
        raise InvalidInput(
            "stand_in",
            _("Only an active security officer of another office can stand in."),
            _("Choose such an account, or make one."),
        )
    if not work.today <= command.until <= work.today + LONGEST:
        raise InvalidInput(
            "stand_in_end",
            _("The last day lies in the past, or more than a year away."),
            _("Give a day within a year from today."),
        )
    for row in of_office(work.session, office.id, work.today):
        if row.account_id == account.id:
            raise Conflict("stands_in", _("This officer stands in for the office already."), _("End that one first."))
    row = StandIn(
        office_id=office.id,
        account_id=account.id,
        begins_on=work.today,
        ends_on=command.until,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    told = {"office": str(office.id), "until": command.until.isoformat()}
    work.record("account.stands_in", f"account/{account.id}", data=told)
    return row


def end(work: Work, row_id: UUID) -> None:
    """The officer stands in no longer, at once. Raises `NotFound` (``stand_in``)."""
    require(work.actor.role, Permission.MANAGE_ACCOUNTS)
    row = work.session.get(StandIn, row_id)
    if row is None or row.withdrawn_on is not None:
        raise NotFound("stand_in", _("Nobody stands in under this id."), _("Look at the list of accounts."))
    row.withdrawn_on = work.today
    work.session.add(row)
    told = {"office": str(row.office_id), "until": work.today.isoformat()}
    work.record("account.stood_in", f"account/{row.account_id}", data=told)


def of_office(session: Session, office_id: UUID, on: date) -> list[StandIn]:
    """Who stands in for an office on the day or later, in the order in which they were named."""
    query = select(StandIn).where(
        StandIn.office_id == office_id, StandIn.ends_on >= on, col(StandIn.withdrawn_on).is_(None)
    )
    return list(session.exec(query.order_by(col(StandIn.id))))
