"""With the clock of the machine frozen around each limit: a stage reopens at the office's midnight, not before.

The other tests of what runs out move a clock of their own; here the installation is opened as `serve` opens it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from freezegun import freeze_time
from sqlmodel import col, select

from casework.cases.rules import EndKind
from casework.cases.service import ReplanCase, replan
from casework.cases.tables import LiveSignOff, SignOff
from casework.medical.tables import MedicalExamination
from checklists.durations import Duration
from checklists.programme import HoldUntil
from documents.installation import Installation, open_installation
from tests.support.stage import AWAY, HOME, Stage
from tests.workflows.conftest import Theatre
from tests.workflows.test_reopening import above, limits, rules_of
from workflows import relay
from workflows.engine import PlainRunner

OFFICE = ZoneInfo("Europe/Belgrade")
A_MINUTE = timedelta(minutes=1)


def midnight_after(day: date) -> datetime:
    """The instant at which the office's day is over."""
    return datetime.combine(day + timedelta(days=1), time(), OFFICE).astimezone(UTC)


@contextmanager
def at(stage: Stage, moment: datetime) -> Iterator[Installation]:
    """The installation at that moment, after the engine has looked at it."""
    with freeze_time(moment, tick=True):
        installation = open_installation(stage.installation.settings)
        relay.reconcile(installation)
        relay.drain(installation, PlainRunner(installation))
        yield installation
        installation.database.engine.dispose()


def holding(installation: Installation, stage: Stage, reference: str) -> set[str]:
    """The stages of the case that are signed off and not ended."""
    with installation.database.read() as session:
        query = select(SignOff.stage).join(LiveSignOff, col(LiveSignOff.sign_off_id) == col(SignOff.id))
        return set(session.exec(query.where(SignOff.case_id == stage.case(reference).id)))


@pytest.fixture
def cleared(sqlite_theatre: Theatre) -> Iterator[Stage]:
    stage = sqlite_theatre.copy("cleared")
    yield stage
    stage.installation.database.engine.dispose()


def test_what_runs_out_first_holds_to_the_last_minute_of_its_last_day_in_the_office(cleared: Stage) -> None:
    name, last = limits(cleared, HOME, HoldUntil.TODAY, HoldUntil.DEPARTURE)[0]
    over = midnight_after(last)
    with at(cleared, over - A_MINUTE) as installation:
        before = holding(installation, cleared, HOME)
    assert name in before
    with at(cleared, over + A_MINUTE) as installation:
        gone = before - holding(installation, cleared, HOME)
    assert gone == above(rules_of(cleared, HOME), "home", {name}) & before
    ended = cleared.sign_offs(HOME)[name]
    assert (ended.end_kind, ended.ended_on) == (EndKind.EXPIRED, over.astimezone(OFFICE).date())


def test_a_medical_that_ends_on_the_day_of_departure_holds_and_one_that_ends_the_day_before_reopens(
    cleared: Stage,
) -> None:
    case = cleared.case(AWAY)
    with cleared.installation.database.read() as session:
        query = select(MedicalExamination).where(MedicalExamination.case_id == case.id)
        row = session.exec(query).one()
    last = min(Duration(months=6).after(day) for day in (row.examined_on, row.xray_on) if day is not None)
    today = cleared.installation.database.today()
    noon = datetime.combine(today, time(12), UTC)
    for departure, holds in ((last, True), (last + timedelta(days=1), False)):
        with at(cleared, noon) as installation:
            installation.database.run(
                cleared.cast["arta"], replan, installation.catalogue, case.id, ReplanCase(planned_departure=departure)
            )
        with at(cleared, noon + A_MINUTE) as installation:
            assert ("medical" in holding(installation, cleared, AWAY)) is holds, departure
