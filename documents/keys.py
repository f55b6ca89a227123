"""The key that an installation signs with: made once, or handed in as PEM or PKCS#12."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from secrets import token_hex

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID, ObjectIdentifier

from basis.errors import Conflict, PredepartureError, Unavailable
from basis.messages import Message, _
from casework.settings import Settings

KEY_FILE = "signing.pem"
CERTIFICATE_FILE = "signing-certificate.pem"

_YEARS = 10
_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key, its certificate, and the certificates above it. `repr` shows none of the key."""

    key: PrivateKey = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def certificate_pem(self) -> bytes:
        """What others need to check signatures; this is what `verify` takes as `trusted`."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def bundle(self) -> bytes:
        """The certificate and those above it, PEM."""
        return b"".join(link.public_bytes(Encoding.PEM) for link in (self.certificate, *self.chain))

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the certificate."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()


def make_installation_key(folder: Path, name: str, made_at: datetime) -> Path:
    """Make a P-256 key with a self-signed certificate for `name` (the issuer), good for ten years.

    Key and certificate stand in one file, `signing.pem` (mode 600), which appears whole or not at all; a copy
    of the certificate alone is `signing-certificate.pem`. `made_at` is aware of its time zone. Raises
    `Conflict` (``signing_key_exists``) and `Unavailable` (``signing_key_unwritable``).
    """
    target = folder / KEY_FILE
    exists = Conflict(
        "signing_key_exists",
        _("There is a signing key already; it is never overwritten."),
        _("Move it away if certificates signed with it are checked elsewhere from now on."),
    )
    if target.exists():
        raise exists
    private, public = _new_key(name, made_at)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_new(target, private + public, 0o600)
        with suppress(FileExistsError):
            write_new(folder / CERTIFICATE_FILE, public, 0o644)
    except FileExistsError as error:
        raise exists from error
    except OSError as error:
        raise _unwritable(error) from error
    return target


def replace_installation_key(folder: Path, name: str, made_at: datetime) -> None:
    """Put a new key for `name` in the place of the present one, at once; the old private key is gone.

    Raises `Unavailable` (``signing_key_unwritable``).
    """
    private, public = _new_key(name, made_at)
    new = folder / f".{KEY_FILE}.{token_hex(8)}"
    beside = folder / f".{CERTIFICATE_FILE}.{token_hex(8)}"
    try:
        write_new(new, private + public, 0o600)
        write_new(beside, public, 0o644)
        new.replace(folder / KEY_FILE)
        beside.replace(folder / CERTIFICATE_FILE)
        sync(folder)
    except OSError as error:
        raise _unwritable(error) from error
    finally:
        new.unlink(missing_ok=True)
        beside.unlink(missing_ok=True)


def load_signer(key_file: Path, certificate_file: Path | None = None, passphrase: bytes | None = None) -> Signer:
    """Read a signer from PEM (key and certificates in one file or in two) or from PKCS#12.

    Raises `Unavailable`: ``signing_key_missing``, ``signing_key_unreadable``, ``signing_certificate_mismatch``.
    """
    try:
        data = key_file.read_bytes()
        certificates = certificate_file.read_bytes() if certificate_file else data
    except OSError as error:
        raise _unavailable("signing_key_missing", _("There is no signing key that can be read.")) from error
    try:
        key, found = _from_pem(data, certificates, passphrase) if b"-----BEGIN" in data else _from_p12(data, passphrase)
    except (ValueError, TypeError) as error:
        raise _unavailable("signing_key_unreadable", _("The signing key or its passphrase is not right.")) from error
    own = [certificate for certificate in found if certificate.public_key() == key.public_key()]
    if not own:
        raise _unavailable("signing_certificate_mismatch", _("No certificate belongs to the signing key."))
    return Signer(key, own[0], tuple(certificate for certificate in found if certificate != own[0]))


def confirms(certificate: x509.Certificate, signature: bytes, data: bytes) -> bool:
    """Whether the signature (SHA-256; ECDSA, or RSA with PKCS#1 v1.5) is over `data` and by the certificate's key."""
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True


def subject_of(pem: bytes) -> str:
    """The name that a certificate (the first of PEM) is made out to; "" where it bears none."""
    names = x509.load_pem_x509_certificates(pem)[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def valid_until(pem: bytes) -> datetime | None:
    """The last moment of a certificate (the first of PEM); None for a bare public key, which has none."""
    if b"BEGIN CERTIFICATE" not in pem:
        return None
    return x509.load_pem_x509_certificates(pem)[0].not_valid_after_utc


def present_signer(settings: Settings) -> Signer:
    """The signer that the settings name: a PKCS#12 file, else the key in the home. Read anew when the file changes, so
    that a key that was rotated signs nothing more in processes that run. Raises like `load_signer`."""
    file = settings.signing_file or settings.keys / KEY_FILE
    try:
        found = file.stat()
    except OSError as error:
        raise _unavailable("signing_key_missing", _("There is no signing key that can be read.")) from error
    passphrase = settings.signing_passphrase.get_secret_value().encode() or None
    return _loaded(file, passphrase, (found.st_ino, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=4)
def _loaded(file: Path, passphrase: bytes | None, _version: tuple[int, int, int]) -> Signer:
    return load_signer(file, passphrase=passphrase)


def _unavailable(code: str, message: Message) -> PredepartureError:
    return Unavailable(code, message, _("Run `predeparture doctor`, then restore the key from its backup."))


def _from_pem(data: bytes, certificates: bytes, passphrase: bytes | None) -> tuple[PrivateKey, list[x509.Certificate]]:
    return _supported(load_pem_private_key(data, passphrase)), x509.load_pem_x509_certificates(certificates)


def _from_p12(data: bytes, passphrase: bytes | None) -> tuple[PrivateKey, list[x509.Certificate]]:
    key, certificate, others = pkcs12.load_key_and_certificates(data, passphrase)
    return _supported(key), [*([certificate] if certificate else []), *others]


def _supported(key: object) -> PrivateKey:
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise ValueError
    return key


def _unwritable(error: OSError) -> Unavailable:
    return Unavailable(
        "signing_key_unwritable",
        _("The signing key could not be written: {problem}.", problem=error.strerror),
        _("Make room or give the engine leave to write in its folder, then try again."),
    )


def _new_key(name: str, made_at: datetime) -> tuple[bytes, bytes]:
    """A private key and its certificate, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, _self_signed(key, name, made_at).public_bytes(Encoding.PEM)


def _self_signed(key: ec.EllipticCurvePrivateKey, name: str, made_at: datetime) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A day early, so that a checker whose clock is a little behind does not find it "not valid yet".
        .not_valid_before(made_at - timedelta(days=1))
        .not_valid_after(made_at + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def sync(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_new(target: Path, data: bytes, mode: int) -> None:
    """Write the whole file under another name, then give it its name unless that is taken."""
    temporary = target.with_name(f".{target.name}.{token_hex(8)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.link(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
