"""Second opinions: another clinic is asked, both results are kept, the medical officer says which one counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.tables import Case
from casework.clinics.accreditation import accreditation_on
from casework.medical import rules
from casework.medical.examining import LONGEST_REASON
from casework.medical.rules import Counting
from casework.medical.tables import MedicalExamination, SecondOpinion
from casework.organisations.tables import OrganisationKind
from casework.work import Work
from checklists.catalogue import Catalogue

_TABLE = "second_opinion"


class Opinion(StrEnum):
    FIRST = "first"
    SECOND = "second"


class AskSecondOpinion(BaseModel):
    """Which version of an examination is doubted, whom to ask, and why (sealed)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    examination_id: UUID
    clinic_id: UUID
    reason: str


class WeighOpinions(BaseModel):
    """Which of the two counts, and why (sealed)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    opinion_id: UUID
    counts: Opinion
    reason: str


@dataclass(frozen=True, slots=True)
class OpenedOpinion:
    """A second opinion with its sealed texts."""

    row: SecondOpinion
    reason: str
    decision: str


def ask(work: Work, command: AskSecondOpinion, expected_version: int | None = None) -> SecondOpinion:
    """Ask another clinic. The first result goes on counting until both were weighed.

    Raises `InvalidInput` (``same_clinic``, ``not_accredited``), `Conflict` (``withdrawn``, ``asked_already``).
    """
    require(work.actor.role, Permission.RECORD_MEDICAL)
    row = work.session.get(MedicalExamination, command.examination_id)
    if row is None:
        raise NotFound("record", _("There is no such examination."), _("Open it from its case."))
    case = changes.change(work, row.case_id, expected_version)
    work.session.refresh(row)
    if row.withdrawn_on is not None:
        raise Conflict("withdrawn", _("This version does not count any more."), _("Look at its present state."))
    if any(one.counts is None for one in of_case(work.session, case.id)):
        raise Conflict(
            "asked_already",
            _("A second opinion was asked for in this case and is not settled."),
            _("Weigh the two opinions first, or take the question back."),
        )
    clinic = recorded.organisation(work, command.clinic_id, OrganisationKind.CLINIC)
    rules.require_another_clinic(row.clinic_id, clinic.id)
    if accreditation_on(work.session, clinic.id, case.programme_id, work.today) is None:
        raise InvalidInput(
            "not_accredited",
            _("The clinic is not accredited for this programme."),
            _("Choose an accredited clinic."),
        )
    opinion = SecondOpinion(
        case_id=case.id,
        worker_id=case.worker_id,
        first=row.root,
        clinic_id=clinic.id,
        reason=b"",
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    reason = recorded.text(command.reason, _("reason"), LONGEST_REASON)
    opinion.reason = work.vault.seal(case.worker_id, _TABLE, opinion.id, "reason", reason.encode())
    work.session.add(opinion)
    work.record("medical.opinion_asked", f"{_TABLE}/{opinion.id}", case_id=case.id)
    return opinion


def weigh(
    work: Work, catalogue: Catalogue, command: WeighOpinions, expected_version: int | None = None
) -> SecondOpinion:
    """Say which of the two counts; the other is set aside and kept, and what was signed off on it falls.

    Raises `Conflict` (``not_given``, ``weighed``).
    """
    require(work.actor.role, Permission.RECORD_MEDICAL)
    row = _find(work.session, command.opinion_id)
    case = changes.change(work, row.case_id, expected_version)
    work.session.refresh(row)
    if row.counts is not None or row.withdrawn_on is not None:
        raise Conflict("weighed", _("This was settled already."), _("Look at its present state."))
    if row.second is None:
        raise Conflict("not_given", _("The second opinion is not there yet."), _("Wait for the clinic's result."))
    row.counts = row.first if command.counts is Opinion.FIRST else row.second
    reason = recorded.text(command.reason, _("reason"), LONGEST_REASON)
    row.decision = work.vault.seal(case.worker_id, _TABLE, row.id, "decision", reason.encode())
    row.decided_on, row.decided_by = work.today, work.actor.key
    work.session.add(row)
    for version in _versions(work.session, row):
        version.counting = Counting.COUNTS if version.root == row.counts else Counting.SET_ASIDE
        work.session.add(version)
    work.record("medical.opinion_weighed", f"{_TABLE}/{row.id}", case_id=case.id)
    refresh(work, programme_of(catalogue, case), case)
    return row


def take_back(work: Work, opinion_id: UUID, reason: str, expected_version: int | None = None) -> SecondOpinion:
    """Nobody needs the second opinion any more, for a code of `recorded.WITHDRAW_REASONS`.

    Raises `Conflict` (``given``) once the other clinic's result is there: then the two are weighed.
    """
    require(work.actor.role, Permission.RECORD_MEDICAL)
    row = _find(work.session, opinion_id)
    if row.second is not None:
        raise Conflict("given", _("The second opinion is there already."), _("Say which of the two counts."))
    return recorded.withdraw(work, SecondOpinion, opinion_id, "medical.withdrawn", reason, expected_version)


def opened(work: Work, case: Case) -> list[OpenedOpinion]:
    """The second opinions of a case with their reasons, oldest first; whoever looks leaves an event for each."""
    require(work.actor.role, Permission.SEE_MEDICAL)
    found = []
    for row in of_case(work.session, case.id):
        work.record("medical.viewed", f"{_TABLE}/{row.id}", case_id=case.id)
        reason = work.vault.open(row.worker_id, _TABLE, row.id, "reason", row.reason).decode()
        weighed = work.vault.open(row.worker_id, _TABLE, row.id, "decision", row.decision) if row.decision else b""
        found.append(OpenedOpinion(row, reason, weighed.decode()))
    return found


def of_case(session: Session, case_id: UUID) -> list[SecondOpinion]:
    """Those of a case that were not taken back, oldest first."""
    query = select(SecondOpinion).where(SecondOpinion.case_id == case_id, col(SecondOpinion.withdrawn_on).is_(None))
    return list(session.exec(query.order_by(col(SecondOpinion.id))))


def present(session: Session, row: SecondOpinion) -> list[MedicalExamination]:
    """The version of each of the two examinations that was not amended or withdrawn."""
    return [one for one in _versions(session, row) if one.withdrawn_on is None]


def _find(session: Session, opinion_id: UUID) -> SecondOpinion:
    row = session.get(SecondOpinion, opinion_id)
    if row is None:
        raise NotFound("record", _("There is no such second opinion."), _("Open it from its case."))
    return row


def _versions(session: Session, row: SecondOpinion) -> list[MedicalExamination]:
    """Every version of the two, withdrawn ones too: an amended one must not count again."""
    rows = session.exec(select(MedicalExamination).where(MedicalExamination.case_id == row.case_id))
    return [one for one in rows if one.root in (row.first, row.second)]
