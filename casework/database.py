"""The edge of the case database: engine, read sessions, and the unit of work that commits.

Nothing else in the house commits. SQLite writes begin with ``BEGIN IMMEDIATE``: a deferred transaction
loses updates and fails at once with "locked". PostgreSQL runs at READ COMMITTED with the case row locked
first; what it could not serialise is tried again by `Database.run`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlmodel import Session

from basis.errors import Conflict, Unavailable
from basis.messages import _
from casework.actor import Actor
from casework.audit import service as audit
from casework.keys import InstallationKeys
from casework.vault import Vault
from casework.work import Work

T = TypeVar("T")
P = ParamSpec("P")
_BUSY_MILLISECONDS = 15_000
_TRIES = 5
# PostgreSQL: serialization_failure, deadlock_detected
_AGAIN = frozenset({"40001", "40P01"})


class Database:
    """The case database of one installation. Safe to share between threads; made anew in a new process."""

    def __init__(self, url: str, keys: InstallationKeys, time_zone: str = "UTC") -> None:
        self.engine = make_engine(url)
        self._writing = self.engine.execution_options(begin="IMMEDIATE")
        self._keys = keys
        self._zone = ZoneInfo(time_zone)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        """The day at the office."""
        return self.day_of(self.now())

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the office."""
        return self._zone

    def day_of(self, instant: datetime) -> date:
        """The day at the office at an instant."""
        return instant.astimezone(self._zone).date()

    def vault(self, session: Session) -> Vault:
        return Vault(session, self._keys)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads: nothing is committed, and what was read stays readable afterwards."""
        with _in_words(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self, actor: Actor) -> Iterator[Work]:
        """One transaction: commits at the end of the block, or leaves nothing behind."""
        with _in_words(), Session(self._writing, expire_on_commit=False) as session:
            work = Work(session, actor, self.now(), self.today(), self.vault(session))
            yield work
            audit.append(session, work.events)
            session.commit()

    def run(self, actor: Actor, operation: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``operation(work, ...)`` in one transaction, tried again when PostgreSQL could not serialise it."""
        for _attempt in range(_TRIES - 1):
            try:
                with self.write(actor) as work:
                    return operation(work, *args, **kwargs)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _AGAIN:
                    raise
        with self.write(actor) as work:
            return operation(work, *args, **kwargs)


def make_engine(url: str) -> Engine:
    """An engine with the settings that the house needs on SQLite or PostgreSQL."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_MILLISECONDS / 1000}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late and deferred; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn what the database refuses into sentences; a driver's text may hold values, so it is not passed on."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) in _AGAIN:
            raise
        raise _unavailable(str(error.orig)) from None
    except IntegrityError as error:
        raise Conflict(
            "conflict",
            _(
                "The database refused the change because it contradicts what is stored ({what}).",
                what=_constraint(error),
            ),
            _("Look at the present state and try again."),
        ) from None


def _unavailable(reason: str) -> Unavailable:
    if "locked" in reason or "busy" in reason:
        return Unavailable(
            "database_locked",
            _("The case database is locked by another process."),
            _("Wait until that work has ended and try again."),
        )
    if "full" in reason:
        return Unavailable("disk_full", _("The disk is full; nothing was stored."), _("Make room and try again."))
    return Unavailable(
        "database_unavailable",
        _("The case database does not answer."),
        _("Check PREDEPARTURE_DATABASE_URL and run: predeparture doctor."),
    )


def _constraint(error: IntegrityError) -> str:
    """The name of the constraint, without the values that the driver prints beside it."""
    diagnostic = getattr(error.orig, "diag", None)
    if diagnostic is not None:
        return str(diagnostic.constraint_name)
    return str(error.orig).split(":")[-1].strip()[:80]


def ping(engine: Engine) -> None:
    """Raise `Unavailable` when the database does not answer."""
    with _in_words(), engine.connect() as connection:
        connection.execute(text("SELECT 1"))
