"""Stages are signed, cases given and moved: by whom it may be, and in words where not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.accounts.tables import Account
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import rulings, service
from casework.cases.rules import REVERSAL, CaseLife
from casework.cases.service import MoveCase, ReplanCase
from casework.cases.tables import Case, CaseTask, SignOff
from casework.concessions.service import AskConcession
from casework.database import Database
from casework.decisions.service import Disclosed
from casework.outbox.tables import OutboxItem, OutboxKind, OutboxState
from checklists.catalogue import Catalogue
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import TODAY, World, user_id
from tests.support.together import DONE, together

CASEWORKER, SUPERVISOR = Role.CASEWORKER, Role.SUPERVISOR
DEPARTURE = TODAY + timedelta(days=150)


def present(database: Database, case: Case) -> Case:
    with database.read() as session:
        return session.get_one(Case, case.id)


def moved(case: Case, to: CaseLife, reason: str, **values: Any) -> MoveCase:
    return MoveCase(**{"case_id": case.id, "to": to, "reason": reason, "happened_on": TODAY, **values})


def test_a_stage_that_is_not_ready_is_not_signed_and_says_why(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    with error(Conflict, "not_ready"):
        database.run(world[Role.MEDICAL_OFFICER], service.sign_off, catalogue, opened.id, "medical")
    with database.read() as session:
        assert session.exec(select(SignOff)).all() == []


@pytest.mark.parametrize(
    ("stage", "right"),
    [
        ("documents", None),
        ("security", Role.SECURITY_OFFICER),
        ("qualifications", CASEWORKER),
        ("medical", Role.MEDICAL_OFFICER),
        ("departure", SUPERVISOR),
    ],
)
def test_only_the_role_that_the_programme_names_signs(
    database: Database, world: World, catalogue: Catalogue, opened: Case, stage: str, right: Role | None
) -> None:
    for actor in [*world.actors.values(), ENGINE]:
        if actor.role is not right:
            with pytest.raises((Refused, NotFound)):
                database.run(actor, service.sign_off, catalogue, opened.id, stage)
    actor = ENGINE if right is None else world[right]
    with error(Conflict, "not_ready"):
        database.run(actor, service.sign_off, catalogue, opened.id, stage)


def test_a_stage_that_the_programme_does_not_have_is_not_found(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    with error(NotFound, "stage"):
        database.run(world[CASEWORKER], service.sign_off, catalogue, opened.id, "astrology")


def test_another_office_does_not_even_learn_of_the_case(database: Database, catalogue: Catalogue, opened: Case) -> None:
    with database.write(ENGINE) as work:
        stranger = factories.world(work)
    for operation in (
        lambda work: service.sign_off(work, catalogue, opened.id, "qualifications"),
        lambda work: service.replan(work, catalogue, opened.id, ReplanCase(employer="Other")),
        lambda work: service.assign(work, opened.id, stranger[CASEWORKER].user_id),
        lambda work: service.move(work, catalogue, moved(opened, CaseLife.WITHDRAWN, "worker_changed_mind")),
    ):
        with error(NotFound, "case"):
            database.run(stranger[CASEWORKER], operation)


def test_a_caseworker_takes_a_case_and_only_a_supervisor_gives_it_to_another(
    database: Database, world: World, opened: Case
) -> None:
    taken = database.run(world[CASEWORKER], service.assign, opened.id, world[CASEWORKER].user_id)
    assert taken.owner_id == world[CASEWORKER].user_id
    with pytest.raises(Refused):
        database.run(world[CASEWORKER], service.assign, opened.id, world[SUPERVISOR].user_id)
    assert database.run(world[SUPERVISOR], service.assign, opened.id, world[CASEWORKER].user_id).owner_id
    assert database.run(world[SUPERVISOR], service.assign, opened.id, None).owner_id is None


def test_only_an_active_account_of_the_office_owns_a_case(database: Database, world: World, opened: Case) -> None:
    with database.write(ENGINE) as work:
        elsewhere = factories.account(work, factories.office(work), CASEWORKER)
        left = factories.account(work, world.office, CASEWORKER, active=False)
    for owner in (elsewhere.id, left.id, new_id(), world[Role.AGENCY_USER].user_id):
        with error(InvalidInput, "owner"):
            database.run(world[SUPERVISOR], service.assign, opened.id, owner)


def test_a_case_rests_goes_on_and_ends_and_an_end_in_error_is_taken_back(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    for role, to, reason in (
        (CASEWORKER, CaseLife.ON_HOLD, "illness"),
        (CASEWORKER, CaseLife.OPEN, "hold_ended"),
        (CASEWORKER, CaseLife.OFFER_WITHDRAWN, "employer_withdrew"),
        (SUPERVISOR, CaseLife.OPEN, REVERSAL),
        (SUPERVISOR, CaseLife.REFUSED, "visa_refused"),
    ):
        letter = Disclosed(reason="visa_refused") if to is CaseLife.REFUSED else None
        case = database.run(world[role], service.move, catalogue, moved(opened, to, reason, decision=letter))
        assert case.life is to
    assert present(database, opened).ended_on == TODAY
    with database.read() as session:
        assert session.exec(select(CaseTask).where(CaseTask.case_id == opened.id)).all() == []


def test_only_a_supervisor_takes_an_end_back(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    database.run(world[CASEWORKER], service.move, catalogue, moved(opened, CaseLife.WITHDRAWN, "other_job"))
    with pytest.raises(Refused):
        database.run(world[CASEWORKER], service.move, catalogue, moved(opened, CaseLife.OPEN, REVERSAL))
    back = database.run(world[SUPERVISOR], service.move, catalogue, moved(opened, CaseLife.OPEN, REVERSAL))
    assert (back.life, back.ended_on) == (CaseLife.OPEN, None)
    with database.read() as session:
        assert session.exec(select(CaseTask).where(CaseTask.case_id == opened.id)).all() != []


def test_nothing_is_added_to_a_case_that_has_ended(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    database.run(world[CASEWORKER], service.move, catalogue, moved(opened, CaseLife.WITHDRAWN, "other_job"))
    wish = AskConcession(case_id=opened.id, requirement="living_space_proof", reason="Housed by the employer")
    for operation in (
        lambda work: service.replan(work, catalogue, opened.id, ReplanCase(employer="Other")),
        lambda work: service.assign(work, opened.id, None),
        lambda work: rulings.ask_concession(work, catalogue, wish),
        lambda work: service.correct_worker(work, catalogue, opened.id, factories.worker_data(), "misread"),
    ):
        with error(Conflict, "ended"):
            database.run(world[SUPERVISOR], operation)


@pytest.mark.parametrize(
    ("to", "reason", "kind"),
    [
        (CaseLife.ARRIVED, "arrival_confirmed", Conflict),
        (CaseLife.CLEARED, "all_stages_hold", Refused),
        (CaseLife.WITHDRAWN, "because", InvalidInput),
        (CaseLife.DECEASED, "death_notified", Refused),
    ],
)
def test_a_move_that_the_table_does_not_have_is_refused(
    database: Database,
    world: World,
    catalogue: Catalogue,
    opened: Case,
    to: CaseLife,
    reason: str,
    kind: type[Exception],
) -> None:
    with pytest.raises(kind):
        database.run(world[CASEWORKER], service.move, catalogue, moved(opened, to, reason))
    assert present(database, opened).life is CaseLife.OPEN


def test_a_move_is_dated_when_it_happened_and_never_in_the_future(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    actor, day = world[CASEWORKER], TODAY - timedelta(days=3)
    tomorrow = moved(opened, CaseLife.WITHDRAWN, "other_job", happened_on=TODAY + timedelta(days=1))
    with error(InvalidInput, "date_in_future"):
        database.run(actor, service.move, catalogue, tomorrow)
    told = moved(opened, CaseLife.WITHDRAWN, "other_job", happened_on=day, note="Told us on the phone")
    assert database.run(actor, service.move, catalogue, told).ended_on == day
    with database.read() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.kind == "case.moved")).one()
    assert (event.happened_on, event.recorded_at.date()) == (day, TODAY)
    assert "phone" not in event.body


def test_two_people_who_move_the_case_at_once_do_not_both(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    people = [world[CASEWORKER], world[SUPERVISOR]]
    answers = together(
        database,
        people,
        lambda work: service.move(
            work, catalogue, moved(opened, CaseLife.WITHDRAWN, "other_job"), expected_version=opened.version
        ),
    )
    assert answers == [DONE, "stale"]


def test_a_change_wakes_what_the_engine_had_given_up_on(database: Database, world: World, opened: Case) -> None:
    with database.write(ENGINE) as work:
        work.session.add(
            OutboxItem(
                key="issue:synthetic",
                kind=OutboxKind.ISSUE,
                subject_id=new_id(),
                case_id=opened.id,
                state=OutboxState.STUCK,
                attempts=6,
                created_at=work.now,
                next_attempt_at=work.now,
                last_error="The disk is full.",
            )
        )
    database.run(world[CASEWORKER], service.assign, opened.id, world[CASEWORKER].user_id)
    with database.read() as session:
        item = session.exec(select(OutboxItem).where(OutboxItem.key == "issue:synthetic")).one()
        assert session.get_one(Account, user_id(world[CASEWORKER])).active
    assert (item.state, item.attempts) == (OutboxState.PENDING, 0)
