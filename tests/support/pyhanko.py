"""Signing with pyHanko, which knows nothing of our own way: to compare with it, and to sign as a stranger would."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.keys import Signer


def pyhanko_signer(signer: Signer) -> SimpleSigner:
    """The same key and certificates, for pyHanko."""
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
