"""Book a journey; a changed booking takes the place of the earlier one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import InvalidInput
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.travel.tables import Itinerary
from casework.work import Work


class BookItinerary(BaseModel):
    """A journey as booked: places are written out, `met_by` says who meets the worker on arrival."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    departs_on: date
    carrier: str
    service_number: str
    origin: str
    destination: str
    met_by: str = ""


def book(work: Work, command: BookItinerary, expected_version: int | None = None) -> Itinerary:
    """Record a booking; the one before it is withdrawn. The planned departure of the case is not touched:
    whether the two agree is a requirement of its own."""
    require(work.actor.role, Permission.RECORD_TRAVEL)
    case = changes.change(work, command.case_id, expected_version)
    if command.departs_on < work.today:
        raise InvalidInput(
            "date_in_past", _("The day of departure lies in the past."), _("Correct the day of departure.")
        )
    row = Itinerary(
        case_id=case.id,
        departs_on=command.departs_on,
        carrier=recorded.text(command.carrier, _("carrier"), 120),
        service_number=recorded.text(command.service_number, _("flight or service number"), 40),
        origin=recorded.text(command.origin, _("origin"), 120),
        destination=recorded.text(command.destination, _("destination"), 120),
        met_by=recorded.text(command.met_by, _("met by"), needed=False),
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    query = select(Itinerary).where(Itinerary.case_id == case.id, col(Itinerary.withdrawn_on).is_(None))
    for earlier in work.session.exec(query):
        earlier.withdrawn_on = work.today
        work.session.add(earlier)
        work.record("travel.replaced", f"itinerary/{earlier.id}", case_id=case.id, data={"by": str(row.id)})
    work.session.add(row)
    work.record("travel.booked", f"itinerary/{row.id}", case_id=case.id)
    return row


def withdraw(work: Work, itinerary_id: UUID, reason: str, expected_version: int | None = None) -> Itinerary:
    """A booking was cancelled or found wrong; `reason` is a code of `recorded.WITHDRAW_REASONS`."""
    require(work.actor.role, Permission.RECORD_TRAVEL)
    return recorded.withdraw(work, Itinerary, itinerary_id, "travel.withdrawn", reason, expected_version)


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[Itinerary]:
    """All bookings of a case, oldest first."""
    changes.find(session, actor, case_id)
    query = select(Itinerary).where(Itinerary.case_id == case_id)
    return list(session.exec(query.order_by(col(Itinerary.id))))
