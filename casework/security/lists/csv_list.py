"""The engine's own watch list format, for lists that an authority or office keeps itself.

UTF-8, header ``reference,name,aliases,birth_date,nationalities,sex,remarks``. Aliases and nationalities
are separated by ``;``, an alias that begins with ``~`` is of low quality, `birth_date` is YYYY, YYYY-MM,
YYYY-MM-DD or empty, `sex` is M, F or empty. Every row is a person.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from basis.countries import country
from basis.messages import Message, _
from casework.security.lists.entries import (
    Kind,
    ListEntry,
    ListName,
    LoadedList,
    Quality,
    broken,
    clean,
    read_birth,
    unique,
)

HEADER: Final = ("reference", "name", "aliases", "birth_date", "nationalities", "sex", "remarks")


def read(data: bytes) -> LoadedList:
    """Read the list. Raises `InvalidInput` (``watch_list_broken``) that names the row and the column."""
    rows = read_rows(data)
    header = tuple(clean(cell).lower() for cell in rows[0])
    if header != HEADER:
        raise broken(
            _("The first line of the watch list is not the expected header."),
            _("Write {header} as the first line.", header=",".join(HEADER)),
        )
    entries = tuple(_entry(number, row) for number, row in enumerate(rows[1:], start=2) if any(map(clean, row)))
    return LoadedList("own list", "", entries, "")


def read_rows(data: bytes) -> list[list[str]]:
    """All rows of a CSV file in UTF-8. Raises `InvalidInput` (``watch_list_broken``)."""
    if b"\0" in data:
        raise broken(_("The watch list is not a text file."))
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError as error:
        raise broken(
            _("The watch list is not encoded in UTF-8."), _("Save the file as UTF-8 and load it again.")
        ) from error
    except csv.Error as error:
        raise broken(_("The watch list is no whole CSV file: a quoted cell is damaged or breaks off.")) from error
    if not rows:
        raise broken(_("The watch list file is empty."))
    return rows


def _entry(number: int, row: list[str]) -> ListEntry:
    if len(row) != len(HEADER):
        raise broken(
            _(
                "Row {row} of the watch list has {count} cells instead of {expected}.",
                row=number,
                count=len(row),
                expected=len(HEADER),
            ),
            _("Put quotation marks around cells that contain commas, and check that the last row is whole."),
        )
    reference, name, aliases, birth_date, nationalities, sex, remarks = map(clean, row)
    if not reference or not name:
        raise _cell(number, "name" if reference else "reference", _("Fill in the cell."))
    birth = read_birth(birth_date)
    if birth_date and (birth is None or not birth_date[:1].isdigit() or " " in birth_date):
        raise _cell(number, "birth_date", _("Write the date as YYYY, YYYY-MM or YYYY-MM-DD, or leave it empty."))
    if sex.upper() not in {"", "M", "F"}:
        raise _cell(number, "sex", _("Write M or F, or leave it empty."))
    codes = [country(text.strip()) for text in nationalities.split(";") if text.strip()]
    if None in codes:
        raise _cell(
            number,
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


def _cell(row: int, column: str, fix: Message) -> Exception:
    return broken(_("Row {row}, column {column} of the watch list cannot be read.", row=row, column=column), fix)
