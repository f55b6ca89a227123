"""Signed files, read by programs of others: pypdf, OpenSSL; keys of every kind; the time and reason that are given."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader

from basis.errors import Unavailable
from documents.keys import PrivateKey, Signer
from documents.signing import check_signature, sign
from documents.values import KINDS, Certificate, Officer
from tests.documents.conftest import SIGNED_AT

OFFICER = Officer("Élodie (Nkemelu) Ωmega \\ 李", "Chef % d'office")


def _certificate(name: str, key: PrivateKey, issuer: x509.Certificate | None, by: PrivateKey) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(2**159 - len(name))
        .not_valid_before(SIGNED_AT - timedelta(days=1))
        .not_valid_after(SIGNED_AT + timedelta(days=900))
        .sign(by, SHA256())
    )


def _signer(key: PrivateKey) -> Signer:
    above = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Authority", above, None, above)
    return Signer(key, _certificate("Office", key, authority, above), (authority,))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_signed(
    pages: dict[str, bytes], certificates: dict[str, Certificate], signer: Signer, kind: str
) -> None:
    signed = sign(pages[kind], signer, officer=certificates[kind].officer, signed_at=SIGNED_AT)
    assert signed.startswith(pages[kind])
    assert check_signature(signed, [signer.certificate_pem]) is None


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP521R1()),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["P-256", "P-384", "P-521", "RSA"],
)
def test_keys_of_other_kinds_sign_with_the_certificates_above_them(pages: dict[str, bytes], key: PrivateKey) -> None:
    signer = _signer(key)
    for _again in range(5):  # a signature's length varies
        signed = sign(pages["medical"], signer, officer=OFFICER, signed_at=SIGNED_AT)
        assert check_signature(signed, [signer.certificate_pem]) is None
        (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
        assert [link.subject.native for link in signature.other_embedded_certs] == [{"common_name": "Authority"}]


def test_the_reason_and_the_time_are_read_as_they_were_given(pages: dict[str, bytes], signer: Signer) -> None:
    at = datetime(2027, 3, 12, 14, 30, 5, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    signed = sign(pages["medical"], signer, officer=OFFICER, signed_at=at)
    (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    assert signature.self_reported_timestamp == at
    assert str(signature.sig_object["/Reason"]) == f"Issued by {OFFICER.name}, {OFFICER.title}"
    attributes = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
    assert attributes == {"content_type", "message_digest", "signing_certificate_v2"}


def test_openssl_confirms_the_signature(fitness_pdf: bytes, signer: Signer, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed (apt-get install openssl)")
    (signature,) = PdfFileReader(BytesIO(fitness_pdf)).embedded_signatures
    begin, length, second, rest = signature.byte_range
    (tmp_path / "message").write_bytes(signature.pkcs7_content.rstrip(b"\0"))
    (tmp_path / "content").write_bytes(fitness_pdf[begin : begin + length] + fitness_pdf[second : second + rest])
    (tmp_path / "certificate").write_bytes(signer.certificate_pem)
    command = [openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", "message", "-content", "content"]
    done = subprocess.run(
        [*command, "-CAfile", "certificate", "-purpose", "any", "-no_check_time", "-out", "out"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_others_read_the_file_as_it_was(pages: dict[str, bytes], fitness_pdf: bytes) -> None:
    before, after = PdfReader(BytesIO(pages["medical"])), PdfReader(BytesIO(fitness_pdf), strict=True)
    assert after.pages[0].extract_text() == before.pages[0].extract_text()
    assert after.attachments == before.attachments
    assert {**(after.metadata or {}), "/Producer": ""} == {**(before.metadata or {}), "/Producer": ""}
    assert list(after.get_fields() or {}) == ["Issuer"]


def test_a_key_that_is_not_of_its_certificate_signs_nothing(pages: dict[str, bytes], signer: Signer) -> None:
    wrong = Signer(ec.generate_private_key(ec.SECP256R1()), signer.certificate)
    with pytest.raises(Unavailable) as caught:
        sign(pages["medical"], wrong, officer=OFFICER, signed_at=SIGNED_AT)
    assert caught.value.code == "signing_failed"
