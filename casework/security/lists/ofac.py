"""The list of specially designated nationals of the United States Treasury (OFAC), CSV files.

SDN.CSV has no header and twelve columns, ``-0-`` stands for nothing; ALT.CSV holds the other names, ADD.CSV the
addresses, SDN_COMMENTS.CSV what did not fit into the remarks. Birth dates, nationality, sex and documents stand in
the remarks, separated by semicolons. The files end with the sign of CP/M, 1A.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from basis.countries import country
from basis.messages import _
from casework.security.lists.csv_list import rows
from casework.security.lists.entries import (
    Heading,
    Kind,
    ListEntry,
    ListName,
    PartialBirth,
    Quality,
    broken,
    broken_at,
    clean,
    document_keys,
    read_birth,
    unique,
)
from casework.security.lists.sources import ListFile, Reading, Stream

_MAIN: Final = "sdn.csv"
_COLUMNS: Final = {_MAIN: 12, "alt.csv": 5, "add.csv": 6, "sdn_comments.csv": 2}
_NOTHING: Final = ("-0-", "-0")  # files are published that end within the last sign
_BIRTH = re.compile(r"(?:alt\. )?DOB (circa )?(.+?)(?: to (.+))?")
_DOCUMENT = re.compile(
    r"(?:alt\. )?(?:Passport|National ID No\.|Identification Number|Cedula No\.|C\.U\.R\.P\.) #?(\S+).*"
)
_COUNTRY = re.compile(r"(?:alt\. )?(?:nationality|citizen) (.+)", re.I)
_SEX = re.compile(r"Gender (Male|Female)")
_WEAK = re.compile(r"a\.k\.a\. '([^']+)'")


def read(reading: Reading) -> Heading:
    """Read SDN.CSV with ALT.CSV, ADD.CSV and SDN_COMMENTS.CSV, as far as they are there.

    A name or an address of an entry that SDN.CSV has not means that a part of it is missing. Comments are not held
    to that: the publisher leaves those of removed entries standing. Raises `InvalidInput` (``watch_list_broken``).
    """
    files = _files(reading)
    spilled = _by_entry(reading, files, "sdn_comments.csv")
    names = _by_entry(reading, files, "alt.csv")
    places = _by_entry(reading, files, "add.csv")
    main = files[_MAIN]
    with reading.open(main) as stream:
        for line, row in _rows(stream, _COLUMNS[_MAIN]):
            key = row[0]
            remarks = row[11] + "".join(more[1] for _line, more in spilled.pop(key, []))
            aliases = [ListName(_in_order(more[3])) for _line, more in names.pop(key, [])]
            found = (", ".join(filter(None, more[2:5])) for _line, more in places.pop(key, []))
            entry = _entry(row, remarks, aliases, unique(filter(None, found)))
            if not row[1]:
                raise broken_at(stream.name, line, _("The entry has no name."))
            reading.add(entry, stream.name, line)
    for name, left in (("alt.csv", names), ("add.csv", places)):
        if left:
            line = min(rows[0][0] for rows in left.values())
            raise broken_at(name, line, _("This belongs to an entry that {file} has not.", file=main.name))
    reading.missing = tuple(name for name in _COLUMNS if name not in files)
    return Heading("OFAC specially designated nationals")


def _files(reading: Reading) -> dict[str, ListFile]:
    found: dict[str, ListFile] = {}
    for file in reading.files:
        name = file.name.lower()
        if name not in _COLUMNS:
            if len(reading.files) == 1:
                name = _MAIN  # saved under a name of its own
            elif not file.chosen:
                continue
            else:
                raise broken(
                    _("{file} is no file of OFAC's list.", file=file.name),
                    _("Name the files as published: {files}.", files=", ".join(_COLUMNS)),
                )
        if name in found:
            raise broken(_("{file} was given twice.", file=file.name))
        found[name] = file
    if _MAIN not in found:
        raise broken(_("OFAC's list is not whole: {file} is missing.", file=_MAIN))
    return found


def _by_entry(reading: Reading, files: dict[str, ListFile], name: str) -> dict[str, list[tuple[int, list[str]]]]:
    found: dict[str, list[tuple[int, list[str]]]] = defaultdict(list)
    if name in files:
        with reading.open(files[name]) as stream:
            for line, row in _rows(stream, _COLUMNS[name]):
                found[row[0]].append((line, row))
    return found


def _rows(stream: Stream, columns: int) -> Iterator[tuple[int, list[str]]]:
    for line, row in rows(stream):
        if len(row) != columns or not row[0].strip().isdecimal():
            raise broken_at(
                stream.name,
                line,
                _("This is not a row of OFAC's file, which has a number and {columns} cells in all.", columns=columns),
            )
        if not row[-1].strip():
            # The publisher writes -0- where nothing is: an empty cell at the end was cut off.
            raise broken_at(stream.name, line, _("The row breaks off in its last cell."))
        yield line, [clean(cell) if cell.strip() not in _NOTHING else "" for cell in row]


def _entry(row: list[str], remarks: str, aliases: list[ListName], addresses: tuple[str, ...]) -> ListEntry:
    # Vessels and aircraft have a kind of their own; no person can be one, so they count as entities.
    kind = Kind.PERSON if row[2] == "individual" else Kind.ENTITY
    parts = [part.strip().rstrip(".") for part in remarks.split(";")]
    weak = [ListName(text, Quality.LOW) for text in _WEAK.findall(remarks)]
    births = [_birth(match) for part in parts if (match := _BIRTH.fullmatch(part))]
    countries = [country(match[1]) for part in parts if (match := _COUNTRY.fullmatch(part))]
    sexes = [match[1][0] for part in parts if (match := _SEX.fullmatch(part))]
    numbers = [match[1] for part in parts if (match := _DOCUMENT.fullmatch(part))]
    return ListEntry(
        reference=row[0],
        kind=kind,
        names=unique([ListName(_in_order(row[1]) if kind is Kind.PERSON else row[1]), *aliases, *weak]),
        births=unique(birth for birth in births if birth),
        nationalities=unique(code for code in countries if code),
        sexes=unique(sexes),
        documents=unique(key for number in numbers for key in document_keys(number)),
        remarks=remarks,
        addresses=addresses,
    )


def _in_order(name: str) -> str:
    """ "FAMILY, Given" as "Given FAMILY"."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma else name


def _birth(match: re.Match[str]) -> PartialBirth | None:
    first = read_birth(match[2], approximate=bool(match[1]))
    last = read_birth(match[3]) if match[3] else None
    if first is None or last is None:
        return first
    return PartialBirth(first.year, approximate=first.approximate, to_year=last.year)
