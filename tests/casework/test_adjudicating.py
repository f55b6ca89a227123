"""Possible matches are closed by two different people, whatever is tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.accounts import service as accounts
from casework.accounts.tables import Account
from casework.actor import ENGINE, Actor
from casework.audit.tables import AuditEvent
from casework.cases import matches
from casework.cases.tables import Case
from casework.database import Database
from casework.evidence.tables import EvidenceItem
from casework.security import adjudicating, hits, match_papers, service, standing_in
from casework.security.adjudicating import Answer, Chosen, Proposal
from casework.security.hits import Asked, Show
from casework.security.rules import HitState, MayAct, Step, Verdict
from casework.security.standing_in import NameStandIn
from casework.security.tables import Adjudication
from casework.work import Work
from casework.workers.tables import WorkerVersion
from checklists.catalogue import Catalogue
from documents.archive import LocalArchive
from tests.casework import matching
from tests.casework.matching import CHANGED_LIST, NO, OFFICER, REASON, UNSURE, YES, add_case, answer, load, propose
from tests.support import factories
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def listed(database: Database, world: World) -> Case:
    return matching.listed(database, world)


@pytest.fixture
def hit(database: Database, listed: Case) -> UUID:
    return matching.hit_of(database, listed)


def page(database: Database, officer: Actor, hit: UUID) -> hits.HitPage:
    return database.run(officer, hits.hit_page, hit)


def third(database: Database, world: World) -> Actor:
    with database.write(ENGINE) as work:
        return factories.actor(work, world.office, OFFICER)


def second(world: World) -> Actor:
    return world.seconds[OFFICER]


@on_sqlite
@pytest.mark.parametrize(
    ("verdict", "next_step", "state"),
    [
        (NO, "", HitState.DISMISSED),
        (YES, "The ministry of the interior", HitState.CONFIRMED),
        (UNSURE, "The birth certificate", HitState.INCONCLUSIVE),
    ],
)
def test_one_officer_proposes_and_another_confirms(
    database: Database, world: World, hit: UUID, verdict: Verdict, next_step: str, state: HitState
) -> None:
    assert propose(database, world[OFFICER], hit, verdict, next_step) is HitState.PROPOSED
    assert answer(database, second(world), hit) is state
    shown = page(database, world[OFFICER], hit)
    assert [(one.step, one.verdict) for one in shown.steps] == [(Step.PROPOSED, verdict), (Step.CONFIRMED, verdict)]
    assert (shown.steps[0].reason, shown.steps[0].next_step) == (REASON, next_step)
    assert shown.hit.closed_on == (TODAY if state.closed else None)


@on_sqlite
def test_a_proposal_that_is_returned_begins_again(database: Database, world: World, hit: UUID) -> None:
    propose(database, world[OFFICER], hit, YES, "The police")
    assert answer(database, second(world), hit, confirmed=False) is HitState.OPEN
    assert propose(database, second(world), hit) is HitState.PROPOSED
    assert answer(database, world[OFFICER], hit) is HitState.DISMISSED
    steps = page(database, world[OFFICER], hit).steps
    assert [one.step for one in steps] == [Step.PROPOSED, Step.RETURNED, Step.PROPOSED, Step.CONFIRMED]


@on_sqlite
def test_what_could_not_be_told_is_proposed_anew_when_it_can(database: Database, world: World, hit: UUID) -> None:
    propose(database, world[OFFICER], hit, UNSURE, "The birth certificate")
    answer(database, second(world), hit)
    assert page(database, second(world), hit).act is MayAct.PROPOSE
    propose(database, second(world), hit)
    assert answer(database, world[OFFICER], hit) is HitState.DISMISSED
    with pytest.raises(Conflict, match="already closed"):
        propose(database, second(world), hit)


@on_sqlite
@pytest.mark.parametrize(
    ("verdict", "reason", "next_step"), [(NO, " ", ""), (UNSURE, REASON, " "), (NO, REASON, "more"), (YES, "", "x")]
)
def test_a_proposal_says_why_and_what_is_needed(
    database: Database, world: World, hit: UUID, verdict: Verdict, reason: str, next_step: str
) -> None:
    proposal = Proposal(hit_id=hit, verdict=verdict, reason=reason, next_step=next_step)
    with pytest.raises(InvalidInput):
        database.run(world[OFFICER], adjudicating.propose, proposal)


@on_sqlite
def test_nobody_is_the_second_officer_of_an_own_proposal(database: Database, world: World, hit: UUID) -> None:
    propose(database, world[OFFICER], hit)
    for confirmed in (True, False):
        with pytest.raises(Refused, match="your own"):
            answer(database, world[OFFICER], hit, confirmed=confirmed)
    assert page(database, world[OFFICER], hit).act is MayAct.OWN


@on_sqlite
def test_another_role_in_between_makes_nobody_another_person(database: Database, world: World, hit: UUID) -> None:
    officer = world[OFFICER]
    propose(database, officer, hit)
    for role in (Role.SUPERVISOR, OFFICER):
        with database.write(ENGINE) as work:
            account = work.session.get_one(Account, officer.user_id)
            account.role = role
            work.session.add(account)
        with database.read() as session:
            actor = accounts.actor_of(session.get_one(Account, officer.user_id))
        with pytest.raises(Refused, match="your own" if role is OFFICER else "may not"):
            answer(database, actor, hit)
    # The same account in another office, or with another name in its session.
    with pytest.raises(Refused, match="your own"):
        answer(database, replace(officer, name="Somebody else"), hit)


def record(work: Work, case: Case, what: str, hit: UUID) -> None:
    """The actor of `work` recorded something of the case, in whatever role that was."""
    if what == "data":
        version = WorkerVersion(worker_id=case.worker_id, number=7, recorded_at=work.now, recorded_by=work.actor.key)
        work.session.add(version)
    else:
        work.session.add(
            EvidenceItem(
                case_id=case.id, worker_id=case.worker_id, kind="photo", days={}, attributes={}, checks={},
                recorded_at=work.now, recorded_by=work.actor.key,
            )
        )  # fmt: skip


@on_sqlite
@pytest.mark.parametrize("what", ["data", "paper"])
def test_who_recorded_what_is_compared_is_not_the_second_officer(
    database: Database, world: World, listed: Case, hit: UUID, what: str
) -> None:
    propose(database, world[OFFICER], hit)
    with database.write(second(world)) as work:
        record(work, listed, what, hit)
    for confirmed in (True, False):
        with pytest.raises(Refused, match="recorded data or papers"):
            answer(database, second(world), hit, confirmed=confirmed)
    assert page(database, second(world), hit).act is MayAct.RECORDED
    with database.read() as session:
        (line,), _total = hits.search(session, second(world), Asked(), TODAY, offset=0, limit=9)
        assert line.act is MayAct.RECORDED
    assert answer(database, third(database, world), hit) is HitState.DISMISSED


@on_sqlite
def test_who_adds_a_paper_about_the_match_is_not_the_second_officer(
    database: Database, world: World, hit: UUID, tmp_path: Path
) -> None:
    store, stream = LocalArchive(tmp_path / "files"), BytesIO()
    Image.new("RGB", (60, 80), "#d9dfe2").save(stream, "JPEG")
    with pytest.raises(Refused), database.write(world[Role.CASEWORKER]) as work:
        match_papers.add(work, store, hit, stream.getvalue(), "Birth certificate")
    row = database.run(second(world), match_papers.add, store, hit, stream.getvalue(), "Birth certificate")
    propose(database, world[OFFICER], hit)
    with pytest.raises(Refused, match="recorded data or papers"):
        answer(database, second(world), hit)
    (shown,) = page(database, world[OFFICER], hit).papers
    assert (shown.note, shown.recorded_on) == ("Birth certificate", TODAY)
    media_type, content = database.run(world[Role.AUDITOR], match_papers.view, store, hit, row.id)
    assert (media_type, content[:2]) == ("image/jpeg", b"\xff\xd8")
    with pytest.raises(Refused), database.write(world[Role.SUPERVISOR]) as work:
        match_papers.view(work, store, hit, row.id)
    with pytest.raises(NotFound), database.write(world[OFFICER]) as work:
        match_papers.view(work, store, hit, hit)
    answer(database, third(database, world), hit)
    with pytest.raises(Conflict, match="already closed"), database.write(world[OFFICER]) as work:
        match_papers.add(work, store, hit, stream.getvalue(), "Late")


@on_sqlite
def test_only_officers_act_and_auditors_read_nobody_else_anything(database: Database, world: World, hit: UUID) -> None:
    for role in set(Role) - {OFFICER}:
        with pytest.raises(Refused):
            propose(database, world[role], hit)
        if role is not Role.AUDITOR:
            with pytest.raises(Refused):
                page(database, world[role], hit)
            with pytest.raises(Refused), database.read() as session:
                hits.search(session, world[role], Asked(), TODAY, offset=0, limit=9)
    propose(database, world[OFFICER], hit)
    for role in set(Role) - {OFFICER}:
        with pytest.raises(Refused):
            answer(database, world[role], hit)
    assert page(database, world[Role.AUDITOR], hit).act is None
    with pytest.raises(Refused, match="Only a person"):
        propose(database, ENGINE, hit)
    with pytest.raises(Refused, match="Only a person"):
        answer(database, ENGINE, hit)
    with pytest.raises(Refused, match="Only a person"):
        page(database, ENGINE, hit)


@on_sqlite
def test_an_old_page_decides_nothing(database: Database, world: World, hit: UUID) -> None:
    propose(database, world[OFFICER], hit, seen=0)
    with pytest.raises(Conflict, match="after you opened it"):
        answer(database, second(world), hit, seen=0)
    with pytest.raises(Conflict, match="after you opened it"):
        propose(database, second(world), hit, seen=0)
    with pytest.raises(Conflict, match="made a proposal"):
        propose(database, second(world), hit)
    answer(database, second(world), hit, confirmed=False, seen=1)
    with pytest.raises(Conflict, match="no proposal"):
        answer(database, second(world), hit)


@pytest.mark.parametrize("officers", [2, 1])
def test_of_two_proposals_at_once_one_wins(database: Database, world: World, hit: UUID, officers: int) -> None:
    actors = [world[OFFICER], second(world) if officers == 2 else world[OFFICER]]
    proposal = Proposal(hit_id=hit, verdict=NO, reason=REASON, seen=0)
    assert together(database, actors, lambda work: adjudicating.propose(work, proposal)) == [DONE, "stale"]
    with database.read() as session:
        assert len(session.exec(select(Adjudication)).all()) == 1


def test_of_two_answers_at_once_one_wins_and_the_other_sees_what_changed(
    database: Database, world: World, hit: UUID
) -> None:
    propose(database, world[OFFICER], hit)
    actors, given = [second(world), third(database, world)], Answer(hit_id=hit, confirmed=True, reason=REASON, seen=1)
    assert together(database, actors, lambda work: adjudicating.answer(work, given)) == [DONE, "stale"]
    assert [one.step for one in page(database, second(world), hit).steps] == [Step.PROPOSED, Step.CONFIRMED]


def choose(database: Database, *found: UUID, reason: str = REASON) -> Chosen:
    with database.read() as session:
        taken = session.exec(select(Adjudication.hit_id)).all()
    return Chosen(hits=tuple((one, taken.count(one)) for one in found), reason=reason)


@on_sqlite
def test_like_matches_are_closed_with_one_reason_by_two_people(database: Database, world: World, hit: UUID) -> None:
    found = [hit, *matching.more(database, world, 2)]
    database.run(world[OFFICER], adjudicating.propose_together, choose(database, *found))
    with pytest.raises(Refused, match="your own"):
        database.run(world[OFFICER], adjudicating.confirm_together, choose(database, *found))
    done = database.run(second(world), adjudicating.confirm_together, choose(database, *found))
    assert {one.state for one in done} == {HitState.DISMISSED}
    with database.read() as session:
        rows = session.exec(select(Adjudication)).all()
        assert {(row.step, row.verdict) for row in rows} == {(Step.PROPOSED, NO), (Step.CONFIRMED, NO)}
        assert len({row.together for row in rows}) == 2
    assert page(database, second(world), found[2]).steps[0].reason == REASON


@on_sqlite
def test_one_that_does_not_fit_lets_none_of_them_pass(database: Database, world: World, hit: UUID) -> None:
    one, two = matching.more(database, world, 2)
    database.run(world[OFFICER], adjudicating.propose_together, choose(database, hit, one))
    propose(database, second(world), two)
    with pytest.raises(Refused, match="your own"):
        database.run(second(world), adjudicating.confirm_together, choose(database, hit, one, two))
    true = propose(database, world[OFFICER], matching.more(database, world, 1)[0], YES, "The police")
    assert true is HitState.PROPOSED
    with database.read() as session:
        (odd,) = session.exec(select(Adjudication.hit_id).where(Adjudication.verdict == YES))
    with pytest.raises(InvalidInput, match="Not all of these"):
        database.run(third(database, world), adjudicating.confirm_together, choose(database, hit, odd))
    with pytest.raises(Conflict, match="after you opened it"):
        database.run(second(world), adjudicating.confirm_together, Chosen(hits=((hit, 0), (one, 1)), reason=REASON))
    assert page(database, second(world), hit).hit.state is HitState.PROPOSED


@on_sqlite
def test_unlike_none_and_too_many_are_not_answered_together(database: Database, world: World, hit: UUID) -> None:
    other = add_case(database, world, family_name="Testovskaya", given_names="Olga", birth_date=None, nationality="RU")
    database.run(ENGINE, service.screen_cases, [other.id])
    unlike = choose(database, hit, matching.hit_of(database, other))
    for chosen, said in (
        (unlike, "not alike"),
        (Chosen(hits=(), reason=REASON), "No possible match is chosen"),
        (Chosen(hits=((hit, 0),) * 51, reason=REASON), "At most 50"),
    ):
        with pytest.raises(InvalidInput, match=said):
            database.run(world[OFFICER], adjudicating.propose_together, chosen)


def test_an_officer_of_another_office_stands_in_and_sees_nothing_else(
    database: Database, world: World, listed: Case, hit: UUID
) -> None:
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), OFFICER)
        email = work.session.get_one(Account, stranger.user_id).email
    propose(database, world[OFFICER], hit)
    with pytest.raises(NotFound):
        answer(database, stranger, hit)
    command = NameStandIn(email=email, office=world.office.code, until=TODAY + timedelta(days=5))
    for role in (Role.SUPERVISOR, OFFICER):
        with pytest.raises(Refused):
            database.run(world[role], standing_in.name, command)
    row = database.run(world[Role.ADMINISTRATOR], standing_in.name, command)
    with database.read() as session:
        assert hits.search(session, stranger, Asked(), TODAY, offset=0, limit=9)[1] == 1
        assert hits.search(session, stranger, Asked(), TODAY + timedelta(days=6), offset=0, limit=9)[1] == 0
    assert page(database, stranger, hit).act is MayAct.SECOND
    database.run(world[Role.ADMINISTRATOR], standing_in.end, row.id)
    with pytest.raises(NotFound):
        answer(database, stranger, hit)
    database.run(world[Role.ADMINISTRATOR], standing_in.name, command)
    assert answer(database, stranger, hit) is HitState.DISMISSED
    with database.read() as session:
        told = session.exec(select(AuditEvent.kind).where(AuditEvent.kind.like("account.st%"))).all()  # type: ignore[attr-defined]
        assert told.count("account.stands_in") == 2


@on_sqlite
def test_only_an_officer_of_another_office_can_stand_in(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        away = factories.office(work)
        names = {
            "own office": work.session.get_one(Account, second(world).user_id).email,
            "other role": factories.account(work, away, Role.CASEWORKER).email,
            "disabled": factories.account(work, away, OFFICER, active=False).email,
        }
        good = factories.account(work, away, OFFICER).email
    for email in names.values():
        command = NameStandIn(email=email, office=world.office.code, until=TODAY)
        with pytest.raises(InvalidInput, match="active security officer of another office"):
            database.run(world[Role.ADMINISTRATOR], standing_in.name, command)
    for days in (-1, 400):
        command = NameStandIn(email=good, office=world.office.code, until=TODAY + timedelta(days=days))
        with pytest.raises(InvalidInput, match="last day"):
            database.run(world[Role.ADMINISTRATOR], standing_in.name, command)


@on_sqlite
def test_both_records_stay_as_they_were_when_they_were_compared(
    database: Database, world: World, listed: Case, hit: UUID
) -> None:
    propose(database, world[OFFICER], hit)
    answer(database, second(world), hit)
    matching.correct(database, listed, family_name="Anothername")
    load(database, world, CHANGED_LIST)
    database.run(ENGINE, service.screen_cases, [listed.id])
    kept = page(database, world[Role.AUDITOR], hit)
    assert (kept.data.family_name, kept.corrected, kept.matched) == ("Rrustemdemo", True, "Besnik Rrustemdemo")
    assert (kept.entry.reference, len(kept.reasons) > 1, len(kept.steps)) == ("T-1", True, 2)
    with database.read() as session:
        (line,), _total = hits.search(session, world[Role.AUDITOR], Asked(Show.CLOSED), TODAY, offset=0, limit=9)
        assert (line.hit.id, line.act, line.verdict) == (hit, None, NO)


def test_a_proposal_holds_at_the_next_screening_and_each_match_is_counted_once(
    database: Database, world: World, listed: Case, hit: UUID
) -> None:
    propose(database, world[OFFICER], hit)
    load(database, world, CHANGED_LIST)
    database.run(ENGINE, service.screen_cases, [listed.id])
    newer = matching.hit_of(database, listed)
    assert newer != hit
    with database.read() as session:
        counts = [hits.waiting_for(session, one, TODAY) for one in (world[OFFICER], second(world))]
        assert counts == [0, 1]
    with pytest.raises(Refused, match="your own"):
        answer(database, world[OFFICER], newer)
    with pytest.raises(Conflict, match="screened anew"):
        answer(database, second(world), hit)
    assert answer(database, second(world), newer) is HitState.DISMISSED


@on_sqlite
def test_a_true_match_is_referred_to_somebody_by_name(
    database: Database, world: World, hit: UUID, catalogue: Catalogue
) -> None:
    proposal = Proposal(hit_id=hit, verdict=YES, reason=REASON)
    with pytest.raises(InvalidInput, match="to whom the case is referred"):
        database.run(world[OFFICER], matches.propose, catalogue, proposal)
