"""Record what an authority decided on diploma, language or professional ability; withdraw a decision."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import InvalidInput
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.qualifications.rules import check_language, check_level, check_skills
from casework.qualifications.tables import QualificationDecision, QualificationKind, QualificationOutcome
from casework.work import Work

LONGEST_EXPERIENCE = 60  # years


class DecideQualification(BaseModel):
    """A decision. A language names its ISO 639-1 code as `subject`, its CEFR `level` (and that of each of its
    `skills`, where the test tells them apart) and the day of the test; professional ability names `years` of
    experience or the day of a trade test."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    kind: QualificationKind
    outcome: QualificationOutcome
    decided_on: date
    authority: str
    title: str = ""
    subject: str = ""
    reference: str = ""
    level: str = ""
    skills: dict[str, str] = {}
    years: int | None = None
    tested_on: date | None = None


def decide(work: Work, command: DecideQualification, expected_version: int | None = None) -> QualificationDecision:
    """Record a decision beside earlier ones: the rules take the latest that supports."""
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    case = changes.change(work, command.case_id, expected_version)
    decided_on = recorded.happened(command.decided_on, _("day of the decision"), work.today)
    if command.tested_on is not None and command.tested_on > decided_on:
        raise InvalidInput("dates", _("The test lies after the decision."), _("Correct the two days."))
    if command.kind is QualificationKind.LANGUAGE:
        _check_language(command)
    else:
        _check_skill(command)
    row = QualificationDecision(
        case_id=case.id,
        kind=command.kind,
        outcome=command.outcome,
        subject=command.subject,
        title=recorded.text(command.title, _("title"), needed=command.kind is QualificationKind.DIPLOMA),
        authority=recorded.text(command.authority, _("authority")),
        reference=recorded.text(command.reference, _("reference"), 120, needed=False),
        level=command.level,
        skills=dict(command.skills),
        years=command.years,
        tested_on=command.tested_on,
        decided_on=decided_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.record(
        "qualification.decided",
        f"qualification_decision/{row.id}",
        case_id=case.id,
        happened_on=decided_on,
        data={"kind": row.kind.value, "outcome": row.outcome.value},
    )
    return row


def withdraw(work: Work, decision_id: UUID, reason: str, expected_version: int | None = None) -> QualificationDecision:
    """A decision was found wrong or taken back; `reason` is a code of `recorded.WITHDRAW_REASONS`."""
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    return recorded.withdraw(
        work, QualificationDecision, decision_id, "qualification.withdrawn", reason, expected_version
    )


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[QualificationDecision]:
    """All decisions of a case, oldest first."""
    changes.find(session, actor, case_id)
    query = select(QualificationDecision).where(QualificationDecision.case_id == case_id)
    return list(session.exec(query.order_by(col(QualificationDecision.id))))


def _check_language(command: DecideQualification) -> None:
    check_language(command.subject)
    if command.years is not None:
        raise InvalidInput("not_for_language", _("A language result has no years of experience."), _("Leave it empty."))
    if command.level or command.outcome is not QualificationOutcome.NONE:
        check_level(command.level)
    check_skills(command.skills)
    if command.tested_on is None:
        raise InvalidInput("missing_value", _("The day of the test is missing."), _("Take it from the test's paper."))


def _check_skill(command: DecideQualification) -> None:
    if command.subject or command.level or command.skills:
        raise InvalidInput(
            "only_for_language", _("Language and level belong to a language result only."), _("Leave them empty.")
        )
    if command.years is not None and not 0 <= command.years <= LONGEST_EXPERIENCE:
        raise InvalidInput(
            "years",
            _("The years of experience are not between 0 and {most}.", most=LONGEST_EXPERIENCE),
            _("Correct them."),
        )
    proven = command.years is not None or command.tested_on is not None
    if command.kind is QualificationKind.ABILITY and command.outcome is not QualificationOutcome.NONE and not proven:
        raise InvalidInput(
            "missing_value",
            _("It is not said what proves the ability."),
            _("Give the years of experience or the day of the trade test."),
        )
