from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from documents.gallery import write_gallery
from documents.languages import ENGLISH, language, offered
from documents.making import here
from documents.rendering import render_html
from documents.specimens import NAMES, specimens
from documents.values import KINDS
from tests.documents.samples import rendered


def test_the_gallery_shows_every_kind_and_refers_to_nothing_outside(tmp_path: Path) -> None:
    written = write_gallery(tmp_path, here, ENGLISH, None, "latin")
    assert {path.stem for path in written} == {*KINDS, "index"}
    page = (tmp_path / "index.html").read_text("utf-8")
    assert all(f'data="{kind}.pdf"' in page for kind in KINDS)
    assert "http" not in page


@pytest.mark.parametrize("tag", offered())
def test_no_english_is_left_on_a_page_in_another_language(tag: str) -> None:
    chosen = language(tag)
    assert chosen is not None
    for kind, value in specimens(chosen).items():
        page = render_html(value, "x")
        assert f'<html lang="{tag}" dir="{chosen.direction}">' in page
        if tag != "en":
            assert "Date of birth" not in page, kind
            assert "Issued" not in page, kind


@pytest.mark.parametrize(("first", "second"), [("de", "sq"), ("fr", "ar"), ("ar", "fr")])
def test_a_departure_in_two_languages_fits_one_page(first: str, second: str) -> None:
    value = specimens(language(first) or ENGLISH, language(second), "arabic")["departure"]
    assert len(PdfReader(BytesIO(rendered(value))).pages) == 1


@pytest.mark.deep
@pytest.mark.parametrize("script", NAMES)
def test_every_kind_in_german_and_albanian_fits_one_page_in_every_script(script: str) -> None:
    for kind, value in specimens(language("de") or ENGLISH, language("sq"), script).items():
        # Where sums are listed the signatures may stand on the next one.
        most = 2 if kind in ("loan", "loan_statement", "promissory_note") else 1
        assert 1 <= len(PdfReader(BytesIO(rendered(value))).pages) <= most, kind
