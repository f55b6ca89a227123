from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from documents.claims import claimed_number
from documents.credentials.credential import ATTACHMENT
from documents.keys import Signer
from documents.signing import sign
from documents.trust import Trust, Trusted
from documents.values import Certificate
from documents.verification import MAXIMUM_BYTES, Ended, RegisterEntry, Result, Status, verify
from tests.documents.conftest import SIGNED_AT
from tests.documents.samples import rendered

NUMBER = "MED-2027-000418"
TOKEN = "0Jh2kQ9yT3mZ8wXb4vNc1A"
LAST_DAY = date(2027, 9, 9)
TODAY = date(2027, 4, 1)
NAMES = (
    "readable", "register", "bytes", "signature", "appended", "certificate", "timestamp", "revoked", "superseded",
    "validity",
)  # fmt: skip


@dataclass(frozen=True)
class Register:
    """A register of the rows it is given."""

    rows: tuple[RegisterEntry, ...]

    def by_sha256(self, sha256: str) -> RegisterEntry | None:
        return next((row for row in self.rows if row.sha256 == sha256), None)

    def by_number(self, number: str) -> RegisterEntry | None:
        return next((row for row in self.rows if row.number == number), None)

    def by_token(self, token: str) -> RegisterEntry | None:
        return next((row for row in self.rows if row.token == token), None)


@pytest.fixture(scope="session")
def entry(fitness_pdf: bytes) -> RegisterEntry:
    return RegisterEntry(
        document_id="0192f0c1-7e1a-7c3a-9b51-2f6a5d0c4e8f",
        number=NUMBER,
        kind="medical",
        token=TOKEN,
        sha256=hashlib.sha256(fitness_pdf).hexdigest(),
        issued_on=date(2027, 3, 12),
        valid_until=LAST_DAY,
    )


@pytest.fixture(scope="session")
def trusted(signer: Signer) -> Trust:
    return Trust((Trusted.of(signer.certificate_pem),))


def test_a_genuine_certificate_in_force_is_valid(fitness_pdf: bytes, entry: RegisterEntry, trusted: Trust) -> None:
    answer = verify(fitness_pdf, Register((entry,)), TODAY, trusted)
    assert answer.status is Status.VALID
    assert (answer.number, answer.kind, answer.issued_on) == (NUMBER, "medical", date(2027, 3, 12))
    assert {check.name: check.result for check in answer.checks} == dict.fromkeys(NAMES, Result.PASSED) | {
        "timestamp": Result.NOT_APPLICABLE
    }


def test_a_token_answers_like_the_file_but_says_that_the_file_was_not_seen(entry: RegisterEntry) -> None:
    answer = verify(TOKEN, Register((entry,)), TODAY)
    assert answer.status is Status.VALID
    seen = {check.name: check.result for check in answer.checks}
    assert (seen["bytes"], seen["signature"]) == (Result.NOT_APPLICABLE, Result.NOT_APPLICABLE)


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN.lower(), "\0", "💥" * 1000])
def test_a_token_that_is_not_in_the_register_is_unknown(entry: RegisterEntry, token: str) -> None:
    assert verify(token, Register((entry,)), TODAY).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("days", "status"), [(-1, Status.VALID), (0, Status.VALID), (1, Status.EXPIRED)], ids=["before", "last", "after"]
)
def test_a_certificate_is_good_through_its_last_day(entry: RegisterEntry, days: int, status: Status) -> None:
    assert verify(TOKEN, Register((entry,)), LAST_DAY + timedelta(days=days)).status is status


@pytest.mark.parametrize("asked", ["file", "token"])
@pytest.mark.parametrize(
    ("ended", "status"),
    [(Ended.REVOKED, Status.REVOKED), (Ended.SUPERSEDED, Status.SUPERSEDED), (Ended.EXPIRED, Status.EXPIRED)],
    ids=str,
)
def test_an_ended_certificate_says_how_it_ended_even_after_its_last_day(
    fitness_pdf: bytes, entry: RegisterEntry, trusted: Trust, asked: str, ended: Ended, status: Status
) -> None:
    row = replace(entry, ended_kind=ended, ended_on=TODAY, ended_reason="A paper was withdrawn.", superseded_by="MED-2")
    question = fitness_pdf if asked == "file" else TOKEN
    for day in (TODAY, LAST_DAY + timedelta(days=30)):
        answer = verify(question, Register((row,)), day, trusted)
        assert answer.status is status
        assert (answer.ended_on, answer.superseded_by) == (TODAY, "MED-2")
        assert any("A paper was withdrawn." in str(reason) for reason in answer.reasons)


def test_a_number_that_was_never_issued_is_unknown(entry: RegisterEntry) -> None:
    for row in (replace(entry, sha256=None), replace(entry, ended_kind=Ended.VOID)):
        assert verify(TOKEN, Register((row,)), TODAY).status is Status.UNKNOWN


def test_a_file_of_ours_that_the_register_has_under_another_fingerprint_is_altered(
    fitness_pdf: bytes, entry: RegisterEntry, trusted: Trust
) -> None:
    answer = verify(fitness_pdf, Register((replace(entry, sha256="0" * 64),)), TODAY, trusted)
    assert answer.status is Status.ALTERED
    assert answer.number == NUMBER


def test_altered_comes_before_revoked(fitness_pdf: bytes, entry: RegisterEntry, trusted: Trust) -> None:
    row = replace(entry, ended_kind=Ended.REVOKED, ended_on=TODAY)
    assert verify(fitness_pdf + b"\n", Register((row,)), TODAY, trusted).status is Status.ALTERED


def test_a_certificate_that_is_in_no_register_is_unknown(fitness_pdf: bytes, trusted: Trust) -> None:
    assert verify(fitness_pdf, Register(()), TODAY, trusted).status is Status.UNKNOWN


def test_a_register_that_was_made_to_fit_a_file_with_a_foreign_signature_does_not_help(
    fitness_pdf: bytes, entry: RegisterEntry
) -> None:
    assert verify(fitness_pdf, Register((entry,)), TODAY).status is Status.ALTERED


def test_a_register_that_was_made_to_fit_a_changed_file_does_not_help(
    fitness_pdf: bytes, entry: RegisterEntry, trusted: Trust
) -> None:
    changed = fitness_pdf + b"\n% one comment more\n"
    row = replace(entry, sha256=hashlib.sha256(changed).hexdigest())
    assert verify(changed, Register((row,)), TODAY, trusted).status is Status.ALTERED


def test_a_copy_printed_anew_by_another_program_is_altered(
    fitness_pdf: bytes, entry: RegisterEntry, trusted: Trust
) -> None:
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(fitness_pdf)))
    writer.add_attachment(ATTACHMENT, PdfReader(BytesIO(fitness_pdf)).attachments[ATTACHMENT][0])
    writer.compress_identical_objects()
    stream = BytesIO()
    writer.write(stream)
    assert verify(stream.getvalue(), Register((entry,)), TODAY, trusted).status is Status.ALTERED


def test_the_number_is_found_in_the_embedded_data_when_the_keywords_are_gone(fitness_pdf: bytes) -> None:
    assert (
        claimed_number(fitness_pdf.replace(b"predeparture-certificate MED", b"predeparture-xxxxxxxxxxx XXX")) == NUMBER
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-",
        b"%PDF-1.7\n%%EOF",
        b"PK\x03\x04 a zip",
        b"\0" * 5000,
        b"%PDF-1.7\n" + b"1 0 obj <</Length 99>> stream\n" * 5000,
        b"%PDF-1.7\nstream\n" + zlib.compress(b"0" * 50_000_000),
        b"%PDF-1.7\n" + b"[" * 200_000,
        b"%PDF-1.7\ntrailer <</Encrypt 1 0 R /Prev 0>> startxref 0 %%EOF",
    ],
    ids=["empty", "head only", "no objects", "zip", "zeros", "many streams", "bomb", "deep", "encrypted"],
)
def test_garbage_is_unknown_and_says_why(entry: RegisterEntry, trusted: Trust, data: bytes) -> None:
    answer = verify(data, Register((entry,)), TODAY, trusted)
    assert answer.status is Status.UNKNOWN
    assert answer.reasons
    # Even when the register has the fingerprint of such a file, it is no certificate.
    row = replace(entry, sha256=hashlib.sha256(data).hexdigest())
    assert verify(data, Register((row,)), TODAY, trusted).status in (Status.UNKNOWN, Status.ALTERED)


def test_a_huge_file_is_not_looked_into(entry: RegisterEntry, trusted: Trust) -> None:
    answer = verify(b"%PDF-1.7" + bytes(MAXIMUM_BYTES), Register((entry,)), TODAY, trusted)
    assert answer.status is Status.UNKNOWN


def test_every_truncation_is_unknown_or_altered(fitness_pdf: bytes, entry: RegisterEntry, trusted: Trust) -> None:
    for length in range(0, len(fitness_pdf), 997):
        answer = verify(fitness_pdf[:length], Register((entry,)), TODAY, trusted)
        assert answer.status in (Status.UNKNOWN, Status.ALTERED)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@example(where=0.0, bit=0)
def test_a_flipped_bit_makes_it_altered_or_unknown(
    fitness_pdf: bytes, entry: RegisterEntry, trusted: Trust, where: float, bit: int
) -> None:
    _assert_flip_is_seen(fitness_pdf, entry, trusted, int(where * len(fitness_pdf)), 1 << bit)


@pytest.mark.deep
def test_whichever_byte_is_flipped_it_is_altered_or_unknown(
    fitness_pdf: bytes, entry: RegisterEntry, trusted: Trust
) -> None:
    for position in range(len(fitness_pdf)):
        _assert_flip_is_seen(fitness_pdf, entry, trusted, position, 0x01)


def _assert_flip_is_seen(pdf: bytes, entry: RegisterEntry, trusted: Trust, position: int, mask: int) -> None:
    changed = bytearray(pdf)
    changed[position] ^= mask
    answer = verify(bytes(changed), Register((entry,)), TODAY, trusted)
    assert answer.status in (Status.ALTERED, Status.UNKNOWN)
    assert answer.reasons


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_search_for_a_number(data: bytes) -> None:
    claimed_number(b"%PDF-1.7\nstream\n" + data)
    claimed_number(data)


def test_the_certificate_of_somebody_else_under_the_same_number_is_altered(
    entry: RegisterEntry, trusted: Trust, signer: Signer, certificates: dict[str, Certificate]
) -> None:
    value = certificates["medical"]
    forged = replace(value, person=replace(value.person, name="Somebody Else"))
    pdf = sign(rendered(forged), signer, officer=value.officer, signed_at=SIGNED_AT)
    assert verify(pdf, Register((entry,)), TODAY, trusted).status is Status.ALTERED
