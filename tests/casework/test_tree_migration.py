"""Schema 0011 keeps what waits in the outbox, lets mail wait there too, and goes back without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from casework import schema
from casework.database import make_engine
from tests.support.postgres import Server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.sqlite3'}"
    server: Server = request.getfixturevalue("postgres_server")
    return server.create("before_trees")


def go_to(engine: Engine, revision: str, *, down: bool = False) -> None:
    with engine.execution_options(begin="IMMEDIATE").begin() as connection:
        (command.downgrade if down else command.upgrade)(schema._config(connection), revision)


def add(engine: Engine, number: int, kind: str, state: str = "pending") -> None:
    row = (
        "INSERT INTO outbox (id, key, kind, subject_id, state, generation, attempts, created_at, next_attempt_at, "
        "last_error) VALUES (:id, :key, :kind, :subject, :state, 1, 0, '2027-01-01', '2027-01-01', '')"
    )
    with engine.begin() as connection:
        one = f"{number:032x}"
        connection.execute(text(row), {"id": one, "key": one, "subject": one, "kind": kind, "state": state})


def kinds(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.execute(text("SELECT kind FROM outbox")).scalars())


def test_the_outbox_goes_on_and_takes_mail_and_nothing_unknown(url: str) -> None:
    engine = make_engine(url)
    go_to(engine, "0010")
    add(engine, 1, "issue", "stuck")
    go_to(engine, "0011")
    add(engine, 2, "mail")
    for kind, state in (("pigeon", "pending"), ("mail", "perhaps")):
        with pytest.raises(IntegrityError):
            add(engine, 3, kind, state)
    assert kinds(engine) == ["issue", "mail"]
    go_to(engine, "0010", down=True)
    assert kinds(engine) == ["issue"]
    with pytest.raises(IntegrityError):
        add(engine, 4, "mail")
    go_to(engine, "0011")
    add(engine, 5, "mail")
    assert kinds(engine) == ["issue", "mail"]
    engine.dispose()
