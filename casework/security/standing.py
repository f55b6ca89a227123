"""With which versions of the lists a worker was last compared, and when: the screening's own, or a later bulk run's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from casework.security.scoring import ALGORITHM
from casework.security.sweep_tables import ScreeningSweep
from casework.security.tables import Screening


@dataclass(frozen=True, slots=True)
class Standing:
    """`lists` names list ids and versions; `screened_on` is the day of the last comparison with them."""

    lists: tuple[Mapping[str, str], ...]
    screened_on: date
    algorithm: str


def standing_of(session: Session, screening: Screening) -> Standing:
    """What the screening stands for today. What it said when it was made stays in the row itself."""
    if screening.sweep_id is not None and screening.confirmed_on is not None:
        sweep = session.get(ScreeningSweep, screening.sweep_id)
        if sweep is not None:
            return Standing(tuple(sweep.lists), screening.confirmed_on, sweep.algorithm)
    return Standing(tuple(screening.lists), screening.screened_on, screening.algorithm)


def day_of(screening: Screening, ended_on: date | None = None) -> date:
    """The day of the last comparison; of a case that has ended the last that its end knew of."""
    last = screening.confirmed_on or screening.screened_on
    return last if ended_on is None else max(screening.screened_on, min(last, ended_on))


def sweeps_with(session: Session, list_ids: frozenset[str]) -> list[UUID]:
    """The bulk screenings with exactly these versions of the lists, by the algorithm of today."""
    query = select(ScreeningSweep).where(ScreeningSweep.algorithm == ALGORITHM).order_by(col(ScreeningSweep.id))
    return [sweep.id for sweep in session.exec(query) if ids_of(sweep.lists) == list_ids]


def ids_of(descriptors: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """The ids of the lists that a screening or a sweep names."""
    return frozenset(descriptor["id"] for descriptor in descriptors)
