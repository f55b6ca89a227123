"""What was recorded of the qualifications of a case, and which recognitions go on. Reading only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import case as when
from sqlmodel import Session, col, select

from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.rules import FROZEN
from casework.cases.tables import Case
from casework.qualifications.procedure_rules import OPEN, ProcedureState
from casework.qualifications.rules import QualificationKind, Verification
from casework.qualifications.tables import (
    Diploma,
    Institution,
    LanguageTest,
    QualificationDecision,
    RecognitionProcedure,
    RecognitionStep,
    TradeTest,
    WorkExperience,
)
from casework.workers.tables import Worker
from checklists.programme import Agreement, Programme
from checklists.recognition import fitting_agreements, rule_for

_State = ProcedureState


class Show(StrEnum):
    """The parts of the list of recognitions."""

    OPEN = "open"
    OVERDUE = "overdue"
    INCOMPLETE = "incomplete"
    MEASURE = "measure"
    APPEAL = "appeal"  # decided, and the time to appeal still runs
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Known:
    """Everything about the qualifications of a case that was not withdrawn, oldest first. `procedures` by diploma,
    `tests` and `trials` by decision; `steps` by procedure."""

    diplomas: tuple[Diploma, ...]
    institutions: dict[UUID, Institution]
    procedures: dict[UUID, list[RecognitionProcedure]]
    steps: dict[UUID, list[RecognitionStep]]
    decisions: tuple[QualificationDecision, ...]
    tests: dict[UUID, LanguageTest]
    trials: dict[UUID, TradeTest]
    experience: tuple[WorkExperience, ...]


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """A procedure with its diploma, its case and its worker."""

    row: RecognitionProcedure
    diploma: Diploma
    case: Case
    worker: Worker


def may_read(actor: Actor) -> bool:
    """Who records qualifications, and who reviews it."""
    return may(actor.role, Permission.RECORD_QUALIFICATIONS) or may(actor.role, Permission.AUDIT)


def require_reader(actor: Actor) -> None:
    """Raises `Refused` (``role``)."""
    if not may_read(actor):
        require(actor.role, Permission.RECORD_QUALIFICATIONS)


def of_case(session: Session, actor: Actor, case_id: UUID) -> Known:
    """Raises `NotFound` (``case``), `Refused` (``role``)."""
    require_reader(actor)
    case = changes.find(session, actor, case_id)
    diplomas = session.exec(
        select(Diploma)
        .where(Diploma.worker_id == case.worker_id, Diploma.case_id == case_id, col(Diploma.withdrawn_on).is_(None))
        .order_by(col(Diploma.id))
    ).all()
    named = {row.institution_id for row in diplomas}
    institutions = session.exec(select(Institution).where(col(Institution.id).in_(named)))
    procedures = session.exec(
        select(RecognitionProcedure)
        .where(RecognitionProcedure.case_id == case_id)
        .order_by(col(RecognitionProcedure.id))
    ).all()
    by_diploma: dict[UUID, list[RecognitionProcedure]] = {row.id: [] for row in diplomas}
    for row in procedures:
        by_diploma.setdefault(row.diploma_id, []).append(row)
    decisions = session.exec(
        select(QualificationDecision)
        .where(QualificationDecision.case_id == case_id, col(QualificationDecision.withdrawn_on).is_(None))
        .order_by(col(QualificationDecision.id))
    )
    tests = session.exec(select(LanguageTest).where(LanguageTest.case_id == case_id))
    trials = session.exec(select(TradeTest).where(TradeTest.case_id == case_id))
    return Known(
        diplomas=tuple(diplomas),
        institutions={row.id: row for row in institutions},
        procedures=by_diploma,
        steps=steps_of(session, [row.id for row in procedures]),
        decisions=tuple(decisions),
        tests={row.decision_id: row for row in tests},
        trials={row.decision_id: row for row in trials},
        experience=experience_of(session, case_id),
    )


def experience_of(session: Session, case_id: UUID) -> tuple[WorkExperience, ...]:
    """The letters of employers of a case that were not withdrawn, by the month they begin with."""
    query = select(WorkExperience).where(WorkExperience.case_id == case_id, col(WorkExperience.withdrawn_on).is_(None))
    return tuple(session.exec(query.order_by(col(WorkExperience.since), col(WorkExperience.id))))


def steps_of(session: Session, procedure_ids: Iterable[UUID]) -> dict[UUID, list[RecognitionStep]]:
    """The steps of procedures by their id, oldest first."""
    found: dict[UUID, list[RecognitionStep]] = {one: [] for one in procedure_ids}
    query = select(RecognitionStep).where(col(RecognitionStep.procedure_id).in_(list(found)))
    for row in session.exec(query.order_by(col(RecognitionStep.id))):
        found[row.procedure_id].append(row)
    return found


def waiting_of(session: Session, case_id: UUID) -> list[RecognitionProcedure]:
    """The procedures of a case of which a day must be kept, oldest first."""
    query = select(RecognitionProcedure).where(
        RecognitionProcedure.case_id == case_id, col(RecognitionProcedure.state).in_([_State.RUNNING, _State.MEASURE])
    )
    return list(session.exec(query.order_by(col(RecognitionProcedure.id))))


def confirmed(session: Session, case_ids: Iterable[UUID]) -> dict[UUID, bool]:
    """Whether the issuer confirmed the diploma or the language test that a decision rests on, by decision. One of which
    nobody has answered yet is not there."""
    ids = list(case_ids)
    procedures = (
        select(RecognitionProcedure.decision_id, Diploma)
        .join(Diploma, col(Diploma.id) == col(RecognitionProcedure.diploma_id))
        .where(col(RecognitionProcedure.case_id).in_(ids))
    )
    found = {decision: diploma.verification for decision, diploma in session.exec(procedures) if decision is not None}
    for row in session.exec(select(LanguageTest).where(col(LanguageTest.case_id).in_(ids))):
        found[row.decision_id] = row.verification
    return {decision: _ANSWERS[said] for decision, said in found.items() if said in _ANSWERS}


_ANSWERS = {Verification.CONFIRMED: True, Verification.DENIED: False}


def valid_until(session: Session, case_ids: Iterable[UUID]) -> dict[UUID, date]:
    """Until when trade tests are good by their own rule, by decision."""
    rows = session.exec(select(TradeTest).where(col(TradeTest.case_id).in_(list(case_ids))))
    return {row.decision_id: row.valid_until for row in rows if row.valid_until is not None}


def destination_of(programme: Programme, case: Case) -> str:
    """The country of the case, or the one that the programme leads to."""
    return case.destination or (programme.destinations[0] if len(programme.destinations) == 1 else "")


def agreements_for(programme: Programme, case: Case, diploma: Diploma, country: str, on: date) -> tuple[Agreement, ...]:
    """The programme's agreements that fit a diploma of the case, awarded in `country`: for a person to confirm."""
    return fitting_agreements(
        rule_for(programme, QualificationKind.DIPLOMA.value, case.track),
        origin=country,
        destination=destination_of(programme, case),
        isced=diploma.isced,
        occupation=case.occupation,
        on=on,
    )


def listed(
    session: Session, actor: Actor, show: Show, today: date, *, limit: int | None, offset: int = 0
) -> tuple[list[ProcedureLine], int]:
    """Recognitions of cases that the actor may know of, what is due first before the rest; and how many there are."""
    require_reader(actor)
    query = (
        select(RecognitionProcedure, Diploma, Case, Worker)
        .join(Diploma, col(Diploma.id) == col(RecognitionProcedure.diploma_id))
        .join(Case, col(Case.id) == col(RecognitionProcedure.case_id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(changes.visible(actor), part(show, today))
        .order_by(_day().is_(None), _day(), col(RecognitionProcedure.opened_on), col(RecognitionProcedure.id))
        .offset(offset)
    )
    found = session.exec(query if limit is None else query.limit(limit)).all()
    return [ProcedureLine(*row) for row in found], count(session, actor, show, today)


def count(session: Session, actor: Actor, show: Show, today: date) -> int:
    """How many recognitions of a part there are within the actor's reach."""
    query = select(func.count()).select_from(RecognitionProcedure)
    query = query.join(Case, col(Case.id) == col(RecognitionProcedure.case_id))
    return session.exec(query.where(changes.visible(actor), part(show, today))).one()


def gone_by(session: Session, today: date, limit: int) -> list[RecognitionProcedure]:
    """Procedures of which a day went by that nobody was told of yet."""
    told = col(RecognitionProcedure.told_of)
    query = (
        select(RecognitionProcedure)
        .join(Case, col(Case.id) == col(RecognitionProcedure.case_id))
        .where(part(Show.OVERDUE, today), or_(told.is_(None), told < _day()))
    )
    return list(session.exec(query.order_by(col(RecognitionProcedure.id)).limit(limit)))


def part(show: Show, today: date) -> ColumnElement[bool]:
    """The condition of a part of the list; a case that has ended waits for no authority."""
    state, live = col(RecognitionProcedure.state), col(Case.life).not_in(FROZEN)
    match show:
        case Show.OPEN:
            return and_(live, state.in_(OPEN))
        case Show.OVERDUE:
            return and_(live, _day() < today)
        case Show.INCOMPLETE:
            return and_(live, state == _State.FILED)
        case Show.MEASURE:
            return and_(live, state == _State.MEASURE)
        case Show.APPEAL:
            return and_(live, state == _State.DECIDED, col(RecognitionProcedure.appeal_until) >= today)
        case Show.DECIDED:
            return state == _State.DECIDED


def _day() -> ColumnElement[date]:
    """The day that `procedure_rules.deadline` names."""
    state = col(RecognitionProcedure.state)
    return when(
        (state == _State.RUNNING, col(RecognitionProcedure.due_on)),
        (state == _State.MEASURE, col(RecognitionProcedure.measure_due_on)),
    )
