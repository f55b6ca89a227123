"""The throw-away PostgreSQL itself: real, isolated, quick to copy, and gone at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from tests.support import postgres
from tests.support.postgres import Server, cluster

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if reason := postgres.why_not():
        pytest.skip(reason)
    with cluster() as running:
        yield running


def ask(url: str, *statements: str) -> object:
    """The first value of the last statement; everything before is committed too."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            *earlier, last = (text(statement) for statement in statements)
            for statement in earlier:
                connection.execute(statement)
            return connection.execute(last).scalar()
    finally:
        engine.dispose()


def test_a_fresh_database_is_a_real_postgresql_in_utc(server: Server) -> None:
    with server.database() as url:
        assert str(ask(url, "SELECT version()")).startswith("PostgreSQL")
        assert ask(url, "SHOW timezone") == "UTC"


def test_a_copy_of_a_template_has_its_rows_and_does_not_touch_it(server: Server) -> None:
    made = server.create("made")
    ask(made, "CREATE TABLE person (name text)", "INSERT INTO person VALUES ('Gezim') RETURNING 1")
    with server.database(template="made") as url:
        assert ask(url, "DELETE FROM person RETURNING name") == "Gezim"
    assert ask(made, "SELECT count(*) FROM person") == 1


def test_two_databases_know_nothing_of_each_other(server: Server) -> None:
    with server.database() as one, server.database() as other:
        ask(one, "CREATE TABLE only_here (a int)", "SELECT 1")
        assert ask(other, "SELECT to_regclass('only_here')") is None


def test_the_cluster_is_gone_at_the_end() -> None:
    if reason := postgres.why_not():
        pytest.skip(reason)
    with cluster() as running:
        folder = running.socket_folder
        assert (folder / "data" / "postmaster.pid").exists()
    assert not folder.exists()
