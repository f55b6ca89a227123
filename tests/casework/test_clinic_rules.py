"""The rules of clinics: turns, choices, slots, slips."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis.errors import InvalidInput, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.clinics import rules
from casework.clinics.rules import Candidate
from checklists.stage_rules import ClinicChoice

CLINICS = {code: new_id() for code in "ABCDE"}


def _turn(counts: Counter[str], there: list[str]) -> str:
    return rules.next_in_turn([Candidate(CLINICS[code], code, counts[code]) for code in there]).code


@given(always=st.integers(1, 4), visits=st.lists(st.booleans(), max_size=80))
def test_turns_are_fair_among_the_clinics_that_are_always_there(always: int, visits: list[bool]) -> None:
    """`visits` says when a further clinic is accredited too."""
    counts: Counter[str] = Counter()
    steady = list("ABCD")[:always]
    for visitor in visits:
        counts[_turn(counts, [*steady, "E"] if visitor else steady)] += 1
        assert max(counts[code] for code in steady) - min(counts[code] for code in steady) <= 1
    assert sum(counts.values()) == len(visits)


def test_of_clinics_with_as_many_workers_the_first_by_code_has_its_turn() -> None:
    assert _turn(Counter(A=2, B=1, C=1), ["C", "B", "A"]) == "B"


def test_without_a_clinic_nobody_has_a_turn() -> None:
    with pytest.raises(Refused, match="accredited") as caught:
        rules.next_in_turn([])
    assert caught.value.code == "no_clinic"


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.SUPERVISOR, Role.MEDICAL_OFFICER])
def test_where_the_worker_chooses_nobody_else_may(role: Role) -> None:
    with pytest.raises(Refused) as caught:
        rules.require_choice(ClinicChoice.WORKER, role, "too_far", by_worker=False)
    assert caught.value.code == "decking_prohibited"
    assert rules.require_choice(ClinicChoice.WORKER, role, "", by_worker=True) == rules.WORKER_CHOSE


def test_where_clinics_take_turns_a_supervisor_alone_names_another_and_says_why() -> None:
    with pytest.raises(Refused) as caught:
        rules.require_choice(ClinicChoice.ROTATION, Role.CASEWORKER, "too_far", by_worker=True)
    assert caught.value.code == "clinic_in_turn"
    with pytest.raises(InvalidInput):
        rules.require_choice(ClinicChoice.ROTATION, Role.SUPERVISOR, "", by_worker=False)
    assert rules.require_choice(ClinicChoice.ROTATION, Role.SUPERVISOR, "too_far", by_worker=False) == "too_far"


def test_where_the_office_chooses_it_says_whether_the_worker_did() -> None:
    choice = ClinicChoice.OFFICE
    assert rules.require_choice(choice, Role.CASEWORKER, "", by_worker=False) == rules.OFFICE_CHOSE
    assert rules.require_choice(choice, Role.CASEWORKER, "", by_worker=True) == rules.WORKER_CHOSE


def test_a_slot_keeps_the_clinics_clock_over_the_change_to_winter_time() -> None:
    days = rules.weekly(date(2026, 10, 20), 2)
    begins = [rules.instants(day, time(9), time(10), "Europe/Berlin")[0] for day in days]
    assert begins == [datetime(2026, 10, 20, 7, tzinfo=UTC), datetime(2026, 10, 27, 8, tzinfo=UTC)]


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(InvalidInput, match="put forward"):
        rules.instants(date(2027, 3, 28), time(2, 30), time(4), "Europe/Berlin")


@pytest.mark.parametrize(("begins", "ends"), [(time(9), time(9)), (time(10), time(9))])
def test_a_slot_ends_after_it_begins(begins: time, ends: time) -> None:
    with pytest.raises(InvalidInput, match="before it begins"):
        rules.instants(date(2026, 11, 3), begins, ends, "UTC")


@pytest.mark.parametrize("weeks", [0, -1, 53])
def test_slots_are_opened_for_a_year_at_most(weeks: int) -> None:
    with pytest.raises(InvalidInput):
        rules.weekly(date(2026, 11, 3), weeks)


def test_a_slip_is_good_for_thirty_days_and_never_ends_before_its_appointment() -> None:
    issued = date(2026, 11, 3)
    assert rules.usable_until(issued, issued + timedelta(days=5)) == issued + timedelta(days=30)
    assert rules.usable_until(issued, issued + timedelta(days=45)) == issued + timedelta(days=45)
