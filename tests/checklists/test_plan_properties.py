"""Who keeps to the latest days of a plan departs in time with every paper good; a day later, and the flight slips."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from checklists.assessment import assess, ineligible
from checklists.catalogue import SHIPPED, read_programme
from checklists.facts import CaseFacts, GivenWaiver, Residence, WaiverKind
from checklists.programme import Programme
from checklists.schedule import Plan, plan
from checklists.status.outline import outline
from tests.checklists.building import ONE_DAY
from tests.checklists.planning import followed, later, planned, signed, supporting

TODAY = date(2027, 2, 12)
BASIS = {"title": "Trial", "as_of": "2026-11-01", "confirmed": False}
COUNTRIES = st.sampled_from([None, "DE", "BD", "XK"])
AGES = st.sampled_from(["P90D", "P6M", "P1Y"])
FILES = sorted(SHIPPED.glob("*.yaml"))


@st.composite
def validities(draw: st.DrawFn) -> Mapping[str, str] | None:
    match draw(st.integers(0, 5)):
        case 0:
            return None
        case 1:
            return {"last_day": "expires_on", "must_hold_until": "arrival", "margin": "P3M"}
        case 2:
            return {"anchor": "issued_on", "max_age": draw(AGES), "must_hold_until": "visa_application"}
        case 3:
            return {"anchor": "issued_on", "max_age": draw(AGES)}
        case _:
            until = draw(st.sampled_from(["departure", "arrival"]))
            return {"anchor": "issued_on", "max_age": draw(AGES), "must_hold_until": until, "margin": "P3D"}


@st.composite
def requirements(draw: st.DrawFn, stage: int) -> list[dict[str, Any]]:
    names = [f"r{stage}_{i}" for i in range(draw(st.integers(0, 3)))]
    made = []
    for i, name in enumerate(names):
        rules: dict[str, Any] = {
            "id": name,
            "title": name,
            "evidence": name,
            "provided_by": "worker",
            "verified_by": "caseworker",
            "lead_time": draw(st.sampled_from([0, 1, 3, 10])),
            "lead_days": draw(st.sampled_from([0, 0, 0, 20])),
            "calendar": draw(COUNTRIES),
            "after": draw(st.lists(st.sampled_from(names[:i]), unique=True)) if i else [],
            "validity": draw(validities()),
            "conditional_by": "board",
            "legal_basis": BASIS,
        }
        made.append(rules)
    return draw(st.permutations(made))


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Up to five stages in a graph, with a visa application in the last one."""
    stages: list[dict[str, Any]] = []
    names = [f"s{i}" for i in range(draw(st.integers(1, 5)))]
    for i, name in enumerate(names):
        stages.append(
            {
                "id": name,
                "kind": "departure" if name == names[-1] else "general",
                "title": name,
                "sign_off": "caseworker",
                "after": draw(st.lists(st.sampled_from(names[:i]), unique=True)) if i else [],
                "service_days": draw(st.integers(0, 4)),
                "lead_days": draw(st.sampled_from([0, 0, 5])),
                "calendar": draw(COUNTRIES),
                "certificate": {"prefix": f"TR{chr(65 + i)}", "title": "Trial"},
                "requirements": draw(requirements(i)),
            }
        )
    stages[-1]["service_days"] += 1  # the graph counts
    application = {"id": "application", "title": "Application", "evidence": "visa_application", "lead_time": 2}
    application |= {"provided_by": "worker", "verified_by": "caseworker", "legal_basis": BASIS}
    stages[-1]["requirements"].append(application)
    text = {
        "id": "trial",
        "version": "2027.1",
        "title": "Trial",
        "origin": ["XK"],
        "destination": ["DE"],
        "currency": "EUR",
        "journey_days": draw(st.integers(0, 2)),
        "published_on": "2026-11-01",
        "minimum_age": 18,
        "tracks": [{"id": "away", "title": "Away", "departs": True}],
        "stages": stages,
    }
    try:
        return Programme.model_validate_json(json.dumps(text))
    except ValidationError:  # what cannot be in time is refused
        assume(False)
        raise


Begun = tuple[Programme, CaseFacts]


@st.composite
def begun_cases(draw: st.DrawFn) -> Begun:
    """A case in which some things came in the last months, and some stages were signed off on them."""
    programme = draw(programmes())
    facts = CaseFacts("away", TODAY, "XK", birth_date=date(1995, 5, 20))
    for _stage, asked in programme.requirements():
        if draw(st.integers(0, 2)) == 0:
            day = TODAY - timedelta(days=draw(st.integers(0, 200)))
            facts = replace(facts, facts=(*facts.facts, supporting(asked, "", day)))
        elif draw(st.integers(0, 4)) == 0:
            until = draw(st.none() | st.integers(0, 200).map(lambda days: TODAY + timedelta(days=days)))
            waiver = GivenWaiver(f"w-{asked.id}", asked.id, "", "board", until, WaiverKind.CONDITION)
            facts = replace(facts, waivers=(*facts.waivers, waiver))
    facts = replace(facts, planned_departure=TODAY)
    for stage in programme.in_order:
        if draw(st.booleans()) and assess(programme, facts, TODAY).stage(stage.id).status == "ready":
            facts = signed(programme, facts, stage.id, TODAY)
    return programme, facts


def kept(made: Plan) -> bool:
    return made.late_by == 0 and not any(item.at_risk for item in made.items)


def keeping_to_the_latest_days_is_enough(programme: Programme, facts: CaseFacts, spare: int) -> None:
    first = plan(programme, facts, TODAY).earliest_departure
    assert first is not None
    made = planned(programme, facts, TODAY, first + timedelta(days=spare))
    assume(spare == 0 or kept(made))  # papers that are good in hand may lapse before a far later flight
    assert kept(made)
    _facts, found = followed(programme, replace(facts, planned_departure=made.departure), made)
    assert found.cleared
    assert all(state.status.fulfilled for stage in found.stages for state in stage.requirements)


def a_day_later_is_too_late(programme: Programme, facts: CaseFacts, spare: int) -> None:
    first = plan(programme, facts, TODAY).earliest_departure
    assert first is not None
    made = planned(programme, facts, TODAY, first + timedelta(days=spare))
    assume(kept(made))
    assert made.departure is not None and later(programme, made, None) == made.departure
    for item in made.items:
        if not item.done:
            assert later(programme, made, item) > made.departure, item


def the_earliest_departure_is_the_first_that_can_be_kept(programme: Programme, facts: CaseFacts, days: int) -> None:
    first = planned(programme, facts, TODAY, None).earliest_departure
    assert first is not None
    for departure in (first, first - ONE_DAY, first + timedelta(days=days), TODAY + timedelta(days=days)):
        made = planned(programme, facts, TODAY, departure)
        assert made.earliest_departure == first, departure
        assert kept(made) or departure != first
        assert departure >= first or not kept(made)


PROPERTIES = pytest.mark.parametrize(
    "holds",
    [
        keeping_to_the_latest_days_is_enough,
        a_day_later_is_too_late,
        the_earliest_departure_is_the_first_that_can_be_kept,
    ],
    ids=lambda holds: holds.__name__,
)


@PROPERTIES
@settings(deadline=None, max_examples=20)
@given(begun_cases(), st.integers(0, 300))
def test_a_plan_holds(holds: Callable[[Programme, CaseFacts, int], None], begun: Begun, days: int) -> None:
    holds(*begun, days)


@pytest.mark.deep
@PROPERTIES
@settings(deadline=None, max_examples=1000)
@given(begun_cases(), st.integers(0, 300))
def test_a_plan_holds_in_many_cases(
    holds: Callable[[Programme, CaseFacts, int], None], begun: Begun, days: int
) -> None:
    holds(*begun, days)


def eligible_case(programme: Programme, track: str) -> CaseFacts:
    """A new case of a worker whom the programme allows to take part."""
    nationalities = (*programme.origins, "XK", "DE", "GH")
    destinations = (*programme.destinations, "DE", "GH")
    for country, destination, occupation in product(nationalities, destinations, ("7112", "2512", "2221", "9111")):
        facts = CaseFacts(
            track=track,
            registered_on=TODAY,
            nationality=country,
            birth_date=date(1995, 5, 20),
            planned_departure=date(2027, 12, 1),
            occupation=occupation,
            sex="F",
            destination=destination,
            loan_asked=True,
            residences=(Residence(country, date(1995, 5, 20)),),
        )
        if not ineligible(programme, facts, TODAY):
            return facts
    raise AssertionError(f"nobody may take part in {programme.id}")


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
@pytest.mark.parametrize(
    "spare", [0, pytest.param(45, marks=pytest.mark.deep), pytest.param(200, marks=pytest.mark.deep)]
)
def test_a_case_of_every_shipped_programme_keeps_to_its_plan(path: Path, spare: int) -> None:
    programme = read_programme(path.read_bytes(), path.name)
    for track in programme.tracks:
        facts = eligible_case(programme, track.id)
        first = planned(programme, facts, TODAY, None)
        if not track.departs:
            assert first.earliest_departure is None and first.earliest_completion >= TODAY
            assert {item.latest for item in first.items} == {None}
            continue
        assert first.earliest_departure is not None
        made = planned(programme, facts, TODAY, first.earliest_departure + timedelta(days=spare))
        assert kept(made)
        _facts, found = followed(programme, replace(facts, planned_departure=made.departure), made)
        assert found.cleared
        prepared = [stage for stage in found.stages if stage.stage not in programme.after_preparation]
        assert all(state.status.fulfilled for stage in prepared for state in stage.requirements)
        if outline(programme).counts_working_days:
            assert later(programme, made, None) == made.departure
            open_ones = {item.requirement: item for item in made.items if not item.done}
            slips = {name for name, item in open_ones.items() if later(programme, made, item) > made.departure}
            assert slips == open_ones.keys()
