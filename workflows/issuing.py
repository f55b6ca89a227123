"""Issue certificates, letters, papers about money, duplicates: a crash at any instant loses nothing, issues nothing
twice.

(a) A short transaction reserves the register row with number, token, value and proofs. (b) Outside any transaction
the file is rendered, signed and put into the archive under the row's id, create-only; what is there
already is checked against the reservation and adopted. (c) A transaction marks the row issued.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from multiprocessing import get_context
from typing import Any, Protocol
from uuid import UUID

from basis.errors import PredepartureError, Unavailable
from basis.messages import _
from casework.actor import ENGINE
from casework.cases.pinned import programme_of
from casework.cases.tables import Case, SignOff
from casework.certificates import service as register
from casework.certificates.tables import Certificate, CertificateState
from casework.copies import service as copies
from casework.copies.tables import CertificateCopy
from casework.decisions.tables import AdverseDecision
from casework.loans import papers
from casework.loans.paper_tables import MoneyPaper
from casework.settings import Settings
from casework.work import Work
from documents import duplicates
from documents.assemble import Issue, assemble, place_of, valid_until
from documents.assemble_letter import LETTER_PREFIX, assemble_letter
from documents.assemble_money import PREFIXES, assemble_paper
from documents.checks import adopted_seal
from documents.claims import claimed_number
from documents.credentials.proofs import Proofs, prove
from documents.encoding import from_json, to_json
from documents.installation import Installation
from workflows import rendering, reports
from workflows.edge import without_values
from workflows.rendering import SignedFile

_CERTIFICATE, _COPY = "certificate", "certificate_copy"
"""The tables whose rows have a file in the archive."""


class Renderer(Protocol):
    """Makes the signed file of a stored value and its proofs; in this process or in a pool."""

    def submit(self, value: dict[str, Any], proofs: Proofs, signed_at: datetime) -> Future[SignedFile]: ...


@dataclass(frozen=True, slots=True)
class Issued:
    """How many documents were issued now, and what failed: a sentence by sign-off or decision."""

    count: int
    failures: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Job:
    subject_id: UUID
    row_id: UUID
    table: str
    worker_id: UUID
    number: str
    value: dict[str, Any]
    proofs: Proofs


def issue(
    installation: Installation, subject_ids: Sequence[UUID], renderer: Renderer | None = None, *, flow_run: str = ""
) -> Issued:
    """Issue the certificates of these sign-offs, the letters of these decisions, these papers about money, and these
    duplicates.

    What is issued already, or stands on what has ended, is left alone. `flow_run` is Prefect's id of the run.
    """
    renderer = renderer or InProcess(installation.settings)
    written = reports.issue(installation, subject_ids)
    failures: dict[UUID, str] = dict(written.failures)
    jobs: list[tuple[_Job, Future[SignedFile]]] = []
    for subject_id in dict.fromkeys(one for one in subject_ids if one not in written.samples):
        try:
            with without_values():
                job = installation.database.run(ENGINE, _reserve, installation, subject_id)
                if job is not None:
                    installation.note_keys()
        except PredepartureError as error:
            failures[subject_id] = str(error)
            continue
        if job is not None:
            jobs.append((job, renderer.submit(job.value, job.proofs, installation.database.now())))
    count = len(written.samples) - len(written.failures)
    for job, future in jobs:
        try:
            with without_values():
                installation.database.run(ENGINE, _finish, job, _archived(installation, job, future), flow_run)
            count += 1
        except PredepartureError as error:
            failures[job.subject_id] = str(error)
    return Issued(count, failures)


def _reserve(work: Work, installation: Installation, subject_id: UUID) -> _Job | None:
    """The reserved row with its value, made now or by an earlier try; None where there is nothing to issue."""
    copy = work.session.get(CertificateCopy, subject_id)
    if copy is not None:
        return _reserve_copy(work, installation, copy)
    row = _row(work, installation, subject_id)
    if row is None or row.state is not CertificateState.RESERVED:
        return None
    value = register.value_of(work.vault, row)
    proofs = _proofs(work, installation, row, value)
    return _Job(subject_id, row.id, _CERTIFICATE, row.worker_id, row.number, value, proofs)


def _row(work: Work, installation: Installation, subject_id: UUID) -> Certificate | None:
    """The register row of a sign-off, a paper about money, or a decision."""
    sign_off = work.session.get(SignOff, subject_id)
    if sign_off is not None:
        return _reserve_certificate(work, installation, sign_off)
    paper = work.session.get(MoneyPaper, subject_id)
    if paper is not None:
        return _reserve_paper(work, installation, paper)
    return _reserve_letter(work, installation, subject_id)


def _reserve_copy(work: Work, installation: Installation, copy: CertificateCopy) -> _Job | None:
    found = duplicates.reserve(work, copy, installation.credential_key)
    if found is None:
        return None
    row, value, proofs = found
    return _Job(copy.id, copy.id, _COPY, copy.worker_id, row.number, to_json(value), proofs)


def _proofs(work: Work, installation: Installation, row: Certificate, value: dict[str, Any]) -> Proofs:
    """As they were made at reservation; made now for a row that an earlier version had reserved."""
    stored = register.proofs_of(work.vault, row)
    if stored is not None:
        return Proofs.from_json(stored)
    made = prove(from_json(value), installation.credential_key)
    register.keep_proofs(work, row, made.to_json())
    return made


def _reserve_certificate(work: Work, installation: Installation, sign_off: SignOff) -> Certificate | None:
    case = work.session.get_one(Case, sign_off.case_id, with_for_update=True)
    work.session.refresh(sign_off)  # it may have ended while we waited for the case
    row = register.of_sign_off(work.session, sign_off.id)
    if row is None and sign_off.ended_at is None:
        return _new_row(work, installation, case, sign_off)
    return row


def _reserve_letter(work: Work, installation: Installation, decision_id: UUID) -> Certificate | None:
    decision = work.session.get_one(AdverseDecision, decision_id)
    case = work.session.get_one(Case, decision.case_id, with_for_update=True)
    work.session.refresh(decision)  # it may have been overturned while we waited for the case
    row = register.of_decision(work.session, decision_id)
    if row is not None or decision.end is not None:
        return row
    programme = programme_of(installation.catalogue, case)
    reservation = register.new_reservation(work, LETTER_PREFIX)
    value = assemble_letter(work, case, programme, decision, reservation, place_of(installation))
    return register.reserve_letter(
        work,
        case,
        decision_id,
        reservation,
        title=value.head.title,
        value=to_json(value),
        proofs=prove(value, installation.credential_key).to_json(),
    )


def _reserve_paper(work: Work, installation: Installation, paper: MoneyPaper) -> Certificate | None:
    case = work.session.get_one(Case, paper.case_id, with_for_update=True)
    work.session.refresh(paper)  # it may have been replaced while we waited for the case
    row = register.of_paper(work.session, paper.id)
    if row is not None or paper.end is not None:
        return row
    programme = programme_of(installation.catalogue, case)
    reservation = register.new_reservation(work, PREFIXES[paper.kind])
    value = assemble_paper(work, case, programme, paper, reservation, place_of(installation))
    return register.reserve_paper(
        work,
        case,
        paper.id,
        reservation,
        papers.replaced_by(work.session, paper),
        kind=paper.kind.value,
        title=str(papers.WORDS[paper.kind]),
        value=to_json(value),
        proofs=prove(value, installation.credential_key).to_json(),
    )


def _new_row(work: Work, installation: Installation, case: Case, sign_off: SignOff) -> Certificate:
    programme = programme_of(installation.catalogue, case)
    stage = programme.stage(sign_off.stage)
    if stage is None:
        raise Unavailable("stage", _("The programme has no stage {stage}.", stage=sign_off.stage))
    issue_of = Issue(case, sign_off, programme, stage)
    reservation = register.new_reservation(work, stage.certificate.prefix)
    value = assemble(work, issue_of, reservation, place_of(installation))
    return register.reserve(
        work,
        case,
        sign_off,
        reservation,
        title=stage.certificate.title,
        valid_until=valid_until(issue_of),
        value=to_json(value),
        proofs=prove(value, installation.credential_key).to_json(),
    )


def _archived(installation: Installation, job: _Job, future: Future[SignedFile]) -> SignedFile:
    """The file as the archive holds it: the new one, or the one an earlier try had stored."""
    document_id = str(job.row_id)
    if not installation.archive.exists(document_id):
        made = _made(future)
        if installation.archive.put(document_id, _sealed(installation, job, made.content)):
            return made
    future.cancel()
    stored = _opened(installation, job, installation.archive.read(document_id))
    seal = adopted_seal(stored, installation.trusted)
    if claimed_number(stored) != job.number or seal is None:
        raise Unavailable(
            "archive_conflict",
            _("The archive holds another file under the id of certificate {number}.", number=job.number),
            _("Restore archive and database from the same backup."),
        )
    return SignedFile(stored, seal, rendering.look())


def _made(future: Future[SignedFile]) -> SignedFile:
    try:
        return future.result()
    except BrokenProcessPool:
        raise Unavailable(
            "renderer_ended", _("The process that makes certificates ended; they are made again.")
        ) from None


def _sealed(installation: Installation, job: _Job, content: bytes) -> bytes:
    with installation.database.read() as session:
        vault = installation.database.vault(session)
        return vault.seal(job.worker_id, job.table, job.row_id, "file", content)


def _opened(installation: Installation, job: _Job, content: bytes) -> bytes:
    with installation.database.read() as session:
        vault = installation.database.vault(session)
        return vault.open(job.worker_id, job.table, job.row_id, "file", content)


def _finish(work: Work, job: _Job, file: SignedFile, flow_run: str) -> None:
    made: dict[str, Any] = {
        "sha256": sha256(file.content).hexdigest(),
        "size": len(file.content),
        "seal": file.seal,
        "template_digest": file.look.template_digest,
        "renderer": file.look.versions,
    }
    if job.table == _COPY:
        copies.mark_issued(work, job.row_id, **made)
    else:
        register.mark_issued(work, job.row_id, **made, flow_run=flow_run)


class InProcess:
    """Renders right here: for one certificate, and for tests."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def submit(self, value: dict[str, Any], proofs: Proofs, signed_at: datetime) -> Future[SignedFile]:
        future: Future[SignedFile] = Future()
        try:
            future.set_result(rendering.signed_file(self._settings, value, proofs, signed_at))
        except PredepartureError as error:
            future.set_exception(error)
        return future


class Pool:
    """Renders in processes of their own (WeasyPrint is bound by the processor)."""

    def __init__(self, settings: Settings, workers: int, renewed_after: int = rendering.RENEWED_AFTER) -> None:
        self._settings = settings
        self._workers = workers
        self._renewed_after = renewed_after * workers
        self._executor = self._start()
        self._asked = 0

    def submit(self, value: dict[str, Any], proofs: Proofs, signed_at: datetime) -> Future[SignedFile]:
        if self._asked >= self._renewed_after:
            self._renew()
        self._asked += 1
        try:
            return self._executor.submit(rendering.signed_file, self._settings, value, proofs, signed_at)
        except BrokenProcessPool:
            # A pool of which one process died (out of memory, say) takes no more work, ever.
            self._renew()
            return self._executor.submit(rendering.signed_file, self._settings, value, proofs, signed_at)

    def _renew(self) -> None:
        """Take new processes; the present ones finish what they were given."""
        self._executor.shutdown(wait=False)
        self._executor = self._start()
        self._asked = 0

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"), initializer=rendering.start_worker)

    def close(self) -> None:
        self._executor.shutdown(cancel_futures=True)


@contextmanager
def pool(settings: Settings, workers: int = 2) -> Iterator[Pool]:
    """A pool for the length of the block."""
    opened = Pool(settings, workers)
    try:
        yield opened
    finally:
        opened.close()
