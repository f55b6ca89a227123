"""The engine: one process per home that empties the outbox, through Prefect or, where it does not answer, plainly."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Final
from uuid import UUID

from basis.errors import PredepartureError
from casework import settings as settings_module
from casework.actor import ENGINE
from casework.work import Work
from documents.installation import Installation, open_installation
from workflows import advance, intake, issuing, relay, runtime
from workflows.edge import without_values
from workflows.processes import only_engine
from workflows.relay import Failures, Runner
from workflows.upkeep import upkeep

POLL_SECONDS: Final = 0.3
UPKEEP_SECONDS: Final = 60.0
_log = logging.getLogger(__name__)


class PlainRunner:
    """Runs the same functions without Prefect."""

    def __init__(self, installation: Installation, renderer: issuing.Renderer | None = None) -> None:
        self._installation = installation
        self._renderer = renderer

    def take_in(self, batch_id: UUID) -> Failures:
        with without_values():
            intake.take_in(self._installation, batch_id)
        return {}

    def advance(self, case_ids: Sequence[UUID]) -> Failures:
        with without_values():
            return advance.advance(self._installation, case_ids).failures

    def issue(self, sign_off_ids: Sequence[UUID]) -> Failures:
        with without_values():
            return issuing.issue(self._installation, sign_off_ids, self._renderer).failures


class CarefulRunner:
    """Prefect where it answers; else plainly, and an event in the history says that it was so."""

    def __init__(self, installation: Installation, renderer: issuing.Renderer | None = None) -> None:
        self._installation = installation
        self._renderer = renderer
        self._plain = PlainRunner(installation, renderer)
        self._prefect: Runner | None = None
        self._missed = False

    def take_in(self, batch_id: UUID) -> Failures:
        return self._runner().take_in(batch_id)

    def advance(self, case_ids: Sequence[UUID]) -> Failures:
        return self._runner().advance(case_ids)

    def issue(self, sign_off_ids: Sequence[UUID]) -> Failures:
        return self._runner().issue(sign_off_ids)

    def _runner(self) -> Runner:
        if runtime.answers(self._installation.settings):
            self._missed = False
            if self._prefect is None:
                from workflows.flows import PrefectRunner

                self._prefect = PrefectRunner(self._installation, self._renderer)
            return self._prefect
        if not self._missed:
            self._missed = True
            self._installation.database.run(ENGINE, _record_outage)
        return self._plain


def _record_outage(work: Work) -> None:
    work.record("engine.ran_without_prefect", "engine")


def run(installation: Installation, stop: threading.Event) -> None:
    """Work until `stop` is set. Holds the home's engine lock."""
    runtime.configure(installation.settings)
    renderer = issuing.Pool(installation.settings, workers=2)
    runner = CarefulRunner(installation, renderer)
    next_upkeep = 0.0
    try:
        with only_engine(installation.settings):
            relay.revive(installation)
            while not stop.is_set():
                try:
                    if time.monotonic() >= next_upkeep:
                        upkeep(installation)
                        next_upkeep = time.monotonic() + UPKEEP_SECONDS
                    idle = relay.pump(installation, runner).idle
                except PredepartureError as error:
                    # The database is locked or away: nothing was recorded, so the same work is due again.
                    _log.warning("%s", error.code)
                    idle = True
                if idle:
                    stop.wait(POLL_SECONDS)
    finally:
        renderer.close()


def main() -> None:
    """Entry of the child process that `predeparture serve` supervises: ``python -m workflows.engine HOME``."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    installation = open_installation(settings_module.load(Path(sys.argv[1])))
    installation.catalogue.ids()  # an edited programme refuses to load, before any case is touched
    run(installation, stop)


if __name__ == "__main__":
    main()
