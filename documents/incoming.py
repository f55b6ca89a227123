"""Files that people hand in, on their way to a case: scanned where a scanner is configured, opened, copied.

It happens before the transaction that keeps them. A harmful file is refused, and the history says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from casework.actor import Actor
from casework.evidence import files
from casework.evidence.clamd import Scanner
from casework.evidence.files import Infected, Prepared
from casework.settings import Settings
from documents.installation import Installation


def scanner_of(settings: Settings) -> Scanner | None:
    """The virus scanner of the installation, None where none is configured."""
    return Scanner(settings.clamd_address, settings.clamd_seconds) if settings.clamd_address else None


def take(installation: Installation, actor: Actor, case_id: UUID, contents: Sequence[bytes]) -> tuple[Prepared, ...]:
    """The files, ready to be kept for a case of the actor's, all of them or none.

    Raises `Infected` after an event of it is recorded, and `InvalidInput` with a code of `reading.REASONS`.
    """
    scanner = scanner_of(installation.settings)
    made: list[Prepared] = []
    for content in contents:
        try:
            made.append(files.prepare(content, scanner))
        except Infected as error:
            installation.database.run(actor, files.record_infected, case_id, content, error.name)
            raise
    return tuple(made)
