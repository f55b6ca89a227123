"""Whose signature counts, and for which moments."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from casework.issuers.rules import Seal
from documents.checks import Check, Result, adopted_seal, key_check, signature_checks
from documents.keys import Signer
from documents.signing import sign
from documents.timestamps import CLOCKS, Authority
from documents.trust import Trust, Trusted
from documents.values import Certificate
from tests.documents.conftest import SIGNED_AT
from tests.support.tsa import timestamp_authority

DAY = timedelta(days=1)


def certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    above: tuple[str, ec.EllipticCurvePrivateKey],
    until: datetime = SIGNED_AT + 365 * DAY,
) -> x509.Certificate:
    """A certificate for `name`, issued by the name and key `above`."""
    issuer, by = above
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SIGNED_AT - 365 * DAY)
        .not_valid_after(until)
        .sign(by, hashes.SHA256())
    )


@pytest.fixture(scope="module")
def keys() -> list[ec.EllipticCurvePrivateKey]:
    return [ec.generate_private_key(ec.SECP256R1()) for _key in range(3)]


def trusted(signer: Signer, **days: datetime | None) -> Trust:
    return Trust((Trusted.of(signer.bundle, **days),))


def certificate_check(checks: tuple[Check, ...]) -> Check:
    return next(check for check in checks if check.name == "certificate")


@pytest.mark.parametrize(
    ("retired", "compromised", "result", "words"),
    [
        (None, None, Result.PASSED, "in use when it signed."),
        (DAY, None, Result.PASSED, "retired"),
        (-CLOCKS, None, Result.PASSED, "retired"),
        (-CLOCKS - timedelta(seconds=1), None, Result.FAILED, "after the issuer had retired the key"),
        (2 * DAY, DAY, Result.PASSED, "the register has exactly this one"),
        (DAY, -timedelta(seconds=1), Result.FAILED, "others may have had"),
    ],
    ids=["in use", "later retired", "just retired", "retired before", "later compromised", "compromised before"],
)
def test_a_signature_counts_while_its_key_was_in_use(
    fitness_pdf: bytes,
    signer: Signer,
    retired: timedelta | None,
    compromised: timedelta | None,
    result: Result,
    words: str,
) -> None:
    trust = trusted(
        signer,
        retired_at=None if retired is None else SIGNED_AT + retired,
        compromised_at=None if compromised is None else SIGNED_AT + compromised,
    )
    by_file = certificate_check(signature_checks(fitness_pdf, trust, SIGNED_AT))
    by_register = key_check(Seal(signer.fingerprint, SIGNED_AT, timestamped=False), trust)
    for check in (by_file, by_register):
        assert check.result is result
        assert words in str(check.sentence)


def test_a_timestamp_says_when_a_file_was_signed_whatever_the_register_says(
    pages: dict[str, bytes], certificates: dict[str, Certificate], signer: Signer
) -> None:
    with timestamp_authority(SIGNED_AT) as tsa:
        pdf = sign(
            pages["medical"],
            signer,
            officer=certificates["medical"].officer,
            signed_at=SIGNED_AT,
            authority=Authority(tsa.url, tsa.anchors),
        )
    listed = Trusted.of(signer.bundle, SIGNED_AT + DAY, SIGNED_AT + DAY)
    trust = Trust((listed,), (tsa.anchors,))
    late = SIGNED_AT + 30 * DAY
    assert "timestamp shows" in str(certificate_check(signature_checks(pdf, trust, late)).sentence)
    unlisted = {check.name: check.result for check in signature_checks(pdf, Trust((listed,)), late)}
    assert (unlisted["timestamp"], unlisted["certificate"]) == (Result.FAILED, Result.FAILED)
    seal = adopted_seal(pdf, trust)
    assert seal == Seal(signer.fingerprint, SIGNED_AT, timestamped=True)
    assert adopted_seal(pdf, Trust((listed,))) is None


def test_a_certificate_counts_only_within_its_days(fitness_pdf: bytes, signer: Signer) -> None:
    trust = trusted(signer)
    for moment in (signer.certificate.not_valid_before_utc - DAY, signer.certificate.not_valid_after_utc + DAY):
        check = certificate_check(signature_checks(fitness_pdf, trust, moment))
        assert (check.result, "not valid when" in str(check.sentence)) == (Result.FAILED, True)


def test_a_certificate_under_an_authority_counts_with_the_whole_chain(
    keys: list[ec.EllipticCurvePrivateKey], pages: dict[str, bytes], certificates: dict[str, Certificate]
) -> None:
    own, middle, root = keys
    leaf = certificate("Office", own, ("Middle", middle))
    between = certificate("Middle", middle, ("Root", root))
    top = certificate("Root", root, ("Root", root))
    signer = Signer(own, leaf, (top, between))
    officer = certificates["general"].officer
    pdf = sign(pages["general"], signer, officer=officer, signed_at=SIGNED_AT)
    checks = signature_checks(pdf, trusted(signer))
    assert [check.result for check in checks] == [*[Result.PASSED] * 3, Result.NOT_APPLICABLE]
    ended = certificate("Middle", middle, ("Root", root), until=SIGNED_AT - DAY)
    stranger = certificate("Middle", middle, ("Root", own))
    for wrong, words in ((ended, "not valid when"), (stranger, "do not lead to one another")):
        pem = b"".join(link.public_bytes(Encoding.PEM) for link in (leaf, wrong, top))
        check = certificate_check(signature_checks(pdf, Trust((Trusted.of(pem),))))
        assert check.result is Result.FAILED
        assert words in str(check.sentence)


def test_a_key_that_is_not_listed_does_not_count(fitness_pdf: bytes) -> None:
    assert certificate_check(signature_checks(fitness_pdf, Trust())).result is Result.FAILED
    assert key_check(Seal("0" * 64, SIGNED_AT, timestamped=False), Trust()).result is Result.FAILED


def test_an_unsigned_file_has_one_failed_check_and_nothing_else_to_look_at(
    pages: dict[str, bytes], signer: Signer
) -> None:
    checks = signature_checks(pages["medical"], trusted(signer))
    assert [check.result for check in checks] == [Result.FAILED, *[Result.NOT_APPLICABLE] * 3]
    assert adopted_seal(pages["medical"], trusted(signer)) is None
