"""Lists of concessions for those who review them. Reading only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, func, select

from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import facts
from casework.cases.changes import visible
from casework.cases.rules import FROZEN
from casework.cases.tables import Case
from casework.concessions.rules import ConcessionState
from casework.concessions.tables import Concession
from checklists.status.waivers import with_ends


@dataclass(frozen=True, slots=True)
class ConcessionLine:
    """A concession with its case. `ends_on` is its last day, also where an event ended it; None while it has none."""

    row: Concession
    case: Case
    ends_on: date | None

    def is_over(self, on: date) -> bool:
        """Whether it was given and its time has run out."""
        return self.row.state is ConcessionState.GIVEN and self.ends_on is not None and self.ends_on < on


def listed(
    session: Session,
    actor: Actor,
    state: ConcessionState | None = None,
    *,
    limit: int | None,
    offset: int = 0,
    case_id: UUID | None = None,
) -> tuple[list[ConcessionLine], int]:
    """Concessions of cases that the actor may know of, the last one asked for first; and how many there are."""
    require(actor.role, Permission.SEE_REGISTER)
    where = [visible(actor)]
    if state is not None:
        where.append(col(Concession.state) == state)
    if state is ConcessionState.REQUESTED:
        # A wish of a case that has ended waits for nobody.
        where.append(col(Case.life).not_in(FROZEN))
    if case_id is not None:
        where.append(col(Concession.case_id) == case_id)
    joined = select(Concession, Case).join(Case, col(Case.id) == col(Concession.case_id)).where(*where)
    query = joined.order_by(col(Concession.recorded_at).desc(), col(Concession.id).desc()).offset(offset)
    found = session.exec(query if limit is None else query.limit(limit)).all()
    counted = select(func.count()).select_from(Concession).join(Case, col(Case.id) == col(Concession.case_id))
    ends = last_days(session, [case for _row, case in found])
    return [ConcessionLine(row, case, ends.get(row.id, row.ends_on)) for row, case in found], session.exec(
        counted.where(*where)
    ).one()


def last_days(session: Session, cases: Sequence[Case]) -> dict[UUID, date | None]:
    """The last day of each concession that was given in these cases, with those that an event has ended."""
    unique = list({case.id: case for case in cases}.values())
    return {
        UUID(waiver.id.removeprefix("waiver:")): waiver.ends_on
        for known in facts.load(session, unique).values()
        for waiver in with_ends(known).waivers
    }
