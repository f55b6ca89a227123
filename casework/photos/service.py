"""Hand a photograph in, say whether the head is within the frame, show the one that stands for the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.evidence import files
from casework.evidence import service as evidence
from casework.evidence.files import Prepared
from casework.evidence.service import AddEvidence
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.photos import measuring
from casework.photos.queries import chosen, day_of
from casework.photos.rules import FRAME, KIND, Finding, Measured, findings, too_old
from casework.photos.tables import Photo
from casework.store import Store
from casework.vault import Vault
from casework.work import Work


class TakePhoto(BaseModel):
    """A photograph for a case: its file, the day it was taken, and whether the page's camera took it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    file: bytes | Prepared
    taken_on: date
    camera: bool = False


@dataclass(frozen=True, slots=True)
class PhotoVersion:
    """One photograph of a case. `photo` is None for one that was handed in before pictures were measured; `day` when
    it was taken, as far as that is known; `current` for the one that stands for the worker."""

    item: EvidenceItem
    photo: Photo | None
    found: tuple[Finding, ...]
    day: date | None
    current: bool

    def too_old(self, today: date) -> bool:
        return self.day is not None and too_old(self.day, today)


def take(work: Work, store: Store, command: TakePhoto, expected_version: int | None = None) -> EvidenceItem:
    """Hand a photograph in; those before it stay as versions. It is measured at once, and decided on like any paper.

    Raises `InvalidInput` (``date_in_future``, ``no_picture``) and as `evidence.add` does.
    """
    recorded.happened(command.taken_on, _("day it was taken"), work.today)
    item = evidence.add(
        work,
        store,
        AddEvidence(case_id=command.case_id, kind=KIND, days={"issued_on": command.taken_on}, file=command.file),
        expected_version,
    )
    row = work.session.exec(select(Photo).where(Photo.item_id == item.id)).one()
    if not row.measured:
        raise InvalidInput(
            "no_picture", _("The file is not a picture."), _("Take the photograph, or choose a JPEG or PNG file.")
        )
    row.camera = command.camera
    work.session.add(row)
    return item


def confirm_frame(work: Work, item_id: UUID, *, framed: bool, expected_version: int | None = None) -> Photo:
    """A person looked at the picture within the frame and says whether the head fills it, eyes on the line.

    Raises `NotFound` (``evidence``), `Conflict` (``decided``).
    """
    require(work.actor.role, Permission.EDIT_CASES)
    item = work.session.get(EvidenceItem, item_id)
    row = work.session.exec(select(Photo).where(Photo.item_id == item_id)).one_or_none()
    if item is None or row is None:
        raise NotFound("evidence", _("There is no such photograph."), _("Open it from its case."))
    changes.change(work, item.case_id, expected_version)
    work.session.refresh(item)
    if item.status is not EvidenceStatus.SUBMITTED:
        raise Conflict(
            "decided", _("Somebody has decided on this photograph already."), _("Look at its present state.")
        )
    row.framed, row.framed_at, row.framed_by = framed, work.now, work.actor.key
    item.checks = {**item.checks, FRAME: framed}
    work.session.add_all([row, item])
    work.record("photo.framed", f"evidence_item/{item.id}", case_id=item.case_id, data={"framed": framed})
    return row


def versions(session: Session, actor: Actor, case_id: UUID) -> list[PhotoVersion]:
    """All photographs of a case, the newest first."""
    changes.find(session, actor, case_id)
    items = _items(session, case_id)
    rows = {row.item_id: row for row in session.exec(select(Photo).where(Photo.case_id == case_id))}
    now = chosen(items)
    return [_version(item, rows.get(item.id), is_current=item is now) for item in reversed(items)]


def current(session: Session, case_id: UUID) -> PhotoVersion | None:
    """The photograph that stands for the worker of a case."""
    item = chosen(_items(session, case_id))
    if item is None:
        return None
    row = session.exec(select(Photo).where(Photo.item_id == item.id)).one_or_none()
    return _version(item, row, is_current=True)


def small(session: Session, vault: Vault, store: Store, version: PhotoVersion) -> bytes:
    """The small copy as JPEG, for lists and forms. Raises `NotFound` (``no_photo``)."""
    row = version.photo
    if row is not None and row.small is not None:
        return vault.open(row.worker_id, "photo", row.id, "small", row.small)
    return _made(session, vault, store, version.item, (96, 124))


def portrait(session: Session, vault: Vault, store: Store, item: EvidenceItem) -> bytes:
    """The picture cut to the shape of a passport photograph, as JPEG. Raises `NotFound` (``no_photo``)."""
    return _made(session, vault, store, item, (420, 540))


def _made(session: Session, vault: Vault, store: Store, item: EvidenceItem, size: tuple[int, int]) -> bytes:
    made = None
    if item.file_id is not None:
        made = measuring.portrait(files.open_derivative(session, vault, store, item.file_id).content, size)
    if made is None:
        raise NotFound("no_photo", _("There is no photograph."), _("Add one as evidence."))
    return made


def _items(session: Session, case_id: UUID) -> list[EvidenceItem]:
    query = select(EvidenceItem).where(EvidenceItem.case_id == case_id, EvidenceItem.kind == KIND)
    query = query.where(col(EvidenceItem.file_id).is_not(None), col(EvidenceItem.sealed_off_at).is_(None))
    return list(session.exec(query.order_by(col(EvidenceItem.recorded_at), col(EvidenceItem.id))))


def _version(item: EvidenceItem, row: Photo | None, *, is_current: bool) -> PhotoVersion:
    taken_on = row.taken_on if row else None
    found: tuple[Finding, ...] = ()
    if row is not None:
        found = findings(Measured.of(row.measured, row.taken_on), row.recorded_at.date())
    return PhotoVersion(item, row, found, day_of(item, taken_on), is_current)
