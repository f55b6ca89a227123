"""The life of a journey: one table of transitions, its words, and the times that its tickets state. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from basis.errors import Conflict, InvalidInput
from basis.messages import Message, _
from casework.cases.rules import REVERSAL, CaseLife


class JourneyState(StrEnum):
    BOOKED = "booked"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    DEFERRED = "deferred"
    NO_SHOW = "no_show"
    TURNED_BACK = "turned_back"
    REPLACED = "replaced"  # by a later booking
    WITHDRAWN = "withdrawn"  # recorded wrongly


class JourneyAct(StrEnum):
    REPLACE = "replace"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    DEFER = "defer"
    MISS = "miss"
    DEPART = "depart"
    ARRIVE = "arrive"
    TURN_BACK = "turn_back"
    TAKE_BACK = "take_back"  # the act before was recorded in error


_S, _A = JourneyState, JourneyAct

TRANSITIONS: Mapping[tuple[JourneyState, JourneyAct], JourneyState] = {
    (_S.BOOKED, _A.REPLACE): _S.REPLACED,
    (_S.BOOKED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.BOOKED, _A.CANCEL): _S.CANCELLED,
    (_S.BOOKED, _A.DEFER): _S.DEFERRED,
    (_S.BOOKED, _A.MISS): _S.NO_SHOW,
    (_S.BOOKED, _A.DEPART): _S.DEPARTED,
    (_S.BOOKED, _A.TURN_BACK): _S.TURNED_BACK,
    (_S.DEPARTED, _A.ARRIVE): _S.ARRIVED,
    (_S.DEPARTED, _A.TURN_BACK): _S.TURNED_BACK,
    (_S.DEPARTED, _A.TAKE_BACK): _S.BOOKED,
    (_S.ARRIVED, _A.TAKE_BACK): _S.DEPARTED,
    (_S.CANCELLED, _A.TAKE_BACK): _S.BOOKED,
    (_S.DEFERRED, _A.TAKE_BACK): _S.BOOKED,
    (_S.NO_SHOW, _A.TAKE_BACK): _S.BOOKED,
}

STANDS: Final = frozenset({_S.BOOKED, _S.DEPARTED, _S.ARRIVED})
"""The journey that counts; a case has one at most."""

NOT_TAKEN: Final = frozenset({_S.CANCELLED, _S.NO_SHOW, _S.TURNED_BACK})
"""What was paid for it may come back."""

FOLLOWS: Mapping[tuple[CaseLife, CaseLife], JourneyAct] = {
    (CaseLife.CLEARED, CaseLife.DEPARTED): _A.DEPART,
    (CaseLife.DEPARTED, CaseLife.ARRIVED): _A.ARRIVE,
}
TURNED_BACK: Final = "turned_back"
"""The reason code of the moves of a case that a turn back on the way is."""

STATE_WORDS: Mapping[JourneyState, Message] = {
    _S.BOOKED: _("booked"),
    _S.DEPARTED: _("departed"),
    _S.ARRIVED: _("arrived"),
    _S.CANCELLED: _("cancelled"),
    _S.DEFERRED: _("deferred"),
    _S.NO_SHOW: _("the worker did not come"),
    _S.TURNED_BACK: _("turned back"),
    _S.REPLACED: _("replaced by another booking"),
    _S.WITHDRAWN: _("withdrawn"),
}

ACT_WORDS: Mapping[JourneyAct, Message] = {
    _A.REPLACE: _("Replaced by another booking"),
    _A.WITHDRAW: _("Withdrawn"),
    _A.CANCEL: _("Cancelled"),
    _A.DEFER: _("Deferred"),
    _A.MISS: _("The worker did not come"),
    _A.DEPART: _("Departure confirmed"),
    _A.ARRIVE: _("Arrival confirmed"),
    _A.TURN_BACK: _("Turned back"),
    _A.TAKE_BACK: _("Taken back, as it was recorded in error"),
}

CANCELLED_BY: Mapping[str, Message] = {
    "worker": _("the worker"),
    "carrier": _("the carrier"),
    "programme": _("the programme"),
}
DEFER_REASONS: Mapping[str, Message] = {
    "worker_asked": _("the worker asked for it"),
    "illness": _("illness"),
    "family_reasons": _("family reasons"),
    "employer_asked": _("the employer asked for it"),
    "papers_late": _("papers come later than planned"),
    "carrier_moved": _("the carrier moved the journey"),
    "programme_moved": _("the programme moved the journey"),
}
MISS_REASONS: Mapping[str, Message] = {
    "unknown": _("not known"),
    "unreachable": _("the worker cannot be reached"),
    "illness": _("illness"),
    "too_late": _("the worker came too late"),
    "papers_missing": _("papers were missing"),
    "worker_changed_mind": _("the worker changed their mind"),
}
TURN_BACK_REASONS: Mapping[str, Message] = {
    "travel_document": _("the travel document was not accepted"),
    "visa": _("the visa was not accepted"),
    "exit_refused": _("the exit was refused"),
    "transit_refused": _("the transit was refused"),
    "entry_refused": _("the entry was refused"),
    "carrier_refused": _("the carrier refused to take the worker"),
    "health": _("health"),
    "worker_changed_mind": _("the worker changed their mind"),
    "other": _("another reason"),
}
PLACES: Mapping[str, Message] = {
    "departure": _("where the journey begins"),
    "transit": _("on the way"),
    "arrival": _("where the journey ends"),
}
"""Where a worker was turned back."""

DEPARTURE_BY: Mapping[str, Message] = {
    "office": _("the office"),
    "worker": _("the worker"),
    "carrier": _("the carrier"),
    "airport": _("the airport or port"),
    "authority": _("the exit control"),
}
DEPARTURE_HOW: Mapping[str, Message] = {
    "seen_off": _("seen off"),
    "list": _("list of passengers"),
    "boarding_pass": _("boarding pass"),
    "stamp": _("exit stamp"),
    "call": _("call"),
    "message": _("message"),
}
ARRIVAL_BY: Mapping[str, Message] = {
    "worker": _("the worker"),
    "employer": _("the employer"),
    "mission": _("the mission"),
    "airport": _("the airport or port"),
}
MOST_LEGS: Final = 8
_LONGEST_LEG: Final = timedelta(days=10)
_LONGEST_STOP: Final = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Local:
    """A time as a ticket states it: a day, and where known ``HH:MM`` with the zone of the place (IANA)."""

    day: date
    clock: str = ""
    zone: str = ""

    @property
    def instant(self) -> datetime | None:
        """In UTC, None without a time. Raises `InvalidInput` (``invalid_time``, ``unknown_zone``)."""
        if not self.clock and not self.zone:
            return None
        return instant(self.day, self.clock, self.zone)


@dataclass(frozen=True, slots=True)
class Leg:
    """One part of a journey; `arrives` None where the ticket was not copied that far."""

    origin: str
    destination: str
    carrier: str
    service_number: str
    departs: Local
    arrives: Local | None = None


def moved(state: JourneyState, act: JourneyAct) -> JourneyState:
    """What becomes of a journey. Raises `Conflict` (``journey_state``)."""
    found = TRANSITIONS.get((state, act))
    if found is None:
        raise Conflict(
            "journey_state",
            _("This cannot be recorded of a journey that is: {state}.", state=STATE_WORDS[state]),
            _("Reload the page and look at the present state of the journey."),
        )
    return found


def act_of(start: CaseLife, end: CaseLife, reason: str) -> JourneyAct | None:
    """What a move of a case's life means for its journey; None where it means nothing."""
    if reason == REVERSAL:
        return JourneyAct.TAKE_BACK if (end, start) in FOLLOWS else None
    if reason == TURNED_BACK and start is CaseLife.DEPARTED:
        return JourneyAct.TURN_BACK
    return FOLLOWS.get((start, end))


def instant(day: date, clock: str, zone: str) -> datetime:
    """The instant of a local time. Of a time that clocks show twice it is the first.

    Raises `InvalidInput` (``invalid_time``: none, or one that clocks skip on that day; ``unknown_zone``).
    """
    try:
        place = ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidInput(
            "unknown_zone",
            _("The time zone of a leg is not known."),
            _("Choose one from the list, for example Europe/Belgrade."),
        ) from error
    try:
        local = datetime.combine(day, time.fromisoformat(clock), place)
        found = local.astimezone(UTC)
        again = found.astimezone(place)
    except (ValueError, OverflowError) as error:  # the calendar's first and last day have no such instant everywhere
        raise _no_time() from error
    if len(clock) != 5 or again.time() != local.time():
        raise _no_time()
    return found


def _no_time() -> InvalidInput:
    return InvalidInput(
        "invalid_time",
        _("A time of a leg does not exist on that day."),
        _("Write it as the ticket does, for example 14:05."),
    )


def check_legs(legs: Sequence[Leg]) -> None:
    """Raise `InvalidInput` (``legs``, ``legs_order``) unless the legs follow one another, and those of `instant`."""
    if not 0 < len(legs) <= MOST_LEGS:
        raise InvalidInput(
            "legs", _("A journey has one to {most} legs.", most=MOST_LEGS), _("Give the legs of the ticket.")
        )
    before: Local | None = None
    for leg in legs:
        if leg.arrives is not None:
            _in_order(leg.departs, leg.arrives, _LONGEST_LEG, days=1)
        if before is not None:
            _in_order(before, leg.departs, _LONGEST_STOP)
        before = leg.arrives or leg.departs


def _in_order(earlier: Local, later: Local, longest: timedelta, days: int = 0) -> None:
    """`days`: by how many days the local day may go back, since the way east over the date line ends the day before."""
    first, second = earlier.instant, later.instant
    if first is not None and second is not None:
        wrong = not timedelta(0) < second - first <= longest
    else:
        wrong = not -timedelta(days=days) <= later.day - earlier.day <= longest
    if wrong:
        raise InvalidInput(
            "legs_order",
            _("The legs of the journey do not follow one another in time."),
            _("Compare days and times with the ticket; each is the local one of its place."),
        )
