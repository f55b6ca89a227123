"""Who gets a place in a course, what attendance comes to, and who has passed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis.errors import Conflict, InvalidInput
from basis.ids import new_id
from casework.diary.rules import CANCEL_REASONS
from casework.orientation.rules import LEAVE_REASONS
from casework.training import rules
from casework.training.rules import (
    Assessed,
    Attended,
    CourseState,
    EnrolmentState,
    Mark,
    Meeting,
    Outcome,
)
from tests.support.errors import error

BEGIN, END = date(2027, 1, 11), date(2027, 3, 26)
MORNING = datetime(2027, 1, 11, 8, tzinfo=UTC)
_PEOPLE = st.lists(st.sampled_from([EnrolmentState.ENROLLED, EnrolmentState.WAITING, EnrolmentState.DROPPED]))


@given(capacity=st.integers(1, 20), states=_PEOPLE, hindered=st.sets(st.integers(0, 30)))
def test_a_course_is_never_over_full_and_the_order_of_those_who_wait_is_kept(
    capacity: int, states: list[EnrolmentState], hindered: set[int]
) -> None:
    order = list(enumerate(states))
    chosen = rules.next_in(capacity, order, frozenset(hindered))
    enrolled = states.count(EnrolmentState.ENROLLED)
    waiting = [key for key, state in order if state is EnrolmentState.WAITING and key not in hindered]
    assert chosen == waiting[: len(chosen)], "nobody is passed over"
    assert enrolled + len(chosen) <= max(capacity, enrolled)
    assert len(chosen) == len(waiting) or enrolled + len(chosen) >= capacity, "no place stays free"


@given(
    capacity=st.integers(1, 5),
    steps=st.lists(st.one_of(st.just("ask"), st.integers(0, 8)), max_size=40),
)
def test_whoever_asked_first_has_a_place_first_whatever_happens(capacity: int, steps: list[str | int]) -> None:
    """People ask and leave in any order; a number is somebody who leaves."""
    order: list[tuple[int, EnrolmentState]] = []
    for step in steps:
        if step == "ask":
            order.append((len(order), EnrolmentState.WAITING))
        elif isinstance(step, int) and step < len(order):
            order[step] = (step, EnrolmentState.DROPPED)
        moved = rules.next_in(capacity, order)
        order = [(key, EnrolmentState.ENROLLED if key in moved else state) for key, state in order]
        states = [state for _key, state in order if state is not EnrolmentState.DROPPED]
        enrolled = min(capacity, len(states))
        assert states == [EnrolmentState.ENROLLED] * enrolled + [EnrolmentState.WAITING] * (len(states) - enrolled)


@pytest.mark.parametrize(
    ("mark", "late", "minutes"),
    [(Mark.PRESENT, 0, 90), (Mark.LATE, 20, 70), (Mark.EXCUSED, 0, 0), (Mark.ABSENT, 0, 0)],
)
def test_only_the_minutes_in_the_room_count(mark: Mark, late: int, minutes: int) -> None:
    assert rules.minutes_of(mark, late, 90) == minutes


@pytest.mark.parametrize(("mark", "late"), [(Mark.PRESENT, 5), (Mark.LATE, 0), (Mark.LATE, 90), (Mark.ABSENT, 10)])
def test_minutes_late_go_with_being_late_and_with_nothing_else(mark: Mark, late: int) -> None:
    with error(InvalidInput, "late"):
        rules.minutes_of(mark, late, 90)


def test_a_missed_rule_is_said_in_words() -> None:
    attended = Attended(held=120 * 60, attended=88 * 60)
    assert str(attended.words(80)) == "attended 88 of 120 hours: 73 %, asked are 80 %"
    assert str(attended.words(73)) == "attended 88 of 120 hours: 73 %"


@given(held=st.integers(1, 100_000), asked=st.integers(0, 100), share=st.floats(0, 1))
def test_the_per_cent_shown_never_say_that_a_missed_rule_was_kept(held: int, asked: int, share: float) -> None:
    attended = Attended(held, int(held * share))
    assert attended.enough(asked) == (attended.percent >= asked)


def test_what_was_held_for_another_track_is_not_asked_of_somebody() -> None:
    both, away, home = (
        Meeting(new_id(), 60),
        Meeting(new_id(), 90, ("away",)),
        Meeting(new_id(), 30, ("home",)),
    )
    minutes: dict[UUID, int] = {both.id: 60, away.id: 45}
    assert rules.attended([both, away, home], "away", minutes) == Attended(150, 105)
    assert rules.attended([both, away, home], "home", minutes) == Attended(90, 60)


@pytest.mark.parametrize(
    ("attended", "assessed", "passed"),
    [
        (80, Assessed.PASSED, True),
        (80, Assessed.NOT_HELD, True),
        (79, Assessed.PASSED, False),
        (100, Assessed.FAILED, False),
        (100, Assessed.NOT_TAKEN, False),
    ],
)
def test_attendance_and_the_final_assessment_must_both_allow_it(
    attended: int, assessed: Assessed, passed: bool
) -> None:
    assert Outcome(Attended(100, attended), 80, assessed).passed is passed


def test_who_never_came_has_passed_nothing_though_no_attendance_is_asked_for() -> None:
    assert not Outcome(Attended(100, 0), 0, Assessed.PASSED).passed
    assert Outcome(Attended(100, 1), 0, Assessed.PASSED).passed


@pytest.mark.parametrize(
    ("points", "answer"), [(None, Assessed.NOT_TAKEN), (59, Assessed.FAILED), (60, Assessed.PASSED)]
)
def test_a_test_is_passed_from_the_points_that_are_asked(points: int | None, answer: Assessed) -> None:
    assert rules.assessed(points, 60) is answer


@pytest.mark.parametrize(
    ("hours", "capacity", "begins_on", "ends_on", "code"),
    [
        (0, 10, BEGIN, END, "hours"),
        (5001, 10, BEGIN, END, "hours"),
        (100, 0, BEGIN, END, "capacity"),
        (100, 10, END, BEGIN, "dates"),
        (100, 10, BEGIN, BEGIN + timedelta(days=2000), "dates"),
        (100, 10, BEGIN, BEGIN, "hours"),
    ],
)
def test_a_plan_that_cannot_be_held_is_refused(
    hours: int, capacity: int, begins_on: date, ends_on: date, code: str
) -> None:
    with error(InvalidInput, code):
        rules.check_plan(hours, capacity, begins_on, ends_on)


@pytest.mark.parametrize(
    ("subject", "language", "start", "end", "code"),
    [
        ("language", "de", "B1", "A2", "levels"),
        ("language", "", "A1", "A2", "missing_value"),
        ("technical", "", "", "B1", "only_for_language"),
    ],
)
def test_levels_that_make_no_sense_are_refused(subject: str, language: str, start: str, end: str, code: str) -> None:
    with error(InvalidInput, code):
        rules.check_levels(subject, language, start, end)


@pytest.mark.parametrize(
    ("proven", "start", "end", "fits"),
    [
        ("", "", "A1", True),
        ("", "A1", "A2", False),
        ("A1", "A1", "A2", True),
        ("A2", "", "A2", False),
        ("A2", "A1", "B1", True),
        ("B1", "", "", True),
    ],
)
def test_a_language_course_is_for_who_stands_between_its_levels(proven: str, start: str, end: str, fits: bool) -> None:
    assert rules.fits_level(proven, start, end) is fits


def test_sessions_of_a_course_do_not_overlap_and_end_on_their_day() -> None:
    taken = [(MORNING, MORNING + timedelta(hours=2))]
    rules.check_session(MORNING + timedelta(hours=2), MORNING + timedelta(hours=3), taken)
    with error(Conflict, "session_overlaps"):
        rules.check_session(MORNING + timedelta(hours=1), MORNING + timedelta(hours=3), taken)
    with error(InvalidInput, "times"):
        rules.check_session(MORNING, MORNING, [])
    with error(InvalidInput, "times"):
        rules.check_session(MORNING, MORNING + timedelta(hours=13), [])


def test_a_course_that_is_over_goes_nowhere() -> None:
    for state in (CourseState.COMPLETED, CourseState.CANCELLED):
        assert rules.NEXT[state] == frozenset()
        with error(Conflict, "course_state"):
            rules.require_under_way(state)
    with error(Conflict, "course_state"):
        rules.require_next(CourseState.PLANNED, CourseState.COMPLETED)


def test_no_reason_for_which_somebody_stays_away_tells_of_their_health() -> None:
    for reasons in (rules.DROP_REASONS, LEAVE_REASONS, CANCEL_REASONS):
        said = " ".join(f"{code} {words}" for code, words in reasons.items()).casefold()
        assert not any(word in said for word in ("ill", "sick", "health", "medical", "unfit", "pregnan", "disease"))
