"""Batches through real pages: upload, check, submit, progress; and whose they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from basis.roles import Role
from casework.accounts import service as accounts
from casework.actor import ENGINE
from casework.batches.check import check
from casework.batches.tables import Batch
from casework.organisations import service as organisations
from casework.organisations.service import AddOrganisation
from casework.organisations.tables import OrganisationKind
from cli.demo import people
from dashboard import addresses
from dashboard.batch_columns import example_rows
from dashboard.exports import cell, csv_file
from tests.dashboard import bench
from tests.dashboard.bench import Bench, Person

NOTICE = {"notice_version": "2026-3", "notice_language": "sq", "programme": people.PROGRAMME}


@pytest.fixture
def site(peopled_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    return copied(peopled_home)


@pytest.fixture
def agency(site: Bench) -> Iterator[Person]:
    with site.visit("agron") as person:
        yield person


def upload_of(page: str) -> str:
    found = re.search(r'name="upload" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def handed_in(person: Person, data: bytes, name: str = "march.csv", status: int = 200, agency: str = "") -> str:
    chosen = {"agency": agency} if agency else {}
    return person.post(addresses.NEW_BATCH, NOTICE | chosen, {"file": (name, data)}, status=status)


def submitted(person: Person, data: bytes, agency: str = "") -> str:
    """The address of the batch."""
    upload = upload_of(handed_in(person, data, agency=agency))
    return person.post(addresses.SUBMIT_BATCH, {"upload": upload}).partition("?")[0]


def test_an_agency_hands_in_a_file_sees_the_check_submits_it_and_watches_it_become_cases(
    site: Bench, agency: Person
) -> None:
    page = handed_in(agency, bench.batch_file(3, site.today))
    assert "All 3 rows can be taken" in page
    assert "Submit 3 workers" in page
    address = agency.post(addresses.SUBMIT_BATCH, {"upload": upload_of(page)})
    moving = agency.get(address)
    assert "The batch was submitted." in moving
    assert "0 of 3 rows are settled" in moving
    assert "data-poll-on" in moving
    site.work()
    taken = agency.get(address.partition("?")[0])
    assert "All 3 rows are settled" in taken
    assert "data-poll-on" not in taken
    assert "Limani, Driton" in taken
    assert "BALKANWORK-0001" in agency.get(addresses.BATCHES)


def test_the_notice_that_the_agency_names_is_kept_with_the_batch(site: Bench, agency: Person) -> None:
    submitted(agency, bench.batch_file(1, site.today))
    with site.installation.database.read() as session:
        batch = session.exec(select(Batch)).one()
    assert (batch.notice_version, batch.notice_language) == ("2026-3", "sq")


def test_findings_name_row_column_what_is_wrong_and_how_to_mend_it(site: Bench, agency: Person) -> None:
    data = bench.batch_file(3, site.today).replace(b"1996-05-26", b"sometime")
    page = handed_in(agency, data)
    assert "2 of 3 rows can be taken" in page
    assert "Date of birth" in page
    assert "Submit 2 workers; 1 row is left out" in page
    assert "sometime" not in page
    listing = agency.post(addresses.CHECKED_FINDINGS, {"upload": upload_of(page)}, status=200)
    assert "3,Date of birth" in listing
    address = agency.post(addresses.SUBMIT_BATCH, {"upload": upload_of(page)}).partition("?")[0]
    site.work()
    assert "Date of birth" in agency.get(address)
    assert "3,Date of birth" in agency.get(address + "/findings.csv")


def test_the_same_file_again_says_so_and_leads_to_the_batch(site: Bench, agency: Person) -> None:
    data = bench.batch_file(2, site.today)
    first = handed_in(agency, data)
    second = handed_in(agency, data)
    address = agency.post(addresses.SUBMIT_BATCH, {"upload": upload_of(first)})
    again = agency.post(addresses.SUBMIT_BATCH, {"upload": upload_of(second)})
    assert again == address.replace("batch-submitted", "batch-known")
    page = handed_in(agency, data)
    assert "handed in before" in page
    assert "Submit 2 workers" not in page
    assert address.partition("?")[0] in page


@pytest.mark.parametrize(
    ("name", "data"), [("a.csv", b"%PDF-1.7"), ("a.xlsx", b"PK\x03\x04"), ("a.csv", b"only one line of text")]
)
def test_a_file_that_is_no_list_is_said_at_its_field(agency: Person, name: str, data: bytes) -> None:
    page = handed_in(agency, data, name, status=422)
    assert 'id="batch-file-error"' in page or "No row can be taken" in page


def test_a_file_without_a_good_row_cannot_be_submitted(site: Bench, agency: Person) -> None:
    page = handed_in(agency, bench.batch_file(0, site.today))
    assert "No row can be taken" in page
    assert "Submit" not in page


def test_a_form_without_a_file_is_shown_again(agency: Person) -> None:
    page = agency.post(addresses.NEW_BATCH, NOTICE, {"other": ("", b"")}, status=422)
    assert "choose a file" in page


def test_the_kept_file_is_sealed_and_gone_after_submission(site: Bench, agency: Person) -> None:
    folder = site.installation.settings.home / "uploads"
    page = handed_in(agency, bench.batch_file(1, site.today))
    kept = list(folder.iterdir())
    assert len(kept) == 1
    assert b"Limani" not in kept[0].read_bytes()
    assert kept[0].stat().st_mode & 0o777 == 0o600
    agency.post(addresses.SUBMIT_BATCH, {"upload": upload_of(page)})
    assert list(folder.iterdir()) == []
    assert "no longer here" in agency.post(addresses.SUBMIT_BATCH, {"upload": upload_of(page)}, status=404)


def test_a_kept_file_is_its_owners_alone(site: Bench, agency: Person) -> None:
    upload = upload_of(handed_in(agency, bench.batch_file(1, site.today)))
    with site.visit("mira") as supervisor:
        supervisor.post(addresses.SUBMIT_BATCH, {"upload": upload}, status=404)
        supervisor.post(addresses.SUBMIT_BATCH, {"upload": "../../keys/vault.key"}, status=404)


def test_a_supervisor_hands_in_for_an_agency_of_the_office(site: Bench) -> None:
    with site.visit("mira") as supervisor:
        agency_id = str(site.cast.organisations[people.AGENCY].id)
        address = submitted(supervisor, bench.batch_file(1, site.today), agency=agency_id)
        assert "Balkan Work Agency" in supervisor.get(address)
        other = str(site.cast.organisations[people.CLINIC].id)
        handed_in(supervisor, bench.batch_file(1, site.today), status=422, agency=other)


@pytest.mark.parametrize("name", ["luan", "teuta", "ilir", "audit", "admin"])
def test_who_has_nothing_to_do_with_batches_is_refused(site: Bench, name: str) -> None:
    with site.visit(name) as person:
        person.get(addresses.BATCHES, 403)
        person.get(addresses.NEW_BATCH, 403)


def test_a_caseworker_sees_batches_and_hands_none_in(site: Bench, agency: Person) -> None:
    address = submitted(agency, bench.batch_file(1, site.today))
    with site.visit("arta") as caseworker:
        assert "Hand in a batch" not in caseworker.get(addresses.BATCHES)
        assert "March" not in caseworker.get(address)
        caseworker.get(addresses.NEW_BATCH, 403)


def test_another_agency_finds_nothing_there(site: Bench, agency: Person) -> None:
    address = submitted(agency, bench.batch_file(1, site.today))
    _second_agency(site)
    with site.visit("other") as other:
        other.get(address, 404)
        other.get(address + "/findings.csv", 404)
        assert "BALKANWORK" not in other.get(addresses.BATCHES)


def test_an_agency_without_a_licence_is_told_at_once(site: Bench) -> None:
    _second_agency(site)
    with site.visit("other") as other:
        page = handed_in(other, bench.batch_file(1, site.today), status=422)
        assert "no recruitment licence" in page


def _second_agency(site: Bench) -> None:
    command = AddOrganisation(
        kind=OrganisationKind.AGENCY, code="OTHER", name="Other Agency", country="XK", office=people.OFFICE
    )
    site.installation.database.run(ENGINE, organisations.add, command)
    account = accounts.AddAccount(
        email=people.address("other"),
        name="Other Clerk",
        role=Role.AGENCY_USER,
        organisation="OTHER",
        password=people.PASSWORD,
    )
    site.installation.database.run(ENGINE, accounts.add, account)


def test_a_filter_that_the_list_does_not_have_is_refused(agency: Person) -> None:
    agency.get(addresses.BATCHES + "?agency=1", 422)
    for wrong in ("0", "000000001" + "9" * 20, "²"):
        agency.get(f"{addresses.BATCHES}?page={wrong}", 422)
    agency.get(addresses.BATCHES + "?page=7")


def test_nobody_gets_in_without_a_session(site: Bench) -> None:
    with site.visit() as nobody:
        assert nobody.client.get(addresses.BATCHES).status_code == 303
        assert nobody.client.post(addresses.NEW_BATCH, data=NOTICE).status_code == 401


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2028, 2, 29), date(2031, 12, 31)])
def test_the_example_file_passes_its_own_check_on_every_day(day: date) -> None:
    data = bytes(csv_file("example.csv", *example_rows(day)).body)
    found = check(data, file_name="example.csv", on=day)
    assert [(one.field, one.code) for one in found.findings] == []
    assert len(found.proposed) == 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_an_exported_cell_computes_nothing(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_an_unknown_batch_is_not_there(agency: Person) -> None:
    agency.get(addresses.batch(UUID(int=1)), 404)
    agency.get("/batches/no-such-thing", 422)
