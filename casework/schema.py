"""Brings the case database to the schema of this version, and says where it stands."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from casework.tables import metadata

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Run every migration that is missing, in one transaction."""
    with engine.execution_options(begin="IMMEDIATE").begin() as connection:
        command.upgrade(_config(connection), "head")


def revision(engine: Engine) -> str | None:
    """The revision the database stands at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str:
    """The revision of this version of the software. Read once: finding it loads every migration."""
    return ScriptDirectory(str(_FOLDER)).get_current_head() or ""


def difference(engine: Engine) -> list[object]:
    """What the tables of the code have and the migrated database has not, or the other way round."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config
