"""A paper that was put on the wrong worker: sealed off there, and moved to the right worker with a trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.ids import new_id
from basis.messages import Message, _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.tables import Case
from casework.evidence import differences, files, twins
from casework.evidence.media import HEIC
from casework.evidence.tables import EvidenceFile, EvidenceItem, EvidenceStatus
from casework.photos import keeping as photos
from casework.photos.rules import KIND as PHOTO
from casework.store import Store
from casework.work import Work

REASONS: Mapping[str, Message] = {
    "other_worker": _("It belongs to another worker of the office."),
    "namesake": _("It belongs to somebody with the same name."),
    "family_member": _("It belongs to a member of the family."),
    "wrong_file": _("The wrong file was chosen."),
    "nobody_here": _("It shows somebody who is not a worker here."),
}
"""Why a paper is taken away from a worker."""

_OWN: Final = frozenset(
    "id case_id worker_id file_id further_files status reject_code note checks detail recorded_at recorded_by "
    "decided_at decided_on decided_by sealed_off_at".split()
)
"""What the right worker's paper does not take over as it is; the rest says what the paper shows."""


class MovePaper(BaseModel):
    """Take a paper away from its worker; `to` is the reference of the right worker's case, "" to seal it off only."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    item_id: UUID
    to: str = ""
    reason: str
    note: str = ""


def move(work: Work, store: Store, command: MovePaper, expected_version: int | None = None) -> EvidenceItem | None:
    """Seal a paper off, with all its files, and hand it in anew for the right worker, under that worker's own key.

    What stood on it reopens, as when it is withdrawn. Returns the right worker's paper, to be decided on like any
    other. Raises `NotFound` (``evidence``, ``case``), `InvalidInput` (``unknown_reason``, ``no_file``,
    ``same_worker``), `Conflict` (``sealed_off``, ``ended``, ``stale``).
    """
    require(work.actor.role, Permission.EDIT_CASES)
    require(work.actor.role, Permission.DECIDE_EVIDENCE)
    recorded.known_reason(command.reason, REASONS)
    item = work.session.get(EvidenceItem, command.item_id)
    if item is None:
        raise NotFound("evidence", _("There is no such evidence."), _("Open it from its case."))
    target = _target(work, item, command.to.strip())
    wrong, right = _locked(work, item, target, expected_version)
    work.session.refresh(item)
    if item.sealed_off_at is not None:
        raise Conflict("sealed_off", _("This paper was taken away already."), _("Look at the history of the case."))
    kept = files.files_of(work.session, item)
    if not kept:
        raise InvalidInput("no_file", _("No file belongs to this paper."), _("Reject or withdraw it instead."))
    made = _handed_in_anew(work, store, item, kept, right) if right is not None else None
    _sealed_off(work, item, kept, command)
    differences.recheck(work, wrong)
    return made


def _target(work: Work, item: EvidenceItem, reference: str) -> Case | None:
    if not reference:
        return None
    found = work.session.exec(
        select(Case).where(Case.reference == reference, changes.visible(work.actor))
    ).one_or_none()
    if found is None:
        raise NotFound(
            "case",
            _("There is no case with this reference, or it is not one of yours."),
            _("Leave the reference empty to seal the paper off without moving it."),
        )
    if found.worker_id == item.worker_id:
        raise InvalidInput("same_worker", _("That case is of the same worker."), _("Name the right worker's case."))
    return found


def _locked(
    work: Work, item: EvidenceItem, target: Case | None, expected_version: int | None
) -> tuple[Case, Case | None]:
    """Both cases, locked in the order of their ids: of two who move papers crosswise neither waits for ever."""
    wanted = sorted({item.case_id, *([target.id] if target else [])})
    found = {
        case_id: changes.change(
            work,
            case_id,
            expected_version if case_id == item.case_id else None,
            any_life=case_id == item.case_id,
        )
        for case_id in wanted
    }
    return found[item.case_id], found[target.id] if target else None


def _handed_in_anew(
    work: Work, store: Store, item: EvidenceItem, kept: list[EvidenceFile], right: Case
) -> EvidenceItem:
    copies = []
    for file in kept:
        made = files.reseal(work, store, file, right.worker_id)
        file.moved_to = made.id
        copies.append(made)
    shown = {name: getattr(item, name) for name in EvidenceItem.model_fields if name not in _OWN}
    anew = EvidenceItem(
        **shown,
        id=new_id(),
        case_id=right.id,
        worker_id=right.worker_id,
        file_id=copies[0].id,
        further_files=[str(one.id) for one in copies[1:]],
        checks={},
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    if item.detail is not None:
        detail = work.vault.open(item.worker_id, "evidence_item", item.id, "detail", item.detail)
        anew.detail = work.vault.seal(anew.worker_id, "evidence_item", anew.id, "detail", detail)
    work.session.add(anew)
    work.session.flush()
    if anew.kind == PHOTO:
        photos.keep(work, anew, _picture(work, store, copies[0]))
    differences.recheck(work, right)
    data = {"kind": anew.kind, "from": str(item.id)}
    work.record("evidence.taken_over", f"evidence_item/{anew.id}", case_id=right.id, data=data)
    return anew


def _picture(work: Work, store: Store, file: EvidenceFile) -> bytes:
    if file.media_type == HEIC:
        return files.open_derivative(work.session, work.vault, store, file.id).content
    return files.open_file(work.session, work.vault, store, file.id)[1]


def _sealed_off(work: Work, item: EvidenceItem, kept: list[EvidenceFile], command: MovePaper) -> None:
    for file in kept:
        file.sealed_off_at, file.sealed_off_by = work.now, work.actor.key
        file.sealed_off_reason = command.reason
        work.session.add(file)
        twins.settle_moved(work, file, item.case_id)
    item.sealed_off_at = work.now
    item.status, item.reject_code = EvidenceStatus.WITHDRAWN, "wrong_person"
    if command.note.strip():
        note = command.note.strip().encode()
        item.note = work.vault.seal(item.worker_id, "evidence_item", item.id, "note", note)
    work.session.add(item)
    moved = [str(file.moved_to) for file in kept if file.moved_to is not None]
    data = {"kind": item.kind, "reason": command.reason, "files": len(kept), "moved_to": moved}
    work.record("evidence.sealed_off", f"evidence_item/{item.id}", case_id=item.case_id, data=data)
