"""Names made comparable: without case, diacritics, script, titles, articles and order of their parts.

Nobody can tell given from family names over all cultures, so a name is a set of parts. Everything that
transliterators write in several ways (Abdul Rahman, Abdelrahman, ʿAbd ar-Raḥmān; Md., Mohd, Muhammad) is
folded to one spelling. Arabic and Hebrew writing lacks vowels: such names are compared by consonants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from casework.security.known_names import SPELLINGS
from casework.security.likeness import coarse, skeleton
from casework.security.writing import is_abjad, latin_words

_TITLES: Final = frozenset(
    "dr doctor mr mrs ms miss prof professor eng engr engineer ing gen general col colonel capt captain lt sgt "
    "maulavi mawlawi molvi maulana mawlana moulana ustadz ustad ustaz mufti qari alhaj alhaji "
    "sir madam herr frau monsieur madame sr sra jr junior senior ii iii iv "
    "ato weizero woizero weyzero shri shree shrimati smt sushri "
    "mst most mosst mosammat mosamat musammat mosammet".split()
)
_TITLE_OR_NAME: Final = frozenset(
    "mullah mulla mollah molla sheikh shaikh shaykh sheik shaik cheikh haji hajji hadji haj hajj "
    "sayyid sayed syed sayyed amir emir imam "
    "begum bibi khan singh kaur khatun allah din".split()
)
_ARTICLES: Final = frozenset("al el ul ud ur".split())
_SUN_ARTICLES: Final = frozenset("ad an ar as ash at az us ush uz ed er es ez".split())
_FILIATION: Final = frozenset("bin ben ibn bn bint binti bte binte ould wald walad uld".split())
_PARTICLES: Final = frozenset(
    "abd abu abou abi umm oum de da do dos das del dela delos los las della di du la le les van von der den ter zu y "
    "e i na gebre wolde haile tekle".split()
)

# Parts so frequent among workers that two people who share one are probably different people. A fixed list,
# so that the score of a pair does not change because an unrelated entry came onto the list.
_COMMON: Final = frozenset(
    "muhammad ahmad ali hasan husayn yusuf umar usman ibrahim ismail mustafa khalid rahim samad ghani latif "
    "malik qadir kader salam salem majid jabbar kumar mahmud saleh salih abbas hamid karim rashid salim jamal fatima "
    "aisha amina maryam maria mariam ana anna jose juan antonio garcia rodriguez santos cruz reyes john david michael "
    "peter petr ivan aleksandr sergey vladimir kim lee li wang chen zhang nguyen tran le pham thi akter islam rahman "
    "haq miah shah das devi lal ram aziz nur hamza bakr mehmet zahra reza amin akbar hashim hakim halim "
    "bahadur prasad kumari maya man tesfaye bekele abebe tadesse".split()
)
_FAMILIES_OF_VIETNAM: Final = frozenset(
    "nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh doan truong luong cao lam mai trinh "
    "dao ha luu phung ta to quach".split()
)
_SYLLABLE = re.compile(r"(?:ngh?|nh|ch|g[ih]?|kh|ph|th|tr|qu|[bcdhklmnprstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?")
_COMMON_SKELETONS: Final = frozenset(map(skeleton, _COMMON)) - {""}
_ETHIOPIAN = re.compile(r"(gebre|ghebre|wolde|welde|haile|hayle|tekle|gebra|walda)(?=[a-z]{4})")
_SERVANT = re.compile(r"abd(?:[aeo]?u?[lrsnzt]h?)?")
_SERVANT_OF = re.compile(r"abd(?:(?:o?u|e|i|a(?=l|([rsnzt])\1))(?:l|([rsnzt])(?=\2))?)?(?=[a-z]{3})")
_SERVANT_OF_GOD = re.compile(r"abd(?:[aou]{1,2}l|ll?)(?:l?ah?i?|aye?)?(?<!abdul)(?<!abdal)(?<!abdoul)")
# Written with one l or without its vowel, the word loses a sound to the article before it.
_AFTER_SERVANT: Final = {
    "atif": "latif",
    "ateef": "latif",
    "slam": "salam",
    "illah": "allah",
    "ilah": "allah",
    "lahi": "allah",
}
_FATHER_OF = re.compile(r"ab(?:ou?|u)(?=ba[ck]k?[ae]?r)")
_OF_GOD = re.compile(r"(?:(?<=[a-z]{3})|^)(?:ullahi?|allah|ellah|oullah|ulla|olla)$")
_OF_FAITH = re.compile(
    r"(?:(?<=[a-z]{3})(?:uddin|udin|eddine?|edin|aldin|uldin|oddin|ouddine|addin|iddin|uddeen)|^(?:uddin|eddine?|deen))$"
)


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name ready for comparison.

    `parts` are the folded parts in their order, `weights` how much each identifies (0.2 to 1), `skeletons`
    their consonants, `keys` their coarse sounds and `joined` those of each part run together with its neighbour;
    `compact` is the whole name without spaces. `abjad` says that it was written without vowels, `syllabic` that
    it is made of Vietnamese syllables, of which each letter counts; `weight` is the sum of the weights,
    `initials` the number of parts that are a single letter.
    """

    parts: tuple[str, ...]
    weights: tuple[float, ...]
    skeletons: tuple[str, ...]
    keys: tuple[str, ...]
    joined: tuple[str, ...]
    compact: str
    abjad: bool
    syllabic: bool
    weight: float
    initials: int


@lru_cache(maxsize=20_000)
def name_form(text: str) -> NameForm:
    """Fold a name as printed; "FAMILY, Given" is turned round. A name without any letter has no parts."""
    family, comma, given = text.partition(",")
    text = f"{given} {family}" if comma else text
    abjad = is_abjad(text)
    words = latin_words(text)
    compact = "".join(words)
    parts = tuple(_fold_words(words, abjad))
    weights = tuple(part_weight(part, abjad) for part in parts)
    return NameForm(
        parts=parts,
        weights=weights,
        skeletons=tuple(map(skeleton, parts)),
        keys=tuple(map(coarse, parts)),
        joined=() if abjad else tuple(coarse(one + other) for one, other in pairwise(parts)),
        compact=compact,
        abjad=abjad,
        syllabic=not abjad and _is_syllabic(parts),
        weight=sum(weights),
        initials=sum(len(part) == 1 for part in parts),
    )


def _fold_words(words: list[str], abjad: bool) -> list[str]:
    untitled = [word for word in words if abjad or word not in _TITLES]
    kept = untitled if len(untitled) >= 2 else words
    parts = [part for word in kept for part in (_abjad_part(word) if abjad else _latin_parts(word))]
    parts = [part for position, part in enumerate(parts) if not _is_article(parts, position)] or parts
    without = [part for part in parts if part not in _FILIATION]
    return without if len(without) >= 2 or (without and len(parts) > 2) else parts


def _latin_parts(word: str) -> list[str]:
    """One word as its parts: Abdelrahman is Abd and Rahman, Salaheddine is Salah and Din, Habibullah Habib and Allah.

    Taking compounds apart, not joining their parts, keeps the result the same in every order of the parts.
    """
    if word in SPELLINGS:
        return [SPELLINGS[word]]
    if _SERVANT.fullmatch(word):
        return ["abd"]
    if _SERVANT_OF_GOD.fullmatch(word):
        return ["abd", "allah"]
    if match := _SERVANT_OF.match(word):
        rest = word[match.end() :]
        return ["abd", *_latin_parts(_AFTER_SERVANT.get(rest, rest))]
    if match := _FATHER_OF.match(word):
        return ["abu", SPELLINGS.get(word[match.end() :], word[match.end() :])]
    if match := _OF_GOD.search(word):
        return [*_latin_parts(word[: match.start()]), "allah"] if match.start() else ["allah"]
    if match := _OF_FAITH.search(word):
        return [*_latin_parts(word[: match.start()]), "din"] if match.start() else ["din"]
    if match := _ETHIOPIAN.match(word):
        return [SPELLINGS[match[1]], *_latin_parts(word[match.end() :])]
    return [_stem(word)]


def _stem(word: str) -> str:
    """The name before an article that Bengali writes at its end (Rafiqul, Mizanur), else the word itself."""
    stem = word[:-2]
    if word[-2:] in {"ul", "ur", "or", "un", "us", "uz"} and stem in SPELLINGS:
        return SPELLINGS[stem]
    return stem if len(word) >= 6 and word.endswith("ul") else word


def _is_syllabic(parts: tuple[str, ...]) -> bool:
    """Whether all parts are Vietnamese syllables, and one of them is a family name of Vietnam."""
    return len(parts) >= 2 and not _FAMILIES_OF_VIETNAM.isdisjoint(parts) and all(map(_SYLLABLE.fullmatch, parts))


def _abjad_part(word: str) -> list[str]:
    return ["allah"] if word in {"llh", "allh"} else [_without_article(word)]


def _is_article(parts: list[str], position: int) -> bool:
    """Al, El, Ur, ...; those that may be names of their own only between Abd and its word, or before Din."""
    part = parts[position]
    if part in _ARTICLES:
        return True
    beside = (position > 0 and parts[position - 1] == "abd") or parts[position + 1 : position + 2] == ["din"]
    return part in _SUN_ARTICLES and beside


def _without_article(word: str) -> str:
    """An Arabic word without its article, which anyascii writes "al" or, losing the alef, "l"."""
    return re.sub(r"^al(?=..)|^l(?=...)", "", word)


@lru_cache(maxsize=20_000)
def part_weight(part: str, abjad: bool = False) -> float:
    """How much a folded part identifies, 0.2 (a particle) to 1; `abjad`: it was written without vowels."""
    if abjad:
        return 0.2 if part == "bd" else 0.3 if part == "allah" else 0.5 if skeleton(part) in _COMMON_SKELETONS else 1.0
    if part in _PARTICLES or part in _FILIATION or part in _ARTICLES or part in _TITLES:
        return 0.2
    if len(part) == 1 or part in _TITLE_OR_NAME:
        return 0.3
    return 0.5 if part in _COMMON else 1.0
