"""Complaints for who handles them, and the numbers that may be told to others. Reading only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, false, or_
from sqlmodel import Session, col, func, select

from basis.errors import NotFound
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.complaints import rules
from casework.complaints.rules import Against, ComplaintState, Outcome
from casework.complaints.tables import Complaint, ComplaintStep
from casework.organisations.tables import Organisation, OrganisationKind
from casework.vault import Vault

_REPORTED = (
    OrganisationKind.AGENCY,
    OrganisationKind.EMPLOYER,
    OrganisationKind.CLINIC,
    OrganisationKind.PROVIDER,
)


class Show(StrEnum):
    """The parts of the list. `MINE`: in the hands of the reader; `ADDED`: closed, and the reporter wrote more since."""

    OPEN = "open"
    OVERDUE = "overdue"
    MINE = "mine"
    ADDED = "added"
    CLOSED = "closed"


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which complaints an actor may know of: those of the office that the role reads, and none about the actor. The
    engine knows of none: it has nothing to do with them."""
    if actor.role is None or actor.user_id is None or actor.organisation_id is None:
        return false()
    readable = [one for one in Against if actor.role in rules.readers(one)]
    return and_(
        col(Complaint.office_id) == actor.organisation_id,
        col(Complaint.against).in_(readable),
        or_(col(Complaint.about_id).is_(None), col(Complaint.about_id) != actor.user_id),
    )


def listed(
    session: Session, actor: Actor, show: Show, today: date, *, limit: int, offset: int = 0
) -> tuple[list[Complaint], int]:
    """Complaints that the actor may know of, the nearest deadline first, and how many there are."""
    require(actor.role, Permission.HANDLE_COMPLAINTS)
    query = select(Complaint).where(visible(actor), _part(show, actor, today))
    rows = session.exec(query.order_by(col(Complaint.due_on), col(Complaint.id)).offset(offset).limit(limit)).all()
    return list(rows), count(session, actor, show, today)


def count(session: Session, actor: Actor, show: Show, today: date) -> int:
    """How many complaints of a part there are within the actor's reach."""
    query = select(func.count()).select_from(Complaint).where(visible(actor), _part(show, actor, today))
    return session.exec(query).one()


def find(session: Session, actor: Actor, complaint_id: UUID) -> Complaint:
    """A complaint, if the actor may know of it. Raises `Refused` (``role``), `NotFound` (``complaint``)."""
    require(actor.role, Permission.HANDLE_COMPLAINTS)
    row = session.exec(select(Complaint).where(Complaint.id == complaint_id, visible(actor))).one_or_none()
    if row is None:
        raise unknown()
    return row


def by_code(session: Session, vault: Vault, code: str) -> Complaint | None:
    """The complaint of a code, as its reporter types it: small letters, spaces and dashes do not matter."""
    index = vault.index("complaint code", plain_code(code))
    return session.exec(select(Complaint).where(Complaint.code_index == index)).one_or_none()


def plain_code(typed: str) -> str:
    """A code without what people add to it, and with the digits that they take for letters."""
    kept = "".join(one for one in typed.upper() if one.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


def steps_of(session: Session, complaint_id: UUID) -> list[ComplaintStep]:
    """The steps of a complaint, oldest first."""
    query = select(ComplaintStep).where(ComplaintStep.complaint_id == complaint_id)
    return list(session.exec(query.order_by(col(ComplaintStep.id))))


def colleagues(session: Session, office_id: UUID) -> list[Account]:
    """The people of an office whom a complaint may be about, by name."""
    query = select(Account).where(Account.organisation_id == office_id)
    return list(session.exec(query.order_by(col(Account.name), col(Account.id))))


def offices(session: Session) -> list[Organisation]:
    """The offices that take reports, by name."""
    query = select(Organisation).where(Organisation.kind == OrganisationKind.OFFICE, col(Organisation.active))
    return list(session.exec(query.order_by(col(Organisation.name), col(Organisation.id))))


def reported(session: Session) -> list[Organisation]:
    """Whom a report can name from a list: agencies, employers, clinics and providers, by name."""
    query = select(Organisation).where(col(Organisation.kind).in_(_REPORTED), col(Organisation.active))
    return list(session.exec(query.order_by(col(Organisation.name), col(Organisation.id))))


def without_handler(session: Session) -> list[Organisation]:
    """Offices in which nobody reads the reports about its staff."""
    read = select(Account.organisation_id).where(Account.role == Role.COMPLAINTS_OFFICER, col(Account.active))
    return [one for one in offices(session) if one.id not in set(session.exec(read))]


def unreadable(session: Session) -> list[Organisation]:
    """Offices with a complaint that waits and that nobody can read: who could has left, or it is about them."""
    nobody = and_(_waits(), ~or_(*(_has_reader(one) for one in Against)))
    found = set(session.exec(select(Complaint.office_id).where(nobody).distinct()))
    query = select(Organisation).where(col(Organisation.id).in_(found))
    return list(session.exec(query.order_by(col(Organisation.name), col(Organisation.id))))


def readers_of(session: Session, office_id: UUID, against: Against, about_id: UUID | None) -> list[Account]:
    """Who could read such a complaint."""
    query = select(Account).where(
        col(Account.active), Account.organisation_id == office_id, col(Account.role).in_(rules.readers(against))
    )
    return [one for one in session.exec(query) if one.id != about_id]


def counts_for(session: Session, organisation_ids: Iterable[UUID], on: date) -> Mapping[UUID, int | None]:
    """How many complaints there are about each organisation, as far as anybody may be told: None for fewer than
    `rules.FEWEST`, nought among them. One query.

    Those count that came in a month or longer before the first day of the month of `on`, and that were not found to be
    wrong by then: the number changes once a month, so that nobody can tell it from whom they met yesterday. What was
    put right this month counts from the next as well.
    """
    ids = list(organisation_ids)
    until = rules.counted_until(on)
    wrong = and_(col(Complaint.outcome) == Outcome.NOT_FOUNDED, col(Complaint.closed_on) <= until)
    before = func.coalesce(col(Complaint.counts_from) > on, false())
    counted = case((before, col(Complaint.counted_id)), else_=col(Complaint.organisation_id))
    either = or_(col(Complaint.organisation_id).in_(ids), col(Complaint.counted_id).in_(ids))
    query = select(counted).where(
        either, counted.in_(ids), Complaint.received_on <= until, ~func.coalesce(wrong, false())
    )
    found = Counter(session.exec(query))
    return {one: found[one] if found[one] >= rules.FEWEST else None for one in ids}


def unknown() -> NotFound:
    """``complaint``: there is none, or it is not the actor's to read; the answer is the same."""
    return NotFound("complaint", _("There is no such complaint, or it is not yours to read."), _("Open the list."))


def _part(show: Show, actor: Actor, today: date) -> ColumnElement[bool]:
    closed = col(Complaint.state) == ComplaintState.CLOSED
    match show:
        case Show.OPEN:
            return _waits()
        case Show.OVERDUE:
            return and_(_waits(), col(Complaint.due_on) < today)
        case Show.MINE:
            return and_(_waits(), col(Complaint.handler_id) == actor.user_id)
        case Show.ADDED:
            return and_(closed, col(Complaint.unread))
        case Show.CLOSED:
            return and_(closed, ~col(Complaint.unread))


def _waits() -> ColumnElement[bool]:
    """Somebody is to do something: it is not closed, or its reporter wrote more since."""
    return or_(col(Complaint.state) != ComplaintState.CLOSED, col(Complaint.unread))


def _has_reader(against: Against) -> ColumnElement[bool]:
    """Whether a complaint is about this side, and somebody can read it."""
    somebody = exists().where(
        col(Account.active),
        col(Account.organisation_id) == col(Complaint.office_id),
        col(Account.role).in_(rules.readers(against)),
        or_(col(Complaint.about_id).is_(None), col(Complaint.about_id) != col(Account.id)),
    )
    return and_(col(Complaint.against) == against, somebody)
