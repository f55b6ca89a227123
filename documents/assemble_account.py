"""The account of a loan on paper: the statement of a day, and the letter that nothing is owed any more.

Both come from the ledger as of the day of the paper, as it was known when the paper was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import Final

from basis.messages import Message, _
from basis.money import Money
from casework.ledger import queries as ledger
from casework.ledger.rules import ENTRY_WORDS, Booked, EntryKind, LedgerAccount
from casework.loans import papers
from casework.loans.life import LoanState
from casework.loans.tables import Loan
from casework.repayments import queries as repayments
from casework.repayments.statements import StatementLine as AccountLine
from casework.work import Work
from documents import values as v
from documents.assemble_asked import Asked
from documents.assemble_terms import ALLOCATION, BORNE, NO_JOURNEY
from documents.languages import Language, in_both
from documents.languages import day as written
from documents.money_rows import StatementLine

_OWED: Final = (LedgerAccount.LOAN_PRINCIPAL, LedgerAccount.INTEREST_DUE)


def loan_statement(work: Work, asked: Asked) -> v.Certificate:
    paper, loan = asked.paper, asked.loan(work)
    _row, _case, made = repayments.statement_of(work.session, work.actor, loan.id, paper.as_of, paper.known_at)
    money = partial(Money, currency=loan.currency)
    day = written(paper.as_of)
    outcome = (
        _("Owed at the end of {day}: {amount}", day=day, amount=str(money(made.balance)))
        if made.balance > 0
        else _("Nothing was owed at the end of {day}", day=day)
    )
    allocation, second_allocation = in_both(ALLOCATION, asked.second)
    open_rows = [one.row.due_on for one in made.rows if one.open]
    return v.LoanStatement(
        **asked.common(work, outcome),
        lender=asked.office.name,
        loan_number=loan.number,
        as_of=paper.as_of,
        known_on=paper.asked_on,
        principal=money(loan.principal_minor),
        lines=tuple(_line(one, money, asked.second) for one in made.lines if one.change),
        allocation=allocation,
        second_allocation=second_allocation,
        overdue=money(made.overdue) if made.overdue else None,
        overdue_since=made.overdue_since,
        credit=money(made.credit) if made.credit else None,
        next_due=made.next_due,
        next_amount=money(made.next_amount) if made.next_due else None,
        last_due=open_rows[-1] if open_rows else None,
    )


def _line(line: AccountLine, money: Callable[[int], Money], second: Language | None) -> StatementLine:
    first, other = in_both(ENTRY_WORDS[line.kind], second)
    added, taken = (money(line.change), None) if line.change > 0 else (None, money(-line.change))
    return StatementLine(line.on, first, added, taken, money(line.balance), other, line.reference)


def settlement_letter(work: Work, asked: Asked) -> v.Certificate:
    paper, loan = asked.paper, asked.loan(work)
    entries = ledger.entries(work.session, loan.id, on=paper.as_of, known_at=paper.known_at)
    sums = _sums(entries)
    credit = -sum(entry.amount(LedgerAccount.CREDIT) for entry in entries)
    money = partial(Money, currency=loan.currency)
    why = _ground(loan, sums)
    ground, second_ground = in_both(why, asked.second) if why else ("", "")
    value = v.SettlementLetter(
        **asked.common(work, _("Nothing is owed of this loan any more")),
        lender=asked.office.name,
        loan_number=loan.number,
        lent_on=loan.disbursed_on or paper.as_of,
        ended_on=loan.ended_on or paper.as_of,
        principal=money(sums[_Part.LENT]),
        paid=money(-sums[_Part.PAID]),
        interest=money(sums[_Part.INTEREST]) if sums[_Part.INTEREST] else None,
        refunded=money(-sums[_Part.REFUNDED]) if sums[_Part.REFUNDED] else None,
        forgiven=money(-sums[_Part.BORNE]) if sums[_Part.BORNE] else None,
        credit=money(credit) if credit > 0 else None,
        ground=ground,
        second_ground=second_ground,
    )
    if loan.state not in papers.NOTHING_OWED or value.owed.minor != 0:
        raise papers.not_settled()
    return value


class _Part(StrEnum):
    """What an entry of the ledger counts as on a settlement letter."""

    LENT = "lent"
    INTEREST = "interest"
    PAID = "paid"
    REFUNDED = "refunded"
    BORNE = "borne"


_PARTS: Mapping[EntryKind, _Part] = {
    EntryKind.DISBURSED: _Part.LENT,
    EntryKind.INTEREST: _Part.INTEREST,
    EntryKind.PAYMENT: _Part.PAID,
    EntryKind.CREDIT_USED: _Part.PAID,
    EntryKind.OVERPAID_REFUNDED: _Part.PAID,
    EntryKind.OWED_AGAIN: _Part.PAID,
    EntryKind.REFUND_DUE: _Part.REFUNDED,
    EntryKind.REFUND_RECEIVED: _Part.REFUNDED,
    EntryKind.REFUND_LOST: _Part.REFUNDED,
    EntryKind.FORGIVEN: _Part.BORNE,
    EntryKind.UNWOUND: _Part.BORNE,
}


def _sums(entries: Sequence[Booked]) -> Mapping[_Part, int]:
    """What was added to principal and interest (below zero: taken off), by what it was; a reversal counts as what it
    takes back."""
    kinds = {entry.id: entry.kind for entry in entries}
    sums = dict.fromkeys(_Part, 0)
    for entry in entries:
        kind = kinds.get(entry.reverses_id or entry.id, entry.kind)
        sums[_PARTS[kind]] += sum(entry.amount(account) for account in _OWED)
    return sums


def _ground(loan: Loan, sums: Mapping[_Part, int]) -> Message | None:
    """Why less was repaid than was lent. The letter is shown to strangers, so it never says whether it was a death, an
    illness or a bankruptcy."""
    if loan.state is LoanState.UNWOUND:
        return NO_JOURNEY
    return BORNE if sums[_Part.BORNE] else None
