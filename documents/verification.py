"""Is this certificate what the register says it is, and does it still hold?

`verify` takes the bytes of a file or the token out of a code, and answers with one status, in this order of
precedence: unknown, altered, revoked, superseded, expired, valid. It reads nothing but what it is handed:
the register through a small protocol, the day, and the signing certificates the installation trusts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from basis.messages import Message, _
from documents.claims import claimed_number
from documents.signing import check_signature

MAXIMUM_BYTES = 20 * 1024 * 1024


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


class Result(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One row of the register, as far as anybody may know it.

    `sha256` (hex) is None while the number is only reserved. `ended_reason` is shown to whoever asks, so it
    holds words that may be disclosed, or none. `superseded_by` is a certificate number. `copy` is 0, or the number of
    the duplicate that `sha256` is of.
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


class RegisterLookup(Protocol):
    """How verification asks the register; each answers None for what is not there."""

    def by_sha256(self, sha256: str) -> RegisterEntry | None: ...

    def by_number(self, number: str) -> RegisterEntry | None: ...

    def by_token(self, token: str) -> RegisterEntry | None: ...


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `name` is stable: readable, register, signature, standing, validity."""

    name: str
    result: Result
    sentence: Message


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


def verify(asked: bytes | str, register: RegisterLookup, on: date, trusted: Sequence[bytes] = ()) -> Answer:
    """Answer for the bytes of a file, or for a token.

    `trusted` are PEM files of the certificates that may sign here; a file signed by another is altered.
    Never raises for what is asked, however broken; errors of the register pass through.
    """
    if isinstance(asked, str):
        return _verify_token(asked, register, on)
    return _verify_file(asked, register, on, trusted)


def _verify_token(token: str, register: RegisterLookup, on: date) -> Answer:
    entry = register.by_token(token) if token else None
    if entry is None or entry.sha256 is None or entry.ended_kind is Ended.VOID:
        return _unknown(_in_register(entry))
    file_check = Check(
        "signature",
        Result.NOT_APPLICABLE,
        _("Only the code was checked. Hand in the file to check that it was not changed."),
    )
    return _standing(entry, on, (_in_register(entry), file_check))


def _verify_file(data: bytes, register: RegisterLookup, on: date, trusted: Sequence[bytes]) -> Answer:
    unreadable = _unreadable(data)
    if unreadable is not None:
        return _unknown(Check("readable", Result.FAILED, unreadable))
    readable = Check("readable", Result.PASSED, _("The file is a PDF."))
    sha256 = hashlib.sha256(data).hexdigest()
    entry = register.by_sha256(sha256)
    if entry is None:
        return _foreign(data, register, readable)
    if entry.sha256 != sha256 or entry.ended_kind is Ended.VOID:
        return _unknown(readable, _in_register(None))
    fault = check_signature(data, trusted)
    if fault is not None:
        return _answer(Status.ALTERED, entry, (readable, _in_register(entry), Check("signature", Result.FAILED, fault)))
    signature = Check(
        "signature", Result.PASSED, _("The signature is the issuer's and covers the whole file, unchanged.")
    )
    return _standing(entry, on, (readable, _in_register(entry), signature))


def _unreadable(data: bytes) -> Message | None:
    if len(data) > MAXIMUM_BYTES:
        return _("The file is larger than any certificate issued here.")
    # ISO 32000-1 annex H: readers accept the header anywhere in the first 1024 bytes.
    if b"%PDF-" not in data[:1024]:
        return _("The file is not a PDF.")
    return None


def _foreign(data: bytes, register: RegisterLookup, readable: Check) -> Answer:
    """A file with a fingerprint that the register does not know: changed by somebody, or not ours at all."""
    number = claimed_number(data)
    entry = register.by_number(number) if number else None
    if entry is None:
        sentence = _("The register has no file with this fingerprint, and the file names no number that it has.")
        return _unknown(readable, Check("register", Result.FAILED, sentence))
    if entry.sha256 is None or entry.ended_kind is Ended.VOID:
        return _unknown(readable, _in_register(entry))
    changed = _("The file bears the number of a certificate in the register, but is not the file that was issued.")
    return _answer(Status.ALTERED, entry, (readable, Check("register", Result.FAILED, changed)))


def _in_register(entry: RegisterEntry | None) -> Check:
    if entry is None:
        return Check("register", Result.FAILED, _("The register does not have it."))
    if entry.ended_kind is Ended.VOID:
        return Check("register", Result.FAILED, _("The number was given up before a certificate was issued."))
    if entry.sha256 is None:
        return Check("register", Result.FAILED, _("The number is reserved, but the certificate is not issued yet."))
    if entry.copy:
        said = _("The register has it: it is duplicate no. {number} of the certificate.", number=entry.copy)
        return Check("register", Result.PASSED, said)
    return Check("register", Result.PASSED, _("The register has it."))


def _standing(entry: RegisterEntry, on: date, checks: tuple[Check, ...]) -> Answer:
    """Whether a genuine certificate still holds on the day."""
    ended = {
        Ended.REVOKED: (Status.REVOKED, _("It was revoked.")),
        Ended.SUPERSEDED: (Status.SUPERSEDED, _("A corrected certificate was issued in its place.")),
    }
    if entry.ended_kind in ended:
        status, sentence = ended[entry.ended_kind]
        return _answer(status, entry, (*checks, Check("standing", Result.FAILED, sentence)))
    standing = Check("standing", Result.PASSED, _("It was neither revoked nor replaced."))
    if entry.ended_kind is Ended.EXPIRED or (entry.valid_until is not None and on > entry.valid_until):
        validity = Check("validity", Result.FAILED, _("Its time has run out."))
        return _answer(Status.EXPIRED, entry, (*checks, standing, validity))
    if entry.valid_until is None:
        validity = Check("validity", Result.NOT_APPLICABLE, _("It has no last day."))
    else:
        validity = Check("validity", Result.PASSED, _("Its last day has not passed."))
    return _answer(Status.VALID, entry, (*checks, standing, validity))


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
    )
