"""Files of papers through the pages: several at once, what is shown of them, the wrong worker, the same file twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect
from sqlmodel import select

from casework.audit.tables import AuditEvent
from casework.evidence.tables import EvidenceFile, EvidenceItem, ScanState
from dashboard import addresses
from tests.dashboard import preview
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of
from tests.dashboard.walking import Seats, looked_at, served
from tests.evidence import making_files as making
from tests.support import clamd
from tests.support.clamd import EICAR, Daemon, Mood

OTHER = "BB-0002"


def items(site: Bench, reference: str = "BB-0001") -> list[EvidenceItem]:
    with site.installation.database.read() as session:
        query = select(EvidenceItem).where(EvidenceItem.case_id == case_of(site, reference).id)
        return list(session.exec(query))


def kinds(site: Bench) -> list[str]:
    with site.installation.database.read() as session:
        return [event.kind for event in session.exec(select(AuditEvent))]


def add_photo(site: Bench, *contents: bytes, reference: str = "BB-0001", status: int = 303) -> str:
    """Hand the files in as one paper; where the answer leads, or its text."""
    day = (site.today - timedelta(days=5)).isoformat()
    sent = [("file", (f"../..\u202e/{number}.exe", content)) for number, content in enumerate(contents)]
    with site.visit("arta") as person:
        place = addresses.case(case_of(site, reference).id)
        return send(person, place, "add-photo", {"issued_on": day}, sent, status=status)


def paper(site: Bench, item: EvidenceItem, *parts: object) -> str:
    return addresses.evidence(item.case_id, item.id, *(parts or ("files",)))


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with clamd.running() as made:
        yield made


def scanned_by(site: Bench, daemon: Daemon) -> Bench:
    settings = site.installation.settings.model_copy(update={"clamd_address": daemon.address, "clamd_seconds": 3.0})
    return replace(site, installation=replace(site.installation, settings=settings))


def test_a_paper_of_two_files_is_shown_file_by_file_and_cleaned(opened: Bench) -> None:
    add_photo(opened, making.sideways(), making.dangerous_pdf())
    [item] = items(opened)
    with opened.visit("besnik") as person:
        assert "Open the 2 files" in person.get(addresses.case(item.case_id))
        page = person.get(paper(opened, item))
        assert page.count("<h2 id=") == 3
        assert "not scanned for viruses" in page
        picture = person.client.get(paper(opened, item, "files", 1))
        assert picture.headers["content-disposition"].startswith("inline; ")
        assert Image.open(BytesIO(picture.content)).size == (60, 80)
        saved = person.client.get(paper(opened, item, "files", 2))
        assert saved.headers["content-disposition"].startswith("attachment; ")
        assert b"hidden" not in saved.content
        original = person.client.get(paper(opened, item, "files", 2, "original"))
        assert original.headers["content-disposition"].startswith("attachment; ")
        assert original.content == making.dangerous_pdf()
        person.get(paper(opened, item, "files", 3), 404)
    assert "exe" not in "".join(one.headers["content-disposition"] for one in (picture, saved, original))
    assert kinds(opened).count("evidence.viewed") == 2
    assert kinds(opened).count("evidence.original_viewed") == 1


def test_a_file_that_cannot_be_taken_says_why_and_nothing_is_kept(opened: Bench) -> None:
    page = add_photo(opened, making.jpeg(), making.pdf(1, password="secret"), status=422)
    assert "The PDF is locked with a password. Save it without a password." in page
    page = add_photo(opened, *([making.jpeg()] * 21), status=422)
    assert "choose at most 20 files" in page
    assert items(opened) == []


def test_several_papers_are_added_in_one_form_or_none(opened: Bench) -> None:
    case = case_of(opened)
    place = addresses.case(case.id, "evidence", "several")
    day = (opened.today - timedelta(days=5)).isoformat()
    sent = [("photo.file", ("1.jpg", making.jpeg("red"))), ("photo.file", ("2.jpg", making.jpeg("blue")))]
    with opened.visit("arta") as person:
        assert place in person.get(addresses.case(case.id))
        page = send(person, place, "several", {}, sent, status=422)
        assert "fill this in" in page
        page = send(person, place, "several", {"photo.issued_on": day}, [], status=422)
        assert "choose a file" in page
        page = send(person, place, "several", {}, [], status=422)
        assert "Choose the files of at least one paper." in page
        wrong = [*sent, ("passport.file", ("p.pdf", b"no pdf"))]
        values = {"photo.issued_on": day, "passport.issued_on": day, "passport.expires_on": "2039-01-01"}
        values = {name: value for name, value in values.items() if f'name="{name}"' in person.get(place)}
        send(person, place, "several", values, wrong, status=422)
        assert items(opened) == []
        there = send(person, place, "several", {"photo.issued_on": day}, sent)
        assert "The papers were added." in person.get(there)
    [item] = items(opened)
    assert (item.kind, len(item.further_files)) == ("photo", 1)


def test_a_paper_on_the_wrong_worker_is_taken_away_with_a_reason(opened: Bench) -> None:
    add_photo(opened, making.jpeg())
    [item] = items(opened)
    page = paper(opened, item)
    with opened.visit("arta") as person:
        shown = send(person, page, "move", {"reason": "namesake", "to": "BB-9999"}, status=422)
        assert "There is no case with this reference" in shown
        there = send(person, page, "move", {"reason": "namesake", "to": OTHER, "note": "sorted wrongly"})
        text = person.get(there)
        assert "handed in for the right worker" in text
        assert "was on the wrong worker and was sealed off" in text
        assert paper(opened, item) not in text
        person.get(page, 404)
        person.get(paper(opened, item, "files", 1), 404)
        [anew] = items(opened, OTHER)
        assert "was taken over from a worker it did not belong to" in person.get(addresses.case(anew.case_id))
        assert person.client.get(paper(opened, anew, "files", 1)).status_code == 200


def test_the_same_file_on_two_workers_is_to_be_looked_at_on_both_cases(opened: Bench) -> None:
    add_photo(opened, making.jpeg())
    add_photo(opened, making.jpeg(), reference=OTHER)
    [one], [two] = items(opened), items(opened, OTHER)
    said = "the same file is among another worker&#39;s papers"
    with opened.visit("besnik") as person:
        for item in (one, two):
            assert said in person.get(addresses.case(item.case_id))
        page = person.get(paper(opened, one))
        assert OTHER in page
        [form] = [name for name in forms_on(page) if name.startswith("settle-")]
        send(person, paper(opened, one), form, {"reason": "because"}, status=422)
        text = person.get(send(person, paper(opened, one), form, {"reason": "family_paper"}))
        assert "good for both" in text
        for item in (one, two):
            assert said not in person.get(addresses.case(item.case_id))
        send(person, page, form, {"reason": "family_paper"}, page=page, status=409)


def test_the_pages_of_files_are_for_those_who_may_see_and_decide(opened: Bench) -> None:
    add_photo(opened, making.jpeg())
    [item] = items(opened)
    for name in ("agron", "teuta", "ilir"):
        with opened.visit(name) as person:
            for parts in (("files",), ("files", 1), ("files", 1, "original")):
                person.get(paper(opened, item, *parts), 403)
            person.post(paper(opened, item, "move"), {"reason": "wrong_file"}, status=403)


def test_a_harmful_file_is_refused_and_leaves_an_event(opened: Bench, daemon: Daemon) -> None:
    site = scanned_by(opened, daemon)
    page = add_photo(site, making.jpeg(), making.jpeg() + EICAR, status=422)
    assert "Win.Test.EICAR_HDB-1" in page
    assert items(site) == []
    assert kinds(site).count("evidence.refused_infected") == 1
    with site.visit("besnik") as person:
        assert "A harmful file was refused" in person.get(addresses.case(case_of(site).id))


def test_without_an_answer_of_the_scanner_the_file_is_kept_and_scanned_later(opened: Bench, daemon: Daemon) -> None:
    from workflows.scanning import scan_waiting

    site = scanned_by(opened, daemon)
    daemon.mood = Mood.BROKEN
    add_photo(site, making.jpeg())
    assert scan_waiting(site.installation) == 0
    daemon.mood = Mood.WELL
    assert scan_waiting(site.installation) == 1
    assert scan_waiting(site.installation) == 0
    [item] = items(site)
    with site.installation.database.read() as session:
        assert session.get_one(EvidenceFile, item.file_id).scan is ScanState.CLEAN
    with site.visit("besnik") as person:
        assert "not scanned" not in person.get(addresses.case(item.case_id))


@pytest.mark.deep
@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed")
def test_files_are_dropped_taken_back_and_sent_in_a_browser(opened: Bench, seats: Seats) -> None:
    drop = """(field) => {
        const carried = new DataTransfer();
        for (const name of ["front.jpg", "back.jpg"]) {
            const bytes = Uint8Array.from(atob(field.dataset.picture), (letter) => letter.charCodeAt(0));
            carried.items.add(new File([bytes], name, { type: "image/jpeg" }));
        }
        field.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
    }"""
    from base64 import b64encode

    with served(opened, seats) as walk:
        tab = walk.sign_in("arta")
        walk.open(tab, addresses.case(case_of(opened).id))
        photo = tab.locator("#requirement-photo")
        photo.locator("summary").click()
        field = photo.locator("[data-drop]")
        field.evaluate("(field, picture) => { field.dataset.picture = picture; }", b64encode(making.jpeg()).decode())
        field.evaluate(drop)
        payload = FilePayload(name="third.jpg", mimeType="image/jpeg", buffer=making.jpeg("red"))
        photo.get_by_label("Files").set_input_files(payload)
        expect(photo.locator(".chosen li")).to_have_count(3)
        looked_at(tab)
        photo.get_by_role("button", name="Remove: back.jpg").click()
        expect(photo.locator(".chosen li")).to_have_count(2)
        photo.get_by_label("Issued on").fill((opened.today - timedelta(days=3)).isoformat())
        photo.get_by_role("button", name="Add").click()
        expect(tab.get_by_role("status")).to_contain_text("The evidence was added.")
        tab.get_by_role("link", name="Open the 2 files").click()
        expect(tab.get_by_role("heading", name="File 2")).to_be_visible()
        looked_at(tab)
