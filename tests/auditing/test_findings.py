"""Findings through their services: raised, answered, followed up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.auditing import findings
from casework.auditing.findings import AnswerFinding, RaiseFinding
from casework.auditing.rules import FindingAct, FindingState, Severity, Verdict
from casework.auditing.tables import FindingStep
from tests.auditing.house import House, auditor
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import TODAY, user_id

AUDITOR, SUPERVISOR, ADMINISTRATOR = Role.AUDITOR, Role.SUPERVISOR, Role.ADMINISTRATOR
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


RAISED = {
    "title": "Days of examination differ",
    "severity": Severity.HIGH,
    "criterion": "The certificate states what the clinic recorded.",
    "condition": "In one of four certificates the day differs.",
    "cause": "Typed by hand.",
    "recommendation": "Take the day from the clinic's record.",
}


def raise_(house: House, **values: Any) -> str:
    command = RaiseFinding(
        **{**RAISED, "engagement": house.engagement.number, "office_id": house.world.office.id, **values}
    )
    return house.database.run(house.lead, findings.raise_, command).number


def answer(house: House, number: str, act: FindingAct = FindingAct.AGREE, **values: Any) -> None:
    given: dict[str, Any] = (
        {}
        if act is FindingAct.DISAGREE
        else {
            "action": "The form takes the day from the record.",
            "responsible": user_id(house.world[Role.CASEWORKER]),
            "due_on": TODAY + timedelta(days=14),
        }
    )
    command = AnswerFinding(**{"number": number, "act": act, "words": "So it is.", **given, **values})
    house.database.run(house.world[SUPERVISOR], findings.answer, command)


def state_of(house: House, number: str) -> FindingState:
    with house.database.read() as session:
        return findings.find(session, ENGINE, number).state


def test_a_finding_goes_from_the_auditor_to_the_office_and_back_until_it_is_closed(house: House) -> None:
    database, office = house.database, house.world[SUPERVISOR]
    sample = house.draw(second_share=0)
    with error(InvalidInput, "not_an_exception"):
        raise_(house, sample=sample.number, position=1, office_id=None)
    house.read(house.second, sample, 1, verdict=Verdict.EXCEPTION, code="data_wrong")
    number = raise_(house, sample=sample.number, position=1, office_id=None)
    answer(house, number)
    with database.read() as session:
        assert findings.overdue(session, office, TODAY + timedelta(days=14)) == []
        assert [row.number for row in findings.overdue(session, office, TODAY + timedelta(days=15))] == [number]
    database.run(office, findings.implement, number, "Since Monday.")
    later = TODAY + timedelta(days=60)
    database.run(house.second, findings.follow_up, number, FindingAct.KEEP_OPEN, "Two are still typed.", later)
    database.run(office, findings.implement, number, "Now all.")
    database.run(house.lead, findings.follow_up, number, FindingAct.CLOSE, "Seen in ten certificates.")
    with database.read() as session:
        row = findings.find(session, office, number)
        steps = findings.steps_of(session, row)
    assert row.state is FindingState.CLOSED
    assert [step.act for step in steps] == [
        FindingAct.RAISE, FindingAct.AGREE, FindingAct.IMPLEMENT, FindingAct.KEEP_OPEN, FindingAct.IMPLEMENT,
        FindingAct.CLOSE,
    ]  # fmt: skip
    assert (steps[1].words, steps[3].words, steps[3].due_on) == ("So it is.", "Two are still typed.", later)
    with pytest.raises((DBAPIError, PredepartureError)), database.write(ENGINE) as work:
        work.session.execute(delete(FindingStep).where(col(FindingStep.id) == steps[0].id))


@on_sqlite
def test_who_disagrees_gives_no_action_and_the_auditor_has_the_last_word(house: House) -> None:
    number = raise_(house)
    answer(house, number, FindingAct.DISAGREE)
    assert state_of(house, number) is FindingState.DISPUTED
    house.database.run(house.lead, findings.follow_up, number, FindingAct.KEEP_OPEN, "The law says otherwise.")
    assert state_of(house, number) is FindingState.OPEN
    house.database.run(house.lead, findings.follow_up, number, FindingAct.WITHDRAW, "Raised twice.")
    with error(Conflict, "finding_state"):
        answer(house, number)


@on_sqlite
def test_an_answer_that_lacks_something_is_refused(house: House) -> None:
    number = raise_(house)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"action": ""}, "no_action"),
        ({"due_on": None}, "no_action"),
        ({"responsible": None}, "no_action"),
        ({"due_on": TODAY - timedelta(days=1)}, "date_in_past"),
        ({"responsible": user_id(house.world[Role.AGENCY_USER])}, "not_of_the_office"),
        ({"act": FindingAct.CLOSE}, "unknown_answer"),
        ({"words": ""}, "missing_value"),
    ]
    for values, code in wrong:
        with error(InvalidInput, code):
            answer(house, number, **values)
    assert state_of(house, number) is FindingState.OPEN


@on_sqlite
def test_a_finding_is_the_offices_and_the_auditors_own(house: House) -> None:
    number = raise_(house)
    with house.database.write(ENGINE) as work:
        elsewhere = factories.office(work)
        neighbour = factories.actor(work, elsewhere, SUPERVISOR)
    with error(InvalidInput, "outside_scope"):
        raise_(house, office_id=elsewhere.id)
    with house.database.read() as session:
        for actor in (neighbour, house.world[ADMINISTRATOR], auditor(house.database, house.world)):
            assert findings.listed(session, actor) == []
            with error(NotFound, "finding"):
                findings.find(session, actor, number)
        with error(Refused, "role"):
            findings.listed(session, house.world[Role.CASEWORKER])
    acts: tuple[Callable[[], object], ...] = (
        lambda: house.database.run(house.lead, findings.implement, number, "x"),
        lambda: house.database.run(house.world[SUPERVISOR], findings.follow_up, number, FindingAct.CLOSE, "x"),
    )
    for act in acts:
        with error(Refused, "role"):
            act()
    with error(Refused, "role"):
        house.database.run(house.lead, findings.follow_up, number, FindingAct.AGREE, "x")
