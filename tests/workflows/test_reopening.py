"""What runs out reopens exactly its own stage and those that stand on it, on the day after its last good one.

The last good days are reckoned here from the programme's file and the facts, apart from the engine's own reckoning: on
the home track as time goes by, on the track away as the departure moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from casework.cases import facts
from casework.cases import service as cases
from casework.cases.pinned import programme_of
from casework.cases.rules import CaseLife, EndKind
from casework.cases.service import ReplanCase
from casework.cases.tables import SignOff
from casework.medical import service as medical
from casework.medical.rules import MedicalOutcome
from casework.medical.service import RecordMedical
from casework.medical.tables import MedicalExamination
from casework.qualifications import service as qualifications
from casework.qualifications.service import DecideQualification
from casework.qualifications.tables import QualificationKind, QualificationOutcome
from checklists.durations import Duration
from checklists.facts import Fact, Standing
from checklists.programme import HoldUntil, Programme, Requirement
from checklists.programme import Stage as Asked
from cli.demo import people
from tests.support.stage import AWAY, HOME, Stage

ONE_DAY = timedelta(days=1)
Limit = tuple[str, date]
"""A stage and the last day on which one of its requirements is met by what is there."""


def rules_of(stage: Stage, reference: str) -> Programme:
    return programme_of(stage.installation.catalogue, stage.case(reference))


def limits(stage: Stage, reference: str, *holding: HoldUntil) -> list[Limit]:
    """The last good day of everything that the case stands on and that must hold as long as that, the first first."""
    with stage.installation.database.read() as session:
        known = facts.load(session, [stage.case(reference)])[stage.case(reference).id]
    given = [fact for fact in known.facts if fact.standing is Standing.ACCEPTED]
    found = []
    for asked_in, asked in rules_of(stage, reference).requirements():
        if asked_in.on_track(known.track) and asked.validity and asked.validity.must_hold_until in holding:
            found += [(asked_in.id, last) for last in _last_days(asked_in, asked, given)]
    return sorted(found, key=lambda limit: limit[1])


def _last_days(asked_in: Asked, asked: Requirement, given: list[Fact]) -> Iterator[date]:
    """Of each country or module, or of the one thing asked: the last day of what holds longest."""
    kinds = [fact for fact in given if fact.kind == asked.evidence and asked.subject in ("", fact.subject)]
    for subject in sorted({fact.subject for fact in kinds}):
        fitting = [fact for fact in kinds if fact.subject == subject]
        if all(asked.admits(fact.attributes) for fact in fitting):
            days = [day for fact in fitting if (day := _last_day(asked, fact)) is not None]
            if days:
                yield max(days)


def _last_day(asked: Requirement, fact: Fact) -> date | None:
    validity = asked.validity
    assert validity is not None
    ages = [(limit.anchor, limit.max_age) for limit in validity.also]
    if validity.anchor is not None and validity.max_age is not None:
        ages.append((validity.anchor, validity.max_age))
    days = [age.after(fact.anchors[anchor]) for anchor, age in ages if anchor in fact.anchors]
    if validity.last_day is not None and validity.last_day in fact.anchors:
        days.append(fact.anchors[validity.last_day])
    return min(days, default=None)


def above(programme: Programme, track: str, begun: set[str]) -> set[str]:
    """These stages of a track, and all that stand on them."""
    found = set(begun)
    for stage in programme.in_order:
        if stage.on_track(track) and found.intersection(stage.after):
            found.add(stage.id)
    return found


@pytest.mark.deep
def test_on_the_home_track_each_thing_that_runs_out_reopens_its_stage_the_day_after(cleared: Stage) -> None:
    assert cleared.open_stages(HOME) == set()
    every = limits(cleared, HOME, HoldUntil.TODAY, HoldUntil.DEPARTURE)
    assert {stage for stage, _day in every} == {"documents", "security", "qualifications"}
    programme, wanted = rules_of(cleared, HOME), {stage.id for stage in _asked(cleared, HOME)}
    for day in sorted({last + step for _stage, last in every[:6] for step in (timedelta(), ONE_DAY)}):
        cleared.clock.move(days=(day - cleared.installation.database.today()).days)
        over = {stage for stage, last in every if last < day}
        assert cleared.open_stages(HOME) == above(programme, "home", over) & wanted, day
    ended = {row.stage: row for row in cleared.sign_offs(HOME).values() if row.ended_on is not None}
    assert {row.end_kind for row in ended.values()} == {EndKind.EXPIRED}
    assert {row.end_kind for row in cleared.certificates(HOME) if row.end_kind} == {EndKind.EXPIRED}
    assert cleared.case(HOME).life is CaseLife.OPEN


def _asked(stage: Stage, reference: str) -> list[Asked]:
    """The stages that were signed off for the case."""
    signed = stage.sign_offs(reference)
    return [one for one in rules_of(stage, reference).stages if one.id in signed]


@pytest.mark.deep
def test_on_the_way_away_a_departure_that_moves_reopens_what_would_have_run_out(cleared: Stage) -> None:
    every = limits(cleared, AWAY, HoldUntil.DEPARTURE)
    assert {"security", "medical", "qualifications"} <= {stage for stage, _day in every}
    programme, wanted = rules_of(cleared, AWAY), {stage.id for stage in _asked(cleared, AWAY)}
    case_id, planned = cleared.case(AWAY).id, cleared.case(AWAY).planned_departure
    assert planned is not None
    tried = 0
    for day in sorted({last + step for _stage, last in every[:5] for step in (timedelta(), ONE_DAY)}):
        if day <= planned:
            continue
        tried += 1
        cleared.run("arta", cases.replan, cleared.installation.catalogue, case_id, ReplanCase(planned_departure=day))
        over = {
            stage for stage, last in every if last < (_with_margin(programme, day) if stage == "documents" else day)
        }
        # The journey that is booked is for another day: the departure is open in any case.
        assert cleared.open_stages(AWAY) == (above(programme, "away", over) | {"departure"}) & wanted, day
    assert tried >= 4
    assert cleared.case(AWAY).life is CaseLife.OPEN


def _with_margin(programme: Programme, departure: date) -> date:
    found = programme.requirement("passport")
    assert found is not None and found[1].validity is not None
    return found[1].validity.margin.after(departure)


@pytest.mark.parametrize(("examined", "xray"), [(2, 40), pytest.param(40, 2, marks=pytest.mark.deep)])
def test_a_medical_reopens_by_the_earlier_of_examination_and_x_ray_and_a_new_one_closes_it(
    cleared: Stage, examined: int, xray: int
) -> None:
    today = cleared.installation.database.today()
    with cleared.installation.database.read() as session:
        case_id = cleared.case(AWAY).id
        first = session.exec(select(MedicalExamination).where(MedicalExamination.case_id == case_id)).one()
    cleared.run("teuta", medical.withdraw, first.id, "recorded_in_error")
    assert cleared.open_stages(AWAY) == {"medical", "departure"}
    _examine(cleared, today - timedelta(days=examined), today - timedelta(days=xray))
    _sign(cleared, "medical")
    last = Duration(months=6).after(today - timedelta(days=40))
    for day, found in ((last, {"departure"}), (last + ONE_DAY, {"departure", "medical"})):
        cleared.run("arta", cases.replan, cleared.installation.catalogue, case_id, ReplanCase(planned_departure=day))
        assert cleared.open_stages(AWAY) == found, day
    _examine(cleared, today, today)
    _sign(cleared, "medical")
    assert cleared.open_stages(AWAY) == {"departure"}
    with cleared.installation.database.read() as session:
        query = select(SignOff).where(SignOff.case_id == case_id, SignOff.stage == "medical")
        ends = [row.end_kind for row in session.exec(query.order_by(col(SignOff.id)))]
    assert ends == [EndKind.REVOKED, EndKind.EXPIRED, None], "withdrawn, run out, and the one that holds"


def _examine(stage: Stage, examined_on: date, xray_on: date) -> None:
    command = RecordMedical(
        case_id=stage.case(AWAY).id,
        clinic_id=stage.cast.organisations[people.CLINIC].id,
        physician="Dr. Synthetic",
        physician_licence="PH-1",
        identity_checked=True,
        examined_on=examined_on,
        xray_on=xray_on,
        outcome=MedicalOutcome.FIT,
    )
    stage.run("teuta", medical.record, command)


def _sign(stage: Stage, name: str) -> None:
    stage.assessment(AWAY)
    stage.run("teuta", cases.sign_off, stage.installation.catalogue, stage.case(AWAY).id, name)


@pytest.mark.deep
def test_a_language_test_that_ran_out_is_closed_by_a_new_one(cleared: Stage) -> None:
    [*_before, (name, last)] = [one for one in limits(cleared, HOME, HoldUntil.TODAY) if one[0] == "qualifications"]
    case_id = cleared.case(HOME).id
    cleared.clock.move(days=(last + ONE_DAY - cleared.installation.database.today()).days)
    assert name in cleared.open_stages(HOME)
    command = DecideQualification(
        case_id=case_id, kind=QualificationKind.LANGUAGE, outcome=QualificationOutcome.FULL, subject="de", level="B1",
        title="Synthetic test", authority="Synthetic test centre", tested_on=last, decided_on=last + ONE_DAY,
    )  # fmt: skip
    cleared.run("arta", qualifications.decide, command)
    slots = cleared.assessment(HOME).stage(name).requirements
    assert all(slot.status.fulfilled for slot in slots), "a second person need not be asked for what is not independent"
