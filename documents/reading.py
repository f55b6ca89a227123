"""Issued files out of the archive: for verification, for people who may have them, and for recipients outside."""

from __future__ import annotations

from uuid import UUID

from basis.errors import NotFound, Refused
from basis.messages import _
from casework.auditing import access
from casework.certificates import queries
from casework.certificates.rules import may_read_file
from casework.certificates.tables import Certificate, CertificateState
from casework.disclosures import service as disclosures
from casework.vault import Vault
from casework.work import Work
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
    return row, content
