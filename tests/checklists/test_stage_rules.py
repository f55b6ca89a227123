"""The rules of a stage's own work: their defaults, what may be wrong with them, and what a change of them means."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checklists.catalogue import Catalogue, InvalidProgramme, read_programme
from checklists.differences import differences
from checklists.durations import Duration
from checklists.programme import Programme
from checklists.stage_rules import CourseRule, ExaminationRule, OccupationRule, QualificationRule, SessionRule

EVERY_KEY = (Path(__file__).parent / "every_key.yaml").read_text("utf-8")
BASIS = "      legal_basis: {title: Trial, as_of: 2027-01-01, confirmed: false}\n"
MONTHS = "experience_months: 12\n          within_years: 3"


def read(old: str = "", new: str = "") -> Programme:
    assert old in EVERY_KEY, old
    text = EVERY_KEY.replace(old, new, 1) if old else EVERY_KEY
    return read_programme(text.encode(), "every_key.yaml")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("kind: medical", "kind: general", "Only a stage of kind medical has rules for examinations."),
        ("kind: training", "kind: general", "Only a stage of kind training has rules for courses."),
        ("kind: orientation", "kind: general", "Only a stage of kind orientation has rules for sessions."),
        ("kind: qualifications", "kind: general", "Only a stage of kind qualifications has rules for recognition."),
        ("clinics: rotation", "clinics: lottery", "This must be one of: office, rotation, worker"),
        ("parts: [physical, xray]", "parts: [physical, soul]", "This must be one of: physical, xray, laboratory"),
        ("parts: [physical, xray]", "parts: [xray, xray]", "xray is there twice."),
        ("never_asked: [hiv]", "never_asked: [hiv, hiv]", "hiv is there twice."),
        ("never_asked: [hiv]", "never_asked: [religion]", "This must be one of: hiv, pregnancy, genetic, drugs"),
        ("code: close_contact", "code: hiv_positive", "hiv_positive would tell what is never asked here."),
        ("vaccinations: [measles]", "vaccinations: [hiv]", "hiv would tell what is never asked here."),
        (f"      fit_to_fly_days: 3\n{BASIS}", "", "It needs a “legal_basis” beside it."),
        ("fit_to_fly_days: 3", "fit_to_fly_days: 0", "greater than or equal to 1"),
        ("minimum_attendance: 80", "minimum_attendance: 101", "less than or equal to 100"),
        ("{level: A2, hours: 120", "{level: B7, hours: 120", "This must be one of: A1, A2, B1, B2, C1, C2"),
        ("up_to: 160", "up_to: 119", "The most hours are fewer than the least."),
        ("tracks: [away]}]", "tracks: [abroad]}]", "The programme has no track abroad"),
        ("languages: [sq, sr]", "languages: [sq, sq]", "sq is there twice."),
        ("languages: [sq, sr]", "languages: [Albanian]", "This must be a language as ISO 639-1 writes it"),
        ("pass_mark: 60", "pass_mark: 0", "greater than or equal to 1"),
        ("evidence: orientation_test", "evidence: module_attendance", "asks for “orientation_test”"),
        ("evidence: orientation_test", "evidence: module_attendance", "the modules need “waivable_by”"),
        ("earlier: P2Y", "earlier: two years", "is not a duration"),
        ("decision_within: P3M", "decision_within: 3 months", "is not a duration"),
        ("          destination: AL", "          destination: KS", "There is no country KS"),
        ('occupation: "23"', 'occupation: "99"', "There is no occupation 99 in ISCO-08."),
        ('occupation: "2221"', 'occupation: "2229"', "There is no occupation 2229 in ISCO-08."),
        ("until: 2030-12-31", "until: 2019-12-31", "It ends before it begins."),
        ('          level: 6\n          occupation: "23"\n', "", "Say what is recognised"),
        ("          language: de\n", "", "Say in which “language” the level is asked."),
        ("          experience_months: 12\n", "", "“within_years” needs the “experience_months”"),
        (MONTHS, MONTHS.replace("12", "40"), "So many months do not fit into so few years."),
        ("speaking: B2}", "singing: B2}", "There is no key “singing”. Did you mean speaking?"),
    ],
)
def test_a_flaw_in_a_stage_rule_is_told(old: str, new: str, fault: str) -> None:
    with pytest.raises(InvalidProgramme) as caught:
        read(old, new)
    told = [str(one) for one in caught.value.problems]
    assert any(fault in one for one in told), told


def test_a_stage_without_rules_has_the_defaults() -> None:
    stage = read().stages[0]
    assert stage.examined == ExaminationRule()
    assert stage.examined.clinics == "office"
    assert stage.taught == CourseRule()
    assert stage.oriented == SessionRule()
    assert stage.recognising == QualificationRule()
    assert stage.recognising.decision_within == Duration.parse("P4M")


def test_the_published_programmes_say_nothing_that_they_did_not_say() -> None:
    for programme in Catalogue.load().programmes:
        if programme.published_on < date(2026, 11, 22):
            assert all(stage.examination is None and stage.recognitions is None for stage in programme.stages)


def test_a_programme_names_its_own_hours_and_the_others_are_typical() -> None:
    rule = next(stage for stage in read().stages if stage.courses).taught
    a2, b1, c2 = rule.hours_to("A2"), rule.hours_to("B1"), rule.hours_to("C2")
    assert a2 is not None and (a2.hours, a2.up_to) == (120, 160) and rule.is_own("A2")
    assert b1 is not None and (b1.hours, b1.up_to) == (150, 250) and not rule.is_own("B1")
    assert c2 is None


def test_of_two_rules_for_an_occupation_the_narrower_counts() -> None:
    nurses, health = OccupationRule(occupation="2221", language="de", level="B2"), OccupationRule(occupation="22")
    rule = QualificationRule(occupations=(health, nurses))
    assert rule.of_occupation("2221") is nurses
    assert rule.of_occupation("2222") is health
    assert rule.of_occupation("7112") is None


def test_an_agreement_is_in_force_between_its_days() -> None:
    [agreement] = next(stage for stage in read().stages if stage.recognitions).recognising.agreements
    days = (date(2019, 12, 31), date(2020, 1, 1), date(2030, 12, 31), date(2031, 1, 1))
    assert [agreement.in_force(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("old", "new", "change", "key"),
    [
        ("minimum_attendance: 80", "minimum_attendance: 90", "tightened", "courses.minimum_attendance"),
        ("      minimum_attendance: 80\n", "", "loosened", "courses.minimum_attendance"),
        ("pass_mark: 60", "pass_mark: 50", "loosened", "sessions.pass_mark"),
        ("      pass_mark: 60\n", "", "loosened", "sessions.pass_mark"),
        ("      earlier: P2Y\n", "", "tightened", "sessions.earlier"),
        ("earlier: P2Y", "earlier: P3Y", "loosened", "sessions.earlier"),
        ("list_days: 2", "list_days: 3", "tightened", "sessions.list_days"),
        ("clinics: rotation", "clinics: worker", "changed", "examination.clinics"),
        ("parts: [physical, xray]", "parts: [physical]", "loosened", "examination.parts"),
        ("never_asked: [hiv]", "never_asked: [hiv, drugs]", "changed", "examination.never_asked"),
        ("vaccinations: [measles]", "vaccinations: [measles, polio]", "tightened", "examination.vaccinations"),
        ("      fit_to_fly_days: 3\n", "", "loosened", "examination.fit_to_fly_days"),
        ("decision_within: P3M", "decision_within: P2M", "changed", "recognitions.decision_within"),
        ("          level: B2\n", "", "changed", "recognitions.occupations"),
    ],
)
def test_a_change_of_a_stage_rule_is_said(old: str, new: str, change: str, key: str) -> None:
    found = differences(read(), read(old, new))
    assert [(one.change.value, one.key) for one in found.items] == [(change, key)]


def test_a_rule_that_comes_is_compared_with_what_held_without_it() -> None:
    start = EVERY_KEY.index("    sessions:\n")
    block = EVERY_KEY[start : EVERY_KEY.index("    certificate: {prefix: MEE")]
    found = differences(read(block, ""), read())
    told = {one.key: str(one.words) for one in found.items}
    assert told["sessions.pass_mark"] == "Meeting, pass mark of the test: 60 (before: none)"
    assert set(told) == {f"sessions.{key}" for key in SessionRule.model_fields}
