"""Assess a case and let what follows happen in the same transaction.

Sign-offs that no longer hold end, with their certificates; the case becomes cleared or open again; the
copy of the assessment that queues are queried by is written anew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlmodel import col, delete

from basis.roles import Role
from casework.cases import facts, following_up, held, recognising, rules
from casework.cases.rules import CaseLife, EndKind
from casework.cases.tables import Case, CaseMove, CaseTask, LiveSignOff, SignOff
from casework.certificates import service as certificates
from casework.custody import queries as custody
from casework.custody.queries import days_of
from casework.custody.rules import STATUS as ORIGINAL
from casework.custody.rules import OriginalState
from casework.followups import expecting
from casework.work import Work
from checklists.assessment import Assessment, BreachKind, RequirementStatus, StageStatus, assess
from checklists.facts import CaseFacts
from checklists.programme import TERMINAL, Programme, Provider
from checklists.schedule import plan
from checklists.status.asking import eligibility

_ENDS = {BreachKind.EXPIRED: EndKind.EXPIRED, BreachKind.REVOKED: EndKind.REVOKED}


def refresh(
    work: Work, programme: Programme, case: Case, assessed: tuple[CaseFacts, Assessment] | None = None
) -> Assessment:
    """The assessment of today, after everything that it makes end has ended. The case row must be locked.

    `assessed`: the case as it stands now and its assessment, from who refreshes many cases and assessed them at once.
    """
    work.session.flush()
    known, assessment = assessed or _assess(work, programme, case)
    broken = [state for state in assessment.stages if state.status is StageStatus.BROKEN]
    if rules.is_ended(case.life):
        # Of a preparation that is over no time and no fact reopens anything; what follows it lives on.
        after = programme.after_preparation if rules.goes_on(case.life) else frozenset()
        broken = [state for state in broken if state.stage in after]
    if broken:
        for state in broken:
            if state.sign_off is not None and state.breach is not None:
                row = work.session.get_one(SignOff, UUID(state.sign_off))
                end_sign_off(work, case, row, _ENDS[state.breach.kind], state.breach.kind.value, state.breach.because)
        known, assessment = _assess(work, programme, case)
    _follow(work, case, assessment, programme.after_preparation)
    case.ready_in = _ready_in(programme, case, known, work.today)
    _keep(work, programme, case, _without_matches(work, programme, case, assessment))
    return assessment


def end_sign_off(
    work: Work, case: Case, row: SignOff, kind: EndKind, reason: str, because: tuple[str, ...] = ()
) -> None:
    """End a sign-off and its certificate; the stage is open again. `reason` is a code, `because` ids."""
    row.ended_at, row.ended_on, row.end_kind, row.end_reason = work.now, work.today, kind, reason
    work.session.add(row)
    work.session.exec(delete(LiveSignOff).where(col(LiveSignOff.sign_off_id) == row.id))
    certificates.end(work, row.id, kind, reason)
    work.record(
        "stage.reopened",
        f"sign_off/{row.id}",
        case_id=case.id,
        data={"stage": row.stage, "end": kind.value, "reason": reason, "because": sorted(because)},
    )
    work.session.flush()


def _assess(work: Work, programme: Programme, case: Case) -> tuple[CaseFacts, Assessment]:
    known = facts.load(work.session, [case])[case.id]
    return known, assess(programme, known, work.today)


def _ready_in(programme: Programme, case: Case, known: CaseFacts, today: date) -> int | None:
    """How many days the preparation still takes at the least; None where no day can be said. As in the plan that
    everybody reads, a possible match changes nothing."""
    if case.life is CaseLife.CLEARED:
        return 0
    if not rules.is_active(case.life) or known.suspended or eligibility(programme, known, today).against:
        return None
    found = plan(programme, facts.before_screening(programme, known), today)
    track = programme.track(case.track)
    day = found.earliest_departure if track is None or track.departs else found.earliest_completion
    return None if day is None else max(0, (day - today).days)


def _without_matches(work: Work, programme: Programme, case: Case, assessment: Assessment) -> Assessment:
    """What lists and queues are to say: the case as if no possible match were open or found true. A line, a count or a
    day that differs would tell everybody; officers have a list of possible matches for themselves."""
    asking = {requirement.id for _stage, requirement in programme.asking_for(facts.SCREENING)}
    slots = [one for state in assessment.stages for one in state.requirements if one.requirement in asking]
    if all(one.status.fulfilled or one.status is RequirementStatus.MISSING for one in slots):
        return assessment
    known = facts.without_matches(facts.load(work.session, [case])[case.id])
    return replace(assess(programme, known, work.today), changes_on=assessment.changes_on)


def _follow(work: Work, case: Case, assessment: Assessment, after: frozenset[str]) -> None:
    """Cleared when every stage holds, open again when one does not, closed when what follows is complete: the engine's
    moves."""
    wanted = {(CaseLife.OPEN, True): CaseLife.CLEARED, (CaseLife.CLEARED, False): CaseLife.OPEN}.get(
        (case.life, assessment.cleared)
    )
    if rules.goes_on(case.life) and assessment.completed:
        _move(work, case, CaseLife.CLOSED, rules.COMPLETED)
    elif wanted is not None:
        reasons = rules.TRANSITIONS[(case.life, wanted)].reasons
        done = (StageStatus.SIGNED_OFF, StageStatus.NOT_ASKED)
        stopped = all(state.status in done for state in assessment.stages if state.stage not in after)
        _move(work, case, wanted, reasons[-1] if stopped else reasons[0])


def _move(work: Work, case: Case, wanted: CaseLife, reason: str) -> None:
    work.session.add(
        CaseMove(
            case_id=case.id,
            from_life=case.life,
            to_life=wanted,
            reason=reason,
            happened_on=work.today,
            recorded_at=work.now,
            recorded_by="engine",
        )
    )
    work.record(
        "case.moved",
        f"case_file/{case.id}",
        case_id=case.id,
        data={"from": case.life.value, "to": wanted.value, "reason": reason},
    )
    case.life, case.life_since = wanted, work.today


def _keep(work: Work, programme: Programme, case: Case, assessment: Assessment) -> None:
    case.assessed_version, case.assessed_on = case.version, work.today
    case.changes_on = assessment.changes_on
    case.assessment = {
        "stages": [
            {
                "stage": state.stage,
                "kind": state.kind.value,
                "status": state.status.value,
                "fulfilled": state.fulfilled,
                "asked": len(state.requirements),
                "due_on": state.due_on.isoformat() if state.due_on else None,
            }
            for state in assessment.stages
        ],
        "cleared": assessment.cleared,
        "after": sorted(
            {
                asked.evidence
                for stage, asked in programme.requirements()
                if stage.id in programme.after_preparation and stage.on_track(case.track)
            }
        )
        if rules.goes_on(case.life)
        else [],
    }
    work.session.add(case)
    work.session.exec(delete(CaseTask).where(col(CaseTask.case_id) == case.id))
    ended = rules.is_ended(case.life)
    tasks = (
        following_up.tasks(work, programme, case, assessment)
        if ended
        else recognising.with_lines(
            work.session, case, [*_open_tasks(case, assessment), *_held(work, programme, case, assessment)]
        )
    )
    if programme.follow_ups:
        expecting.settle(work, case, tasks)
    work.session.add_all(_with_originals(work, case, assessment, tasks))
    work.session.flush()


def _with_originals(work: Work, case: Case, assessment: Assessment, tasks: list[CaseTask]) -> list[CaseTask]:
    """The lines with one for each original that is still to be returned, by the day they are due. Of a case that has
    ended an original goes back at once; else before the stage that ends the preparation is due."""
    rows = custody.open_of(work.session, case.id)
    if not rows:
        return tasks
    latest = case.ended_on or min(
        (state.due_on for state in assessment.stages if state.kind in TERMINAL and state.due_on is not None),
        default=None,
    )
    tasks += [
        CaseTask(
            case_id=case.id,
            position=0,
            stage="",
            requirement=row.kind,
            status=ORIGINAL,
            actor=(Provider.AUTHORITY if row.state is OriginalState.SENT else Provider.OFFICE).value,
            due_on=min((day for day in (*days_of(row), latest) if day is not None), default=None),
            waiting=row.state is OriginalState.SENT,
        )
        for row in rows
    ]
    tasks.sort(key=lambda task: task.due_on or date.max)
    for position, task in enumerate(tasks):
        task.position = position
    return tasks


def _open_tasks(case: Case, assessment: Assessment) -> list[CaseTask]:
    useful = {
        (state.stage, slot.requirement, slot.subject): slot.useful_from
        for state in assessment.stages
        for slot in state.requirements
    }
    return [
        CaseTask(
            case_id=case.id,
            position=position,
            stage=task.stage,
            requirement=task.requirement,
            subject=task.subject,
            status=task.status.value,
            actor=task.actor.value,
            due_on=task.due_on,
            useful_from=useful.get((task.stage, task.requirement, task.subject)),
            waiting=task.actor in following_up.OUTSIDE,
        )
        for position, task in enumerate(assessment.tasks)
    ]


def _held(work: Work, programme: Programme, case: Case, assessment: Assessment) -> list[CaseTask]:
    """A line for the supervisors where a certificate was revoked by hand and its stage is complete all the same."""
    stages = held.waiting(work.session, programme, case.id, assessment)
    return [
        CaseTask(
            case_id=case.id,
            position=len(assessment.tasks) + place,
            stage=stage,
            status=StageStatus.READY.value,
            actor=Role.SUPERVISOR.value,
        )
        for place, stage in enumerate(sorted(stages))
    ]
