"""Acts on a case over real HTTP: what is refused, what is said, and of two people who decide at once one wins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from casework.cases.rules import CaseLife
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.workers.tables import Basis, LegalBasis, Purpose, Worker
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import PAPER, case_of, documents, hand_in, page_of

PHOTO = {"file": ("photo.jpg", PAPER)}


def _items(site: Bench, kind: str) -> list[EvidenceItem]:
    with site.installation.database.read() as session:
        query = select(EvidenceItem).where(EvidenceItem.case_id == case_of(site).id, EvidenceItem.kind == kind)
        return list(session.exec(query))


def _address(site: Bench, *parts: str) -> str:
    return addresses.case(case_of(site).id, *parts)


def _issued(site: Bench) -> dict[str, str]:
    return {"issued_on": (site.today - timedelta(days=5)).isoformat()}


def test_evidence_is_added_accepted_and_shown_with_its_days(opened: Bench) -> None:
    with opened.visit("arta") as person:
        there = send(person, _address(opened), "add-photo", {**_issued(opened), "issuer": "Studio <b>Foto</b>"}, PHOTO)
        page = person.get(there)
    assert "The evidence was added." in page
    assert "Studio &lt;b&gt;Foto&lt;/b&gt;" in page
    item = _items(opened, "photo")[0]
    with opened.visit("besnik") as person:
        page = person.get(send(person, _address(opened), f"accept-{item.id}"))
    assert "The evidence was accepted." in page
    assert _items(opened, "photo")[0].status is EvidenceStatus.ACCEPTED
    assert _address(opened, "photo") in page


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("paper.pdf", b"%PDF-1.7 no more than that", "neither a PDF nor a JPEG, PNG or HEIC"),
        ("paper.exe", b"MZ" + bytes(200), "neither a PDF nor a JPEG, PNG or HEIC"),
        ("empty.jpg", b"", "the file is empty"),
    ],
)
def test_a_file_that_is_no_paper_is_refused_in_words_and_what_was_typed_stays(
    opened: Bench, name: str, content: bytes, says: str
) -> None:
    values = {**_issued(opened), "issuer": "Studio Foto"}
    with opened.visit("arta") as person:
        page = send(person, _address(opened), "add-photo", values, {"file": (name, content)}, status=422)
    assert says in page
    assert "Studio Foto" in page
    assert _items(opened, "photo") == []


def test_evidence_for_what_is_not_asked_of_the_case_is_refused(opened: Bench) -> None:
    case = case_of(opened)
    with opened.visit("arta") as person:
        for requirement, subject in (("medical_examination", ""), ("passport", "XK"), ("nothing", "")):
            data = {"requirement": requirement, "subject": subject, "version": str(case.version)}
            person.post(_address(opened, "evidence"), data, seen=_address(opened), status=404)


def test_of_two_people_who_decide_at_once_the_second_sees_what_changed_and_keeps_what_was_typed(
    opened: Bench,
) -> None:
    with opened.visit("arta") as person:
        send(person, _address(opened), "add-photo", _issued(opened), PHOTO)
    item = _items(opened, "photo")[0]
    with opened.visit("arta") as first, opened.visit("besnik") as second:
        seen = second.get(_address(opened))
        send(first, _address(opened), f"accept-{item.id}")
        values = {"reason": "unreadable", "note": "The corner is cut off."}
        page = send(second, _address(opened), f"reject-{item.id}", values, page=seen, status=409)
        assert "Somebody changed this case after you opened it." in page
        assert "Biometric photo accepted" in page
        assert "The corner is cut off." in page
        again = send(second, "", f"reject-{item.id}", page=page, status=409)
        assert "Somebody has decided on this evidence already." in again
    assert _items(opened, "photo")[0].status is EvidenceStatus.ACCEPTED


def test_accepted_evidence_that_was_found_wrong_reopens_its_stage_and_revokes_the_certificate(opened: Bench) -> None:
    documents(opened)
    item = _items(opened, "living_space_proof")[0]
    with opened.visit("mira") as person:
        send(person, _address(opened), f"withdraw-{item.id}", {"reason": "suspected_forgery"})
    opened.work()
    page = page_of(opened, "arta")
    assert "Documents is open again: what it stood on was withdrawn or found wrong" in page
    assert "revoked" in page
    assert "The document needs to be verified with its issuer." in page


def test_only_the_role_that_the_programme_names_verifies_and_nobody_what_they_handed_in(opened: Bench) -> None:
    documents(opened)
    with opened.visit("arta") as person:
        hand_in(opened, person, "BB-0001", "security")
        item = _items(opened, "police_certificate")[0]
        accept = f"accept-{item.id}"
        assert accept not in forms_on(person.get(_address(opened)))
        version = {"version": str(case_of(opened).version)}
        address = addresses.evidence(case_of(opened).id, item.id, "accept")
        page = person.post(address, version, seen=_address(opened), status=403)
        assert "This is verified by the security officer." in page
    with opened.visit("luan") as person:
        assert accept in forms_on(person.get(_address(opened)))


def test_a_stage_is_signed_off_by_its_role_alone(opened: Bench) -> None:
    version = {"version": str(case_of(opened).version), "confirmed": "yes"}
    address = _address(opened, "stages", "medical", "sign-off")
    for name in ("arta", "luan", "agron"):
        with opened.visit(name) as person:
            person.post(address, version, seen=_address(opened), status=403)
    with opened.visit("teuta") as person:
        page = person.post(address, version, seen=_address(opened), status=409)
        assert "cannot be signed off yet" in page
        person.post(_address(opened, "stages", "nothing", "sign-off"), version, seen=_address(opened), status=404)


def test_the_page_asks_again_while_the_engine_works_and_rests_when_it_is_done(opened: Bench) -> None:
    with opened.visit("arta") as person:
        assert "data-poll-on" not in person.get(_address(opened))
        send(person, _address(opened), "add-photo", _issued(opened), PHOTO)
        assert "data-poll-on" in person.get(_address(opened))
        opened.work()
        assert "data-poll-on" not in person.get(_address(opened))


def test_a_case_is_opened_by_hand_with_the_rules_of_a_batch(opened: Bench) -> None:
    values = {
        "track": "home",
        "source": "self",
        "family_name": "Berisha",
        "given_names": "Lum",
        "sex": "M",
        "birth_date": "1990-02-03",
        "birth_place": "Pejë",
        "nationality": "XK",
        "passport_number": "P99887766",
        "passport_issued_on": "2024-01-10",
        "passport_expires_on": "2034-01-09",
        "residences": "XK:1990-02/",
        "occupation": "7112",
        "basis": "public_task",
        "notice_version": "APK-7",
        "notice_language": "sr",
        "notice_shown": "yes",
    }
    new = addresses.query(addresses.NEW_CASE, programme="kosovo-germany-construction")
    with opened.visit("arta") as person:
        assert "kosovo-germany-construction" in person.get(addresses.NEW_CASE)
        person.get(addresses.query(addresses.NEW_CASE, programme="atlantis"), 404)
        young = (opened.today - timedelta(days=365 * 16)).isoformat()
        page = send(person, new, "new-case", {**values, "birth_date": young}, status=422)
        assert "younger than 18 years" in page
        assert "Berisha" in page
        page = send(person, new, "new-case", {**values, "residences": "somewhere"}, status=422)
        assert "The residences cannot be read" in page
        send(person, new, "new-case", {**values, "source": "agency"}, status=422)
        send(person, new, "new-case", {**values, "notice_version": ""}, status=422)
        page = person.get(send(person, new, "new-case", values))
        assert "Lum Berisha" in page
        assert f"PRISHTINA-{opened.today.year}-0005" in page
        assert "has an open case in this programme" in send(person, new, "new-case", values, status=409)
    with opened.installation.database.read() as session:
        worker = session.exec(select(Worker).where(Worker.family_name == "Berisha")).one()
        bases = session.exec(select(LegalBasis).where(LegalBasis.worker_id == worker.id)).all()
    assert {row.purpose for row in bases} == {Purpose.PREPARATION, Purpose.SCREENING, Purpose.MEDICAL}
    assert {(row.basis, row.notice_version, row.language) for row in bases} == {(Basis.PUBLIC_TASK, "APK-7", "sr")}


def test_a_correction_is_a_new_version_and_a_stale_one_does_not_overwrite_it(opened: Bench) -> None:
    place = _address(opened, "worker")
    reason = "passport shows another spelling"
    with opened.visit("arta") as first, opened.visit("besnik") as second:
        seen = second.get(place)
        page = first.get(send(first, place, "worker", {"native_name": "Дритон Лимани", "reason": reason}))
        assert "Дритон Лимани" in page
        page = send(second, place, "worker", {"birth_place": "Prizren", "reason": reason}, page=seen, status=409)
        assert "The worker&#39;s data was corrected" in page
    with opened.installation.database.read() as session:
        worker = session.get_one(Worker, case_of(opened).worker_id)
    assert (worker.number, worker.birth_place != "Prizren") == (2, True)


def test_the_departure_moves_and_a_day_in_the_past_is_refused(opened: Bench) -> None:
    later = opened.today + timedelta(days=200)
    with opened.visit("arta") as person:
        past = (opened.today - timedelta(days=1)).isoformat()
        send(person, _address(opened, "plan"), "plan", {"planned_departure": past}, status=422)
        send(person, _address(opened, "plan"), "plan", {"planned_departure": later.isoformat()})
    assert case_of(opened).planned_departure == later


def test_a_move_needs_its_own_reason_and_an_ended_case_is_frozen_until_a_supervisor_reverses_it(
    opened: Bench,
) -> None:
    place = _address(opened, "life")
    with opened.visit("arta") as person:
        wrong = {"to": "withdrawn", "reason": "on_hold:illness"}
        assert "this is a reason for another move" in send(person, place, "life", wrong, status=422)
        send(person, place, "life", {"to": "withdrawn", "reason": "withdrawn:other_job"})
        page = person.get(_address(opened))
        assert "withdrawn by the worker since" in page
        assert not [form for form in forms_on(page) if form.startswith("add-")]
    assert case_of(opened).life is CaseLife.WITHDRAWN
    with opened.visit("mira") as person:
        send(person, place, "life", {"to": "open", "reason": "open:recorded_in_error"})
    assert case_of(opened).life is CaseLife.OPEN


def test_agencies_and_auditors_change_nothing(opened: Bench) -> None:
    for name in ("agron", "audit", "luan"):
        with opened.visit(name) as person:
            page = person.get(_address(opened))
            acting = [form for form in forms_on(page) if form.startswith(("add-", "sign-", "accept-", "reject-"))]
            assert acting == []
            for part in ("worker", "plan", "owner", "life", "itinerary", "training"):
                person.get(_address(opened, part), 403)


def test_the_sheet_has_everything_and_no_button(opened: Bench) -> None:
    documents(opened)
    with opened.visit("arta") as person:
        page = person.get(_address(opened, "sheet"))
    assert "Printed on" in page
    assert "Document preparation record" in page
    assert "Passport accepted" in page
    assert set(forms_on(page)) == set()


def test_a_loan_is_not_decided_by_who_recorded_it_nor_twice_by_one_officer(opened: Bench) -> None:
    place = _address(opened, "loan")
    with opened.visit("ilir") as person:
        page = send(person, place, "ask-loan", {"amount_travel": "1e9"}, status=422)
        assert "1e9" in page
        send(person, place, "ask-loan", {"amount_travel": "800.50"})
        page = person.get(place)
        assert "EUR 800.50" in page
        assert "assess-loan" not in forms_on(page)
        version = {"version": str(case_of(opened).version)}
        person.post(f"{place}/assess", {"looked_at": "x", "wage": "", **version}, seen=place, status=403)
    with opened.visit("dafina") as person:
        send(person, place, "decline-loan", {"reason": "Has a loan already."})
        assert "Has a loan already." in person.get(place)
