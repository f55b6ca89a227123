"""`loans verify`: a ledger that adds up has no finding, and each kind of damage done past the software is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, text
from sqlmodel import col

from basis.ids import new_id
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.database import Database
from casework.ledger import rules, service, verifying
from casework.ledger.rules import EntryKind, LedgerAccount, Posting, Subject, SubjectKind
from casework.ledger.tables import LedgerEntry, LedgerLine
from casework.ledger.wrong import WORDS, Wrong
from casework.loans.life import LoanState
from casework.loans.tables import Instalment, Loan, LoanPurpose
from casework.repayments.rules import PlanKind
from casework.repayments.tables import BankLine, LineState, LoanPlan, LoanStanding
from casework.work import Work
from checklists.requirement import FeeHead
from tests.support.factories import TODAY
from tests.support.standing import Clock

OPEN, SETTLED = "open", "settled"
BOTH = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Two loans that add up: one in repayment, after a payment that came back and a deferral; one that is settled."""

    number: str
    open: UUID
    settled: UUID
    payment: UUID
    reversal: UUID
    case: UUID


def _loan(work: Work, case: Case, number: str, state: LoanState) -> Subject:
    loan = Loan(
        case_id=case.id, number=number, principal_minor=1_000, currency="EUR", state=state, asked_on=TODAY,
        within_cap=True, recorded_at=work.now, recorded_by="engine", disbursed_on=TODAY, version=3,
    )  # fmt: skip
    work.session.add(loan)
    work.session.flush()
    rows: list[Any] = [
        Instalment(loan_id=loan.id, number=number, due_on=TODAY, amount_minor=amount)
        for number, amount in ((1, 333), (2, 333), (3, 334))
    ]
    heads = ((FeeHead.TRAVEL, 900), (FeeHead.VISA, 100))
    rows += [LoanPurpose(loan_id=loan.id, head=head, amount_minor=amount) for head, amount in heads]
    work.session.add_all(rows)
    subject = Subject(SubjectKind.LOAN, loan.id, case.id, "EUR")
    service.post(work, Posting(subject, rules.disbursement(1_000), TODAY, f"disburse:{loan.id}", "TK 1"))
    return subject


def _begun(work: Work, case: Case, number: str) -> Ledger:
    settled = _loan(work, case, f"{number}-{SETTLED}", LoanState.SETTLED)
    service.post(work, Posting(settled, rules.payment(0, 1_000, 50), TODAY, f"{number}-1"))
    going = _loan(work, case, f"{number}-{OPEN}", LoanState.REPAYING)
    payment = service.post(work, Posting(going, rules.payment(0, 400, 0), TODAY, f"{number}-2"))
    returned = service.post(work, Posting(going, rules.payment(0, 100, 0), TODAY, f"{number}-3"))
    back = service.reverse(work, returned.id, "returned_by_bank", TODAY)
    return Ledger(number, going.id, settled.id, payment.id, back.id, case.id)


def _deferred(work: Work, case: Case, ledger: Ledger) -> None:
    """A plan of what is left, a payment after it, and what lists and the bank's lines show of the loan."""
    plan = LoanPlan(
        loan_id=ledger.open, number=2, kind=PlanKind.DEFERRED, starts_on=TODAY, counts_from=TODAY, rest_until=TODAY,
        recorded_at=work.now, recorded_by="engine",
    )  # fmt: skip
    rows: list[Any] = [
        Instalment(loan_id=ledger.open, plan=2, number=number, due_on=TODAY, amount_minor=300) for number in (1, 2)
    ]
    rows.append(
        LoanStanding(
            loan_id=ledger.open, version=3, state=LoanState.REPAYING, seen_on=TODAY, principal_minor=600,
            interest_minor=0,
            credit_minor=0, due_minor=0, overdue_minor=0, missed=0, next_minor=300,
        )
    )  # fmt: skip
    rows.append(
        BankLine(
            office_id=case.office_id, reference=ledger.number, booked_on=TODAY, amount_minor=400, currency="EUR",
            state=LineState.COUNTED, loan_id=ledger.open, entry_id=ledger.payment,
            recorded_at=work.now, recorded_by="engine",
        )
    )  # fmt: skip
    work.session.add_all([plan, *rows])


Make = Callable[[str], Ledger]


@pytest.fixture
def make(database: Database, case: Case, clock: Clock) -> Make:
    """``make("01")``: two loans, 01-open and 01-settled."""

    def made(number: str) -> Ledger:
        ledger = database.run(ENGINE, _begun, case, number)
        clock.move(hours=1)
        database.run(ENGINE, _deferred, case, ledger)
        return ledger

    return made


@contextmanager
def damaged(database: Database) -> Iterator[Connection]:
    """What somebody can do who owns the database itself: without the triggers, and without references."""
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        for table in ("ledger_entry", "ledger_line"):
            if sqlite:
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER {table}_no_{verb}"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield connection
        connection.commit()


def lines(entry: UUID, **values: Any) -> sa.Update:
    return sa.update(LedgerLine).where(col(LedgerLine.entry_id) == entry).values(**values)


def times(entry: UUID, factor: float) -> sa.Update:
    return lines(entry, amount_minor=sa.cast(col(LedgerLine.amount_minor) * factor, sa.BigInteger))


def entry(entry_id: UUID, **values: Any) -> sa.Update:
    return sa.update(LedgerEntry).where(col(LedgerEntry.id) == entry_id).values(**values)


def loan(loan_id: UUID, **values: Any) -> sa.Update:
    return sa.update(Loan).where(col(Loan.id) == loan_id).values(**values)


def bank_line(of: UUID, **values: Any) -> sa.Update:
    return sa.update(BankLine).where(col(BankLine.loan_id) == of).values(**values)


def instalment(loan_id: UUID, plan: int, **values: Any) -> sa.Update:
    chosen = (col(Instalment.loan_id) == loan_id, col(Instalment.plan) == plan, col(Instalment.number) == 1)
    return sa.update(Instalment).where(*chosen).values(**values)


def booked(ledger: Ledger, kind: EntryKind, reference: str, **amounts: int) -> list[sa.Executable]:
    twice, earliest = new_id(), sa.select(sa.func.min(col(LedgerEntry.recorded_at))).scalar_subquery()
    head = {
        "id": twice, "case_id": ledger.case, "subject_kind": "loan", "subject_id": ledger.open, "currency": "EUR",
        "kind": kind, "happened_on": TODAY, "recorded_at": earliest, "recorded_by": "engine",
        "reference": reference, "key": f"again:{twice}", "reason": "",
    }  # fmt: skip
    lines = [
        sa.insert(LedgerLine).values(entry_id=twice, account=LedgerAccount(account), amount_minor=amount)
        for account, amount in amounts.items()
    ]
    return [sa.insert(LedgerEntry).values(**head), *lines]


def disbursed_again(ledger: Ledger) -> list[sa.Executable]:
    return booked(ledger, EntryKind.DISBURSED, "", loan_principal=1000, money=-1000)


def refunded(ledger: Ledger, reference: str) -> list[sa.Executable]:
    return booked(ledger, EntryKind.REFUND_RECEIVED, reference, carrier=-10, money=10)


def removed(ledger: Ledger) -> list[sa.Executable]:
    return [
        sa.delete(BankLine).where(col(BankLine.loan_id) == ledger.open),
        sa.delete(LedgerLine).where(col(LedgerLine.entry_id) == ledger.payment),
        sa.delete(LedgerEntry).where(col(LedgerEntry.id) == ledger.payment),
    ]


Damage = Callable[[Ledger], list[sa.Executable]]
DAMAGES: list[tuple[str, Wrong, Damage]] = [
    (OPEN, Wrong.UNBALANCED, lambda it: [lines(it.payment, amount_minor=401).where(
        col(LedgerLine.account) == LedgerAccount.MONEY)]),
    (OPEN, Wrong.UNBALANCED, lambda it: [sa.delete(LedgerLine).where(col(LedgerLine.entry_id) == it.payment)]),
    (OPEN, Wrong.MISPLACED, lambda it: [entry(it.payment, currency="USD")]),
    (OPEN, Wrong.WRONG_ACCOUNTS, lambda it: [lines(it.payment, account=LedgerAccount.FORGIVEN).where(
        col(LedgerLine.account) == LedgerAccount.LOAN_PRINCIPAL)]),
    (OPEN, Wrong.WRONG_ACCOUNTS, lambda it: [times(it.payment, -1)]),
    (OPEN, Wrong.NOT_MIRRORED, lambda it: [times(it.reversal, 0.5)]),
    (OPEN, Wrong.NOT_MIRRORED, lambda it: [entry(it.reversal, reverses_id=None)]),
    (OPEN, Wrong.NOT_MIRRORED, lambda it: [entry(it.reversal, kind=EntryKind.PAYMENT)]),
    (OPEN, Wrong.NOT_MIRRORED, lambda it: [entry(it.reversal, reverses_id=it.payment)]),
    (OPEN, Wrong.OVERDRAWN, lambda it: [times(it.payment, 3)]),
    (OPEN, Wrong.NOT_DISBURSED_ONCE, disbursed_again),
    (OPEN, Wrong.NOT_DISBURSED_ONCE, lambda it: [loan(it.open, principal_minor=999)]),
    (OPEN, Wrong.NOT_DISBURSED_ONCE, lambda it: [loan(it.open, state=LoanState.NOTE_SIGNED)]),
    (OPEN, Wrong.PLAN_SUM, lambda it: [instalment(it.open, 1, amount_minor=334)]),
    (OPEN, Wrong.PLAN_SUM, lambda it: [instalment(it.open, 2, amount_minor=301)]),
    (OPEN, Wrong.PLAN_SUM, lambda it: [instalment(it.open, 2, number=3)]),
    (OPEN, Wrong.PLAN_SUM, lambda it: [sa.delete(LoanPlan).where(col(LoanPlan.loan_id) == it.open)]),
    (SETTLED, Wrong.PLAN_SUM, lambda it: [sa.delete(Instalment).where(col(Instalment.loan_id) == it.settled),
                                          loan(it.settled, state=LoanState.REPAYING)]),
    (OPEN, Wrong.PURPOSES_SUM, lambda it: [sa.update(LoanPurpose).where(
        col(LoanPurpose.loan_id) == it.open, col(LoanPurpose.head) == FeeHead.VISA).values(amount_minor=99)]),
    (OPEN, Wrong.ENDED_AND_OWED, lambda it: [loan(it.open, state=LoanState.SETTLED)]),
    (SETTLED, Wrong.PAID_AND_NOT_ENDED, lambda it: [loan(it.settled, state=LoanState.REPAYING)]),
    (OPEN, Wrong.STANDING, lambda it: [sa.update(LoanStanding).where(
        col(LoanStanding.loan_id) == it.open).values(principal_minor=599)]),
    (OPEN, Wrong.BANK_LINE, lambda it: [bank_line(it.open, amount_minor=399)]),
    (OPEN, Wrong.BANK_LINE, lambda it: [bank_line(it.open, state=LineState.RETURNED)]),
    (SETTLED, Wrong.BANK_LINE, lambda it: [bank_line(it.open, loan_id=it.settled)]),
    (OPEN, Wrong.REFERENCE_TWICE, lambda it: refunded(it, it.number)),
    (OPEN, Wrong.REFERENCE_TWICE, lambda it: [*refunded(it, "TX-1"), *refunded(it, "TX-1")]),
    (OPEN, Wrong.CHANGED, lambda it: [times(it.payment, 0.5)]),
    (OPEN, Wrong.CHANGED, lambda it: [entry(it.payment, reference="another")]),
    (OPEN, Wrong.UNRECORDED, disbursed_again),
    (OPEN, Wrong.REMOVED, removed),
]  # fmt: skip


@BOTH
def test_each_kind_of_damage_is_found_with_the_loan_that_it_was_done_to_and_nothing_else(
    database: Database, make: Make
) -> None:
    ledgers = [make(f"{place:02}") for place in range(len(DAMAGES))]
    whole = verifying.verify(database)
    assert whole.whole and (whole.loans, whole.entries) == (2 * len(DAMAGES), 6 * len(DAMAGES))
    with damaged(database) as connection:
        for ledger, (_about, _wrong, damage) in zip(ledgers, DAMAGES, strict=True):
            for statement in damage(ledger):
                connection.execute(statement)
    found: dict[str, set[Wrong]] = {}
    for one in verifying.verify(database).findings:
        found.setdefault(one.about, set()).add(one.wrong)
    tried = zip(ledgers, DAMAGES, strict=True)
    expected = {f"{ledger.number}-{about}": wrong for ledger, (about, wrong, _damage) in tried}
    assert found.keys() == expected.keys()
    assert {about: wrong for about, wrong in expected.items() if wrong not in found[about]} == {}


def test_every_kind_of_damage_is_tried_and_has_words() -> None:
    assert {wrong for _about, wrong, _damage in DAMAGES} == set(Wrong) == set(WORDS)


@SQLITE
def test_findings_are_sentences_with_a_way_out_and_a_loan_that_is_not_there_is_named_by_its_id(
    database: Database, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, nobody = make("01"), new_id()
    with damaged(database) as connection:
        connection.execute(loan(ledger.open, state=LoanState.SETTLED))
        connection.execute(entry(ledger.payment, subject_id=nobody))
        connection.execute(sa.update(LoanPurpose).values(amount_minor=1))
    monkeypatch.setattr(verifying, "MOST", 1)
    checked = verifying.verify(database)
    by_kind = {one.wrong: one for one in checked.findings}
    ended = by_kind[Wrong.ENDED_AND_OWED]
    assert str(ended.message) == "01-open: something is owed although it has ended."
    assert str(ended.fix).startswith("Keep a copy")
    assert by_kind[Wrong.MISPLACED].about == str(nobody)
    assert checked.counts[Wrong.PURPOSES_SUM] == 2
    assert [one.about for one in checked.findings if one.wrong is Wrong.PURPOSES_SUM] == ["01-settled"]
