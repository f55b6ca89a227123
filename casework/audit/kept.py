"""What should be in the two stores of sealed files, according to the rows: table by table, in the order of ids."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from casework.audit.tables import Area
from casework.auditing.tables import AuditReport, ReportState
from casework.certificates.tables import Certificate, CertificateState
from casework.copies.tables import CertificateCopy
from casework.evidence.tables import EvidenceDerivative, EvidenceFile
from casework.security.tables import HitPaper
from casework.workers.tables import PersonKey


@dataclass(frozen=True, slots=True)
class Part:
    """One table whose rows have a file each, under the row's id. `column` is how the vault names the file's place;
    "" where it is not sealed, because it holds nothing of a person."""

    table: Any
    area: Area
    column: str
    where: tuple[ColumnElement[bool], ...] = ()

    @property
    def name(self) -> str:
        return str(self.table.__tablename__)

    @property
    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """Which rows have a file: made already, and not erased with the person's key."""
        if not self.column:
            return self.where
        keys = select(PersonKey.person_id).where(col(PersonKey.wrapped).is_not(None))
        return (*self.where, col(self.table.worker_id).in_(keys))


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that should be there; `sha256` and `size` are those of its plain bytes."""

    id: UUID
    person: UUID | None
    sha256: str
    size: int


PARTS: Final = (
    Part(
        Certificate,
        Area.ARCHIVE,
        "file",
        (col(Certificate.state) == CertificateState.ISSUED, col(Certificate.value).is_not(None)),
    ),
    Part(CertificateCopy, Area.ARCHIVE, "file", (col(CertificateCopy.state) == CertificateState.ISSUED,)),
    Part(AuditReport, Area.ARCHIVE, "", (col(AuditReport.state) == ReportState.ISSUED,)),
    Part(EvidenceFile, Area.FILES, "content"),
    Part(EvidenceDerivative, Area.FILES, "content"),
    Part(HitPaper, Area.FILES, "content"),
)
"""Each area's tables stand side by side."""


def count(session: Session) -> int:
    """How many files should be there."""
    return sum(
        session.exec(select(func.count()).select_from(part.table).where(*part.conditions)).one() for part in PARTS
    )


def after(session: Session, part: Part, place: UUID | None, limit: int) -> list[Kept]:
    """The next files of a part."""
    query = select(part.table).where(*part.conditions).order_by(col(part.table.id)).limit(limit)
    if place is not None:
        query = query.where(col(part.table.id) > place)
    return [_kept(part, row) for row in session.exec(query)]


def still(session: Session, part: Part, ids: Collection[UUID]) -> set[UUID]:
    """Those of the files that should be there now; one may have been erased meanwhile."""
    query = select(col(part.table.id)).where(*part.conditions, col(part.table.id).in_(ids))
    return set(session.exec(query))


def known(session: Session, area: Area, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that any row of the area has, whatever its state: a reserved number's file may be there."""
    found: set[UUID] = set()
    for part in PARTS:
        if part.area is area:
            found.update(session.exec(select(col(part.table.id)).where(col(part.table.id).in_(ids))))
    return found


def _kept(part: Part, row: Any) -> Kept:
    return Kept(row.id, row.worker_id if part.column else None, row.sha256, row.size)
