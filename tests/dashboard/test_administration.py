"""Administration through real pages: users, organisations with licences, watch lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from casework.accounts.tables import Account
from casework.organisations.tables import Licence, LicencePurpose, Organisation
from casework.security.tables import WatchList
from cli import demo_data
from cli.demo import people
from dashboard import addresses
from tests.dashboard.bench import ADDRESS, Bench, Person

PASSWORD = "twelve letters and more"
USER = {
    "name": "New Colleague",
    "title": "Caseworker",
    "email": "New.Colleague@demo.example.org",
    "role": "caseworker",
    "organisation": people.OFFICE,
    "password": PASSWORD,
}
AGENCY = {"kind": "agency", "name": "New Agency", "code": "newag", "country": "XK", "office": people.OFFICE}
OFFICE = {"kind": "office", "name": "Peja", "code": "PEJA", "country": "XK", "time_zone": "Europe/Belgrade"}


@pytest.fixture
def site(peopled_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    return copied(peopled_home)


@pytest.fixture
def admin(site: Bench) -> Iterator[Person]:
    with site.visit("admin") as person:
        yield person


def account_of(site: Bench, name: str) -> Account:
    with site.installation.database.read() as session:
        return session.exec(select(Account).where(Account.email == people.address(name))).one()


def signs_in(site: Bench, email: str, password: str) -> bool:
    with site.visit() as person:
        return person.client.post(addresses.SIGN_IN, data={"login": email, "password": password}).status_code == 303


def test_a_new_user_can_sign_in_and_be_disabled_and_enabled_again(site: Bench, admin: Person) -> None:
    assert admin.post(addresses.NEW_USER, USER) == addresses.USERS + "?done=user-added"
    email = USER["email"].lower()
    assert email in admin.get(addresses.USERS)
    assert signs_in(site, email, PASSWORD)
    user_id = account_of(site, "new.colleague").id
    admin.post(addresses.user(user_id, "disable"), {})
    assert "1 disabled" in admin.get(addresses.USERS)
    assert not signs_in(site, email, PASSWORD)
    admin.post(addresses.user(user_id, "enable"), {})
    assert signs_in(site, email, PASSWORD)


def test_disabling_ends_the_open_sessions(site: Bench, admin: Person) -> None:
    with site.visit("arta") as caseworker:
        caseworker.get(addresses.WORK)
        admin.post(addresses.user(account_of(site, "arta").id, "disable"), {})
        assert caseworker.client.get(addresses.WORK).status_code == 303


def test_nobody_disables_their_own_account(site: Bench, admin: Person) -> None:
    own = account_of(site, "admin").id
    assert addresses.user(own, "disable") not in admin.get(addresses.USERS)
    admin.post(addresses.user(own, "disable"), {}, status=403)


def test_a_new_password_takes_the_place_of_the_old_one(site: Bench, admin: Person) -> None:
    user_id = account_of(site, "arta").id
    address = addresses.user(user_id, "password")
    assert "Arta Gashi" in admin.get(address)
    assert "too short" in admin.post(address, {"password": "short"}, status=422)
    admin.post(address, {"password": PASSWORD})
    assert signs_in(site, people.address("arta"), PASSWORD)
    assert not signs_in(site, people.address("arta"), people.PASSWORD)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"email": "nobody"}, "like name@example.org"),
        ({"email": people.address("arta")}, "already"),
        ({"password": "short"}, "too short"),
        ({"organisation": people.AGENCY}, "of the kind office"),
        ({"role": "king"}, "choose one of the answers"),
        ({"name": ""}, "fill this in"),
    ],
)
def test_a_user_that_cannot_be_is_said_at_the_field_and_the_form_keeps_what_was_typed(
    admin: Person, change: dict[str, str], said: str
) -> None:
    page = admin.post(addresses.NEW_USER, USER | change, status=422)
    assert said in page
    assert 'aria-invalid="true"' in page
    assert 'value="Caseworker"' in page
    assert PASSWORD not in page


def test_a_new_agency_gets_a_licence(site: Bench, admin: Person) -> None:
    address = admin.post(addresses.NEW_ORGANISATION, AGENCY).partition("?")[0]
    assert "None is recorded" in admin.get(address)
    assert "none recorded" in admin.get(addresses.ORGANISATIONS)
    last = (site.today + timedelta(days=30)).isoformat()
    licence = {"number": "L-1", "authority": "Ministry", "valid_from": site.today.isoformat(), "valid_until": last}
    wrong = admin.post(address + "/licences", licence | {"valid_until": "2020-01-01"}, status=422)
    assert "ends before it begins" in wrong
    admin.post(address + "/licences", licence)
    assert "valid until" in admin.get(address)
    with site.installation.database.read() as session:
        row = session.exec(select(Licence).where(Licence.number == "L-1")).one()
        assert row.purpose is LicencePurpose.RECRUITMENT
        assert session.get_one(Organisation, row.organisation_id).code == "NEWAG"


def test_an_office_has_a_time_zone_and_no_licence(site: Bench, admin: Person) -> None:
    address = admin.post(addresses.NEW_ORGANISATION, OFFICE).partition("?")[0]
    page = admin.get(address)
    assert "Europe/Belgrade" in page
    assert "Add the licence" not in page
    licence = {"number": "1", "authority": "M", "valid_from": "2026-01-01", "valid_until": "2027-01-01"}
    admin.post(address + "/licences", licence, status=422)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (OFFICE | {"time_zone": ""}, "needs its time zone"),
        (OFFICE | {"time_zone": "Mars/Olympus"}, "time zone is not known"),
        (OFFICE | {"office": people.OFFICE}, "works with no other office"),
        (AGENCY | {"office": ""}, "choose the office"),
        (AGENCY | {"code": people.AGENCY.lower()}, "is taken"),
        (AGENCY | {"country": "ZZ"}, "choose one of the answers"),
    ],
)
def test_an_organisation_that_cannot_be_is_said_at_the_field(admin: Person, values: dict[str, str], said: str) -> None:
    page = admin.post(addresses.NEW_ORGANISATION, values, status=422)
    assert said in page
    assert 'aria-invalid="true"' in page


def test_a_watch_list_is_loaded_whole_or_not_at_all(site: Bench, admin: Person) -> None:
    data = {"name": "Second list", "format": "csv"}
    page = admin.post(addresses.WATCH_LISTS, data, {"file": ("a.csv", b"no list at all")}, status=422)
    assert 'id="watch-list-file-error"' in page
    good = {"file": ("watch.csv", demo_data.watch_list())}
    assert admin.post(addresses.WATCH_LISTS, data, good).endswith("list-loaded")
    assert admin.post(addresses.WATCH_LISTS, data, good).endswith("list-unchanged")
    page = admin.get(addresses.WATCH_LISTS)
    assert "Second list" in page
    assert "Demo watch list" in page
    with site.installation.database.read() as session:
        assert len(session.exec(select(WatchList)).all()) == 2


def test_markup_in_a_name_is_text(admin: Person) -> None:
    admin.post(addresses.NEW_USER, USER | {"name": "<b>Bold</b>"})
    page = admin.get(addresses.USERS)
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
    assert "<b>Bold" not in page


PAGES = (
    addresses.USERS,
    addresses.NEW_USER,
    addresses.ORGANISATIONS,
    addresses.NEW_ORGANISATION,
)


@pytest.mark.parametrize("name", ["arta", "mira", "luan", "teuta", "ilir", "agron", "audit"])
def test_administration_is_for_administrators(peopled_home: Path, site: Bench, name: str) -> None:
    user_id = account_of(site, "besnik").id
    organisation_id = site.cast.organisations[people.AGENCY].id
    with site.visit(name) as person:
        for address in (*PAGES, addresses.user(user_id, "password"), addresses.organisation(organisation_id)):
            person.get(address, 403)
        for address in (
            addresses.NEW_USER,
            addresses.NEW_ORGANISATION,
            addresses.WATCH_LISTS,
            addresses.user(user_id, "disable"),
            addresses.user(user_id, "enable"),
            addresses.user(user_id, "password"),
            addresses.organisation(organisation_id, "licences"),
        ):
            person.post(address, {"password": PASSWORD}, status=403)


def test_a_form_without_its_token_is_refused(site: Bench, admin: Person) -> None:
    user_id = account_of(site, "arta").id
    answer = admin.client.post(addresses.user(user_id, "disable"), headers={"origin": ADDRESS})
    assert answer.status_code == 403
    assert account_of(site, "arta").active


def test_an_unknown_user_or_organisation_is_not_there(admin: Person) -> None:
    admin.get(addresses.user(UUID(int=1), "password"), 404)
    admin.get(addresses.organisation(UUID(int=1)), 404)
    admin.post(addresses.user(UUID(int=1), "enable"), {}, status=404)


def test_an_administrator_sees_no_case(admin: Person) -> None:
    page = admin.get(addresses.USERS)
    assert re.search(r'href="/cases"', page) is None
    admin.get(addresses.DOCUMENTS, 403)
