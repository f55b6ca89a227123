"""How long a new version of the lists takes for everybody: `python benchmarks/rescreening.py [--workers N]`.

A real case database in a temporary home with sealed workers, the published lists where they lie beside the
repository (else a synthetic list as long), and the very function that the engine and `predeparture screen --all` call:
reading, opening, comparing in processes, writing what was found.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import tempfile
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psutil
from sqlalchemy import insert

from basis.ids import new_id
from benchmarks.names import CULTURES, NATIONALITY, worker
from benchmarks.watchlists import sources
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.organisations.tables import Organisation
from casework.security.loading import load_list
from casework.security.scoring import ALGORITHM
from casework.security.tables import Screening
from casework.settings import Settings
from casework.work import Work
from casework.workers.tables import Worker
from documents.installation import Installation, create, open_installation
from tests.support import factories
from workflows.rescreening import rescreen

_CHUNK: Final = 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--workers", type=int, default=20_000, help="100000 for the figure in decision 0026")
    options.add_argument("--processes", type=int, default=2)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        create(settings, "Benchmark", datetime.now(UTC))
        installation = open_installation(settings)
        source = _load(installation)
        _fill(installation, chosen.workers)
        print(f"{chosen.workers:,} workers; lists: {source}; {len(os.sched_getaffinity(0))} processors", flush=True)
        _measure(installation, chosen.processes)


class Memory:
    """The most memory of this process and of one that compares, looked at after each step. What the kernel says of a
    child at its end counts what its parent had when it was started."""

    def __init__(self) -> None:
        self.here = self.comparing = 0

    def look(self, _done: int, _asked: int) -> None:
        process = psutil.Process()
        self.here = max(self.here, process.memory_info().rss)
        for child in process.children():
            with suppress(psutil.NoSuchProcess):
                self.comparing = max(self.comparing, child.memory_info().rss)


def _measure(installation: Installation, processes: int) -> None:
    memory = Memory()
    for what in ("everybody compared anew", "the same again, nothing due"):
        started, used = time.perf_counter(), _processor_time()
        done = rescreen(installation, progress=memory.look, processes=processes)
        wall, cpu = time.perf_counter() - started, _processor_time() - used
        print(
            f"{what}: {done.compared:,} compared, {done.renewed:,} with another answer; {wall:.1f} s on the clock, "
            f"{cpu:.1f} s of processor time",
            flush=True,
        )
    here, comparing = memory.here // 2**20, memory.comparing // 2**20
    print(f"most memory: {here} MB here, {comparing} MB in a process that compares")


def _processor_time() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _load(installation: Installation) -> str:
    lists, said = sources()
    for files, kind in lists:
        installation.database.run(ENGINE, load_list, files, kind)
    return said


def _fill(installation: Installation, count: int) -> None:
    rng = random.Random(20270101)
    with installation.database.write(ENGINE) as work:
        office = factories.office(work)
        work.session.flush()
    for start in range(0, count, _CHUNK):
        with installation.database.write(ENGINE) as work:
            _add(work, office, rng, start, min(_CHUNK, count - start))


def _add(work: Work, office: Organisation, rng: random.Random, first: int, count: int) -> None:
    workers: list[dict[str, Any]] = []
    cases: list[dict[str, Any]] = []
    screenings: list[dict[str, Any]] = []
    older = [{"id": str(UUID(int=1)), "name": "Older", "version": "0"}]
    today = work.today
    for number in range(first, first + count):
        culture = CULTURES[number % len(CULTURES)]
        name, worker_id, case_id = worker(rng, culture), new_id(), new_id()
        work.vault.create(worker_id)
        data = factories.worker_data(
            given_names=name.given, family_name=name.family or name.given, nationality=NATIONALITY[culture],
            passport_number=f"B{number:08}",
        )  # fmt: skip
        sealed = data.model_dump(mode="json")
        workers.append(
            {
                "id": worker_id, "office_id": office.id, "family_name": name.family, "given_names": name.given,
                "native_name": "", "search_name": "", "sex": data.sex, "nationality": data.nationality, "number": 1,
                "birth_date": date(1970, 1, 1) + timedelta(days=rng.randrange(12_000)), "birth_place": "",
                "passport_index": "", "recorded_at": work.now,
                "details": work.vault.seal_json(worker_id, "worker", worker_id, "details", sealed),
            }
        )  # fmt: skip
        cases.append(
            {
                "id": case_id, "reference": f"B-{number}", "worker_id": worker_id, "office_id": office.id,
                "source": "office", "programme_id": "kosovo-germany-construction", "programme_version": "2027.1",
                "programme_digest": "0" * 64, "track": "away", "life": "open", "life_since": today, "occupation": "",
                "job_title": "", "job_order": "", "employer": "", "destination": "DE", "registered_on": today,
                "loan_currency": "", "version": 1, "created_at": work.now, "changed_at": work.now,
                "assessed_version": 1, "stuck": "",
            }
        )  # fmt: skip
        screenings.append(
            {
                "id": new_id(), "case_id": case_id, "worker_id": worker_id, "worker_number": 1, "lists": older,
                "algorithm": ALGORITHM, "screened_on": today, "recorded_at": work.now, "outcome": "clear",
                "replaced": False, "threshold": 80,
            }
        )  # fmt: skip
    work.session.flush()
    for table, rows in ((Worker, workers), (Case, cases), (Screening, screenings)):
        work.session.execute(insert(table), rows)


if __name__ == "__main__":
    main()
