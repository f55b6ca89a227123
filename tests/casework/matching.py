"""Possible matches for tests: a list, workers who look like one of its entries, and what officers do."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases.tables import Case
from casework.database import Database
from casework.security import adjudicating, loading, service
from casework.security.adjudicating import Answer, Proposal
from casework.security.rules import HitState, Verdict
from casework.security.tables import Hit, Screening
from casework.workers import service as workers
from casework.workers.tables import Sex
from tests.support import factories
from tests.support.factories import World

HEADER = "reference,name,aliases,birth_date,nationalities,sex,remarks\n"
ENTRIES = "T-1,Besnik Rrustemdemo,Beni Rrustemdemo,1990-05-17,XK,M,synthetic\nT-2,Olga Testovskaya,,,RU,F,\n"
LIST = HEADER + ENTRIES
CHANGED_LIST = LIST + "T-3,Nobody Else,,1960,FR,M,\n"
OFFICER = Role.SECURITY_OFFICER
REASON = "Father's name and place of birth differ"
NO, YES, UNSURE = Verdict.NOT_THE_PERSON, Verdict.TRUE_MATCH, Verdict.INCONCLUSIVE


def load(database: Database, world: World, text: str = LIST) -> None:
    database.run(world[Role.ADMINISTRATOR], loading.load_list, text.encode(), "csv", "Own list")


def add_case(database: Database, world: World, **values: Any) -> Case:
    """A case of a worker who looks like T-1, unless `values` say otherwise."""
    alike = {"family_name": "Rrustemdemo", "given_names": "Besnik", "birth_date": date(1990, 5, 17), "sex": Sex.MALE}
    with database.write(ENGINE) as work:
        return factories.case(work, world.office, factories.new_worker(work, world.office, **{**alike, **values}))


def listed(database: Database, world: World) -> Case:
    """A screened case with one possible match."""
    load(database, world)
    case = add_case(database, world)
    database.run(ENGINE, service.screen_cases, [case.id])
    return case


def more(database: Database, world: World, count: int) -> list[UUID]:
    """Further possible matches like it."""
    cases = [add_case(database, world) for _each in range(count)]
    database.run(ENGINE, service.screen_cases, [case.id for case in cases])
    return [hit_of(database, case) for case in cases]


def hit_of(database: Database, case: Case) -> UUID:
    """The hit of the case's present screening."""
    with database.read() as session:
        query = select(Hit.id).join(Screening).where(Hit.case_id == case.id, col(Screening.replaced).is_(False))
        return session.exec(query).one()


def propose(
    database: Database, officer: Actor, hit: UUID, verdict: Verdict = NO, next_step: str = "", seen: int | None = None
) -> HitState:
    proposal = Proposal(hit_id=hit, verdict=verdict, reason=REASON, next_step=next_step, seen=seen)
    return database.run(officer, adjudicating.propose, proposal).state


def answer(
    database: Database, officer: Actor, hit: UUID, *, confirmed: bool = True, seen: int | None = None
) -> HitState:
    given = Answer(hit_id=hit, confirmed=confirmed, reason=REASON, seen=seen)
    return database.run(officer, adjudicating.answer, given).state


def correct(database: Database, case: Case, **changes: Any) -> None:
    with database.write(ENGINE) as work:
        data = workers.get(work.session, work.vault, case.worker_id).data
        workers.correct(work, case.worker_id, data.model_copy(update=changes), "typing error")
