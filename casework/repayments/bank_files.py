"""What a list of payments says: the bank's CSV or workbook, row by row. Pure but for the file's bytes.

A payment is known by the bank's reference and belongs to the loan whose number stands in the row, or in its text; a
name never decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from basis.errors import InvalidInput
from basis.messages import _
from basis.money import Money
from casework.batches import values
from casework.batches.rules import Finding, Severity
from casework.batches.sheets import Sheet, SheetColumn, SheetRow, read_sheet
from casework.batches.values import CellFault, Setting
from casework.ledger.rules import known_reference, require_amount

_LONGEST_TEXT: Final = 500
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}", re.ASCII)
_NUMBER: Final = re.compile(r"(?<![A-Z0-9])L[ -]?([0-9]{4})[ -]?([0-9]{6})(?![0-9])", re.ASCII)
_OLDEST: Final = date(2000, 1, 1)


def _reference(text: str, _setting: Setting) -> str:
    try:
        return known_reference(values.plain(text))
    except InvalidInput as error:
        raise CellFault(error.code, error.message, error.fix or _("Correct the cell.")) from None


def _currency(text: str, _setting: Setting) -> str:
    text = values.plain(text)
    if _CURRENCY.fullmatch(text) is None:
        raise CellFault("invalid_currency", _("This is not a currency."), _("Give its ISO 4217 code, like EUR."))
    return text.upper()


def _amount(text: str, _setting: Setting) -> str:
    text = values.plain(text)
    if text.startswith(("-", "−", "(")):
        raise CellFault(
            "negative_amount",
            _("This is not money that came in."),
            _("Record what the bank took back on the page of the loan."),
        )
    return text.removeprefix("+")


def _text(text: str, _setting: Setting) -> str:
    return " ".join(text.split())[:_LONGEST_TEXT]


COLUMNS: Final[Mapping[str, SheetColumn]] = {
    "booked_on": SheetColumn(
        "day|date|booking date|value date|buchungstag|buchungsdatum|datum|data|dita|date de valeur|fecha",
        values.calendar_date,
        required=True,
    ),
    "amount": SheetColumn("amount|betrag|shuma|montant|importe", _amount, required=True),
    "currency": SheetColumn("currency|währung|monedha|devise|moneda", _currency, required=True),
    "reference": SheetColumn(
        "reference|bank reference|transaction|transaction number|referenz|bankreferenz|referenca|référence|referencia",
        _reference,
        required=True,
    ),
    "number": SheetColumn(
        "loan number|loan|darlehensnummer|darlehen|numri i huasë|numéro de prêt|número de préstamo", _text
    ),
    "text": SheetColumn(
        "text|remittance information|purpose|description|verwendungszweck|përshkrimi|libellé|motif|concepto", _text
    ),
}


@dataclass(frozen=True, slots=True)
class BankPayment:
    """A good row. `loan_number` is empty where none, or more than one, stands in it; `said` is what it says."""

    row: int
    reference: str
    booked_on: date
    amount: Money
    loan_number: str
    said: str


def read_payments(data: bytes, name: str, today: date) -> tuple[Sheet, tuple[BankPayment, ...]]:
    """The list and its good rows; a payment that stands in it twice counts once.

    Raises what `casework.batches.sheets.read_sheet` does where the file cannot be read at all.
    """
    sheet = read_sheet(data, name, COLUMNS)
    good: dict[str, BankPayment] = {}
    findings: list[Finding] = []
    for row in sheet.rows:
        try:
            payment = _payment(row, today)
        except InvalidInput as error:
            field = "booked_on" if error.code == "date" else "amount"
            fix = error.fix or _("Correct the row.")
            findings.append(sheet.finding(row.number, field, error.code, error.message, fix))
            continue
        first = good.setdefault(payment.reference, payment)
        if first is not payment:
            findings += _twice(sheet, first, payment)
    left = sheet.without(findings)
    kept = {row.number for row in left.rows}
    return left, tuple(payment for payment in good.values() if payment.row in kept)


def loan_number(text: str) -> str:
    """The number of a loan that stands in a text, as loans have it; empty where there is none, or several."""
    found = {f"L-{match[1]}-{match[2]}" for match in _NUMBER.finditer(text.upper())}
    return found.pop() if len(found) == 1 else ""


def _payment(row: SheetRow, today: date) -> BankPayment:
    cells = row.values
    amount = Money.parse(cells["amount"], cells["currency"])
    require_amount(amount.minor)
    booked_on: date = cells["booked_on"]
    if not _OLDEST <= booked_on <= today:
        raise InvalidInput(
            "date", _("The day lies in the future, or too far back."), _("Give the day on which the bank booked it.")
        )
    given, text = str(cells.get("number", "")), str(cells.get("text", ""))
    number = loan_number(given) or loan_number(text)
    said = " · ".join(part for part in (given, text) if part)
    return BankPayment(row.number, cells["reference"], booked_on, amount, number, said)


def _twice(sheet: Sheet, first: BankPayment, again: BankPayment) -> list[Finding]:
    """Of two that differ nobody knows which is right, so neither counts."""
    if (first.booked_on, first.amount) == (again.booked_on, again.amount):
        message, fix = _("Row {row} is the same payment; it counts once.", row=first.row), _("Nothing is to be done.")
        return [sheet.finding(again.row, "reference", "same_payment", message, fix, Severity.WARNING)]
    fix = _("Compare both rows with the bank's list.")
    return [
        sheet.finding(
            one.row,
            "reference",
            "reference_differs",
            _("Row {row} has the same reference, and another amount or day.", row=other.row),
            fix,
        )
        for one, other in ((first, again), (again, first))
    ]
