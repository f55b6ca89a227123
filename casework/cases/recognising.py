"""The lines of queues for recognitions of which a day must be kept."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from casework.cases.tables import Case, CaseTask
from casework.qualifications import queries
from casework.qualifications.procedure_rules import MEASURE, STATUS, deadline
from checklists.programme import Provider


def with_lines(session: Session, case: Case, tasks: list[CaseTask]) -> list[CaseTask]:
    """The lines with one for each decision that an authority owes and each compensation measure to be done, by the day
    they are due."""
    lines = []
    for row in queries.waiting_of(session, case.id):
        due = deadline(row.state, row.due_on, row.measure_due_on)
        if due is not None:
            actor = Provider.WORKER if due.what == MEASURE else Provider.AUTHORITY
            lines.append(
                CaseTask(
                    case_id=case.id,
                    position=0,
                    stage="",
                    requirement=due.what,
                    status=STATUS,
                    actor=actor.value,
                    due_on=due.day,
                    waiting=True,
                )
            )
    if not lines:
        return tasks
    found = sorted([*tasks, *lines], key=lambda task: task.due_on or date.max)
    for position, task in enumerate(found):
        task.position = position
    return found
