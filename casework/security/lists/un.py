"""The United Nations Security Council consolidated list (XML).

Published at https://scsanctions.un.org/resources/xml/en/consolidated.xml. FIRST_NAME to FOURTH_NAME are
parts in the order of the name, not given and family names. Empty alias and document elements are usual.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from basis.countries import country
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

_NAME_PARTS: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_ADDRESS_PARTS: Final = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")
_ENTRIES: Final = {"INDIVIDUAL": ("INDIVIDUALS", Kind.PERSON), "ENTITY": ("ENTITIES", Kind.ENTITY)}
_SEXES: Final = {"male": "M", "female": "F"}
_IN_BRACKETS = re.compile(r"\(([^)]*)\)")
_IN_ARABIC = re.compile(r"[Ii]n\s+Arabic:\s*(.+)", re.S)


def read(reading: Reading) -> Heading:
    """Read the consolidated list. Raises `InvalidInput` (``watch_list_broken``)."""
    file = reading.only(".xml")
    with reading.open(file) as stream:
        found = elements(stream, "CONSOLIDATED_LIST", tuple(_ENTRIES))
        root = next(found)
        made = root.get("dateGenerated", "")
        for element in found:
            section, kind = _ENTRIES[str(element.tag)]
            parent = element.getparent()
            if parent is None or parent.tag != section:
                raise broken_at(file.name, _line(element), _("An entry stands outside of its section."))
            reading.add(_entry(file.name, element, kind), file.name, _line(element))
        if any(root.find(section) is None for section, _kind in _ENTRIES.values()):
            raise broken_at(file.name, 1, _("This XML has not the sections of the United Nations list."))
    return Heading("UN Security Council consolidated list", made, published(made))


def _line(element: etree._Element) -> int:
    return element.sourceline or 0


def _entry(file: str, element: etree._Element, kind: Kind) -> ListEntry:
    prefix = "INDIVIDUAL" if kind is Kind.PERSON else "ENTITY"
    reference = _text(element, "REFERENCE_NUMBER")
    aliases = element.findall(f"{prefix}_ALIAS")
    names = _names(element, aliases)
    if not reference or not names:
        raise broken_at(file, _line(element), _("The entry that begins here has no reference or no name."))
    births = [_birth(birth) for birth in element.iterfind("INDIVIDUAL_DATE_OF_BIRTH")]
    births += [read_birth(_text(alias, "DATE_OF_BIRTH")) for alias in aliases]
    # The list names countries in words; "na" means not available there, not Namibia.
    words = [clean(value.text) for value in element.iterfind("NATIONALITY/VALUE")]
    countries = [country(word) for word in words if len(word) > 2]
    sexes = [_SEXES.get(clean(gender.text).lower()) for gender in element.iterfind("GENDER")]
    numbers = [clean(number.text) for number in element.iterfind(f"{prefix}_DOCUMENT/NUMBER")]
    return ListEntry(
        reference=reference,
        kind=kind,
        names=names,
        births=unique(birth for birth in births if birth),
        nationalities=unique(code for code in countries if code),
        sexes=unique(sex for sex in sexes if sex),
        documents=unique(key for number in numbers for key in document_keys(number)),
        remarks=_text(element, "COMMENTS1"),
        addresses=unique(filter(None, (_address(address) for address in element.iterfind(f"{prefix}_ADDRESS")))),
    )


def _address(element: etree._Element) -> str:
    return ", ".join(filter(None, (_text(element, part) for part in _ADDRESS_PARTS)))


def _names(element: etree._Element, aliases: list[etree._Element]) -> tuple[ListName, ...]:
    names = [ListName(" ".join(filter(None, (_text(element, part) for part in _NAME_PARTS))))]
    names += [
        ListName(clean(native.text), Quality.ORIGINAL_SCRIPT) for native in element.iterfind("NAME_ORIGINAL_SCRIPT")
    ]
    for alias in aliases:
        # "a.k.a." and "f.k.a." carry no grade, so they count as good; only "Low" is weak.
        quality = Quality.LOW if _text(alias, "QUALITY").lower() == "low" else Quality.GOOD
        names += _alias(_text(alias, "ALIAS_NAME"), quality)
        if arabic := _IN_ARABIC.search(_text(alias, "NOTE")):
            names.append(ListName(clean(arabic[1]), Quality.ORIGINAL_SCRIPT))
    return unique(name for name in names if name.full)


def _alias(text: str, quality: Quality) -> list[ListName]:
    """One element often lists several names ("A; B b) C"), with a native form or a remark in brackets."""
    found = []
    for part in re.split(r";|\s[a-z]\)\s", text):
        natives = [native for native in _IN_BRACKETS.findall(part) if not_latin(native)]
        found.append(ListName(clean(re.split(r"[(:]|, born ", part)[0]).strip(" ,“”\"'"), quality))
        found += [ListName(clean(native), Quality.ORIGINAL_SCRIPT) for native in natives]
    return found


def _birth(element: etree._Element) -> PartialBirth | None:
    approximate = (
        _text(element, "TYPE_OF_DATE").upper() == "APPROXIMATELY" or "approx" in _text(element, "NOTE").lower()
    )
    first, last = _text(element, "FROM_YEAR"), _text(element, "TO_YEAR")
    if first.isdecimal() and last.isdecimal() and int(first) <= int(last):
        return PartialBirth(int(first), approximate=approximate, to_year=int(last))
    text = _text(element, "DATE") or _text(element, "YEAR") or _text(element, "NOTE")
    return read_birth(text, approximate=approximate)


def _text(element: etree._Element, tag: str) -> str:
    return clean(element.findtext(tag))
