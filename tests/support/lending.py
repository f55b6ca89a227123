"""A desk at which loans are given: each step of their life by somebody who may do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from basis.errors import PredepartureError
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases import travelling
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, CaseMove
from casework.cases.travelling import CancelJourney
from casework.database import Database
from casework.ledger import queries as ledger
from casework.ledger.rules import LedgerAccount
from casework.loans import disbursing, queries, service, signing
from casework.loans.disbursing import Disburse
from casework.loans.service import AskLoan, AssessLoan
from casework.loans.signing import AddParty, ExplainTerms, SignNote
from casework.loans.tables import Instalment, Loan, PaidTo, PartyKind
from casework.repayments.queries import plans
from casework.repayments.rules import Plan
from checklists.catalogue import Catalogue
from checklists.programme import FeeHead, LoanTerms
from tests.support.factories import PROGRAMME, TODAY, World, loan_terms
from tests.support.travelling import book

_CONFIRMED = {CaseLife.DEPARTED: "departure_confirmed", CaseLife.ARRIVED: "arrival_confirmed"}


def code_of(act: Callable[[], object]) -> str:
    """The code of the error that `act` ends with; "" where it is done."""
    try:
        act()
    except PredepartureError as raised:
        return raised.code
    return ""


def catalogue_with(terms: LoanTerms | None, **values: Any) -> Catalogue:
    """The programme that synthetic cases are pinned to, with these loan terms and other values."""
    programme = Catalogue.load().get(PROGRAMME, on=TODAY)
    return Catalogue(programmes=(programme.model_copy(update={"loan": terms, **values}),))


@dataclass
class Lending:
    """A case and the terms of its loans. EUR 1,200.50 for the journey unless another sum is named."""

    database: Database
    world: World
    case: Case
    terms: LoanTerms = field(default_factory=loan_terms)
    purposes: dict[FeeHead, int] = field(default_factory=lambda: {FeeHead.TRAVEL: 120_050})

    @cached_property
    def catalogue(self) -> Catalogue:
        return catalogue_with(self.terms)

    @property
    def officer(self) -> Actor:
        return self.world[Role.LOAN_OFFICER]

    @property
    def second(self) -> Actor:
        return self.world.seconds[Role.LOAN_OFFICER]

    @property
    def caseworker(self) -> Actor:
        return self.world[Role.CASEWORKER]

    def wish(self, **values: Any) -> AskLoan:
        given = {"case_id": self.case.id, "purposes": self.purposes, "currency": "EUR", "asked_on": TODAY, **values}
        return AskLoan.model_validate(given)

    def ask(self, actor: Actor | None = None, **values: Any) -> UUID:
        return self.database.run(actor or self.caseworker, service.ask, self.catalogue, self.wish(**values)).id

    def assess(self, loan: UUID, actor: Actor | None = None, wage: Money | None = None) -> Loan:
        command = AssessLoan(loan_id=loan, looked_at="Contract and household", wage=wage)
        return self.database.run(actor or self.officer, service.assess, self.catalogue, command)

    def approve(self, loan: UUID, actor: Actor | None = None) -> Loan:
        return self.database.run(actor or self.second, service.approve, self.catalogue, loan)

    def explain(self, loan: UUID, **values: Any) -> Loan:
        given = {"loan_id": loan, "language": "sq", "explained_on": self.today, "understood": True, **values}
        return self.database.run(self.caseworker, signing.explain, ExplainTerms.model_validate(given))

    def guarantee(self, loan: UUID, **values: Any) -> UUID:
        given = {
            "loan_id": loan,
            "kind": PartyKind.GUARANTOR,
            "signed_on": self.today,
            "name": "Blerim Hoxhademo",
            "relation": "brother",
            "document": "ID 100200",
            **values,
        }
        return self.database.run(self.caseworker, signing.add_party, self.catalogue, AddParty(**given)).id

    def sign(self, loan: UUID, actor: Actor | None = None, **values: Any) -> Loan:
        command = SignNote(**{"loan_id": loan, "signed_on": self.today, "kept": "PN-1", **values})
        return self.database.run(actor or self.caseworker, signing.sign_note, self.catalogue, command)

    def payout(self, loan: UUID, **values: Any) -> Disburse:
        given = {"paid_to": PaidTo.CARRIER, "reference": "TKT-1", "disbursed_on": self.today, **values}
        return Disburse(loan_id=loan, **given)

    def disburse(self, loan: UUID, actor: Actor | None = None, **values: Any) -> Loan:
        payout = self.payout(loan, **values)
        return self.database.run(actor or self.officer, disbursing.disburse, self.catalogue, payout)

    def assessed(self) -> UUID:
        return self.assess(self.ask()).id

    def approved(self) -> UUID:
        return self.approve(self.assessed()).id

    def signed(self) -> UUID:
        return self.sign(self.approved()).id

    def paid_out(self) -> UUID:
        return self.disburse(self.signed()).id

    @property
    def today(self) -> date:
        return self.database.today()

    def loan(self, loan: UUID) -> Loan:
        with self.database.read() as session:
            return queries.get(session, loan)

    def schedule(self, loan: UUID) -> list[Instalment]:
        with self.database.read() as session:
            return queries.schedule(session, self.caseworker, loan)

    def plans(self, loan: UUID) -> list[Plan]:
        with self.database.read() as session:
            return plans(session, [queries.get(session, loan)])[loan]

    def held(self, loan: UUID) -> dict[LedgerAccount, int]:
        """What is booked, without the accounts that hold nothing."""
        with self.database.read() as session:
            held = ledger.balances(session, [loan])[loan]
        return {account: amount for account, amount in held.items() if amount}

    def cancels(self, by: str = "worker") -> None:
        """A journey is booked, and somebody cancels it: a code of `travel.rules.CANCELLED_BY`."""
        book(self.database, self.world, self.case, self.today + timedelta(days=20))
        command = CancelJourney(case_id=self.case.id, happened_on=self.today, by=by, refund_expected=True)
        self.database.run(self.caseworker, travelling.cancel, self.catalogue, command)

    def travel(self, life: CaseLife, on: date, reason: str = "") -> None:
        """The case has departed or arrived on a day, as whoever confirmed it recorded; or moves for a `reason`."""
        with self.database.write(ENGINE) as work:
            case = work.session.get_one(Case, self.case.id)
            work.session.add(
                CaseMove(
                    case_id=case.id,
                    from_life=case.life,
                    to_life=life,
                    reason=reason or _CONFIRMED[life],
                    happened_on=on,
                    recorded_at=work.now,
                    recorded_by="engine",
                )
            )
            case.life, case.life_since = life, on
            work.session.add(case)
