"""The medical pages: what waits, versions, second opinions, vaccinations and care, and who read it all."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlmodel import col, select

from casework.actor import ENGINE
from casework.medical.rules import MedicalOutcome
from casework.medical.tables import Care, MedicalExamination, SecondOpinion, Vaccination
from casework.organisations.tables import LicencePurpose, OrganisationKind
from cli.demo import people
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import send
from tests.dashboard.playing import case_of
from tests.support import factories

Row = TypeVar("Row", Care, MedicalExamination, SecondOpinion, Vaccination)
OTHERS = ("arta", "mira", "luan", "ilir", "agron", "audit", "admin", "flora", "blerim")


def medical(site: Bench, *path: object) -> str:
    return addresses.case(case_of(site).id, "medical", *path)


def result(site: Bench, **values: str) -> dict[str, str]:
    day = (site.today - timedelta(days=3)).isoformat()
    return {
        "clinic": str(site.cast.organisations[people.CLINIC].id),
        "physician": "Dr. Rina Osmani",
        "physician_licence": "4471",
        "identity_checked": "yes",
        "examined_on": day,
        "xray_on": day,
        "outcome": MedicalOutcome.UNFIT.value,
        "detail": "calcified node of the hilum",
        **values,
    }


def rows(site: Bench, table: type[Row]) -> list[Row]:
    with site.installation.database.read() as session:
        return list(session.exec(select(table).order_by(col(table.id))))


@pytest.fixture
def examined(opened: Bench) -> Bench:
    with opened.visit("teuta") as person:
        send(person, medical(opened), "medical", result(opened))
    return opened


@pytest.fixture
def other_clinic(opened: Bench) -> str:
    with opened.installation.database.write(ENGINE) as work:
        clinic = factories.organisation(work, OrganisationKind.CLINIC, name="Klinika Drini")
        licence = factories.licence(work, clinic, LicencePurpose.MEDICAL)
        licence.valid_from, licence.valid_until = opened.today - timedelta(9), opened.today + timedelta(99)
        return str(clinic.id)


def test_an_amendment_keeps_the_version_before(examined: Bench) -> None:
    (first,) = rows(examined, MedicalExamination)
    wrong = result(examined, outcome="fit", detail="no finding")
    with examined.visit("teuta") as person:
        place = medical(examined, first.id, "amend")
        assert "calcified" not in person.get(place)
        send(person, place, "amend", {**wrong, "reason": ""}, status=422)
        send(person, place, "amend", {**wrong, "reason": "mixed up with another"})
        page = person.get(medical(examined))
    for said in ("unfit; amended", "calcified node", "no finding", "mixed up with another"):
        assert said in page
    assert [row.number for row in rows(examined, MedicalExamination)] == [1, 2]


def test_a_second_opinion_from_the_question_to_the_decision(examined: Bench, other_clinic: str) -> None:
    (first,) = rows(examined, MedicalExamination)
    with examined.visit("teuta") as person:
        place = medical(examined, first.id, "opinion")
        assert people.CLINIC not in person.get(place)
        send(person, place, "opinion", {"clinic": other_clinic, "reason": "the node is old"})
        assert "waits for the clinic" in person.get(medical(examined))
        assert "a second opinion was asked for" in person.get(addresses.MEDICAL)
        send(person, medical(examined), "medical", result(examined, clinic=other_clinic, outcome="fit"))
        (asked,) = rows(examined, SecondOpinion)
        assert "two opinions to weigh" in person.get(addresses.MEDICAL)
        send(
            person,
            medical(examined, "opinions", asked.id),
            "weigh",
            {"counts": "second", "reason": "two readers agree"},
        )
        page = person.get(medical(examined))
    assert "the second opinion counts" in page and "the other opinion counts" in page


def test_vaccinations_and_care_are_recorded_and_a_consent_is_taken_back(examined: Bench) -> None:
    day = examined.today.isoformat()
    with examined.visit("teuta") as person:
        dose = {"vaccine": "measles", "dose": "1", "given_on": day, "next_due": ""}
        send(person, medical(examined, "vaccination"), "vaccination", dose)
        care = {"kind": "hand_over", "given": "yes", "happened_on": day, "detail": "the clinic at the destination"}
        refused = send(person, medical(examined, "care"), "care", {**care, "consented_on": ""}, status=422)
        assert "consent" in refused
        send(person, medical(examined, "care"), "care", {**care, "consented_on": day})
        page = person.get(medical(examined))
        assert "measles, dose 1" in page and "the clinic at the destination" in page
        (handed,) = rows(examined, Care)
        send(person, medical(examined, "care", handed.id, "consent"), "consent", {})
        assert "consent taken back" in person.get(medical(examined))
    assert len(rows(examined, Vaccination)) == 1


def test_a_pending_result_stands_in_the_list_until_it_is_there(opened: Bench) -> None:
    until = (opened.today + timedelta(days=40)).isoformat()
    with opened.visit("teuta") as person:
        assert "Nothing waits." in person.get(addresses.MEDICAL)
        send(person, medical(opened), "medical", result(opened, outcome="pending", until=until))
        assert "a result is expected" in person.get(addresses.MEDICAL)
        assert "Nothing waits." in person.get(f"{addresses.MEDICAL}?show=weigh")
        person.get(f"{addresses.MEDICAL}?show=nothing", 422)


def test_nobody_but_the_medical_role_opens_any_medical_page(examined: Bench) -> None:
    (first,) = rows(examined, MedicalExamination)
    paths = ((), ("vaccination",), ("care",), ("fit-to-fly",), (first.id, "amend"), (first.id, "opinion"))
    for name in OTHERS:
        with examined.visit(name) as person:
            for path in paths:
                person.get(medical(examined, *path), 403)
            person.get(addresses.MEDICAL, 403)


def test_who_read_it_is_told_by_day_name_role_and_office_and_never_what_stood_there(examined: Bench) -> None:
    with examined.visit("teuta") as person:
        person.get(medical(examined))
    with examined.visit("arta") as person:
        page = re.sub(r"<[^>]+>", " ", person.get(medical(examined, "readings")))
    assert "Dr. Teuta Shala" in page and "medical officer" in page and "the result of an examination" in page
    assert "calcified" not in page and "unfit" not in page
    for name in ("luan", "ilir", "agron"):
        with examined.visit(name) as person:
            person.get(medical(examined, "readings"), 403)
