"""Job orders and records of agencies through real pages: who asks, who decides, who sees what."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from casework.accounts import service as accounts
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.organisations import service as organisations
from casework.organisations.service import AddOrganisation
from casework.organisations.tables import OrganisationKind
from casework.recruitment import claims, orders
from casework.recruitment.tables import JobOrder
from casework.work import Work
from cli.demo import people
from dashboard import addresses
from tests.dashboard import bench
from tests.dashboard.bench import Bench, Person
from tests.dashboard.playing import case_of
from tests.support import recruiting

JOB_ORDERS_ONLY = recruiting.RULES.replace("principals: required", "principals: none")


@pytest.fixture
def site(peopled_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    return copied(peopled_home)


def organisation(site: Bench, code: str) -> UUID:
    return site.cast.organisations[code].id


def wanted(site: Bench, **more: str) -> dict[str, str]:
    return {
        "employer": str(organisation(site, people.EMPLOYER)),
        "number": "A-1",
        "occupation": "7112",
        "destination": "DE",
        "title": "Bricklayers",
        "headcount": "2",
        "wage": "2400.50",
        "currency": "eur",
        "per": "month",
        "weekly_hours": "40",
        "since": site.today.isoformat(),
        "until": (site.today + timedelta(days=200)).isoformat(),
        **more,
    }


def asked(site: Bench, person: Person, **more: str) -> str:
    """The address of a job order that somebody asked for."""
    address = addresses.query(addresses.NEW_JOB_ORDER, programme=people.PROGRAMME)
    return person.post(address, wanted(site, **more)).partition("?")[0]


def approved(site: Bench, number: str = "A-1", headcount: str = "2") -> JobOrder:
    with site.visit("agron") as agency:
        address = asked(site, agency, number=number, headcount=headcount)
    order_id = UUID(address.rpartition("/")[2])
    return site.installation.database.run(site.cast["mira"], orders.approve, site.installation.catalogue, order_id)


def version_on(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_an_agency_asks_and_a_supervisor_decides(site: Bench) -> None:
    with site.visit("agron") as agency:
        assert 'id="order-programme-programme"' in agency.get(addresses.NEW_JOB_ORDER)
        form = agency.get(addresses.query(addresses.NEW_JOB_ORDER, programme=people.PROGRAMME))
        assert "Who recruits" not in form and "Hochbau Nord GmbH" in form
        address = asked(site, agency)
        page = agency.get(address)
        assert "EUR 2,400.50 a month" in page and "asked for" in page and f"{address}/approve" not in page
        agency.post(f"{address}/approve", {"version": "1"}, status=403)
    with site.visit("mira") as boss:
        assert "job orders to decide" in boss.get(addresses.WORK)
        assert "A-1" in boss.get(addresses.query(addresses.RECRUITMENT, show="waiting"))
        page = boss.get(address)
        assert "done=job-order-approved" in boss.post(f"{address}/approve", {"version": version_on(page)})
        assert "2 of 2 left" in boss.get(addresses.RECRUITMENT)
        assert "Somebody changed" in boss.post(f"{address}/suspend", {"version": "1", "reason": "filled"}, status=409)
    with site.visit("karin") as employer:
        assert "A-1" in employer.get(addresses.RECRUITMENT)
        shown = employer.get(address)
        assert "EUR 2,400.50 a month" in shown and addresses.AGENCIES not in shown


def test_a_supervisor_does_not_decide_on_the_own_request(site: Bench) -> None:
    with site.visit("mira") as boss:
        address = asked(site, boss, agency=str(organisation(site, people.AGENCY)))
        page = boss.get(address)
        assert f"{address}/approve" not in page
        assert "You asked for this yourself" in boss.post(f"{address}/approve", {"version": "1"}, status=403)
    with site.visit("drita") as other:
        assert "done=job-order-refused" in other.post(f"{address}/refuse", {"version": "1", "reason": "wage_too_low"})
        assert "The wage is lower than it must be." in other.get(address)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("wage", "2400.505", "not a sum of money"), ("wage", "-1", "not a sum of money"), ("wage", "0", "wage is not"),
        ("currency", "ZZZ", "currency is not known"), ("headcount", "0", "number of workers"),
        ("headcount", "two", "whole number"), ("occupation", "71", "four digits"),
        ("until", "2020-01-01", "ends before"), ("destination", "SA", "choose one of the answers"),
        ("per", "year", "choose one of the answers"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_what_was_typed_stays(played: Bench, field: str, value: str, said: str) -> None:
    with played.visit("agron") as agency:
        address = addresses.query(addresses.NEW_JOB_ORDER, programme=people.PROGRAMME)
        page = agency.post(address, wanted(played, **{field: value}), status=422)
    assert said in page and 'value="Bricklayers"' in page


def test_a_change_is_asked_for_and_compared_with_what_is_in_force(site: Bench) -> None:
    order = approved(site)
    address = addresses.job_order(order.id)
    with site.visit("agron") as agency:
        form = agency.get(f"{address}/change")
        assert 'value="2400.50"' in form
        changed = {**wanted(site, headcount="9"), "version": version_on(form)}
        agency.post(f"{address}/change", changed)
        assert "Somebody changed" in agency.post(f"{address}/change", changed, status=409)
        page = agency.get(address)
    waiting = page.partition("Waits for a decision")[2].partition("Who has a place")[0]
    assert ">9<" in waiting and "EUR" not in waiting


def test_whose_job_order_it_is_not_learns_nothing(site: Bench) -> None:
    order = approved(site)

    def others(work: Work) -> None:
        for kind, code in ((OrganisationKind.AGENCY, "RIVAL"), (OrganisationKind.EMPLOYER, "OTHER")):
            command = AddOrganisation(kind=kind, code=code, name=code.title(), country="XK", office=people.OFFICE)
            organisations.add(work, command)

    site.installation.database.run(ENGINE, others)

    def move(work: Work, name: str, code: str) -> None:
        account = accounts.find(work.session, people.address(name))
        account.organisation_id = organisations.by_code(work.session, code).id
        work.session.add(account)

    for name, code in {"agron": "RIVAL", "karin": "OTHER"}.items():
        site.installation.database.run(ENGINE, move, name, code)
        with site.visit(name) as person:
            assert "A-1" not in person.get(addresses.RECRUITMENT)
            person.get(addresses.job_order(order.id), status=404)
            person.get(addresses.agency(organisation(site, people.AGENCY)), status=404)
            assert json.loads(person.get(addresses.JOB_ORDERS_JSON))["job_orders"] == []


def test_roles_without_recruitment_see_none_of_it(played: Bench) -> None:
    for name in ("luan", "teuta", "ilir", "audit", "flora", "blerim", "liridona", "admin"):
        with played.visit(name) as person:
            for address in (addresses.RECRUITMENT, addresses.AGENCIES, addresses.JOB_ORDERS_FILE):
                person.get(address, status=403)
    for name in ("agron", "karin"):
        with played.visit(name) as person:
            person.get(addresses.AGENCIES, status=403)
    with played.visit("arta") as caseworker:
        page = caseworker.get(addresses.agency(organisation(played, people.AGENCY)))
        assert "Suspend the agency" not in page and "Licence MPMS-2026-0041" in page
        act = addresses.agency(organisation(played, people.AGENCY), "suspend")
        caseworker.post(act, {}, status=403)


def test_the_list_is_also_a_table_and_json(site: Bench) -> None:
    approved(site)
    with site.visit("arta") as person:
        (row,) = csv.DictReader(io.StringIO(person.get(addresses.JOB_ORDERS_FILE).lstrip("\ufeff")))
        found = json.loads(person.get(addresses.JOB_ORDERS_JSON))
        assert person.get(addresses.query(addresses.RECRUITMENT, show="lost"), status=422)
    assert (row["number"], row["remaining"], found["schema"]) == ("A-1", "2", "predeparture.job-orders/1")
    assert found["job_orders"][0]["wage_minor"] == 240050


def test_a_suspension_flags_open_cases_until_it_is_lifted(site: Bench) -> None:
    bench.submit(site, 1)
    agency_id = organisation(site, people.AGENCY)
    case = case_of(site)
    marked = addresses.query(addresses.CASES, flag="agency_suspended")
    with site.visit("mira") as boss:
        assert case.reference not in boss.get(marked)
        sent = {"since": site.today.isoformat(), "until": "", "programme": "", "reason": "complaints"}
        record = addresses.agency(agency_id)
        boss.post(f"{record}/suspend", sent, status=422)
        assert "done=agency-suspended" in boss.post(f"{record}/suspend", {**sent, "authority": "Ministry, order 7"})
        page = boss.get(record)
        assert "suspended since" in page and "Ministry, order 7" in page
        for address in (addresses.case(case.id), marked, addresses.CASES):
            assert "agency suspended" in boss.get(address)
    with site.visit("arta") as caseworker:
        assert "cases of suspended agencies" in caseworker.get(addresses.WORK)
    with site.visit("agron") as clerk:
        page = clerk.post(
            addresses.NEW_BATCH,
            {"notice_version": "1", "notice_language": "sq", "programme": people.PROGRAMME},
            {"file": ("x.csv", bench.batch_file(2, site.today))},
            status=422,
        )
        assert "is suspended and brings nobody" in page
    with site.visit("mira") as boss:
        act = re.search(r'action="([^"]+/lift)"', boss.get(record))
        assert act is not None
        boss.post(act[1], {})
        assert case.reference not in boss.get(marked)
        assert "agency suspended" not in boss.get(addresses.case(case.id))


def test_a_worker_who_left_the_agencys_job_order_is_shown_until_there_is_another(site: Bench) -> None:
    bench.submit(site, 1)
    case, order = case_of(site), approved(site)
    marked = addresses.query(addresses.CASES, flag="without_order")

    def leave(work: Work) -> None:
        found = work.session.get_one(Case, case.id)
        claims.claim(work, found, order.id)
        claims.release(work, found, "changed_job")

    with site.visit("arta") as caseworker:
        assert case.reference not in caseworker.get(marked)
        site.installation.database.run(ENGINE, leave)
        for address in (addresses.case(case.id), marked, addresses.CASES):
            assert "without a job order" in caseworker.get(address)
        assert case.reference in caseworker.get(marked)
        assert "cases without a job order" in caseworker.get(addresses.WORK)
        assert case.reference not in caseworker.get(addresses.query(addresses.CASES, flag="agency_suspended"))


def test_the_record_of_an_agency_is_managed_by_a_supervisor(site: Bench) -> None:
    record = addresses.agency(organisation(site, people.AGENCY))
    last = (site.today + timedelta(days=90)).isoformat()
    with site.visit("mira") as boss:
        given = {"employer": str(organisation(site, people.EMPLOYER)), "number": "ACC-7", "authority": ""}
        days = {"since": site.today.isoformat(), "until": last, "programme": ""}
        boss.post(f"{record}/principals", {**given, **days})
        assert "accredited for this employer on some" in boss.post(
            f"{record}/principals", {**given, **days}, status=409
        )
        page = boss.get(record)
        deposit = re.search(r'action="([^"]+/guarantee)"', page)
        revoke = re.search(r'action="([^"]+/revoke)"', page)
        withdraw = re.search(r'action="([^"]+/withdraw)"', page)
        assert deposit and revoke and withdraw
        money = {"amount": "50000", "currency": "eur", "bank": "Synthetic Bank", "until": last}
        boss.post(deposit[1], {**money, "amount": "0"}, status=422)
        boss.post(deposit[1], money)
        assert "EUR 50,000.00, Synthetic Bank" in boss.get(record)
        gone = {"on": site.today.isoformat(), "reason": "authority_decided"}
        boss.post(withdraw[1], gone)
        boss.post(revoke[1], gone)
        assert boss.get(record).count("withdrawn on") >= 3
        boss.post(revoke[1], gone, status=409)


def test_an_agency_sees_its_scorecard_without_complaints_that_would_name_who_complained(played: Bench) -> None:
    record = addresses.agency(organisation(played, people.AGENCY))
    with played.visit("agron") as clerk:
        own = clerk.get(record)
        table = clerk.get(f"{record}/scorecard.csv")
    with played.visit("mira") as boss:
        seen = boss.get(record)
        boss.get(addresses.query(record, since="2026-02-01", until="2026-01-01"), status=422)
        boss.get(addresses.query(record, since="soon"), status=422)
        for far in (
            {"since": "0001-01-01", "until": "0001-01-02"},
            {"since": "9999-12-30", "until": "9999-12-31"},
            {"until": "0001-06-01"},
        ):
            for address in (record, f"{record}/scorecard.csv"):
                assert "does not lie between 1900-01-01" in boss.get(addresses.query(address, **far), status=422)
        boss.get(addresses.query(record, name="x"), status=422)
    assert "Workers cleared" in own and "Complaints" not in own and "Complaints" not in table
    assert "fewer than 3" in seen and "Cases that were opened in the period" in seen


def test_a_file_with_more_rows_than_places_is_told_before_it_is_handed_in(site: Bench) -> None:
    asking = replace(
        site, installation=replace(site.installation, catalogue=recruiting.catalogue_asking(JOB_ORDERS_ONLY))
    )
    approved(asking)
    with asking.visit("agron") as clerk:
        page = clerk.post(
            addresses.NEW_BATCH,
            {"notice_version": "1", "notice_language": "sq", "programme": people.PROGRAMME},
            {"file": ("x.csv", naming(site, 3))},
            status=200,
        )
    assert "3 rows name the job order A-1, in which 2 places are left." in page
    assert "Submit" not in page


def naming(site: Bench, rows: int) -> bytes:
    """The first workers of the demo's batch, all for the same job order."""
    found = list(csv.DictReader(io.StringIO(bench.batch_file(rows, site.today).decode())))
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, found[0].keys())
    writer.writeheader()
    writer.writerows(
        {**row, "Job order": "A-1", "Employer": people.EMPLOYER, "Occupation (ISCO-08)": "7112"} for row in found
    )
    return stream.getvalue().encode()
