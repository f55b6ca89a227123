"""A new version of a list: everybody is compared anew, and only what differs leaves a trace of its own."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from basis.errors import Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.facts import load as load_facts
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database
from casework.outbox.tables import OutboxItem, OutboxKind, OutboxState
from casework.security import adjudicating, loading, service, sweeping
from casework.security.active import active_lists
from casework.security.adjudicating import Answer, Proposal
from casework.security.rules import HitState, Verdict
from casework.security.standing import standing_of
from casework.security.sweep_tables import ScreeningSweep, SweepPart
from casework.security.tables import Hit, Screening, ScreeningOutcome, WatchList
from casework.security.thresholds import Thresholds
from casework.workers import service as workers
from casework.workers.tables import Sex
from checklists.facts import Standing
from tests.support import factories
from tests.support.factories import World

HEADER = "reference,name,aliases,birth_date,nationalities,sex,remarks\n"
LISTED = "T-1,Besnik Rrustemdemo,Beni Rrustemdemo,1990-05-17,XK,M,synthetic\n"
OTHER = "T-2,Olga Testovskaya,,1971,RU,F,\n"
FIRST = HEADER + LISTED + OTHER
ONE_MORE = FIRST + "T-3,Nobody Else,,1960,FR,M,\n"
TWO_MORE = ONE_MORE + "T-4,Somebody Other,,1961,FR,M,\n"
OFFICER = Role.SECURITY_OFFICER
REASON = "Father's name and place of birth differ"


def load(database: Database, world: World, text: str) -> None:
    database.run(world[Role.ADMINISTRATOR], loading.load_list, text.encode(), "csv", "Own list", 1)


def sweep(database: Database, departed_days: int = 90) -> tuple[int, int]:
    """What the engine does after a load: (compared, with another answer)."""
    thresholds = Thresholds(None)
    with database.read() as session:
        sources = active_lists(session)
        due = sweeping.due(session, sources, thresholds, database.today(), departed_days)
        compared = sweeping.answers(session, database.vault(session), sources, due)
    if not due:
        return 0, 0
    sweep_id = database.run(ENGINE, sweeping.begin, sources, len(due))
    renewed = database.run(ENGINE, sweeping.take, sweep_id, sources, thresholds, compared)
    database.run(ENGINE, sweeping.finish, sweep_id)
    return len(compared), renewed


def case_of(database: Database, world: World, given: str, family: str) -> Case:
    with database.write(ENGINE) as work:
        worker = factories.new_worker(
            work, world.office, family_name=family, given_names=given, birth_date=date(1990, 5, 17), sex=Sex.MALE
        )
        return factories.case(work, world.office, worker)


@pytest.fixture
def listed(database: Database, world: World) -> Case:
    """A worker who looks like an entry of the list, screened."""
    load(database, world, FIRST)
    case = case_of(database, world, "Besnik", "Rrustemdemo")
    database.run(ENGINE, service.screen_cases, [case.id])
    return case


@pytest.fixture
def clear(database: Database, world: World, listed: Case) -> Case:
    """A worker who looks like nobody on the list, screened."""
    case = case_of(database, world, "Nobody", "Else")
    database.run(ENGINE, service.screen_cases, [case.id])
    return case


def present(database: Database, case: Case) -> Screening:
    with database.read() as session:
        query = select(Screening).where(Screening.case_id == case.id, col(Screening.replaced).is_(False))
        return session.exec(query).one()


def hits(database: Database, case: Case) -> list[Hit]:
    with database.read() as session:
        return list(session.exec(select(Hit).where(Hit.screening_id == present(database, case).id)))


def depart(database: Database, case: Case, days_ago: int) -> None:
    with database.write(ENGINE) as work:
        row = work.session.get_one(Case, case.id)
        row.life, row.ended_on = CaseLife.DEPARTED, work.today - timedelta(days=days_ago)


def propose(database: Database, world: World, hit: UUID) -> None:
    proposal = Proposal(hit_id=hit, verdict=Verdict.NOT_THE_PERSON, reason=REASON)
    database.run(world[OFFICER], adjudicating.propose, proposal)


def confirm(database: Database, world: World, hit: UUID) -> None:
    database.run(world.seconds[OFFICER], adjudicating.answer, Answer(hit_id=hit, confirmed=True, reason=REASON))


def test_who_gets_the_same_answer_is_confirmed_without_a_row_of_their_own(
    database: Database, world: World, listed: Case, clear: Case
) -> None:
    before = {case.id: present(database, case).id for case in (listed, clear)}
    load(database, world, FIRST + "T-9,Far Away,,1950,FR,M,\n")
    assert sweep(database) == (2, 0)
    assert {case.id: present(database, case).id for case in (listed, clear)} == before
    assert sweep(database) == (0, 0)
    with database.read() as session:
        (part,) = session.exec(select(SweepPart))
        assert (part.count, part.sha256) == (2, hashlib.sha256(part.screenings).hexdigest())
        recorded = session.exec(select(AuditEvent).where(AuditEvent.kind == "screening_sweep.confirmed")).one()
        assert part.sha256 in recorded.body


def test_each_case_proves_with_which_versions_it_was_compared_and_when(
    database: Database, world: World, listed: Case, clear: Case
) -> None:
    load(database, world, FIRST + "T-9,Far Away,,1950,FR,M,\n")
    sweep(database)
    with database.read() as session:
        screening = session.get_one(Screening, present(database, clear).id)
        in_use = session.exec(select(WatchList.id).where(col(WatchList.active))).one()
        standing = standing_of(session, screening)
        assert [one["id"] for one in standing.lists] == [str(in_use)]
        assert [one["id"] for one in screening.lists] != [str(in_use)]
        (part,) = sweeping.proofs(session, screening)
        assert (part.screened_on, standing.screened_on) == (database.today(), database.today())


def test_only_a_new_match_alerts_and_neither_version_nor_history_of_the_case_tell_of_it(
    database: Database, world: World, listed: Case, clear: Case
) -> None:
    with database.read() as session:
        version = session.get_one(Case, clear.id).version
    load(database, world, ONE_MORE)
    assert sweep(database) == (2, 1)
    assert present(database, clear).outcome is ScreeningOutcome.HITS
    with database.read() as session:
        assert session.get_one(Case, clear.id).version == version
        kinds = set(session.exec(select(AuditEvent.kind).where(AuditEvent.case_id == clear.id)))
        assert kinds == {"case.screened", "hit.compared"}
        waiting = select(OutboxItem.subject_id).where(
            OutboxItem.kind == OutboxKind.ADVANCE, OutboxItem.state == OutboxState.PENDING
        )
        assert clear.id in set(session.exec(waiting))


def test_a_cleared_pair_stays_cleared_when_other_entries_of_the_list_change(
    database: Database, world: World, listed: Case
) -> None:
    (hit,) = hits(database, listed)
    propose(database, world, hit.id)
    confirm(database, world, hit.id)
    for version in (ONE_MORE, TWO_MORE, HEADER + LISTED):
        load(database, world, version)
        assert sweep(database) == (1, 0)
        assert [one.state for one in hits(database, listed)] == [HitState.DISMISSED]
    load(database, world, FIRST.replace("1990-05-17", "1990-05-18"))
    assert sweep(database) == (1, 1)
    assert [one.state for one in hits(database, listed)] == [HitState.OPEN]


def test_a_proposal_outlives_a_new_version_and_a_second_match(database: Database, world: World, listed: Case) -> None:
    (hit,) = hits(database, listed)
    propose(database, world, hit.id)
    load(database, world, FIRST + "T-5,Besnik Rrustemdemo,,1990-05-17,XK,M,\n")
    assert sweep(database) == (1, 1)
    found = {one.state: one for one in hits(database, listed)}
    assert set(found) == {HitState.PROPOSED, HitState.OPEN}
    assert found[HitState.PROPOSED].carried_from == hit.id
    confirm(database, world, found[HitState.PROPOSED].id)
    assert {one.state for one in hits(database, listed)} == {HitState.DISMISSED, HitState.OPEN}


def test_an_entry_that_left_the_list_takes_its_match_along(database: Database, world: World, listed: Case) -> None:
    load(database, world, HEADER + OTHER)
    assert sweep(database) == (1, 1)
    assert present(database, listed).outcome is ScreeningOutcome.CLEAR


@pytest.mark.parametrize(("days_ago", "compared"), [(0, 1), (90, 1), (91, 0)])
def test_who_left_lately_is_compared_too(
    database: Database, world: World, listed: Case, days_ago: int, compared: int
) -> None:
    depart(database, listed, days_ago)
    load(database, world, ONE_MORE)
    assert sweep(database)[0] == compared


def test_what_is_found_after_the_departure_is_for_officers_and_changes_nothing_in_the_case(
    database: Database, world: World, listed: Case, clear: Case
) -> None:
    with database.write(ENGINE) as work:
        row = work.session.get_one(Screening, present(database, clear).id)
        row.screened_on = work.today - timedelta(days=5)
    depart(database, clear, days_ago=2)
    load(database, world, ONE_MORE)
    sweep(database)
    assert [one.state for one in hits(database, clear)] == [HitState.OPEN]
    with database.read() as session:
        facts = load_facts(session, [session.get_one(Case, clear.id)])[clear.id]
        (screening,) = [one for one in facts.facts if one.kind == "watchlist_screening"]
        assert screening.standing is Standing.ACCEPTED


def test_a_worker_corrected_between_comparing_and_writing_is_left_for_the_next_run(
    database: Database, world: World, listed: Case
) -> None:
    load(database, world, ONE_MORE)
    thresholds = Thresholds(None)
    with database.read() as session:
        sources = active_lists(session)
        due = sweeping.due(session, sources, thresholds, database.today(), 90)
        compared = sweeping.answers(session, database.vault(session), sources, due)
    with database.write(ENGINE) as work:
        data = workers.get(work.session, work.vault, listed.worker_id).data
        workers.correct(work, listed.worker_id, data.model_copy(update={"birth_place": "Peja"}), "typing error")
    sweep_id = database.run(ENGINE, sweeping.begin, sources, len(due))
    assert database.run(ENGINE, sweeping.take, sweep_id, sources, thresholds, compared) == 0
    assert sweep(database) == (1, 1)
    assert present(database, listed).worker_number == 2


def test_a_sweep_that_was_cut_off_goes_on_and_says_how_far_it_is(
    database: Database, world: World, listed: Case, clear: Case
) -> None:
    load(database, world, FIRST + "T-9,Far Away,,1950,FR,M,\n")
    thresholds = Thresholds(None)
    with database.read() as session:
        sources = active_lists(session)
        due = sweeping.due(session, sources, thresholds, database.today(), 90)
        compared = sweeping.answers(session, database.vault(session), sources, due[:1])
    first = database.run(ENGINE, sweeping.begin, sources, len(due))
    database.run(ENGINE, sweeping.take, first, sources, thresholds, compared)
    with database.read() as session:
        assert sweeping.going_on(session) == sweeping.Progress(asked=2, done=1)
    assert sweep(database) == (1, 0)
    with database.read() as session:
        (row,) = session.exec(select(ScreeningSweep))
        assert (row.id, row.asked, row.confirmed, row.ended_at is None) == (first, 2, 2, False)
        assert sweeping.going_on(session) is None


def test_only_those_who_may_screen_begin_a_sweep(database: Database, world: World, listed: Case) -> None:
    with database.read() as session:
        sources = active_lists(session)
    with pytest.raises(Refused):
        database.run(world[Role.CASEWORKER], sweeping.begin, sources, 1)


def test_a_worker_whose_data_cannot_be_opened_does_not_hold_up_the_others(
    database: Database, world: World, listed: Case, clear: Case
) -> None:
    with database.write(ENGINE) as work:
        worker = workers.get(work.session, work.vault, listed.worker_id).worker
        assert worker.details is not None
        worker.details = worker.details[:-1] + bytes([worker.details[-1] ^ 1])
        work.session.add(worker)
    load(database, world, FIRST + "T-9,Far Away,,1950,FR,M,\n")
    with database.read() as session:
        sources = active_lists(session)
        due = sweeping.due(session, sources, Thresholds(None), database.today(), 90)
        found = {
            one.due.case_id: one.answer for one in sweeping.answers(session, database.vault(session), sources, due)
        }
    assert found == {listed.id: None, clear.id: frozenset()}
