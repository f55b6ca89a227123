"""What is owed of a loan, and when: allocation, plans, interest, standing and statements, to the minor unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basis.errors import InvalidInput
from basis.ids import new_id
from basis.money import Money
from casework.ledger import rules as ledger
from casework.ledger.rules import Booked, Movement
from casework.loans import rules as loans
from casework.loans.life import Act, LoanState, moved
from casework.repayments import bank_files, rules
from casework.repayments.rules import AgeBand, Plan, PlanKind, PlanRow, Position
from casework.repayments.statements import statement
from tests.support import repaying

PAID_OUT = date(2027, 4, 1)
NOON = datetime(2027, 4, 1, 12, tzinfo=UTC)
amounts = st.integers(1, 10**9)


def booked(movement: Movement, on: date, known: datetime | None = None) -> Booked:
    return Booked(
        id=new_id(),
        subject_id=new_id(),
        kind=movement.kind,
        currency="EUR",
        happened_on=on,
        recorded_at=known or datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
        recorded_by="test",
        lines=movement.lines,
    )


def plan(principal: int = 120_000, instalments: int = 12, due_day: int = 15, rate: int = 0) -> Plan:
    """From 15 November 2027 on, a month each."""
    dues = loans.schedule(Money(principal, "EUR"), instalments, date(2027, 11, min(due_day, 30)), due_day)
    rows, left, begun = [], principal, PAID_OUT
    for due in dues:
        rows.append(
            PlanRow(
                due.number,
                due.due_on,
                due.amount.minor,
                rules.interest_on(left, (due.due_on - begun).days, rate),
            )
        )
        left, begun = left - due.amount.minor, due.due_on
    return Plan(1, PlanKind.SIGNED, PAID_OUT, NOON, PAID_OUT, tuple(rows))


def owes(principal: int, interest: int = 0, credit: int = 0) -> Position:
    return Position(principal, interest, credit)


@given(amounts, st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_parts_of_a_payment_sum_to_it_and_none_is_more_than_is_owed(
    amount: int, interest: int, principal: int
) -> None:
    got = rules.allocate(amount, owes(principal, interest))
    assert got.to_interest + got.to_principal + got.to_credit == amount
    assert 0 <= got.to_interest <= interest
    assert 0 <= got.to_principal <= principal
    assert got.to_principal == 0 or got.to_interest == interest
    assert got.to_credit == 0 or (got.to_interest, got.to_principal) == (interest, principal)


@pytest.mark.parametrize("amount", [0, -1, 10**12 + 1])
def test_nothing_a_negative_and_an_absurd_amount_are_no_payment(amount: int) -> None:
    with pytest.raises(InvalidInput):
        rules.allocate(amount, owes(100))


def test_before_the_first_day_nothing_is_due_and_the_first_instalment_comes_next() -> None:
    got = rules.standing(plan(), owes(120_000), date(2027, 11, 14), LoanState.IN_GRACE)
    assert (got.state, got.due, got.overdue) == (LoanState.IN_GRACE, 0, 0)
    assert (got.next_due, got.next_amount, got.changes_on) == (date(2027, 11, 15), 10_000, date(2027, 11, 15))


def test_on_its_day_an_instalment_is_due_and_a_day_later_overdue() -> None:
    on = rules.standing(plan(), owes(120_000), date(2027, 11, 15), LoanState.IN_GRACE)
    assert (on.state, on.due, on.overdue, on.changes_on) == (LoanState.REPAYING, 10_000, 0, date(2027, 11, 16))
    after = rules.standing(plan(), owes(120_000), date(2027, 11, 16), LoanState.REPAYING)
    assert (after.state, after.due, after.overdue) == (LoanState.OVERDUE, 10_000, 10_000)
    assert (after.overdue_days, after.missed, after.band) == (1, 1, AgeBand.TO_30)


def test_a_loan_counts_as_overdue_only_after_the_days_that_its_terms_allow() -> None:
    last = rules.standing(plan(), owes(120_000), date(2027, 11, 20), LoanState.REPAYING, 5)
    assert (last.state, last.overdue, last.changes_on) == (LoanState.REPAYING, 10_000, date(2027, 11, 21))
    assert rules.standing(plan(), owes(120_000), date(2027, 11, 21), LoanState.REPAYING, 5).state is LoanState.OVERDUE


def test_a_part_of_an_instalment_leaves_the_rest_overdue_from_its_day() -> None:
    got = rules.standing(plan(), owes(115_000), date(2028, 1, 20), LoanState.OVERDUE)
    assert (got.overdue, got.overdue_since, got.missed) == (25_000, date(2027, 11, 15), 3)
    assert got.band is AgeBand.TO_90


@pytest.mark.parametrize(
    ("ahead", "since"),
    [(0, date(2027, 11, 15)), (-1, date(2027, 11, 15)), (1, date(2027, 12, 15))],
    ids=["the interest is missing", "a cent of the principal, too", "principal paid ahead covers the interest"],
)
def test_what_was_paid_ahead_covers_the_interest_of_an_earlier_instalment(ahead: int, since: date) -> None:
    made = plan(rate=900)
    first, second = made.rows[:2]
    interest = first.interest + second.interest
    got = rules.standing(
        made,
        owes(120_000 - first.principal - (first.interest if ahead > 0 else ahead), interest),
        date(2027, 12, 16),
        LoanState.REPAYING,
    )
    assert got.overdue_since == since


def test_an_early_payment_covers_the_coming_instalments_in_their_order() -> None:
    got = rules.standing(plan(), owes(95_000), date(2027, 11, 1), LoanState.IN_GRACE)
    assert (got.due, got.next_due, got.next_amount) == (0, date(2028, 1, 15), 5_000)
    assert [one.covered for one in rules.covered(plan(), 95_000)][:4] == [10_000, 10_000, 5_000, 0]


def test_what_was_paid_catches_up_and_everything_paid_settles() -> None:
    day = date(2027, 12, 1)
    assert rules.standing(plan(), owes(110_000), day, LoanState.OVERDUE).state is LoanState.REPAYING
    assert rules.standing(plan(), owes(0), day, LoanState.OVERDUE).state is LoanState.SETTLED
    assert rules.standing(plan(), owes(0), day, LoanState.FORGIVEN).state is LoanState.FORGIVEN


@pytest.mark.parametrize("held", [LoanState.ACCELERATED, LoanState.IN_COLLECTION, LoanState.UNWOUND])
def test_what_people_decided_is_not_undone_by_time(held: LoanState) -> None:
    assert rules.standing(plan(), owes(120_000), date(2030, 1, 1), held).state is held


def test_a_loan_that_waits_for_the_arrival_owes_nothing_yet_whatever_its_first_days_were() -> None:
    got = rules.standing(plan(), owes(120_000), date(2030, 1, 1), LoanState.DISBURSED)
    assert (got.state, got.due, got.overdue, got.changes_on) == (LoanState.DISBURSED, 0, 0, None)


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, None), (1, AgeBand.TO_30), (30, AgeBand.TO_30), (31, AgeBand.TO_60), (60, AgeBand.TO_60),
     (61, AgeBand.TO_90), (90, AgeBand.TO_90), (91, AgeBand.OVER_90)],
)  # fmt: skip
def test_age_bands_change_after_30_60_and_90_days(days: int, band: AgeBand | None) -> None:
    assert rules.age_band(days) is band


def defer(before: Plan, principal: int, on: date, until: date, rate: int = 0) -> Plan:
    rows = rules.deferred(before, owes(principal), until, 15, rate, until)
    return Plan(before.number + 1, PlanKind.DEFERRED, on, NOON, until, rows, until)


def test_in_a_deferral_nothing_is_due_and_after_it_the_same_amounts_are_asked_for() -> None:
    later = defer(plan(), 115_000, date(2028, 1, 20), date(2028, 6, 30))
    rest = rules.standing(later, owes(115_000), date(2028, 6, 30), LoanState.DEFERRED)
    assert (rest.state, rest.due, rest.overdue, rest.changes_on) == (LoanState.DEFERRED, 0, 0, date(2028, 7, 1))
    after = rules.standing(later, owes(115_000), date(2028, 7, 1), LoanState.DEFERRED)
    assert (after.state, after.next_due, after.next_amount) == (LoanState.REPAYING, date(2028, 7, 15), 5_000)
    assert [row.principal for row in later.rows] == [5_000, *[10_000] * 11]


@given(st.integers(1, 10**7), st.integers(1, 60), st.integers(0, 10**7), st.integers(0, 900), st.integers(1, 31))
@settings(max_examples=60)
def test_the_plan_after_a_deferral_sums_to_what_was_left(
    principal: int, instalments: int, paid: int, days: int, due_day: int
) -> None:
    left, before = max(1, principal - paid), plan(principal, instalments)
    until = date(2027, 1, 1) + timedelta(days=days)
    rows = rules.deferred(before, owes(left), until, due_day, 900, until)
    assert sum(row.principal for row in rows) == left
    assert all(row.principal > 0 and row.interest >= 0 and row.due_on > until for row in rows)
    assert [row.due_on for row in rows] == sorted({row.due_on for row in rows})
    due = next(one.row.due_on for one in rules.covered(before, left) if one.open)
    assert (rows[0].due_on - max(until, due)).days <= 31
    repaying.assert_no_nearer(rows, before, left)


decisions = st.lists(
    st.tuples(st.integers(0, 200), st.integers(-20_000, 40_000), st.one_of(st.none(), st.integers(1, 900))), max_size=6
)


@given(decisions, st.sampled_from([1, 15, 30, 31]))
@settings(max_examples=100)
def test_no_deferral_and_no_end_of_one_brings_money_nearer_than_it_was_without(
    decided: list[tuple[int, int, int | None]], due_day: int
) -> None:
    """After days, and payments that come or come back, a loan is put off for days, or (None) taken up again."""
    plans, principal, on = [plan(due_day=due_day)], 120_000, PAID_OUT
    for days, paid, later in decided:
        on, principal = on + timedelta(days=days), min(120_000, max(1, principal - paid))
        before, until = rules.without_deferral(plans, on), on + timedelta(days=later or 0)
        assert before is not None
        rows = rules.deferred(before, owes(principal), until, due_day, 0, until)
        repaying.assert_no_nearer(rows, before, principal)
        assert sum(row.principal for row in rows) == principal
        if plans[-1].rest_until is None or plans[-1].rest_until < on:
            assert before is plans[-1]
        kind = PlanKind.DEFERRED if later else PlanKind.RESUMED
        plans.append(Plan(len(plans) + 1, kind, on, NOON, until, rows, until if later else None))


def test_what_comes_later_than_a_deferral_keeps_its_day() -> None:
    until = date(2027, 11, 30)
    assert rules.deferred(plan(), owes(60_000), until, 15, 0, until)[0].due_on == date(2028, 5, 15)
    assert rules.deferred(plan(), owes(120_000), date(2027, 4, 2), 15, 0, PAID_OUT) == plan().rows


def test_the_plan_without_a_deferral_is_the_last_one_by_months_that_needs_no_rest_any_more() -> None:
    signed = plan()
    first = defer(signed, 120_000, date(2027, 6, 1), date(2028, 5, 31))
    second = defer(signed, 120_000, date(2028, 1, 1), date(2028, 12, 31))
    called = Plan(3, PlanKind.ACCELERATED, date(2028, 8, 1), NOON, date(2028, 8, 1), rules.accelerated(owes(5), NOON))
    assert rules.without_deferral([signed, first, second], date(2028, 2, 1)) is signed
    assert rules.without_deferral([signed, first, second], date(2028, 6, 1)) is first
    assert rules.without_deferral([signed, first, called], date(2028, 8, 1)) is first
    assert rules.without_deferral([], date(2028, 8, 1)) is None


def test_where_only_interest_is_owed_none_is_added() -> None:
    got = rules.standing(plan(rate=900), owes(0, 1_272), date(2027, 12, 1), LoanState.REPAYING)
    assert (got.due, got.next_due, got.next_amount) == (0, date(2028, 10, 15), 1_272)


def test_month_ends_of_a_new_plan_count_from_the_original_day() -> None:
    rows = rules.deferred(plan(30_000, 3), owes(30_000), date(2028, 1, 30), 31, 0, date(2028, 1, 30))
    assert [row.due_on for row in rows] == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31)]


def test_a_payment_that_came_back_after_a_new_plan_is_due_with_its_first_instalment_and_in_the_next_plan() -> None:
    later = defer(plan(), 100_000, date(2028, 1, 20), date(2028, 6, 30))
    before = rules.standing(later, owes(110_000), date(2028, 7, 10), LoanState.REPAYING)
    assert (before.due, before.overdue, before.next_due, before.next_amount) == (0, 0, date(2028, 7, 15), 20_000)
    on = rules.standing(later, owes(110_000), date(2028, 7, 15), LoanState.REPAYING)
    assert (on.due, on.overdue) == (20_000, 0)
    got = rules.standing(later, owes(110_000), date(2028, 7, 16), LoanState.REPAYING)
    assert (got.overdue, got.overdue_since) == (20_000, date(2028, 7, 15))
    assert rules.deferred(later, owes(110_000), date(2028, 9, 1), 15, 0, date(2028, 9, 1))[0].principal == 20_000


def test_interest_that_was_left_over_before_a_deferral_is_due_with_the_first_instalment_after_it() -> None:
    later = defer(plan(rate=900), 120_000, date(2027, 6, 1), date(2028, 5, 31), 900)
    got = rules.standing(later, owes(120_000, 533), date(2028, 6, 1), LoanState.DEFERRED)
    assert (got.state, got.due, got.overdue) == (LoanState.REPAYING, 0, 0)
    assert got.next_amount == 10_000 + later.rows[0].interest + 533


def test_simple_interest_is_counted_by_days_and_rounded_once() -> None:
    assert rules.interest_on(100_000, 365, 900) == 9_000
    assert rules.interest_on(100_000, 31, 900) == 764  # 764.38
    assert rules.interest_on(100_000, 33, 900) == 814  # 813.70
    assert rules.interest_on(100_000, 365, 0) == 0


def test_who_pays_on_the_day_pays_the_interest_of_the_plan_to_the_minor_unit() -> None:
    signed = plan(120_000, 12, rate=900)
    entries = [booked(ledger.disbursement(120_000), PAID_OUT)]
    for row in signed.rows:
        until = rules.interest_until([signed], entries, 900, row.due_on, closing=False)
        assert until == sum(one.interest for one in signed.rows if one.due_on <= row.due_on)
        entries.append(booked(ledger.payment(0, row.principal, 0), row.due_on))


def test_who_pays_nothing_pays_no_more_interest_than_the_plan_says() -> None:
    signed = plan(120_000, 12, rate=900)
    entries = [booked(ledger.disbursement(120_000), PAID_OUT)]
    total = sum(row.interest for row in signed.rows)
    assert rules.interest_until([signed], entries, 900, date(2035, 1, 1), closing=False) == total


def test_who_repays_all_in_the_middle_of_a_month_pays_interest_to_that_day() -> None:
    signed = plan(120_000, 12, rate=900)
    day = PAID_OUT + timedelta(days=73)
    entries = [booked(ledger.disbursement(120_000), PAID_OUT), booked(ledger.payment(0, 120_000, 0), day)]
    assert rules.interest_until([signed], entries, 900, day, closing=False) == 0
    assert rules.interest_until([signed], entries, 900, day, closing=True) == 2_160
    assert rules.interest_until([signed], entries, 900, date(2030, 1, 1), closing=False) == 2_160


def test_interest_stops_in_a_deferral() -> None:
    signed = plan(120_000, 12, rate=900)
    entries = [booked(ledger.disbursement(120_000), PAID_OUT)]
    later = defer(signed, 120_000, date(2027, 6, 1), date(2028, 5, 31), 900)
    until_then = rules.interest_on(120_000, 61, 900)
    assert rules.interest_until([signed, later], entries, 900, date(2028, 5, 31), closing=True) == until_then
    first = rules.interest_on(120_000, 15, 900)
    assert rules.interest_until([signed, later], entries, 900, date(2028, 6, 15), closing=False) == until_then + first


def test_a_plan_whose_days_are_known_later_counts_the_same_interest_once() -> None:
    signed = plan(120_000, 12, rate=900)
    entries = [booked(ledger.disbursement(120_000), PAID_OUT)]
    arrived = date(2027, 5, 20)
    dated = Plan(2, PlanKind.DATED, arrived, NOON, PAID_OUT, signed.rows)
    assert rules.interest_until([signed, dated], entries, 900, date(2027, 10, 1), closing=False) == 0
    first = signed.rows[0]
    assert rules.interest_until([signed, dated], entries, 900, first.due_on, closing=False) == first.interest


payments = st.lists(st.tuples(st.integers(0, 1200), st.integers(1, 60_000)), max_size=12)


def life(paid: Sequence[tuple[int, int]], principal: int = 120_000) -> list[Booked]:
    """A loan that is paid out, then these payments: days after it, amount."""
    entries = [booked(ledger.disbursement(principal), PAID_OUT)]
    for days, amount in sorted(paid):
        split = rules.allocate(amount, rules.position(entries))
        movement = ledger.payment(split.to_interest, split.to_principal, split.to_credit)
        entries.append(booked(movement, PAID_OUT + timedelta(days=days)))
    return entries


@given(payments, st.integers(0, 1300))
@settings(max_examples=60)
def test_payments_early_or_late_never_change_the_sum(paid: list[tuple[int, int]], day: int) -> None:
    entries, on = life(paid), PAID_OUT + timedelta(days=day)
    got = statement([plan()], entries, on, datetime(2035, 1, 1, tzinfo=UTC))
    given = sum(amount for days, amount in paid if days <= day)
    assert got.balance == 120_000 - given
    assert got.credit == max(0, given - 120_000)
    assert got.principal + sum(one.covered for one in got.rows) == 120_000
    due_until_now = sum(one.row.principal for one in got.rows if one.row.due_on <= on)
    assert got.due == max(0, due_until_now - given)
    assert got.overdue <= got.due <= got.principal
    assert (got.lines[-1].balance if got.lines else 0) == got.balance


@given(payments, payments, st.integers(0, 1300))
@settings(max_examples=60)
def test_a_statement_with_its_instant_never_changes_by_what_is_recorded_later(
    before: list[tuple[int, int]], after: list[tuple[int, int]], day: int
) -> None:
    known_at = datetime(2031, 1, 1, tzinfo=UTC)
    on = PAID_OUT + timedelta(days=day)
    entries, signed = life(before), plan()
    made = statement([signed], entries, on, known_at)
    late = [
        booked(ledger.payment(0, 0, amount), PAID_OUT + timedelta(days=days), known_at + timedelta(seconds=1))
        for days, amount in after
    ]
    later = Plan(2, PlanKind.DEFERRED, PAID_OUT, known_at + timedelta(seconds=1), on, signed.rows, on)
    assert statement([signed, later], [*late, *entries], on, known_at) == made


def test_every_change_of_state_by_time_or_payment_is_a_way_through_the_table_of_the_life_of_a_loan() -> None:
    for (before, after), acts in rules.MOVES.items():
        state = before
        for act in acts:
            state = moved(state, act)
        assert state is after


def test_a_loan_that_was_called_in_and_is_held_as_repaying_comes_back_to_that_by_itself() -> None:
    called = Plan(
        2, PlanKind.ACCELERATED, date(2028, 8, 1), NOON, date(2028, 8, 1), rules.accelerated(owes(5), date(2028, 8, 1))
    )
    found = rules.standing(called, owes(120_000), date(2028, 9, 1), LoanState.REPAYING).state
    assert rules.acts_to(LoanState.REPAYING, found) == (Act.FALL_OVERDUE, Act.ACCELERATE)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("L-2026-000123", "L-2026-000123"), ("rate l2026000123.", "L-2026-000123"), ("L 2026 000123", "L-2026-000123"),
        ("L-2026-000123 / L-2026-000123", "L-2026-000123"), ("L-2026-000123 L-2026-000124", ""), ("XL-2026-000123", ""),
        ("L-2026-0001234", ""), ("L-2026-00012", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_number_of_a_loan_is_found_in_a_text_and_never_guessed(text: str, number: str) -> None:
    assert bank_files.loan_number(text) == number
