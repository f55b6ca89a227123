"""What a medical officer has to look at: results that are outstanding, reviews, opinions to weigh, journeys ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, or_, select

from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases.changes import visible
from casework.cases.pinned import programme_of
from casework.cases.rules import FROZEN
from casework.cases.tables import Case
from casework.medical.facts import fact_of_check
from casework.medical.rules import Counting, MedicalOutcome, fit_to_fly_days
from casework.medical.tables import FitToFly, MedicalExamination, SecondOpinion
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue
from checklists.status import fitness

AHEAD: Final = timedelta(days=14)
"""Journeys that are shown before their check may be made."""


class Waits(StrEnum):
    """Why a case stands in the list."""

    RESULT = "result"  # pending: it is expected until a day
    REVIEW = "review"  # unfit for a time, or fit with follow-up
    OPINION = "opinion"  # another clinic was asked
    WEIGH = "weigh"  # two opinions are there
    FIT_TO_FLY = "fit_to_fly"


@dataclass(frozen=True, slots=True)
class MedicalLine:
    """One thing to look at. `due_on` is None while nobody can say."""

    waits: Waits
    case: Case
    worker: Worker
    due_on: date | None


def listed(
    session: Session,
    actor: Actor,
    catalogue: Catalogue,
    today: date,
    waits: Waits | None = None,
    *,
    limit: int | None,
    offset: int = 0,
) -> tuple[list[MedicalLine], int]:
    """What waits, the most urgent first, and how many there are; of cases that have not ended."""
    require(actor.role, Permission.SEE_MEDICAL)
    found: list[tuple[Waits, Case, Worker, date | None]] = [
        *_results(session, actor),
        *_opinions(session, actor, today),
        *_journeys(session, actor, catalogue, today),
    ]
    lines = [MedicalLine(*one) for one in found if waits is None or one[0] is waits]
    lines.sort(key=lambda line: (line.due_on or date.max, line.case.reference, line.waits))
    return lines[offset : None if limit is None else offset + limit], len(lines)


def _results(session: Session, actor: Actor) -> Iterator[tuple[Waits, Case, Worker, date | None]]:
    """Pending results and reviews that no later examination has answered."""
    query = (
        select(MedicalExamination, Case, Worker)
        .join(Case, col(Case.id) == col(MedicalExamination.case_id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(
            visible(actor),
            col(Case.life).not_in(FROZEN),
            col(MedicalExamination.withdrawn_on).is_(None),
            col(MedicalExamination.counting) == Counting.COUNTS,
            or_(
                col(MedicalExamination.outcome) == MedicalOutcome.PENDING,
                col(MedicalExamination.review_on).is_not(None),
            ),
        )
    )
    rows = session.exec(query).all()
    newest = _newest(session, {row.case_id for row, _case, _worker in rows})
    for row, case, worker in rows:
        if newest[case.id] == row.id:
            pending = row.outcome is MedicalOutcome.PENDING
            yield (Waits.RESULT if pending else Waits.REVIEW, case, worker, row.until if pending else row.review_on)


def _newest(session: Session, case_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The examination that was made last in each case."""
    query = select(MedicalExamination).where(
        col(MedicalExamination.case_id).in_(list(case_ids)),
        col(MedicalExamination.withdrawn_on).is_(None),
        col(MedicalExamination.counting) == Counting.COUNTS,
    )
    ordered = query.order_by(col(MedicalExamination.examined_on), col(MedicalExamination.id))
    return {row.case_id: row.id for row in session.exec(ordered)}


def _opinions(session: Session, actor: Actor, today: date) -> Iterator[tuple[Waits, Case, Worker, date | None]]:
    query = (
        select(SecondOpinion, Case, Worker)
        .join(Case, col(Case.id) == col(SecondOpinion.case_id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(
            visible(actor),
            col(Case.life).not_in(FROZEN),
            col(SecondOpinion.withdrawn_on).is_(None),
            col(SecondOpinion.counts).is_(None),
        )
    )
    for row, case, worker in session.exec(query):
        yield (Waits.OPINION, case, worker, None) if row.second is None else (Waits.WEIGH, case, worker, today)


def _journeys(
    session: Session, actor: Actor, catalogue: Catalogue, today: date
) -> Iterator[tuple[Waits, Case, Worker, date | None]]:
    """Journeys of the days ahead without a look at the worker that will hold."""
    query = (
        select(Case, Worker)
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(
            visible(actor),
            col(Case.life).not_in(FROZEN),
            col(Case.planned_departure) >= today,
            col(Case.planned_departure) <= today + AHEAD,
        )
    )
    rows: Sequence[tuple[Case, Worker]] = session.exec(query).all()
    checks = select(FitToFly).where(col(FitToFly.case_id).in_([case.id for case, _worker in rows]))
    made: dict[UUID, list[FitToFly]] = {}
    for check in session.exec(checks):
        made.setdefault(check.case_id, []).append(check)
    for case, worker in rows:
        programme = programme_of(catalogue, case)
        days = fit_to_fly_days(programme, case.track)
        looks = [fact_of_check(check) for check in made.get(case.id, ())]
        if days is not None and not fitness.is_seen(looks, case.planned_departure, days):
            yield Waits.FIT_TO_FLY, case, worker, case.planned_departure
