"""Encryption of personal detail under a key per person.

A value is sealed with AES-256-GCM (NIST SP 800-38D) under the person's key, bound by its associated data
to person, table, row and column, so that a sealed value cannot be moved to another place. The person's
key is wrapped by the installation's key; erasing a person destroys the person's key. Look-ups go through
an HMAC under a key of its own.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import Session, col, select

from basis.errors import NotFound, Unavailable
from basis.messages import _
from casework.keys import InstallationKeys
from casework.workers.tables import PersonKey

_VERSION = b"\x01"
_NONCE = 12


class Vault:
    """Seals and opens values of persons for the length of one session."""

    def __init__(self, session: Session, keys: InstallationKeys) -> None:
        self._session = session
        self._wrapping = AESGCM(keys.vault)
        self._index_key = keys.index
        self._ciphers: dict[UUID, AESGCM] = {}

    def create(self, person: UUID) -> None:
        """Make the key of a new person."""
        key = secrets.token_bytes(32)
        self._session.add(PersonKey(person_id=person, wrapped=_encrypt(self._wrapping, key, person.bytes)))
        self._session.flush()
        self._ciphers[person] = AESGCM(key)

    def prepare(self, persons: Iterable[UUID]) -> None:
        """Read the keys of many persons in one query."""
        wanted = [person for person in set(persons) if person not in self._ciphers]
        for row in self._session.exec(select(PersonKey).where(col(PersonKey.person_id).in_(wanted))):
            if row.wrapped is not None:
                self._ciphers[row.person_id] = AESGCM(self._unwrap(row.wrapped, row.person_id))

    def seal(self, person: UUID, table: str, row: UUID, column: str, value: bytes) -> bytes:
        """Encrypt `value` for one place. Raises `NotFound` (``erased``) when the person has no key."""
        return _encrypt(self._cipher(person), value, _place(person, table, row, column))

    def open(self, person: UUID, table: str, row: UUID, column: str, value: bytes) -> bytes:
        """Decrypt. Raises `Unavailable` (``sealed_value_damaged``) when value, place or key do not fit together."""
        return _decrypt(self._cipher(person), value, _place(person, table, row, column))

    def seal_json(self, person: UUID, table: str, row: UUID, column: str, value: Any) -> bytes:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return self.seal(person, table, row, column, text.encode())

    def open_json(self, person: UUID, table: str, row: UUID, column: str, value: bytes) -> Any:
        return json.loads(self.open(person, table, row, column, value))

    def index(self, purpose: str, value: str) -> str:
        """A keyed hash for look-ups: spaces and case do not matter. 64 hexadecimal digits."""
        normal = "".join(value.split()).upper()
        return hmac.new(self._index_key, f"{purpose}|{normal}".encode(), sha256).hexdigest()

    def _cipher(self, person: UUID) -> AESGCM:
        if person not in self._ciphers:
            self.prepare([person])
        try:
            return self._ciphers[person]
        except KeyError:
            raise NotFound("erased", _("The sealed data of this person was erased.")) from None

    def _unwrap(self, wrapped: bytes, person: UUID) -> bytes:
        return _decrypt(self._wrapping, wrapped, person.bytes)


def _place(person: UUID, table: str, row: UUID, column: str) -> bytes:
    return f"{person}|{table}|{row}|{column}".encode()


def _encrypt(cipher: AESGCM, value: bytes, place: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return _VERSION + nonce + cipher.encrypt(nonce, value, place)


def _decrypt(cipher: AESGCM, value: bytes, place: bytes) -> bytes:
    if value[:1] == _VERSION:
        try:
            return cipher.decrypt(value[1 : 1 + _NONCE], value[1 + _NONCE :], place)
        except InvalidTag:
            pass
    raise Unavailable(
        "sealed_value_damaged",
        _("A sealed value cannot be opened with this installation's keys."),
        _("Check that database and keys folder come from the same backup."),
    )
