"""How long a big orientation session takes: `python benchmarks/thousand.py [--workers N] [--postgres URL]`.

A real installation in a temporary home. The programme is the shipped one of construction workers with its twelve
modules, but its orientation does not wait for the papers, so that it alone is signed off. A provider hands in a list of
participants as a file, marks everybody as present with the document seen, and the engine assesses the cases and signs
the stage off; certificates are not made (`benchmarks/certificates.py` measures those). Times are those of the clock.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import func, select

from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases.tables import Case, LiveSignOff
from casework.organisations.tables import LicencePurpose, Organisation
from casework.orientation import lists, marking, sessions
from casework.orientation.enrolling import of_session
from casework.orientation.marking import Mark
from casework.orientation.rules import Identity
from casework.orientation.sessions import AddSession, Part
from casework.orientation.tables import OrientationSession
from casework.settings import Settings
from casework.work import Work
from checklists.catalogue import SHIPPED, Catalogue, read_programme
from checklists.programme import Programme
from documents.installation import Installation, create, open_installation
from tests.support import factories
from workflows.advance import advance

_FILE = SHIPPED / "kosovo-germany-construction.yaml"
_CHUNK = 100  # as the engine takes them from the outbox
_TARGET = 20.0  # seconds on two cores


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--workers", type=int, default=1000)
    options.add_argument("--postgres", default="", help="address of an empty PostgreSQL database; else SQLite")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), database_url=chosen.postgres)
        create(settings, "Benchmark", datetime.now(UTC))
        opened = open_installation(settings)
        programme = _programme()
        installation = replace(opened, catalogue=Catalogue.load().with_more([programme]))
        _measure(installation, programme, chosen.workers)


def _programme() -> Programme:
    """The shipped programme under another name, its orientation without a stage before it."""
    text = _FILE.read_text("utf-8").replace("id: kosovo-germany-construction", "id: benchmark", 1)
    head, _kind, rest = text.partition("kind: orientation")
    return read_programme(
        (head + _kind + rest.replace("after: [documents]", "after: []", 1)).encode(), "benchmark.yaml"
    )


def _measure(installation: Installation, programme: Programme, count: int) -> None:
    office, provider, trainer = installation.database.run(ENGINE, _people)
    references = _cases(installation, office, programme, count)
    row = _session(installation, trainer, provider, programme, count)
    whole = time.perf_counter()
    with _timed(f"{count:,} enrolled from a file"):
        file = ("Case reference,Date of birth\n" + "".join(f"{one},1995-03-09\n" for one in references)).encode()
        sheet = lists.participants(file, "list.csv", trainer)
        handed = installation.database.run(trainer, lists.enrol, installation.catalogue, row.id, sheet)
    assert len(handed.enrolled.enrolled) == count, handed.sheet.findings[:3]
    with installation.database.read() as session:
        ids = tuple(one.id for one in of_session(session, row.id))
    with _timed(f"{count:,} marked in {len(programme.curriculum)} modules"):
        command = Mark(session_id=row.id, enrolment_ids=ids, identity=Identity.DOCUMENT)
        marked = installation.database.run(trainer, marking.mark, installation.catalogue, command)
    assert marked.rows == count * len(programme.curriculum), marked.refused
    with installation.database.read() as session:
        cases = list(session.exec(select(Case.id).order_by(Case.reference)))
    with _timed(f"{count:,} assessed and signed off"):
        for start in range(0, count, _CHUNK):
            done = advance(installation, cases[start : start + _CHUNK])
            assert not done.failures, done.failures
    with installation.database.read() as session:
        signed = session.exec(select(func.count()).select_from(LiveSignOff)).one()
    assert signed == count, signed
    took = time.perf_counter() - whole
    print(f"together: {took:.1f} s; the aim is {_TARGET:.0f} s for a thousand on two cores")


def _people(work: Work) -> tuple[Organisation, Organisation, Actor]:
    office = factories.office(work)
    provider = factories.provider(work, office)
    day = timedelta(days=300)
    factories.licence(
        work, provider, LicencePurpose.ORIENTATION, valid_from=work.today - day, valid_until=work.today + day
    )
    return office, provider, factories.actor(work, provider, Role.PROVIDER_USER)


def _cases(installation: Installation, office: Organisation, programme: Programme, count: int) -> list[str]:
    references: list[str] = []
    while len(references) < count:
        with installation.database.write(ENGINE) as work:
            for _number in range(min(_CHUNK, count - len(references))):
                case = factories.case(
                    work,
                    office,
                    programme_id=programme.id,
                    programme_version=programme.version,
                    programme_digest=programme.digest,
                    destination="DE",
                    registered_on=work.today,
                    life_since=work.today,
                    planned_departure=work.today + timedelta(days=150),
                )
                references.append(case.reference)
    return references


def _session(
    installation: Installation, trainer: Actor, provider: Organisation, programme: Programme, count: int
) -> OrientationSession:
    """It has begun and goes on, so that it can be enrolled for and marked."""
    minutes = sessions.minutes_of([programme])
    starts = installation.database.now() - timedelta(hours=1)
    part = Part(starts_at=starts, ends_at=starts + timedelta(hours=14), modules=tuple(minutes))
    command = AddSession(
        provider_id=provider.id,
        programmes=(programme.id,),
        destination="DE",
        language="sq",
        trainer="Benchmark",
        place="Hall",
        capacity=count,
        parts=(part,),
    )
    return installation.database.run(trainer, sessions.add, installation.catalogue, command)


@contextmanager
def _timed(what: str) -> Iterator[None]:
    started, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    yield
    now = resource.getrusage(resource.RUSAGE_SELF)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    print(f"{what}: {time.perf_counter() - started:.1f} s on the clock, {cpu:.1f} s of processor time", flush=True)


if __name__ == "__main__":
    main()
