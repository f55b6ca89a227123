"""Security: screen the workers against the active lists; any possible match waits for two officers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from basis.errors import PredepartureError
from casework.actor import ENGINE
from casework.security import service as security
from documents.installation import Installation
from workflows.stages.general import Movable

CHUNK = 100
"""Workers to a transaction: long enough to use the index well, short enough not to hold the database."""


def run(installation: Installation, items: Sequence[Movable]) -> Mapping[UUID, str]:
    """Screen in chunks. The sign-off is a security officer's."""
    failures: dict[UUID, str] = {}
    ids = [item.case_id for item in items]
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        try:
            installation.database.run(ENGINE, security.screen_cases, chunk)
        except PredepartureError as error:
            failures.update(dict.fromkeys(chunk, str(error)))
    return failures
