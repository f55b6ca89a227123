"""Places of job orders: a worker has one or has none, and never more workers than were approved.

Whoever claims or releases has locked the case (`cases.changes`) or made it. The job order's row is locked before its
places are counted: of two who want the last place exactly one gets it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, func, select

from basis.errors import Conflict, NotFound, Refused
from basis.messages import _
from casework import recorded
from casework.cases.tables import Case
from casework.recruitment.rules import CHANGED_JOB, RELEASE_REASONS, STATE_WORDS, OrderState
from casework.recruitment.rules import remaining as left
from casework.recruitment.tables import JobOrder, JobOrderClaim
from casework.work import Work


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a job order: approved, taken, left."""

    headcount: int
    used: int

    @property
    def remaining(self) -> int:
        return left(self.headcount, self.used)


def locked(work: Work, job_order_id: UUID, expected_version: int | None = None) -> JobOrder:
    """The job order, locked for this transaction. Raises `NotFound` (``job_order``), `Conflict` (``stale``)."""
    query = (
        select(JobOrder).where(JobOrder.id == job_order_id).with_for_update().execution_options(populate_existing=True)
    )
    order = work.session.exec(query).one_or_none()
    if order is None:
        raise unknown()
    if expected_version is not None and order.version != expected_version:
        raise Conflict(
            "stale",
            _("Somebody changed this job order after you opened it."),
            _("Look at what changed, then do it again if it is still right."),
        )
    return order


def unknown() -> NotFound:
    """``job_order``: there is none, or it is not the actor's; the answer is the same."""
    return NotFound(
        "job_order", _("There is no such job order, or it is not one of yours."), _("Choose one from the list.")
    )


def require_place(work: Work, job_order_id: UUID) -> JobOrder:
    """Lock the job order and see that it is approved, in force today and has a place left.

    Raises `NotFound` (``job_order``), `Refused` (``job_order_state``, ``job_order_days``), `Conflict`
    (``no_headroom``).
    """
    order = locked(work, job_order_id)
    if order.state is not OrderState.APPROVED:
        raise Refused(
            "job_order_state",
            _("The job order {number} is {state}.", number=order.number, state=STATE_WORDS[order.state]),
            _("Choose a job order that is approved."),
        )
    if not order.valid_from <= work.today <= order.valid_until:
        raise Refused(
            "job_order_days",
            _("The job order {number} does not cover today.", number=order.number),
            _("Ask for a change of its days, or choose another one."),
        )
    if not places(work.session, [order.id])[order.id].remaining:
        raise Conflict(
            "no_headroom",
            _("All {count} places of the job order {number} are taken.", count=order.headcount, number=order.number),
            _("Ask for more places, or choose another job order."),
        )
    return order


def claim(work: Work, case: Case, job_order_id: UUID) -> JobOrderClaim:
    """Give the case a place; the one it has is kept where it is in the same job order, else released first.

    Raises what `require_place` does.
    """
    now = claim_of(work.session, case.id)
    if now is not None and now.job_order_id == job_order_id:
        return now
    order = require_place(work, job_order_id)
    if now is not None:
        release(work, case, CHANGED_JOB)
    row = JobOrderClaim(
        case_id=case.id,
        job_order_id=order.id,
        claimed_on=work.today,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    work.record("job_order.claimed", f"job_order_claim/{row.id}", case_id=case.id, data={"job_order": str(order.id)})
    return row


def release(work: Work, case: Case, reason: str) -> JobOrderClaim | None:
    """Free the case's place, for a code of `rules.RELEASE_REASONS`; None where it has none."""
    recorded.known_reason(reason, RELEASE_REASONS)
    row = claim_of(work.session, case.id)
    if row is None:
        return None
    row.released_on, row.released_at = work.today, work.now
    row.reason, row.released_by = reason, work.actor.key
    work.session.add(row)
    work.session.flush()
    work.record("job_order.released", f"job_order_claim/{row.id}", case_id=case.id, data={"reason": reason})
    return row


def claim_of(session: Session, case_id: UUID) -> JobOrderClaim | None:
    """The place that the case has."""
    query = select(JobOrderClaim).where(JobOrderClaim.case_id == case_id, col(JobOrderClaim.released_at).is_(None))
    return session.exec(query).one_or_none()


def last_of(session: Session, case_id: UUID) -> JobOrderClaim | None:
    """The place that the case had last, or has."""
    query = select(JobOrderClaim).where(JobOrderClaim.case_id == case_id)
    return session.exec(query.order_by(col(JobOrderClaim.id).desc()).limit(1)).one_or_none()


def order_of(session: Session, case_id: UUID) -> JobOrder | None:
    """The job order in which the case has a place."""
    row = claim_of(session, case_id)
    return session.get_one(JobOrder, row.job_order_id) if row is not None else None


def places(session: Session, job_order_ids: Collection[UUID]) -> Mapping[UUID, Places]:
    """The places of each of these job orders, in two statements."""
    counted = (
        select(JobOrderClaim.job_order_id, func.count())
        .where(col(JobOrderClaim.job_order_id).in_(job_order_ids), col(JobOrderClaim.released_at).is_(None))
        .group_by(col(JobOrderClaim.job_order_id))
    )
    used = dict(session.exec(counted).all())
    heads = session.exec(select(JobOrder.id, JobOrder.headcount).where(col(JobOrder.id).in_(job_order_ids)))
    return {id_: Places(headcount, used.get(id_, 0)) for id_, headcount in heads}


def remaining(session: Session, job_order_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How many places are left in each."""
    return {id_: one.remaining for id_, one in places(session, job_order_ids).items()}
