"""What is known of journeys. Reading only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from casework.cases.rules import CaseLife, is_ended
from casework.cases.tables import Case, CaseMove
from casework.followups.rules import days_of
from casework.travel.rules import NOT_TAKEN, STANDS, JourneyAct, JourneyState
from casework.travel.tables import Itinerary, JourneyEvent, JourneyLeg
from checklists.programme import Since


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A booked journey that did not take place. `state` BOOKED: the case ended before it, and nobody has cancelled the
    booking. `by`: who cancelled it, a code of `rules.CANCELLED_BY`. `refund_expected` None where nobody said it."""

    itinerary_id: UUID
    state: JourneyState
    happened_on: date
    refund_expected: bool | None
    by: str = ""


def arrived_on(session: Session, case_ids: Collection[UUID]) -> Mapping[UUID, date]:
    """The day of the confirmed arrival of each case that arrived; one query for any number of cases.

    The life of the case says it, whoever confirmed it and how; a confirmation that was taken back does not count.
    """
    return _days(session, case_ids, Since.ARRIVAL)


def departed_on(session: Session, case_ids: Collection[UUID]) -> Mapping[UUID, date]:
    """The same for the confirmed departure; who turned back and prepares again has none."""
    return _days(session, case_ids, Since.DEPARTURE)


def _days(session: Session, case_ids: Collection[UUID], since: Since) -> dict[UUID, date]:
    moves: dict[UUID, list[CaseMove]] = defaultdict(list)
    query = select(CaseMove).where(col(CaseMove.case_id).in_(case_ids))
    for row in session.exec(query.order_by(col(CaseMove.recorded_at), col(CaseMove.id))):
        moves[row.case_id].append(row)
    days = {case_id: days_of(rows).get(since) for case_id, rows in moves.items()}
    return {case_id: day for case_id, day in days.items() if day is not None}


def not_taken(session: Session, case_ids: Collection[UUID]) -> Mapping[UUID, NotTaken]:
    """Of each case its last journey, where that did not take place and no other is booked; in three queries."""
    found = session.exec(select(Case.id, Case.life).where(col(Case.id).in_(case_ids)))
    lives = {case_id: CaseLife(life) for case_id, life in found}
    journeys: dict[UUID, list[Itinerary]] = defaultdict(list)
    query = select(Itinerary).where(col(Itinerary.case_id).in_(case_ids)).order_by(col(Itinerary.id))
    for row in session.exec(query):
        journeys[row.case_id].append(row)
    last = {case_id: one for case_id, rows in journeys.items() if (one := _not_taken(rows, lives[case_id]))}
    events: dict[UUID | None, JourneyEvent] = {}
    of_these = select(JourneyEvent).where(col(JourneyEvent.itinerary_id).in_([row.id for row in last.values()]))
    for event in session.exec(of_these.order_by(col(JourneyEvent.id))):
        events[event.itinerary_id] = event
    return {case_id: _told(row, events.get(row.id)) for case_id, row in last.items()}


def _not_taken(rows: Sequence[Itinerary], life: CaseLife) -> Itinerary | None:
    standing = [row for row in rows if row.state in STANDS]
    if standing:
        return standing[-1] if is_ended(life) and standing[-1].state is JourneyState.BOOKED else None
    ended = [row for row in rows if row.state in NOT_TAKEN]
    return ended[-1] if ended else None


def _told(row: Itinerary, event: JourneyEvent | None) -> NotTaken:
    if event is None:
        return NotTaken(row.id, row.state, row.withdrawn_on or row.departs_on, None)
    return NotTaken(row.id, row.state, event.happened_on, event.refund_expected, event.by)


def standing(session: Session, case_id: UUID) -> Itinerary | None:
    """The journey of a case that counts."""
    query = select(Itinerary).where(Itinerary.case_id == case_id, col(Itinerary.state).in_(STANDS))
    return session.exec(query.order_by(col(Itinerary.id).desc()).limit(1)).one_or_none()


def legs(session: Session, itinerary_ids: Collection[UUID]) -> dict[UUID, list[JourneyLeg]]:
    """The legs of bookings in their order."""
    found: dict[UUID, list[JourneyLeg]] = defaultdict(list)
    query = select(JourneyLeg).where(col(JourneyLeg.itinerary_id).in_(itinerary_ids))
    for row in session.exec(query.order_by(col(JourneyLeg.number))):
        found[row.itinerary_id].append(row)
    return found


def events(session: Session, case_id: UUID) -> list[JourneyEvent]:
    """What was recorded of the journeys of a case, oldest first."""
    query = select(JourneyEvent).where(JourneyEvent.case_id == case_id)
    return list(session.exec(query.order_by(col(JourneyEvent.recorded_at), col(JourneyEvent.id))))


def last_event(session: Session, case_id: UUID) -> JourneyEvent | None:
    """The last of them that was not taken back, None where there is none."""
    found: list[JourneyEvent] = []
    for event in events(session, case_id):
        if event.act is not JourneyAct.TAKE_BACK:
            found.append(event)
        elif found:
            found.pop()
    return found[-1] if found else None
