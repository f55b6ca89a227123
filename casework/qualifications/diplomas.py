"""Record a worker's diploma as it is printed, and what its issuer says of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.evidence.tables import EvidenceItem
from casework.qualifications import institutions
from casework.qualifications.procedure_rules import ProcedureState
from casework.qualifications.rules import DegreeComparison, Verification, check_award
from casework.qualifications.tables import Diploma, RecognitionProcedure
from casework.work import Work
from casework.workers.tables import Worker


class AddDiploma(BaseModel):
    """A diploma. `title` is as printed; `isced` the level of ISCED 2011, `awarded` the year; `comparison` how a
    register compares its degree; `evidence_id` the paper of the same case that shows it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    institution: str
    country: str
    title: str
    translated: str = ""
    isced: int
    field: str = ""
    awarded: int
    comparison: DegreeComparison = DegreeComparison.UNLISTED
    evidence_id: UUID | None = None


def add(work: Work, command: AddDiploma, expected_version: int | None = None) -> Diploma:
    """Record a diploma; its institution is found in the register or added to it.

    Raises `InvalidInput` (``too_young``, ``date_in_future``, ``unknown_isced``, ``unknown_country``, ``evidence``).
    """
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    case = changes.change(work, command.case_id, expected_version)
    check_award(command.awarded, command.isced, work.session.get_one(Worker, case.worker_id).birth_date, work.today)
    require_own(work, case.id, command.evidence_id)
    row = Diploma(
        case_id=case.id,
        worker_id=case.worker_id,
        institution_id=institutions.found_or_added(work, command.institution, command.country).id,
        title=recorded.text(command.title, _("title")),
        translated=recorded.text(command.translated, _("translated title"), needed=False),
        isced=command.isced,
        field=recorded.text(command.field, _("field of study"), 120, needed=False),
        awarded=command.awarded,
        comparison=command.comparison,
        evidence_id=command.evidence_id,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.record("diploma.added", f"diploma/{row.id}", case_id=case.id, data={"isced": row.isced})
    return row


def find(work: Work, diploma_id: UUID) -> Diploma:
    """A diploma that was not withdrawn. Raises `NotFound` (``diploma``)."""
    row = work.session.get(Diploma, diploma_id)
    if row is None or row.withdrawn_on is not None:
        raise NotFound("diploma", _("There is no such diploma."), _("Open it from its case."))
    return row


def withdraw(work: Work, diploma_id: UUID, reason: str, expected_version: int | None = None) -> Diploma:
    """A diploma was recorded wrongly. Raises `Conflict` (``in_use``) while its recognition goes on or was decided."""
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    query = select(RecognitionProcedure.id).where(
        RecognitionProcedure.diploma_id == diploma_id,
        col(RecognitionProcedure.state) != ProcedureState.TAKEN_BACK,
    )
    if work.session.exec(query.limit(1)).first() is not None:
        raise Conflict(
            "in_use",
            _("The recognition of this diploma goes on or was decided."),
            _("Withdraw the decision and take the application back first."),
        )
    return recorded.withdraw(work, Diploma, diploma_id, "diploma.withdrawn", reason, expected_version)


def require_genuine(row: Diploma) -> None:
    """Raises `Conflict` (``denied``) where the issuer says that it did not issue the diploma."""
    if row.verification is Verification.DENIED:
        raise Conflict(
            "denied",
            _("The issuer says that it did not issue this diploma."),
            _("Ask the issuer again, or record the right diploma."),
        )


def require_own(work: Work, case_id: UUID, evidence_id: UUID | None) -> None:
    """Raises `InvalidInput` (``evidence``) for a paper of another case."""
    if evidence_id is not None:
        item = work.session.get(EvidenceItem, evidence_id)
        if item is None or item.case_id != case_id:
            raise InvalidInput("evidence", _("The paper does not belong to this case."), _("Choose one from the list."))


def day_of_award(row: Diploma) -> date:
    """The first day on which the diploma may have been awarded: nothing that rests on it is older."""
    return date(row.awarded, 1, 1)
