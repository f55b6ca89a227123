"""A case's stages as the little bar of a list, from the copy of its assessment."""

from __future__ import annotations

from datetime import date
from typing import Any

from basis.messages import _
from casework.cases.rules import CaseLife, is_ended
from casework.cases.tables import Case, CaseTask
from checklists.assessment import StageStatus
from checklists.programme import Programme, StageKind
from dashboard.parts import StageBar, Text, Tone

_TONES = {
    StageStatus.BLOCKED: Tone.IDLE,
    StageStatus.OPEN: Tone.OPEN,
    StageStatus.READY: Tone.OPEN,
    StageStatus.SIGNED_OFF: Tone.DONE,
    StageStatus.BROKEN: Tone.LATE,
}
_GUARDED = (StageKind.SECURITY, StageKind.MEDICAL)
"""Of these a list says signed off or in progress, to everybody."""


def stage_bar(programme: Programme, case: Case, today: date, task: CaseTask | None = None) -> StageBar:
    """A tone for each stage that is asked, in the programme's order, and where the case stands in words.

    `task` is the line of the reader's queue, where the list is one: its stage is the one that is named.
    """
    stages = [one for one in (case.assessment or {}).get("stages", ()) if one["status"] != StageStatus.NOT_ASKED]
    late = task.stage if task is not None and task.due_on is not None and task.due_on < today else ""
    tones = tuple(Tone.LATE if one["stage"] == late else _TONES[_status(one)] for one in stages)
    return StageBar(tones, _stands_at(programme, case, stages, task))


def _stands_at(programme: Programme, case: Case, stages: list[dict[str, Any]], task: CaseTask | None) -> Text:
    if is_ended(case.life) or case.life is CaseLife.CLEARED:
        done = sum(_status(one) is StageStatus.SIGNED_OFF for one in stages)
        return _("{done} of {total} signed off", done=done, total=len(stages))
    if not stages:
        return _("being assessed")
    moving = [one["stage"] for one in stages if _status(one) not in (StageStatus.SIGNED_OFF, StageStatus.BLOCKED)]
    named = task.stage if task is not None and task.stage else next(iter(moving), "")
    stage = programme.stage(named)
    return _("{stage} in progress", stage=stage.label) if stage else _("being prepared by the engine")


def _status(stage: dict[str, Any]) -> StageStatus:
    status = StageStatus(stage["status"])
    guarded = status is StageStatus.BROKEN and StageKind(stage["kind"]) in _GUARDED
    return StageStatus.OPEN if guarded else status
