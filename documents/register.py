"""The register as verification asks it, over the rows of casework."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from casework.auditing.reports import KIND
from casework.auditing.tables import AuditReport
from casework.cases.rules import EndKind
from casework.certificates.rules import public_reason
from casework.certificates.tables import Certificate, CertificateState
from casework.copies.tables import CertificateCopy
from casework.issuers.rules import Seal
from documents.verification import Ended, RegisterEntry

_ENDED = {EndKind.EXPIRED: Ended.EXPIRED, EndKind.REVOKED: Ended.REVOKED, EndKind.SUPERSEDED: Ended.SUPERSEDED}


class Register:
    """Look-ups by hash, number or token. The hash may be that of a duplicate, which stands as its document does.

    Of the reasons only those are passed on that somebody said may be told, as a fixed sentence."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_sha256(self, sha256: str) -> RegisterEntry | None:
        if not sha256:
            return None
        known = self._entry(col(Certificate.sha256) == sha256) or self._duplicate(sha256)
        return known or self._report(col(AuditReport.sha256) == sha256)

    def by_number(self, number: str) -> RegisterEntry | None:
        return self._entry(col(Certificate.number) == number) or self._report(col(AuditReport.number) == number)

    def by_token(self, token: str) -> RegisterEntry | None:
        return self._entry(col(Certificate.token) == token) or self._report(col(AuditReport.token) == token)

    def row(self, number: str) -> Certificate:
        """The whole row of a number that is there."""
        return self._session.exec(select(Certificate).where(col(Certificate.number) == number)).one()

    def _entry(self, where: ColumnElement[bool]) -> RegisterEntry | None:
        row = self._session.exec(select(Certificate).where(where)).one_or_none()
        return None if row is None else entry(row, self._number(row.superseded_by))

    def _duplicate(self, sha256: str) -> RegisterEntry | None:
        query = select(CertificateCopy).where(col(CertificateCopy.sha256) == sha256)
        copy = self._session.exec(query).one_or_none()
        of = self._entry(col(Certificate.id) == copy.certificate_id) if copy else None
        if copy is None or of is None:
            return None
        return replace(of, sha256=sha256, copy=copy.number, seal=_seal(copy), issued_at=copy.issued_at)

    def report(self, number: str) -> AuditReport:
        """The whole row of a report whose number is there."""
        return self._session.exec(select(AuditReport).where(col(AuditReport.number) == number)).one()

    def _report(self, where: ColumnElement[bool]) -> RegisterEntry | None:
        """The report of an auditor's sample: issued once, it stands for ever."""
        row = self._session.exec(select(AuditReport).where(where)).one_or_none()
        if row is None:
            return None
        return RegisterEntry(
            document_id=str(row.id),
            number=row.number,
            kind=KIND,
            token=row.token,
            sha256=row.sha256 or None,
            issued_on=row.issued_on,
            seal=_seal(row),
            issued_at=row.issued_at,
        )

    def _number(self, row_id: UUID | None) -> str | None:
        row = self._session.get(Certificate, row_id) if row_id else None
        return row.number if row else None


def entry(row: Certificate, superseded_by: str | None = None) -> RegisterEntry:
    """A row as anybody may know it."""
    void = row.state is CertificateState.VOID
    return RegisterEntry(
        document_id=str(row.id),
        number=row.number,
        kind=row.kind,
        token=row.token,
        sha256=row.sha256 or None,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        ended_kind=Ended.VOID if void else _ENDED[row.end_kind] if row.end_kind else None,
        ended_on=row.ended_on,
        ended_reason=str((public_reason(row.end_reason) if row.end_told else None) or ""),
        superseded_by=superseded_by,
        seal=_seal(row),
        issued_at=row.issued_at,
    )


def _seal(row: Certificate | CertificateCopy | AuditReport) -> Seal | None:
    """Who signed the file and when; None for what was issued before that was kept."""
    return Seal(row.signed_by, row.signed_at, row.timestamped) if row.signed_by and row.signed_at else None
