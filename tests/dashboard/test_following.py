"""Another track, follow-ups and cohorts through the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import select

from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, CaseMove
from casework.followups.tables import FollowUpRow
from casework.work import Work
from cli.demo import people
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of, page_of
from tests.support.programmes import FOLLOW_UPS, catalogue_with, extended

HOME = "BB-0004"


def address(site: Bench, *parts: str, reference: str = "BB-0001") -> str:
    return addresses.case(case_of(site, reference).id, *parts)


def test_a_caseworker_changes_the_track_and_everybody_reads_why(opened: Bench) -> None:
    page = address(opened, "track")
    with opened.visit("arta") as person:
        send(person, page, "track", {"track": "home", "reason": ""}, status=422)
        there = send(person, page, "track", {"track": "home", "reason": "family_reasons", "authority": "Mira"})
        shown = person.get(there)
    assert case_of(opened).track == "home"
    assert "Track changed from away to home" in shown
    assert "family reasons; decided by Mira" in shown
    theirs = page_of(opened, "agron")
    assert "The track was changed from away to home" in theirs
    assert "family reasons" not in theirs
    with opened.visit("teuta") as person:
        person.get(page, 403)


def test_of_two_who_change_the_track_the_second_sees_what_happened(opened: Bench) -> None:
    page = address(opened, "track", reference=HOME)
    values = {"track": "away", "reason": "offer_abroad", "planned_departure": "2099-05-01"}
    with opened.visit("arta") as first, opened.visit("besnik") as second:
        seen = second.get(page)
        send(first, page, "track", values)
        again = send(second, page, "track", values, page=seen, status=409)
    assert "The track was changed from home to away" in again
    assert case_of(opened, HOME).planned_departure == date(2099, 5, 1)


def arrive(work: Work, site: Bench) -> None:
    """The case arrived three weeks ago, in the version of the programme that asks for follow-ups."""
    programme = extended(FOLLOW_UPS)
    case = work.session.get_one(Case, case_of(site).id)
    case.programme_version, case.programme_digest = programme.version, programme.digest
    case.life, case.ended_on = CaseLife.ARRIVED, work.today - timedelta(days=22)
    for start, life, reason in (
        (CaseLife.CLEARED, CaseLife.DEPARTED, "departure_confirmed"),
        (CaseLife.DEPARTED, CaseLife.ARRIVED, "arrival_confirmed"),
    ):
        work.session.add(
            CaseMove(
                case_id=case.id,
                from_life=start,
                to_life=life,
                reason=reason,
                happened_on=work.today - timedelta(days=21),
                recorded_at=work.now,
                recorded_by="engine",
            )
        )


def test_a_follow_up_is_recorded_on_the_page_of_the_case_and_taken_back(opened: Bench) -> None:
    opened.installation.database.run(ENGINE, arrive, opened)
    catalogue = catalogue_with(extended(FOLLOW_UPS))
    opened = replace(opened, installation=replace(opened.installation, catalogue=catalogue))
    form, values = "follow-up-first_call", {"outcome": "needs_help", "how": "call", "note": "A room for <b>four</b>"}
    with opened.visit("arta") as person:
        page = person.get(address(opened))
        assert "7 days overdue" in page
        assert 'href="#follow-up-of-first_call"' in page
        send(person, address(opened), form, {**values, "outcome": ""}, status=422)
        shown = person.get(send(person, address(opened), form, values))
        assert "needs help" in shown
        assert "A room for &lt;b&gt;four&lt;/b&gt;" in shown
        assert form not in forms_on(shown)
        work = person.get(addresses.WORK)
        assert "Follow up: First call" not in work
    theirs = page_of(opened, "agron")
    assert "needs help" not in theirs
    assert "four" not in theirs
    with opened.installation.database.read() as session:
        row = session.exec(select(FollowUpRow)).one()
    with opened.visit("besnik") as person:
        shown = person.get(send(person, address(opened), f"withdraw-{row.id}", {"reason": "wrong_person"}))
        assert form in forms_on(shown)
        assert "Follow up: First call" in person.get(addresses.WORK)


def test_a_cohort_is_set_up_filled_and_looked_at(opened: Bench) -> None:
    values = {
        "programme": people.PROGRAMME,
        "code": "gsp-1",
        "title": "First <i>cohort</i>",
        "funder": "Fund",
        "starts_on": "2027-01-01",
        "intake": "1",
        "training": "1200.50",
    }
    with opened.visit("mira") as person:
        send(person, addresses.NEW_COHORT, "new-cohort", {**values, "living": "a lot"}, status=422)
        shown = person.get(send(person, addresses.NEW_COHORT, "new-cohort", values))
        assert "EUR 1,200.50" in shown
        assert "&lt;i&gt;cohort&lt;/i&gt;" in shown
        send(person, addresses.NEW_COHORT, "new-cohort", values, status=409)
    with opened.visit("arta") as person:
        person.get(addresses.COHORTS, 403)
        person.get(addresses.cohort("GSP-1"), 403)
        send(person, address(opened, "cohort"), "cohort", {"cohort": "GSP-1"})
        page = send(person, address(opened, "cohort", reference=HOME), "cohort", {"cohort": "GSP-1"}, status=409)
        assert "is full" in page
    with opened.visit("mira") as person:
        assert "1 of 1 taken" in person.get(addresses.COHORTS)
        assert "BB-0001" in person.get(addresses.cohort("GSP-1"))
        person.get(addresses.cohort("GSP-9"), 404)
    with opened.visit("arta") as person:
        send(person, address(opened, "cohort"), "cohort", {"cohort": "none"})
    with opened.visit("mira") as person:
        assert "0 of 1 taken" in person.get(addresses.COHORTS)
