"""A worker who comes again is recognised by the passport, in the programme in which they departed before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from casework.actor import ENGINE
from casework.cases import facts
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, CaseMove
from casework.database import Database
from casework.work import Work
from tests.support import factories
from tests.support.factories import TODAY, World

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LAST_YEAR = TODAY - timedelta(days=300)


def departed(work: Work, world: World, passport: str, life: CaseLife = CaseLife.RETURNED, **values: Any) -> Case:
    """An earlier case of the holder of the passport, who left 300 days ago."""
    worker = factories.new_worker(work, world.office, passport_number=passport)
    day = LAST_YEAR - timedelta(days=100)
    case = factories.case(work, world.office, worker, registered_on=day, life=life, ended_on=LAST_YEAR, **values)
    move(work, case, LAST_YEAR)
    return case


def move(work: Work, case: Case, day: date) -> None:
    work.session.add(
        CaseMove(
            case_id=case.id,
            from_life=CaseLife.CLEARED,
            to_life=CaseLife.DEPARTED,
            reason="departure_confirmed",
            happened_on=day,
            recorded_at=work.now,
            recorded_by="engine",
        )
    )
    work.session.flush()


def again(work: Work, world: World, passport: str, **values: Any) -> Case:
    return factories.case(
        work, world.office, factories.new_worker(work, world.office, passport_number=passport, **values)
    )


def placements(database: Database, *cases: Case) -> list[list[tuple[str, date]]]:
    with database.read() as session:
        found = facts.load(session, cases)
    return [
        [(one.id, one.anchors["departed_on"]) for one in found[case.id].facts if one.kind == "earlier_placement"]
        for case in cases
    ]


def test_a_worker_who_was_registered_anew_is_known_by_the_passport(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        first = departed(work, world, "K7000001")
        second = again(work, world, "K7000001")
        other_state = again(work, world, "K7000001", nationality="AL")
        stranger = again(work, world, "K7000002")
        nameless = [again(work, world, ""), again(work, world, "")]
    earlier = [(f"earlier_placement:{first.id}", LAST_YEAR)]
    cases = (first, second, other_state, stranger, *nameless)
    assert placements(database, *cases) == [[], earlier, [], [], [], []]


@on_sqlite
def test_what_did_not_depart_in_this_programme_before_is_no_earlier_placement(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        departed(work, world, "K7000003", CaseLife.WITHDRAWN)
        departed(work, world, "K7000003", programme_id="another-programme")
        later = departed(work, world, "K7000003")
        move(work, later, TODAY + timedelta(days=1))
        case = again(work, world, "K7000003")
    assert placements(database, case) == [[]]


@on_sqlite
def test_many_cases_are_asked_for_in_as_many_queries_as_one(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        cases = []
        for number in range(6):
            departed(work, world, f"K710000{number}")
            cases.append(again(work, world, f"K710000{number}"))
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert all(placements(database, cases[0]))
    for_one = len(statements)
    assert all(placements(database, *cases))
    assert len(statements) == 2 * for_one
