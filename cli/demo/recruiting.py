"""An employer looks for workers: job orders, candidates at each step, and a contract with less than was promised."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from basis.money import Money
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.contracts import queries as contract_queries
from casework.contracts import service as contracts
from casework.contracts.rules import Bearer, ContractKind, Keeper, Terms
from casework.contracts.service import RecordContract
from casework.recruitment import orders
from casework.recruitment.orders import AskJobOrder, OrderContent
from casework.recruitment.rules import OrderState
from casework.recruitment.tables import JobOrder
from casework.selection import queries, sharing
from casework.selection import service as selection
from casework.selection.rules import Act, ApplicationState, Criteria, InterviewResult
from casework.selection.service import Accept, Invite, MakeOffer
from casework.selection.sharing import Agree
from casework.selection.tables import Application
from casework.work import Work
from checklists.programme import Programme
from cli.demo.people import AGENCY, EMPLOYER, PROGRAMME, Cast
from documents.installation import Installation

_BRICKLAYERS: Final = "HN-2027-1"
_ORDERS: Final = (
    (_BRICKLAYERS, "7112", "Bricklayer", 4, 2_900_00),
    ("HN-2027-2", "7114", "Concrete placer", 2, 2_850_00),
    ("HN-2027-3", "7124", "Insulation worker", 3, 2_700_00),
)
"""Number, occupation, title, places and wage; the last one waits for a decision."""
_LESS: Final = 250_00
_AT_ONCE, _NOTICE = timedelta(seconds=1), timedelta(days=6)
_State = ApplicationState
_AIMS: Final = (
    _State.ACCEPTED,
    _State.OFFERED,
    _State.INTERVIEWED,
    _State.INVITED,
    _State.NOMINATED,
    _State.NOMINATED,
    _State.REJECTED,
)
"""How far each candidate has come."""
_NEXT: Final = frozenset({_State.NOMINATED, _State.INVITED, _State.INTERVIEWED, _State.OFFERED})


def play(installation: Installation, cast: Cast, programme: Programme) -> None:
    """All of it; what is there is left as it is."""
    database = installation.database
    for place, (number, occupation, title, places, wage) in enumerate(_ORDERS):
        content = OrderContent(
            title=title,
            headcount=places,
            wage=Money(wage, "EUR"),
            weekly_hours=40,
            valid_from=database.today(),
            valid_until=database.today() + timedelta(days=300),
        )
        command = AskJobOrder(
            number=number,
            agency_id=cast.organisations[AGENCY].id,
            employer_id=cast.organisations[EMPLOYER].id,
            programme=programme.id,
            occupation=occupation,
            destination="DE",
            content=content,
        )
        database.run(cast["agron"], _ask, installation, command)
        if place < len(_ORDERS) - 1:
            database.run(cast["mira"], _approve, installation, number)
    database.run(cast["karin"], _set_criteria)
    with database.read() as session:
        order = _order(session, _BRICKLAYERS)
        candidates = _candidates(session)
    for case_id, aim in zip(candidates, _AIMS, strict=False):
        while _step(installation, cast, order, case_id, aim):
            pass
        if aim is _State.ACCEPTED:
            database.run(cast["arta"], _sign_less, case_id)


def _ask(work: Work, installation: Installation, command: AskJobOrder) -> None:
    if _found(work.session, command.number) is None:
        orders.ask(work, installation.catalogue, command)


def _approve(work: Work, installation: Installation, number: str) -> None:
    order = _order(work.session, number)
    if order.state is OrderState.ASKED:
        orders.approve(work, installation.catalogue, order.id)


def _set_criteria(work: Work) -> None:
    order = _order(work.session, _BRICKLAYERS)
    if queries.criteria_of(work.session, order.id) == Criteria():
        selection.set_criteria(work, order.id, Criteria(language="de", level="A2", experience_months=12))


def _order(session: Session, number: str) -> JobOrder:
    return session.exec(select(JobOrder).where(JobOrder.number == number)).one()


def _found(session: Session, number: str) -> JobOrder | None:
    return session.exec(select(JobOrder).where(JobOrder.number == number)).one_or_none()


def _candidates(session: Session) -> list[UUID]:
    """Who was put forward before, then bricklayers and others who are still being prepared."""
    known = list(session.exec(select(Application.case_id).order_by(col(Application.id))))
    query = select(Case).where(Case.programme_id == PROGRAMME, col(Case.life) == CaseLife.OPEN, Case.track == "away")
    rows = [case for case in session.exec(query.order_by(col(Case.reference))) if case.id not in known]
    rows.sort(key=lambda case: case.occupation != _ORDERS[0][1])
    return [*known, *(case.id for case in rows)]


def _step(installation: Installation, cast: Cast, order: JobOrder, case_id: UUID, aim: ApplicationState) -> bool:
    """The next step of a candidate; False where the story wants no more."""
    database, catalogue = installation.database, installation.catalogue
    with database.read() as session:
        query = select(Application).where(Application.case_id == case_id, Application.job_order_id == order.id)
        row = session.exec(query).one_or_none()
    if row is None:
        database.run(cast["arta"], _put_forward, installation, case_id, order.id)
    elif row.state is aim or row.state not in _NEXT:
        return False
    elif row.state is _State.NOMINATED and aim is _State.REJECTED:
        database.run(cast["karin"], selection.end, catalogue, row.id, Act.REJECT, "other_candidate")
    elif row.state is _State.NOMINATED:
        # Only a talk that is over has a result, and nobody can be invited to one that is.
        waits = _NOTICE if aim is _State.INVITED else _AT_ONCE
        at = database.now() + waits
        invite = Invite(application_id=row.id, starts_at=at, online=True)
        database.run(cast["karin"], selection.invite, invite)
        if waits is _AT_ONCE:
            time.sleep(_AT_ONCE.total_seconds())
    elif row.state is _State.INVITED:
        database.run(cast["karin"], selection.hold, row.id, InterviewResult.GOOD)
    elif row.state is _State.INTERVIEWED:
        database.run(cast["karin"], _offer, installation, row, order)
    else:
        paper = "Folder 12, offer signed"
        accept = Accept(application_id=row.id, accepted_on=database.today(), explained_in="sq", paper=paper)
        database.run(cast["arta"], selection.accept, catalogue, accept)
    return True


def _put_forward(work: Work, installation: Installation, case_id: UUID, job_order_id: UUID) -> None:
    if not queries.may_be_shared(work.session, work.session.get_one(Case, case_id)):
        sharing.agree(work, Agree(case_id=case_id, given_on=work.today, notice_version="demo-1", language="sq"))
    selection.nominate(work, installation.catalogue, case_id, job_order_id)


def _offer(work: Work, installation: Installation, row: Application, order: JobOrder) -> None:
    terms = Terms(
        wage_minor=order.wage_minor,
        currency=order.currency,
        weekly_minutes=40 * 60,
        daily_rest_hours=11,
        weekly_rest_days=2,
        leave_days=30,
        insurance=Bearer.EMPLOYER,
        way_there=Bearer.EMPLOYER,
        accommodation=Bearer.EMPLOYER,
        passport=Keeper.WORKER,
        languages=("de", "sq"),
        read_in="sq",
        months=24,
    )
    answer_by = work.today + timedelta(days=14)
    selection.offer(work, installation.catalogue, MakeOffer(application_id=row.id, terms=terms, answer_by=answer_by))


def _sign_less(work: Work, case_id: UUID) -> None:
    """What came to be signed: less money, and written in German alone."""
    promised = contract_queries.live(work.session, case_id, ContractKind.PROMISED)
    if promised is None or contract_queries.live(work.session, case_id, ContractKind.SIGNED) is not None:
        return
    case = work.session.get_one(Case, case_id)
    terms = contract_queries.terms_of(work.vault, case, promised)
    less = {"wage_minor": (terms.wage_minor or 0) - _LESS, "languages": ("de",), "read_in": ""}
    signed = RecordContract(case_id=case_id, terms=terms.model_copy(update=less), signed_on=work.today)
    contracts.sign(work, signed)
