"""What is issued conforms to PDF/A-3a and PDF/UA-1 (by veraPDF) and its signature to what others check (by poppler)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from documents.keys import Signer
from documents.signing import sign
from documents.timestamps import Authority
from documents.values import Certificate
from tests.documents.conftest import SIGNED_AT
from tests.documents.samples import NAMES, long_note, named, rendered
from tests.support import verapdf
from tests.support.tsa import timestamp_authority


def stamped(pdf: bytes, value: Certificate, signer: Signer) -> bytes:
    """Signed with the timestamp of an authority on this machine."""
    with timestamp_authority(SIGNED_AT + timedelta(seconds=1)) as tsa:
        authority = Authority(tsa.url, tsa.anchors)
        return sign(pdf, signer, officer=value.officer, signed_at=SIGNED_AT, authority=authority)


def written(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    paths = []
    for name, data in files.items():
        path = folder / f"{name}.pdf"
        path.write_bytes(data)
        paths.append(path)
    return paths


def said_by_poppler(path: Path) -> str:
    return subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout


def assert_poppler_agrees(path: Path) -> None:
    said = said_by_poppler(path)
    for words in ("Signature is Valid", "Total document signed", "ETSI.CAdES.detached"):
        assert words in said, f"{path.name}: {said}"


@pytest.fixture
def poppler() -> None:
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is not installed (apt-get install poppler-utils)")


@pytest.fixture
def validator() -> None:
    reason = verapdf.why_not()
    if reason is not None:
        pytest.skip(reason)


@pytest.mark.deep
@pytest.mark.verapdf
@pytest.mark.usefixtures("validator")
def test_a_signed_and_a_timestamped_certificate_conform(
    certificates: dict[str, Certificate], pages: dict[str, bytes], fitness_pdf: bytes, signer: Signer, tmp_path: Path
) -> None:
    loan = certificates["loan"]
    files = {
        "unsigned": pages["medical"],
        "signed": fitness_pdf,
        "stamped": stamped(pages["medical"], certificates["medical"], signer),
        "with-tables": sign(pages["loan"], signer, officer=loan.officer, signed_at=SIGNED_AT),
    }
    assert verapdf.complaints(written(tmp_path, files)) == ""


@pytest.mark.deep
@pytest.mark.verapdf
@pytest.mark.usefixtures("validator")
def test_every_kind_and_script_conforms(certificates: dict[str, Certificate], signer: Signer, tmp_path: Path) -> None:
    values = {**certificates, "long-note": long_note(certificates)}
    values |= {f"name-{script}": named(certificates["medical"], script) for script in NAMES}
    plain = certificates["general"]
    values["plain"] = replace(
        plain,
        head=replace(plain.head, specimen=False, second_title=""),
        person=replace(plain.person, photo=None),
    )
    files = {
        name: sign(rendered(value), signer, officer=value.officer, signed_at=SIGNED_AT)
        for name, value in values.items()
    }
    assert verapdf.complaints(written(tmp_path, files)) == ""


@pytest.mark.usefixtures("poppler")
def test_poppler_accepts_a_signature_with_and_without_a_timestamp(
    certificates: dict[str, Certificate], pages: dict[str, bytes], fitness_pdf: bytes, signer: Signer, tmp_path: Path
) -> None:
    files = {"signed": fitness_pdf, "stamped": stamped(pages["medical"], certificates["medical"], signer)}
    for path in written(tmp_path, files):
        assert_poppler_agrees(path)
    bytes_of = bytearray(fitness_pdf)
    bytes_of[len(bytes_of) // 3] ^= 1
    (changed,) = written(tmp_path, {"changed": bytes(bytes_of)})
    assert "Signature is Valid" not in said_by_poppler(changed)


@pytest.mark.deep
@pytest.mark.usefixtures("poppler")
def test_poppler_accepts_the_signature_of_every_kind(
    certificates: dict[str, Certificate], pages: dict[str, bytes], signer: Signer, tmp_path: Path
) -> None:
    files = {
        kind: sign(pages[kind], signer, officer=value.officer, signed_at=SIGNED_AT)
        for kind, value in certificates.items()
    }
    for path in written(tmp_path, files):
        assert_poppler_agrees(path)
