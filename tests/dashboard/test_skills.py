"""The skills map in the browser: what it shows, what it refuses to be asked, what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from casework.cases.tables import Case
from casework.qualifications import service as qualifications
from casework.qualifications.service import DecideQualification
from casework.qualifications.tables import QualificationKind, QualificationOutcome
from dashboard import addresses
from tests.dashboard.bench import Bench

TRAITS = (
    "sex",
    "age",
    "birth_date",
    "religion",
    "children",
    "nationality",
    "marital_status",
    "name",
    "text",
    "household",
)


def demand(site: Bench, **more: str) -> str:
    since = site.today + timedelta(days=200)
    asked = {"occupation": "7112", "count": "3", "since": since.isoformat(), "destination": "DE"}
    return addresses.query(addresses.SKILL_MATCH, **(asked | more))


def test_the_map_shows_workers_by_readiness_and_counts_them_by_month(opened: Bench) -> None:
    with opened.visit("arta") as person:
        page = person.get(addresses.SKILLS)
        assert "BB-0001" in page and "BB-0004" in page
        assert "4 workers are being prepared or cleared" in page
        assert "about " in page
        narrowed = person.get(addresses.query(addresses.SKILLS, occupation="9"))
    assert "cannot be searched" in page
    assert "Nobody fits" in narrowed


@pytest.mark.parametrize("trait", TRAITS)
def test_nobody_is_searched_by_a_personal_trait(played: Bench, trait: str) -> None:
    with played.visit("arta") as person:
        for address in (addresses.SKILLS, addresses.SKILL_MATCH):
            page = person.get(addresses.query(address, **{trait: "F"}), status=422)
            assert "There is no such filter" in page


@pytest.mark.parametrize(
    "asked",
    [
        {"occupation": "9999"}, {"occupation": "x"}, {"level": "B1"}, {"language": "de", "level": "B7"},
        {"language": "xx"}, {"education": "9"}, {"ready": "tomorrow"}, {"track": "moon"}, {"cohort": "NONE"},
        {"page": "0"},
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused_in_words(played: Bench, asked: dict[str, str]) -> None:
    with played.visit("arta") as person:
        answer = person.client.get(addresses.query(addresses.SKILLS, **asked))
    assert answer.status_code in (404, 422)
    assert "<h1>" in answer.text


@pytest.mark.parametrize("name", ["luan", "teuta", "ilir", "agron", "audit", "admin", "flora", "blerim"])
def test_the_map_is_for_casework_alone(played: Bench, name: str) -> None:
    with played.visit(name) as person:
        for address in (addresses.SKILLS, demand(played)):
            person.get(address, status=403)


def test_a_demand_shows_reasons_and_says_that_nobody_is_selected(opened: Bench) -> None:
    with opened.visit("mira") as person:
        assert "What does an employer ask for?" in person.get(addresses.SKILL_MATCH)
        page = person.get(demand(opened, language="de", level="B1"))
    assert "Nobody is selected here." in page
    assert "3 workers, 7112 Bricklayers and related workers, Germany" in page
    assert "nothing proven, asked B1" in page or "proven, asked B1" in page
    assert "prepared for Germany" in page or "the programme leads to Germany" in page


def test_a_demand_that_is_not_filled_in_is_asked_for_again(played: Bench) -> None:
    with played.visit("arta") as person:
        page = person.get(addresses.query(addresses.SKILL_MATCH, occupation="7112"))
        assert "How many workers" in page and "Nobody is selected here." in page
        yesterday = (played.today - timedelta(days=1)).isoformat()
        assert "is over" in person.get(demand(played, since=yesterday), status=422)


def test_a_search_and_a_demand_are_kept_under_names_of_their_own(opened: Bench) -> None:
    kept = {"of-occupation": "71", "of-language": "de", "of-level": "A2", "name": "Masons", "shared": "yes"}
    with opened.visit("arta") as person:
        led = person.post("/skills/skills/lists", kept)
        assert led == addresses.query(addresses.SKILLS, occupation="71", language="de", level="A2", done="list-kept")
        day = (opened.today + timedelta(days=90)).isoformat()
        asked = {"of-occupation": "7112", "of-count": "3", "of-since": day, "of-destination": "DE", "name": "Firm"}
        assert person.post("/skills/demands/lists", asked).startswith(addresses.SKILL_MATCH)
        assert "Masons" in person.get(addresses.SKILLS) and "Firm" not in person.get(addresses.SKILLS)
        assert "Firm" in person.get(addresses.SKILL_MATCH)
        person.post("/skills/skills/lists", {"of-sex": "F", "name": "Women"}, status=422)
        person.post("/skills/elsewhere/lists", kept, status=404)
    with opened.visit("mira") as person:
        assert "Masons" not in person.get(addresses.SKILLS), "it is shared with the role alone"


def test_a_case_that_lacks_language_says_how_many_lessons_that_may_take(opened: Bench) -> None:
    with opened.installation.database.read() as session:
        case = session.exec(select(Case).where(Case.reference == "BB-0001")).one()
    command = DecideQualification(
        case_id=case.id,
        kind=QualificationKind.LANGUAGE,
        outcome=QualificationOutcome.FULL,
        subject="de",
        level="A1",
        title="Start Deutsch 1",
        authority="Synthetic test centre",
        tested_on=opened.today - timedelta(days=30),
        decided_on=opened.today - timedelta(days=20),
    )
    opened.installation.database.run(opened.cast["arta"], qualifications.decide, command)
    said = "German: overall: A1 proven, asked A2. Lessons: about 120 to 200 hours (an estimate; Hours of lessons"
    with opened.visit("arta") as person:
        page = person.get(addresses.case(case.id))
    assert said in page
    assert "Lessons: German about 120 to 200 hours" in page, "the plan says so too"
    with opened.visit("agron") as person:
        assert "Lessons:" not in person.get(addresses.case(case.id))
