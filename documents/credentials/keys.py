"""The Ed25519 key that signs credentials, codes and lists, and the public keys they are checked with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from basis.errors import Conflict, InvalidInput, Unavailable
from basis.messages import Message, _
from documents.keys import write_new

CREDENTIAL_KEY_FILE: Final = "credential.pem"
PUBLIC_KEY_FILE: Final = "credential-public.json"
RETIRED_PATTERN: Final = "credential-*.json"
"""Public keys that sign no more, in the folder of the retired ones: what they signed stays good."""

KEY_ID_BYTES: Final = 8
KEY_SCHEMA: Final = "predeparture.credential-key/1"

_ED25519: Final = b"\xed\x01"  # multicodec ed25519-pub, https://www.w3.org/TR/cid-1.0/#Multikey
_MULTIKEY_LENGTH: Final = 60


@dataclass(frozen=True)
class PublicKey:
    """A key to check with. `made_on` is None for the key in use where its day is not known; `retired_on` is the
    last day on which it signed."""

    raw: bytes
    made_on: date | None = None
    retired_on: date | None = None

    @cached_property
    def multibase(self) -> str:
        """The key as text, ``z6Mk...``."""
        return "z" + base58.b58encode(_ED25519 + self.raw).decode("ascii")

    @cached_property
    def did(self) -> str:
        """The key as an identifier that resolves without a network (did:key)."""
        return f"did:key:{self.multibase}"

    @cached_property
    def id(self) -> bytes:
        """Eight bytes that name the key in a code: the first of its SHA-256."""
        return sha256(self.raw).digest()[:KEY_ID_BYTES]

    def verifies(self, signature: bytes, data: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True

    def signed_on(self, day: date) -> bool:
        """Whether the key was in use on a day; a retired key vouches for nothing after its last one."""
        return self.retired_on is None or day <= self.retired_on

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.multibase,
            "id": self.id.hex(),
            "made_on": self.made_on.isoformat() if self.made_on else None,
            "retired_on": self.retired_on.isoformat() if self.retired_on else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PublicKey:
        """What `to_json` wrote. Raises `InvalidInput` (``bad_public_key``)."""
        try:
            made_on, retired_on = (date.fromisoformat(data[name]) if data[name] else None for name in _DAYS)
            return cls(raw_of(data["key"]), made_on, retired_on)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput(
                "bad_public_key",
                _("A public key of the issuer cannot be read."),
                _("Get the file of public keys anew from the issuer."),
            ) from error


_DAYS: Final = ("made_on", "retired_on")


@dataclass(frozen=True)
class CredentialKey:
    """The key that signs. `repr` shows none of it."""

    private: Ed25519PrivateKey = field(repr=False)
    made_on: date | None = None

    @cached_property
    def public(self) -> PublicKey:
        return PublicKey(self.private.public_key().public_bytes_raw(), self.made_on)

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


def make_credential_key(folder: Path, made_at: datetime) -> Path:
    """Make the key: `credential.pem` (mode 600), whole or not at all, and its public part beside it.

    Raises `Conflict` (``credential_key_exists``) and `Unavailable` (``credential_key_unwritable``).
    """
    key = CredentialKey(Ed25519PrivateKey.generate(), made_at.date())
    private = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    target = folder / CREDENTIAL_KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_new(target, private, 0o600)
        with suppress(FileExistsError):
            write_new(folder / PUBLIC_KEY_FILE, public_file(key.public), 0o644)
    except FileExistsError as error:
        raise Conflict(
            "credential_key_exists",
            _("There is a key for credentials already; it is never overwritten."),
            _("Retire it with: predeparture keys rotate."),
        ) from error
    except OSError as error:
        raise Unavailable(
            "credential_key_unwritable",
            _("The key for credentials could not be written: {problem}.", problem=error.strerror),
            _("Make room or give the engine leave to write in its folder, then try again."),
        ) from error
    return target


def load_credential_key(folder: Path) -> CredentialKey:
    """The key in use. Raises `Unavailable` (``credential_key_missing``, ``credential_key_unreadable``)."""
    try:
        key = load_pem_private_key((folder / CREDENTIAL_KEY_FILE).read_bytes(), None)
    except OSError as error:
        raise _unavailable(
            "credential_key_missing", _("The key that signs the data in certificates is missing.")
        ) from error
    except (ValueError, TypeError) as error:
        raise _unreadable() from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unreadable()
    public = key.public_key().public_bytes_raw()
    stored = _stored(folder / PUBLIC_KEY_FILE)
    return CredentialKey(key, stored.made_on if stored is not None and stored.raw == public else None)


def retired_keys(folder: Path) -> tuple[PublicKey, ...]:
    """The public keys that signed before. Raises `InvalidInput` (``bad_public_key``)."""
    found = (_stored(path) for path in sorted(folder.glob(RETIRED_PATTERN)))
    return tuple(key for key in found if key is not None)


def public_file(key: PublicKey) -> bytes:
    """What is kept of a public key, as JSON."""
    return json.dumps({"schema": KEY_SCHEMA, **key.to_json()}, indent=1).encode() + b"\n"


def _stored(path: Path) -> PublicKey | None:
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        data = None
    return PublicKey.from_json(data if isinstance(data, dict) else {})


def _unreadable() -> Unavailable:
    return _unavailable(
        "credential_key_unreadable", _("The key that signs the data in certificates cannot be read as an Ed25519 key.")
    )


def _unavailable(code: str, message: Message) -> Unavailable:
    return Unavailable(
        code,
        message,
        _("Restore the keys folder from its backup; after an update of the software run: predeparture upgrade."),
    )
