"""The track of a case is changed with a reason, by whom it may be, and not after the departure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, PredepartureError, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import tracks
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, TrackChange
from casework.cases.tracks import ChangeTrack
from casework.database import Database
from checklists.catalogue import Catalogue
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together

CASEWORKER, SUPERVISOR = Role.CASEWORKER, Role.SUPERVISOR
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def asked(case: Case, **values: Any) -> ChangeTrack:
    return ChangeTrack(**{"case_id": case.id, "track": "home", "reason": "worker_chose", **values})


@on_sqlite
def test_caseworkers_and_supervisors_change_a_track_and_nobody_else(
    database: Database, world: World, catalogue: Catalogue, opened: Case, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(CASEWORKER, SUPERVISOR):
        with pytest.raises(Refused):
            database.run(world[role], tracks.change_track, catalogue, asked(opened))
    database.run(world[CASEWORKER], tracks.change_track, catalogue, asked(opened))
    with database.read() as session:
        assert session.get_one(Case, opened.id).track == "home"
        event = session.exec(select(AuditEvent).where(AuditEvent.kind == "case.track_changed")).one()
    assert "worker_chose" in event.body


@on_sqlite
def test_a_change_needs_another_track_of_the_programme_and_a_known_reason(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    wrong: list[tuple[dict[str, Any], type[PredepartureError], str]] = [
        ({"track": "sideways"}, InvalidInput, "unknown_track"),
        ({"track": "away"}, Conflict, "same_track"),
        ({"reason": "because"}, InvalidInput, "unknown_reason"),
        ({"planned_departure": TODAY + timedelta(days=9)}, InvalidInput, "no_departure"),
    ]
    for values, kind, code in wrong:
        with error(kind, code):
            database.run(world[CASEWORKER], tracks.change_track, catalogue, asked(opened, **values))
    with database.read() as session:
        assert session.exec(select(TrackChange)).all() == []


@on_sqlite
def test_who_leaves_after_all_does_not_leave_in_the_past(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    database.run(world[CASEWORKER], tracks.change_track, catalogue, asked(opened))
    yesterday = asked(opened, track="away", planned_departure=TODAY - timedelta(days=1))
    with error(InvalidInput, "date_in_past"):
        database.run(world[CASEWORKER], tracks.change_track, catalogue, yesterday)


@on_sqlite
def test_after_the_end_of_the_case_the_track_stays(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    for life in (CaseLife.DEPARTED, CaseLife.CLOSED, CaseLife.WITHDRAWN):
        with database.write(ENGINE) as work:
            case = work.session.get_one(Case, opened.id)
            case.life, case.ended_on = life, TODAY
        with error(Conflict, "ended"):
            database.run(world[SUPERVISOR], tracks.change_track, catalogue, asked(opened))


def test_of_two_people_who_change_the_track_at_once_one_does(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    answers = together(
        database,
        [world[CASEWORKER], world[SUPERVISOR]],
        lambda work: tracks.change_track(work, catalogue, asked(opened), opened.version),
    )
    assert answers == [DONE, "stale"]
