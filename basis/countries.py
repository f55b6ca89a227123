"""Countries by code and by name.

Inside the project a country is its ISO 3166-1 alpha-2 code; Kosovo is ``XK`` (user-assigned, as the EU
and CLDR use it). Passports carry the three-letter codes of ICAO Doc 9303-3 section 5, which are ISO
alpha-3 with exceptions (``D`` for Germany, ``RKS`` for Kosovo, codes for organisations and for persons
without a nationality). Names come from CLDR in all its languages, and from `data/country_aliases.csv`.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from babel import Locale, UnknownLocaleError, localedata

# Where a name means different countries in different languages, the language named earlier wins.
_FIRST = ("en", "sq", "fr", "de", "ar", "es", "pt", "it", "nl", "tr", "ru", "uk", "sr", "mk", "hr", "bn", "hi", "am")

_KOSOVO = "XK"

# ICAO Doc 9303-3, section 5, parts A to D: codes that are not ISO 3166-1 alpha-3.
_ICAO_TO_COUNTRY = {
    "D": "DE",
    "RKS": _KOSOVO,
    "UNK": _KOSOVO,  # resident of Kosovo, travel document of the UN mission
    "GBD": "GB",
    "GBN": "GB",
    "GBO": "GB",
    "GBP": "GB",
    "GBS": "GB",
}
_ICAO_OTHERS = {
    "EUE": "European Union",
    "UNO": "United Nations",
    "UNA": "United Nations specialised agency",
    "XAA": "Asian-African Legal Consultative Organization",
    "XBA": "African Development Bank",
    "XIM": "African Export-Import Bank",
    "XCC": "Caribbean Community",
    "XCE": "Council of Europe",
    "XCO": "Common Market for Eastern and Southern Africa",
    "XEC": "Economic Community of West African States",
    "XPO": "International Criminal Police Organization",
    "XES": "Organization of Eastern Caribbean States",
    "XMP": "Parliamentary Assembly of the Mediterranean",
    "XOM": "Sovereign Military Order of Malta",
    "XDC": "Southern African Development Community",
    "XXA": "Stateless person",
    "XXB": "Refugee (1951 Convention)",
    "XXC": "Refugee (other)",
    "XXX": "Unspecified nationality",
    "UTO": "Utopia (specimens)",
}


def _read(name: str) -> list[dict[str, str]]:
    text = files("basis").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _alpha_3() -> dict[str, str]:
    return {row["alpha_2"]: row["alpha_3"] for row in _read("countries.csv")}


@cache
def _by_alpha_3() -> dict[str, str]:
    return {alpha_3: alpha_2 for alpha_2, alpha_3 in _alpha_3().items()}


def _key(text: str) -> str:
    """Letters and digits only, without case and accents: ``Côte d'Ivoire`` and ``COTE D IVOIRE`` are one."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in parts if character.isalnum())


def _add_locale(index: dict[str, str], locale: str) -> None:
    for code, text in Locale.parse(locale).territories.items():
        if is_country(code) and _key(text):
            index.setdefault(_key(text), code)


@cache
def _names() -> dict[str, str]:
    index: dict[str, str] = {}
    for row in _read("country_aliases.csv"):
        for word in row["words"].split("|"):
            index.setdefault(_key(word), row["alpha_2"])
    for locale in _FIRST:
        _add_locale(index, locale)
    return index


@cache
def _all_names() -> dict[str, str]:
    """Names in every language of CLDR; takes a second, so it is asked only when the common languages fail."""
    index = dict(_names())
    for locale in sorted(localedata.locale_identifiers()):
        script_or_region = locale.split("_")[1:]
        if all(len(part) == 4 for part in script_or_region):
            _add_locale(index, locale)
    return index


def is_country(code: str) -> bool:
    """Whether `code` is an ISO 3166-1 alpha-2 code, or XK."""
    return code == _KOSOVO or code in _alpha_3()


def codes() -> Iterable[str]:
    """All alpha-2 codes, XK among them, sorted."""
    return sorted((*_alpha_3(), _KOSOVO))


def country(text: str) -> str | None:
    """The alpha-2 code that a person means: a code (alpha-2, alpha-3, ICAO) or a name in any language.

    None where nothing fits exactly: a country is never guessed.
    """
    text = text.strip()
    code = text.upper()
    if code == text or len(text) <= 3:
        if is_country(code):
            return code
        found = _by_alpha_3().get(code) or _ICAO_TO_COUNTRY.get(code)
        if found:
            return found
    key = _key(text)
    return (_names().get(key) or _all_names().get(key)) if key else None


def from_icao(code: str) -> str | None:
    """The country of a three-letter code in a passport; fillers may be left on (``D<<``).

    None for an unknown code and for codes that stand for no country (`is_icao_code` tells which).
    """
    code = code.rstrip("<").upper()
    return _by_alpha_3().get(code) or _ICAO_TO_COUNTRY.get(code)


def is_icao_code(code: str) -> bool:
    """Whether ICAO Doc 9303-3 section 5 has the code: countries, organisations, stateless persons, Utopia."""
    code = code.rstrip("<").upper()
    return (code in _by_alpha_3() and code != "DEU") or code in _ICAO_TO_COUNTRY or code in _ICAO_OTHERS


def to_icao(alpha_2: str) -> str:
    """The code that a passport of this country carries. Raises `KeyError` where `alpha_2` is no country."""
    special = {"DE": "D", _KOSOVO: "RKS"}
    return special.get(alpha_2) or _alpha_3()[alpha_2]


def name(alpha_2: str, locale: str = "en") -> str:
    """The country's name in the language of `locale` (``fr``, ``pt_BR``); the code where CLDR has no name."""
    try:
        territories = Locale.parse(locale.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        territories = Locale.parse("en").territories
    return str(territories.get(alpha_2, alpha_2))
