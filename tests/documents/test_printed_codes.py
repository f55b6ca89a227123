"""The code on every kind of page can be scanned as it is printed, and says what was signed."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO

import pytest
import segno
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from documents.credentials.code import check_code
from documents.values import KINDS, Certificate
from tests.documents.samples import CREDENTIAL_KEY, proofs_of

_COARSEST = 0.33
"""Millimetres a module; a phone at arm's length reads a quarter of a millimetre."""


def scanned(pdf: bytes, dots_an_inch: int) -> list[str]:
    """What the codes say on the last page, which has the foot of the document."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed (apt-get install poppler-utils)")
    last = str(len(PdfReader(BytesIO(pdf)).pages))
    command = ["pdftoppm", "-png", "-gray", "-singlefile", "-f", last, "-r", str(dots_an_inch), "-"]
    picture = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    with Image.open(BytesIO(picture)) as page:
        return [code.text for code in zxingcpp.read_barcodes(page)]


_SAMPLE = ("documents", "loan", "departure", "letter")  # each layout of the foot of the page


@pytest.mark.parametrize(
    "kind", [kind if kind in _SAMPLE else pytest.param(kind, marks=pytest.mark.deep) for kind in KINDS]
)
def test_the_code_is_read_out_of_the_page_at_150_dots_an_inch(
    certificates: dict[str, Certificate], pages: dict[str, bytes], kind: str
) -> None:
    texts = scanned(pages[kind], 150)
    assert texts == [proofs_of(certificates[kind]).code]
    checked = check_code(texts[0], (CREDENTIAL_KEY.public,))
    assert checked.facts is not None
    assert checked.facts.number == certificates[kind].head.number


@pytest.mark.deep
@pytest.mark.parametrize("kind", KINDS)
def test_the_code_is_read_even_from_a_poor_scan(
    certificates: dict[str, Certificate], pages: dict[str, bytes], kind: str
) -> None:
    assert scanned(pages[kind], 100) == [proofs_of(certificates[kind]).code]


@pytest.mark.parametrize("kind", KINDS)
def test_the_squares_of_the_code_are_large_enough(certificates: dict[str, Certificate], kind: str) -> None:
    code = segno.make(proofs_of(certificates[kind]).code, error="m", micro=False)
    across = code.symbol_size(border=2)[0]
    assert 25 / across >= _COARSEST
