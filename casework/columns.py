"""Column types of the case database: text enums with a CHECK, UTC instants, JSON, sealed bytes."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Enum, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

# Every constraint has a name of its own, so that a migration can find it on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Must be aware when written; comes back aware in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant without a time zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def instant(*, nullable: bool = False, index: bool = False) -> Any:
    """A column for a UTC instant."""
    return Column(UtcDateTime, nullable=nullable, index=index)


def choice(
    options: type[StrEnum], *, nullable: bool = False, index: bool = False, name: str = "", primary_key: bool = False
) -> Any:
    """A column for an enum, stored as its text value with a CHECK of the allowed values.

    `name` tells the CHECKs apart where one table has two columns of one enum.
    """
    kind = Enum(
        options,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or options.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
    return Column(kind, nullable=nullable, index=index, primary_key=primary_key)


def document(*, nullable: bool = False) -> Any:
    """A column for JSON that is only read and written whole."""
    return Column(JSON, nullable=nullable)


def sealed(*, nullable: bool = True) -> Any:
    """A column for bytes sealed by the vault."""
    return Column(LargeBinary, nullable=nullable)
