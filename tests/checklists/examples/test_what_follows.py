"""The versions that follow workers up by stages ask the same of the preparation as the ones before them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from checklists.assessment import StageStatus, assess
from checklists.differences import Part, differences
from checklists.facts import CaseFacts
from checklists.following import FOLLOW_UP, MEASURE
from checklists.programme import Programme, StageKind
from tests.checklists.examples.common import shipped

NAMES = (
    "germany-integrated-experts",
    "germany-returning-experts",
    "nursing-recognition-abroad",
    "talent-retention",
    "temporary-return-of-qualified-nationals",
    "virtual-return",
)
each = pytest.mark.parametrize("name", NAMES)
MOVED = {
    "plan_review",  # the review and the reports end the programme now, not the preparation
    "assignment_log",
    "host_confirmation",
    "final_report",
}


def new(name: str) -> Programme:
    return shipped(name, "2027.2")


@each
def test_what_is_asked_until_the_departure_stays_as_it_was(name: str) -> None:
    programme = new(name)
    found = differences(shipped(name, "2027.1"), programme)
    asked = {one.id for stage, one in programme.requirements() if stage.id in programme.after_preparation}
    assert {one.id for one in found.of(Part.REQUIREMENT)} <= asked | MOVED
    assert {one.id for one in found.of(Part.STAGE)} <= programme.after_preparation
    for part in (Part.ELIGIBILITY, Part.ENTITLEMENT, Part.FEE_CEILING, Part.TRACK, Part.MODULE, Part.CONTRACT_TERM):
        assert found.of(part) == ()


@each
def test_every_track_is_followed_up_and_ends_with_a_completion(name: str) -> None:
    programme = new(name)
    for track in programme.tracks:
        assert programme.follows(track.id)
        after = [one for one in programme.stages if one.id in programme.after_preparation and one.on_track(track.id)]
        assert [one.kind for one in after][-1] is StageKind.COMPLETION
        assert any(asked.evidence == FOLLOW_UP for stage in after for asked in stage.requirements)


@each
def test_the_stages_begin_when_the_preparation_is_over(name: str) -> None:
    programme, day = new(name), date(2027, 6, 1)
    track = programme.tracks[0]
    facts = CaseFacts(track.id, date(2027, 1, 4), next(iter(programme.origins), "XK"), date(1990, 5, 5))
    first = next(one for one in programme.stages if one.kind is StageKind.FOLLOWUP and one.on_track(track.id))
    assert assess(programme, facts, day).stage(first.id).status is StageStatus.BLOCKED
    gone = replace(facts, ended_on=day, followed_from=day)
    assert assess(programme, gone, day + timedelta(days=900)).stage(first.id).status is StageStatus.OPEN


def test_a_measure_is_asked_of_nurses_alone() -> None:
    asking = [name for name in NAMES if new(name).asking_for(MEASURE)]
    assert asking == ["nursing-recognition-abroad"]


def test_an_assignment_is_extended_within_what_its_scheme_allows() -> None:
    returning = new("temporary-return-of-qualified-nationals")
    short, long = returning.assignment("short_assignment"), returning.assignment("long_assignment")
    assert short is not None and str(short.longest.words) == "6 months"
    assert long is not None and str(long.longest.words) == "1 year and 6 months"
    assert new("talent-retention").assignment("stay") is None
