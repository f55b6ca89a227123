"""Languages by code and by name: ISO 639-1, names from CLDR in the languages that batches are written in."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale

_NAMES_IN = ("en", "sq", "fr", "de", "ar", "es", "pt", "it", "nl", "tr", "ru", "sr", "mk", "uk")
_ALSO = {"gjermanisht": "de", "anglisht": "en", "frengjisht": "fr", "shqip": "sq", "flamand": "nl", "flemish": "nl"}


def _key(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalpha())


@cache
def _index() -> dict[str, str]:
    index = dict(_ALSO)
    for locale in _NAMES_IN:
        for code, name in Locale.parse(locale).languages.items():
            if len(code) == 2:
                index.setdefault(_key(name), code)
    return index


def language(text: str) -> str | None:
    """The ISO 639-1 code of ``German``, ``Deutsch``, ``allemand``, ``gjermanisht`` or ``de``; None if unknown."""
    text = text.strip()
    if len(text) == 2 and text.lower() in Locale.parse("en").languages:
        return text.lower()
    return _index().get(_key(text))
