"""Second opinions: another clinic, both results kept, and the medical officer says which one counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.database import Database
from casework.medical import examining, opinions, queue
from casework.medical.opinions import AskSecondOpinion, Opinion, WeighOpinions
from casework.medical.queue import Waits
from casework.medical.rules import Counting, MedicalOutcome
from casework.medical.tables import MedicalExamination, SecondOpinion
from casework.organisations.tables import Organisation, OrganisationKind
from tests.support import factories, medicals
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.medicals import result

OFFICER = Role.MEDICAL_OFFICER
CATALOGUE = medicals.catalogue()
pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)


@pytest.fixture
def case(database: Database, world: World) -> Case:
    return medicals.open_case(database, world)


@pytest.fixture
def first(database: Database, world: World, case: Case) -> MedicalExamination:
    unfit = result(case, world, outcome=MedicalOutcome.UNFIT)
    return database.run(world[OFFICER], examining.submit, CATALOGUE, unfit)


@pytest.fixture
def other(database: Database, world: World) -> Organisation:
    with database.write(ENGINE) as work:
        return factories.clinic(work, world.office)


def ask(database: Database, world: World, row: MedicalExamination, clinic: Organisation) -> SecondOpinion:
    command = AskSecondOpinion(examination_id=row.id, clinic_id=clinic.id, reason="the shadow is an old one")
    return database.run(world[OFFICER], opinions.ask, command)


def weigh(database: Database, world: World, asked: SecondOpinion, counts: Opinion) -> SecondOpinion:
    command = WeighOpinions(opinion_id=asked.id, counts=counts, reason="read by two radiologists")
    return database.run(world[OFFICER], opinions.weigh, CATALOGUE, command)


def fulfilled(database: Database, case: Case) -> int:
    with database.read() as session:
        kept = session.get_one(Case, case.id).assessment or {}
    return next(int(one["fulfilled"]) for one in kept["stages"] if one["stage"] == "health")


def counting(database: Database) -> list[Counting]:
    with database.read() as session:
        return [row.counting for row in session.exec(select(MedicalExamination).order_by(col(MedicalExamination.id)))]


def test_the_second_opinion_counts_only_once_it_was_weighed(
    database: Database, world: World, case: Case, first: MedicalExamination, other: Organisation
) -> None:
    asked = ask(database, world, first, other)
    later = result(case, world, clinic_id=other.id, examined_on=TODAY, parts=medicals.days())
    database.run(world[OFFICER], examining.submit, CATALOGUE, later)
    assert counting(database) == [Counting.COUNTS, Counting.WAITS]
    assert fulfilled(database, case) == 0
    weigh(database, world, asked, Opinion.SECOND)
    assert counting(database) == [Counting.SET_ASIDE, Counting.COUNTS]
    assert fulfilled(database, case) == 1


def test_the_first_may_go_on_counting_and_both_are_kept(
    database: Database, world: World, case: Case, first: MedicalExamination, other: Organisation
) -> None:
    asked = ask(database, world, first, other)
    database.run(world[OFFICER], examining.submit, CATALOGUE, result(case, world, clinic_id=other.id))
    weigh(database, world, asked, Opinion.FIRST)
    assert counting(database) == [Counting.COUNTS, Counting.SET_ASIDE]
    assert fulfilled(database, case) == 0
    with pytest.raises(Conflict) as caught:
        weigh(database, world, asked, Opinion.SECOND)
    assert caught.value.code == "weighed"


def test_who_examined_first_and_who_is_not_accredited_gives_no_second_opinion(
    database: Database, world: World, first: MedicalExamination
) -> None:
    with database.write(ENGINE) as work:
        unknown = factories.organisation(work, OrganisationKind.CLINIC)
    for clinic, code in ((world.clinic, "same_clinic"), (unknown, "not_accredited")):
        with pytest.raises(InvalidInput) as caught:
            ask(database, world, first, clinic)
        assert caught.value.code == code


def test_one_question_at_a_time_and_nothing_to_weigh_before_the_answer(
    database: Database, world: World, first: MedicalExamination, other: Organisation
) -> None:
    asked = ask(database, world, first, other)
    with error(Conflict, "asked_already"):
        ask(database, world, first, other)
    with error(Conflict, "not_given"):
        weigh(database, world, asked, Opinion.FIRST)
    database.run(world[OFFICER], opinions.take_back, asked.id, "worker_asked")
    ask(database, world, first, other)


def test_an_answer_that_is_there_is_not_taken_back(
    database: Database, world: World, case: Case, first: MedicalExamination, other: Organisation
) -> None:
    asked = ask(database, world, first, other)
    database.run(world[OFFICER], examining.submit, CATALOGUE, result(case, world, clinic_id=other.id))
    with error(Conflict, "given"):
        database.run(world[OFFICER], opinions.take_back, asked.id, "worker_asked")


def test_the_reasons_are_sealed_and_stand_in_no_event(
    database: Database, world: World, case: Case, first: MedicalExamination, other: Organisation
) -> None:
    asked = ask(database, world, first, other)
    assert b"shadow" not in asked.reason
    with database.write(world[OFFICER]) as work:
        assert [one.reason for one in opinions.opened(work, case)] == ["the shadow is an old one"]
    with database.read() as session:
        assert "shadow" not in " ".join(session.exec(select(AuditEvent.body)))


def test_only_the_medical_officer_asks_and_weighs(
    database: Database, world: World, case: Case, first: MedicalExamination, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(OFFICER):
        command = AskSecondOpinion(examination_id=first.id, clinic_id=world.clinic.id, reason="x")
        with pytest.raises(Refused), database.write(world[role]) as work:
            opinions.ask(work, command)
        with pytest.raises(Refused), database.write(world[role]) as work:
            opinions.opened(work, case)


def test_the_list_says_what_waits_until_it_is_settled(
    database: Database, world: World, case: Case, first: MedicalExamination, other: Organisation
) -> None:
    def waiting() -> list[Waits]:
        with database.read() as session:
            found, _total = queue.listed(session, world[OFFICER], CATALOGUE, TODAY, limit=None)
        return [one.waits for one in found]

    assert waiting() == []
    asked = ask(database, world, first, other)
    assert waiting() == [Waits.OPINION]
    database.run(world[OFFICER], examining.submit, CATALOGUE, result(case, world, clinic_id=other.id))
    assert waiting() == [Waits.WEIGH]
    weigh(database, world, asked, Opinion.SECOND)
    assert waiting() == []


def test_a_pending_result_waits_until_a_later_examination(database: Database, world: World, case: Case) -> None:
    until = TODAY + timedelta(days=50)
    pending = result(case, world, outcome=MedicalOutcome.PENDING, until=until)
    database.run(world[OFFICER], examining.submit, CATALOGUE, pending)
    with database.read() as session:
        found, total = queue.listed(session, world[OFFICER], CATALOGUE, TODAY, limit=10)
    assert [(one.waits, one.due_on) for one in found] == [(Waits.RESULT, until)] and total == 1
    later = result(case, world, examined_on=TODAY, parts=medicals.days())
    database.run(world[OFFICER], examining.submit, CATALOGUE, later)
    with database.read() as session:
        assert queue.listed(session, world[OFFICER], CATALOGUE, TODAY, limit=10) == ([], 0)
