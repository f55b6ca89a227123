"""One dialect for all engines of a kind, and with it one store of compiled statements for all tests of a process.

SQLAlchemy keeps what it has compiled by dialect and engine. Every test opens databases of its own; without this, a
third of the whole run compiles the same statements anew, and what was compiled for engines long gone fills the memory.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar, Self

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.util import LRUCache

_STATEMENTS = 3000
"""Kept for each kind of database; the whole application has about half as many."""


def share() -> None:
    """From now on engines made in this process share their dialect."""
    registry.register("sqlite", __name__, OneSqlite.__name__)
    registry.register("postgresql.psycopg", __name__, OnePostgres.__name__)


class _One(Dialect):
    """A dialect of which there is one instance for each set of arguments."""

    _made: ClassVar[dict[Hashable, Any]] = {}
    _compiled: ClassVar[dict[type, LRUCache[Any, Any]]] = {}

    def __new__(cls, **arguments: Any) -> Self:
        key = (cls, frozenset(arguments.items()))
        if key not in cls._made:
            cls._made[key] = super().__new__(cls)
        made: Self = cls._made[key]
        return made

    def __init__(self, **arguments: Any) -> None:
        if "_is_made" not in self.__dict__:
            super().__init__(**arguments)
            self._is_made = True

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        super().engine_created(engine)
        cache = cls._compiled.setdefault(cls, LRUCache(_STATEMENTS))
        engine.update_execution_options(compiled_cache=cache)


class OneSqlite(_One, SQLiteDialect_pysqlite):
    """SQLite by Python's own driver."""

    supports_statement_cache = True


class OnePostgres(_One, PGDialect_psycopg):
    """PostgreSQL by psycopg."""

    supports_statement_cache = True
