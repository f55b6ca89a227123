"""Record courses taken; a language level reached in a course counts as a language result too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlmodel import Session, col, select

from basis.errors import InvalidInput
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.organisations import service as organisations
from casework.organisations.tables import LicencePurpose, OrganisationKind
from casework.qualifications.rules import check_language, check_level
from casework.qualifications.tables import QualificationDecision, QualificationKind, QualificationOutcome
from casework.training.rules import LANGUAGE, MOST_HOURS
from casework.training.tables import TrainingResult
from casework.work import Work


class RecordTraining(BaseModel):
    """A course. `subject` is what it closes, in the programme's word. `provider_id` names a provider that is
    known, else its name is written out. `language` (ISO 639-1) and `level` (CEFR) belong to a language course."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    course: str
    subject: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    hours_held: int
    hours_attended: int
    passed: bool
    began_on: date
    completed_on: date
    provider_id: UUID | None = None
    provider_name: str = ""
    language: str = ""
    level: str = ""


def record_result(work: Work, command: RecordTraining, expected_version: int | None = None) -> TrainingResult:
    """Record a course. A language course that was passed with a level also leaves a language result, whose
    authority is the provider and whose test day is the day the course was completed.

    Raises `InvalidInput` (``not_accredited`` where a provider that is known here had no licence, ``date_in_future``,
    ``dates``, ``hours``, ``only_for_language``, ``unknown_level``, ``unknown_language``)."""
    require(work.actor.role, Permission.RECORD_TRAINING)
    case = changes.change(work, command.case_id, expected_version)
    completed_on = recorded.happened(command.completed_on, _("day of completion"), work.today)
    _check(command)
    row = TrainingResult(
        case_id=case.id,
        provider_id=command.provider_id,
        provider_name=_provider(work, command, case.programme_id),
        course=recorded.text(command.course, _("course")),
        subject=command.subject,
        hours_held=command.hours_held,
        hours_attended=command.hours_attended,
        passed=command.passed,
        level=command.level,
        began_on=command.began_on,
        completed_on=completed_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    write(work, [row], command.language)
    return row


def withdraw(work: Work, result_id: UUID, reason: str, expected_version: int | None = None) -> TrainingResult:
    """A result was found wrong; the language result that came with it falls too."""
    require(work.actor.role, Permission.RECORD_TRAINING)
    row = recorded.withdraw(work, TrainingResult, result_id, "training.withdrawn", reason, expected_version)
    _withdraw_languages(work, [row.id], reason)
    return row


def write(work: Work, rows: Sequence[TrainingResult], language: str) -> None:
    """Add results of one course to cases that are locked and changed already; each language level that was reached
    leaves a language result too. `language`: ISO 639-1, or "" where the course teaches none."""
    work.session.add_all(rows)
    work.session.flush()
    for row in rows:
        work.record(
            "training.recorded",
            f"training_result/{row.id}",
            case_id=row.case_id,
            happened_on=row.completed_on,
            data={"subject": row.subject, "passed": row.passed},
        )
        if row.passed and row.level:
            _language_result(work, row, language)


def take_back(work: Work, rows: Sequence[TrainingResult], reason: str) -> None:
    """Withdraw results of cases that are locked and changed already, with the language results that came of them."""
    for row in rows:
        row.withdrawn_on = work.today
        work.record("training.withdrawn", f"training_result/{row.id}", case_id=row.case_id, data={"reason": reason})
    work.session.add_all(rows)
    _withdraw_languages(work, [row.id for row in rows], reason)


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[TrainingResult]:
    """All results of a case, oldest first."""
    changes.find(session, actor, case_id)
    query = select(TrainingResult).where(TrainingResult.case_id == case_id)
    return list(session.exec(query.order_by(col(TrainingResult.id))))


def _withdraw_languages(work: Work, result_ids: Collection[UUID], reason: str) -> None:
    query = select(QualificationDecision).where(
        col(QualificationDecision.training_id).in_(result_ids), col(QualificationDecision.withdrawn_on).is_(None)
    )
    for decision in work.session.exec(query):
        decision.withdrawn_on = work.today
        work.session.add(decision)
        work.record(
            "qualification.withdrawn",
            f"qualification_decision/{decision.id}",
            case_id=decision.case_id,
            data={"reason": reason},
        )


def _check(command: RecordTraining) -> None:
    if command.began_on > command.completed_on:
        raise InvalidInput("dates", _("The course ends before it begins."), _("Correct the two days."))
    if not 0 < command.hours_held <= MOST_HOURS or not 0 <= command.hours_attended <= command.hours_held:
        raise InvalidInput(
            "hours",
            _("The hours attended and held do not fit together."),
            _("Hours held are 1 to {longest}, hours attended not more than that.", longest=MOST_HOURS),
        )
    if command.subject != LANGUAGE and (command.language or command.level):
        raise InvalidInput(
            "only_for_language", _("Language and level belong to a language course only."), _("Leave them empty.")
        )
    if command.level:
        check_level(command.level)
        check_language(command.language)


def _provider(work: Work, command: RecordTraining, programme_id: str) -> str:
    """The name of the provider; one that is known here must have had its licence when the course ended."""
    if command.provider_id is None:
        return recorded.text(command.provider_name, _("provider"))
    found = recorded.organisation(work, command.provider_id, OrganisationKind.PROVIDER)
    day = command.completed_on
    if organisations.licence_on(work.session, found.id, LicencePurpose.TRAINING, programme_id, day) is None:
        raise InvalidInput(
            "not_accredited",
            _("The provider had no licence to train for this programme on the last day of the course."),
            _("Correct the day, or have an administrator record the licence that the provider had."),
        )
    return found.name


def _language_result(work: Work, result: TrainingResult, language: str) -> None:
    # Written here and not by the flat of qualifications, because only `cases.service` calls other flats' services.
    decision = QualificationDecision(
        case_id=result.case_id,
        kind=QualificationKind.LANGUAGE,
        outcome=QualificationOutcome.FULL,
        subject=language,
        title=result.course,
        authority=result.provider_name,
        level=result.level,
        tested_on=result.completed_on,
        decided_on=result.completed_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
        training_id=result.id,
    )
    work.session.add(decision)
    work.record(
        "qualification.decided",
        f"qualification_decision/{decision.id}",
        case_id=result.case_id,
        happened_on=result.completed_on,
        data={"kind": decision.kind.value, "outcome": decision.outcome.value},
    )
