"""What the signature of a file says by itself: is it whole, what does it cover, who made it, and when.

Nothing is trusted here and the register is not asked; `documents.checks` judges. A PDF is signed over everything but
the place where the signature stands, so that place is held to hold nothing else: the signature in
hexadecimal digits of one case, and zeros behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from itertools import islice

from asn1crypto import cms  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from casework.issuers.rules import Seal

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_MAXIMUM_REVISIONS = 8


class Fault(StrEnum):
    """Why a file's signature is not whole."""

    UNREADABLE = "unreadable"
    NONE = "none"
    SEVERAL = "several"
    PARTIAL = "partial"  # it does not cover what it should, or its place holds something else
    CHANGED = "changed"  # the bytes are not the ones that were signed, or the signature is not by its certificate


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that is whole: by its certificate, over all bytes of `revision`.

    `claimed_at` is what the signer said, `token` an authority's word for it, both unchecked. `chain` are the
    certificates that came along, the signer's not among them.
    """

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    claimed_at: datetime | None
    signer_info: cms.SignerInfo
    token: cms.SignedData | None

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()


@dataclass(frozen=True, slots=True)
class Inspection:
    """`signature` where one is whole, `fault` where none is. `appended`: how many bytes stand behind what it covers,
    which are the first `signed` bytes of the file."""

    signature: Signature | None
    fault: Fault | None = None
    signed: int = 0
    appended: int = 0


def seal_of(pdf: bytes) -> Seal:
    """The seal of a file whose signature was checked. ValueError where none is whole."""
    found = inspect(pdf)
    signature = found.signature
    if signature is None or found.appended:
        raise ValueError("no signature over the whole file")
    at = said_at(signature.token) if signature.token is not None else signature.claimed_at
    if at is None:
        raise ValueError("a signature without a time")
    return Seal(signature.fingerprint, at, timestamped=signature.token is not None)


def said_at(token: cms.SignedData) -> datetime:
    """The moment that a timestamp names, unchecked. Raises whatever a broken one leads to."""
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def inspect(pdf: bytes) -> Inspection:
    """Look at the one signature of a file. Where it is not whole for the file, look for an earlier state of the file
    for which it was: then something was appended after it was signed. Never raises for what is in the file."""
    whole = _inspect(pdf)
    if whole.signature is not None:
        return whole
    for end in _ends(pdf):
        earlier = _inspect(pdf[:end])
        if earlier.signature is not None:
            return Inspection(earlier.signature, None, end, len(pdf) - end)
    return whole


def _inspect(pdf: bytes) -> Inspection:
    try:
        return _read(pdf)
    except Exception:  # noqa: BLE001  a signature that cannot be read is not a good one, whatever the cause
        return Inspection(None, Fault.UNREADABLE)


def _read(pdf: bytes) -> Inspection:
    found = PdfFileReader(BytesIO(pdf)).embedded_signatures
    if len(found) != 1:
        return Inspection(None, Fault.SEVERAL if found else Fault.NONE)
    (embedded,) = found
    if not _covers(pdf, embedded):
        return Inspection(None, Fault.PARTIAL)
    info, certificate = embedded.signer_info, embedded.signer_cert
    intact, good = validate_sig_integrity(info, certificate, "data", embedded.compute_digest())
    if not (intact and good):
        return Inspection(None, Fault.CHANGED)
    tokens = [] if info["unsigned_attrs"].native is None else list(extract_tst_data_iter(info, signed=False))
    signature = Signature(
        certificate=x509.load_der_x509_certificate(certificate.dump()),
        chain=tuple(x509.load_der_x509_certificate(link.dump()) for link in embedded.other_embedded_certs),
        claimed_at=embedded.self_reported_timestamp,
        signer_info=info,
        token=tokens[0] if len(tokens) == 1 else None,
    )
    return Inspection(signature, None, len(pdf))


def _covers(pdf: bytes, embedded: EmbeddedPdfSignature) -> bool:
    """All bytes but the signature's place, which holds the signature and nothing else."""
    if len(embedded.byte_range) != 4:
        return False
    start, before, after, rest = (int(number) for number in embedded.byte_range)
    if start != 0 or after + rest != len(pdf) or not 0 < before < after:
        return False
    place, content = pdf[before:after], bytes(embedded.pkcs7_content)
    digits = content.hex().encode("ascii")
    if place not in (b"<" + digits + b">", b"<" + digits.upper() + b">"):
        return False
    # DER says how long it is; what stands behind it is not signed, so it must be nothing.
    message = cms.ContentInfo.load(content, strict=False).dump()
    return content.startswith(message) and not content[len(message) :].strip(b"\0")


def _ends(pdf: bytes) -> list[int]:
    """Where signed states of the file end, by its byte ranges, the longest first, but before its end."""
    found = islice(_BYTE_RANGE.finditer(pdf), _MAXIMUM_REVISIONS)
    return sorted({end for match in found if 0 < (end := int(match[2]) + int(match[3])) < len(pdf)}, reverse=True)
