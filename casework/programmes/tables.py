"""Rows of programme versions, suspensions and migrations.

Database triggers refuse to change or remove a published version, as they do for the history.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, document, instant
from casework.programmes.rules import VersionState


class ProgrammeVersion(SQLModel, table=True):
    """A programme file that was handed in: a draft until a second person publishes it, from then on unchangeable.

    `content` are the bytes of the file and `digest` their SHA-256; `effective_from` is a copy of what the file says.
    """

    __tablename__ = "programme_version"
    __table_args__ = (UniqueConstraint("programme_id", "version"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    programme_id: str = Field(max_length=60)
    version: str = Field(max_length=40)
    digest: str = Field(max_length=64)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: VersionState = Field(default=VersionState.DRAFT, sa_column=choice(VersionState))
    effective_from: date
    drafted_by: str = Field(max_length=40)
    drafted_at: datetime = Field(sa_column=instant())
    published_by: str = Field(default="", max_length=40)
    published_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class ProgrammeSuspension(SQLModel, table=True):
    """Clearances of a programme are stopped until it is lifted; at most one of a programme is in force.

    `reason` is public: it is shown on every case of the programme.
    """

    __tablename__ = "programme_suspension"
    __table_args__ = (
        Index(
            "uq_programme_suspension_in_force",
            "programme_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    programme_id: str = Field(max_length=60)
    reason: str = Field(max_length=300)
    suspended_by: str = Field(max_length=40)
    suspended_on: date
    suspended_at: datetime = Field(sa_column=instant())
    lifted_by: str = Field(default="", max_length=40)
    lifted_on: date | None = None
    lifted_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class ProgrammeMigration(SQLModel, table=True):
    """Live cases were moved from one version to another in one step. `office_id` None: of all offices."""

    __tablename__ = "programme_migration"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    programme_id: str = Field(max_length=60, index=True)
    from_version: str = Field(max_length=40)
    from_digest: str = Field(max_length=64)
    to_version: str = Field(max_length=40)
    to_digest: str = Field(max_length=64)
    office_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    applied_by: str = Field(max_length=40)
    applied_on: date
    applied_at: datetime = Field(sa_column=instant())
    undone_by: str = Field(default="", max_length=40)
    undone_on: date | None = None
    undone_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class MigratedCase(SQLModel, table=True):
    """A case that a migration moved, and the sign-offs (ids) that ended with it, there and on the way back.

    `undone_at` is None while it stands where the migration put it, or where it was left when the rest went back.
    """

    __tablename__ = "programme_migration_case"
    __table_args__ = (UniqueConstraint("migration_id", "case_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    migration_id: UUID = Field(foreign_key="programme_migration.id")
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    ended: list[str] = Field(sa_column=document())
    ended_back: list[str] = Field(default_factory=list, sa_column=document())
    undone_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
