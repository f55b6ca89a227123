"""Encryption of personal detail under a key per person.

A value is sealed with AES-256-GCM (NIST SP 800-38D) under the person's key, bound by its associated data
to person, table, row and column, so that a sealed value cannot be moved to another place. The person's
key is wrapped by the installation's key; erasing a person destroys the person's key. Look-ups go through
an HMAC under a key of its own.

Where two records of one person were merged, the kept one has several keys (`PersonAlias`): what the other record had
sealed stays as it is and opens under the other's key, bound to the other's id, and what is sealed from then on is
sealed under a key of the merge, which both records keep should they be taken apart again.
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
from casework.workers.merge_tables import PersonAlias
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
        self._rings: dict[UUID, tuple[UUID, ...]] = {}

    def create(self, person: UUID) -> None:
        """Make the key of a new person."""
        key = secrets.token_bytes(32)
        self._session.add(PersonKey(person_id=person, wrapped=_encrypt(self._wrapping, key, person.bytes)))
        self._session.flush()
        self._ciphers[person] = AESGCM(key)
        self._rings[person] = (person,)

    def forget(self, persons: Iterable[UUID]) -> None:
        """What keys these persons have is read anew: their records were merged or taken apart."""
        for person in persons:
            self._rings.pop(person, None)

    def prepare(self, persons: Iterable[UUID]) -> None:
        """Read the keys of many persons in two queries."""
        wanted = {person for person in persons if person not in self._rings}
        if not wanted:
            return
        aliases: dict[UUID, list[PersonAlias]] = {}
        for alias in self._session.exec(select(PersonAlias).where(col(PersonAlias.person_id).in_(wanted))):
            aliases.setdefault(alias.person_id, []).append(alias)
        self._read({*wanted, *(alias.key_of for found in aliases.values() for alias in found)})
        for person in wanted & self._ciphers.keys():
            others = sorted(aliases.get(person, ()), key=lambda alias: (alias.seals, alias.key_of), reverse=True)
            keys = [alias.key_of for alias in others if alias.key_of in self._ciphers]
            # The newest merge in force seals; ids rise with time.
            first = bool(others) and others[0].seals
            self._rings[person] = tuple([*keys, person] if first else [person, *keys])

    def seal(self, person: UUID, table: str, row: UUID, column: str, value: bytes) -> bytes:
        """Encrypt `value` for one place. Raises `NotFound` (``erased``) when the person has no key."""
        key = self._ring(person)[0]
        return _encrypt(self._ciphers[key], value, _place(key, table, row, column))

    def open(self, person: UUID, table: str, row: UUID, column: str, value: bytes) -> bytes:
        """Decrypt. Raises `Unavailable` (``sealed_value_damaged``) when value, place or key do not fit together."""
        ring = self._ring(person)
        for key in ring[:-1]:
            opened = _opened(self._ciphers[key], value, _place(key, table, row, column))
            if opened is not None:
                return opened
        return _decrypt(self._ciphers[ring[-1]], value, _place(ring[-1], table, row, column))

    def seal_json(self, person: UUID, table: str, row: UUID, column: str, value: Any) -> bytes:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return self.seal(person, table, row, column, text.encode())

    def open_json(self, person: UUID, table: str, row: UUID, column: str, value: bytes) -> Any:
        return json.loads(self.open(person, table, row, column, value))

    def index(self, purpose: str, value: str) -> str:
        """A keyed hash for look-ups: spaces and case do not matter. 64 hexadecimal digits."""
        normal = "".join(value.split()).upper()
        return hmac.new(self._index_key, f"{purpose}|{normal}".encode(), sha256).hexdigest()

    def _ring(self, person: UUID) -> tuple[UUID, ...]:
        """The persons and merges under whose keys a person's values are sealed; new ones under the first."""
        if person not in self._rings:
            self.prepare([person])
        try:
            return self._rings[person]
        except KeyError:
            raise NotFound("erased", _("The sealed data of this person was erased.")) from None

    def _read(self, keys: set[UUID]) -> None:
        wanted = [key for key in keys if key not in self._ciphers]
        for row in self._session.exec(select(PersonKey).where(col(PersonKey.person_id).in_(wanted))):
            if row.wrapped is not None:
                self._ciphers[row.person_id] = AESGCM(self._unwrap(row.wrapped, row.person_id))

    def _unwrap(self, wrapped: bytes, person: UUID) -> bytes:
        return _decrypt(self._wrapping, wrapped, person.bytes)


def _place(person: UUID, table: str, row: UUID, column: str) -> bytes:
    return f"{person}|{table}|{row}|{column}".encode()


def _encrypt(cipher: AESGCM, value: bytes, place: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return _VERSION + nonce + cipher.encrypt(nonce, value, place)


def _opened(cipher: AESGCM, value: bytes, place: bytes) -> bytes | None:
    """The plain value; None where value, place and key do not fit together."""
    if value[:1] != _VERSION:
        return None
    try:
        return cipher.decrypt(value[1 : 1 + _NONCE], value[1 + _NONCE :], place)
    except InvalidTag:
        return None


def _decrypt(cipher: AESGCM, value: bytes, place: bytes) -> bytes:
    opened = _opened(cipher, value, place)
    if opened is not None:
        return opened
    raise Unavailable(
        "sealed_value_damaged",
        _("A sealed value cannot be opened with this installation's keys."),
        _("Check that database and keys folder come from the same backup."),
    )
