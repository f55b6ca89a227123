"""What the engine does in many cases at once: their facts are read together, and each transaction serves a chunk.

Part of `cases.service`, whose operations do the same for one case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import Conflict, NotFound
from basis.messages import _
from casework.cases import changes, facts, held, rules
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.tables import Case, CaseTask, LiveSignOff, SignOff
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.programmes import queries as programmes
from casework.programmes.rules import require_not_suspended
from casework.work import Work
from checklists.assessment import Assessment, StageStatus, assess, stands_on
from checklists.catalogue import Catalogue
from checklists.facts import CaseFacts, GivenSignOff
from checklists.programme import AUTOMATIC, Programme, Provider, Stage


@dataclass(frozen=True, slots=True)
class Looked:
    """A case as it stands now. `assessment` is None of one that does not go on; `kept` are stages that the engine must
    not sign off: their certificate was revoked by hand, or the preparation is over."""

    case_id: UUID
    programme: Programme
    assessment: Assessment | None
    kept: frozenset[str]


def look(work: Work, catalogue: Catalogue, case_ids: Sequence[UUID]) -> list[Looked]:
    """`service.assessed` of many cases, in the order of their ids; their versions stay as they are.

    What is kept of a case that the engine can sign off at once is written by `sign_off`, and not before it as well.
    Raises `NotFound` (``case``) where one of them is unknown; whoever asked tries them one by one then.
    """
    query = select(Case).where(col(Case.id).in_(case_ids)).order_by(col(Case.id))
    cases = list(work.session.exec(query.with_for_update().execution_options(populate_existing=True)))
    if len(cases) < len(set(case_ids)):
        raise changes.unknown()
    known = facts.load(work.session, cases)
    found = []
    for case in cases:
        programme = programme_of(catalogue, case)
        read = known[case.id]
        assessment = assess(programme, read, work.today)
        looked = _looked(work, programme, case, assessment)
        if not _signs_at_once(looked, assessment):
            looked = _looked(work, programme, case, refresh(work, programme, case, (read, assessment)))
        found.append(looked)
    return found


def settled(session: Session, catalogue: Catalogue, case_ids: Sequence[UUID], today: date) -> frozenset[UUID]:
    """The cases in which by their kept assessment, which is of today and of their present version, nothing is left for
    the engine to do: they were refreshed a moment ago."""
    engine = select(CaseTask.case_id).where(
        col(CaseTask.case_id).in_(case_ids), col(CaseTask.actor) == Provider.ENGINE.value
    )
    busy = set(session.exec(engine))
    found = set()
    for case in session.exec(select(Case).where(col(Case.id).in_(case_ids))):
        fresh = case.assessed_version == case.version and case.assessed_on == today
        if fresh and case.assessment is not None and case.id not in busy:
            ready = {one["stage"] for one in case.assessment["stages"] if one["status"] == StageStatus.READY.value}
            if not ready & _automatic(programme_of(catalogue, case)):
                found.add(case.id)
    return frozenset(found)


def sign_off(work: Work, catalogue: Catalogue, items: Sequence[tuple[UUID, str]]) -> list[SignOff]:
    """`service.sign_off` of one stage of each of many cases by the engine: all of them or none.

    Raises what it raises; whoever asked tries them one by one then.
    """
    cases = changes.change_many(work, [case_id for case_id, _stage in items])
    wanted = dict(items)
    known = facts.load(work.session, cases)
    earlier = _sign_offs(work, cases)
    suspended = programmes.suspended(work.session, [case.programme_id for case in cases])
    signed: list[tuple[Case, Programme, SignOff]] = []
    for case in cases:
        programme = programme_of(catalogue, case)
        stage = _stage(programme, wanted[case.id])
        held.require_engine(stage, held.held_of(earlier[case.id]))
        require_not_suspended(suspended.get(case.programme_id), stage.kind)
        signed.append((case, programme, _row(work, programme, case, stage, known[case.id])))
    work.session.add_all(row for _case, _programme, row in signed)
    work.session.flush()
    work.session.add_all(
        LiveSignOff(sign_off_id=row.id, case_id=case.id, stage=row.stage) for case, _programme, row in signed
    )
    work.session.flush()
    outbox.put_many(work, OutboxKind.ISSUE, {row.id: case.id for case, _programme, row in signed})
    for case, programme, row in signed:
        work.record("stage.signed_off", f"sign_off/{row.id}", case_id=case.id, data={"stage": row.stage})
        given = GivenSignOff(str(row.id), row.stage, row.signed_on, frozenset(row.stands_on))
        now = replace(known[case.id], sign_offs=(*known[case.id].sign_offs, given))
        refresh(work, programme, case, (now, assess(programme, now, work.today)))
    return [row for _case, _programme, row in signed]


def _looked(work: Work, programme: Programme, case: Case, assessment: Assessment) -> Looked:
    after = programme.after_preparation
    if not rules.is_active(case.life) and not (after and rules.goes_on(case.life)):
        return Looked(case.id, programme, None, frozenset())
    kept = held.waiting(work.session, programme, case.id, assessment)
    over = frozenset(stage.id for stage in programme.stages) - after
    return Looked(case.id, programme, assessment, kept if rules.is_active(case.life) else kept | over)


def _signs_at_once(looked: Looked, assessment: Assessment) -> bool:
    states = {state.stage: state.status for state in assessment.stages}
    ready = {stage for stage, status in states.items() if status is StageStatus.READY}
    waits = ready & _automatic(looked.programme) - looked.kept
    return looked.assessment is not None and bool(waits) and StageStatus.BROKEN not in states.values()


def _automatic(programme: Programme) -> frozenset[str]:
    return frozenset(stage.id for stage in programme.stages if stage.sign_off == AUTOMATIC)


def _stage(programme: Programme, stage_id: str) -> Stage:
    stage = programme.stage(stage_id)
    if stage is None:
        raise NotFound(
            "stage", _("The programme has no stage {stage}.", stage=stage_id), _("Open the stage from its case.")
        )
    return stage


def _row(work: Work, programme: Programme, case: Case, stage: Stage, known: CaseFacts) -> SignOff:
    assessment = assess(programme, known, work.today)
    state = assessment.stage(stage.id)
    if state.status is not StageStatus.READY or any(one.status is StageStatus.BROKEN for one in assessment.stages):
        raise Conflict(
            "not_ready",
            _("The stage {stage} cannot be signed off yet: {why}", stage=stage.label, why=state.why),
            _("Settle what is open first."),
        )
    return SignOff(
        case_id=case.id,
        stage=stage.id,
        kind=stage.kind.value,
        signed_on=work.today,
        signed_by=work.actor.key,
        recorded_at=work.now,
        stands_on=sorted(stands_on(state, assessment)),
        holds_until=state.holds_until,
    )


def _sign_offs(work: Work, cases: Sequence[Case]) -> dict[UUID, list[SignOff]]:
    found: dict[UUID, list[SignOff]] = defaultdict(list)
    for row in work.session.exec(select(SignOff).where(col(SignOff.case_id).in_([case.id for case in cases]))):
        found[row.case_id].append(row)
    return found
