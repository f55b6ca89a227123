"""The engine's part in a stage without checks of its own: sign it off when it is ready and the programme says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from basis.errors import Conflict, PredepartureError
from casework.actor import ENGINE
from casework.cases import service as cases
from casework.work import Work
from documents.installation import Installation
from workflows.edge import without_values


class Movable(NamedTuple):
    """A stage of a case in which the engine can do something."""

    case_id: UUID
    stage_id: str


def run(installation: Installation, items: Sequence[Movable]) -> Mapping[UUID, str]:
    """Sign off each stage in a transaction of its own. What somebody signed meanwhile is no failure."""
    failures: dict[UUID, str] = {}
    for item in items:
        try:
            with without_values():
                installation.database.run(ENGINE, _sign_off, installation, item)
        except Conflict:
            continue
        except PredepartureError as error:
            failures[item.case_id] = str(error)
    return failures


def _sign_off(work: Work, installation: Installation, item: Movable) -> None:
    cases.sign_off(work, installation.catalogue, item.case_id, item.stage_id)
