"""Signed tree heads and proofs: anybody with the issuer's public keys can check them, and nothing forged passes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from basis.errors import InvalidInput
from casework.audit import merkle
from casework.audit.heads import Draft
from documents.credentials.keys import CredentialKey, PublicKey
from documents.tree_heads import (
    MAXIMUM_BYTES,
    Answer,
    Head,
    check_proof,
    consistency_file,
    inclusion_file,
    read_head,
    sign_head,
)
from tests.support.errors import error

DAY = date(2027, 3, 1)
KEY = CredentialKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = CredentialKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
KEYS = (KEY.public,)


def event(seq: int, actor: str = "engine") -> str:
    return json.dumps({"actor": actor, "seq": seq})


class Log:
    """A history with a head after so many events, on days that follow each other."""

    def __init__(self, *sizes: int, actor: str = "engine") -> None:
        self.leaves = [merkle.leaf_hash(event(seq, actor).encode()) for seq in range(1, max(sizes) + 1)]
        self.node = merkle.nodes_of(
            lambda level, index: self.leaves[index * 256 : index * 256 + 256] if level == 0 else []
        )
        self.files: list[str] = []
        for place, size in enumerate(sizes):
            self.files.append(self.head(place, size))

    def head(self, place: int, size: int, key: CredentialKey = KEY) -> str:
        day = DAY + timedelta(days=place)
        previous = sha256(self.files[-1].encode()).hexdigest() if self.files else ""
        root = merkle.root(size, self.node).hex()
        draft = Draft(place + 1, size, root, chain=sha256(root.encode()).hexdigest(), previous=previous, nodes=())
        return sign_head(draft, day, datetime(2027, 3, 1, 23, tzinfo=UTC), "Synthetic Office", key)

    def inclusion(self, seq: int, place: int = -1) -> dict[str, Any]:
        head = read_head(self.files[place])
        path = merkle.inclusion_proof(seq - 1, head.size, self.node)
        found: dict[str, Any] = json.loads(inclusion_file(event(seq), seq, path, self.files[place]))
        return found

    def consistency(self, first: int, second: int) -> dict[str, Any]:
        begin, end = (read_head(self.files[place]).size for place in (first, second))
        path = merkle.consistency_proof(begin, end, self.node)
        found: dict[str, Any] = json.loads(consistency_file(self.files[first], self.files[second], path))
        return found


LOG = Log(5, 40, 200)


def asked(proof: dict[str, Any], keys: tuple[PublicKey, ...] = KEYS, held: Head | None = None) -> Answer:
    return check_proof(json.dumps(proof).encode(), keys, held)


def failed(answer: Answer) -> list[str]:
    return [check.name for check in answer.checks if not check.passed]


def test_a_head_says_what_it_stands_for_and_is_signed_by_the_issuer() -> None:
    shape = json.loads(LOG.files[1])
    assert set(shape) == {"schema", "number", "day", "size", "root", "chain", "previous", "made_at", "issuer", "proof"}
    assert (shape["schema"], shape["size"], shape["issuer"]["id"]) == ("predeparture.tree-head/1", 40, KEY.public.did)
    assert shape["previous"] == sha256(LOG.files[0].encode()).hexdigest()
    answer = asked(shape)
    assert answer.proved and read_head(LOG.files[1]).told == answer.heads[0].told


@pytest.mark.parametrize("seq", [1, 2, 39, 200])
def test_an_event_is_proved_word_for_word(seq: int) -> None:
    answer = asked(LOG.inclusion(seq))
    assert answer.proved
    assert answer.event == event(seq)


@pytest.mark.parametrize(("first", "second"), [(0, 1), (0, 2), (1, 2), (1, 1)])
def test_a_later_head_is_proved_to_go_on_from_an_earlier_one(first: int, second: int) -> None:
    assert asked(LOG.consistency(first, second)).proved


def test_a_proof_stands_on_the_head_that_one_holds() -> None:
    held = read_head(LOG.files[0])
    assert asked(LOG.consistency(0, 2), held=held).proved
    assert asked(LOG.inclusion(3, 0), held=held).proved
    assert failed(asked(LOG.inclusion(3, 1), held=held)) == ["held"], "another head says nothing about the one held"


def test_a_history_that_was_rewritten_and_sealed_anew_does_not_pass_against_the_head_that_was_mailed() -> None:
    """The issuer's key is on the machine that was rewritten, so everything in the proof is signed well."""
    mailed = read_head(LOG.files[1])
    rewritten = Log(5, 40, 200, actor="somebody")
    for proof in (rewritten.consistency(1, 2), rewritten.consistency(0, 2)):
        assert asked(proof).proved
        assert failed(asked(proof, held=mailed)) == ["held"]
    mixed = rewritten.consistency(1, 2) | {"first": json.loads(LOG.files[1])}
    assert failed(asked(mixed, held=mailed)) == ["path"]
    shorter = Log(5, 30)
    assert failed(asked(shorter.consistency(0, 1), held=mailed)) == ["held"]


def test_a_key_that_is_not_listed_or_was_retired_before_vouches_for_nothing() -> None:
    assert failed(asked(LOG.inclusion(2), keys=(OTHER.public,))) == ["signature"]
    assert failed(asked(LOG.inclusion(2), keys=())) == ["signature"]
    retired = PublicKey(KEY.public.raw, retired_on=DAY)
    assert failed(asked(LOG.inclusion(2), keys=(retired,))) == ["signature"]
    assert asked(LOG.inclusion(2, 0), keys=(retired,)).proved
    assert failed(asked(LOG.inclusion(2, 0), keys=(PublicKey(KEY.public.raw, compromised_on=DAY),))) == ["signature"]
    forged = json.loads(LOG.head(2, 200, OTHER))
    assert failed(asked(LOG.inclusion(2) | {"head": forged})) == ["signature"]
    claimed = forged | {
        "proof": forged["proof"] | {"verificationMethod": json.loads(LOG.files[2])["proof"]["verificationMethod"]}
    }
    assert failed(asked(claimed)) == ["signature"]


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof | {"event": event(3)},
        lambda proof: proof | {"seq": 3},
        lambda proof: proof | {"event": proof["event"] + " "},
        lambda proof: proof | {"event": "no JSON"},
        lambda proof: proof | {"path": proof["path"][:-1]},
        lambda proof: proof | {"path": [*proof["path"], "0" * 64]},
        lambda proof: proof | {"path": proof["path"][::-1]},
        lambda proof: proof | {"head": proof["head"] | {"size": 199}},
        lambda proof: proof | {"head": proof["head"] | {"root": "0" * 64}},
        lambda proof: proof | {"head": proof["head"] | {"day": "2027-03-04"}},
        lambda proof: proof | {"head": proof["head"] | {"more": 1}},
        lambda proof: proof | {"head": proof["head"] | {"more": 2**60}},
        lambda proof: proof | {"head": proof["head"] | {"more": "\ud800"}},
        lambda proof: proof | {"head": proof["head"] | {"more": 1e300}},
        lambda proof: proof | {"head": proof["head"] | {"proof": {}}},
        lambda proof: proof | {"head": proof["head"] | {"proof": proof["head"]["proof"] | {"proofValue": "z"}}},
        lambda proof: proof | {"head": proof["head"] | {"proof": proof["head"]["proof"] | {"proofValue": 1}}},
    ],
)
def test_a_changed_proof_is_not_proved(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    assert not asked(change(LOG.inclusion(2))).proved


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"schema": "predeparture.other/1"}',
        b'{"schema": ["predeparture.tree-head/1"]}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"schema": "predeparture.tree-head/1", "schema": "predeparture.tree-head/1"}',
        json.dumps(LOG.inclusion(2) | {"seq": "2"}).encode(),
        json.dumps(LOG.inclusion(2) | {"seq": True}).encode(),
        json.dumps(LOG.inclusion(2) | {"seq": 2**70}).encode(),
        json.dumps(LOG.inclusion(2) | {"seq": -1}).encode(),
        json.dumps(LOG.inclusion(2) | {"path": ["00"] * 3}).encode(),
        json.dumps(LOG.inclusion(2) | {"path": ["0 " * 32] * 3}).encode(),
        json.dumps(LOG.inclusion(2) | {"path": ["0" * 64] * 65}).encode(),
        json.dumps(LOG.inclusion(2) | {"path": {}}).encode(),
        json.dumps(LOG.inclusion(2) | {"event": None}).encode(),
        json.dumps(LOG.inclusion(2) | {"event": "\ud800"}).encode(),
        json.dumps(LOG.inclusion(2) | {"head": None}).encode(),
        json.dumps(LOG.inclusion(2)).encode()[:-20],
        b'{"schema": "predeparture.tree-inclusion/1", "seq": ' + b"9" * 10_000 + b"}",
    ],
)
def test_what_is_no_proof_is_refused_in_words(data: bytes) -> None:
    assert len(data) <= MAXIMUM_BYTES
    with error(InvalidInput, "bad_proof"):
        check_proof(data, KEYS)
    with error(InvalidInput, "bad_tree_head"):
        read_head(data)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_byte_of_a_proof_can_be_changed(data: st.DataObject) -> None:
    """Spaces between members mean nothing; any other change is not proved, or is no proof at all."""
    proof = LOG.inclusion(7, 1) if data.draw(st.booleans()) else LOG.consistency(0, 1)
    whole = json.dumps(proof, sort_keys=True).encode()
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != whole[place]))
    changed = whole[:place] + bytes([byte]) + whole[place + 1 :]
    try:
        answer = check_proof(changed, KEYS)
    except InvalidInput:
        return
    assert not answer.proved or json.loads(changed) == proof
