"""Orientation sessions of the tests' own: a corridor that asks for them, a licensed provider, cases that need it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.database import Database
from casework.organisations.tables import LicencePurpose
from casework.orientation import enrolling, marking, sessions
from casework.orientation.enrolling import Enrol, Enrolled
from casework.orientation.marking import Mark, Marked
from casework.orientation.rules import Identity
from casework.orientation.sessions import AddSession, Part
from casework.orientation.tables import OrientationSession
from casework.work import Work
from checklists.catalogue import Catalogue, read_programme
from checklists.programme import Programme
from tests.support import factories
from tests.support.factories import World
from tests.support.versions import PAPERS, corridor, paper, stage

MODULES = ("journey", "rights", "money")
_BASIS = "legal_basis: {title: Trial, as_of: 2026-01-01, confirmed: false}"
_ASKED = "provided_by: provider, verified_by: caseworker"
CURRICULUM = """curriculum:
  - {id: journey, title: Journey, minutes: 60}
  - {id: rights, title: Rights at work, minutes: 90}
  - {id: money, title: Money, minutes: 60}"""
MODULE = (
    "{id: module, title: Module, evidence: module_attendance, each: module, checks: [identity],"
    f" validity: {{anchor: attended_on}}, waivable_by: supervisor, {_ASKED}, {_BASIS}}}"
)
LEAVING = stage("leaving", paper("ticket"), kind="departure", after="papers, meeting", sign_off="automatic")
TEST = f"{{id: test, title: Test, evidence: orientation_test, {_ASKED}, {_BASIS}}}"


@cache
def programme(rule: str = "") -> Programme:
    """The corridor with an orientation; `rule` is what it says of its sessions, in flow style."""
    meeting = stage(
        "meeting", MODULE, *([TEST] if "pass_mark" in rule else []), kind="orientation", sign_off="automatic"
    )
    if rule:
        meeting = meeting.replace("    certificate:", f"    sessions: {{{rule}, {_BASIS}}}\n    certificate:")
    return read_programme(corridor("2026.1", PAPERS, meeting, LEAVING, head=CURRICULUM), "trial.yaml")


@cache
def catalogue(rule: str = "") -> Catalogue:
    return Catalogue.load().with_more([programme(rule)])


def case(work: Work, world: World, rule: str = "", **values: Any) -> Case:
    """A case of the corridor."""
    of = programme(rule)
    pinned = {"programme_id": of.id, "programme_version": of.version, "programme_digest": of.digest}
    return factories.case(work, world.office, **{**pinned, "destination": "DE", **values})


def cases(database: Database, world: World, count: int, rule: str = "", **values: Any) -> list[Case]:
    with database.write(ENGINE) as work:
        return [case(work, world, rule, **values) for _number in range(count)]


def at(database: Database, days: int, hour: int = 9) -> datetime:
    """So many days from now, at an hour (UTC)."""
    return (database.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def command(database: Database, world: World, **values: Any) -> AddSession:
    """All modules on the afternoon of the day after tomorrow, for three people."""
    starts = values.pop("starts_at", at(database, 2, 13))
    part = Part(starts_at=starts, ends_at=starts + timedelta(hours=4), modules=MODULES)
    return AddSession(
        **{
            "provider_id": world.provider.id,
            "programmes": (programme().id,),
            "destination": "DE",
            "language": "sq",
            "trainer": "Synthetic trainer",
            "place": "Hall 2",
            "capacity": 3,
            "parts": (part,),
            **values,
        }
    )


def licence(database: Database, world: World, **values: Any) -> None:
    """The provider may hold orientation sessions."""
    with database.write(ENGINE) as work:
        factories.licence(work, world.provider, LicencePurpose.ORIENTATION, **values)


def planned(database: Database, world: World, rule: str = "", **values: Any) -> OrientationSession:
    """A session that the provider set up."""
    return database.run(world[Role.PROVIDER_USER], sessions.add, catalogue(rule), command(database, world, **values))


def enrol(
    database: Database,
    world: World,
    session_id: UUID,
    *of: Case,
    rule: str = "",
    role: Role = Role.CASEWORKER,
    **values: Any,
) -> Enrolled:
    wanted = Enrol(session_id=session_id, case_ids=tuple(one.id for one in of), **values)
    return database.run(world[role], enrolling.enrol, catalogue(rule), wanted)


def mark(
    database: Database,
    world: World,
    row: OrientationSession,
    *of: Case,
    identity: Identity = Identity.DOCUMENT,
    modules: Sequence[str] = (),
    rule: str = "",
) -> Marked:
    """The provider marks those who came, all modules that were held if none are named."""
    with database.read() as session:
        known = {one.case_id: one.id for one in enrolling.of_session(session, row.id)}
    ids = tuple(known[one.id] for one in of)
    wanted = Mark(session_id=row.id, enrolment_ids=ids, modules=tuple(modules), identity=identity)
    return database.run(world[Role.PROVIDER_USER], marking.mark, catalogue(rule), wanted)
