"""Versions of programmes through real pages: drafted, published by a second person, suspended, migrated and undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.cases.tables import Case
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
    with site.visit("admin") as admin:
        admin.post(addresses.VERSIONS, {}, file(content))


def publish(site: Bench, version: str, status: int = 303, **values: str) -> str:
    given = {"digest": digest_of(site, version), "read": "yes"} | values
    with site.visit("mira") as supervisor:
        return supervisor.post(addresses.version(CORRIDOR, version, "publish"), given, status=status)


def opened(site: Bench, *references: str) -> None:
    """Cases on the first version, at the demo's office."""

    def open_them(work: Work) -> None:
        pinned: dict[str, Any] = {
            "programme_id": CORRIDOR,
            "programme_version": FIRST,
            "programme_digest": digest_of(site, FIRST),
        }
        for reference in references:
            factories.case(work, site.cast.organisations[people.OFFICE], reference=reference, **pinned)

    site.installation.database.run(ENGINE, open_them)


def test_a_version_is_drafted_read_published_and_the_cases_go_there_and_back(site: Bench) -> None:
    with site.visit("admin") as admin:
        address = admin.post(addresses.VERSIONS, {}, file(corridor())).partition("?")[0]
        page = admin.get(address)
        assert "first version of this programme" in page
        assert "A sample worker" in page
        assert "Publish version" not in page
        assert "draft waits for a second person" in admin.get(addresses.VERSIONS)
    assert "tick this to go on" in publish(site, FIRST, 422, read="")
    assert publish(site, FIRST).startswith(RULES)
    opened(site, "TC-1", "TC-2")
    draft(site, second())
    with site.visit("mira") as supervisor:
        page = supervisor.get(addresses.version(CORRIDOR, SECOND))
        assert "Compared with version" in page
        assert "stricter" in page
    publish(site, SECOND)
    with site.visit("mira") as supervisor:
        assert "Move live cases to a newer version" in supervisor.get(RULES)
        preview = supervisor.get(addresses.query(RULES + "/migration", old=FIRST, new=SECOND))
        assert "Move 2 cases to" in preview
        assert "TC-2" in preview
        answer = supervisor.post(RULES + "/migration", {"old": FIRST, "new": SECOND})
        page = supervisor.get(answer)
        assert "The cases were moved" in page
        assert "TC-1" in page
        with site.installation.database.read() as session:
            migration = session.exec(select(ProgrammeMigration)).one()
        page = supervisor.get(supervisor.post(f"{RULES}/migrations/{migration.id}/undo", {}))
        assert "went back" in page
        assert "undone" in supervisor.get(RULES)
    with site.installation.database.read() as session:
        versions = session.exec(select(Case.programme_version).where(Case.programme_id == CORRIDOR)).all()
        assert set(versions) == {FIRST}


def test_a_file_with_faults_is_answered_with_every_line(site: Bench) -> None:
    wrong = corridor().replace(b"currency", b"curency").replace(b"minimum_age: 18", b"minimum_age: x")
    with site.visit("admin") as admin:
        page = admin.post(addresses.VERSIONS, {}, file(wrong), status=422)
        assert "corridor.yaml:6" in page
        assert "Did you mean currency?" in page
        assert "choose a file" in admin.post(addresses.VERSIONS, {}, status=422)
        admin.post(addresses.VERSIONS, {}, file(corridor()))
    publish(site, FIRST)
    with site.visit("admin") as admin:
        page = admin.post(addresses.VERSIONS, {}, file(corridor()), status=422)
        assert "published already" in page


def test_a_draft_that_changed_after_it_was_read_is_not_published(site: Bench) -> None:
    draft(site, corridor())
    read = digest_of(site, FIRST)
    draft(site, corridor(head="summary: Other"))
    assert "handed in anew" in publish(site, FIRST, 409, digest=read)


def test_a_draft_can_be_thrown_away(site: Bench) -> None:
    draft(site, corridor())
    with site.visit("admin") as admin:
        admin.post(addresses.version(CORRIDOR, FIRST, "discard"), {})
        admin.get(addresses.version(CORRIDOR, FIRST), 404)


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


@pytest.mark.parametrize("name", ["arta", "agron", "audit"])
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


def test_what_does_not_exist_is_not_there(site: Bench) -> None:
    with site.visit("mira") as supervisor:
        supervisor.get(addresses.version_rules("no-such"), 404)
        supervisor.get(addresses.version(people.PROGRAMME, "2027.1"), 404)
        supervisor.get(addresses.version_rules(people.PROGRAMME, "migration"), 422)
        address = addresses.version_rules(people.PROGRAMME, "migration")
        supervisor.get(addresses.query(address, old="1.1", new="2027.1"), 404)
        supervisor.get(addresses.query(address, older="1.1"), 422)
        answer = supervisor.client.post(addresses.VERSIONS, headers={"origin": ADDRESS})
        assert answer.status_code == 403
