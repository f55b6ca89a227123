"""Files of evidence: taken in, kept sealed and write-once, shown as a cleaned copy; each look leaves a trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, or_, select

from basis.errors import InvalidInput, NotFound, PredepartureError, Refused
from basis.ids import new_id
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.evidence import reading, twins
from casework.evidence.clamd import Scan, Scanner
from casework.evidence.media import LARGEST_FILE, MOST_FILES
from casework.evidence.reading import Readable
from casework.evidence.tables import EvidenceDerivative, EvidenceFile, EvidenceItem, ScanState
from casework.store import Store
from casework.vault import Vault
from casework.work import Work

SCAN_AGAIN_AFTER: Final = timedelta(hours=1)
"""When a file is offered to the scanner again that it gave no verdict on."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that can be taken in: opened, copied and, where a scanner answers, scanned. Made before a transaction."""

    readable: Readable
    scan: ScanState = ScanState.NOT_SCANNED


@dataclass(frozen=True, slots=True)
class Viewed:
    """A file as people see it: the plain bytes of its cleaned copy, and their type."""

    file: EvidenceFile
    media_type: str
    content: bytes


class Infected(InvalidInput):
    """The scanner found something in a file that was handed in. `name` is what it calls it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "infected",
            _("The virus scanner found something harmful in the file: {name}.", name=name),
            _("Do not open it. Ask for the paper again, photographed or scanned anew."),
        )
        self.name = name

    def __reduce__(self) -> tuple[type[Infected], tuple[str]]:  # type: ignore[override]
        return type(self), (self.name,)


def prepare(content: bytes, scanner: Scanner | None = None) -> Prepared:
    """Scan a file and open it, outside any transaction: both take their time.

    A scanner that does not answer leaves the file `NOT_SCANNED`; upkeep asks again. Raises `Infected`, and
    `InvalidInput` with a code of `reading.REASONS`.
    """
    scan = Scan(ScanState.NOT_SCANNED)
    if scanner is not None and 0 < len(content) <= LARGEST_FILE:
        try:
            scan = scanner.scan(content)
        except PredepartureError:
            scan = Scan(ScanState.NOT_SCANNED)
    if scan.state is ScanState.INFECTED:
        raise Infected(scan.name)
    return Prepared(reading.read(content), scan.state)


def prepared(content: bytes | Prepared) -> Prepared:
    """What was prepared before, or plain bytes, opened now and not scanned. Raises as `reading.read`."""
    return content if isinstance(content, Prepared) else Prepared(reading.read(content))


def record_infected(work: Work, case_id: UUID, content: bytes, name: str) -> None:
    """Note that a harmful file was handed in for a case and refused. The file itself is not kept."""
    require(work.actor.role, Permission.EDIT_CASES)
    changes.find(work.session, work.actor, case_id)
    data = {"found": name, "sha256": sha256(content).hexdigest()}
    work.record("evidence.refused_infected", f"case_file/{case_id}", case_id=case_id, data=data)


def keep_file(
    work: Work, store: Store, worker_id: UUID, content: bytes | Prepared, case_id: UUID | None = None
) -> EvidenceFile:
    """Keep a file and its cleaned copy sealed under the worker's key. Plain bytes are opened here, not scanned.

    `case_id`: the case it comes in for, whose history tells where another worker has the same file.

    Raises `InvalidInput` with a code of `reading.REASONS`.
    """
    ready = prepared(content)
    one = ready.readable
    file = EvidenceFile(
        id=new_id(),
        worker_id=worker_id,
        media_type=one.media_type,
        size=len(one.content),
        sha256=one.sha256,
        recorded_at=work.now,
        recorded_by=work.actor.key,
        scan=ready.scan,
        scanned_at=None if ready.scan is ScanState.NOT_SCANNED else work.now,
    )
    _store(work, store, file, one.content)
    _keep_copy(work, store, file, one.copy_type, one.copy)
    twins.look_for(work, file, case_id)
    return file


def keep_further(work: Work, store: Store, item: EvidenceItem, contents: Sequence[bytes | Prepared]) -> None:
    """Keep the other files of a paper. Raises `InvalidInput` (``too_many_files`` and as `keep_file`)."""
    if len(contents) + len(item.further_files) + 1 > MOST_FILES:
        raise InvalidInput(
            "too_many_files",
            _("A paper has at most {most} files.", most=MOST_FILES),
            _("Join its pages into one PDF."),
        )
    kept = [str(keep_file(work, store, item.worker_id, content, item.case_id).id) for content in contents]
    item.further_files = [*item.further_files, *kept]
    work.session.add(item)


def reseal(work: Work, store: Store, file: EvidenceFile, worker_id: UUID) -> EvidenceFile:
    """The same file for another worker: a row and sealed bytes of its own. Nothing is flagged."""
    _file, content = open_file(work.session, work.vault, store, file.id)
    made = EvidenceFile(
        id=new_id(),
        worker_id=worker_id,
        recorded_at=work.now,
        recorded_by=work.actor.key,
        **{name: getattr(file, name) for name in ("media_type", "size", "sha256", "scan", "scanned_at")},
    )
    _store(work, store, made, content)
    copy = _copy_of(work.session, file.id)
    if copy is not None:
        _keep_copy(work, store, made, copy.media_type, _open_copy(work.vault, store, copy))
    return made


def files_of(session: Session, item: EvidenceItem) -> list[EvidenceFile]:
    """The files of a paper, in their order."""
    ids = [*([item.file_id] if item.file_id else []), *map(UUID, item.further_files)]
    rows = {row.id: row for row in session.exec(select(EvidenceFile).where(col(EvidenceFile.id).in_(ids)))}
    return [rows[one] for one in ids if one in rows]


def open_file(session: Session, vault: Vault, store: Store, file_id: UUID) -> tuple[EvidenceFile, bytes]:
    """The file and its plain bytes as they came, for the engine and for verification.

    Raises `NotFound` (``sealed_off``, ``erased``), `Refused` (``infected``).
    """
    file = _usable(session, file_id)
    return file, vault.open(file.worker_id, "evidence_file", file.id, "content", store.read(str(file.id)))


def open_derivative(session: Session, vault: Vault, store: Store, file_id: UUID) -> Viewed:
    """The cleaned copy, for pages and for what is printed. Files of before copies were kept are cleaned now.

    Raises as `open_file`, and `NotFound` (``no_copy``) where no copy can be made.
    """
    copy = _copy_of(session, file_id)
    if copy is not None:
        return Viewed(_usable(session, file_id), copy.media_type, _open_copy(vault, store, copy))
    file, content = open_file(session, vault, store, file_id)
    try:
        made = reading.read(content)
    except InvalidInput as error:
        raise NotFound("no_copy", _("This file cannot be shown safely."), error.fix) from None
    return Viewed(file, made.copy_type, made.copy)


def view(work: Work, store: Store, item_id: UUID, number: int = 1) -> Viewed:
    """The cleaned copy of a paper's file (`number` counts from 1); whoever looks leaves an event.

    Raises `NotFound` (``evidence``, ``no_file`` and as `open_derivative`), `Refused` (``role``, ``infected``).
    """
    require(work.actor.role, Permission.SEE_IDENTITY)
    item, file = _of_item(work, item_id, number)
    work.record("evidence.viewed", f"evidence_item/{item.id}", case_id=item.case_id)
    return open_derivative(work.session, work.vault, store, file.id)


def take_original(work: Work, store: Store, item_id: UUID, number: int = 1) -> tuple[EvidenceFile, bytes]:
    """A paper's file as it came, for those who verify it: the signature in a PDF is gone from its copy.

    It leaves an event of its own. Raises as `view` does.
    """
    require(work.actor.role, Permission.SEE_IDENTITY)
    require(work.actor.role, Permission.DECIDE_EVIDENCE)
    item, file = _of_item(work, item_id, number)
    work.record("evidence.original_viewed", f"evidence_item/{item.id}", case_id=item.case_id)
    return open_file(work.session, work.vault, store, file.id)


def require_usable(session: Session, item: EvidenceItem) -> None:
    """Raise `Refused` (``infected``) where something harmful was found in a file of the paper after it came in."""
    if any(file.scan is ScanState.INFECTED for file in files_of(session, item)):
        raise _infected()


def unscanned(session: Session, now: datetime, limit: int) -> list[EvidenceFile]:
    """Files that the scanner gave no verdict on yet and was not asked about within the last hour."""
    query = select(EvidenceFile).where(
        EvidenceFile.scan == ScanState.NOT_SCANNED,
        col(EvidenceFile.sealed_off_at).is_(None),
        or_(col(EvidenceFile.scanned_at).is_(None), col(EvidenceFile.scanned_at) < now - SCAN_AGAIN_AFTER),
    )
    return list(session.exec(query.order_by(col(EvidenceFile.id)).limit(limit)))


def record_scan(work: Work, file_id: UUID, scan: Scan) -> None:
    """What the scanner said later. Of a harmful file nobody opens anything any more, and its cases are told."""
    file = work.session.get_one(EvidenceFile, file_id, with_for_update=True)
    if file.scan is not ScanState.NOT_SCANNED:
        return
    file.scan, file.scanned_at = scan.state, work.now
    work.session.add(file)
    if scan.state is ScanState.INFECTED:
        case_id = twins.case_of(work.session, file)
        work.record("evidence.found_infected", f"evidence_file/{file.id}", case_id=case_id, data={"found": scan.name})


def _store(work: Work, store: Store, file: EvidenceFile, content: bytes) -> None:
    # Stored before the commit: a file without a row is sealed bytes that nothing names; a row without a file is a loss.
    store.put(str(file.id), work.vault.seal(file.worker_id, "evidence_file", file.id, "content", content))
    work.session.add(file)
    work.session.flush()


def _keep_copy(work: Work, store: Store, file: EvidenceFile, media_type: str, content: bytes) -> None:
    copy = EvidenceDerivative(
        id=new_id(),
        file_id=file.id,
        worker_id=file.worker_id,
        media_type=media_type,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        recorded_at=work.now,
    )
    store.put(str(copy.id), work.vault.seal(copy.worker_id, "evidence_derivative", copy.id, "content", content))
    work.session.add(copy)
    work.session.flush()


def _copy_of(session: Session, file_id: UUID) -> EvidenceDerivative | None:
    return session.exec(select(EvidenceDerivative).where(EvidenceDerivative.file_id == file_id)).one_or_none()


def _open_copy(vault: Vault, store: Store, copy: EvidenceDerivative) -> bytes:
    return vault.open(copy.worker_id, "evidence_derivative", copy.id, "content", store.read(str(copy.id)))


def _usable(session: Session, file_id: UUID) -> EvidenceFile:
    file = session.get_one(EvidenceFile, file_id)
    if file.sealed_off_at is not None:
        raise NotFound("sealed_off", _("This file was put on the wrong worker and is sealed off."), None)
    if file.scan is ScanState.INFECTED:
        raise _infected()
    return file


def _infected() -> Refused:
    return Refused(
        "infected",
        _("The virus scanner found something harmful in this file; nobody can open it."),
        _("Ask for the paper again, photographed or scanned anew."),
    )


def _of_item(work: Work, item_id: UUID, number: int) -> tuple[EvidenceItem, EvidenceFile]:
    item = work.session.get(EvidenceItem, item_id)
    if item is None or item.sealed_off_at is not None:
        raise NotFound("evidence", _("There is no such evidence."), _("Open it from its case."))
    changes.find(work.session, work.actor, item.case_id)
    files = files_of(work.session, item)
    if not 0 < number <= len(files):
        raise NotFound("no_file", _("No file belongs to this paper."))
    return item, files[number - 1]
