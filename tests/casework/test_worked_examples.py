"""The worked examples of docs/travel-loans.md: every calculation in the text is right, and the services come to the
amounts of its tables, day by day."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from basis.money import Money
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.database import Database
from casework.ledger import verifying
from casework.ledger.rules import LedgerAccount, balances
from casework.loans import disbursing, unwinding
from casework.loans.life import WORDS
from casework.loans.unwinding import Refund, Unwind
from casework.repayments import forgiving, keeping, payments, queries, service
from casework.repayments.forgiving import ProposeForgiveness
from casework.repayments.payments import RecordPayment
from casework.repayments.queries import Account
from casework.repayments.service import Defer
from casework.repayments.tables import Ground
from checklists.programme import FeeHead
from tests.support.factories import World, loan_terms
from tests.support.lending import Lending, catalogue_with
from tests.support.standing import Clock

SQLITE: Final = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
_DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "travel-loans.md"
_CALCULATION: Final = re.compile(r"`([^`]+?) ([=≈]) ([0-9.,]+)`")
Row = Mapping[str, str]


@dataclass
class Example:
    """A heading with its tables, by the first word of their heads; `given` is the table of what it begins with."""

    title: str
    given: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        return self.given["lent"].split(" ")[0]

    @property
    def lent(self) -> Money:
        return self.money(self.given["lent"].split(" ")[1])

    def money(self, text: str) -> Money:
        return Money.parse(text.replace(",", ""), self.currency)


@cache
def examples() -> dict[str, Example]:
    text = _DOCUMENT.read_text(encoding="utf-8").split("\n## Worked examples\n")[1].split("\n## ")[0]
    return {example.title: example for example in map(_example, text.split("\n### ")[1:])}


def _example(text: str) -> Example:
    made = Example(text.partition("\n")[0])
    for table in re.findall(r"(?:^\|.*\|\n?)+", text, re.MULTILINE):
        head, _rule, *lines = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines())
        if head[0] == "lent":
            made.given = {head[0]: head[1], **dict(lines)}
        else:
            made.tables[head[0]] = [dict(zip(head, line, strict=True)) for line in lines]
    return made


def day_of(text: str) -> date:
    return datetime.strptime(text, "%d %B %Y").date()  # noqa: DTZ007 - a day has no time zone


class Telling:
    """Plays the lines of an example with the services, on the days that they name."""

    def __init__(self, database: Database, world: World, clock: Clock, case: Case, example: Example) -> None:
        given = example.given
        interest, grace, missed = given.get("interest", "0"), given.get("grace", "0"), given.get("called in after")
        terms = loan_terms(
            cap=Money(10**9, example.currency),
            instalments=int(given["instalments"]),
            interest=int(interest.removesuffix(" %")),
            grace_months=int(grace.removesuffix(" months")),
            counts_from=given.get("counts from", "issue"),
            due_day=int(given.get("due day", "15")),
            remainder=given.get("rest with", "programme"),
            accelerate_after=int(missed) if missed else None,
        )
        self.example, self.clock = example, clock
        self.desk = Lending(database, world, case, terms, {FeeHead.TRAVEL: example.lent.minor})
        self.desk.catalogue = catalogue_with(terms, fee_ceilings=())
        loan = self.desk.ask(currency=example.currency)
        self.desk.assess(loan)
        self.desk.approve(loan)
        self.desk.sign(loan)
        self.desk.disburse(loan)
        self.loan, self.lines = loan, dict[str, UUID]()

    def move_to(self, day: date) -> None:
        """The day comes, and the engine does its daily work."""
        self.clock.move(days=(day - self.desk.today).days, minutes=1)
        self._run(disbursing.begin_due, 10, actor=ENGINE)
        while self._run(keeping.keep_up, 10, actor=ENGINE):
            pass

    def play(self, row: Row) -> None:
        self.move_to(day_of(row["day"]))
        acts: dict[str, Callable[..., None]] = {
            r"(paid out)?": lambda _nothing: None,
            r"payment (\S+)(?: of (.+))?": self._pay,
            r"returned (\S+)": self._returned,
            r"credit refunded (\S+)": self._refunded,
            r"put off until (.+)": self._deferred,
            r"called in for (.+)": lambda on: self._run(service.accelerate, self.loan, day_of(on)),
            r"forgiven": self._forgiven,
            r"no journey, refund": self._unwound,
            r"carrier pays (\S+)": self._carrier_paid,
            r"carrier keeps the rest": lambda: self._run(unwinding.give_up, self.loan),
        }
        self.amount = self.example.money(row.get("amount") or "0").minor
        found = [(match, act) for said, act in acts.items() if (match := re.fullmatch(said, row["what happens"]))]
        assert len(found) == 1, row["what happens"]
        match, act = found[0]
        act(*match.groups())

    def shown(self, row: Row) -> dict[str, str]:
        """The cells of a line as the services have them now."""
        account = self.account
        standing, owed, held = account.standing(self.desk.today), account.owed, balances(account.entries)
        amounts = {
            "owed": standing.owed, "principal": owed.principal, "interest": owed.interest, "credit": standing.credit,
            "due": standing.due, "overdue": standing.overdue, "next amount": standing.next_amount,
            "carrier": held[LedgerAccount.CARRIER], "borne": held[LedgerAccount.FORGIVEN],
        }  # fmt: skip
        words = {
            "state": str(WORDS[account.loan.state]),
            "next due": _said(standing.next_due),
            "overdue since": _said(standing.overdue_since),
        }
        said = {name: self._figure(amount) for name, amount in amounts.items()} | words
        return {name: said.get(name, cell) for name, cell in row.items()}

    def stated(self, row: Row) -> dict[str, str]:
        """A line of the table of statements: of one day, as it was known at the end of another."""
        known_at = datetime.combine(day_of(row["as known on"]), datetime.max.time(), self.clock.now.tzinfo)
        with self.desk.database.read() as session:
            _loan, _case, made = queries.statement_of(
                session, self.desk.officer, self.loan, day_of(row["statement of"]), known_at
            )
        amounts = {"owed": made.balance, "due": made.due, "overdue": made.overdue}
        return {**row, **{name: self._figure(amount) for name, amount in amounts.items()}}

    def planned(self, row: Row) -> dict[str, str]:
        """A line of the signed plan."""
        one = self.account.plans[0].rows[int(row["no."]) - 1]
        said = {"no.": str(one.number), "due on": _said(one.due_on), "amount": self._figure(one.principal)}
        return {**said, "interest": self._figure(one.interest)} if "interest" in row else said

    @property
    def account(self) -> Account:
        with self.desk.database.read() as session:
            return queries.account(session, self.desk.catalogue, self.desk.officer, self.loan)

    def _figure(self, minor: int) -> str:
        return str(Money(minor, self.example.currency)).split(" ")[1]

    def _run(self, operation: Callable[..., Any], *args: Any, actor: Any = None) -> Any:
        return self.desk.database.run(actor or self.desk.officer, operation, self.desk.catalogue, *args)

    def _pay(self, reference: str, of: str | None) -> None:
        paid_on = day_of(of) if of else self.desk.today
        command = RecordPayment(
            loan_id=self.loan, reference=reference, paid_on=paid_on, amount_minor=self.amount,
            currency=self.example.currency,
        )  # fmt: skip
        self.lines[reference] = self._run(payments.record, command).id

    def _returned(self, reference: str) -> None:
        self._run(payments.take_back, self.lines[reference], "returned_by_bank", self.desk.today)

    def _refunded(self, reference: str) -> None:
        self._run(payments.refund, self.loan, self.amount, self.desk.today, reference)

    def _deferred(self, until: str) -> None:
        self._run(service.defer, Defer(loan_id=self.loan, reason="unemployment", until=day_of(until), evidence="E-1"))

    def _forgiven(self) -> None:
        ground = Ground.PERMANENT_DISABILITY
        command = ProposeForgiveness(loan_id=self.loan, ground=ground, amount_minor=self.amount, evidence="E-1")
        self._run(forgiving.confirm, self._run(forgiving.propose, command).id, actor=self.desk.second)

    def _unwound(self) -> None:
        today = self.desk.today
        self.desk.cancels()
        command = Unwind(loan_id=self.loan, reason="worker_cancelled", refund_minor=self.amount, unwound_on=today)
        self._run(unwinding.unwind, command)

    def _carrier_paid(self, reference: str) -> None:
        today = self.desk.today
        command = Refund(loan_id=self.loan, amount_minor=self.amount, received_on=today, reference=reference)
        self._run(unwinding.receive, command)


def _said(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


@SQLITE
@pytest.mark.parametrize("title", examples())
def test_the_services_come_to_what_the_document_says(
    title: str, database: Database, world: World, clock: Clock, case: Case
) -> None:
    example = examples()[title]
    telling = Telling(database, world, clock, case, example)
    assert set(example.tables) <= {"no.", "day", "statement of"} and example.tables
    plan = example.tables.get("no.", [])
    assert [telling.planned(row) for row in plan] == plan
    assert not plan or len(plan) == len(telling.account.plans[0].rows)
    for row in example.tables.get("day", []):
        telling.play(row)
        assert telling.shown(row) == row
    for row in example.tables.get("statement of", []):
        assert telling.stated(row) == row
    assert verifying.verify(database).findings == []


def calculations() -> list[tuple[str, str, str]]:
    return _CALCULATION.findall(_DOCUMENT.read_text(encoding="utf-8"))


def test_every_calculation_in_the_text_is_right() -> None:
    for said, sign, result in calculations():
        exact = worth(said)
        digits = Decimal(1).scaleb(-len(result.partition(".")[2]))
        rounded = (Decimal(exact.numerator) / exact.denominator).quantize(digits, ROUND_HALF_UP)
        assert rounded == Decimal(result), said
        assert (exact == Fraction(result)) is (sign == "="), said
    assert len(calculations()) > 20


def worth(said: str) -> Fraction:
    """What a calculation of the document comes to, exactly."""
    assert re.fullmatch(r"[0-9.×÷−+% ]+", said), said
    for sign, operator in (("×", "*"), ("÷", "/"), ("−", "-"), (" %", " / Fraction(100)")):
        said = said.replace(sign, operator)
    found: Fraction = eval(re.sub(r"(?<![0-9(])[0-9.]+", r"Fraction('\g<0>')", said), {"Fraction": Fraction})
    return found
