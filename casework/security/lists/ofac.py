"""The list of specially designated nationals of the United States Treasury (OFAC), CSV files.

SDN.CSV has no header and twelve columns, ``-0-`` stands for nothing; ALT.CSV has five and holds the other
names. Birth dates, nationality, sex and documents stand in the remarks, separated by semicolons.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from typing import Final

from basis.countries import country
from basis.messages import _
from casework.security.lists.csv_list import read_rows
from casework.security.lists.entries import (
    Kind,
    ListEntry,
    ListName,
    LoadedList,
    PartialBirth,
    Quality,
    broken,
    clean,
    document_keys,
    read_birth,
    unique,
)

_COLUMNS: Final = 12
_ALIAS_COLUMNS: Final = 5
_LARGEST: Final = 50_000_000
_BIRTH = re.compile(r"(?:alt\. )?DOB (circa )?(.+?)(?: to (.+))?")
_DOCUMENT = re.compile(
    r"(?:alt\. )?(?:Passport|National ID No\.|Identification Number|Cedula No\.|C\.U\.R\.P\.) #?(\S+).*"
)
_COUNTRY = re.compile(r"(?:alt\. )?(?:nationality|citizen) (.+)", re.I)
_SEX = re.compile(r"Gender (Male|Female)")
_WEAK = re.compile(r"a\.k\.a\. '([^']+)'")


def read(data: bytes) -> LoadedList:
    """Read SDN.CSV, or a ZIP of SDN.CSV and ALT.CSV. Raises `InvalidInput` (``watch_list_broken``)."""
    main, other = _unzipped(data) if data.startswith(b"PK") else (data, b"")
    aliases: dict[str, list[ListName]] = defaultdict(list)
    for row in _rows(other, _ALIAS_COLUMNS) if other else []:
        aliases[row[0]].append(ListName(_in_order(row[3])))
    entries = tuple(_entry(row, aliases[row[0]]) for row in _rows(main, _COLUMNS))
    return LoadedList("OFAC specially designated nationals", "", entries, "")


def _unzipped(data: bytes) -> tuple[bytes, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename.rsplit("/", 1)[-1].lower(): info for info in archive.infolist()}
            if "sdn.csv" not in members or "alt.csv" not in members:
                raise broken(_("The ZIP file does not hold SDN.CSV and ALT.CSV."))
            if sum(members[name].file_size for name in ("sdn.csv", "alt.csv")) > _LARGEST:
                raise broken(_("The files in the ZIP file are too large for a watch list."))
            return archive.read(members["sdn.csv"]), archive.read(members["alt.csv"])
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise broken(_("The ZIP file is damaged or encrypted.")) from error


def _rows(data: bytes, columns: int) -> list[list[str]]:
    rows = read_rows(data.rstrip(b"\x1a\r\n "))  # the publisher ends the files with the sign of CP/M, 1A
    for number, row in enumerate(rows, start=1):
        if len(row) != columns or not row[0].strip().isdecimal():
            raise broken(
                _(
                    "Row {row} of the watch list is not a row of OFAC's list: it needs {columns} cells.",
                    row=number,
                    columns=columns,
                )
            )
    return [["" if cell.strip() == "-0-" else clean(cell) for cell in row] for row in rows]


def _entry(row: list[str], aliases: list[ListName]) -> ListEntry:
    # Vessels and aircraft have a kind of their own; no person can be one, so they count as entities.
    kind = Kind.PERSON if row[2] == "individual" else Kind.ENTITY
    remarks = row[11]
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
