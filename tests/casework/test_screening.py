"""Watch lists in, workers screened, possible matches closed by two different officers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, Refused, Unavailable
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.audit.tables import AuditEvent
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.database import Database
from casework.security import active, adjudicating, hits, loading, service, sweeping
from casework.security.adjudicating import Answer, Proposal
from casework.security.asked import ask
from casework.security.loading import LoadOutcome
from casework.security.rules import HitState, MayAct, Verdict
from casework.security.tables import Hit, Screening, ScreeningOutcome, WatchEntry, WatchList
from casework.security.thresholds import Thresholds
from casework.workers import service as workers
from casework.workers.tables import Sex, Worker
from tests.support import factories
from tests.support.factories import World
from tests.support.together import DONE, together

HEADER = "reference,name,aliases,birth_date,nationalities,sex,remarks\n"
LISTED = "T-1,Besnik Rrustemdemo,Beni Rrustemdemo,1990-05-17,XK,M,synthetic\n"
OTHERS = "T-2,Olga Testovskaya,,1971,RU,F,\nT-3,Karim Exampleh,,1980-02,MA,M,\n"
LIST = (HEADER + LISTED + OTHERS).encode()
SAME_ENTRY_NEW_LIST = (HEADER + LISTED + OTHERS + "T-4,Nobody Else,,1960,FR,M,\n").encode()
CHANGED_ENTRY = (HEADER + LISTED.replace("1990-05-17", "1990-05-18") + OTHERS).encode()
OFFICER, NAME = Role.SECURITY_OFFICER, "Own list"
REASON = "Father's name and place of birth differ"


def load(database: Database, world: World, data: bytes = LIST, name: str = NAME) -> LoadOutcome:
    return database.run(world[Role.ADMINISTRATOR], loading.load_list, data, "csv", name).outcome


@pytest.fixture
def listed(database: Database, world: World) -> Case:
    """The case of a worker who looks like an entry of the list that is loaded."""
    load(database, world)
    with database.write(ENGINE) as work:
        worker = factories.new_worker(
            work,
            world.office,
            family_name="Rrustemdemo",
            given_names="Besnik",
            birth_date=date(1990, 5, 17),
            sex=Sex.MALE,
        )
        return factories.case(work, world.office, worker)


def screen(database: Database, *cases: Case, actor: Actor = ENGINE) -> list[Screening]:
    return database.run(actor, service.screen_cases, [case.id for case in cases])


def due(database: Database, session: Session) -> set[UUID]:
    """The cases that a bulk screening would compare anew."""
    found = sweeping.due(session, active.active_lists(session), Thresholds(None), database.today(), departed_days=0)
    return {one.case_id for one in found}


def open_hit(database: Database, case: Case) -> UUID:
    """The hit of the case's present screening."""
    with database.read() as session:
        query = select(Hit.id).join(Screening).where(Hit.case_id == case.id, col(Screening.replaced).is_(False))
        return session.exec(query).one()


def close(database: Database, world: World, hit: UUID, verdict: Verdict = Verdict.NOT_THE_PERSON) -> None:
    proposal = Proposal(hit_id=hit, verdict=verdict, reason=REASON)
    database.run(world[OFFICER], adjudicating.propose, proposal)
    database.run(world.seconds[OFFICER], adjudicating.answer, Answer(hit_id=hit, confirmed=True, reason=REASON))


def state(database: Database, hit: UUID) -> HitState:
    with database.read() as session:
        return session.get_one(Hit, hit).state


def test_a_list_is_loaded_and_the_same_file_again_changes_nothing(database: Database, world: World) -> None:
    assert load(database, world) is LoadOutcome.LOADED
    assert load(database, world) is LoadOutcome.UNCHANGED
    with database.read() as session:
        assert len(session.exec(select(WatchEntry)).all()) == 3
        assert len(session.exec(select(AuditEvent).where(AuditEvent.kind == "watch_list.loaded")).all()) == 1


def test_of_each_name_one_version_is_in_use_and_an_earlier_one_can_come_back(database: Database, world: World) -> None:
    load(database, world)
    load(database, world, name="Another list")
    load(database, world, SAME_ENTRY_NEW_LIST)
    with database.read() as session:
        in_use = {(row.name, row.entry_count) for row in loading.listed(session) if row.active}
        assert in_use == {(NAME, 4), ("Another list", 3)}
    assert load(database, world) is LoadOutcome.IN_USE_AGAIN
    with database.read() as session:
        assert {row.entry_count for row in loading.listed(session) if row.active} == {3}


def test_a_list_that_lost_half_its_entries_is_refused_unless_its_size_is_stated(
    database: Database, world: World
) -> None:
    load(database, world)
    short = (HEADER + LISTED).encode()
    with pytest.raises(InvalidInput, match="only 1 entry"):
        load(database, world, short)
    assert database.run(world[Role.ADMINISTRATOR], loading.load_list, short, "csv", NAME, 1).row.active
    with database.read() as session:
        assert [row.entry_count for row in session.exec(select(WatchList)) if row.active] == [1]


@pytest.mark.parametrize("data", [b"", b"<xml", b"reference,name\n1,x\n", (HEADER + LISTED * 2).encode()])
def test_a_broken_list_leaves_the_one_in_use_untouched(database: Database, world: World, data: bytes) -> None:
    load(database, world)
    with pytest.raises(InvalidInput):
        load(database, world, data)
    with database.read() as session:
        assert [row.active for row in session.exec(select(WatchList))] == [True]


def test_each_operation_is_for_its_role_alone(
    database: Database, world: World, listed: Case, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(Role.ADMINISTRATOR):
        with pytest.raises(Refused), database.write(world[role]) as work:
            loading.load_list(work, LIST, "csv")
    for role in wrong_roles(OFFICER):
        with pytest.raises(Refused), database.write(world[role]) as work:
            service.screen_cases(work, [listed.id])


def test_without_a_list_nobody_is_clear(database: Database, case: Case) -> None:
    with pytest.raises(Unavailable, match="No watch list"):
        screen(database, case)
    with database.read() as session, pytest.raises(Unavailable):
        active.screen_people(session, [ask("Besnik Rrustemdemo").person])


def test_a_match_is_found_with_its_reasons_and_others_are_clear(
    database: Database, world: World, listed: Case, case: Case
) -> None:
    done = {row.case_id: row.outcome for row in screen(database, listed, case)}
    assert done == {listed.id: ScreeningOutcome.HITS, case.id: ScreeningOutcome.CLEAR}
    page = database.run(world[OFFICER], hits.hit_page, open_hit(database, listed))
    assert (page.entry.reference, page.hit.score, page.list_name) == ("T-1", 100, NAME)
    assert [reason.code for reason in page.reasons][:2] == ["name_exact", "birth_date_same"]
    assert sum(reason.points for reason in page.reasons) == page.hit.score
    assert page.act is MayAct.PROPOSE and page.steps == ()
    assert page.matched == "Besnik Rrustemdemo"


def test_screening_again_changes_nothing_until_data_or_lists_change(
    database: Database, world: World, listed: Case, case: Case
) -> None:
    screen(database, listed, case)
    with database.read() as session:
        version = session.get_one(Case, listed.id).version
        assert due(database, session) == set()
    assert screen(database, listed, case) == []
    load(database, world, SAME_ENTRY_NEW_LIST)
    with database.read() as session:
        assert session.get_one(Case, listed.id).version == version
        assert due(database, session) == {listed.id, case.id}
    assert len(screen(database, listed, case)) == 2
    with database.read() as session:
        rows = session.exec(select(Screening).where(Screening.case_id == listed.id)).all()
        assert sorted(row.replaced for row in rows) == [False, True]


def test_a_corrected_worker_is_screened_anew(database: Database, listed: Case) -> None:
    screen(database, listed)
    _correct(database, listed)
    assert [row.worker_number for row in screen(database, listed)] == [2]


def _correct(database: Database, case: Case) -> None:
    with database.write(ENGINE) as work:
        data = workers.get(work.session, work.vault, case.worker_id).data
        workers.correct(work, case.worker_id, data.model_copy(update={"birth_place": "Peja"}), "typing error")


def test_ended_cases_and_erased_workers_are_left_alone(
    database: Database, world: World, listed: Case, case: Case
) -> None:
    with database.write(ENGINE) as work:
        work.session.get_one(Case, listed.id).life = CaseLife.WITHDRAWN
        work.session.get_one(Worker, case.worker_id).details = None
    assert screen(database, listed, case) == []


def test_two_engines_at_once_screen_once(database: Database, listed: Case, case: Case) -> None:
    ids = [listed.id, case.id]
    answers = together(database, [ENGINE, ENGINE], lambda work: service.screen_cases(work, ids))
    assert answers == [DONE, DONE]
    with database.read() as session:
        assert len(session.exec(select(Screening)).all()) == 2


@pytest.mark.parametrize(
    ("verdict", "closed"),
    [(Verdict.NOT_THE_PERSON, HitState.DISMISSED), (Verdict.TRUE_MATCH, HitState.CONFIRMED)],
)
def test_a_closed_pair_stays_closed_while_worker_and_entry_are_the_same(
    database: Database, world: World, listed: Case, verdict: Verdict, closed: HitState
) -> None:
    screen(database, listed)
    first = open_hit(database, listed)
    close(database, world, first, verdict)
    load(database, world, SAME_ENTRY_NEW_LIST)
    screen(database, listed)
    carried = open_hit(database, listed)
    assert carried != first
    assert state(database, carried) is closed
    page = database.run(world[OFFICER], hits.hit_page, carried)
    assert (page.hit.carried_from, len(page.steps), page.act) == (first, 2, MayAct.CLOSED)


def test_a_changed_entry_or_corrected_worker_brings_the_pair_before_officers_again(
    database: Database, world: World, listed: Case
) -> None:
    screen(database, listed)
    close(database, world, open_hit(database, listed))
    load(database, world, CHANGED_ENTRY)
    screen(database, listed)
    assert state(database, open_hit(database, listed)) is HitState.OPEN
    load(database, world)
    screen(database, listed)
    assert state(database, open_hit(database, listed)) is HitState.DISMISSED
    _correct(database, listed)
    screen(database, listed)
    assert state(database, open_hit(database, listed)) is HitState.OPEN


def test_a_hit_of_a_replaced_screening_is_no_longer_decided_on(database: Database, world: World, listed: Case) -> None:
    screen(database, listed)
    old = open_hit(database, listed)
    load(database, world, SAME_ENTRY_NEW_LIST)
    screen(database, listed)
    with pytest.raises(Conflict, match="screened anew"), database.write(world[OFFICER]) as work:
        adjudicating.propose(work, Proposal(hit_id=old, verdict=Verdict.NOT_THE_PERSON, reason=REASON))


def test_neither_hits_nor_verdicts_stand_in_the_history_and_looking_leaves_a_trace(
    database: Database, world: World, listed: Case
) -> None:
    screen(database, listed)
    hit = open_hit(database, listed)
    close(database, world, hit, Verdict.TRUE_MATCH)
    database.run(world[OFFICER], hits.hit_page, hit)
    with database.read() as session:
        history = " ".join(session.exec(select(AuditEvent.body)))
        viewed = session.exec(select(AuditEvent).where(AuditEvent.kind == "hit.viewed")).one()
        assert (viewed.actor, viewed.case_id) == (world[OFFICER].key, listed.id)
    assert "true_match" not in history and "Rrustem" not in history and "confirmed" not in history


def test_a_name_alone_is_screened_without_a_record(database: Database, world: World) -> None:
    load(database, world)
    with database.read() as session:
        people = [ask("RRUSTEMDEMO, Besnik", born="1990-05-17").person, ask("Somebody Else").person]
        found = active.screen_people(session, people)
        assert [[match.candidate.entry.reference for match in matches] for matches in found] == [["T-1"], []]
        assert session.exec(select(Screening)).all() == []
