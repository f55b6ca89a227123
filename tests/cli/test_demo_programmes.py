"""Every shipped programme can be played: synthetic workers whom its rules admit are taken from intake to the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from basis.ids import new_id
from casework import settings
from casework.audit import service as audit
from casework.batches.rules import Severity
from casework.batches.service import SubmitBatch, check_on
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from checklists.catalogue import Catalogue
from checklists.programme import Programme
from cli.demo import entering, people, story, synthetic
from documents.installation import open_installation
from tests.support import processes
from tests.support.stage import AWAY, Stage, make_stage
from workflows.engine import PlainRunner
from workflows.relay import Failures

PROGRAMMES = [one for one in Catalogue.load().programmes if one.id != people.PROGRAMME or one.version != "2027.1"]
NAMES = [f"{one.id} {one.version}" for one in PROGRAMMES]
BY_AGENCY = [one for one in PROGRAMMES if one.takes("agency")]
ENDS = {CaseLife.ARRIVED, CaseLife.CLOSED}
SAMPLE = [Catalogue.load().get(name) for name in ("pacific-australia-technical", "virtual-return")]
"""One that people depart in, come by an agency to, and one that nobody departs in. The others: `-m deep`."""
_PLAYED = ("bangladesh-gulf-construction", "philippines-gulf-domestic-work", "germany-returning-experts")
_NOT_KOSOVO = [one for one in Catalogue.load().latest() if one.id != people.PROGRAMME]
"""The demo plays the version in force; the programme of the shipped batch has a story of its own (`test_demo.py`)."""
PLAYED = [one for one in _NOT_KOSOVO if one.id in _PLAYED]
"""Those with job orders or entitlements: played by the command itself, with all its processes and files."""
OTHERS = [one for one in _NOT_KOSOVO if one not in [*SAMPLE, *PLAYED]]
each_programme = pytest.mark.parametrize("programme", PROGRAMMES, ids=NAMES)


@each_programme
def test_workers_of_every_track_are_admitted(programme: Programme) -> None:
    made = synthetic.people(programme, programme.in_force_from)
    assert len(made) == synthetic.WORKERS
    assert {person.track for person in made} == {track.id for track in programme.tracks}
    assert len({person.passport_number for person in made}) == len(made)


@pytest.mark.parametrize("programme", BY_AGENCY, ids=[f"{one.id} {one.version}" for one in BY_AGENCY])
def test_the_batch_of_the_synthetic_workers_has_no_fault(programme: Programme) -> None:
    day = programme.in_force_from
    command = SubmitBatch(
        agency_id=new_id(),
        file_name="workers.csv",
        data=synthetic.batch(programme, day),
        notice_version="1",
        notice_language="en",
    )
    found = check_on(programme, command, day)
    assert [one for one in found.findings if one.severity is Severity.ERROR] == []
    assert len(found.proposed) == synthetic.WORKERS


class WithoutFiles(PlainRunner):
    """The engine, but for making the certificates' files: that takes most of the time and is tested elsewhere."""

    def issue(self, sign_off_ids: Sequence[UUID]) -> Failures:
        return {}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return make_stage(tmp_path_factory.mktemp("programmes"), "", AWAY)


def walked(stage: Stage, programme: Programme, workers: int) -> Counter[CaseLife]:
    """The lives of the workers after they were taken as far as the story goes."""
    while stage.installation.database.today() < programme.in_force_from:
        stage.clock.move(days=1)
    runner = WithoutFiles(stage.installation)
    entering.enter(stage.installation, stage.cast, programme, programme.in_force_from, workers)
    stage.drain(runner)
    parts = story.parts(stage.installation, programme.id)
    assert len(parts) == workers
    while parts:
        parts = [part for part in parts if story.play(stage.installation, stage.cast, part)]
        stage.drain(runner)
    with stage.installation.database.read() as session:
        query = select(Case).where(Case.programme_id == programme.id)
        return Counter(case.life for case in session.exec(query))


@pytest.mark.xdist_group("demo of programmes")
@pytest.mark.parametrize(
    "programme",
    [*(pytest.param(one, id=one.id) for one in SAMPLE),
     *(pytest.param(one, id=one.id, marks=pytest.mark.deep) for one in OTHERS)],
)  # fmt: skip
def test_a_case_of_a_programme_can_be_taken_from_intake_to_its_end(stage: Stage, programme: Programme) -> None:
    lives = walked(stage, programme, 1)
    assert set(lives) <= ENDS, lives
    with stage.installation.database.read() as session:
        assert audit.verify(session)[1] == []


@pytest.mark.deep
@pytest.mark.parametrize("programme", PLAYED, ids=[one.id for one in PLAYED])
def test_the_demo_of_a_programme_ends_with_all_prepared(programme: Programme, tmp_path: Path) -> None:
    code = f"from cli.demo import run; run(serve=False, workers=4, programme={programme.id!r})"
    process = processes.start(code, tmp_path)
    output = process.communicate(timeout=600)[0]
    assert process.returncode == 0, output[-4000:]
    installation = open_installation(settings.load(tmp_path / "var" / "demo"))
    with installation.database.read() as session:
        lives = Counter(session.exec(select(Case.life)).all())
        assert audit.verify(session)[1] == []
    installation.database.engine.dispose()
    assert lives.total() == 4
    assert set(lives) <= {*ENDS, CaseLife.CLEARED}, lives
    assert set(lives) & ENDS
