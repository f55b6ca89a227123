"""Originals and photographs through their pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.cohorts import service as cohorts
from casework.cohorts.service import AddCohort
from casework.custody.tables import Original
from casework.evidence.tables import EvidenceItem
from casework.work import Work
from casework.workers.tables import LegalBasis
from cli.demo import pictures
from dashboard import addresses
from dashboard.cases.receipts import FOLDER, catalogue_of
from tests.dashboard.bench import Bench, Person
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import PAPER, accept_all, case_of

PORTRAIT = pictures.portrait("BB-0001")


def take_in(site: Bench, person: Person, case: Case, **values: str) -> str:
    """Take a passport in through the page; the page after it."""
    address = addresses.case(case.id, "originals")
    given = {"kind": "passport", "number": "P77777777", "place": "Safe, shelf 2", **values}
    send(person, address, "receive-original", given, {"signature": ("receipt.jpg", PAPER)})
    return person.get(address)


def events(site: Bench, case: Case) -> list[str]:
    with site.installation.database.read() as session:
        return [one.kind for one in session.exec(select(AuditEvent).where(AuditEvent.case_id == case.id))]


def test_an_original_goes_its_way_through_the_page(opened: Bench) -> None:
    case, later = case_of(opened), (opened.today + timedelta(days=30)).isoformat()
    address = addresses.case(case.id, "originals")
    with opened.visit("arta") as person:
        page = take_in(opened, person, case)
        assert "1 original to be returned" in page and "P77777777" in page and "Arta Gashi" in page
        assert "Nobody is cleared for departure while an original is held." in page
        sent = next(form for form in forms_on(page) if form.startswith("sent-"))
        values = {"place": "Embassy of Germany", "expected_on": later, "taken_by": "Counter 3"}
        assert "original-moved" in send(person, address, sent, values)
        page = person.get(address)
        assert "expected back on" in page and "sent to an embassy or authority: Embassy of Germany" in page
        asked = next(form for form in forms_on(page) if form.startswith("requested-"))
        send(person, address, asked)
        page = person.get(address)
        assert "to be returned by" in page and not [form for form in forms_on(page) if form.startswith("requested-")]
        assert "Return the original" not in page
        returned = next(form for form in forms_on(page) if form.startswith("returned-"))
        send(person, address, returned)
        assert "0 originals to be returned" in person.get(address)
    assert {"original.received", "original.sent", "original.requested", "original.returned", "original.viewed"} <= set(
        events(opened, case)
    )


def test_the_list_of_originals_and_its_file_show_what_is_held_and_the_queue_names_it(opened: Bench) -> None:
    case = case_of(opened)
    with opened.visit("arta") as person:
        take_in(opened, person, case)
        assert "Get the original back" not in person.get(addresses.WORK)
        assert "Passport" in person.get(addresses.ORIGINALS)
        assert "There is none." in person.get(addresses.query(addresses.ORIGINALS, show="overdue"))
        person.get(addresses.query(addresses.ORIGINALS, show="nonsense"), 422)
    with opened.visit("audit") as auditor:
        assert case.reference in auditor.get(addresses.ORIGINALS)
        page = auditor.get(addresses.case(case.id, "originals"))
        assert "P77777777" not in page and "Arta Gashi to" not in page and not forms_on(page).get("receive-original")
        file = auditor.client.get(addresses.ORIGINALS_FILE)
        assert file.headers["content-type"].startswith("text/csv")
        assert f"{case.reference},{case.programme_id},passport,held by the office," in file.text
        assert "Limani" not in file.text


def test_a_late_original_stands_red_in_the_work_of_the_office(opened: Bench) -> None:
    case = case_of(opened)
    with opened.visit("arta") as person:
        take_in(opened, person, case)

    def make_late(work: Work) -> None:
        row = work.session.exec(select(Original)).one()
        row.due_on = row.requested_on = work.today - timedelta(days=3)
        work.session.add(row)

    opened.installation.database.run(ENGINE, make_late)
    with opened.visit("mira") as person:
        assert "originals overdue" in person.get(addresses.WORK)
        page = person.get(addresses.query(addresses.ORIGINALS, show="overdue"))
        assert "3 days overdue" in page and case.reference in page


@pytest.mark.parametrize("name", ["teuta", "ilir", "agron", "luan"])
def test_originals_are_for_the_office_and_the_auditor(opened: Bench, name: str) -> None:
    case = case_of(opened)
    with opened.visit(name) as person:
        person.get(addresses.case(case.id, "originals"), 403)
        person.get(addresses.ORIGINALS, 403)
        person.get(addresses.ORIGINALS_FILE, 403)


def test_a_receipt_is_printed_in_the_language_of_the_worker_and_the_signed_one_is_kept(opened: Bench) -> None:
    case = case_of(opened)

    def speaks_albanian(work: Work) -> None:
        for row in work.session.exec(select(LegalBasis).where(LegalBasis.worker_id == case.worker_id)):
            row.language = "sq"
            work.session.add(row)

    opened.installation.database.run(ENGINE, speaks_albanian)
    with opened.visit("arta") as person:
        page = take_in(opened, person, case)
        receipt = page.split('/receipt"')[0].rsplit('href="', 1)[1] + "/receipt"
        text = person.get(receipt)
        assert "Receipt for an original paper" in text and "has it back within one working day" in text
        assert 'lang="sq"' in text and "Ky dokument i përket punëtorit." in text and "nëntor" in text
        signed = receipt.removesuffix("receipt") + "file"
        assert person.client.get(signed).content.startswith(b"\xff\xd8")
        other = addresses.case(case_of(opened, "BB-0002").id) + receipt.split(str(case.id))[1]
        person.get(other, 404)
    with opened.visit("teuta") as person:
        person.get(receipt, 403)


@pytest.mark.parametrize("tag", sorted(path.stem for path in FOLDER.glob("*.po")))
def test_every_language_of_the_receipt_is_complete(tag: str) -> None:
    assert catalogue_of(tag) is not None


def test_a_photograph_is_added_framed_accepted_and_shown_where_somebody_is_met(opened: Bench) -> None:
    case = case_of(opened)
    address = addresses.case(case.id, "photos")
    with opened.visit("arta") as person:
        assert "There is no photograph yet." in person.get(address)
        send(person, address, "photograph", {}, {"file": ("me.jpg", PORTRAIT)})
        page = person.get(address)
        assert "Sharpness:" in page and "nobody has looked yet" in page
        send(person, address, "frame", {"framed": "yes"})
        assert "a person found the head within it" in person.get(address)
        with opened.installation.database.read() as session:
            item = session.exec(select(EvidenceItem).where(EvidenceItem.kind == "photo")).one()
        cut = person.client.get(addresses.photo(case.id, item.id, "portrait"))
        assert cut.headers["content-type"] == "image/jpeg"
        assert "nobody has verified it yet" in person.get(addresses.case(case.id, "orientation"))
    with opened.visit("besnik") as person:
        assert accept_all(opened, person) == 1
    small = addresses.case(case.id, "photo", "small")
    for name, pages in (("arta", ("orientation", "training", "itinerary")), ("teuta", ("medical",))):
        with opened.visit(name) as person:
            for page_name in pages:
                page = person.get(addresses.case(case.id, page_name))
                assert f'src="{small}"' in page and 'loading="lazy"' in page
            answer = person.client.get(small)
            assert answer.status_code == 200 and len(answer.content) < 8000
            person.client.get(small)
    assert events(opened, case).count("photo.viewed") == 2
    for name in ("agron", "ilir", "audit"):
        with opened.visit(name) as person:
            person.get(small, 403)
            assert small not in person.get(addresses.case(case.id, "orientation"))


def test_what_is_wrong_with_a_photograph_is_said_and_what_is_none_is_refused(opened: Bench) -> None:
    address = addresses.case(case_of(opened).id, "photos")
    with opened.visit("arta") as person:
        send(person, address, "photograph", {}, {"file": ("me.jpg", PAPER)})
        assert "Stand facing a window" in person.get(address)
        page = send(person, address, "photograph", {}, {"file": ("me.jpg", b"GIF89a")}, status=422)
        assert "The file is" in page


def test_the_camera_is_allowed_on_the_page_of_photographs_alone(opened: Bench) -> None:
    case = case_of(opened)
    with opened.visit("arta") as person:
        for path, allowed in ((addresses.case(case.id, "photos"), True), (addresses.case(case.id), False)):
            policy = person.client.get(path).headers["permissions-policy"]
            assert ("camera=(self)" in policy) is allowed


def test_the_attendance_list_of_a_cohort_shows_the_faces_of_those_who_are_expected(opened: Bench) -> None:
    case = case_of(opened)
    installation = opened.installation
    command = AddCohort(
        code="GSP-1",
        title="Builders",
        funder="Fund",
        programme=case.programme_id,
        office_id=case.office_id,
        starts_on=opened.today,
        intake=5,
        costs={},
    )
    made = installation.database.run(opened.cast["mira"], cohorts.add, installation.catalogue, command)
    installation.database.run(opened.cast["mira"], cohorts.join, case.id, made.id)
    with opened.visit("arta") as person:
        send(person, addresses.case(case.id, "photos"), "photograph", {}, {"file": ("me.jpg", PORTRAIT)})
        person.get(addresses.cohort("GSP-1", "attendance"), 403)
    with opened.visit("mira") as person:
        assert addresses.cohort("GSP-1", "attendance") in person.get(addresses.cohort("GSP-1"))
        page = person.get(addresses.cohort("GSP-1", "attendance"))
        assert "1 person is expected" in page and addresses.case(case.id, "photo", "small") in page
    with opened.visit("audit") as person:
        person.get(addresses.cohort("GSP-1", "attendance"), 403)
        assert "Attendance list with photographs" not in person.get(addresses.cohort("GSP-1"))
