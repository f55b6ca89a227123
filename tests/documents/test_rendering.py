from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import unicodedata
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject
from weasyprint.urls import FatalURLFetchingError

from basis.errors import InvalidInput
from basis.money import Money
from documents.credentials.credential import ATTACHMENT
from documents.languages import language
from documents.money_rows import Instalment
from documents.pdf import renderer_versions, write_pdf
from documents.rendering import render_html
from documents.specimens import specimens
from documents.template_history import template_digest
from documents.typesetting import EmbeddedOnly
from documents.values import KINDS, Certificate, PromissoryNote
from tests.documents.samples import NAMES, long_note, named, proofs_of, rendered


def text_of(pdf: bytes) -> str:
    """All text of a PDF in reading order, by poppler (pypdf loses the order of right-to-left words)."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (apt-get install poppler-utils)")
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def _letters(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) in ("Lo", "Lu", "Ll"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_value_gives_the_same_bytes(
    certificates: dict[str, Certificate], pages: dict[str, bytes], kind: str
) -> None:
    assert rendered(certificates[kind]) == pages[kind]


def test_another_process_gives_the_same_bytes(pages: dict[str, bytes]) -> None:
    code = (
        "import hashlib\n"
        "from tests.documents.samples import rendered, samples\n"
        "print(*(hashlib.sha256(rendered(value)).hexdigest() for value in samples() if value.kind == 'medical'))\n"
    )
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root).stdout
    assert said.strip() == hashlib.sha256(pages["medical"]).hexdigest()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"promissory_note"}))
def test_every_kind_fits_one_page(pages: dict[str, bytes], kind: str) -> None:
    assert len(PdfReader(BytesIO(pages[kind])).pages) == 1


def test_a_long_schedule_runs_on_and_repeats_its_heads(certificates: dict[str, Certificate]) -> None:
    note = certificates["loan"]
    assert isinstance(note, PromissoryNote)
    rows = tuple(
        Instalment(number, date(2027 + number // 12, number % 12 + 1, 1), Money(1000, "EUR")) for number in range(1, 49)
    )
    pdf = rendered(replace(note, instalments=rows, principal=Money(48_000, "EUR")))
    assert len(PdfReader(BytesIO(pdf)).pages) == 2
    assert text_of(pdf).count("Due on") == 2


@pytest.mark.deep
def test_twenty_years_of_instalments_have_heads_and_what_is_left_on_every_page(
    certificates: dict[str, Certificate],
) -> None:
    pages = PdfReader(BytesIO(rendered(long_note(certificates)))).pages
    texts = [" ".join(page.extract_text().split()) for page in pages]
    scheduled = [text for text in texts if "BDT 1,375.00" in text]
    assert len(scheduled) > 3
    assert all("Due on" in text and "Left after it" in text for text in scheduled)
    assert "BDT 330,000.00" in texts[-1]
    assert "place, day and signature" in texts[-1]
    assert all(text.count("place, day and signature") == 0 for text in texts[:-1])


@pytest.mark.parametrize("script", NAMES)
def test_a_name_in_its_own_script_can_be_read_out_of_the_page(
    certificates: dict[str, Certificate], script: str
) -> None:
    value = named(certificates["medical"], script)
    text = text_of(rendered(value))
    assert value.person.name in text
    # WeasyPrint maps a vowel sign that is drawn before its consonant to the wrong place, so letters are compared;
    # the exact text stands in the embedded data.
    assert _letters(value.person.native_name) in _letters(text)


def test_the_embedded_file_is_what_is_shown_and_related_as_data(certificates: dict[str, Certificate]) -> None:
    value = certificates["medical"]
    reader = PdfReader(BytesIO(rendered(value)))
    assert reader.attachments[ATTACHMENT] == [proofs_of(value).credential]
    related = reader.root_object["/AF"]
    assert isinstance(related, ArrayObject)
    for one in related:
        entry = one.get_object()
        assert entry["/AFRelationship"] == "/Data"
        assert entry["/EF"]["/F"]["/Subtype"] == "/application/vc"


def test_markup_in_a_name_is_shown_as_text(certificates: dict[str, Certificate]) -> None:
    value = certificates["medical"]
    name = "<b>Bold</b> <script>x</script> <img src=file:///etc/hostname> &amp;"
    pdf = rendered(replace(value, person=replace(value.person, name=name, passport_name=name)))
    assert "".join(text_of(pdf).split()).count("".join(name.split())) == 2


def test_direction_and_control_characters_do_not_reach_the_page(certificates: dict[str, Certificate]) -> None:
    value = certificates["medical"]
    name = "Ge\u202ezim\u2066 \x07Ah\ud800meti"
    html = render_html(replace(value, person=replace(value.person, name=name)), "x")
    assert "Gezim Ahmeti" in html
    assert rendered(replace(value, person=replace(value.person, name=name)))


def test_fixed_words_stand_in_both_languages_and_in_english_where_there_is_no_catalogue(
    certificates: dict[str, Certificate],
) -> None:
    value = certificates["medical"]
    german = render_html(replace(value, head=replace(value.head, language="de")), "x")
    assert "Geburtsdatum" in german
    assert '<span class="also" lang="sq">Data e lindjes</span>' in german
    assert '<html lang="de" dir="ltr">' in german
    unknown = render_html(replace(value, head=replace(value.head, language="xx", second_language="yy")), "x")
    assert '<html lang="en" dir="ltr">' in unknown
    assert "Date of birth</span>" in unknown


def test_days_are_written_in_the_language_of_the_certificate(certificates: dict[str, Certificate]) -> None:
    value = certificates["medical"]
    assert "9. März 2027" in render_html(replace(value, head=replace(value.head, language="de")), "x")
    assert "9 March 2027" in render_html(replace(value, head=replace(value.head, language="xx-nowhere")), "x")


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "http://127.0.0.1/x.png", "https://example.org/", "ftp://x/y"]
)
def test_the_fetcher_refuses_every_address_but_data(address: str) -> None:
    with pytest.raises(ValueError, match="disallowed protocol"):
        EmbeddedOnly().fetch(address)


def test_a_page_that_links_a_file_is_not_rendered_at_all(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not for you")
    html = (
        f"<html lang=en><title>x</title><link rel=attachment href='{secret.as_uri()}'>"
        f"<img src='{secret.as_uri()}' alt=x><p>x"
    )
    with pytest.raises(FatalURLFetchingError):
        write_pdf(html, identifier=bytes(16), attachment=("a.json", b"{}"), on=date(2027, 1, 1))


def test_what_a_camera_writes_into_a_photograph_stays_out(certificates: dict[str, Certificate]) -> None:
    value = certificates["medical"]
    stream = BytesIO()
    picture = Image.new("CMYK", (800, 600))
    exif = picture.getexif()
    exif[0x010F] = "CameraMaker"
    picture.save(stream, "JPEG", exif=exif)
    pdf = rendered(replace(value, person=replace(value.person, photo=stream.getvalue())))
    assert b"CameraMaker" in stream.getvalue()
    assert b"CameraMaker" not in pdf


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(50)], ids=repr)
def test_a_photograph_that_cannot_be_read_is_refused(certificates: dict[str, Certificate], data: bytes) -> None:
    value = certificates["medical"]
    with pytest.raises(InvalidInput) as caught:
        rendered(replace(value, person=replace(value.person, photo=data)))
    assert caught.value.code == "unreadable_photo"


def test_a_truncated_photograph_is_refused(certificates: dict[str, Certificate]) -> None:
    value = certificates["medical"]
    assert value.person.photo is not None
    with pytest.raises(InvalidInput):
        rendered(replace(value, person=replace(value.person, photo=value.person.photo[: len(value.person.photo) // 2])))


def test_no_text_is_smaller_than_seven_and_a_half_points(pages: dict[str, bytes]) -> None:
    sizes: set[float] = set()

    def note(text: str, matrix: list[float], text_matrix: list[float], _font: object, size: float) -> None:
        if text.strip() and not matrix[1]:  # SPECIMEN alone is turned, and large
            sizes.add(round(abs(matrix[0] * text_matrix[0] * size), 2))

    for pdf in pages.values():
        PdfReader(BytesIO(pdf)).pages[0].extract_text(visitor_text=note)
    assert min(sizes) >= 7.5


def test_the_look_is_named_by_digest_and_versions() -> None:
    assert len(template_digest()) == 64
    versions = renderer_versions()
    assert {"weasyprint", "pango", "font Noto Sans"} <= set(versions)


def test_a_sentence_that_begins_with_an_amount_runs_as_its_page_and_a_reference_as_it_was_written() -> None:
    arabic = language("ar")
    assert arabic is not None
    made = specimens(arabic)
    statement = render_html(made["loan_statement"], "x")
    assert "</span> EUR 149.99، منذ" in statement
    assert '<span dir="ltr">2027-1001</span>' in statement
    assert '<span class="muted rule">EUR 400.00 شهريًا' in render_html(made["entitlement_statement"], "x")
