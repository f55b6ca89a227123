"""Rows of merges: two records of one person that are kept as one, and the keys that open what both hold."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import document, instant, sealed


class WorkerMerge(SQLModel, table=True):
    """The record `merged_id` was brought into `kept_id`, until `undone_at`.

    `moved` lists the rows that changed hands, ids by table, `taken` the fields whose value the kept record took, and
    `before` (sealed, JSON) what stood in them. `returned` lists what an unmerge gave to the restored record beyond
    `moved`. `reason` and `undo_reason` are sealed under the key of the kept record.
    """

    __tablename__ = "worker_merge"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    kept_id: UUID = Field(foreign_key="worker.id", index=True)
    merged_id: UUID = Field(foreign_key="worker.id", index=True)
    reason: bytes = Field(sa_column=sealed(nullable=False))
    taken: list[str] = Field(sa_column=document())
    before: bytes = Field(sa_column=sealed(nullable=False))
    moved: dict[str, list[str]] = Field(sa_column=document())
    merged_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
    undone_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    undone_on: date | None = None
    undone_by: str = Field(default="", max_length=40)
    undo_reason: bytes | None = Field(default=None, sa_column=sealed())
    returned: dict[str, list[str]] = Field(sa_column=document())


class LiveMerge(SQLModel, table=True):
    """Which merge of a record is in force: one row a merged record, so that of two people exactly one merges it."""

    __tablename__ = "live_merge"

    merged_id: UUID = Field(primary_key=True, foreign_key="worker.id")
    kept_id: UUID = Field(foreign_key="worker.id", index=True)
    merge_id: UUID = Field(foreign_key="worker_merge.id")


class PersonAlias(SQLModel, table=True):
    """What is a person's may also be sealed under the key `key_of`; with `seals` it is sealed under it from now on.

    `key_of` is a person whose record was merged into this one, or the merge itself, which has a key of its own.
    `merge_id` is the merge that brought it.
    """

    __tablename__ = "person_alias"

    person_id: UUID = Field(primary_key=True)
    key_of: UUID = Field(primary_key=True)
    merge_id: UUID = Field(index=True)
    seals: bool = False


class WorkerDistinction(SQLModel, table=True):
    """Somebody looked at two records that are alike: they are two people. `first_id` is the smaller id."""

    __tablename__ = "worker_distinction"

    first_id: UUID = Field(primary_key=True, foreign_key="worker.id")
    second_id: UUID = Field(primary_key=True, foreign_key="worker.id")
    reason: bytes = Field(sa_column=sealed(nullable=False))
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
