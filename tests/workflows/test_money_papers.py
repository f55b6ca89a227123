"""Papers about money are issued exactly once, like certificates, say what the ledger held, and end with it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from basis.errors import Conflict, InvalidInput, Refused
from basis.money import Money
from casework.actor import ENGINE
from casework.cases import changes
from casework.certificates import queries as register
from casework.certificates import service as certificates
from casework.certificates.queries import Standing, standing_on
from casework.certificates.tables import Certificate, CertificateState
from casework.loans import papers
from casework.loans.life import LoanState
from casework.loans.paper_tables import MoneyPaper, PaperKind
from casework.outbox.tables import OutboxKind
from casework.repayments import forgiving, payments
from casework.repayments.forgiving import ProposeForgiveness
from casework.repayments.payments import RecordPayment
from casework.repayments.tables import Ground
from documents import evidence
from documents import values as v
from documents.encoding import from_json
from documents.register import Register
from documents.verification import Status, verify
from tests.support import repaying
from tests.support.errors import error
from tests.support.stage import Stage
from tests.workflows.test_issuing import DiesAfterRendering, Killed
from workflows import issuing, relay

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("stage")


def lend(stage: Stage, **values: Any) -> UUID:
    """EUR 1,200 of today, paid out to the case away."""
    with stage.installation.database.write(ENGINE) as work:
        return repaying.paid_out(work, stage.case(), **values).id


def ask(stage: Stage, loan: UUID, kind: PaperKind = PaperKind.LOAN_STATEMENT, on: date | None = None) -> MoneyPaper:
    return stage.run("ilir", papers.ask, kind, loan, on)


def pay(stage: Stage, loan: UUID, amount: int, reference: str) -> Any:
    command = RecordPayment(
        loan_id=loan,
        reference=reference,
        paid_on=stage.clock.now.date(),
        amount_minor=amount,
        currency="EUR",
    )
    return stage.run("ilir", payments.record, stage.installation.catalogue, command)


def issued(stage: Stage, kind: PaperKind) -> list[Certificate]:
    return [row for row in stage.certificates() if row.kind == kind.value]


def value(stage: Stage, row: Certificate) -> Any:
    with stage.installation.database.read() as session:
        return from_json(certificates.value_of(stage.installation.database.vault(session), row))


def text(stage: Stage, row: Certificate) -> str:
    pages = PdfReader(BytesIO(stage.content(row))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def answer(stage: Stage, row: Certificate) -> Status:
    installation = stage.installation
    with installation.database.read() as session:
        return verify(stage.content(row), Register(session), installation.database.today(), installation.trusted).status


def test_a_statement_says_what_happened_and_what_is_owed(opened: Stage) -> None:
    loan = lend(opened)
    pay(opened, loan, 25_000, "B-1")
    ask(opened, loan)
    opened.drain()
    (row,) = issued(opened, PaperKind.LOAN_STATEMENT)
    made = value(opened, row)
    assert isinstance(made, v.LoanStatement)
    assert [(line.added, line.taken, line.balance.minor) for line in made.lines] == [
        (Money(120_000, "EUR"), None, 120_000),
        (None, Money(25_000, "EUR"), 95_000),
    ]
    assert made.next_due is not None
    said = text(opened, row)
    for words in (row.number, "EUR 950.00", "EUR 1,200.00", "reference B-1", made.loan_number):
        assert words in said
    assert answer(opened, row) is Status.VALID
    with opened.installation.database.read() as session:
        found = evidence.gather(opened.installation, session, row, opened.installation.database.today())
    assert found.failed == ()


def test_a_statement_of_a_past_day_is_made_of_what_had_happened_until_then(opened: Stage) -> None:
    loan = lend(opened)
    first = opened.clock.now.date()
    opened.clock.move(days=20)
    pay(opened, loan, 25_000, "B-1")
    ask(opened, loan, on=first)
    ask(opened, loan)
    opened.drain()
    made = {one.as_of: one for one in (value(opened, row) for row in issued(opened, PaperKind.LOAN_STATEMENT))}
    assert [line.balance.minor for line in made[first].lines] == [120_000]
    assert [line.balance.minor for line in made[opened.clock.now.date()].lines] == [120_000, 95_000]
    assert {standing_on(row, first) for row in issued(opened, PaperKind.LOAN_STATEMENT)} == {Standing.VALID}


@pytest.mark.deep
def test_asked_twice_it_is_one_paper_and_after_a_change_a_later_one_takes_its_place(opened: Stage) -> None:
    loan = lend(opened)
    assert ask(opened, loan).id == ask(opened, loan).id
    opened.drain()
    assert ask(opened, loan).id == ask(opened, loan).id
    pay(opened, loan, 25_000, "B-1")
    ask(opened, loan)
    opened.drain()
    earlier, later = sorted(issued(opened, PaperKind.LOAN_STATEMENT), key=lambda row: row.number)
    assert (answer(opened, earlier), answer(opened, later)) == (Status.SUPERSEDED, Status.VALID)
    assert earlier.superseded_by == later.id
    assert value(opened, later).head.replaces == earlier.number


@pytest.mark.deep
def test_what_was_recorded_after_the_asking_is_not_on_the_paper(opened: Stage) -> None:
    loan = lend(opened)
    ask(opened, loan)
    opened.clock.move(hours=1)
    pay(opened, loan, 25_000, "B-1")
    opened.drain()
    (row,) = issued(opened, PaperKind.LOAN_STATEMENT)
    assert [line.balance.minor for line in value(opened, row).lines] == [120_000]


def test_killed_before_the_paper_is_stored_the_same_number_goes_on(opened: Stage) -> None:
    paper = ask(opened, lend(opened))
    with pytest.raises(Killed):
        issuing.issue(opened.installation, [paper.id], DiesAfterRendering())
    (reserved,) = issued(opened, PaperKind.LOAN_STATEMENT)
    assert reserved.state is CertificateState.RESERVED
    opened.drain()
    (row,) = issued(opened, PaperKind.LOAN_STATEMENT)
    assert (row.state, row.number) == (CertificateState.ISSUED, reserved.number)
    assert issuing.issue(opened.installation, [paper.id]).count == 0


def test_a_paper_whose_wish_was_lost_is_found_again(opened: Stage) -> None:
    paper = ask(opened, lend(opened))
    with opened.installation.database.write(ENGINE) as work:
        for item in opened.effects(OutboxKind.ISSUE).values():
            work.session.delete(item)
    relay.reconcile(opened.installation)
    assert paper.id in opened.effects(OutboxKind.ISSUE)


def test_a_loan_that_is_repaid_has_its_letter_which_falls_when_a_payment_comes_back(opened: Stage) -> None:
    loan = lend(opened)
    line = pay(opened, loan, 120_000, "B-1")
    opened.drain()
    (row,) = issued(opened, PaperKind.SETTLEMENT_LETTER)
    made = value(opened, row)
    assert (made.principal.minor, made.paid.minor, made.owed.minor, made.forgiven) == (120_000, 120_000, 0, None)
    assert "EUR 0.00" in text(opened, row)
    today = opened.clock.now.date()
    opened.run("ilir", payments.take_back, opened.installation.catalogue, line.id, "returned_by_bank", today)
    assert answer(opened, issued(opened, PaperKind.SETTLEMENT_LETTER)[0]) is Status.REVOKED
    with error(Conflict, "paper_state"):
        ask(opened, loan, PaperKind.SETTLEMENT_LETTER)


@pytest.mark.deep
def test_the_letter_of_a_forgiven_loan_does_not_say_on_which_ground(opened: Stage) -> None:
    loan, catalogue = lend(opened), opened.installation.catalogue
    pay(opened, loan, 25_000, "B-1")
    wish = ProposeForgiveness(loan_id=loan, ground=Ground.PERMANENT_DISABILITY, amount_minor=None, evidence="E-1")
    row = opened.run("ilir", forgiving.propose, catalogue, wish)
    opened.run("mira", forgiving.confirm, catalogue, row.id)
    opened.drain()
    (letter,) = issued(opened, PaperKind.SETTLEMENT_LETTER)
    made = value(opened, letter)
    assert (made.paid.minor, made.forgiven.minor, made.owed.minor) == (25_000, 95_000, 0)
    said = text(opened, letter)
    assert "EUR 950.00" in said
    assert "disab" not in said.lower()


def test_a_paper_is_refused_where_it_would_say_nothing_true(opened: Stage) -> None:
    loan = lend(opened)
    today = opened.clock.now.date()
    with error(Conflict, "paper_state"):
        ask(opened, loan, PaperKind.PROMISSORY_NOTE)
    with error(Conflict, "paper_state"):
        ask(opened, loan, PaperKind.ENTITLEMENT_STATEMENT)
    with error(InvalidInput, "date_in_future"):
        ask(opened, loan, on=date(today.year + 1, 1, 1))
    with error(InvalidInput, "dates"):
        ask(opened, loan, on=date(today.year - 1, 1, 1))
    with error(Refused, "role"):
        opened.run("agron", papers.ask, PaperKind.LOAN_STATEMENT, loan)


@pytest.mark.deep
def test_the_history_of_a_paper_says_who_asked_and_holds_no_amount(opened: Stage) -> None:
    ask(opened, lend(opened))
    opened.drain()
    (row,) = issued(opened, PaperKind.LOAN_STATEMENT)
    with opened.installation.database.read() as session:
        events = register.history(session, row)
    assert [event.kind for event in events] == ["money_paper.asked", "certificate.reserved", "certificate.issued"]
    assert all("120000" not in event.body and "1,200" not in event.body for event in events)


@pytest.mark.deep
def test_a_note_that_was_replaced_before_it_was_made_is_never_numbered(opened: Stage) -> None:
    with opened.installation.database.write(ENGINE) as work:
        loan = repaying.paid_out(work, opened.case())
        loan.state, loan.disbursed_on, loan.signed_on = LoanState.APPROVED, None, None
        work.session.add(loan)
    first = ask(opened, loan.id, PaperKind.PROMISSORY_NOTE)
    with opened.installation.database.write(ENGINE) as work:
        changes.change(work, loan.case_id)
    second = ask(opened, loan.id, PaperKind.PROMISSORY_NOTE)
    assert first.id != second.id
    opened.drain()
    (note,) = issued(opened, PaperKind.PROMISSORY_NOTE)
    assert note.paper_id == second.id
    made = value(opened, note)
    assert sum(row.amount.minor for row in made.instalments) == made.total.minor == 120_000
    opened.installation.database.run(ENGINE, papers.fall, loan.id, PaperKind.PROMISSORY_NOTE)
    assert answer(opened, issued(opened, PaperKind.PROMISSORY_NOTE)[0]) is Status.REVOKED
