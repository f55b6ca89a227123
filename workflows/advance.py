"""Every stage that can move, moves, until a person is needed.

Plain functions; `workflows.flows` wraps them for Prefect. One call serves many cases. What fails in a case is
returned as a sentence, and the others go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from basis.errors import PredepartureError
from casework.actor import ENGINE
from casework.cases import held, rules
from casework.cases import service as cases
from casework.cases.tables import Case
from casework.work import Work
from checklists.assessment import Assessment, StageStatus
from checklists.programme import AUTOMATIC, Programme, Provider, StageKind
from documents.installation import Installation
from workflows import stages
from workflows.edge import without_values

MOST_ROUNDS = 20
"""More than any programme has stages on one path: a case that still moves then is a defect, not work."""

StageRunner = Callable[[Installation, StageKind, Sequence[stages.Movable]], Mapping[UUID, str]]


@dataclass(frozen=True, slots=True)
class Advanced:
    """How many cases were looked at, how many stage moves were tried, and what failed: a sentence by case."""

    cases: int
    moves: int
    failures: Mapping[UUID, str] = field(default_factory=dict)


def advance(installation: Installation, case_ids: Sequence[UUID], run_stage: StageRunner = stages.run) -> Advanced:
    """Move the cases as far as machines can. `run_stage` does one stage kind for many cases at once."""
    waiting = list(dict.fromkeys(case_ids))
    count, moves = len(waiting), 0
    failures: dict[UUID, str] = {}
    for _round in range(MOST_ROUNDS):
        movable = _movable(installation, waiting, failures)
        for kind, items in movable.items():
            failures.update(run_stage(installation, kind, items))
            moves += len(items)
        moved = dict.fromkeys(item.case_id for items in movable.values() for item in items)
        waiting = [case_id for case_id in moved if case_id not in failures]
        if not waiting:
            break
    return Advanced(count, moves, failures)


def _movable(
    installation: Installation, case_ids: Sequence[UUID], failures: dict[UUID, str]
) -> dict[StageKind, list[stages.Movable]]:
    """What machines can do now, by stage kind. Assessing a case also ends what no longer holds."""
    found: dict[StageKind, list[stages.Movable]] = defaultdict(list)
    for case_id in case_ids:
        try:
            with without_values():
                programme, assessment, kept = installation.database.run(ENGINE, _assessed, installation, case_id)
        except PredepartureError as error:
            failures[case_id] = str(error)
            continue
        for stage in programme.stages:
            if assessment is not None and stage.id not in kept and _can_move(programme, assessment, stage.id):
                found[stage.kind].append(stages.Movable(case_id, stage.id))
    return dict(found)


def _assessed(
    work: Work, installation: Installation, case_id: UUID
) -> tuple[Programme, Assessment | None, frozenset[str]]:
    """The assessment of a case that goes on, and the stages that are kept from an automatic sign-off: of one whose
    preparation is over all but those after it."""
    case = work.session.get_one(Case, case_id)
    programme = cases.programme_of(installation.catalogue, case)
    assessment = cases.assessed(work, installation.catalogue, case_id)
    over = frozenset(stage.id for stage in programme.stages) - programme.after_preparation
    if not rules.is_active(case.life) and not (programme.after_preparation and rules.goes_on(case.life)):
        return programme, None, frozenset()
    kept = held.waiting(work.session, programme, case_id, assessment)
    return programme, assessment, kept if rules.is_active(case.life) else kept | over


def _can_move(programme: Programme, assessment: Assessment, stage_id: str) -> bool:
    """Ready for an automatic sign-off, or a check of the engine's own is due."""
    state, stage = assessment.stage(stage_id), programme.stage(stage_id)
    if state.status is StageStatus.READY:
        return stage is not None and stage.sign_off == AUTOMATIC
    return state.status is StageStatus.OPEN and any(slot.actor is Provider.ENGINE for slot in state.requirements)
