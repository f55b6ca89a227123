"""Rows of watch lists, screenings, hits and adjudications. Details of a hit are sealed under the person's key."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, document, instant, sealed
from casework.security.rules import HitState, Verdict


class WatchList(SQLModel, table=True):
    """One loaded version of a list. Of each `name` one version is active.

    `published_on` is the publisher's own day (None where the files tell none). `added`, `changed` and `removed` count
    entries against `previous_id`, the version that was in use before it; a first version adds all of its entries.
    """

    __tablename__ = "watch_list"
    __table_args__ = (UniqueConstraint("name", "sha256"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=120)
    format: str = Field(max_length=20)
    version_label: str = Field(max_length=80)
    published_on: date | None = None
    sha256: str = Field(max_length=64)
    entry_count: int
    added: int = 0
    changed: int = 0
    removed: int = 0
    previous_id: UUID | None = Field(default=None, foreign_key="watch_list.id")
    active: bool = True
    loaded_at: datetime = Field(sa_column=instant())
    loaded_by: str = Field(max_length=40)


class WatchEntry(SQLModel, table=True):
    """A listed person or entity, as published (public data, so not sealed)."""

    __tablename__ = "watch_entry"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    list_id: UUID = Field(foreign_key="watch_list.id", index=True)
    reference: str = Field(max_length=80)
    fingerprint: str = Field(default="", max_length=64)
    content: dict[str, Any] = Field(sa_column=document())


class ScreeningOutcome(StrEnum):
    CLEAR = "clear"  # no possible match
    HITS = "hits"  # possible matches: each needs two officers


class Screening(SQLModel, table=True):
    """A worker's data compared with the active lists on one day. `lists` names list ids and versions."""

    __tablename__ = "screening"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    worker_number: int
    lists: list[dict[str, str]] = Field(sa_column=document())
    algorithm: str = Field(max_length=40)
    screened_on: date
    recorded_at: datetime = Field(sa_column=instant())
    outcome: ScreeningOutcome = Field(sa_column=choice(ScreeningOutcome))
    replaced: bool = False


class Hit(SQLModel, table=True):
    """A possible match of a screening. `reasons` (sealed) explains the score.

    `carried_from` names the hit whose two verdicts hold here too: same worker data, same listed entry.
    """

    __tablename__ = "hit"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    screening_id: UUID = Field(foreign_key="screening.id", index=True)
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    entry_id: UUID = Field(foreign_key="watch_entry.id")
    score: int
    reasons: bytes | None = Field(default=None, sa_column=sealed())
    state: HitState = Field(default=HitState.OPEN, sa_column=choice(HitState, index=True))
    closed_on: date | None = None
    carried_from: UUID | None = Field(default=None, foreign_key="hit.id")


class Adjudication(SQLModel, table=True):
    """One officer's verdict on a hit; an officer gives one only."""

    __tablename__ = "adjudication"
    __table_args__ = (UniqueConstraint("hit_id", "officer_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hit_id: UUID = Field(foreign_key="hit.id", index=True)
    officer_id: UUID = Field(foreign_key="account.id")
    verdict: Verdict = Field(sa_column=choice(Verdict))
    reason: bytes | None = Field(default=None, sa_column=sealed())
    decided_on: date
    recorded_at: datetime = Field(sa_column=instant())
