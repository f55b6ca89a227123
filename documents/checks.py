"""The checks of a file's signature, each with a result and a sentence of its own. They read what is handed in only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from basis.messages import Message, _
from casework.issuers.rules import Seal
from documents.signatures import Fault, Inspection, Signature, inspect, said_at
from documents.timestamps import check_timestamp
from documents.trust import Trust, Trusted


class Result(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `name` is stable: see `documents.verification`."""

    name: str
    result: Result
    sentence: Message


FAULTS = {
    Fault.UNREADABLE: _("The signature cannot be read."),
    Fault.NONE: _("The file is not signed."),
    Fault.SEVERAL: _("The file does not bear exactly one signature."),
    Fault.PARTIAL: _("The signature does not cover the whole file."),
    Fault.CHANGED: _("The file was changed after it was signed."),
}
"""What is wrong with a signature, in words."""

APPENDED = _("Something was appended to the file after it was signed.")


def passed(name: str, sentence: Message) -> Check:
    return Check(name, Result.PASSED, sentence)


def failed(name: str, sentence: Message) -> Check:
    return Check(name, Result.FAILED, sentence)


def not_applicable(name: str, sentence: Message) -> Check:
    return Check(name, Result.NOT_APPLICABLE, sentence)


def signature_checks(data: bytes, trust: Trust, issued_at: datetime | None = None) -> tuple[Check, ...]:
    """`signature`, `appended`, `certificate`, `timestamp` of a file. `issued_at` is when it was signed by what the
    register says; it counts where the file bears no timestamp. Never raises for what is in the file."""
    found = inspect(data)
    if found.signature is None:
        fault = FAULTS[found.fault or Fault.UNREADABLE]
        unsigned = _("There is no signature that could be checked for it.")
        rest = [not_applicable(name, unsigned) for name in ("appended", "certificate", "timestamp")]
        return (failed("signature", fault), *rest)
    timestamp = _timestamp(found.signature, trust)
    at = said_at(found.signature.token) if timestamp.result is Result.PASSED else None
    return (
        passed("signature", _("The signature is whole: what it covers was not changed since.")),
        _appended(found),
        _certificate(found.signature, trust, at, issued_at),
        timestamp,
    )


def key_check(seal: Seal, trust: Trust) -> Check:
    """`certificate`, by what the register says of a signature, where nobody has the file at hand."""
    issuer = trust.find(seal.by)
    if issuer is None:
        return failed("certificate", _("The key that signed it is not in the issuer's list of keys."))
    return _judged(issuer, seal.at, seal.at if seal.timestamped else None)


def adopted_seal(data: bytes, trust: Trust) -> Seal | None:
    """The seal of a file that an earlier try had signed, where every check of it passes or does not apply."""
    found = inspect(data)
    checks = signature_checks(data, trust)
    if found.signature is None or any(check.result is Result.FAILED for check in checks):
        return None
    if found.signature.token is not None:
        return Seal(found.signature.fingerprint, said_at(found.signature.token), timestamped=True)
    at = found.signature.claimed_at
    return None if at is None else Seal(found.signature.fingerprint, at, timestamped=False)


def _appended(found: Inspection) -> Check:
    if found.appended:
        return failed("appended", APPENDED)
    return passed("appended", _("The signature covers the whole file; nothing was appended after it was signed."))


def _certificate(signature: Signature, trust: Trust, stamped: datetime | None, issued_at: datetime | None) -> Check:
    issuer = trust.find(signature.fingerprint)
    if issuer is None:
        return failed("certificate", _("The file is signed with a key that the issuer does not list."))
    at = stamped or issued_at or signature.claimed_at
    if at is None:
        return failed("certificate", _("The file does not say when it was signed."))
    return _judged(issuer, at, stamped)


def _judged(issuer: Trusted, at: datetime, stamped: datetime | None) -> Check:
    fault = issuer.fault(at)
    if fault is not None:
        return failed("certificate", fault)
    if issuer.compromised_at is not None:
        return passed("certificate", _SINCE_COMPROMISED[stamped is not None])
    if issuer.retired_at is not None:
        return passed(
            "certificate", _("The certificate is the issuer's, and was in use when it signed. It is retired.")
        )
    return passed("certificate", _("The certificate is the issuer's, and was valid and in use when it signed."))


_SINCE_COMPROMISED = {
    True: _("Others may have had the issuer's key later. The timestamp shows that the file was signed before that."),
    False: _(
        "Others may have had the issuer's key later, and no timestamp shows that the file was signed before that. "
        "The signature alone proves nothing any more: the file counts because the register has exactly this one."
    ),
}


def _timestamp(signature: Signature, trust: Trust) -> Check:
    if signature.token is None:
        return not_applicable("timestamp", _("The file bears no timestamp of an independent authority."))
    fault = check_timestamp(signature.token, signature.signer_info, trust.anchors)
    if fault is not None:
        return failed("timestamp", fault)
    moment = said_at(signature.token).strftime("%Y-%m-%d %H:%M")
    return passed("timestamp", _("An independent authority saw the signature on {moment} (UTC).", moment=moment))
