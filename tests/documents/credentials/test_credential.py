"""A certificate's credential holds exactly its facts, is the same each time, and no change to it goes unnoticed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from basis.errors import InvalidInput
from basis.money import Money
from documents.credentials import data_integrity
from documents.credentials.credential import MAXIMUM_BYTES, check_credential, make_credential
from documents.credentials.keys import CredentialKey
from documents.credentials.proofs import Proofs
from documents.encoding import facts
from documents.values import KINDS, Certificate, PromissoryNote
from tests.documents.samples import CREDENTIAL_KEY, proofs_of, samples

VALUE = next(value for value in samples() if value.kind == "medical")
CREDENTIAL = make_credential(VALUE, CREDENTIAL_KEY)
TRUSTED = (CREDENTIAL_KEY.public,)


def changed(**members: Any) -> bytes:
    return json.dumps({**json.loads(CREDENTIAL), **members}).encode()


@pytest.mark.parametrize("kind", KINDS)
def test_the_credential_of_every_kind_holds_exactly_its_facts(certificates: dict[str, Certificate], kind: str) -> None:
    value = certificates[kind]
    checked = check_credential(proofs_of(value).credential, TRUSTED)
    assert checked.fault is None
    assert checked.facts == facts(value)
    assert checked.key == CREDENTIAL_KEY.public


def test_its_frame_is_that_of_a_verifiable_credential_2_0() -> None:
    read = json.loads(CREDENTIAL)
    did = CREDENTIAL_KEY.public.did
    assert read["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert read["type"] == ["VerifiableCredential", "PredepartureCertificate"]
    assert read["id"] == VALUE.head.verify_url
    assert read["issuer"] == {"id": did, "name": "Labour Mobility Office Pristina"}
    assert (read["validFrom"], read["validUntil"]) == ("2027-03-12T00:00:00+14:00", "2027-09-09T23:59:59-12:00")
    assert read["proof"]["verificationMethod"] == f"{did}#{did.removeprefix('did:key:')}"
    assert set(read) == {
        "@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialSubject", "proof"
    }  # fmt: skip


def test_one_without_a_last_day_has_no_valid_until() -> None:
    value = replace(VALUE, outcome=replace(VALUE.outcome, valid_until=None))
    assert "validUntil" not in json.loads(make_credential(value, CREDENTIAL_KEY))


def test_it_is_the_same_bytes_for_the_same_value_and_key() -> None:
    assert make_credential(VALUE, CREDENTIAL_KEY) == CREDENTIAL


def test_proofs_survive_the_way_through_json() -> None:
    made = proofs_of(VALUE)
    assert Proofs.from_json(json.loads(json.dumps(made.to_json()))) == made
    for broken in ({}, {"credential": "x"}, {"credential": 1, "code": "x"}):
        with pytest.raises(InvalidInput):
            Proofs.from_json(broken)


def test_half_a_character_in_a_name_does_not_stop_it() -> None:
    value = replace(VALUE, person=replace(VALUE.person, name="Ah\ud800meti"))
    checked = check_credential(make_credential(value, CREDENTIAL_KEY), TRUSTED)
    assert checked.facts is not None
    assert checked.facts["person"]["name"] == "Ah?meti"


def test_a_sum_that_readers_would_round_is_refused(certificates: dict[str, Certificate]) -> None:
    note = certificates["loan"]
    assert isinstance(note, PromissoryNote)
    with pytest.raises(InvalidInput) as caught:
        make_credential(replace(note, principal=Money(2**53, "EUR")), CREDENTIAL_KEY)
    assert caught.value.code == "unsignable_value"


@given(place=st.integers(min_value=0, max_value=len(CREDENTIAL) - 1), bit=st.integers(min_value=0, max_value=7))
def test_a_flipped_bit_is_noticed_or_changes_nothing_that_is_said(place: int, bit: int) -> None:
    flipped = bytearray(CREDENTIAL)
    flipped[place] ^= 1 << bit
    checked = check_credential(bytes(flipped), TRUSTED)
    assert checked.fault is not None or json.loads(flipped) == json.loads(CREDENTIAL)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_is_handed_in_there_is_an_answer(data: bytes) -> None:
    assert check_credential(data, TRUSTED).fault is not None


@given(st.integers(min_value=0, max_value=len(CREDENTIAL) - 1))
def test_one_that_was_cut_is_not_good(length: int) -> None:
    assert check_credential(CREDENTIAL[:length], TRUSTED).fault is not None


@pytest.mark.parametrize(
    "data",
    [
        changed(validUntil="2030-01-01T00:00:00Z"),
        changed(issuer={"id": "did:key:z6Mk", "name": "Somebody"}),
        changed(proof=None),
        changed(more=1),
        changed(type=["VerifiableCredential"]),
        changed(credentialSubject=[]),
        CREDENTIAL.replace(b"AHMETI", b"AHMETO"),
        CREDENTIAL.replace(b'"head": {', b'"head": {"number": "X", ', 1),
        b" " * (MAXIMUM_BYTES + 1),
        b'{"@context":' + b"[" * 50_000,
    ],
    ids=lambda data: repr(data[:30]),
)
def test_one_that_was_changed_is_not_good(data: bytes) -> None:
    checked = check_credential(data, TRUSTED)
    assert checked.fault is not None
    assert checked.facts is None


def test_a_context_put_behind_ours_is_refused_although_the_suite_would_let_it_pass() -> None:
    read = json.loads(CREDENTIAL)
    read["@context"].append({"number": "urn:another:meaning"})
    assert data_integrity.verify(read, CREDENTIAL_KEY.public)
    assert check_credential(json.dumps(read).encode(), TRUSTED).fault is not None


def test_the_key_of_another_installation_is_not_trusted() -> None:
    other = CredentialKey(Ed25519PrivateKey.generate())
    assert "does not list" in str(check_credential(make_credential(VALUE, other), TRUSTED).fault)
    assert check_credential(CREDENTIAL, ()).fault is not None


def test_a_key_that_was_retired_before_the_day_of_issue_did_not_sign_it() -> None:
    before = replace(CREDENTIAL_KEY.public, retired_on=date(2027, 3, 11))
    assert "retired before" in str(check_credential(CREDENTIAL, [before]).fault)
    on_the_day = replace(CREDENTIAL_KEY.public, retired_on=date(2027, 3, 12))
    assert check_credential(CREDENTIAL, [on_the_day]).fault is None
