"""Waivers, refusals with a letter, and appeals, through the pages."""

from __future__ import annotations

from sqlmodel import select

from casework.cases.rules import CaseLife
from casework.certificates.tables import Certificate
from casework.concessions.tables import Concession
from casework.decisions.tables import AdverseDecision, Appeal
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import send
from tests.dashboard.playing import case_of, page_of


def _place(site: Bench, *parts: object) -> str:
    return addresses.case(case_of(site).id, *parts)


def _wish(site: Bench) -> Concession:
    with site.installation.database.read() as session:
        return session.exec(select(Concession)).one()


def _refused(site: Bench) -> AdverseDecision:
    """The head of preparation refuses the case; the letter is made."""
    values = {"to": "refused:visa_refused", "disclosed": "visa_refused", "words": "The embassy wrote on 8 March."}
    with site.visit("mira") as person:
        there = send(person, _place(site, "refusal"), "refusal", values)
        assert "The letter to the worker is being prepared." in person.get(there)
    site.work()
    with site.installation.database.read() as session:
        return session.exec(select(AdverseDecision)).one()


def test_a_caseworker_asks_and_the_authority_answers(opened: Bench) -> None:
    ask = addresses.new_waiver(case_of(opened).id, "living_space_proof")
    with opened.visit("arta") as person:
        assert "Ask for a waiver" in person.get(_place(opened))
        send(person, ask, "waiver", {"reason": ""}, status=422)
        page = person.get(send(person, ask, "waiver", {"reason": "Employer houses the crew."}))
        assert "waits for: supervisor" in page
        answer = _place(opened, "waivers", _wish(opened).id)
        person.get(answer, 403)
        person.get(addresses.new_waiver(case_of(opened).id, "passport"), 404)
    values = {"answer": "given", "reference": "L-77", "reason": "The employer confirmed it."}
    with opened.visit("mira") as person:
        assert "waivers asked for" in person.get(addresses.WORK)
        send(person, answer, "decide-waiver", {**values, "reference": ""}, status=422)
        page = person.get(send(person, answer, "decide-waiver", values))
        assert "waived" in page
        assert "The employer confirmed it. (L-77)" in page
    with opened.visit("audit") as person:
        assert "L-77" in person.get(addresses.CONCESSIONS)
        assert "L-77" not in person.get(f"{addresses.CONCESSIONS}?show=refused")
        person.get(f"{addresses.CONCESSIONS}?show=perhaps", 422)
    with opened.visit("agron") as person:
        person.get(addresses.CONCESSIONS, 403)
        assert "L-77" not in person.get(_place(opened))
    with opened.visit("mira") as person:
        send(person, f"{answer}/withdraw", "withdraw-waiver", {"reason": "found_wrong"})
        assert "withdrawn" in person.get(_place(opened))


def test_a_refused_wish_has_its_letter(opened: Bench) -> None:
    ask = addresses.new_waiver(case_of(opened).id, "living_space_proof")
    with opened.visit("arta") as person:
        send(person, ask, "waiver", {"reason": "Employer houses the crew."})
    values = {"answer": "refused", "reference": "L-78", "reason": "Nothing shows it."}
    with opened.visit("mira") as person:
        send(person, _place(opened, "waivers", _wish(opened).id), "decide-waiver", values)
    opened.work()
    assert "LET-" in page_of(opened, "arta")


def test_a_case_is_refused_on_a_page_of_its_own_and_appealed_against(opened: Bench) -> None:
    with opened.visit("mira") as person:
        assert "refused:visa_refused" not in person.get(_place(opened, "life"))
        undisclosable = {"to": "refused:security", "disclosed": "age", "words": ""}
        page = send(person, _place(opened, "refusal"), "refusal", undisclosable, status=422)
        assert "cannot be given in the letter" in page
    with opened.visit("arta") as person:
        person.get(_place(opened, "refusal"), 403)
    decision = _refused(opened)
    lodge = _place(opened, "decisions", decision.id, "appeal")
    with opened.visit("arta") as person:
        assert "Take in an appeal" in person.get(_place(opened))
        send(person, lodge, "appeal", {"lodged_by": "worker", "grounds": "There is a new contract."})
    with opened.installation.database.read() as session:
        appeal = session.exec(select(Appeal)).one()
    place = _place(opened, "appeals", appeal.id)
    with opened.visit("mira") as person:
        page = person.get(place)
        assert "There is a new contract." in page
        assert 'value="overturned"' not in page
        values = {"outcome": "overturned", "reasons": "I was wrong"}
        version = {"version": str(case_of(opened).version)}
        person.post(place, {**values, **version}, seen=_place(opened), status=422)
    with opened.visit("arta") as person:
        assert "There is a new contract." not in person.get(place)
    with opened.visit("drita") as person:
        there = send(person, place, "answer", {"outcome": "overturned", "reasons": "The contract is good."})
        page = person.get(there)
        assert "overturned" in page
    assert case_of(opened).life is CaseLife.OPEN
    with opened.visit("audit") as person:
        assert case_of(opened).reference in person.get(f"{addresses.DECISIONS}?show=overturned")
        assert "The contract is good." in person.get(place)


def test_the_letter_is_in_the_register_and_can_be_checked_but_not_by_the_agency(opened: Bench) -> None:
    _refused(opened)
    with opened.installation.database.read() as session:
        letter = session.exec(select(Certificate).where(Certificate.kind == "letter")).one()
    with opened.visit("audit") as person:
        page = person.get(addresses.document(letter.id))
        assert "Every check passed" in page
        assert letter.number in person.get(addresses.DECISIONS)
        assert person.client.get(addresses.document(letter.id, "file")).content.startswith(b"%PDF-")
    with opened.visit() as person:
        page = person.get(addresses.verify(letter.token))
        assert "This document is valid" in page
        assert "visa" not in page
    with opened.visit("agron") as person:
        person.get(addresses.document(letter.id, "file"), 403)
        for place in (_place(opened), _place(opened, "sheet")):
            page = person.get(place)
            assert "The embassy wrote" not in page
            assert letter.number not in page
            assert "Letter of decision" not in page


def test_a_medical_officer_records_a_decision_of_health_without_words(opened: Bench) -> None:
    place = _place(opened, "decisions", "new")
    values = {"kind": "medical", "disclosed": "medical_requirement"}
    with opened.visit("teuta") as person:
        page = send(person, place, "decision", {**values, "words": "a shadow on the lung"}, status=422)
        assert "Nothing may be added" in page
        assert "stands" in person.get(send(person, place, "decision", {**values, "words": ""}))
    with opened.visit("arta") as person:
        person.get(place, 403)
