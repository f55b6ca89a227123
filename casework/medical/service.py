"""Record examinations by accredited clinics; show their detail to the medical role alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.cases import changes
from casework.clinics.accreditation import accreditation_on
from casework.medical.rules import MedicalOutcome
from casework.medical.tables import MedicalExamination
from casework.organisations.tables import OrganisationKind
from casework.work import Work

LONGEST_DETAIL = 10_000


class RecordMedical(BaseModel):
    """An examination as the clinic reports it. `detail` (findings, restrictions) is sealed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    clinic_id: UUID
    physician: str
    physician_licence: str
    identity_checked: bool
    examined_on: date
    outcome: MedicalOutcome
    xray_on: date | None = None
    review_on: date | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MedicalDetail:
    """An examination with what is sealed of it opened: findings, the code that shortens it, why it was amended."""

    examination: MedicalExamination
    detail: str
    result_code: str = ""
    amend_reason: str = ""


def record(work: Work, command: RecordMedical, expected_version: int | None = None) -> MedicalExamination:
    """Record an examination. Whether the clinic was accredited for the programme on that day is kept with it.

    The event names neither outcome nor detail, for the history is read by more roles than the medical one.
    """
    require(work.actor.role, Permission.RECORD_MEDICAL)
    case = changes.change(work, command.case_id, expected_version)
    clinic = recorded.organisation(work, command.clinic_id, OrganisationKind.CLINIC)
    _check_days(command, work.today)
    licence = accreditation_on(work.session, clinic.id, case.programme_id, command.examined_on)
    row = MedicalExamination(
        case_id=case.id,
        worker_id=case.worker_id,
        clinic_id=clinic.id,
        accredited=licence is not None,
        accreditation=licence.number if licence else "",
        physician=recorded.text(command.physician, _("physician")),
        physician_licence=recorded.text(command.physician_licence, _("physician's licence"), 60),
        identity_checked=command.identity_checked,
        examined_on=command.examined_on,
        xray_on=command.xray_on,
        outcome=command.outcome,
        review_on=command.review_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    detail = recorded.text(command.detail, _("detail"), LONGEST_DETAIL, needed=False)
    if detail:
        row.detail = work.vault.seal(case.worker_id, "medical_examination", row.id, "detail", detail.encode())
    work.session.add(row)
    work.record("medical.recorded", f"medical_examination/{row.id}", case_id=case.id, happened_on=command.examined_on)
    return row


def withdraw(work: Work, examination_id: UUID, reason: str, expected_version: int | None = None) -> MedicalExamination:
    """An examination was found wrong; `reason` is a code of `recorded.WITHDRAW_REASONS`."""
    require(work.actor.role, Permission.RECORD_MEDICAL)
    return recorded.withdraw(work, MedicalExamination, examination_id, "medical.withdrawn", reason, expected_version)


def detail(work: Work, examination_id: UUID) -> MedicalDetail:
    """Open one version: for the medical role, and for the clinic that submitted it. Whoever looks leaves an event."""
    row = work.session.get(MedicalExamination, examination_id)
    if not may(work.actor.role, Permission.SEE_MEDICAL):
        require(work.actor.role, Permission.ENTER_RESULTS)
        if row is not None and row.clinic_id != work.actor.organisation_id:
            row = None
    if row is None:
        raise NotFound("record", _("There is no such examination."), _("Open it from its case."))
    changes.reach(work.session, work.actor, row.case_id)
    work.record("medical.viewed", f"medical_examination/{row.id}", case_id=row.case_id)

    def opened(column: str, value: bytes | None) -> str:
        return work.vault.open(row.worker_id, "medical_examination", row.id, column, value).decode() if value else ""

    return MedicalDetail(
        row,
        opened("detail", row.detail),
        opened("result_code", row.result_code),
        opened("amend_reason", row.amend_reason),
    )


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[MedicalExamination]:
    """All examinations of a case, oldest first, for the medical role; others see the requirement's state only."""
    require(actor.role, Permission.SEE_MEDICAL)
    changes.find(session, actor, case_id)
    query = select(MedicalExamination).where(MedicalExamination.case_id == case_id)
    return list(session.exec(query.order_by(col(MedicalExamination.id))))


def of_clinic(session: Session, actor: Actor, case_id: UUID) -> list[MedicalExamination]:
    """What the actor's clinic submitted in a case, oldest first, every version."""
    require(actor.role, Permission.ENTER_RESULTS)
    query = select(MedicalExamination).where(
        MedicalExamination.case_id == case_id, MedicalExamination.clinic_id == actor.organisation_id
    )
    return list(session.exec(query.order_by(col(MedicalExamination.id))))


def _check_days(command: RecordMedical, today: date) -> None:
    recorded.happened(command.examined_on, _("day of the examination"), today)
    if command.xray_on is not None:
        recorded.happened(command.xray_on, _("day of the X-ray"), today)
    if command.review_on is not None and command.review_on <= command.examined_on:
        raise InvalidInput("dates", _("The review does not come after the examination."), _("Correct the two days."))
