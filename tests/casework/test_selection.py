"""From being put forward to a job, and back: an employer that withdraws takes the place, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases import service as cases
from casework.cases.rules import CaseLife
from casework.cases.service import MoveCase
from casework.cases.tables import Case
from casework.contracts import queries as contract_queries
from casework.contracts import service as contracts
from casework.contracts.rules import ContractKind
from casework.contracts.service import RecordContract
from casework.database import Database
from casework.recruitment import claims
from casework.recruitment.tables import JobOrder
from casework.selection import queries, service, sharing
from casework.selection.rules import Act, ApplicationState, Criteria, InterviewResult
from casework.selection.service import Invite
from casework.selection.tables import Application, Interview
from casework.workers.tables import LegalBasis, Purpose, Worker
from tests.support import factories, selecting
from tests.support.contracts import terms
from tests.support.factories import TODAY, World
from tests.support.standing import Clock

CATALOGUE = selecting.catalogue()
S = ApplicationState
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def case(database: Database, world: World) -> Case:
    return selecting.case(database, world)


@pytest.fixture
def order(database: Database, world: World) -> JobOrder:
    return selecting.order(database, world)


def application(database: Database, row: Application) -> Application:
    with database.read() as session:
        return session.get_one(Application, row.id)


def left(database: Database, order: JobOrder) -> int:
    with database.read() as session:
        return claims.remaining(session, [order.id])[order.id]


def of(database: Database, case: Case) -> Case:
    with database.read() as session:
        return session.get_one(Case, case.id)


def end(database: Database, actor: Actor, row: Application, act: Act, reason: str) -> Application:
    return database.run(actor, service.end, CATALOGUE, row.id, act, reason)


def test_a_worker_is_put_forward_interviewed_offered_and_takes_the_job(
    database: Database, world: World, case: Case, order: JobOrder, clock: Clock
) -> None:
    employer = world[Role.EMPLOYER_USER]
    row = selecting.nominated(database, world, case, order)
    soon = database.now() + timedelta(days=2)
    database.run(employer, service.invite, Invite(application_id=row.id, starts_at=soon, place="Room 2"))
    with pytest.raises(InvalidInput) as early:
        database.run(employer, service.hold, row.id, InterviewResult.GOOD)
    assert early.value.code == "date_in_future"
    clock.now = soon + timedelta(hours=1)
    database.run(employer, service.hold, row.id, InterviewResult.GOOD)
    made = selecting.offer(row.id, answer_by=TODAY + timedelta(days=9))
    database.run(employer, service.offer, CATALOGUE, made)
    taken = selecting.acceptance(row.id, accepted_on=database.today())
    done = database.run(world[Role.CASEWORKER], service.accept, CATALOGUE, taken)
    assert (done.state, done.explained_in, done.paper) == (S.ACCEPTED, "sq", "File 3, page 1")
    assert left(database, order) == 0
    now = of(database, case)
    assert (now.employer, now.job_order, now.job_title) == (world.employer.name, "JO-1", "Bricklayers")
    with database.read() as session:
        promised = contract_queries.live(session, case.id, ContractKind.PROMISED)
        assert promised is not None and promised.application_id == row.id
        held_out = contract_queries.terms_of(database.vault(session), now, promised)
        assert held_out.wage_minor == 240_000 and held_out.employer == world.employer.name
        interviews = session.exec(select(Interview)).all()
        assert [one.result for one in interviews] == [InterviewResult.GOOD]


def test_an_employer_that_withdraws_frees_the_place_and_a_new_match_keeps_all_that_was_there(
    database: Database, world: World, case: Case, order: JobOrder
) -> None:
    row = selecting.accepted(database, world, case, order)
    signed = RecordContract(case_id=case.id, terms=terms(employer=world.employer.name), signed_on=TODAY)
    database.run(world[Role.CASEWORKER], contracts.sign, signed)
    end(database, world[Role.EMPLOYER_USER], row, Act.TAKE_BACK, "employer_insolvent")
    now = of(database, case)
    assert (now.life, now.employer, now.job_order) == (CaseLife.OPEN, "", "")
    assert left(database, order) == 1
    with database.read() as session:
        kept = contract_queries.of_case(session, case.id)
        assert [(one.withdrawn_on, one.withdrawn_reason) for one in kept] == [(TODAY, "offer_ended")] * 2
    again = selecting.accepted(database, world, case, selecting.order(database, world, "JO-2"))
    assert of(database, case).job_order == "JO-2"
    with database.read() as session:
        lines = queries.of_case(session, world[Role.CASEWORKER], case.id)
    assert [(one.application.id, one.application.state) for one in lines] == [
        (again.id, S.ACCEPTED),
        (row.id, S.TAKEN_BACK),
    ]


def test_taking_one_job_ends_the_other_applications(
    database: Database, world: World, case: Case, order: JobOrder
) -> None:  # fmt: skip
    other = selecting.nominated(database, world, case, selecting.order(database, world, "JO-2"))
    selecting.accepted(database, world, case, order)
    ended = application(database, other)
    assert (ended.state, ended.reason) == (S.ENDED, "accepted_elsewhere")
    with pytest.raises(Conflict) as has:
        selecting.nominated(database, world, case, selecting.order(database, world, "JO-3"))
    assert has.value.code == "has_job"


def test_an_employer_does_not_learn_which_other_job_a_candidate_took(
    database: Database, world: World, case: Case, order: JobOrder
) -> None:
    with database.write(ENGINE) as work:
        other = factories.employer(work, world.office)
    there = selecting.order(database, world, "JO-2", employer=other)
    row = selecting.nominated(database, world, case, order)
    with database.write(ENGINE) as work:
        work.session.get_one(JobOrder, there.id).title = "Work for somebody else"
    taken = selecting.nominated(database, world, case, there)
    database.run(ENGINE, service.offer, CATALOGUE, selecting.offer(taken.id))
    database.run(world[Role.CASEWORKER], service.accept, CATALOGUE, selecting.acceptance(taken.id))
    with database.read() as session:
        known = queries.candidate(session, world[Role.EMPLOYER_USER], row.id, TODAY)
    assert (known.job_title, known.line.application.state) == (order.title, S.ENDED)
    assert (known.languages, known.months, known.ready_on) == ({}, None, None)


def test_the_last_place_goes_to_one_and_who_withdraws_gives_it_back(
    database: Database, world: World, case: Case, order: JobOrder
) -> None:
    other = selecting.case(database, world)
    late = selecting.offered(database, world, other, order)
    first = selecting.accepted(database, world, case, order)
    with pytest.raises(Conflict) as full:
        database.run(world[Role.CASEWORKER], service.accept, CATALOGUE, selecting.acceptance(late.id))
    assert full.value.code == "no_headroom"
    assert application(database, late).state is S.OFFERED
    end(database, world[Role.CASEWORKER], first, Act.WITHDRAW, "changed_mind")
    database.run(world[Role.CASEWORKER], service.accept, CATALOGUE, selecting.acceptance(late.id))
    assert left(database, order) == 0


def test_an_end_of_the_case_ends_its_applications_and_its_reversal_brings_the_job_back(
    database: Database, world: World, case: Case, order: JobOrder
) -> None:
    row = selecting.accepted(database, world, case, order)
    gone = MoveCase(case_id=case.id, to=CaseLife.WITHDRAWN, reason="unreachable", happened_on=TODAY)
    database.run(world[Role.CASEWORKER], cases.move, CATALOGUE, gone)
    ended = application(database, row)
    assert (ended.state, ended.reason, left(database, order)) == (S.ENDED, "case_ended", 1)
    back = MoveCase(case_id=case.id, to=CaseLife.OPEN, reason="recorded_in_error", happened_on=TODAY)
    database.run(world[Role.SUPERVISOR], cases.move, CATALOGUE, back)
    assert (application(database, row).state, left(database, order)) == (S.ACCEPTED, 0)


@pytest.mark.parametrize(
    ("life", "reason"),
    [
        (CaseLife.DEPARTED, "departure_confirmed"),
        (CaseLife.WITHDRAWN, "unreachable"),
    ],
)
def test_nobody_who_has_left_or_ended_is_a_candidate(
    database: Database, world: World, order: JobOrder, life: CaseLife, reason: str
) -> None:
    case = selecting.case(database, world, life=CaseLife.CLEARED)
    row = selecting.nominated(database, world, case, order)
    move = MoveCase(case_id=case.id, to=life, reason=reason, happened_on=TODAY)
    database.run(world[Role.CASEWORKER], cases.move, CATALOGUE, move)
    ended = application(database, row)
    assert (ended.state, ended.reason, ended.ended_on) == (S.ENDED, "case_ended", TODAY)
    with database.read() as session:
        assert queries.counts(session, world[Role.EMPLOYER_USER], [order.id]) == {}


def test_who_has_departed_keeps_the_job_and_may_still_take_the_agreement_back(
    database: Database, world: World, order: JobOrder
) -> None:
    case = selecting.case(database, world, life=CaseLife.CLEARED)
    row = selecting.accepted(database, world, case, order)
    with database.write(ENGINE) as work:  # what is open after the acceptance is not what this is about
        work.session.get_one(Case, case.id).life = CaseLife.CLEARED
    gone = MoveCase(case_id=case.id, to=CaseLife.DEPARTED, reason="departure_confirmed", happened_on=TODAY)
    database.run(world[Role.CASEWORKER], cases.move, CATALOGUE, gone)
    database.run(world[Role.CASEWORKER], sharing.end_agreement, case.id)
    assert (application(database, row).state, left(database, order)) == (S.ACCEPTED, 0)
    with database.read() as session:
        assert not queries.may_be_shared(session, of(database, case))


def test_an_agreement_taken_back_at_an_ended_case_ends_what_goes_on_in_another(
    database: Database, world: World, case: Case, order: JobOrder
) -> None:
    with database.write(ENGINE) as work:
        worker = work.session.get_one(Worker, case.worker_id)
        pinned = {"programme_version": case.programme_version, "programme_digest": case.programme_digest}
        second = factories.case(work, world.office, worker, **pinned)
    gone = MoveCase(case_id=case.id, to=CaseLife.WITHDRAWN, reason="other_job", happened_on=TODAY)
    database.run(world[Role.CASEWORKER], cases.move, CATALOGUE, gone)
    row = selecting.nominated(database, world, second, order)
    before = of(database, second).version
    database.run(world[Role.CASEWORKER], sharing.end_agreement, case.id)
    ended = application(database, row)
    assert (ended.state, ended.reason, of(database, second).version) == (S.WITHDRAWN, "not_given", before + 1)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"wage_minor": 190_000}, "below_minimum"),
        ({"wage_minor": 239_999}, "below_job_order"),
        ({"currency": "USD"}, "below_job_order"),
        ({"weekly_minutes": 41 * 60}, "below_job_order"),
        ({"says": {}}, "below_job_order"),
    ],
)
def test_less_than_the_programme_asks_or_the_job_order_promised_is_not_offered(
    database: Database, world: World, case: Case, order: JobOrder, changed: dict[str, Any], code: str
) -> None:
    row = selecting.nominated(database, world, case, order)
    poor = selecting.offer(row.id, terms=terms(**changed))
    with pytest.raises(Refused) as refused:
        database.run(world[Role.EMPLOYER_USER], service.offer, CATALOGUE, poor)
    assert refused.value.code == code


def test_an_offer_cannot_be_taken_after_its_last_day_or_before_it_was_made(
    database: Database, world: World, case: Case, order: JobOrder, clock: Clock
) -> None:
    row = selecting.offered(database, world, case, order, answer_by=TODAY)
    for changed, code in (
        ({"accepted_on": TODAY - timedelta(days=1)}, "dates"),
        ({"accepted_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"explained_in": ""}, "language"),
        ({"explained_in": "xx"}, "language"),
        ({"paper": " "}, "missing_value"),
    ):
        with pytest.raises(InvalidInput) as refused:
            database.run(world[Role.CASEWORKER], service.accept, CATALOGUE, selecting.acceptance(row.id, **changed))
        assert refused.value.code == code
    clock.now += timedelta(days=1)
    late = selecting.acceptance(row.id, accepted_on=TODAY + timedelta(days=1))
    with pytest.raises(Conflict) as lapsed:
        database.run(world[Role.CASEWORKER], service.accept, CATALOGUE, late)
    assert lapsed.value.code == "offer_lapsed"


def test_nobody_is_named_to_an_employer_without_a_ground(
    database: Database, world: World, case: Case, order: JobOrder
) -> None:  # fmt: skip
    with database.write(ENGINE) as work:
        shared = LegalBasis.purpose == Purpose.SHARING_WITH_EMPLOYER
        for basis in work.session.exec(select(LegalBasis).where(LegalBasis.worker_id == case.worker_id, shared)):
            basis.withdrawn_on = TODAY
            work.session.add(basis)
    with pytest.raises(Refused) as refused:
        selecting.nominated(database, world, case, order)
    assert refused.value.code == "no_ground"


def test_an_employer_acts_for_its_own_candidates_alone_and_never_for_the_worker(
    database: Database, world: World, case: Case, order: JobOrder
) -> None:
    row = selecting.offered(database, world, case, order)
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.employer(work, world.office), Role.EMPLOYER_USER)
    for actor in (stranger, world[Role.EMPLOYER_USER]):
        with pytest.raises(Refused):
            database.run(actor, service.accept, CATALOGUE, selecting.acceptance(row.id))
    with pytest.raises(Refused):
        end(database, world[Role.EMPLOYER_USER], row, Act.WITHDRAW, "changed_mind")
    with pytest.raises(NotFound):
        end(database, stranger, row, Act.TAKE_BACK, "employer_withdrew")
    with pytest.raises(Refused):
        database.run(world[Role.EMPLOYER_USER], service.nominate, CATALOGUE, case.id, order.id)
    with pytest.raises(NotFound):
        database.run(stranger, service.set_criteria, order.id, Criteria())
    with database.read() as session:
        assert queries.candidates(session, stranger, order.id, TODAY, limit=9) == ([], 0)
        with pytest.raises(NotFound):
            queries.candidate(session, stranger, row.id, TODAY)


def test_only_those_who_select_do(
    database: Database, world: World, case: Case, order: JobOrder, wrong_roles: Callable[..., list[Role]]
) -> None:
    row = selecting.offered(database, world, case, order)
    for role in wrong_roles(Role.CASEWORKER, Role.SUPERVISOR, Role.EMPLOYER_USER):
        for operation in (
            lambda work: service.nominate(work, CATALOGUE, case.id, order.id),
            lambda work: service.accept(work, CATALOGUE, selecting.acceptance(row.id)),
            lambda work: service.end(work, CATALOGUE, row.id, Act.TAKE_BACK, "employer_withdrew"),
            lambda work: service.hold(work, row.id, InterviewResult.GOOD),
            lambda work: service.set_criteria(work, order.id, Criteria()),
        ):
            with pytest.raises(Refused), database.write(world[role]) as work:
                operation(work)


def test_a_job_order_that_is_not_open_to_the_case_is_not_there(
    database: Database, world: World, case: Case, order: JobOrder
) -> None:
    selecting.nominated(database, world, case, order)
    with pytest.raises(Conflict) as twice:
        selecting.nominated(database, world, case, order)
    assert twice.value.code == "nominated"
    with pytest.raises(NotFound):
        database.run(world[Role.CASEWORKER], service.nominate, CATALOGUE, case.id, new_id())
    with database.write(ENGINE) as work:
        elsewhere = factories.case(work, factories.office(work))
        closed = work.session.get_one(JobOrder, order.id)
        closed.valid_until = closed.valid_from = TODAY - timedelta(days=1)
        work.session.add(closed)
    with pytest.raises(NotFound):
        selecting.nominated(database, world, elsewhere, order)
    with pytest.raises(NotFound):
        selecting.nominated(database, world, selecting.case(database, world), order)


def test_a_form_that_is_out_of_date_changes_nothing(
    database: Database, world: World, case: Case, order: JobOrder
) -> None:  # fmt: skip
    row = selecting.offered(database, world, case, order)
    for actor, stale in ((world[Role.EMPLOYER_USER], row.version), (world[Role.CASEWORKER], 1)):
        with pytest.raises(Conflict) as refused:
            database.run(actor, service.end, CATALOGUE, row.id, Act.TAKE_BACK, "employer_withdrew", stale)
        assert refused.value.code == "stale"


def test_criteria_say_what_is_met_and_missing_and_choose_nobody(
    database: Database, world: World, case: Case, order: JobOrder
) -> None:
    asked = Criteria("de", "B1", 24, "driving_licence")
    database.run(world[Role.EMPLOYER_USER], service.set_criteria, order.id, asked)
    with database.read() as session:
        assert queries.criteria_of(session, order.id) == asked
        found = queries.fit(session, selecting.PROGRAMME, of(database, case), order, TODAY)
    assert [(one.verdict.value, str(one.asked)) for one in found.more] == [
        ("missing", "24 months of experience"),
        ("missing", "Licence: driving licence"),
    ]
    assert [one.verdict.value for one in found.reasons if one.criterion.value == "language"] == ["missing"]
    assert selecting.nominated(database, world, case, order).state is S.NOMINATED
    for wrong in (Criteria("de"), Criteria("", "B1"), Criteria("de", "B7"), Criteria("", "", -1), Criteria("qq", "B1")):
        with pytest.raises(InvalidInput):
            database.run(world[Role.EMPLOYER_USER], service.set_criteria, order.id, wrong)
