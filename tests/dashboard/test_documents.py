"""The register through real pages: who sees which number, what its evidence says, who may have the file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from basis.roles import Role
from casework.accounts import service as accounts
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.rules import EndKind
from casework.certificates.tables import Certificate, CertificateState
from casework.organisations import service as organisations
from casework.organisations.service import AddOrganisation
from casework.organisations.tables import OrganisationKind
from cli.demo import people
from dashboard import addresses
from tests.dashboard.bench import Bench, Person

KINDS = (
    "documents", "security", "qualifications", "medical", "orientation", "loan", "general", "departure",
)  # fmt: skip


def rows(site: Bench) -> dict[str, Certificate]:
    with site.installation.database.read() as session:
        return {row.kind: row for row in session.exec(select(Certificate))}


@pytest.fixture
def auditor(played: Bench) -> Iterator[Person]:
    with played.visit("audit") as person:
        yield person


def test_the_register_lists_every_number_with_its_case_and_its_standing(played: Bench, auditor: Person) -> None:
    page = auditor.get(addresses.DOCUMENTS)
    for row in rows(played).values():
        assert row.number in page
        assert row.sha256[:12] in page
    assert "BB-0001" in page
    assert "Limani" not in page


def test_filters_are_in_the_address_and_unknown_ones_are_refused(played: Bench, auditor: Person) -> None:
    all_rows = rows(played)
    page = auditor.get(addresses.DOCUMENTS + "?kind=medical&status=valid")
    assert all_rows["medical"].number in page
    assert all_rows["security"].number not in page
    assert "No document fits" in auditor.get(addresses.DOCUMENTS + "?status=revoked")
    assert "No document fits" in auditor.get(addresses.DOCUMENTS + "?number=%25")
    assert all_rows["loan"].number in auditor.get(addresses.DOCUMENTS + f"?number={all_rows['loan'].number.lower()}")
    assert "No document fits" in auditor.get(addresses.DOCUMENTS + "?until=2020-01-01")
    for wrong in ("?color=red", "?kind=none", "?status=sold", "?since=yesterday", "?page=x"):
        auditor.get(addresses.DOCUMENTS + wrong, 422)


def test_the_register_can_be_taken_as_a_file(played: Bench, auditor: Person) -> None:
    text = auditor.get(addresses.REGISTER_FILE + "?kind=medical")
    assert rows(played)["medical"].sha256 in text
    assert text.count("\n") == 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_evidence_page_checks_the_file_anew_and_every_check_passes(
    played: Bench, auditor: Person, kind: str
) -> None:
    row = rows(played)[kind]
    page = auditor.get(addresses.document(row.id))
    assert "Every check passed" in page
    assert row.sha256 in page
    assert "byte for byte" in page
    assert "certificate.issued" in page
    assert "signed off" in page
    assert "Driton" not in page


def test_a_file_that_was_changed_in_the_archive_fails(played_home: Path, copied: Callable[[Path], Bench]) -> None:
    site = copied(played_home)
    row = rows(site)["orientation"]
    name = str(row.id)
    path = site.installation.settings.archive / name[-2:] / name
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    with site.visit("audit") as auditor:
        assert "1 check failed" in auditor.get(addresses.document(row.id))
        path.unlink()
        page = auditor.get(addresses.document(row.id))
        assert "1 check failed" in page
        assert "does not have this document" in page


def test_a_number_that_ended_while_its_sign_off_stands_is_found(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    row = rows(site)["orientation"]
    with site.installation.database.write(ENGINE) as work:
        found = work.session.get_one(Certificate, row.id)
        found.end_kind, found.ended_on = EndKind.REVOKED, work.today
        work.session.add(found)
    with site.visit("audit") as auditor:
        assert "stands otherwise than the register does" in auditor.get(addresses.document(row.id))


def test_a_void_number_has_a_page_and_no_file(played_home: Path, copied: Callable[[Path], Bench]) -> None:
    site = copied(played_home)
    row = rows(site)["orientation"]
    with site.installation.database.write(ENGINE) as work:
        found = work.session.get_one(Certificate, row.id)
        found.state = CertificateState.VOID
        work.session.add(found)
    with site.visit("audit") as auditor:
        page = auditor.get(addresses.document(row.id))
        assert "never given again" in page
        assert "Download the PDF" not in page
        auditor.get(addresses.document(row.id, "file"), 404)


MAY_READ = {
    "arta": set(KINDS),
    "mira": set(KINDS),
    "audit": set(KINDS),
    "luan": set(KINDS) - {"medical"},
    "teuta": {"medical"},
    "ilir": {"loan"},
    "agron": set(KINDS) - {"medical", "security", "loan"},
    "admin": set(),
}


@pytest.mark.parametrize("name", MAY_READ)
def test_the_file_is_for_those_whose_role_may_have_it(played: Bench, name: str) -> None:
    with played.visit(name) as person:
        answers = {kind: person.client.get(addresses.document(row.id, "file")) for kind, row in rows(played).items()}
    assert {kind for kind, answer in answers.items() if answer.status_code == 200} & set(KINDS) == MAY_READ[name]
    for answer in answers.values():
        if answer.status_code == 200:
            assert answer.content.startswith(b"%PDF-")
            assert answer.headers["content-disposition"].startswith("attachment")


def test_whoever_takes_a_file_leaves_an_event(played: Bench, auditor: Person) -> None:
    row = rows(played)["loan"]
    before = _reads(played, row)
    auditor.client.get(addresses.document(row.id, "file"))
    after = _reads(played, row)
    assert len(after) == len(before) + 1
    assert after[-1].actor == played.cast["audit"].key
    assert json.loads(after[-1].body)["data"] == {"number": row.number}


def _reads(site: Bench, row: Certificate) -> list[AuditEvent]:
    with site.installation.database.read() as session:
        query = select(AuditEvent).where(
            AuditEvent.kind == "certificate.read", AuditEvent.subject == f"certificate/{row.id}"
        )
        return list(session.exec(query.order_by(AuditEvent.seq)))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["luan", "teuta", "ilir", "agron", "admin"])
def test_the_register_is_not_for_every_role(played: Bench, name: str) -> None:
    with played.visit(name) as person:
        person.get(addresses.DOCUMENTS, 403)
        person.get(addresses.REGISTER_FILE, 403)
        person.get(addresses.document(rows(played)["loan"].id), 403)


def test_a_caseworker_reads_that_security_was_signed_off_and_not_by_whom(played: Bench) -> None:
    row = rows(played)["security"]
    with played.visit("arta") as caseworker:
        page = caseworker.get(addresses.document(row.id))
    assert "a security officer" in page
    assert "Berisha" not in page
    assert "Morina" not in page


def test_another_office_and_another_agency_find_nothing(played_home: Path, copied: Callable[[Path], Bench]) -> None:
    site = copied(played_home)
    database = site.installation.database
    office = AddOrganisation(kind=OrganisationKind.OFFICE, code="PEJA", name="Peja", country="XK")
    database.run(ENGINE, organisations.add, office)
    agency = AddOrganisation(kind=OrganisationKind.AGENCY, code="OTHER", name="Other", country="XK", office="PEJA")
    database.run(ENGINE, organisations.add, agency)
    for name, role, code in (("peja", Role.CASEWORKER, "PEJA"), ("other", Role.AGENCY_USER, "OTHER")):
        command = accounts.AddAccount(
            email=people.address(name), name=name, role=role, organisation=code, password=people.PASSWORD
        )
        database.run(ENGINE, accounts.add, command)
    row = rows(site)["orientation"]
    with site.visit("peja") as caseworker:
        assert "No document fits" in caseworker.get(addresses.DOCUMENTS)
        caseworker.get(addresses.document(row.id), 404)
    with site.visit("other") as clerk:
        clerk.get(addresses.document(row.id, "file"), 404)


def test_a_number_that_is_not_there_is_a_page(auditor: Person) -> None:
    auditor.get(addresses.document(UUID(int=1)), 404)
    auditor.get("/documents/nothing", 422)
