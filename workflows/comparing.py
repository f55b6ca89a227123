"""Compares workers with the watch lists in processes of their own: reading sealed data and scoring take the time."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
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
    worth it, in this one."""
    chunks = [due[start : start + CHUNK] for start in range(0, len(due), CHUNK)]
    if processes < 2 or len(due) < WORTH_PROCESSES:
        for chunk in chunks:
            with installation.database.read() as session:
                yield sweeping.answers(session, installation.database.vault(session), sources, chunk)
        return
    wanted = [source.id for source in sources]
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_open, initargs=(installation.settings, wanted)
    ) as pool:
        running: deque[Future[list[Compared]]] = deque()
        waiting = iter(chunks)
        # No more than what keeps the processes busy: answers that pile up take memory.
        for chunk in waiting:
            running.append(pool.submit(_answers, chunk))
            if len(running) >= processes * _AHEAD:
                break
        while running:
            yield running.popleft().result()
            following = next(waiting, None)
            if following is not None:
                running.append(pool.submit(_answers, following))


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
