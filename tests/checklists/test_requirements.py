"""One requirement at a time: every status, and each date rule the day before, on the day, the day after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from checklists.assessment import assess
from checklists.facts import Fact, GivenWaiver, Residence, Standing, WaiverKind
from tests.checklists.building import (
    DEPARTURE,
    ONE_DAY,
    TODAY,
    case,
    fact,
    one_paper,
    programme,
    requirement_text,
    stage_text,
    state,
    status,
)

AGED = "validity: {anchor: issued_on, max_age: P6M}"
AGED_AT_DEPARTURE = "validity: {anchor: issued_on, max_age: P6M, must_hold_until: departure}"
PRINTED = "validity: {last_day: expires_on, must_hold_until: departure, margin: P6M}"


def test_nothing_handed_in_is_missing_and_the_provider_acts() -> None:
    found = state(one_paper(), case())
    assert (found.status, found.actor, found.stands_on) == ("missing", "worker", ())


@pytest.mark.parametrize(
    ("standing", "expected", "actor"),
    [
        (Standing.SUBMITTED, "submitted", "caseworker"),
        (Standing.PENDING, "pending", "caseworker"),
        (Standing.ACCEPTED, "met", None),
        (Standing.REJECTED, "rejected", "worker"),
        (Standing.ADVERSE, "adverse", "caseworker"),
        (Standing.WITHDRAWN, "missing", "worker"),
    ],
)
def test_each_standing_has_its_status_and_next_actor(standing: Standing, expected: str, actor: str | None) -> None:
    found = state(one_paper(), case(fact(standing=standing)))
    assert (found.status, found.actor) == (expected, actor)


@pytest.mark.parametrize(
    ("issued_on", "last_good_day"),
    [
        (date(2026, 5, 20), date(2026, 11, 20)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
    ],
)
def test_a_maximum_age_ends_after_its_last_day(issued_on: date, last_good_day: date) -> None:
    facts = case(fact(issued_on=issued_on))
    days = [last_good_day - ONE_DAY, last_good_day, last_good_day + ONE_DAY]
    assert [status(one_paper(AGED), facts, day) for day in days] == ["met", "met", "lapsed"]
    assert state(one_paper(AGED), facts, last_good_day).holds_until == last_good_day


def test_evidence_dated_in_the_future_does_not_count_yet() -> None:
    facts = case(fact(issued_on=TODAY))
    assert [status(one_paper(AGED), facts, day) for day in (TODAY - ONE_DAY, TODAY, TODAY + ONE_DAY)] == [
        "pending",
        "met",
        "met",
    ]


@pytest.mark.parametrize(
    ("departure", "expected"),
    [(date(2027, 5, 19), "met"), (date(2027, 5, 20), "met"), (date(2027, 5, 21), "too_short")],
)
def test_evidence_must_hold_until_the_day_of_departure(departure: date, expected: str) -> None:
    assert status(one_paper(AGED_AT_DEPARTURE), case(fact(issued_on=TODAY), departure=departure)) == expected


@pytest.mark.parametrize(
    ("expires_on", "expected"),
    [(date(2027, 10, 7), "too_short"), (date(2027, 10, 8), "met"), (date(2027, 10, 9), "met")],
)
def test_a_passport_must_hold_six_months_beyond_departure(expires_on: date, expected: str) -> None:
    assert status(one_paper(PRINTED), case(fact(expires_on=expires_on), departure=DEPARTURE)) == expected


def test_a_printed_last_day_is_good_and_the_day_after_is_not() -> None:
    rules = one_paper("validity: {last_day: expires_on}")
    last = date(2027, 1, 31)
    days = (last - ONE_DAY, last, last + ONE_DAY)
    assert [status(rules, case(fact(expires_on=last)), day) for day in days] == ["met", "met", "lapsed"]


def test_the_earliest_of_several_limits_counts() -> None:
    rules = one_paper(
        "validity: {anchor: examined_on, max_age: P6M, last_day: expires_on, also: [{anchor: xray_on, max_age: P3M}]}"
    )
    examined = fact(examined_on=date(2026, 11, 1), xray_on=date(2026, 10, 1), expires_on=date(2027, 3, 1))
    assert state(rules, case(examined)).holds_until == date(2027, 1, 1)
    without_xray = fact(examined_on=date(2026, 11, 1), expires_on=date(2027, 3, 1))
    assert state(rules, case(without_xray)).holds_until == date(2027, 3, 1)


def test_without_the_day_that_decides_it_is_unknown_and_never_met() -> None:
    assert status(one_paper(AGED), case(fact())) == "unknown"
    assert status(one_paper(PRINTED), case(fact())) == "unknown"


def test_without_a_planned_departure_what_must_hold_until_then_is_unknown() -> None:
    found = state(one_paper(AGED_AT_DEPARTURE), case(fact(issued_on=TODAY), departure=None))
    assert (found.status, found.actor, found.due_on) == ("unknown", "caseworker", None)


def test_on_a_track_that_stays_evidence_has_to_hold_today_only() -> None:
    facts = case(fact(issued_on=TODAY), track="home", departure=None)
    assert status(one_paper(AGED_AT_DEPARTURE), facts) == "met"


def test_the_latest_of_two_supporting_facts_speaks() -> None:
    facts = case(fact("old", issued_on=date(2026, 6, 1)), fact("new", issued_on=date(2026, 9, 1)))
    found = state(one_paper(AGED), facts)
    assert (found.stands_on, found.holds_until) == (("new",), date(2027, 3, 1))


@pytest.mark.parametrize(("level", "expected"), [("A1", "short"), ("A2", "met"), ("C1", "met"), ("fluent", "unknown")])
def test_a_language_level_is_compared_in_the_order_of_the_cefr(level: str, expected: str) -> None:
    rules = one_paper("accept: {level: {at_least: A2}}")
    assert status(rules, case(fact(attributes={"level": level}))) == expected


def test_one_of_several_alternatives_is_enough() -> None:
    rules = one_paper("accept: [{outcome: [passed]}, {years: {at_least: 2}}]")
    assert status(rules, case(fact(attributes={"years": 2}))) == "met"
    assert status(rules, case(fact(attributes={"outcome": "passed", "years": 0}))) == "met"
    assert status(rules, case(fact(attributes={"outcome": "failed", "years": 1}))) == "short"
    assert status(rules, case(fact())) == "unknown"


def test_yes_is_not_the_number_one() -> None:
    assert status(one_paper("accept: {passed: true}"), case(fact(attributes={"passed": 1}))) == "short"
    assert status(one_paper("accept: {hours: {at_least: 1}}"), case(fact(attributes={"hours": True}))) == "unknown"


def test_every_named_check_must_have_passed() -> None:
    rules = one_paper("checks: [mrz, identity]")
    assert status(rules, case(fact(checks={"mrz": True, "identity": True}))) == "met"
    assert status(rules, case(fact(checks={"mrz": True, "identity": False}))) == "failed_check"
    outstanding = state(rules, case(fact(checks={"mrz": True})))
    assert (outstanding.status, str(outstanding.why)) == (
        "submitted",
        "The check has not been done yet: names, birth date and number agree with the recorded data.",
    )


def test_a_check_that_failed_is_told_before_anybody_verifies() -> None:
    handed_in = fact(standing=Standing.SUBMITTED, checks={"mrz": False})
    assert status(one_paper("checks: [mrz]"), case(handed_in)) == "failed_check"


@pytest.mark.parametrize(
    ("decided_by", "expected"),
    [
        (("berit",), "met"),
        (("anna",), "not_independent"),
        (("berit", "anna"), "not_independent"),
        ((), "not_independent"),
    ],
)
def test_who_recorded_it_does_not_approve_it(decided_by: tuple[str, ...], expected: str) -> None:
    assert status(one_paper("independent: true"), case(fact(decided_by=decided_by))) == expected


def test_an_adverse_fact_blocks_until_a_supporting_one_of_a_later_day() -> None:
    unfit = fact("unfit", standing=Standing.ADVERSE, issued_on=date(2026, 10, 5))
    for day, expected in ((4, "adverse"), (5, "adverse"), (6, "met")):
        assert status(one_paper(AGED), case(unfit, fact("fit", issued_on=date(2026, 10, day)))) == expected


def test_the_day_of_decision_orders_adverse_and_supporting_facts_where_it_is_known() -> None:
    unfit = fact("unfit", standing=Standing.ADVERSE, issued_on=date(2026, 10, 5), decided_on=date(2026, 10, 20))
    fit = fact("fit", issued_on=date(2026, 10, 6), decided_on=date(2026, 10, 10))
    assert status(one_paper(AGED), case(unfit, fit)) == "adverse"


def test_an_open_outcome_later_than_the_supporting_fact_holds_it_up() -> None:
    hit = fact("hit", standing=Standing.PENDING, issued_on=date(2026, 11, 10))
    assert status(one_paper(AGED), case(fact(issued_on=date(2026, 11, 9)), hit)) == "pending"
    assert status(one_paper(AGED), case(fact(issued_on=date(2026, 11, 10)), hit)) == "met"


def waiver(**changes: object) -> GivenWaiver:
    given = GivenWaiver("w1", "paper", "", "supervisor", date(2026, 12, 31))
    return replace(given, **changes)  # type: ignore[arg-type]


def test_a_waiver_counts_until_its_last_day() -> None:
    rules, facts = one_paper("waivable_by: supervisor"), case(waivers=(waiver(),))
    days = (date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1))
    assert [status(rules, facts, day) for day in days] == ["waived", "waived", "missing"]
    assert state(rules, facts).stands_on == ("w1",)


def test_a_waiver_that_the_programme_does_not_allow_is_nothing() -> None:
    assert status(one_paper(), case(waivers=(waiver(),))) == "missing"
    assert status(one_paper("waivable_by: supervisor"), case(waivers=(waiver(authority="caseworker"),))) == "missing"
    assert status(one_paper("waivable_by: supervisor"), case(waivers=(waiver(requirement="other"),))) == "missing"


def test_a_waiver_sets_an_adverse_outcome_aside() -> None:
    facts = case(fact(standing=Standing.ADVERSE), waivers=(waiver(),))
    assert status(one_paper("waivable_by: supervisor"), facts) == "waived"


def test_a_condition_comes_from_the_authority_named_for_it_and_passes_for_a_time() -> None:
    rules = one_paper("waivable_by: supervisor, conditional_by: board")
    for kind in (WaiverKind.CONDITION, WaiverKind.INTERIM):
        found = state(rules, case(waivers=(waiver(kind=kind, authority="board"),)))
        assert (found.status, found.stands_on, found.actor) == ("conditional", ("w1",), None)
        assert str(found.why) == "Met on condition until 2026-12-31."
        assert status(rules, case(waivers=(waiver(kind=kind, authority="supervisor"),))) == "missing"
    assert status(rules, case(waivers=(waiver(authority="board"),))) == "missing"
    assert status(one_paper("waivable_by: board"), case(waivers=(waiver(kind=WaiverKind.INTERIM),))) == "missing"


def test_a_permission_until_an_event_ends_with_the_day_of_its_decision() -> None:
    rules = one_paper("conditional_by: board")
    interim = waiver(kind=WaiverKind.INTERIM, authority="board", ends_on=None, until_event="appeal")
    assert str(state(rules, case(waivers=(interim,))).why) == "Met on condition."
    for standing in (Standing.ACCEPTED, Standing.REJECTED, Standing.ADVERSE):
        decided = fact("a", "appeal", standing, decided_on=date(2026, 12, 1))
        facts = case(decided, waivers=(interim,))
        days = (date(2026, 12, 1), date(2026, 12, 2))
        assert [status(rules, facts, day) for day in days] == ["conditional", "missing"]
        assert assess(rules, facts, TODAY).changes_on == date(2026, 12, 2)
    still_open = fact("a", "appeal", Standing.PENDING, decided_on=date(2026, 11, 1))
    assert status(rules, case(still_open, waivers=(interim,))) == "conditional"


def test_an_event_before_the_permission_was_given_does_not_end_it_and_the_earlier_end_counts() -> None:
    rules = one_paper("conditional_by: board")
    interim = waiver(kind=WaiverKind.INTERIM, authority="board", until_event="appeal", given_on=date(2026, 11, 10))
    refused = fact("a", "appeal", Standing.ADVERSE, decided_on=date(2026, 11, 10))
    assert state(rules, case(refused, waivers=(interim,))).holds_until == date(2026, 12, 31)
    again = fact("b", "appeal", issued_on=date(2026, 12, 5))
    assert state(rules, case(refused, again, waivers=(interim,))).holds_until == date(2026, 12, 5)
    undated = fact("c", "appeal")
    assert status(rules, case(undated, waivers=(interim,))) == "missing"


UNTIL_ARRIVAL = "validity: {last_day: expires_on, must_hold_until: arrival, margin: P3M}"


@pytest.mark.parametrize(
    ("expires_on", "expected"),
    [(date(2027, 7, 9), "too_short"), (date(2027, 7, 10), "met")],
)
def test_evidence_must_hold_until_the_arrival_and_its_margin(expires_on: date, expected: str) -> None:
    rules = programme(stage_text("papers", requirement_text(UNTIL_ARRIVAL)), head="journey_days: 2\n")
    found = state(rules, case(fact(expires_on=expires_on)))
    assert (found.status, DEPARTURE) == (expected, date(2027, 4, 8))
    assert status(rules, case(fact(expires_on=TODAY), track="home", departure=None)) == "met"
    assert status(rules, case(fact(expires_on=expires_on), departure=None)) == "unknown"


APPLIED = programme(
    stage_text(
        "papers",
        requirement_text("validity: {anchor: issued_on, max_age: P90D, must_hold_until: visa_application}"),
        requirement_text("evidence: visa_application", "application"),
    )
)


def applied(*days: date) -> tuple[Fact, ...]:
    return tuple(fact(f"v{day}", "visa_application", issued_on=day) for day in days)


def test_until_something_is_applied_for_evidence_must_hold_today() -> None:
    facts = case(fact(issued_on=date(2026, 10, 1)))
    days = (date(2026, 12, 30), date(2026, 12, 31))
    assert [status(APPLIED, facts, day) for day in days] == ["met", "lapsed"]
    assert assess(APPLIED, facts, TODAY).changes_on == date(2026, 12, 31)


def test_what_held_on_the_day_of_the_application_need_not_hold_any_longer() -> None:
    facts = case(fact(issued_on=date(2026, 10, 1)), *applied(date(2026, 12, 30)))
    found = state(APPLIED, facts, date(2027, 3, 1))
    assert (found.status, found.holds_until) == ("met", None)
    assert assess(APPLIED, facts, date(2026, 12, 30)).changes_on is None


def test_what_lapsed_before_the_application_does_not_hold_and_a_second_one_counts_anew() -> None:
    facts = case(fact(issued_on=date(2026, 10, 1)), *applied(date(2026, 12, 31)))
    assert (status(APPLIED, facts), status(APPLIED, facts, date(2027, 1, 1))) == ("too_short", "lapsed")
    twice = case(fact(issued_on=date(2026, 10, 1)), *applied(date(2026, 12, 1), date(2027, 1, 5)))
    assert status(APPLIED, twice) == "too_short"
    newer = case(fact(issued_on=date(2027, 1, 2)), *applied(date(2026, 12, 1)))
    assert status(APPLIED, newer, date(2027, 6, 1)) == "met"


def test_an_application_without_its_day_leaves_it_unknown() -> None:
    found = state(APPLIED, case(fact(issued_on=date(2026, 10, 1)), fact("v", "visa_application")))
    assert (found.status, str(found.why)) == ("unknown", "The day of the visa application was not recorded.")


def test_each_long_stay_since_the_age_of_sixteen_asks_for_its_own_paper() -> None:
    stays = (
        Residence("XK", date(1992, 3, 14), date(2015, 3, 1)),
        Residence("AL", date(2000, 1, 1), date(2008, 9, 13)),  # of age since 14 March 2008: a day short of six months
        Residence("MK", date(2015, 3, 1), date(2015, 9, 1)),
        Residence("SI", date(2015, 9, 1), date(2016, 2, 29)),
        Residence("CH", date(2026, 6, 1)),
    )
    rules = one_paper("each: residence")
    before, after = (
        [one.subject for one in assess(rules, case(residences=stays), day).stages[0].requirements]
        for day in (date(2026, 11, 30), date(2026, 12, 1))
    )
    assert (before, after) == (["XK", "MK"], ["XK", "MK", "CH"])
    assert assess(rules, case(residences=stays), TODAY).changes_on == date(2026, 12, 1)


def test_a_paper_for_one_country_does_not_speak_for_another() -> None:
    stays = (Residence("XK", date(1992, 3, 14), date(2015, 3, 1)), Residence("MK", date(2015, 3, 1)))
    facts = case(fact(subject="XK"), residences=stays)
    slots = assess(one_paper("each: residence"), facts, TODAY).stages[0].requirements
    assert [(slot.subject, slot.status) for slot in slots] == [("XK", "met"), ("MK", "missing")]


def test_without_a_residence_history_the_countries_are_unknown_and_nothing_is_met() -> None:
    facts = case(fact(subject="XK"), residences=())
    assert status(one_paper("each: residence"), facts) == "unknown"


def test_due_and_useful_days_are_counted_back_from_departure() -> None:
    found = state(one_paper(f"{AGED_AT_DEPARTURE}, lead_days: 30"), case())
    assert (found.useful_from, found.due_on) == (date(2026, 10, 8), date(2027, 3, 9))
    too_early, just_right = (
        status(one_paper(AGED_AT_DEPARTURE), case(fact(issued_on=day)))
        for day in (date(2026, 10, 7), date(2026, 10, 8))
    )
    assert (too_early, just_right) == ("too_short", "met")
