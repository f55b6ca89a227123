"""Loads the facts of cases for the rules: the same number of queries for one case or for a thousand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import Session, SQLModel, col, select

from casework.cases.rules import FOLLOWED, CaseLife
from casework.cases.tables import Case, CaseMove, LiveSignOff, SignOff
from casework.concessions.rules import ConcessionState
from casework.concessions.tables import Concession
from casework.contracts import facts as contracts
from casework.costs import queries as costs
from casework.custody import queries as custody
from casework.evidence.facts import fact_of
from casework.evidence.tables import EvidenceItem
from casework.followups import facts as follow_ups
from casework.households.queries import StandingInHousehold, standings
from casework.loans.life import LoanState
from casework.loans.tables import Instalment, Loan, LoanApproval
from casework.medical import facts as medical
from casework.medical.tables import FitToFly, MedicalExamination
from casework.orientation import facts as orientation
from casework.orientation.tables import ModuleAttendance, OrientationTest
from casework.programmes import queries as programmes
from casework.qualifications import queries as qualifications
from casework.qualifications.tables import QualificationDecision
from casework.security.rules import HitState
from casework.security.standing import day_of
from casework.security.tables import Hit, Screening
from casework.training.tables import TrainingResult
from casework.travel.tables import Itinerary
from casework.workers import passports
from casework.workers.tables import FormerPassport, Worker, WorkerResidence
from checklists.facts import CaseFacts, Fact, GivenSignOff, GivenWaiver, Residence, Standing
from checklists.programme import Programme

Row = TypeVar("Row", bound=SQLModel)

SCREENING: Final = "watchlist_screening"


def load(session: Session, cases: Sequence[Case]) -> dict[UUID, CaseFacts]:
    """The facts of each case by its id."""
    ids = [case.id for case in cases]
    worker_ids = {case.worker_id for case in cases}
    workers = {row.id: row for row in session.exec(select(Worker).where(col(Worker.id).in_(worker_ids)))}
    residences = _grouped(
        session.exec(select(WorkerResidence).where(col(WorkerResidence.worker_id).in_(worker_ids))), "worker_id"
    )
    facts: dict[UUID, list[Fact]] = defaultdict(list)
    _evidence(session, ids, facts)
    _screenings(session, cases, facts)
    _qualifications(session, ids, facts)
    _training(session, ids, facts)
    _medical(session, ids, facts)
    _orientation(session, ids, facts)
    _travel(session, cases, facts)
    follow_ups.load(session, ids, facts)
    contracts.load(session, ids, facts)
    _earlier_placements(session, cases, workers, facts)
    loans = _loans(session, ids, facts)
    households = standings(session, worker_ids)
    concessions = _grouped(_rows(session, Concession, ids), "case_id")
    sign_offs = _sign_offs(session, ids)
    suspended = programmes.suspended(session, [case.programme_id for case in cases])
    holding = custody.holding(session, ids)
    unsettled = costs.waiting(session, ids)
    return {
        case.id: CaseFacts(
            track=case.track,
            registered_on=case.registered_on,
            nationality=workers[case.worker_id].nationality,
            birth_date=workers[case.worker_id].birth_date,
            planned_departure=case.planned_departure,
            occupation=case.occupation,
            sex=workers[case.worker_id].sex.value,
            destination=case.destination,
            loan_asked=_loan_asked(case, loans.get(case.id, [])),
            suspended=case.programme_id in suspended,
            **_household(households.get(case.worker_id)),
            originals_held=case.id in holding,
            fees_open=case.id in unsettled,
            ended_on=case.ended_on,
            **_followed(case),
            residences=tuple(
                Residence(row.country, row.since, row.until)
                for row in sorted(residences.get(case.worker_id, []), key=lambda row: (row.since, row.country))
            ),
            facts=tuple(facts[case.id]),
            waivers=_waivers(concessions.get(case.id, [])),
            sign_offs=tuple(sign_offs.get(case.id, [])),
        )
        for case in cases
    }


def _waivers(rows: Iterable[Concession]) -> tuple[GivenWaiver, ...]:
    return tuple(
        GivenWaiver(
            id=f"waiver:{row.id}",
            requirement=row.requirement,
            subject=row.subject,
            authority=row.authority,
            ends_on=row.ends_on,
            kind=row.kind,
            until_event=row.until_event,
            given_on=row.decided_on,
        )
        for row in rows
        if row.state is ConcessionState.GIVEN
    )


def _followed(case: Case) -> dict[str, Any]:
    """From when to when the stages after the preparation are worked on. Who died was followed up if an end came before
    the death."""
    over = case.life in (CaseLife.CLOSED, CaseLife.DECEASED)
    since = case.ended_on if case.life in FOLLOWED or (over and case.ended_on != case.life_since) else None
    return {"followed_from": since, "followed_until": case.life_since if over and since else None}


def _household(standing: StandingInHousehold | None) -> dict[str, Any]:
    if standing is None:
        return {}
    return {
        "household_role": standing.role.value,
        "travels_together": standing.together,
        "children": standing.children,
        "guardian_consent": standing.consented,
    }


def before_screening(programme: Programme, known: CaseFacts) -> CaseFacts:
    """The facts as if the screening were still to come, until its stage is signed off: for plans whose reader may not
    learn from them that there was a possible match."""
    asking = {stage.id for stage, _requirement in programme.asking_for(SCREENING)}
    if any(one.stage in asking for one in known.sign_offs):
        return known
    return replace(known, facts=tuple(one for one in known.facts if one.kind != SCREENING))


def without_matches(known: CaseFacts) -> CaseFacts:
    """The facts as if no possible match were open or found true: for everybody who may not know that there was one."""
    if all(one.kind != SCREENING or one.standing is Standing.ACCEPTED for one in known.facts):
        return known
    clear = [replace(one, standing=Standing.ACCEPTED) if one.kind == SCREENING else one for one in known.facts]
    return replace(known, facts=tuple(clear))


def _rows(session: Session, table: type[Row], case_ids: Sequence[UUID]) -> list[Row]:
    columns: Any = table
    return list(session.exec(select(table).where(col(columns.case_id).in_(case_ids)).order_by(col(columns.id))))


def _grouped(rows: Iterable[Row], name: str) -> dict[UUID, list[Row]]:
    groups: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _kept(withdrawn_on: date | None, standing: Standing = Standing.ACCEPTED) -> Standing:
    return standing if withdrawn_on is None else Standing.WITHDRAWN


def _days(**days: date | None) -> dict[str, date]:
    return {name: day for name, day in days.items() if day is not None}


def _evidence(session: Session, ids: Sequence[UUID], facts: dict[UUID, list[Fact]]) -> None:
    for row in _rows(session, EvidenceItem, ids):
        facts[row.case_id].append(fact_of(row))


def _screenings(session: Session, cases: Sequence[Case], facts: dict[UUID, list[Fact]]) -> None:
    """The last screening of a case. Its id is the case's, so a later clear screening takes the place of an earlier.
    Of a case that has ended it is the last before the end: what is found afterwards is for officers alone."""
    ended = {case.id: case.ended_on for case in cases}
    hits = _grouped(_rows(session, Hit, list(ended)), "screening_id")
    newest: dict[UUID, Screening] = {}
    for row in _rows(session, Screening, list(ended)):
        end = ended[row.case_id]
        if not row.replaced if end is None else row.case_id not in newest or row.screened_on <= end:
            newest[row.case_id] = row
    for row in newest.values():
        states = {hit.state for hit in hits.get(row.id, [])}
        if HitState.CONFIRMED in states:
            standing = Standing.ADVERSE
        elif states - {HitState.DISMISSED}:
            standing = Standing.PENDING
        else:
            standing = Standing.ACCEPTED
        facts[row.case_id].append(
            Fact(
                id=f"screening:{row.case_id}",
                kind=SCREENING,
                standing=standing,
                anchors={"screened_on": day_of(row, ended[row.case_id])},
                attributes={"lists": len(row.lists)},
                recorded_by="engine",
                decided_by=("engine",),
            )
        )


def _qualifications(session: Session, ids: Sequence[UUID], facts: dict[UUID, list[Fact]]) -> None:
    rows = _rows(session, QualificationDecision, ids)
    confirmed = qualifications.confirmed(session, ids) if rows else {}
    until = qualifications.valid_until(session, ids) if rows else {}
    for row in rows:
        attributes: dict[str, str | int | bool] = {"outcome": row.outcome.value}
        if row.level:
            attributes["level"] = row.level
        attributes |= row.skills
        if row.years is not None:
            attributes["years"] = row.years
        if row.months is not None:
            attributes["months"] = row.months
        # Only letters that their employers confirmed are counted.
        issuer = True if row.months is not None else confirmed.get(row.id)
        facts[row.case_id].append(
            Fact(
                id=f"qualification_decision:{row.id}",
                kind=row.kind.value,
                standing=_kept(row.withdrawn_on),
                subject=row.subject,
                anchors=_days(decided_on=row.decided_on, tested_on=row.tested_on, expires_on=until.get(row.id)),
                attributes=attributes,
                checks={} if issuer is None else {"issuer": issuer},
                recorded_by=row.recorded_by,
                decided_by=(row.seconded_by or row.recorded_by,),
            )
        )


def _training(session: Session, ids: Sequence[UUID], facts: dict[UUID, list[Fact]]) -> None:
    for row in _rows(session, TrainingResult, ids):
        attributes: dict[str, str | int | bool] = {"hours": row.hours_attended, "passed": row.passed}
        facts[row.case_id].append(
            Fact(
                id=f"training_result:{row.id}",
                kind="training_result",
                standing=_kept(row.withdrawn_on),
                subject=row.subject,
                anchors={"completed_on": row.completed_on},
                attributes=attributes | ({"level": row.level} if row.level else {}),
                recorded_by=row.recorded_by,
                decided_by=(row.recorded_by,),
            )
        )


def _medical(session: Session, ids: Sequence[UUID], facts: dict[UUID, list[Fact]]) -> None:
    for row in _rows(session, MedicalExamination, ids):
        facts[row.case_id].append(medical.fact_of(row))
    for check in _rows(session, FitToFly, ids):
        facts[check.case_id].append(medical.fact_of_check(check))


def _orientation(session: Session, ids: Sequence[UUID], facts: dict[UUID, list[Fact]]) -> None:
    for row in _rows(session, ModuleAttendance, ids):
        facts[row.case_id].append(orientation.fact_of(row))
    for test in _rows(session, OrientationTest, ids):
        facts[test.case_id].append(orientation.fact_of_test(test))


def _travel(session: Session, cases: Sequence[Case], facts: dict[UUID, list[Fact]]) -> None:
    planned = {case.id: case.planned_departure for case in cases}
    for row in _rows(session, Itinerary, list(planned)):
        facts[row.case_id].append(
            Fact(
                id=f"itinerary:{row.id}",
                kind="itinerary",
                standing=_kept(row.withdrawn_on),
                anchors={"departs_on": row.departs_on},
                checks={"matches_planned": row.departs_on == planned[row.case_id]},
                recorded_by=row.recorded_by,
                decided_by=(row.recorded_by,),
            )
        )


def _earlier_placements(
    session: Session, cases: Sequence[Case], workers: Mapping[UUID, Worker], facts: dict[UUID, list[Fact]]
) -> None:
    """Departures of the same worker in the same programme before this case. A worker who comes again is registered
    anew, so it is the passport that tells, or one held before."""
    own = passports.indexes(session, workers.values())
    every = {key for keys in own.values() for key in keys}
    held = select(FormerPassport.worker_id).where(col(FormerPassport.passport_index).in_(every))
    query = (
        select(Case, Worker, col(CaseMove.happened_on))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .join(CaseMove, and_(col(CaseMove.case_id) == col(Case.id), col(CaseMove.to_life) == CaseLife.DEPARTED))
        .where(
            or_(
                col(Case.worker_id).in_(list(workers)),
                col(Worker.passport_index).in_(every),
                col(Case.worker_id).in_(held),
            ),
            col(Case.programme_id).in_({case.programme_id for case in cases}),
            col(Case.life).in_(FOLLOWED),
        )
        .order_by(col(CaseMove.recorded_at), col(CaseMove.id))
    )
    rows = list(session.exec(query))
    theirs = passports.indexes(session, {other.id: other for _case, other, _day in rows}.values())
    found: dict[tuple[str, UUID | str], dict[UUID, date]] = defaultdict(dict)
    for other, _worker, departed_on in rows:
        known: tuple[UUID | str, ...] = (other.worker_id, *theirs[other.worker_id])
        for key in known:
            found[other.programme_id, key][other.id] = departed_on
    for case in cases:
        keys: tuple[UUID | str, ...] = (case.worker_id, *own[case.worker_id])
        earlier = {row: day for key in keys for row, day in found[case.programme_id, key].items()}
        for other_id, departed_on in sorted(earlier.items()):
            if other_id != case.id and departed_on <= case.registered_on:
                facts[case.id].append(
                    Fact(
                        id=f"earlier_placement:{other_id}",
                        kind="earlier_placement",
                        standing=Standing.ACCEPTED,
                        subject=case.programme_id,
                        anchors={"departed_on": departed_on},
                        recorded_by="engine",
                        decided_by=("engine",),
                    )
                )


_UNDONE = frozenset({LoanState.DECLINED, LoanState.CANCELLED, LoanState.UNWOUND})


def _loans(session: Session, ids: Sequence[UUID], facts: dict[UUID, list[Fact]]) -> dict[UUID, list[Loan]]:
    loans = _rows(session, Loan, ids)
    loan_ids = [loan.id for loan in loans]
    approvals = _grouped(
        session.exec(select(LoanApproval).where(col(LoanApproval.loan_id).in_(loan_ids), LoanApproval.approved)),
        "loan_id",
    )
    signed = select(Instalment).where(col(Instalment.loan_id).in_(loan_ids), Instalment.plan == 1)
    instalments = _grouped(session.exec(signed), "loan_id")
    for loan in loans:
        officers = tuple(sorted(str(row.officer_id) for row in approvals.get(loan.id, [])))
        standing = Standing.WITHDRAWN if loan.state in _UNDONE else Standing.ACCEPTED
        if loan.state in (LoanState.REQUESTED, LoanState.ASSESSED):
            standing = Standing.SUBMITTED
        facts[loan.case_id].append(
            Fact(
                id=f"loan:{loan.id}",
                kind="loan_approval",
                standing=standing,
                anchors={"asked_on": loan.asked_on},
                attributes={"approvals": len(officers)},
                checks={"within_cap": loan.within_cap},
                recorded_by=loan.recorded_by,
                decided_by=officers,
            )
        )
        if loan.state not in _UNDONE and loan.signed_on is not None:
            total = sum(row.amount_minor for row in instalments.get(loan.id, []))
            facts[loan.case_id].append(
                Fact(
                    id=f"promissory_note:{loan.id}",
                    kind="promissory_note",
                    standing=Standing.ACCEPTED,
                    anchors={"signed_on": loan.signed_on},
                    checks={"schedule_sums": total == loan.principal_minor},
                    recorded_by=loan.recorded_by,
                    decided_by=officers,
                )
            )
    return _grouped(loans, "case_id")


def _loan_asked(case: Case, loans: list[Loan]) -> bool:
    """Asked and not undone: a declined, cancelled or unwound loan leaves the worker to travel without one."""
    if loans:
        return any(loan.state not in _UNDONE for loan in loans)
    return case.loan_asked_minor is not None


def _sign_offs(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[GivenSignOff]]:
    query = (
        select(SignOff)
        .join(LiveSignOff, col(LiveSignOff.sign_off_id) == col(SignOff.id))
        .where(col(SignOff.case_id).in_(ids))
        .order_by(col(SignOff.id))
    )
    given: dict[UUID, list[GivenSignOff]] = defaultdict(list)
    for row in session.exec(query):
        given[row.case_id].append(GivenSignOff(str(row.id), row.stage, row.signed_on, frozenset(row.stands_on)))
    return given
