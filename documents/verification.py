"""Is this certificate what the register says it is, and does it still hold?

`verify` takes the bytes of a file, the token out of a code, or a file's fingerprint, and answers with one status, in
this order of precedence: unknown, altered, revoked, superseded, expired, valid. It reads nothing but what it is
handed: the register through a small protocol, the day, and the certificates that the installation trusts.

The checks, each passed, failed or not applicable with a sentence of its own, by their stable names:
readable (is it a PDF), register (is there such a certificate), bytes (is it exactly the file that was issued),
signature, appended, certificate, timestamp (see `documents.checks`), revoked, superseded, validity. What asks for more
than anybody may see is checked in `documents.evidence`: archive, payload, template, decision, facts, history.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Protocol

from basis.messages import Message, _
from casework.issuers.rules import Seal
from documents.checks import APPENDED, Check, Result, failed, key_check, not_applicable, passed, signature_checks
from documents.claims import claimed_number
from documents.trust import Trust

__all__ = [
    "MAXIMUM_BYTES",
    "Answer",
    "Check",
    "Ended",
    "Fingerprint",
    "RegisterEntry",
    "RegisterLookup",
    "Result",
    "Status",
    "is_fingerprint",
    "verify",
]

MAXIMUM_BYTES = 20 * 1024 * 1024
NOBODY = Trust()
SAME_BYTES = passed("bytes", _("The file is, byte for byte, the one that was issued."))

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MAXIMUM_REVISIONS = 8


class Status(StrEnum):
    """What is answered, the first that applies."""

    UNKNOWN = "unknown"
    ALTERED = "altered"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    VALID = "valid"


class Ended(StrEnum):
    """How a register row ended; a void number never became a certificate."""

    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The SHA-256 (hex) of a file that stays with whoever has it."""

    sha256: str


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One row of the register, as far as anybody may know it.

    `sha256` (hex) is None while the number is only reserved. `ended_reason` is shown to whoever asks, so it
    holds words that may be disclosed, or none. `superseded_by` is a certificate number. `copy` is 0, or the number of
    the duplicate that `sha256` is of. `seal` says who signed and when; None for what was issued before that was kept,
    then `issued_at` counts.
    """

    document_id: str
    number: str
    kind: str
    token: str
    sha256: str | None
    issued_on: date
    valid_until: date | None = None
    ended_kind: Ended | None = None
    ended_on: date | None = None
    ended_reason: str = ""
    superseded_by: str | None = None
    copy: int = 0
    seal: Seal | None = None
    issued_at: datetime | None = None


class RegisterLookup(Protocol):
    """How verification asks the register; each answers None for what is not there."""

    def by_sha256(self, sha256: str) -> RegisterEntry | None: ...

    def by_number(self, number: str) -> RegisterEntry | None: ...

    def by_token(self, token: str) -> RegisterEntry | None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """The status with its reasons, and what the register says about the certificate (None where unknown)."""

    status: Status
    checks: tuple[Check, ...]
    reasons: tuple[Message, ...]
    number: str | None = None
    kind: str | None = None
    issued_on: date | None = None
    valid_until: date | None = None
    ended_on: date | None = None
    superseded_by: str | None = None
    document_id: str | None = None
    copy: int = 0


def verify(asked: bytes | str | Fingerprint, register: RegisterLookup, on: date, trusted: Trust = NOBODY) -> Answer:
    """Answer for the bytes of a file, for a token, or for the fingerprint of a file.

    `trusted` are the certificates that sign here; a file signed by another is altered. A parser sees only files that
    the register knows: others may be hostile. Never raises for what is asked, however broken; errors of the register
    pass through.
    """
    if isinstance(asked, Fingerprint):
        return _verify_fingerprint(asked, register, on, trusted)
    if isinstance(asked, str):
        return _verify_token(asked, register, on, trusted)
    return _verify_file(asked, register, on, trusted)


def is_fingerprint(text: str) -> bool:
    """Whether a text is a SHA-256 in small hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None


def _verify_token(token: str, register: RegisterLookup, on: date, trusted: Trust) -> Answer:
    entry = register.by_token(token) if token else None
    if entry is None or not _is_issued(entry):
        return _unknown(_in_register(entry))
    unseen = _("Only the code was checked. Hand in the file to check that it was not changed.")
    return _by_register(entry, on, trusted, (_in_register(entry), not_applicable("bytes", unseen)))


def _verify_fingerprint(asked: Fingerprint, register: RegisterLookup, on: date, trusted: Trust) -> Answer:
    entry = register.by_sha256(asked.sha256) if is_fingerprint(asked.sha256) else None
    if entry is None or not _is_issued(entry):
        sentence = _("The register has no file with this fingerprint. It may be unknown, or changed since.")
        return _unknown(failed("register", sentence))
    return _by_register(entry, on, trusted, (_in_register(entry), SAME_BYTES))


def _by_register(entry: RegisterEntry, on: date, trusted: Trust, checks: tuple[Check, ...]) -> Answer:
    """The answer where nobody handed in a file: its signature is not seen, but the register says whose it is."""
    unseen = _("The signature is checked when the file is handed in.")
    checks = (*checks, not_applicable("signature", unseen))
    if entry.seal is not None:
        checks = (*checks, key_check(entry.seal, trusted))
        if checks[-1].result is Result.FAILED:
            return _answer(Status.ALTERED, entry, checks)
    return _standing(entry, on, checks)


def _verify_file(data: bytes, register: RegisterLookup, on: date, trusted: Trust) -> Answer:
    unreadable = _unreadable(data)
    if unreadable is not None:
        return _unknown(failed("readable", unreadable))
    readable = passed("readable", _("The file is a PDF."))
    sha256 = hashlib.sha256(data).hexdigest()
    entry = register.by_sha256(sha256)
    if entry is None:
        return _foreign(data, register, readable)
    if entry.sha256 != sha256 or not _is_issued(entry):
        return _unknown(readable, _in_register(None))
    at = entry.seal.at if entry.seal else entry.issued_at
    signature = signature_checks(data, trusted, at)
    checks = (readable, _in_register(entry), SAME_BYTES, *signature)
    if any(check.result is Result.FAILED for check in signature):
        return _answer(Status.ALTERED, entry, checks)
    return _standing(entry, on, checks)


def _unreadable(data: bytes) -> Message | None:
    if len(data) > MAXIMUM_BYTES:
        return _("The file is larger than any certificate issued here.")
    # ISO 32000-1 annex H: readers accept the header anywhere in the first 1024 bytes.
    if b"%PDF-" not in data[:1024]:
        return _("The file is not a PDF.")
    return None


def _foreign(data: bytes, register: RegisterLookup, readable: Check) -> Answer:
    """A file with a fingerprint that the register does not know: changed by somebody, or not ours at all."""
    entry = _before_appending(data, register)
    if entry is not None:
        longer = _("The file begins with a certificate of the register, but does not end where that ended.")
        checks = (readable, _in_register(entry), failed("bytes", longer), failed("appended", APPENDED))
        return _answer(Status.ALTERED, entry, checks)
    number = claimed_number(data)
    entry = register.by_number(number) if number else None
    if entry is None:
        sentence = _("The register has no file with this fingerprint, and the file names no number that it has.")
        return _unknown(readable, failed("register", sentence))
    if not _is_issued(entry):
        return _unknown(readable, _in_register(entry))
    changed = _("The file bears the number of a certificate in the register, but is not the file that was issued.")
    unseen = not_applicable("signature", _("Not looked at: it would be the signature of another file."))
    return _answer(Status.ALTERED, entry, (readable, _in_register(entry), failed("bytes", changed), unseen))


_BYTE_RANGE = re.compile(rb"/ByteRange\s{0,9}\[\s{0,9}0\s{1,9}\d{1,10}\s{1,9}(\d{1,10})\s{1,9}(\d{1,10})\s{0,9}\]")


def _before_appending(data: bytes, register: RegisterLookup) -> RegisterEntry | None:
    """The certificate that the file was before something was appended, told by fingerprints alone: a signature says up
    to where it goes, and the register has what it went over."""
    for match in islice(_BYTE_RANGE.finditer(data), _MAXIMUM_REVISIONS):
        end = int(match[1]) + int(match[2])
        if 0 < end < len(data):
            sha256 = hashlib.sha256(memoryview(data)[:end]).hexdigest()
            entry = register.by_sha256(sha256)
            if entry is not None and entry.sha256 == sha256 and _is_issued(entry):
                return entry
    return None


def _is_issued(entry: RegisterEntry) -> bool:
    return entry.sha256 is not None and entry.ended_kind is not Ended.VOID


def _in_register(entry: RegisterEntry | None) -> Check:
    if entry is None:
        return failed("register", _("The register does not have it."))
    if entry.ended_kind is Ended.VOID:
        return failed("register", _("The number was given up before a certificate was issued."))
    if entry.sha256 is None:
        return failed("register", _("The number is reserved, but the certificate is not issued yet."))
    if entry.copy:
        said = _("The register has it: it is duplicate no. {number} of the certificate.", number=entry.copy)
        return passed("register", said)
    return passed("register", _("The register has it."))


def _standing(entry: RegisterEntry, on: date, checks: tuple[Check, ...]) -> Answer:
    """Whether a genuine certificate still holds on the day."""
    if entry.ended_kind is Ended.REVOKED:
        return _answer(Status.REVOKED, entry, (*checks, failed("revoked", _("It was revoked."))))
    checks = (*checks, passed("revoked", _("It was not revoked.")))
    if entry.ended_kind is Ended.SUPERSEDED:
        replaced = failed("superseded", _("A corrected certificate was issued in its place."))
        return _answer(Status.SUPERSEDED, entry, (*checks, replaced))
    checks = (*checks, passed("superseded", _("No other was issued in its place.")))
    if entry.ended_kind is Ended.EXPIRED or (entry.valid_until is not None and on > entry.valid_until):
        return _answer(Status.EXPIRED, entry, (*checks, failed("validity", _("Its time has run out."))))
    if entry.valid_until is None:
        validity = not_applicable("validity", _("It has no last day."))
    else:
        validity = passed("validity", _("Its last day has not passed."))
    return _answer(Status.VALID, entry, (*checks, validity))


def _unknown(*checks: Check) -> Answer:
    return Answer(Status.UNKNOWN, checks, tuple(check.sentence for check in checks if check.result is Result.FAILED))


def _answer(status: Status, entry: RegisterEntry, checks: tuple[Check, ...]) -> Answer:
    reasons = [check.sentence for check in checks if check.result is Result.FAILED]
    if status in (Status.REVOKED, Status.SUPERSEDED, Status.EXPIRED) and entry.ended_reason:
        reasons.append(_("Reason given: {reason}", reason=entry.ended_reason))
    if status is Status.VALID:
        reasons.append(_("It is genuine and in force."))
    return Answer(
        status,
        checks,
        tuple(reasons),
        number=entry.number,
        kind=entry.kind,
        issued_on=entry.issued_on,
        valid_until=entry.valid_until,
        ended_on=entry.ended_on,
        superseded_by=entry.superseded_by,
        document_id=entry.document_id,
        copy=entry.copy,
    )
