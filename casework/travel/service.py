"""Book a journey, and record what becomes of it. A changed booking takes the place of the earlier one.

What moves the life of a case, or its planned departure, is done by `casework.cases.travelling`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.rules import BEFORE_DEPARTURE, CaseLife, is_ended
from casework.cases.tables import Case
from casework.evidence.tables import EvidenceItem
from casework.travel import queries, rules
from casework.travel.rules import JourneyAct, Leg, Local
from casework.travel.tables import Itinerary, JourneyEvent, JourneyLeg
from casework.vault import Vault
from casework.work import Work

_EVENTS: Mapping[JourneyAct, str] = {
    JourneyAct.REPLACE: "travel.replaced",
    JourneyAct.WITHDRAW: "travel.withdrawn",
    JourneyAct.CANCEL: "travel.cancelled",
    JourneyAct.DEFER: "travel.deferred",
    JourneyAct.MISS: "travel.missed",
    JourneyAct.DEPART: "travel.departed",
    JourneyAct.ARRIVE: "travel.arrived",
    JourneyAct.TURN_BACK: "travel.turned_back",
    JourneyAct.TAKE_BACK: "travel.taken_back",
}


class BookItinerary(BaseModel):
    """A journey as booked, of which only the day is known: places are written out."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    departs_on: date
    carrier: str
    service_number: str
    origin: str
    destination: str
    met_by: str = ""


class BookJourney(BaseModel):
    """A journey leg by leg. `escort` travels with the worker, `met_by` meets the worker on arrival; `ticket_number` and
    its day may be added later (`ticket`)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)

    case_id: UUID
    legs: tuple[Leg, ...]
    escort: str = ""
    met_by: str = ""
    booking_reference: str = ""
    ticket_number: str = ""
    ticket_issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """What is said of an act beside its day: codes of `rules`, a local time ``HH:MM``, a paper of the case."""

    clock: str = ""
    by: str = ""
    how: str = ""
    reason: str = ""
    place: str = ""
    refund_expected: bool | None = None
    new_departure: date | None = None
    evidence_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What is sealed of a booking, in clear; "" where it is not known."""

    booking_reference: str
    ticket_number: str


def book(work: Work, command: BookItinerary | BookJourney, expected_version: int | None = None) -> Itinerary:
    """Record a booking; the one before it is replaced. The planned departure of the case is not touched:
    whether the two agree is a requirement of its own.

    Raises `InvalidInput` (``date_in_past``, ``date_too_far``, ``date_in_future``, ``missing_value``, ``too_long``,
    and what `rules.check_legs` raises).
    """
    require(work.actor.role, Permission.RECORD_TRAVEL)
    case = changes.change(work, command.case_id, expected_version)
    asked = command if isinstance(command, BookJourney) else _one_leg(command)
    legs = [_clean(leg) for leg in asked.legs]
    rules.check_legs(legs)
    first, last = legs[0], legs[-1]
    recorded.planned(first.departs.day, _("day of departure"), work.today)
    row = Itinerary(
        case_id=case.id,
        departs_on=first.departs.day,
        arrives_on=last.arrives.day if last.arrives else None,
        carrier=first.carrier,
        service_number=first.service_number,
        origin=first.origin,
        destination=last.destination,
        escort=recorded.text(asked.escort, _("escort"), needed=False),
        met_by=recorded.text(asked.met_by, _("met by"), needed=False),
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    _seal(work, case, row, asked.booking_reference, asked.ticket_number, asked.ticket_issued_on)
    earlier = queries.standing(work.session, case.id)
    if earlier is not None:
        note(work, case, earlier, JourneyAct.REPLACE)
    work.session.add(row)
    work.session.flush()
    work.session.add_all(_leg_row(row, number, leg) for number, leg in enumerate(legs, start=1))
    work.record("travel.booked", f"itinerary/{row.id}", case_id=case.id)
    return row


def ticket(
    work: Work,
    itinerary_id: UUID,
    number: str,
    issued_on: date,
    booking_reference: str = "",
    expected_version: int | None = None,
) -> Itinerary:
    """Record that the ticket was issued; a number recorded before is written over, as the ticket was exchanged.

    Raises `NotFound` (``record``), `Conflict` (``journey_state``), `InvalidInput` (``date_in_future``,
    ``missing_value``).
    """
    require(work.actor.role, Permission.RECORD_TRAVEL)
    row, case = locked(work, itinerary_id, expected_version)
    rules.moved(row.state, JourneyAct.CANCEL)
    _seal(work, case, row, booking_reference, recorded.text(number, _("ticket number"), 40), issued_on)
    row.sequence += 1
    work.session.add(row)
    work.record("travel.ticketed", f"itinerary/{row.id}", case_id=case.id, happened_on=issued_on)
    return row


def withdraw(work: Work, itinerary_id: UUID, reason: str, expected_version: int | None = None) -> Itinerary:
    """A booking was found wrong; `reason` is a code of `recorded.WITHDRAW_REASONS`. What a carrier, worker or programme
    cancelled is recorded by `casework.cases.travelling.cancel`."""
    require(work.actor.role, Permission.RECORD_TRAVEL)
    recorded.known_reason(reason)
    row, case = locked(work, itinerary_id, expected_version)
    note(work, case, row, JourneyAct.WITHDRAW, detail=Detail(reason=reason))
    return row


def locked(
    work: Work, itinerary_id: UUID, expected_version: int | None = None, *, any_life: bool = False
) -> tuple[Itinerary, Case]:
    """A booking and its case, locked and its version raised. Raises `NotFound` (``record``)."""
    row = work.session.get(Itinerary, itinerary_id)
    if row is None:
        raise NotFound("record", _("There is no such record."), _("Open it from its case."))
    case = changes.change(work, row.case_id, expected_version, any_life=any_life)
    work.session.refresh(row)
    return row, case


def note(
    work: Work,
    case: Case,
    row: Itinerary | None,
    act: JourneyAct,
    happened_on: date | None = None,
    detail: Detail | None = None,
) -> JourneyEvent:
    """Record an act of the journey of a locked case, and what becomes of its booking (None: none was recorded).

    A booking that does not stand any more counts no longer for the preparation, unless the case has ended: then what
    it ended with stays as it was. Raises `Conflict` (``journey_state``), `InvalidInput` (``report``).
    """
    said, day = detail or Detail(), happened_on or work.today
    _check_evidence(work, case, said.evidence_id)
    if row is not None:
        row.state = rules.moved(row.state, act)
        row.sequence += 1
        if row.state in rules.STANDS:
            row.withdrawn_on = None
        elif not is_ended(case.life):
            row.withdrawn_on = work.today
        work.session.add(row)
    event = JourneyEvent(
        case_id=case.id,
        itinerary_id=row.id if row is not None else None,
        act=act,
        happened_on=day,
        clock=_clock(said.clock),
        by=said.by,
        how=said.how,
        reason=said.reason,
        place=said.place,
        refund_expected=said.refund_expected,
        new_departure=said.new_departure,
        evidence_id=said.evidence_id,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(event)
    work.record(_EVENTS[act], f"journey_event/{event.id}", case_id=case.id, happened_on=day, data=_told(said))
    work.session.flush()
    return event


def follow_life(
    work: Work, case: Case, start: CaseLife, reason: str, happened_on: date, detail: Detail | None = None
) -> None:
    """Let the journey of a locked case go after a move of its life from `start`; the life is the truth, however it was
    moved. `detail`: how it was confirmed, where that was said. A booking that was cancelled after the end counts no
    more when the end is reversed."""
    if is_ended(start) and case.life in BEFORE_DEPARTURE:
        _leave_out(work, case)
    act = rules.act_of(start, case.life, reason)
    if act is None:
        return
    row = queries.standing(work.session, case.id)
    known = row is not None and (row.state, act) in rules.TRANSITIONS
    note(work, case, row if known else None, act, happened_on, detail)


def _leave_out(work: Work, case: Case) -> None:
    query = select(Itinerary).where(Itinerary.case_id == case.id, col(Itinerary.state).not_in(rules.STANDS))
    for row in work.session.exec(query.where(col(Itinerary.withdrawn_on).is_(None))):
        row.withdrawn_on = work.today
        work.session.add(row)


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[Itinerary]:
    """All bookings of a case, oldest first."""
    changes.find(session, actor, case_id)
    query = select(Itinerary).where(Itinerary.case_id == case_id)
    return list(session.exec(query.order_by(col(Itinerary.id))))


def opened(vault: Vault, case: Case, row: Itinerary) -> Opened:
    """Reference and number, in clear: for those who book journeys."""

    def clear(name: str, content: bytes | None) -> str:
        return vault.open(case.worker_id, "itinerary", row.id, name, content).decode() if content else ""

    return Opened(
        clear("booking_reference", row.booking_reference),
        clear("ticket_number", row.ticket_number),
    )


def _one_leg(command: BookItinerary) -> BookJourney:
    leg = Leg(
        command.origin, command.destination, command.carrier, command.service_number, Local(command.departs_on), None
    )
    return BookJourney(case_id=command.case_id, legs=(leg,), met_by=command.met_by)


def _clean(leg: Leg) -> Leg:
    return Leg(
        origin=recorded.text(leg.origin, _("origin"), 120),
        destination=recorded.text(leg.destination, _("destination"), 120),
        carrier=recorded.text(leg.carrier, _("carrier"), 120),
        service_number=recorded.text(leg.service_number, _("flight or service number"), 40),
        departs=leg.departs,
        arrives=leg.arrives,
    )


def _leg_row(row: Itinerary, number: int, leg: Leg) -> JourneyLeg:
    arrives: dict[str, Any] = {}
    if leg.arrives is not None:
        arrives = {
            "arrives_on": leg.arrives.day,
            "arrives_time": leg.arrives.clock,
            "arrives_zone": leg.arrives.zone,
            "arrives_at": leg.arrives.instant,
        }
    return JourneyLeg(
        itinerary_id=row.id,
        number=number,
        origin=leg.origin,
        destination=leg.destination,
        carrier=leg.carrier,
        service_number=leg.service_number,
        departs_on=leg.departs.day,
        departs_time=leg.departs.clock,
        departs_zone=leg.departs.zone,
        departs_at=leg.departs.instant,
        **arrives,
    )


def _seal(
    work: Work, case: Case, row: Itinerary, booking_reference: str, ticket_number: str, issued_on: date | None
) -> None:
    """Keep what was given; what is empty stays as it was."""

    def sealed(name: str, value: str, field: Message) -> bytes | None:
        text = recorded.text(value, field, 40, needed=False)
        return work.vault.seal(case.worker_id, "itinerary", row.id, name, text.encode()) if text else None

    row.booking_reference = (
        sealed("booking_reference", booking_reference, _("booking reference")) or row.booking_reference
    )
    row.ticket_number = sealed("ticket_number", ticket_number, _("ticket number")) or row.ticket_number
    if issued_on is not None:
        row.ticket_issued_on = recorded.happened(issued_on, _("day of the ticket"), work.today)


def _check_evidence(work: Work, case: Case, evidence_id: UUID | None) -> None:
    if evidence_id is None:
        return
    item = work.session.get(EvidenceItem, evidence_id)
    if item is None or item.case_id != case.id or item.sealed_off_at is not None:
        raise InvalidInput(
            "report", _("The paper is none of the papers of this case."), _("Hand it in on the page of the case.")
        )


def _clock(text: str) -> str:
    """``HH:MM`` or "". Raises `InvalidInput` (``invalid_time``)."""
    if text:
        try:
            time.fromisoformat(text)
        except ValueError as error:
            raise _no_clock() from error
        if len(text) != 5:
            raise _no_clock()
    return text


def _no_clock() -> InvalidInput:
    return InvalidInput("invalid_time", _("The time is not one of a day."), _("Write it as 14:05."))


def _told(said: Detail) -> dict[str, Any]:
    """What an event may say: codes alone."""
    given = {"by": said.by, "how": said.how, "reason": said.reason, "place": said.place}
    return {name: value for name, value in given.items() if value}
