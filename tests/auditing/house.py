"""An office with documents and an engagement, and what auditors do in it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.auditing import queries, samples
from casework.auditing.engagements import OpenEngagement
from casework.auditing.rules import ItemState, Verdict
from casework.auditing.samples import DrawSample, GiveVerdict
from casework.auditing.tables import Engagement, Review, Sample
from casework.certificates.tables import Certificate
from casework.database import Database
from checklists.catalogue import Catalogue
from tests.support import factories
from tests.support.factories import TODAY, World, user_id

AUDITOR, SUPERVISOR, ADMINISTRATOR = Role.AUDITOR, Role.SUPERVISOR, Role.ADMINISTRATOR
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class House:
    """An office with documents, a lead auditor and a second one, and an engagement that covers the office."""

    database: Database
    catalogue: Catalogue
    world: World
    lead: Actor
    second: Actor
    engagement: Engagement
    documents: tuple[Certificate, ...]

    def draw(self, **values: Any) -> Sample:
        command = DrawSample(**{"engagement": self.engagement.number, "size": 4, "seed": "seed", **values})
        return self.database.run(self.lead, samples.draw, command)

    def read(self, who: Actor, sample: Sample, position: int, verdict: Verdict = Verdict.AGREE, **more: str) -> Review:
        command = GiveVerdict(sample=sample.number, position=position, verdict=verdict, **more)
        return self.database.run(who, samples.review, command)

    def states(self, sample: Sample) -> list[ItemState]:
        with self.database.read() as session:
            return [line.state for line in queries.work_list(session, sample)]

    def signed(self) -> Sample:
        """A sample of two documents, read and signed."""
        sample = self.draw(size=2, second_share=0)
        for position in (1, 2):
            self.read(self.lead, sample, position)
        return self.database.run(self.lead, samples.sign, sample.number, "It is in order.")


def auditor(database: Database, world: World) -> Actor:
    with database.write(ENGINE) as work:
        return dataclasses.replace(factories.actor(work, world.office, AUDITOR), on=TODAY)


def opening(world: World, head: Actor, *others: Actor, **values: Any) -> OpenEngagement:
    return OpenEngagement(
        **{
            "title": "Autumn review",
            "purpose": "Whether clearances stand on what they must.",
            "begins_on": TODAY,
            "ends_on": TODAY + timedelta(days=30),
            "auditors": tuple(user_id(one) for one in (head, *others)),
            "lead": user_id(head),
            "offices": (world.office.id,),
            **values,
        }
    )
