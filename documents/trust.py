"""Which certificates' signatures are this issuer's, and until when.

Trust is by pinning: a certificate counts when it is, byte for byte, among those that signed here, and for what was
signed while it was in use. Nobody is asked over the network whether it was revoked: the register of keys says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from basis.messages import Message, _
from casework.issuers.tables import IssuerCertificate, KeyPurpose
from documents.timestamps import CLOCKS


@dataclass(frozen=True, slots=True)
class Trusted:
    """A certificate that signed here, with those above it. `compromised_at`: since when others may have had its key."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    retired_at: datetime | None = None
    compromised_at: datetime | None = None

    @classmethod
    def of(cls, pem: bytes, retired_at: datetime | None = None, compromised_at: datetime | None = None) -> Trusted:
        """From PEM: the certificate, then those above it. ValueError for anything else."""
        certificate, *chain = x509.load_pem_x509_certificates(pem)
        return cls(certificate, tuple(chain), retired_at, compromised_at)

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    def fault(self, signed_at: datetime) -> Message | None:
        """What speaks against a signature by it at that moment; None when it was good and in use."""
        above = self._above()
        if above is None:
            return _("The certificates above the issuer's do not lead to one another.")
        for link in (self.certificate, *above):
            if not link.not_valid_before_utc <= signed_at <= link.not_valid_after_utc:
                return _("The issuer's certificate was not valid when the file was signed.")
        if self.compromised_at is not None and signed_at > self.compromised_at:
            return _("The file was signed when others may have had the issuer's key: have it issued anew.")
        if self.retired_at is not None and signed_at > self.retired_at + CLOCKS:
            return _("The file was signed after the issuer had retired the key.")
        return None

    def _above(self) -> list[x509.Certificate] | None:
        """The certificates from this one upwards as far as they came along; None where one is there but not linked."""
        below, left, found = self.certificate, list(self.chain), []
        while left:
            link = next((one for one in left if _issued(one, below)), None)
            if link is None:
                return None
            left.remove(link)
            found.append(link)
            below = link
        return found


@dataclass(frozen=True, slots=True)
class Trust:
    """All that signatures are checked against. `anchors` (PEM) are those of timestamp authorities."""

    signing: tuple[Trusted, ...] = ()
    anchors: tuple[bytes, ...] = ()

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """PEM of each certificate that ever signed."""
        return tuple(one.certificate.public_bytes(Encoding.PEM) for one in self.signing)

    def find(self, fingerprint: str) -> Trusted | None:
        return next((one for one in self.signing if one.fingerprint == fingerprint), None)


def gathered(rows: Sequence[IssuerCertificate], stored: Iterable[bytes]) -> Trust:
    """Trust in the rows of the register of keys, and in PEM files of an installation that had no such register yet."""
    signing = {
        row.fingerprint: Trusted.of(row.pem.encode(), row.retired_at, row.compromised_at)
        for row in rows
        if row.purpose is KeyPurpose.SIGNING
    }
    for pem in stored:
        one = Trusted.of(pem)
        signing.setdefault(one.fingerprint, one)
    anchors = tuple(row.pem.encode() for row in rows if row.purpose is KeyPurpose.TIMESTAMP)
    return Trust(tuple(signing.values()), anchors)


def certificate_files(folder: Path) -> list[bytes]:
    """The PEM files of certificates in a folder; what is no certificate is left out, for it vouches for nothing."""
    found = []
    for path in sorted(folder.glob("*.pem")):
        data = path.read_bytes()
        if b"BEGIN CERTIFICATE" in data:
            found.append(data)
    return found


def _issued(above: x509.Certificate, below: x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
