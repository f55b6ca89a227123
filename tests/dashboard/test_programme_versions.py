"""Versions of programmes through real pages: drafted, published by a second person, suspended, migrated and undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.programmes import service
from casework.programmes.tables import ProgrammeMigration, ProgrammeVersion
from casework.work import Work
from cli.demo import people
from dashboard import addresses
from tests.dashboard.bench import ADDRESS, Bench
from tests.support import factories
from tests.support.versions import CORRIDOR, FIRST, SECOND, corridor, second

RULES = addresses.version_rules(CORRIDOR)


@pytest.fixture
def site(peopled_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    return copied(peopled_home)


def file(content: bytes) -> dict[str, tuple[str, bytes]]:
    return {"file": ("corridor.yaml", content)}


def digest_of(site: Bench, version: str) -> str:
    with site.installation.database.read() as session:
        return session.exec(select(ProgrammeVersion.digest).where(ProgrammeVersion.version == version)).one()


def draft(site: Bench, content: bytes) -> None:
    catalogue = site.installation.catalogue
    site.installation.database.run(site.cast["admin"], service.draft, catalogue, "corridor.yaml", content)


def publish(site: Bench, version: str) -> None:
    catalogue = site.installation.catalogue
    site.installation.database.run(site.cast["mira"], service.publish, catalogue, CORRIDOR, version)


def opened_on_the_first(site: Bench, *references: str) -> None:
    """Cases on the first version, at the demo's office."""

    def open_them(work: Work) -> None:
        pinned: dict[str, Any] = {"programme_id": CORRIDOR, "programme_version": FIRST}
        pinned["programme_digest"] = digest_of(site, FIRST)
        for reference in references:
            factories.case(work, site.cast.organisations[people.OFFICE], reference=reference, **pinned)

    site.installation.database.run(ENGINE, open_them)


def test_a_draft_is_handed_in_read_and_published_by_a_second_person(site: Bench) -> None:
    wrong = corridor().replace(b"currency", b"curency").replace(b"minimum_age: 18", b"minimum_age: x")
    address, act = addresses.version(CORRIDOR, FIRST), addresses.version(CORRIDOR, FIRST, "publish")
    with site.visit("admin") as admin, site.visit("mira") as supervisor:
        page = admin.post(addresses.VERSIONS, {}, file(wrong), status=422)
        assert "corridor.yaml:6" in page
        assert "Did you mean currency?" in page
        assert "choose a file" in admin.post(addresses.VERSIONS, {}, status=422)
        assert admin.post(addresses.VERSIONS, {}, file(corridor())) == address + "?done=version-drafted"
        page = admin.get(address)
        assert "first version of this programme" in page
        assert "A sample worker" in page
        assert "Publish version" not in page
        assert "draft waits for a second person" in admin.get(addresses.VERSIONS)

        read = digest_of(site, FIRST)
        assert "tick this to go on" in supervisor.post(act, {"digest": read}, status=422)
        draft(site, corridor(head="summary: Other"))
        assert "handed in anew" in supervisor.post(act, {"digest": read, "read": "yes"}, status=409)
        given = {"digest": digest_of(site, FIRST), "read": "yes"}
        assert supervisor.post(act, given) == RULES + "?done=version-published"
        assert "published already" in supervisor.post(act, given, status=409)
        assert "published already" in admin.post(addresses.VERSIONS, {}, file(corridor()), status=422)

        draft(site, second())
        page = supervisor.get(addresses.version(CORRIDOR, SECOND))
        assert "Compared with version" in page
        assert "stricter" in page
        admin.post(addresses.version(CORRIDOR, SECOND, "discard"), {})
        admin.get(addresses.version(CORRIDOR, SECOND), 404)


def test_the_cases_go_there_and_back(site: Bench) -> None:
    for content, version in ((corridor(), FIRST), (second(), SECOND)):
        draft(site, content)
        publish(site, version)
    opened_on_the_first(site, "TC-1", "TC-2")
    with site.visit("mira") as supervisor:
        assert "Move live cases to a newer version" in supervisor.get(RULES)
        preview = supervisor.get(addresses.query(RULES + "/migration", old=FIRST, new=SECOND))
        assert "Move 2 cases to" in preview
        assert "TC-2" in preview
        page = supervisor.get(supervisor.post(RULES + "/migration", {"old": FIRST, "new": SECOND}))
        assert "The cases were moved" in page
        assert "TC-1" in page
        with site.installation.database.read() as session:
            migration = session.exec(select(ProgrammeMigration)).one()
        page = supervisor.get(supervisor.post(f"{RULES}/migrations/{migration.id}/undo", {}))
        assert "went back" in page
        assert "undone" in supervisor.get(RULES)
        with site.installation.database.read() as session:
            case = session.exec(select(Case).where(Case.reference == "TC-1")).one()
        assert case.programme_version == FIRST
        assert "version was changed from" in supervisor.get(addresses.case(case.id))
        supervisor.get(addresses.version_rules("no-such"), 404)
        supervisor.get(addresses.version(people.PROGRAMME, "2027.1"), 404)
        supervisor.get(RULES + "/migration", 422)
        supervisor.get(addresses.query(RULES + "/migration", old="1.1", new=FIRST), 404)
        supervisor.get(addresses.query(RULES + "/migration", older="1.1"), 422)
        assert supervisor.client.post(addresses.VERSIONS, headers={"origin": ADDRESS}).status_code == 403


def test_a_suspended_programme_says_so_on_its_cases_until_it_is_lifted(opened: Bench) -> None:
    rules = addresses.version_rules(people.PROGRAMME)
    with opened.visit("admin") as admin:
        assert "fill this in" in admin.post(rules + "/suspend", {"reason": ""}, status=422)
        admin.post(rules + "/suspend", {"reason": "The <border> is closed."})
        assert "&lt;border&gt; is closed" in admin.get(rules)
        assert "Lift the suspension" not in admin.get(rules)
        admin.post(rules + "/suspend", {"reason": "Again"}, status=409)
    opened.work()
    with opened.installation.database.read() as session:
        case_id = session.exec(select(Case.id).limit(1)).one()
    with opened.visit("mira") as supervisor:
        page = supervisor.get(addresses.case(case_id))
        assert "Clearances are suspended" in page
        assert "&lt;border&gt; is closed" in page
        assert "Clearances are suspended" in supervisor.get(addresses.case(case_id, "sheet"))
        supervisor.post(rules + "/lift", {})
        assert "Clearances are suspended" not in supervisor.get(addresses.case(case_id))
        assert "The &lt;border&gt; is closed" in supervisor.get(rules)


@pytest.mark.parametrize("name", ["arta", "audit"])
def test_only_who_may_reaches_the_versions(site: Bench, name: str) -> None:
    draft(site, corridor())
    reading = 200 if name == "audit" else 403
    with site.visit(name) as person:
        for address in (addresses.VERSIONS, RULES, addresses.version(CORRIDOR, FIRST)):
            person.get(address, reading)
        person.get(addresses.query(RULES + "/migration", old=FIRST, new=SECOND), 403)
        for address in (
            addresses.VERSIONS,
            addresses.version(CORRIDOR, FIRST, "publish"),
            addresses.version(CORRIDOR, FIRST, "discard"),
            RULES + "/suspend",
            RULES + "/lift",
            RULES + "/migration",
        ):
            person.post(address, {"digest": "x", "old": FIRST, "new": SECOND}, status=403)
