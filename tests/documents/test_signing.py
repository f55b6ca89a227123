from __future__ import annotations

import stat
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from pyhanko.pdf_utils.reader import PdfFileReader

from basis.errors import Conflict, Unavailable
from documents.keys import CERTIFICATE_FILE, Signer, load_signer, make_installation_key
from documents.signing import check_signature, sign
from documents.values import Certificate, Officer
from tests.documents.conftest import SIGNED_AT
from tests.documents.samples import rendered


def test_the_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = make_installation_key(tmp_path / "keys", "An office", SIGNED_AT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {entry.name for entry in path.parent.iterdir()} == {path.name, CERTIFICATE_FILE}
    signer = load_signer(path)
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
    assert signer.certificate_pem == (path.parent / CERTIFICATE_FILE).read_bytes()
    assert "PRIVATE" not in repr(signer)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    before = make_installation_key(tmp_path, "An office", SIGNED_AT).read_bytes()
    with pytest.raises(Conflict):
        make_installation_key(tmp_path, "Another office", SIGNED_AT)
    assert (tmp_path / "signing.pem").read_bytes() == before


def test_a_configured_pkcs12_signs_as_well(
    tmp_path: Path, signer: Signer, certificates: dict[str, Certificate]
) -> None:
    path = tmp_path / "office.p12"
    encryption = BestAvailableEncryption(b"secret")
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", signer.key, signer.certificate, None, encryption))
    loaded = load_signer(path, passphrase=b"secret")
    value = certificates["general"]
    pdf = sign(rendered(value), loaded, officer=value.officer, signed_at=SIGNED_AT)
    assert check_signature(pdf, [signer.certificate_pem]) is None
    with pytest.raises(Unavailable) as caught:
        load_signer(path, passphrase=b"wrong")
    assert caught.value.code == "signing_key_unreadable"


def test_key_and_certificate_may_lie_in_two_files(tmp_path: Path, signer: Signer) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key.write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate.write_bytes(signer.certificate_pem)
    assert load_signer(key, certificate).fingerprint == signer.fingerprint


def test_a_missing_foreign_or_broken_key_stops_the_signing(tmp_path: Path, signer: Signer) -> None:
    broken = {
        "signing_key_missing": None,
        "signing_key_unreadable": b"-----BEGIN nonsense",
        "signing_certificate_mismatch": ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        + signer.certificate_pem,
    }
    for code, data in broken.items():
        path = tmp_path / code
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(Unavailable) as caught:
            load_signer(path)
        assert caught.value.code == code


def test_a_kind_of_key_that_cannot_sign_here_is_refused(tmp_path: Path, signer: Signer) -> None:
    path = tmp_path / "signing.pem"
    other = ed25519.Ed25519PrivateKey.generate()
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signer.certificate_pem)
    with pytest.raises(Unavailable):
        load_signer(path)


def test_a_signature_covers_the_file_and_tells_the_time_it_was_given(fitness_pdf: bytes, signer: Signer) -> None:
    assert check_signature(fitness_pdf, [signer.certificate_pem]) is None
    (signature,) = PdfFileReader(BytesIO(fitness_pdf)).embedded_signatures
    assert signature.self_reported_timestamp == SIGNED_AT
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert "Medical officer" in str(signature.sig_object["/Reason"])


def test_a_signature_by_an_unlisted_key_is_not_accepted(fitness_pdf: bytes, tmp_path: Path) -> None:
    other = load_signer(make_installation_key(tmp_path, "Another office", SIGNED_AT))
    assert check_signature(fitness_pdf, [other.certificate_pem]) is not None
    assert check_signature(fitness_pdf, []) is not None


def test_an_unsigned_or_added_to_file_is_not_accepted(
    fitness_pdf: bytes, signer: Signer, certificates: dict[str, Certificate]
) -> None:
    trusted = [signer.certificate_pem]
    assert check_signature(rendered(certificates["medical"]), trusted) is not None
    assert check_signature(fitness_pdf + b"\n%more", trusted) is not None
    again = Officer("Somebody", "Else")
    with pytest.raises(Unavailable):
        sign(fitness_pdf, signer, officer=again, signed_at=SIGNED_AT)


def test_what_is_no_pdf_cannot_be_signed(signer: Signer) -> None:
    with pytest.raises(Unavailable) as caught:
        sign(b"not a pdf", signer, officer=Officer("A", "B"), signed_at=SIGNED_AT)
    assert caught.value.code == "signing_failed"


def test_a_signing_time_without_a_zone_is_a_mistake_of_the_caller(signer: Signer) -> None:
    with pytest.raises(ValueError, match="time zone"):
        sign(b"", signer, officer=Officer("A", "B"), signed_at=datetime(2027, 1, 1))  # noqa: DTZ001


def test_the_certificate_is_good_on_the_day_it_is_made_and_for_ten_years(signer: Signer) -> None:
    certificate: x509.Certificate = signer.certificate
    assert certificate.not_valid_before_utc < SIGNED_AT < certificate.not_valid_after_utc
    assert certificate.not_valid_after_utc > datetime(2037, 1, 1, tzinfo=UTC)
