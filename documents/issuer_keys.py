"""The file of an issuer's public keys: all that somebody elsewhere needs to check what it issued, for decades.

The file itself is trusted because of the way it came (handed over by the issuer, or fetched from its address), so it
is not signed: a signature by a key that stands in it would prove nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from basis.errors import InvalidInput
from basis.messages import _
from casework.issuers.tables import KeyPurpose
from documents.credentials.data_integrity import Json, read_json
from documents.credentials.keys import PublicKey
from documents.trust import Trust, Trusted

_SIGNING, _TIMESTAMP = KeyPurpose.SIGNING, KeyPurpose.TIMESTAMP
SCHEMA: Final = "predeparture.issuer-keys/1"
MAXIMUM_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class IssuerKeys:
    """Who issues, at which address, and what it signs with: `keys` the data, `trust` the PDF files."""

    issuer: str
    public_url: str
    made_at: datetime
    keys: tuple[PublicKey, ...]
    trust: Trust


def write_issuer_keys(issuer: IssuerKeys) -> bytes:
    """The file, as JSON (``predeparture.issuer-keys/1``)."""
    signing = [
        _certificate(_SIGNING, b"".join(link.public_bytes(Encoding.PEM) for link in (one.certificate, *one.chain)), one)
        for one in issuer.trust.signing
    ]
    clocks = [_certificate(_TIMESTAMP, anchor) for anchor in issuer.trust.anchors]
    shape = {
        "schema": SCHEMA,
        "issuer": issuer.issuer,
        "public_url": issuer.public_url,
        "made_at": issuer.made_at.isoformat(),
        "keys": [key.to_json() for key in issuer.keys],
        "certificates": [*signing, *clocks],
    }
    return json.dumps(shape, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def read_issuer_keys(data: bytes) -> IssuerKeys:
    """What `write_issuer_keys` wrote. Raises `InvalidInput` (``bad_issuer_keys``)."""
    try:
        read = read_json(data[: MAXIMUM_BYTES + 1])
        if read["schema"] != SCHEMA:
            raise ValueError("another schema")
        return IssuerKeys(
            issuer=str(read["issuer"]),
            public_url=str(read["public_url"]),
            made_at=_instant(read["made_at"]),
            keys=tuple(PublicKey.from_json(key) for key in read["keys"]),
            trust=Trust(
                tuple(_trusted(one) for one in read["certificates"] if one["purpose"] == _SIGNING),
                tuple(_anchor(one) for one in read["certificates"] if one["purpose"] == _TIMESTAMP),
            ),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            "bad_issuer_keys",
            _("The file of the issuer's public keys cannot be read."),
            _("Get it anew: the issuer makes it with `predeparture keys export FILE`."),
        ) from error


def trusted_certificates(data: bytes) -> Trust:
    """Trust in the first certificate of a PEM file, with those above it.

    Raises `InvalidInput` (``bad_certificate``).
    """
    try:
        return Trust((Trusted.of(data),))
    except ValueError as error:
        raise InvalidInput(
            "bad_certificate",
            _("The file of the signing certificate cannot be read."),
            _("Give the certificate as PEM; it begins with -----BEGIN CERTIFICATE-----."),
        ) from error


def together(trusts: Sequence[Trust]) -> Trust:
    """Trust in whatever one of them trusts."""
    signing = [one for trust in trusts for one in trust.signing]
    return Trust(tuple(signing), tuple(anchor for trust in trusts for anchor in trust.anchors))


def _certificate(purpose: KeyPurpose, pem: bytes, days: Trusted | None = None) -> Json:
    """`pem` is a certificate with those above it."""
    return {
        "purpose": purpose.value,
        "retired_at": _written(days.retired_at) if days else None,
        "compromised_at": _written(days.compromised_at) if days else None,
        "pem": pem.decode("ascii"),
    }


def _trusted(data: Json) -> Trusted:
    retired_at, compromised_at = (
        _instant(data[name]) if data[name] else None for name in ("retired_at", "compromised_at")
    )
    return Trusted.of(str(data["pem"]).encode(), retired_at, compromised_at)


def _anchor(data: Json) -> bytes:
    pem = str(data["pem"]).encode()
    x509.load_pem_x509_certificates(pem)
    return pem


def _written(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _instant(text: Any) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("no time zone")
    return instant
