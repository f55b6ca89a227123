"""How alike two parts of names are: by letters, by sound, by consonants.

`part_similarity` is symmetric and lies between 0 and 1. Three keys fold what transliterators write in several ways:
`sound` (close), `coarse` (wide: Hodza and Hoxha) and `skeleton` (consonants only, as far as Arabic and Latin
writing agree on them).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from casework.security.known_names import ABJAD, KNOWN

CUTOFF: Final = 0.7
"""Of two parts that are alike at all, the sounds agree at least so far (OSA, normalised), or all consonants do."""

_SAME_CONSONANTS: Final = 0.55

ANOTHER_NAME: Final = 0.4
"""The most that two parts can be alike which differ in a letter that makes another name of them."""

_SOUNDS: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"ph", "f"), (r"ou(?=[aeiy])", "w"), (r"(?:tsch|tch|ch)", "c"), (r"(?:dzh|dj)", "j"), (r"sch", "sh"),
        (r"ck|q", "k"), (r"w", "v"),
        (r"x", "ks"), (r"oo|ou", "u"), (r"ee|ie|ii|iy|yi", "i"), (r"y", "i"), (r"(.)\1+", r"\1"), (r"(?<=[aei])h$", ""),
    )
)  # fmt: skip
_COARSE: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[aeo]u$", "ov"), (r"schtsch|shch|tsch|tch|sch|chh|ch|sh|ts(?=[aeiou])|tz", "s"),
        (r"dzh|dz|dj|xh|gj|zh|jh|z(?!$)", "j"), (r"z$", "s"), (r"x", "ks"), (r"ph", "f"), (r"ck|[qc]", "k"),
        (r"kh", "h"), (r"([bdgt])h", r"\1"), (r"g", "h"), (r"[wv]", "b"), (r"ij(?=[aeou])|yj", "i"),
        (r"h(?![aeiouy])", ""),
        (r"oo|ou", "u"), (r"ee|ie|ii|iy|yi|ey$|ay$|y", "i"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip
_VOWELS: Final = frozenset("aeiouy")
_ARTICLE: Final = re.compile(r"^(?:al|el|es(?=s)|ez(?=z)|er(?=r)|en(?=n))(?=[a-z]{5})")


@lru_cache(maxsize=30_000)
def sound(part: str) -> str:
    """The part in one spelling for sounds that transliterations write in several."""
    for pattern, replacement in _SOUNDS:
        part = pattern.sub(replacement, part)
    return part


@lru_cache(maxsize=30_000)
def coarse(part: str) -> str:
    """The part as it sounds over languages: sibilants are one letter, so are v, w and b, g and h, k, q and c."""
    for pattern, replacement in _COARSE:
        part = pattern.sub(replacement, part)
    return part


@lru_cache(maxsize=30_000)
def skeleton(part: str) -> str:
    """The consonants of a part, as far as Arabic and Latin writing agree on them."""
    if part == "allah":
        return "llh"
    bare = re.sub(r"ph", "f", re.sub(r"dj|g(?!h)", "j", re.sub(r"[qc](?!h)", "k", part)))
    bare = re.sub(r"[aeiouwyv]", "", bare.replace("p", "b"))
    return re.sub(r"(.)\1+", r"\1", bare).removesuffix("h") if len(bare) > 2 else bare


@lru_cache(maxsize=30_000)
def consonants(part: str) -> str:
    """The consonants of `coarse`."""
    return re.sub(r"(.)\1+", r"\1", "".join(sign for sign in coarse(part) if sign not in _VOWELS))


@lru_cache(maxsize=60_000)
def part_similarity(first: str, second: str) -> float:
    """How alike two folded parts are, 0 to 1. An initial agrees with a part that begins with it."""
    if first == second:
        return 1.0
    if not first or not second:
        return 0.0
    if min(len(first), len(second)) == 1:
        return 0.8 if first[0] == second[0] else 0.0
    if first in KNOWN and second in KNOWN:
        return 0.0  # Hasan is not Husayn, nor Muhammad Mahmud, however near they are spelt
    if sound(first) == sound(second):
        return 0.95
    if coarse(first) == coarse(second) and min(len(first), len(second)) >= 4:
        return 0.92
    bare, barer = without_article(first), without_article(second)
    if (bare, barer) != (first, second) and _same_consonants(bare, barer):
        return 0.85  # Alsaigh and Sayegh, Essaadi and Saadi
    return _graded(first, second)


def _graded(first: str, second: str) -> float:
    """The similarity of parts that are not the same by any key."""
    ratio = OSA.normalized_similarity(sound(first), sound(second))
    if _another_name(first, second):
        return min(ratio, ANOTHER_NAME) if ratio >= CUTOFF else 0.0
    if ratio >= 0.85:
        return ratio
    if _same_consonants(first, second):
        return 0.82
    # Below 0.85 two parts are more often two names than one misspelt, so the value falls off steeply.
    graded = (ratio - 0.6) * 3.4 if ratio >= CUTOFF else 0.0
    return graded if first[0] == second[0] or coarse(first)[:1] == coarse(second)[:1] else graded / 2


def _same_consonants(first: str, second: str) -> bool:
    """Makonnen and Mekonnen: only vowels differ. In a short name they tell one name from another."""
    if min(len(first), len(second)) < 5 or consonants(first) != consonants(second):
        return False
    ratio = OSA.normalized_similarity(sound(first), sound(second))
    return max(ratio, OSA.normalized_similarity(coarse(first), coarse(second))) >= _SAME_CONSONANTS


def _another_name(first: str, second: str) -> bool:
    """Dinesh and Dipesh, Halili and Haliti, Carlo and Carla: one letter that makes another name, not a slip."""
    if len(first) != len(second) or len(first) > 8:
        return False
    places = [place for place, (mine, theirs) in enumerate(zip(first, second, strict=True)) if mine != theirs]
    if len(places) != 1:
        return False
    mine, theirs = first[places[0]], second[places[0]]
    if {mine, theirs} == {"o", "a"} and places[0] == len(first) - 1:
        return True
    return not {mine, theirs} & _VOWELS


def without_article(part: str) -> str:
    """The part without an article that was written together with it (Alsaigh, Essaadi)."""
    return _ARTICLE.sub("", part)


@lru_cache(maxsize=30_000)
def consonant_similarity(first: str, second: str) -> float:
    """How alike two skeletons are, 0 to 1: for a name with vowels against one written without."""
    if first and first == second:
        return 0.95 if len(first) > 1 else 0.8
    return 0.7 if min(len(first), len(second)) >= 4 and OSA.normalized_similarity(first, second) >= 0.75 else 0.0


def script_similarity(unvowelled: str, vowelled: str) -> float:
    """How alike a part in Arabic or Hebrew writing and one in Latin are; never more than `consonant_similarity`.

    The long vowels that such writing does have tell Husayn from Hasan.
    """
    similarity = consonant_similarity(skeleton(unvowelled), skeleton(vowelled))
    if similarity == 0.0:
        return 0.0
    known = ABJAD.get(unvowelled)
    if known is not None and vowelled in KNOWN and known != vowelled:
        return 0.0
    inner = unvowelled[1:]
    if "w" in inner and not set("ouwv") & set(vowelled):
        return min(similarity, ANOTHER_NAME)
    if "y" in inner and not set("iyea") & set(vowelled):
        return min(similarity, ANOTHER_NAME)
    return similarity
