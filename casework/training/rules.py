"""Courses: their life, who gets a place, what attendance comes to, and who has passed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from basis.errors import Conflict, InvalidInput
from basis.messages import Message, _
from checklists.programme import CEFR

LANGUAGE: Final = "language"
"""The subject of a course that may end with a language level."""
MOST_HOURS: Final = 5000
MOST_PLACES: Final = 10_000
MOST_POINTS: Final = 10_000
LONGEST_SESSION: Final = 12 * 60  # minutes
LONGEST_COURSE: Final = 3 * 366  # days


class CourseState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


STATE_WORDS: Mapping[CourseState, Message] = {
    CourseState.PLANNED: _("planned"),
    CourseState.RUNNING: _("running"),
    CourseState.COMPLETED: _("completed"),
    CourseState.CANCELLED: _("cancelled"),
}
NEXT: Mapping[CourseState, frozenset[CourseState]] = {
    CourseState.PLANNED: frozenset({CourseState.RUNNING, CourseState.CANCELLED}),
    CourseState.RUNNING: frozenset({CourseState.COMPLETED, CourseState.CANCELLED}),
    CourseState.COMPLETED: frozenset(),
    CourseState.CANCELLED: frozenset(),
}
"""A course runs from the first attendance that is recorded."""
UNDER_WAY: Final = frozenset({CourseState.PLANNED, CourseState.RUNNING})


class EnrolmentState(StrEnum):
    ENROLLED = "enrolled"
    WAITING = "waiting"
    DROPPED = "dropped"
    COMPLETED = "completed"


ENROLMENT_WORDS: Mapping[EnrolmentState, Message] = {
    EnrolmentState.ENROLLED: _("enrolled"),
    EnrolmentState.WAITING: _("on the waiting list"),
    EnrolmentState.DROPPED: _("dropped out"),
    EnrolmentState.COMPLETED: _("completed"),
}
OPEN: Final = frozenset({EnrolmentState.ENROLLED, EnrolmentState.WAITING})


class Mark(StrEnum):
    PRESENT = "present"
    LATE = "late"
    EXCUSED = "excused"
    ABSENT = "absent"


MARK_WORDS: Mapping[Mark, Message] = {
    Mark.PRESENT: _("present"),
    Mark.LATE: _("late"),
    Mark.EXCUSED: _("absent, excused"),
    Mark.ABSENT: _("absent"),
}

DROP_REASONS: Mapping[str, Message] = {
    "worker_asked": _("The worker asked for it."),
    "work_or_family": _("Work or family left no time."),
    "worker_prevented": _("The worker cannot come."),
    "too_far": _("The place is too far away, or there is no connection."),
    "level_unsuitable": _("The level does not fit."),
    "stayed_away": _("Stayed away without a word."),
    "other_course": _("Goes to another course."),
}
"""Reasons that people choose from. That somebody is ill is none of them: more than the medical role reads these."""
CASE_ENDED: Final = "case_ended"
COURSE_CANCELLED: Final = "course_cancelled"
NO_PLACE: Final = "no_place"
ENDED_REASONS: Mapping[str, Message] = {
    **DROP_REASONS,
    CASE_ENDED: _("The case has ended."),
    COURSE_CANCELLED: _("The course was cancelled."),
    NO_PLACE: _("The course ended before a place was free."),
}
CANCEL_REASONS: Mapping[str, Message] = {
    "too_few": _("Too few people have enrolled."),
    "no_trainer": _("There is no trainer."),
    "no_room": _("There is no room."),
    "licence_ended": _("The provider's licence has ended."),
    "recorded_in_error": _("It was recorded in error."),
}


def require_next(state: CourseState, to: CourseState) -> None:
    """Raise `Conflict` (``course_state``) unless a course may go on to `to`."""
    if to not in NEXT[state]:
        raise Conflict(
            "course_state",
            _("The course is {state}; it cannot become {to}.", state=STATE_WORDS[state], to=STATE_WORDS[to]),
            _("Look at its present state."),
        )


def require_under_way(state: CourseState) -> None:
    """Raise `Conflict` (``course_state``) when the course is over."""
    if state not in UNDER_WAY:
        raise Conflict(
            "course_state",
            _("The course is {state}; nothing can be added to it.", state=STATE_WORDS[state]),
            _("Choose a course that is planned or running."),
        )


def check_plan(hours: int, capacity: int, begins_on: date, ends_on: date) -> None:
    """Raise `InvalidInput` (``hours``, ``capacity``, ``dates``) for what no course can be."""
    if not 1 <= hours <= MOST_HOURS:
        raise InvalidInput(
            "hours", _("A course has 1 to {most} hours.", most=MOST_HOURS), _("Give the hours that are planned.")
        )
    if not 1 <= capacity <= MOST_PLACES:
        raise InvalidInput(
            "capacity", _("A course has 1 to {most} places.", most=MOST_PLACES), _("Give the number of places.")
        )
    if begins_on > ends_on:
        raise InvalidInput("dates", _("The course ends before it begins."), _("Correct the two days."))
    if (ends_on - begins_on).days > LONGEST_COURSE:
        raise InvalidInput("dates", _("The course lasts longer than three years."), _("Correct the two days."))
    if hours > ((ends_on - begins_on).days + 1) * LONGEST_SESSION // 60:
        raise InvalidInput(
            "hours",
            _("So many hours do not fit between the first and the last day."),
            _("Correct the hours or the days."),
        )


def check_levels(subject: str, language: str, from_level: str, to_level: str) -> None:
    """Raise `InvalidInput` (``only_for_language``, ``missing_value``, ``levels``). The codes themselves are known."""
    if subject != LANGUAGE:
        if from_level or to_level:
            raise InvalidInput(
                "only_for_language", _("Levels belong to a language course only."), _("Leave them empty.")
            )
        return
    if not language:
        raise InvalidInput(
            "missing_value", _("It is not said which language the course teaches."), _("Choose the language.")
        )
    if to_level and _rank(from_level) > _rank(to_level):
        raise InvalidInput(
            "levels",
            _("The course begins at {start} and ends at {end}, which is lower.", start=from_level, end=to_level),
            _("Correct the two levels."),
        )


def fits_level(proven: str, from_level: str, to_level: str) -> bool:
    """Whether a language course is for somebody of a level ("": none proven): not above it, and not below."""
    stands = _rank(proven)
    return _rank(from_level) <= stands and (not to_level or _rank(to_level) > stands)


def _rank(level: str) -> int:
    return CEFR.index(level) + 1 if level else 0


def check_session(starts_at: datetime, ends_at: datetime, others: Iterable[tuple[datetime, datetime]]) -> None:
    """Raise `InvalidInput` (``times``) or `Conflict` (``session_overlaps``)."""
    minutes = length(starts_at, ends_at)
    if not 0 < minutes <= LONGEST_SESSION:
        raise InvalidInput(
            "times",
            _("A session lasts between a minute and {hours} hours.", hours=LONGEST_SESSION // 60),
            _("Correct from and to."),
        )
    if any(starts_at < end and start < ends_at for start, end in others):
        raise Conflict("session_overlaps", _("The course has another session at that time."), _("Choose another time."))


def length(starts_at: datetime, ends_at: datetime) -> int:
    """Minutes of a session."""
    return int((ends_at - starts_at).total_seconds()) // 60


def minutes_of(mark: Mark, late: int, minutes: int) -> int:
    """Minutes in the room, of a session of `minutes`. An excused absence is an absence: nobody learns by an excuse.

    Raises `InvalidInput` (``late``) when `late` does not go with the mark.
    """
    if (mark is Mark.LATE) != (late > 0) or late >= minutes > 0:
        raise InvalidInput(
            "late",
            _("The minutes that somebody was late do not fit."),
            _("Give 1 to {most} minutes for those who were late, and none for the others.", most=minutes - 1),
        )
    return minutes - late if mark in (Mark.PRESENT, Mark.LATE) else 0


Key = TypeVar("Key")


def free(capacity: int, states: Iterable[EnrolmentState]) -> int:
    """Places that nobody has."""
    return max(0, capacity - sum(state is EnrolmentState.ENROLLED for state in states))


def next_in(
    capacity: int, order: Sequence[tuple[Key, EnrolmentState]], hindered: frozenset[Key] = frozenset()
) -> list[Key]:
    """Who moves up from the waiting list, the first who asked first; who is `hindered` keeps the place in the list."""
    waiting = [key for key, state in order if state is EnrolmentState.WAITING and key not in hindered]
    return waiting[: free(capacity, (state for _key, state in order))]


@dataclass(frozen=True, slots=True)
class Attended:
    """Minutes of a course that were held for somebody and that they attended."""

    held: int
    attended: int

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down: 79.9 is not 80."""
        return self.attended * 100 // self.held if self.held else 0

    @property
    def hours_held(self) -> int:
        return self.held // 60

    @property
    def hours_attended(self) -> int:
        return self.attended // 60

    def enough(self, asked: int) -> bool:
        """Whether `asked` per cent were reached."""
        return self.attended * 100 >= asked * self.held

    def words(self, asked: int) -> Message:
        """What was attended, and by how much the rule is missed."""
        given = {"attended": self.hours_attended, "held": self.hours_held, "percent": self.percent}
        if self.enough(asked):
            return _("attended {attended} of {held} hours: {percent} %", **given)
        return _("attended {attended} of {held} hours: {percent} %, asked are {asked} %", **given, asked=asked)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session as it counts: `tracks` are those of its module (empty: for all)."""

    id: UUID
    minutes: int
    tracks: tuple[str, ...] = ()

    def expects(self, track: str) -> bool:
        return not self.tracks or track in self.tracks


def attended(meetings: Iterable[Meeting], track: str, minutes: Mapping[UUID, int]) -> Attended:
    """What somebody of a track attended: `minutes` by session; who came later missed what was held before."""
    expected = [one for one in meetings if one.expects(track)]
    return Attended(sum(one.minutes for one in expected), sum(minutes.get(one.id, 0) for one in expected))


class Assessed(StrEnum):
    """How the final assessment of a course went for somebody."""

    NOT_HELD = "not_held"
    PASSED = "passed"
    FAILED = "failed"
    NOT_TAKEN = "not_taken"


ASSESSED_WORDS: Mapping[Assessed, Message] = {
    Assessed.NOT_HELD: _("no final assessment"),
    Assessed.PASSED: _("final assessment passed"),
    Assessed.FAILED: _("final assessment not passed"),
    Assessed.NOT_TAKEN: _("final assessment not taken"),
}


def assessed(points: int | None, pass_points: int) -> Assessed:
    """The answer of a final assessment that there is; `points` None: not taken."""
    if points is None:
        return Assessed.NOT_TAKEN
    return Assessed.PASSED if points >= pass_points else Assessed.FAILED


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a course comes to for somebody: attendance by the programme's rule (`asked` per cent) and the final
    assessment. Both must allow it; there is no way round the rule but a waiver of the requirement. Who never came has
    not passed a course, whatever the rule."""

    attended: Attended
    asked: int
    assessed: Assessed

    @property
    def passed(self) -> bool:
        came = self.attended.attended > 0 and self.attended.enough(self.asked)
        return came and self.assessed in (Assessed.PASSED, Assessed.NOT_HELD)

    @property
    def why(self) -> tuple[Message, ...]:
        """In words, the attendance first."""
        return (self.attended.words(self.asked), ASSESSED_WORDS[self.assessed])
