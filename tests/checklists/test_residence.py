"""Of which countries a police certificate is asked, how fresh, and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.assessment import assess
from checklists.catalogue import Catalogue
from checklists.facts import CaseFacts, Residence
from checklists.programme import Programme
from checklists.residence import CountryReason, country_reasons, reason_for
from tests.checklists.building import BORN, TODAY, case, fact, one_paper

RULES = "each: residence, validity: {anchor: issued_on, max_age: P6M, must_hold_until: departure}"
AGEING = one_paper(RULES)
assert AGEING.residence is not None
LASTING = AGEING.model_copy(update={"residence": AGEING.residence.model_copy(update={"after_last_stay": True})})
HOME = Residence("XK", BORN, date(2015, 3, 1))
NOW = Residence("MK", date(2015, 3, 1))
BACK = Residence("XK", date(2018, 1, 1), date(2018, 9, 1))


def of(rules: Programme, *stays: Residence, country: str = "XK", on: date = TODAY) -> CountryReason:
    found = reason_for(rules, case(residences=stays), country, on)
    assert found is not None
    return found


def status(rules: Programme, facts: CaseFacts, country: str = "XK", on: date = TODAY) -> str:
    return next(one.status for one in assess(rules, facts, on).stages[0].requirements if one.subject == country)


def test_each_country_of_the_history_has_an_answer() -> None:
    stays = (HOME, NOW, Residence("AL", date(2000, 1, 1), date(2008, 9, 13)), Residence("CH", date(2026, 6, 1)))
    found = country_reasons(AGEING, case(residences=stays), date(2026, 11, 22))
    assert [(one.country, one.asked, one.requirements) for one in found] == [
        ("XK", True, ("paper",)),
        ("AL", False, ("paper",)),
        ("MK", True, ("paper",)),
        ("CH", False, ("paper",)),
    ]
    assert [str(one.why) for one in found] == [
        "Asked: 6 months on end were lived there since the age of 16, from 2008-09-14 on.",
        "Not asked: there was no stay of 6 months on end since the age of 16.",
        "Asked: 6 months on end were lived there since the age of 16, from 2015-09-01 on.",
        "Not asked yet: the stay goes on, and reaches 6 months on 2026-12-01.",
    ]


def test_the_sentences_say_how_fresh_and_whether_the_worker_went_back() -> None:
    assert "lives there: good for 6 months" in str(of(AGEING, HOME, NOW, country="MK").fresh)
    assert "left on 2015-03-01 and was not back since: good for 6 months" in str(of(AGEING, HOME, NOW).fresh)
    assert "went back there and left on 2018-09-01: good for 6 months" in str(of(AGEING, HOME, NOW, BACK).fresh)
    assert "not back since: one issued on that day or later counts" in str(of(LASTING, HOME, NOW).fresh)
    assert "only one issued on that day or later" in str(of(LASTING, HOME, NOW, BACK).fresh)
    assert of(LASTING, HOME, NOW, Residence("AL", TODAY), country="AL").fresh is None


def test_a_return_begins_a_new_stay_and_an_open_one_has_no_last_day() -> None:
    back = of(AGEING, HOME, NOW, BACK)
    assert (back.returned, back.left_on, len(back.spans)) == (True, date(2018, 9, 1), 2)
    there = of(AGEING, HOME, Residence("XK", date(2020, 1, 1)))
    assert (there.returned, there.left_on) == (True, None)


def test_without_a_birth_date_every_stay_counts_and_the_sentence_says_so() -> None:
    facts = case(born=None, residences=(Residence("AL", date(1995, 1, 1), date(1996, 1, 1)),))
    found = country_reasons(AGEING, facts, TODAY)[0]
    assert found.asked
    assert "the birth date is not known" in str(found.why)


def test_a_programme_that_asks_nothing_of_countries_answers_nothing() -> None:
    assert country_reasons(one_paper(), case(residences=(HOME, NOW)), TODAY) == ()


@pytest.mark.parametrize(
    ("issued", "ageing", "lasting"),
    [
        (date(2015, 2, 28), "lapsed", "lapsed"),  # a day before leaving: not of the whole stay
        (date(2015, 3, 1), "lapsed", "met"),
        (date(2019, 1, 1), "lapsed", "met"),
        (TODAY, "met", "met"),
    ],
)
def test_the_paper_of_a_former_country_is_judged_by_the_last_day_there_where_the_programme_says_so(
    issued: date, ageing: str, lasting: str
) -> None:
    facts = case(fact(subject="XK", issued_on=issued), residences=(HOME, NOW))
    assert status(LASTING, facts) == lasting
    assert status(AGEING, facts) == ageing


def test_who_goes_back_needs_it_anew() -> None:
    paper = fact(subject="XK", issued_on=date(2016, 1, 1))
    assert status(LASTING, case(paper, residences=(HOME, NOW))) == "met"
    assert status(LASTING, case(paper, residences=(HOME, NOW, BACK))) == "lapsed"
    again = fact("f2", subject="XK", issued_on=date(2018, 9, 1))
    assert status(LASTING, case(paper, again, residences=(HOME, NOW, BACK))) == "met"


def test_a_short_visit_to_a_former_country_is_a_return_too() -> None:
    visit = Residence("XK", date(2019, 5, 1), date(2019, 5, 8))
    paper = fact(subject="XK", issued_on=date(2016, 1, 1))
    assert status(LASTING, case(paper, residences=(HOME, NOW, visit))) == "lapsed"


def test_a_printed_end_of_the_paper_counts_all_the_same() -> None:
    printed = one_paper("each: residence, validity: {anchor: issued_on, max_age: P6M, last_day: expires_on}")
    rules = printed.model_copy(update={"residence": LASTING.residence})
    paper = fact(subject="XK", issued_on=date(2019, 1, 1), expires_on=date(2020, 1, 1))
    assert status(rules, case(paper, residences=(HOME, NOW))) == "lapsed"


def test_the_paper_of_the_country_lived_in_ages_until_the_worker_leaves() -> None:
    leaving = Residence("MK", date(2015, 3, 1), TODAY + timedelta(days=10))
    facts = case(fact(subject="MK", issued_on=TODAY), residences=(HOME, leaving), departure=None)
    found = assess(LASTING, facts, TODAY)
    assert found.changes_on is not None
    after = TODAY + timedelta(days=11)
    assert status(LASTING, facts, "MK", after) == "lapsed"


@st.composite
def histories(draw: st.DrawFn) -> tuple[Residence, ...]:
    """Stays in three countries, in any order, overlapping or with gaps."""
    stays = []
    for _each in range(draw(st.integers(1, 6))):
        since = draw(st.dates(date(2000, 1, 1), date(2026, 12, 31)))
        days = draw(st.none() | st.integers(0, 2000))
        until = None if days is None else since + timedelta(days=days)
        stays.append(Residence(draw(st.sampled_from(["XK", "MK", "CH"])), since, until))
    return tuple(stays)


@given(stays=histories(), lasting=st.booleans(), days=st.integers(-900, 900))
def test_the_reasons_and_the_assessment_ask_for_the_same_countries(
    stays: tuple[Residence, ...], lasting: bool, days: int
) -> None:
    on = TODAY + timedelta(days=days)
    rules, facts = (LASTING if lasting else AGEING), case(residences=stays)
    asked = [one.country for one in country_reasons(rules, facts, on) if one.asked]
    assert asked == [one.subject for one in assess(rules, facts, on).stages[0].requirements]


@given(stays=histories(), issued=st.dates(date(2014, 1, 1), TODAY), days=st.integers(0, 900))
def test_nothing_changes_before_the_day_that_the_assessment_names(
    stays: tuple[Residence, ...], issued: date, days: int
) -> None:
    facts = case(fact(subject="XK", issued_on=issued), residences=stays)
    first = assess(LASTING, facts, TODAY)
    later = TODAY + timedelta(days=days)
    if first.changes_on is None or later < first.changes_on:
        then = assess(LASTING, facts, later)
        assert [one.status for one in then.stages[0].requirements] == [
            one.status for one in first.stages[0].requirements
        ]


@given(stays=histories(), issued=st.dates(date(2014, 1, 1), TODAY))
def test_a_further_stay_in_a_former_country_never_makes_an_older_paper_good(
    stays: tuple[Residence, ...], issued: date
) -> None:
    """Going back can only take a good paper away."""
    facts = case(fact(subject="XK", issued_on=issued), residences=(HOME, *stays), departure=None)
    more = Residence("XK", issued + timedelta(days=40), issued + timedelta(days=50))
    longer = case(fact(subject="XK", issued_on=issued), residences=(HOME, *stays, more), departure=None)
    if more.until is not None and more.until < TODAY and status(LASTING, longer) == "met":
        assert status(LASTING, facts) == "met" or of(LASTING, HOME, *stays, more).left_on is None


@pytest.mark.deep
def test_every_shipped_programme_with_a_rule_answers_for_each_country() -> None:
    for programme in Catalogue.load().latest():
        if programme.residence is not None:
            facts = CaseFacts(programme.tracks[0].id, TODAY, "XK", birth_date=BORN, residences=(HOME, NOW))
            assert all(str(one.why) for one in country_reasons(programme, facts, TODAY))
