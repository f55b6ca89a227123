"""What follow-ups a case is asked for, and which were made. Reading only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from casework.cases.tables import Case, CaseMove
from casework.followups import rules
from casework.followups.rules import AskedFollowUp
from casework.followups.tables import AssignmentEnd, FollowUpRow, Measure
from checklists.facts import CaseFacts
from checklists.programme import Programme


def made(session: Session, case_id: UUID) -> list[FollowUpRow]:
    """The follow-ups that were made and not withdrawn, oldest first."""
    query = select(FollowUpRow).where(FollowUpRow.case_id == case_id, col(FollowUpRow.withdrawn_on).is_(None))
    return list(session.exec(query.order_by(col(FollowUpRow.id))))


def asked(session: Session, programme: Programme, case: Case, facts: CaseFacts) -> tuple[AskedFollowUp, ...]:
    """The follow-ups of a case by the day they are due; none before what they are counted from has happened."""
    if not programme.follow_ups:
        return ()
    return rules.asked(
        programme, facts, case.life, moves_of(session, case.id), made(session, case.id), ends(session, case.id)
    )


def moves_of(session: Session, case_id: UUID) -> list[CaseMove]:
    """The moves of a case's life in the order they were recorded."""
    query = select(CaseMove).where(CaseMove.case_id == case_id)
    return list(session.exec(query.order_by(col(CaseMove.recorded_at), col(CaseMove.id))))


def ends(session: Session, case_id: UUID) -> list[AssignmentEnd]:
    """The ends of a case's assignment that were not withdrawn, oldest first."""
    query = select(AssignmentEnd).where(AssignmentEnd.case_id == case_id, col(AssignmentEnd.withdrawn_on).is_(None))
    return list(session.exec(query.order_by(col(AssignmentEnd.id))))


def measures(session: Session, case_id: UUID) -> list[Measure]:
    """The compensation measures of a case that were not withdrawn, oldest first."""
    query = select(Measure).where(Measure.case_id == case_id, col(Measure.withdrawn_on).is_(None))
    return list(session.exec(query.order_by(col(Measure.id))))


@dataclass(frozen=True, slots=True)
class Assignment:
    """`begins` and `ends` None while they are not known; `longest`: the last day it may have, None without a rule."""

    begins: date | None
    ends: date | None
    longest: date | None


def assignment(session: Session, programme: Programme, case: Case) -> Assignment | None:
    """From when to when the assignment of a case is; None where its track has none."""
    rule = programme.assignment(case.track)
    if rule is None:
        return None
    begins = rules.begins_on(rules.days_of(moves_of(session, case.id)))
    ends_on = rules.ends_on(rule, begins, ends(session, case.id))
    return Assignment(begins, ends_on, None if begins is None else rules.longest(rule, begins))
