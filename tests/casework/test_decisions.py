"""No refusal without a letter, and an appeal to somebody uninvolved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.audit import service as audit
from casework.audit.tables import AuditEvent
from casework.cases import rulings, service
from casework.cases.rules import REVERSAL, TRANSITIONS, CaseLife
from casework.cases.rulings import DecideAgainst
from casework.cases.service import MoveCase
from casework.cases.tables import Case, LiveSignOff
from casework.certificates.queries import unissued_letters
from casework.concessions.service import AskConcession, DecideConcession
from casework.concessions.tables import Concession
from casework.database import Database
from casework.decisions import queries, rules
from casework.decisions import service as decisions
from casework.decisions.queries import Show
from casework.decisions.rules import AppealOutcome, Appellant, DecisionEnd, DecisionKind
from casework.decisions.service import DecideAppeal, Disclosed, LodgeAppeal
from casework.decisions.tables import AdverseDecision, Appeal
from casework.outbox.tables import OutboxItem, OutboxKind
from checklists.catalogue import Catalogue
from tests.support.errors import error
from tests.support.factories import TODAY, World, user_id
from tests.support.standing import Clock
from tests.support.together import DONE, together
from tests.support.versions import clear, corridor, finish, open_case, published_by

CASEWORKER, SUPERVISOR = Role.CASEWORKER, Role.SUPERVISOR
once = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
"""Rules and words, which do not differ between the databases: on PostgreSQL in the deep tests only."""


def refusal(case: Case, **values: Any) -> MoveCase:
    move = {"case_id": case.id, "to": CaseLife.REFUSED, "reason": "visa_refused", "happened_on": TODAY}
    return MoveCase(**{**move, "decision": Disclosed(reason="visa_refused", words="Letter of 8 March"), **values})


def lodging(row: AdverseDecision, **values: Any) -> LodgeAppeal:
    said = {"lodged_on": TODAY, "lodged_by": Appellant.WORKER, "grounds": "There is a new contract"}
    return LodgeAppeal(**{"decision_id": row.id, **said, **values})


def answering(appeal: Appeal, outcome: AppealOutcome = AppealOutcome.OVERTURNED) -> DecideAppeal:
    return DecideAppeal(appeal_id=appeal.id, outcome=outcome, reasons="The new contract is as it must be")


def the_only(database: Database) -> AdverseDecision:
    with database.read() as session:
        return session.exec(select(AdverseDecision)).one()


@pytest.fixture
def refused(database: Database, world: World, catalogue: Catalogue, opened: Case) -> AdverseDecision:
    """The supervisor refused the case."""
    database.run(world[SUPERVISOR], service.move, catalogue, refusal(opened))
    return the_only(database)


@pytest.fixture
def appeal(database: Database, world: World, refused: AdverseDecision) -> Appeal:
    return database.run(world[CASEWORKER], rulings.lodge_appeal, lodging(refused))


def test_a_case_is_not_refused_without_a_letter(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    for to, reason in ((CaseLife.REFUSED, "visa_refused"), (CaseLife.INELIGIBLE, "age")):
        bare = refusal(opened, to=to, reason=reason, decision=None)
        with error(InvalidInput, "letter_needed"):
            database.run(world[SUPERVISOR], service.move, catalogue, bare)
    with error(InvalidInput, "no_letter"):
        database.run(world[SUPERVISOR], service.move, catalogue, refusal(opened, to=CaseLife.ON_HOLD, reason="illness"))
    with database.read() as session:
        assert session.get_one(Case, opened.id).life is CaseLife.OPEN
        assert session.exec(select(AdverseDecision)).all() == []


def test_a_refusal_its_decision_and_the_wish_for_its_letter_come_together(
    database: Database, world: World, opened: Case, refused: AdverseDecision
) -> None:
    assert (refused.kind, refused.decided_by, refused.recorded_by) == (
        DecisionKind.REFUSED,
        world[SUPERVISOR].key,
        world[SUPERVISOR].key,
    )
    assert (refused.authority, refused.appeal_to) == (world.office.name, world.office.name)
    assert refused.appeal_until == TODAY + timedelta(days=30)
    with database.read() as session:
        assert session.get_one(Case, opened.id).life is CaseLife.REFUSED
        assert [row.id for row in unissued_letters(session)] == [refused.id]
        item = session.exec(select(OutboxItem).where(OutboxItem.subject_id == refused.id)).one()
        events = session.exec(select(AuditEvent.body).where(AuditEvent.case_id == opened.id)).all()
    assert item.kind is OutboxKind.ISSUE
    assert not any("8 March" in body for body in events)


@once
def test_the_letter_takes_only_what_may_be_disclosed(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    for changes, code in (
        ({"reason": "security", "decision": Disclosed(reason="documents")}, "undisclosable"),
        ({"reason": "security", "decision": Disclosed(reason="security_requirement", words="listed")}, "own_words"),
        ({"decision": Disclosed(reason="because")}, "undisclosable"),
        ({"decision": Disclosed(reason="visa_refused", words="x" * 1001)}, "too_long"),
        ({"decision": Disclosed(reason="visa_refused", appeal_until=TODAY)}, "appeal_too_short"),
        ({"decision": Disclosed(reason="visa_refused", decided_by=new_id())}, "decided_by"),
        ({"to": CaseLife.INELIGIBLE, "reason": "medical", "decision": Disclosed(reason="age")}, "undisclosable"),
    ):
        with error(InvalidInput, code):
            database.run(world[SUPERVISOR], service.move, catalogue, refusal(opened, **changes))
    with database.read() as session:
        assert session.get_one(Case, opened.id).life is CaseLife.OPEN


def test_every_reason_of_a_refusal_has_something_that_may_be_disclosed() -> None:
    for (_start, end), move in TRANSITIONS.items():
        kind = rules.kind_of(end)
        if kind is not None:
            for reason in move.reasons:
                allowed = rules.openness(kind, reason)
                assert allowed.reasons
                assert set(allowed.reasons) <= rules.REASONS.keys()
                assert allowed.own_words is (reason not in ("security", "medical"))
    for kind in set(DecisionKind) - {DecisionKind.REFUSED, DecisionKind.INELIGIBLE}:
        assert set(rules.openness(kind).reasons) <= rules.REASONS.keys()
        assert not rules.openness(kind, secret=True).own_words


def test_who_appeals_has_thirty_days_from_the_letter_or_the_day_that_was_given() -> None:
    assert rules.last_day(TODAY - timedelta(days=9), None, TODAY) == TODAY + timedelta(days=30)
    given = TODAY + timedelta(days=7)
    assert rules.last_day(TODAY, given, TODAY) == given
    with error(InvalidInput, "appeal_too_short"):
        rules.last_day(TODAY, given - timedelta(days=1), TODAY)


@once
def test_a_decision_that_leaves_the_case_going_is_recorded_by_who_it_is_for(
    database: Database, world: World, catalogue: Catalogue, opened: Case, wrong_roles: Callable[..., list[Role]]
) -> None:
    def against(kind: DecisionKind, reason: str, stage: str = "") -> DecideAgainst:
        said = Disclosed(reason=reason)
        return DecideAgainst(case_id=opened.id, kind=kind, stage=stage, decided_on=TODAY, disclosed=said)

    medical = against(DecisionKind.MEDICAL, "medical_requirement")
    for role in wrong_roles(Role.MEDICAL_OFFICER, SUPERVISOR):
        with error(Refused, "role"):
            database.run(world[role], rulings.decide_against, catalogue, medical)
    database.run(world[Role.MEDICAL_OFFICER], rulings.decide_against, catalogue, medical)
    security = against(DecisionKind.SECURITY, "requirement_not_met")
    database.run(world[Role.SECURITY_OFFICER], rulings.decide_against, catalogue, security)
    training = against(DecisionKind.STAGE_NOT_PASSED, "stage_not_passed", "training")
    database.run(world[SUPERVISOR], rulings.decide_against, catalogue, training)
    for wrong, code in (
        (against(DecisionKind.STAGE_NOT_PASSED, "stage_not_passed"), "stage"),
        (against(DecisionKind.STAGE_NOT_PASSED, "stage_not_passed", "astrology"), "stage"),
        (against(DecisionKind.MEDICAL, "medical_requirement", "training"), "stage"),
        (against(DecisionKind.REFUSED, "visa_refused"), "decision_kind"),
    ):
        with error(InvalidInput, code):
            database.run(world[SUPERVISOR], rulings.decide_against, catalogue, wrong)
    with database.read() as session:
        assert session.get_one(Case, opened.id).life is CaseLife.OPEN
        assert len(unissued_letters(session, [opened.id])) == 3


def test_an_appeal_is_answered_by_somebody_uninvolved_and_brings_the_case_back(
    database: Database, world: World, catalogue: Catalogue, opened: Case, appeal: Appeal
) -> None:
    for role in (CASEWORKER, Role.AUDITOR, Role.MEDICAL_OFFICER):
        with pytest.raises((Refused, NotFound)):
            database.run(world[role], rulings.answer_appeal, catalogue, answering(appeal))
    with error(Refused, "involved"):
        database.run(world[SUPERVISOR], rulings.answer_appeal, catalogue, answering(appeal))
    database.run(world.seconds[SUPERVISOR], rulings.answer_appeal, catalogue, answering(appeal))
    with database.read() as session:
        case = session.get_one(Case, opened.id)
        assert (case.life, case.ended_on) == (CaseLife.OPEN, None)
        assert unissued_letters(session) == []
    assert the_only(database).end is DecisionEnd.OVERTURNED
    with error(Conflict, "appeal_decided"):
        database.run(world.seconds[SUPERVISOR], rulings.answer_appeal, catalogue, answering(appeal))


@once
def test_who_decided_is_involved_also_where_another_recorded_it(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    decider = world.seconds[SUPERVISOR]
    said = Disclosed(reason="visa_refused", decided_by=user_id(decider))
    database.run(world[SUPERVISOR], service.move, catalogue, refusal(opened, decision=said))
    appeal = database.run(world[CASEWORKER], rulings.lodge_appeal, lodging(the_only(database)))
    for involved in (decider, world[SUPERVISOR]):
        with error(Refused, "involved"):
            database.run(involved, rulings.answer_appeal, catalogue, answering(appeal))


@once
def test_a_decision_that_stands_is_appealed_against_once(
    database: Database, world: World, catalogue: Catalogue, opened: Case, refused: AdverseDecision, appeal: Appeal
) -> None:
    with error(Conflict, "appeal_open"):
        database.run(world[CASEWORKER], rulings.lodge_appeal, lodging(refused))
    taken_back = answering(appeal, AppealOutcome.WITHDRAWN)
    database.run(world[CASEWORKER], rulings.answer_appeal, catalogue, taken_back)
    again = database.run(world[CASEWORKER], rulings.lodge_appeal, lodging(refused))
    upheld = answering(again, AppealOutcome.UPHELD)
    database.run(world.seconds[SUPERVISOR], rulings.answer_appeal, catalogue, upheld)
    with error(Conflict, "appeal_decided"):
        database.run(world[CASEWORKER], rulings.lodge_appeal, lodging(refused))
    with database.read() as session:
        assert session.get_one(Case, opened.id).life is CaseLife.REFUSED
    assert the_only(database).end is None


@once
def test_a_late_appeal_is_taken_in_and_marked(
    database: Database, world: World, refused: AdverseDecision, clock: Clock
) -> None:
    clock.move(days=31)
    late = lodging(refused, lodged_on=TODAY + timedelta(days=31))
    assert database.run(world[CASEWORKER], rulings.lodge_appeal, late).late
    for day, code in ((TODAY - timedelta(days=1), "appeal_open"), (TODAY + timedelta(days=40), "appeal_open")):
        with error(Conflict, code):
            database.run(world[CASEWORKER], rulings.lodge_appeal, lodging(refused, lodged_on=day))


@once
def test_an_appeal_is_dated_between_the_decision_and_today(
    database: Database, world: World, refused: AdverseDecision
) -> None:
    for day, code in ((TODAY - timedelta(days=1), "dates"), (TODAY + timedelta(days=1), "date_in_future")):
        with error(InvalidInput, code):
            database.run(world[CASEWORKER], rulings.lodge_appeal, lodging(refused, lodged_on=day))


@once
def test_the_grounds_of_an_appeal_are_sealed_and_who_reads_them_leaves_an_event(
    database: Database, world: World, appeal: Appeal
) -> None:
    assert b"contract" not in (appeal.grounds or b"")
    with error(Refused, "role"):
        database.run(world[CASEWORKER], decisions.read_appeal, appeal.id)
    _row, grounds, reasons = database.run(world[Role.AUDITOR], decisions.read_appeal, appeal.id)
    assert (grounds, reasons) == ("There is a new contract", "")
    with database.read() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.kind == "appeal.viewed")).one()
    assert event.actor == world[Role.AUDITOR].key


@once
def test_a_refusal_recorded_in_error_is_reversed_with_its_letter_but_not_past_an_appeal(
    database: Database, world: World, catalogue: Catalogue, opened: Case, refused: AdverseDecision
) -> None:
    back = MoveCase(case_id=opened.id, to=CaseLife.OPEN, reason=REVERSAL, happened_on=TODAY)
    appeal = database.run(world[CASEWORKER], rulings.lodge_appeal, lodging(refused))
    with error(Conflict, "appeal_open"):
        database.run(world[SUPERVISOR], service.move, catalogue, back)
    database.run(world[CASEWORKER], rulings.answer_appeal, catalogue, answering(appeal, AppealOutcome.WITHDRAWN))
    database.run(world[SUPERVISOR], service.move, catalogue, back)
    assert the_only(database).end is DecisionEnd.RECORDED_IN_ERROR
    with error(Conflict, "not_in_force"):
        database.run(world[CASEWORKER], rulings.lodge_appeal, lodging(refused))
    database.run(world[SUPERVISOR], service.move, catalogue, refusal(opened))
    with database.read() as session:
        assert len(unissued_letters(session)) == 1


@once
def test_an_appeal_against_a_refused_waiver_lets_it_be_decided_anew(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    wish = AskConcession(case_id=opened.id, requirement="living_space_proof", reason="Housed by the employer")
    row = database.run(world[CASEWORKER], rulings.ask_concession, catalogue, wish)
    said = DecideConcession(concession_id=row.id, given=False, reference="L 1", reason="No proof of it")
    database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, said)
    appeal = database.run(world[CASEWORKER], rulings.lodge_appeal, lodging(the_only(database)))
    database.run(world.seconds[SUPERVISOR], rulings.answer_appeal, catalogue, answering(appeal))
    with database.read() as session:
        rows = session.exec(select(Concession).order_by(col(Concession.id))).all()
    assert [row.state.value for row in rows] == ["refused", "requested"]


@once
def test_a_wish_that_was_made_anew_meanwhile_is_not_doubled_by_the_appeal(
    database: Database, world: World, catalogue: Catalogue, opened: Case
) -> None:
    wish = AskConcession(case_id=opened.id, requirement="living_space_proof", reason="Housed by the employer")
    row = database.run(world[CASEWORKER], rulings.ask_concession, catalogue, wish)
    said = DecideConcession(concession_id=row.id, given=False, reference="L 1", reason="No proof of it")
    database.run(world[SUPERVISOR], rulings.decide_concession, catalogue, said)
    appeal = database.run(world[CASEWORKER], rulings.lodge_appeal, lodging(the_only(database)))
    database.run(world[CASEWORKER], rulings.ask_concession, catalogue, wish)
    database.run(world.seconds[SUPERVISOR], rulings.answer_appeal, catalogue, answering(appeal))
    with database.read() as session:
        states = [row.state.value for row in session.exec(select(Concession).order_by(col(Concession.id)))]
    assert states == ["refused", "requested"]


@once
def test_a_cleared_case_that_was_refused_comes_back_without_its_clearance(database: Database, world: World) -> None:
    catalogue = published_by(database, world, corridor())
    case = open_case(database, world, catalogue)
    finish(database, world, catalogue, case)
    database.run(world[SUPERVISOR], service.move, catalogue, refusal(case))
    appeal = database.run(world[CASEWORKER], rulings.lodge_appeal, lodging(the_only(database)))
    database.run(world.seconds[SUPERVISOR], rulings.answer_appeal, catalogue, answering(appeal))
    with database.read() as session:
        assert session.get_one(Case, case.id).life is CaseLife.OPEN
        live = session.exec(select(LiveSignOff.stage).where(LiveSignOff.case_id == case.id))
        assert set(live) == {"papers", "course"}
    clear(database, catalogue, case)
    with database.read() as session:
        assert session.get_one(Case, case.id).life is CaseLife.CLEARED
        assert audit.verify(session)[1] == []


def test_of_two_people_who_answer_at_once_one_does(
    database: Database, world: World, catalogue: Catalogue, opened: Case, appeal: Appeal
) -> None:
    with database.read() as session:
        version = session.get_one(Case, opened.id).version
    answers = together(
        database,
        [world.seconds[SUPERVISOR], world.seconds[SUPERVISOR]],
        lambda work: rulings.answer_appeal(work, catalogue, answering(appeal), version),
    )
    assert answers == [DONE, "stale"]


def test_decisions_are_listed_with_their_letters_and_appeals(
    database: Database, world: World, refused: AdverseDecision, appeal: Appeal
) -> None:
    with database.read() as session:
        for show, count in ((None, 1), (Show.APPEALED, 1), (Show.STANDING, 1), (Show.OVERTURNED, 0)):
            lines, total = queries.listed(session, world[Role.AUDITOR], show, limit=5)
            assert (len(lines), total) == (count, count)
            assert all(line.appeals == (appeal,) and line.letter is None for line in lines)
        with pytest.raises(Refused):
            queries.listed(session, world[Role.AGENCY_USER], limit=5)
