"""An installation with a licensed agency, its people, and two cases out of a real batch: one away, one home.

The people of the demo play in it, through the services that the pages call, while the clock stands still.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from casework import keys
from casework.actor import ENGINE
from casework.batches import service as batches
from casework.batches.service import SubmitBatch
from casework.cases import service as cases
from casework.cases.pinned import programme_of
from casework.cases.tables import Case, SignOff
from casework.certificates.tables import Certificate
from casework.outbox.tables import OutboxItem, OutboxKind
from casework.security import loading
from casework.settings import Settings
from casework.work import Work
from checklists.assessment import Assessment, StageStatus
from checklists.catalogue import Catalogue
from checklists.programme import StageKind
from cli import demo_data
from cli.demo import acts, people, story
from cli.demo.acts import Scene
from cli.demo.people import Cast
from cli.demo.story import Part
from documents.installation import Installation, create
from documents.register import Register
from documents.verification import Status, verify
from tests.support.factories import TODAY
from tests.support.standing import Clock, StandingDatabase
from workflows import relay
from workflows.engine import PlainRunner
from workflows.relay import Runner

T = TypeVar("T")
P = ParamSpec("P")
AWAY, HOME = "BB-0001", "BB-0004"
_PLACE = 1
"""A place of the demo's story at which nothing out of the ordinary happens."""


@dataclass(frozen=True)
class Stage:
    """The installation, who plays in it, and the clock. `runner` does what the engine does, without Prefect."""

    installation: Installation
    cast: Cast
    clock: Clock

    @property
    def runner(self) -> Runner:
        return PlainRunner(self.installation)

    def drain(self, runner: Runner | None = None) -> None:
        """The engine's turn."""
        relay.drain(self.installation, runner or self.runner)

    def play(
        self,
        reference: str = AWAY,
        reach: Sequence[StageKind] = tuple(StageKind),
        *,
        issue: bool = True,
        runner: Runner | None = None,
    ) -> None:
        """People and engine by turns, through the stages of `reach`, until nothing is left to do."""
        part = Part(self.case(reference).id, _PLACE, reference == AWAY, tuple(reach), last=False)
        while story.play(self.installation, self.cast, part):
            if issue:
                self.drain(runner)
            else:
                self.runner.advance([part.case_id])

    def scene(self, stage_id: str, reference: str = AWAY) -> Scene:
        """An open stage, for a single act out of `cli.demo.acts`."""
        case, state = self.case(reference), self.assessment(reference).stage(stage_id)
        programme = programme_of(self.installation.catalogue, case)
        stage = programme.stage(stage_id)
        assert stage is not None
        return Scene(self.installation, self.cast, case, programme, stage, state)

    def run(self, who: str, operation: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One transaction of one of the people."""
        return self.installation.database.run(self.cast[who], operation, *args, **kwargs)

    def open_stages(self, reference: str = AWAY) -> set[str]:
        """Stages that are asked and have no sign-off now."""
        done = (StageStatus.SIGNED_OFF, StageStatus.NOT_ASKED)
        return {state.stage for state in self.assessment(reference).stages if state.status not in done}

    def effects(self, kind: OutboxKind) -> dict[UUID, OutboxItem]:
        """The outbox's rows of a kind, by subject."""
        with self.installation.database.read() as session:
            return {row.subject_id: row for row in session.exec(select(OutboxItem).where(OutboxItem.kind == kind))}

    def case(self, reference: str = AWAY) -> Case:
        with self.installation.database.read() as session:
            return session.exec(select(Case).where(Case.reference == reference)).one()

    def assessment(self, reference: str = AWAY) -> Assessment:
        """Where the case stands on the clock's day, with what that day has ended."""
        return self.installation.database.run(
            ENGINE, cases.assessed, self.installation.catalogue, self.case(reference).id
        )

    def sign_offs(self, reference: str = AWAY) -> dict[str, SignOff]:
        """The newest sign-off of each stage, ended or not."""
        with self.installation.database.read() as session:
            query = select(SignOff).where(SignOff.case_id == self.case(reference).id).order_by(col(SignOff.id))
            return {row.stage: row for row in session.exec(query)}

    def certificates(self, reference: str = AWAY) -> list[Certificate]:
        """Every row of the case's part of the register, by number."""
        with self.installation.database.read() as session:
            query = select(Certificate).where(Certificate.case_id == self.case(reference).id)
            return list(session.exec(query.order_by(col(Certificate.number))))

    def of_stages(self, reference: str = AWAY) -> list[Certificate]:
        """Those of them that certify a stage: no letters, no papers about money."""
        return [row for row in self.certificates(reference) if row.sign_off_id is not None]

    def content(self, row: Certificate) -> bytes:
        """The plain bytes of an issued certificate."""
        with self.installation.database.read() as session:
            vault = self.installation.database.vault(session)
            return vault.open(row.worker_id, "certificate", row.id, "file", self.installation.archive.read(str(row.id)))

    def answers(self, reference: str = AWAY) -> dict[str, list[Status]]:
        """What verification says of each issued file, by stage, oldest first."""
        found: dict[str, list[Status]] = {}
        with self.installation.database.read() as session:
            for row in self.of_stages(reference):
                if row.issued_at is not None:
                    stage = session.get_one(SignOff, row.sign_off_id).stage
                    answer = verify(
                        self.content(row),
                        Register(session),
                        self.installation.database.today(),
                        self.installation.trusted,
                    )
                    found.setdefault(stage, []).append(answer.status)
        return found


def settings_for(home: Path, database_url: str, **values: object) -> Settings:
    return Settings.model_validate(
        {
            "home": home,
            "database_url": database_url,
            "public_url": "https://example.org",
            "certificate_languages": "en",
            **values,
        }
    )


def open_stage(home: Path, database_url: str, clock: Clock, **values: object) -> Stage:
    """A stage that `make_stage` made, or a copy of it."""
    settings = settings_for(home, database_url, **values)
    database = StandingDatabase(settings.database, keys.load(settings.keys), clock)
    installation = Installation(settings, database, Catalogue.load())
    return Stage(installation, people.assemble_cast(installation), clock)


def make_stage(home: Path, database_url: str, *rows: str) -> Stage:
    """Keys, people and a batch with the rows of the demo that have these references; the intake is left to do."""
    clock = Clock()
    create(settings_for(home, database_url), "Synthetic Office", clock.now)
    stage = open_stage(home, database_url, clock)
    stage.installation.database.run(ENGINE, load_watch_list)
    submit_batch(stage, *rows)
    return stage


def load_watch_list(work: Work) -> None:
    loading.load_list(work, demo_data.watch_list(), "csv", "Synthetic watch list")


def submit_batch(stage: Stage, *rows: str) -> UUID:
    """Hand the rows in, dated so that departures lie four to seven months after `TODAY`."""
    header, *lines = demo_data.batch(TODAY - acts.days(30)).splitlines(keepends=True)
    data = b"".join([header, *(line for line in lines if line.split(b",")[0].decode() in rows)])
    command = SubmitBatch(
        agency_id=stage.cast.organisations[people.AGENCY].id,
        file_name="workers.csv",
        data=data,
        notice_version="2026-01",
        notice_language="sq",
    )
    programme = stage.installation.catalogue.get(people.PROGRAMME, on=stage.installation.database.today())
    return stage.installation.database.run(stage.cast["agron"], batches.submit, programme, command).batch.id


def number_of_series(session: Session, prefix: str) -> list[int]:
    """The numbers given under a prefix, ascending."""
    rows = session.exec(select(Certificate.number).where(col(Certificate.number).startswith(f"{prefix}-")))
    return sorted(int(number.rsplit("-", 1)[1]) for number in rows)
