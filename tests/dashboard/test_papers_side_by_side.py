"""What papers show, how they differ and what is to be brought, through the pages."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.workers.tables import FormerPassport, Worker
from dashboard import addresses
from tests.dashboard.bench import Bench, Person
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import PAPER, case_of, page_of

FILE = {"file": ("paper.jpg", PAPER)}


def _item(site: Bench, kind: str) -> EvidenceItem:
    with site.installation.database.read() as session:
        query = select(EvidenceItem).where(EvidenceItem.case_id == case_of(site).id, EvidenceItem.kind == kind)
        return list(session.exec(query.order_by(EvidenceItem.recorded_at)))[-1]  # type: ignore[arg-type]


def _worker(site: Bench) -> Worker:
    with site.installation.database.read() as session:
        return session.get_one(Worker, case_of(site).worker_id)


def _hand_in(site: Bench, person: Person) -> EvidenceItem:
    days = {
        "issued_on": (site.today - timedelta(days=100)).isoformat(),
        "expires_on": (site.today + timedelta(days=2000)).isoformat(),
    }
    send(person, _address(site), "add-passport", days, FILE)
    return _item(site, "passport")


def _address(site: Bench, *parts: object) -> str:
    return addresses.case(case_of(site).id, *parts)


def test_a_paper_is_described_differs_is_settled_by_somebody_else_and_accepted(opened: Bench) -> None:
    with opened.visit("arta") as person:
        item = _hand_in(opened, person)
        describe = addresses.evidence(case_of(opened).id, item.id, "describe")
        page = send(person, describe, "describe", {"issued_on": "17.5.2024", "issuer": "Prizren"}, status=422)
        assert "write a day like 2031-05-17" in page and "Prizren" in page
        page = send(person, describe, "describe", {"issued_on_printed": "١٤٤٥"}, status=422)
        assert "choose the calendar" in page
        values = {"family_name": "Krasniqidemo", "birth_date": "1990", "issued_on": "2024-05",
                  "calendar": "hijri", "birth_date_printed": "٩ شعبان ١٤١٠"}  # fmt: skip
        there = send(person, describe, "describe", values)
        page = person.get(there)
        assert "It differs from what is recorded; settle that" in page
        assert "May 2024" in page and "٩ شعبان ١٤١٠" in page
        assert f"accept-{item.id}" not in page
    with opened.visit("besnik") as person:
        page = person.get(_address(opened, "differences"))
        assert "Krasniqidemo" in page and _worker(opened).family_name in page
        names = f"settle-names-{item.id}"
        assert names in forms_on(page)
        for form in [one for one in forms_on(page) if one.startswith("settle-")]:
            reason = "name_changed" if form == names else "misprint"
            there = send(person, _address(opened, "differences"), form, {"reason": reason, "note": "Seen on the paper"})
        page = person.get(there)
        assert "all agree or settled" in page and "Besnik" in page and "Seen on the paper" in page
        send(person, _address(opened), f"accept-{item.id}")
        found = json.loads(person.get(_address(opened, "case.json")))
    assert _item(opened, "passport").status is EvidenceStatus.ACCEPTED
    assert found["schema"] == "predeparture.case/1"
    assert {one["settled"]["reason"] for one in found["differences"]} == {"name_changed", "misprint"}
    (paper,) = (one for one in found["papers"] if one["kind"] == "passport")
    assert paper["days"]["issued_on"] == "2024-05" and paper["holder"]["family_name"] == "Krasniqidemo"


def test_an_agency_reads_what_to_bring_and_no_suspicion(opened: Bench) -> None:
    with opened.visit("arta") as person:
        item = _hand_in(opened, person)
    with opened.visit("besnik") as person:
        values = {"reason": "suspected_forgery", "note": "Page 3 please"}
        send(person, _address(opened), f"reject-{item.id}", values)
        batch = _address_of_batch(opened)
        assert "Bring the original to the office." in person.get(batch)
    page = page_of(opened, "agron")
    assert "Bring the original to the office." in page and "Page 3 please" in page
    assert "verified with its issuer" not in page
    with opened.visit("agron") as person:
        assert "Bring the original to the office." in person.get(batch)
        person.get(_address(opened, "differences"), status=403)
        found = json.loads(person.get(_address(opened, "case.json")))
    assert "differences" not in found and all("number" not in paper for paper in found["papers"])


def _address_of_batch(site: Bench) -> str:
    return addresses.batch(case_of(site).batch_id)


@pytest.mark.deep
def test_a_passport_is_renewed_on_its_page_and_the_former_one_is_listed(opened: Bench) -> None:
    with opened.visit("arta") as person:
        item = _hand_in(opened, person)
        address = _address(opened, "passport")
        values = {"ended": "renewed", "ended_on": opened.today.isoformat()}
        page = send(person, address, "passport", values, status=422)
        assert "The new passport needs its number" in page
        new = {"number": "P00777001", "issued_on": opened.today.isoformat(),
               "expires_on": (opened.today + timedelta(days=3600)).isoformat()}  # fmt: skip
        page = person.get(send(person, address, "passport", {**values, **new}))
        assert "The papers of the former passport count no longer." in page
        assert "Former passport" in person.get(address)
    assert _item(opened, "passport").status is EvidenceStatus.WITHDRAWN
    with opened.installation.database.read() as session:
        assert len(session.exec(select(FormerPassport)).all()) == 1
    assert item.id == _item(opened, "passport").id
