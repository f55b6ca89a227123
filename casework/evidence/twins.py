"""The very same file on two workers: noticed when it comes in, looked at by a person, settled with a reason.

It is looked for in the whole installation. Whoever may not see the other worker's case learns only that there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import Session, col, func, select

from basis.errors import Conflict, NotFound
from basis.messages import Message, _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.tables import Case
from casework.evidence.tables import EvidenceFile, EvidenceItem, EvidenceTwin
from casework.work import Work

REASONS: Mapping[str, Message] = {
    "family_paper": _("It is a paper of the family, good for both."),
    "joint_paper": _("It names both workers, for example a job order or a list."),
    "blank_page": _("It shows nothing of a person, for example a blank form."),
    "wrong_worker": _("It was put on the wrong worker, and was moved or sealed off."),
    "one_person": _("Both records are of one person."),
    "reported": _("It looks like a borrowed paper and was reported."),
}
"""What a person found after looking at both."""

MOVED = "wrong_worker"


def look_for(work: Work, file: EvidenceFile, case_id: UUID | None) -> list[EvidenceTwin]:
    """Flag on both sides where another worker has the same file that comes in for a case."""
    if work.session.get_bind().dialect.name == "postgresql":  # of two who hand it in at once, the second sees the first
        work.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(file.sha256, 0))))
    query = select(EvidenceFile).where(
        EvidenceFile.sha256 == file.sha256,
        EvidenceFile.worker_id != file.worker_id,
        col(EvidenceFile.sealed_off_at).is_(None),
    )
    found: list[EvidenceTwin] = []
    for other in work.session.exec(query.order_by(col(EvidenceFile.id))).all():
        for one, two in ((file, other), (other, file)):
            row = EvidenceTwin(file_id=one.id, twin_id=two.id, worker_id=one.worker_id, found_at=work.now)
            work.session.add(row)
            found.append(row)
            told = case_id if one is file else case_of(work.session, one)
            work.record("evidence.twin_found", f"evidence_file/{one.id}", case_id=told)
    work.session.flush()
    return found


def of_workers(session: Session, worker_ids: Sequence[UUID]) -> list[EvidenceTwin]:
    """The flags of these workers, settled ones too, oldest first."""
    query = select(EvidenceTwin).where(col(EvidenceTwin.worker_id).in_(worker_ids))
    return list(session.exec(query.order_by(col(EvidenceTwin.found_at), col(EvidenceTwin.id))))


def cases_beside(session: Session, actor: Actor, row: EvidenceTwin) -> list[Case]:
    """The other worker's cases, as far as the actor may know of them."""
    query = (
        select(Case)
        .join(EvidenceFile, col(EvidenceFile.worker_id) == col(Case.worker_id))
        .where(EvidenceFile.id == row.twin_id, changes.visible(actor))
    )
    return list(session.exec(query.order_by(col(Case.reference))))


def settle(work: Work, case_id: UUID, twin_id: UUID, reason: str, note: str = "") -> EvidenceTwin:
    """Say what it is with the same file. `reason` is a code of `REASONS`.

    Who may see the other worker's case too settles both sides. Raises `NotFound` (``twin``), `Conflict` (``settled``),
    `InvalidInput` (``unknown_reason``).
    """
    require(work.actor.role, Permission.DECIDE_EVIDENCE)
    recorded.known_reason(reason, REASONS)
    case = changes.change(work, case_id, any_life=True)
    row = work.session.get(EvidenceTwin, twin_id)
    if row is None or row.worker_id != case.worker_id:
        raise NotFound("twin", _("There is no such note on this case."), _("Open it from the page of the case."))
    work.session.refresh(row, with_for_update=True)
    if row.settled_at is not None:
        raise Conflict("settled", _("Somebody has settled this already."), _("Look at the file."))
    _settle(work, row, case.id, reason, note)
    beside = cases_beside(work.session, work.actor, row)
    if beside:
        other = _other_side(work.session, row)
        if other is not None and other.settled_at is None:
            _settle(work, other, beside[0].id, reason, note)
    return row


def settle_moved(work: Work, file: EvidenceFile, case_id: UUID) -> None:
    """A file that was sealed off is no other worker's any more: both sides are settled."""
    query = select(EvidenceTwin).where(
        (col(EvidenceTwin.file_id) == file.id) | (col(EvidenceTwin.twin_id) == file.id),
        col(EvidenceTwin.settled_at).is_(None),
    )
    for row in work.session.exec(query).all():
        other = work.session.get_one(EvidenceFile, row.file_id)
        _settle(work, row, case_id if other.id == file.id else case_of(work.session, other), MOVED, "")


def case_of(session: Session, file: EvidenceFile) -> UUID | None:
    """The case of the paper that the file belongs to; None for files that are no papers."""
    query = select(EvidenceItem).where(EvidenceItem.worker_id == file.worker_id)
    wanted = str(file.id)
    found = (row for row in session.exec(query) if row.file_id == file.id or wanted in row.further_files)
    return next((row.case_id for row in found), None)


def _settle(work: Work, row: EvidenceTwin, case_id: UUID | None, reason: str, note: str) -> None:
    row.settled_at, row.settled_by, row.reason = work.now, work.actor.key, reason
    if note.strip():
        row.note = work.vault.seal(row.worker_id, "evidence_twin", row.id, "note", note.strip().encode())
    work.session.add(row)
    work.record("evidence.twin_settled", f"evidence_file/{row.file_id}", case_id=case_id, data={"reason": reason})


def _other_side(session: Session, row: EvidenceTwin) -> EvidenceTwin | None:
    query = select(EvidenceTwin).where(EvidenceTwin.file_id == row.twin_id, EvidenceTwin.twin_id == row.file_id)
    return session.exec(query).one_or_none()
