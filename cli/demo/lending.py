"""What has become of the loans of the year before: the bank's list, a deferral, a statement.

Of the four one is repaid month by month, one is late, one rests while the worker has no work, one was paid at once. A
payment that names no loan waits to be matched.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlmodel import col, select

from casework.loans import papers
from casework.loans.paper_tables import PaperKind
from casework.loans.tables import Loan
from casework.repayments import files, queries, service
from casework.repayments.files import Outcome
from casework.repayments.queries import Account
from casework.repayments.rules import PlanKind, PlanRow
from casework.repayments.service import Defer
from cli.demo import earlier
from cli.demo.people import Cast
from documents.installation import Installation
from workflows import repaying

LIST: Final = "bank-demo.csv"
_HEAD: Final = ("Day", "Amount", "Currency", "Reference", "Loan number", "Text")
_PAID: Final[Mapping[str, int]] = {earlier.LATE: 2, earlier.RESTING: 3}
"""How many instalments were paid by those who do not pay each."""
_BEFORE: Final = timedelta(days=2)
_RESTS: Final = timedelta(days=150)


@dataclass(frozen=True, slots=True)
class _Story:
    """A loan of the year before: its borrower's reference, and the instalments that are due by today."""

    reference: str
    account: Account
    due: tuple[PlanRow, ...]


def tell(installation: Installation, cast: Cast) -> None:
    """All of it, by the loan officer; nothing is left to do where it was done before."""
    repaying.begin_grace(installation)
    told = _stories(installation)
    if told:
        _take_list(installation, cast, told)
        repaying.keep_up(installation)
    for story in _stories(installation):
        if story.reference == earlier.RESTING:
            _put_off(installation, cast, story)
        elif story.reference == earlier.STEADY:
            installation.database.run(cast["ilir"], papers.ask, PaperKind.LOAN_STATEMENT, story.account.loan.id)


def _stories(installation: Installation) -> list[_Story]:
    cases, today = earlier.cases(installation), installation.database.today()
    by_id = {case.id: case for case in cases.values()}
    with installation.database.read() as session:
        query = select(Loan).where(col(Loan.case_id).in_(by_id), col(Loan.disbursed_on).is_not(None))
        loans = session.exec(query.order_by(col(Loan.number))).all()
        found = queries.accounts(session, installation.catalogue, [(loan, by_id[loan.case_id]) for loan in loans])
    return [
        _Story(one.case.reference, one, tuple(row for row in _first_plan(one) if row.due_on <= today))
        for one in found.values()
    ]


def _first_plan(account: Account) -> tuple[PlanRow, ...]:
    """The instalments as they were before anything was put off."""
    return [plan for plan in account.plans if plan.kind is not PlanKind.DEFERRED][-1].rows


def _take_list(installation: Installation, cast: Cast, told: list[_Story]) -> None:
    """The bank's list is looked at, then counted, as on the page."""
    database = installation.database
    with database.read() as session:
        looked = files.check(session, cast["ilir"], _bank_list(told), LIST, database.today())
    if looked.count(Outcome.KNOWN) == len(looked.rows):
        return
    for rows in looked.chunks():
        database.run(
            cast["ilir"], files.take, installation.catalogue, looked.sheet.sha256, len(looked.rows), rows
        )  # fmt: skip


def _bank_list(told: list[_Story]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_HEAD)
    for story in told:
        loan = story.account.loan
        for number, (day, amount) in enumerate(_paid(story), start=1):
            text = f"Kësti {number} {loan.number}"
            written = f"{amount // 100}.{amount % 100:02d}"
            writer.writerow((day.isoformat(), written, loan.currency, f"DEMO-{loan.number}-{number}", "", text))
    strange = told[0].due[-1].due_on - _BEFORE if told[0].due else told[0].account.loan.disbursed_on
    if strange is not None:
        writer.writerow((strange.isoformat(), "45.00", "EUR", "DEMO-CASH-117", "", "Kësti për udhëtimin"))
    return stream.getvalue().encode()


def _paid(story: _Story) -> Iterator[tuple[date, int]]:
    """The day and the minor units of each payment."""
    if story.reference == earlier.PAID:
        whole = sum(row.principal for row in _first_plan(story.account))
        yield from [(row.due_on - _BEFORE, whole) for row in story.due[:1]]
        return
    for row in story.due[: _PAID.get(story.reference)]:
        yield row.due_on - _BEFORE, row.principal


def _put_off(installation: Installation, cast: Cast, story: _Story) -> None:
    loan, today = story.account.loan, installation.database.today()
    if any(plan.kind is PlanKind.DEFERRED for plan in story.account.plans) or not story.due:
        return
    command = Defer(
        loan_id=loan.id, reason="unemployment", until=today + _RESTS, evidence="Employment agency, letter 14"
    )
    installation.database.run(cast["ilir"], service.defer, installation.catalogue, command)
