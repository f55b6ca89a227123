"""One case from its first paper to the departure clearance, through the pages alone, each role doing its part."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlmodel import select

from casework.cases.rules import CaseLife
from casework.certificates.tables import Certificate, CertificateState
from casework.organisations import service as organisations
from cli.demo import people
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import accept_all, case_of, documents_by_pages, hand_in, list_the_worker, page_of


def _organisation(site: Bench, code: str) -> str:
    with site.installation.database.read() as session:
        return str(organisations.by_code(session, code).id)


def _issued(site: Bench, reference: str) -> list[str]:
    with site.installation.database.read() as session:
        rows = session.exec(select(Certificate).where(Certificate.case_id == case_of(site, reference).id)).all()
    return sorted(row.kind for row in rows if row.state is CertificateState.ISSUED)


def _sign(site: Bench, name: str, stage: str) -> None:
    with site.visit(name) as person:
        send(person, addresses.case(case_of(site).id), f"sign-{stage}", {"confirmed": "yes"})
    site.work()


def test_a_worker_is_prepared_from_the_first_paper_to_the_clearance(opened: Bench) -> None:
    site = opened
    list_the_worker(site)
    documents_by_pages(site)
    assert "Document preparation record" in page_of(site, "arta")
    _security(site)
    _qualifications(site)
    _medical(site)
    _orientation(site)
    _loan(site)
    _authorisation(site)
    _departure(site)
    case = case_of(site)
    assert case.life is CaseLife.CLEARED
    page = page_of(site, "arta")
    assert "cleared" in page
    numbers = re.findall(r"[A-Z]{3}-\d{4}-\d{6}", page)
    assert len(set(numbers)) == len(_issued(site, "BB-0001")) >= 8
    with site.visit("arta") as person:
        values = {"to": "departed", "reason": "departed:departure_confirmed"}
        send(person, addresses.case(case.id, "life"), "life", values)
    assert case_of(site).life is CaseLife.DEPARTED


def _security(site: Bench) -> None:
    address = addresses.case(case_of(site).id)
    with site.visit("arta") as person:
        assert hand_in(site, person, "BB-0001", "security")
    reason = "Born at another place; photograph compared."
    for name, form, values in (
        ("luan", "propose", {"verdict": "not_the_person", "reason": reason}),
        ("vjosa", "answer", {"answer": "confirm", "reason": reason}),
    ):
        with site.visit(name) as person:
            accept_all(site, person)
            there = person.client.get(f"{address}/hits").headers["location"]
            send(person, there, form, values)
    site.work()
    _sign(site, "luan", "security")
    assert "security" in _issued(site, "BB-0001")


def _qualifications(site: Bench) -> None:
    address, today = addresses.case(case_of(site).id), site.today
    place, tested = f"{address}/qualifications", (today - timedelta(days=30)).isoformat()
    with site.visit("arta") as person:
        values = {"title": "Diplomë: murator", "institution": "Shkolla Teknike", "country": "XK", "isced": "3"}
        send(person, f"{place}/diploma", "diploma", {**values, "awarded": str(today.year - 2)})
        decided = next(form for form in forms_on(person.get(place)) if form.startswith("decided-"))
        values = {"outcome": "full", "authority": "Chamber of Crafts", "happened_on": today.isoformat()}
        send(person, place, decided, values)
        values = {"subject": "de", "level": "B1", "title": "telc", "tested_on": tested}
        send(person, f"{place}/language", "language", values)
        values = {"centre": "Skill centre", "tested_on": tested, "theory_passed": "yes", "practical_passed": "yes"}
        send(person, f"{place}/trade-test", "trade-test", values)
        page = person.get(place)
        assert "0 of 3 requirements are open" in page and "Nothing is missing." in page
    site.work()
    _sign(site, "arta", "qualifications")


def _medical(site: Bench) -> None:
    examined = (site.today - timedelta(days=2)).isoformat()
    values = {
        "clinic": _organisation(site, people.CLINIC),
        "physician": "Dr. Rina Osmani",
        "physician_licence": "4471",
        "examined_on": examined,
        "xray_on": examined,
        "identity_checked": "yes",
        "outcome": "fit",
        "detail": "Blood pressure 125/80.",
    }
    with site.visit("teuta") as person:
        place = addresses.case(case_of(site).id, "medical")
        send(person, place, "medical", values)
        assert "Blood pressure 125/80." in person.get(place)
    site.work()
    _sign(site, "teuta", "medical")


def _orientation(site: Bench) -> None:
    modules = [
        module.id
        for module in site.installation.catalogue.get(
            people.PROGRAMME, on=site.installation.database.today()
        ).curriculum
    ]
    values: dict[str, str | list[str]] = {
        "modules": modules,
        "attended_on": (site.today - timedelta(days=1)).isoformat(),
        "trainer": "Edona Zeka",
        "identity_checked": "yes",
    }
    with site.visit("besnik") as person:
        place = addresses.case(case_of(site).id, "orientation")
        send(person, place, "attendance", values)
        assert "12 of 12 modules attended" in person.get(place)
    site.work()


def _loan(site: Bench) -> None:
    place = addresses.case(case_of(site).id, "loan")
    if case_of(site).loan_asked_minor is None:
        return
    with site.visit("arta") as person:
        send(person, place, "ask-loan")
    with site.visit("ilir") as person:
        send(person, place, "assess-loan", {"looked_at": "Contract and household"})
        assert 'id="approve-loan"' not in person.get(place)
    with site.visit("dafina") as person:
        send(person, place, "approve-loan")
        assert 'id="disburse-loan"' not in person.get(place)
    with site.visit("arta") as person:
        send(person, place, "note-signed", {"signed_on": site.today.isoformat(), "kept": "folder 7"})
        assert "Repayment schedule" in person.get(place)
    with site.visit("ilir") as person:
        paid = {"paid_to": "carrier", "reference": "TKT-7", "disbursed_on": site.today.isoformat()}
        send(person, place, "disburse-loan", paid)
        assert "TKT-7" in person.get(place)
    site.work()


def _authorisation(site: Bench) -> None:
    with site.visit("arta") as person:
        assert len(hand_in(site, person, "BB-0001", "authorisation")) == 5
    with site.visit("besnik") as person:
        accept_all(site, person)
    site.work()
    _sign(site, "arta", "authorisation")


def _departure(site: Bench) -> None:
    case = case_of(site)
    assert case.planned_departure is not None
    values = {
        "departs_on": case.planned_departure.isoformat(),
        "carrier": "Adria Demo Air",
        "service_number": "AD 514",
        "origin": "Prishtina",
        "destination": "Munich",
    }
    with site.visit("arta") as person:
        send(person, addresses.case(case.id, "itinerary"), "itinerary", values)
    site.work()
    _sign(site, "mira", "departure")
