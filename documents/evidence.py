"""The evidence that an issued document is what the register says: every check with a sentence of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from basis.errors import NotFound, PredepartureError
from basis.messages import Message, _
from casework.audit.rules import link
from casework.audit.tables import AuditEvent
from casework.cases.tables import SignOff
from casework.certificates import queries
from casework.certificates.queries import Standing
from casework.certificates.tables import Certificate, CertificateState
from casework.decisions.tables import AdverseDecision
from casework.vault import Vault
from documents.archive import Archive
from documents.reading import plain
from documents.register import Register
from documents.verification import Check, Result, Status, verify


@dataclass(frozen=True, slots=True)
class Evidence:
    """`status` is the verification's, or the number's standing where no file was issued under it."""

    status: Status | Standing
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.result is Result.FAILED)


def gather(
    session: Session, vault: Vault, archive: Archive, row: Certificate, on: date, trusted: Iterable[bytes]
) -> Evidence:
    """Check the file in the archive, its place in the register, the decision behind it and its history."""
    events = queries.history(session, row)
    more = (_decision(session, row), _history(row, events))
    if row.state is not CertificateState.ISSUED:
        return Evidence(queries.standing_on(row, on), (_number(row), *more))
    try:
        content = plain(archive, vault, row)
    except PredepartureError as error:
        gone = Check("archive", Result.FAILED, error.message)
        if isinstance(error, NotFound) and error.code == "erased":
            gone = Check("archive", Result.NOT_APPLICABLE, _("The file was erased with the person's data."))
        answer = verify(row.token, Register(session), on)
        return Evidence(answer.status, (gone, *answer.checks, *more))
    answer = verify(content, Register(session), on, tuple(trusted))
    kept = Check("archive", Result.PASSED, _("The archive has the file, and it opens."))
    return Evidence(answer.status, (kept, _fingerprint(row, content), *answer.checks, *more))


def _number(row: Certificate) -> Check:
    if row.state is CertificateState.VOID:
        said = _("The number was given up before a certificate was issued; it is never given again.")
        return Check("register", Result.NOT_APPLICABLE, said)
    return Check("register", Result.NOT_APPLICABLE, _("The number is reserved; the file is being made."))


def _fingerprint(row: Certificate, content: bytes) -> Check:
    if hashlib.sha256(content).hexdigest() == row.sha256:
        return Check("fingerprint", Result.PASSED, _("The file is, byte for byte, the one that was issued."))
    return Check("fingerprint", Result.FAILED, _("The file is not the one whose fingerprint the register has."))


def _decision(session: Session, row: Certificate) -> Check:
    """A certificate is the image of a sign-off, a letter that of a decision: both hold, or both have ended."""
    ended = row.end_kind is not None or row.state is CertificateState.VOID
    if row.sign_off_id is None:
        decision = session.get_one(AdverseDecision, row.decision_id)
        if ended is not (decision.end is not None):
            said = _("The decision that it tells of stands otherwise than the register does.")
            return Check("decision", Result.FAILED, said)
        if ended:
            return Check("decision", Result.PASSED, _("The decision that it tells of has ended, as it has."))
        return Check("decision", Result.PASSED, _("The decision that it tells of stands."))
    sign_off = session.get_one(SignOff, row.sign_off_id)
    if ended is not (sign_off.ended_at is not None):
        said = _("The sign-off that it is the image of stands otherwise than the register does.")
        return Check("decision", Result.FAILED, said)
    if ended:
        return Check("decision", Result.PASSED, _("The sign-off that it is the image of has ended, as it has."))
    return Check("decision", Result.PASSED, _("The sign-off that it is the image of is in force."))


def _history(row: Certificate, events: list[AuditEvent]) -> Check:
    """The events of this number alone; `audit verify` checks the whole chain."""
    wrong = [event.seq for event in events if link(event.previous, event.body) != event.hash]
    if wrong:
        return _broken(_("The text of event {seq} was changed.", seq=wrong[0]))
    issued = [event for event in events if event.kind == "certificate.issued"]
    if len(issued) != (1 if row.state is CertificateState.ISSUED else 0):
        return _broken(_("The history does not tell of its issue once."))
    if issued and json.loads(issued[0].body)["data"].get("sha256") != row.sha256:
        return _broken(_("The history names another fingerprint than the register."))
    return Check("history", Result.PASSED, _("Its events are unchanged, and tell what the register says."))


def _broken(said: Message) -> Check:
    return Check("history", Result.FAILED, said)
