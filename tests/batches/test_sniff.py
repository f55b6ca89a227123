"""What a file is, and what is refused before anything opens it."""

from __future__ import annotations

import io
import zipfile

import pytest

from basis.errors import InvalidInput
from casework.batches.sniff import Kind, decode, sniff
from tests.batches.making import GOOD, as_csv, as_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512


def workbook_with(name: str, content: bytes = b"x", compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO(as_xlsx([list(GOOD), list(GOOD.values())]))
    with zipfile.ZipFile(stream, "a", compression) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def zip_of(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, b"text")
    return stream.getvalue()


def test_the_content_decides_not_the_name() -> None:
    assert sniff(as_xlsx([list(GOOD)])) is Kind.XLSX
    assert sniff(as_csv([GOOD])) is Kind.CSV


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \r\n", "empty_file"),
        (b"a" * (20 * 1024 * 1024 + 1), "file_too_large"),
        (b"%PDF-1.7 ...", "wrong_file_type"),
        (b"\x89PNG\r\n\x1a\n", "wrong_file_type"),
        (b"\n <HTML><body>", "wrong_file_type"),
        (b"<?xml version='1.0'?>", "wrong_file_type"),
        (zip_of("letter.txt"), "wrong_file_type"),
        (zip_of("word/document.xml"), "wrong_file_type"),
        (OLE, "old_workbook"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted_workbook"),
        (workbook_with("xl/vbaProject.bin"), "macro_workbook"),
        (workbook_with("xl/macrosheets/sheet1.xml"), "macro_workbook"),
        (workbook_with("xl/externalLinks/externalLink1.xml"), "external_links"),
        (workbook_with("xl/media/a.bin", b"\0" * 30_000_000), "zip_bomb"),
        (workbook_with("xl/a.xml", b"<!DOCTYPE lolz [<!ENTITY lol 'lol'>]><a/>"), "unsafe_workbook"),
        (workbook_with("xl/a.xml", "<!DOCTYPE a><a/>".encode("utf-16")), "unsafe_workbook"),
        (as_xlsx([list(GOOD)])[:400], "damaged_workbook"),
        (b"PK\x03\x04" + b"\xff" * 100, "damaged_workbook"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",  # the bytes of a workbook hold the time it was made
)
def test_what_is_not_to_be_opened_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        sniff(data)
    assert refusal.value.code == code
    assert str(refusal.value.message).endswith(".")
    assert str(refusal.value.fix).endswith(".")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250", "cp1252", "cp1254"])
def test_albanian_letters_come_out_right_in_every_usual_encoding(encoding: str) -> None:
    text = "Mbiemri;Emri;Shtetësia;Pëlqimi\n" + "Çitaku;Gëzim;Kosovë;po\nHoxha;Përparim;Kosovë;po\n" * 10
    assert decode(text.encode(encoding))[0] == text


def test_arabic_letters_come_out_right_in_the_windows_code_page() -> None:
    text = "Nom en arabe\n" + "الشرايبي\nالعمراني\nالتازي\nالوزاني\nبناني\n" * 5
    assert decode(text.encode("cp1256"))[0] == text


def test_a_file_that_is_utf8_except_in_one_place_is_not_guessed() -> None:
    data = ("Mbiemri;Emri\n" + "Çitaku;Gëzim\n" * 10).encode() + b"\xff\n"
    with pytest.raises(InvalidInput) as refusal:
        decode(data)
    assert refusal.value.code == "broken_encoding"


@pytest.mark.parametrize("data", [b"\xff\xfea", b"\xef\xbb\xbfa\xff", "né\n".encode("utf-16")[:-1]])
def test_a_marked_encoding_that_does_not_hold_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        decode(data)
    assert refusal.value.code == "broken_encoding"


def test_binary_data_is_no_list() -> None:
    with pytest.raises(InvalidInput) as refusal:
        decode(b"a;b\n\x00\x01\x02")
    assert refusal.value.code == "wrong_file_type"
