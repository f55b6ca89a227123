"""What becomes of a journey where it moves the life of a case or its plan. Part of `cases.service`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import select

from basis.errors import Conflict, InvalidInput
from basis.messages import Message, _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes, service
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.rules import REVERSAL, CaseLife, is_ended
from casework.cases.service import MoveCase, ReplanCase
from casework.cases.tables import Case
from casework.travel import queries, rules
from casework.travel import service as travel
from casework.travel.rules import JourneyAct, JourneyState
from casework.travel.service import Detail
from casework.travel.tables import Itinerary, JourneyEvent
from casework.work import Work
from checklists.catalogue import Catalogue

BACK: Final = {JourneyAct.DEPART: CaseLife.CLEARED, JourneyAct.ARRIVE: CaseLife.DEPARTED}
"""Where a case goes when the confirmation is taken back."""


class _Command(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID


class ConfirmDeparture(_Command):
    """Who confirmed that the worker left, and how: codes of `travel.rules`."""

    happened_on: date
    by: str
    how: str
    evidence_id: UUID | None = None


class ConfirmArrival(_Command):
    """Who confirmed the arrival; `clock` is the local time, ``HH:MM`` or ""."""

    happened_on: date
    by: str
    clock: str = ""
    evidence_id: UUID | None = None


class CancelJourney(_Command):
    """Who cancelled it, a code of `travel.rules.CANCELLED_BY`, and whether money comes back from the carrier."""

    happened_on: date
    by: str
    refund_expected: bool


class MissJourney(_Command):
    """The worker did not come. `ends_as`: the case ends with it, for this reason of a case that is withdrawn; ""
    leads back to the preparation."""

    happened_on: date
    reason: str
    refund_expected: bool
    ends_as: str = ""


class TurnBack(_Command):
    """The worker was turned back at `place`. `again`: the case is prepared again; else one that had departed has
    returned, and one that had not waits for a decision. Whether the fare comes back counts as for a cancellation."""

    happened_on: date
    place: str
    reason: str
    refund_expected: bool
    again: bool


class NewDate(_Command):
    """Another day for the journey; `reason`: a code of `travel.rules.DEFER_REASONS`, needed where a booking for another
    day stands, which is deferred."""

    departs_on: date
    reason: str = ""


def confirm_departure(
    work: Work, catalogue: Catalogue, command: ConfirmDeparture, expected_version: int | None = None
) -> Case:
    """Move a cleared case to departed, and keep who said so and how. Raises what `service.move` does, and
    `InvalidInput` (``unknown_reason``, ``report``)."""
    detail = Detail(
        by=_code(command.by, rules.DEPARTURE_BY),
        how=_code(command.how, rules.DEPARTURE_HOW),
        evidence_id=command.evidence_id,
    )
    to = MoveCase(
        case_id=command.case_id,
        to=CaseLife.DEPARTED,
        reason="departure_confirmed",
        happened_on=command.happened_on,
    )
    return service.move(work, catalogue, to, expected_version, travelled=detail)


def confirm_arrival(
    work: Work, catalogue: Catalogue, command: ConfirmArrival, expected_version: int | None = None
) -> Case:
    """Move a departed case to arrived. Raises what `service.move` does, and `InvalidInput` (``unknown_reason``,
    ``invalid_time``, ``report``)."""
    detail = Detail(clock=command.clock, by=_code(command.by, rules.ARRIVAL_BY), evidence_id=command.evidence_id)
    to = MoveCase(
        case_id=command.case_id, to=CaseLife.ARRIVED, reason="arrival_confirmed", happened_on=command.happened_on
    )
    return service.move(work, catalogue, to, expected_version, travelled=detail)


def cancel(
    work: Work, catalogue: Catalogue, command: CancelJourney, expected_version: int | None = None
) -> JourneyEvent:
    """Cancel the booking, also of a case that has ended before its journey. Raises `Conflict` (``no_journey``,
    ``journey_state``), `InvalidInput`."""
    case, row = _booked(work, command.case_id, command.happened_on, expected_version, any_life=True)
    detail = Detail(by=_code(command.by, rules.CANCELLED_BY), refund_expected=command.refund_expected)
    return _settle(work, catalogue, case, row, JourneyAct.CANCEL, command.happened_on, detail)


def miss(work: Work, catalogue: Catalogue, command: MissJourney, expected_version: int | None = None) -> JourneyEvent:
    """The worker did not come: the case is prepared again, or ends as withdrawn.

    Raises `Conflict` (``no_journey``, ``journey_state``), `InvalidInput` (``too_early``, ``unknown_reason``).
    """
    case, row = _booked(work, command.case_id, command.happened_on, expected_version)
    _require_begun(row, command.happened_on)
    detail = Detail(reason=_code(command.reason, rules.MISS_REASONS), refund_expected=command.refund_expected)
    event = _settle(work, catalogue, case, row, JourneyAct.MISS, command.happened_on, detail)
    if command.ends_as:
        end = MoveCase(case_id=case.id, to=CaseLife.WITHDRAWN, reason=command.ends_as, happened_on=command.happened_on)
        service.move(work, catalogue, end)
    return event


def turn_back(work: Work, catalogue: Catalogue, command: TurnBack, expected_version: int | None = None) -> Case:
    """The worker was turned back, before the departure was confirmed or after.

    Raises `Conflict` (``no_journey``, ``journey_state``, ``no_such_move``, ``arrived``, ``ended``), `InvalidInput`
    (``too_early``, ``unknown_reason``, ``place``).
    """
    require(work.actor.role, Permission.MOVE_CASES)
    detail = Detail(
        reason=_code(command.reason, rules.TURN_BACK_REASONS),
        place=_code(command.place, rules.PLACES),
        refund_expected=command.refund_expected,
    )
    recorded.happened(command.happened_on, _("day"), work.today)
    case = changes.find(work.session, work.actor, command.case_id)
    if case.life is CaseLife.DEPARTED:
        to = CaseLife.OPEN if command.again else CaseLife.RETURNED
        move = MoveCase(case_id=case.id, to=to, reason=rules.TURNED_BACK, happened_on=command.happened_on)
        return service.move(work, catalogue, move, expected_version, travelled=detail)
    if case.life is CaseLife.ARRIVED:
        raise Conflict(
            "arrived",
            _("The arrival of this worker is confirmed."),
            _("Who came back later has returned: record that as the end of the case. If the arrival was confirmed in "
              "error, a supervisor takes it back first."),
        )  # fmt: skip
    if is_ended(case.life):
        raise changes.ended(case)
    if command.place != "departure":
        raise InvalidInput(
            "place",
            _("The departure of this worker was not confirmed."),
            _("Confirm the departure first, or say that the worker was turned back where the journey begins."),
        )
    case, row = _booked(work, command.case_id, command.happened_on, expected_version)
    # For a journey after midnight it is the evening before.
    _require_begun(row, command.happened_on + timedelta(days=1))
    _settle(work, catalogue, case, row, JourneyAct.TURN_BACK, command.happened_on, detail)
    return case


def new_date(work: Work, catalogue: Catalogue, command: NewDate, expected_version: int | None = None) -> Case:
    """Plan the departure for another day: a booking for another one is deferred, and what does not hold until then
    opens again (`replanning.effect` says beforehand what that is).

    Raises `InvalidInput` (``date_in_past``, ``unknown_reason``, ``same_day``), `Conflict` (``journey_state``).
    """
    require(work.actor.role, Permission.RECORD_TRAVEL)
    case = changes.change(work, command.case_id, expected_version)
    row = queries.standing(work.session, case.id)
    if row is not None and row.departs_on != command.departs_on:
        reason = _code(command.reason, rules.DEFER_REASONS)
        detail = Detail(reason=reason, new_departure=command.departs_on)
        travel.note(work, case, row, JourneyAct.DEFER, detail=detail)
    elif case.planned_departure == command.departs_on:
        raise InvalidInput("same_day", _("The departure is planned for that day already."), _("Give another day."))
    return service.replan(work, catalogue, case.id, ReplanCase(planned_departure=command.departs_on))


def take_back(work: Work, catalogue: Catalogue, case_id: UUID, expected_version: int | None = None) -> Case:
    """Take back what was recorded last of the journey, as it was recorded in error. A confirmation is taken back with
    the move of the case that it was, by whom the life of the case allows it to.

    Raises `Conflict` (``nothing_to_take_back``, ``another_journey``, ``no_such_move``), `Refused` (``role``).
    """
    require(work.actor.role, Permission.RECORD_TRAVEL)
    case = changes.change(work, case_id, expected_version, any_life=True)
    event = queries.last_event(work.session, case.id)
    if event is not None and event.act in BACK:
        move = MoveCase(case_id=case.id, to=BACK[event.act], reason=REVERSAL, happened_on=work.today)
        return service.move(work, catalogue, move)
    row = work.session.get(Itinerary, event.itinerary_id) if event is not None and event.itinerary_id else None
    if row is None or (row.state, JourneyAct.TAKE_BACK) not in rules.TRANSITIONS or is_ended(case.life):
        raise Conflict(
            "nothing_to_take_back",
            _("Nothing that was recorded last of this journey can be taken back."),
            _("Book the journey anew, or look at the life of the case."),
        )
    if queries.standing(work.session, case.id) is not None:
        raise Conflict(
            "another_journey", _("Another journey was booked since."), _("Withdraw it first, if it is wrong.")
        )
    travel.note(work, case, row, JourneyAct.TAKE_BACK)
    refresh(work, programme_of(catalogue, case), case)
    return case


def _booked(
    work: Work, case_id: UUID, happened_on: date, expected_version: int | None, *, any_life: bool = False
) -> tuple[Case, Itinerary]:
    """The case, locked, and its booking."""
    require(work.actor.role, Permission.RECORD_TRAVEL)
    recorded.happened(happened_on, _("day"), work.today)
    case = changes.change(work, case_id, expected_version, any_life=any_life)
    query = select(Itinerary).where(Itinerary.case_id == case.id, Itinerary.state == JourneyState.BOOKED)
    row = work.session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise Conflict(
            "no_journey",
            _("No journey is booked for this case that has not begun."),
            _("Reload the page and look at the present state of the journey."),
        )
    return case, row


def _require_begun(row: Itinerary, day: date) -> None:
    if day < row.departs_on:
        raise InvalidInput(
            "too_early",
            _("The journey was not to begin on that day yet."),
            _("Give the day of the journey, or cancel it."),
        )


def _settle(
    work: Work, catalogue: Catalogue, case: Case, row: Itinerary, act: JourneyAct, day: date, detail: Detail
) -> JourneyEvent:
    """The booking stands no more; what stood on it is open again."""
    event = travel.note(work, case, row, act, day, detail)
    refresh(work, programme_of(catalogue, case), case)
    return event


def _code(value: str, words: Mapping[str, Message]) -> str:
    return recorded.known_reason(value, words)
