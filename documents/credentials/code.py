"""What stands behind the `#` of a certificate's code: its key facts, signed, small enough for a printed code.

Deterministic CBOR (RFC 8949, 4.2) in a COSE_Sign1 (RFC 9052) by Ed25519, as base64url without padding. The
address before the `#` is signed with it (as external data, which costs no room), so that signed facts cannot
be put behind another address.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import cbor2

from basis.messages import Message, _
from documents.credentials.keys import KEY_ID_BYTES, CredentialKey, PublicKey
from documents.values import Certificate

VERSION: Final = 1
MAXIMUM_CHARACTERS: Final = 4296
"""What the largest QR code holds."""

_TAG, _ALGORITHM, _KEY_ID, _EDDSA = 18, 1, 4, -8  # RFC 9052 2 and 3.1, RFC 9053 2.2
_PROTECTED: Final = cbor2.dumps({_ALGORITHM: _EDDSA}, canonical=True)
# The tag, an array of four, the protected header, the other header with the key's id up to its eight bytes; and
# the head of the 64 bytes of the signature.
_BEGIN: Final = b"\xd2\x84\x43" + _PROTECTED + b"\xa1\x04\x48"
_BEFORE_SIGNATURE: Final = b"\x58\x40"
_SIGNATURE_BYTES: Final = 64
# A number instead of the word takes a step off the size of the printed code. Numbers are never given again.
_KINDS: Final = (
    "documents",
    "security",
    "qualifications",
    "training",
    "medical",
    "orientation",
    "loan",
    "general",
    "departure",
    "completion",
    "letter",
    "promissory_note",
    "loan_statement",
    "settlement_letter",
    "entitlement_statement",
)
_DAY_ZERO: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What an officer compares with the page and the passport. `passport_hint` is the end of its number; a `specimen`
    shows what a certificate looks like and is none."""

    number: str
    kind: str
    name: str
    birth_date: date
    passport_hint: str
    issued_on: date
    valid_until: date | None
    specimen: bool = False


@dataclass(frozen=True, slots=True)
class CheckedCode:
    """What a code says; `facts` and `key` are None where `fault` says why it cannot be relied on. `altered`: a listed
    key did not sign it as it is."""

    facts: KeyFacts | None = None
    key: PublicKey | None = None
    fault: Message | None = None
    altered: bool = False


def make_code(value: Certificate, key: CredentialKey) -> str:
    """The text of the QR code: ``<address>#<signed facts>``. The same text for the same value and key."""
    address = value.head.verify_url
    payload = cbor2.dumps(_packed(key_facts(value)), canonical=True)
    signature = key.sign(_to_be_signed(address, payload))
    message = cbor2.CBORTag(_TAG, [_PROTECTED, {_KEY_ID: key.public.id}, payload, signature])
    fragment = _fragment(cbor2.dumps(message, canonical=True))
    return f"{address}#{fragment}"


def check_code(text: str, keys: Sequence[PublicKey]) -> CheckedCode:
    """Check the text of a code of an issuer with these keys. Never raises for what is in it."""
    unreadable = CheckedCode(fault=_("The code cannot be read: it is cut or changed, or not that of a certificate."))
    address, separator, fragment = text.strip().partition("#")
    if not separator or not fragment:
        return CheckedCode(fault=_("The code has only an address: the signed part behind its # is missing."))
    if len(text) > MAXIMUM_CHARACTERS:
        return unreadable
    message = _message(fragment)
    if message is None:
        return unreadable
    key_id, payload, signature = message
    named = [key for key in keys if key.id == key_id]
    if not named:
        return CheckedCode(fault=_("The code is signed with a key that the issuer does not list."))
    key = next((key for key in named if key.verifies(signature, _to_be_signed(address, payload))), None)
    if key is None:
        return CheckedCode(fault=_("The code was changed after it was signed."), altered=True)
    facts = _unpacked(_decoded(payload))
    if facts is None:
        return CheckedCode(fault=_("The code is of a form that this version does not know."))
    fault = key.fault_on(facts.issued_on)
    return CheckedCode(facts, key) if fault is None else CheckedCode(fault=fault)


def key_facts(value: Certificate) -> KeyFacts:
    """The facts of a certificate that go into its code."""
    return KeyFacts(
        number=value.head.number,
        kind=value.kind,
        name=value.person.name.encode("utf-8", "replace").decode("utf-8"),
        birth_date=value.person.birth_date,
        passport_hint=value.person.passport_hint.strip("\u2022 "),
        issued_on=value.head.issued_on,
        valid_until=value.outcome.valid_until,
        specimen=value.head.specimen,
    )


def _packed(facts: KeyFacts) -> dict[int, Any]:
    """Small integers for names, days counted from 1970-01-01; what is absent takes no room."""
    packed: dict[int, Any] = {
        1: VERSION,
        2: facts.number,
        3: _KINDS.index(facts.kind) if facts.kind in _KINDS else facts.kind,
        4: facts.name,
        5: _counted(facts.birth_date),
        6: facts.passport_hint,
        7: _counted(facts.issued_on),
    }
    if facts.valid_until is not None:
        packed[8] = _counted(facts.valid_until)
    if facts.specimen:
        packed[9] = True
    return packed


def _unpacked(packed: object) -> KeyFacts | None:
    if not isinstance(packed, dict) or packed.get(1) != VERSION or not set(packed) <= set(range(1, 10)):
        return None
    try:
        return KeyFacts(
            number=_text(packed.get(2)),
            kind=_kind(packed.get(3)),
            name=_text(packed.get(4)),
            birth_date=_day(packed.get(5)),
            passport_hint=_text(packed.get(6)),
            issued_on=_day(packed.get(7)),
            valid_until=_day(packed[8]) if 8 in packed else None,
            specimen=packed.get(9, False) is not False,
        )
    except (TypeError, IndexError, OverflowError):
        return None


def _text(item: object) -> str:
    if not isinstance(item, str):
        raise TypeError
    return item


def _kind(item: object) -> str:
    return _KINDS[item] if type(item) is int and item >= 0 else _text(item)


def _counted(day: date) -> int:
    return (day - _DAY_ZERO).days


def _day(count: object) -> date:
    if type(count) is not int:
        raise TypeError
    return _DAY_ZERO + timedelta(days=count)


def _to_be_signed(address: str, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052, 4.4, with the address as external data."""
    return cbor2.dumps(["Signature1", _PROTECTED, address.encode("utf-8", "replace"), payload], canonical=True)


def _fragment(message: bytes) -> str:
    return urlsafe_b64encode(message).rstrip(b"=").decode("ascii")


def _message(fragment: str) -> tuple[bytes, bytes, bytes] | None:
    """Key id, payload and signature of a COSE_Sign1 as made here, or None.

    Deterministic CBOR has one form, so the parts stand at known places, and no CBOR of strangers is decoded.
    """
    try:
        raw = b64decode(fragment.encode("ascii") + b"=" * (-len(fragment) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    # The decoder also takes "+" and "/", and bits that stand for nothing in the last character.
    if _fragment(raw) != fragment:
        return None
    begin, end = len(_BEGIN) + KEY_ID_BYTES, len(raw) - len(_BEFORE_SIGNATURE) - _SIGNATURE_BYTES
    if not raw.startswith(_BEGIN) or raw[end : end + len(_BEFORE_SIGNATURE)] != _BEFORE_SIGNATURE:
        return None
    boxed = raw[begin:end]
    payload = next((boxed[head:] for head in (1, 2, 3) if cbor2.dumps(boxed[head:]) == boxed), None)
    return None if payload is None else (raw[len(_BEGIN) : begin], payload, raw[-_SIGNATURE_BYTES:])


def _decoded(payload: bytes) -> object:
    """What a signed payload holds; None where it is no CBOR."""
    try:
        return cbor2.loads(payload, max_depth=2, allow_indefinite=False, allow_duplicate_keys=False)
    except (cbor2.CBORError, ValueError, ArithmeticError):
        return None
