"""Tree heads as signed files, and proofs that anybody can check without this installation.

A head (``predeparture.tree-head/1``) is secured like a credential: eddsa-jcs-2022 with the issuer's Ed25519 key.
`check_proof` needs the bytes of the files and the issuer's public keys: no database, no clock, no network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from basis.errors import InvalidInput
from basis.messages import Message, _
from casework.audit import merkle
from casework.audit.heads import Draft
from documents.credentials import data_integrity
from documents.credentials.data_integrity import Json
from documents.credentials.keys import CredentialKey, PublicKey

HEAD: Final = "predeparture.tree-head/1"
INCLUSION: Final = "predeparture.tree-inclusion/1"
CONSISTENCY: Final = "predeparture.tree-consistency/1"

MAXIMUM_BYTES: Final = 4 * 2**20
"""Far above any proof made here; what is larger is not read."""

_MOST_STEPS: Final = 64
_MOST_EVENTS: Final = 2**53 - 1
"""Up to here all readers of JSON agree on a number (RFC 8785)."""
_HASH: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Head:
    """What a signed head says; `secured` is all of it, with its signature."""

    number: int
    day: date
    size: int
    root: bytes
    chain: str
    previous: str
    secured: Json

    @property
    def key(self) -> str:
        """The key that the head says it is signed with, as text (``z6Mk...``)."""
        return data_integrity.method_of(self.secured).rsplit("#", 1)[-1]

    @property
    def told(self) -> tuple[int, bytes]:
        """What may never differ between two heads of one size."""
        return self.size, self.root


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    passed: bool
    sentence: Message


@dataclass(frozen=True, slots=True)
class Answer:
    """What a proof proves. `event` is the text of the event that was proved, where it is one of those."""

    kind: str
    checks: tuple[Check, ...]
    heads: tuple[Head, ...]
    event: str | None = None

    @property
    def proved(self) -> bool:
        return all(check.passed for check in self.checks)


def sign_head(draft: Draft, day: date, made_at: datetime, issuer: str, key: CredentialKey) -> str:
    """The file of a head: what is stored, sent, and hashed by the head after it. `issuer` is the office's name."""
    document: Json = {
        "schema": HEAD,
        "number": draft.number,
        "day": day.isoformat(),
        "size": draft.size,
        "root": draft.root,
        "chain": draft.chain,
        "previous": draft.previous,
        "made_at": made_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "issuer": {"id": key.public.did, "name": issuer},
    }
    secured = data_integrity.sign(document, key, method=key.public.method, created=document["made_at"])
    return json.dumps(secured, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def read_head(data: bytes | str) -> Head:
    """A head out of its file; its signature is not looked at. Raises `InvalidInput` (``bad_tree_head``)."""
    try:
        return _head(data_integrity.read_json(data))
    except ValueError:
        raise _unreadable(_("This is not the file of a tree head.")) from None


def check_head(head: Head, keys: Sequence[PublicKey]) -> Check:
    """Whether the head is signed by the issuer, with a key that was in use on its day."""
    day = head.day.isoformat()
    method = data_integrity.method_of(head.secured)
    key = next((one for one in keys if method == one.method), None)
    if key is None:
        said = _("The tree head of {day} is signed with a key that the issuer does not list.", day=day)
    elif not data_integrity.verify(head.secured, key):
        said = _("The tree head of {day} was changed after it was signed.", day=day)
    elif (fault := key.fault_on(head.day)) is not None:
        said = _("The tree head of {day} cannot be relied on. {why}", day=day, why=fault)
    else:
        words = _("The tree head of {day} over {size} events is signed by the issuer.", day=day, size=head.size)
        return Check("signature", True, words)
    return Check("signature", False, said)


def inclusion_file(event: str, seq: int, path: Sequence[bytes], head: str) -> str:
    """The proof that event `seq` is under a head, as a file of its own."""
    return _text({"schema": INCLUSION, "event": event, "seq": seq, "path": _hexed(path), "head": json.loads(head)})


def consistency_file(first: str, second: str, path: Sequence[bytes]) -> str:
    """The proof that one head goes on from another."""
    shape = {"schema": CONSISTENCY, "first": json.loads(first), "second": json.loads(second), "path": _hexed(path)}
    return _text(shape)


def check_proof(data: bytes, keys: Sequence[PublicKey], held: Head | None = None) -> Answer:
    """Check the file of a proof, or of a head alone. `held` is a head that the asker kept from before.

    Never raises for what a readable proof claims; `InvalidInput` (``bad_proof``) for a file that is none.
    """
    try:
        proof = data_integrity.read_json(data)
        answer = _READERS[str(proof.get("schema"))](proof, keys)
    except (KeyError, ValueError, TypeError):
        raise _unreadable(_("This is not the file of a proof or of a tree head."), "bad_proof") from None
    if held is None:
        return answer
    return Answer(
        answer.kind, (*answer.checks, check_head(held, keys), _against(answer, held)), answer.heads, answer.event
    )


def _check_alone(proof: Json, keys: Sequence[PublicKey]) -> Answer:
    head = _head(proof)
    return Answer(HEAD, (check_head(head, keys),), (head,))


def _check_inclusion(proof: Json, keys: Sequence[PublicKey]) -> Answer:
    head, event, seq = _head(proof["head"]), proof["event"], _whole(proof["seq"])
    if not isinstance(event, str):
        raise ValueError("no event")
    leads = merkle.verify_inclusion(
        merkle.leaf_hash(event.encode()), seq - 1, head.size, _path(proof["path"]), head.root
    )
    day = head.day.isoformat()
    if leads and _seq_of(event) == seq:
        said = _("Event {seq}, word for word as it stands here, is under the tree head of {day}.", seq=seq, day=day)
    else:
        leads = False
        said = _("Event {seq} as it stands here does not lead to the tree head of {day}.", seq=seq, day=day)
    return Answer(INCLUSION, (check_head(head, keys), Check("path", leads, said)), (head,), event)


def _seq_of(event: str) -> object:
    """The place that the event itself names; None where it cannot be read."""
    try:
        return data_integrity.read_json(event).get("seq")
    except ValueError:
        return None


def _check_consistency(proof: Json, keys: Sequence[PublicKey]) -> Answer:
    first, second = _head(proof["first"]), _head(proof["second"])
    leads = merkle.verify_consistency(first.size, second.size, first.root, second.root, _path(proof["path"]))
    days = {"first": first.day.isoformat(), "second": second.day.isoformat()}
    if leads:
        said = _("Nothing under the head of {first} was changed or removed until that of {second}.", **days)
    else:
        said = _("The head of {second} does not go on from that of {first}: the history was changed.", **days)
    checks = check_head(first, keys), check_head(second, keys), Check("path", leads, said)
    return Answer(CONSISTENCY, checks, (first, second))


_READERS: Final = {HEAD: _check_alone, INCLUSION: _check_inclusion, CONSISTENCY: _check_consistency}


def _against(answer: Answer, held: Head) -> Check:
    """Whether the head that the asker holds is one of those in the proof."""
    day = held.day.isoformat()
    if any(head.told == held.told for head in answer.heads):
        return Check("held", True, _("The proof stands on the tree head of {day} that you hold.", day=day))
    same = [
        head for head in answer.heads if held.day == head.day or held.number == head.number or held.size == head.size
    ]
    if same:
        words = _("The proof has another tree head of {day} than the one you hold. Keep both files.", day=day)
        return Check("held", False, words)
    words = _("The proof is not about the tree head of {day} that you hold. Ask the office for one that is.", day=day)
    return Check("held", False, words)


def _head(given: object) -> Head:
    """Raises ValueError."""
    match given:
        case {
            "schema": str(schema),
            "number": number,
            "day": str(day),
            "size": size,
            "root": root,
            "chain": chain,
            "previous": previous,
            "proof": dict(),
        } if schema == HEAD and isinstance(given, dict):
            before = "" if previous == "" else _hash(previous).hex()
            return Head(
                _whole(number), date.fromisoformat(day), _whole(size), _hash(root), _hash(chain).hex(), before, given
            )
    raise ValueError("no tree head")


def _whole(given: object) -> int:
    if type(given) is not int or not 0 < given <= _MOST_EVENTS:
        raise ValueError("no count")
    return given


def _hash(given: object) -> bytes:
    if not isinstance(given, str) or _HASH.fullmatch(given) is None:
        raise ValueError("no hash")
    return bytes.fromhex(given)


def _path(given: object) -> list[bytes]:
    if not isinstance(given, list) or len(given) > _MOST_STEPS:
        raise ValueError("no path")
    return [_hash(step) for step in given]


def _hexed(path: Sequence[bytes]) -> list[str]:
    return [step.hex() for step in path]


def _text(shape: Mapping[str, Any]) -> str:
    return json.dumps(shape, ensure_ascii=False, indent=1) + "\n"


def _unreadable(message: Message, code: str = "bad_tree_head") -> InvalidInput:
    return InvalidInput(code, message, _("Get the file anew from the office, or from the mail that it came with."))
