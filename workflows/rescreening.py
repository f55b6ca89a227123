"""Workers are compared anew when a version of a watch list comes into use, or their data has changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final
from uuid import UUID

from basis.errors import Unavailable
from casework.actor import ENGINE, Actor
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.security import sweeping
from casework.security.active import active_lists
from casework.security.thresholds import Thresholds
from casework.work import Work
from documents.installation import Installation
from workflows.comparing import compare, processes_for_comparing

AT_ONCE_SECONDS: Final = 30.0
"""How long the engine compares before it looks at what else is due."""


@dataclass(frozen=True, slots=True)
class Rescreened:
    """How many workers were compared anew, how many of them got a new screening because something differs, and how
    many are still to be compared."""

    compared: int
    renewed: int
    left: int


def rescreen(
    installation: Installation,
    actor: Actor = ENGINE,
    progress: Callable[[int, int], None] | None = None,
    processes: int | None = None,
    seconds: float = inf,
) -> Rescreened:
    """Compare everybody who is due with the lists in use, for about `seconds`. What was cut off goes on where it was.

    Whoever asks for it, it is done for all offices alike; `actor` is kept as who asked.

    Raises `Unavailable` (``no_watch_list``) where no list is in use.
    """
    database, thresholds = installation.database, Thresholds(installation.catalogue)
    with database.read() as session:
        sources = active_lists(session)
        days = installation.settings.rescreen_departed_days
        due = sweeping.due(session, sources, thresholds, database.today(), days)
    sweep_id: UUID | None = None
    done = compared = renewed = 0
    until = time.monotonic() + seconds
    for chunk in compare(installation, sources, due, processes or processes_for_comparing()):
        answered = [one for one in chunk if one.answer is not None]
        if answered:
            sweep_id = sweep_id or database.run(actor, sweeping.begin, sources, len(due))
            renewed += database.run(ENGINE, sweeping.take, sweep_id, sources, thresholds, answered)
        done, compared = done + len(chunk), compared + len(answered)
        if progress is not None:
            progress(done, len(due))
        if time.monotonic() > until:
            break
    if sweep_id is not None and done == len(due):
        database.run(ENGINE, sweeping.finish, sweep_id)
    return Rescreened(compared, renewed, len(due) - done)


def rescreen_all(installation: Installation) -> int:
    """Compare whoever was compared with other versions than those in use, for a while; how many there were. What is
    left is asked for by the outbox."""
    try:
        done = rescreen(installation, seconds=AT_ONCE_SECONDS)
    except Unavailable:
        # Without a watch list nothing can be screened; a case that needs it says so in words.
        return 0
    if done.left:
        installation.database.run(ENGINE, _go_on)
    return done.compared


def _go_on(work: Work) -> None:
    sources = active_lists(work.session)
    outbox.put(work, OutboxKind.RESCREEN, sources[0].id, None, str(sources[0].id))


def after_loading(installation: Installation, list_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The outbox's effect: one pass answers for every version that came into use. Returns what failed: nothing."""
    rescreen_all(installation)
    return {}
