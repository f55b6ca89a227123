"""What follow-ups a case is asked for, and which were made. Reading only."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from casework.cases.tables import Case, CaseMove
from casework.followups import rules
from casework.followups.rules import AskedFollowUp
from casework.followups.tables import FollowUpRow
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
    query = select(CaseMove).where(CaseMove.case_id == case.id)
    moves = session.exec(query.order_by(col(CaseMove.recorded_at), col(CaseMove.id))).all()
    return rules.asked(programme, facts, case.life, moves, made(session, case.id))
