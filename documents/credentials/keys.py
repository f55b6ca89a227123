"""The Ed25519 key that signs credentials, codes and lists, and the public keys they are checked with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from basis.errors import Conflict, Unavailable
from basis.messages import Message, _
from documents.keys import write_new

CREDENTIAL_KEY_FILE: Final = "credential.pem"
KEY_ID_BYTES: Final = 8

_ED25519: Final = b"\xed\x01"  # multicodec ed25519-pub, https://www.w3.org/TR/cid-1.0/#Multikey
_MULTIKEY_LENGTH: Final = 60
_DAYS: Final = ("first_used_on", "retired_on", "compromised_on")


@dataclass(frozen=True)
class PublicKey:
    """A key to check with.

    `retired_on` is the last day on which it signed, `compromised_on` the first on which others may have had it;
    None where there is no such day.
    """

    raw: bytes
    first_used_on: date | None = None
    retired_on: date | None = None
    compromised_on: date | None = None

    @cached_property
    def multibase(self) -> str:
        """The key as text, ``z6Mk...``."""
        return "z" + base58.b58encode(_ED25519 + self.raw).decode("ascii")

    @cached_property
    def did(self) -> str:
        """The key as an identifier that resolves without a network (did:key)."""
        return f"did:key:{self.multibase}"

    @cached_property
    def method(self) -> str:
        """The verification method that names the key in a proof."""
        return f"{self.did}#{self.multibase}"

    @cached_property
    def id(self) -> bytes:
        """Eight bytes that name the key in a code: the first of its SHA-256."""
        return sha256(self.raw).digest()[:KEY_ID_BYTES]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the public key in DER."""
        return sha256(_public(self.raw).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    @cached_property
    def pem(self) -> str:
        """The public key as PEM."""
        return _public(self.raw).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")

    def verifies(self, signature: bytes, data: bytes) -> bool:
        try:
            _public(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True

    def fault_on(self, day: date) -> Message | None:
        """Why the key vouches for nothing that says it was signed on a day, or None."""
        if self.compromised_on is not None:
            # Whoever has the key writes into what they sign any day they like.
            return _("It is signed with a key that others may have had. Ask the issuer, or check the address.")
        if self.retired_on is not None and day > self.retired_on:
            return _("It is signed with a key that the issuer had retired before.")
        return None

    def signed_on(self, day: date) -> bool:
        """Whether the key vouches for what says it was signed on a day."""
        return self.fault_on(day) is None

    def to_json(self) -> dict[str, Any]:
        days = {name: getattr(self, name) for name in _DAYS}
        return {
            "id": self.id.hex(),
            "key": self.multibase,
            **{name: day.isoformat() if day else None for name, day in days.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PublicKey:
        """What `to_json` wrote. Raises ValueError."""
        try:
            days = {name: None if data[name] is None else date.fromisoformat(data[name]) for name in _DAYS}
            return cls(raw_of(data["key"]), **days)
        except (KeyError, TypeError) as error:
            raise ValueError("no public key") from error

    @classmethod
    def from_pem(cls, pem: str, **days: date | None) -> PublicKey:
        """A public key out of PEM, with its days. Raises ValueError."""
        key = load_pem_public_key(pem.encode("ascii", "replace"))
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("no Ed25519 key")
        return cls(key.public_bytes_raw(), **days)


@dataclass(frozen=True)
class CredentialKey:
    """The key that signs. `repr` shows none of it."""

    private: Ed25519PrivateKey = field(repr=False)

    @cached_property
    def public(self) -> PublicKey:
        return PublicKey(self.private.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)


def raw_of(multibase: object) -> bytes:
    """The 32 bytes of a key written ``z6Mk...``. Raises ValueError."""
    if not isinstance(multibase, str) or not multibase.startswith("z") or len(multibase) > _MULTIKEY_LENGTH:
        raise ValueError("no multikey")
    data = base58.b58decode(multibase[1:])
    if data[:2] != _ED25519 or len(data) != 34:
        raise ValueError("no Ed25519 key")
    return data[2:]


def make_credential_key(folder: Path) -> Path:
    """Make the key: `credential.pem` (mode 600), whole or not at all.

    Raises `Conflict` (``credential_key_exists``) and `Unavailable` (``credential_key_unwritable``).
    """
    target = folder / CREDENTIAL_KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unwritable(error) from error
    try:
        write_new(target, _new_pem(), 0o600)
    except FileExistsError as error:
        raise Conflict(
            "credential_key_exists",
            _("There is a key for credentials already; it is never overwritten."),
            _("Retire it with: predeparture keys rotate."),
        ) from error
    except OSError as error:
        raise _unwritable(error) from error
    return target


def replace_credential_key(folder: Path) -> CredentialKey:
    """Put a new key in the place of the present one, at once; the old private key is gone.

    What it signed is checked with its public key, which is kept. Raises `Unavailable` (``credential_key_unwritable``).
    """
    new = folder / f".{CREDENTIAL_KEY_FILE}.{token_hex(8)}"
    try:
        write_new(new, _new_pem(), 0o600)
        new.replace(folder / CREDENTIAL_KEY_FILE)
        _sync(folder)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise _unwritable(error) from error
    return load_credential_key(folder)


def load_credential_key(folder: Path) -> CredentialKey:
    """The key in use. Raises `Unavailable` (``credential_key_missing``, ``credential_key_unreadable``)."""
    fix = _("Restore the keys folder from its backup; after an update of the software run: predeparture upgrade.")
    try:
        key = load_pem_private_key((folder / CREDENTIAL_KEY_FILE).read_bytes(), None)
    except OSError as error:
        raise Unavailable(
            "credential_key_missing", _("The key that signs the data in certificates is missing."), fix
        ) from error
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Unavailable(
            "credential_key_unreadable",
            _("The key that signs the data in certificates cannot be read as an Ed25519 key."),
            fix,
        )
    return CredentialKey(key)


def _public(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


def _new_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(error: OSError) -> Unavailable:
    return Unavailable(
        "credential_key_unwritable",
        _("The key for credentials could not be written: {problem}.", problem=error.strerror),
        _("Make room or give the engine leave to write in its folder, then try again."),
    )
