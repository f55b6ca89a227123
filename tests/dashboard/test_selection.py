"""Candidates and contracts through the pages: the office, the employer, and what an employer never reads."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from itertools import islice, product

import pytest
from fastapi.routing import APIRoute
from sqlmodel import SQLModel, col, select

from basis.ids import new_id
from basis.money import Money
from basis.roles import Role
from casework.accounts.tables import Account
from casework.actor import ENGINE, Actor
from casework.audit.tables import AuditEvent
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.contracts.tables import Contract
from casework.organisations.tables import Organisation, OrganisationKind
from casework.recruitment import agencies, claims, orders
from casework.recruitment.agencies import SuspendAgency
from casework.recruitment.orders import AskJobOrder, OrderContent
from casework.recruitment.tables import JobOrder
from casework.selection import service
from casework.selection.tables import Application, Offer
from casework.work import Work
from casework.workers.tables import Worker
from cli.demo import people
from dashboard import addresses
from dashboard.routes import ROUTERS
from tests.dashboard.bench import Bench, Person
from tests.dashboard.playing import case_of
from tests.support import factories, selecting

WAGE = Money(240_000, "EUR")
_HREF = re.compile(r'href="(/[^"#]*)')
_COMBINATIONS = 30


def job_order(site: Bench, employer: str = people.EMPLOYER, number: str = "JO-1", headcount: int = 1) -> JobOrder:
    """An approved job order that the agency asked for."""
    with site.installation.database.read() as session:
        found = session.exec(select(Organisation).where(Organisation.code == employer)).one()
    command = AskJobOrder(
        number=number,
        agency_id=site.cast.organisations[people.AGENCY].id,
        employer_id=found.id,
        programme=people.PROGRAMME,
        occupation="7112",
        destination="DE",
        content=OrderContent(
            title="Bricklayers",
            headcount=headcount,
            wage=WAGE,
            weekly_hours=40,
            valid_from=site.today,
            valid_until=site.today + timedelta(days=200),
        ),
    )
    database, catalogue = site.installation.database, site.installation.catalogue
    order = database.run(site.cast["agron"], orders.ask, catalogue, command)
    return database.run(site.cast["mira"], orders.approve, catalogue, order.id)


def agreed(arta: Person, case: Case, site: Bench) -> None:
    """The worker agrees to be named to employers."""
    arta.post(
        addresses.case(case.id, "job", "agree"),
        {"version": str(now(site, case).version), "given_on": site.today.isoformat(), "language": "sq",
         "notice_version": "2026-01"},
    )  # fmt: skip


def now(site: Bench, case: Case) -> Case:
    with site.installation.database.read() as session:
        return session.get_one(Case, case.id)


def application(site: Bench) -> Application:
    with site.installation.database.read() as session:
        return session.exec(select(Application).order_by(col(Application.id).desc()).limit(1)).one()


def put_forward(site: Bench, arta: Person, case: Case, order: JobOrder) -> Application:
    agreed(arta, case, site)
    version = str(now(site, case).version)
    arta.post(addresses.case(case.id, "job", "nominate"), {"version": version, "order": str(order.id)})
    return application(site)


def contract(**values: str) -> dict[str, str]:
    """What is filled in of a contract that keeps what job order and programme say."""
    return {
        "wage": "2400",
        "currency": "eur",
        "wage_per": "month",
        "weekly_hours": "40",
        "passport": "worker",
        "languages": "sq",
        "read_in": "sq",
        **values,
    }


def offer(site: Bench, karin: Person, row: Application, status: int = 303, **values: str) -> str:
    until = (site.today + timedelta(days=10)).isoformat()
    filled = contract(version=str(row.version), answer_by=until, **values)
    return karin.post(addresses.candidate(row.id, "offer"), filled, status=status)


@pytest.mark.deep
def test_an_employer_makes_an_offer_the_office_records_the_worker_and_a_lower_wage_is_seen_to_by_two(
    opened: Bench,
) -> None:
    order, case = job_order(opened), case_of(opened, "BB-0001")
    job = addresses.case(case.id, "job")
    with opened.visit("arta") as arta, opened.visit("karin") as karin:
        assert "Employers learn of nobody who has not agreed" in arta.get(f"{job}/nominate")
        row = put_forward(opened, arta, case, order)
        soon = (opened.today + timedelta(days=1)).isoformat()
        told = {"version": str(row.version), "day": soon, "time": "09:00", "place": "Room 2"}
        karin.post(addresses.candidate(row.id, "invite"), told)
        page = karin.post(addresses.candidate(row.id, "invite"), told, status=409)
        assert "Somebody changed this after you opened it" in page and 'value="Room 2"' in page
        row = application(opened)
        page = karin.post(
            addresses.candidate(row.id, "hold"), {"version": str(row.version), "result": "good"}, status=422
        )
        assert "The interview is still to come" in page
        karin.post(addresses.candidate(row.id, "hold"), {"version": str(row.version), "result": "not_held"})
        row = application(opened)
        assert "approved with more, or otherwise: Wage" in offer(opened, karin, row, 403, wage="2399.99")
        assert "not a sum of money" in offer(opened, karin, row, 422, wage="2399.999")
        assert "The hours of work are not a number" in offer(opened, karin, row, 422, weekly_hours="forty")
        offer(opened, karin, row)
        row = application(opened)
        taken = {"version": str(row.version), "accepted_on": opened.today.isoformat(), "explained_in": "sq",
                 "paper": "File 3"}  # fmt: skip
        karin.post(addresses.candidate(row.id, "accept"), taken, status=403)
        arta.post(addresses.candidate(row.id, "accept"), taken)
        assert now(opened, case).employer == "Hochbau Nord GmbH"
        signed = contract(signed_on=opened.today.isoformat(), employer="Hochbau Nord GmbH", occupation="7112")
        version = str(now(opened, case).version)
        arta.post(f"{job}/contract", {**signed, "version": version, "wage": "2100"})
        page = unescape(arta.get(job))
        assert "worse than promised" in page and "EUR 2,400.00 a month" in page and "EUR 2,100.00 a month" in page
        assert "1 point is to be seen to" in page
        version = str(now(opened, case).version)
        arta.post(f"{job}/check", {"version": version}, status=403)
        point = addresses.case(case.id, "job", "points", "promise:wage_minor")
        assert "Promised" in arta.get(point)
        said = {"version": version, "kind": "accepted", "answered_on": opened.today.isoformat()}
        page = arta.post(point, {**said, "language": "sq", "paper": "", "reason": ""}, status=422)
        assert "where the worker" in unescape(page)
        arta.post(point, {**said, "language": "sq", "paper": "File 3, page 9", "reason": ""})
        with opened.visit("mira") as mira:
            (confirm,) = re.findall(r'action="([^"]+/confirm)"', mira.get(job))
            arta.post(confirm, {"version": str(now(opened, case).version)}, status=403)
            mira.post(confirm, {"version": str(now(opened, case).version)})
        arta.post(f"{job}/check", {"version": str(now(opened, case).version)})
        assert "the contract is in order" in arta.get(job)
    with opened.installation.database.read() as session:
        kinds = set(session.exec(select(AuditEvent.kind).where(AuditEvent.case_id == case.id)))
        assert {"application.accepted", "contract.signed", "contract.answer_confirmed", "contract.checked"} <= kinds
        assert claims.remaining(session, [order.id]) == {order.id: 0}


@pytest.mark.deep
def test_an_employer_that_takes_back_leaves_the_case_open_and_a_new_match_is_offered(opened: Bench) -> None:
    order, case = job_order(opened), case_of(opened, "BB-0001")
    with opened.visit("arta") as arta, opened.visit("karin") as karin:
        row = put_forward(opened, arta, case, order)
        offer(opened, karin, row)
        row = application(opened)
        back = {"version": str(row.version), "reason": "employer_withdrew"}
        karin.post(addresses.candidate(row.id, "take-back"), back)
        page = karin.post(addresses.candidate(row.id, "take-back"), back, status=409)
        assert "This cannot be done any more" in page or "Somebody changed this" in page
        karin.post(addresses.candidate(row.id, "vanish"), back, status=404)
        other = job_order(opened, number="JO-2")
        assert "JO-2" in arta.get(addresses.case(case.id, "job", "nominate"))
        version = str(now(opened, case).version)
        arta.post(addresses.case(case.id, "job", "nominate"), {"version": version, "order": str(other.id)})
        page = arta.get(addresses.case(case.id, "job"))
        assert "offer taken back by the employer" in page and "put forward" in page
        version = str(now(opened, case).version)
        arta.post(addresses.case(case.id, "job", "end-agreement"), {"version": version})
        assert application(opened).state.value == "withdrawn"


def test_a_job_order_whose_agency_is_suspended_is_shown_with_the_reason_and_without_a_form(opened: Bench) -> None:
    case = case_of(opened, "BB-0001")
    order = job_order(opened)
    address = addresses.case(case.id, "job", "nominate")
    with opened.visit("arta") as arta:
        agreed(arta, case, opened)
        offered = f'value="{order.id}"'
        assert offered in arta.get(address)
        agency = opened.cast.organisations[people.AGENCY].id
        command = SuspendAgency(agency_id=agency, since=opened.today, reason="complaints", authority="Ministry")
        opened.installation.database.run(opened.cast["mira"], agencies.suspend, opened.installation.catalogue, command)
        page = arta.get(address)
        assert order.number in page and offered not in page
        assert "is suspended and brings nobody for now" in page


def test_a_worker_whose_case_has_ended_takes_the_agreement_back_on_the_page(opened: Bench) -> None:
    case = case_of(opened, "BB-0001")
    with opened.visit("arta") as arta:
        agreed(arta, case, opened)
        assert "The worker agrees no longer" not in arta.get(addresses.case(case.id, "job"))

        def leave(work: Work) -> None:
            work.session.get_one(Case, case.id).life = CaseLife.DEPARTED

        opened.installation.database.run(ENGINE, leave)
        assert "The worker agrees no longer" in arta.get(addresses.case(case.id, "job"))
        arta.post(addresses.case(case.id, "job", "end-agreement"), {"version": str(now(opened, case).version)})
        assert "The worker agrees no longer" not in arta.get(addresses.case(case.id, "job"))


def _addresses(site: Bench) -> list[str]:
    """Every GET address of the site that can be filled in with rows that there are."""
    with site.installation.database.read() as session:

        def ids(table: type[SQLModel]) -> tuple[str, ...]:
            return tuple(str(row) for row in session.exec(select(table.id)))  # type: ignore[attr-defined]

        values = {
            "case_id": ids(Case),
            "application_id": ids(Application),
            "order_id": ids(JobOrder),
            "contract_id": ids(Contract),
            "organisation_id": ids(Organisation),
            "agency_id": ids(Organisation),
            "user_id": ids(Account),
            "programme_id": (people.PROGRAMME,),
            "point": ("promise:wage_minor",),
        }
    found = []
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                names = list(route.param_convertors)
                chosen = product(*(values.get(name, ()) for name in names))
                found += [
                    route.path_format.format(**dict(zip(names, one, strict=True)))
                    for one in islice(chosen, _COMBINATIONS)
                ]
    return found


def _other_employer(work: Work, office: Organisation) -> Actor:
    row = factories.organisation(
        work, OrganisationKind.EMPLOYER, code="SECRETBAU", name="Geheimbau Süd", office_id=office.id, country="DE"
    )
    return factories.actor(work, row, Role.EMPLOYER_USER)


def test_an_employer_reads_nothing_of_others_at_any_address(opened: Bench) -> None:
    """One candidate was put forward to it, one to another employer, two to nobody."""
    own, others = (case_of(opened, f"BB-000{number}") for number in (1, 2))
    database = opened.installation.database
    rival = database.run(ENGINE, _other_employer, opened.cast.organisations[people.OFFICE])
    orders_of = [job_order(opened), job_order(opened, "SECRETBAU", "GEHEIM-77")]
    with opened.visit("arta") as arta:
        rows = [
            put_forward(opened, arta, case, order) for case, order in zip((own, others), orders_of, strict=True)
        ]  # fmt: skip
    made = selecting.offer(rows[1].id, answer_by=opened.today + timedelta(days=9))
    terms = made.terms.model_copy(update={"wage_minor": 777_700, "says": {}})
    database.run(rival, service.offer, opened.installation.catalogue, made.model_copy(update={"terms": terms}))
    with database.read() as session:
        assert session.exec(select(Offer)).all()
        mine = session.get_one(Worker, own.worker_id)
        hidden = {"GEHEIM-77", "Geheimbau", "SECRETBAU", "7,777", "BB-0001", "BB-0002", "BB-0003", str(own.id)}
        hidden |= {row.family_name for row in session.exec(select(Worker)) if row.family_name != mine.family_name}
        born = mine.birth_date
    assert born is not None
    with opened.visit("karin") as karin:
        read = 0
        todo, seen = [*_addresses(opened), addresses.RECRUITMENT], set()
        while todo:
            address = todo.pop()
            if address in seen or address.startswith((addresses.SIGN_OUT, addresses.REPORT)):
                continue  # whom a report is about everybody chooses from one list
            seen.add(address)
            answer = karin.client.get(address)
            text = unescape(answer.text)
            assert not [word for word in hidden if word in text], address
            assert str(born.year) not in text or "recruitment/candidates" not in address
            read += answer.status_code == 200
            if answer.status_code == 200 and "text/html" in answer.headers["content-type"] and "recruitment" in address:
                todo += _HREF.findall(answer.text)
        page = karin.get(addresses.candidate(rows[0].id))
        assert mine.family_name in page and "Open the case" not in page
        karin.get(addresses.candidate(rows[1].id), status=404)
        karin.get(addresses.candidate(new_id()), status=404)
        karin.get(addresses.candidates(orders_of[1].id), status=404)
        karin.get(addresses.case(own.id, "job"), status=403)
    assert read >= 8


@pytest.mark.deep
def test_who_does_not_select_reads_no_candidates(opened: Bench) -> None:
    order, case = job_order(opened), case_of(opened, "BB-0001")
    for name in ("agron", "ilir", "audit", "liridona"):
        with opened.visit(name) as person:
            person.get(addresses.candidates(order.id), status=403)
            person.get(addresses.case(case.id, "job"), status=403)
