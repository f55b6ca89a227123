from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from documents.values import Certificate
from tools import golden

CASES = golden.cases()
SAMPLE = (
    "medical-latin",
    "departure-arabic",
    "letter-ethiopic",
    "documents-bengali",
    "loan-cyrillic",
    "training-khmer",
    "loan_statement-arabic",
)
_REASON = golden.why_not()

needs_pictures = pytest.mark.skipif(_REASON is not None, reason=_REASON or "")


@needs_pictures
@pytest.mark.parametrize("name", SAMPLE)
def test_a_document_looks_as_it_did(name: str, tmp_path: Path) -> None:
    assert golden.complaint(name, CASES[name], tmp_path) is None


@needs_pictures
@pytest.mark.deep
@pytest.mark.parametrize("name", sorted(set(CASES) - set(SAMPLE)))
def test_every_document_looks_as_it_did_in_every_script(name: str, tmp_path: Path) -> None:
    assert golden.complaint(name, CASES[name], tmp_path) is None


@needs_pictures
def test_another_word_is_seen_and_shown_side_by_side(tmp_path: Path) -> None:
    said = golden.complaint("medical-latin", CASES["medical-cyrillic"], tmp_path)
    assert said is not None
    assert "looks different" in said
    assert "mm from the left" in said
    with Image.open(tmp_path / "medical-latin.png") as board:
        assert board.width > 3 * golden.stored("medical-latin").width


def test_noise_is_no_difference_and_an_empty_box_is_one() -> None:
    page = Image.new("L", (340, 480), 255)
    ImageDraw.Draw(page).text((40, 100), "Gezim Ahmeti", fill=0)
    noisy = page.point([max(0, shade - 17) for shade in range(256)])
    assert golden.difference(noisy, page) is None
    boxed = page.copy()
    ImageDraw.Draw(boxed).rectangle((60, 300, 68, 308), outline=0)
    found = golden.difference(boxed, page)
    assert found is not None
    assert abs(found.where[1] - 300) <= 12


def test_the_pictures_stay_small_and_there_is_one_for_every_kind_in_every_script() -> None:
    stored = {path.stem: path.stat().st_size for path in golden.FOLDER.glob("*.png")}
    assert set(stored) == set(CASES)
    assert sum(stored.values()) < 4_000_000


def test_every_kind_is_there_in_at_least_eight_scripts(certificates: dict[str, Certificate]) -> None:
    for kind in certificates:
        assert sum(name.startswith(f"{kind}-") for name in CASES) >= 8
