"""Documents leave through pages, are doubled, scanned, corrected and revoked there, and signatories are named."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlmodel import select

from casework.certificates.tables import Certificate
from casework.disclosures.tables import Disclosure
from casework.signatories.tables import Signatory
from cli.demo import pictures
from dashboard import addresses
from tests.dashboard.bench import ADDRESS, Bench, Person
from tests.dashboard.filling import forms_on, send
from tests.dashboard.test_documents import rows

EMBASSY = {"recipient": "embassy", "purpose": "visa_application", "organisation": "Embassy of the destination"}


@pytest.fixture
def site(played_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    return copied(played_home)


def token(person: Person, address: str) -> str:
    return person.get(address).split('name="_token" value="', 1)[1].split('"', 1)[0]


def download(person: Person, address: str, data: dict[str, str]) -> bytes:
    """The file that a form answers with."""
    answer = person.client.post(
        address, data=data | {"_token": token(person, addresses.PROGRAMMES)}, headers={"origin": ADDRESS}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    return answer.content


def told(site: Bench) -> list[Disclosure]:
    with site.installation.database.read() as session:
        return list(session.exec(select(Disclosure)))


def test_a_document_is_handed_over_and_its_page_and_its_case_say_to_whom(site: Bench) -> None:
    row = rows(site)["medical"]
    address = addresses.document(row.id, "hand-over")
    with site.visit("arta") as person:
        page = person.get(address)
        assert "an embassy or immigration authority" in page
        assert "the employer" not in page
        assert person.post(address, EMBASSY | {"organisation": ""}, status=422).count("organisation") > 0
        assert "choose one of the answers" in person.post(address, EMBASSY | {"recipient": "employer"}, status=422)
        assert told(site) == []
        content = download(person, address, EMBASSY | {"reference": "V 118"})
        assert content.startswith(b"%PDF-")
        for where in (addresses.document(row.id), addresses.case(row.case_id, "disclosures")):
            shown = person.get(where)
            assert "Embassy of the destination" in shown
            assert "V 118" in shown
    (disclosure,) = told(site)
    assert disclosure.recorded_by == site.cast["arta"].key


_OTHER_ACTS = [pytest.param(one, marks=pytest.mark.deep) for one in ("duplicates", "scans", "revoke", "supersede")]


@pytest.mark.parametrize("act", ["hand-over", *_OTHER_ACTS])
def test_pages_of_acts_are_for_their_roles_alone(played: Bench, act: str) -> None:
    address = addresses.document(rows(played)["orientation"].id, act)
    may = {"mira"} if act in ("revoke", "supersede") else {"mira", "arta"}
    for name in ("arta", "mira", "audit", "luan", "teuta", "ilir", "agron", "admin"):
        with played.visit(name) as person:
            person.get(address, 200 if name in may else 403)
            if name not in may:
                person.post(address, {"reason": "lost", "version": "1"}, status=403)
    with played.visit("audit") as auditor:
        assert addresses.document(rows(played)["orientation"].id, act) not in auditor.get(
            addresses.document(rows(played)["orientation"].id)
        )


def test_duplicates_and_stamped_copies_stand_on_the_page_of_their_document(site: Bench) -> None:
    row = rows(site)["departure"]
    page = addresses.document(row.id)
    with site.visit("arta") as person:
        person.post(addresses.document(row.id, "duplicates"), {"reason": "lost"})
        assert "being made" in person.get(page)
        site.work()
        assert "Duplicate no. 1: The paper was lost." in person.get(page)
        copy = download(person, addresses.document(row.id, "hand-over"), EMBASSY | {"copy": "1"})
        assert f"Nr. 1 zu {row.number}" in " ".join(PdfReader(BytesIO(copy)).pages[0].extract_text().split())
        scans = addresses.document(row.id, "scans")
        assert "choose a file" in person.post(scans, {}, status=422)
        assert "neither a PDF" in person.post(scans, {}, {"file": ("a.gif", b"GIF89a")}, status=422)
        paper = pictures.paper("Stamped", "BB")
        person.post(scans, {}, {"file": ("stamped.jpg", paper)})
        link = person.get(page).split(f'href="{scans}/', 1)[1].split('"', 1)[0]
        shown = person.client.get(f"{scans}/{link}").content
        assert shown.startswith(b"\xff\xd8")
    with site.visit("audit") as auditor:
        assert auditor.client.get(f"{scans}/{link}").content == shown
        assert "Stamped copy opened" in auditor.get(page)
    with site.visit("agron") as clerk:
        clerk.get(f"{scans}/{link}", 403)


def test_a_supervisor_revokes_with_the_version_seen_and_signs_the_stage_off_again(site: Bench) -> None:
    row = rows(site)["orientation"]
    page, revoke = addresses.document(row.id), addresses.document(row.id, "revoke")
    with site.visit("mira") as person:
        assert "fill this in" in person.post(revoke, {"version": "1"}, status=422)
        stale = {"version": "1", "reason": "wrong_person"}
        assert "Somebody changed this case" in person.post(revoke, stale, status=409)
        send(person, revoke, "revoke", {"reason": "wrong_person", "told": "yes", "note": "Mixed up."})
        shown = person.get(page)
        assert "It was issued for another person." in shown
        assert "Mixed up." in shown
        assert "told to whoever checks it" in shown
        assert "Revoke it" not in shown
        site.work()
        case = person.get(addresses.case(row.case_id))
        assert "revoked by hand" in case
        assert "sign-orientation" in forms_on(case)
        send(person, addresses.case(row.case_id), "sign-orientation", {"confirmed": "yes"})
        site.work()
        assert "revoked by hand" not in person.get(addresses.case(row.case_id))
    with site.visit() as anybody:
        public = anybody.get(addresses.verify(row.token))
        assert "It was issued for another person." in public
        assert "Mixed up" not in public


@pytest.mark.deep
def test_a_corrected_document_and_the_one_in_its_place_lead_to_each_other(site: Bench) -> None:
    old = rows(site)["orientation"]
    with site.visit("mira") as person:
        send(person, addresses.document(old.id, "supersede"), "supersede", {"reason": "misspelt"})
        site.work()
        with site.installation.database.read() as session:
            new = session.exec(select(Certificate).where(Certificate.kind == "orientation")).all()[-1]
        assert new.id != old.id
        assert addresses.document(new.id) in person.get(addresses.document(old.id))
        assert addresses.document(old.id) in person.get(addresses.document(new.id))


def test_a_pack_is_made_of_what_the_list_shows_and_recorded(site: Bench) -> None:
    employer = {"recipient": "employer", "purpose": "employment", "organisation": "Synthetic Builders"}
    with site.visit("arta") as person:
        address = addresses.query(addresses.PACK, status="valid")
        assert "documents are meant" in person.get(address)
        sent = employer | {"of_status": "valid", "form": "zip"}
        with ZipFile(BytesIO(download(person, addresses.PACK, sent))) as archive:
            names = archive.namelist()
        assert not [name for name in names if "medical" in name or "security" in name]
        count = len(told(site))
        assert count == len([name for name in names if name.startswith("documents/")]) > 3
        printed = download(person, addresses.PACK, sent | {"form": "pdf", "of_kind": "orientation"})
        assert len(PdfReader(BytesIO(printed)).pages) == 2
        assert len(told(site)) == count + 1
        refused = person.post(addresses.PACK, sent | {"of_kind": "medical"}, status=403)
        assert "None of these documents goes to the employer" in refused
        for wrong in ("?color=red", "?kind=poem", "?since=yesterday", "?cohort=X&kind=medical"):
            person.get(addresses.PACK + wrong, 422)
        person.get(addresses.PACK + "?cohort=NONE", 403)
        assert len(told(site)) == count + 1
    for name in ("audit", "luan", "agron", "admin"):
        with site.visit(name) as person:
            person.get(addresses.PACK, 403)
            person.post(addresses.PACK, sent, status=403)
    assert not [path for path in site.installation.settings.home.iterdir() if path.name.startswith("tmp")]


def test_signatories_are_named_and_ended_by_those_who_may(site: Bench) -> None:
    given = {"name": "Synthetic Head", "title": "Head", "kinds": "medical", "valid_from": site.today.isoformat()}
    for name in ("arta", "luan", "agron"):
        with site.visit(name) as person:
            person.get(addresses.SIGNATORIES, 403)
            person.post(addresses.SIGNATORIES, given, status=403)
    with site.visit("mira") as person:
        assert "choose one" in person.post(addresses.SIGNATORIES, given | {"kinds": ""}, status=422)
        wrong = person.post(addresses.SIGNATORIES, given | {"valid_until": "2020-01-01"}, status=422)
        assert "ends before it begins" in wrong
        assert 'value="Synthetic Head"' in wrong
        person.post(addresses.SIGNATORIES, given)
        page = person.get(addresses.SIGNATORIES)
        assert "Synthetic Head" in page
        (form,) = [form for form in forms_on(page) if form.startswith("end-")]
    with site.visit("audit") as auditor:
        read = auditor.get(addresses.SIGNATORIES)
        assert "Synthetic Head" in read
        assert "signatory" not in forms_on(read)
    with site.visit("admin") as person:
        send(person, addresses.SIGNATORIES, form)
    with site.installation.database.read() as session:
        assert session.exec(select(Signatory)).one().valid_until == site.today
