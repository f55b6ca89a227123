"""Duplicates: the stored value of a document, rendered and signed anew with a sentence on it that says what it is."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.certificates import queries
from casework.certificates import service as register
from casework.certificates.tables import Certificate as RegisterRow
from casework.certificates.tables import CertificateState
from casework.copies import service as copies
from casework.copies.tables import CertificateCopy
from casework.vault import Vault
from casework.work import Work
from documents.archive import Archive
from documents.credentials.keys import CredentialKey
from documents.credentials.proofs import Proofs, prove
from documents.encoding import from_json
from documents.languages import ENGLISH, language, writing
from documents.languages import day as written
from documents.values import Certificate


def ask(work: Work, certificate_id: UUID, reason: str) -> CertificateCopy:
    """Ask for another duplicate; the engine makes it. `reason` is a code of `DUPLICATE_REASONS`.

    Raises `Refused` (``role``), `NotFound` (``document``), `Conflict` (``not_issued``, ``ended``), `InvalidInput`
    (``unknown_reason``).
    """
    require(work.actor.role, Permission.HAND_OVER)
    row, _case = queries.find(work.session, work.actor, certificate_id)
    number = copies.next_number(work, row)
    mark = _("Duplicate no. {number} of {of}, made on {day}", number=number, of=row.number, day=written(work.today))
    with writing(language(from_json(register.value_of(work.vault, row)).head.language) or ENGLISH):
        return copies.ask(work, row, number, str(mark), reason)


def value_of(vault: Vault, row: RegisterRow, copy: CertificateCopy) -> Certificate:
    """The value of the document as it stands on the duplicate. Raises `NotFound` (``erased``)."""
    value = from_json(register.value_of(vault, row))
    return replace(value, head=replace(value.head, duplicate=copy.mark))


def reserve(work: Work, copy: CertificateCopy, key: CredentialKey) -> tuple[RegisterRow, Certificate, Proofs] | None:
    """What a duplicate is rendered from, its proofs made now or by an earlier try; None where there is nothing to make.

    A duplicate whose document ended since it was asked for is given up.
    """
    row = work.session.get_one(RegisterRow, copy.certificate_id, with_for_update=True)
    if copy.state is not CertificateState.RESERVED:
        return None
    if row.end_kind is not None:
        copies.give_up(work, copy, row)
        return None
    value = value_of(work.vault, row, copy)
    if copy.proofs is not None:
        stored = work.vault.open_json(copy.worker_id, "certificate_copy", copy.id, "proofs", copy.proofs)
        return row, value, Proofs.from_json(stored)
    proofs = prove(value, key)
    copy.proofs = work.vault.seal_json(copy.worker_id, "certificate_copy", copy.id, "proofs", proofs.to_json())
    work.session.add(copy)
    return row, value, proofs


def plain(archive: Archive, vault: Vault, copy: CertificateCopy) -> bytes:
    """The file of a duplicate. Raises `NotFound` (``document_not_archived``, ``erased``), `Unavailable`."""
    return vault.open(copy.worker_id, "certificate_copy", copy.id, "file", archive.read(str(copy.id)))
