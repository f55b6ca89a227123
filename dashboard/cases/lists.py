"""One line of the queue and of the search."""

from __future__ import annotations

from datetime import date
from typing import Final

from basis.messages import Message, _
from basis.roles import Role
from casework.cases.pinned import programme_of
from casework.cases.queries import QueueLine
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, CaseTask
from casework.custody.rules import KINDS
from casework.custody.rules import STATUS as ORIGINAL
from casework.followups.rules import STATUS as FOLLOW_UP
from casework.qualifications.procedure_rules import DECISION, MEASURE
from casework.qualifications.procedure_rules import STATUS as RECOGNITION
from casework.workers.tables import Worker
from checklists.assessment import RequirementStatus, StageStatus
from checklists.catalogue import Catalogue
from checklists.programme import Programme, Provider
from dashboard import addresses, words
from dashboard.cases import veil, wording
from dashboard.pages.work import CaseRow, QueueRow
from dashboard.parts import Badge, Link, Text, Tone
from dashboard.stage_bars import stage_bar

AGENCY_SUSPENDED: Final = Badge(Tone.TODAY, _("agency suspended"))
WITHOUT_ORDER: Final = Badge(Tone.TODAY, _("without a job order"))


def flags(*, suspended: bool, without_order: bool) -> tuple[Badge, ...]:
    """What is to be known of the agency of a case that goes on, and of its job order."""
    shown = ((suspended, AGENCY_SUSPENDED), (without_order, WITHOUT_ORDER))
    return tuple(badge for applies, badge in shown if applies)


def queue_row(line: QueueLine, catalogue: Catalogue, role: Role, today: date) -> QueueRow:
    """A case in the reader's queue."""
    case, task, programme = line.case, line.task, programme_of(catalogue, line.case)
    address = addresses.case(case.id)
    slack: Text = ""
    if task is None:
        what, who, badge = _("Look at what keeps failing"), wording.YOU, Badge(Tone.LATE, _("stuck"))
    else:
        what, who = next_act(programme, task.stage, task.requirement, task.subject, task.status, task.actor, role)
        badge = _due(case, task, who, today)
        slack = wording.slack(task.due_on, today)
    return QueueRow(
        worker=Link(address, name_in_lists(line.worker)),
        about=wording.about(case),
        stages=stage_bar(programme, case, today, task),
        next=what,
        who=who,
        due=badge,
        departure=wording.departure(case, programme),
        slack=slack,
        action=Link(address, _("Open"), _("the case {reference}", reference=case.reference)),
    )


def case_row(line: QueueLine, catalogue: Catalogue, today: date, agency: str, owner: str) -> CaseRow:
    """A case in the search."""
    case, programme = line.case, programme_of(catalogue, line.case)
    return CaseRow(
        worker=Link(addresses.case(case.id), name_in_lists(line.worker)),
        about=wording.about(case),
        stages=stage_bar(programme, case, today, line.task),
        status=wording.life(case),
        programme=programme.label,
        agency=agency,
        owner=owner,
        departure=wording.departure(case, programme),
    )


def name_in_lists(worker: Worker) -> str:
    """Family name first; the native name where that is all there is."""
    return ", ".join(part for part in (worker.family_name, worker.given_names) if part) or worker.native_name


def next_act(
    programme: Programme, stage_id: str, requirement_id: str, subject: str, status: str, actor: str, role: Role
) -> tuple[Message, Message]:
    """What is to be done and who does it, as far as the role may know."""
    if status == FOLLOW_UP:
        return _("Follow up: {what}", what=wording.follow_up_title(programme, requirement_id)), wording.actor(
            actor, role
        )
    if status == ORIGINAL:
        away = actor == Provider.AUTHORITY
        told = _("Get the original back: {what}") if away else _("Return the original: {what}")
        return told.with_params({"what": KINDS[requirement_id]}), wording.actor(actor, role)
    if status == RECOGNITION:
        return _RECOGNITION[requirement_id], wording.actor(actor, role)
    stage = programme.stage(stage_id)
    if stage is None:
        return _("Look at the case"), wording.YOU
    found = programme.requirement(requirement_id) if requirement_id else None
    who = wording.actor(actor, role)
    if found is None:
        if veil.hides_screening(role, stage.kind):
            return _security()
        return wording.to_do(status, stage.label), who
    requirement = found[1]
    title = wording.requirement_title(programme, requirement, subject)
    said = veil.answer(role, stage.kind, requirement.evidence, RequirementStatus(status), StageStatus.OPEN)
    if said is None:
        return wording.to_do(status, title), who
    if requirement.evidence == veil.SCREENING:
        return _security()
    if veil.says_when(role, stage.kind, RequirementStatus(status)):
        return wording.to_do(status, title), wording.actor(requirement.provided_by)
    return title, wording.actor(requirement.provided_by)


_RECOGNITION = {
    DECISION: _("Decision of the authority on the diploma"),
    MEASURE: _("Do the compensation measure"),
}


def _security() -> tuple[Message, Message]:
    return _("Security clearance"), wording.actor(Role.SECURITY_OFFICER)


def _due(case: Case, task: CaseTask, who: Message, today: date) -> Badge:
    if case.life is CaseLife.ON_HOLD and task.status != ORIGINAL:
        return Badge(Tone.WAIT, _("on hold since {day}", day=words.on(case.life_since)))
    waits = task.waiting and task.actor != Provider.OFFICE and who != wording.YOU
    return wording.due(task.due_on, today, waiting_for=who if waits else None)
