"""The look at a worker before the journey, where a programme asks for one, on the days around each limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from checklists.assessment import Assessment, StageStatus, assess
from checklists.facts import CaseFacts, Fact, GivenSignOff, Standing
from checklists.programme import Programme
from checklists.status.fitness import FIT_TO_FLY, NOT_SEEN
from tests.support import medicals

DEPARTURE = date(2027, 3, 31)
TODAY = DEPARTURE - timedelta(days=5)
PROGRAMME = medicals.catalogue().get(medicals.CORRIDOR, on=TODAY)
PAPERS = ("contract", "attendance", "ticket", "report")


def look(day: date, *, fit: bool = True, standing: Standing | None = None) -> Fact:
    given = standing or (Standing.ACCEPTED if fit else Standing.ADVERSE)
    return Fact(id=f"fit_to_fly:{day}:{fit}", kind=FIT_TO_FLY, standing=given, anchors={"checked_on": day})


def ready(*looks: Fact, **values: Any) -> CaseFacts:
    """A case that has all but the sign-off of the departure."""
    examined = TODAY - timedelta(days=20)
    papers = [Fact(id=f"p:{name}", kind=name, standing=Standing.ACCEPTED, decided_by=("x",)) for name in PAPERS]
    medical = Fact(
        id="m:1",
        kind="medical_examination",
        standing=Standing.ACCEPTED,
        anchors={"examined_on": examined, "xray_on": examined},
        attributes={"outcome": "fit"},
        checks={"accredited": True, "identity": True},
    )
    signed = [("papers", ("p:contract",)), ("health", ("m:1", "s:papers")), ("talk", ("p:attendance", "s:papers"))]
    given = CaseFacts(
        track="away",
        registered_on=TODAY - timedelta(days=60),
        nationality="XK",
        planned_departure=DEPARTURE,
        facts=(*papers, medical, *looks),
        sign_offs=tuple(GivenSignOff(f"s:{name}", name, TODAY, frozenset(on)) for name, on in signed),
    )
    return replace(given, **values)


def leaving(given: CaseFacts, on: date = TODAY, programme: Programme = PROGRAMME) -> StageStatus:
    return found(given, on, programme).stage("leaving").status


def found(given: CaseFacts, on: date = TODAY, programme: Programme = PROGRAMME) -> Assessment:
    return assess(programme, given, on)


def test_without_the_look_the_departure_is_not_cleared() -> None:
    assessment = found(ready())
    assert assessment.stage("leaving").status is StageStatus.BLOCKED
    assert assessment.stops == (NOT_SEEN,)
    assert assessment.stage("health").status is StageStatus.SIGNED_OFF


def test_who_brings_the_rest_is_not_kept_from_it() -> None:
    given = ready()
    waiting = replace(given, facts=tuple(one for one in given.facts if one.kind != "ticket"))
    assert leaving(waiting) is StageStatus.OPEN


@pytest.mark.parametrize(
    ("before", "status"),
    [(4, StageStatus.BLOCKED), (3, StageStatus.READY), (0, StageStatus.READY), (-1, StageStatus.BLOCKED)],
)
def test_it_counts_from_three_days_before_the_departure_until_the_day(before: int, status: StageStatus) -> None:
    assert leaving(ready(look(DEPARTURE - timedelta(days=before))), DEPARTURE) is status


def test_the_last_look_counts() -> None:
    first, second = DEPARTURE - timedelta(days=2), DEPARTURE - timedelta(days=1)
    assert leaving(ready(look(first), look(second, fit=False)), DEPARTURE) is StageStatus.BLOCKED
    assert leaving(ready(look(first, fit=False), look(second)), DEPARTURE) is StageStatus.READY
    taken_back = look(second, fit=False, standing=Standing.WITHDRAWN)
    assert leaving(ready(look(first), taken_back), DEPARTURE) is StageStatus.READY


def test_a_departure_that_moves_away_from_the_look_opens_the_clearance_and_nothing_else() -> None:
    given = ready(look(DEPARTURE - timedelta(days=1)))
    clearance = GivenSignOff(
        "s:leaving", "leaving", DEPARTURE, frozenset({"p:ticket", "s:papers", "s:health", "s:talk"})
    )
    cleared = replace(given, sign_offs=(*given.sign_offs, clearance))
    assert found(cleared, DEPARTURE).cleared
    for days, status in ((2, StageStatus.SIGNED_OFF), (3, StageStatus.BROKEN)):
        moved = found(replace(cleared, planned_departure=DEPARTURE + timedelta(days=days)), DEPARTURE)
        assert moved.stage("leaving").status is status
        assert moved.stage("health").status is StageStatus.SIGNED_OFF


def test_who_stays_is_not_looked_at() -> None:
    assert NOT_SEEN not in found(ready(track="home", planned_departure=None)).stops


def test_a_programme_that_does_not_ask_for_it_goes_on_as_before() -> None:
    silent = medicals.catalogue("").get(medicals.CORRIDOR, on=TODAY)
    assert leaving(ready(), programme=silent) is StageStatus.READY


def test_a_case_that_has_ended_is_not_asked_for_it() -> None:
    assert found(ready(ended_on=DEPARTURE)).stops == ()
