"""Follow-ups: which are asked and when, by whom they are recorded, and the queue in which they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import queries, service
from casework.cases.queries import QueueFilter, Show
from casework.cases.rules import REVERSAL, CaseLife
from casework.cases.service import MoveCase
from casework.cases.tables import Case, CaseTask
from casework.database import Database
from casework.followups import rules
from casework.followups import service as followups
from casework.followups.rules import FollowUpState
from casework.followups.service import RecordFollowUp
from casework.followups.tables import FollowUpRow
from checklists.catalogue import Catalogue
from checklists.facts import CaseFacts
from checklists.programme import Provider, Since
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.programmes import FOLLOW_UPS, catalogue_with, extended
from tests.support.standing import Clock

CASEWORKER = Role.CASEWORKER
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LEFT, ARRIVED = date(2026, 8, 31), date(2026, 9, 1)


@dataclass(frozen=True)
class Move:
    to_life: CaseLife
    reason: str
    happened_on: date


DEPARTURE = Move(CaseLife.DEPARTED, "departure_confirmed", LEFT)
ARRIVAL = Move(CaseLife.ARRIVED, "arrival_confirmed", ARRIVED)
RETURN = Move(CaseLife.RETURNED, "contract_ended", date(2027, 1, 10))
COMPLETION = Move(CaseLife.CLOSED, "home_track_completed", LEFT)


@dataclass(frozen=True)
class Made:
    follow_up: str
    next_on: date | None = None


def test_an_agency_learns_what_came_out_of_its_own_follow_ups_alone() -> None:
    assert followups.may_read(Role.AGENCY_USER, Provider.AGENCY)
    for who in (Provider.EMPLOYER, Provider.OFFICE, CASEWORKER):
        assert not followups.may_read(Role.AGENCY_USER, who)
        assert followups.may_read(CASEWORKER, who)
        assert followups.may_read(None, who)


def asked(
    life: CaseLife, moves: Sequence[Move], *made: str, track: str = "away", loan: bool = True
) -> dict[str, tuple[date, FollowUpState]]:
    facts = CaseFacts(track=track, registered_on=TODAY, nationality="XK", loan_asked=loan)
    found = rules.asked(extended(FOLLOW_UPS), facts, life, moves, [Made(one) for one in made])
    return {one.follow_up.id: (one.due_on, one.state) for one in found}


def test_a_follow_up_is_due_so_long_after_what_happened_and_not_asked_before() -> None:
    assert asked(CaseLife.CLEARED, []) == {}
    assert asked(CaseLife.DEPARTED, [DEPARTURE]) == {"departure_check": (date(2026, 9, 30), FollowUpState.OPEN)}
    assert asked(CaseLife.ARRIVED, [DEPARTURE, ARRIVAL], "first_call") == {
        "first_call": (date(2026, 9, 15), FollowUpState.DONE),
        "departure_check": (date(2026, 9, 30), FollowUpState.OPEN),
        "half_year": (date(2027, 3, 1), FollowUpState.OPEN),
    }
    assert list(asked(CaseLife.ARRIVED, [DEPARTURE, ARRIVAL])) == ["first_call", "departure_check", "half_year"]


def test_its_condition_and_its_tracks_decide_whether_it_is_asked() -> None:
    assert "departure_check" not in asked(CaseLife.ARRIVED, [DEPARTURE, ARRIVAL], loan=False)
    assert asked(CaseLife.CLOSED, [COMPLETION], track="home") == {
        "after_home": (date(2026, 11, 30), FollowUpState.OPEN)
    }
    assert asked(CaseLife.CLOSED, [COMPLETION], track="away") == {}


def test_after_the_return_only_what_was_due_before_it_is_still_asked() -> None:
    states = {name: state for name, (_due, state) in asked(CaseLife.RETURNED, [DEPARTURE, ARRIVAL, RETURN]).items()}
    assert states == {
        "first_call": FollowUpState.OPEN,
        "departure_check": FollowUpState.OPEN,
        "half_year": FollowUpState.NOT_NEEDED,
    }
    assert rules.days_of([DEPARTURE, ARRIVAL, RETURN])[Since.COMPLETION] == RETURN.happened_on


@pytest.mark.parametrize(
    "end", [Move(CaseLife.DECEASED, "death_notified", ARRIVED), Move(CaseLife.CLOSED, "follow_up_ended", ARRIVED)]
)
def test_after_a_death_or_the_end_of_the_follow_up_nobody_is_asked(end: Move) -> None:
    found = asked(end.to_life, [DEPARTURE, ARRIVAL, end])
    assert {state for _due, state in found.values()} == {FollowUpState.NOT_NEEDED}


def test_a_departure_recorded_in_error_counts_for_nothing() -> None:
    back = Move(CaseLife.CLEARED, REVERSAL, LEFT)
    assert asked(CaseLife.CLEARED, [DEPARTURE, back]) == {}
    again = Move(CaseLife.DEPARTED, "departure_confirmed", ARRIVED)
    assert rules.days_of([DEPARTURE, back, again]) == {Since.DEPARTURE: ARRIVED}
    one = Move(CaseLife.DEPARTED, REVERSAL, ARRIVED)
    assert rules.days_of([DEPARTURE, ARRIVAL, one, back]) == {}


@pytest.fixture(scope="module")
def following() -> Catalogue:
    return catalogue_with(extended(FOLLOW_UPS))


@pytest.fixture
def left(database: Database, world: World, following: Catalogue) -> Case:
    """A cleared case that has departed and arrived, five and four days ago; the loan makes the employer answer."""
    programme = following.get(factories.PROGRAMME, "2099.1")
    with database.write(ENGINE) as work:
        case = factories.case(
            work,
            world.office,
            agency_id=world.agency.id,
            programme_version=programme.version,
            programme_digest=programme.digest,
            life=CaseLife.CLEARED,
            registered_on=TODAY - timedelta(days=90),
            loan_asked_minor=100_000,
        )
    for life, reason, days in (
        (CaseLife.DEPARTED, "departure_confirmed", 5),
        (CaseLife.ARRIVED, "arrival_confirmed", 4),
    ):
        move(database, world, following, case, life, reason, TODAY - timedelta(days=days))
    return case


def move(
    database: Database, world: World, catalogue: Catalogue, case: Case, to: CaseLife, reason: str, day: date = TODAY
) -> None:
    command = MoveCase(case_id=case.id, to=to, reason=reason, happened_on=day)
    role = Role.SUPERVISOR if reason == REVERSAL else CASEWORKER
    database.run(world[role], service.move, catalogue, command)


def made(case: Case, **values: Any) -> RecordFollowUp:
    return RecordFollowUp(
        **{"case_id": case.id, "follow_up": "first_call", "outcome": "well", "happened_on": TODAY, **values}
    )


def waiting(database: Database, case: Case) -> list[str]:
    with database.read() as session:
        rows = session.exec(select(CaseTask).where(CaseTask.case_id == case.id)).all()
    return [row.requirement for row in sorted(rows, key=lambda row: row.position)]


def in_queue(database: Database, world: World, role: Role, show: Show | None = None) -> list[str]:
    with database.read() as session:
        found = queries.queue(session, world[role], QueueFilter(show=show), database.today(), offset=0, limit=10)
    return [line.task.requirement for line in found.lines if line.task is not None]


def test_a_follow_up_comes_into_the_queue_of_its_role_a_week_before_it_is_due(
    database: Database, world: World, following: Catalogue, left: Case, clock: Clock
) -> None:
    assert waiting(database, left) == ["first_call", "departure_check", "half_year"]
    assert in_queue(database, world, CASEWORKER) == []
    clock.move(days=4)
    assert in_queue(database, world, CASEWORKER, Show.WEEK) == ["first_call"]
    assert in_queue(database, world, Role.AGENCY_USER) == []
    clock.move(days=10)
    assert in_queue(database, world, CASEWORKER, Show.OVERDUE) == ["first_call"]
    note = made(left, happened_on=TODAY + timedelta(days=14), note="Spoke with the worker")
    row = database.run(world[CASEWORKER], followups.record, following, note)
    assert in_queue(database, world, CASEWORKER) == []
    clock.move(days=7)
    assert in_queue(database, world, CASEWORKER, Show.WAITING) == ["departure_check"]
    assert in_queue(database, world, Role.AGENCY_USER) == ["departure_check"]
    with database.read() as session:
        assert followups.note_of(database.vault(session), left, row) == "Spoke with the worker"
        event = session.exec(select(AuditEvent).where(AuditEvent.kind == "follow_up.recorded")).one()
    assert "Spoke" not in event.body


@on_sqlite
def test_a_record_that_was_wrong_is_taken_back_and_asked_for_again(
    database: Database, world: World, following: Catalogue, left: Case
) -> None:
    row = database.run(world[CASEWORKER], followups.record, following, made(left))
    with error(Conflict, "recorded"):
        database.run(world[CASEWORKER], followups.record, following, made(left))
    assert waiting(database, left) == ["departure_check", "half_year"]
    with pytest.raises(Refused):
        database.run(world[Role.AGENCY_USER], followups.withdraw, following, row.id, "wrong_person")
    database.run(world[CASEWORKER], followups.withdraw, following, row.id, "wrong_person")
    assert waiting(database, left) == ["first_call", "departure_check", "half_year"]
    with database.read() as session:
        assert session.get_one(FollowUpRow, row.id).withdrawn_on == TODAY


@on_sqlite
def test_the_office_records_all_and_an_agency_its_own(
    database: Database, world: World, following: Catalogue, left: Case
) -> None:
    for role in (Role.AGENCY_USER, Role.AUDITOR, Role.MEDICAL_OFFICER, Role.ADMINISTRATOR):
        with pytest.raises((Refused, NotFound)):
            database.run(world[role], followups.record, following, made(left))
    own = made(left, follow_up="half_year", outcome="working")
    assert database.run(world[Role.AGENCY_USER], followups.record, following, own).outcome == "working"


@on_sqlite
def test_a_record_needs_what_is_asked_one_of_its_outcomes_and_a_day_since_then(
    database: Database, world: World, following: Catalogue, left: Case
) -> None:
    wrong: list[tuple[dict[str, Any], type[PredepartureError], str]] = [
        ({"follow_up": "after_home"}, NotFound, "follow_up"),
        ({"follow_up": "astrology"}, NotFound, "follow_up"),
        ({"outcome": "splendid"}, InvalidInput, "unknown_outcome"),
        ({"happened_on": TODAY + timedelta(days=1)}, InvalidInput, "date_in_future"),
        ({"happened_on": TODAY - timedelta(days=5)}, InvalidInput, "too_early"),
        ({"note": "x" * 1001}, InvalidInput, "too_long"),
    ]
    for values, kind, code in wrong:
        with error(kind, code):
            database.run(world[CASEWORKER], followups.record, following, made(left, **values))
    assert waiting(database, left) == ["first_call", "departure_check", "half_year"]


@on_sqlite
def test_who_completed_at_home_is_followed_up_from_the_closing_on(
    database: Database, world: World, following: Catalogue, left: Case
) -> None:
    with database.write(ENGINE) as work:
        case = work.session.get_one(Case, left.id)
        case.life, case.track, case.ended_on = CaseLife.CLEARED, "home", None
    move(database, world, following, left, CaseLife.CLOSED, "home_track_completed", TODAY - timedelta(days=90))
    with database.read() as session:
        rows = session.exec(select(CaseTask).where(CaseTask.case_id == left.id)).all()
    due = {row.requirement: row.due_on for row in rows}
    assert due["after_home"] == date(2026, 11, 4)
    move(database, world, following, left, CaseLife.CLEARED, REVERSAL)
    assert "after_home" not in waiting(database, left)
