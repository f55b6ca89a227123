"""Job orders that are asked for by a list (CSV or workbook), a row each. What is promised of the contract is added on
the page of the job order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from basis.errors import NotFound, PredepartureError
from basis.messages import _
from basis.money import Money
from casework.batches import values
from casework.batches.rules import Finding
from casework.batches.sheets import Sheet, SheetColumn, SheetRow, one_of, read_sheet, whole
from casework.organisations.service import by_code
from casework.organisations.tables import OrganisationKind
from casework.recruitment import orders
from casework.recruitment.orders import AskJobOrder, OrderContent
from casework.recruitment.rules import MOST_HEADS, MOST_HOURS, WagePer
from casework.recruitment.tables import JobOrder
from casework.work import Work
from checklists.catalogue import Catalogue

_PER: Final = {WagePer.MONTH.value: "month|monthly|a month", WagePer.WEEK.value: "week|weekly|a week",
               WagePer.DAY.value: "day|daily|a day", WagePer.HOUR.value: "hour|hourly|an hour"}  # fmt: skip
COLUMNS: Final[Mapping[str, SheetColumn]] = {
    "number": SheetColumn("job order|number|job order number", unique=True),
    "agency": SheetColumn("agency|agency code"),
    "employer": SheetColumn("employer|employer code", required=True),
    "programme": SheetColumn("programme|programme id", required=True),
    "occupation": SheetColumn("occupation|isco-08|isco", values.occupation, required=True),
    "title": SheetColumn("work|title|job title", required=True),
    "destination": SheetColumn("country|destination", values.destination, required=True),
    "headcount": SheetColumn("workers|headcount|workers wanted", whole(1, MOST_HEADS), required=True),
    "wage": SheetColumn("wage|salary", required=True),
    "currency": SheetColumn("currency", required=True),
    "per": SheetColumn("per|wage per", one_of(_PER)),
    "weekly_hours": SheetColumn("hours a week|weekly hours", whole(1, MOST_HOURS)),
    "valid_from": SheetColumn("valid from|from", values.calendar_date, required=True),
    "valid_until": SheetColumn("valid until|until", values.calendar_date, required=True),
}
_CELLS: Final[Mapping[str, str]] = {
    "job_order_exists": "number", "agency": "agency", "employer": "employer", "organisation": "employer",
    "unknown_programme": "programme", "source_not_admitted": "agency", "unknown_destination": "destination",
    "invalid_amount": "wage", "wage": "wage", "currency": "currency", "dates": "valid_until",
    "other_office": "agency",
}  # fmt: skip
"""The column that a code of an error is shown at."""


@dataclass(frozen=True, slots=True)
class AskedFor:
    """The list with its findings, and the job orders that were asked for."""

    sheet: Sheet
    orders: tuple[JobOrder, ...]


def read(data: bytes, name: str) -> Sheet:
    """Raises what `casework.batches.sheets.read_sheet` does."""
    return read_sheet(data, name, COLUMNS)


def ask(work: Work, catalogue: Catalogue, sheet: Sheet) -> AskedFor:
    """Ask for every row that is good; the others are findings and ask for nothing."""
    asked: list[JobOrder] = []
    findings: list[Finding] = []
    for row in sheet.rows:
        try:
            asked.append(orders.ask(work, catalogue, _command(work.session, row)))
        except PredepartureError as error:
            if error.code == "role":
                raise
            fix = error.fix or _("Correct the row.")
            findings.append(sheet.finding(row.number, _CELLS.get(error.code), error.code, error.message, fix))
    return AskedFor(sheet.without(findings), tuple(asked))


def _command(session: Session, row: SheetRow) -> AskJobOrder:
    cells: Mapping[str, Any] = row.values
    currency = str(cells["currency"]).upper()
    return AskJobOrder(
        number=str(cells.get("number", "")),
        agency_id=_organisation(session, cells["agency"], OrganisationKind.AGENCY) if cells.get("agency") else None,
        employer_id=_organisation(session, cells["employer"], OrganisationKind.EMPLOYER),
        programme=str(cells["programme"]).lower(),
        occupation=cells["occupation"],
        destination=cells["destination"],
        content=OrderContent(
            title=cells["title"],
            headcount=cells["headcount"],
            wage=Money.parse(cells["wage"], currency),
            wage_per=WagePer(cells.get("per", WagePer.MONTH.value)),
            weekly_hours=cells.get("weekly_hours"),
            valid_from=cells["valid_from"],
            valid_until=cells["valid_until"],
        ),
    )


def _organisation(session: Session, code: str, kind: OrganisationKind) -> UUID:
    """Raises `NotFound` (``agency``, ``employer``)."""
    try:
        return by_code(session, code, kind).id
    except NotFound as error:
        raise NotFound(kind.value, error.message, error.fix) from None
