"""Check-ins of many: what is due over all cases, records by a list, and what is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, true
from sqlalchemy import case as when
from sqlmodel import Session, col, select

from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes, rules
from casework.cases.queries import ACTS_FOR
from casework.cases.tables import Case, CaseTask
from casework.followups.rules import STATUS
from casework.followups.tables import FollowUpTold
from casework.work import Work
from casework.workers.tables import Worker

MONTH: Final = timedelta(days=30)
_WEEK: Final = timedelta(days=7)


class Due(StrEnum):
    """Parts of the list; `MONTH` is the thirty days after today."""

    OVERDUE = "overdue"
    WEEK = "week"
    MONTH = "month"


class What(StrEnum):
    """What a line asks for."""

    CHECK_IN = "check_in"
    STAGE = "stage"  # a report or another paper, a measure, a sign-off


@dataclass(frozen=True, slots=True)
class DueFilter:
    """None and "" ask for all."""

    due: Due | None = None
    what: What | None = None
    programme: str = ""


@dataclass(frozen=True, slots=True)
class DueLine:
    """One line: a check-in, or what a stage after the preparation asks for."""

    case: Case
    worker: Worker
    task: CaseTask


@dataclass(frozen=True, slots=True)
class DueList:
    """One page of the list, how many lines it has in all, and the sizes of its parts without the filter `due`."""

    lines: tuple[DueLine, ...]
    total: int
    sizes: Mapping[Due, int]


def due(session: Session, actor: Actor, asked: DueFilter, today: date, *, offset: int, limit: int) -> DueList:
    """What is open of all cases that the actor may know of and that are followed up, by the day it is due; for roles
    that act only on a part of it, that part."""
    require(actor.role, Permission.SEE_CASES)
    chosen = [
        changes.visible(actor),
        col(Case.life).in_(rules.FOLLOWED),
        _for_role(actor.role),
        col(Case.programme_id) == asked.programme if asked.programme else true(),
        *([_KINDS[asked.what]] if asked.what else []),
    ]
    parts = _parts(today)
    counted: list[Any] = [func.coalesce(func.sum(when((parts[one], 1), else_=0)), 0) for one in Due]
    joined: Any = select(*counted).select_from(CaseTask).join(Case, col(Case.id) == col(CaseTask.case_id))
    sizes = session.exec(joined.where(*chosen)).one()
    if asked.due is not None:
        chosen.append(parts[asked.due])
    everything: Any = select(func.count()).select_from(CaseTask).join(Case, col(Case.id) == col(CaseTask.case_id))
    total = session.exec(everything.where(*chosen)).one()
    lines = session.exec(
        select(Case, Worker, CaseTask)
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .join(CaseTask, col(CaseTask.case_id) == col(Case.id))
        .where(*chosen)
        .order_by(col(CaseTask.due_on).is_(None), col(CaseTask.due_on), col(Case.reference), col(CaseTask.position))
        .offset(offset)
        .limit(limit)
    )
    found = tuple(DueLine(case, worker, task) for case, worker, task in lines)
    return DueList(found, total, dict(zip(Due, (int(size) for size in sizes), strict=True)))


_KINDS: Mapping[What, ColumnElement[bool]] = {
    What.CHECK_IN: col(CaseTask.status) == STATUS,
    What.STAGE: col(CaseTask.stage) != "",
}


def _for_role(role: Role | None) -> ColumnElement[bool]:
    acts_for = ACTS_FOR[role] if role is not None else None
    kinds = (col(CaseTask.status) == STATUS) | (col(CaseTask.stage) != "")
    return kinds if acts_for is None else and_(kinds, col(CaseTask.actor).in_(acts_for))


def _parts(today: date) -> dict[Due, ColumnElement[bool]]:
    day = col(CaseTask.due_on)
    return {
        Due.OVERDUE: day < today,
        Due.WEEK: and_(day >= today, day <= today + _WEEK),
        Due.MONTH: and_(day >= today, day <= today + MONTH),
    }


def tell_of_overdue(work: Work, limit: int = 100) -> int:
    """Leave one event for each check-in whose day went by, once for each day that it was due on; how many there were.
    The engine looks at the case no sooner for it: the line is in the queue already."""
    told = (
        select(FollowUpTold.case_id)
        .where(
            col(FollowUpTold.case_id) == col(CaseTask.case_id),
            col(FollowUpTold.follow_up) == col(CaseTask.requirement),
            col(FollowUpTold.due_on) == col(CaseTask.due_on),
        )
        .exists()
    )
    query = select(CaseTask).where(CaseTask.status == STATUS, col(CaseTask.due_on) < work.today, ~told)
    rows = work.session.exec(query.order_by(col(CaseTask.case_id), col(CaseTask.requirement)).limit(limit)).all()
    for row in rows:
        if row.due_on is not None:
            work.session.add(
                FollowUpTold(case_id=row.case_id, follow_up=row.requirement, due_on=row.due_on, told_at=work.now)
            )
            subject = f"case_file/{row.case_id}"
            work.record("follow_up.overdue", subject, case_id=row.case_id, data={"follow_up": row.requirement})
    return len(rows)
