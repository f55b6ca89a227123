"""Live cases go to a new version of their programme and back, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit import service as audit
from casework.audit.tables import AuditEvent
from casework.cases import migrating, service
from casework.cases.migrating import Left, Migrated, Preview
from casework.cases.rules import CaseLife, EndKind
from casework.cases.service import MoveCase, ReplanCase
from casework.cases.tables import Case, CaseTask, LiveSignOff, SignOff
from casework.database import Database
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxItem, OutboxKind, OutboxState
from casework.programmes import queries, rules
from casework.programmes.published import InstalledCatalogue
from casework.programmes.rules import Asked, Moving
from casework.work import Work
from checklists.catalogue import Catalogue, read_programme
from checklists.facts import CaseFacts, Fact, Standing
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together
from tests.support.versions import (
    CORRIDOR,
    COURSE,
    FIRST,
    LEAVING,
    MOVE_ALL,
    PAPERS,
    SECOND,
    accept,
    clear,
    corridor,
    finish,
    open_case,
    paper,
    police,
    published_by,
    second,
    stage,
)

SUPERVISOR, CASEWORKER = Role.SUPERVISOR, Role.CASEWORKER
OLD_PAPER = TODAY - timedelta(days=60)
"""The police certificate of that day holds until the departure under the first version, and not under the second."""
MOVED_ENDS = dict.fromkeys(("papers", "course", "leaving"), (EndKind.SUPERSEDED, migrating.MIGRATED))

ONE = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
"""What holds on both databases alike: on PostgreSQL in the deep tests."""


@pytest.fixture
def first(database: Database, world: World) -> Catalogue:
    return published_by(database, world, corridor())


def migrate(database: Database, world: World, catalogue: Catalogue) -> Migrated:
    return database.run(world[SUPERVISOR], migrating.migrate, catalogue, CORRIDOR, FIRST, SECOND)


def preview(database: Database, world: World, catalogue: Catalogue) -> Preview:
    with database.read() as session:
        return migrating.preview(session, world[SUPERVISOR], catalogue, CORRIDOR, FIRST, SECOND, database.today())


def life_and_version(database: Database, *cases: Case) -> list[tuple[CaseLife, str]]:
    with database.read() as session:
        rows = [session.get_one(Case, case.id) for case in cases]
        return [(row.life, row.programme_version) for row in rows]


def ended(database: Database, case: Case) -> dict[str, tuple[EndKind | None, str]]:
    with database.read() as session:
        rows = session.exec(select(SignOff).where(SignOff.case_id == case.id))
        return {row.stage: (row.end_kind, row.end_reason) for row in rows if row.ended_at is not None}


def withdrawn(case: Case) -> MoveCase:
    return MoveCase(case_id=case.id, to=CaseLife.WITHDRAWN, reason="other_job", happened_on=TODAY)


def test_a_live_case_survives_a_migration_forth_and_back_and_the_history_stays_whole(
    database: Database, world: World, first: Catalogue
) -> None:
    lapsing, holding, begun = (open_case(database, world, first, name) for name in ("TC-1", "TC-2", "TC-3"))
    finish(database, world, first, lapsing, OLD_PAPER)
    finish(database, world, first, holding, TODAY)
    catalogue = published_by(database, world, second())
    answer = migrate(database, world, catalogue)
    assert (answer.cases, answer.ended, answer.stayed) == (3, 3, ())
    assert (ended(database, lapsing), ended(database, holding)) == (MOVED_ENDS, {})
    now = [(CaseLife.OPEN, SECOND), (CaseLife.CLEARED, SECOND), (CaseLife.OPEN, SECOND)]
    assert life_and_version(database, lapsing, holding, begun) == now

    undone = database.run(world[SUPERVISOR], migrating.undo, catalogue, answer.row.id)
    assert (undone.cases, undone.ended, undone.left) == (3, 0, ())
    back = [(CaseLife.OPEN, FIRST), (CaseLife.CLEARED, FIRST), (CaseLife.OPEN, FIRST)]
    assert life_and_version(database, lapsing, holding, begun) == back
    for name in ("papers", "course"):
        database.run(world[CASEWORKER], service.sign_off, catalogue, lapsing.id, name)
    clear(database, catalogue, lapsing)
    assert life_and_version(database, lapsing) == [(CaseLife.CLEARED, FIRST)]
    with database.read() as session:
        assert audit.verify(session)[1] == []
        kinds = list(session.exec(select(AuditEvent.kind)))
        assert [kinds.count(f"{noun}.migrated") for noun in ("case", "programme")] == [6, 1]
        [line] = queries.migrations(session, world[SUPERVISOR], CORRIDOR)
        assert (line.cases, line.back) == (3, 3)


@ONE
def test_the_preview_names_what_is_added_dropped_tightened_and_opened_again_and_writes_nothing(
    database: Database, world: World, first: Catalogue
) -> None:
    case, other = (open_case(database, world, first, name) for name in ("TC-1", "TC-2"))
    finish(database, world, first, case, OLD_PAPER)
    other_papers = stage("papers", police("P5M"), paper("visa"))
    catalogue = published_by(database, world, second(other_papers, COURSE, LEAVING))
    found = preview(database, world, catalogue)
    assert [one.case.reference for one in found.moves] == ["TC-1", "TC-2"]
    effect = found.moves[0].effect
    assert effect.added == (Asked("papers", "visa", ""),)
    assert effect.dropped == (Asked("papers", "contract", ""),)
    assert effect.tightened == (Asked("papers", "police", ""),)
    assert effect.reopened == ("papers", "course", "leaving")
    assert found.moves[1].effect.reopened == ()
    assert life_and_version(database, case, other) == [(CaseLife.CLEARED, FIRST), (CaseLife.OPEN, FIRST)]
    migrate(database, world, catalogue)
    assert set(ended(database, case)) == set(effect.reopened)


@ONE
def test_a_stage_that_the_new_version_does_not_have_takes_its_sign_off_along(
    database: Database, world: World, first: Catalogue
) -> None:
    case = open_case(database, world, first)
    finish(database, world, first, case)
    leaving = stage("leaving", paper("ticket"), kind="departure", after="papers", sign_off="automatic")
    catalogue = published_by(database, world, second(PAPERS, leaving))
    assert preview(database, world, catalogue).moves[0].effect.reopened == ("course", "leaving")
    migrate(database, world, catalogue)
    assert set(ended(database, case)) == {"course", "leaving"}
    clear(database, catalogue, case)
    assert life_and_version(database, case) == [(CaseLife.CLEARED, SECOND)]


@ONE
def test_what_time_broke_before_ends_for_its_own_reason(database: Database, world: World, first: Catalogue) -> None:
    case = open_case(database, world, first)
    finish(database, world, first, case)
    catalogue = published_by(database, world, second())
    with database.write(world[CASEWORKER]) as work:
        case = work.session.get_one(Case, case.id)
        case.planned_departure = TODAY + timedelta(days=500)
        work.session.add(case)
    migrate(database, world, catalogue)
    assert ended(database, case)["papers"] == (EndKind.EXPIRED, "expired")


def _stay(head: str) -> bytes:
    return second(head=f'replaces: "{FIRST}"\n{head}')


@pytest.mark.parametrize(
    ("content", "moving"),
    [
        (second(), Moving.MOVES),
        (_stay(""), Moving.STAYS),
        (_stay(MOVE_ALL.replace("move,", "stay,")), Moving.STAYS),
        (_stay(MOVE_ALL.replace("move,", "move, move_when: not has('ticket'),")), Moving.MOVES),
        (_stay(MOVE_ALL.replace("move,", "move, move_when: has('ticket'),")), Moving.NOT_MEANT),
        (_stay(MOVE_ALL.replace("move,", "move, move_when: has('contract'),")), Moving.UNKNOWN),
        (second().replace(b"{id: away, title: Away", b"{id: abroad, title: Away"), Moving.NO_TRACK),
    ],
)
def test_the_transition_says_which_cases_move_and_unknown_means_no(content: bytes, moving: Moving) -> None:
    handed_in = Fact("1", "contract", Standing.SUBMITTED)
    facts = CaseFacts(track="away", registered_on=TODAY, nationality="XK", facts=(handed_in,))
    old, new = read_programme(corridor(), "first"), read_programme(content, "second")
    assert rules.moving(old, new, facts, TODAY) is moving


@ONE
def test_cases_that_moved_on_are_left_and_named(database: Database, world: World, first: Catalogue) -> None:
    plain, gone, onward = (open_case(database, world, first, name) for name in ("TC-1", "TC-2", "TC-3"))
    catalogue = published_by(database, world, second())
    answer = migrate(database, world, catalogue)
    database.run(world[CASEWORKER], service.move, catalogue, withdrawn(gone))
    only_one = MOVE_ALL.replace("move,", "move, move_when: has('ticket'),")
    third = corridor("2026.3", head=f'replaces: "{SECOND}"\n{only_one}')
    catalogue = published_by(database, world, third)
    with database.write(world[CASEWORKER]) as work:
        accept(work, onward, "ticket")
    database.run(world[SUPERVISOR], migrating.migrate, catalogue, CORRIDOR, SECOND, "2026.3")

    undone = database.run(world[SUPERVISOR], migrating.undo, catalogue, answer.row.id)
    assert (undone.cases, dict(undone.left)) == (1, {"TC-2": Left.ENDED, "TC-3": Left.MOVED_ON})
    versions = [version for _life, version in life_and_version(database, plain, gone, onward)]
    assert versions == [FIRST, SECOND, "2026.3"]
    with error(Conflict, "undone"):
        database.run(world[SUPERVISOR], migrating.undo, catalogue, answer.row.id)


@ONE
def test_a_case_that_was_changed_after_somebody_looked_at_it_says_so(
    database: Database, world: World, first: Catalogue
) -> None:
    case = open_case(database, world, first)
    catalogue = published_by(database, world, second())
    migrate(database, world, catalogue)
    with error(Conflict, "stale"):
        database.run(world[CASEWORKER], service.replan, catalogue, case.id, ReplanCase(employer="Other"), case.version)
    with database.read() as session:
        row = session.get_one(Case, case.id)
        assert (row.assessed_version, row.programme_version) == (row.version, SECOND)
        assert session.exec(select(CaseTask).where(CaseTask.case_id == case.id)).first() is not None


def test_a_migration_and_a_change_of_the_case_at_once_both_happen_or_one_is_told(
    database: Database, world: World, first: Catalogue
) -> None:
    case = open_case(database, world, first)
    catalogue = published_by(database, world, second())

    def act(work: Work) -> object:
        if work.actor.role is SUPERVISOR:
            return migrating.migrate(work, catalogue, CORRIDOR, FIRST, SECOND)
        return service.replan(work, catalogue, case.id, ReplanCase(employer="Other"))

    people = [world[SUPERVISOR], world[CASEWORKER], world.seconds[SUPERVISOR]]
    assert together(database, people, act) == [DONE, DONE, "nothing_to_move"]
    with database.read() as session:
        row = session.get_one(Case, case.id)
        assert (row.programme_version, row.employer) == (SECOND, "Other")
        assert audit.verify(session)[1] == []


@ONE
def test_a_supervisor_moves_the_cases_of_the_own_office_only(
    database: Database, world: World, first: Catalogue
) -> None:
    own = open_case(database, world, first)
    with database.write(world[SUPERVISOR]) as work:
        other_office = factories.office(work)
        stranger = factories.actor(work, other_office, SUPERVISOR)
    catalogue = published_by(database, world, second())
    with error(Conflict, "nothing_to_move"):
        database.run(stranger, migrating.migrate, catalogue, CORRIDOR, FIRST, SECOND)
    answer = migrate(database, world, catalogue)
    with error(NotFound, "migration"):
        database.run(stranger, migrating.undo, catalogue, answer.row.id)
    with database.read() as session:
        assert queries.migrations(session, stranger, CORRIDOR) == []
    assert life_and_version(database, own) == [(CaseLife.OPEN, SECOND)]


@ONE
def test_no_office_undoes_what_moved_cases_of_another(database: Database, world: World, first: Catalogue) -> None:
    own = open_case(database, world, first)
    with database.write(world[SUPERVISOR]) as work:
        stranger = factories.actor(work, factories.office(work), SUPERVISOR)
    catalogue = published_by(database, world, second())
    answer = database.run(ENGINE, migrating.migrate, catalogue, CORRIDOR, FIRST, SECOND)
    with error(Refused, "other_office"):
        database.run(stranger, migrating.undo, catalogue, answer.row.id)
    assert life_and_version(database, own) == [(CaseLife.OPEN, SECOND)]
    assert database.run(world[SUPERVISOR], migrating.undo, catalogue, answer.row.id).cases == 1


@ONE
def test_a_migration_tries_again_what_the_engine_had_given_up_on(
    database: Database, world: World, first: Catalogue
) -> None:
    case = open_case(database, world, first)
    with database.write(ENGINE) as work:
        outbox.put(work, OutboxKind.ISSUE, case.id, case.id, "synthetic")
        item = work.session.exec(select(OutboxItem).where(OutboxItem.kind == OutboxKind.ISSUE)).one()
        item.state, work.session.get_one(Case, case.id).stuck = OutboxState.STUCK, "The disk is full."
    migrate(database, world, published_by(database, world, second()))
    with database.read() as session:
        assert session.get_one(OutboxItem, item.id).state is OutboxState.PENDING
        assert session.get_one(Case, case.id).stuck == ""


@ONE
def test_only_supervisors_migrate(
    database: Database, world: World, first: Catalogue, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(SUPERVISOR):
        with error(Refused, "role"):
            database.run(world[role], migrating.migrate, first, CORRIDOR, FIRST, FIRST)
        with error(Refused, "role"):
            database.run(world[role], migrating.undo, first, new_id())


@ONE
def test_there_is_no_way_back_past_or_ahead_of_time(database: Database, world: World, first: Catalogue) -> None:
    open_case(database, world, first)
    later = second(effective=date(2026, 12, 1))
    catalogue = published_by(database, world, later, corridor("2026.3", head=f'replaces: "{SECOND}"\n{MOVE_ALL}'))

    def attempt(old: str, new: str) -> object:
        return database.run(world[SUPERVISOR], migrating.migrate, catalogue, CORRIDOR, old, new)

    with error(Conflict, "not_in_force"):
        attempt(FIRST, SECOND)
    assert preview(database, world, catalogue).moves != ()
    with error(InvalidInput, "not_newer"):
        attempt(SECOND, FIRST)
    with error(InvalidInput, "not_newer"):
        attempt(FIRST, FIRST)
    with error(InvalidInput, "not_replaced"):
        attempt(FIRST, "2026.3")
    with error(NotFound, "unknown_programme_version"):
        attempt(FIRST, "2026.9")
    with error(NotFound, "migration"):
        database.run(world[SUPERVISOR], migrating.undo, catalogue, new_id())


@ONE
def test_the_rows_of_a_migration_say_which_sign_offs_ended(
    database: Database, world: World, first: InstalledCatalogue
) -> None:
    case = open_case(database, world, first)
    finish(database, world, first, case, OLD_PAPER)
    with database.read() as session:
        live = set(session.exec(select(LiveSignOff.sign_off_id).where(LiveSignOff.case_id == case.id)))
    catalogue = published_by(database, world, second())
    answer = migrate(database, world, catalogue)
    with database.read() as session:
        [row] = queries.migrated_cases(session, world[SUPERVISOR], answer.row.id)
        assert (row[0].reference, set(row[1].ended)) == ("TC-1", {str(one) for one in live})
