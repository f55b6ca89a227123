"""How long the skills map takes over many workers: `python benchmarks/skills.py [--workers N] [--postgres]`.

Cases of one office in 60 occupations, two thirds with a language test, a third with a diploma. Each question is asked
as the page asks it: a page of 50 with its number, and the picture. Times are of the clock, the best of three. Exit
status 1 where a question takes a second or more.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import SQLModel

from basis.ids import new_id
from basis.roles import Role
from casework import schema
from casework.actor import ENGINE, Actor
from casework.cases.tables import Case
from casework.database import Database
from casework.keys import InstallationKeys
from casework.qualifications.rules import QualificationKind, QualificationOutcome
from casework.qualifications.tables import Diploma, Institution, QualificationDecision
from casework.skills import matching, queries
from casework.skills.rules import Asked, Demand
from casework.work import Work
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue
from checklists.programme import CEFR
from tests.support import factories
from tests.support.postgres import cluster

MOST_SECONDS = 1.0
TODAY = factories.TODAY
_CHUNK = 2_000
_OCCUPATIONS = [
    f"{a}{b}" for a in ("711", "712", "721", "722", "741", "833", "222", "513", "911", "251") for b in "123456"
]
Rows = dict[type[SQLModel], list[dict[str, Any]]]
_SKILLS = ("listening", "reading", "writing", "speaking")


def fill(work: Work, catalogue: Catalogue, count: int) -> Actor:
    """An office with so many cases; a caseworker of it."""
    rng = random.Random(6)
    office = factories.office(work)
    model_worker = factories.new_worker(work, office)
    model = factories.case(work, office, model_worker)
    school = Institution(
        name="Synthetic school", key="synthetic school", search_name="synthetic school", country="XK",
        recorded_at=work.now, recorded_by="engine",
    )  # fmt: skip
    work.session.add(school)
    work.session.flush()
    programmes = [(one.id, one.version, one.digest) for one in catalogue.latest(TODAY)]
    for start in range(0, count, _CHUNK):
        rows: dict[type[SQLModel], list[dict[str, Any]]] = {
            Worker: [],
            Case: [],
            QualificationDecision: [],
            Diploma: [],
        }
        for number in range(start, min(start + _CHUNK, count)):
            _one(rows, rng, number, model_worker, model, school.id, programmes[number % len(programmes)])
        for table, values in rows.items():
            if values:
                work.session.connection().execute(insert(table), values)
    return factories.actor(work, office, Role.CASEWORKER)


def _one(
    rows: Rows, rng: random.Random, number: int, person: Worker, model: Case,
    school: Any, programme: tuple[str, str, str],
) -> None:  # fmt: skip
    worker_id, case_id = new_id(), new_id()
    name = f"Synthetic {number:06d}"
    rows[Worker].append({**person.model_dump(), "id": worker_id, "search_name": name.lower(), "passport_index": ""})
    life = rng.choices(("open", "cleared", "departed", "on_hold"), (70, 10, 15, 5))[0]
    case = {
        "id": case_id, "worker_id": worker_id, "reference": f"S-{number:06d}", "programme_id": programme[0],
        "programme_version": programme[1], "programme_digest": programme[2], "life": life,
        "occupation": rng.choice(_OCCUPATIONS), "ready_in": 0 if life == "cleared" else rng.randrange(1, 400),
        "assessment": {"stages": [{"stage": f"stage {i}", "status": "open", "asked": 5} for i in range(9)]},
    }  # fmt: skip
    rows[Case].append({**model.model_dump(), **case})
    common: dict[str, Any] = {"case_id": case_id, "recorded_at": model.created_at, "recorded_by": "engine"}
    if rng.random() < 2 / 3:
        level = rng.choice(CEFR[:5])
        skills = {skill: rng.choice(CEFR[:5]) for skill in _SKILLS} if rng.random() < 0.5 else {}
        row = QualificationDecision(
            kind=QualificationKind.LANGUAGE, subject=rng.choice(("de", "en", "fr")), level=level, skills=skills,
            outcome=QualificationOutcome.FULL,
            decided_on=TODAY, tested_on=TODAY - timedelta(days=rng.randrange(600)), **common,
        )  # fmt: skip
        rows[QualificationDecision].append(row.model_dump())
    if rng.random() < 1 / 3:
        diploma = Diploma(
            worker_id=worker_id, institution_id=school, title="Synthetic", isced=rng.randrange(3, 8), awarded=2015,
            **common,
        )  # fmt: skip
        rows[Diploma].append(diploma.model_dump())


def questions() -> dict[str, Asked]:
    return {
        "everybody": Asked(),
        "one occupation": Asked(occupation="7112"),
        "a group of occupations": Asked(occupation="7"),
        "German B1": Asked(language="de", level="B1"),
        "German, speaking B2, listening B1": Asked(language="de", skills={"speaking": "B2", "listening": "B1"}),
        "a bachelor's degree": Asked(isced=6),
        "ready in three months, away": Asked(ready_by=TODAY + timedelta(days=90), track="away"),
        "all of it": Asked("7", "de", "A2", {"speaking": "A2"}, 4, TODAY + timedelta(days=200), track="away"),
    }


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """The best of three, and what came back."""
    tries = []
    for _try in range(3):
        started = time.perf_counter()
        found = act()
        tries.append((time.perf_counter() - started, found))
    return min(tries, key=lambda one: one[0])


def measure(database: Database, actor: Actor, catalogue: Catalogue) -> float:
    """Print a line a question; the longest."""
    worst = 0.0

    def asked(act: Callable[..., Any], *values: Any, **more: Any) -> tuple[float, Any]:
        def run() -> Any:
            with database.read() as session:
                return act(session, actor, *values, **more)

        return timed(run)

    for name, what in questions().items():
        search, found = asked(queries.search, what, TODAY, offset=0, limit=50)
        picture, drawn = asked(queries.picture, what, TODAY)
        print(f"{name:36} {found.total:7,} found in {search * 1000:5.0f} ms, picture of {len(drawn.rows):2} rows in "
              f"{picture * 1000:5.0f} ms")  # fmt: skip
        worst = max(worst, search + picture)
    demand = Demand("7112", 40, TODAY + timedelta(days=120), "DE", "de", "B1")
    match, matched = asked(matching.match, catalogue, demand, TODAY, offset=0, limit=50)
    print(f"{'a demand, 50 workers with reasons':36} {matched.total:7,} found in {match * 1000:5.0f} ms")
    return max(worst, match)


def run(url: str, workers: int) -> float:
    """Fill an empty database and measure."""
    catalogue = Catalogue.load()
    database = Database(url, InstallationKeys(os.urandom(32), os.urandom(32)))
    schema.upgrade(database.engine)
    actor = database.run(ENGINE, fill, catalogue, workers)
    if database.engine.dialect.name == "postgresql":
        with database.engine.begin() as connection:
            connection.execute(text("ANALYZE"))  # as the server does by itself after a while
    worst = measure(database, actor, catalogue)
    database.engine.dispose()
    return worst


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--workers", type=int, default=100_000)
    options.add_argument("--postgres", action="store_true", help="on a throw-away PostgreSQL instead of SQLite")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as home, ExitStack() as stack:
        url = f"sqlite:///{home}/skills.sqlite3"
        if given.postgres:
            url = stack.enter_context(stack.enter_context(cluster()).database())
        worst = run(url, given.workers)
    print(f"the slowest took {worst:.2f} s")
    return int(worst >= MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
