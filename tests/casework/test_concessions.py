"""Waivers, conditions and interim permissions: asked for by one, answered by the authority, and ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import rulings, service
from casework.cases.tables import Case
from casework.concessions import queries, rules
from casework.concessions.rules import ConcessionState
from casework.concessions.service import AskConcession, DecideConcession
from casework.concessions.tables import Concession
from casework.database import Database
from casework.decisions.rules import DecisionKind
from casework.decisions.tables import AdverseDecision
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from checklists.catalogue import SHIPPED, Catalogue, read_programme
from checklists.facts import WaiverKind
from tests.support.errors import error
from tests.support.factories import TODAY, World

CASEWORKER, SUPERVISOR = Role.CASEWORKER, Role.SUPERVISOR
once = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
"""Rules and words, which do not differ between the databases: on PostgreSQL in the deep tests only."""
EMBASSY = "Embassy of the destination"
TOMORROW, LATER = TODAY + timedelta(days=1), TODAY + timedelta(days=170)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The shipped programme with conditions of an embassy, and a waiver that a medical officer gives."""
    text = (SHIPPED / "kosovo-germany-construction.yaml").read_text(encoding="utf-8").replace('"2027.1"', '"2027.0"', 1)
    waivable = "        waivable_by: supervisor\n"
    for requirement, more in (
        ("living_space_proof", f"{waivable}        conditional_by: {EMBASSY}\n"),
        ("medical_examination", "        waivable_by: medical_officer\n"),
    ):
        start = text.index(f"- id: {requirement}\n")
        end = text.index("        legal_basis:\n", start)
        text = text[:start] + text[start:end].replace(waivable, "") + more + text[end:]
    return Catalogue((read_programme(text.encode(), "conceding.yaml"),))


def asked(case: Case, **values: Any) -> AskConcession:
    wish = {"case_id": case.id, "requirement": "living_space_proof", "reason": "The employer houses the crew"}
    return AskConcession(**{**wish, **values})


def answer(row: Concession, **values: Any) -> DecideConcession:
    said = {"concession_id": row.id, "given": True, "reference": "L 12/2026", "reason": "The employer confirmed it"}
    return DecideConcession(**{**said, **values})


Ask = Callable[..., Concession]


@pytest.fixture
def ask(database: Database, world: World, catalogue: Catalogue, opened: Case) -> Ask:
    """``ask(kind=...)``: a wish of the caseworker."""
    return lambda **values: database.run(world[CASEWORKER], rulings.ask_concession, catalogue, asked(opened, **values))


def status(database: Database, catalogue: Catalogue, case: Case, requirement: str = "living_space_proof") -> str:
    assessment = database.run(ENGINE, service.assessed, catalogue, case.id)
    slots = (slot for stage in assessment.stages for slot in stage.requirements)
    return next(slot.status.value for slot in slots if slot.requirement == requirement)


def test_what_is_asked_for_counts_for_nothing_until_it_is_given(
    database: Database, world: World, catalogue: Catalogue, opened: Case, ask: Ask
) -> None:
    row = ask()
    assert (row.state, row.authority, row.asked_by) == (
        ConcessionState.REQUESTED,
        "supervisor",
        world[CASEWORKER].key,
    )
    assert status(database, catalogue, opened) == "missing"
    given = database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, answer(row))
    assert (given.state, given.decided_on, given.decided_by) == (ConcessionState.GIVEN, TODAY, world[SUPERVISOR].key)
    assert status(database, catalogue, opened) == "waived"


@once
def test_who_asked_cannot_answer_nor_another_role(
    database: Database, world: World, catalogue: Catalogue, opened: Case, wrong_roles: Callable[..., list[Role]]
) -> None:
    row = database.run(world[SUPERVISOR], rulings.ask_concession, catalogue, asked(opened))
    for role in wrong_roles(SUPERVISOR):
        with pytest.raises((Refused, NotFound)):
            database.run(world[role], rulings.decide_concession, catalogue, answer(row))
    with error(Refused, "same_person"):
        database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, answer(row))
    database.run(world.seconds[SUPERVISOR], rulings.decide_concession, catalogue, answer(row))


@once
def test_the_engine_asks_for_nothing(database: Database, catalogue: Catalogue, opened: Case) -> None:
    with error(Refused, "person_needed"):
        database.run(ENGINE, rulings.ask_concession, catalogue, asked(opened))


@once
def test_where_the_programme_names_a_role_that_role_answers(
    database: Database, world: World, catalogue: Catalogue, opened: Case, ask: Ask
) -> None:
    row = ask(requirement="medical_examination")
    assert row.authority == "medical_officer"
    with error(Refused, "role"):
        database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, answer(row))
    database.run(world[Role.MEDICAL_OFFICER], rulings.decide_concession, catalogue, answer(row))
    assert status(database, catalogue, opened, "medical_examination") == "waived"


@once
def test_only_what_the_programme_allows_is_asked_for_and_with_a_reason(database: Database, ask: Ask) -> None:
    for values, code in (
        ({"requirement": "passport"}, "not_waivable"),
        ({"requirement": "astrology"}, "not_waivable"),
        ({"requirement": "diploma", "kind": WaiverKind.CONDITION}, "not_waivable"),
        ({"reason": " "}, "missing_value"),
        ({"reason": "x" * 301}, "too_long"),
    ):
        with error(InvalidInput, code):
            ask(**values)
    with database.read() as session:
        assert session.exec(select(Concession)).all() == []


@once
def test_a_condition_has_a_reference_a_reason_and_an_end(
    database: Database, world: World, catalogue: Catalogue, ask: Ask
) -> None:
    row = ask(kind=WaiverKind.CONDITION)
    assert row.authority == EMBASSY
    for values, code in (
        ({"reference": "", "ends_on": LATER}, "missing_value"),
        ({"reason": " ", "ends_on": LATER}, "missing_value"),
        ({"ends_on": TODAY - timedelta(days=1)}, "date_in_past"),
        ({"until_event": "horoscope"}, "unknown_event"),
        ({}, "no_end"),
    ):
        with error(InvalidInput, code):
            database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, answer(row, **values))
    with database.read() as session:
        assert session.get_one(Concession, row.id).state is ConcessionState.REQUESTED


@once
def test_the_same_is_not_asked_for_twice_at_once_and_not_answered_twice(
    database: Database, world: World, catalogue: Catalogue, ask: Ask
) -> None:
    row = ask()
    with error(Conflict, "asked_already"):
        ask()
    ask(kind=WaiverKind.INTERIM)
    database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, answer(row))
    with error(Conflict, "decided"):
        database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, answer(row))


@once
def test_a_condition_holds_until_its_last_day(
    database: Database, world: World, catalogue: Catalogue, opened: Case, ask: Ask
) -> None:
    said = answer(ask(kind=WaiverKind.CONDITION), ends_on=LATER)
    database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, said)
    assert status(database, catalogue, opened) == "conditional"


@once
def test_an_interim_permission_ends_when_what_it_waits_for_is_decided(
    database: Database, world: World, catalogue: Catalogue, opened: Case, ask: Ask, clock: Any
) -> None:
    said = answer(ask(kind=WaiverKind.INTERIM), until_event="visa")
    row = database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, said)
    assert status(database, catalogue, opened) == "conditional"
    clock.move(days=3)
    with database.write(ENGINE) as work:
        visa = EvidenceItem(
            case_id=opened.id,
            worker_id=opened.worker_id,
            kind="visa",
            status=EvidenceStatus.ACCEPTED,
            days={},
            attributes={},
            checks={},
            recorded_at=work.now,
            recorded_by=world[CASEWORKER].key,
            decided_by=world[SUPERVISOR].key,
            decided_on=work.today,
        )
        work.session.add(visa)
    assert status(database, catalogue, opened) != "missing"
    clock.move(days=1)
    assert status(database, catalogue, opened) == "missing"
    with database.read() as session:
        ((line,), _total) = queries.listed(session, world[Role.AUDITOR], limit=None)
    assert (line.row.id, line.ends_on) == (row.id, TODAY + timedelta(days=3))
    assert line.is_over(TODAY + timedelta(days=4))
    assert not line.is_over(TODAY + timedelta(days=3))


@once
def test_what_was_given_is_taken_back_by_who_could_give_it(
    database: Database, world: World, catalogue: Catalogue, opened: Case, ask: Ask
) -> None:
    row = database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, answer(ask()))
    with error(Refused, "role"):
        database.run(world[CASEWORKER], rulings.withdraw_concession, catalogue, row.id, "found_wrong")
    with error(InvalidInput, "unknown_reason"):
        database.run(world[SUPERVISOR], rulings.withdraw_concession, catalogue, row.id, "a whim")
    database.run(world[SUPERVISOR], rulings.withdraw_concession, catalogue, row.id, "found_wrong")
    assert status(database, catalogue, opened) == "missing"
    with error(Conflict, "withdrawn"):
        database.run(world[SUPERVISOR], rulings.withdraw_concession, catalogue, row.id, "found_wrong")


@once
def test_a_wish_is_taken_back_by_the_caseworker(
    database: Database, world: World, catalogue: Catalogue, ask: Ask
) -> None:
    row = database.run(world[CASEWORKER], rulings.withdraw_concession, catalogue, ask().id, "worker_asked")
    assert (row.state, row.withdrawn_on) == (ConcessionState.WITHDRAWN, TODAY)


def test_a_refused_wish_is_a_decision_with_a_letter_and_an_appeal(
    database: Database, world: World, catalogue: Catalogue, ask: Ask
) -> None:
    row = ask(kind=WaiverKind.CONDITION)
    said = answer(row, given=False, reason="Another flat must be found first")
    database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, said)
    with database.read() as session:
        decision = session.exec(select(AdverseDecision)).one()
    assert (decision.kind, decision.concession_id) == (DecisionKind.CONCESSION_REFUSED, row.id)
    assert (decision.authority, decision.appeal_until) == (EMBASSY, TODAY + timedelta(days=30))
    assert decision.words is not None


@once
def test_the_letter_of_a_refusal_that_touches_health_says_nothing_of_its_own(
    database: Database, world: World, catalogue: Catalogue, ask: Ask
) -> None:
    said = answer(ask(requirement="medical_examination"), given=False, reason="X-ray shows a shadow")
    database.run(world[Role.MEDICAL_OFFICER], rulings.decide_concession, catalogue, said)
    with database.read() as session:
        assert session.exec(select(AdverseDecision)).one().words is None


@once
def test_who_asked_and_who_answered_stand_in_the_history_without_the_reason(
    database: Database, world: World, catalogue: Catalogue, ask: Ask
) -> None:
    database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, answer(ask()))
    with database.read() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.subject.startswith("waiver/"))).all()
    assert [(event.kind, event.actor) for event in events] == [
        ("waiver.requested", world[CASEWORKER].key),
        ("waiver.granted", world[SUPERVISOR].key),
    ]
    assert not any("crew" in event.body for event in events)


def test_auditors_list_what_was_conceded_and_agencies_do_not(
    database: Database, world: World, catalogue: Catalogue, ask: Ask
) -> None:
    database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, answer(ask()))
    waiting = ask(kind=WaiverKind.CONDITION)
    with database.read() as session:
        _lines, total = queries.listed(session, world[Role.AUDITOR], limit=1)
        ((line,), _one) = queries.listed(session, world[Role.AUDITOR], ConcessionState.REQUESTED, limit=10)
        with pytest.raises(Refused):
            queries.listed(session, world[Role.AGENCY_USER], limit=10)
    assert (total, line.row.id) == (2, waiting.id)


def test_an_authority_outside_is_recorded_by_who_may_grant_waivers() -> None:
    assert rules.may_decide(EMBASSY, SUPERVISOR)
    assert not rules.may_decide(EMBASSY, CASEWORKER)
    assert rules.may_decide("caseworker", CASEWORKER)
    assert not rules.may_decide("caseworker", SUPERVISOR)
    assert not rules.may_decide(EMBASSY, None)
