"""Hand in evidence, say what it shows, accept or reject it, withdraw what was found wrong; open a file with a trace."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from pydantic import Field
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from casework import recorded
from casework.accounts.rules import ROLE_WORDS, Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.evidence import differences, files, papers
from casework.evidence.consistency import WORDS, Compared
from casework.evidence.differences import PASSPORT
from casework.evidence.files import Prepared
from casework.evidence.papers import Shown
from casework.evidence.rules import REJECT_REASONS, may_verify
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.photos import keeping as photos
from casework.photos.rules import KIND as PHOTO
from casework.store import Store
from casework.vault import Vault
from casework.work import Work
from casework.workers import passports
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue
from checklists.programme import Programme, Requirement

_PRINTED: Final = frozenset({"issued_on", "expires_on"})
"""The days of every paper; others are asked for by the programme when it is handed in, and stay."""


class AddEvidence(Shown):
    """A paper for a requirement: `kind` and `subject` in the programme's words, and what it shows."""

    case_id: UUID
    kind: str
    subject: str = ""
    attributes: dict[str, str | int | bool] = Field(default_factory=dict)
    file: bytes | Prepared | None = None
    further: tuple[bytes | Prepared, ...] = ()


def add(work: Work, store: Store, command: AddEvidence, expected_version: int | None = None) -> EvidenceItem:
    """Record a paper and keep its file sealed. It is compared at once with the worker's data and the other papers.

    Raises `InvalidInput` as `papers.check` and `files.keep_file` do.
    """
    require(work.actor.role, Permission.EDIT_CASES)
    papers.check(command, work.today)
    case = changes.change(work, command.case_id, expected_version, evidence=command.kind)
    first = files.prepared(command.file) if command.file is not None else None
    file = files.keep_file(work, store, case.worker_id, first, case.id) if first is not None else None
    item = EvidenceItem(
        case_id=case.id,
        worker_id=case.worker_id,
        file_id=file.id if file else None,
        kind=command.kind,
        subject=command.subject,
        days={},
        attributes=dict(command.attributes),
        checks={},
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    papers.write(work.vault, item, command)
    work.session.add(item)
    if command.further:
        files.keep_further(work, store, item, command.further)
    if item.kind == PHOTO and first is not None:
        photos.keep(work, item, first.readable.picture)
    differences.recheck(work, case)
    work.record("evidence.added", f"evidence_item/{item.id}", case_id=case.id, data={"kind": item.kind})
    return item


def describe(work: Work, item_id: UUID, shown: Shown, expected_version: int | None = None) -> EvidenceItem:
    """Say anew what a paper shows, as long as nobody has decided on it; all that was said before is replaced.

    Raises `Conflict` (``decided``), `InvalidInput` as `papers.check` does.
    """
    require(work.actor.role, Permission.EDIT_CASES)
    papers.check(shown, work.today)
    item = _item(work.session, item_id)
    case = changes.change(work, item.case_id, expected_version, evidence=item.kind)
    work.session.refresh(item)
    if item.status is not EvidenceStatus.SUBMITTED:
        raise Conflict(
            "decided",
            _("Somebody has decided on this evidence already."),
            _("Hand the paper in again, with what it really shows."),
        )
    others = set(item.days) - _PRINTED - set(shown.days) - set(shown.partial_days)
    kept = {name: date.fromisoformat(item.days[name]) for name in others}
    papers.write(work.vault, item, shown.model_copy(update={"days": {**kept, **shown.days}}))
    work.session.add(item)
    differences.recheck(work, case)
    work.record("evidence.described", f"evidence_item/{item.id}", case_id=case.id, data={"kind": item.kind})
    return item


def accept(work: Work, catalogue: Catalogue, item_id: UUID, expected_version: int | None = None) -> EvidenceItem:
    """A person has verified the paper. It needs a file, the day that its kind counts from, and no open difference.

    Raises `InvalidInput` (``no_file``, ``missing_day``), `Conflict` (``unsettled_differences``).
    """
    require(work.actor.role, Permission.DECIDE_EVIDENCE)
    item = _undecided(work, catalogue, item_id, expected_version)
    if item.file_id is None:
        raise InvalidInput("no_file", _("There is no file to verify."), _("Add the scanned document first."))
    missing = sorted(_deciding_days(work, catalogue, item) - set(item.days) - set(item.partial_days))
    if missing:
        raise InvalidInput(
            "missing_day",
            _("A day that decides how long this paper is good was not recorded: {days}.", days=", ".join(missing)),
            _("Reject it, and hand it in again with that day."),
        )
    files.require_usable(work.session, item)
    _require_settled(work, item)
    _decide(work, item, EvidenceStatus.ACCEPTED)
    work.record("evidence.accepted", f"evidence_item/{item.id}", case_id=item.case_id, data={"kind": item.kind})
    return item


def reject(
    work: Work, catalogue: Catalogue, item_id: UUID, reason: str, note: str = "", expected_version: int | None = None
) -> EvidenceItem:
    """The paper is not good enough; `reason` is a code of `REJECT_REASONS` that says what to bring."""
    require(work.actor.role, Permission.DECIDE_EVIDENCE)
    recorded.known_reason(reason, REJECT_REASONS)
    item = _undecided(work, catalogue, item_id, expected_version)
    item.reject_code = reason
    if note.strip():
        item.note = work.vault.seal(item.worker_id, "evidence_item", item.id, "note", note.strip().encode())
    _decide(work, item, EvidenceStatus.REJECTED)
    differences.recheck(work, work.session.get_one(Case, item.case_id))
    work.record(
        "evidence.rejected",
        f"evidence_item/{item.id}",
        case_id=item.case_id,
        data={"kind": item.kind, "reason": reason},
    )
    return item


def withdraw(
    work: Work, catalogue: Catalogue, item_id: UUID, reason: str, expected_version: int | None = None
) -> EvidenceItem:
    """An accepted paper was found wrong: what stands on it falls. `reason` is a code of `REJECT_REASONS`."""
    require(work.actor.role, Permission.DECIDE_EVIDENCE)
    recorded.known_reason(reason, REJECT_REASONS)
    item = _to_decide(work, catalogue, item_id, expected_version)
    if item.status is not EvidenceStatus.ACCEPTED:
        raise Conflict("not_accepted", _("Only accepted evidence can be withdrawn."), _("Look at its present state."))
    item.status, item.reject_code = EvidenceStatus.WITHDRAWN, reason
    work.session.add(item)
    differences.recheck(work, work.session.get_one(Case, item.case_id))
    work.record(
        "evidence.withdrawn",
        f"evidence_item/{item.id}",
        case_id=item.case_id,
        data={"kind": item.kind, "reason": reason},
    )
    return item


def number_of(vault: Vault, item: EvidenceItem) -> str:
    """The paper's own number, opened."""
    return papers.opened(vault, item).number


def reject_note(vault: Vault, item: EvidenceItem) -> str:
    """What was written for the worker beside the reason of a rejection."""
    return vault.open(item.worker_id, "evidence_item", item.id, "note", item.note).decode() if item.note else ""


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[EvidenceItem]:
    """All papers of a case, oldest first; what was put on the wrong worker is no longer among them."""
    changes.find(session, actor, case_id)
    query = select(EvidenceItem).where(EvidenceItem.case_id == case_id, col(EvidenceItem.sealed_off_at).is_(None))
    return list(session.exec(query.order_by(col(EvidenceItem.recorded_at), col(EvidenceItem.id))))


def _item(session: Session, item_id: UUID) -> EvidenceItem:
    item = session.get(EvidenceItem, item_id)
    if item is None:
        raise NotFound("evidence", _("There is no such evidence."), _("Open it from its case."))
    return item


def _to_decide(work: Work, catalogue: Catalogue, item_id: UUID, expected_version: int | None) -> EvidenceItem:
    """The paper with its case locked. Raises `Refused` unless the programme gives it to the actor's role.

    Who handed it in does not verify it where the requirement is independent (``same_person``).
    """
    item = _item(work.session, item_id)
    case = changes.change(work, item.case_id, expected_version, evidence=item.kind)
    work.session.refresh(item)
    requirement = asked_for(programme_of(catalogue, case), item.kind, item.subject)
    if not may_verify(work.actor.role, requirement.verified_by):
        raise Refused(
            "role",
            _("This is verified by the {role}.", role=ROLE_WORDS[requirement.verified_by]),
            _("Leave it to that role."),
        )
    if requirement.independent and item.recorded_by == work.actor.key:
        raise Refused("same_person", _("Who handed it in does not verify it."), _("Leave it to somebody else."))
    return item


def _deciding_days(work: Work, catalogue: Catalogue, item: EvidenceItem) -> set[str]:
    """The names of the days without which nobody can say how long the paper holds."""
    case = work.session.get_one(Case, item.case_id)
    programme = programme_of(catalogue, case)
    validity = asked_for(programme, item.kind, item.subject).validity
    return {name for name in (validity.anchor, validity.last_day) if name} if validity else set()


def _require_settled(work: Work, item: EvidenceItem) -> None:
    case = work.session.get_one(Case, item.case_id)
    if item.kind == PASSPORT and passports.has_ended(work.session, work.session.get_one(Worker, case.worker_id)):
        raise Conflict(
            "passport_ended",
            _("This passport was recorded as lost or no longer good."),
            _("Record the new passport, then hand in its copy."),
        )
    fields = {one.field for one in differences.recheck(work, case).of_item(item)}
    if fields:
        named = ", ".join(str(WORDS[field]) for field in Compared if field in fields)
        raise Conflict(
            "unsettled_differences",
            _("This paper and what is recorded differ, and nobody has settled it yet: {fields}.", fields=named),
            _("Settle the differences of the case, with a reason; or reject the paper."),
        )


def asked_for(programme: Programme, kind: str, subject: str = "") -> Requirement:
    """What a paper of this kind and subject is for. Raises `NotFound` (``requirement``)."""
    asking = [requirement for _stage, requirement in programme.asking_for(kind)]
    if not asking:
        raise NotFound("requirement", _("The programme does not ask for this paper."), _("Look at the case."))
    return next((one for one in asking if one.subject == subject), asking[0])


def _undecided(work: Work, catalogue: Catalogue, item_id: UUID, expected_version: int | None) -> EvidenceItem:
    item = _to_decide(work, catalogue, item_id, expected_version)
    if item.status is not EvidenceStatus.SUBMITTED:
        raise Conflict("decided", _("Somebody has decided on this evidence already."), _("Look at its present state."))
    return item


def _decide(work: Work, item: EvidenceItem, status: EvidenceStatus) -> None:
    item.status = status
    item.decided_at, item.decided_on, item.decided_by = work.now, work.today, work.actor.key
    work.session.add(item)
