"""Signs a certificate (PAdES B-B, invisible) and checks that a signature is whole and one of ours.

A visible signature widget would break PDF/UA-1, so the seal is drawn by the template and the signature is
not seen on the page. Trust is by pinning: a signing certificate is trusted when it is, byte for byte, among
those the installation lists. No network is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.registry import SimpleCertificateStore

from basis.errors import PredepartureError, Unavailable
from basis.messages import Message, _
from documents.keys import Signer
from documents.timestamps import Authority, require_timestamp
from documents.values import Officer

FIELD = "Issuer"

_SPARE = 512  # two timestamps of one authority differ by a few bytes


def sign(
    pdf: bytes, signer: Signer, *, officer: Officer, signed_at: datetime, authority: Authority | None = None
) -> bytes:
    """The file with a signature over all of it, naming the responsible officer as the reason.

    `signed_at` is aware of its time zone. With an `authority` the signature bears its timestamp (PAdES B-T). What
    comes out has been checked. Raises `Unavailable` (``signing_failed``, ``timestamp_unreachable``,
    ``timestamp_refused``, ``timestamp_wrong``); a file without signature or timestamp is never returned.
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
    if check_signature(signed, [signer.certificate_pem]) is not None:
        raise _failed()
    if authority is not None:
        require_timestamp(signed, authority, signed_at)
    return signed


def check_signature(pdf: bytes, trusted: Sequence[bytes]) -> Message | None:
    """None when the one signature covers the whole file, is intact, and is by a trusted certificate (PEM).

    Otherwise a sentence that says what is wrong. Never raises for what is in the file.
    """
    try:
        fault = _fault(pdf, trusted)
    except Exception:  # noqa: BLE001  a signature that cannot be read is not a good one, whatever the cause
        return _("The signature cannot be read.")
    return fault


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
    pdf_signer = PdfSigner(metadata, _pyhanko_signer(signer), timestamper=timestamper)
    session = pdf_signer.init_signing_session(IncrementalPdfFileWriter(BytesIO(pdf)))
    session.system_time = signed_at
    # Reserving the room beforehand saves a trial signature; the hexadecimal form has two digits a byte.
    room = 8192 + sum(2 * len(link.public_bytes(Encoding.DER)) for link in (signer.certificate, *signer.chain))
    if timestamper is not None:
        room += 2 * (len((await timestamper.async_dummy_response("sha256")).dump()) + _SPARE)
    document = session.prepare_tbs_document(None, bytes_reserved=room)
    digest, output = document.digest_tbs_document()
    await document.perform_signature(
        document_digest=digest.document_digest, pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=signed_at)
    )
    output.seek(0)
    return bytes(output.read())


def _pyhanko_signer(signer: Signer) -> SimpleSigner:
    private = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    above = b"".join(link.public_bytes(Encoding.PEM) for link in signer.chain)
    (certificate,) = load_certs_from_pemder_data(signer.certificate_pem)
    return SimpleSigner(
        signing_cert=certificate,
        signing_key=load_private_key_from_pemder_data(private, None),
        cert_registry=SimpleCertificateStore.from_certs(  # type: ignore[no-untyped-call]
            load_certs_from_pemder_data(above) if above else ()
        ),
    )


def _fault(pdf: bytes, trusted: Sequence[bytes]) -> Message | None:
    signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    if len(signatures) != 1:
        return _("The file does not bear exactly one signature.")
    (signature,) = signatures
    if signature.evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        return _("The signature does not cover the whole file.")
    certificate = signature.signer_cert
    intact, good = validate_sig_integrity(signature.signer_info, certificate, "data", signature.compute_digest())
    if not (intact and good):
        return _("The file was changed after it was signed.")
    if certificate.sha256 not in _fingerprints(trusted):
        return _("The file is signed with a key that the issuer does not list.")
    return None


def _fingerprints(trusted: Sequence[bytes]) -> set[bytes]:
    return {
        certificate.fingerprint(hashes.SHA256())
        for pem in trusted
        for certificate in x509.load_pem_x509_certificates(pem)
    }


def _failed() -> Unavailable:
    return Unavailable(
        "signing_failed",
        _("The certificate could not be signed, so nothing was issued."),
        _("Run `predeparture doctor`; the certificate is issued by itself once the key works."),
    )
