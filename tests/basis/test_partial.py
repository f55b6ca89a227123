from __future__ import annotations

from datetime import date

import pytest

from basis.errors import InvalidInput
from basis.partial import PartialDate


def test_a_year_stands_for_all_its_days() -> None:
    year = PartialDate.parse("1990")
    assert (year.earliest(), year.latest(), year.exact) == (date(1990, 1, 1), date(1990, 12, 31), None)
    assert year.may_be(date(1990, 2, 3))
    assert not year.may_be(date(1991, 2, 3))


def test_a_month_ends_on_its_own_last_day() -> None:
    assert PartialDate.parse("2024-02").latest() == date(2024, 2, 29)
    assert PartialDate.parse("2023-02").latest() == date(2023, 2, 28)


def test_a_day_is_exact() -> None:
    day = PartialDate.of(date(1990, 5, 17))
    assert (day.exact, str(day)) == (date(1990, 5, 17), "1990-05-17")
    assert str(PartialDate(1990, 5)) == "1990-05"


@pytest.mark.parametrize("text", ["", "90", "1990-13", "1990-02-30", "1990-2", "0000", "1990-00", "today", "١٩٩٠"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        PartialDate.parse(text)
    assert refusal.value.code == "invalid_date"


def test_a_day_without_its_month_is_refused() -> None:
    with pytest.raises(InvalidInput):
        PartialDate(1990, None, 5)
