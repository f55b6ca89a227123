"""What workers paid, held to the ceilings of a programme."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basis.errors import Conflict, InvalidInput, Refused
from basis.ids import new_id
from basis.money import Money
from casework.costs import rules
from casework.costs.rules import (
    HEAD_WORDS,
    TRANSITIONS,
    AlertState,
    AlertStepKind,
    Corridor,
    CostHead,
    Finding,
    FindingKind,
    Paid,
)
from checklists.assessment import assess
from checklists.programme import FeeCeiling, Programme
from checklists.requirement import CostBearer, FeeHead
from tests.checklists.building import TODAY, case, fact, programme, requirement_text, signed_through, stage_text
from tests.support.errors import error

DAY = date(2027, 6, 1)
HERE = Corridor("XK", "DE", "7112", None)


def with_ceilings(*rows: str) -> Programme:
    """A sound programme with these ceilings."""
    basis = "legal_basis: {title: Trial, as_of: 2027-01-01, confirmed: false}"
    listed = "".join(f"\n  - {{{row}, {basis}}}" for row in rows)
    head = f"fee_ceilings:{listed}\n" if rows else ""
    return programme(stage_text("papers", requirement_text("evidence: a", "a")), head=head)


RULES = with_ceilings(
    "head: medical, from: 2027-01-01, ceiling: {minor: 0, currency: EUR}",
    "head: training, from: 2027-01-01, ceiling: {minor: 10000, currency: EUR}",
    "head: recruitment_fee, from: 2027-01-01, salary_months: 1",
    "head: any, from: 2027-01-01, ceiling: {minor: 30000, currency: EUR}",
)


def paid(head: str, minor: int, currency: str = "EUR", by: CostBearer = CostBearer.WORKER, **more: object) -> Paid:
    made = Paid(new_id(), CostHead(head), Money(minor, currency), by, DAY, True)
    return replace(made, **more)  # type: ignore[arg-type]


def found(*costs: Paid, programme: Programme = RULES, corridor: Corridor = HERE) -> list[tuple[str, str, int | None]]:
    return [_told(one) for one in rules.check(programme, corridor, costs)]


def _told(one: Finding) -> tuple[str, str, int | None]:
    return one.kind.value, str(one.head), one.excess.minor if one.excess else None


def test_the_heads_are_those_of_the_programmes_and_illegitimate_costs() -> None:
    assert {one.value for one in CostHead} == {one.value for one in FeeHead} - {"any"} | {"illegitimate"}
    assert set(HEAD_WORDS) == {*CostHead, "any"}


def test_what_must_be_free_may_not_be_charged_in_any_currency() -> None:
    assert found(paid("medical", 1)) == [("forbidden", "medical", 1)]
    assert found(paid("medical", 500, "KWD")) == [("forbidden", "medical", 500)]


@pytest.mark.parametrize("by", [one for one in rules.BEARERS if one is not CostBearer.WORKER])
def test_what_others_pay_is_held_to_no_ceiling(by: CostBearer) -> None:
    assert found(paid("medical", 10**9, by=by), paid("illegitimate", 5, by=by)) == []


def test_a_bribe_is_never_allowed_whatever_the_programme_says() -> None:
    assert found(paid("illegitimate", 100), programme=with_ceilings()) == [("forbidden", "illegitimate", 100)]


def test_up_to_the_ceiling_of_its_head_is_allowed_and_the_sum_counts() -> None:
    assert found(paid("training", 6_000), paid("training", 4_000)) == []
    assert found(paid("training", 6_000), paid("training", 4_001)) == [("over_limit", "training", 1)]


def test_all_heads_together_have_a_ceiling_and_nothing_is_to_be_paid_back_twice() -> None:
    assert found(paid("visa", 20_000), paid("travel", 15_000)) == [("over_limit", "any", 5_000)]
    assert found(paid("visa", 20_000), paid("training", 15_000)) == [("over_limit", "training", 5_000)]
    assert found(paid("visa", 25_000), paid("training", 15_000)) == [
        ("over_limit", "training", 5_000),
        ("over_limit", "any", 5_000),
    ]
    assert found(paid("visa", 30_000), paid("medical", 9_000)) == [("forbidden", "medical", 9_000)]


def test_a_ceiling_in_wages_needs_a_wage_and_without_one_nothing_is_passed() -> None:
    fee = paid("recruitment_fee", 20_000)
    assert found(fee) == [("unsaid", "recruitment_fee", None)]
    assert found(fee, corridor=replace(HERE, wage=Money(19_000, "EUR"))) == [("over_limit", "recruitment_fee", 1_000)]
    assert found(fee, corridor=replace(HERE, wage=Money(20_000, "EUR"))) == []
    assert found(fee, corridor=replace(HERE, wage=Money(20_000, "USD")))[0] == ("unsaid", "recruitment_fee", None)


def test_a_wage_ceiling_of_no_months_is_one_of_zero() -> None:
    free = with_ceilings("head: visa, from: 2027-01-01, salary_months: 0")
    assert found(paid("visa", 1), programme=free) == [("forbidden", "visa", 1)]


def test_another_currency_than_the_ceilings_cannot_be_judged() -> None:
    assert found(paid("training", 10_001, "USD")) == [("unsaid", "training", None), ("unsaid", "any", None)]


def test_an_unknown_destination_is_no_pass() -> None:
    saudi = with_ceilings("head: visa, destinations: [SA], from: 2027-01-01, ceiling: {minor: 0, currency: EUR}")
    cost = paid("visa", 5)
    assert found(cost, programme=saudi) == []
    assert found(cost, programme=saudi, corridor=replace(HERE, destination="")) == [("unsaid", "visa", None)]
    assert found(cost, programme=saudi, corridor=replace(HERE, destination="", occupation="")) != []
    assert found(paid("travel", 5), programme=saudi, corridor=replace(HERE, destination="")) == []


def test_a_stricter_ceiling_that_could_hold_is_no_pass_because_another_one_does() -> None:
    both = with_ceilings(
        "head: visa, from: 2027-01-01, ceiling: {minor: 1000, currency: EUR}",
        "head: visa, destinations: [SA], occupations: ['7112'], from: 2027-01-01, ceiling: {minor: 0, currency: EUR}",
        "head: travel, from: 2027-01-01, ceiling: {minor: 1000, currency: EUR}",
        "head: travel, destinations: [SA], from: 2027-01-01, ceiling: {minor: 2000, currency: EUR}",
        "head: training, from: 2027-01-01, ceiling: {minor: 1000, currency: EUR}",
        "head: training, destinations: [SA], from: 2027-01-01, salary_months: 1",
    )
    visa, nowhere = paid("visa", 900), replace(HERE, destination="")
    unsaid = [("unsaid", "visa", None)]
    assert found(visa, programme=both) == []
    assert found(visa, programme=both, corridor=replace(HERE, destination="SA")) == [("forbidden", "visa", 900)]
    for unknown in (nowhere, replace(nowhere, occupation=""), replace(HERE, destination="SA", occupation="")):
        assert found(visa, programme=both, corridor=unknown) == unsaid
    assert found(visa, programme=both, corridor=replace(HERE, occupation="")) == [], "not for Saudi Arabia"
    assert found(paid("travel", 900), programme=both, corridor=nowhere) == [], "the other one allows more"
    assert found(paid("training", 900), programme=both, corridor=nowhere) == [("unsaid", "training", None)]


def test_a_stricter_ceiling_on_all_costs_that_could_hold_is_no_pass() -> None:
    whole = with_ceilings(
        "head: visa, from: 2027-01-01, ceiling: {minor: 1000, currency: EUR}",
        "head: any, destinations: [SA], from: 2027-01-01, ceiling: {minor: 500, currency: EUR}",
    )
    assert found(paid("visa", 900), programme=whole) == []
    assert found(paid("visa", 900), programme=whole, corridor=replace(HERE, destination="")) == [
        ("unsaid", "visa", None)
    ]


def test_the_ceiling_of_the_day_of_payment_counts() -> None:
    assert found(paid("medical", 5, paid_on=date(2026, 12, 31))) == []


def test_a_ceiling_that_changes_between_two_payments_is_not_a_second_one() -> None:
    changed = with_ceilings(
        "head: training, from: 2027-01-01, until: 2027-06-01, ceiling: {minor: 10000, currency: EUR}",
        "head: training, from: 2027-06-02, ceiling: {minor: 11000, currency: EUR}",
        "head: any, from: 2027-01-01, until: 2027-06-01, ceiling: {minor: 15000, currency: EUR}",
        "head: any, from: 2027-06-02, ceiling: {minor: 16000, currency: EUR}",
    )
    next_day = date(2027, 6, 2)
    first, second = paid("training", 10_000), paid("training", 11_000, paid_on=next_day)
    assert found(first, second, programme=changed) == [("over_limit", "training", 10_000)]
    assert found(first, paid("training", 1_000, paid_on=next_day), programme=changed) == []
    assert found(first, paid("training", 11_000, paid_on=next_day, by=CostBearer.AGENCY), programme=changed) == []
    visa = paid("visa", 15_000), paid("visa", 16_000, paid_on=next_day)
    assert found(*visa, programme=changed) == [("over_limit", "any", 15_000)]


@pytest.mark.parametrize("months", [1, 0])
def test_a_ceiling_on_all_costs_of_one_corridor_allows_no_fee_that_is_forbidden_everywhere(
    months: int,
) -> None:
    both = with_ceilings(
        "head: recruitment_fee, from: 2027-01-01, salary_months: 0",
        f"head: any, from: 2027-01-01, origins: [XK], destinations: [DE], salary_months: {months}",
    )
    here = replace(HERE, wage=Money(200_000, "EUR"))
    fee = paid("recruitment_fee", 50_000)
    assert found(fee, programme=both, corridor=here) == [("forbidden", "recruitment_fee", 50_000)]


def test_a_payment_without_a_receipt_is_told_and_raises_nothing() -> None:
    assert found(paid("visa", 5, proved=False)) == [("no_receipt", "visa", None)]


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from(list(CostHead)), st.integers(1, 40_000), st.sampled_from(["EUR", "USD"]))),
    st.sampled_from([None, Money(5_000, "EUR"), Money(5_000, "USD")]),
)
def test_once_all_that_is_over_was_refunded_the_worker_has_paid_no_more_than_is_allowed(
    costs: list[tuple[CostHead, int, str]], wage: Money | None
) -> None:
    corridor = replace(HERE, wage=wage)
    told = rules.check(RULES, corridor, [paid(head.value, minor, code) for head, minor, code in costs])
    for currency in ("EUR", "USD"):
        total = sum(minor for _head, minor, code in costs if code == currency)
        back = sum(one.excess.minor for one in told if one.excess and one.excess.currency == currency)
        assert 0 <= back <= total
        if currency == "EUR":
            assert total - back <= 30_000


@pytest.mark.parametrize("minor", [0, -1, 10**12 + 1])
def test_nothing_less_and_the_absurd_were_not_paid(minor: int) -> None:
    with error(InvalidInput, "invalid_amount"):
        rules.amount(Money(minor, "EUR"))


def test_every_step_of_an_alert_is_in_the_table_or_refused() -> None:
    for state, step, to in product(AlertState, AlertStepKind, AlertState):
        if to in TRANSITIONS.get((state, step), frozenset()):
            assert rules.require_step(state, step, to) is to
        else:
            with error(Conflict, "alert_state"):
                rules.require_step(state, step, to)


def test_who_recorded_a_cost_resolves_nothing() -> None:
    rules.require_other("a", ["b", "engine"])
    with error(Refused, "same_person"):
        rules.require_other("a", ["b", "a"])


def test_a_departure_waits_for_a_fee_only_where_the_worker_wants_it_and_a_clearance_stands() -> None:
    plan = programme(
        stage_text("papers", requirement_text("evidence: a", "a")),
        stage_text("end", requirement_text("evidence: b", "b"), rules="sign_off: supervisor\n    after: [papers]",
                   kind="departure"),
    )  # fmt: skip
    cleared = replace(signed_through(plan, case(fact("a", "a"), fact("b", "b"))), fees_open=True)
    assert [one.status for one in assess(plan, cleared, TODAY).stages] == ["signed_off", "signed_off"]
    end = assess(plan, replace(cleared, sign_offs=cleared.sign_offs[:1]), TODAY).stage("end")
    assert end.status == "blocked" and "fee" not in str(end.why)
    free = replace(cleared, sign_offs=cleared.sign_offs[:1], fees_open=False)
    assert assess(plan, free, TODAY).stage("end").status == "ready"


def test_findings_name_the_rule_that_they_come_from() -> None:
    [one] = rules.check(RULES, HERE, [paid("medical", 1)])
    assert isinstance(one.ceiling, FeeCeiling) and one.ceiling.legal_basis.title
    assert one.kind is FindingKind.FORBIDDEN
