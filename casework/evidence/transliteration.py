"""How names are written in a machine readable zone: ICAO Doc 9303-3, section 6 (tables A, B and C).

Some Latin letters have more than one permitted form (``Ü`` is UE, UXX or U); the first is the one that
is emitted, all are accepted when a passport is compared. Fillers stand for spaces and hyphens,
apostrophes are left out.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from basis.errors import InvalidInput
from basis.messages import _

# Letters whose transliteration is not simply their base letter.
_LATIN: dict[str, tuple[str, ...]] = {
    "Ä": ("AE", "A"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Ð": ("D",),
    "Đ": ("D",),
    "Ħ": ("H",),
    "İ": ("I",),
    "I": ("I",),
    "Ĳ": ("IJ",),
    "ĸ": ("Q",),
    "Ł": ("L",),
    "Ñ": ("N", "NXX"),
    "Ŋ": ("N",),
    "Ö": ("OE", "O"),
    "Ø": ("OE", "O"),
    "Œ": ("OE",),
    "Þ": ("TH",),
    "Ŧ": ("T",),
    "Ü": ("UE", "UXX", "U"),
    "ẞ": ("SS",),
    "Ə": ("E", "A"),
}

_CYRILLIC: dict[str, tuple[str, ...]] = {
    **{cyrillic: (latin,) for cyrillic, latin in zip("АБВДЕЗЙКЛМНОПРСТУФЫЭ", "ABVDEZIKLMNOPRSTUFYE", strict=True)},
    "Г": ("G", "H"),  # H in Belarusian and Ukrainian passports
    "Ґ": ("G",),
    "Ё": ("E", "IO"),
    "Є": ("IE",),
    "Ж": ("ZH", "Z"),
    "И": ("I", "Y"),
    "І": ("I",),
    "Ї": ("I",),
    "Х": ("KH", "H"),
    "Ц": ("TS", "C"),
    "Ч": ("CH", "C"),
    "Ш": ("SH", "S"),
    "Щ": ("SHCH", "SHT"),
    "Ъ": ("IE",),
    "Ь": ("",),
    "Ю": ("IU",),
    "Я": ("IA",),
    "Ђ": ("D", "DJ"),
    "Ѓ": ("G", "GJ"),
    "Ѕ": ("DZ",),
    "Ј": ("J",),
    "Љ": ("LJ",),
    "Њ": ("NJ",),
    "Ћ": ("C",),
    "Ќ": ("K", "KJ"),
    "Ў": ("U",),
    "Џ": ("DZ", "DJ"),
    "Ѫ": ("U",),
    "Ѵ": ("Y",),
}

# fmt: off
_ARABIC: dict[str, tuple[str, ...]] = {
    "": ("",), "ء": ("XE",), "آ": ("XAA",), "أ": ("XAE",), "ؤ": ("U",), "إ": ("I",), "ئ": ("XI",), "ا": ("A",),
    "ب": ("B",), "ة": ("XAH", "XTA"), "ت": ("T",), "ث": ("XTH",), "ج": ("J",), "ح": ("XH",), "خ": ("XKH",),
    "د": ("D",), "ذ": ("XDH",), "ر": ("R",), "ز": ("Z",), "س": ("S",), "ش": ("XSH",), "ص": ("XSS",),
    "ض": ("XDZ",), "ط": ("XTT",), "ظ": ("XZZ",), "ع": ("E",), "غ": ("G",), "ـ": ("",), "ف": ("F",), "ق": ("Q",),
    "ك": ("K",), "ل": ("L",), "م": ("M",), "ن": ("N",), "ه": ("H",), "و": ("W",), "ى": ("XAY",), "ي": ("Y",),
    "ٱ": ("XXA",), "ٹ": ("XXT",), "ټ": ("XRT",), "پ": ("P",), "ځ": ("XKE",), "څ": ("XXH",), "چ": ("XC",),
    "ڈ": ("XXD",), "ډ": ("XDR",), "ڑ": ("XXR",), "ړ": ("XRR",), "ږ": ("XRX",), "ژ": ("XJ",), "ښ": ("XXS",),
    "ک": ("XKK",), "ګ": ("XXK",), "ڭ": ("XNG",), "گ": ("XGG",), "ں": ("XNN",), "ڼ": ("XXN",), "ھ": ("XDO",),
    "ۀ": ("XYH",), "ہ": ("XXG",), "ۂ": ("XGE",), "ۃ": ("XTG",), "ی": ("XYA",), "ۍ": ("XXY",), "ې": ("Y",),
    "ے": ("XYB",), "ۓ": ("XBE",),
}
# fmt: on
_SHADDA = "\u0651"
_FILLERS = frozenset(" -\u2010\u2011\u2012\u2013<")
_LEFT_OUT = frozenset("'`\u00b4\u2018\u2019\u02bc\u02bb\u02b9.,\u00b7")


@cache
def _letter(character: str) -> tuple[str, ...] | None:
    """The permitted forms of one upper-case character in NFC, or None where ICAO has no table for it."""
    if "A" <= character <= "Z":
        return (character,)
    if character in _FILLERS:
        return ("<",)
    if character in _LEFT_OUT or unicodedata.category(character) == "Mn":
        return ("",)
    for table in (_LATIN, _CYRILLIC, _ARABIC):
        if character in table:
            return table[character]
    base = unicodedata.normalize("NFD", character)[0]
    return _letter(base) if base != character else None


def forms(name: str) -> list[tuple[str, ...]]:
    """The permitted forms of a name, one tuple a character.

    Raises `InvalidInput` (``no_transliteration``) for a character of a script that ICAO has no table for.
    """
    found: list[tuple[str, ...]] = []
    for character in unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).upper()):
        if character == _SHADDA:  # doubles the letter before it
            if found:
                found.append(found[-1])
            continue
        letter = _letter(character)
        if letter is None:
            raise InvalidInput(
                "no_transliteration",
                _("A name has a character that ICAO 9303 gives no Latin letters for."),
                _("Write the name in the Latin letters that the passport shows."),
            )
        found.append(letter)
    return found


def transliterate(name: str) -> str:
    """The name as a machine readable zone has it: A to Z, one filler between its parts, none at the ends."""
    text = "".join(letter[0] for letter in forms(name))
    return "<".join(part for part in text.split("<") if part)


def split(letters: list[tuple[str, ...]]) -> list[list[tuple[str, ...]]]:
    """The parts of a name between its fillers; empty parts are left out."""
    parts: list[list[tuple[str, ...]]] = [[]]
    for letter in letters:
        if letter == ("<",):
            parts.append([])
        else:
            parts[-1].append(letter)
    return [part for part in parts if part]


def spells(letters: list[tuple[str, ...]], text: str, *, begins: bool = False) -> bool:
    """Whether `text` is a permitted spelling of `letters`, or with `begins` the beginning of one."""
    positions = {0}
    for letter in letters:
        if begins and any(form.startswith(text[at:]) for at in positions for form in letter):
            return True
        positions = {at + len(form) for at in positions for form in letter if text.startswith(form, at)}
    return len(text) in positions
