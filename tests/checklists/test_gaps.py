"""What is missing of a language, and how many lessons that may take."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.facts import Fact, Standing
from checklists.gaps import OVERALL, asked_levels, course_rule, language_gap, proven_levels, training_needs
from checklists.programme import CEFR, LANGUAGE_SKILLS
from checklists.stage_rules import CourseRule, LevelHours, OccupationRule, SkillLevels
from tests.checklists.building import case, fact, programme, requirement_text, shipped, stage_text

TYPICAL = CourseRule()
LEVELS = st.sampled_from(["", *CEFR])


def test_nothing_is_missing_where_every_skill_is_proven() -> None:
    assert language_gap("de", {OVERALL: "B1"}, {OVERALL: "B1", "speaking": "A2"}, TYPICAL) is None
    assert language_gap("de", {}, {}, TYPICAL) is None


def test_a_skill_that_is_not_told_apart_has_the_level_of_the_whole() -> None:
    found = language_gap("de", {OVERALL: "B1", "speaking": "A2"}, {OVERALL: "B1", "speaking": "B1"}, TYPICAL)
    assert found is not None
    assert [(one.skill, one.proven, one.asked) for one in found.skills] == [("speaking", "A2", "B1")]
    assert found.missing == "speaking: A2 proven, asked B1"
    assert str(found.hours) == "about 150 to 250 hours"


def test_the_hours_are_told_level_by_level() -> None:
    found = language_gap("de", {OVERALL: "A2"}, {OVERALL: "B2"}, TYPICAL)
    assert found is not None
    assert str(found.hours) == "about 400 to 650 hours: A2 to B1 150 to 250, B1 to B2 250 to 400"
    assert found.basis is not None
    assert "Goethe-Institut" in found.basis.citation


def test_who_has_proven_nothing_begins_at_the_beginning() -> None:
    found = language_gap("de", {}, {OVERALL: "A2"}, TYPICAL)
    assert found is not None
    assert found.missing == "overall: nothing proven, asked A2"
    assert str(found.hours) == "about 200 to 400 hours: to A1 80 to 200, A1 to A2 120 to 200"


def test_hours_that_nobody_knows_are_said_to_be_unknown() -> None:
    found = language_gap("de", {OVERALL: "B2"}, {OVERALL: "C2"}, TYPICAL)
    assert found is not None
    assert str(found.hours) == "about 200 to 400 hours and more: B2 to C1 200 to 400; hours to C2 are not known"
    last = language_gap("de", {OVERALL: "C1"}, {OVERALL: "C2"}, TYPICAL)
    assert last is not None
    assert str(last.hours) == "How many hours it takes is not known."


def test_a_programme_that_names_its_hours_is_taken_at_its_word() -> None:
    rule = CourseRule(hours=(LevelHours(level="B1", hours=160),))
    found = language_gap("de", {OVERALL: "A2"}, {OVERALL: "B1"}, rule)
    assert found is not None
    assert str(found.hours) == "about 160 hours"
    assert found.basis is None, "the typical hours' source would be a wrong one"


@given(
    proven=st.dictionaries(st.sampled_from([OVERALL, *LANGUAGE_SKILLS]), st.sampled_from(CEFR)),
    asked=st.dictionaries(st.sampled_from([OVERALL, *LANGUAGE_SKILLS]), st.sampled_from(CEFR)),
    higher=st.sampled_from(CEFR),
)
def test_more_that_is_proven_never_takes_longer(proven: dict[str, str], asked: dict[str, str], higher: str) -> None:
    before = language_gap("de", proven, asked, TYPICAL)
    raised = {name: max(level, higher) for name, level in {OVERALL: "A1", **proven}.items()}
    after = language_gap("de", raised, asked, TYPICAL)
    assert (after.most if after else 0) <= (before.most if before else 0)
    assert before is None or all(one.proven < one.asked for one in before.skills)


def test_of_several_tests_the_highest_level_counts_and_none_that_was_withdrawn() -> None:
    def test(name: str, level: str, day: date, standing: Standing = Standing.ACCEPTED) -> Fact:
        return fact(name, "language_result", standing, subject="de", attributes={"level": level}, tested_on=day)

    known = case(
        test("a", "A2", date(2026, 1, 1)),
        test("b", "B1", date(2025, 1, 1)),
        test("c", "C1", date(2026, 5, 1), Standing.WITHDRAWN),
    )
    assert proven_levels(known, "de") == {OVERALL: "B1"}
    assert proven_levels(known, "fr") == {}


def test_what_an_occupation_asks_more_is_asked_too() -> None:
    rules = "evidence: language_result, subject: de, accept: {level: {at_least: B1}, speaking: {at_least: B1}}"
    [(_stage, asked)] = programme(stage_text("papers", requirement_text(rules))).requirements()
    nurses = OccupationRule(occupation="2221", language="de", level="B2", skills=SkillLevels(speaking="A2"))
    assert asked_levels(asked) == [{OVERALL: "B1", "speaking": "B1"}]
    assert asked_levels(asked, nurses) == [{OVERALL: "B2", "speaking": "B1"}]
    other = OccupationRule(occupation="2221", language="fr", level="B2")
    assert asked_levels(asked, other) == [{OVERALL: "B1", "speaking": "B1"}]


@pytest.mark.parametrize(("level", "hours"), [("", "about 200 to 400 hours"), ("A1", "about 120 to 200 hours")])
def test_a_case_has_the_need_that_its_programme_leaves(level: str, hours: str) -> None:
    shown = (fact("a", "language_result", subject="de", attributes={"level": level}),) if level else ()
    [need] = training_needs(shipped(), case(*shown))
    assert (need.language, str(need.hours).split(":")[0]) == ("de", hours)


def test_a_case_whose_language_is_proven_has_no_need() -> None:
    assert training_needs(shipped(), case(fact("a", "language_result", subject="de", attributes={"level": "A2"}))) == []


def test_of_two_ways_to_meet_a_requirement_the_shorter_is_told_and_one_that_is_met_needs_nothing() -> None:
    rules = "evidence: language_result, subject: de, accept: [{level: {at_least: B2}}, {speaking: {at_least: A2}}]"
    asked = programme(stage_text("papers", requirement_text(rules)))
    [need] = training_needs(asked, case())
    assert [one.skill for one in need.skills] == ["speaking"]
    spoken = fact("a", "language_result", subject="de", attributes={"level": "A1", "speaking": "A2"})
    assert training_needs(asked, case(spoken)) == []


def test_a_programme_without_training_takes_the_typical_hours() -> None:
    assert course_rule(programme(stage_text("papers", requirement_text())), "away") == CourseRule()
