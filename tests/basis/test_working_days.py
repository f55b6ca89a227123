"""Working days: weekends and holidays of the country, counted forwards and backwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis import countries
from basis.working_days import add, is_calendar, is_working_day, latest_start

ONE_DAY = timedelta(days=1)
CALENDARS = st.sampled_from(["", "XK", "DE", "BD", "SA", "PH"])
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def test_weekends_and_holidays_do_not_count() -> None:
    friday = date(2027, 4, 30)
    assert add("XK", friday, 1) == date(2027, 5, 5)  # Labour Day and Orthodox Easter on the weekend, made up for
    assert add("DE", friday, 1) == date(2027, 5, 3)
    assert [is_working_day("XK", day) for day in (friday, date(2027, 5, 1), date(2027, 5, 3))] == [True, False, False]


def test_a_weekend_is_the_one_of_the_country() -> None:
    friday, sunday = date(2027, 7, 2), date(2027, 7, 4)
    assert (is_working_day("BD", friday), is_working_day("BD", sunday)) == (False, True)
    assert (is_working_day("DE", friday), is_working_day("DE", sunday)) == (True, False)


def test_no_working_days_later_is_the_day_itself_whatever_day_it_is() -> None:
    assert add("DE", date(2027, 5, 1), 0) == latest_start("DE", date(2027, 5, 1), 0) == date(2027, 5, 1)


def test_work_begun_on_a_day_off_is_work_begun_on_the_next_working_day_s_eve() -> None:
    assert add("DE", date(2027, 5, 1), 1) == add("DE", date(2027, 5, 2), 1) == date(2027, 5, 3)
    assert latest_start("DE", date(2027, 5, 3), 1) == date(2027, 5, 2)


def test_without_a_country_every_day_counts() -> None:
    assert add("", date(2027, 12, 30), 3) == date(2028, 1, 2)
    assert latest_start("", date(2028, 1, 2), 3) == date(2027, 12, 30)


def test_every_country_has_a_calendar_and_other_codes_have_none() -> None:
    assert [code for code in countries.codes() if not is_calendar(code)] == []
    assert [is_calendar(code) for code in ("", "ZZ", "xk", "DEU", "NYSE")] == [True, False, False, False, False]
    with pytest.raises(ValueError, match="ZZ"):
        add("ZZ", date(2027, 1, 1), 1)


def test_the_end_of_the_calendar_is_the_end() -> None:
    assert add("DE", date.max, 5) == add("", date.max, 5) == date.max
    assert latest_start("DE", date(1, 1, 2), 5) == latest_start("", date(1, 1, 2), 5) == date.min


@given(CALENDARS, days, st.integers(0, 300))
def test_counting_is_what_walking_day_by_day_gives(calendar: str, day: date, count: int) -> None:
    walked, left = day, count
    while left:
        walked += ONE_DAY
        left -= is_working_day(calendar, walked)
    assert add(calendar, day, count) == walked


@given(CALENDARS, days, st.integers(0, 300))
def test_the_latest_start_is_in_time_and_a_day_later_is_not(calendar: str, deadline: date, count: int) -> None:
    start = latest_start(calendar, deadline, count)
    assert add(calendar, start, count) <= deadline < add(calendar, start + ONE_DAY, count)
