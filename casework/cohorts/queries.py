"""Cohorts as lists and reports ask for them. Reading only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlmodel import Session, col, select

from basis.errors import NotFound
from basis.messages import _
from basis.money import Money
from basis.roles import Role
from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.auditing import access
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.cohorts.rules import CostGroup, Outcome, outcome
from casework.cohorts.tables import Cohort, CohortMember
from casework.workers.tables import Worker
from checklists.assessment import StageStatus
from checklists.catalogue import Catalogue
from checklists.programme import StageKind

_IN_TRAINING = frozenset({StageStatus.OPEN, StageStatus.READY, StageStatus.BROKEN})


@dataclass(frozen=True, slots=True)
class Count:
    """How many members are on a track that departs, and how many on one that stays."""

    away: int = 0
    home: int = 0

    @property
    def all(self) -> int:
        return self.away + self.home


@dataclass(frozen=True, slots=True)
class CohortLine:
    """A cohort with its costs and where its members stand. `selected` is everybody who joined and has not left;
    `taken` leaves out who has dropped out."""

    cohort: Cohort
    costs: Mapping[CostGroup, Money]
    selected: Count
    outcomes: Mapping[Outcome, Count]

    @property
    def taken(self) -> int:
        return self.selected.all - self.outcomes[Outcome.WITHDRAWN].all

    @property
    def total(self) -> Money:
        return Money(sum(amount.minor for amount in self.costs.values()), self.cohort.currency)


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which cohorts an actor may know of: an office its own, the engine all, an auditor those that the open engagements
    reach."""
    if actor.role is None:
        return true()
    if actor.role is Role.AUDITOR:
        return access.reaches(actor, col(Cohort.office_id), col(Cohort.programme_id))
    known = may(actor.role, Permission.SEE_COHORTS) or may(actor.role, Permission.EDIT_CASES)
    return col(Cohort.office_id) == actor.organisation_id if known else false()


def listed(session: Session, actor: Actor, catalogue: Catalogue, programme: str = "") -> list[CohortLine]:
    """The cohorts, the newest first, with the same number of queries for one or many."""
    require(actor.role, Permission.SEE_COHORTS)
    query = select(Cohort).where(visible(actor))
    if programme:
        query = query.where(Cohort.programme_id == catalogue.get(programme).id)
    return _lines(
        session, catalogue, session.exec(query.order_by(col(Cohort.starts_on).desc(), col(Cohort.code))).all()
    )


def one(session: Session, actor: Actor, catalogue: Catalogue, code: str) -> CohortLine:
    """A cohort by its code. Raises `NotFound` (``cohort``)."""
    require(actor.role, Permission.SEE_COHORTS)
    return _lines(session, catalogue, [by_code(session, actor, code)])[0]


def by_code(session: Session, actor: Actor, code: str) -> Cohort:
    """The row of a cohort. Raises `NotFound` (``cohort``)."""
    found = session.exec(select(Cohort).where(Cohort.code == code.strip().upper(), visible(actor))).one_or_none()
    if found is None:
        raise NotFound(
            "cohort",
            _("There is no such cohort, or it is not one of yours."),
            _("List the cohorts with: predeparture cohort list."),
        )
    return found


def choices(session: Session, actor: Actor, case: Case) -> list[Cohort]:
    """The cohorts that a case may join, the newest first."""
    query = select(Cohort).where(
        visible(actor), Cohort.programme_id == case.programme_id, Cohort.office_id == case.office_id
    )
    return list(session.exec(query.order_by(col(Cohort.starts_on).desc(), col(Cohort.code))))


def of_case(session: Session, case_id: UUID) -> Cohort | None:
    """The cohort a case is in."""
    query = select(Cohort).join(CohortMember, col(CohortMember.cohort_id) == col(Cohort.id))
    return session.exec(query.where(CohortMember.case_id == case_id)).one_or_none()


def members(session: Session, actor: Actor, cohort: Cohort) -> list[tuple[Case, Worker]]:
    """The cases of a cohort with their workers, by reference, as far as the actor may know of them."""
    query = (
        select(Case, Worker)
        .join(CohortMember, col(CohortMember.case_id) == col(Case.id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(CohortMember.cohort_id == cohort.id, changes.visible(actor))
    )
    return list(session.exec(query.order_by(col(Case.reference))).all())


def _lines(session: Session, catalogue: Catalogue, cohorts: Sequence[Cohort]) -> list[CohortLine]:
    counted: dict[UUID, dict[Outcome, Count]] = defaultdict(lambda: dict.fromkeys(Outcome, Count()))
    query = (
        select(CohortMember.cohort_id, Case)
        .join(Case, col(Case.id) == col(CohortMember.case_id))
        .where(col(CohortMember.cohort_id).in_([cohort.id for cohort in cohorts]))
    )
    for cohort_id, case in session.exec(query):
        departs = _departs(catalogue, case)
        stands = outcome(case.life, departs=departs, in_training=_in_training(case))
        before = counted[cohort_id][stands]
        counted[cohort_id][stands] = Count(before.away + departs, before.home + (not departs))
    return [_line(cohort, counted[cohort.id]) for cohort in cohorts]


def _line(cohort: Cohort, outcomes: Mapping[Outcome, Count]) -> CohortLine:
    costs = {group: Money(getattr(cohort, f"{group.value}_minor"), cohort.currency) for group in CostGroup}
    away, home = sum(count.away for count in outcomes.values()), sum(count.home for count in outcomes.values())
    return CohortLine(cohort, costs, Count(away, home), dict(outcomes))


def _departs(catalogue: Catalogue, case: Case) -> bool:
    track = programme_of(catalogue, case).track(case.track)
    return track is None or track.departs


def _in_training(case: Case) -> bool:
    stages = (case.assessment or {}).get("stages", ())
    return any(one["kind"] == StageKind.TRAINING and StageStatus(one["status"]) in _IN_TRAINING for one in stages)
