"""Scans of papers that were signed or stamped by hand, beside the files that were issued."""

from __future__ import annotations

from uuid import UUID

from basis.errors import Conflict, NotFound, Refused
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.auditing import access
from casework.certificates import queries
from casework.certificates.rules import may_read_file
from casework.certificates.tables import CertificateState
from casework.copies import service as copies
from casework.copies.tables import CertificateScan
from casework.evidence import files
from casework.evidence.files import Prepared, Viewed
from casework.store import Store
from casework.work import Work


def add(work: Work, store: Store, certificate_id: UUID, content: bytes | Prepared) -> CertificateScan:
    """Keep the scan of a stamped paper, sealed, under the rules for evidence; several stay side by side.

    Raises `Refused` (``role``), `NotFound` (``document``), `Conflict` (``not_issued``), `InvalidInput`
    (``empty_file``, ``too_large``, ``wrong_type``).
    """
    require(work.actor.role, Permission.HAND_OVER)
    row, _case = queries.find(work.session, work.actor, certificate_id)
    if row.state is not CertificateState.ISSUED:
        raise Conflict("not_issued", _("There is no paper of this number yet."), _("Look again when it is issued."))
    return copies.add_scan(work, row, files.keep_file(work, store, row.worker_id, content, row.case_id))


def read(work: Work, store: Store, certificate_id: UUID, scan_id: UUID) -> Viewed:
    """Open the cleaned copy of a scan, for those who may have the document itself; whoever looks leaves an event.

    Raises `Refused` (``role``, ``document``), `NotFound` (``document``, ``scan``).
    """
    require(work.actor.role, Permission.SEE_REGISTER)
    row, case = queries.find(work.session, work.actor, certificate_id)
    if not may_read_file(work.actor.role, row.kind):
        raise Refused("document", _("Files of this kind are not for your role."), None)
    kept = {scan.id: file for scan, file in copies.scans_of(work.session, row.id)}
    if scan_id not in kept:
        raise NotFound("scan", _("There is no such scan."), _("Open it from the page of its document."))
    data = {"number": row.number, **access.noted(work, case.id)}
    work.record("certificate.scan_viewed", f"certificate/{row.id}", case_id=case.id, data=data)
    return files.open_derivative(work.session, work.vault, store, kept[scan_id].id)
