"""Papers about money with invented people and sums, in the words that real ones choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import Any, Final

from basis.messages import _, _n
from basis.money import Money
from basis.partial import PartialDate
from casework.ledger.rules import ENTRY_WORDS, EntryKind
from checklists.terms import EntitlementKind
from documents import values as v
from documents.assemble_entitled import KIND_WORDS, paid_out
from documents.assemble_note import hand
from documents.assemble_terms import ALLOCATION, ALWAYS, BORNE, in_two
from documents.languages import Language, day, in_both, part_of_day
from documents.money_rows import Entitled, EntitlementLine, Instalment, StatementLine

Common = Callable[..., dict[str, Any]]
"""What every kind shows: second language, number, title, outcome, role of the officer."""

_LENDER: Final = "Migrant Workers' Travel Fund"
_NUMBER: Final = "L-2027-000077"
_ON: Final = date(2028, 2, 10)


def money_papers(second: Language | None, common: Common) -> tuple[v.Certificate, ...]:
    """One of every kind, in the language that is being written and in the second one."""
    return _note(second, common), _statement(second, common), _settled(second, common), _entitled(second, common)


def _of(shared: dict[str, Any], on: date) -> dict[str, Any]:
    """The same, issued on a day that fits what the paper tells of."""
    return {**shared, "head": replace(shared["head"], issued_on=on)}


def _euro(minor: int) -> Money:
    return Money(minor, "EUR")


def _note(second: Language | None, common: Common) -> v.Certificate:
    principal = _euro(100_000)
    terms = in_two(
        second,
        _("The loan bears no interest and no fee."),
        _n(
            "The first instalment is due {count} month after departure.",
            "The first instalment is due {count} months after departure.",
            6,
        ),
        *ALWAYS,
    )
    return v.NoteToSign(
        **common(
            second,
            "NOT-2027-000077",
            _("Promissory note"),
            _("To be signed: promise to repay {amount}", amount=str(principal)),
            _("loan officer"),
        ),
        lender=_LENDER,
        loan_number=_NUMBER,
        principal=principal,
        instalments=tuple(
            Instalment(number, date(2027 + (8 + number) // 12, (8 + number) % 12 + 1, 1), amount)
            for number, amount in enumerate(principal.split(12), start=1)
        ),
        terms=terms[0],
        second_terms=terms[1],
        signatures=(
            hand("Gëzim Ahmeti", _("Borrower"), second),
            hand("", _("Witness"), second),
        ),
        sign_from=date(2027, 3, 15),
    )


def _line(
    second: Language | None, on: date, kind: EntryKind, change: int, balance: int, reference: str
) -> StatementLine:
    first, other = in_both(ENTRY_WORDS[kind], second)
    added, taken = (_euro(change), None) if change > 0 else (None, _euro(-change))
    return StatementLine(on, first, added, taken, _euro(balance), other, reference)


def _statement(second: Language | None, common: Common) -> v.Certificate:
    events = (
        (date(2027, 3, 20), EntryKind.DISBURSED, 100_000, ""),
        (date(2027, 10, 1), EntryKind.PAYMENT, -8_333, "2027-1001"),
        (date(2027, 11, 2), EntryKind.PAYMENT, -8_333, ""),
        (date(2027, 11, 9), EntryKind.PAYMENT_RETURNED, 8_333, ""),
        (date(2027, 11, 24), EntryKind.PAYMENT, -8_333, ""),
        (date(2027, 12, 1), EntryKind.PAYMENT, -10_000, ""),
    )
    balances = accumulate(change for _on, _kind, change, _reference in events)
    allocation = in_both(ALLOCATION, second)
    return v.LoanStatement(
        **_of(
            common(
                second,
                "STM-2028-000031",
                _("Loan statement"),
                _("Owed at the end of {day}: {amount}", day=day(_ON), amount=str(_euro(73_334))),
                _("loan officer"),
            ),
            _ON,
        ),
        lender=_LENDER,
        loan_number=_NUMBER,
        as_of=_ON,
        known_on=_ON,
        principal=_euro(100_000),
        lines=tuple(
            _line(second, on, kind, change, balance, reference)
            for (on, kind, change, reference), balance in zip(events, balances, strict=True)
        ),
        allocation=allocation[0],
        second_allocation=allocation[1],
        overdue=_euro(14_999),
        overdue_since=date(2028, 1, 1),
        next_due=date(2028, 3, 1),
        next_amount=_euro(8_333),
        last_due=date(2028, 9, 1),
    )


def _settled(second: Language | None, common: Common) -> v.Certificate:
    ground = in_both(BORNE, second)
    return v.SettlementLetter(
        **_of(
            common(
                second,
                "SET-2028-000009",
                _("Settlement letter"),
                _("Nothing is owed of this loan any more"),
                _("loan officer"),
            ),
            date(2028, 6, 2),
        ),
        lender=_LENDER,
        loan_number=_NUMBER,
        lent_on=date(2027, 3, 20),
        ended_on=date(2028, 6, 2),
        principal=_euro(100_000),
        paid=_euro(74_999),
        forgiven=_euro(25_001),
        ground=ground[0],
        second_ground=ground[1],
    )


def _entitled(second: Language | None, common: Common) -> v.Certificate:
    top_up, travel = str(KIND_WORDS[EntitlementKind.SALARY_TOP_UP]), str(KIND_WORDS[EntitlementKind.TRAVEL_GRANT])
    monthly = _n("{amount} a month, for {count} month", "{amount} a month, for {count} months", 12, amount="EUR 400.00")
    once = _("{amount}, once", amount=_("up to {amount}", amount="EUR 600.00"))
    events = (
        (date(2027, 4, 2), travel, EntryKind.ENTITLEMENT_PAID, 60_000, None, "2027-0402"),
        (date(2027, 6, 30), top_up, EntryKind.ENTITLEMENT_PAID, 40_000, "2027-06", "2027-0630"),
        (date(2027, 7, 30), top_up, EntryKind.ENTITLEMENT_PAID, 40_000, "2027-07", "2027-0730"),
        (date(2027, 8, 30), top_up, EntryKind.RECLAIM, 10_000, "2027-07", ""),
    )
    lines = []
    for on, title, kind, amount, month, reference in events:
        first, other = in_both(ENTRY_WORDS[kind], second)
        period = str(part_of_day(PartialDate.parse(month))) if month else ""
        lines.append(EntitlementLine(on, title, first, _euro(amount), other, period, reference))
    return v.EntitlementStatement(
        **_of(
            common(
                second,
                "ENT-2027-000120",
                _("Statement of entitlements"),
                paid_out(day(date(2027, 9, 1)), str(_euro(140_000))),
                _("loan officer"),
            ),
            date(2027, 9, 1),
        ),
        payer="Labour Mobility Office Pristina",
        as_of=date(2027, 9, 1),
        known_on=date(2027, 9, 1),
        entitled=(
            Entitled(top_up, str(monthly), _euro(120_000), _euro(80_000), _euro(40_000), _euro(10_000)),
            Entitled(travel, str(once), _euro(60_000), _euro(60_000), _euro(0), _euro(0)),
        ),
        sums=(Entitled("", "", _euro(180_000), _euro(140_000), _euro(40_000), _euro(10_000)),),
        lines=tuple(lines),
    )
