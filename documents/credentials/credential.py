"""A certificate's facts as a W3C Verifiable Credential 2.0 (https://www.w3.org/TR/vc-data-model-2.0/).

Why the issuer is a did:key and the terms have a vocabulary of their own: docs/decisions/0013-credentials.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from basis.errors import InvalidInput
from basis.messages import Message, _
from documents.credentials import data_integrity
from documents.credentials.data_integrity import Json
from documents.credentials.keys import CredentialKey, PublicKey
from documents.encoding import facts
from documents.values import Certificate

CONTEXT: Final[list[Any]] = [
    "https://www.w3.org/ns/credentials/v2",
    {"@vocab": "urn:predeparture:certificate:1:"},
]
TYPE: Final = ["VerifiableCredential", "PredepartureCertificate"]
MEDIA_TYPE: Final = "application/vc"
ATTACHMENT: Final = "predeparture-credential.json"
"""The name under which the credential is attached to the page."""

MAXIMUM_BYTES: Final = 512 * 1024
"""Far above any credential made here; what is larger is not parsed."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a credential says. `facts` are its credentialSubject and `key` what it was signed with; both None where
    `fault` says why the credential cannot be relied on. `altered`: a listed key did not sign it as it is."""

    facts: Json | None = None
    key: PublicKey | None = None
    fault: Message | None = None
    altered: bool = False


def make_credential(value: Certificate, key: CredentialKey) -> bytes:
    """The signed credential: UTF-8, names sorted, the same bytes for the same value and key.

    Raises `InvalidInput` (``unsignable_value``) for a number beyond what JSON readers agree on (2^53).
    """
    issued_on, until = value.head.issued_on, value.outcome.valid_until
    document: Json = {
        "@context": CONTEXT,
        "id": value.head.verify_url,
        "type": TYPE,
        "issuer": {"id": key.public.did, "name": value.issuer.name},
        "validFrom": begin_of(issued_on),
        **({} if until is None else {"validUntil": end_of(until)}),
        "credentialSubject": facts(value),
    }
    try:
        secured = data_integrity.sign(
            document, key, method=key.public.method, created=f"{issued_on.isoformat()}T00:00:00Z"
        )
    except ValueError as error:
        raise InvalidInput(
            "unsignable_value",
            _("The certificate holds a number that cannot be written into its data."),
            _("Correct the sum or the number; it has more than fifteen digits."),
        ) from error
    return json.dumps(secured, ensure_ascii=False, sort_keys=True, indent=1).encode("utf-8")


def check_credential(data: bytes, keys: Sequence[PublicKey]) -> Checked:
    """Check bytes that say they are a credential of an issuer with these keys. Never raises for what is in them."""
    if len(data) > MAXIMUM_BYTES:
        return Checked(fault=_("The data is larger than that of any certificate."))
    try:
        secured = data_integrity.read_json(data)
    except ValueError:
        return Checked(fault=_("The data cannot be read."))
    subject = secured.get("credentialSubject")
    if secured.get("@context") != CONTEXT or secured.get("type") != TYPE or not isinstance(subject, dict):
        return Checked(fault=_("The data is not the credential of a certificate."))
    method = data_integrity.method_of(secured)
    key = next((one for one in keys if one.method == method), None)
    if key is None:
        return Checked(fault=_("The data is signed with a key that the issuer does not list."))
    if not data_integrity.verify(secured, key):
        return Checked(fault=_("The data was changed after it was signed."), altered=True)
    issuer = secured.get("issuer")
    issued_on = _issued_on(subject)
    if not isinstance(issuer, dict) or issuer.get("id") != key.did or issued_on is None:
        return Checked(fault=_("The data is not the credential of a certificate."))
    fault = key.fault_on(issued_on)
    return Checked(subject, key) if fault is None else Checked(fault=fault)


def begin_of(day: date) -> str:
    """Where a day begins first on Earth, so that it holds on all of its day wherever it is read."""
    return f"{day.isoformat()}T00:00:00+14:00"


def end_of(day: date) -> str:
    """Where a day ends last on Earth."""
    return f"{day.isoformat()}T23:59:59-12:00"


def _issued_on(subject: Json) -> date | None:
    head = subject.get("head")
    try:
        return date.fromisoformat(head["issued_on"]) if isinstance(head, dict) else None
    except (KeyError, TypeError, ValueError):
        return None
