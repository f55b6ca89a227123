"""The queue of each role, the search, and whose cases they show."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from basis.roles import Role
from casework.accounts import service as accounts
from casework.accounts.service import AddAccount
from casework.actor import ENGINE
from casework.cases.tables import Case, CaseTask
from casework.organisations import service as organisations
from casework.organisations.service import AddOrganisation
from casework.organisations.tables import OrganisationKind
from casework.work import Work
from cli.demo import people
from dashboard import addresses
from tests.dashboard import bench
from tests.dashboard.bench import Bench
from tests.dashboard.filling import send


@pytest.fixture(scope="module")
def looked_at(opened_home: Path) -> Bench:
    """For tests that only look."""
    return bench.reopened(opened_home)


def _references(page: str) -> list[str]:
    return re.findall(r"BB-\d{4}", re.sub(r"the case BB-\d{4}", "", page))


def _case(site: Bench, reference: str) -> Case:
    with site.installation.database.read() as session:
        return session.exec(select(Case).where(Case.reference == reference)).one()


def _due(work: Work, case: Case, days: int) -> None:
    for task in work.session.exec(select(CaseTask).where(CaseTask.case_id == case.id)):
        task.due_on = work.today + timedelta(days=days)
        work.session.add(task)


def test_each_role_begins_where_its_work_is(looked_at: Bench) -> None:
    places = {
        "arta": addresses.WORK,
        "luan": addresses.WORK,
        "agron": addresses.WORK,
        "admin": addresses.USERS,
    }
    for name, place in places.items():
        with looked_at.visit(name) as person:
            assert person.client.get("/").headers["location"] == place


def test_a_caseworker_sees_every_open_case_of_the_office(looked_at: Bench) -> None:
    with looked_at.visit("arta") as person:
        page = person.get(addresses.WORK)
    assert "4 open cases, sorted by risk to the planned departure" in page
    assert sorted(_references(page)) == ["BB-0001", "BB-0002", "BB-0003", "BB-0004"]
    assert "Bring in “Passport”" in page


def test_the_greatest_risk_to_a_departure_stands_first_and_home_cases_last(opened: Bench) -> None:
    for reference, days in (("BB-0001", 20), ("BB-0002", 0), ("BB-0003", -3)):
        opened.installation.database.run(ENGINE, _due, _case(opened, reference), days)
    with opened.visit("arta") as person:
        page = person.get(addresses.WORK)
        assert _references(page) == ["BB-0003", "BB-0002", "BB-0001", "BB-0004"]
        assert "3 days overdue" in page
        assert "due today" in page
        assert _references(person.get(f"{addresses.WORK}?show=overdue")) == ["BB-0003"]
        assert _references(person.get(f"{addresses.WORK}?show=today")) == ["BB-0002"]


def test_a_tile_counts_what_its_link_shows(opened: Bench) -> None:
    opened.installation.database.run(ENGINE, _due, _case(opened, "BB-0001"), 5)
    with opened.visit("mira") as person:
        page = person.get(addresses.WORK)
        tiles = re.findall(r'<a href="(/work[^"]*)"[^>]*><strong class="[^"]*">(\d+)</strong>', page)
        assert len(tiles) == 6
        for address, number in tiles:
            assert len(_references(person.get(address.replace("&amp;", "&")))) == int(number), address


@pytest.mark.parametrize("question", ["shwo=overdue", "show=everything", "owner=somebody", "page=0", "page=two"])
def test_a_filter_nobody_knows_is_refused(looked_at: Bench, question: str) -> None:
    with looked_at.visit("arta") as person:
        person.get(f"{addresses.WORK}?{question}", 422)


def test_an_officer_without_a_task_has_an_empty_queue(looked_at: Bench) -> None:
    for name in ("luan", "ilir"):
        with looked_at.visit(name) as person:
            assert "Nothing waits for you" in person.get(addresses.WORK)


def test_an_agency_sees_its_own_cases_and_what_it_must_bring(looked_at: Bench) -> None:
    with looked_at.visit("agron") as person:
        page = person.get(addresses.WORK)
    assert len(_references(page)) == 4
    assert "the worker" in page
    assert "Whose work" not in page


def test_another_agency_and_another_office_know_of_none_of_it(opened: Bench) -> None:
    opened.installation.database.run(ENGINE, _strangers)
    address = addresses.case(_case(opened, "BB-0001").id)
    for login in ("clerk@other.example.org", "worker@other.example.org"):
        with opened.visit() as person:
            data = {"login": login, "password": people.PASSWORD}
            assert person.client.post(addresses.SIGN_IN, data=data).status_code == 303
            assert _references(person.get(addresses.WORK)) == []
            assert _references(person.get(addresses.CASES)) == []
            for part in ("", "/sheet", "/photo", "/worker", "/loan", "/orientation"):
                assert person.client.get(address + part).status_code in (403, 404), part
            person.get(address, 404)


def _strangers(work: Work) -> None:
    office = AddOrganisation(kind=OrganisationKind.OFFICE, code="OTHER", name="Other office", country="XK")
    agency = AddOrganisation(
        kind=OrganisationKind.AGENCY, code="OTHERS", name="Other agency", country="XK", office="OTHER"
    )
    for command in (office, agency):
        organisations.add(work, command)
    for email, role, code in (
        ("clerk@other.example.org", Role.AGENCY_USER, "OTHERS"),
        ("worker@other.example.org", Role.CASEWORKER, "OTHER"),
    ):
        accounts.add(
            work, AddAccount(email=email, name="Somebody Else", role=role, organisation=code, password=people.PASSWORD)
        )


def test_the_search_finds_by_a_part_of_the_name_without_its_marks_and_by_reference(looked_at: Bench) -> None:
    with looked_at.visit("arta") as person:
        assert _references(person.get(f"{addresses.CASES}?text=bytyqi")) == ["BB-0004"]
        assert _references(person.get(f"{addresses.CASES}?text=BYTYQI+avn")) == ["BB-0004"]
        assert _references(person.get(f"{addresses.CASES}?text=bb-0002")) == ["BB-0002"]
        assert "No case fits these filters" in person.get(f"{addresses.CASES}?text=%25")
        assert "No case fits these filters" in person.get(f"{addresses.CASES}?text=nobody")


def test_the_search_filters_by_stage_status_and_owner(looked_at: Bench) -> None:
    with looked_at.visit("arta") as person:
        assert len(_references(person.get(f"{addresses.CASES}?stage=documents"))) == 4
        assert _references(person.get(f"{addresses.CASES}?stage=departure")) == []
        assert _references(person.get(f"{addresses.CASES}?status=departed")) == []
        assert _references(person.get(f"{addresses.CASES}?owner=me")) == []


def test_a_caseworker_takes_a_case_that_nobody_owns(opened: Bench) -> None:
    case = _case(opened, "BB-0001")
    with opened.visit("arta") as person:
        place = send(person, addresses.case(case.id, "owner"), "owner")
        assert "The case was assigned." in person.get(place)
        assert _references(person.get(f"{addresses.WORK}?owner=me")) == ["BB-0001"]
        assert "BB-0001" not in _references(person.get(f"{addresses.WORK}?show=unassigned"))


def test_only_a_supervisor_gives_a_case_to_somebody_else(opened: Bench) -> None:
    case, besnik = _case(opened, "BB-0001"), opened.cast["besnik"].user_id
    owner = addresses.case(case.id, "owner")
    with opened.visit("arta") as person:
        send(person, owner, "owner", {"owner": str(besnik)}, status=422)
    with opened.visit("mira") as person:
        send(person, owner, "owner", {"owner": str(besnik)})
    with opened.installation.database.read() as session:
        assert session.get_one(Case, case.id).owner_id == besnik


def test_who_is_not_signed_in_signs_in_first_and_comes_back(looked_at: Bench) -> None:
    with looked_at.visit() as person:
        there = person.client.get("/work?show=today").headers["location"]
        assert there == "/sign-in?after=%2Fwork%3Fshow%3Dtoday"
        data = {"login": people.address("arta"), "password": people.PASSWORD, "after": "/work?show=today"}
        assert person.client.post(addresses.SIGN_IN, data=data).headers["location"] == "/work?show=today"


@pytest.mark.parametrize("after", ["//evil.example.org/", "https://evil.example.org", "/\\evil.example.org", "work"])
def test_the_sign_in_leads_nowhere_but_here(looked_at: Bench, after: str) -> None:
    with looked_at.visit() as person:
        data = {"login": people.address("arta"), "password": people.PASSWORD, "after": after}
        assert person.client.post(addresses.SIGN_IN, data=data).headers["location"] == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_sentence(looked_at: Bench) -> None:
    pages = []
    for login in (people.address("arta"), "nobody@example.org"):
        with looked_at.visit() as person:
            answer = person.client.post(addresses.SIGN_IN, data={"login": login, "password": "wrong wrong wrong"})
            assert answer.status_code == 422
            assert not answer.cookies
            pages.append(answer.text.replace(login, ""))
    assert pages[0] == pages[1]


def test_guessing_is_slowed_down(looked_at: Bench) -> None:
    with looked_at.visit() as person:
        data = {"login": people.address("arta"), "password": "wrong wrong wrong"}
        answers = [person.client.post(addresses.SIGN_IN, data=data).status_code for _try in range(11)]
    assert answers[:10] == [422] * 10
    assert answers[10] == 429


def test_the_session_ends_with_the_sign_out_and_its_cookie_is_for_the_server_alone(looked_at: Bench) -> None:
    with looked_at.visit() as person:
        data = {"login": people.address("arta"), "password": people.PASSWORD}
        cookie = person.client.post(addresses.SIGN_IN, data=data).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        token = person.client.cookies["predeparture_session"]
        person.post(addresses.SIGN_OUT, {}, seen=addresses.WORK)
        person.client.cookies.set("predeparture_session", token)
        assert person.client.get(addresses.WORK).status_code == 303


def test_a_form_without_the_sessions_token_changes_nothing(opened: Bench) -> None:
    case = _case(opened, "BB-0001")
    with opened.visit("arta") as person:
        for token in ("", "0" * 64):
            answer = person.client.post(
                addresses.case(case.id, "owner"), data={"_token": token, "version": str(case.version)}
            )
            assert answer.status_code == 403
    with opened.installation.database.read() as session:
        assert session.exec(select(Case).where(col(Case.owner_id).is_not(None))).first() is None
