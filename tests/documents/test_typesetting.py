from __future__ import annotations

from base64 import b64encode
from xml.etree.ElementTree import fromstring

import pytest
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, fetch

from documents.rendering import render_html
from documents.template_history import TEMPLATES
from documents.typesetting import EmbeddedOnly, Page, element_sheet, fonts, style_sheet, write_once
from documents.values import KINDS, Certificate
from tests.documents.samples import proofs_of


def _written(html: str, font_config: FontConfiguration) -> bytes:
    style = style_sheet((TEMPLATES / "certificate.css").read_text("utf-8"))
    document = Page(html, element_sheet()).render(stylesheets=[style], font_config=font_config)
    written: bytes = document.write_pdf(finisher=write_once, pdf_variant="pdf/a-3a", pdf_identifier=b"0" * 32)
    return written


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_well_formed_and_read_by_the_fast_parser(certificates: dict[str, Certificate], kind: str) -> None:
    value = certificates[kind]
    assert fromstring(render_html(value, proofs_of(value).code)).tag == "html"


@pytest.mark.parametrize("kind", ["departure", "loan"])
def test_kept_fonts_and_styles_give_the_same_file_as_new_ones(certificates: dict[str, Certificate], kind: str) -> None:
    """Styles are kept with the fonts of the process only, so with other fonts each is computed anew."""
    value = certificates[kind]
    html = render_html(value, proofs_of(value).code)
    assert _written(html, fonts()) == _written(html, FontConfiguration())


def test_styles_are_kept_from_one_page_to_the_next() -> None:
    sheet = style_sheet("p { margin: 0 } .b { color: red }")
    page = "<html lang='en'><body><p class='b'>{}</p></body></html>"
    first, second = (
        Page(page.format(word), element_sheet()).render(stylesheets=[sheet], font_config=fonts()).pages[0]._page_box
        for word in ("one", "two")
    )
    styles = [
        {id(box.style) for box in of.descendants() if box.element_tag == "p" and type(box).__name__ == "BlockBox"}
        for of in (first, second)
    ]
    assert styles[0] == styles[1] != set()


def test_a_picture_is_embedded_and_nothing_else_is_opened() -> None:
    with fetch(EmbeddedOnly(), f"data:image/png;base64,{b64encode(b'picture').decode()}") as answer:
        assert answer.read() == b"picture"
        assert answer.content_type == "image/png"
    for address in ("file:///etc/hostname", "http://127.0.0.1/;base64,", "data:image/png;base64,%%%"):
        with pytest.raises(FatalURLFetchingError), fetch(EmbeddedOnly(), address):
            pass
