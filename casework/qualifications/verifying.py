"""What whoever issued a document says of it: asked, confirmed, denied. What stood on a denied one falls."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from basis.errors import InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.qualifications import abilities, service
from casework.qualifications.rules import Verification, check_verification
from casework.qualifications.tables import Diploma, LanguageTest, QualificationDecision, WorkExperience
from casework.work import Work

Verified = Diploma | LanguageTest | WorkExperience


class Document(StrEnum):
    """What an issuer is asked about."""

    DIPLOMA = "diploma"
    LANGUAGE_TEST = "language_test"
    WORK_EXPERIENCE = "work_experience"


class VerifyDocument(BaseModel):
    """What happened: the issuer was asked, or it answered, on a day."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    document: Document
    row_id: UUID
    said: Verification
    happened_on: date


def verify(work: Work, command: VerifyDocument, expected_version: int | None = None) -> Verified:
    """Record it. A decision that rests on a denied language test or letter is withdrawn: it was found wrong.

    Raises `NotFound` (``record``), `Conflict` (``no_such_step``), `InvalidInput` (``date_in_future``, ``dates``).
    """
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    changes.change(work, command.case_id, expected_version)
    row = _find(work, command)
    before = row.verification
    check_verification(before, command.said)
    day = recorded.happened(command.happened_on, _("day"), work.today)
    if command.said is Verification.ASKED:
        row.asked_on, row.answered_on = day, None
    else:
        if row.asked_on is not None and day < row.asked_on:
            raise InvalidInput("dates", _("The answer lies before the question."), _("Correct the day."))
        row.answered_on = day
    row.verification = command.said
    if isinstance(row, WorkExperience):
        row.verified_by = work.actor.key
    work.session.add(row)
    work.record(
        f"qualification.{command.said.value}",
        f"{command.document.value}/{row.id}",
        case_id=command.case_id,
        happened_on=day,
        data={"document": command.document.value},
    )
    if command.said is Verification.DENIED and isinstance(row, LanguageTest):
        service.withdraw(work, row.decision_id, "found_wrong")
    elif before is Verification.CONFIRMED and isinstance(row, WorkExperience):
        abilities.recount(work, row)
    return row


def _find(work: Work, command: VerifyDocument) -> Verified:
    row: Verified | None
    match command.document:
        case Document.DIPLOMA:
            row = work.session.get(Diploma, command.row_id, populate_existing=True)
        case Document.LANGUAGE_TEST:
            row = work.session.get(LanguageTest, command.row_id, populate_existing=True)
        case Document.WORK_EXPERIENCE:
            row = work.session.get(WorkExperience, command.row_id, populate_existing=True)
    if row is None or row.case_id != command.case_id or _is_withdrawn(work, row):
        raise NotFound("record", _("There is no such record."), _("Open it from its case."))
    return row


def _is_withdrawn(work: Work, row: Verified) -> bool:
    if isinstance(row, LanguageTest):
        return work.session.get_one(QualificationDecision, row.decision_id).withdrawn_on is not None
    return row.withdrawn_on is not None
