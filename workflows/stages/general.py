"""The engine's part in a stage without checks of its own: sign it off when it is ready and the programme says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from basis.errors import Conflict, PredepartureError
from casework.actor import ENGINE
from casework.cases import many
from casework.cases import service as cases
from casework.work import Work
from documents.installation import Installation
from workflows.edge import without_values

CHUNK = 50
"""Cases to a transaction: many enough to read their facts well, few enough not to hold the database."""


class Movable(NamedTuple):
    """A stage of a case in which the engine can do something."""

    case_id: UUID
    stage_id: str


def run(installation: Installation, items: Sequence[Movable]) -> Mapping[UUID, str]:
    """Sign off in chunks. Of two stages of one case the second comes after the first."""
    failures: dict[UUID, str] = {}
    waiting = list(items)
    while waiting:
        first = {item.case_id: item for item in reversed(waiting)}
        waiting = [item for item in waiting if first[item.case_id] is not item]
        chosen = list(first.values())
        for start in range(0, len(chosen), CHUNK):
            failures.update(_together(installation, chosen[start : start + CHUNK]))
    return failures


def _together(installation: Installation, items: Sequence[Movable]) -> dict[UUID, str]:
    """All in one transaction; where that fails each in its own, so that one case does not hold up the others."""
    if len(items) > 1:
        try:
            with without_values():
                installation.database.run(ENGINE, many.sign_off, installation.catalogue, items)
        except PredepartureError:
            pass
        else:
            return {}
    return _one_by_one(installation, items)


def _one_by_one(installation: Installation, items: Sequence[Movable]) -> dict[UUID, str]:
    """What somebody signed meanwhile is no failure."""
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
