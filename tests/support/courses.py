"""A programme that says how its courses are taught, and a course of its provider."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from casework.actor import ENGINE, Actor
from casework.cases.tables import Case
from casework.database import Database
from casework.organisations.tables import LicencePurpose
from casework.training import attending, course_queries, courses, enrolling
from casework.training.attending import AddAssessment, GivenMark
from casework.training.course_tables import Course, CourseAssessment, CourseSession
from casework.training.courses import AddCourse, AddSession
from casework.training.rules import Mark
from checklists.catalogue import SHIPPED, Catalogue, read_programme
from checklists.programme import Programme
from tests.support import factories
from tests.support.factories import PROGRAMME, TODAY, World
from tests.support.programmes import catalogue_with
from tests.support.standing import Clock

PRESENT = GivenMark(mark=Mark.PRESENT)
ABSENT = GivenMark(mark=Mark.ABSENT)
FIRST, LAST = TODAY + timedelta(days=7), TODAY + timedelta(days=60)
_STAGE = "    lead_days: 45\n    certificate: {prefix: TRA"
_RULE = """    courses:
      minimum_attendance: 80
      modules:
        - {id: words_of_the_site, title: Words of the site, subject: language, hours: 40, tracks: [away]}
        - {id: words_at_home, title: Words at home, subject: language, hours: 20, tracks: [home]}
        - {id: safety, title: Safety, subject: technical, hours: 20}
      legal_basis: {title: Synthetic rules, as_of: 2026-11-01, confirmed: false}
"""


@cache
def taught() -> Programme:
    """The shipped programme of Kosovo and Germany, whose courses ask for 80 per cent of attendance."""
    text = (SHIPPED / "kosovo-germany-construction.yaml").read_text(encoding="utf-8")
    assert text.count(_STAGE) == 1
    text = text.replace(_STAGE, _RULE + _STAGE).replace('"2027.1"', '"2099.2"', 1)
    return read_programme(text.encode(), "taught-2099.2.yaml")


@cache
def catalogue() -> Catalogue:
    return catalogue_with(taught())


def license_provider(database: Database, world: World, **values: Any) -> None:
    """The provider may train for every programme."""
    with database.write(ENGINE) as work:
        factories.licence(work, world.provider, LicencePurpose.TRAINING, **values)


def new_cases(database: Database, world: World, count: int, **values: Any) -> list[Case]:
    """Cases of workers of their own in the version that says how courses are taught."""
    programme = taught()
    pinned = {"programme_version": programme.version, "programme_digest": programme.digest}
    with database.write(ENGINE) as work:
        return [factories.case(work, world.office, **{**pinned, **values}) for _each in range(count)]


def command(world: World, **values: Any) -> AddCourse:
    """German up to A2 for two, for two months from next week."""
    return AddCourse(
        **{
            "code": "de-1",
            "title": "German for building sites",
            "provider_id": world.provider.id,
            "programme": PROGRAMME,
            "subject": "language",
            "language": "de",
            "from_level": "A1",
            "to_level": "A2",
            "hours": 120,
            "capacity": 2,
            "place": "Room 4",
            "begins_on": FIRST,
            "ends_on": LAST,
            **values,
        }
    )


class School:
    """One course, and what people do with it. `actor` does it where nobody else is named."""

    def __init__(self, database: Database, world: World, actor: Actor, **values: Any) -> None:
        self.database, self.world, self.actor = database, world, actor
        self.id = database.run(actor, courses.add, catalogue(), command(world, **values)).id

    @property
    def course(self) -> Course:
        with self.database.read() as session:
            return session.get_one(Course, self.id)

    def session(self, day: date = FIRST, hours: int = 4, **values: Any) -> CourseSession:
        """A session from nine o'clock; with `weeks` the first of several."""
        asked = AddSession.model_validate({"day": day, "starts": time(9), "ends": time(9 + hours), **values})
        return self.database.run(self.actor, courses.add_sessions, catalogue(), self.id, asked)[0]

    def enrol(self, *cases: Case, actor: Actor | None = None) -> enrolling.Enrolled:
        ids = [case.id for case in cases]
        return self.database.run(actor or self.actor, enrolling.enrol, catalogue(), self.id, ids)

    def states(self) -> list[str]:
        """In the order they asked."""
        with self.database.read() as session:
            return [one.enrolment.state.value for one in course_queries.participants(session, self.id)]

    def of(self, case: Case) -> UUID:
        """The last enrolment of a case."""
        with self.database.read() as session:
            people = course_queries.participants(session, self.id)
            return [one.enrolment.id for one in people if one.case.id == case.id][-1]

    def mark(self, session: CourseSession, marks: dict[UUID, GivenMark], **values: Any) -> int:
        return self.database.run(self.actor, attending.mark, catalogue(), session.id, marks, **values)

    def final(self, day: date = FIRST, **values: Any) -> CourseAssessment:
        asked = {"title": "Final test", "held_on": day, "points": 100, "pass_points": 60, "final": True, **values}
        wanted = AddAssessment.model_validate(asked)
        return self.database.run(self.actor, attending.add_assessment, self.id, wanted)

    def score(self, test: CourseAssessment, points: dict[UUID, int | None], **values: Any) -> int:
        return self.database.run(self.actor, attending.score, catalogue(), test.id, points, **values)


def to_day(clock: Clock, day: date) -> None:
    """The clock of the test to the evening of a day."""
    clock.now = clock.now.replace(year=day.year, month=day.month, day=day.day, hour=20)
