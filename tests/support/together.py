"""Several people at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from basis.errors import PredepartureError
from casework.actor import Actor
from casework.database import Database
from casework.work import Work

DONE = "done"


def together(database: Database, actors: Sequence[Actor], operation: Callable[[Work], object]) -> list[str]:
    """All actors do `operation` at once, each in a thread: ``done`` or the code of the error, sorted."""
    gate = threading.Barrier(len(actors))
    answers: list[str] = []

    def run(actor: Actor) -> None:
        gate.wait()
        try:
            database.run(actor, operation)
        except PredepartureError as error:
            answers.append(error.code)
        else:
            answers.append(DONE)

    threads = [threading.Thread(target=run, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)
