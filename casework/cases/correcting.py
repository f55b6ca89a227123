"""Revoke a document by hand, or correct it and have it issued anew.

A certificate is the image of a sign-off, so both act on the sign-off: it ends, the stage and those that stand on it
open again, and the register rows end, all in one transaction. The letter of a decision follows its decision, a paper
about money what the ledger holds.
"""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from basis.errors import Conflict
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.refresh import end_sign_off, refresh
from casework.cases.rules import EndKind
from casework.cases.service import live_sign_offs
from casework.cases.tables import Case, SignOff
from casework.certificates import queries as register
from casework.certificates import service as certificates
from casework.certificates.rules import REVOKE_REASONS, SUPERSEDE_REASONS
from casework.certificates.tables import Certificate, CertificateState
from casework.work import Work
from checklists.catalogue import Catalogue

STANDS_ON_IT = "stands_on_corrected"
"""The reason code of a document that was corrected because it stands on one that was."""


class Correct(BaseModel):
    """Why a document ends. `reason` is a code, `note` for the office alone; `told`: whether the sentence of the reason
    (never the note) may be told to whoever checks the document."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    certificate_id: UUID
    reason: str
    note: str = ""
    told: bool = False


def revoke(work: Work, catalogue: Catalogue, command: Correct, expected_version: int | None = None) -> Certificate:
    """Revoke a document, also of a case that has ended. Its stage is signed off again by a person only (`cases.held`).

    Raises `Refused` (``role``), `InvalidInput` (``unknown_reason``), `Conflict` (``letter``, ``paper``, ``ended``).
    """
    require(work.actor.role, Permission.CORRECT_DOCUMENTS)
    recorded.known_reason(command.reason, REVOKE_REASONS)
    case, row, sign_off = _found(work, command.certificate_id, expected_version, any_life=True)
    end_sign_off(work, case, sign_off, EndKind.REVOKED, command.reason)
    _keep(work, row, command)
    refresh(work, programme_of(catalogue, case), case)
    return row


def supersede(work: Work, catalogue: Catalogue, command: Correct, expected_version: int | None = None) -> Certificate:
    """End a document as corrected. What stands on it is corrected too; the stages are signed off anew, and each new
    certificate names the one it takes the place of.

    Raises `Refused` (``role``), `InvalidInput` (``unknown_reason``), `Conflict` (``letter``, ``paper``, ``ended``).
    """
    require(work.actor.role, Permission.CORRECT_DOCUMENTS)
    recorded.known_reason(command.reason, SUPERSEDE_REASONS)
    case, row, sign_off = _found(work, command.certificate_id, expected_version)
    for later in _standing_on(work.session, case, str(sign_off.id)):
        end_sign_off(work, case, later, EndKind.SUPERSEDED, STANDS_ON_IT, (str(sign_off.id),))
    end_sign_off(work, case, sign_off, EndKind.SUPERSEDED, command.reason)
    _keep(work, row, command)
    refresh(work, programme_of(catalogue, case), case)
    return row


def supersede_what_stands_on(work: Work, case: Case, fact: str) -> None:
    """A recorded thing is corrected and still good: every sign-off that stands on it, directly or through others, ends
    as superseded, so that each is given anew. `fact` is its id for the rules; the case row must be locked."""
    for later in _standing_on(work.session, case, fact):
        end_sign_off(work, case, later, EndKind.SUPERSEDED, "data_corrected", (fact,))


def _found(
    work: Work, certificate_id: UUID, expected_version: int | None, *, any_life: bool = False
) -> tuple[Case, Certificate, SignOff]:
    row, case = register.find(work.session, work.actor, certificate_id)
    if row.paper_id is not None:
        raise Conflict(
            "paper",
            _("A paper about money says what the ledger holds; it is not corrected by itself."),
            _("Correct the loan or the entitlement, then ask for the paper again: it takes the place of this one."),
        )
    if row.sign_off_id is None:
        raise Conflict(
            "letter",
            _("A letter stands and falls with the decision that it tells of."),
            _("Have the decision overturned, or reverse the move of the case that was recorded in error."),
        )
    case = changes.change(work, case.id, expected_version, any_life=any_life)
    work.session.refresh(row)
    if row.end_kind is not None or row.state is CertificateState.VOID:
        raise Conflict("ended", _("This document has ended already."), _("Look at its present state."))
    return case, row, work.session.get_one(SignOff, row.sign_off_id)


def _standing_on(session: Session, case: Case, ground: str) -> list[SignOff]:
    """The live sign-offs that stand on this fact or sign-off, directly or through others, the last ones first."""
    fallen, found = {ground}, []
    for row in live_sign_offs(session, case.id):
        # Oldest first: whatever a sign-off stands on was signed before it.
        if fallen & set(row.stands_on):
            fallen.add(str(row.id))
            found.append(row)
    return found[::-1]


def _keep(work: Work, row: Certificate, command: Correct) -> None:
    note = recorded.text(command.note, _("note"), 1000, needed=False)
    certificates.explain_end(work, row, note=note, told=command.told)
