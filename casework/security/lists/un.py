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

_NAME_PARTS: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_SEXES: Final = {"male": "M", "female": "F"}
_NOT_LATIN = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_IN_BRACKETS = re.compile(r"\(([^)]*)\)")
_IN_ARABIC = re.compile(r"[Ii]n\s+Arabic:\s*(.+)", re.S)


def read(data: bytes) -> LoadedList:
    """Read the consolidated list. Raises `InvalidInput` (``watch_list_broken``)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        raise broken(
            _("The watch list is no whole XML file: it breaks off or is damaged at line {line}.", line=line)
        ) from error
    if root.getroottree().docinfo.doctype:
        raise broken(_("The watch list carries a document type declaration, which the United Nations list never does."))
    people, entities = root.find("INDIVIDUALS"), root.find("ENTITIES")
    if root.tag != "CONSOLIDATED_LIST" or people is None or entities is None:
        raise broken(_("This XML file is not the consolidated list of the United Nations Security Council."))
    entries = [_entry(element, Kind.PERSON) for element in people.iterfind("INDIVIDUAL")]
    entries += [_entry(element, Kind.ENTITY) for element in entities.iterfind("ENTITY")]
    return LoadedList("UN Security Council consolidated list", root.get("dateGenerated", ""), tuple(entries), "")


def _entry(element: etree._Element, kind: Kind) -> ListEntry:
    prefix = "INDIVIDUAL" if kind is Kind.PERSON else "ENTITY"
    reference = _text(element, "REFERENCE_NUMBER")
    aliases = element.findall(f"{prefix}_ALIAS")
    names = _names(element, aliases)
    if not reference or not names:
        line = element.sourceline or 0
        raise broken(_("The entry at line {line} of the watch list has no reference or no name.", line=line))
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
    )


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
        natives = [native for native in _IN_BRACKETS.findall(part) if _NOT_LATIN.search(native)]
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
