"""Lists of decisions against workers and of appeals, for those who review them. Reading only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, func, select

from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases.changes import visible
from casework.cases.tables import Case
from casework.certificates.tables import Certificate
from casework.decisions import service
from casework.decisions.rules import DecisionEnd
from casework.decisions.tables import AdverseDecision, Appeal


class Show(StrEnum):
    """The parts of the list."""

    STANDING = "standing"
    APPEALED = "appealed"  # an appeal waits for its answer
    OVERTURNED = "overturned"


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision with its case, its letter (None before a number is given) and the appeals, oldest first."""

    row: AdverseDecision
    case: Case
    letter: Certificate | None
    appeals: tuple[Appeal, ...]


def listed(
    session: Session,
    actor: Actor,
    show: Show | None = None,
    *,
    limit: int | None,
    offset: int = 0,
    case_id: UUID | None = None,
) -> tuple[list[DecisionLine], int]:
    """Decisions of cases that the actor may know of, the last one first; and how many there are."""
    require(actor.role, Permission.SEE_REGISTER)
    where = [visible(actor), *_part(show)]
    if case_id is not None:
        where.append(col(AdverseDecision.case_id) == case_id)
    query = (
        select(AdverseDecision, Case, Certificate)
        .join(Case, col(Case.id) == col(AdverseDecision.case_id))
        .outerjoin(Certificate, col(Certificate.decision_id) == col(AdverseDecision.id))
        .where(*where)
        .order_by(col(AdverseDecision.recorded_at).desc(), col(AdverseDecision.id).desc())
        .offset(offset)
    )
    found = session.exec(query if limit is None else query.limit(limit)).all()
    counted = select(func.count()).select_from(AdverseDecision).join(Case, col(Case.id) == col(AdverseDecision.case_id))
    appeals = service.appeals_of(session, [row.id for row, _case, _letter in found])
    lines = [
        DecisionLine(row, case, letter, tuple(one for one in appeals if one.decision_id == row.id))
        for row, case, letter in found
    ]
    return lines, session.exec(counted.where(*where)).one()


def _part(show: Show | None) -> list[ColumnElement[bool]]:
    match show:
        case Show.STANDING:
            return [col(AdverseDecision.end).is_(None)]
        case Show.OVERTURNED:
            return [col(AdverseDecision.end) == DecisionEnd.OVERTURNED]
        case Show.APPEALED:
            waiting = col(Appeal.decision_id) == col(AdverseDecision.id), col(Appeal.outcome).is_(None)
            return [exists().where(*waiting)]
    return []
