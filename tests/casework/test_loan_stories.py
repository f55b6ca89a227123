"""Random lives of loans: whatever people and time do to a loan, in whatever order, its money adds up.

A story plays the services themselves over days that pass. After each step the ledger holds what a book kept beside it
says, `loans verify` finds nothing, the copy in the lists is what the ledger gives, and statements of past days are what
they were. What is refused changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from basis.errors import PredepartureError
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases.rules import CaseLife, is_ended
from casework.cases.tables import Case
from casework.ledger import queries as ledger
from casework.ledger import verifying
from casework.ledger.rules import EntryKind, LedgerAccount, balances
from casework.loans import disbursing, service, unwinding
from casework.loans.life import ENDED, LIVE, OUTSTANDING, UNWINDABLE, LoanState
from casework.loans.tables import Loan
from casework.loans.unwinding import REASONS, Refund, Unwind
from casework.repayments import forgiving, keeping, mistakes, payments, rules
from casework.repayments import queries as repayments
from casework.repayments import service as officers
from casework.repayments.forgiving import ProposeForgiveness
from casework.repayments.payments import RecordPayment
from casework.repayments.queries import Account
from casework.repayments.service import DEFERRAL_REASONS, Defer
from casework.repayments.statements import Statement
from casework.repayments.tables import Ground, LineState, LoanStanding
from checklists.programme import FeeHead, LoanTerms
from tests.support import repaying, storying
from tests.support.lending import Lending, catalogue_with
from tests.support.standing import Clock
from tests.support.storying import EXPECTED, LATE, PAID_OUT, Book, Place, only_if

A: Final = LedgerAccount
STALE: Final = 10**6
principals = st.sampled_from([1, 7, 100, 1_000, 99_999, 120_050, 10**8])
percents = st.sampled_from([-5, 0, 1, 10, 25, 50, 99, 100, 100, 101, 150])
days = st.sampled_from([0, 1, 2, 13, 28, 30, 31, 31, 45, 100, 365])
days_ago = st.sampled_from([0, 0, 0, 0, 1, 20, 45, -1])
mostly = st.sampled_from([True] * 9 + [False])


@pytest.fixture(scope="session")
def place(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return storying.made(sqlite_template, tmp_path_factory.mktemp("stories"))


class Stories(RuleBasedStateMachine):
    """The life of a loan, as people and time make it."""

    verified: tuple[int, ...] = ()
    place: Place

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.database = self.place.opened(self.clock)
        self.book, self.references = Book(), count(1)
        self.loan = UUID(int=0)
        self.seen: Loan | None = None
        self.stays = False  # by the worker's own doing, as was recorded last
        self.statements: list[tuple[date, datetime, Statement]] = []

    def teardown(self) -> None:
        self.database.engine.dispose()
        Path(str(self.database.engine.url.database)).unlink()

    @initialize(
        given=storying.TERMS,
        principal=principals,
        steps=st.sampled_from([*[5] * 15, 4, 3, 2, 1, 0]),
        months=st.sampled_from([4, 2, 1, 0]),
    )
    def begins(self, given: LoanTerms, principal: int, steps: int, months: int) -> None:
        self.desk = Lending(self.database, self.place.world, self.place.case, given, {FeeHead.TRAVEL: principal})
        self.desk.catalogue = catalogue_with(given, fee_ceilings=())
        self.loan = self.desk.ask(currency=given.cap.currency)
        for step in range(1, steps + 1):
            self.prepare(step, 0)
        if months and steps == 5:
            self.travels(CaseLife.DEPARTED)
            self.travels(CaseLife.ARRIVED)
            self.months_pass(months)

    @only_if(*(frozenset(LoanState) - OUTSTANDING))
    @rule(step=st.integers(0, 7), back=days_ago)
    def prepare(self, step: int, back: int) -> None:
        """A step of the way to the pay-out, whether or not it is its turn."""
        desk, loan, on = self.desk, self.loan, self.day(back)
        acts: list[Callable[[], object]] = [
            lambda: setattr(self, "loan", desk.ask(currency=desk.terms.cap.currency, asked_on=desk.today)),
            lambda: desk.assess(loan),
            lambda: desk.approve(loan),
            lambda: desk.explain(loan),
            lambda: desk.sign(loan, signed_on=on),
            lambda: desk.disburse(loan, disbursed_on=on, reference="TKT-1"),
            lambda: self.run(service.cancel, loan, "worker_asked", catalogue=False, actor=desk.caseworker),
            lambda: self.run(service.decline, loan, "Too high", actor=desk.second),
        ]
        if step == 0 and self.state in LIVE:
            self.refused(acts[step], "ended" if is_ended(self.life) else "loan_exists")
        elif self.done(acts[step]):
            if step == 0:
                self.book, self.statements = Book(), []  # those of the next loan
            if step == 5:
                self.book.money = -self.row.principal_minor

    @rule(life=st.sampled_from([CaseLife.DEPARTED, CaseLife.ARRIVED]))
    def travels(self, life: CaseLife) -> None:
        if (self.life, life) in ((CaseLife.OPEN, CaseLife.DEPARTED), (CaseLife.DEPARTED, CaseLife.ARRIVED)):
            self.desk.travel(life, self.desk.today)
            self.upkeep()

    @rule(months=st.sampled_from([1, 1, 1, 2, 3, 12]))
    def months_pass(self, months: int) -> None:
        """One by one, as the engine sees them."""
        for _month in range(months):
            self.days_pass(31, kept_up=True)

    @rule(passed=days, kept_up=mostly)
    def days_pass(self, passed: int, kept_up: bool) -> None:
        if self.row.disbursed_on is not None:
            on, known_at = self.desk.today, self.database.now()
            self.statements = [*self.statements[-4:], (on, known_at, self.statement(on, known_at))]
        self.clock.move(days=passed, minutes=1)
        if kept_up:
            self.upkeep()

    @rule(percent=percents, back=days_ago, current=mostly)
    def pays(self, percent: int, back: int, current: bool) -> None:
        """A part of what is owed, or of an instalment, or more; from a form that may be stale."""
        owed = self.account.owed.owed if self.row.disbursed_on else 100
        reference = f"B-{next(self.references)}"
        self.pay(reference, max(owed, 1) * percent // 100, self.day(back), current=current)

    @rule(back=days_ago, later=days)
    def pays_what_is_due(self, back: int, later: int) -> None:
        self.days_pass(later, kept_up=True)
        standing = self.account.standing(self.desk.today) if self.row.disbursed_on else None
        if standing is not None:
            self.pay(f"B-{next(self.references)}", standing.due or standing.next_amount, self.day(back))

    @precondition(lambda self: self.book.lines)
    @rule(data=st.data())
    def hands_in_a_payment_again(self, data: st.DataObject) -> None:
        reference = data.draw(st.sampled_from(sorted(self.book.lines)))
        line = self.book.lines[reference]
        self.pay(reference, line.amount_minor, line.booked_on)

    @precondition(lambda self: self.book.lines)
    @rule(data=st.data(), reason=st.sampled_from(sorted(payments.TAKE_BACK_REASONS)), back=days_ago)
    def payment_comes_back(self, data: st.DataObject, reason: str, back: int) -> None:
        line = self.book.lines[data.draw(st.sampled_from(sorted(self.book.lines)))]
        taken = self.done(lambda: self.run(payments.take_back, line.id, reason, self.day(back)))
        assert bool(taken) <= (line.state is LineState.COUNTED)
        if taken:
            self.book.money -= line.amount_minor
            self.book.lines[line.reference] = taken

    @PAID_OUT
    @rule(percent=percents, again=mostly)
    def credit_goes_back(self, percent: int, again: bool) -> None:
        credit = max(0, self.account.owed.credit) if self.row.disbursed_on else 100
        reference, amount = f"OUT-{next(self.references)}", max(credit, 1) * percent // 100
        if not again and self.book.refunds:
            reference, amount = next(iter(self.book.refunds.items()))
        if self.done(lambda: self.run(payments.refund, self.loan, amount, self.desk.today, reference), none=True):
            self.book.money -= 0 if reference in self.book.refunds else amount
            self.book.refunds[reference] = amount

    @PAID_OUT
    @rule(until=days, later=days, reason=st.sampled_from([*DEFERRAL_REASONS, "holiday"]))
    def is_put_off(self, until: int, reason: str, later: int) -> None:
        self.days_pass(later, kept_up=True)
        day = self.desk.today + timedelta(days=until)
        self.done(lambda: self.run(officers.defer, Defer(loan_id=self.loan, reason=reason, until=day, evidence="E-1")))

    @only_if(LoanState.DEFERRED, *LATE)
    @rule(which=st.sampled_from(["resume", "collect", "take_back"]), later=days)
    def officer_decides(self, which: str, later: int) -> None:
        self.days_pass(later, kept_up=True)
        self.done(lambda: self.run(getattr(officers, which), self.loan), none=True)

    @only_if(LoanState.REPAYING, *LATE)
    @rule(notice=st.sampled_from([13, 14, 30]), later=days)
    def is_called_in(self, notice: int, later: int) -> None:
        self.days_pass(later, kept_up=True)
        self.done(lambda: self.run(officers.accelerate, self.loan, self.desk.today + timedelta(days=notice)))

    @PAID_OUT
    @rule(percent=st.sampled_from([None, -5, 0, 1, 10, 25, 25, 50, 99, 101]), confirmed=mostly, same=mostly)
    def is_forgiven(self, percent: int | None, confirmed: bool, same: bool) -> None:
        """Two people; the second may be the first by mistake, or find that it is no ground."""
        owed = self.account.owed.owed if self.row.disbursed_on else 100
        command = ProposeForgiveness(
            loan_id=self.loan,
            ground=Ground.BANKRUPTCY,
            amount_minor=None if percent is None else owed * percent // 100,
            evidence="E-2",
        )
        row = self.done(lambda: self.run(forgiving.propose, command))
        if not row:
            return
        if not same:
            self.refused(lambda: self.run(forgiving.confirm, row.id), "same_person")
        if not confirmed or not self.done(lambda: self.run(forgiving.confirm, row.id, actor=self.desk.second)):
            assert self.done(lambda: self.run(forgiving.decline, row.id, "not_proved", actor=self.desk.second))

    @only_if(*UNWINDABLE, LoanState.ACCELERATED)
    @rule(reason=st.sampled_from([*REASONS, *sorted(unwinding.BY_WORKER) * 3]), percent=percents, back=days_ago)
    def does_not_travel(self, reason: str, percent: int, back: int) -> None:
        refund = self.row.principal_minor * percent // 100
        command = Unwind(loan_id=self.loan, reason=reason, refund_minor=refund, unwound_on=self.day(back))
        done = self.done(lambda: self.run(unwinding.unwind, command))
        assert self.stays or not done or reason not in unwinding.BY_WORKER
        if done:
            self.book.carrier += refund

    @only_if(*UNWINDABLE, LoanState.ACCELERATED)
    @precondition(lambda self: self.life is CaseLife.OPEN)
    @rule(by=st.sampled_from([*["worker"] * 3, "carrier", "programme"]))
    def journey_is_cancelled(self, by: str) -> None:
        self.desk.cancels(by)
        self.stays = by == "worker"

    @precondition(lambda self: self.book.carrier)
    @rule(percent=percents, back=days_ago)
    def carrier_pays(self, percent: int, back: int) -> None:
        amount, reference = max(self.book.carrier, 1) * percent // 100, f"C-{next(self.references)}"
        command = Refund(loan_id=self.loan, amount_minor=amount, received_on=self.day(back), reference=reference)
        if self.done(lambda: self.run(unwinding.receive, command)):
            self.book.carrier -= amount
            self.book.money += amount

    @precondition(lambda self: self.book.carrier)
    @rule()
    def carrier_keeps_the_rest(self) -> None:
        if self.done(lambda: self.run(unwinding.give_up, self.loan)):
            self.book.carrier, self.book.given_up = 0, self.book.carrier

    @PAID_OUT
    @rule(data=st.data(), reason=st.sampled_from(sorted(payments.TAKE_BACK_REASONS)), back=days_ago)
    def refund_was_a_mistake(self, data: st.DataObject, reason: str, back: int) -> None:
        found = mistakes.standing(self.account.entries)
        if not found:
            return
        entry = data.draw(st.sampled_from(found))
        given = (self.loan, entry.id, reason, self.day(back))
        if not self.done(lambda: self.run(mistakes.take_back, *given), none=True):
            return
        money = entry.amount(A.MONEY)
        self.book.money -= money
        if entry.kind is EntryKind.REFUND_RECEIVED:
            self.book.carrier += money
        elif entry.kind is EntryKind.REFUND_LOST:
            self.book.carrier, self.book.given_up = self.book.given_up, 0
        else:
            del self.book.refunds[entry.reference]
        self.refused(lambda: self.run(mistakes.take_back, *given), "taken_back")

    @rule(role=st.sampled_from([Role.CASEWORKER, Role.AGENCY_USER, Role.AUDITOR, Role.EMPLOYER_USER]))
    def somebody_else_tries(self, role: Role) -> None:
        actor = self.place.world[role]
        self.refused(lambda: self.run(officers.resume, self.loan, actor=actor), "role")
        self.refused(lambda: self.desk.disburse(self.loan, actor), "role")

    @PAID_OUT
    @rule()
    def is_paid_out_again(self) -> None:
        assert not self.done(lambda: self.desk.disburse(self.loan, reference="TKT-2"))

    @invariant()
    def adds_up(self) -> None:
        self.seen = self.row
        self.ledger_says_what_was_done()
        self.nothing_is_found()
        self.standing_is_what_the_ledger_gives()
        for on, known_at, made in self.statements:
            assert self.statement(on, known_at) == made

    def ledger_says_what_was_done(self) -> None:
        with self.database.read() as session:
            held = balances(ledger.entries(session, self.loan))
        assert (held[A.MONEY], held[A.CARRIER]) == (self.book.money, self.book.carrier)
        assert sum(held.values()) == 0
        assert (held[A.LOAN_PRINCIPAL] >= 0) & (held[A.INTEREST_DUE] >= 0) & (held[A.CREDIT] <= 0)
        if not self.row.interest:
            assert held[A.INTEREST_EARNED] == 0

    def nothing_is_found(self) -> None:
        changes = self.changes
        if changes == self.verified:
            return
        found = verifying.verify(self.database)
        assert found.whole, [str(one.message) for one in found.findings]
        self.verified = changes

    def standing_is_what_the_ledger_gives(self) -> None:
        row = self.row
        if row.disbursed_on is None:
            assert row.state not in OUTSTANDING
            return
        account = self.account
        today = self.desk.today
        standing, owed, plan = account.standing(today), account.owed, rules.plan_on(account.plans, today)
        assert 0 <= standing.overdue <= standing.due <= standing.owed == owed.owed
        assert not (owed.owed and owed.credit)
        repaying.assert_nothing_comes_nearer(account.plans)
        assert account.plans[-1].kind is not rules.PlanKind.ACCELERATED or row.state in {*LATE[1:], *ENDED}
        assert (standing.overdue > 0) == (standing.overdue_since is not None) == (standing.overdue_days > 0)
        assert (row.state in OUTSTANDING) == (owed.owed > 0)
        assert (row.state in ENDED) == (row.ended_on is not None)
        if row.state is LoanState.DEFERRED and plan is not None and plan.rest_until is not None:
            assert today > plan.rest_until or standing.due == 0
        if owed.owed and row.state is not LoanState.DISBURSED:
            assert standing.due + standing.next_amount > 0
        with self.database.read() as session:
            kept = session.get_one(LoanStanding, row.id)
        assert (kept.principal_minor, kept.interest_minor, kept.credit_minor) == (
            owed.principal,
            owed.interest,
            owed.credit,
        )
        assert (kept.state, kept.version) == (row.state, row.version)
        if kept.seen_on == self.desk.today:
            assert (kept.due_minor, kept.overdue_minor, kept.state) == (standing.due, standing.overdue, standing.state)

    @property
    def life(self) -> CaseLife:
        with self.database.read() as session:
            return session.get_one(Case, self.desk.case.id).life

    @property
    def row(self) -> Loan:
        return self.desk.loan(self.loan)

    @property
    def state(self) -> LoanState:
        return self.row.state

    @property
    def account(self) -> Account:
        with self.database.read() as session:
            return repayments.account(session, self.desk.catalogue, self.desk.officer, self.loan)

    def day(self, back: int) -> date:
        return self.desk.today - timedelta(days=back)

    def statement(self, on: date, known_at: datetime) -> Statement:
        with self.database.read() as session:
            return repayments.statement_of(session, self.desk.officer, self.loan, on, known_at)[2]

    def upkeep(self) -> None:
        self.run(disbursing.begin_due, 10, actor=ENGINE)
        while self.run(keeping.keep_up, 10, actor=ENGINE):
            pass

    def run(self, operation: Callable[..., Any], *args: Any, actor: Actor | None = None, catalogue: bool = True) -> Any:
        given = (self.desk.catalogue, *args) if catalogue else args
        return self.database.run(actor or self.desk.officer, operation, *given)

    def pay(self, reference: str, amount: int, on: date, *, current: bool = True) -> None:
        command = RecordPayment(
            loan_id=self.loan, reference=reference, paid_on=on, amount_minor=amount,
            currency=self.desk.terms.cap.currency,
        )  # fmt: skip
        version = () if current else (STALE,)
        line = self.done(lambda: self.run(payments.record, command, *version))
        if not line:
            return
        known = self.book.lines.get(reference)
        assert known is None or known.state in (LineState.COUNTED, LineState.TAKEN_BACK)
        if known is None or known.state is LineState.TAKEN_BACK:
            self.book.money += amount
        self.book.lines[reference] = line

    def done(self, act: Callable[[], Any], *, none: bool = False) -> Any:
        """What an act gives (True for None, where it gives `none`); None where it was refused, and changed nothing."""
        self.clock.move(minutes=1)
        before = self.changes
        try:
            found = act()
        except PredepartureError as error:
            if error.code not in EXPECTED:
                raise
            assert self.changes == before
            return None
        return found if found is not None else True

    def refused(self, act: Callable[[], Any], code: str) -> None:
        before = self.changes
        with pytest.raises(PredepartureError) as caught:
            act()
        assert caught.value.code == code
        assert self.changes == before

    @property
    def changes(self) -> tuple[int, ...]:
        """Rises with every change: each leaves an event."""
        with self.database.read() as session:
            tables = ("audit_event", "ledger_entry", "instalment", "bank_line", "money_paper", "loan_forgiveness")
            return tuple(
                session.connection().execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables
            )


def test_whatever_happens_to_a_loan_its_money_adds_up(place: Place) -> None:
    play(place, "Few", max_examples=2, stateful_step_count=15)


@pytest.mark.deep
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["First", "Second", "Third", "Fourth"])
def test_whatever_happens_to_many_loans_their_money_adds_up(place: Place, name: str) -> None:
    play(place, name, max_examples=20, stateful_step_count=50)


def play(place: Place, name: str, **values: Any) -> None:
    """`name`: where the same examples are drawn in every run, each name draws its own."""
    kind = type(f"{name}Stories", (Stories,), {"place": place})
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    # To explain a failure hypothesis would trace every line.
    phases = [phase for phase in Phase if phase is not Phase.explain]
    run_state_machine_as_test(
        kind, settings=settings(deadline=None, suppress_health_check=slow, phases=phases, **values)
    )
