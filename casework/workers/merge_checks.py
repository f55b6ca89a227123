"""What must hold before two records are merged or taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.messages import _
from casework.actor import Actor
from casework.cases import rules as lives
from casework.cases.tables import Case
from casework.certificates.tables import Certificate, CertificateState
from casework.copies.tables import CertificateCopy
from casework.households.tables import HouseholdMember
from casework.workers.merge_tables import LiveMerge, WorkerMerge
from casework.workers.tables import Worker, WorkerVersion


def require_different(first: UUID, second: UUID) -> None:
    """Raise `InvalidInput` (``same_record``)."""
    if first == second:
        raise InvalidInput("same_record", _("This is one record, not two."), _("Name the two records."))


def require_own(actor: Actor, worker: Worker | None) -> Worker:
    """A record of the actor's office whose data was not erased. Raises `NotFound` (``worker``, ``erased``)."""
    if worker is None or (actor.role is not None and worker.office_id != actor.organisation_id):
        raise NotFound("worker", _("There is no such worker, or it is not one of yours."), _("Open it from its case."))
    if worker.details is None:
        raise NotFound("erased", _("The data of this worker was erased."))
    return worker


def require_person(actor: Actor) -> None:
    """Raise `Refused` (``person_needed``) for the engine: only somebody who looks can say that two are one."""
    if actor.user_id is None:
        raise Refused(
            "person_needed",
            _("Records are merged and taken apart by a person, not by the engine."),
            _("Name the account of a supervisor."),
        )


def problems(session: Session, actor: Actor, kept: Worker, other: Worker) -> Iterator[PredepartureError]:
    """What stands against merging these two now, the first reason first."""
    try:
        require_person(actor)
    except Refused as refused:
        yield refused
    if actor.key in _recorders(session, [kept.id, other.id]):
        yield Refused(
            "same_person",
            _("Who recorded one of the two does not merge them."),
            _("Leave it to another supervisor."),
        )
    if kept.office_id != other.office_id:
        yield Conflict("two_offices", _("The two records belong to two offices."), _("Hand one of them over first."))
    merged = select(LiveMerge).where(col(LiveMerge.merged_id).in_([kept.id, other.id]))
    if session.exec(merged).first() is not None:
        yield Conflict(
            "merged", _("One of the two is kept under another record already."), _("Open the record it is kept under.")
        )
    for programme in sorted(_open_programmes(session, kept.id) & _open_programmes(session, other.id)):
        yield Conflict(
            "two_open_cases",
            _("Both have an open case in the programme {programme}.", programme=programme),
            _("Withdraw or end one of the two cases first."),
        )
    if _in_household(session, kept.id) and _in_household(session, other.id):
        yield Conflict(
            "two_households", _("Both are members of a household."), _("Take one of them out of theirs first.")
        )


def find(session: Session, actor: Actor, merge_id: UUID) -> WorkerMerge:
    """A merge of the actor's office. Raises `NotFound` (``merge``)."""
    row = session.get(WorkerMerge, merge_id)
    if row is None or (actor.role is not None and row.office_id != actor.organisation_id):
        raise NotFound(
            "merge", _("There is no such merge, or it is not one of yours."), _("Open it from the list of duplicates.")
        )
    return row


def require_last(session: Session, row: WorkerMerge) -> None:
    """Raise `Conflict` (``undone``, ``later_merge``, ``being_made``) unless the merge is in force, its kept record
    stands alone, and no document of it is being made: that would be sealed for the one and kept for the other."""
    if row.undone_at is not None:
        raise Conflict("undone", _("This merge was taken back already."), _("Look at the present state."))
    if session.get(LiveMerge, row.kept_id) is not None:
        raise Conflict(
            "later_merge",
            _("The kept record was merged into another one since."),
            _("Take that later merge back first."),
        )
    for table in (Certificate, CertificateCopy):
        reserved = col(table.state) == CertificateState.RESERVED
        waiting = select(col(table.id)).where(col(table.worker_id) == row.kept_id, reserved)
        if session.exec(waiting.limit(1)).first() is not None:
            raise Conflict(
                "being_made",
                _("A document of the kept record is being made."),
                _("Wait until it is issued, or have its number given up."),
            )


def _recorders(session: Session, worker_ids: list[UUID]) -> set[str]:
    """Who recorded or corrected one of the records; a version that a merge wrote holds nothing of whoever merged."""
    written = select(WorkerMerge).where(
        or_(col(WorkerMerge.kept_id).in_(worker_ids), col(WorkerMerge.merged_id).in_(worker_ids))
    )
    by_merges = {at for row in session.exec(written) for at in (row.recorded_at, row.undone_at)}
    query = select(WorkerVersion).where(col(WorkerVersion.worker_id).in_(worker_ids))
    return {row.recorded_by for row in session.exec(query) if row.recorded_at not in by_merges}


def _open_programmes(session: Session, worker_id: UUID) -> set[str]:
    cases = session.exec(select(Case).where(Case.worker_id == worker_id))
    return {case.programme_id for case in cases if not lives.is_ended(case.life)}


def _in_household(session: Session, worker_id: UUID) -> bool:
    query = select(HouseholdMember.id).where(
        HouseholdMember.worker_id == worker_id, col(HouseholdMember.left_on).is_(None)
    )
    return session.exec(query).first() is not None
