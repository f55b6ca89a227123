"""What a programme proposes for a diploma, and what an occupation asks beyond the requirements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from checklists.assessment import assess
from checklists.facts import CaseFacts
from checklists.programme import Programme
from checklists.recognition import compared, fitting_agreements, levels_of, rule_for, with_occupation_checks
from tests.checklists.building import BASIS, TODAY, case, fact, programme, requirement_text, shipped, stage_text, status

RULE = f"""sign_off: caseworker
    recognitions:
      agreements:
        - {{id: one, title: One, origin: XK, destination: DE, level: 3, outcome: full, from: 2020-01-01,
           until: 2026-11-20, {BASIS}}}
        - {{id: two, title: Two, origin: XK, destination: DE, occupation: "71", outcome: partial, from: 2020-01-01,
           {BASIS}}}
      occupations:
        - {{occupation: "71", language: de, level: A2, skills: {{speaking: B1}}, {BASIS}}}
        - {{occupation: "7112", experience_months: 24, within_years: 3, {BASIS}}}
        - {{occupation: "22", language: de, level: B2, experience_months: 12, {BASIS}}}"""
LANGUAGE = "evidence: language_result, subject: de, accept: {level: {at_least: A1}}, checks: [occupation_level]"
ABILITY = "evidence: professional_ability, checks: [occupation_experience]"


def rules(asked: str = LANGUAGE) -> Programme:
    evidence = asked.split(",", maxsplit=1)[0].removeprefix("evidence: ")
    course = stage_text("course", rules=f"sign_off: caseworker\n    when: gap('{evidence}')")
    return programme(stage_text("skills", requirement_text(asked), rules=RULE, kind="qualifications"), course)


def shown(**levels: str) -> CaseFacts:
    """Somebody of whom German is shown at these levels."""
    return case(fact(kind="language_result", subject="de", attributes=levels, tested_on=TODAY))


@pytest.mark.parametrize(
    ("origin", "isced", "occupation", "on", "found"),
    [
        ("XK", 3, "7112", TODAY, ["one", "two"]),
        ("XK", 2, "7112", TODAY, ["two"]),
        ("XK", 3, "2221", TODAY, ["one"]),
        ("XK", 3, "7112", date(2026, 11, 21), ["two"]),
        ("XK", 3, "7112", date(2019, 12, 31), []),
        ("AL", 3, "7112", TODAY, []),
    ],
)
def test_an_agreement_fits_by_corridor_level_occupation_and_day(
    origin: str, isced: int, occupation: str, on: date, found: list[str]
) -> None:
    rule = rule_for(rules(), "language_result", "away")
    fitting = fitting_agreements(rule, origin=origin, destination="DE", isced=isced, occupation=occupation, on=on)
    assert [one.id for one in fitting] == found


@pytest.mark.parametrize(
    ("occupation", "levels", "expected"),
    [
        ("7113", {"level": "A2", "speaking": "B1"}, "met"),
        ("7113", {"level": "A1", "speaking": "B1"}, "failed_check"),
        ("7113", {"level": "B1", "speaking": "A2"}, "failed_check"),
        ("7113", {"level": "B1"}, "submitted"),
        ("2221", {"level": "B1"}, "failed_check"),
        ("5120", {"level": "A1"}, "met"),
    ],
)
def test_what_an_occupation_asks_of_a_language_is_a_check(
    occupation: str, levels: dict[str, str], expected: str
) -> None:
    known = replace(shown(**levels), occupation=occupation)
    assert status(rules(), known) == expected
    course = assess(rules(), known, TODAY).stage("course").status.value
    assert (course == "not_asked") is (expected != "failed_check")


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"months": 24}, "met"),
        ({"months": 23}, "failed_check"),
        ({"years": 2}, "met"),
        ({"outcome": "full"}, "submitted"),
    ],
)
def test_what_an_occupation_asks_of_experience_is_a_check(
    attributes: dict[str, str | int | bool], expected: str
) -> None:
    assert status(rules(ABILITY), case(fact(kind="professional_ability", attributes=attributes))) == expected


def test_a_programme_that_says_nothing_of_occupations_is_judged_as_ever() -> None:
    known = shown(level="A1")
    assert with_occupation_checks(shipped(), known) is known


def test_levels_are_compared_one_by_one_the_whole_first() -> None:
    rule = rule_for(rules(), "language_result", "away").of_occupation("7111")
    assert rule is not None
    found = compared(levels_of(rule), {"level": "B1", "outcome": "full"})
    assert found == (("level", "A2", "B1", True), ("speaking", "B1", "", None))
