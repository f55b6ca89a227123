"""Proofs of eddsa-jcs-2022 are those of the standard, and nothing else passes for one."""

from __future__ import annotations

import copy
from hashlib import sha256
from typing import Any

import base58
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from documents.credentials import data_integrity
from documents.credentials.data_integrity import read_json
from documents.credentials.keys import CredentialKey, PublicKey, raw_of
from tests.documents.credentials import vectors

KEY = CredentialKey(Ed25519PrivateKey.from_private_bytes(base58.b58decode(vectors.SECRET_KEY[1:])[2:]))
PUBLIC = PublicKey(raw_of(vectors.PUBLIC_KEY))


def signed() -> dict[str, Any]:
    return data_integrity.sign(vectors.UNSIGNED, KEY, method=vectors.METHOD, created=vectors.CREATED)


def test_the_keys_of_the_standard_belong_together() -> None:
    assert KEY.public.multibase == vectors.PUBLIC_KEY


def test_the_document_of_the_standard_is_canonicalised_as_there() -> None:
    assert sha256(rfc8785.dumps(vectors.UNSIGNED)).hexdigest() == vectors.CANONICAL_DOCUMENT_SHA256


def test_the_proof_of_the_standard_is_made_byte_for_byte() -> None:
    made = signed()["proof"]
    assert made == {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": vectors.CREATED,
        "verificationMethod": vectors.METHOD,
        "proofPurpose": "assertionMethod",
        "@context": vectors.UNSIGNED["@context"],
        "proofValue": vectors.PROOF_VALUE,
    }


def test_the_proofs_of_the_standard_and_of_its_candidate_verify() -> None:
    document = signed()
    assert data_integrity.verify(document, PUBLIC)
    del document["proof"]["@context"]
    document["proof"]["proofValue"] = vectors.EARLIER_PROOF_VALUE
    assert data_integrity.verify(document, PUBLIC)


def test_a_context_added_behind_those_of_the_proof_does_not_matter_and_one_before_does() -> None:
    document = signed()
    document["@context"] = [*document["@context"], "https://example.org/more"]
    assert data_integrity.verify(document, PUBLIC)
    document["@context"] = ["https://example.org/more", *vectors.UNSIGNED["@context"]]
    assert not data_integrity.verify(document, PUBLIC)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("name",), "Alumni credential"),
        (("credentialSubject", "alumniOf"), "Another school"),
        (("credentialSubject", "more"), 1),
        (("validFrom",), "2023-01-02T00:00:00Z"),
        (("@context",), "https://www.w3.org/ns/credentials/v2"),
        (("proof",), None),
        (("proof",), []),
        (("proof", "type"), "Ed25519Signature2020"),
        (("proof", "cryptosuite"), "eddsa-rdfc-2022"),
        (("proof", "proofPurpose"), "authentication"),
        (("proof", "created"), "2023-02-24T23:36:39Z"),
        (("proof", "verificationMethod"), "https://vc.example/issuers/9#x"),
        (("proof", "@context"), None),
        (("proof", "@context"), ["https://www.w3.org/ns/credentials/v2"]),
        (("proof", "extra"), 1e400),
        (("proof", "proofValue"), vectors.PROOF_VALUE[:-1]),
        (("proof", "proofValue"), "z" + "1" * 200),
        (("proof", "proofValue"), "m" + vectors.PROOF_VALUE[1:]),
        (("proof", "proofValue"), "z0OIl"),
        (("proof", "proofValue"), 7),
    ],
    ids=str,
)
def test_whatever_is_changed_the_proof_fails(path: tuple[str, ...], value: object) -> None:
    document = copy.deepcopy(signed())
    inner = document
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    assert not data_integrity.verify(document, PUBLIC)


def test_another_key_does_not_verify() -> None:
    assert not data_integrity.verify(signed(), CredentialKey(Ed25519PrivateKey.generate()).public)


def test_what_cannot_be_canonicalised_does_not_verify() -> None:
    nested: Any = "x"
    for _level in range(5000):
        nested = [nested]
    for value in (2**60, float("nan"), "\ud800", nested):
        assert not data_integrity.verify({**signed(), "name": value}, PUBLIC)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{", '{"a": 1, "a": 2}', '{"a": {"b": 1, "b": 1}}', '{"a": NaN}', '{"a": Infinity}',
     "[" * 100_000, '{"a": ' * 100_000, '{"a": ' + "9" * 5000 + "}", b'{"a": "\xff"}'],
    ids=lambda text: repr(text[:20]),
)  # fmt: skip
def test_json_that_has_no_one_meaning_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        read_json(text)


@pytest.mark.parametrize("text", ["", "z", "z6Mk", "k" + vectors.PUBLIC_KEY[1:], vectors.SECRET_KEY, "z" * 90, None, 5])
def test_what_is_no_public_key_is_refused(text: object) -> None:
    with pytest.raises(ValueError):
        raw_of(text)
