"""Without database and network an officer learns whether a certificate is genuine, and what was not checked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from basis.errors import InvalidInput
from documents.credentials.code import KeyFacts, make_code
from documents.credentials.credential import ATTACHMENT
from documents.credentials.keys import CredentialKey, PublicKey
from documents.issuer_keys import IssuerKeys, read_issuer_keys, trusted_certificates, write_issuer_keys
from documents.keys import Signer
from documents.offline import Known, OfflineAnswer, answer_for_code, answer_for_file
from documents.revocations import EndedNumber, Ending, Revocations, make_revocations, read_revocations
from documents.trust import Trust, Trusted
from documents.values import KINDS, Certificate
from documents.verification import Result, Status
from tests.documents.samples import CREDENTIAL_KEY, proofs_of, rendered, samples

NOW = datetime(2027, 4, 1, 10, tzinfo=UTC)
TODAY = NOW.date()
NUMBER = "MED-2027-000418"
VALUE = next(value for value in samples() if value.kind == "medical")
CODE = make_code(VALUE, CREDENTIAL_KEY)
OTHER = CredentialKey(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))


def issuer(*keys: PublicKey, trust: Trust | None = None) -> IssuerKeys:
    return IssuerKeys(
        "An office", "https://verify.example.org", NOW, keys or (CREDENTIAL_KEY.public,), trust or Trust()
    )


def list_of(*numbers: EndedNumber, made_at: datetime = NOW, key: CredentialKey = CREDENTIAL_KEY) -> Revocations:
    data = make_revocations(numbers, issuer="An office", public_url="https://x.example", made_at=made_at, key=key)
    return read_revocations(data, (key.public,))


def known(
    *issuers: IssuerKeys, lists: Iterable[Revocations] = (), now: datetime = NOW, on: date = TODAY, **more: Any
) -> Known:
    return Known(issuers or (issuer(),), tuple(lists), now, on, **more)


def results(answer: OfflineAnswer) -> dict[str, Result]:
    return {check.name: check.result for check in answer.checks}


@pytest.fixture(scope="module")
def signing(signer: Signer) -> Trust:
    return Trust((Trusted.of(signer.certificate_pem),))


@pytest.mark.parametrize("kind", KINDS)
def test_the_code_of_every_kind_is_genuine_and_says_the_facts(certificates: dict[str, Certificate], kind: str) -> None:
    value = certificates[kind]
    on = max(TODAY, value.head.issued_on)  # some tell of a time after the preparation
    answer = answer_for_code(proofs_of(value).code, known(lists=[list_of()], on=on))
    assert answer.status is Status.VALID
    assert answer.facts == KeyFacts(
        value.head.number,
        kind,
        "Gëzim Ahmeti",
        date(1984, 3, 2),
        "425",
        value.head.issued_on,
        value.outcome.valid_until,
        True,
    )
    assert answer.issuer == "An office"
    assert answer.revocations_on == TODAY


def test_a_specimen_says_that_it_certifies_nothing() -> None:
    assert "certifies nothing" in str(answer_for_code(CODE, known()).reasons[0])
    real = replace(VALUE, head=replace(VALUE.head, specimen=False))
    assert "in force" in str(answer_for_code(make_code(real, CREDENTIAL_KEY), known()).reasons[0])


@pytest.mark.parametrize("ending", Ending)
def test_a_number_in_the_list_has_ended_and_says_how(ending: Ending) -> None:
    status = {
        Ending.REVOKED: Status.REVOKED,
        Ending.SUPERSEDED: Status.SUPERSEDED,
        Ending.EXPIRED: Status.EXPIRED,
        Ending.VOID: Status.UNKNOWN,
    }[ending]
    ended = list_of(EndedNumber(NUMBER, ending, TODAY), EndedNumber("MED-2027-000001", Ending.REVOKED, TODAY))
    answer = answer_for_code(CODE, known(lists=[ended]))
    assert answer.status is status
    assert answer.reasons
    assert Result.FAILED in results(answer).values()


def test_revoked_comes_before_expired_and_its_last_day_is_good() -> None:
    last = date(2027, 9, 9)
    assert answer_for_code(CODE, known(on=last)).status is Status.VALID
    assert answer_for_code(CODE, known(on=last + timedelta(days=1))).status is Status.EXPIRED
    lists = [list_of(EndedNumber(NUMBER, Ending.REVOKED, TODAY))]
    assert answer_for_code(CODE, known(lists=lists, on=last + timedelta(days=1))).status is Status.REVOKED


def test_without_a_list_the_answer_says_that_revocations_were_not_checked() -> None:
    answer = answer_for_code(CODE, known())
    assert answer.status is Status.VALID
    assert answer.revocations_on is None
    assert "not checked against revocations" in " ".join(map(str, answer.reasons))


def test_an_old_list_still_tells_what_was_revoked_and_says_that_it_is_old() -> None:
    later = NOW + timedelta(days=2)
    old = list_of()
    answer = answer_for_code(CODE, known(lists=[old], now=later))
    assert answer.status is Status.VALID
    assert answer.revocations_on is None
    assert "not checked against revocations after 2027-04-01" in " ".join(map(str, answer.reasons))
    revoked = list_of(EndedNumber(NUMBER, Ending.REVOKED, TODAY))
    assert answer_for_code(CODE, known(lists=[revoked], now=later)).status is Status.REVOKED


def test_of_several_lists_the_newest_of_the_issuer_counts() -> None:
    old = list_of(EndedNumber(NUMBER, Ending.REVOKED, TODAY), made_at=NOW - timedelta(days=3))
    foreign = list_of(EndedNumber(NUMBER, Ending.REVOKED, TODAY), made_at=NOW + timedelta(hours=1), key=OTHER)
    others = (issuer(), issuer(OTHER.public))
    assert answer_for_code(CODE, known(*others, lists=[old, list_of(), foreign])).status is Status.VALID
    only_foreign = answer_for_code(CODE, known(*others, lists=[foreign]))
    assert (only_foreign.status, only_foreign.revocations_on) == (Status.VALID, None)


def test_each_of_several_issuers_is_named() -> None:
    second = replace(issuer(OTHER.public), issuer="Another office")
    answer = answer_for_code(make_code(VALUE, OTHER), known(issuer(), second))
    assert (answer.status, answer.issuer) == (Status.VALID, "Another office")


def test_another_installation_is_unknown_and_a_changed_code_altered() -> None:
    assert answer_for_code(make_code(VALUE, OTHER), known()).status is Status.UNKNOWN
    moved = "https://evil.example/verify/x#" + CODE.split("#")[1]
    assert answer_for_code(moved, known()).status is Status.ALTERED
    for text in ("", "https://example.org/verify/x", "nonsense", CODE[:-30], "x" * 10_000_000):
        answer = answer_for_code(text, known())
        assert answer.status is Status.UNKNOWN
        assert answer.facts is None
        assert answer.reasons


def test_a_key_that_others_may_have_had_vouches_for_nothing() -> None:
    stolen = replace(CREDENTIAL_KEY.public, compromised_on=date(2027, 3, 30))
    answer = answer_for_code(CODE, known(issuer(stolen)))
    assert answer.status is Status.UNKNOWN
    assert "others may have had" in str(answer.reasons[0])


def test_a_day_of_issue_that_has_not_come_is_not_accepted() -> None:
    assert answer_for_code(CODE, known(on=date(2027, 3, 11))).status is Status.VALID
    answer = answer_for_code(CODE, known(on=date(2027, 3, 10)))
    assert answer.status is Status.UNKNOWN
    assert "not come" in str(answer.reasons[0])


def test_a_file_is_genuine_by_its_data_and_its_signature(fitness_pdf: bytes, signing: Trust) -> None:
    answer = answer_for_file(fitness_pdf, known(issuer(trust=signing), lists=[list_of()]))
    assert answer.status is Status.VALID
    seen = results(answer)
    assert {seen[name] for name in ("data", "signature", "appended", "certificate", "revoked", "validity")} == {
        Result.PASSED
    }
    assert answer.facts is not None
    assert answer.facts.number == NUMBER


def test_the_certificate_may_be_handed_in_by_itself(fitness_pdf: bytes, signing: Trust) -> None:
    answer = answer_for_file(fitness_pdf, known(certificates=signing))
    assert answer.status is Status.VALID
    assert results(answer)["signature"] is Result.PASSED


def test_without_a_certificate_the_answer_says_that_the_page_was_not_checked(fitness_pdf: bytes) -> None:
    answer = answer_for_file(fitness_pdf, known())
    assert answer.status is Status.VALID
    assert results(answer)["signature"] is Result.NOT_APPLICABLE


def test_a_file_that_is_signed_by_somebody_else_or_not_at_all_is_altered(signing: Trust) -> None:
    answer = answer_for_file(rendered(VALUE), known(issuer(trust=signing)))
    assert answer.status is Status.ALTERED
    assert answer.facts is None


def test_good_data_in_a_file_of_somebody_else_is_altered(fitness_pdf: bytes, signing: Trust) -> None:
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(fitness_pdf)))
    writer.add_attachment(ATTACHMENT, proofs_of(VALUE).credential)
    stream = BytesIO()
    writer.write(stream)
    assert answer_for_file(stream.getvalue(), known(issuer(trust=signing))).status is not Status.VALID


def test_a_file_with_something_appended_is_altered(fitness_pdf: bytes, signing: Trust) -> None:
    assert answer_for_file(fitness_pdf + b"\n% more\n", known(issuer(trust=signing))).status is Status.ALTERED


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"\0" * 1000, bytes(21 * 2**20)], ids=len)
def test_what_is_no_certificate_is_unknown(data: bytes) -> None:
    answer = answer_for_file(data, known())
    assert answer.status is Status.UNKNOWN
    assert answer.reasons


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_of_a_file_is_never_valid(fitness_pdf: bytes, signing: Trust, where: float, bit: int) -> None:
    changed = bytearray(fitness_pdf)
    changed[int(where * len(changed))] ^= 1 << bit
    answer = answer_for_file(bytes(changed), known(issuer(trust=signing)))
    assert answer.status in (Status.ALTERED, Status.UNKNOWN)
    assert answer.reasons


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True))
def test_a_cut_file_is_never_valid(fitness_pdf: bytes, signing: Trust, where: float) -> None:
    cut = fitness_pdf[: int(where * len(fitness_pdf))]
    assert answer_for_file(cut, known(issuer(trust=signing))).status in (Status.ALTERED, Status.UNKNOWN)


def test_the_file_of_public_keys_survives_writing_and_reading(signer: Signer) -> None:
    retired = replace(CREDENTIAL_KEY.public, first_used_on=date(2027, 1, 4), retired_on=TODAY)
    trust = Trust((Trusted.of(signer.certificate_pem, NOW, NOW - timedelta(days=1)),), (signer.certificate_pem,))
    made = replace(issuer(retired, OTHER.public, trust=trust), issuer="Zyra për punë \ud800")
    read = read_issuer_keys(write_issuer_keys(made))
    assert read == replace(made, issuer="Zyra për punë ?")
    assert b"PRIVATE" not in write_issuer_keys(made)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"schema": "predeparture.issuer-keys/2"}', b"[" * 100_000,
     write_issuer_keys(issuer()).replace(b'"z6Mk', b'"z7Mk'),
     write_issuer_keys(issuer()).replace(b'"certificates": []', b'"certificates": [{}]'),
     write_issuer_keys(issuer()).replace(b'"certificates": []', b'"certificates": ["x"]'),
     write_issuer_keys(issuer()).replace(b'"keys": [', b'"keys": [7, '),
     write_issuer_keys(issuer()).replace(b'"made_at": "', b'"made_at": "never')],
    ids=lambda data: repr(data[:24]),
)  # fmt: skip
def test_a_file_that_holds_no_public_keys_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_issuer_keys(data)
    assert caught.value.code == "bad_issuer_keys"


def test_a_file_that_holds_no_certificate_is_refused() -> None:
    for data in (b"", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"):
        with pytest.raises(InvalidInput):
            trusted_certificates(data)


def test_the_list_is_sorted_signed_and_the_same_each_time() -> None:
    numbers = [EndedNumber("B-1", Ending.REVOKED, TODAY), EndedNumber("A-1", Ending.VOID, TODAY)]
    made = [
        make_revocations(order, issuer="An office", public_url="https://x", made_at=NOW, key=CREDENTIAL_KEY)
        for order in (numbers, numbers[::-1])
    ]
    assert made[0] == made[1]
    read = read_revocations(made[0], (CREDENTIAL_KEY.public,))
    assert list(read.numbers) == ["A-1", "B-1"]
    assert (read.made_at, read.next_expected) == (NOW, NOW + timedelta(days=1))
    assert set(json.loads(made[0])["numbers"][0]) == {"number", "ending", "ended_on"}


def test_a_list_that_was_changed_cut_or_signed_by_somebody_else_is_refused() -> None:
    made = make_revocations(
        [EndedNumber(NUMBER, Ending.REVOKED, TODAY)],
        issuer="An office",
        public_url="https://x",
        made_at=NOW,
        key=CREDENTIAL_KEY,
    )
    made_by = CREDENTIAL_KEY.public
    emptied = json.loads(made) | {"numbers": []}
    later = json.loads(made) | {"next_expected": "2099-01-01T00:00:00+00:00"}
    for data in (json.dumps(emptied).encode(), json.dumps(later).encode(), made[:-9], b"", b"[]", b"[" * 99_999):
        with pytest.raises(InvalidInput):
            read_revocations(data, (CREDENTIAL_KEY.public,))
    with pytest.raises(InvalidInput) as caught:
        read_revocations(made, (OTHER.public,))
    assert caught.value.code == "foreign_revocations"
    day = date(2027, 3, 1)
    for key in (PublicKey(made_by.raw, retired_on=day), PublicKey(made_by.raw, compromised_on=day)):
        with pytest.raises(InvalidInput):
            read_revocations(made, (key,))
