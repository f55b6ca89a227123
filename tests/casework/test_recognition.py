"""Diplomas and their recognition: each step of the way, and the decision that the rules read, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import facts
from casework.cases import service as cases
from casework.cases.tables import Case, CaseTask
from casework.database import Database
from casework.qualifications import diplomas, institutions, procedures, queries, service, verifying
from casework.qualifications.procedure_rules import (
    MeasureKind,
    ProcedureState,
    ProcedureStepKind,
    require_step,
    steps_from,
)
from casework.qualifications.procedures import ApplyAgreement, OpenProcedure, StepProcedure
from casework.qualifications.queries import Show
from casework.qualifications.rules import QualificationOutcome, Verification
from casework.qualifications.tables import Diploma, QualificationDecision, RecognitionProcedure
from casework.qualifications.verifying import Document, VerifyDocument
from checklists.assessment import RequirementStatus, StageStatus
from checklists.catalogue import Catalogue
from checklists.facts import Fact
from tests.support import factories, recognising
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.standing import Clock
from tests.support.together import DONE, together

Step, State, Outcome = ProcedureStepKind, ProcedureState, QualificationOutcome
Add = Callable[..., Diploma]
Begin = Callable[..., RecognitionProcedure]
Go = Callable[..., RecognitionProcedure]

one_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
"""For what leans on no database's own ways: on PostgreSQL with the deep tests."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return recognising.catalogue()


@pytest.fixture
def case(database: Database, world: World) -> Case:
    with database.write(ENGINE) as work:
        return factories.case(work, world.office, destination="DE", **recognising.pinned())


@pytest.fixture
def add(database: Database, world: World, case: Case) -> Add:
    """``add(awarded=2012)``: a caseworker records a diploma."""

    def added(**values: Any) -> Diploma:
        return recognising.add_diploma(database, world, case, **values)

    return added


@pytest.fixture
def begin(database: Database, world: World, case: Case, add: Add) -> Begin:
    """``begin()``: an application is filed today; ``begin(outcome=Outcome.FULL)``: it was decided today."""

    def begun(diploma: Diploma | None = None, **values: Any) -> RecognitionProcedure:
        command = OpenProcedure(
            **{
                "case_id": case.id,
                "diploma_id": (diploma or add()).id,
                "authority": "Chamber of Crafts",
                "happened_on": database.today(),
                **values,
            }
        )
        return database.run(world[Role.CASEWORKER], procedures.begin, command)

    return begun


@pytest.fixture
def go(database: Database, world: World, catalogue: Catalogue) -> Go:
    """``go(procedure, Step.COMPLETED)``: the next step, today."""

    def gone(procedure: RecognitionProcedure, step: ProcedureStepKind, **values: Any) -> RecognitionProcedure:
        command = StepProcedure(
            **{"procedure_id": procedure.id, "step": step, "happened_on": database.today(), **values}
        )
        return database.run(world[Role.CASEWORKER], procedures.step, catalogue, command)

    return gone


def diploma_facts(database: Database, case: Case) -> list[Fact]:
    with database.read() as session:
        found = facts.load(session, [session.get_one(Case, case.id)])[case.id].facts
    return [one for one in found if one.kind == "diploma_recognition"]


def outcomes(database: Database, case: Case) -> list[tuple[str, bool]]:
    """The decisions by outcome, and whether each counts still."""
    with database.read() as session:
        rows = session.exec(select(QualificationDecision).where(QualificationDecision.case_id == case.id))
        return [(row.outcome.value, row.withdrawn_on is None) for row in rows]


def status(database: Database, catalogue: Catalogue, case: Case) -> RequirementStatus:
    """How the diploma's requirement stands."""
    with database.write(ENGINE) as work:
        state = cases.assessed(work, catalogue, case.id).stage("qualifications")
    assert state.status is not StageStatus.NOT_ASKED
    return next(one.status for one in state.requirements if one.requirement == "diploma")


def test_a_diploma_is_recognised_step_by_step_within_the_time_of_the_programme(
    database: Database, world: World, case: Case, begin: Begin, go: Go, clock: Clock
) -> None:
    filed = begin()
    assert (filed.state, filed.due_on) == (State.FILED, None)
    running = go(filed, Step.COMPLETED)
    assert (running.state, running.complete_on, running.due_on) == (State.RUNNING, TODAY, date(2027, 2, 2))
    clock.move(days=60)
    decided = go(filed, Step.DECIDED, outcome=Outcome.FULL, reference="HWK 4711")
    assert (decided.state, decided.outcome, decided.appeal_until) == (State.DECIDED, Outcome.FULL, None)
    (fact,) = diploma_facts(database, case)
    assert (fact.attributes["outcome"], fact.anchors["decided_on"]) == ("full", TODAY + timedelta(days=60))
    with database.read() as session:
        steps = queries.steps_of(session, [filed.id])[filed.id]
        kinds = [row.kind for row in session.exec(select(AuditEvent)) if row.kind.startswith("recognition.")]
    assert [one.step for one in steps] == [Step.FILED, Step.COMPLETED, Step.DECIDED]
    assert kinds == ["recognition.filed", "recognition.completed", "recognition.decided"]


@one_database
def test_a_partial_recognition_is_completed_by_a_measure_and_what_was_missing_stays_known(
    database: Database, catalogue: Catalogue, case: Case, begin: Begin, go: Go
) -> None:
    row = begin()
    go(row, Step.COMPLETED)
    go(row, Step.DECIDED, outcome=Outcome.PARTIAL, until=TODAY + timedelta(days=30))
    measure = go(row, Step.MEASURE_SET, measure=MeasureKind.COURSE, months=6, until=TODAY + timedelta(days=180))
    assert (measure.state, measure.measure_due_on) == (State.MEASURE, TODAY + timedelta(days=180))
    assert go(row, Step.MEASURE_DONE).due_on == date(2027, 2, 2)
    go(row, Step.DECIDED, outcome=Outcome.FULL)
    assert outcomes(database, case) == [("partial", True), ("full", True)]


@one_database
def test_a_delay_moves_the_day_and_a_follow_up_application_begins_the_time_anew(begin: Begin, go: Go) -> None:
    row = begin()
    go(row, Step.COMPLETED)
    assert go(row, Step.DELAYED, until=TODAY + timedelta(days=200)).due_on == TODAY + timedelta(days=200)
    go(row, Step.DECIDED, outcome=Outcome.PARTIAL)
    again = go(row, Step.FOLLOWED_UP)
    assert (again.state, again.due_on) == (State.RUNNING, date(2027, 2, 2))


@one_database
def test_an_appeal_that_is_right_takes_the_decision_back_and_one_that_is_not_leaves_it(
    database: Database, case: Case, begin: Begin, go: Go, clock: Clock
) -> None:
    row = begin(outcome=Outcome.NONE, appeal_until=TODAY + timedelta(days=30))
    clock.move(days=30)
    go(row, Step.APPEALED)
    go(row, Step.DECIDED, outcome=Outcome.NONE, until=TODAY + timedelta(days=60))
    assert outcomes(database, case) == [("none", True)]
    go(row, Step.APPEALED)
    go(row, Step.DECIDED, outcome=Outcome.PARTIAL)
    assert outcomes(database, case) == [("none", False), ("partial", True)]


@one_database
def test_an_appeal_after_its_last_day_is_refused_and_one_that_is_taken_back_leaves_the_decision(
    database: Database, case: Case, begin: Begin, go: Go, clock: Clock
) -> None:
    row = begin(outcome=Outcome.PARTIAL, appeal_until=TODAY + timedelta(days=30))
    clock.move(days=30)
    go(row, Step.APPEALED)
    assert go(row, Step.TAKEN_BACK).state is State.DECIDED
    clock.move(days=1)
    with error(InvalidInput, "too_late"):
        go(row, Step.APPEALED)
    assert outcomes(database, case) == [("partial", True)]


@one_database
def test_a_decision_that_is_withdrawn_opens_its_recognition_again(
    database: Database, world: World, case: Case, begin: Begin, go: Go
) -> None:
    row = begin(outcome=Outcome.FULL)
    assert row.decision_id is not None
    database.run(world[Role.CASEWORKER], service.withdraw, row.decision_id, "recorded_in_error")
    with database.read() as session:
        after = session.get_one(RecognitionProcedure, row.id)
        steps = [one.step for one in queries.steps_of(session, [row.id])[row.id]]
    assert (after.state, after.outcome, after.decision_id) == (State.RUNNING, None, None)
    assert steps == [Step.DECIDED, Step.REOPENED]
    go(row, Step.DECIDED, outcome=Outcome.PARTIAL)
    go(row, Step.APPEALED)
    with database.read() as session:
        decision = session.get_one(RecognitionProcedure, row.id).decision_id
    assert decision is not None
    with error(Conflict, "appealed"):
        database.run(world[Role.CASEWORKER], service.withdraw, decision, "recorded_in_error")


@one_database
def test_that_no_recognition_is_required_is_an_outcome_that_a_programme_may_accept(
    database: Database, catalogue: Catalogue, case: Case, begin: Begin
) -> None:
    begin(outcome=Outcome.NOT_REQUIRED)
    assert [one.attributes["outcome"] for one in diploma_facts(database, case)] == ["not_required"]
    assert status(database, catalogue, case) is RequirementStatus.SHORT


@one_database
def test_an_agreement_that_fits_recognises_by_one_person_and_holds_by_a_second(
    database: Database, world: World, catalogue: Catalogue, case: Case, add: Add
) -> None:
    diploma = add()
    command = ApplyAgreement(case_id=case.id, diploma_id=diploma.id, agreement="neighbours")
    row = database.run(world[Role.CASEWORKER], procedures.apply_agreement, catalogue, command)
    assert (row.state, row.authority) == (State.DECIDED, "Agreement of the neighbours")
    assert row.decision_id is not None
    assert status(database, catalogue, case) is RequirementStatus.NOT_INDEPENDENT
    with error(Refused, "same_person"):
        database.run(world[Role.CASEWORKER], service.second, row.decision_id)
    seconded = database.run(world[Role.SUPERVISOR], service.second, row.decision_id)
    assert (seconded.agreement, seconded.seconded_by) == ("neighbours", world[Role.SUPERVISOR].key)
    assert status(database, catalogue, case) is RequirementStatus.MET
    with error(Conflict, "seconded"):
        database.run(world[Role.SUPERVISOR], service.second, row.decision_id)


@one_database
def test_an_agreement_that_does_not_fit_is_not_there(
    database: Database, world: World, catalogue: Catalogue, case: Case, add: Add
) -> None:
    for values, agreement in (
        ({"isced": 2}, "neighbours"),  # too low a level
        ({"country": "AL"}, "neighbours"),
        ({"country": "MK"}, "by_case"),
        ({}, "nothing"),
    ):
        command = ApplyAgreement(case_id=case.id, diploma_id=add(**values).id, agreement=agreement)
        with error(NotFound, "agreement"):
            database.run(world[Role.CASEWORKER], procedures.apply_agreement, catalogue, command)


@one_database
def test_an_agreement_that_leaves_it_to_the_authority_decides_nothing(
    database: Database, world: World, catalogue: Catalogue, case: Case, add: Add
) -> None:
    command = ApplyAgreement(case_id=case.id, diploma_id=add(country="AL").id, agreement="by_case")
    with error(Refused, "individual"):
        database.run(world[Role.CASEWORKER], procedures.apply_agreement, catalogue, command)


@one_database
def test_a_bad_application_is_refused(begin: Begin) -> None:
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({"happened_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"happened_on": date(2012, 12, 31)}, "too_early"),
        ({"authority": ""}, "missing_value"),
        ({"outcome": Outcome.NONE, "appeal_until": TODAY}, "dates"),
    )
    for values, code in refused:
        with error(InvalidInput, code):
            begin(**values)


@one_database
def test_a_bad_step_is_refused(begin: Begin, go: Go) -> None:
    row = begin()
    go(row, Step.COMPLETED)
    refused: tuple[tuple[ProcedureStepKind, dict[str, Any], str], ...] = (
        (Step.DECIDED, {}, "missing_value"),
        (Step.DECIDED, {"outcome": Outcome.FULL, "happened_on": TODAY - timedelta(days=1)}, "too_early"),
        (Step.DECIDED, {"outcome": Outcome.NONE, "until": TODAY}, "dates"),
        (Step.DELAYED, {}, "missing_value"),
        (Step.DELAYED, {"until": TODAY}, "dates"),
    )
    for step, values, code in refused:
        with error(InvalidInput, code):
            go(row, step, **values)
    go(row, Step.DECIDED, outcome=Outcome.PARTIAL)
    measures: tuple[tuple[dict[str, Any], str], ...] = (
        ({}, "missing_value"),
        ({"measure": MeasureKind.TEST, "months": 0}, "months"),
        ({"measure": MeasureKind.TEST, "until": TODAY}, "dates"),
    )
    for values, code in measures:
        with error(InvalidInput, code):
            go(row, Step.MEASURE_SET, **values)


def test_a_measure_is_set_only_where_something_was_recognised_in_part() -> None:
    for outcome in Outcome:
        offered = set(steps_from(State.DECIDED, outcome))
        assert (Step.MEASURE_SET in offered) is (outcome is Outcome.PARTIAL)
        assert (Step.APPEALED in offered) is (outcome in (Outcome.PARTIAL, Outcome.NONE))
    assert steps_from(State.TAKEN_BACK, None) == ()
    with error(Conflict, "no_such_step"):
        require_step(State.FILED, Step.APPEALED, Outcome.NONE)


@one_database
def test_one_recognition_of_a_diploma_goes_on_at_a_time(begin: Begin, go: Go, add: Add) -> None:
    diploma = add()
    row = begin(diploma)
    with error(Conflict, "open_already"):
        begin(diploma)
    go(row, Step.TAKEN_BACK)
    begin(diploma)


@one_database
def test_what_an_issuer_denies_is_not_recognised_and_what_it_confirms_is_a_check(
    database: Database, world: World, case: Case, begin: Begin, add: Add, clock: Clock
) -> None:
    diploma = add()
    caseworker = world[Role.CASEWORKER]

    def said(what: Verification, day: date) -> None:
        command = VerifyDocument(
            case_id=case.id, document=Document.DIPLOMA, row_id=diploma.id, said=what, happened_on=day
        )
        database.run(caseworker, verifying.verify, command)

    said(Verification.ASKED, TODAY)
    with error(InvalidInput, "dates"):
        said(Verification.CONFIRMED, TODAY - timedelta(days=1))
    said(Verification.DENIED, TODAY)
    with error(Conflict, "denied"):
        begin(diploma)
    with error(Conflict, "no_such_step"):
        said(Verification.DENIED, TODAY)
    said(Verification.CONFIRMED, TODAY)
    begin(diploma, outcome=Outcome.FULL)
    assert [one.checks for one in diploma_facts(database, case)] == [{"issuer": True}]
    said(Verification.DENIED, TODAY)
    assert [one.checks for one in diploma_facts(database, case)] == [{"issuer": False}]


@one_database
def test_a_diploma_is_withdrawn_only_while_nothing_rests_on_it(
    database: Database, world: World, begin: Begin, go: Go, add: Add
) -> None:
    diploma = add()
    row = begin(diploma)
    with error(Conflict, "in_use"):
        database.run(world[Role.CASEWORKER], diplomas.withdraw, diploma.id, "recorded_in_error")
    go(row, Step.TAKEN_BACK)
    assert database.run(world[Role.CASEWORKER], diplomas.withdraw, diploma.id, "recorded_in_error").withdrawn_on


def shown(database: Database, world: World, show: Show) -> list[str]:
    with database.read() as session:
        lines, total = queries.listed(session, world[Role.SUPERVISOR], show, database.today(), limit=None)
    assert total == len(lines)
    return [line.row.state.value for line in lines]


def test_a_recognition_that_is_overdue_stands_in_the_list_and_the_queue_and_is_told_of_once(
    database: Database, world: World, catalogue: Catalogue, case: Case, begin: Begin, go: Go, clock: Clock
) -> None:
    row = begin()
    assert shown(database, world, Show.INCOMPLETE) == ["filed"]
    due = go(row, Step.COMPLETED).due_on
    assert due is not None
    clock.move(days=(due - TODAY).days)
    assert (shown(database, world, Show.OPEN), shown(database, world, Show.OVERDUE)) == (["running"], [])
    assert database.run(ENGINE, procedures.tell_of_overdue) == 0
    clock.move(days=1)
    assert shown(database, world, Show.OVERDUE) == ["running"]
    assert [database.run(ENGINE, procedures.tell_of_overdue) for _time in range(2)] == [1, 0]
    with database.write(ENGINE) as work:
        cases.assessed(work, catalogue, case.id)
        lines = work.session.exec(
            select(CaseTask).where(CaseTask.case_id == case.id).order_by(col(CaseTask.position))
        ).all()
    found = [(one.actor, one.due_on) for one in lines if one.status == "recognition"]
    assert found == [("authority", due)]
    assert [one.position for one in lines] == list(range(len(lines)))
    go(row, Step.DELAYED, until=database.today() + timedelta(days=10))
    assert shown(database, world, Show.OVERDUE) == []
    clock.move(days=11)
    assert database.run(ENGINE, procedures.tell_of_overdue) == 1


@one_database
def test_only_caseworkers_and_supervisors_record_recognitions_and_auditors_read_them(
    database: Database, world: World, case: Case, begin: Begin, wrong_roles: Callable[..., list[Role]]
) -> None:
    begin()
    for role in wrong_roles(Role.CASEWORKER, Role.SUPERVISOR):
        with pytest.raises(Refused), database.write(world[role]) as work:
            institutions.found_or_added(work, "Universiteti", "XK")
        if role is not Role.AUDITOR:
            with database.read() as session, pytest.raises(Refused):
                queries.of_case(session, world[role], case.id)


def test_of_two_people_who_decide_at_once_one_decides(
    database: Database, world: World, catalogue: Catalogue, case: Case, begin: Begin, go: Go
) -> None:
    row = begin()
    go(row, Step.COMPLETED)
    people = [world[Role.CASEWORKER], world[Role.SUPERVISOR]]
    command = StepProcedure(procedure_id=row.id, step=Step.DECIDED, happened_on=TODAY, outcome=Outcome.FULL)
    assert together(database, people, lambda work: procedures.step(work, catalogue, command)) == [DONE, "no_such_step"]
