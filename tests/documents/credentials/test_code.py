"""The signed part of a code holds the key facts, fits a small code, and no change to it or its address is accepted."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import date
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from documents.credentials.code import MAXIMUM_CHARACTERS, KeyFacts, _to_be_signed, check_code, make_code
from documents.credentials.keys import CredentialKey
from documents.values import KINDS, Certificate
from tests.documents.samples import CREDENTIAL_KEY, NAMES, named, proofs_of, samples

VALUE = next(value for value in samples() if value.kind == "medical")
CODE = make_code(VALUE, CREDENTIAL_KEY)
ADDRESS, FRAGMENT = CODE.split("#")
MESSAGE = urlsafe_b64decode(FRAGMENT + "=" * (-len(FRAGMENT) % 4))
TRUSTED = (CREDENTIAL_KEY.public,)


def coded(message: bytes, address: str = ADDRESS) -> str:
    return f"{address}#{urlsafe_b64encode(message).rstrip(b'=').decode()}"


def signed(payload: Any, *, protected: Any = None, key: CredentialKey = CREDENTIAL_KEY) -> str:
    """A code signed with our key over something else."""
    raw = payload if isinstance(payload, bytes) else cbor2.dumps(payload, canonical=True)
    header = cbor2.dumps({1: -8} if protected is None else protected)
    message = [header, {4: key.public.id}, raw, key.sign(_to_be_signed(ADDRESS, raw))]
    return coded(cbor2.dumps(cbor2.CBORTag(18, message), canonical=True))


def test_it_says_the_key_facts() -> None:
    checked = check_code(CODE, TRUSTED)
    assert checked.fault is None
    assert checked.key == CREDENTIAL_KEY.public
    assert checked.facts == KeyFacts(
        number="MED-2027-000418",
        kind="medical",
        name="Gëzim Ahmeti",
        birth_date=date(1984, 3, 2),
        passport_hint="425",
        issued_on=date(2027, 3, 12),
        valid_until=date(2027, 9, 9),
        specimen=True,
    )
    real = replace(VALUE, head=replace(VALUE.head, specimen=False))
    facts = check_code(make_code(real, CREDENTIAL_KEY), TRUSTED).facts
    assert facts is not None
    assert not facts.specimen


@pytest.mark.parametrize("kind", KINDS)
def test_the_code_of_every_kind_begins_with_its_address_and_is_small(
    certificates: dict[str, Certificate], kind: str
) -> None:
    code = proofs_of(certificates[kind]).code
    assert code.startswith(certificates[kind].head.verify_url + "#")
    assert check_code(code, TRUSTED).fault is None
    assert len(code) <= 251, "more would make the printed squares smaller"


def test_a_kind_that_has_no_number_yet_is_written_out() -> None:
    payload = {1: 1, 2: "N", 3: "later", 4: "n", 5: 1, 6: "h", 7: 1}
    facts = check_code(signed(payload), TRUSTED).facts
    assert facts is not None
    assert facts.kind == "later"


@pytest.mark.parametrize("script", NAMES)
def test_a_name_with_a_native_form_is_in_it_as_printed_in_latin(script: str) -> None:
    value = named(VALUE, script)
    facts = check_code(make_code(value, CREDENTIAL_KEY), TRUSTED).facts
    assert facts is not None
    assert facts.name == value.person.name


def test_it_is_a_cose_sign1_that_any_library_reads() -> None:
    tag = cbor2.loads(MESSAGE)
    assert tag.tag == 18
    protected, unprotected, payload, signature = tag.value
    assert cbor2.loads(protected) == {1: -8}
    assert unprotected == {4: CREDENTIAL_KEY.public.id}
    assert cbor2.loads(payload)[2] == "MED-2027-000418"
    structure = cbor2.dumps(["Signature1", protected, ADDRESS.encode(), payload])
    assert CREDENTIAL_KEY.public.verifies(signature, structure)
    assert cbor2.dumps(tag, canonical=True) == MESSAGE


def test_it_is_the_same_text_for_the_same_value_and_key() -> None:
    assert make_code(VALUE, CREDENTIAL_KEY) == CODE


def test_one_without_a_last_day_says_so() -> None:
    value = replace(VALUE, outcome=replace(VALUE.outcome, valid_until=None))
    facts = check_code(make_code(value, CREDENTIAL_KEY), TRUSTED).facts
    assert facts is not None
    assert facts.valid_until is None


def test_signed_facts_behind_another_address_are_refused() -> None:
    assert "changed" in str(check_code(f"https://evil.example/verify/x#{FRAGMENT}", TRUSTED).fault)


@pytest.mark.parametrize("text", ["", ADDRESS, ADDRESS + "#", "   ", "#"])
def test_an_address_without_its_signed_part_is_said_to_lack_it(text: str) -> None:
    assert "missing" in str(check_code(text, TRUSTED).fault)


def test_whichever_bit_is_flipped_it_is_never_accepted() -> None:
    for place in range(len(MESSAGE) * 8):
        flipped = bytearray(MESSAGE)
        flipped[place // 8] ^= 1 << place % 8
        assert check_code(coded(bytes(flipped)), TRUSTED).fault is not None


@given(place=st.integers(min_value=0, max_value=len(CODE) - 1), character=st.characters(exclude_characters="\n \t\r"))
@example(place=len(CODE) - 1, character=chr(ord(CODE[-1]) + 1))
def test_another_character_is_never_accepted(place: int, character: str) -> None:
    text = CODE[:place] + character + CODE[place + 1 :]
    checked = check_code(text, TRUSTED)
    assert checked.fault is not None or text == CODE


def test_the_other_alphabet_of_base64_is_not_accepted() -> None:
    other = {"-": "+", "_": "/"}
    places = [at for at, character in enumerate(CODE) if at > len(ADDRESS) and character in other]
    assert places
    for at in places:
        assert check_code(CODE[:at] + other[CODE[at]] + CODE[at + 1 :], TRUSTED).fault is not None


@given(st.integers(min_value=0, max_value=len(CODE) - 1))
def test_one_that_was_cut_is_not_good(length: int) -> None:
    assert check_code(CODE[:length], TRUSTED).fault is not None


@given(st.text(max_size=60) | st.binary(max_size=60).map(coded))
def test_whatever_is_handed_in_there_is_an_answer(text: str) -> None:
    assert check_code(text, TRUSTED).fault is not None


@pytest.mark.parametrize(
    "message",
    [
        b"\x9f" * 3000,
        b"\x81" * 3000,
        b"\xbf" * 3000,
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xba\xff\xff\xff\xff",
        b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\xd2\x84\x43\xa1\x01\x27\xa1\x04\x48" + CREDENTIAL_KEY.public.id + b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\xc5\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\xd8\x23\x6a(a+)+(a+)+",
        MESSAGE + b"\0",
        MESSAGE[1:],
        b"\xd8\x12" + MESSAGE[1:],
    ],
    ids=lambda message: message[:12].hex(),
)
def test_cbor_made_to_hurt_is_refused_at_once(message: bytes) -> None:
    assert "cannot be read" in str(check_code(coded(message), TRUSTED).fault)


def test_a_text_longer_than_any_code_is_refused() -> None:
    assert check_code(CODE + "A" * MAXIMUM_CHARACTERS, TRUSTED).fault is not None
    assert check_code("x#" + "A" * 10_000_000, TRUSTED).fault is not None


@pytest.mark.parametrize(
    "payload",
    [
        b"\xff",
        {},
        [1, 2],
        {1: 2, 2: "X"},
        {1: 1, 2: "N", 3: "k", 4: "n", 5: 1, 6: "h"},
        {1: 1, 2: "N", 3: "k", 4: 7, 5: 1, 6: "h", 7: 1},
        {1: 1, 2: "N", 3: "k", 4: "n", 5: "1", 6: "h", 7: 1},
        {1: 1, 2: "N", 3: 99, 4: "n", 5: 1, 6: "h", 7: 1},
        {1: 1, 2: "N", 3: -1, 4: "n", 5: 1, 6: "h", 7: 1},
        {1: 1, 2: "N", 3: "k", 4: "n", 5: 1, 6: "h", 7: 1, 8: None},
        {1: 1, 2: "N", 3: "k", 4: "n", 5: 10**12, 6: "h", 7: 1},
        {1: 1, 2: "N", 3: "k", 4: "n", 5: 1, 6: "h", 7: True},
        {1: 1, 2: "N", 3: "k", 4: "n", 5: 1, 6: "h", 7: 1, 10: "more"},
        cbor2.dumps({1: 1}) + b"\0",
        b"\xc5\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01",
    ],
    ids=str,
)
def test_a_form_that_is_not_known_is_said_not_to_be(payload: Any) -> None:
    assert "form" in str(check_code(signed(payload), TRUSTED).fault)


def test_the_key_of_another_installation_is_not_trusted() -> None:
    other = CredentialKey(Ed25519PrivateKey.generate())
    assert "does not list" in str(check_code(make_code(VALUE, other), TRUSTED).fault)
    assert "does not list" in str(check_code(CODE, ()).fault)


def test_a_key_that_only_names_itself_like_ours_is_not_enough() -> None:
    other = CredentialKey(Ed25519PrivateKey.generate())
    text = coded(MESSAGE.replace(CREDENTIAL_KEY.public.id, other.public.id))
    assert "changed" in str(check_code(text, (other.public,)).fault)


def test_a_retired_key_vouches_for_what_it_signed_before() -> None:
    assert check_code(CODE, [replace(CREDENTIAL_KEY.public, retired_on=date(2027, 3, 12))]).fault is None
    assert check_code(CODE, [replace(CREDENTIAL_KEY.public, retired_on=date(2027, 3, 11))]).fault is not None
