"""A name in any writing as words of small Latin letters.

`anyascii` knows the letters of all scripts; what it does not know is what a reader of the script adds: the vowel
that Devanagari and Bengali do not write, digits that a scanner put in the place of letters, short forms with a
stroke. Nothing here decides whether two names are alike.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from anyascii import anyascii

_SYLLABIC = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ABJAD = re.compile(r"[\u0590-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# A consonant that carries its inherent vowel: no vowel sign, virama or other mark behind it, and not the word's last.
_INHERENT = re.compile(
    r"([\u0915-\u0939\u0958-\u095f](?=[\u0900-\u0903\u0904-\u0939\u0958-\u0961])"
    r"|[\u0995-\u09b9\u09dc-\u09df](?=[\u0980-\u0983\u0985-\u09b9\u09dc-\u09e1]))\u093c?"
)
_VOICELESS: Final = str.maketrans("", "", "'`?\"\u2019\u02bc")
_STROKES: Final = {"g": "gebre ", "w": "wolde ", "h": "haile ", "t": "tekle "}  # Ethiopian short forms: G/Medhin
_STROKE = re.compile(r"\b([gwht])/(?=[a-z]{3})")
_LADY = re.compile(r"\bw/(?:ro|rt|t|o)\b\.?|\bato\b")
_DIGITS: Final = {"0": "o", "3": "e", "4": "a", "5": "s", "6": "g", "8": "b"}


def is_abjad(text: str) -> bool:
    """Whether the name is written without vowels (Arabic, Hebrew)."""
    return bool(_ABJAD.search(text))


def latin_words(text: str) -> list[str]:
    """The words of a name, each of small letters; digits inside a word become the letters they are mistaken for."""
    composed = _INHERENT.sub(r"\1" + "a", unicodedata.normalize("NFKC", text))
    ascii_text = anyascii(composed)
    if _SYLLABIC.search(composed):
        ascii_text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", ascii_text)  # anyascii marks syllables by capitals
    lowered = ascii_text.lower()
    if "/" in lowered:
        lowered = _STROKE.sub(lambda found: _STROKES[found[1]], _LADY.sub(" ", lowered))
    words = re.findall(r"[a-z0-9]+", lowered.translate(_VOICELESS))
    return [_lettered(word) if not word.isalpha() and not word.isdecimal() else word for word in words]


def _lettered(word: str) -> str:
    """A word with digits in it as a scanner's reader would mend it: 1 is an l beside a vowel, else an i."""
    found = []
    for position, sign in enumerate(word):
        if sign == "1":
            beside = word[max(0, position - 1) : position] + word[position + 1 : position + 2]
            found.append("l" if any(vowel in beside for vowel in "aeiou") else "i")
        else:
            found.append(_DIGITS.get(sign, sign))
    return "".join(found)
