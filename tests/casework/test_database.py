"""The edge of the database: all or nothing, sentences instead of driver texts, one winner."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import StatementError
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused, Unavailable
from basis.ids import new_id
from basis.messages import _
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.audit import service as audit
from casework.audit.tables import AuditEvent
from casework.cases import changes
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database, make_engine, ping
from casework.keys import InstallationKeys
from casework.organisations.tables import Organisation
from casework.outbox.tables import OutboxItem
from casework.work import Work
from tests.support import factories
from tests.support.factories import World
from tests.support.standing import Clock, StandingDatabase
from tests.support.together import DONE, together


def test_an_error_leaves_neither_rows_nor_events_behind(database: Database) -> None:
    def operation(work: Work) -> None:
        factories.office(work)
        work.record("organisation.added", "organisation/x")
        raise InvalidInput("no", _("No."))

    with pytest.raises(InvalidInput):
        database.run(ENGINE, operation)
    with database.read() as session:
        assert session.exec(select(Organisation)).all() == []
        assert session.exec(select(AuditEvent)).all() == []


def test_what_a_read_session_changes_is_not_kept(database: Database, world: World) -> None:
    with database.read() as session:
        session.get_one(Organisation, world.office.id).name = "Changed"
        session.flush()
    with database.read() as session:
        assert session.get_one(Organisation, world.office.id).name == world.office.name


def test_a_contradiction_is_told_without_the_values(database: Database) -> None:
    database.run(ENGINE, lambda work: factories.office(work, code="TWICE"))
    with pytest.raises(Conflict) as caught, database.write(ENGINE) as work:
        factories.office(work, code="TWICE")
    assert "TWICE" not in str(caught.value)
    assert "code" in str(caught.value)


def test_an_error_of_the_database_names_no_value_in_the_log_of_the_server(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(StatementError) as raised, engine.connect() as connection:
        connection.execute(text("SELECT nothing FROM nowhere WHERE a = :name"), {"name": "Arbenta Hoxhademo"})
    assert "Hoxhademo" not in str(raised.value)


def test_a_row_that_points_nowhere_is_refused(database: Database) -> None:
    with pytest.raises(Conflict), database.write(ENGINE) as work:
        factories.office(work, office_id=new_id())


def test_a_locked_database_is_told_in_a_sentence(tmp_path: Path, sqlite_template: Path, keys: InstallationKeys) -> None:
    path = tmp_path / "locked.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    first, second = (Database(f"sqlite:///{path}", keys) for _number in range(2))
    # After the engine's own setting: a test does not wait fifteen seconds.
    event.listen(second.engine, "connect", lambda raw, _record: raw.execute("PRAGMA busy_timeout=1"))
    with first.write(ENGINE) as writing:
        factories.office(writing)
        with pytest.raises(Unavailable, match="locked by another process"), second.write(ENGINE) as work:
            factories.office(work)
    with second.write(ENGINE) as work:
        factories.office(work)
    first.engine.dispose()
    second.engine.dispose()


def test_a_database_that_does_not_answer_is_told_in_a_sentence() -> None:
    engine = make_engine("postgresql+psycopg://nobody@/none?host=/nowhere")
    with pytest.raises(Unavailable, match="does not answer"):
        ping(engine)
    engine.dispose()


def test_instants_come_back_in_utc_and_one_without_a_time_zone_is_refused(database: Database, world: World) -> None:
    with database.read() as session:
        assert session.get_one(Organisation, world.office.id).created_at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    with pytest.raises(StatementError, match="time zone"), database.write(ENGINE) as work:
        factories.office(work, created_at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_today_is_the_day_at_the_office(database_url: str, keys: InstallationKeys) -> None:
    late = Clock()
    late.move(hours=14, minutes=30)
    there = StandingDatabase(database_url, keys, late, "Europe/Berlin")
    assert there.today() == date(2026, 11, 3)
    there.engine.dispose()


def test_sqlite_keeps_a_write_ahead_log_and_checks_foreign_keys(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()


def test_a_case_that_somebody_changed_in_between_is_not_changed(database: Database, case: Case) -> None:
    with database.write(ENGINE) as work:
        assert changes.change(work, case.id, 1).version == 2
    with pytest.raises(Conflict, match="Somebody changed this case"), database.write(ENGINE) as work:
        changes.change(work, case.id, 1)


def test_a_change_wakes_the_engine_once_however_often_it_happens(database: Database, case: Case) -> None:
    for _time in range(3):
        database.run(ENGINE, lambda work: changes.change(work, case.id))
    with database.read() as session:
        assert len(session.exec(select(OutboxItem)).all()) == 1
        assert session.get_one(Case, case.id).version == 4


@pytest.mark.parametrize("life", [CaseLife.DEPARTED, CaseLife.WITHDRAWN, CaseLife.CLOSED])
def test_an_ended_case_takes_nothing_more(database: Database, world: World, life: CaseLife) -> None:
    with database.write(ENGINE) as work:
        ended = factories.case(work, world.office, life=life)
    with pytest.raises(Conflict, match="has ended"), database.write(ENGINE) as work:
        changes.change(work, ended.id)
    with database.write(ENGINE) as work:
        assert changes.change(work, ended.id, any_life=True).version == 2


def test_a_case_of_another_office_is_as_unknown_as_one_that_does_not_exist(database: Database, case: Case) -> None:
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), Role.CASEWORKER)
    answers = []
    for case_id in (case.id, new_id()):
        with pytest.raises(NotFound) as caught, database.write(stranger) as work:
            changes.change(work, case_id)
        answers.append(str(caught.value))
    assert answers[0] == answers[1]


def test_an_agency_sees_its_own_cases_and_no_other(database: Database, world: World, case: Case) -> None:
    with database.write(ENGINE) as work:
        own = factories.case(work, world.office, agency_id=world.agency.id)
    with database.read() as session:
        seen = session.exec(select(Case.id).where(changes.visible(world[Role.AGENCY_USER]))).all()
        assert seen == [own.id]
        assert session.exec(select(Case.id).where(changes.visible(world[Role.ADMINISTRATOR]))).all() == []
        assert len(session.exec(select(Case.id).where(changes.visible(world[Role.AUDITOR]))).all()) == 2
        nobody = Actor(new_id(), Role.CASEWORKER, None)
        assert session.exec(select(Case.id).where(changes.visible(nobody))).all() == []


def test_of_many_who_change_what_they_saw_at_once_exactly_one_wins(database: Database, case: Case) -> None:
    answers = together(database, [ENGINE] * 4, lambda work: changes.change(work, case.id, 1))
    assert answers == [DONE, "stale", "stale", "stale"]
    with database.read() as session:
        assert session.get_one(Case, case.id).version == 2


def test_changes_by_many_at_once_are_all_counted_and_the_history_holds(database: Database, case: Case) -> None:
    def operation(work: Work) -> None:
        changes.change(work, case.id)
        work.record("case.tried", f"case_file/{case.id}", case_id=case.id)

    assert together(database, [ENGINE] * 6, operation) == [DONE] * 6
    with database.read() as session:
        assert session.get_one(Case, case.id).version == 7
        events, faults = audit.verify(session)
        assert (events >= 6, faults) == (True, [])


def test_an_operation_that_the_rules_refuse_is_not_tried_again(database: Database) -> None:
    tries = []

    def operation(_work: Work) -> None:
        tries.append(1)
        raise Refused("no", _("No."))

    with pytest.raises(Refused):
        database.run(ENGINE, operation)
    assert tries == [1]
