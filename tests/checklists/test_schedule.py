"""Planning backwards from the departure day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.durations import Duration
from checklists.schedule import PlanItem, plan
from tests.checklists.building import DEPARTURE, ONE_DAY, TODAY, case, complete_facts, shipped


def items(facts: object) -> dict[tuple[str, str], PlanItem]:
    return {(one.requirement, one.subject): one for one in plan(shipped(), facts, TODAY).items}  # type: ignore[arg-type]


def test_the_medical_is_useful_for_half_a_year_before_departure_and_due_three_weeks_before() -> None:
    medical = items(case())["medical_examination", ""]
    assert (medical.useful_from, medical.latest) == (date(2026, 10, 8), date(2027, 3, 18))


def test_what_has_no_age_is_never_too_early() -> None:
    contract = items(case())["employment_contract", ""]
    assert (contract.useful_from, contract.latest) == (None, date(2027, 1, 8))


def test_met_and_unmet_slots_are_planned_and_those_not_asked_are_not() -> None:
    planned = items(case(*complete_facts()))
    assert planned["medical_examination", ""].status == "met"
    assert ("promissory_note", "") not in planned
    assert len([one for one in planned if one[0] == "module"]) == 12


def test_without_a_departure_nothing_has_a_day() -> None:
    assert {(one.useful_from, one.latest) for one in items(case(departure=None)).values()} == {(None, None)}


def test_on_the_home_track_nothing_is_too_early() -> None:
    assert {one.useful_from for one in items(case(track="home")).values()} == {None}


@given(
    st.builds(Duration, months=st.integers(0, 40), days=st.integers(0, 400)),
    st.dates(date(1990, 1, 1), date(2060, 1, 1)),
)
def test_the_first_useful_day_reaches_and_the_day_before_does_not(length: Duration, target: date) -> None:
    first = length.first_reaching(target)
    assert length.after(first) >= target
    assert length.after(first - ONE_DAY) < target


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("P6M", date(2026, 8, 31), date(2027, 2, 28)),
        ("P1Y", date(2024, 2, 29), date(2025, 2, 28)),
        ("P2W", date(2026, 12, 25), date(2027, 1, 8)),
        ("P1M1D", date(2026, 1, 31), date(2026, 3, 1)),
        ("P0D", DEPARTURE, DEPARTURE),
        ("P999Y", date(9500, 1, 1), date.max),
    ],
)
def test_months_are_those_of_the_calendar_and_end_on_its_last_day(text: str, begins: date, ends: date) -> None:
    assert Duration.parse(text).after(begins) == ends


@pytest.mark.parametrize("text", ["", "P", "6M", "P6", "PT6H", "p6m", "P-1M", "P1D1M"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}$"):
        Duration.parse(text)
