"""Households, and records of one person, through the pages."""

from __future__ import annotations

import json
import re
from datetime import date
from uuid import UUID

from sqlmodel import select

from casework.actor import ENGINE
from casework.audit import service as audit
from casework.households import queries
from casework.work import Work
from casework.workers import merge_queries as merges
from casework.workers import service as workers
from casework.workers.service import GivenBasis
from casework.workers.tables import Basis, Purpose, Worker
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import send
from tests.dashboard.playing import case_of

FIRST, SECOND = "BB-0001", "BB-0002"
JOINED = {"reason": "family"}


def household(site: Bench, *parts: object, reference: str = FIRST) -> str:
    return addresses.case(case_of(site, reference).id, "household", *parts)


def link_to(page: str, act: str) -> str:
    """The address of the first link of a page that ends with `act`."""
    found = re.search(rf'href="([^"]+/{act})"', page)
    assert found is not None, act
    return found[1]


def test_a_caseworker_forms_a_household_and_records_who_may_go(opened: Bench) -> None:
    page = household(opened)
    child = {"family_name": "Demohoxha", "given_names": "Drin", "birth_date": "2018-05-04", "role": "child", **JOINED}
    with opened.visit("arta") as person:
        assert "belongs to no household" in person.get(page)
        send(person, page, "household")
        send(person, household(opened, "persons"), "add-person", {**child, "family_name": ""}, status=422)
        send(person, household(opened, "persons"), "add-person", child)
        worker = {"reference": SECOND, "role": "spouse", **JOINED}
        again = send(person, household(opened, "workers"), "add-worker", {**worker, "reference": "BB-9"}, status=422)
        assert "There is no case with this reference" in again
        send(person, household(opened, "workers"), "add-worker", worker)
        shown = person.get(page)
        assert "Demohoxha, Drin" in shown
        assert "1 child may not travel: no guardian has consented." in shown
        ask = link_to(shown, "consent")
        guardian = re.search(r'name="guardian" value="([^"]+)"', person.get(ask))
        assert guardian is not None
        send(person, ask, "consent", {"guardian": guardian[1], "reference": "Notary 17"})
        shown = person.get(page)
        assert "may not travel" not in shown
        assert "a guardian consented on" in shown
        assert "Notary 17" not in shown
        send(person, link_to(shown, "apart"), "change-apart", {"reason": "later"})
        send(person, link_to(person.get(page), "left"), "change-left", {"reason": "own_way"})
        assert "travels apart from the principal: follows later" in person.get(page)
    assert_others_see_as_much_as_they_may(opened, page)


def assert_others_see_as_much_as_they_may(site: Bench, page: str) -> None:
    with site.visit("mira") as person:
        told = json.loads(person.get(f"{page}.json"))
        assert told["schema"] == "predeparture.household/1"
        assert len(told["household"]["members"]) == 3
        listed = person.get(addresses.HOUSEHOLDS)
        assert "1 travels apart" in listed
        assert addresses.HOUSEHOLDS_FILE in listed
        lines = person.get(addresses.HOUSEHOLDS_FILE).splitlines()
        assert len(lines) == 3
        assert "Demohoxha" not in "".join(lines)
        assert json.loads(person.get(addresses.HOUSEHOLDS_JSON))["schema"] == "predeparture.households/1"
        person.get(addresses.query(addresses.HOUSEHOLDS, only="strange"), 422)
    for name in ("agron", "luan", "teuta"):
        with site.visit(name) as person:
            person.get(page, 403)
            person.get(addresses.HOUSEHOLDS, 403)


def test_some_members_split_off_and_come_back(opened: Bench) -> None:
    page = household(opened)
    with opened.visit("arta") as person:
        send(person, page, "household")
        send(person, household(opened, "workers"), "add-worker", {"reference": SECOND, "role": "spouse", **JOINED})
        ask = household(opened, "split")
        members = re.findall(r'name="members" value="([^"]+)"', person.get(ask))
        values = {"members": [members[1]], "principal": members[0], "reason": "separation"}
        again = send(person, ask, "split", values, status=422)
        assert "has a case of their own" in again
        send(person, ask, "split", {**values, "principal": members[1]})
        assert "principal" in person.get(household(opened, reference=SECOND))
        send(person, link_to(person.get(page), "rejoined"), "change-rejoined", {"reason": "reunited"})
    with opened.installation.database.read() as session:
        both = [queries.household_of(session, case_of(opened, one).worker_id) for one in (FIRST, SECOND)]
    assert both[0] == both[1] is not None


def second_record(site: Bench) -> UUID:
    """The worker of the second case, registered once more with a family name spelled otherwise and a new passport."""

    def register(work: Work) -> UUID:
        known = workers.get(work.session, work.vault, case_of(site, SECOND).worker_id)
        data = known.data.model_copy(
            update={"family_name": known.data.family_name + "j", "passport_number": "P9876543", "mrz": ()}
        )
        basis = GivenBasis(
            purpose=Purpose.PREPARATION,
            basis=Basis.CONSENT,
            notice_version="2",
            language="sq",
            given_on=date(2026, 1, 2),
        )
        return workers.register(work, known.worker.office_id, data, (basis,)).id

    return site.installation.database.run(ENGINE, register)


def test_a_supervisor_compares_two_records_merges_them_and_takes_it_back(opened: Bench) -> None:
    first, second = case_of(opened, SECOND).worker_id, second_record(opened)
    page = addresses.compared(first, second)
    with opened.visit("mira") as person:
        assert page in person.get(addresses.DUPLICATES)
        assert "P9876543" in person.get(page)
        assert "fill this in" in send(person, page, "merge", {"reason": ""}, status=422)
        seen = person.get(page)
        there = send(person, page, "merge", {"reason": "One person", "take": ["passport"]})
        assert "The two records are one now" in person.get(there)
        assert "One of the two is kept under another record already" in send(
            person, page, "merge", {"reason": "Again"}, page=seen, status=409
        )
    with opened.visit("drita") as person:
        send(person, there.partition("?")[0], "unmerge", {"reason": ""}, status=422)
        after = person.get(send(person, there.partition("?")[0], "unmerge", {"reason": "Cousins"}))
        assert "The two records are apart again" in after
        assert "Cousins" in after
        assert 'id="unmerge"' not in after
    with opened.installation.database.read() as session:
        assert merges.canonical(session, second) == second
        assert audit.verify(session)[1] == []


def test_two_people_who_look_alike_are_told_apart(opened: Bench) -> None:
    page = addresses.compared(case_of(opened, SECOND).worker_id, second_record(opened))
    with opened.visit("mira") as person:
        assert "fill this in" in send(person, page, "apart", {"reason": ""}, status=422)
        shown = person.get(send(person, page, "apart", {"reason": "Cousins, both were here"}))
        assert "these are two people" in shown
        assert page not in shown


def test_nobody_but_a_supervisor_sees_records_of_one_person(opened: Bench) -> None:
    second = second_record(opened)
    for name in ("arta", "agron", "luan", "teuta"):
        with opened.visit(name) as person:
            person.get(addresses.DUPLICATES, 403)
            person.get(addresses.compared(case_of(opened).worker_id, second), 403)
    with opened.installation.database.read() as session:
        assert session.exec(select(Worker).where(Worker.id == second)).one().number == 1
