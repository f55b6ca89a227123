"""The way of a case, from its row in a batch to the clearance and beyond; the whole of it on both databases in the
deep tests, here on PostgreSQL what leans on its locks."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from basis.errors import Conflict
from casework.audit import service as audit
from casework.cases import service as cases
from casework.cases.rules import CaseLife, EndKind
from casework.cases.service import MoveCase
from casework.cases.tables import LiveSignOff
from casework.certificates.tables import CertificateState
from casework.evidence import service as evidence
from casework.evidence.tables import EvidenceItem
from casework.work import Work
from casework.workers import service as workers
from checklists.programme import StageKind
from cli.demo import acts, story
from documents.verification import Status
from tests.support.stage import AWAY, HOME, Stage
from tests.support.together import DONE, together
from tests.workflows.conftest import everywhere
from workflows import relay

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("stage")

DOCUMENTS = (StageKind.DOCUMENTS,)
EVERY_AWAY = frozenset("documents security qualifications medical orientation loan authorisation departure".split())


def ended(stage: Stage) -> dict[str, EndKind]:
    """Stages of the away case whose newest sign-off ended, and how."""
    return {name: row.end_kind for name, row in stage.sign_offs().items() if row.end_kind is not None}


def last_day(stage: Stage, name: str) -> date:
    holds_until = stage.sign_offs()[name].holds_until
    assert holds_until is not None
    return holds_until


def go_to(stage: Stage, day: date) -> None:
    stage.clock.move(days=(day - stage.clock.now.date()).days)


def day_passes(stage: Stage) -> None:
    """What the engine does by itself as time goes on."""
    relay.reconcile(stage.installation)
    stage.drain()


def test_an_away_worker_is_prepared_stage_by_stage_until_cleared(cleared: Stage) -> None:
    assert cleared.case(AWAY).life is CaseLife.CLEARED
    assert set(cleared.sign_offs(AWAY)) == EVERY_AWAY
    assert cleared.answers(AWAY) == {stage: [Status.VALID] for stage in EVERY_AWAY}
    with cleared.installation.database.read() as session:
        assert audit.verify(session)[1] == []


def test_a_home_worker_skips_what_the_programme_says_and_ends_with_a_completion(cleared: Stage) -> None:
    assert cleared.case(HOME).life is CaseLife.CLEARED
    assert set(cleared.sign_offs(HOME)) == {"documents", "security", "qualifications", "completion"}
    assert cleared.answers(HOME) == {stage: [Status.VALID] for stage in cleared.sign_offs(HOME)}


def test_advancing_what_cannot_move_changes_nothing(cleared: Stage) -> None:
    before = cleared.case(), cleared.certificates()
    assert cleared.runner.advance([before[0].id, before[0].id]) == {}
    cleared.drain()
    assert (cleared.case(), cleared.certificates()) == before


def test_who_withdraws_after_the_clearance_cannot_leave_on_it(cleared: Stage) -> None:
    case = cleared.case()
    move = MoveCase(
        case_id=case.id,
        to=CaseLife.WITHDRAWN,
        reason="worker_changed_mind",
        happened_on=cleared.installation.database.today(),
    )
    cleared.run("arta", cases.move, cleared.installation.catalogue, move)
    assert ended(cleared) == {"departure": EndKind.REVOKED}
    assert cleared.answers()["departure"] == [Status.REVOKED]


def test_a_medical_that_lapses_before_departure_reopens_exactly_what_stood_on_it(cleared: Stage) -> None:
    go_to(cleared, last_day(cleared, "medical"))
    day_passes(cleared)
    assert ended(cleared) == {}
    cleared.clock.move(days=1)
    assert cleared.answers()["medical"] == [Status.EXPIRED], "verification does not wait for the engine"
    day_passes(cleared)
    assert ended(cleared) == {"medical": EndKind.EXPIRED, "departure": EndKind.EXPIRED}
    assert cleared.open_stages() == {"medical", "departure"}
    assert cleared.case().life is CaseLife.OPEN
    answers = cleared.answers()
    assert {name for name, found in answers.items() if found == [Status.EXPIRED]} == {"medical", "departure"}
    assert answers["orientation"] == [Status.VALID]


def test_a_new_examination_closes_the_gap_with_a_certificate_of_its_own(cleared: Stage) -> None:
    go_to(cleared, last_day(cleared, "medical") + timedelta(days=1))
    day_passes(cleared)
    assert acts.examine(cleared.scene("medical"))
    cleared.run("teuta", cases.sign_off, cleared.installation.catalogue, cleared.case().id, "medical")
    cleared.drain()
    assert cleared.answers()["medical"] == [Status.EXPIRED, Status.VALID]
    assert cleared.open_stages() == {"departure"}


def test_a_flight_moved_beyond_the_medical_reopens_it_at_once(cleared: Stage) -> None:
    later = cases.ReplanCase(planned_departure=last_day(cleared, "medical") + timedelta(days=1))
    cleared.run("arta", cases.replan, cleared.installation.catalogue, cleared.case().id, later)
    assert ended(cleared)["medical"] is EndKind.EXPIRED
    assert cleared.open_stages() == {"medical", "departure"}


def test_a_paper_found_wrong_revokes_its_stage_and_those_that_stood_on_it(cleared: Stage) -> None:
    cleared.run("luan", withdraw, cleared, "police_certificate")
    cleared.drain()
    stood = {"security", "loan", "authorisation", "departure"}
    assert ended(cleared) == dict.fromkeys(stood, EndKind.REVOKED)
    answers = cleared.answers()
    assert {name: found for name, found in answers.items() if name in stood} == {
        name: [Status.REVOKED] for name in stood
    }
    assert {found[0] for name, found in answers.items() if name not in stood} == {Status.VALID}
    cleared.play()
    assert cleared.case().life is CaseLife.CLEARED
    assert cleared.answers()["security"] == [Status.REVOKED, Status.VALID]


def test_revoked_stays_revoked_when_its_time_runs_out_too(cleared: Stage) -> None:
    cleared.run("luan", withdraw, cleared, "police_certificate")
    cleared.drain()
    cleared.clock.move(days=3000)
    assert cleared.answers()["security"] == [Status.REVOKED]


def test_a_corrected_name_supersedes_every_certificate_that_shows_it(cleared: Stage) -> None:
    cleared.run("arta", story._add_native_name, cleared.installation, cleared.case().id)
    assert ended(cleared) == dict.fromkeys(EVERY_AWAY, EndKind.SUPERSEDED)
    cleared.drain()
    cleared.play()
    assert cleared.case().life is CaseLife.CLEARED
    assert cleared.answers() == {name: [Status.SUPERSEDED, Status.VALID] for name in EVERY_AWAY}
    rows = cleared.of_stages()
    assert {row.superseded_by for row in rows if row.end_kind} == {row.id for row in rows if not row.end_kind}


def test_a_name_that_the_passport_does_not_bear_leaves_the_case_open(cleared: Stage) -> None:
    cleared.run("arta", rename, cleared, "Synthetic")
    cleared.drain()
    assert cleared.case().life is CaseLife.OPEN
    assert cleared.open_stages() >= {"documents"}
    assert cleared.answers()["documents"] == [Status.SUPERSEDED]


def test_a_case_is_looked_at_again_on_the_day_on_which_it_changes(cleared: Stage) -> None:
    due = cleared.case().changes_on
    assert due is not None
    cleared.clock.move(days=(due - cleared.clock.now.date()).days - 1)
    assert relay.reconcile(cleared.installation) == 0
    cleared.clock.move(days=1)
    assert relay.reconcile(cleared.installation) >= 1
    cleared.drain()
    looked_at = cleared.case()
    assert looked_at.assessed_on == due
    assert looked_at.changes_on is None or looked_at.changes_on > due
    assert relay.reconcile(cleared.installation) == 0


def test_a_sign_off_is_live_once_for_each_stage(cleared: Stage) -> None:
    with cleared.installation.database.read() as session:
        rows = session.exec(select(LiveSignOff)).all()
    assert len({(row.case_id, row.stage) for row in rows}) == len(rows)


def test_departure_freezes_the_case(cleared: Stage) -> None:
    command = MoveCase(
        case_id=cleared.case().id,
        to=CaseLife.DEPARTED,
        reason="departure_confirmed",
        happened_on=cleared.clock.now.date(),
    )
    cleared.run("arta", cases.move, cleared.installation.catalogue, command)
    go_to(cleared, last_day(cleared, "medical") + timedelta(days=30))
    day_passes(cleared)
    cleared.runner.advance([cleared.case().id])
    assert cleared.case().life is CaseLife.DEPARTED
    assert (ended(cleared), cleared.open_stages()) == ({}, set())
    with pytest.raises(Conflict, match="ended"):
        cleared.run("luan", withdraw, cleared, "police_certificate")


def test_a_departure_recorded_in_error_is_taken_back_and_time_counts_again(cleared: Stage) -> None:
    for who, to, reason in (
        ("arta", CaseLife.DEPARTED, "departure_confirmed"),
        ("mira", CaseLife.CLEARED, "recorded_in_error"),
    ):
        command = MoveCase(case_id=cleared.case().id, to=to, reason=reason, happened_on=cleared.clock.now.date())
        cleared.run(who, cases.move, cleared.installation.catalogue, command)
    assert cleared.case().life is CaseLife.CLEARED
    go_to(cleared, last_day(cleared, "medical") + timedelta(days=1))
    day_passes(cleared)
    assert ended(cleared).keys() == {"medical", "departure"}


@pytest.fixture
def ready(opened: Stage) -> Stage:
    """The away case with qualifications decided, ready to be signed off by a caseworker."""
    opened.play(AWAY, DOCUMENTS, issue=False)
    assert acts.decide_qualifications(opened.scene("qualifications"))
    return opened


@everywhere
def test_of_two_people_who_sign_at_once_exactly_one_wins(ready: Stage) -> None:
    case, catalogue = ready.case(), ready.installation.catalogue

    def sign(work: Work) -> object:
        return cases.sign_off(work, catalogue, case.id, "qualifications")

    people = [ready.cast["arta"], ready.cast["besnik"]]
    assert together(ready.installation.database, people, sign) == [DONE, "signed_off"]


@everywhere
def test_of_two_people_who_saw_the_same_version_the_second_is_told_that_it_changed(ready: Stage) -> None:
    case, catalogue = ready.case(), ready.installation.catalogue

    def sign(work: Work) -> object:
        return cases.sign_off(work, catalogue, case.id, "qualifications", case.version)

    people = [ready.cast["arta"], ready.cast["besnik"]]
    assert together(ready.installation.database, people, sign) == [DONE, "stale"]


@everywhere
def test_two_engines_at_once_sign_and_issue_once(ready: Stage) -> None:
    """One lock per home keeps them apart; should that fail, the database still does."""
    gate = threading.Barrier(2)
    failures: list[object] = []

    def work() -> None:
        gate.wait()
        failures.append(ready.runner.advance([ready.case().id]))
        failures.append(ready.runner.issue([ready.sign_offs()["documents"].id]))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [{}, {}, {}, {}]
    assert [row.state for row in ready.certificates()] == [CertificateState.ISSUED]
    assert ready.answers() == {"documents": [Status.VALID]}


def withdraw(work: Work, stage: Stage, kind: str) -> None:
    query = select(EvidenceItem).where(EvidenceItem.case_id == stage.case().id, EvidenceItem.kind == kind)
    item = work.session.exec(query.order_by(col(EvidenceItem.id)).limit(1)).one()
    evidence.withdraw(work, stage.installation.catalogue, item.id, "suspected_forgery")


def rename(work: Work, stage: Stage, family_name: str) -> None:
    case = stage.case()
    data = workers.get(work.session, work.vault, case.worker_id).data
    written = data.model_copy(update={"family_name": family_name})
    cases.correct_worker(work, stage.installation.catalogue, case.id, written, "misspelt")


def test_a_stage_reopened_before_its_number_was_taken_leaves_no_number(opened: Stage) -> None:
    opened.play(AWAY, DOCUMENTS, issue=False)
    opened.run("arta", story._add_native_name, opened.installation, opened.case().id)
    opened.drain()
    assert [row.state for row in opened.certificates()] == [CertificateState.ISSUED]
