"""The engine's own watch list format, for lists that an authority or office keeps itself.

UTF-8, header ``reference,name,aliases,birth_date,nationalities,sex,remarks``. Aliases and nationalities
are separated by ``;``, an alias that begins with ``~`` is of low quality, `birth_date` is YYYY, YYYY-MM,
YYYY-MM-DD or empty, `sex` is M, F or empty. Every row is a person.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Final

from basis.countries import country
from basis.messages import Message, _
from casework.security.lists.entries import (
    Heading,
    Kind,
    ListEntry,
    ListName,
    Quality,
    broken_at,
    clean,
    read_birth,
    unique,
)
from casework.security.lists.sources import Reading, Stream

_LONGEST_LINE: Final = 1_000_000
_LONGEST_CELL: Final = 131_072
_END: Final = b"\x1a"
_AFTER_END: Final = b"\x1a \r\n"

HEADER: Final = ("reference", "name", "aliases", "birth_date", "nationalities", "sex", "remarks")


def read(reading: Reading) -> Heading:
    """Read the list. Raises `InvalidInput` (``watch_list_broken``) that names line and column."""
    file = reading.only(".csv")
    with reading.open(file) as stream:
        found = rows(stream)
        header = tuple(clean(cell).lower() for cell in next(found, (1, []))[1])
        if header != HEADER:
            raise broken_at(
                file.name,
                1,
                _("The first line of the watch list is not the expected header."),
                _("Write {header} as the first line.", header=",".join(HEADER)),
            )
        for line, row in found:
            reading.add(_entry(file.name, line, row), file.name, line)
    return Heading("own list")


def rows(stream: Stream) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file in UTF-8 that are not empty, each with the line where it begins.

    Raises `InvalidInput` (``watch_list_broken``): another encoding, a NUL byte, a damaged or unended cell, a cell or
    line that is too long, something after the sign of the file's end (1A).
    """
    reader = csv.reader(_lines(stream), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # The module's own bound of a cell is 131,072 characters.
            long = "field larger" in str(error)
            said = _("A cell is too long.") if long else _("A quoted cell is damaged or breaks off.")
            raise broken_at(stream.name, line, said) from error
        if any(len(cell) > _LONGEST_CELL for cell in row):
            raise broken_at(stream.name, line, _("A cell is too long."))
        if any(map(str.strip, row)):
            yield line, row


def _lines(stream: Stream) -> Iterator[str]:
    number, ended = 0, False
    while data := stream.readline(_LONGEST_LINE + 1):
        number += 1
        if len(data) > _LONGEST_LINE:
            raise broken_at(stream.name, number, _("The line has more than {limit} bytes.", limit=_LONGEST_LINE))
        if b"\0" in data:
            raise broken_at(stream.name, number, _("The file has a NUL byte: it is not a text file in UTF-8."))
        data, end, after = data.partition(_END)
        if (data if ended else after).strip(_AFTER_END):
            raise broken_at(stream.name, number, _("Something stands after the sign of the file's end."))
        ended = ended or bool(end)
        try:
            yield data.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise broken_at(
                stream.name,
                number,
                _("The watch list is not encoded in UTF-8."),
                _("Save the file as UTF-8 and load it again."),
            ) from error


def _entry(file: str, line: int, row: list[str]) -> ListEntry:
    if len(row) != len(HEADER):
        raise broken_at(
            file,
            line,
            _("The row has {count} cells instead of {expected}.", count=len(row), expected=len(HEADER)),
            _("Put quotation marks around cells that contain commas, and check that the last row is whole."),
        )
    reference, name, aliases, birth_date, nationalities, sex, remarks = map(clean, row)
    if not reference or not name:
        raise _cell(file, line, "name" if reference else "reference", _("Fill in the cell."))
    birth = read_birth(birth_date)
    if birth_date and (birth is None or not birth_date[:1].isdigit() or " " in birth_date):
        raise _cell(file, line, "birth_date", _("Write the date as YYYY, YYYY-MM or YYYY-MM-DD, or leave it empty."))
    if sex.upper() not in {"", "M", "F"}:
        raise _cell(file, line, "sex", _("Write M or F, or leave it empty."))
    codes = [country(text.strip()) for text in nationalities.split(";") if text.strip()]
    if None in codes:
        raise _cell(
            file,
            line,
            "nationalities",
            _("Write countries by name or by their two letters of ISO 3166, separated by semicolons."),
        )
    return ListEntry(
        reference=reference,
        kind=Kind.PERSON,
        names=unique([ListName(name), *(_alias(text.strip()) for text in aliases.split(";") if text.strip(" ~"))]),
        births=(birth,) if birth else (),
        nationalities=unique(code for code in codes if code),
        sexes=(sex.upper(),) if sex else (),
        remarks=remarks,
    )


def _alias(text: str) -> ListName:
    return ListName(text.lstrip("~ "), Quality.LOW) if text.startswith("~") else ListName(text)


def _cell(file: str, line: int, column: str, fix: Message) -> Exception:
    return broken_at(file, line, _("The column {column} cannot be read.", column=column), fix)
