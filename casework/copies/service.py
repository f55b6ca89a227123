"""Duplicates of issued documents, and scans of what was signed or stamped by hand."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, func, select

from basis.errors import Conflict, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.certificates.rules import DUPLICATE_REASONS
from casework.certificates.tables import Certificate, CertificateState
from casework.copies.tables import CertificateCopy, CertificateScan
from casework.evidence.tables import EvidenceFile
from casework.issuers.rules import Seal
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.work import Work


def next_number(work: Work, row: Certificate) -> int:
    """The number that the next duplicate of the document has. Locks the document, so that of two each has its own.

    Raises `Conflict` (``not_issued``, ``ended``).
    """
    locked = work.session.exec(
        select(Certificate).where(Certificate.id == row.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if locked.state is not CertificateState.ISSUED:
        raise Conflict("not_issued", _("There is no file under this number."), _("Look again when it is issued."))
    if locked.end_kind is not None:
        raise Conflict(
            "ended",
            _("This document holds no longer ({how}); no duplicate of it is made.", how=locked.end_kind.value),
            _("Take the document that was issued in its place."),
        )
    highest = work.session.exec(
        select(func.max(CertificateCopy.number)).where(CertificateCopy.certificate_id == row.id)
    ).one()
    return (highest or 0) + 1


def ask(work: Work, row: Certificate, number: int, mark: str, reason: str) -> CertificateCopy:
    """Ask for the duplicate `number` (of `next_number`), with the sentence that stands on it. The engine makes it.

    Raises `InvalidInput` (``unknown_reason``).
    """
    require(work.actor.role, Permission.HAND_OVER)
    copy = CertificateCopy(
        certificate_id=row.id,
        case_id=row.case_id,
        worker_id=row.worker_id,
        number=number,
        mark=mark,
        reason=recorded.known_reason(reason, DUPLICATE_REASONS),
        made_on=work.today,
        made_at=work.now,
        made_by=work.actor.key,
    )
    work.session.add(copy)
    work.session.flush()
    outbox.put(work, OutboxKind.ISSUE, copy.id, row.case_id, str(copy.id))
    work.record(
        "certificate.duplicate_asked",
        f"certificate/{row.id}",
        case_id=row.case_id,
        data={"number": row.number, "copy": number, "reason": reason},
    )
    return copy


def mark_issued(
    work: Work, copy_id: UUID, *, sha256: str, size: int, seal: Seal, template_digest: str, renderer: dict[str, str]
) -> CertificateCopy:
    """The duplicate's file is in the archive. Doing it twice with the same file changes nothing."""
    copy = work.session.exec(select(CertificateCopy).where(CertificateCopy.id == copy_id).with_for_update()).one()
    if copy.state is CertificateState.RESERVED:
        copy.state, copy.issued_at = CertificateState.ISSUED, work.now
        copy.sha256, copy.size, copy.template_digest, copy.renderer = sha256, size, template_digest, dict(renderer)
        copy.signed_by, copy.signed_at, copy.timestamped = seal.by, seal.at, seal.timestamped
        work.session.add(copy)
        row = work.session.get_one(Certificate, copy.certificate_id)
        work.record(
            "certificate.duplicated",
            f"certificate/{row.id}",
            case_id=row.case_id,
            data={"number": row.number, "copy": copy.number, "sha256": sha256},
        )
    return copy


def give_up(work: Work, copy: CertificateCopy, row: Certificate) -> None:
    """The document ended before its duplicate was made."""
    copy.state = CertificateState.VOID
    work.session.add(copy)
    work.record(
        "certificate.duplicate_voided",
        f"certificate/{row.id}",
        case_id=row.case_id,
        data={"number": row.number, "copy": copy.number},
    )


def copies_of(session: Session, certificate_id: UUID) -> list[CertificateCopy]:
    """The duplicates of a document, by number."""
    query = select(CertificateCopy).where(CertificateCopy.certificate_id == certificate_id)
    return list(session.exec(query.order_by(col(CertificateCopy.number))))


def copy_of(session: Session, certificate_id: UUID, number: int) -> CertificateCopy:
    """A duplicate that is made. Raises `NotFound` (``copy``, ``not_issued``)."""
    query = select(CertificateCopy).where(
        CertificateCopy.certificate_id == certificate_id, CertificateCopy.number == number
    )
    copy = session.exec(query).one_or_none()
    if copy is None:
        raise NotFound("copy", _("This document has no duplicate with that number."), _("Look at its page."))
    if copy.state is not CertificateState.ISSUED:
        raise NotFound("not_issued", _("The duplicate is being made."), _("Look again in a minute."))
    return copy


def unissued(session: Session) -> Sequence[CertificateCopy]:
    """Duplicates that were asked for and have no file yet."""
    query = select(CertificateCopy).where(col(CertificateCopy.state) == CertificateState.RESERVED)
    return session.exec(query.order_by(col(CertificateCopy.id))).all()


def add_scan(work: Work, row: Certificate, file: EvidenceFile) -> CertificateScan:
    """Link the kept file of a stamped paper to its document."""
    require(work.actor.role, Permission.HAND_OVER)
    scan = CertificateScan(certificate_id=row.id, file_id=file.id, recorded_at=work.now, recorded_by=work.actor.key)
    work.session.add(scan)
    work.session.flush()
    work.record(
        "certificate.scan_added",
        f"certificate/{row.id}",
        case_id=row.case_id,
        data={"number": row.number, "sha256": file.sha256},
    )
    return scan


def scans_of(session: Session, certificate_id: UUID) -> list[tuple[CertificateScan, EvidenceFile]]:
    """The scans of a document with their files, oldest first."""
    query = (
        select(CertificateScan, EvidenceFile)
        .join(EvidenceFile, col(EvidenceFile.id) == col(CertificateScan.file_id))
        .where(CertificateScan.certificate_id == certificate_id)
    )
    return list(session.exec(query.order_by(col(CertificateScan.recorded_at), col(CertificateScan.id))).all())
