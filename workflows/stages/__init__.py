"""What the engine does in each kind of stage, for many cases at once.

Kinds without work of their own sign off what is ready: `general`. A kind with machine checks adds a module
here and a line to `WORK`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from checklists.programme import StageKind
from documents.installation import Installation
from workflows.stages import general, security
from workflows.stages.general import Movable

StageWork = Callable[[Installation, Sequence[Movable]], Mapping[UUID, str]]

WORK: Mapping[StageKind, StageWork] = dict.fromkeys(StageKind, general.run) | {StageKind.SECURITY: security.run}


def run(installation: Installation, kind: StageKind, items: Sequence[Movable]) -> Mapping[UUID, str]:
    """Do the engine's work of one stage kind. Returns what failed: a sentence by case."""
    return WORK[kind](installation, items)


__all__ = ["WORK", "Movable", "StageWork", "run"]
