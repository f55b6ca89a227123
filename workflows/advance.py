"""Every stage that can move, moves, until a person is needed.

Plain functions; `workflows.flows` wraps them for Prefect. One call serves many cases. What fails in a case is
returned as a sentence, and the others go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from basis.errors import PredepartureError
from casework.actor import ENGINE
from casework.cases import many
from casework.cases import service as cases
from casework.cases.many import Looked
from checklists.assessment import Assessment, StageStatus
from checklists.programme import AUTOMATIC, Programme, Provider, StageKind
from documents.installation import Installation
from workflows import stages
from workflows.edge import without_values
from workflows.stages.general import CHUNK

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
            failed = run_stage(installation, kind, items)
            _keep(installation, failed)
            failures.update(failed)
            moves += len(items)
        moved = dict.fromkeys(item.case_id for items in movable.values() for item in items)
        waiting = _unsettled(installation, [case_id for case_id in moved if case_id not in failures])
        if not waiting:
            break
    return Advanced(count, moves, failures)


def _movable(
    installation: Installation, case_ids: Sequence[UUID], failures: dict[UUID, str]
) -> dict[StageKind, list[stages.Movable]]:
    """What machines can do now, by stage kind. Assessing a case also ends what no longer holds."""
    found: dict[StageKind, list[stages.Movable]] = defaultdict(list)
    for start in range(0, len(case_ids), CHUNK):
        for one in _looked(installation, case_ids[start : start + CHUNK], failures):
            for stage in one.programme.stages:
                if one.assessment is None or stage.id in one.kept:
                    continue
                if _can_move(one.programme, one.assessment, stage.id):
                    found[stage.kind].append(stages.Movable(one.case_id, stage.id))
    return dict(found)


def _unsettled(installation: Installation, case_ids: Sequence[UUID]) -> list[UUID]:
    """Those in which more may move. Who signs off keeps what the case is then, so most need no second look."""
    database, left = installation.database, list[UUID]()
    with without_values(), database.read() as session:
        for start in range(0, len(case_ids), CHUNK):
            part = case_ids[start : start + CHUNK]
            done = many.settled(session, installation.catalogue, part, database.today())
            left += [one for one in part if one not in done]
    return left


def _keep(installation: Installation, failed: Iterable[UUID]) -> None:
    """What could not be signed off is at least shown as it stands."""
    for case_id in failed:
        with suppress(PredepartureError), without_values():
            installation.database.run(ENGINE, cases.assessed, installation.catalogue, case_id)


def _looked(installation: Installation, case_ids: Sequence[UUID], failures: dict[UUID, str]) -> list[Looked]:
    """All at once; where that fails each alone, so that one damaged case does not hold up the others."""
    try:
        with without_values():
            return installation.database.run(ENGINE, many.look, installation.catalogue, case_ids)
    except PredepartureError as error:
        if len(case_ids) == 1:
            failures[case_ids[0]] = str(error)
            return []
    return [looked for one in case_ids for looked in _looked(installation, [one], failures)]


def _can_move(programme: Programme, assessment: Assessment, stage_id: str) -> bool:
    """Ready for an automatic sign-off, or a check of the engine's own is due."""
    state, stage = assessment.stage(stage_id), programme.stage(stage_id)
    if state.status is StageStatus.READY:
        return stage is not None and stage.sign_off == AUTOMATIC
    return state.status is StageStatus.OPEN and any(slot.actor is Provider.ENGINE for slot in state.requirements)
