"""Rows of the history, of its tree, and of what checks found.

Database triggers refuse UPDATE and DELETE on `audit_event`, `audit_node` and `tree_head`.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, instant, sealed


class AuditEvent(SQLModel, table=True):
    """One event. `body` is the exact RFC 8785 text that was hashed; the other columns are copies of it."""

    __tablename__ = "audit_event"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: UUID = Field(unique=True)
    recorded_at: datetime = Field(sa_column=instant(index=True))
    happened_on: date
    actor: str = Field(max_length=40, index=True)
    kind: str = Field(max_length=60, index=True)
    case_id: UUID | None = Field(default=None, index=True)
    subject: str = Field(max_length=100, index=True)
    body: str = Field(sa_type=Text)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditHead(SQLModel, table=True):
    """The one row that names the last event; locked while a transaction appends."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True)
    seq: int = 0
    hash: str = Field(default="0" * 64, max_length=64)


class AuditNode(SQLModel, table=True):
    """The hash of a complete subtree over the events, of every eighth level (`casework.audit.merkle`). Append-only."""

    __tablename__ = "audit_node"

    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hash: bytes = Field(sa_column=sealed(nullable=False))


class TreeHead(SQLModel, table=True):
    """The signed head of the tree of the first `size` events, one a day at the most. Append-only.

    `body` is the signed JSON as it is sent, byte for byte; the other columns are copies of it. `chain` is the hash of
    the last of these events, `previous` the SHA-256 of the body of the head before ("" for the first).
    """

    __tablename__ = "tree_head"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: int = Field(unique=True)
    day: date = Field(unique=True)
    size: int
    root: str = Field(max_length=64)
    chain: str = Field(max_length=64)
    previous: str = Field(max_length=64)
    made_at: datetime = Field(sa_column=instant())
    body: str = Field(sa_type=Text)


class TreeHeadMail(SQLModel, table=True):
    """A tree head on its way to somebody outside; the outbox says how that goes."""

    __tablename__ = "tree_head_mail"
    __table_args__ = (UniqueConstraint("head_id", "address"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    head_id: UUID = Field(foreign_key="tree_head.id")
    address: str = Field(max_length=254)
    asked_at: datetime = Field(sa_column=instant())
    sent_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class Area(StrEnum):
    """The two stores of sealed files."""

    ARCHIVE = "archive"  # issued certificates
    FILES = "files"  # evidence as it came


class FindingKind(StrEnum):
    MISSING = "missing"  # the register has it, the store does not
    CORRUPT = "corrupt"  # it does not open, or is not the file whose fingerprint the register has
    UNREADABLE = "unreadable"  # the disk or the store does not give it out
    ORPHANED = "orphaned"  # the store has it, no row knows of it


class ArchiveCheck(SQLModel, table=True):
    """A walk over all that is stored, finished or under way.

    `part` is the table whose files are looked at, `place` the last of them that was, `total` how many files there were
    when it began. `scheduled`: the engine's, in slices; else somebody's who asked for it. Each kind of finding is
    counted; of the findings themselves only so many are kept.
    """

    __tablename__ = "archive_check"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    scheduled: bool
    started_at: datetime = Field(sa_column=instant(index=True))
    finished_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    part: str = Field(max_length=40)
    place: UUID | None = None
    total: int
    looked_at: int = 0
    missing: int = 0
    corrupt: int = 0
    unreadable: int = 0
    orphaned: int = 0


class ArchiveFinding(SQLModel, table=True):
    """What is wrong with one document. Its id is a text: an orphan may bear any name."""

    __tablename__ = "archive_finding"
    __table_args__ = (UniqueConstraint("check_id", "area", "document_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    check_id: UUID = Field(foreign_key="archive_check.id")
    area: Area = Field(sa_column=choice(Area))
    document_id: str = Field(max_length=120)
    kind: FindingKind = Field(sa_column=choice(FindingKind))
