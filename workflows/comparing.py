"""Compares workers with the watch lists in processes of their own: reading sealed data and scoring take the time."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from typing import Final
from uuid import UUID

from casework.security import sweeping
from casework.security.active import ActiveList, versions
from casework.security.sweeping import Compared, Due
from casework.settings import Settings
from documents.installation import Installation, open_installation
from workflows.rendering import end_with_parent

CHUNK: Final = 500
"""Workers to a step: one transaction, one row and one event for those whose answer is the same."""

WORTH_PROCESSES: Final = 4_000
"""Below so many it takes longer to start processes than to compare here."""

_AHEAD: Final = 2
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Here:
    """What a process of the pool needs, opened once."""

    installation: Installation
    sources: tuple[ActiveList, ...]


_here: list[_Here] = []


def compare(
    installation: Installation, sources: Sequence[ActiveList], due: Sequence[Due], processes: int
) -> Iterator[list[Compared]]:
    """The answers for all that are due, a chunk at a time, in their order; with `processes` or, where they are not
    worth it or do not hold, in this one."""
    chunks = [due[start : start + CHUNK] for start in range(0, len(due), CHUNK)]
    done = 0
    if processes >= 2 and len(due) >= WORTH_PROCESSES:
        try:
            for answered in _in_processes(installation, [source.id for source in sources], chunks, processes):
                done += 1
                yield answered
        except BrokenProcessPool:
            _log.warning("A process that compares workers ended; what is left is compared in this one.")
    for chunk in chunks[done:]:
        with installation.database.read() as session:
            yield sweeping.answers(session, installation.database.vault(session), sources, chunk)


def _in_processes(
    installation: Installation, list_ids: Sequence[UUID], chunks: Sequence[Sequence[Due]], processes: int
) -> Iterator[list[Compared]]:
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, context, _open, (installation.settings, list_ids)) as pool:
        waiting = iter(chunks)
        # No more than what keeps the processes busy: answers that pile up take memory.
        running = deque(pool.submit(_answers, chunk) for chunk in islice(waiting, processes * _AHEAD))
        while running:
            yield running.popleft().result()
            for chunk in islice(waiting, 1):
                running.append(pool.submit(_answers, chunk))


def processes_for_comparing() -> int:
    """One for each processor but at most four: the database is one."""
    return min(4, len(os.sched_getaffinity(0)))


def _open(settings: Settings, list_ids: Sequence[UUID]) -> None:
    end_with_parent()
    installation = open_installation(settings)
    with installation.database.read() as session:
        _here.append(_Here(installation, versions(session, list_ids)))


def _answers(chunk: Sequence[Due]) -> list[Compared]:
    here = _here[0]
    with here.installation.database.read() as session:
        return sweeping.answers(session, here.installation.database.vault(session), here.sources, chunk)
