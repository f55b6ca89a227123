"""Signs a certificate (PAdES B-B, invisible) and checks that a signature is whole and one of ours.

A visible signature widget would break PDF/UA-1, so the seal is drawn by the template and the signature is
not seen on the page. Trust is by pinning: a signing certificate is trusted when it is, byte for byte, among
those the installation lists. No network is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from basis.errors import PredepartureError, Unavailable
from basis.messages import Message, _
from documents.checks import Result, signature_checks
from documents.keys import Signer, confirms
from documents.timestamps import Authority, require_timestamp
from documents.trust import Trust, Trusted
from documents.values import Officer

FIELD = "Issuer"

_MESSAGE = 4096  # all but certificates and timestamp, for any key
_SPARE = 512  # two timestamps of one authority differ by a few bytes


def sign(
    pdf: bytes, signer: Signer, *, officer: Officer, signed_at: datetime, authority: Authority | None = None
) -> bytes:
    """The file with a signature over all of it, naming the responsible officer as the reason.

    `signed_at` is aware of its time zone. With an `authority` the signature bears its timestamp (PAdES B-T). The
    signature has been checked with the key of its certificate. Raises `Unavailable` (``signing_failed``,
    ``timestamp_unreachable``, ``timestamp_refused``, ``timestamp_wrong``); a file without signature or timestamp is
    never returned.
    """
    if signed_at.tzinfo is None:
        raise ValueError("signed_at needs a time zone")
    reason = str(_("Issued by {name}, {title}", name=officer.name, title=officer.title))
    try:
        signed = asyncio.run(_signed(pdf, signer, reason, signed_at, _client(authority) if authority else None))
    except PredepartureError:
        raise
    except Exception as error:
        # Whatever the library stumbles over, nothing is issued.
        raise _failed() from error
    if authority is not None:
        require_timestamp(signed, authority, signed_at)
    return signed


def check_signature(pdf: bytes, trusted: Sequence[bytes]) -> Message | None:
    """None when the one signature covers the whole file, is intact, and is by a trusted certificate (PEM).

    Otherwise a sentence that says what is wrong. Never raises for what is in the file. The single checks are in
    `documents.checks`.
    """
    issuers = Trust(tuple(Trusted.of(pem) for pem in trusted))
    looked_at = [check for check in signature_checks(pdf, issuers) if check.name != "timestamp"]
    return next((check.sentence for check in looked_at if check.result is Result.FAILED), None)


@cache
def _client(authority: Authority) -> TimeStamper:
    """One for the process: it asks once how large an answer is."""
    return authority.client()


async def _signed(
    pdf: bytes, signer: Signer, reason: str, signed_at: datetime, timestamper: TimeStamper | None
) -> bytes:
    metadata = PdfSignatureMetadata(
        field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", reason=reason
    )
    pdf_signer = PdfSigner(metadata, _confirmed(signer), timestamper=timestamper)
    session = pdf_signer.init_signing_session(IncrementalPdfFileWriter(BytesIO(pdf)))
    session.system_time = signed_at
    # Reserving the room beforehand saves a trial signature.
    document = session.prepare_tbs_document(None, bytes_reserved=await _room(signer, timestamper))
    digest, output = document.digest_tbs_document()
    await document.perform_signature(
        document_digest=digest.document_digest, pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=signed_at)
    )
    output.seek(0)
    return bytes(output.read())


async def _room(signer: Signer, timestamper: TimeStamper | None) -> int:
    """How many hexadecimal digits the signature may take."""
    room = _MESSAGE + sum(len(link.public_bytes(Encoding.DER)) for link in (signer.certificate, *signer.chain))
    if timestamper is not None:
        room += len((await timestamper.async_dummy_response("sha256")).dump()) + _SPARE
    return 2 * room


class _Confirmed(SimpleSigner):
    """Looks at each signature with the key of the certificate before it is used."""

    def __init__(self, certificate: x509.Certificate, **parts: Any) -> None:
        super().__init__(**parts)
        self._certificate = certificate

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        signature = await super().async_sign_raw(data, digest_algorithm, dry_run)
        if not confirms(self._certificate, signature, data):
            raise ValueError("a signature that its certificate does not confirm")
        return signature


@lru_cache(maxsize=4)
def _confirmed(signer: Signer) -> SimpleSigner:
    private = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    above = b"".join(link.public_bytes(Encoding.PEM) for link in signer.chain)
    (certificate,) = load_certs_from_pemder_data(signer.certificate_pem)
    return _Confirmed(
        signer.certificate,
        signing_cert=certificate,
        signing_key=load_private_key_from_pemder_data(private, None),
        cert_registry=SimpleCertificateStore.from_certs(  # type: ignore[no-untyped-call]
            load_certs_from_pemder_data(above) if above else ()
        ),
    )


def _failed() -> Unavailable:
    return Unavailable(
        "signing_failed",
        _("The certificate could not be signed, so nothing was issued."),
        _("Run `predeparture doctor`; the certificate is issued by itself once the key works."),
    )
