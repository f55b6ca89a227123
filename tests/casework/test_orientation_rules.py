"""The rules of orientation sessions, by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis.errors import InvalidInput
from casework.orientation import rules
from casework.orientation.rules import Earlier, Identity, PartSpan
from checklists.durations import Duration
from tests.support.errors import error

MORNING = datetime(2026, 11, 4, 9, tzinfo=UTC)
MINUTES = {"journey": 60, "rights": 90, "money": 60}


def part(hours: float, *modules: str, day: int = 0) -> PartSpan:
    starts = MORNING + timedelta(days=day)
    return PartSpan(starts, starts + timedelta(hours=hours), modules)


@given(st.integers(0, 40), st.integers(0, 60), st.lists(st.integers(), unique=True, max_size=60))
def test_a_session_is_never_over_its_capacity_and_the_order_of_asking_is_kept(
    capacity: int, taken: int, asked: list[int]
) -> None:
    placed, waiting = rules.seats(capacity, taken, asked)
    assert placed + waiting == asked
    assert not placed or taken + len(placed) <= capacity
    assert not waiting or taken + len(placed) >= capacity


@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 200), max_size=9),
    st.lists(st.integers(1, 9), max_size=4),
)
def test_every_module_is_held_once_and_in_the_order_of_the_curriculum(
    minutes: dict[str, int], hours: list[int]
) -> None:
    lengths = [timedelta(hours=one) for one in hours]
    days = rules.distribute(minutes, lengths)
    assert len(days) == len(lengths)
    assert not lengths or [name for day in days for name in day] == list(minutes)
    for names, length in zip(days[:-1], lengths, strict=False):
        assert timedelta(minutes=sum(minutes[name] for name in names)) <= length


@given(st.integers(0, 1000), st.integers(1, 1000), st.integers(1, 100))
def test_a_point_more_never_fails_who_passed(points: int, out_of: int, mark: int) -> None:
    assert rules.passed(points, out_of, mark) <= rules.passed(points + 1, out_of, mark)
    assert rules.passed(points, out_of, mark) == (100 * points / out_of >= mark)


@given(
    st.lists(st.builds(Earlier, st.sampled_from("abcd"), st.dates(date(2020, 1, 1), date(2027, 1, 1)), st.just("R"))),
    st.sets(st.sampled_from("abc")),
    st.dates(date(2024, 1, 1), date(2027, 1, 1)),
)
def test_only_open_modules_of_the_curriculum_that_are_recent_enough_are_counted(
    found: list[Earlier], attended: set[str], today: date
) -> None:
    within = Duration(months=24)
    counted = rules.countable(found, ("a", "b", "c"), attended, within, today)
    assert [one.module for one in counted] == sorted({one.module for one in counted})
    for one in counted:
        assert one.module in {"a", "b", "c"} - attended
        assert one.attended_on <= today <= within.after(one.attended_on)
    fresh = {one.module for one in found if one.attended_on <= today <= within.after(one.attended_on)}
    assert {one.module for one in counted} == fresh & {"a", "b", "c"} - attended


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], "no_parts"),
        ([part(4)], "unknown_module"),
        ([part(4, "dancing")], "unknown_module"),
        ([part(4, "money", "money")], "unknown_module"),
        ([part(2, "money"), part(2, "money", day=1)], "unknown_module"),
        ([part(0, "money")], "dates"),
        ([part(2, "money", day=1), part(2, "rights")], "dates"),
        ([part(15, "money")], "too_long"),
        ([part(2, "money"), part(2, "rights", day=181)], "too_long"),
        ([part(2, "rights", "money")], "minutes"),
    ],
)
def test_parts_that_cannot_be_held_are_refused(parts: list[PartSpan], code: str) -> None:
    with error(InvalidInput, code):
        rules.check_parts(parts, MINUTES)


def test_parts_of_several_days_with_the_time_of_their_modules_are_good() -> None:
    rules.check_parts([part(2.5, "rights", "journey"), part(1, "money", day=1)], MINUTES)


@pytest.mark.parametrize(
    ("today", "late"), [(date(2026, 11, 7), False), (date(2026, 11, 8), False), (date(2026, 11, 9), True)]
)
def test_a_list_is_late_from_the_day_after_it_was_due(today: date, late: bool) -> None:
    assert rules.is_late(date(2026, 11, 10), 2, today) is late


def test_without_a_day_for_it_no_list_is_late() -> None:
    assert not rules.is_late(date(2026, 11, 10), 0, date(2026, 11, 10))


@pytest.mark.parametrize(("points", "out_of"), [(-1, 10), (11, 10), (0, 0), (5, rules.MOST_POINTS + 1)])
def test_points_beyond_what_there_was_are_refused(points: int, out_of: int) -> None:
    with error(InvalidInput, "points"):
        rules.require_points(points, out_of)


def test_attendance_without_a_check_of_identity_does_not_count() -> None:
    assert [rules.counts(one) for one in Identity] == [True, True, False]
