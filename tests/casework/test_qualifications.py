"""Decisions on diploma, language and ability, and courses that close a gap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import facts
from casework.cases.tables import Case
from casework.database import Database
from casework.organisations.tables import LicencePurpose
from casework.qualifications import service
from casework.qualifications.service import DecideQualification
from casework.qualifications.tables import QualificationDecision, QualificationKind, QualificationOutcome
from casework.training import service as training
from casework.training.service import RecordTraining
from casework.work import Work
from tests.support import factories
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together

RIGHT = (Role.CASEWORKER, Role.SUPERVISOR)
TOMORROW = TODAY + timedelta(days=1)


def language(case: Case, **values: object) -> DecideQualification:
    return DecideQualification.model_validate(
        {
            "case_id": case.id,
            "kind": QualificationKind.LANGUAGE,
            "outcome": QualificationOutcome.FULL,
            "subject": "de",
            "level": "A2",
            "title": "Start Deutsch 2",
            "authority": "Synthetic test centre",
            "tested_on": TODAY - timedelta(days=30),
            "decided_on": TODAY - timedelta(days=20),
            **values,
        }
    )


def skill(case: Case, **values: object) -> DecideQualification:
    none = {"subject": "", "level": "", "tested_on": None}
    return language(case, **{"kind": QualificationKind.ABILITY, **none, "years": 4, **values})


def course(case: Case, **values: object) -> RecordTraining:
    return RecordTraining.model_validate(
        {
            "case_id": case.id,
            "course": "German for building sites",
            "subject": "language",
            "hours_held": 120,
            "hours_attended": 110,
            "passed": True,
            "began_on": TODAY - timedelta(days=90),
            "completed_on": TODAY - timedelta(days=1),
            "provider_name": "Synthetic school",
            "language": "de",
            "level": "A2",
            **values,
        }
    )


def refused(database: Database, world: World, command: DecideQualification | RecordTraining) -> str:
    """The code with which the command is refused."""

    def operation(work: Work) -> object:
        if isinstance(command, DecideQualification):
            return service.decide(work, command)
        return training.record_result(work, command)

    with pytest.raises(InvalidInput) as caught:
        database.run(world[Role.CASEWORKER], operation)
    return caught.value.code


def test_a_decision_is_kept_with_the_day_it_was_made_and_the_day_it_was_recorded(
    database: Database, world: World, case: Case
) -> None:
    made = database.run(world[Role.CASEWORKER], service.decide, language(case))
    assert (made.decided_on, made.recorded_at.date()) == (TODAY - timedelta(days=20), TODAY)
    with database.read() as session:
        assert [row.id for row in service.of_case(session, world[Role.CASEWORKER], case.id)] == [made.id]
        event = session.exec(select(AuditEvent).where(AuditEvent.kind == "qualification.decided")).one()
        assert (event.happened_on, event.case_id) == (made.decided_on, case.id)
        assert session.get_one(Case, case.id).version == 2


def test_the_level_of_each_skill_is_kept_and_read_by_the_rules(database: Database, world: World, case: Case) -> None:
    skills = {"listening": "B2", "writing": "B1"}
    made = database.run(world[Role.CASEWORKER], service.decide, language(case, skills=skills))
    with database.read() as session:
        found = {fact.id: fact for fact in facts.load(session, [session.get_one(Case, case.id)])[case.id].facts}
    attributes = found[f"qualification_decision:{made.id}"].attributes
    assert {skill: attributes[skill] for skill in skills} == skills


def test_only_caseworkers_and_supervisors_record_qualifications_and_training(
    database: Database, world: World, case: Case, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(*RIGHT):
        with pytest.raises(Refused), database.write(world[role]) as work:
            service.decide(work, language(case))
        with pytest.raises(Refused), database.write(world[role]) as work:
            training.record_result(work, course(case))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"subject": "xx"}, "unknown_language"),
        ({"subject": "German"}, "unknown_language"),
        ({"level": "B3"}, "unknown_level"),
        ({"level": ""}, "unknown_level"),
        ({"tested_on": None}, "missing_value"),
        ({"tested_on": TODAY}, "dates"),
        ({"decided_on": TOMORROW}, "date_in_future"),
        ({"authority": " "}, "missing_value"),
        ({"authority": "x" * 201}, "too_long"),
        ({"years": 3}, "not_for_language"),
        ({"skills": {"singing": "B1"}}, "unknown_skill"),
        ({"skills": {"reading": "B7"}}, "unknown_level"),
    ],
)
def test_a_bad_language_result_is_refused(
    database: Database, world: World, case: Case, values: dict[str, object], code: str
) -> None:
    assert refused(database, world, language(case, **values)) == code


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"years": None}, "missing_value"),
        ({"years": -1}, "years"),
        ({"years": 61}, "years"),
        ({"level": "A2"}, "only_for_language"),
        ({"kind": QualificationKind.DIPLOMA, "title": ""}, "missing_value"),
    ],
)
def test_a_bad_decision_on_a_skill_is_refused(
    database: Database, world: World, case: Case, values: dict[str, object], code: str
) -> None:
    assert refused(database, world, skill(case, **values)) == code


def test_a_trade_test_proves_an_ability_and_a_refusal_needs_no_proof(
    database: Database, world: World, case: Case
) -> None:
    caseworker = world[Role.CASEWORKER]
    database.run(caseworker, service.decide, skill(case, years=None, tested_on=TODAY - timedelta(days=30)))
    database.run(caseworker, service.decide, skill(case, years=None, outcome=QualificationOutcome.NONE))


def test_a_decision_is_withdrawn_once_for_a_known_reason(database: Database, world: World, case: Case) -> None:
    caseworker = world[Role.CASEWORKER]
    made = database.run(caseworker, service.decide, language(case))
    with pytest.raises(InvalidInput), database.write(caseworker) as work:
        service.withdraw(work, made.id, "because")
    assert database.run(caseworker, service.withdraw, made.id, "found_wrong").withdrawn_on == TODAY
    with pytest.raises(Conflict), database.write(caseworker) as work:
        service.withdraw(work, made.id, "found_wrong")
    with pytest.raises(NotFound), database.write(caseworker) as work:
        service.withdraw(work, new_id(), "found_wrong")


def test_two_who_withdraw_at_once_withdraw_once(database: Database, world: World, case: Case) -> None:
    made = database.run(world[Role.CASEWORKER], service.decide, language(case))
    people = [world[Role.CASEWORKER], world[Role.SUPERVISOR]]
    answers = together(database, people, lambda work: service.withdraw(work, made.id, "found_wrong"))
    assert answers == [DONE, "withdrawn"]


def language_results(database: Database, case: Case) -> list[tuple[str, str, date | None]]:
    with database.read() as session:
        rows = session.exec(select(QualificationDecision).where(QualificationDecision.case_id == case.id))
        return [(row.subject, row.level, row.withdrawn_on) for row in rows]


def test_a_level_reached_in_a_course_is_a_language_result_and_falls_with_it(
    database: Database, world: World, case: Case
) -> None:
    caseworker = world[Role.CASEWORKER]
    result = database.run(caseworker, training.record_result, course(case))
    assert language_results(database, case) == [("de", "A2", None)]
    database.run(caseworker, training.withdraw, result.id, "recorded_in_error")
    assert language_results(database, case) == [("de", "A2", TODAY)]


@pytest.mark.parametrize(
    "values",
    [{"passed": False}, {"level": "", "language": ""}, {"subject": "technical", "level": "", "language": ""}],
    ids=["failed", "without a level", "technical"],
)
def test_other_courses_leave_no_language_result(
    database: Database, world: World, case: Case, values: dict[str, object]
) -> None:
    database.run(world[Role.CASEWORKER], training.record_result, course(case, **values))
    assert language_results(database, case) == []


def test_a_known_provider_gives_its_name_and_needs_its_licence(database: Database, world: World, case: Case) -> None:
    with database.write(ENGINE) as work:
        factories.licence(work, world.provider, LicencePurpose.TRAINING, valid_until=TODAY - timedelta(days=1))
    late = {"provider_id": world.provider.id, "completed_on": TODAY}
    assert refused(database, world, course(case, **late)) == "not_accredited"
    given = course(case, provider_id=world.provider.id, provider_name="")
    made = database.run(world[Role.CASEWORKER], training.record_result, given)
    assert made.provider_name == world.provider.name
    assert refused(database, world, course(case, provider_id=world.clinic.id)) == "organisation_kind"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"hours_attended": 121}, "hours"),
        ({"hours_attended": -1}, "hours"),
        ({"hours_held": 0, "hours_attended": 0}, "hours"),
        ({"completed_on": TOMORROW}, "date_in_future"),
        ({"began_on": TODAY}, "dates"),
        ({"level": "Z1"}, "unknown_level"),
        ({"language": ""}, "unknown_language"),
        ({"subject": "technical"}, "only_for_language"),
        ({"provider_name": ""}, "missing_value"),
        ({"course": ""}, "missing_value"),
    ],
)
def test_a_bad_course_is_refused(
    database: Database, world: World, case: Case, values: dict[str, object], code: str
) -> None:
    assert refused(database, world, course(case, **values)) == code
