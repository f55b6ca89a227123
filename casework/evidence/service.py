"""Hand in evidence, accept or reject it, withdraw what was found wrong; open a file and leave a trace of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.messages import _
from casework import recorded
from casework.accounts.rules import ROLE_WORDS, Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.tables import Case
from casework.evidence import mrz
from casework.evidence.rules import REJECT_REASONS, may_verify, media_type
from casework.evidence.tables import EvidenceFile, EvidenceItem, EvidenceStatus
from casework.store import Store
from casework.vault import Vault
from casework.work import Work
from casework.workers import service as workers
from checklists.catalogue import Catalogue
from checklists.programme import Programme, Requirement


class AddEvidence(BaseModel):
    """A paper for a requirement: `kind` and `subject` in the programme's words, `days` by anchor name."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    kind: str
    subject: str = ""
    number: str = ""
    issuer: str = ""
    country: str = ""
    days: dict[str, date] = {}
    attributes: dict[str, str | int | bool] = {}
    file: bytes | None = None


def add(work: Work, store: Store, command: AddEvidence, expected_version: int | None = None) -> EvidenceItem:
    """Record a paper and keep its file sealed. A passport's MRZ is checked at once against the worker's data."""
    require(work.actor.role, Permission.EDIT_CASES)
    _check_days(command.days, work.today)
    case = changes.change(work, command.case_id, expected_version)
    file = keep_file(work, store, case.worker_id, command.file) if command.file is not None else None
    item = EvidenceItem(
        case_id=case.id,
        worker_id=case.worker_id,
        file_id=file.id if file else None,
        kind=command.kind,
        subject=command.subject,
        issuer=command.issuer.strip(),
        country=command.country,
        days={name: day.isoformat() for name, day in command.days.items()},
        attributes=dict(command.attributes),
        checks=_passport_checks(work, case.worker_id, command.number) if command.kind == "passport" else {},
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    item.detail = work.vault.seal_json(
        case.worker_id, "evidence_item", item.id, "detail", {"number": command.number.strip()}
    )
    work.session.add(item)
    work.record("evidence.added", f"evidence_item/{item.id}", case_id=case.id, data={"kind": item.kind})
    return item


def accept(work: Work, catalogue: Catalogue, item_id: UUID, expected_version: int | None = None) -> EvidenceItem:
    """A person has verified the paper. It needs a file, and the day that its kind counts from."""
    require(work.actor.role, Permission.DECIDE_EVIDENCE)
    item = _undecided(work, catalogue, item_id, expected_version)
    if item.file_id is None:
        raise InvalidInput("no_file", _("There is no file to verify."), _("Add the scanned document first."))
    missing = sorted(_deciding_days(work, catalogue, item) - set(item.days))
    if missing:
        raise InvalidInput(
            "missing_day",
            _("A day that decides how long this paper is good was not recorded: {days}.", days=", ".join(missing)),
            _("Reject it, and hand it in again with that day."),
        )
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
    work.record(
        "evidence.withdrawn",
        f"evidence_item/{item.id}",
        case_id=item.case_id,
        data={"kind": item.kind, "reason": reason},
    )
    return item


def read_file(work: Work, store: Store, item_id: UUID) -> tuple[EvidenceFile, bytes]:
    """Open the file of a paper; whoever looks leaves an event."""
    require(work.actor.role, Permission.SEE_IDENTITY)
    item = _item(work.session, item_id)
    changes.find(work.session, work.actor, item.case_id)
    if item.file_id is None:
        raise NotFound("no_file", _("No file belongs to this paper."))
    work.record("evidence.viewed", f"evidence_item/{item.id}", case_id=item.case_id)
    return open_file(work.session, work.vault, store, item.file_id)


def open_file(session: Session, vault: Vault, store: Store, file_id: UUID) -> tuple[EvidenceFile, bytes]:
    """The file and its plain bytes, for the engine; people come through `read_file`."""
    file = session.get_one(EvidenceFile, file_id)
    return file, vault.open(file.worker_id, "evidence_file", file.id, "content", store.read(str(file.id)))


def number_of(vault: Vault, item: EvidenceItem) -> str:
    """The paper's own number, opened."""
    if item.detail is None:
        return ""
    detail: dict[str, Any] = vault.open_json(item.worker_id, "evidence_item", item.id, "detail", item.detail)
    return str(detail["number"])


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[EvidenceItem]:
    """All papers of a case, oldest first."""
    changes.find(session, actor, case_id)
    query = select(EvidenceItem).where(EvidenceItem.case_id == case_id)
    return list(session.exec(query.order_by(col(EvidenceItem.recorded_at), col(EvidenceItem.id))))


def recheck_passports(work: Work, case: Case) -> None:
    """Do the automatic checks of the case's passports again, against the worker's corrected data."""
    query = select(EvidenceItem).where(EvidenceItem.case_id == case.id, EvidenceItem.kind == "passport")
    for item in work.session.exec(query):
        item.checks = _passport_checks(work, case.worker_id, number_of(work.vault, item))
        work.session.add(item)


def keep_file(work: Work, store: Store, worker_id: UUID, content: bytes) -> EvidenceFile:
    """Check a file and keep it sealed under the worker's key. Raises `InvalidInput` as `rules.media_type` does."""
    kind = media_type(content)
    file = EvidenceFile(
        id=new_id(),
        worker_id=worker_id,
        media_type=kind,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    # Stored before the commit: a file without a row is sealed bytes that nothing names; a row without a file is a loss.
    store.put(str(file.id), work.vault.seal(worker_id, "evidence_file", file.id, "content", content))
    work.session.add(file)
    work.session.flush()
    return file


def _passport_checks(work: Work, worker_id: UUID, number: str) -> dict[str, bool]:
    """``mrz``: every digit holds. ``identity``: zone, paper and recorded data name the same person and passport."""
    data = workers.get(work.session, work.vault, worker_id).data
    if not data.mrz:
        return {}
    try:
        zone = mrz.parse(data.mrz, on=work.today)
    except InvalidInput:
        return {"mrz": False, "identity": False}
    same_number = number.strip() in ("", data.passport_number) and zone.document_number == data.passport_number
    born = data.birth_date
    same_birth = zone.birth_date is not None and born is not None and zone.birth_date.may_be(born)
    names = mrz.names_agree(zone, data.family_name, data.given_names)
    return {"mrz": zone.digits_hold, "identity": same_number and same_birth and names}


def _item(session: Session, item_id: UUID) -> EvidenceItem:
    item = session.get(EvidenceItem, item_id)
    if item is None:
        raise NotFound("evidence", _("There is no such evidence."), _("Open it from its case."))
    return item


def _to_decide(work: Work, catalogue: Catalogue, item_id: UUID, expected_version: int | None) -> EvidenceItem:
    """The paper with its case locked. Raises `Refused` unless the programme gives it to the actor's role.

    Who handed it in does not verify it.where the requirement is independent (``same_person``).
    """
    item = _item(work.session, item_id)
    case = changes.change(work, item.case_id, expected_version)
    work.session.refresh(item)
    requirement = asked_for(
        catalogue.pinned(case.programme_id, case.programme_version, case.programme_digest), item.kind, item.subject
    )
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
    programme = catalogue.pinned(case.programme_id, case.programme_version, case.programme_digest)
    validity = asked_for(programme, item.kind, item.subject).validity
    return {name for name in (validity.anchor, validity.last_day) if name} if validity else set()


def _check_days(days: Mapping[str, date], today: date) -> None:
    """What is printed on a paper that exists: issued by today, and not to expire before it was issued."""
    issued_on, expires_on = days.get("issued_on"), days.get("expires_on")
    if issued_on is not None and issued_on > today:
        raise InvalidInput("date_in_future", _("The day of issue lies in the future."), _("Copy it from the paper."))
    if issued_on is not None and expires_on is not None and expires_on < issued_on:
        raise InvalidInput("dates", _("The paper expires before it was issued."), _("Copy both days from the paper."))


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
