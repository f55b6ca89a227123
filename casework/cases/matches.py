"""What a possible match does to its case: the stage is suspended while officers decide, and a true match follows the
programme's rule. Part of `cases.service`: like it, it calls the services of other flats.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlmodel import col, select

from basis.errors import InvalidInput
from basis.messages import _
from casework.actor import ENGINE
from casework.cases import rules
from casework.cases.facts import SCREENING
from casework.cases.moving import make_move
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.rules import CaseLife
from casework.cases.service import MoveCase
from casework.cases.tables import Case
from casework.decisions.rules import BY_PROGRAMME
from casework.decisions.service import Disclosed
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.security import adjudicating
from casework.security.adjudicating import Answer, Chosen, Proposal
from casework.security.rules import HitState, Verdict
from casework.security.tables import Hit
from casework.training import enrolling
from casework.work import Work
from checklists.assessment import Assessment, StageStatus
from checklists.catalogue import Catalogue
from checklists.programme import AUTOMATIC, Programme, Stage, StageKind


def propose(work: Work, catalogue: Catalogue, proposal: Proposal) -> Hit:
    """The first officer's verdict (`adjudicating.propose`). A true match names to whom the case is referred where the
    programme refers it. Raises `InvalidInput` (``missing_value``) besides."""
    _hit, case = adjudicating.find(work.session, work.actor, proposal.hit_id, work.today)
    refers = not refuses(programme_of(catalogue, case))
    if proposal.verdict is Verdict.TRUE_MATCH and refers and not proposal.next_step.strip():
        raise InvalidInput(
            "missing_value",
            _("It is not said to whom the case is referred."),
            _("Name the authority or the supervisor who decides on it."),
        )
    return adjudicating.propose(work, proposal)


def answer(work: Work, catalogue: Catalogue, given: Answer) -> Hit:
    """The second officer confirms or returns (`adjudicating.answer`); what follows for the case follows at once."""
    hit = adjudicating.answer(work, given)
    _follow(work, catalogue, [hit])
    return hit


def propose_together(work: Work, chosen: Chosen) -> list[Hit]:
    """For several that are alike (`adjudicating.propose_together`)."""
    return adjudicating.propose_together(work, chosen)


def confirm_together(work: Work, catalogue: Catalogue, chosen: Chosen) -> list[Hit]:
    """For several that are alike (`adjudicating.confirm_together`)."""
    hits = adjudicating.confirm_together(work, chosen)
    _follow(work, catalogue, hits)
    return hits


def refuses(programme: Programme) -> bool:
    """Whether the programme refuses the case of a true match; else it is held and referred."""
    return any(stage.screening.on_true_match == "refuse" for stage in _screening(programme))


def _screening(programme: Programme) -> list[Stage]:
    asking = {stage.id for stage, _requirement in programme.asking_for(SCREENING)}
    return [stage for stage in programme.stages if stage.id in asking or stage.kind is StageKind.SECURITY]


def _follow(work: Work, catalogue: Catalogue, hits: Iterable[Hit]) -> None:
    """The cases of hits that were settled. Their rows are locked."""
    settled = [hit for hit in hits if hit.state.closed]
    ids = {hit.case_id for hit in settled}
    cases = {case.id: case for case in work.session.exec(select(Case).where(col(Case.id).in_(ids)))}
    for case_id in sorted(ids):
        case = cases[case_id]
        if rules.is_ended(case.life):
            continue
        programme = programme_of(catalogue, case)
        confirmed = any(hit.state is HitState.CONFIRMED for hit in settled if hit.case_id == case_id)
        if confirmed and refuses(programme):
            _refuse(work, catalogue, case)
        else:
            _go_on(work, programme, case, refresh(work, programme, case))


def _go_on(work: Work, programme: Programme, case: Case, assessment: Assessment) -> None:
    """Where nobody has to sign the stage off the engine does: only then has it something to do."""
    for stage in _screening(programme):
        if assessment.stage(stage.id).status is StageStatus.READY and stage.sign_off == AUTOMATIC:
            outbox.put(work, OutboxKind.ADVANCE, case.id, case.id, str(case.id))


def _refuse(work: Work, catalogue: Catalogue, case: Case) -> None:
    """By the programme's rule, so the engine does it: the letter and the history name neither officers nor security."""
    engine = replace(work, actor=ENGINE)
    disclosed = Disclosed(reason="requirement_not_met")
    command = MoveCase(
        case_id=case.id, to=CaseLife.REFUSED, reason=BY_PROGRAMME, happened_on=work.today, decision=disclosed
    )
    case.version += 1
    case.changed_at = work.now
    make_move(engine, case, command)
    enrolling.leave_ended(engine, catalogue, case)
    refresh(engine, programme_of(catalogue, case), case)
