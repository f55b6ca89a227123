"""What follows the preparation, through the services: check-ins, assignment, measures, sign-offs, the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, PredepartureError, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import queries, rulings, service
from casework.cases.queries import QueueFilter
from casework.cases.rules import COMPLETED, CaseLife
from casework.cases.service import MoveCase
from casework.cases.tables import Case, CaseMove, CaseTask, SignOff
from casework.concessions.service import AskConcession, DecideConcession
from casework.database import Database
from casework.evidence import service as evidence
from casework.evidence.service import AddEvidence
from casework.followups import assignments, measures
from casework.followups import service as followups
from casework.followups.assignments import AgreeEnd, AskExtension
from casework.followups.measures import BeginMeasure, EndMeasure
from casework.followups.rules import FollowUpHow, MeasureOutcome
from casework.followups.service import RecordFollowUp
from casework.qualifications.procedure_rules import MeasureKind
from casework.work import Work
from documents.archive import LocalArchive
from tests.casework.test_evidence import picture
from tests.support import after, factories
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.standing import Clock

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CASEWORKER, SUPERVISOR = Role.CASEWORKER, Role.SUPERVISOR
ARRIVED = TODAY - timedelta(days=40)
CATALOGUE = after.catalogue


def add_case(work: Work, world: World, **values: Any) -> Case:
    programme = after.programme()
    return factories.case(
        work,
        world.office,
        agency_id=world.agency.id,
        programme_id=programme.id,
        programme_version=programme.version,
        programme_digest=programme.digest,
        life=CaseLife.CLEARED,
        registered_on=ARRIVED,
        **values,
    )


def move(database: Database, world: World, case: Case, to: CaseLife, reason: str, day: date) -> None:
    command = MoveCase(case_id=case.id, to=to, reason=reason, happened_on=day)
    role = SUPERVISOR if to is CaseLife.DECEASED else CASEWORKER
    database.run(world[role], service.move, CATALOGUE(), command)


@pytest.fixture
def gone(database: Database, world: World) -> Case:
    """Departed and arrived forty days ago, for an assignment of half a year."""
    with database.write(ENGINE) as work:
        case = add_case(work, world)
    move(database, world, case, CaseLife.DEPARTED, "departure_confirmed", ARRIVED)
    move(database, world, case, CaseLife.ARRIVED, "arrival_confirmed", ARRIVED)
    return case


@pytest.fixture
def store(tmp_path: Path) -> LocalArchive:
    return LocalArchive(tmp_path / "files")


def record(database: Database, world: World, case: Case, name: str, outcome: str, **values: Any) -> UUID:
    command = RecordFollowUp(
        **{
            "case_id": case.id,
            "follow_up": name,
            "outcome": outcome,
            "happened_on": database.today(),
            "how": FollowUpHow.CALL,
            **values,
        }
    )
    return database.run(world[CASEWORKER], followups.record, CATALOGUE(), command).id


def hand_in_report(database: Database, world: World, case: Case, store: LocalArchive) -> None:
    command = AddEvidence(case_id=case.id, kind="assignment_report", file=picture())
    item = database.run(world[CASEWORKER], evidence.add, store, command)
    database.run(world[SUPERVISOR], evidence.accept, CATALOGUE(), item.id)


def take_measure(database: Database, world: World, case: Case, outcome: MeasureOutcome = MeasureOutcome.PASSED) -> UUID:
    today = database.today()
    command = BeginMeasure(
        case_id=case.id, kind=MeasureKind.TEST, place="Chamber", began_on=today, planned_until=today + timedelta(days=9)
    )
    row = database.run(world[CASEWORKER], measures.begin, CATALOGUE(), command)
    ended = EndMeasure(measure_id=row.id, outcome=outcome, ended_on=today)
    database.run(world[CASEWORKER], measures.end, CATALOGUE(), ended)
    return row.id


def lines(database: Database, case: Case) -> dict[str, date | None]:
    with database.read() as session:
        rows = session.exec(select(CaseTask).where(CaseTask.case_id == case.id).order_by(col(CaseTask.position))).all()
    return {row.requirement or f"sign off {row.stage}": row.due_on for row in rows}


def life(database: Database, case: Case) -> CaseLife:
    with database.read() as session:
        return session.get_one(Case, case.id).life


def status(database: Database, case: Case, stage: str) -> str:
    with database.write(ENGINE) as work:
        return service.assessed(work, CATALOGUE(), case.id).stage(stage).status.value


def sign(database: Database, world: World, case: Case, stage: str, role: Role = CASEWORKER) -> SignOff:
    return database.run(world[role], service.sign_off, CATALOGUE(), case.id, stage)


def complete_work(database: Database, world: World, case: Case, store: LocalArchive) -> None:
    record(database, world, case, "month", "at_work")
    record(database, world, case, "last_report", "accepted")
    hand_in_report(database, world, case, store)
    take_measure(database, world, case)


def test_an_assignment_is_followed_up_and_ends_with_the_completion(
    database: Database, world: World, gone: Case, store: LocalArchive
) -> None:
    due = lines(database, gone)
    assert set(due) == {"month", "half_year", "last_report", "report", "measure", "effect"}
    assert due["report"] == due["last_report"]
    with error(Conflict, "not_ready"):
        sign(database, world, gone, "work")
    complete_work(database, world, gone, store)
    assert "sign off work" in lines(database, gone)
    stands = sign(database, world, gone, "work").stands_on
    assert {name.partition(":")[0] for name in stands} == {"evidence_item", "follow_up", "compensation_measure"}
    assert life(database, gone) is CaseLife.ARRIVED
    sign(database, world, gone, "ending")
    assert life(database, gone) is CaseLife.CLOSED
    with database.read() as session:
        last_move = session.exec(select(CaseMove).where(CaseMove.to_life == CaseLife.CLOSED)).one()
        assert (last_move.reason, last_move.recorded_by) == (COMPLETED, "engine")
    # What no stage has asked for is still made; the rest is not.
    assert set(lines(database, gone)) == {"half_year", "effect"}
    with error(Conflict, "ended"):
        sign(database, world, gone, "work")
    with error(Conflict, "ended"):
        hand_in_report(database, world, gone, store)
    with error(Conflict, "no_measure"):
        take_measure(database, world, gone)


@on_sqlite
def test_who_stays_is_followed_up_in_a_life_of_its_own(database: Database, world: World, clock: Clock) -> None:
    with database.write(ENGINE) as work:
        case = add_case(work, world, track="home")
    with error(Conflict, "no_such_move"):
        move(database, world, case, CaseLife.CLOSED, "home_track_completed", TODAY)
    move(database, world, case, CaseLife.IN_FOLLOW_UP, "preparation_completed", TODAY)
    assert set(lines(database, case)) == {"year"}
    with error(Refused, "role"):
        sign(database, world, case, "staying", SUPERVISOR)
    clock.move(days=365)
    with database.read() as session:
        found = queries.queue(session, world[CASEWORKER], QueueFilter(), database.today(), offset=0, limit=9)
    assert [line.task.requirement for line in found.lines if line.task] == ["year"]
    record(database, world, case, "year", "stayed")
    database.run(ENGINE, service.sign_off, CATALOGUE(), case.id, "staying")
    sign(database, world, case, "ending")
    assert life(database, case) is CaseLife.CLOSED


@on_sqlite
def test_only_who_stays_goes_into_follow_up(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        away = add_case(work, world)
        plain = factories.case(work, world.office, life=CaseLife.CLEARED, track="home", reference="PLAIN")
    with error(Conflict, "no_such_move"):
        move(database, world, away, CaseLife.IN_FOLLOW_UP, "preparation_completed", TODAY)
    command = MoveCase(case_id=plain.id, to=CaseLife.IN_FOLLOW_UP, reason="preparation_completed", happened_on=TODAY)
    with error(Conflict, "no_such_move"):
        database.run(world[CASEWORKER], service.move, CATALOGUE(), command)


@on_sqlite
def test_an_open_outcome_is_asked_again_and_the_last_one_counts(
    database: Database, world: World, gone: Case, clock: Clock
) -> None:
    record(database, world, gone, "month", "left_work", next_on=TODAY + timedelta(days=20))
    assert lines(database, gone)["month"] == TODAY + timedelta(days=20)
    clock.move(days=21)
    record(database, world, gone, "month", "at_work")
    assert "month" not in lines(database, gone)
    with error(Conflict, "recorded"):
        record(database, world, gone, "month", "at_work")
    # A final outcome that the programme does not admit keeps the stage open, with a line of its own.
    row = record(database, world, gone, "last_report", "missing")
    assert "last_made" in lines(database, gone)
    database.run(world[CASEWORKER], followups.withdraw, CATALOGUE(), row, "found_wrong")
    assert "last_report" in lines(database, gone)


@on_sqlite
def test_what_is_wrong_with_a_check_in_is_said(database: Database, world: World, gone: Case) -> None:
    tomorrow = TODAY + timedelta(days=1)
    wrong: list[tuple[str, str, dict[str, Any], type[PredepartureError], str]] = [
        ("month", "at_work", {"happened_on": tomorrow}, InvalidInput, "date_in_future"),
        ("month", "at_work", {"happened_on": ARRIVED - timedelta(days=1)}, InvalidInput, "too_early"),
        ("month", "splendid", {}, InvalidInput, "unknown_outcome"),
        ("month", "at_work", {"next_on": TODAY}, InvalidInput, "next_too_early"),
        ("month", "at_work", {"report_id": gone.id}, InvalidInput, "report"),
    ]
    for name, outcome, values, kind, code in wrong:
        with error(kind, code):
            record(database, world, gone, name, outcome, **values)


def test_an_extension_is_approved_by_somebody_else_and_moves_what_counts_from_the_end(
    database: Database, world: World, gone: Case
) -> None:
    before = lines(database, gone)
    assert before["last_report"] is not None
    later = before["last_report"] + timedelta(days=60)
    wanted = AskExtension(case_id=gone.id, ends_on=later, reason="work_not_finished")
    row = database.run(world[SUPERVISOR], assignments.ask_extension, CATALOGUE(), wanted)
    assert lines(database, gone)["last_report"] == before["last_report"]
    with error(Refused, "same_person"):
        database.run(world[SUPERVISOR], assignments.answer, CATALOGUE(), row.id, True)
    with error(Refused, "role"):
        database.run(world[CASEWORKER], assignments.answer, CATALOGUE(), row.id, True)
    database.run(world[CASEWORKER], assignments.withdraw, CATALOGUE(), row.id, "worker_asked")
    again = database.run(world[CASEWORKER], assignments.ask_extension, CATALOGUE(), wanted)
    with error(Conflict, "asked_already"):
        database.run(world[CASEWORKER], assignments.ask_extension, CATALOGUE(), wanted)
    database.run(world[SUPERVISOR], assignments.answer, CATALOGUE(), again.id, True)
    moved = lines(database, gone)
    assert (moved["last_report"], moved["month"], moved["effect"]) == (later, before["month"], before["effect"])
    with error(Conflict, "decided"):
        database.run(world[SUPERVISOR], assignments.answer, CATALOGUE(), again.id, False)
    with error(Refused, "role"):
        database.run(world[CASEWORKER], assignments.withdraw, CATALOGUE(), again.id, "found_wrong")


@on_sqlite
def test_an_extension_ends_later_and_within_what_the_programme_allows(
    database: Database, world: World, gone: Case
) -> None:
    present = lines(database, gone)["last_report"]
    assert present is not None
    for days, code in ((0, "too_early"), (-5, "too_early"), (400, "too_long")):
        command = AskExtension(case_id=gone.id, ends_on=present + timedelta(days=days), reason="host_asked")
        with error(InvalidInput, code):
            database.run(world[CASEWORKER], assignments.ask_extension, CATALOGUE(), command)


@on_sqlite
def test_the_agreed_end_takes_the_place_of_the_programmes(database: Database, world: World, gone: Case) -> None:
    early = AgreeEnd(case_id=gone.id, ends_on=ARRIVED)
    with error(InvalidInput, "too_early"):
        database.run(world[CASEWORKER], assignments.agree, CATALOGUE(), early)
    agreed = AgreeEnd(case_id=gone.id, ends_on=ARRIVED + timedelta(days=90))
    database.run(world[CASEWORKER], assignments.agree, CATALOGUE(), agreed)
    assert lines(database, gone)["last_report"] == ARRIVED + timedelta(days=90)
    with error(Conflict, "agreed"):
        database.run(world[CASEWORKER], assignments.agree, CATALOGUE(), agreed)


@on_sqlite
def test_who_returns_early_reports_then_and_is_asked_nothing_of_the_time_after(
    database: Database, world: World, gone: Case
) -> None:
    move(database, world, gone, CaseLife.RETURNED, "returned_early", TODAY)
    found = lines(database, gone)
    assert found["last_report"] == TODAY
    assert "half_year" not in found and "effect" not in found
    assert "month" in found  # it was due before the return


@on_sqlite
def test_after_a_death_nothing_is_asked(database: Database, world: World, gone: Case, store: LocalArchive) -> None:
    move(database, world, gone, CaseLife.DECEASED, "death_notified", TODAY)
    assert lines(database, gone) == {}
    with error(Conflict, "not_needed"):
        record(database, world, gone, "month", "at_work")
    with error(Conflict, "ended"):
        hand_in_report(database, world, gone, store)
    with error(Conflict, "not_begun"):
        wanted = AskExtension(case_id=gone.id, ends_on=TODAY + timedelta(days=300), reason="host_asked")
        database.run(world[CASEWORKER], assignments.ask_extension, CATALOGUE(), wanted)


@on_sqlite
def test_of_the_preparation_nothing_can_be_added_any_more(
    database: Database, world: World, gone: Case, store: LocalArchive
) -> None:
    with error(Conflict, "ended"):
        database.run(world[CASEWORKER], evidence.add, store, AddEvidence(case_id=gone.id, kind="passport"))
    with error(Conflict, "ended"):
        sign(database, world, gone, "papers")


@pytest.mark.deep
def test_a_waiver_stands_in_for_a_check_in_and_a_failed_measure_is_done_again(
    database: Database, world: World, gone: Case, store: LocalArchive
) -> None:
    asked = AskConcession(case_id=gone.id, requirement="last_made", reason="The host has closed")
    row = database.run(world[CASEWORKER], rulings.ask_concession, CATALOGUE(), asked)
    given = DecideConcession(concession_id=row.id, given=True, reference="1", reason="Nobody is there any more")
    database.run(world[SUPERVISOR], rulings.decide_concession, CATALOGUE(), given)
    record(database, world, gone, "month", "at_work")
    hand_in_report(database, world, gone, store)
    take_measure(database, world, gone, MeasureOutcome.FAILED)
    assert status(database, gone, "work") == "open"
    passed = take_measure(database, world, gone)
    sign(database, world, gone, "work")
    database.run(world[CASEWORKER], measures.withdraw, CATALOGUE(), passed, "found_wrong")
    with database.read() as session:
        ended = session.exec(select(SignOff).where(SignOff.stage == "work")).one()
        assert ended.end_kind == "revoked"
    assert status(database, gone, "work") == "open"


@on_sqlite
def test_what_is_wrong_with_a_measure_is_said(database: Database, world: World, gone: Case) -> None:
    def begin(**values: Any) -> BeginMeasure:
        return BeginMeasure(
            **{
                "case_id": gone.id,
                "kind": MeasureKind.COURSE,
                "place": "College",
                "began_on": TODAY,
                "planned_until": TODAY,
                **values,
            }
        )

    wrong: list[tuple[dict[str, Any], str]] = [
        ({"began_on": TODAY + timedelta(days=1), "planned_until": TODAY + timedelta(days=2)}, "date_in_future"),
        ({"began_on": ARRIVED - timedelta(days=1)}, "too_early"),
        ({"planned_until": TODAY - timedelta(days=1)}, "too_early"),
        ({"place": " "}, "missing_value"),
    ]
    for values, code in wrong:
        with error(InvalidInput, code):
            database.run(world[CASEWORKER], measures.begin, CATALOGUE(), begin(**values))
    row = database.run(world[CASEWORKER], measures.begin, CATALOGUE(), begin())
    over = EndMeasure(measure_id=row.id, outcome=MeasureOutcome.PASSED, ended_on=TODAY - timedelta(days=1))
    with error(InvalidInput, "too_early"):
        database.run(world[CASEWORKER], measures.end, CATALOGUE(), over)
    end = over.model_copy(update={"ended_on": TODAY})
    database.run(world[CASEWORKER], measures.end, CATALOGUE(), end)
    with error(Conflict, "measure_ended"):
        database.run(world[CASEWORKER], measures.end, CATALOGUE(), end)


@pytest.mark.deep
@on_sqlite
def test_outsiders_and_other_roles_record_none_of_it(
    database: Database, world: World, gone: Case, wrong_roles: Callable[..., list[Role]]
) -> None:
    agreed = AgreeEnd(case_id=gone.id, ends_on=TODAY + timedelta(days=90))
    begun = BeginMeasure(case_id=gone.id, kind=MeasureKind.TEST, place="Chamber", began_on=TODAY, planned_until=TODAY)
    for role in wrong_roles(CASEWORKER, SUPERVISOR):
        with pytest.raises(PredepartureError):
            database.run(world[role], assignments.agree, CATALOGUE(), agreed)
        with pytest.raises(PredepartureError):
            database.run(world[role], measures.begin, CATALOGUE(), begun)
    theirs = RecordFollowUp(case_id=gone.id, follow_up="half_year", outcome="at_work", happened_on=TODAY)
    database.run(world[Role.AGENCY_USER], followups.record, CATALOGUE(), theirs)
