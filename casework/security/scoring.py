"""Is this person on a watch list? A score that can be explained to an officer, point by point.

The name gives up to 100 points; birth date, nationality, sex, a document number and low-quality aliases
add or take some. Every point has a reason, and the reasons add up to the value. No single conflict
clears a near-exact name: lists and papers both err, so a person looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from basis.messages import Message, _
from casework.security.lists.entries import Kind, ListEntry, ListName, PartialBirth, Quality, document_key
from casework.security.names import NameForm, consonant_similarity, name_form, part_similarity

ALGORITHM: Final = "predeparture-names/1"

# 80 is where the altered-name set of benchmarks/screening.py still finds nearly every altered name while
# names that merely share parts with a listed one stay below; institutions work with 80 to 85 of 100.
THRESHOLD: Final = 80
NEAR_EXACT: Final = 92  # one small misspelling in a name of two or three parts

_SAME_DAY, _NEAR_DAY, _SAME_YEAR, _NEAR_YEAR, _OTHER_YEAR = 10, 5, 5, 2, -15
_SAME_NATIONALITY, _OTHER_NATIONALITY, _OTHER_SEX = 4, -4, -8
_DOCUMENT_VALUE: Final = 90  # a document number alone brings the pair before an officer
_LOW_ALIAS_AGREES: Final = 0.9
_LOW_ALIAS_POINTS: Final = 6
# With a low alias only: 66 + 10 + 4 reaches the threshold when birth day and nationality agree as well, never without.
_LOW_ALIAS_MOST: Final = THRESHOLD - _SAME_DAY - _SAME_NATIONALITY
MOST_SUPPORT: Final = _SAME_DAY + _SAME_NATIONALITY + _LOW_ALIAS_POINTS  # what can be added to the name's points

# One passport may say what the other does not: Kosovo's people were and are listed under Serbia too.
_INTERCHANGEABLE: Final = (frozenset({"XK", "RS"}),)


@dataclass(frozen=True, slots=True)
class ScreenedPerson:
    """Who is screened.

    `names` are full names as printed (passport name first, then any other), `nationality` is ISO 3166-1
    alpha-2, `sex` "M", "F" or anything else for unknown. Empty means unknown everywhere.
    """

    names: tuple[str, ...]
    native_name: str = ""
    birth_date: date | None = None
    nationality: str = ""
    sex: str = ""
    document_number: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the score: `points` were added because of what `message` says (no personal value in it)."""

    code: str
    message: Message
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """`value` 0 to 100 is the sum of the reasons' points; `matched` is the listed name that agrees best."""

    value: int
    reasons: tuple[Reason, ...]
    matched: ListName | None


@dataclass(frozen=True, slots=True)
class _NameMatch:
    similarity: float  # 0 to 1
    name: ListName | None = None


def score(person: ScreenedPerson, entry: ListEntry) -> Score:
    """Compare one person with one entry. An entity is never a match for a person (value 0)."""
    if entry.kind is not Kind.PERSON:
        return Score(0, (), None)
    strong, weak = _best_names(person_forms(person), entry)
    reasons = [*_name_reasons(strong, weak)]
    reasons += [
        reason for reason in (_birth(person, entry), _nationality(person, entry), _sex(person, entry)) if reason
    ]
    total = _clamp(sum(reason.points for reason in reasons))
    floor = _floor(person, entry, strong, reasons)
    if floor and total < floor.points:
        reasons.append(Reason(floor.code, floor.message, floor.points - total))
    alone = any(reason.code == "low_quality_alias_only" for reason in reasons)
    return _balanced(reasons, weak.name if alone else strong.name)


def person_forms(person: ScreenedPerson) -> tuple[NameForm, ...]:
    """The comparable forms of all names of the person."""
    texts = dict.fromkeys([*person.names, person.native_name])
    return tuple(form for form in map(name_form, texts) if form.parts)


def name_similarity(first: NameForm, second: NameForm) -> float:
    """How alike two names are, 0 to 1, in any order of their parts.

    Either all parts agree, or the shorter name lies within the longer one: papers often leave out a
    patronymic or a second family name. The latter counts the more, the more identifying parts agree.
    """
    if first.parts == second.parts:
        return 1.0
    pairs = _pairs(first, second)
    mine = sum(similarity * first.weights[one] for similarity, one, _other in pairs)
    theirs = sum(similarity * second.weights[other] for similarity, _one, other in pairs)
    whole = (mine + theirs) / (first.weight + second.weight)
    agreeing = [(first.weights[one], second.weights[other]) for similarity, one, other in pairs if similarity >= 0.8]
    if first.abjad != second.abjad and len(agreeing) < 2:
        whole *= 0.7  # many names share the consonants of a single part
    within = 0.0
    if len(agreeing) >= 2:
        covered = mine / first.weight if first.weight <= second.weight else theirs / second.weight
        within = covered * within_factor(sum(map(min, agreeing)))
    return max(whole, within, _run_together(first, second))


def within_factor(evidence: float) -> float:
    """What a name counts that lies wholly within a longer one; `evidence` is the weight of the agreeing parts.

    Two common parts (1.0) stay below the threshold, one common and one rare part (1.5) just reach it.
    """
    return min(0.95, 0.63 + 0.13 * evidence)


def _pairs(first: NameForm, second: NameForm) -> list[tuple[float, int, int]]:
    """The best agreeing parts, each used once: (similarity, position in first, position in second)."""
    consonants = first.abjad != second.abjad
    similarity = consonant_similarity if consonants else part_similarity
    ours, theirs = (first.skeletons, second.skeletons) if consonants else (first.parts, second.parts)
    found = [(similarity(a, b), one, other) for one, a in enumerate(ours) for other, b in enumerate(theirs)]
    found = sorted((pair for pair in found if pair[0] > 0), key=lambda pair: (-pair[0], pair[1], pair[2]))
    used_one: set[int] = set()
    used_other: set[int] = set()
    chosen = []
    for pair in found:
        if pair[1] not in used_one and pair[2] not in used_other:
            chosen.append(pair)
            used_one.add(pair[1])
            used_other.add(pair[2])
    return chosen


def _run_together(first: NameForm, second: NameForm) -> float:
    """Parts that one side writes as one word (Jong Un, Jongun)."""
    if first.compact == second.compact and len(first.compact) >= 6:
        return 0.97
    return 0.0


def _best_names(forms: Sequence[NameForm], entry: ListEntry) -> tuple[_NameMatch, _NameMatch]:
    strong, weak = _NameMatch(0.0), _NameMatch(0.0)
    for name in entry.names:
        listed = name_form(name.full)
        if not listed.parts:
            continue
        similarity = max((name_similarity(form, listed) for form in forms), default=0.0)
        if name.quality is Quality.LOW:
            weak = _NameMatch(similarity, name) if similarity > weak.similarity else weak
        elif similarity > strong.similarity:
            strong = _NameMatch(similarity, name)
    return strong, weak


def _name_reasons(strong: _NameMatch, weak: _NameMatch) -> list[Reason]:
    points = round(strong.similarity * 100)
    reasons = []
    if strong.name and points:
        reasons.append(_name_reason(strong.name, points))
    if weak.similarity < _LOW_ALIAS_AGREES:
        return reasons
    alone = round(weak.similarity * _LOW_ALIAS_MOST)
    if points + _LOW_ALIAS_POINTS >= alone:
        message = _("A low-quality alias agrees as well.")
        return [*reasons, Reason("low_quality_alias", message, _LOW_ALIAS_POINTS)]
    return [Reason("low_quality_alias_only", _("Only a low-quality alias agrees."), alone)]


def _name_reason(name: ListName, points: int) -> Reason:
    if name.quality is Quality.ORIGINAL_SCRIPT:
        return Reason("name_original_script", _("The name in its original script agrees."), points)
    if points == 100:
        return Reason("name_exact", _("The name is the same, apart from spelling and order."), points)
    if points >= NEAR_EXACT:
        return Reason("name_near_exact", _("The name is nearly the same."), points)
    return Reason("name_similar", _("Parts of the name agree."), points)


def _birth(person: ScreenedPerson, entry: ListEntry) -> Reason | None:
    """The listed birth date that agrees best; several are alternatives, so one that agrees suffices."""
    if person.birth_date is None or not entry.births:
        return None
    birth_date = person.birth_date
    return max((_compare_births(birth_date, birth) for birth in entry.births), key=lambda reason: reason.points)


def _compare_births(own: date, listed: PartialBirth) -> Reason:
    if listed.day and listed.month and (own.year, own.month, own.day) == (listed.year, listed.month, listed.day):
        return Reason("birth_date_same", _("The birth dates are the same."), _SAME_DAY)
    if listed.day and listed.month and _one_slip_apart(own, listed.year, listed.month, listed.day):
        return Reason("birth_date_near", _("The birth dates differ by one slip of the pen only."), _NEAR_DAY)
    away = max(listed.year - own.year, own.year - listed.last_year, 0)
    if away == 0 and (listed.month in (None, own.month) or listed.approximate):
        return Reason("birth_year_same", _("The birth date agrees as far as the list knows it."), _SAME_YEAR)
    if away <= (2 if listed.approximate else 1):
        return Reason("birth_year_near", _("The birth years are close to each other."), _NEAR_YEAR)
    return Reason("birth_date_conflict", _("The birth dates differ."), _OTHER_YEAR)


def _one_slip_apart(own: date, year: int, month: int, day: int) -> bool:
    """Day and month exchanged, or two of the three parts equal and the third near (years: up to five)."""
    if own.year == year and (own.day, own.month) == (month, day):
        return True
    equal = (own.year == year) + (own.month == month) + (own.day == day)
    return equal == 2 and abs(own.year - year) <= 5


def _nationality(person: ScreenedPerson, entry: ListEntry) -> Reason | None:
    if not person.nationality or not entry.nationalities:
        return None
    own = {person.nationality}.union(*(group for group in _INTERCHANGEABLE if person.nationality in group))
    if own.intersection(entry.nationalities):
        return Reason("nationality_same", _("The nationality is the same."), _SAME_NATIONALITY)
    return Reason("nationality_different", _("The nationality differs."), _OTHER_NATIONALITY)


def _sex(person: ScreenedPerson, entry: ListEntry) -> Reason | None:
    if person.sex not in {"M", "F"} or not entry.sexes or person.sex in entry.sexes:
        return None
    return Reason("sex_different", _("The sex differs."), _OTHER_SEX)


def _floor(person: ScreenedPerson, entry: ListEntry, strong: _NameMatch, reasons: Sequence[Reason]) -> Reason | None:
    """The value below which the pair may not fall, as a reason whose points are that value."""
    if document_key(person.document_number) in entry.documents:
        return Reason("document_number_same", _("A document number is the same."), _DOCUMENT_VALUE)
    conflicts = sum(reason.points < 0 for reason in reasons)
    if conflicts == 1 and strong.similarity * 100 >= NEAR_EXACT:
        return Reason("kept_for_review", _("One conflict alone does not clear a name that agrees so well."), THRESHOLD)
    return None


def _balanced(reasons: Sequence[Reason], matched: ListName | None) -> Score:
    """The score of `reasons`; where they add up to more than 100 or less than 0, the last ones are shortened."""
    total = sum(reason.points for reason in reasons)
    value = _clamp(total)
    kept = list(reasons)
    excess = total - value
    for position in reversed(range(len(kept))):
        points = kept[position].points
        cut = max(0, min(points, excess)) if excess > 0 else min(0, max(points, excess))
        kept[position] = Reason(kept[position].code, kept[position].message, points - cut)
        excess -= cut
    return Score(value, tuple(kept), matched)


def _clamp(value: int) -> int:
    return max(0, min(100, value))
