"""Names made comparable: without case, diacritics, script, titles, articles and order of their parts.

Nobody can tell given from family names over all cultures, so a name is a set of parts. Everything that
transliterators write in several ways (Abdul Rahman, Abdelrahman, ʿAbd ar-Raḥmān; Md., Mohd, Muhammad) is
folded to one spelling. Arabic and Hebrew writing lacks vowels: such names are compared by consonants.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from anyascii import anyascii
from rapidfuzz.distance import OSA

_TITLES: Final = frozenset(
    "dr doctor mr mrs ms miss prof professor eng engr engineer ing gen general col colonel capt captain lt sgt "
    "maulavi mawlawi molvi maulana mawlana moulana ustadz ustad ustaz mufti qari alhaj alhaji "
    "sir madam herr frau monsieur madame sr sra".split()
)
_TITLE_OR_NAME: Final = frozenset(
    "mullah mulla mollah sheikh shaikh shaykh sheik shaik cheikh haji hajji hadji haj hajj "
    "sayyid sayed syed said sayyed amir emir imam "
    "begum bibi khan singh kaur khatun allah din".split()
)
_ARTICLES: Final = frozenset("al el ul ud ur".split())
_SUN_ARTICLES: Final = frozenset("ad an ar as ash at az us ush uz ed er es ez".split())
_FILIATION: Final = frozenset("bin ben ibn bn bint binti bte binte ould wald walad uld".split())
_PARTICLES: Final = frozenset(
    "abd abu abou abi umm oum de da do dos das del della di du la le les van von der den ter zu y e i na".split()
)

_VARIANTS: Final = {
    spelling: canonical
    for canonical, spellings in {
        "muhammad": "md mohd mohammad mohammed mohamed mohamad mohamud muhammed muhamed muhamad muhammet mohammod "
        "mahammad mahamed mhd muhd mohamet mohammet mouhamed mouhamad mouhammad",
        "ahmad": "ahmed ahmet ahmaad achmad akhmad akhmed ahamed ahammad ahammed",
        "husayn": "hussein hussain husain husein hossain hossein hosein hosain hoseyn houssein houcine hocine "
        "hussayn huseyin",
        "hasan": "hassan hassen hassane",
        "yusuf": "yousuf yousef youssef yusof yusuff youssouf yusef yosef yousof jusuf",
        "umar": "omar oumar omer umer",
        "usman": "othman osman uthman ousmane usmon",
        "ibrahim": "ebrahim ibraheem brahim ibragim",
        "ismail": "ismael esmail ismaeel smail",
        "mustafa": "mostafa moustafa mustapha mostapha moustapha",
        "khalid": "khaled khalit",
        "rashid": "rashed rachid rasheed",
        "usama": "osama oussama ousama ussama usamah osamah",
        "jamal": "gamal djamal jamel djamel",
        "fatima": "fatma fatimah fatema fatimata fatoumata",
        "aleksandr": "alexander alexandr oleksandr aleksander aliaksandr alexandre aleksandar",
        "sergey": "sergei serhii serhiy sergii sergej siarhei",
        "vladimir": "volodymyr wladimir uladzimir volodimir",
        "dmitry": "dmitri dmitriy dmytro dzmitry",
        "rahman": "rehman rahmane rahmaan",
        "hamid": "hameed",
        "mahmud": "mahmood mahmoud mehmood mehmud mahmut",
        "bakr": "bakar baker bacar bakkar",
        "mykola": "nikolai nikolay mikalai nikolaj",
    }.items()
    for spelling in spellings.split()
}
_KNOWN: Final = frozenset(_VARIANTS.values())

# Parts so frequent among workers that two people who share one are probably different people. A fixed list,
# so that the score of a pair does not change because an unrelated entry came onto the list.
_COMMON: Final = frozenset(
    "muhammad ahmad ali hasan husayn yusuf umar usman ibrahim ismail mustafa khalid rahim samad ghani latif "
    "malik qadir salam majid jabbar kumar mahmud saleh salih abbas hamid karim rashid salim jamal fatima aisha "
    "amina maryam maria mariam ana anna jose juan antonio garcia rodriguez santos cruz john david michael "
    "peter ivan aleksandr sergey vladimir kim lee li wang chen zhang nguyen tran thi akter islam rahman "
    "hoque miah shah das devi lal ram aziz nur hamza bakr mehmet zahra reza amin akbar hashim".split()
)
_ABJAD = re.compile(r"[\u0590-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SYLLABIC = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
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
_FATHER_OF = re.compile(r"abou?(?=ba[ck]k?a?r)|abu(?=ba[ck]k?a?r)")
_OF_GOD = re.compile(r"(?:(?<=[a-z]{3})|^)(?:ullahi?|allah|ellah|oullah|ulla|olla)$")
_OF_FAITH = re.compile(
    r"(?:(?<=[a-z]{3})(?:uddin|udin|eddine?|edin|aldin|uldin|oddin|ouddine|addin|iddin|uddeen)|^(?:uddin|eddine?|deen))$"
)
_SOUNDS: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"ph", "f"), (r"(?:tsch|tch|ch)", "c"), (r"(?:dzh|dj)", "j"), (r"sch", "sh"), (r"ck|q", "k"), (r"w", "v"),
        (r"x", "ks"), (r"oo|ou", "u"), (r"ee|ie|ii|iy|yi", "i"), (r"y", "i"), (r"(.)\1+", r"\1"), (r"(?<=[aei])h$", ""),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name ready for comparison.

    `parts` are the folded parts in their order, `weights` how much each identifies (0.2 to 1), `skeletons`
    their consonants; `compact` is the whole name without spaces. `abjad` says that it was written without
    vowels; `weight` is the sum of the weights, `initials` the number of parts that are a single letter.
    """

    parts: tuple[str, ...]
    weights: tuple[float, ...]
    skeletons: tuple[str, ...]
    compact: str
    abjad: bool
    weight: float
    initials: int


@lru_cache(maxsize=100_000)
def name_form(text: str) -> NameForm:
    """Fold a name as printed; "FAMILY, Given" is turned round. A name without any letter has no parts."""
    family, comma, given = text.partition(",")
    text = f"{given} {family}" if comma else text
    abjad = bool(_ABJAD.search(text))
    words = _words(text)
    compact = "".join(words)
    parts = tuple(_fold_words(words, abjad))
    weights = tuple(part_weight(part, abjad) for part in parts)
    return NameForm(
        parts=parts,
        weights=weights,
        skeletons=tuple(map(skeleton, parts)),
        compact=compact,
        abjad=abjad,
        weight=sum(weights),
        initials=sum(len(part) == 1 for part in parts),
    )


def _words(text: str) -> list[str]:
    composed = unicodedata.normalize("NFKC", text)
    ascii_text = anyascii(composed)
    if _SYLLABIC.search(composed):
        ascii_text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", ascii_text)  # anyascii marks syllables by capitals
    joined = re.sub(r"['`?\"\u2019]", "", ascii_text.lower())
    return re.findall(r"[a-z0-9]+", joined)


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
    if word in _VARIANTS:
        return [_VARIANTS[word]]
    if _SERVANT.fullmatch(word):
        return ["abd"]
    if _SERVANT_OF_GOD.fullmatch(word):
        return ["abd", "allah"]
    if match := _SERVANT_OF.match(word):
        rest = word[match.end() :]
        return ["abd", *_latin_parts(_AFTER_SERVANT.get(rest, rest))]
    if match := _FATHER_OF.match(word):
        return ["abu", _VARIANTS.get(word[match.end() :], word[match.end() :])]
    if match := _OF_GOD.search(word):
        return [*_latin_parts(word[: match.start()]), "allah"] if match.start() else ["allah"]
    if match := _OF_FAITH.search(word):
        return [*_latin_parts(word[: match.start()]), "din"] if match.start() else ["din"]
    return [word]


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


@lru_cache(maxsize=100_000)
def part_weight(part: str, abjad: bool = False) -> float:
    """How much a folded part identifies, 0.2 (a particle) to 1; `abjad`: it was written without vowels."""
    if abjad:
        return 0.2 if part == "bd" else 0.3 if part == "allah" else 0.5 if skeleton(part) in _COMMON_SKELETONS else 1.0
    if part in _PARTICLES or part in _FILIATION or part in _ARTICLES or part in _TITLES:
        return 0.2
    if len(part) == 1 or part in _TITLE_OR_NAME:
        return 0.3
    return 0.5 if part in _COMMON else 1.0


@lru_cache(maxsize=100_000)
def sound(part: str) -> str:
    """The part in one spelling for sounds that transliterations write in several."""
    for pattern, replacement in _SOUNDS:
        part = pattern.sub(replacement, part)
    return part


@lru_cache(maxsize=100_000)
def skeleton(part: str) -> str:
    """The consonants of a part, as far as Arabic and Latin writing agree on them."""
    if part == "allah":
        return "llh"
    bare = re.sub(r"ph", "f", re.sub(r"dj|g(?!h)", "j", re.sub(r"[qc](?!h)", "k", part)))
    bare = re.sub(r"[aeiouwyv]", "", bare.replace("p", "b"))
    return re.sub(r"(.)\1+", r"\1", bare).removesuffix("h") if len(bare) > 2 else bare


_COMMON_SKELETONS: Final = frozenset(map(skeleton, _COMMON)) - {""}


@lru_cache(maxsize=500_000)
def part_similarity(first: str, second: str) -> float:
    """How alike two folded parts are, 0 to 1. An initial agrees with a part that begins with it."""
    if first == second:
        return 1.0
    if not first or not second:
        return 0.0
    if min(len(first), len(second)) == 1:
        return 0.8 if first[0] == second[0] else 0.0
    if first in _KNOWN and second in _KNOWN:
        return 0.0  # Hasan is not Husayn, nor Muhammad Mahmud, however near they are spelt
    one, other = sound(first), sound(second)
    if one == other:
        return 0.95
    ratio = max(OSA.normalized_similarity(one, other), OSA.normalized_similarity(first, second))
    if ratio >= 0.85:
        return ratio
    same_consonants = ratio >= 0.55 and len(skeleton(first)) >= 3 and skeleton(first) == skeleton(second)
    # Below 0.85 two parts are more often two names than one misspelt, so the value falls off steeply.
    graded = (ratio - 0.6) * 3.4 if ratio >= 0.7 else 0.0
    return max(0.82 if same_consonants else 0.0, graded)


@lru_cache(maxsize=100_000)
def consonant_similarity(first: str, second: str) -> float:
    """How alike two skeletons are, 0 to 1: for a name with vowels against one written without."""
    if first and first == second:
        return 0.95 if len(first) > 1 else 0.8
    return 0.7 if min(len(first), len(second)) >= 4 and OSA.normalized_similarity(first, second) >= 0.75 else 0.0
