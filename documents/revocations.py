"""The signed list of numbers that ended before their time, for whoever checks without a network.

It holds numbers, how each ended and on which day, and nothing about anybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from basis.errors import InvalidInput
from basis.messages import Message, _
from documents.credentials import data_integrity
from documents.credentials.keys import CredentialKey, PublicKey

SCHEMA: Final = "predeparture.revocations/1"
GOOD_FOR: Final = timedelta(days=1)
"""After that a newer list is there; an issuer that is reached over the network gives it at any time."""

MAXIMUM_BYTES: Final = 64 * 1024 * 1024


class Ending(StrEnum):
    """How a number ended. A void number never became a certificate; an expired one ended before its printed day."""

    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class EndedNumber:
    """A number with the day on which it ended."""

    number: str
    ending: Ending
    ended_on: date


@dataclass(frozen=True, slots=True)
class Revocations:
    """A list that was checked. `next_expected`: from then on there is a newer one."""

    issuer: str
    made_at: datetime
    next_expected: datetime
    numbers: Mapping[str, EndedNumber]
    key: PublicKey

    def is_old(self, now: datetime) -> bool:
        return now > self.next_expected


def make_revocations(
    numbers: Iterable[EndedNumber], *, issuer: str, public_url: str, made_at: datetime, key: CredentialKey
) -> bytes:
    """The signed list as JSON (``predeparture.revocations/1``), by number; the same bytes for the same of it all."""
    made_at = made_at.astimezone(UTC).replace(microsecond=0)
    document = {
        "schema": SCHEMA,
        "issuer": issuer.encode("utf-8", "replace").decode("utf-8"),
        "public_url": public_url,
        "made_at": made_at.isoformat(),
        "next_expected": (made_at + GOOD_FOR).isoformat(),
        "numbers": [
            {"number": one.number, "ending": one.ending.value, "ended_on": one.ended_on.isoformat()}
            for one in sorted(numbers, key=lambda one: one.number)
        ],
    }
    signed = data_integrity.sign(document, key, method=key.public.method, created=made_at.isoformat())
    return json.dumps(signed, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def read_revocations(data: bytes, keys: Sequence[PublicKey]) -> Revocations:
    """A list that one of the keys signed. Raises `InvalidInput` (``bad_revocations``, ``foreign_revocations``)."""
    try:
        signed = data_integrity.read_json(data[: MAXIMUM_BYTES + 1])
    except ValueError as error:
        raise _bad(_("The list of revocations cannot be read.")) from error
    method = data_integrity.method_of(signed)
    key = next((one for one in keys if one.method == method), None)
    if key is None:
        raise InvalidInput(
            "foreign_revocations",
            _("The list of revocations is not signed by an issuer whose keys were given."),
            _("Give the file of the public keys of the issuer of the list, or the list of this issuer."),
        )
    if not data_integrity.verify(signed, key):
        raise _bad(_("The list of revocations was changed after it was signed."))
    try:
        read = _read(signed, key)
    except (KeyError, TypeError, ValueError) as error:
        raise _bad(_("The list of revocations is of a form that this version does not know.")) from error
    if not key.signed_on(read.made_at.date()):
        raise _bad(_("The list of revocations is signed with a key that the issuer has retired."))
    return read


def _read(signed: data_integrity.Json, key: PublicKey) -> Revocations:
    if signed["schema"] != SCHEMA:
        raise ValueError("another schema")
    numbers = [
        EndedNumber(str(one["number"]), Ending(one["ending"]), date.fromisoformat(one["ended_on"]))
        for one in signed["numbers"]
    ]
    made_at, next_expected = (datetime.fromisoformat(signed[name]) for name in ("made_at", "next_expected"))
    if made_at.tzinfo is None or next_expected.tzinfo is None:
        raise ValueError("no time zone")
    return Revocations(str(signed["issuer"]), made_at, next_expected, {one.number: one for one in numbers}, key)


def _bad(message: Message) -> InvalidInput:
    return InvalidInput("bad_revocations", message, _("Get the list anew from the issuer."))
