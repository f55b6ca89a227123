"""Professional ability: attempts at trade tests, letters of employers, and the months that these show."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import col, select

from basis import isco
from basis.errors import InvalidInput
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.qualifications import diplomas, queries, service
from casework.qualifications.experience import Period, first_of, months_in
from casework.qualifications.rules import (
    YOUNGEST,
    QualificationKind,
    QualificationOutcome,
    Verification,
    check_country,
    check_esco,
    check_occupation,
    check_part,
)
from casework.qualifications.service import DecideQualification
from casework.qualifications.tables import QualificationDecision, TradeTest, WorkExperience
from casework.work import Work
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue
from checklists.programme import Programme
from checklists.recognition import rule_for

EVIDENCE: Final = QualificationKind.ABILITY.value
_PARTS = {"theory": _("Theory"), "practical": _("Practical part")}


class PartResult(BaseModel):
    """One part of a trade test: passed or not, and the points of the most that could be had, where the centre tells."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    passed: bool
    points: int | None = None
    of: int | None = None


class RecordTradeTest(BaseModel):
    """An attempt at a trade test, always both parts. `occupation` is a unit group of ISCO-08, `esco` a URI of ESCO or
    "", `valid_until` by the test's own rule."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    occupation: str
    esco: str = ""
    centre: str
    candidate: str = ""
    reference: str = ""
    tested_on: date
    theory: PartResult
    practical: PartResult
    valid_until: date | None = None


class AddExperience(BaseModel):
    """A letter of an employer: from the month of `since` to the month of `until`. `evidence_id`: the paper of the same
    case that shows it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    employer: str
    country: str = ""
    occupation: str
    esco: str = ""
    since: date
    until: date
    evidence_id: UUID | None = None


class Counted(BaseModel):
    """Months in an occupation (or group of them) by confirmed letters, of the last `within_years` years if that is
    said."""

    model_config = ConfigDict(frozen=True)

    occupation: str
    months: int
    within_years: int | None


def record_test(work: Work, command: RecordTradeTest, expected_version: int | None = None) -> TradeTest:
    """Record an attempt; it is numbered after those before it. A part that failed fails the whole test, and the next
    attempt takes both parts again.

    Raises `InvalidInput` (``unknown_occupation``, ``esco``, ``points``, ``date_in_future``, ``too_early``, ``dates``).
    """
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    case = changes.change(work, command.case_id, expected_version)
    occupation, esco = check_occupation(command.occupation), check_esco(command.esco)
    tested_on = recorded.happened(command.tested_on, _("day of the test"), work.today)
    for name, part in (("theory", command.theory), ("practical", command.practical)):
        check_part(part.points, part.of, _PARTS[name])
    if command.valid_until is not None and command.valid_until <= tested_on:
        raise InvalidInput(
            "dates", _("The test would run out before it was taken."), _("Take both days from the test's paper.")
        )
    passed = command.theory.passed and command.practical.passed
    attempt = _next_attempt(work, case, occupation, tested_on)
    decision = service.keep(
        work,
        case,
        DecideQualification(
            case_id=case.id,
            kind=QualificationKind.ABILITY,
            outcome=QualificationOutcome.FULL if passed else QualificationOutcome.NONE,
            title=isco.numbered(occupation)[:200],
            authority=recorded.text(command.centre, _("test centre")),
            reference=command.reference,
            occupation=occupation,
            tested_on=tested_on,
            decided_on=tested_on,
        ),
    )
    row = TradeTest(
        case_id=case.id,
        decision_id=decision.id,
        occupation=occupation,
        esco=esco,
        candidate=recorded.text(command.candidate, _("candidate number"), 60, needed=False),
        attempt=attempt,
        tested_on=tested_on,
        theory_points=command.theory.points,
        theory_of=command.theory.of,
        theory_passed=command.theory.passed,
        practical_points=command.practical.points,
        practical_of=command.practical.of,
        practical_passed=command.practical.passed,
        valid_until=command.valid_until if passed else None,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    return row


def add_experience(work: Work, command: AddExperience, expected_version: int | None = None) -> WorkExperience:
    """Record a letter. It counts once its employer has confirmed it.

    Raises `InvalidInput` (``unknown_occupation``, ``esco``, ``unknown_country``, ``date_in_future``, ``dates``,
    ``too_young``, ``evidence``).
    """
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    case = changes.change(work, command.case_id, expected_version)
    recorded.happened(command.until, _("last month"), work.today)
    if command.since > command.until:
        raise InvalidInput("dates", _("The work ends before it begins."), _("Correct the two months."))
    born = work.session.get_one(Worker, case.worker_id).birth_date
    if born is not None and command.since.year - born.year < YOUNGEST:
        raise InvalidInput(
            "too_young",
            _("The worker was not yet {age} years old when the work began.", age=YOUNGEST),
            _("Correct the month, or the date of birth of the worker."),
        )
    diplomas.require_own(work, case.id, command.evidence_id)
    row = WorkExperience(
        case_id=case.id,
        employer=recorded.text(command.employer, _("employer")),
        country=check_country(command.country) if command.country else "",
        occupation=check_occupation(command.occupation),
        esco=check_esco(command.esco),
        since=first_of(command.since),
        until=first_of(command.until),
        evidence_id=command.evidence_id,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.record("experience.added", f"work_experience/{row.id}", case_id=case.id)
    return row


def counted(programme: Programme, case: Case, letters: tuple[WorkExperience, ...], on: date) -> Counted:
    """The months that confirmed letters show in the case's occupation, as the programme counts them for it."""
    rule = rule_for(programme, EVIDENCE, case.track).of_occupation(case.occupation)
    asks = rule is not None and rule.experience_months is not None
    occupation = rule.occupation if rule is not None and asks else case.occupation
    within = rule.within_years if rule is not None and asks else None
    periods = [Period(one.since, one.until, one.occupation) for one in letters if counts(one)]
    return Counted(occupation=occupation, months=months_in(periods, occupation, on, within), within_years=within)


def counts(letter: WorkExperience) -> bool:
    """Whether the employer has confirmed it."""
    return letter.verification is Verification.CONFIRMED


def count(
    work: Work, catalogue: Catalogue, case_id: UUID, expected_version: int | None = None
) -> QualificationDecision:
    """Decide on the experience by the letters that are confirmed. It is full where a requirement takes so many months
    or years, else in part.

    Raises `InvalidInput` (``nothing_counted``).
    """
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    case = changes.change(work, case_id, expected_version)
    programme = programme_of(catalogue, case)
    found = counted(programme, case, queries.experience_of(work.session, case.id), work.today)
    if not found.months:
        raise InvalidInput(
            "nothing_counted",
            _("No confirmed letter shows a month in the occupation."),
            _("Ask the employers to confirm their letters, or correct the occupation."),
        )
    years = found.months // 12
    shown: dict[str, str | int | bool] = {"years": years, "months": found.months}
    asking = [one for stage, one in programme.asking_for(EVIDENCE) if stage.on_track(case.track)]
    enough = any(one.admits(shown) for one in asking)
    return service.keep(
        work,
        case,
        DecideQualification(
            case_id=case.id,
            kind=QualificationKind.ABILITY,
            outcome=QualificationOutcome.FULL if enough else QualificationOutcome.PARTIAL,
            title=isco.numbered(case.occupation)[:200],
            authority=changes.office_of(work.session, case).name,
            occupation=case.occupation,
            years=years,
            months=found.months,
            decided_on=work.today,
        ),
    )


def withdraw_experience(
    work: Work, letter_id: UUID, reason: str, expected_version: int | None = None
) -> WorkExperience:
    """A letter was recorded wrongly; what counted it falls."""
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    row = recorded.withdraw(work, WorkExperience, letter_id, "experience.withdrawn", reason, expected_version)
    if counts(row):
        recount(work, row)
    return row


def recount(work: Work, letter: WorkExperience) -> None:
    """A letter counts no longer: the decisions that may have counted it are withdrawn, and a person counts anew."""
    query = select(QualificationDecision).where(
        QualificationDecision.case_id == letter.case_id,
        QualificationDecision.kind == QualificationKind.ABILITY,
        col(QualificationDecision.months).is_not(None),
        col(QualificationDecision.withdrawn_on).is_(None),
        col(QualificationDecision.recorded_at) >= letter.recorded_at,
    )
    for row in work.session.exec(query):
        service.withdraw(work, row.id, "found_wrong")


def _next_attempt(work: Work, case: Case, occupation: str, tested_on: date) -> int:
    query = (
        select(TradeTest)
        .join(QualificationDecision, col(QualificationDecision.id) == col(TradeTest.decision_id))
        .where(
            TradeTest.case_id == case.id,
            TradeTest.occupation == occupation,
            col(QualificationDecision.withdrawn_on).is_(None),
        )
        .order_by(col(TradeTest.attempt))
    )
    before = list(work.session.exec(query))
    if before and tested_on < before[-1].tested_on:
        raise InvalidInput(
            "too_early",
            _("The day lies before the attempt that was recorded last."),
            _("Record the attempts in their order; withdraw one that was recorded wrongly."),
        )
    return before[-1].attempt + 1 if before else 1
