"""The migrations bring both databases to exactly the tables of the code."""

from __future__ import annotations

from sqlalchemy import text

from casework import schema
from casework.actor import ENGINE
from casework.database import Database, make_engine


def test_a_migrated_database_has_exactly_the_tables_of_the_code(database: Database) -> None:
    assert schema.difference(database.engine) == []
    assert schema.revision(database.engine) == schema.head()


def test_upgrading_twice_changes_nothing_and_keeps_what_is_stored(database_url: str, database: Database) -> None:
    with database.write(ENGINE) as work:
        work.record("office.tried", "organisation/none")
    engine = make_engine(database_url)
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_event")).scalar() == 1
    engine.dispose()


def test_an_empty_database_has_no_revision() -> None:
    engine = make_engine("sqlite://")
    assert schema.revision(engine) is None
    engine.dispose()
