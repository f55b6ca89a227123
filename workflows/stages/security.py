"""Security: screen the workers against the active lists; any possible match waits for two officers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from basis.errors import PredepartureError
from casework.actor import ENGINE
from casework.security import service as security
from documents.installation import Installation
from workflows.edge import without_values
from workflows.stages.general import Movable

CHUNK = 100
"""Workers to a transaction: long enough to use the index well, short enough not to hold the database."""


def run(installation: Installation, items: Sequence[Movable]) -> Mapping[UUID, str]:
    """Screen in chunks. The sign-off is a security officer's."""
    failures: dict[UUID, str] = {}
    ids = [item.case_id for item in items]
    for start in range(0, len(ids), CHUNK):
        failures.update(_screen(installation, ids[start : start + CHUNK]))
    return failures


def _screen(installation: Installation, case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Screen all at once; where that fails each alone, so that one damaged case does not hold up the others."""
    try:
        with without_values():
            installation.database.run(ENGINE, security.screen_cases, case_ids, installation.catalogue)
    except PredepartureError as error:
        if len(case_ids) == 1:
            return {case_ids[0]: str(error)}
        return {key: sentence for one in case_ids for key, sentence in _screen(installation, [one]).items()}
    return {}
