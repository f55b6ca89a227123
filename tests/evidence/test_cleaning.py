"""Files of strangers: what is taken, what its copy has left of it, and how long a hostile one may take."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image, ImageCms
from pypdf import PdfReader

from basis.errors import InvalidInput
from casework.evidence import media, reading
from casework.evidence.cleaning import heif
from tests.evidence import making_files as making
from tests.support.errors import error


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_the_copy_of_a_photograph_stands_upright_and_tells_no_place() -> None:
    made = reading.read(making.sideways())
    picture = opened(made.copy)
    assert (made.media_type, made.copy_type, picture.size) == ("image/jpeg", "image/jpeg", (60, 80))
    assert picture.convert("L").getpixel((30, 10)) == pytest.approx(0, abs=40)  # the left half, turned to the top
    assert dict(picture.getexif()) == {}
    assert making.PLACE.encode() in made.content
    assert making.PLACE.encode() not in made.copy


def test_the_file_itself_is_kept_as_it_came() -> None:
    content = making.sideways()
    made = reading.read(content)
    assert made.content == content
    assert made.sha256 == sha256(content).hexdigest()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_has_a_copy_of_plain_pixels(mode: str) -> None:
    copy = opened(reading.read(making.png(mode)).copy)
    assert (copy.format, copy.size) == ("PNG", (60, 80))
    assert copy.mode in ("L", "RGB")


def test_a_transparent_picture_lies_on_white_paper() -> None:
    copy = opened(reading.read(making.png("RGBA")).copy)
    assert copy.getpixel((5, 5)) == (255, 255, 255)


def test_a_large_picture_has_a_smaller_copy() -> None:
    made = reading.read(making.jpeg(size=(5000, 1000)))
    assert max(opened(made.copy).size) == 4096


def test_a_photograph_with_several_pictures_in_it_is_a_jpeg() -> None:
    stream = BytesIO()
    second = Image.new("RGB", (60, 80), "red")
    Image.new("RGB", (60, 80), "blue").save(stream, "MPO", save_all=True, append_images=[second])
    made = reading.read(stream.getvalue())
    assert made.media_type == made.copy_type == "image/jpeg"
    assert opened(made.copy).getpixel((5, 5))[2] > 200  # type: ignore[index]
    assert opened(made.copy).format == "JPEG"


def test_what_hangs_behind_a_picture_is_not_in_its_copy() -> None:
    archive = BytesIO()
    with ZipFile(archive, "w") as packed:
        packed.writestr("hidden.html", "<script>hidden</script>")
    made = reading.read(making.jpeg() + archive.getvalue())
    assert b"hidden" in made.content
    assert b"hidden" not in made.copy


def test_of_a_pdf_the_pages_alone_are_left() -> None:
    content = making.dangerous_pdf() + b"\n<script>hidden-behind</script>"
    made = reading.read(content)
    for gone in (b"hidden", b"JavaScript", b"/Launch", b"/XFA", b"EmbeddedFile", b"/OpenAction", b"/AA", b"/URI",
                 b"/AcroForm", b"/Metadata", b"/Info"):  # fmt: skip
        assert gone not in made.copy, gone
    [page] = PdfReader(BytesIO(made.copy), strict=True).pages
    assert "legible" in page.extract_text()
    annotations: Any = page["/Annots"]
    [stamp] = [one.get_object() for one in annotations]
    assert b"filled in" in stamp["/AP"]["/N"].get_data()
    assert stamp["/Subtype"] == "/Stamp"


def test_resources_that_lead_back_to_themselves_are_copied_once() -> None:
    made = reading.read(making.circular_pdf())
    assert made.pages == 1
    assert len(made.copy) < 1000


def test_a_copy_of_a_copy_says_the_same() -> None:
    once = reading.read(making.dangerous_pdf()).copy
    assert reading.read(once).copy == once


def test_a_pdf_that_is_only_protected_against_changes_is_taken() -> None:
    made = reading.read(making.pdf(2, password=""))
    assert made.pages == 2
    assert not PdfReader(BytesIO(made.copy)).is_encrypted


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (bytes, "empty_file"),
        (lambda: bytes(media.LARGEST_FILE + 1), "too_large"),
        (lambda: b"MZ" + bytes(200), "wrong_type"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "wrong_type"),
        (lambda: b"GIF89a" + bytes(200), "wrong_type"),
        (lambda: b"\x00\x00\x00\x18ftypavif" + bytes(200), "wrong_type"),
        (lambda: b"\xff\xd8\xff" + bytes(200), "wrong_type"),
        (lambda: _cut(making.jpeg(size=(600, 800))), "wrong_type"),
        (lambda: _cut(making.png(size=(600, 800))), "wrong_type"),
        (lambda: making.png_of(0, 0), "wrong_type"),
        (lambda: making.png_of(3, 3), "too_small"),
        (lambda: making.png_of(50_000, 50_000), "too_many_pixels"),
        (lambda: making.png_of(6000, 6000), "wrong_type"),
        (lambda: b"%PDF-1.7 nothing", "wrong_type"),
        (lambda: making.pdf(0), "wrong_type"),
        (lambda: making.pdf(2, password="secret"), "locked"),
        (lambda: making.pdf(media.MOST_PAGES + 1), "too_many_pages"),
        (making.long_pdf, "too_many_pages"),
        (making.deep_pdf, "wrong_type"),
    ],
)  # fmt: skip
def test_what_is_no_paper_is_refused_with_its_reason(make: Callable[[], bytes], code: str) -> None:
    with error(InvalidInput, code):
        reading.read(make())


@pytest.mark.parametrize("megabytes", [100, pytest.param(2000, marks=pytest.mark.deep)])
def test_a_pdf_that_unpacks_without_end_is_refused_in_time(megabytes: int) -> None:
    content = making.bomb_pdf(megabytes)
    assert len(content) < media.LARGEST_FILE
    begun = time.monotonic()
    with pytest.raises(InvalidInput) as caught:
        reading.read(content)
    assert caught.value.code in {"wrong_type", "too_heavy"}
    assert time.monotonic() - begun < reading.SECONDS + 5


def test_a_reader_that_dies_is_replaced_by_another() -> None:
    reading.read(making.jpeg())
    for process in reading._READERS._idle:
        os.kill(process.pid, signal.SIGKILL)
    assert reading.read(making.jpeg()).copy_type == "image/jpeg"


@pytest.mark.skipif(heif.program() is None, reason="libheif-examples is not installed")
def test_a_heic_picture_is_shown_as_a_jpeg() -> None:
    content = making.heic()
    if content is None:
        pytest.skip("the encoder of libheif-examples makes no HEIC here")
    made = reading.read(content)
    assert (made.media_type, made.copy_type) == ("image/heic", "image/jpeg")
    assert opened(made.copy).size == (64, 96)
    assert made.picture == made.copy
    with error(InvalidInput, "wrong_type"):
        reading.read(content[: len(content) // 2])


@pytest.mark.skipif(heif.program() is not None, reason="libheif-examples is installed")
def test_without_a_program_for_heic_the_refusal_says_what_to_do() -> None:
    with pytest.raises(InvalidInput, match="Save the picture as JPEG"):
        reading.read(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200))


def test_colours_come_out_as_they_are_meant_and_the_profile_stays_behind() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    stream = BytesIO()
    Image.new("RGB", (60, 80), "#0b5563").save(stream, "JPEG", icc_profile=profile, comment=b"hidden")
    copy = opened(reading.read(stream.getvalue()).copy)
    assert not {"icc_profile", "exif", "comment"} & set(copy.info)
    assert copy.convert("L").getpixel((5, 5)) == pytest.approx(64, abs=8)
