"""Rows of watch lists, screenings, hits and adjudications. Details of a hit are sealed under the person's key."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import choice, document, instant, sealed
from casework.evidence.tables import ScanState
from casework.security.rules import HitState, Step, Verdict


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
    previous_id: UUID | None = None
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
    """A worker's data compared with the active lists on one day. `lists` names list ids and versions.

    `threshold` is the programme's. `sweep_id` and `confirmed_on`: the last bulk screening that came to the same answer
    with the lists of its own (`casework.security.sweep_tables`); see `standing.standing_of`.
    """

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
    threshold: int = 80
    sweep_id: UUID | None = Field(default=None, index=True)
    confirmed_on: date | None = None


class Hit(SQLModel, table=True):
    """A possible match of a screening. `reasons` (sealed) explains the score.

    `carried_from` names the hit at which the officers' steps began, that hold here too: same worker data, same listed
    entry.
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
    """One step that an officer took with a hit: proposed, confirmed, returned. Steps are added, never changed.

    `hit_id` is the hit at which they began (`Hit.carried_from` leads to it), `number` counts them from 1: of two
    officers at once one meets the constraint. `reason` and `next_step` (what is needed before it can be told, or to
    whom a true match is referred) are sealed. `together` is the same for hits that were answered with one reason.
    """

    __tablename__ = "adjudication"
    __table_args__ = (UniqueConstraint("hit_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hit_id: UUID = Field(foreign_key="hit.id", index=True)
    number: int
    step: Step = Field(sa_column=choice(Step))
    officer_id: UUID = Field(foreign_key="account.id")
    verdict: Verdict = Field(sa_column=choice(Verdict))
    reason: bytes | None = Field(default=None, sa_column=sealed())
    next_step: bytes | None = Field(default=None, sa_column=sealed())
    together: UUID | None = None
    decided_on: date
    recorded_at: datetime = Field(sa_column=instant())


class HitPaper(SQLModel, table=True):
    """A paper that shows whether the worker is the listed person, for security officers and auditors alone.

    It is no `EvidenceFile`: what pages, packs and comparisons of files say of those would tell of a match. The file is
    kept sealed under the row's id as it came; `sha256` is of its plain bytes.
    """

    __tablename__ = "hit_paper"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hit_id: UUID = Field(foreign_key="hit.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    media_type: str = Field(max_length=60)
    size: int
    sha256: str = Field(max_length=64)
    scan: ScanState = Field(default=ScanState.NOT_SCANNED, sa_column=choice(ScanState))
    note: bytes | None = Field(default=None, sa_column=sealed())
    recorded_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)


class StandIn(SQLModel, table=True):
    """A security officer of another office who may act on the possible matches of this one, and see nothing else of it,
    from `begins_on` to `ends_on`, both included, or until `withdrawn_on`."""

    __tablename__ = "stand_in"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    begins_on: date
    ends_on: date
    withdrawn_on: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
