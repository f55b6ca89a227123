"""A small corridor of the tests' own in several versions, and its cases.

`corridor()` writes its file: three stages, papers and course signed off by caseworkers, the departure by itself.
"""

from __future__ import annotations

from datetime import date, timedelta

from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases import service as cases
from casework.cases.tables import Case
from casework.database import Database
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.programmes import service as programmes
from casework.programmes.published import InstalledCatalogue
from casework.work import Work
from checklists.catalogue import Catalogue
from tests.support import factories
from tests.support.factories import TODAY, World
from tests.support.opening import open_command

CORRIDOR = "trial-corridor"
FIRST, SECOND = "2026.1", "2026.2"
DEPARTURE = TODAY + timedelta(days=150)
MOVE_ALL = "transition: {cases: move, legal_basis: {title: Trial, as_of: 2026-01-01, confirmed: false}}"
_BASIS = "legal_basis: {title: Trial, as_of: 2026-01-01, confirmed: false}"


def paper(name: str, rules: str = "") -> str:
    """A requirement for one paper; `rules` are more of its keys."""
    more = f", {rules}" if rules else ""
    who = "provided_by: worker, verified_by: caseworker"
    return f"{{id: {name}, title: {name.title()}, evidence: {name}, {who}{more}, {_BASIS}}}"


def stage(name: str, *requirements: str, kind: str = "general", after: str = "", sign_off: str = "caseworker") -> str:
    asked = "".join(f"\n      - {one}" for one in requirements)
    return f"""
  - id: {name}
    kind: {kind}
    title: {name.title()}
    after: [{after}]
    sign_off: {sign_off}
    certificate: {{prefix: {name[:3].upper()}, title: {name.title()}}}
    requirements: {"[]" if not requirements else asked}"""


def police(max_age: str) -> str:
    return paper("police", f"validity: {{anchor: issued_on, max_age: {max_age}, must_hold_until: departure}}")


PAPERS = stage("papers", police("P1Y"), paper("contract"))
COURSE = stage("course", paper("attendance"), after="papers")
LEAVING = stage("leaving", paper("ticket"), kind="departure", after="papers, course", sign_off="automatic")
STRICTER = stage("papers", police("P5M"), paper("contract"))


def corridor(version: str = FIRST, *stages: str, head: str = "", effective: date = date(2026, 1, 1)) -> bytes:
    """A file of the corridor; without `stages` those that all versions begin from. `head` are more of its keys."""
    text = f"""id: {CORRIDOR}
version: "{version}"
title: Trial corridor
origin: XK
destination: DE
currency: EUR
published_on: 2026-01-01
effective_from: {effective.isoformat()}
minimum_age: 18
{head}
tracks:
  - {{id: away, title: Away, departs: true}}
  - {{id: home, title: Home, departs: false}}
stages:{"".join(stages or (PAPERS, COURSE, LEAVING))}
"""
    return text.encode()


def second(*stages: str, head: str = f'replaces: "{FIRST}"\n{MOVE_ALL}', effective: date = date(2026, 1, 1)) -> bytes:
    """The version after the first; without `stages` its police certificate must be younger."""
    return corridor(SECOND, *(stages or (STRICTER, COURSE, LEAVING)), head=head, effective=effective)


def installed(database: Database) -> InstalledCatalogue:
    return InstalledCatalogue(database, Catalogue.load())


def publish(database: Database, drafter: Actor, publisher: Actor, content: bytes) -> None:
    """Draft and publish, by two people."""
    catalogue = installed(database)
    row = database.run(drafter, programmes.draft, catalogue, "corridor.yaml", content)
    database.run(publisher, programmes.publish, catalogue, row.programme_id, row.version)


def published_by(database: Database, world: World, *contents: bytes) -> InstalledCatalogue:
    """Versions drafted by the world's administrator and published by its supervisor."""
    for content in contents:
        publish(database, world[Role.ADMINISTRATOR], world[Role.SUPERVISOR], content)
    return installed(database)


def open_case(database: Database, world: World, catalogue: Catalogue, reference: str = "TC-1") -> Case:
    command = open_command(
        world,
        reference=reference,
        programme=CORRIDOR,
        planned_departure=DEPARTURE,
        loan_asked=None,
        worker=factories.worker_data(),
    )
    return database.run(world[Role.CASEWORKER], cases.open_case, catalogue, command)


def accept(work: Work, case: Case, kind: str, issued_on: date = TODAY) -> EvidenceItem:
    """A paper that somebody handed in and somebody else accepted."""
    row = EvidenceItem(
        case_id=case.id,
        worker_id=case.worker_id,
        kind=kind,
        days={"issued_on": issued_on.isoformat()},
        attributes={},
        checks={},
        status=EvidenceStatus.ACCEPTED,
        recorded_by=work.actor.key,
        recorded_at=work.now,
        decided_by=work.actor.key,
        decided_on=work.today,
    )
    work.session.add(row)
    work.session.flush()
    return row


def finish(database: Database, world: World, catalogue: Catalogue, case: Case, police_issued: date = TODAY) -> None:
    """Every paper is there and every stage signed off: the case is cleared."""
    who = world[Role.CASEWORKER]
    with database.write(who) as work:
        accept(work, case, "police", police_issued)
        for kind in ("contract", "attendance", "ticket"):
            accept(work, case, kind)
    for name in ("papers", "course"):
        database.run(who, cases.sign_off, catalogue, case.id, name)
    clear(database, catalogue, case)


def clear(database: Database, catalogue: Catalogue, case: Case) -> None:
    """What the engine does with a departure that is ready."""
    database.run(ENGINE, cases.sign_off, catalogue, case.id, "leaving")
