"""The register of reports: reserve a number with all that the report will show, record that it was issued."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, select

from casework.auditing.rules import SampleState
from casework.auditing.tables import AuditReport, ReportState, Sample
from casework.certificates.service import Reservation, new_reservation
from casework.issuers.rules import Seal
from casework.work import Work

PREFIX: Final = "AUD"
KIND: Final = "audit_report"


def of_sample(session: Session, sample_id: UUID) -> AuditReport | None:
    """The report of a sample, None before a number is given."""
    return session.exec(select(AuditReport).where(AuditReport.sample_id == sample_id)).one_or_none()


def new_number(work: Work) -> Reservation:
    """A number and token for a report; `reserve` writes its row in the same transaction."""
    return new_reservation(work, PREFIX)


def reserve(work: Work, sample: Sample, reservation: Reservation, value: dict[str, Any]) -> AuditReport:
    """Write the row of a report of a signed sample."""
    row = AuditReport(
        id=reservation.id,
        sample_id=sample.id,
        number=reservation.number,
        token=reservation.token,
        value=value,
        reserved_at=work.now,
        issued_on=work.today,
    )
    work.session.add(row)
    work.session.flush()
    work.record("audit_report.reserved", f"audit_report/{row.id}", data={"number": row.number})
    return row


def mark_issued(
    work: Work, row_id: UUID, *, sha256: str, size: int, seal: Seal, template_digest: str, renderer: dict[str, str]
) -> AuditReport:
    """The file is in the archive. Doing it twice with the same file changes nothing."""
    row = work.session.exec(select(AuditReport).where(AuditReport.id == row_id).with_for_update()).one()
    if row.state is ReportState.RESERVED:
        row.state, row.issued_at = ReportState.ISSUED, work.now
        row.sha256, row.size, row.template_digest, row.renderer = sha256, size, template_digest, dict(renderer)
        row.signed_by, row.signed_at, row.timestamped = seal.by, seal.at, seal.timestamped
        work.session.add(row)
        work.record("audit_report.issued", f"audit_report/{row.id}", data={"number": row.number, "sha256": sha256})
    return row


def unissued(session: Session) -> list[UUID]:
    """Signed samples whose report has no file yet."""
    query = (
        select(Sample.id)
        .outerjoin(AuditReport, col(AuditReport.sample_id) == col(Sample.id))
        .where(
            col(Sample.state) == SampleState.SIGNED,
            col(AuditReport.id).is_(None) | (col(AuditReport.state) == ReportState.RESERVED),
        )
    )
    return list(session.exec(query.order_by(col(Sample.id))))
