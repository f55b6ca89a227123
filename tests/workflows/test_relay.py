"""The outbox is emptied whatever happens, what fails is said in words, and what was left behind is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import pytest
from sqlalchemy import delete, func, update
from sqlmodel import col, select

from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.batches.tables import Batch, BatchRow, BatchState, RowState
from casework.cases import service as cases
from casework.cases.tables import Case
from casework.certificates.tables import Certificate, CertificateState
from casework.outbox import rules
from casework.outbox.tables import OutboxItem, OutboxKind, OutboxState
from casework.work import Work
from casework.workers.tables import PersonKey
from checklists.programme import StageKind
from documents.keys import KEY_FILE
from documents.verification import Status
from tests.support.stage import AWAY, HOME, Stage, submit_batch
from tests.workflows.conftest import everywhere
from workflows import intake, issuing, relay
from workflows.relay import Failures, Runner

# What these tests share is made once where the tests are spread over processes.
pytestmark = [everywhere, pytest.mark.xdist_group("stage")]

DOCUMENTS = (StageKind.DOCUMENTS,)


class Killed(BaseException):
    """Ends the try as a kill would."""


class Interrupted:
    """The engine, and somebody who does something while it works."""

    def __init__(self, runner: Runner, meanwhile: Callable[[], object]) -> None:
        self._runner = runner
        self._meanwhile = meanwhile

    def take_in(self, batch_id: UUID) -> Failures:
        return self._runner.take_in(batch_id)

    def advance(self, case_ids: Sequence[UUID]) -> Failures:
        failures = self._runner.advance(case_ids)
        self._meanwhile()
        return failures

    def issue(self, sign_off_ids: Sequence[UUID]) -> Failures:
        return self._runner.issue(sign_off_ids)


def take_case(stage: Stage) -> Case:
    return stage.run("arta", cases.assign, stage.case().id, stage.cast["arta"].user_id)


def outstanding(stage: Stage, *kinds: OutboxKind) -> list[OutboxItem]:
    return [row for kind in kinds for row in stage.effects(kind).values() if row.state is not OutboxState.DONE]


def pump_until_given_up(stage: Stage) -> int:
    """Let time pass until every effect is done or given up; how often the engine tried."""
    for tries in range(1, 50):
        relay.pump(stage.installation, stage.runner)
        if not any(row.state is OutboxState.PENDING for row in outstanding(stage, *OutboxKind)):
            return tries
        stage.clock.move(seconds=40)
    raise AssertionError("it never gave up")


def test_what_is_asked_for_again_while_it_runs_is_not_taken_for_done(opened: Stage) -> None:
    take_case(opened)
    relay.pump(opened.installation, Interrupted(opened.runner, lambda: take_case(opened)))
    assert [row.state for row in outstanding(opened, OutboxKind.ADVANCE)] == [OutboxState.PENDING]
    assert opened.case().assessed_version < opened.case().version
    opened.drain()
    assert outstanding(opened, *OutboxKind) == []
    assert opened.case().assessed_version == opened.case().version


def test_an_effect_that_happened_but_was_not_recorded_happens_again_without_harm(signed: Stage) -> None:
    signed.drain()
    before = signed.certificates(), signed.certificates(HOME)
    signed.installation.database.run(ENGINE, forget_that_it_happened)
    signed.drain()
    assert (signed.certificates(), signed.certificates(HOME)) == before


def test_a_failing_effect_is_tried_again_then_given_up_and_the_case_says_so(signed: Stage) -> None:
    key = signed.installation.settings.keys / KEY_FILE
    hidden = key.rename(key.with_suffix(".away"))
    assert pump_until_given_up(signed) >= rules.MOST_ATTEMPTS
    assert [row.state for row in outstanding(signed, OutboxKind.ISSUE)] == [OutboxState.STUCK] * 2
    assert "key" in signed.case().stuck
    assert signed.case().stuck == signed.case(HOME).stuck
    assert count_events(signed, "outbox.stuck") == 2
    assert relay.reconcile(signed.installation) == 0, "what is given up waits for a person"

    hidden.rename(key)
    take_case(signed)
    signed.drain()
    assert signed.case().stuck == ""
    assert signed.answers() == {"documents": [Status.VALID]}
    assert "key" in signed.case(HOME).stuck

    relay.revive(signed.installation)
    signed.drain()
    assert signed.case(HOME).stuck == ""
    assert signed.answers(HOME) == {"documents": [Status.VALID]}


def test_a_failure_that_passes_leaves_no_word_on_the_case(signed: Stage) -> None:
    key = signed.installation.settings.keys / KEY_FILE
    hidden = key.rename(key.with_suffix(".away"))
    signed.drain()
    assert len(outstanding(signed, OutboxKind.ISSUE)) == 2
    hidden.rename(key)
    relay.pump(signed.installation, signed.runner)
    assert len(outstanding(signed, OutboxKind.ISSUE)) == 2, "tried again only after a while"
    signed.clock.move(seconds=5)
    signed.drain()
    assert (outstanding(signed, *OutboxKind), signed.case().stuck) == ([], "")


def test_one_case_that_cannot_be_opened_does_not_hold_up_the_others(signed: Stage) -> None:
    signed.installation.database.run(ENGINE, damage_key, signed.case().worker_id)
    pump_until_given_up(signed)
    assert "same backup" in signed.case().stuck
    assert signed.certificates() == []
    assert signed.answers(HOME) == {"documents": [Status.VALID]}
    assert signed.case(HOME).stuck == ""


def test_an_unforeseen_fault_in_one_certificate_is_said_with_a_reference_and_no_value(signed: Stage) -> None:
    first = signed.sign_offs()["documents"]
    signed.installation.database.run(ENGINE, issuing._reserve, signed.installation, first.id)
    signed.installation.database.run(ENGINE, damage_value, first.id)
    pump_until_given_up(signed)
    assert "reference" in signed.case().stuck
    assert "Limani" not in signed.case().stuck
    assert signed.answers(HOME) == {"documents": [Status.VALID]}


def test_a_sign_off_whose_effect_was_lost_gets_its_certificate(signed: Stage) -> None:
    signed.installation.database.run(ENGINE, lose_effects)
    assert relay.reconcile(signed.installation) == 2
    signed.drain()
    assert signed.answers() == {"documents": [Status.VALID]}
    assert relay.reconcile(signed.installation) == 0


def test_a_number_reserved_before_a_kill_is_issued(signed: Stage) -> None:
    signed.installation.database.run(ENGINE, issuing._reserve, signed.installation, signed.sign_offs()["documents"].id)
    signed.installation.database.run(ENGINE, lose_effects)
    (reserved,) = signed.certificates()
    relay.reconcile(signed.installation)
    signed.drain()
    (issued,) = signed.certificates()
    assert (issued.state, issued.number) == (CertificateState.ISSUED, reserved.number)


def test_a_batch_that_was_taken_half_goes_on_where_it_stopped(opened: Stage) -> None:
    rows = [f"BB-{number:04d}" for number in range(20, 44)]
    batch_id = submit_batch(opened, *rows)

    def killed(_count: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        intake.take_in(opened.installation, batch_id, killed)
    states = row_states(opened, batch_id)
    assert states.count(RowState.WAITING) == len(rows) - intake.CHUNK
    taken = case_count(opened)
    opened.installation.database.run(ENGINE, lose_effects)
    relay.reconcile(opened.installation)
    opened.drain()
    assert set(row_states(opened, batch_id)) <= {RowState.TAKEN, RowState.KNOWN}
    assert case_count(opened) == taken + len(rows) - intake.CHUNK
    with opened.installation.database.read() as session:
        assert session.get_one(Batch, batch_id).state is BatchState.TAKEN
    assert submit_batch(opened, *rows) == batch_id
    opened.drain()
    assert case_count(opened) == taken + len(rows) - intake.CHUNK


def test_the_same_worker_in_a_second_batch_is_known_and_gets_no_second_case(opened: Stage) -> None:
    before = case_count(opened)
    batch_id = submit_batch(opened, AWAY)
    opened.drain()
    assert row_states(opened, batch_id) == [RowState.KNOWN]
    assert case_count(opened) == before


def forget_that_it_happened(work: Work) -> None:
    work.session.exec(update(OutboxItem).values(state=OutboxState.PENDING))


def lose_effects(work: Work) -> None:
    """As after restoring a backup from between a commit and its effect."""
    work.session.exec(delete(OutboxItem))


def damage_key(work: Work, person_id: UUID) -> None:
    work.session.exec(
        update(PersonKey).where(col(PersonKey.person_id) == person_id).values(wrapped=b"\x01" + bytes(60))
    )


def damage_value(work: Work, sign_off_id: UUID) -> None:
    row = work.session.exec(select(Certificate).where(Certificate.sign_off_id == sign_off_id)).one()
    row.value = work.vault.seal(row.worker_id, "certificate", row.id, "value", b"{Limani")
    work.session.add(row)


def count_events(stage: Stage, kind: str) -> int:
    with stage.installation.database.read() as session:
        return session.exec(select(func.count()).select_from(AuditEvent).where(AuditEvent.kind == kind)).one()


def case_count(stage: Stage) -> int:
    with stage.installation.database.read() as session:
        return session.exec(select(func.count()).select_from(Case)).one()


def row_states(stage: Stage, batch_id: UUID) -> list[RowState]:
    with stage.installation.database.read() as session:
        query = select(BatchRow).where(BatchRow.batch_id == batch_id).order_by(col(BatchRow.row_number))
        return [row.state for row in session.exec(query)]
