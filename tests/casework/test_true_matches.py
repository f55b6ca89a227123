"""What follows from a possible match for its case, and that nobody learns of it who may not know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from basis.errors import Conflict
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import matches
from casework.cases import service as cases
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, CaseMove, CaseTask
from casework.database import Database
from casework.decisions.rules import BY_PROGRAMME
from casework.decisions.tables import AdverseDecision
from casework.outbox.tables import OutboxItem, OutboxKind, OutboxState
from casework.security import service
from casework.security.adjudicating import Answer, Proposal
from casework.security.rules import HitState
from checklists.catalogue import SHIPPED, Catalogue, read_programme
from tests.casework import matching
from tests.casework.matching import NO, OFFICER, REASON, UNSURE, YES, add_case
from tests.support import factories
from tests.support.factories import PROGRAMME, World

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def listed(database: Database, world: World) -> Case:
    return matching.listed(database, world)


def refusing(database: Database, case: Case) -> Catalogue:
    """The shipped programme where it refuses a true match, and the case in it."""
    text = (SHIPPED / f"{PROGRAMME}.yaml").read_text("utf-8")
    asked = text.replace("    kind: security\n", "    kind: security\n    security: {on_true_match: refuse}\n", 1)
    assert asked != text
    programme = read_programme(asked.encode(), "refusing.yaml")
    with database.write(ENGINE) as work:
        row = work.session.get_one(Case, case.id)
        row.programme_version, row.programme_digest = programme.version, programme.digest
        work.session.add(row)
    return Catalogue((programme,))


def decide(database: Database, world: World, catalogue: Catalogue, case: Case, verdict: Any) -> HitState:
    hit = matching.hit_of(database, case)
    needed = "" if verdict is NO else "The prosecutor's office"
    proposal = Proposal(hit_id=hit, verdict=verdict, reason=REASON, next_step=needed)
    database.run(world[OFFICER], matches.propose, catalogue, proposal)
    return database.run(
        world.seconds[OFFICER], matches.answer, catalogue, Answer(hit_id=hit, confirmed=True, reason=REASON)
    ).state


def copy_of(database: Database, case_id: UUID) -> tuple[Any, ...]:
    """What lists, queues and forms are made of."""
    with database.read() as session:
        case = session.get_one(Case, case_id)
        tasks = session.exec(select(CaseTask).where(CaseTask.case_id == case_id)).all()
        waiting = session.exec(select(OutboxItem.generation).where(OutboxItem.case_id == case_id)).all()
        told = [(one.position, one.stage, one.requirement, one.status, one.actor, one.due_on) for one in tasks]
        return case.life, case.version, case.changed_at, case.assessment, sorted(told), waiting


@on_sqlite
@pytest.mark.parametrize(
    "verdict", [YES, pytest.param(NO, marks=pytest.mark.deep), pytest.param(UNSURE, marks=pytest.mark.deep)]
)
def test_to_lists_and_queues_a_case_with_a_match_is_like_one_without(
    database: Database, world: World, catalogue: Catalogue, listed: Case, verdict: Any
) -> None:
    clear = add_case(database, world, family_name="Quitedifferent", given_names="Else")
    database.run(ENGINE, service.screen_cases, [clear.id])
    for case in (listed, clear):
        database.run(ENGINE, cases.assessed, catalogue, case.id)
    before, other = copy_of(database, listed.id), copy_of(database, clear.id)
    assert before[3:5] == other[3:5]
    decide(database, world, catalogue, listed, verdict)
    assert copy_of(database, listed.id) == before


@on_sqlite
def test_a_stage_with_a_match_that_is_open_or_true_is_not_signed_off(
    database: Database, world: World, catalogue: Catalogue, listed: Case
) -> None:
    assert decide(database, world, catalogue, listed, YES) is HitState.CONFIRMED
    with pytest.raises(Conflict, match="cannot be signed off yet"):
        database.run(world[OFFICER], cases.sign_off, catalogue, listed.id, "security")
    assert copy_of(database, listed.id)[0] is CaseLife.OPEN


@on_sqlite
def test_a_programme_that_refuses_a_true_match_has_the_case_refused_with_its_letter(
    database: Database, world: World, listed: Case
) -> None:
    catalogue = refusing(database, listed)
    hit = matching.hit_of(database, listed)
    # Nobody is named where nothing is referred.
    proposal = Proposal(hit_id=hit, verdict=YES, reason=REASON)
    database.run(world[OFFICER], matches.propose, catalogue, proposal)
    answer = Answer(hit_id=hit, confirmed=True, reason=REASON)
    assert database.run(world.seconds[OFFICER], matches.answer, catalogue, answer).state is HitState.CONFIRMED
    with database.read() as session:
        assert session.get_one(Case, listed.id).life is CaseLife.REFUSED
        move = session.exec(select(CaseMove).where(CaseMove.case_id == listed.id)).one()
        decision = session.exec(select(AdverseDecision).where(AdverseDecision.case_id == listed.id)).one()
        assert (move.reason, move.recorded_by, decision.reason) == (BY_PROGRAMME, "engine", "requirement_not_met")
        assert (decision.decided_by, decision.words, decision.authority) == ("engine", None, world.office.name)
        letter = session.exec(select(OutboxItem).where(OutboxItem.kind == OutboxKind.ISSUE)).one()
        assert (letter.subject_id, letter.state) == (decision.id, OutboxState.PENDING)
        told = session.exec(select(AuditEvent).where(AuditEvent.case_id == listed.id)).all()
        open_to_all = [event.body for event in told if not event.kind.startswith("hit.")]
        assert not any("security" in body or factories.user_id(world[OFFICER]).hex in body for body in open_to_all)
    # A supervisor who took no part can still take the end back, and the appeal goes the usual way.
    back = cases.MoveCase(case_id=listed.id, to=CaseLife.OPEN, reason="recorded_in_error", happened_on=database.today())
    assert database.run(world[Role.SUPERVISOR], cases.move, catalogue, back).life is CaseLife.OPEN


@on_sqlite
def test_a_false_match_in_a_programme_that_refuses_leaves_the_case_alone(
    database: Database, world: World, listed: Case
) -> None:
    catalogue = refusing(database, listed)
    assert decide(database, world, catalogue, listed, NO) is HitState.DISMISSED
    assert copy_of(database, listed.id)[0] is CaseLife.OPEN
