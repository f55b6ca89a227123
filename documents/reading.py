"""Issued files out of the archive: for verification, for people who may have them, and for recipients outside."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from basis.errors import NotFound, Refused
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.auditing import access
from casework.certificates import queries
from casework.certificates.rules import may_read_file
from casework.certificates.tables import Certificate, CertificateState
from casework.copies import service as copies
from casework.disclosures import service as disclosures
from casework.disclosures.service import HandOver
from casework.disclosures.tables import Disclosure
from casework.vault import Vault
from casework.work import Work
from documents import duplicates
from documents.archive import Archive


def plain(archive: Archive, vault: Vault, row: Certificate) -> bytes:
    """The file as it was issued. Raises `NotFound` (``document_not_archived``, ``erased``), `Unavailable`."""
    return vault.open(row.worker_id, "certificate", row.id, "file", archive.read(str(row.id)))


def hand_out(work: Work, archive: Archive, certificate_id: UUID) -> tuple[Certificate, bytes]:
    """The file for the actor, who must be one that may have it; the history says who took it. What an agency takes is
    a disclosure to it.

    Raises `NotFound` (``document``, ``not_issued``), `Refused` (``document``).
    """
    row, case = queries.find(work.session, work.actor, certificate_id)
    if not may_read_file(work.actor.role, row.kind, stands=disclosures.stands(row)):
        raise Refused(
            "document",
            _("Files of this kind are not for your role."),
            _("Ask the office that issued it."),
        )
    if row.state is not CertificateState.ISSUED:
        raise NotFound(
            "not_issued", _("There is no file under this number."), _("If it is being made, look again in a minute.")
        )
    content = plain(archive, work.vault, row)
    data = {"number": row.number, **access.noted(work, case.id)}
    work.record("certificate.read", f"certificate/{row.id}", case_id=case.id, data=data)
    if work.actor.role is Role.AGENCY_USER:
        disclosures.taken_by_agency(work, row, case)
    return row, content


def hand_over(
    work: Work, archive: Archive, certificate_id: UUID, command: HandOver, copy_number: int = 0
) -> tuple[Disclosure, str, bytes]:
    """The file for a recipient outside, if the release policy lets it go; recorded as a disclosure, with the number.

    `copy_number`: of a duplicate, 0 for the file as it was issued. Raises as `disclosures.hand_over` does, and
    `NotFound` (``document``, ``copy``).
    """
    require(work.actor.role, Permission.HAND_OVER)
    row, case = queries.find(work.session, work.actor, certificate_id)
    disclosures.require_allowed(row, command.recipient)
    if copy_number:
        content = duplicates.plain(archive, work.vault, copies.copy_of(work.session, row.id, copy_number))
    else:
        content = plain(archive, work.vault, row)
    digest = sha256(content).hexdigest()
    disclosure = disclosures.hand_over(work, row, case, command, sha256=digest, copy_number=copy_number)
    return disclosure, row.number, content
