"""A contract beside the programme's terms and beside the promise: what is met, what is worse, what nobody can say."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis.errors import InvalidInput
from casework.contracts import compare, rules
from casework.contracts.compare import Change, Verdict
from casework.contracts.rules import Bearer, Keeper, Terms
from casework.recruitment.rules import WagePer
from tests.support.contracts import programme, terms

ASKED = programme().contract_terms


def verdicts(found: Terms) -> dict[str, Verdict]:
    return {one.term.id: one.verdict for one in compare.findings(ASKED, found)}


def changes(promised: Terms, signed: Terms) -> dict[str, Change]:
    found = compare.differences(ASKED, promised, signed)
    return {one.name: one.change for one in found if one.change is not Change.SAME}


def test_a_contract_that_keeps_all_has_no_point_to_see_to() -> None:
    found, differing = compare.findings(ASKED, terms()), compare.differences(ASKED, terms(), terms())
    assert {one.verdict for one in found} == {Verdict.MET}
    assert {one.change for one in differing} == {Change.SAME}
    assert compare.points(found, differing) == ()


@pytest.mark.parametrize(
    ("values", "term", "verdict"),
    [
        ({"wage_minor": 200_000}, "wage", Verdict.MET),
        ({"wage_minor": 199_999}, "wage", Verdict.BELOW),
        ({"wage_minor": None}, "wage", Verdict.NOT_SAID),
        ({"wage_minor": 900_000, "currency": "KWD"}, "wage", Verdict.NOT_COMPARED),
        ({"wage_minor": 1_154, "wage_per": WagePer.HOUR}, "wage", Verdict.MET),  # 2000.27 a month
        ({"wage_minor": 1_153, "wage_per": WagePer.HOUR}, "wage", Verdict.BELOW),  # 1998.53 a month
        ({"wage_minor": 46_154, "wage_per": WagePer.WEEK}, "wage", Verdict.MET),
        ({"wage_minor": 46_153, "wage_per": WagePer.WEEK}, "wage", Verdict.BELOW),
        ({"wage_minor": 9_231, "wage_per": WagePer.DAY}, "wage", Verdict.MET),
        ({"deductions_minor": 40_000}, "wage", Verdict.MET),
        ({"deductions_minor": 40_001}, "wage", Verdict.DEDUCTED),
        ({"wage_minor": 199_999, "deductions_minor": 1}, "wage", Verdict.BELOW),
        ({"wage_per": WagePer.HOUR, "weekly_minutes": None}, "wage", Verdict.NOT_COMPARED),
        ({"wage_per": WagePer.DAY, "weekly_rest_days": None}, "wage", Verdict.NOT_COMPARED),
        ({"weekly_minutes": 48 * 60}, "hours", Verdict.MET),
        ({"weekly_minutes": 48 * 60 + 1}, "hours", Verdict.BELOW),
        ({"weekly_minutes": None}, "hours", Verdict.NOT_SAID),
        ({"daily_rest_hours": 7}, "daily_rest", Verdict.BELOW),
        ({"weekly_rest_days": 0}, "weekly_rest", Verdict.BELOW),
        ({"leave_days": 14}, "leave", Verdict.BELOW),
        ({"food": Bearer.WORKER}, "food", Verdict.BELOW),
        ({"food": Bearer.NOBODY}, "food", Verdict.BELOW),
        ({"food": None}, "food", Verdict.NOT_SAID),
        ({"passport": Keeper.EMPLOYER}, "passport", Verdict.BELOW),
        ({"passport": Keeper.AGENCY}, "passport", Verdict.BELOW),
        ({"passport": None}, "passport", Verdict.NOT_SAID),
        ({"read_in": ""}, "language", Verdict.BELOW),
        ({"languages": (), "read_in": ""}, "language", Verdict.NOT_SAID),
        ({"says": {}}, "notice", Verdict.NOT_SAID),
        ({"says": {"notice": "Two weeks"}}, "tools", Verdict.MET),
    ],
)
def test_each_term_is_met_below_not_said_or_left_to_a_person(
    values: dict[str, Any], term: str, verdict: Verdict
) -> None:
    assert verdicts(terms(**values))[term] is verdict


@pytest.mark.parametrize(
    ("values", "name", "change"),
    [
        ({"wage_minor": 239_999}, "wage_minor", Change.WORSE),
        ({"wage_minor": 250_000}, "wage_minor", Change.BETTER),
        ({"currency": "USD"}, "wage_minor", Change.OTHER),
        ({"wage_minor": 1_384, "wage_per": WagePer.HOUR}, "wage_minor", Change.WORSE),
        ({"wage_minor": 1_385, "wage_per": WagePer.HOUR}, "wage_minor", Change.BETTER),
        ({"wage_minor": None}, "wage_minor", Change.WORSE),
        ({"weekly_minutes": 48 * 60}, "weekly_minutes", Change.WORSE),
        ({"leave_days": 20}, "leave_days", Change.WORSE),
        ({"accommodation": Bearer.WORKER}, "accommodation", Change.WORSE),
        ({"accommodation": Bearer.NOBODY}, "accommodation", Change.WORSE),
        ({"accommodation": Bearer.AGENCY}, "accommodation", Change.OTHER),
        ({"accommodation": None}, "accommodation", Change.WORSE),
        ({"passport": Keeper.EMPLOYER}, "passport", Change.WORSE),
        ({"deductions_minor": 5_000}, "deductions_minor", Change.WORSE),
        ({"read_in": ""}, "languages", Change.WORSE),
        ({"months": 12}, "months", Change.WORSE),
        ({"months": 36}, "months", Change.OTHER),
        ({"months": 0}, "months", Change.BETTER),
        ({"starts_on": date(2027, 6, 1)}, "starts_on", Change.OTHER),
        ({"employer": "Another one"}, "employer", Change.OTHER),
        ({"employer": "synthetic  EMPLOYER"}, "", Change.SAME),
        ({"occupation": "9313"}, "occupation", Change.OTHER),
        ({"says": {"notice": "Two weeks"}}, "notice", Change.OTHER),
        ({"says": {}}, "notice", Change.WORSE),
    ],
)
def test_what_differs_from_the_promise_is_named(values: dict[str, Any], name: str, change: Change) -> None:
    assert changes(terms(), terms(**values)) == ({name: change} if name else {})


def test_less_at_the_end_of_the_month_is_seen_to_though_the_hour_is_paid_as_promised() -> None:
    promised = terms(wage_minor=1_500, wage_per=WagePer.HOUR)
    fewer_hours = promised.model_copy(update={"weekly_minutes": 20 * 60})
    found = {one.name: one.change for one in compare.differences((), promised, fewer_hours)}
    assert (found["wage_minor"], found["weekly_minutes"]) == (Change.OTHER, Change.BETTER)
    assert compare.points((), compare.differences((), promised, fewer_hours)) == ("promise:wage_minor",)
    assert [one.name for one in compare.lessened((), promised, fewer_hours)] == ["wage_minor"]


@pytest.mark.parametrize(
    ("now", "change"),
    [
        ({"deductions_minor": 10_000, "deductions_for": " Bed and  FOOD "}, Change.SAME),
        ({"deductions_minor": 10_000, "deductions_for": "Recruitment fee"}, Change.OTHER),
        ({"deductions_minor": 9_000, "deductions_for": "Recruitment fee"}, Change.OTHER),
        ({"deductions_minor": 11_000, "deductions_for": "Recruitment fee"}, Change.WORSE),
        ({"deductions_minor": 10_000, "deductions_for": ""}, Change.OTHER),
        ({"deductions_minor": 0, "deductions_for": ""}, Change.BETTER),
    ],
)
def test_deductions_for_another_purpose_are_others(now: dict[str, Any], change: Change) -> None:
    promised = terms(deductions_minor=10_000, deductions_for="bed and food")
    assert changes(promised, terms(**now)).get("deductions_minor", Change.SAME) is change


@pytest.mark.parametrize(("minor", "change"), [(10_000, Change.OTHER), (9_000, Change.OTHER), (11_000, Change.WORSE)])
def test_a_purpose_of_which_nothing_was_promised_may_be_a_fee_and_is_seen_to(minor: int, change: Change) -> None:
    promised = terms(deductions_minor=10_000, deductions_for="")
    assert changes(promised, terms(deductions_minor=minor, deductions_for="bed and food")) == {
        "deductions_minor": change
    }


def test_less_than_the_minimum_after_deductions_is_a_point_that_a_person_looks_at() -> None:
    found = compare.findings(ASKED, terms(deductions_minor=230_000, deductions_for="fee"))
    assert compare.points(found, ()) == ("term:wage",)
    assert Verdict.DEDUCTED not in compare.BARRED


def test_a_burden_of_which_nothing_was_promised_is_worse_and_a_benefit_is_not() -> None:
    assert changes(terms(deductions_minor=None), terms(deductions_minor=1)) == {"deductions_minor": Change.WORSE}
    assert changes(terms(passport=None), terms(passport=Keeper.EMPLOYER)) == {"passport": Change.WORSE}
    assert changes(terms(food=None), terms(food=Bearer.WORKER)) == {"food": Change.WORSE}
    assert changes(terms(food=None), terms()) == {"food": Change.ADDED}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"wage_minor": 0}, "contract_number"),
        ({"wage_minor": -1}, "contract_number"),
        ({"wage_minor": 10**12 + 1}, "contract_number"),
        ({"currency": ""}, "currency"),
        ({"currency": "XYZ"}, "currency"),
        ({"wage_minor": None, "currency": "", "deductions_minor": 5}, "currency"),
        ({"weekly_minutes": 169 * 60}, "contract_number"),
        ({"weekly_minutes": 80 * 60}, "too_many_hours"),  # 5 days of 13 hours
        ({"daily_rest_hours": 25}, "contract_number"),
        ({"weekly_rest_days": 8}, "contract_number"),
        ({"leave_days": 367}, "contract_number"),
        ({"months": 601}, "contract_number"),
        ({"occupation": "0099"}, "occupation"),
        ({"languages": ("xx",), "read_in": ""}, "language"),
        ({"read_in": "ar"}, "language"),
        ({"employer": "x" * 401}, "too_long"),
    ],
)
def test_what_no_contract_says_is_refused(values: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.checked(terms(**values))
    assert refused.value.code == code


def test_three_decimals_and_none_are_said_as_the_currency_has_them() -> None:
    said = {one.name: str(one.signed) for one in compare.differences((), terms(), terms(wage_minor=1, currency="KWD"))}
    assert said["wage_minor"] == "KWD 0.001 a month"
    assert str(compare.SHOWN["wage_minor"].words(terms(wage_minor=120_000, currency="JPY"))) == "JPY 120,000 a month"


@given(st.integers(1, 10**12), st.sampled_from(WagePer), st.integers(1, 5_760), st.integers(0, 6))
def test_no_wage_is_worse_than_itself_in_another_rhythm(wage: int, per: WagePer, minutes: int, rest: int) -> None:
    signed = terms(wage_minor=wage, wage_per=per, weekly_minutes=minutes, weekly_rest_days=rest)
    monthly = signed.monthly_wage
    assert monthly is not None and monthly > 0
    assert changes(signed, signed) == {}
    week = signed.model_copy(update={"wage_per": WagePer.WEEK, "wage_minor": int(monthly * Fraction(12, 52))})
    assert changes(week, signed).get("wage_minor", Change.SAME) in (Change.SAME, Change.BETTER)
