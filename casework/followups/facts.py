"""What the rules read of follow-ups: the last check-in of each, and measures that ended."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from casework.followups.rules import MeasureOutcome
from casework.followups.tables import FollowUpRow, Measure
from checklists.facts import Fact, Standing
from checklists.following import FOLLOW_UP, MEASURE


def load(session: Session, ids: Sequence[UUID], facts: dict[UUID, list[Fact]]) -> None:
    """Add the facts of these cases, in two queries."""
    _check_ins(session, ids, facts)
    for row in session.exec(select(Measure).where(col(Measure.case_id).in_(ids)).order_by(col(Measure.id))):
        facts[row.case_id].append(_measure(row))


def _check_ins(session: Session, ids: Sequence[UUID], facts: dict[UUID, list[Fact]]) -> None:
    """A later check-in takes the place of the one that named its day; one with a next day is open until then."""
    query = select(FollowUpRow).where(col(FollowUpRow.case_id).in_(ids), col(FollowUpRow.withdrawn_on).is_(None))
    newest: dict[tuple[UUID, str], FollowUpRow] = {}
    for row in session.exec(query.order_by(col(FollowUpRow.id))):
        newest[row.case_id, row.follow_up] = row
    for row in newest.values():
        attributes: dict[str, str | int | bool] = {"outcome": row.outcome}
        if row.how is not None:
            attributes["how"] = row.how.value
        facts[row.case_id].append(
            Fact(
                id=f"follow_up:{row.id}",
                kind=FOLLOW_UP,
                standing=Standing.ACCEPTED if row.next_on is None else Standing.PENDING,
                subject=row.follow_up,
                anchors={"completed_on": row.happened_on},
                attributes=attributes,
                recorded_by=row.recorded_by,
                decided_by=(row.recorded_by,),
            )
        )


def _measure(row: Measure) -> Fact:
    if row.withdrawn_on is not None:
        standing = Standing.WITHDRAWN
    elif row.outcome is MeasureOutcome.PASSED:
        standing = Standing.ACCEPTED
    else:
        standing = Standing.PENDING if row.outcome is None else Standing.REJECTED
    return Fact(
        id=f"compensation_measure:{row.id}",
        kind=MEASURE,
        standing=standing,
        subject=row.kind.value,
        anchors={"completed_on": row.ended_on} if row.ended_on else {},
        attributes={"outcome": row.outcome.value} if row.outcome else {},
        recorded_by=row.recorded_by,
        decided_by=(row.ended_by or row.recorded_by,),
    )
