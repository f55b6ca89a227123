"""Certificates are issued with the timestamp of a real authority, or not at all; and with the key of the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from casework.actor import ENGINE
from casework.certificates.tables import Certificate, CertificateState
from casework.issuers.tables import KeyPurpose
from casework.outbox.tables import OutboxKind, OutboxState
from checklists.programme import StageKind
from documents import evidence, rotation
from documents.checks import Result
from documents.register import Register
from documents.verification import Check, Status, verify
from tests.support.stage import Stage
from tests.support.tsa import Tsa, timestamp_authority
from tests.workflows.conftest import Theatre
from tests.workflows.test_issuing import DOCUMENTS, effect, sign_off_id, the_only
from workflows import issuing, relay

pytestmark = pytest.mark.xdist_group("stage")


@pytest.fixture
def stamping(theatre: Theatre, tmp_path: Path) -> Iterator[Callable[[Tsa], Stage]]:
    """A signed-off stage whose installation asks an authority for timestamps."""
    opened: list[Stage] = []

    def open_with(tsa: Tsa) -> Stage:
        file = tmp_path / "tsa.pem"
        file.write_bytes(tsa.anchors)
        opened.append(theatre.copy("signed", tsa_url=tsa.url, tsa_certificates=file))
        return opened[-1]

    yield open_with
    for stage in opened:
        stage.installation.database.engine.dispose()


def checks(stage: Stage, row: Certificate) -> dict[str, Check]:
    installation = stage.installation
    with installation.database.read() as session:
        found = evidence.gather(installation, session, row, installation.database.today())
        assert found.status is Status.VALID
        return {check.name: check for check in found.checks}


def test_a_certificate_bears_the_timestamp_and_the_register_knows_it(
    stamping: Callable[[Tsa], Stage], signed: Stage
) -> None:
    with timestamp_authority(signed.clock.now + timedelta(seconds=3)) as tsa:
        stage = stamping(tsa)
        assert issuing.issue(stage.installation, [sign_off_id(stage)]).count == 1
    row = the_only(stage)
    assert (row.timestamped, row.signed_at) == (True, tsa.at)
    found = checks(stage, row)
    assert {check.result for check in found.values()} == {Result.PASSED}
    assert tsa.at.strftime("%Y-%m-%d %H:%M") in str(found["timestamp"].sentence)


def test_without_an_answer_of_the_authority_nothing_is_issued_and_the_effect_says_why(
    stamping: Callable[[Tsa], Stage], signed: Stage
) -> None:
    with timestamp_authority(signed.clock.now) as tsa:
        stage = stamping(tsa)
        tsa.status = 503
        relay.pump(stage.installation, stage.runner)
        waiting = effect(stage)
        assert (waiting.state, waiting.attempts) == (OutboxState.PENDING, 1)
        assert "timestamp authority" in waiting.last_error
        assert the_only(stage).state is CertificateState.RESERVED
        assert list(stage.installation.archive.list()) == []
        tsa.status = 200
        stage.clock.move(seconds=10)
        stage.drain()
    assert {item.state for item in stage.effects(OutboxKind.ISSUE).values()} == {OutboxState.DONE}
    assert the_only(stage).timestamped


@pytest.mark.deep
def test_a_timestamp_outlives_the_key_that_others_got_hold_of(stamping: Callable[[Tsa], Stage], signed: Stage) -> None:
    with timestamp_authority(signed.clock.now) as tsa:
        stage = stamping(tsa)
        assert issuing.issue(stage.installation, [sign_off_id(stage)]).count == 1
    stage.clock.move(days=1)
    since = stage.clock.now - timedelta(hours=1)
    rotation.rotate(stage.installation, ENGINE, KeyPurpose.SIGNING, "A laptop was stolen.", since)
    assert "timestamp shows" in str(checks(stage, the_only(stage))["certificate"].sentence)


def test_a_file_that_was_stored_before_a_rotation_is_adopted_after_it(signed: Stage) -> None:
    installation, wanted = signed.installation, sign_off_id(signed)
    job = installation.database.run(ENGINE, issuing._reserve, installation, wanted)
    assert job is not None
    installation.note_keys()
    made = issuing.InProcess(installation.settings).submit(job.value, job.proofs, signed.clock.now).result()
    installation.archive.put(str(job.row_id), issuing._sealed(installation, job, made.content))
    signed.clock.move(seconds=30)
    rotation.rotate(installation, ENGINE, KeyPurpose.SIGNING, "Once a year.")
    signed.clock.move(seconds=30)
    assert issuing.issue(installation, [wanted]).count == 1
    row = the_only(signed)
    assert row.signed_by == made.seal.by != installation.signer.fingerprint
    assert checks(signed, row)["certificate"].result is Result.PASSED


@pytest.mark.deep
def test_a_process_of_the_pool_signs_with_the_new_key_after_a_rotation(signed: Stage) -> None:
    installation = signed.installation
    with issuing.pool(installation.settings, workers=1) as renderer:
        assert issuing.issue(installation, [sign_off_id(signed)], renderer).count == 1
        before = the_only(signed)
        rotation.rotate(installation, ENGINE, KeyPurpose.SIGNING, "Once a year.")
        signed.clock.move(minutes=1)
        signed.play("BB-0001", (*DOCUMENTS, StageKind.QUALIFICATIONS), issue=False)
        wanted = sign_off_id(signed, "qualifications")
        assert issuing.issue(installation, [wanted], renderer).count == 1
    after = next(row for row in signed.certificates() if row.sign_off_id == wanted)
    assert before.signed_by != after.signed_by == installation.signer.fingerprint
    with installation.database.read() as session:
        for row in (before, after):
            content = signed.content(row)
            answer = verify(content, Register(session), signed.clock.now.date(), installation.trusted)
            assert answer.status is Status.VALID
