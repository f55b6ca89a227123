"""The simplified table of OpenSanctions (targets.simple.csv), for who has a licence to use its data.

The columns are found by the header, as older files have fewer. A cell with several values has semicolons between
them, and quotation marks around a value that holds one. `countries` are those that a person is connected with.
"""

from __future__ import annotations

import csv
from typing import Final

from basis.countries import is_country
from basis.messages import _
from casework.security.lists.csv_list import rows
from casework.security.lists.entries import (
    Heading,
    Kind,
    ListEntry,
    ListName,
    Quality,
    broken_at,
    clean,
    document_keys,
    not_latin,
    published,
    read_birth,
    unique,
)
from casework.security.lists.sources import Reading

_NEEDED: Final = ("id", "schema", "name", "aliases", "birth_date", "countries", "identifiers")
_PEOPLE: Final = ("Person", "LegalEntity")  # of the second it is not known: rather one comparison too many


def read(reading: Reading) -> Heading:
    """Read the list. Raises `InvalidInput` (``watch_list_broken``) with file and line."""
    file = reading.only(".csv")
    newest = ""
    with reading.open(file) as stream:
        found = rows(stream)
        header = [clean(cell).lower() for cell in next(found, (1, []))[1]]
        if not set(_NEEDED) <= set(header) or len(set(header)) != len(header):
            raise broken_at(
                file.name, 1, _("The header of targets.simple.csv is needed: {names}, ...", names=",".join(_NEEDED))
            )
        for line, row in found:
            if len(row) != len(header):
                raise broken_at(
                    file.name,
                    line,
                    _("The row has {count} cells instead of {expected}.", count=len(row), expected=len(header)),
                )
            cells = dict(zip(header, row, strict=True))
            newest = max(newest, clean(cells.get("last_seen")))
            reading.add(_entry(file.name, line, cells), file.name, line)
    return Heading("OpenSanctions", newest, published(newest))


def _entry(file: str, line: int, cells: dict[str, str]) -> ListEntry:
    reference, name = clean(cells["id"]), clean(cells["name"])
    if not reference or not name:
        raise broken_at(file, line, _("The row has no id or no name."))
    births = (read_birth(text) for text in _values(cells["birth_date"]))
    countries = (text.upper().partition("-")[0] for text in _values(cells["countries"]))
    numbers = (key for text in _values(cells["identifiers"]) for key in document_keys(text))
    return ListEntry(
        reference=reference,
        kind=Kind.PERSON if clean(cells["schema"]) in _PEOPLE else Kind.ENTITY,
        names=unique(_name(text) for text in (name, *_values(cells["aliases"]))),
        births=unique(birth for birth in births if birth),
        nationalities=unique(code for code in countries if is_country(code)),
        documents=unique(numbers),
        remarks="; ".join(_values(cells.get("sanctions", ""))),
        addresses=unique(_values(cells.get("addresses", ""))),
    )


def _name(text: str) -> ListName:
    return ListName(text, Quality.ORIGINAL_SCRIPT if not_latin(text) else Quality.GOOD)


def _values(cell: str) -> list[str]:
    if '"' not in cell:
        parts = cell.split(";")
    else:
        parts = [part for row in csv.reader(cell.splitlines(), delimiter=";") for part in row]
    return [text for part in parts if (text := clean(part))]
