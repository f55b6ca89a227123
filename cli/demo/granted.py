"""What the demo's programmes pay: the first thing that is due to a worker, by three people."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlmodel import col, select

from basis.money import Money
from casework.cases import facts
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.entitlements import paying, queries, service
from casework.entitlements.rules import ClaimState
from casework.entitlements.service import ClaimEntitlement
from casework.entitlements.tables import EntitlementClaim
from checklists.entitled import entitlements
from checklists.requirement import CostBearer
from checklists.terms import Entitlement
from cli.demo import entering
from cli.demo.people import Cast
from documents.installation import Installation

AFAR: Final = "virtual-return"
_AMOUNT: Final = "250"


def grant_one(installation: Installation, cast: Cast, began_on: date) -> None:
    """One lecturer who teaches from afar, to whom the programme lends what that needs."""
    programme = installation.catalogue.get(AFAR, on=installation.database.today())
    entering.enter(installation, cast, programme, began_on, 1)
    with installation.database.read() as session:
        case = session.exec(select(Case).where(Case.programme_id == AFAR).order_by(col(Case.reference))).first()
    while case is not None and grant(installation, cast, case):
        pass


def grant(installation: Installation, cast: Cast, case: Case) -> bool:
    """Do the next step of paying it: claim, approve, pay. False when that is done, or nothing is due."""
    with installation.database.read() as session:
        known = [row for rows in queries.claims(session, case.id).values() for row in rows]
        programme = programme_of(installation.catalogue, case)
        answers = entitlements(programme, facts.load(session, [case])[case.id], installation.database.today())
    due = [one.entitlement for one in answers if one.answer and one.entitlement.paid_by is CostBearer.PROGRAMME]
    if not known:
        if not due:
            return False
        command = _claim(installation, case, due[0])
        installation.database.run(cast["arta"], service.claim, installation.catalogue, command)
        return True
    return _next(installation, cast, programme.currency, known[0])


def _next(installation: Installation, cast: Cast, currency: str, row: EntitlementClaim) -> bool:
    database, catalogue = installation.database, installation.catalogue
    if row.state is ClaimState.CLAIMED:
        written = Money.parse(_AMOUNT, currency).minor if row.asked_minor is None else None
        reason = "by the list of the programme" if written else ""
        database.run(cast["mira"], service.approve, catalogue, row.id, written, reason)
    elif row.state is ClaimState.APPROVED:
        database.run(cast["ilir"], paying.pay, catalogue, row.id, database.today(), "DEMO-1")
    else:
        return False
    return True


def _claim(installation: Installation, case: Case, rule: Entitlement) -> ClaimEntitlement:
    asked = rule.amount if rule.amount is not None and rule.up_to else None
    return ClaimEntitlement(
        case_id=case.id,
        entitlement=rule.id,
        month=installation.database.today() if rule.per == "month" else None,
        amount_minor=asked.minor if asked else None,
        currency=asked.currency if asked else "",
        proof="Demo folder 1",
    )
