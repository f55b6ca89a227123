"""What programmes ask, for everybody: signed in or not."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from markupsafe import escape

from basis.errors import NotFound
from casework.programmes.rules import Suspended
from checklists.catalogue import SHIPPED, Catalogue, age, read_programme
from checklists.conditions import Condition
from checklists.programme import Programme
from cli.demo import people
from dashboard import addresses
from dashboard.pages import programmes as pages
from dashboard.programmes import asked, rules, stage_work, wording
from dashboard.routes.programmes import in_short, notices
from tests.dashboard.bench import Bench

TODAY = date(2026, 11, 23)
SHIPPED_ONES = [read_programme(path.read_bytes(), path.name) for path in sorted(SHIPPED.glob("*.yaml"))]
NAMES = [f"{one.id} {one.version}" for one in SHIPPED_ONES]


def shipped(programme_id: str) -> Programme:
    return max((one for one in SHIPPED_ONES if one.id == programme_id), key=lambda one: age(one.version))


def said(sections: tuple[pages.RuleSection, ...], section: str) -> str:
    """Everything that stands in one section."""
    found = next(one for one in sections if one.id == section)
    return " ".join([str(found.lead), *(f"{rule.title} {rule.detail}" for rule in found.rules)])


@pytest.mark.parametrize("name", ["", "arta", "mira", "luan", "teuta", "ilir", "agron", "audit", "admin"])
def test_everybody_reads_every_rule_with_its_source(played: Bench, name: str) -> None:
    programme = played.installation.catalogue.get(people.PROGRAMME)
    with played.visit(name) as person:
        assert str(programme.label) in person.get(addresses.PROGRAMMES)
        page = person.get(addresses.programme(programme.id, programme.version))
    for stage, requirement in programme.requirements():
        assert escape(stage.title) in page
        assert escape(requirement.title) in page
        assert escape(requirement.legal_basis.title) in page
    assert "not confirmed yet" in page


def test_a_rule_is_in_words(played: Bench) -> None:
    with played.visit() as person:
        page = person.get(addresses.programme(people.PROGRAMME, "2027.1"))
    assert "and still 6 months after departure" in page
    assert "2 years from the test" in page
    assert "only on the track Away" in page
    assert "only if a loan is asked for" in page
    assert "for each country lived in for 6 months or more since the age of 16" in page
    assert "level: at least A2" in page
    assert "drawn in last 24 months: no" in page
    assert "track ==" not in page
    assert "gap(" not in page


def test_cases_are_counted_as_far_as_the_reader_may_know_of_them(played: Bench) -> None:
    with played.visit("arta") as caseworker, played.visit("admin") as administrator:
        assert '<td class="amount">1</td>' in caseworker.get(addresses.PROGRAMMES)
        assert '<td class="amount">1</td>' not in administrator.get(addresses.PROGRAMMES)


def test_who_is_not_signed_in_sees_no_number_of_cases_and_no_place_of_the_office(played: Bench) -> None:
    with played.visit() as nobody:
        for address in (addresses.PROGRAMMES, addresses.programme(people.PROGRAMME, "2027.1")):
            page = nobody.get(address)
            assert 'class="amount"' not in page
            assert 'class="places"' not in page
            assert addresses.SIGN_OUT not in page
            assert "<form" not in page
            assert f'href="{addresses.PROGRAMMES}"' in page


def test_who_is_signed_in_keeps_the_places(played: Bench) -> None:
    with played.visit("arta") as person:
        page = person.get(addresses.programme(people.PROGRAMME, "2027.1"))
    assert f'href="{addresses.PROGRAMMES}" aria-current="true"' in page
    assert f'href="{addresses.WORK}"' in page


def test_an_unknown_programme_or_version_is_not_there(played: Bench) -> None:
    for name in ("arta", ""):
        with played.visit(name) as person:
            person.get(addresses.programme("mars", "2027.1"), 404)
            person.get(addresses.programme(people.PROGRAMME, "1999.1"), 404)
            person.get(addresses.PROGRAMMES + "?color=red", 422)


def test_a_draft_is_not_there_for_the_public(played: Bench) -> None:
    for draft in played.installation.catalogue.drafts:
        with pytest.raises(NotFound):
            played.installation.catalogue.get(draft.id, draft.version)


@pytest.mark.parametrize("programme", SHIPPED_ONES, ids=NAMES)
def test_every_condition_of_a_shipped_programme_has_words(programme: Programme) -> None:
    found = [stage.when for stage in programme.stages] + [one.when for _stage, one in programme.requirements()]
    found += [one.when for one in programme.entitlements] + [one.when for one in programme.follow_ups]
    for one in found:
        if one is not None:
            assert not re.search(r"==|\w\('|only if:", str(wording.condition(programme, one))), one.text


@pytest.mark.parametrize("programme", SHIPPED_ONES, ids=NAMES)
def test_how_long_it_takes_is_said_for_every_track_that_counts_working_days(programme: Programme) -> None:
    begun = asked.plans(programme, TODAY)
    sentences = [str(one) for one in asked.durations(programme, begun, TODAY)]
    if not begun:
        assert sentences == ["How long it takes is not estimated in this version."]
        return
    assert len(sentences) == len(programme.tracks)
    for track, sentence in zip(programme.tracks, sentences, strict=True):
        assert sentence.startswith(f"{track.title}: who begins today with nothing ")
        assert re.search(r"on \d+ \w+ 20\d\d at the earliest, in \d+ weeks\.", sentence)


def test_a_stage_says_how_long_it_takes_and_when_it_can_be_done() -> None:
    programme = shipped("philippines-gulf-domestic-work")
    begun = asked.plans(programme, TODAY)
    by_id = {stage.id: stage for stage in asked.stages(programme, begun)}
    assert str(by_id["documents"].takes).startswith(
        "Takes about 21 working days. Who begins today can have it done on "
    )
    assert [stage.number for stage in by_id.values()] == list(range(1, len(programme.stages) + 1))


def test_who_pays_and_what_may_be_charged_is_said() -> None:
    costs = said(rules.before(shipped("philippines-gulf-domestic-work")), "costs")
    assert "The worker pays: Passport." in costs
    assert "Recruitment or placement: nothing may be charged" in costs
    costs = said(rules.before(shipped("bangladesh-gulf-construction")), "costs")
    assert "Everything together: at most BDT 165,000.00 from Bangladesh, to Saudi Arabia" in costs
    costs = said(rules.before(shipped("public-employment-placement")), "costs")
    assert "None of the things asked is paid for by the worker." in costs


def test_what_the_worker_gets_and_what_follows_is_said() -> None:
    nurses = rules.after(shipped("nursing-recognition-abroad"))
    assert "EUR 250.00 once, paid by: programme" in said(nurses, "gets")
    assert "only if a gap was found: Full recognition as a nurse" in said(nurses, "later")
    assert "1 year after arrival, asked by: authority" in said(nurses, "later")
    assert "decided case by case" in said(nurses, "diplomas")


def test_places_and_loan_are_said_where_there_are_some() -> None:
    kosovo = rules.after(shipped("kosovo-germany-construction"))
    assert "places not used, and refused requests, are lost" in said(kosovo, "places")
    assert "At most EUR 2,500.00, without interest" in said(kosovo, "loan")
    assert not [one for one in rules.after(shipped("philippines-gulf-domestic-work")) if one.id in ("places", "loan")]


def test_a_suspension_a_later_version_and_one_not_in_force_yet_are_said() -> None:
    versions = tuple(one for one in SHIPPED_ONES if one.id == "kosovo-germany-construction")
    old, new = sorted(versions, key=lambda one: age(one.version))[:2]
    catalogue = Catalogue((old, new))
    stopped = Suspended(new.id, "The border is closed.", TODAY)
    before, after = new.in_force_from - timedelta(days=1), new.in_force_from
    assert [str(one.text) for one in notices(catalogue, new, after, stopped)] == [
        "Nobody is cleared since 23 November 2026: The border is closed."
    ]
    assert [str(one.text) for one in notices(catalogue, old, after, None)] == [f"New cases take version {new.version}."]
    assert "is not in force yet" in str(next(iter(notices(catalogue, new, before, None))).text)
    assert list(notices(catalogue, old, before, None)) == []


def test_who_can_bring_a_worker_is_said() -> None:
    facts = {str(fact.label): str(fact.value) for fact in in_short(shipped("public-employment-placement"))}
    assert facts["Workers come"] == "through the public employment service, through the office"
    assert "Workers come" not in {str(fact.label) for fact in in_short(shipped("pacific-australia-technical"))}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("destination == 'SA'", "only for work in Saudi Arabia"),
        ("destination not in ('SA', 'QA')", "only for work elsewhere than in Saudi Arabia, Qatar"),
        ("nationality in ('XK', 'AL')", "only for nationals of Kosovo, Albania"),
        ("age_at(departure) >= 45", "only for workers of 45 or older at departure"),
        ("age_at(today) < 18", "only for workers of 17 or younger today"),
        ("not has('earlier_placement')", "only if the worker comes for the first time"),
        ("track == 'away' and has('passport')", "only on the track Away (work in Germany), and with: Passport"),
        ("track == 'away' or loan_asked", "only on the track Away (work in Germany), or if a loan is asked for"),
        ("not (track == 'away' and loan_asked)", "only if: not (track == 'away' and loan_asked)"),
    ],
)
def test_a_condition_in_words(text: str, words: str) -> None:
    programme = shipped("kosovo-germany-construction")
    assert str(wording.condition(programme, Condition.parse(text))) == words


def test_how_the_work_of_a_stage_is_done_is_said_in_words() -> None:
    every_key = Path(__file__).parents[1] / "checklists" / "every_key.yaml"
    programme = read_programme(every_key.read_bytes(), every_key.name)
    found = {stage.id: stage_work.work(stage) for stage in programme.stages}
    facts = {name: {str(f.label): str(f.value) for f in one.facts} for name, one in found.items() if one is not None}
    assert facts == {
        "proof": {"Decided": "within 3 months of the complete file"},
        "lessons": {
            "Attended": "at least 80 % of the hours held",
            "Hours to a level": "A2: 120 to 160 hours",
            "Modules": "Words of work (40 hours)",
        },
        "health": {
            "Clinic": "assigned in turn, by the system",
            "Examined are": "physical examination, chest X-ray",
            "Never asked": "HIV",
            "Vaccinations": "measles",
            "Good for a shorter time": "After close contact: 3 months",
            "Looked at once more": "3 days before the journey",
        },
        "meeting": {
            "Short test": "60 % of its points",
            "Earlier attendance counts": "for the same destination, in the last 2 years",
            "Family": "members of the household are invited",
            "List of participants": "2 days before the session",
            "Held in": "Albanian, Serbian",
        },
        "assignment": {
            "Length": "6 months",
            "At most, with every extension": "1 year 6 months",
            "Extended by": "supervisor",
        },
    }
    assert found["proof"] is not None and [rule.detail for rule in found["proof"].rules] == [
        (
            "diplomas of Kosovo in Albania, from ISCED level 6, 23 Teaching professionals, decided case by case, "
            "proposed by it, confirmed by a person"
        ),
        "German B2, listening B2, reading B2, writing B1, speaking B2, 12 months of experience in the last 3 years",
    ]
    assert all(one.source is not None for one in found.values() if one is not None)
