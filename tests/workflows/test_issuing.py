"""A certificate is issued exactly once, whatever breaks at whatever moment."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from casework.actor import ENGINE
from casework.cases import service as cases
from casework.cases.rules import CaseLife, EndKind
from casework.cases.service import MoveCase
from casework.cases.tables import SignOff
from casework.certificates import service as register
from casework.certificates.tables import Certificate, CertificateState
from casework.outbox.tables import OutboxItem, OutboxKind, OutboxState
from casework.work import Work
from checklists.programme import StageKind
from cli.demo import story
from documents.credentials.attachment import payload_fault
from documents.credentials.keys import CREDENTIAL_KEY_FILE, replace_credential_key
from documents.credentials.proofs import Proofs
from documents.encoding import from_json
from documents.keys import KEY_FILE
from documents.register import Register
from documents.rendering import render
from documents.verification import Status, verify
from tests.support.stage import AWAY, HOME, Stage, number_of_series
from tests.workflows.conftest import everywhere
from workflows import issuing, relay, rendering
from workflows.issuing import Pool
from workflows.rendering import SignedFile

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("stage")

DOCUMENTS = (StageKind.DOCUMENTS,)


class Killed(BaseException):
    """Ends the try as a kill would: nothing that comes after it runs, and nobody catches it."""


class DiesAfterRendering:
    """Renders, and is gone before the file is stored."""

    def submit(self, value: dict[str, Any], proofs: Proofs, signed_at: datetime) -> Future[SignedFile]:
        raise Killed


def reserve_and_die(work: Work, stage: Stage, wanted: UUID) -> None:
    issuing._reserve(work, stage.installation, wanted)
    raise Killed


def sign_off_id(stage: Stage, name: str = "documents") -> UUID:
    return stage.sign_offs()[name].id


def the_only(stage: Stage) -> Certificate:
    (row,) = stage.certificates()
    return row


def effect(stage: Stage, name: str = "documents") -> OutboxItem:
    with stage.installation.database.read() as session:
        query = select(OutboxItem).where(
            OutboxItem.kind == OutboxKind.ISSUE, OutboxItem.subject_id == sign_off_id(stage, name)
        )
        return session.exec(query).one()


def issue_again(stage: Stage) -> Certificate:
    """Try once more, and once more after that: the second try has nothing to do."""
    assert issuing.issue(stage.installation, [sign_off_id(stage)]).failures == {}
    row = the_only(stage)
    assert issuing.issue(stage.installation, [sign_off_id(stage)]).count == 0
    assert row.state is CertificateState.ISSUED
    assert sha256(stage.content(row)).hexdigest() == row.sha256
    everything = [*stage.certificates(AWAY), *stage.certificates(HOME)]
    assert sorted(stage.installation.archive.list()) == sorted(str(one.id) for one in everything)
    assert stage.answers() == {"documents": [Status.VALID]}
    return row


@everywhere
def test_killed_before_the_number_is_reserved_nothing_is_there_and_the_next_try_issues(signed: Stage) -> None:
    with pytest.raises(Killed):
        signed.installation.database.run(ENGINE, reserve_and_die, signed, sign_off_id(signed))
    assert signed.certificates() == []
    assert issue_again(signed).number.endswith("-000001")


@everywhere
def test_killed_after_the_reservation_the_next_try_issues_the_same_number(signed: Stage) -> None:
    with pytest.raises(Killed):
        issuing.issue(signed.installation, [sign_off_id(signed)], DiesAfterRendering())
    reserved = the_only(signed)
    assert reserved.state is CertificateState.RESERVED
    issued = issue_again(signed)
    assert (issued.number, issued.token, issued.id) == (reserved.number, reserved.token, reserved.id)


@everywhere
def test_killed_after_the_file_is_stored_the_next_try_adopts_it(signed: Stage) -> None:
    job = signed.installation.database.run(ENGINE, issuing._reserve, signed.installation, sign_off_id(signed))
    assert job is not None
    future = issuing.InProcess(signed.installation.settings).submit(job.value, job.proofs, signed.clock.now)
    stored = issuing._archived(signed.installation, job, future).content
    assert the_only(signed).state is CertificateState.RESERVED
    signed.clock.move(hours=2)
    row = issue_again(signed)
    assert row.number == job.number
    assert signed.content(row) == stored


def test_what_is_reserved_only_is_unknown_to_whoever_asks(signed: Stage) -> None:
    job = signed.installation.database.run(ENGINE, issuing._reserve, signed.installation, sign_off_id(signed))
    assert job is not None
    content = rendering.signed_file(signed.installation.settings, job.value, job.proofs, signed.clock.now).content
    with signed.installation.database.read() as session:
        register, today = Register(session), signed.installation.database.today()
        assert verify(content, register, today, signed.installation.trusted).status is Status.UNKNOWN
        assert verify(the_only(signed).token, register, today).status is Status.UNKNOWN


@pytest.mark.parametrize("foreign", [b"%PDF-1.7 of somebody else", b"", b"\x01" + bytes(64)])
def test_a_foreign_file_under_the_id_is_refused_and_kept(signed: Stage, foreign: bytes) -> None:
    job = signed.installation.database.run(ENGINE, issuing._reserve, signed.installation, sign_off_id(signed))
    assert job is not None
    signed.installation.archive.put(str(job.row_id), foreign)
    result = issuing.issue(signed.installation, [sign_off_id(signed)])
    assert result.count == 0
    assert "same backup" in result.failures[sign_off_id(signed)]
    assert the_only(signed).state is CertificateState.RESERVED
    assert signed.installation.archive.read(str(job.row_id)) == foreign


def test_another_certificate_under_the_id_is_refused(signed: Stage) -> None:
    signed.drain()
    signed.play(AWAY, (*DOCUMENTS, StageKind.QUALIFICATIONS), issue=False)
    job = signed.installation.database.run(
        ENGINE, issuing._reserve, signed.installation, sign_off_id(signed, "qualifications")
    )
    assert job is not None
    other = signed.content(next(row for row in signed.certificates() if row.state is CertificateState.ISSUED))
    signed.installation.archive.put(str(job.row_id), issuing._sealed(signed.installation, job, other))
    result = issuing.issue(signed.installation, [job.subject_id])
    assert "another file" in result.failures[job.subject_id]


@pytest.mark.parametrize("pooled", [False, True])
def test_without_the_signing_key_nothing_is_issued_and_the_effect_says_why(signed: Stage, pooled: bool) -> None:
    key = signed.installation.settings.keys / KEY_FILE
    hidden = key.rename(key.with_suffix(".away"))
    if pooled:
        with issuing.pool(signed.installation.settings, workers=1) as renderer:
            result = issuing.issue(signed.installation, [sign_off_id(signed)], renderer)
        assert "key" in result.failures[sign_off_id(signed)]
    relay.pump(signed.installation, signed.runner)
    waiting = effect(signed)
    assert (waiting.state, waiting.attempts) == (OutboxState.PENDING, 1)
    assert "key" in waiting.last_error
    assert the_only(signed).state is CertificateState.RESERVED
    assert list(signed.installation.archive.list()) == []
    hidden.rename(key)
    signed.clock.move(seconds=10)
    signed.drain()
    assert effect(signed).state is OutboxState.DONE
    issue_again(signed)


def test_a_sign_off_that_ended_before_its_number_gets_none(signed: Stage) -> None:
    ended = sign_off_id(signed)
    withdraw_a_paper(signed)
    assert issuing.issue(signed.installation, [ended]) == issuing.Issued(0, {})
    assert signed.certificates() == []


def test_a_sign_off_that_ends_while_its_file_is_made_leaves_a_void_number(signed: Stage) -> None:
    ended = sign_off_id(signed)
    job = signed.installation.database.run(ENGINE, issuing._reserve, signed.installation, ended)
    assert job is not None
    withdraw_a_paper(signed)
    made = rendering.signed_file(signed.installation.settings, job.value, job.proofs, signed.clock.now)
    signed.installation.database.run(ENGINE, issuing._finish, job, made, "")
    row = the_only(signed)
    assert (row.state, row.sha256, row.issued_at) == (CertificateState.VOID, "", None)
    with signed.installation.database.read() as session:
        answer = verify(made.content, Register(session), signed.clock.now.date(), signed.installation.trusted)
    assert answer.status is Status.UNKNOWN
    signed.play(AWAY, DOCUMENTS)
    assert [one.state for one in signed.certificates()] == [CertificateState.VOID, CertificateState.ISSUED]
    with signed.installation.database.read() as session:
        assert number_of_series(session, "DOC") == [1, 2, 3], "one void, one of each case"


@everywhere
def test_numbers_have_no_gap_after_failures_and_kills(signed: Stage) -> None:
    ids = [sign_off_id(signed), signed.sign_offs(HOME)["documents"].id]
    for _try in range(3):
        with pytest.raises(Killed):
            issuing.issue(signed.installation, ids, DiesAfterRendering())
    with pytest.raises(Killed):
        signed.installation.database.run(ENGINE, reserve_and_die, signed, ids[1])
    assert issuing.issue(signed.installation, ids).count == 2
    with signed.installation.database.read() as session:
        assert number_of_series(session, "DOC") == [1, 2]
        assert session.exec(select(Certificate).where(col(Certificate.state) != CertificateState.ISSUED)).all() == []


def test_a_corrected_certificate_names_the_new_one(signed: Stage) -> None:
    signed.drain()
    signed.installation.database.run(signed.cast["arta"], story._add_native_name, signed.installation, signed.case().id)
    signed.drain()
    old, new = signed.certificates()
    assert (old.end_kind, old.superseded_by) == (EndKind.SUPERSEDED, new.id)
    with signed.installation.database.read() as session:
        today = signed.installation.database.today()
        answer = verify(signed.content(old), Register(session), today, signed.installation.trusted)
    assert (answer.status, answer.superseded_by) == (Status.SUPERSEDED, new.number)
    assert signed.answers() == {"documents": [Status.SUPERSEDED, Status.VALID]}


def test_where_the_public_address_is_missing_nothing_is_issued_and_no_number_is_lost(signed: Stage) -> None:
    without = replace(signed.installation, settings=signed.installation.settings.model_copy(update={"public_url": ""}))
    assert "address" in issuing.issue(without, [sign_off_id(signed)]).failures[sign_off_id(signed)]
    assert signed.certificates() == []
    assert issue_again(signed).number.endswith("-000001")


def test_a_pool_whose_process_was_killed_goes_on_with_new_ones(signed: Stage) -> None:
    with issuing.pool(signed.installation.settings, workers=1) as renderer:
        renderer._executor.submit(os._exit, 9).exception(timeout=60)
        result = issuing.issue(signed.installation, [sign_off_id(signed)], renderer)
        assert (result.count, result.failures) == (1, {})
    issue_again(signed)


@pytest.mark.deep
def test_a_pool_takes_new_processes_after_some_certificates_and_loses_none(signed: Stage) -> None:
    job = signed.installation.database.run(ENGINE, issuing._reserve, signed.installation, sign_off_id(signed))
    assert job is not None
    renderer = Pool(signed.installation.settings, workers=1, renewed_after=2)
    try:
        files = [renderer.submit(job.value, job.proofs, signed.clock.now) for _each in range(3)]
        other_process = renderer.submit(job.value, job.proofs, signed.clock.now)
        contents = [file.result(timeout=120).content for file in (*files, other_process)]
    finally:
        renderer.close()
    # Signatures are appended; what they are appended to is the same.
    assert len({content[: content.index(b"%%EOF")] for content in contents}) == 1


def test_a_process_that_dies_while_rendering_is_a_failure_that_is_tried_again(signed: Stage) -> None:
    with issuing.pool(signed.installation.settings, workers=1) as renderer:
        result = issuing.issue(signed.installation, [sign_off_id(signed)], _Deadly(renderer))
    assert "made again" in result.failures[sign_off_id(signed)]
    issue_again(signed)


class _Deadly:
    """A pool whose process is killed under the work."""

    def __init__(self, renderer: Pool) -> None:
        self._renderer = renderer

    def submit(self, value: dict[str, Any], proofs: Proofs, signed_at: datetime) -> Future[SignedFile]:
        future: Future[SignedFile] = self._renderer._executor.submit(os._exit, 9)
        return future


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_leaves_nothing_half_done_and_the_next_try_finishes(signed: Stage) -> None:
    archive = signed.installation.settings.archive
    with small_disk(archive):
        result = issuing.issue(signed.installation, [sign_off_id(signed)])
        assert "full" in result.failures[sign_off_id(signed)]
        assert list(signed.installation.archive.list()) == []
        assert [path for path in archive.rglob("*") if path.is_file()] == []
        assert the_only(signed).state is CertificateState.RESERVED
    issue_again(signed)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Room for a few kilobytes under `folder`."""
    command = ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def withdraw_a_paper(stage: Stage) -> None:
    """A paper that the documents stage stands on is found wrong."""
    stage.installation.database.run(stage.cast["mira"], _withdraw_contract, stage)


def _withdraw_contract(work: Work, stage: Stage) -> None:
    from casework.evidence import service as evidence
    from casework.evidence.tables import EvidenceItem

    query = select(EvidenceItem).where(
        EvidenceItem.case_id == stage.case().id, EvidenceItem.kind == "employment_contract"
    )
    evidence.withdraw(work, stage.installation.catalogue, work.session.exec(query).one().id, "suspected_forgery")
    cases.assessed(work, stage.installation.catalogue, stage.case().id)


def test_an_ended_case_still_gets_the_certificate_of_what_was_signed_before(signed: Stage) -> None:
    command = MoveCase(
        case_id=signed.case().id,
        to=CaseLife.WITHDRAWN,
        reason="worker_changed_mind",
        happened_on=signed.clock.now.date(),
    )
    signed.installation.database.run(signed.cast["besnik"], cases.move, signed.installation.catalogue, command)
    signed.drain()
    with signed.installation.database.read() as session:
        assert session.get_one(SignOff, sign_off_id(signed)).ended_at is None
    issue_again(signed)


def test_what_is_rendered_again_is_the_beginning_of_the_issued_file_although_keys_were_rotated(signed: Stage) -> None:
    signed.drain()
    replace_credential_key(signed.installation.settings.keys)
    row = the_only(signed)
    with signed.installation.database.read() as session:
        vault = signed.installation.database.vault(session)
        value, proofs = register.value_of(vault, row), register.proofs_of(vault, row)
    assert proofs is not None
    assert signed.content(row).startswith(render(from_json(value), Proofs.from_json(proofs)))


def test_the_data_in_an_issued_file_is_the_registers_and_its_key_is_kept(signed: Stage) -> None:
    signed.drain()
    replace_credential_key(signed.installation.settings.keys)
    row = the_only(signed)
    with signed.installation.database.read() as session:
        value = register.value_of(signed.installation.database.vault(session), row)
        keys = replace(signed.installation).credential_keys
    assert len(keys) == 2, "the one that signed, and the one that will"
    assert payload_fault(signed.content(row), value, keys) is None
    assert payload_fault(signed.content(row), value, keys[1:]) is not None


def test_a_row_that_was_reserved_before_there_were_proofs_gets_them_when_it_is_issued(signed: Stage) -> None:
    with pytest.raises(Killed):
        issuing.issue(signed.installation, [sign_off_id(signed)], DiesAfterRendering())
    signed.installation.database.run(ENGINE, forget_proofs, the_only(signed).id)
    assert the_only(signed).proofs is None
    assert issue_again(signed).proofs is not None


def forget_proofs(work: Work, row_id: UUID) -> None:
    row = work.session.get_one(Certificate, row_id)
    row.proofs = None
    work.session.add(row)


def test_without_the_credential_key_nothing_is_reserved_and_no_number_is_lost(signed: Stage) -> None:
    key = signed.installation.settings.keys / CREDENTIAL_KEY_FILE
    hidden = key.rename(key.with_suffix(".away"))
    without = replace(signed.installation)
    assert "key" in issuing.issue(without, [sign_off_id(signed)]).failures[sign_off_id(signed)]
    assert signed.certificates() == []
    hidden.rename(key)
    assert issue_again(signed).number.endswith("-000001")
