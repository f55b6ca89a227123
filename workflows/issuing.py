"""Issue certificates so that a crash at any instant loses nothing and issues nothing twice.

(a) A short transaction reserves the register row with number, token and value. (b) Outside any transaction
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
from casework.cases import service as cases
from casework.cases.tables import Case, SignOff
from casework.certificates import service as register
from casework.certificates.tables import Certificate, CertificateState
from casework.settings import Settings
from casework.work import Work
from documents.assemble import Issue, Place, assemble, valid_until
from documents.claims import claimed_number
from documents.encoding import to_json
from documents.installation import Installation
from documents.signing import check_signature
from workflows import rendering
from workflows.edge import without_values
from workflows.rendering import SignedFile


class Renderer(Protocol):
    """Makes the signed file of a stored value; in this process or in a pool."""

    def submit(self, value: dict[str, Any], signed_at: datetime) -> Future[SignedFile]: ...


@dataclass(frozen=True, slots=True)
class Issued:
    """How many certificates were issued now, and what failed: a sentence by sign-off."""

    count: int
    failures: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Job:
    sign_off_id: UUID
    row_id: UUID
    number: str
    value: dict[str, Any]


def issue(installation: Installation, sign_off_ids: Sequence[UUID], renderer: Renderer | None = None) -> Issued:
    """Issue the certificates of these sign-offs. One that is issued already, or whose sign-off ended, is left alone."""
    renderer = renderer or InProcess(installation.settings)
    failures: dict[UUID, str] = {}
    jobs: list[tuple[_Job, Future[SignedFile]]] = []
    for sign_off_id in dict.fromkeys(sign_off_ids):
        try:
            with without_values():
                job = installation.database.run(ENGINE, _reserve, installation, sign_off_id)
        except PredepartureError as error:
            failures[sign_off_id] = str(error)
            continue
        if job is not None:
            jobs.append((job, renderer.submit(job.value, installation.database.now())))
    count = 0
    for job, future in jobs:
        try:
            with without_values():
                installation.database.run(ENGINE, _finish, job, _archived(installation, job, future))
            count += 1
        except PredepartureError as error:
            failures[job.sign_off_id] = str(error)
    return Issued(count, failures)


def _reserve(work: Work, installation: Installation, sign_off_id: UUID) -> _Job | None:
    """The reserved row with its value, made now or by an earlier try; None where there is nothing to issue."""
    sign_off = work.session.get_one(SignOff, sign_off_id)
    case = work.session.get_one(Case, sign_off.case_id, with_for_update=True)
    row = register.of_sign_off(work.session, sign_off_id)
    if row is None:
        if sign_off.ended_at is not None:
            return None
        row = _new_row(work, installation, case, sign_off)
    if row.state is not CertificateState.RESERVED:
        return None
    return _Job(sign_off_id, row.id, row.number, register.value_of(work.vault, row))


def _new_row(work: Work, installation: Installation, case: Case, sign_off: SignOff) -> Certificate:
    programme = cases.programme_of(installation.catalogue, case)
    stage = programme.stage(sign_off.stage)
    if stage is None:
        raise Unavailable("stage", _("The programme has no stage {stage}.", stage=sign_off.stage))
    issue_of = Issue(case, sign_off, programme, stage)
    reservation = register.new_reservation(work, stage.certificate.prefix)
    place = Place(installation.public_url, installation.settings.is_demo, installation.files)
    value = assemble(work, issue_of, reservation, place)
    return register.reserve(
        work,
        case,
        sign_off,
        reservation,
        title=stage.certificate.title,
        valid_until=valid_until(issue_of),
        value=to_json(value),
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
    if claimed_number(stored) != job.number or check_signature(stored, installation.trusted) is not None:
        raise Unavailable(
            "archive_conflict",
            _("The archive holds another file under the id of certificate {number}.", number=job.number),
            _("Restore archive and database from the same backup."),
        )
    return SignedFile(stored, rendering.look())


def _made(future: Future[SignedFile]) -> SignedFile:
    try:
        return future.result()
    except BrokenProcessPool:
        raise Unavailable(
            "renderer_ended", _("The process that makes certificates ended; they are made again.")
        ) from None


def _sealed(installation: Installation, job: _Job, content: bytes) -> bytes:
    with installation.database.read() as session:
        row = session.get_one(Certificate, job.row_id)
        return installation.database.vault(session).seal(row.worker_id, "certificate", row.id, "file", content)


def _opened(installation: Installation, job: _Job, content: bytes) -> bytes:
    with installation.database.read() as session:
        row = session.get_one(Certificate, job.row_id)
        return installation.database.vault(session).open(row.worker_id, "certificate", row.id, "file", content)


def _finish(work: Work, job: _Job, file: SignedFile) -> None:
    register.mark_issued(
        work,
        job.row_id,
        sha256=sha256(file.content).hexdigest(),
        size=len(file.content),
        template_digest=file.look.template_digest,
        renderer=file.look.versions,
    )


class InProcess:
    """Renders right here: for one certificate, and for tests."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def submit(self, value: dict[str, Any], signed_at: datetime) -> Future[SignedFile]:
        future: Future[SignedFile] = Future()
        try:
            future.set_result(rendering.signed_file(self._settings, value, signed_at))
        except PredepartureError as error:
            future.set_exception(error)
        return future


class Pool:
    """Renders in processes of their own (WeasyPrint is bound by the processor)."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self._settings = settings
        self._workers = workers
        self._executor = self._start()

    def submit(self, value: dict[str, Any], signed_at: datetime) -> Future[SignedFile]:
        try:
            return self._executor.submit(rendering.signed_file, self._settings, value, signed_at)
        except BrokenProcessPool:
            # A pool of which one process died (out of memory, say) takes no more work, ever.
            self._executor.shutdown(wait=False)
            self._executor = self._start()
            return self._executor.submit(rendering.signed_file, self._settings, value, signed_at)

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers, mp_context=get_context("spawn"), initializer=rendering.end_with_parent
        )

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
