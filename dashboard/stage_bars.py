"""A case's stages as the little bar of a list, from the copy of its assessment."""

from __future__ import annotations

from typing import Any

from basis.messages import Message, _
from casework.cases.tables import Case
from checklists.assessment import StageStatus
from checklists.programme import Programme, StageKind
from dashboard.parts import StageBar, Tone

_TONES = {
    StageStatus.BLOCKED: Tone.IDLE,
    StageStatus.OPEN: Tone.OPEN,
    StageStatus.READY: Tone.OPEN,
    StageStatus.SIGNED_OFF: Tone.DONE,
    StageStatus.BROKEN: Tone.LATE,
}
_GUARDED = (StageKind.SECURITY, StageKind.MEDICAL)
"""Of these a list says signed off or in progress, to everybody."""


def stage_bar(programme: Programme, case: Case) -> StageBar:
    """The stages that are asked, in the programme's order, and the first that is being worked on in words."""
    stages: list[dict[str, Any]] = (case.assessment or {}).get("stages", [])
    tones: list[Tone] = []
    said: Message | None = None
    for stage in stages:
        status = StageStatus(stage["status"])
        if status is StageStatus.NOT_ASKED:
            continue
        if status is StageStatus.BROKEN and StageKind(stage["kind"]) in _GUARDED:
            status = StageStatus.OPEN
        tones.append(_TONES[status])
        if said is None and status not in (StageStatus.SIGNED_OFF, StageStatus.BLOCKED):
            said = _words(programme, stage, status)
    if not tones:
        return StageBar((), _("not looked at yet"))
    if all(tone is Tone.DONE for tone in tones):
        return StageBar(tuple(tones), _("every stage done"))
    return StageBar(tuple(tones), said or _("waiting"))


def _words(programme: Programme, stage: dict[str, Any], status: StageStatus) -> Message:
    found = programme.stage(stage["stage"])
    label = found.label if found else stage["stage"]
    if StageKind(stage["kind"]) in _GUARDED:
        return _("{stage} in progress", stage=label)
    if status is StageStatus.READY:
        return _("{stage} ready to be signed off", stage=label)
    return _("{stage}: {done} of {asked} met", stage=label, done=stage["fulfilled"], asked=stage["asked"])
