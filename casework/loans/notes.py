"""The scan of a signed note: a paper of the case that no requirement asks for, read by who works on loans."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlmodel import Session

from basis.errors import NotFound
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.evidence import files
from casework.evidence.files import Viewed
from casework.evidence.tables import EvidenceFile, EvidenceItem
from casework.loans import queries
from casework.loans.tables import Loan
from casework.store import Store
from casework.work import Work

KIND: Final = "signed_note"
"""The kind of evidence of the scan."""
_SCAN: Final = "evidence_item:"


def kept_as(item: EvidenceItem, place: str) -> str:
    """What `Loan.note_evidence` says of a note with this scan; `place`: where the note itself is kept, or ""."""
    return f"{_SCAN}{item.id} {place}".strip()


def place_of(loan: Loan) -> str:
    """Where the signed note itself is kept; "" where nobody said it."""
    if not loan.note_evidence.startswith(_SCAN):
        return loan.note_evidence
    return loan.note_evidence.partition(" ")[2]


def pages(session: Session, loan: Loan) -> list[EvidenceFile]:
    """The files of the scan, in their order; none where the note is kept elsewhere."""
    item = _scan(session, loan)
    return files.files_of(session, item) if item is not None else []


def view(work: Work, store: Store, loan_id: UUID, number: int) -> Viewed:
    """A file of the scan (`number` counts from 1); whoever looks leaves an event.

    Raises `NotFound` (``loan``, ``case``, ``no_file`` and as `files.open_derivative`), `Refused` (``role``,
    ``infected``).
    """
    require(work.actor.role, Permission.ASK_LOANS)
    loan = queries.get(work.session, loan_id)
    changes.find(work.session, work.actor, loan.case_id)
    item, found = _scan(work.session, loan), pages(work.session, loan)
    if item is None or not 0 < number <= len(found):
        raise NotFound("no_file", _("There is no such scan of the note."), _("Open it from the loan."))
    work.record("evidence.viewed", f"evidence_item/{item.id}", case_id=loan.case_id)
    return files.open_derivative(work.session, work.vault, store, found[number - 1].id)


def _scan(session: Session, loan: Loan) -> EvidenceItem | None:
    if not loan.note_evidence.startswith(_SCAN):
        return None
    kept = loan.note_evidence.removeprefix(_SCAN).partition(" ")[0]
    item = session.get(EvidenceItem, UUID(kept))
    return item if item is not None and item.sealed_off_at is None else None
