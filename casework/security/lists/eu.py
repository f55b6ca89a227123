"""The consolidated financial sanctions list of the European Union (FSF), XML version 1.1.

Published by the Commission at https://webgate.ec.europa.eu/fsd/fsf. Values stand in attributes, countries as ISO
3166-1 alpha-2 with ``00`` for unknown, several names a `sanctionEntity`, of which `strong="false"` are weak.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from basis.countries import country, is_country
from basis.messages import _
from casework.security.lists.entries import (
    Heading,
    Kind,
    ListEntry,
    ListName,
    PartialBirth,
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
from casework.security.lists.xml_list import elements

_NS: Final = "{http://eu.europa.ec/fpi/fsd/export}"
_ADDRESS_PARTS: Final = ("street", "poBox", "zipCode", "city", "place", "region", "countryDescription")


def read(reading: Reading) -> Heading:
    """Read the list. Raises `InvalidInput` (``watch_list_broken``) with file and line."""
    file = reading.only(".xml")
    with reading.open(file) as stream:
        found = elements(stream, f"{_NS}export", (f"{_NS}sanctionEntity",))
        made = next(found).get("generationDate", "")
        for element in found:
            line = element.sourceline or 0
            reading.add(_entry(file.name, line, element), file.name, line)
    return Heading("EU consolidated financial sanctions list", made, published(made))


def _entry(file: str, line: int, element: etree._Element) -> ListEntry:
    reference = _value(element, "euReferenceNumber") or _value(element, "logicalId")
    aliases = element.findall(f"{_NS}nameAlias")
    names = unique(name for name in map(_name, aliases) if name.full)
    kinds = element.findall(f"{_NS}subjectType")
    if not reference or not names or len(kinds) != 1:
        raise broken_at(file, line, _("The entry that begins here has no reference, no name or no kind."))
    person = _value(kinds[0], "code") == "person" or _value(kinds[0], "classificationCode") == "P"
    papers = element.findall(f"{_NS}identification")
    numbers = [_value(paper, name) for paper in papers for name in ("number", "latinNumber")]
    births = (_birth(birth) for birth in element.iterfind(f"{_NS}birthdate"))
    countries = (_country(citizenship) for citizenship in element.iterfind(f"{_NS}citizenship"))
    sexes = (_value(alias, "gender") for alias in aliases)
    remarks = [_value(element, "designationDetails"), *(_value(alias, "function") for alias in aliases)]
    remarks += [clean(remark.text) for remark in element.iterfind(f"{_NS}remark")]
    return ListEntry(
        reference=reference,
        kind=Kind.PERSON if person else Kind.ENTITY,
        names=names,
        births=unique(birth for birth in births if birth),
        nationalities=unique(code for code in countries if code),
        sexes=unique(sex for sex in sexes if sex in ("M", "F")),
        documents=unique(key for number in numbers for key in document_keys(number)),
        remarks="; ".join(unique(filter(None, remarks))),
        addresses=unique(filter(None, (_address(address) for address in element.iterfind(f"{_NS}address")))),
    )


def _name(alias: etree._Element) -> ListName:
    parts = (_value(alias, part) for part in ("firstName", "middleName", "lastName"))
    full = _value(alias, "wholeName") or " ".join(filter(None, parts))
    if _value(alias, "strong").lower() == "false":
        return ListName(full, Quality.LOW)
    return ListName(full, Quality.ORIGINAL_SCRIPT if not_latin(full) else Quality.GOOD)


def _birth(element: etree._Element) -> PartialBirth | None:
    if _value(element, "calendarType").upper() not in ("", "GREGORIAN"):
        return None  # a year of another calendar would be taken for one of ours
    circa = _value(element, "circa").lower() == "true"
    first, last = _value(element, "yearRangeFrom"), _value(element, "yearRangeTo")
    if first or last:
        begins, ends = read_birth(first or last, approximate=circa or not (first and last)), read_birth(last)
        if begins is None or ends is None or ends.year <= begins.year:
            return begins
        return PartialBirth(begins.year, approximate=begins.approximate, to_year=ends.year)
    day = "-".join(filter(None, (_value(element, part) for part in ("year", "monthOfYear", "dayOfMonth"))))
    return read_birth(_value(element, "birthdate"), approximate=circa) or read_birth(day, approximate=circa)


def _country(element: etree._Element) -> str | None:
    code = _value(element, "countryIso2Code")
    if is_country(code):
        return code
    words = _value(element, "countryDescription")
    return country(words) if words and words.upper() != "UNKNOWN" else None


def _address(element: etree._Element) -> str:
    parts = [_value(element, part) for part in _ADDRESS_PARTS]
    return ", ".join(part for part in parts if part and part != "UNKNOWN")


def _value(element: etree._Element, name: str) -> str:
    return clean(element.get(name))
