"""When bookings stand in each other's way, how they go on, and when a worker is reminded. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Final, Protocol
from uuid import UUID

from basis.errors import Conflict
from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import Permission, may
from casework.cases.rules import BEFORE_DEPARTURE, FOLLOWED, CaseLife


class BookingKind(StrEnum):
    APPOINTMENT = "appointment"  # subject: a slot of a clinic
    COURSE = "course"  # subject: a day of a course
    SESSION = "session"  # subject: an orientation session, or a part of one
    FOLLOW_UP = "follow_up"  # subject: what the flat of follow-ups names


class BookingState(StrEnum):
    BOOKED = "booked"
    WAITING = "waiting"  # on a waiting list: takes none of the worker's time yet
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    MISSED = "missed"
    DONE = "done"  # over, where nobody says who came


class Occasion(StrEnum):
    """Why a worker is written to."""

    WEEK = "week"  # seven days ahead
    DAY = "day"  # the day before
    ADMITTED = "admitted"  # from the waiting list
    MOVED = "moved"
    CANCELLED = "cancelled"


class NoticeState(StrEnum):
    ASKED = "asked"  # on its way by mail
    SENT = "sent"
    UNTOLD = "untold"  # no mail reaches the worker: a caseworker must tell
    TOLD = "told"  # a caseworker has
    DROPPED = "dropped"  # not needed, or overtaken by a change


LONGEST: Final = timedelta(hours=25)
"""A booking is within one day, also within the long one on which clocks go back; what lasts longer is several."""

TAKES_TIME: Final = frozenset({BookingState.BOOKED, BookingState.ATTENDED, BookingState.DONE})
"""The worker was or is to be there, and can be nowhere else."""

STANDS: Final = frozenset({BookingState.BOOKED, BookingState.WAITING})
"""Nothing has come of it yet."""

_MARKS: Final = frozenset({BookingState.ATTENDED, BookingState.MISSED, BookingState.DONE})

MOVES: Mapping[BookingState, frozenset[BookingState]] = {
    BookingState.WAITING: frozenset({BookingState.BOOKED, BookingState.CANCELLED}),
    BookingState.BOOKED: _MARKS | {BookingState.CANCELLED},
    # Who was marked wrongly is marked anew, or not at all.
    **{mark: _MARKS | {BookingState.BOOKED} for mark in _MARKS},
    BookingState.CANCELLED: frozenset(),
}

# What it is about is between the worker and the place: the words are the same for every reader and in every mail.
KIND_WORDS: Mapping[BookingKind, Message] = {
    BookingKind.APPOINTMENT: _("appointment"),
    BookingKind.COURSE: _("day of a course"),
    BookingKind.SESSION: _("orientation session"),
    BookingKind.FOLLOW_UP: _("follow-up"),
}

STATE_WORDS: Mapping[BookingState, Message] = {
    BookingState.BOOKED: _("booked"),
    BookingState.WAITING: _("on the waiting list"),
    BookingState.CANCELLED: _("cancelled"),
    BookingState.ATTENDED: _("attended"),
    BookingState.MISSED: _("missed"),
    BookingState.DONE: _("over"),
}

CASE_ENDED: Final = "case_ended"

CANCEL_REASONS: Mapping[str, Message] = {
    "worker_asked": _("The worker asked for it."),
    "worker_prevented": _("The worker cannot come."),
    "place_asked": _("The clinic or provider asked for it."),
    "not_held": _("It does not take place."),
    "booked_in_error": _("It was booked in error."),
    "dropped_out": _("The worker left the course."),
    "not_needed": _("It is not needed any more."),
    CASE_ENDED: _("The case has ended."),
}


class Span(Protocol):
    """A time of one worker's."""

    @property
    def worker_id(self) -> UUID: ...
    @property
    def kind(self) -> BookingKind: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def whole_day(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Clash:
    """Two times that cannot both be: of one worker, or of two records that hold the same passport."""

    asked: Span
    other: Span

    @property
    def same_worker(self) -> bool:
        return self.asked.worker_id == self.other.worker_id


def shows(role: Role | None, kind: BookingKind) -> bool:
    """Whether somebody of an office learns of bookings of this kind at all. That a worker goes to a clinic is for those
    who book it and for the medical role; an agency learns of neither."""
    if kind is BookingKind.APPOINTMENT:
        return may(role, Permission.SEE_APPOINTMENTS)
    return may(role, Permission.SEE_APPOINTMENTS) or may(role, Permission.SEE_COURSES)


def may_move(was: BookingState, to: BookingState) -> bool:
    return to in MOVES[was]


def may_book(life: CaseLife, kind: BookingKind) -> bool:
    """While a worker is prepared everything can be booked, afterwards follow-ups."""
    return life in BEFORE_DEPARTURE or (life in FOLLOWED and kind is BookingKind.FOLLOW_UP)


def overlap(one: Span, other: Span) -> bool:
    """Whether both take the same time; one that begins when the other ends does not."""
    if one.whole_day or other.whole_day:
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def clashes(asked: Iterable[Span], standing: Iterable[Span], twins: Mapping[UUID, frozenset[UUID]]) -> Iterator[Clash]:
    """The times of `asked` that stand in the way of `standing` or of one another, in the order they are asked for.

    `twins` are other records that hold or held one of the worker's passports: whoever is expected under two of them at
    the same time sends somebody else to one.
    """
    known: dict[UUID, list[Span]] = {}
    for span in standing:
        known.setdefault(span.worker_id, []).append(span)
    for span in asked:
        people = chain([span.worker_id], sorted(twins.get(span.worker_id, frozenset())))
        others = (other for person in people for other in known.get(person, ()))
        clash = next((other for other in others if overlap(span, other)), None)
        if clash is not None:
            yield Clash(span, clash)
        known.setdefault(span.worker_id, []).append(span)


def refused(clash: Clash, when: str, role: Role | None) -> Conflict:
    """``double_booking`` or ``same_document``, which name the time of the other booking and never the person; what it
    is, to a reader who may know of such a booking."""
    kind = KIND_WORDS[clash.other.kind] if shows(role, clash.other.kind) else _("another date")
    if clash.same_worker:
        return Conflict(
            "double_booking",
            _("The worker is expected elsewhere at that time: {kind}, {when}.", kind=kind, when=when),
            _("Choose another time, or move or cancel the other booking first."),
        )
    return Conflict(
        "same_document",
        _("Somebody with the same passport is expected elsewhere at that time: {kind}, {when}.", kind=kind, when=when),
        _("Find out who really comes; two records of one person can be merged."),
    )


def reminder_due(starts_on: date, heard_on: date | None, today: date) -> Occasion | None:
    """Which reminder a booking asks for on a day of the office: a week ahead, or the day before.

    One that was made or moved within the week has no first reminder, one of the day before none at all: the worker
    heard of it just then (`heard_on`; None: nobody has said it). What was not sent on its day, because nothing ran, is
    sent later as long as it is of use.
    """
    left = (starts_on - today).days
    if left in (0, 1) and (heard_on is None or (starts_on - heard_on).days > 1):
        return Occasion.DAY
    if 2 <= left <= 7 and (heard_on is None or (starts_on - heard_on).days > 7):
        return Occasion.WEEK
    return None
