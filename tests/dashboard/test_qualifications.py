"""Diplomas, languages and abilities through their page: recorded, checked, recognised, overdue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.qualifications.tables import RecognitionProcedure
from casework.work import Work
from dashboard import addresses
from tests.dashboard.bench import Bench, Person
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of

DIPLOMA = {"title": "Diplomë: murator", "institution": "Shkolla Teknike", "country": "XK", "isced": "3"}


def place_of(site: Bench) -> str:
    return addresses.case(case_of(site).id, "qualifications")


def form_on(person: Person, place: str, beginning: str) -> str:
    return next(form for form in forms_on(person.get(place)) if form.startswith(beginning))


def act(person: Person, place: str, beginning: str, values: Mapping[str, str] = {}, status: int = 303) -> str:
    """Send the first form whose name begins so."""
    return send(person, place, form_on(person, place, beginning), values, status=status)


def add_diploma(site: Bench, person: Person) -> str:
    place = place_of(site)
    send(person, f"{place}/diploma", "diploma", {**DIPLOMA, "awarded": str(site.today.year - 1)})
    return place


def test_a_recognition_goes_its_way_and_stands_in_the_list_while_it_is_overdue(opened: Bench) -> None:
    today, case = opened.today, case_of(opened)
    with opened.visit("arta") as person:
        assert addresses.case(case.id, "qualifications") in person.get(addresses.case(case.id))
        place = add_diploma(opened, person)
        page = person.get(place)
        assert "The status of an institution decides nothing about the degree." in page
        filed = {"authority": "Chamber of Crafts", "happened_on": today.isoformat()}
        act(person, place, "file-", filed)
        assert "papers are missing" in person.get(place)
        act(person, place, "completed-", {"happened_on": today.isoformat()})
        assert "Next: the authority decides, by" in person.get(place)
        assert "1 recognition: going on" in person.get(addresses.RECOGNITIONS)
        assert "There is none." in person.get(addresses.query(addresses.RECOGNITIONS, show="overdue"))
        person.get(addresses.query(addresses.RECOGNITIONS, show="nonsense"), 422)
        late = act(person, place, "delayed-", {"happened_on": today.isoformat()}, 422)
        assert "fill this in" in late

    def make_late(work: Work) -> None:
        row = work.session.exec(select(RecognitionProcedure)).one()
        row.due_on = work.today - timedelta(days=3)
        work.session.add(row)

    opened.installation.database.run(ENGINE, make_late)
    opened.work()
    with opened.visit("arta") as person:
        assert "recognitions overdue" in person.get(addresses.WORK)
        assert "3 days overdue" in person.get(addresses.query(addresses.RECOGNITIONS, show="overdue"))
        act(person, place, "decided-", {"happened_on": today.isoformat(), "outcome": "partial"})
        measure = {"happened_on": today.isoformat(), "measure": "course", "months": "6"}
        act(person, place, "measure_set-", measure)
        page = person.get(place)
        assert "course, 6 months" in page and "compensation measure set" in page
    with opened.visit("audit") as auditor:
        assert "Diplomë: murator" in auditor.get(place) and not forms_on(auditor.get(place)).get("count")


@pytest.mark.deep
def test_the_issuer_is_asked_and_what_it_denies_goes_no_further(opened: Bench) -> None:
    with opened.visit("arta") as person:
        place = add_diploma(opened, person)
        act(person, place, "verify-", {"said": "denied", "happened_on": opened.today.isoformat()})
        page = person.get(place)
        assert "denied by the issuer" in page
        assert not [form for form in forms_on(page) if form.startswith(("file-", "decided-"))]
        gone = act(person, place, "withdraw-", {"reason": "found_wrong"})
        assert "withdrawn" in gone and "Diplomë" not in person.get(place)


@pytest.mark.deep
def test_the_register_of_institutions_is_searched_and_keeps_versions(opened: Bench) -> None:
    with opened.visit("arta") as person:
        add_diploma(opened, person)
        found = person.get(addresses.query(addresses.INSTITUTIONS, text="teknike", country="XK"))
        assert "Shkolla Teknike" in found and "not listed" in found
        address = found.split(f'href="{addresses.INSTITUTIONS}/')[1].split('"')[0]
        place = f"{addresses.INSTITUTIONS}/{address}"
        wrong = send(person, place, "institution", {"status": "H+"}, status=422)
        assert "The field source is empty." in wrong
        values = {"status": "H+", "source": "anabin.kmk.org", "as_of": opened.today.isoformat()}
        send(person, place, "institution", values)
        page = person.get(place)
        assert "Version 2" in page and "Version 1" in page and "anabin.kmk.org" in page
        assert "There is none." in person.get(addresses.query(addresses.INSTITUTIONS, text="nowhere"))


@pytest.mark.deep
def test_letters_are_counted_once_they_are_confirmed(opened: Bench) -> None:
    today = opened.today
    with opened.visit("arta") as person:
        place = place_of(opened)
        month = f"{today.year}-01" if today.month > 1 else f"{today.year - 1}-12"
        letter = {"employer": "Ndërtimi", "since": f"{today.year - 3}-01", "until": month}
        assert "A month is not understood." in send(
            person, f"{place}/experience", "experience", {**letter, "since": "soon"}, status=422
        )
        send(person, f"{place}/experience", "experience", letter)
        assert "It does not count" in person.get(place) and "count" not in forms_on(person.get(place))
        act(person, place, "verify-", {"said": "confirmed", "happened_on": today.isoformat()})
        send(person, place, "count")
        page = person.get(place)
        assert "It counts." in page and "Nothing is missing." in page and "count" not in forms_on(page)


def test_a_test_is_shown_skill_by_skill_beside_what_is_asked(opened: Bench) -> None:
    with opened.visit("arta") as person:
        place = f"{place_of(opened)}/language"
        values = {"subject": "de", "title": "telc Deutsch", "tested_on": opened.today.isoformat()}
        assert "Neither the overall level" in send(person, place, "language", values, status=422)
        skills = {"listening": "B1", "reading": "B1", "writing": "A1", "speaking": "B1"}
        send(person, place, "language", {**values, **skills})
        page = person.get(place_of(opened))
        assert "overall: A2 asked, A1 shown" in page and "the lowest of the four skills counts" in page


def test_qualifications_are_for_the_office_and_the_auditor_and_what_there_is_not_is_not_found(opened: Bench) -> None:
    for name in ("teuta", "ilir", "agron", "luan"):
        with opened.visit(name) as person:
            person.get(place_of(opened), 403)
            person.get(f"{place_of(opened)}/diploma", 403)
            person.get(addresses.RECOGNITIONS, 403)
            person.get(addresses.INSTITUTIONS, 403)
    with opened.visit("arta") as person:
        person.get(f"{place_of(opened)}/dancing", 404)
        person.get(f"{addresses.INSTITUTIONS}/{case_of(opened).id}", 404)
