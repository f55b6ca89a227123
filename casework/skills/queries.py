"""The skills map of the cases within reach: the search, its picture by occupation and month, a demand against it.

Cases that are worked on or cleared are counted; who is on hold or has left is not. Reading only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy import case as when
from sqlmodel import Session, col, select

from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import rules as lives
from casework.cases.changes import visible
from casework.cases.tables import Case
from casework.cohorts import queries as cohorts
from casework.cohorts.tables import CohortMember
from casework.qualifications.rules import QualificationKind, QualificationOutcome, Verification
from casework.qualifications.tables import Diploma, QualificationDecision
from casework.skills import rules
from casework.skills.rules import Asked, Demand
from casework.workers.tables import Worker
from checklists.programme import CEFR


@dataclass(frozen=True, slots=True)
class Line:
    """A worker's case: the languages proven (by ISO 639-1, the best decision of each), the highest level of education
    (ISCED 2011), and the day by which the preparation can be over (None: no day can be said)."""

    case: Case
    worker: Worker
    languages: Mapping[str, QualificationDecision]
    isced: int | None
    ready_on: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search, by readiness and then by reference, and how many fit in all."""

    lines: tuple[Line, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PictureRow:
    """How many of an occupation are ready by when: cleared already, in each of the months (`Picture.months`), later,
    and those of whom no day can be said."""

    occupation: str
    cleared: int
    months: tuple[int, ...]
    later: int
    unknown: int

    @property
    def total(self) -> int:
        return self.cleared + sum(self.months) + self.later + self.unknown


@dataclass(frozen=True, slots=True)
class Picture:
    """`months`: the last day of each; `rows` by code of the occupation ("" where none is known)."""

    months: tuple[date, ...]
    rows: tuple[PictureRow, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Of a demand: how many workers of exactly that occupation there are, how many of them show the language, and how
    many of these can be ready by the day."""

    of_occupation: int
    with_language: int
    in_time: int


def search(session: Session, actor: Actor, asked: Asked, today: date, *, offset: int, limit: int) -> Found:
    """Workers that fit all that is asked. Raises `InvalidInput`, `NotFound` (``cohort``)."""
    require(actor.role, Permission.SEE_SKILLS)
    chosen = _chosen(session, actor, rules.checked(asked), today)
    return _page(session, chosen, today, offset, limit)


def picture(session: Session, actor: Actor, asked: Asked, today: date) -> Picture:
    """How many workers fit, by occupation and by the month of their readiness."""
    require(actor.role, Permission.SEE_SKILLS)
    chosen = _chosen(session, actor, rules.checked(asked), today)
    months = rules.month_ends(today)
    group: Any = func.substr(col(Case.occupation), 1, rules.digits(asked.occupation))
    place: Any = when(
        (col(Case.ready_in).is_(None), len(months) + 2),
        (col(Case.ready_in) == 0, 0),
        *((col(Case.ready_in) <= (day - today).days, number) for number, day in enumerate(months, start=1)),
        else_=len(months) + 1,
    )
    counted: dict[str, list[int]] = {}
    query: Any = select(group, place, func.count()).where(*chosen).group_by(group, place)
    for occupation, number, count in session.exec(query):
        counted.setdefault(occupation, [0] * (len(months) + 3))[number] += count
    return Picture(
        months,
        tuple(
            PictureRow(occupation, counts[0], tuple(counts[1:-2]), counts[-2], counts[-1])
            for occupation, counts in sorted(counted.items())
        ),
    )


def candidates(session: Session, actor: Actor, demand: Demand, today: date, *, offset: int, limit: int) -> Found:
    """Workers of the occupation asked for, and of the others of its minor group, by readiness and then by reference:
    whom a person may look at. Raises `InvalidInput`."""
    require(actor.role, Permission.SEE_SKILLS)
    near = rules.checked_demand(demand, today).occupation[:_MINOR]
    return _page(session, _chosen(session, actor, Asked(occupation=near), today), today, offset, limit)


_MINOR = 3  # digits of ISCO-08: the minor group


def tally(session: Session, actor: Actor, demand: Demand, today: date) -> Tally:
    """How far the workers that there are go towards a demand."""
    require(actor.role, Permission.SEE_SKILLS)
    exactly = Asked(occupation=demand.occupation)
    speaking = Asked(demand.occupation, demand.language, demand.level, demand.skills)
    ready = Asked(demand.occupation, demand.language, demand.level, demand.skills, ready_by=demand.from_day)
    counts = [_count(session, _chosen(session, actor, one, today)) for one in (exactly, speaking, ready)]
    return Tally(*counts)


def _count(session: Session, chosen: Sequence[ColumnElement[bool]]) -> int:
    return session.exec(select(func.count()).select_from(Case).where(*chosen)).one()


def _page(
    session: Session, chosen: Sequence[ColumnElement[bool]], today: date, offset: int, limit: int
) -> Found:  # fmt: skip
    ids = (
        select(col(Case.id))
        .where(*chosen)
        .order_by(col(Case.ready_in).is_(None), col(Case.ready_in), col(Case.reference))
        .offset(offset)
        .limit(limit)
    )
    wanted = list(session.exec(ids))
    rows = {
        case.id: (case, worker)
        for case, worker in session.exec(
            select(Case, Worker).join(Worker, col(Worker.id) == col(Case.worker_id)).where(col(Case.id).in_(wanted))
        )
    }
    languages, levels = proven(session, wanted), education(session, wanted)
    lines = tuple(
        Line(*rows[one], languages.get(one, {}), levels.get(one), ready_on(rows[one][0], today)) for one in wanted
    )
    return Found(lines, _count(session, chosen))


def ready_on(case: Case, today: date) -> date | None:
    """About when the preparation can be over if it goes on today; None where no day can be said."""
    return None if case.ready_in is None else today + timedelta(days=case.ready_in)


def proven(session: Session, case_ids: Iterable[UUID]) -> dict[UUID, dict[str, QualificationDecision]]:
    """For each case the decision that counts of each language: the highest level, then the last test."""
    query = select(QualificationDecision).where(col(QualificationDecision.case_id).in_(list(case_ids)), *_LANGUAGE)
    found: dict[UUID, dict[str, QualificationDecision]] = {}
    for row in sorted(session.exec(query), key=lambda row: (row.level, str(row.tested_on))):
        found.setdefault(row.case_id, {})[row.subject] = row
    return found


def education(session: Session, case_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The highest level of education that a diploma of each case shows."""
    query = (
        select(col(Diploma.case_id), func.max(col(Diploma.isced)))
        .where(col(Diploma.case_id).in_(list(case_ids)), *_DIPLOMA)
        .group_by(col(Diploma.case_id))
    )
    return dict(session.exec(query).all())


_LANGUAGE = (
    col(QualificationDecision.kind) == QualificationKind.LANGUAGE,
    col(QualificationDecision.withdrawn_on).is_(None),
    col(QualificationDecision.outcome) != QualificationOutcome.NONE,
)
_DIPLOMA = (col(Diploma.withdrawn_on).is_(None), col(Diploma.verification) != Verification.DENIED)


def _chosen(session: Session, actor: Actor, asked: Asked, today: date) -> list[ColumnElement[bool]]:
    chosen = [visible(actor), col(Case.life).in_(lives.ACTIVE)]
    if asked.occupation:
        chosen += _within(asked.occupation)
    if asked.language:
        chosen.append(col(Case.id).in_(_speakers(asked)))
    if asked.isced is not None:
        educated = select(col(Diploma.case_id)).where(*_DIPLOMA, col(Diploma.isced) >= asked.isced)
        chosen.append(col(Case.id).in_(educated))
    if asked.ready_by is not None:
        chosen.append(col(Case.ready_in) <= (asked.ready_by - today).days)
    if asked.programme:
        chosen.append(col(Case.programme_id) == asked.programme)
    if asked.track:
        chosen.append(col(Case.track) == asked.track)
    if asked.cohort:
        cohort = cohorts.by_code(session, actor, asked.cohort)
        chosen.append(col(Case.id).in_(select(col(CohortMember.case_id)).where(CohortMember.cohort_id == cohort.id)))
    return chosen


def _within(prefix: str) -> list[ColumnElement[bool]]:
    """The codes that begin with `prefix`, as a range of digits: an index is used for it on both databases."""
    chosen = [col(Case.occupation) >= prefix]
    if short := prefix.rstrip("9"):
        chosen.append(col(Case.occupation) < short[:-1] + str(int(short[-1]) + 1))
    return chosen


def _speakers(asked: Asked) -> Any:
    """Cases that have shown the language, in every level that is asked: a skill that is not told apart has the level
    of the whole."""
    row = QualificationDecision
    query = select(col(row.case_id)).where(*_LANGUAGE, col(row.subject) == asked.language)
    if asked.level:
        query = query.where(col(row.level).in_(_at_least(asked.level)))
    for skill, level in asked.skills.items():
        if level:
            shown: Any = col(row.skills)
            told = shown[skill].as_string()
            whole = or_(told.is_(None), told == "") & col(row.level).in_(_at_least(level))
            query = query.where(or_(told.in_(_at_least(level)), whole))
    return query


def _at_least(level: str) -> tuple[str, ...]:
    return CEFR[CEFR.index(level) :]
