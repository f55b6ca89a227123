"""Orientation sessions: when they can be held, who gets a place, until when lists are taken, tests. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import Message, _, _n
from casework.diary.rules import CASE_ENDED
from checklists.durations import Duration

MOST_PLACES: Final = 10_000
MOST_PARTS: Final = 60
MOST_POINTS: Final = 1000
LONGEST_PART: Final = timedelta(hours=14)
LONGEST_SESSION: Final = timedelta(days=180)

Key = TypeVar("Key")


class SessionState(StrEnum):
    PLANNED = "planned"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class EnrolmentState(StrEnum):
    ENROLLED = "enrolled"
    WAITING = "waiting"
    LEFT = "left"


class Identity(StrEnum):
    """How it was made sure who came. `NONE` is recorded and does not count where identity is asked for."""

    DOCUMENT = "document"
    PHOTOGRAPH = "photograph"
    NONE = "none"


STATE_WORDS: Mapping[SessionState, Message] = {
    SessionState.PLANNED: _("planned"),
    SessionState.CLOSED: _("closed"),
    SessionState.CANCELLED: _("cancelled"),
}
ENROLMENT_WORDS: Mapping[EnrolmentState, Message] = {
    EnrolmentState.ENROLLED: _("enrolled"),
    EnrolmentState.WAITING: _("on the waiting list"),
    EnrolmentState.LEFT: _("left"),
}
IDENTITY_WORDS: Mapping[Identity, Message] = {
    Identity.DOCUMENT: _("document seen"),
    Identity.PHOTOGRAPH: _("compared with the photograph"),
    Identity.NONE: _("not checked"),
}
LEAVE_REASONS: Mapping[str, Message] = {
    "worker_asked": _("The worker asked for it."),
    "worker_prevented": _("The worker cannot come."),
    "booked_in_error": _("It was booked in error."),
    "not_needed": _("It is not needed any more."),
}
NOT_HELD: Final = "not_held"
NO_PLACE: Final = "no_place"
ENDED_REASONS: Mapping[str, Message] = {
    **LEAVE_REASONS,
    CASE_ENDED: _("The case has ended."),
    NOT_HELD: _("The session was cancelled."),
    NO_PLACE: _("The session ended before a place was free."),
}
"""Why somebody is on the list no longer."""
CANCEL_REASONS: Mapping[str, Message] = {
    "trainer_missing": _("The trainer cannot come."),
    "too_few": _("Too few people came or were enrolled."),
    "place_missing": _("The place cannot be used."),
    "booked_in_error": _("It was set up in error."),
}


@dataclass(frozen=True, slots=True)
class PartSpan:
    """A part of a session: two instants and the modules between them."""

    starts_at: datetime
    ends_at: datetime
    modules: tuple[str, ...]


def check_parts(parts: Sequence[PartSpan], minutes: Mapping[str, int]) -> None:
    """Raise `InvalidInput` unless the parts follow each other, each module is held once, and each has its time.

    Codes: ``no_parts``, ``dates``, ``too_long``, ``unknown_module``, ``minutes``.
    """
    if not 0 < len(parts) <= MOST_PARTS:
        raise InvalidInput(
            "no_parts",
            _("A session has between 1 and {most} parts.", most=MOST_PARTS),
            _("Give each day with its beginning and its end."),
        )
    names = [name for part in parts for name in part.modules]
    if not names or len(set(names)) < len(names) or not set(names) <= set(minutes):
        raise InvalidInput(
            "unknown_module",
            _("No module is chosen, one is not of the curriculum, or one is held twice."),
            _("Choose each module once."),
        )
    before: datetime | None = None
    for number, part in enumerate(parts, start=1):
        if part.ends_at <= part.starts_at or (before is not None and part.starts_at < before):
            raise InvalidInput(
                "dates",
                _("Day {number} ends before it begins, or begins before the one before has ended.", number=number),
                _("Correct the days and times."),
            )
        before = part.ends_at
        if part.ends_at - part.starts_at > LONGEST_PART:
            raise InvalidInput(
                "too_long", _("Day {number} is longer than 14 hours.", number=number), _("Make two days of it.")
            )
        needed = sum(minutes[name] for name in part.modules)
        if timedelta(minutes=needed) > part.ends_at - part.starts_at:
            raise InvalidInput(
                "minutes",
                _("The modules of day {number} take {count} minutes, which is longer than it lasts.", number=number,
                  count=needed),
                _("Take a module to another day, or let the day last longer."),
            )  # fmt: skip
    if parts[-1].ends_at - parts[0].starts_at > LONGEST_SESSION:
        raise InvalidInput(
            "too_long", _("The session lasts longer than six months."), _("Make several sessions of it.")
        )


def distribute(minutes: Mapping[str, int], lengths: Sequence[timedelta]) -> list[tuple[str, ...]]:
    """The modules on the days, in their order: as many as a day has time for, and the rest on the next one.

    What finds no time stays on the last day, where `check_parts` says so.
    """
    days: list[list[str]] = [[] for _length in lengths]
    place, left = 0, lengths[0] if lengths else timedelta()
    for name, needed in minutes.items():
        while place + 1 < len(lengths) and timedelta(minutes=needed) > left:
            place += 1
            left = lengths[place]
        if days:
            days[place].append(name)
            left -= timedelta(minutes=needed)
    return [tuple(names) for names in days]


def seats(capacity: int, taken: int, asked: Sequence[Key]) -> tuple[list[Key], list[Key]]:
    """Who gets a place and who waits, both in the order of asking."""
    free = max(0, capacity - taken)
    return list(asked[:free]), list(asked[free:])


def list_due(first_day: date, list_days: int) -> date:
    """The last day on which lists are taken."""
    return first_day - timedelta(days=list_days)


def is_late(first_day: date, list_days: int, today: date) -> bool:
    """Whether a list comes after the day on which it was due. Without such a day lists are taken until the end."""
    return list_days > 0 and today > list_due(first_day, list_days)


def late(first_day: date, list_days: int) -> Refused:
    """``list_late``, with the day on which the list was due."""
    return Refused(
        "list_late",
        _n(
            "The list was due {count} day before the session, on {day}.",
            "The list was due {count} days before the session, on {day}.",
            list_days,
            day=list_due(first_day, list_days).isoformat(),
        ),
        _("Ask the office: a supervisor may accept a late list, with a reason."),
    )


def require_enrolling(state: SessionState, ends_at: datetime, now: datetime) -> None:
    """Raise `Conflict` (``session_over``, ``session_closed``) where nobody can be enrolled any more."""
    require_planned(state)
    if now >= ends_at:
        raise Conflict(
            "session_over",
            _("The session is over: somebody who was not enrolled cannot be marked as present."),
            _("Enrol the worker in another session."),
        )


def require_planned(state: SessionState) -> None:
    """Raise `Conflict` (``session_closed``, ``session_cancelled``)."""
    if state is SessionState.CANCELLED:
        raise Conflict("session_cancelled", _("The session was cancelled."), _("Choose another session."))
    if state is SessionState.CLOSED:
        raise Conflict(
            "session_closed",
            _("The session is closed: its list does not change any more."),
            _("Correct an attendance on the page of its case."),
        )


def counts(identity: Identity) -> bool:
    """Whether the check of identity fulfils a requirement that asks for one."""
    return identity is not Identity.NONE


def passed(points: int, out_of: int, pass_mark: int) -> bool:
    """Whether the points are at least `pass_mark` per cent of those there were."""
    return points * 100 >= pass_mark * out_of


def require_points(points: int, out_of: int) -> None:
    """Raise `InvalidInput` (``points``)."""
    if not 0 < out_of <= MOST_POINTS or not 0 <= points <= out_of:
        raise InvalidInput(
            "points",
            _("The points are not between 0 and those that there were, which are at most {most}.", most=MOST_POINTS),
            _("Correct them."),
        )


@dataclass(frozen=True, slots=True)
class Earlier:
    """A module that was attended in an earlier case of the same person for the same country."""

    module: str
    attended_on: date
    reference: str


def countable(
    found: Iterable[Earlier], curriculum: Collection[str], attended: Collection[str], within: Duration, today: date
) -> list[Earlier]:
    """What may be counted instead of attending again: modules of the curriculum that are still open, the latest
    attendance of each, not longer ago than `within`."""
    latest: dict[str, Earlier] = {}
    for one in found:
        fits = one.module in curriculum and one.module not in attended and one.attended_on <= today
        if fits and within.after(one.attended_on) >= today:
            before = latest.get(one.module)
            if before is None or (before.attended_on, before.reference) < (one.attended_on, one.reference):
                latest[one.module] = one
    return [latest[name] for name in curriculum if name in latest]
