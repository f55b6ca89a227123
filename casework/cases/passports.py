"""A passport is lost, or renewed: the papers of the old one count no longer, its number still finds the worker."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes, rules
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.service import correct_worker, has_open_case
from casework.cases.tables import Case
from casework.evidence import differences, mrz
from casework.evidence.differences import COUNTED, PASSPORT
from casework.evidence.rules import PASSPORT_REPLACED
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.work import Work
from casework.workers import passports
from casework.workers import service as workers
from casework.workers.tables import FormerPassport, PassportEnd
from checklists.catalogue import Catalogue

_LOSSES: Final = frozenset(PassportEnd) - {PassportEnd.RENEWED}


class EndPassport(BaseModel):
    """The worker's passport is lost, stolen, damaged or cancelled, and there is no new one yet."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    ended: PassportEnd
    ended_on: date
    reported_to: str = ""
    note: str = ""


class RenewPassport(BaseModel):
    """The worker's new passport. `renewed_on`: since when the former one counts no longer."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    number: str
    issued_on: date
    expires_on: date
    renewed_on: date
    mrz: tuple[str, ...] = ()
    note: str = ""


def end_passport(
    work: Work, catalogue: Catalogue, command: EndPassport, expected_version: int | None = None
) -> FormerPassport:
    """Record the loss. What stands on papers of this passport is open again.

    Raises `InvalidInput` (``date_in_future``, ``unknown_reason``), `Conflict` (``passport_ended``).
    """
    require(work.actor.role, Permission.EDIT_CASES)
    recorded.happened(command.ended_on, _("day"), work.today)
    if command.ended not in _LOSSES:
        raise InvalidInput(
            "unknown_reason", _("A passport is renewed by recording the new one."), _("Record the new passport.")
        )
    case = changes.change(work, command.case_id, expected_version)
    row = _end(work, case, command.ended, command.ended_on, command.reported_to, command.note)
    _withdraw_papers(work, catalogue, case)
    differences.recheck(work, case)
    refresh(work, programme_of(catalogue, case), case)
    return row


def renew_passport(
    work: Work, catalogue: Catalogue, command: RenewPassport, expected_version: int | None = None
) -> FormerPassport | None:
    """Record the new passport and keep the former one. Certificates that show the old number are superseded.

    Returns the row of the former passport, None where its loss was recorded before. Raises `InvalidInput`
    (``date_in_future``, ``dates``, ``passport_expired``, ``same_passport``, and as `mrz.parse` does), `Conflict`
    (``known_worker``).
    """
    require(work.actor.role, Permission.EDIT_CASES)
    _check(work, command)
    case = changes.change(work, command.case_id, expected_version)
    data = workers.get(work.session, work.vault, case.worker_id).data
    number = "".join(command.number.split()).upper()
    if number == data.passport_number:
        raise InvalidInput(
            "same_passport", _("This is the number of the passport that is recorded."), _("Give the new number.")
        )
    workers.lock_passport(work, data.nationality, number)
    if has_open_case(work, data.nationality, number, case.programme_id, but=case.worker_id):
        raise Conflict(
            "known_worker",
            _("The worker with this passport has an open case in this programme already."),
            _("Open that case, and have the two records looked at together."),
        )
    row = None
    if not passports.has_ended(work.session, workers.get(work.session, work.vault, case.worker_id).worker):
        row = _end(work, case, PassportEnd.RENEWED, command.renewed_on, "", command.note)
    _withdraw_papers(work, catalogue, case)
    fresh = {
        "passport_number": number,
        "passport_issued_on": command.issued_on,
        "passport_expires_on": command.expires_on,
        "mrz": command.mrz,
    }
    correct_worker(work, catalogue, case.id, data.model_copy(update=fresh), "passport renewed")
    return row


def _check(work: Work, command: RenewPassport) -> None:
    recorded.text(command.number, _("number of the passport"), 20)
    recorded.happened(command.renewed_on, _("day"), work.today)
    recorded.happened(command.issued_on, _("day of issue"), work.today)
    if command.expires_on <= command.issued_on:
        raise InvalidInput("dates", _("The passport expires before it was issued."), _("Copy both days from it."))
    if command.expires_on < work.today:
        raise InvalidInput("passport_expired", _("The passport has expired."), _("Record one that is valid."))
    if command.mrz:
        mrz.parse(command.mrz, on=work.today)


def _end(work: Work, case: Case, ended: PassportEnd, ended_on: date, reported_to: str, note: str) -> FormerPassport:
    known = workers.get(work.session, work.vault, case.worker_id)
    reported_to = recorded.text(reported_to, _("reported to"), needed=False)
    note = recorded.text(note, _("note"), 1000, needed=False)
    row = passports.end(work, known.worker, known.data, ended, ended_on, reported_to, note)
    work.record(
        "passport.ended",
        f"former_passport/{row.id}",
        case_id=case.id,
        happened_on=ended_on,
        data={"end": ended.value},
    )
    return row


def _withdraw_papers(work: Work, catalogue: Catalogue, case: Case) -> None:
    """The papers of the passport count no longer, in any case of the worker that goes on."""
    others = work.session.exec(
        select(Case).where(Case.worker_id == case.worker_id, Case.id != case.id, changes.visible(work.actor))
    )
    for one in (case, *others):
        if rules.is_ended(one.life):
            continue
        if one.id != case.id:
            changes.change(work, one.id)
        query = select(EvidenceItem).where(
            EvidenceItem.case_id == one.id, EvidenceItem.kind == PASSPORT, col(EvidenceItem.status).in_(COUNTED)
        )
        for item in work.session.exec(query):
            item.status, item.reject_code = EvidenceStatus.WITHDRAWN, PASSPORT_REPLACED
            work.session.add(item)
            work.record(
                "evidence.withdrawn",
                f"evidence_item/{item.id}",
                case_id=one.id,
                data={"kind": item.kind, "reason": PASSPORT_REPLACED},
            )
        if one.id != case.id:
            refresh(work, programme_of(catalogue, one), one)
