"""The rows that a sign-off stands on, read back by the ids it names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, SQLModel, col, select

from casework.cases.tables import SignOff
from casework.concessions.tables import Concession
from casework.evidence.tables import EvidenceItem
from casework.loans.tables import Loan
from casework.medical.tables import MedicalExamination
from casework.orientation.tables import ModuleAttendance
from casework.qualifications.tables import QualificationDecision
from casework.security.tables import Screening
from casework.training.tables import TrainingResult
from casework.travel.tables import Itinerary

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class Grounds:
    """Rows by table, oldest first. `deciders` are account ids of who decided, the last one first."""

    evidence: tuple[EvidenceItem, ...] = ()
    screening: Screening | None = None
    qualifications: tuple[QualificationDecision, ...] = ()
    training: tuple[TrainingResult, ...] = ()
    examination: MedicalExamination | None = None
    attendance: tuple[ModuleAttendance, ...] = ()
    loan: Loan | None = None
    itinerary: Itinerary | None = None
    concessions: tuple[Concession, ...] = ()
    deciders: tuple[str, ...] = ()


def load_grounds(session: Session, case_id: UUID, sign_off: SignOff) -> Grounds:
    """What the sign-off names (``table:id``; the screening goes by its case)."""
    ids: dict[str, list[UUID]] = defaultdict(list)
    for ground in sign_off.stands_on:
        table, _colon, text = ground.partition(":")
        if text:
            ids[table].append(UUID(text))
    evidence = _rows(session, EvidenceItem, ids["evidence_item"])
    qualifications = _rows(session, QualificationDecision, ids["qualification_decision"])
    training = _rows(session, TrainingResult, ids["training_result"])
    examinations = _rows(session, MedicalExamination, ids["medical_examination"])
    attendance = _rows(session, ModuleAttendance, ids["module_attendance"])
    loans = _rows(session, Loan, ids["promissory_note"])
    itineraries = _rows(session, Itinerary, ids["itinerary"])
    screening = None
    if ids["screening"]:
        query = select(Screening).where(Screening.case_id == case_id, col(Screening.replaced).is_(False))
        screening = session.exec(query.order_by(col(Screening.id).desc()).limit(1)).one_or_none()
    recorded: list[tuple[datetime, str]] = [(row.recorded_at, row.decided_by or row.recorded_by) for row in evidence]
    for rows in (qualifications, training, examinations, attendance, itineraries):
        recorded.extend((row.recorded_at, row.recorded_by) for row in rows)
    return Grounds(
        evidence=evidence,
        screening=screening,
        qualifications=qualifications,
        training=training,
        examination=examinations[-1] if examinations else None,
        attendance=attendance,
        loan=loans[-1] if loans else None,
        itinerary=itineraries[-1] if itineraries else None,
        concessions=_rows(session, Concession, ids["waiver"]),
        deciders=tuple(name for _moment, name in sorted(recorded, reverse=True)),
    )


def concessions_below(session: Session, sign_off: SignOff) -> tuple[Concession, ...]:
    """Every concession that the sign-off, or an earlier one that it stands on, stands on; oldest first."""
    ids: set[UUID] = set()
    seen: set[UUID] = set()
    waiting = [sign_off]
    while waiting:
        earlier = [ground for one in waiting for ground in one.stands_on]
        ids |= {UUID(ground.removeprefix("waiver:")) for ground in earlier if ground.startswith("waiver:")}
        new = {UUID(ground) for ground in earlier if ":" not in ground} - seen
        seen |= new
        waiting = list(session.exec(select(SignOff).where(col(SignOff.id).in_(new)))) if new else []
    return _rows(session, Concession, sorted(ids))


def _rows(session: Session, table: type[Row], ids: list[UUID]) -> tuple[Row, ...]:
    if not ids:
        return ()
    columns: Any = table
    return tuple(session.exec(select(table).where(col(columns.id).in_(ids)).order_by(col(columns.id))))
