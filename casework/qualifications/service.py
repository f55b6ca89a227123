"""Record what an authority decided on diploma, language or professional ability; second or withdraw a decision."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.tables import Case
from casework.qualifications import steps
from casework.qualifications.rules import (
    LONGEST_EXPERIENCE,
    QualificationKind,
    QualificationOutcome,
    check_language,
    check_level,
    check_occupation,
    check_skills,
)
from casework.qualifications.tables import QualificationDecision
from casework.work import Work


class DecideQualification(BaseModel):
    """A decision. A language names its ISO 639-1 code as `subject`, its CEFR `level` (and that of each of its
    `skills`, where the test tells them apart) and the day of the test; professional ability names `years` (or `months`)
    of experience in an `occupation` or the day of a trade test. `agreement` is the programme's id of a treaty."""

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
    months: int | None = None
    occupation: str = ""
    agreement: str = ""
    tested_on: date | None = None


def decide(work: Work, command: DecideQualification, expected_version: int | None = None) -> QualificationDecision:
    """Record a decision beside earlier ones: the rules take the latest that supports."""
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    return keep(work, changes.change(work, command.case_id, expected_version), command)


def keep(work: Work, case: Case, command: DecideQualification) -> QualificationDecision:
    """The decision as a row, of a case that is locked already."""
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
        months=command.months,
        occupation=check_occupation(command.occupation) if command.occupation else "",
        agreement=command.agreement,
        tested_on=command.tested_on,
        decided_on=decided_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        "qualification.decided",
        f"qualification_decision/{row.id}",
        case_id=case.id,
        happened_on=decided_on,
        data={"kind": row.kind.value, "outcome": row.outcome.value},
    )
    return row


def second(work: Work, decision_id: UUID, expected_version: int | None = None) -> QualificationDecision:
    """A second person confirms a decision, as a requirement that is `independent` asks.

    Raises `NotFound` (``record``), `Refused` (``same_person``), `Conflict` (``withdrawn``, ``seconded``).
    """
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    row = work.session.get(QualificationDecision, decision_id)
    if row is None:
        raise NotFound("record", _("There is no such record."), _("Open it from its case."))
    changes.change(work, row.case_id, expected_version)
    work.session.refresh(row)
    if row.withdrawn_on is not None:
        raise Conflict("withdrawn", _("This was withdrawn already."), _("Look at its present state."))
    if row.seconded_by:
        raise Conflict("seconded", _("A second person has confirmed this already."), None)
    if row.recorded_by == work.actor.key:
        raise Refused("same_person", _("You recorded this yourself."), _("Somebody else of the office confirms it."))
    row.seconded_at, row.seconded_by = work.now, work.actor.key
    work.session.add(row)
    work.record(
        "qualification.seconded",
        f"qualification_decision/{row.id}",
        case_id=row.case_id,
        data={"kind": row.kind.value},
    )
    return row


def withdraw(work: Work, decision_id: UUID, reason: str, expected_version: int | None = None) -> QualificationDecision:
    """A decision was found wrong or taken back; `reason` is a code of `recorded.WITHDRAW_REASONS`. A recognition that
    it ended goes on. Raises `Conflict` (``appealed``) while an appeal against it runs."""
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    row = recorded.withdraw(
        work, QualificationDecision, decision_id, "qualification.withdrawn", reason, expected_version
    )
    steps.reopen(work, row)
    return row


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[QualificationDecision]:
    """All decisions of a case, oldest first."""
    changes.find(session, actor, case_id)
    query = select(QualificationDecision).where(QualificationDecision.case_id == case_id)
    return list(session.exec(query.order_by(col(QualificationDecision.id))))


def _check_language(command: DecideQualification) -> None:
    check_language(command.subject)
    _require_of_diploma(command)
    if command.years is not None or command.months is not None or command.occupation:
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
    if not 0 <= (command.years or 0) <= LONGEST_EXPERIENCE or not 0 <= (command.months or 0) <= LONGEST_EXPERIENCE * 12:
        raise InvalidInput(
            "years",
            _("The years of experience are not between 0 and {most}.", most=LONGEST_EXPERIENCE),
            _("Correct them."),
        )
    if command.kind is QualificationKind.DIPLOMA:
        return
    _require_of_diploma(command)
    proven = command.years is not None or command.months is not None or command.tested_on is not None
    if command.outcome is not QualificationOutcome.NONE and not proven:
        raise InvalidInput(
            "missing_value",
            _("It is not said what proves the ability."),
            _("Give the years of experience or the day of the trade test."),
        )


def _require_of_diploma(command: DecideQualification) -> None:
    if command.outcome is QualificationOutcome.NOT_REQUIRED or command.agreement:
        raise InvalidInput(
            "only_for_diploma",
            _("That no recognition is required, or that an agreement recognises it, is said of a diploma only."),
            _("Choose another outcome."),
        )
