"""Originals: taken in, sent, back, returned, on SQLite and PostgreSQL; no clearance while one is held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import facts
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, CaseTask
from casework.custody import queries, service
from casework.custody.queries import Show
from casework.custody.rules import OriginalState, OriginalStepKind, due_after, steps_from
from casework.custody.service import ReceiveOriginal, StepOriginal
from casework.custody.tables import Original
from casework.database import Database
from checklists.catalogue import Catalogue
from documents.archive import LocalArchive
from tests.support.errors import error
from tests.support.factories import World
from tests.support.standing import Clock

Step = OriginalStepKind
Take = Callable[..., Original]
Go = Callable[..., Original]

one_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
"""For what leans on no database's own ways: on PostgreSQL with the deep tests."""


@pytest.fixture
def store(tmp_path: Path) -> LocalArchive:
    return LocalArchive(tmp_path / "files")


@pytest.fixture
def take(database: Database, world: World, catalogue: Catalogue, store: LocalArchive) -> Take:
    """``take(case, kind="diploma")``: a caseworker takes an original in, today."""

    def taken(case: Case, by: Role = Role.CASEWORKER, **values: Any) -> Original:
        command = ReceiveOriginal(
            **{
                "case_id": case.id,
                "kind": "passport",
                "number": "K12345678",
                "place": "Safe, shelf 2",
                "handed_by": "Arbenta Hoxhademo",
                "taken_by": "Synthetic caseworker",
                "happened_on": database.today(),
                **values,
            }
        )
        return database.run(world[by], service.receive, store, catalogue, command)

    return taken


@pytest.fixture
def go(database: Database, world: World, catalogue: Catalogue, store: LocalArchive) -> Go:
    """``go(original, Step.SENT, expected_on=day)``: the next step, today."""

    def gone(original: Original, step: OriginalStepKind, by: Role = Role.CASEWORKER, **values: Any) -> Original:
        named = {"place": "Embassy", "handed_by": "Synthetic caseworker", "taken_by": "Counter 3"}
        command = StepOriginal(
            **{"original_id": original.id, "step": step, "happened_on": database.today(), **named, **values}
        )
        return database.run(world[by], service.step, store, catalogue, command)

    return gone


def shown(database: Database, world: World, show: Show) -> list[str]:
    with database.read() as session:
        lines, total = queries.listed(session, world[Role.SUPERVISOR], show, database.today(), limit=None)
    assert total == len(lines)
    return [line.row.kind for line in lines]


def test_an_original_goes_to_the_embassy_comes_back_and_is_returned(
    database: Database, world: World, opened: Case, take: Take, go: Go
) -> None:
    original = take(opened)
    assert shown(database, world, Show.OPEN) == ["passport"]
    go(original, Step.SENT, expected_on=database.today() + timedelta(days=20))
    assert shown(database, world, Show.SENT) == ["passport"]
    go(original, Step.BACK, place="Safe, shelf 2")
    back = go(original, Step.RETURNED)
    assert (back.state, back.ended_on, back.expected_on, back.limit_on) == (
        OriginalState.RETURNED, database.today(), None, None
    )  # fmt: skip
    assert shown(database, world, Show.OPEN) == []
    with database.read() as session:
        steps = queries.steps_of(session, [original.id])[original.id]
        kinds = [event.kind for event in session.exec(select(AuditEvent)) if event.subject == f"original/{original.id}"]
    assert [one.step for one in steps] == [Step.RECEIVED, Step.SENT, Step.BACK, Step.RETURNED]
    assert kinds == ["original.received", "original.sent", "original.back", "original.returned"]


@one_database
def test_names_and_numbers_are_sealed_and_opened_again(database: Database, opened: Case, take: Take) -> None:
    original = take(opened, note="One visa inside")
    with database.read() as session:
        step = queries.steps_of(session, [original.id])[original.id][0]
        vault = database.vault(session)
        assert b"Arbenta" not in (step.detail or b"") and b"K12345678" not in (original.detail or b"")
        hands = service.hands_of(vault, original, step)
        assert (hands.handed_by, hands.note) == ("Arbenta Hoxhademo", "One visa inside")
        assert service.number_of(vault, original) == "K12345678"


@one_database
def test_who_asks_for_the_own_passport_has_it_within_one_working_day(
    database: Database, world: World, opened: Case, take: Take, go: Go, clock: Clock
) -> None:
    asked = go(take(opened), Step.REQUESTED, place="", handed_by="", taken_by="")
    assert asked.state is OriginalState.HELD
    assert asked.due_on == due_after(database.today(), "XK")
    assert shown(database, world, Show.REQUESTED) == ["passport"]
    assert shown(database, world, Show.OVERDUE) == []
    clock.move(days=4)
    assert shown(database, world, Show.OVERDUE) == ["passport"]


@pytest.mark.parametrize(
    ("asked_on", "due_on"),
    [(date(2026, 11, 2), date(2026, 11, 3)), (date(2026, 11, 6), date(2026, 11, 9))],  # Monday; Friday
)
def test_weekends_do_not_count_for_a_request(asked_on: date, due_on: date) -> None:
    assert due_after(asked_on, "XK") == due_on


def test_a_passport_that_lies_longer_than_its_programme_lets_it_is_listed(
    database: Database, world: World, opened: Case, take: Take, clock: Clock
) -> None:
    take(opened)
    take(opened, kind="diploma", number="")
    clock.move(days=15)
    assert shown(database, world, Show.LONG) == ["passport"]


def test_upkeep_tells_once_of_a_day_that_went_by_and_again_of_the_next(
    database: Database, opened: Case, take: Take, go: Go, clock: Clock
) -> None:
    original = take(opened, kind="diploma", number="")
    go(original, Step.SENT, expected_on=database.today() + timedelta(days=2))
    assert database.run(ENGINE, service.tell_of_overdue) == 0
    clock.move(days=3)
    assert [database.run(ENGINE, service.tell_of_overdue) for _each in range(2)] == [1, 0]
    go(original, Step.REQUESTED, place="", handed_by="", taken_by="")
    clock.move(days=7)
    assert [database.run(ENGINE, service.tell_of_overdue) for _each in range(2)] == [1, 0]


def test_the_case_knows_that_something_is_held_and_a_line_stands_in_the_queue(
    database: Database, opened: Case, take: Take, go: Go
) -> None:
    original = take(opened)
    with database.read() as session:
        case = session.get_one(Case, opened.id)
        assert facts.load(session, [case])[case.id].originals_held
        task = session.exec(select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.status == "original")).one()
        assert (task.requirement, task.actor, task.due_on) == ("passport", "office", original.limit_on)
        places = sorted(row.position for row in session.exec(select(CaseTask).where(CaseTask.case_id == case.id)))
    assert places == list(range(len(places)))
    go(original, Step.RETURNED)
    with database.read() as session:
        assert not facts.load(session, [session.get_one(Case, opened.id)])[opened.id].originals_held
        assert not session.exec(select(CaseTask).where(CaseTask.status == "original")).all()


@one_database
def test_a_case_that_has_ended_takes_nothing_in_and_gives_back_what_it_holds(
    database: Database, opened: Case, take: Take, go: Go
) -> None:
    original = take(opened)
    with database.write(ENGINE) as work:
        case = work.session.get_one(Case, opened.id)
        case.life, case.ended_on = CaseLife.WITHDRAWN, work.today
    with error(Conflict, "ended"):
        take(opened, kind="diploma")
    asked = go(original, Step.REQUESTED, place="", handed_by="", taken_by="")
    assert asked.due_on is not None
    with database.read() as session:
        assert [task.due_on for task in session.exec(select(CaseTask))] == [database.today()]
    assert go(original, Step.RETURNED).state is OriginalState.RETURNED


@one_database
def test_what_is_not_possible_is_refused_with_a_reason(database: Database, opened: Case, take: Take, go: Go) -> None:
    original = take(opened)
    yesterday, tomorrow = database.today() - timedelta(days=1), database.today() + timedelta(days=1)
    with error(Conflict, "no_such_step"):
        go(original, Step.BACK)
    with error(Refused, "role"):
        go(original, Step.LOST)
    with error(Refused, "role"):
        go(original, Step.RETURNED, by=Role.AGENCY_USER)
    with error(InvalidInput, "missing_value"):
        go(original, Step.SENT)
    with error(InvalidInput, "dates"):
        go(original, Step.SENT, expected_on=yesterday)
    with error(InvalidInput, "missing_value"):
        go(original, Step.RETURNED, taken_by=" ")
    with error(InvalidInput, "too_early"):
        go(original, Step.RETURNED, happened_on=yesterday)
    with error(InvalidInput, "date_in_future"):
        go(original, Step.RETURNED, happened_on=tomorrow)
    with error(Conflict, "held_already"):
        take(opened)
    with error(InvalidInput, "unknown_kind"):
        take(opened, kind="soul")
    with error(InvalidInput, "missing_value"):
        take(opened, kind="other", number="")
    with error(Refused, "role"):
        take(opened, by=Role.MEDICAL_OFFICER)


@one_database
def test_a_return_recorded_in_error_is_taken_back_by_a_supervisor(opened: Case, take: Take, go: Go) -> None:
    original = go(take(opened), Step.RETURNED)
    with error(Refused, "role"):
        go(original, Step.REOPENED)
    again = go(original, Step.REOPENED, by=Role.SUPERVISOR)
    assert (again.state, again.ended_on, again.limit_on is not None) == (OriginalState.HELD, None, True)


@one_database
def test_a_signed_receipt_is_kept_sealed_and_opened_with_a_trace(
    database: Database, world: World, opened: Case, take: Take, store: LocalArchive
) -> None:
    stream = BytesIO()
    Image.new("RGB", (60, 80), "#ffffff").save(stream, "PNG")
    original = take(opened, signature=stream.getvalue())
    with database.read() as session:
        step = queries.steps_of(session, [original.id])[original.id][0]
    kind, content = database.run(world[Role.CASEWORKER], service.read_receipt, store, original.id, step.id)
    assert kind == "image/png" and content.startswith(b"\x89PNG")
    with database.read() as session:
        assert "original.viewed" in {event.kind for event in session.exec(select(AuditEvent))}
    with error(Refused, "role"):
        database.run(world[Role.AUDITOR], service.read_receipt, store, original.id, step.id)


@one_database
def test_another_office_finds_no_original(
    database: Database, world: World, opened: Case, take: Take, catalogue: Catalogue, store: LocalArchive
) -> None:
    from tests.support import factories

    original = take(opened)
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.SUPERVISOR)
    command = StepOriginal(
        original_id=original.id, step=Step.RETURNED, happened_on=database.today(), handed_by="a", taken_by="b"
    )
    with error(NotFound, "original"):
        database.run(stranger, service.step, store, catalogue, command)
    with database.read() as session:
        assert queries.count(session, stranger, Show.OPEN, database.today()) == 0
        assert queries.count(session, world[Role.AUDITOR], Show.OPEN, database.today()) == 1


def test_each_role_is_offered_exactly_its_steps() -> None:
    assert steps_from(OriginalState.HELD, Role.CASEWORKER) == (Step.SENT, Step.REQUESTED, Step.RETURNED)
    assert Step.LOST in steps_from(OriginalState.HELD, Role.SUPERVISOR)
    assert steps_from(OriginalState.RETURNED, Role.CASEWORKER) == ()
    assert all(steps_from(state, Role.AUDITOR) == () for state in OriginalState)
