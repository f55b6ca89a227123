"""The job order that a row, a form or a case names: looked up, held against the rules, and its place taken.

`asked` is read once for a whole file; a case that is opened, or changes its job, looks again under the lock of the
job order.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, PredepartureError
from casework.cases.rules import BEFORE_DEPARTURE, ENDINGS, CaseLife
from casework.cases.tables import Case
from casework.organisations.tables import Organisation, OrganisationKind
from casework.recruitment import claims, rules
from casework.recruitment.permissions import accredited, require_agency
from casework.recruitment.row_rules import NO_HEADROOM, Asked, Job, OpenOrder, key, other_destination
from casework.recruitment.tables import JobOrder
from casework.work import Work
from checklists.programme import Programme


def asked(session: Session, programme: Programme, office_id: UUID, agency_id: UUID | None, on: date) -> Asked | None:
    """What is asked of workers whom the agency (None: the office itself) brings into the programme on the day; None
    where the programme asks for nothing. Three statements however many rows follow."""
    accreditation = programme.asks_principals and agency_id is not None
    if not programme.asks_job_orders and not accreditation:
        return None
    principals = _principals(session, agency_id, programme.id, on) if accreditation and agency_id else {}
    orders = {}
    if programme.asks_job_orders:
        rows = session.exec(
            select(JobOrder, Organisation)
            .join(Organisation, col(Organisation.id) == col(JobOrder.employer_id))
            .where(
                JobOrder.office_id == office_id,
                JobOrder.programme_id == programme.id,
                col(JobOrder.agency_id) == agency_id if agency_id else col(JobOrder.agency_id).is_(None),
            )
            .order_by(col(JobOrder.number))
            .execution_options(populate_existing=True)
        ).all()
        left = claims.remaining(session, [order.id for order, _employer in rows])
        for order, employer in rows:
            may = not accreditation or employer.id in principals
            orders[key(order.number)] = _open(order, employer, left[order.id], accredited=may)
    names = frozenset(key(text) for one in principals.values() for text in (one.name, one.code))
    return Asked(orders, names, programme.asks_job_orders, accreditation, on)


def order_for(work: Work, programme: Programme, office_id: UUID, agency_id: UUID | None, job: Job) -> OpenOrder | None:
    """The job order in which a new case of this job takes a place, locked; None where it needs none.

    Who comes through the office itself may be given a job order later. Raises `InvalidInput` with the code of the
    obstacle, `Conflict` (``no_headroom``).
    """
    if agency_id is None and not job.job_order.strip():
        return None
    if programme.asks_job_orders:  # locked before it is read: nobody changes it or takes its places meanwhile
        number = rules.order_number(job.job_order)
        named = select(JobOrder.id).where(JobOrder.office_id == office_id, JobOrder.number == number)
        work.session.exec(named.with_for_update()).one_or_none()
    asks = asked(work.session, programme, office_id, agency_id, work.today)
    for obstacle in asks.obstacles(job) if asks is not None else ():
        kind = Conflict if obstacle.code == NO_HEADROOM else InvalidInput
        raise kind(obstacle.code, obstacle.message, obstacle.fix)
    return asks.order(job) if asks is not None else None


def changed_job(work: Work, programme: Programme, case: Case, other: Collection[str]) -> bool:
    """The locked case names its job anew: where it is another one, its place is released, and one taken in the job
    order that it names now. Whether it left a place. `other`: what of employer, job_order and destination is another
    than before.

    Whom an agency brought goes only where the agency may bring workers, and may go nowhere for now: without a job order
    and to no other employer. Such a case is flagged (`agencies.left_order`). Raises what `order_for` and
    `require_agency` do, and `InvalidInput` (``other_destination``).
    """
    job = Job(case.job_order, case.employer, case.occupation, case.destination)
    before = claims.order_of(work.session, case.id)
    if before is not None:
        employer = work.session.get_one(Organisation, before.employer_id)
        same_employer = key(job.employer) in ("", key(employer.name), key(employer.code))
        if same_employer and key(before.number) == key(job.job_order):
            if "destination" in other and job.destination != before.destination:
                obstacle = other_destination(before.number, before.destination)
                raise InvalidInput(obstacle.code, obstacle.message, obstacle.fix)
            return False
        claims.release(work, case, rules.CHANGED_JOB)
        other = {"job_order"} if same_employer else {"job_order", "employer"}
    if not {"employer", "job_order"} & set(other):
        with suppress(PredepartureError):  # nothing new is named, but the place that was lost may be free again
            _take_place(work, programme, case, job)
    elif ("employer" in other and job.employer.strip()) or (programme.asks_job_orders and job.job_order.strip()):
        _take_place(work, programme, case, job)
    return before is not None


def _take_place(work: Work, programme: Programme, case: Case, job: Job) -> None:
    """See that the locked case may have this job, and take a place where it needs one."""
    order = order_for(work, programme, case.office_id, case.agency_id, job)
    if case.agency_id is not None:
        require_agency(work.session, case.agency_id, programme.id, work.today)
    if order is not None:
        claims.claim(work, case, order.id)


def follow_life(work: Work, case: Case, start: CaseLife) -> None:
    """A case that ends before the departure frees its place; one whose end was an error gets it again, if it is still
    there."""
    if start in BEFORE_DEPARTURE and case.life in ENDINGS:
        claims.release(work, case, rules.CASE_ENDED)
    elif start in ENDINGS and case.life in BEFORE_DEPARTURE:
        last = claims.last_of(work.session, case.id)
        if last is not None and last.reason == rules.CASE_ENDED:
            # Without a place the case goes on: its page says so, and another job order can be named.
            with suppress(PredepartureError):
                claims.claim(work, case, last.job_order_id)


def _principals(session: Session, agency_id: UUID, programme_id: str, on: date) -> dict[UUID, Organisation]:
    """The employers that the agency may recruit for."""
    query = select(Organisation).where(
        col(Organisation.kind) == OrganisationKind.EMPLOYER,
        accredited(agency_id, col(Organisation.id), programme_id, on),
    )
    return {row.id: row for row in session.exec(query)}


def _open(order: JobOrder, employer: Organisation, left: int, *, accredited: bool) -> OpenOrder:
    return OpenOrder(
        id=order.id,
        number=order.number,
        employer=employer.name,
        employer_code=employer.code,
        occupation=order.occupation,
        destination=order.destination,
        state=order.state,
        valid_from=order.valid_from,
        valid_until=order.valid_until,
        remaining=left,
        accredited=accredited,
    )
