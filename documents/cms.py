"""The signature itself: CMS (RFC 5652) as PAdES B-B and B-T ask for it (ETSI EN 319 142-1, 5 and 6), in DER.

All of it but two digests, the signature and a timestamp is the same for every file of a key, and there are three
signed attributes, so it is written here directly: a library that knows all of CMS takes forty times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from asn1crypto.core import ObjectIdentifier  # type: ignore[import-untyped]
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from documents.keys import PrivateKey, Signer

_INTEGER, _OCTETS, _NULL, _SEQUENCE, _SET = 0x02, 0x04, b"\x05\x00", 0x30, 0x31
_TAGGED_0, _TAGGED_1, _TAGGED_4 = 0xA0, 0xA1, 0xA4


def _identifier(dotted: str) -> bytes:
    return bytes(ObjectIdentifier(dotted).dump())


_DATA: Final = _identifier("1.2.840.113549.1.7.1")
_SIGNED_DATA: Final = _identifier("1.2.840.113549.1.7.2")
_CONTENT_TYPE: Final = _identifier("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST: Final = _identifier("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE: Final = _identifier("1.2.840.113549.1.9.16.2.47")  # version 2, RFC 5035
_TIMESTAMP: Final = _identifier("1.2.840.113549.1.9.16.2.14")  # RFC 3161, appendix A
_SHA_256: Final = _identifier("2.16.840.1.101.3.4.2.1")
_ECDSA_SHA_256: Final = _identifier("1.2.840.10045.4.3.2")
_RSA_SHA_256: Final = _identifier("1.2.840.113549.1.1.11")

Timestamp = Callable[[bytes], bytes]
"""From the SHA-256 of a signature to an authority's token in DER."""


def signed_message(digest: bytes, signer: Signer, timestamp: Timestamp | None = None) -> bytes:
    """The signature over a file with this SHA-256. ValueError where the key is not that of the certificate."""
    attributes = _attributes(digest, signer)
    # What is signed has the tag of a set, what is written the tag of the field (RFC 5652, 5.4).
    to_sign = _der(_SET, attributes)
    signature = _sign(signer.key, to_sign)
    _check(signer, signature, to_sign)
    token = timestamp(sha256(signature).digest()) if timestamp else b""
    return _message(signer, attributes, signature, token)


def longest_message(signer: Signer, longest_token: int = 0) -> int:
    """How many bytes `signed_message` has at most."""
    key = signer.key
    # Two integers with their heads, or the modulus.
    longest = 2 * ((key.key_size + 7) // 8) + 16 if isinstance(key, ec.EllipticCurvePrivateKey) else key.key_size // 8
    return len(_message(signer, _attributes(bytes(32), signer), bytes(longest), bytes(longest_token)))


def _message(signer: Signer, attributes: bytes, signature: bytes, token: bytes) -> bytes:
    elliptic = isinstance(signer.key, ec.EllipticCurvePrivateKey)
    algorithm = _der(_SEQUENCE, _ECDSA_SHA_256) if elliptic else _der(_SEQUENCE, _RSA_SHA_256, _NULL)
    info = _der(
        _SEQUENCE,
        _number(1),
        _issuer_and_serial(signer),
        _der(_SEQUENCE, _SHA_256, _NULL),
        _der(_TAGGED_0, attributes),
        algorithm,
        _der(_OCTETS, signature),
        _der(_TAGGED_1, _der(_SEQUENCE, _TIMESTAMP, _der(_SET, token))) if token else b"",
    )
    certificates = sorted(link.public_bytes(Encoding.DER) for link in (signer.certificate, *signer.chain))
    signed_data = _der(
        _SEQUENCE,
        _number(1),
        _der(_SET, _der(_SEQUENCE, _SHA_256, _NULL)),
        _der(_SEQUENCE, _DATA),
        _der(_TAGGED_0, *certificates),
        _der(_SET, info),
    )
    return _der(_SEQUENCE, _SIGNED_DATA, _der(_TAGGED_0, signed_data))


def _attributes(digest: bytes, signer: Signer) -> bytes:
    """Type, digest and certificate, in the order of their bytes, as DER orders a set."""
    return b"".join(
        sorted(
            (
                _der(_SEQUENCE, _CONTENT_TYPE, _der(_SET, _DATA)),
                _der(_SEQUENCE, _MESSAGE_DIGEST, _der(_SET, _der(_OCTETS, digest))),
                _named_certificate(signer),
            )
        )
    )


def _named_certificate(signer: Signer) -> bytes:
    """The attribute that says which certificate signs, so that none can be put in its place (RFC 5035, 3)."""
    issuer = _der(_SEQUENCE, _der(_TAGGED_4, signer.certificate.issuer.public_bytes()))
    named = _der(
        _SEQUENCE,
        _der(_OCTETS, signer.certificate.fingerprint(SHA256())),
        _der(_SEQUENCE, issuer, _number(signer.certificate.serial_number)),
    )
    return _der(_SEQUENCE, _SIGNING_CERTIFICATE, _der(_SET, _der(_SEQUENCE, _der(_SEQUENCE, named))))


def _issuer_and_serial(signer: Signer) -> bytes:
    certificate = signer.certificate
    return _der(_SEQUENCE, certificate.issuer.public_bytes(), _number(certificate.serial_number))


def _sign(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(SHA256()))
    return key.sign(data, padding.PKCS1v15(), SHA256())


def _check(signer: Signer, signature: bytes, data: bytes) -> None:
    key = signer.certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), SHA256())
        else:
            raise ValueError("a certificate for another kind of key")
    except InvalidSignature:
        raise ValueError("a signature that its certificate does not confirm") from None


def _number(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
