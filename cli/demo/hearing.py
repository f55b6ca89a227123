"""What workers paid and what they report: costs with an alert that is open and one that is resolved, two complaints."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, select

from casework.actor import ENGINE
from casework.cases.rules import ACTIVE
from casework.cases.tables import Case
from casework.complaints import queries as complaints
from casework.complaints import service as reports
from casework.complaints.rules import Against, ComplaintKind, ComplaintState
from casework.complaints.service import Report
from casework.costs import alerts, queries
from casework.costs import service as costs
from casework.costs.alerts import RefundFee
from casework.costs.rules import AlertState, CostHead
from casework.costs.service import AskedCosts, RecordCost
from casework.work import Work
from checklists.requirement import CostBearer
from cli.demo.people import AGENCY, OFFICE, PROGRAMME, Cast
from documents.installation import Installation

_PAID: Final = (
    (CostHead.DOCUMENTS, 2_500, CostBearer.WORKER, "Civil Registration Agency", "CRA 2210"),
    (CostHead.VISA, 7_500, CostBearer.EMPLOYER, "Embassy", "V 118"),
    (CostHead.MEDICAL, 6_000, CostBearer.PROGRAMME, "Poliklinika Dardania", "DA 77"),
)
_BRIBE: Final = 20_000
_ONCE: Final = ("demo-anonymous", "demo-named")


def play(installation: Installation, cast: Cast) -> None:
    """Costs of two workers, then what was reported; nothing is done twice."""
    with installation.database.read() as session:
        heard = _heard(session)
    for place, case in enumerate(heard):
        _tell_costs(installation, cast, case, refunded=place == 1)
    for place, report in enumerate(_reports(cast)):
        installation.database.run(ENGINE, reports.file, report, _ONCE[place])
    installation.database.run(cast["liridona"], _take_in_hand)


def _heard(session: Session) -> list[Case]:
    """The first two workers who are still being prepared, and those who were asked before."""
    query = select(Case).where(Case.programme_id == PROGRAMME).order_by(col(Case.reference))
    rows = list(session.exec(query))
    asked = [case for case in rows if queries.versions(session, case.id)]
    return [*asked, *(case for case in rows if case.life in ACTIVE and case not in asked)][:2]


def _tell_costs(installation: Installation, cast: Cast, case: Case, *, refunded: bool) -> None:
    database, catalogue, today = installation.database, installation.catalogue, installation.database.today()
    with database.read() as session:
        known = {row.head for row in queries.versions(session, case.id)}
    if not known:
        asked = AskedCosts(case_id=case.id, asked_on=today, language="sq", paid_nothing=False)
        database.run(cast["arta"], costs.ask, asked)
    for head, amount, bearer, payee, receipt in _PAID:
        if head not in known:
            command = RecordCost(
                case_id=case.id, head=head, amount_minor=amount, currency="EUR", paid_by=bearer,
                paid_on=today - timedelta(days=20), payee=payee, receipt=receipt,
            )  # fmt: skip
            database.run(cast["arta"], costs.record, catalogue, command)
    if CostHead.ILLEGITIMATE not in known:
        agency = cast.organisations[AGENCY].id if refunded else None
        command = RecordCost(
            case_id=case.id, head=CostHead.ILLEGITIMATE, amount_minor=_BRIBE, currency="EUR",
            paid_by=CostBearer.WORKER, paid_on=today - timedelta(days=30), payee_id=agency,
            payee="" if agency else "a man at the bus station, for a better place on the list",
            note="Told when asked about costs; no receipt was given.",
        )  # fmt: skip
        database.run(cast["arta"], costs.record, catalogue, command)
    if refunded:
        _refund(installation, cast, case)


def _refund(installation: Installation, cast: Cast, case: Case) -> None:
    database = installation.database
    with database.read() as session:
        waiting = [row for row in queries.alerts_of(session, case.id) if row.state is AlertState.OPEN]
    for row in waiting:
        command = RefundFee(
            alert_id=row.id, amount_minor=row.excess_minor, refunded_on=database.today(), receipt="BW 2026-31"
        )
        database.run(cast["mira"], alerts.refund, installation.catalogue, command)


def _reports(cast: Cast) -> tuple[Report, Report]:
    office, agency = cast.organisations[OFFICE].id, cast.organisations[AGENCY].id
    return (
        Report(
            office_id=office,
            kind=ComplaintKind.CONDUCT,
            against=Against.STAFF,
            words="At the desk I was shouted at because my photograph was too old. I do not want to be named.",
            language="en",
        ),
        Report(
            office_id=office,
            kind=ComplaintKind.FEE,
            against=Against.AGENCY,
            organisation_id=agency,
            words="The agency asked me for money so that my papers go first. I did not pay. Others may have paid.",
            head=CostHead.RECRUITMENT_FEE,
            amount="300 EUR",
            contact="Call after six: +383 44 000 111 (invented)",
            language="en",
        ),
    )


def _take_in_hand(work: Work) -> None:
    """The complaints officer begins with what was said about the agency, and tells the reporter so."""
    rows, _count = complaints.listed(work.session, work.actor, complaints.Show.OPEN, work.today, limit=50)
    for row in rows:
        if row.against is Against.AGENCY and row.state is ComplaintState.RECEIVED:
            reports.take(work, row.id)
            said = "We asked the agency for its list of payments, without saying who reported it."
            reports.note(work, row.id, said, told=True)
