"""Nobody but the medical role, and the clinic for what it entered itself, reads anything medical: tried everywhere.

A distinctive word stands in every field that may hold something medical. Then everybody else reads all that there is:
every address of the site, the links found on its pages, files, the command line, and the files of the installation.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlmodel import SQLModel, col, select
from typer.main import get_command
from typer.testing import CliRunner

from casework.accounts.tables import Account
from casework.audit.tables import AuditEvent
from casework.batches.tables import Batch
from casework.cases.tables import Case
from casework.certificates.tables import Certificate
from casework.clinics.tables import ClinicAppointment
from casework.concessions.tables import Concession
from casework.evidence.tables import EvidenceItem
from casework.medical.tables import Care, MedicalExamination, SecondOpinion
from casework.organisations.tables import Organisation
from casework.travel.tables import Itinerary
from cli.demo import people
from cli.main import app
from dashboard import addresses
from dashboard.routes import ROUTERS
from tests.dashboard import bench, medical_words
from tests.dashboard.bench import Bench, Person
from tests.dashboard.medical_words import (
    CLINIC,
    FOREIGN,
    OF_CLINIC,
    OFFICER,
    OTHER_CLINIC,
    OUTCOME,
    OUTCOME_CODE,
    SECOND,
    WORDS,
    found_in,
)
from tests.support.once import once

READERS = ("arta", "mira", "luan", "ilir", "agron", "audit", "admin", "blerim", CLINIC, OTHER_CLINIC, "", *FOREIGN)
"""Everybody but the office's medical officer; "" is somebody who is not signed in."""
OUTCOMES = frozenset({OUTCOME, OUTCOME_CODE})
OWN: Mapping[str, frozenset[str]] = {
    CLINIC: OF_CLINIC,
    OTHER_CLINIC: OUTCOMES | {SECOND},  # the outcomes stand in its form as answers to choose from
    "arta": frozenset({OUTCOME}),
    "mira": frozenset({OUTCOME}),
}
"""What a clinic may read because it was entered for it, and who works on the case because the certificate says it."""
NEAR = ("medical", "/waivers", "/appointment", "/case.json", "/sheet", "/audits/reports")
"""Parts of the addresses that the quick tests try; the deep ones try all."""
_COMBINATIONS = 40
_LINKS = 150
_HREF = re.compile(r'href="(/[^"#]*)')


@dataclass(frozen=True)
class Site:
    """A home with the words planted, the case they are of, and every address that can be filled in."""

    bench: Bench
    case: Case
    addresses: tuple[str, ...]


@pytest.fixture(scope="module")
def site(played_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    def make(folder: Path) -> None:
        shutil.copytree(played_home, folder, dirs_exist_ok=True)
        made = bench.reopened(folder)
        with made.installation.database.read() as session:
            case_id = session.exec(select(Case.id)).one()
        medical_words.plant(made, case_id)
        made.work()
        made.installation.database.engine.dispose()

    shared = once(tmp_path_factory, "medical-words", make)
    own = tmp_path_factory.mktemp("medical-words") / "home"
    shutil.copytree(shared, own)
    opened = bench.reopened(own)
    with opened.installation.database.read() as session:
        case = session.exec(select(Case)).one()
    return Site(opened, case, tuple(_filled(opened, case)))


def _filled(made: Bench, case: Case) -> Iterator[str]:
    """Every GET address of the site, filled in with what there is."""
    values = _values(made, case)
    for router in ROUTERS:
        for route in router.routes:
            if not isinstance(route, APIRoute) or "GET" not in (route.methods or ()):
                continue
            names = list(route.param_convertors)
            for chosen in islice(product(*(values.get(name, ()) for name in names)), _COMBINATIONS):
                yield route.path_format.format(**dict(zip(names, chosen, strict=True)))


def _values(made: Bench, case: Case) -> dict[str, list[Any]]:
    with made.installation.database.read() as session:

        def ids(table: type[SQLModel], key: str = "id") -> list[Any]:
            columns: Any = table
            return list(session.exec(select(getattr(columns, key))))

        kinds = col(AuditEvent.kind)
        told = select(AuditEvent.seq).where(kinds.like("medical.%") | kinds.like("waiver.%") | kinds.like("appoint%"))
        version = f"{case.programme_version}"
        return {
            "case_id": [case.id],
            "concession_id": ids(Concession),
            "booking_id": ids(ClinicAppointment, "booking_id"),
            "examination_id": ids(MedicalExamination),
            "opinion_id": ids(SecondOpinion),
            "care_id": ids(Care),
            "item_id": ids(EvidenceItem),
            "document_id": ids(Certificate),
            "batch_id": ids(Batch),
            "organisation_id": ids(Organisation),
            "itinerary_id": ids(Itinerary),
            "user_id": ids(Account),
            "seq": list(session.exec(told)),
            "token": [f"t/{one}" for one in ids(Certificate, "token")][:3],
            "number": [1],
            "span": ["day", "week"],
            "what": ["vaccination", "care", "fit-to-fly", "readings"],
            "part": ["diploma", "language", "ability"],
            "point": ["wage", "insurance"],
            "stage_id": ["medical", "documents", "departure"],
            "name": ["medical", "departure", "overrides", "concessions", "backdated", "privileges"],
            "programme_id": [case.programme_id],
            "version": [version],
        }


def _read_all(site: Site, person: Person, asked: tuple[str, ...], links: int) -> Iterator[tuple[str, set[str]]]:
    """Every address with the words found there; then the links found on the pages, and on theirs."""
    seen, waiting = set(asked), list(asked)
    most = len(asked) + links
    for position in range(most):
        if position >= len(waiting):
            return
        answer = person.client.get(waiting[position])
        yield waiting[position], found_in(answer.content)
        if answer.headers.get("content-type", "").startswith("text/html"):
            for link in _HREF.findall(answer.text):
                address = unescape(link)
                if address not in seen and not address.startswith(("/static", "/sign-out")):
                    seen.add(address)
                    waiting.append(address)


def _quick(site: Site) -> Iterator[str]:
    """The addresses without those that draw a document."""
    return (one for one in site.addresses if not one.endswith("/preview"))


def _leaks(site: Site, name: str, asked: tuple[str, ...], links: int = 0) -> list[tuple[str, set[str]]]:
    with site.bench.visit(name) as person:
        found = [
            (address, words - OWN.get(name, frozenset())) for address, words in _read_all(site, person, asked, links)
        ]
    return [(address, words) for address, words in found if words]


def test_the_medical_officer_reads_every_word_and_leaves_an_event_of_it(site: Site) -> None:
    before = _events(site)
    about = (addresses.case(site.case.id), *(one for one in _quick(site) if "/medical" in one))
    with site.bench.visit(OFFICER) as person:
        read = {word for _address, words in _read_all(site, person, about, 0) for word in words}
    assert read == set(WORDS), "a word that nobody reads was planted in vain"
    assert _events(site) > before


def test_the_clinic_reads_what_it_entered_itself_and_leaves_an_event_of_it(site: Site) -> None:
    before = _events(site)
    mine = tuple(one for one in site.addresses if one.startswith("/appointments/"))
    with site.bench.visit(CLINIC) as person:
        read = {word for _address, words in _read_all(site, person, mine, 0) for word in words}
    assert read == OF_CLINIC
    assert _events(site) > before


def _events(site: Site) -> int:
    with site.bench.installation.database.read() as session:
        query = select(AuditEvent.seq).where(col(AuditEvent.kind).in_(["medical.viewed", "waiver.viewed"]))
        return len(session.exec(query).all())


@pytest.mark.parametrize("name", ["arta", "agron", OTHER_CLINIC])
def test_nobody_else_reads_a_word_on_pages_about_health(site: Site, name: str) -> None:
    near = tuple(one for one in _quick(site) if any(part in one for part in NEAR))
    assert len(near) > 30
    assert _leaks(site, name, near) == []


@pytest.mark.deep
@pytest.mark.parametrize("name", READERS)
def test_nobody_else_reads_a_word_at_any_address_or_by_any_link(site: Site, name: str) -> None:
    assert len(site.addresses) > 150
    assert _leaks(site, name, site.addresses, _LINKS) == []


def test_every_address_about_a_case_was_tried(site: Site) -> None:
    """A new route with a value that this test does not know would go by unseen."""
    known = set(_values(site.bench, site.case))
    unknown = {
        name
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and "{case_id" in route.path
        for name in set(route.param_convertors) - known
    }
    assert unknown <= {
        *("decision_id", "appeal_id", "original_id", "step_id", "member_id", "act", "measure_id", "cost_id"),
    }


def test_the_files_of_the_installation_hold_no_word(site: Site) -> None:
    home = site.bench.installation.settings.home
    files = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.suffix.startswith(".sqlite") or path.suffix == ".db" for path in files)
    assert [(path.name, found) for path in files if (found := found_in(path.read_bytes(), set(WORDS) - _CODES))] == []


_CODES = {medical_words.VACCINE, *OUTCOMES}
"""Words of programmes and forms as well."""


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    inside = getattr(command, "commands", None)
    if inside is not None:
        for name, inner in inside.items():
            yield from _commands(inner, (*path, name))
    else:
        yield path, command


def _reading(site: Site) -> Iterator[list[str]]:
    """The commands that act as somebody and need no more than a case, a document or nothing."""
    with site.bench.installation.database.read() as session:
        numbers = list(session.exec(select(Certificate.number).where(Certificate.kind == "medical")))
    given = {"case": [site.case.reference], "number": numbers, "document": numbers, "code": [], "programme_id": []}
    for path, command in _commands(get_command(app)):
        options = {name for param in command.params for name in param.opts}
        needed = [param for param in command.params if param.required]
        if "--as" not in options or len(needed) > 1 or any(param.param_type_name != "argument" for param in needed):
            continue
        values = given.get(needed[0].name or "", []) if needed else [""]
        for value in values:
            yield [*path, *([value] if value else []), *(["--json"] if "--json" in options else [])]


@pytest.mark.deep
@pytest.mark.parametrize("name", [one for one in READERS if one])
def test_nobody_else_reads_a_word_on_the_command_line(
    site: Site, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(site.bench.installation.settings.home, home)
    monkeypatch.chdir(tmp_path)
    tried = 0
    for arguments in _reading(site):
        result = CliRunner().invoke(
            app, [*arguments, "--as", people.address(name)], env={"PREDEPARTURE_HOME": str(home)}
        )  # fmt: skip
        tried += result.exit_code == 0
        leaked = found_in(result.output.encode()) - OWN.get(name, frozenset()) - {medical_words.VACCINE}
        assert leaked == set(), arguments
    made = [path for path in tmp_path.rglob("*") if path.is_file() and home not in path.parents]
    assert [(path.name, words) for path in made if (words := found_in(path.read_bytes()))] == []
    assert tried > 0


def test_the_word_of_a_planted_row_is_found_where_it_may_stand() -> None:
    """The search itself finds what is there: in texts, packed files and upper case."""
    assert found_in(b"... QxFinding ...") == {"qxfinding"}
