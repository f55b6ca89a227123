"""The lines of queues for a case whose preparation is over: check-ins, and what the stages after it ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from casework.cases import facts, rules
from casework.cases.tables import Case, CaseTask
from casework.followups import queries
from casework.followups.rules import STATUS, AskedFollowUp, FollowUpState
from casework.work import Work
from checklists.assessment import Assessment, StageStatus, Task
from checklists.following import FOLLOW_UP
from checklists.programme import Programme, Provider

OUTSIDE = frozenset(Provider) - {Provider.OFFICE, Provider.ENGINE}


def tasks(work: Work, programme: Programme, case: Case, assessment: Assessment) -> list[CaseTask]:
    """An ended case is assessed no more, but somebody still follows the worker up: lines that queues show when they
    come near (`queries.queue`), so that no day has to rewrite them."""
    if case.life not in rules.FOLLOWED:
        return []
    found: list[AskedFollowUp] = []
    if programme.follow_ups:
        known = facts.load(work.session, [case])[case.id]
        found = list(queries.asked(work.session, programme, case, known))
    lines = [_check_in(case, one) for one in found if one.state is FollowUpState.OPEN]
    if rules.goes_on(case.life):
        lines += _of_stages(work.today, programme, case, assessment, found)
    lines.sort(key=lambda line: line.due_on or date.max)
    for position, line in enumerate(lines):
        line.position = position
    return lines


def _check_in(case: Case, one: AskedFollowUp) -> CaseTask:
    return CaseTask(
        case_id=case.id,
        position=0,
        stage="",
        requirement=one.follow_up.id,
        status=STATUS,
        actor=one.who.value,
        due_on=one.due_on,
        waiting=one.who in OUTSIDE,
    )


def _of_stages(
    today: date, programme: Programme, case: Case, assessment: Assessment, found: Sequence[AskedFollowUp]
) -> list[CaseTask]:
    """What is open beside the check-ins that have lines of their own."""
    waiting = {one.follow_up.id for one in found if one.state is FollowUpState.OPEN}
    due = {one.follow_up.id: one.due_on for one in found}
    lines = []
    for task in assessment.tasks:
        asked = programme.requirement(task.requirement)
        own_line = asked is not None and asked[1].evidence == FOLLOW_UP and asked[1].subject in waiting
        if task.stage not in programme.after_preparation or own_line:
            continue
        lines.append(
            CaseTask(
                case_id=case.id,
                position=0,
                stage=task.stage,
                requirement=task.requirement,
                subject=task.subject,
                status=task.status.value,
                actor=task.actor.value,
                due_on=_due_on(today, programme, task, due),
                waiting=task.actor in OUTSIDE,
            )
        )
    return lines


def _due_on(today: date, programme: Programme, task: Task, due: dict[str, date]) -> date | None:
    """A sign-off is due at once; else what is open is due with the last check-in of its stage, if that is known."""
    if task.status is StageStatus.READY:
        return today
    stage = programme.stage(task.stage)
    days = [due[asked.subject] for asked in (stage.requirements if stage else ()) if asked.subject in due]
    return max(days, default=None)
