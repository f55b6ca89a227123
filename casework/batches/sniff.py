"""What a file is, by its content and never by its name, and whether it may be opened at all.

Nothing is unzipped here beyond the directory and the first bytes of each part, so a file made to blow up
is refused before anything reads it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from enum import StrEnum

from charset_normalizer import from_bytes

from basis.errors import InvalidInput
from basis.messages import _
from casework.batches.rules import MAX_BYTES, MAX_RATIO, MAX_UNZIPPED_BYTES

# Code pages of the countries that batches come from. UTF-8 and UTF-16 are tried strictly before them.
_CODE_PAGES = ["cp1252", "cp1250", "cp1251", "cp1254", "cp1256", "iso8859_6"]
_OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"{\\rtf": "RTF",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"\x1f\x8b": "gzip",
    b"<!doctype html": "HTML",
    b"<html": "HTML",
    b"<?xml": "XML",
}
_SAVE_AS = _("Save the list as an Excel workbook (.xlsx) or as CSV UTF-8 and hand it in again.")
_DOCTYPE = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C|E\x00?N\x00?T)")
_PROLOG_BYTES = 64 * 1024
_RATIO_COUNTS_FROM = 1024 * 1024


class Kind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


def sniff(data: bytes) -> Kind:
    """The kind of the file. Raises `InvalidInput` with a sentence for everything that is not to be opened."""
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise InvalidInput("empty_file", _("The file is empty."), _SAVE_AS)
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            "file_too_large",
            _("The file is larger than {megabytes} MB.", megabytes=MAX_BYTES // 2**20),
            _("Take out pictures and other sheets, or hand the list in in several files."),
        )
    if data.startswith(b"PK\x03\x04"):
        _check_workbook(data)
        return Kind.XLSX
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        _refuse_ole(data)
    for magic, name in _OTHERS.items():
        if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(magic.lower()):
            raise InvalidInput(
                "wrong_file_type", _("This is a file of type {type}, not a list of workers.", type=name), _SAVE_AS
            )
    return Kind.CSV


def decode(data: bytes) -> tuple[str, str]:
    """The text of a CSV file and the name of its encoding.

    UTF-16 with its mark, then UTF-8, both strictly; only then a guess among the code pages. A file that is
    UTF-8 for the most part and broken in places is refused: guessed, it would come out as wrong letters.
    Raises `InvalidInput` (``broken_encoding``, ``wrong_file_type``).
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16"), "utf-16"
    if b"\x00" in data:
        raise InvalidInput("wrong_file_type", _("The file is neither a workbook nor text."), _SAVE_AS)
    if data.startswith(b"\xef\xbb\xbf"):
        return _strictly(data, "utf-8-sig"), "utf-8-sig"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if sum(character > "\x7f" for character in text) - broken > broken:
        raise _broken()
    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_PROLOG_BYTES]
    best = from_bytes(sample, cp_isolation=_CODE_PAGES).best()
    for encoding in [best.encoding] if best else []:
        return _strictly(data, encoding), encoding
    raise _broken()


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise _broken() from None


def _broken() -> InvalidInput:
    return InvalidInput(
        "broken_encoding", _("The letters of the file cannot be read: its encoding is broken."), _SAVE_AS
    )


def _refuse_ole(data: bytes) -> None:
    """Compound files are old .xls workbooks, or .xlsx ones under a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise InvalidInput(
            "encrypted_workbook",
            _("The workbook is protected by a password."),
            _("Remove the password in Excel (File, Info, Protect Workbook) and hand the file in again."),
        )
    raise InvalidInput("old_workbook", _("This is a workbook or document of an old Office format."), _SAVE_AS)


def _check_workbook(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_sizes(parts, len(data))
            _check_parts(archive, parts)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error):
        raise InvalidInput("damaged_workbook", _("The workbook is damaged or cut off."), _SAVE_AS) from None


def _check_sizes(parts: list[zipfile.ZipInfo], length: int) -> None:
    unzipped = sum(part.file_size for part in parts)
    if unzipped > MAX_UNZIPPED_BYTES or (unzipped > _RATIO_COUNTS_FROM and unzipped > MAX_RATIO * length):
        raise InvalidInput(
            "zip_bomb",
            _("The workbook unpacks to far more than a list of workers can be."),
            _("Copy the rows into a new workbook and hand that in."),
        )


def _check_parts(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise InvalidInput(
            "wrong_file_type", _("This is a ZIP file or another document, not an Excel workbook."), _SAVE_AS
        )
    if any(part.flag_bits & 1 for part in parts):
        raise InvalidInput("encrypted_workbook", _("The workbook is protected by a password."), _SAVE_AS)
    if any(name.endswith(("vbaproject.bin", ".vba")) or "/macrosheets/" in name for name in names):
        raise InvalidInput(
            "macro_workbook",
            _("The workbook has macros; such files are not opened."),
            _("Save it as an Excel workbook without macros (.xlsx) and hand that in."),
        )
    if any("/externallinks/" in name or name.startswith("xl/connections") for name in names):
        raise InvalidInput(
            "external_links",
            _("The workbook takes values from other files."),
            _("Replace the links by their values (Data, Edit Links, Break Link) and save it again."),
        )
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                if _DOCTYPE.search(stream.read(_PROLOG_BYTES)):
                    raise InvalidInput(
                        "unsafe_workbook", _("The workbook has a part that no spreadsheet program writes."), _SAVE_AS
                    )
