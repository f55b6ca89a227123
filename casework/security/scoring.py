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
from basis.partial import PartialDate
from casework.security.agreeing import Note, agree
from casework.security.lists.entries import Kind, ListEntry, ListName, PartialBirth, Quality, document_key
from casework.security.names import NameForm, name_form
from checklists.terms import SCREENING_THRESHOLD

ALGORITHM: Final = "predeparture-names/2"

# 80 is where the altered-name set of benchmarks/screening.py still finds nearly every altered name while
# names that merely share parts with a listed one stay below; institutions work with 80 to 85 of 100.
THRESHOLD: Final = SCREENING_THRESHOLD
NEAR_EXACT: Final = 92  # one small misspelling in a name of two or three parts

SAME_DAY, _NEAR_DAY, _SAME_YEAR, _NEAR_YEAR, _OTHER_YEAR = 10, 5, 5, 2, -15
SAME_NATIONALITY, _OTHER_NATIONALITY, _OTHER_SEX = 4, -4, -8
_DOCUMENT_VALUE: Final = 90  # a document number alone brings the pair before an officer
_LOW_ALIAS_AGREES: Final = 0.9
_LOW_ALIAS_POINTS: Final = 6
# With a low alias only: this much below the threshold, which birth day and nationality reach together, never one alone.
_LOW_ALIAS_GAP: Final = SAME_DAY + SAME_NATIONALITY
MOST_SUPPORT: Final = SAME_DAY + SAME_NATIONALITY + _LOW_ALIAS_POINTS  # what can be added to the name's points

# One passport may say what the other does not: Kosovo's people were and are listed under Serbia too.
_INTERCHANGEABLE: Final = (frozenset({"XK", "RS"}),)


@dataclass(frozen=True, slots=True)
class ScreenedPerson:
    """Who is screened.

    `names` are full names as printed (passport name first, then any other), `nationality` is ISO 3166-1
    alpha-2, `sex` "M", "F" or anything else for unknown. `birth_date` may be known in part. Empty means unknown
    everywhere. `other_numbers` are those of passports held before.
    """

    names: tuple[str, ...]
    native_name: str = ""
    birth_date: date | PartialDate | None = None
    nationality: str = ""
    sex: str = ""
    document_number: str = ""
    other_numbers: tuple[str, ...] = ()

    @property
    def document_keys(self) -> frozenset[str]:
        """The numbers of all passports, as lists are compared with them."""
        return frozenset(filter(None, map(document_key, (self.document_number, *self.other_numbers))))


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
    own: NameForm | None = None


def score(person: ScreenedPerson, entry: ListEntry, threshold: int = THRESHOLD) -> Score:
    """Compare one person with one entry. An entity is never a match for a person (value 0).

    `threshold` is the value from which the programme wants a person to look: what must not be cleared by one
    conflict alone is kept at it.
    """
    if entry.kind is not Kind.PERSON:
        return Score(0, (), None)
    strong, weak = _best_names(person_forms(person), entry)
    reasons = [*_name_reasons(strong, weak, threshold)]
    reasons += [
        reason for reason in (_birth(person, entry), _nationality(person, entry), _sex(person, entry)) if reason
    ]
    total = _clamp(sum(reason.points for reason in reasons))
    floor = _floor(person, entry, strong, reasons, threshold)
    if floor and total < floor.points:
        reasons.append(Reason(floor.code, floor.message, floor.points - total))
    alone = any(reason.code == "low_quality_alias_only" for reason in reasons)
    best = weak if alone else strong
    return _balanced([*reasons, *_part_reasons(best)], best.name)


def person_forms(person: ScreenedPerson) -> tuple[NameForm, ...]:
    """The comparable forms of all names of the person."""
    texts = dict.fromkeys([*person.names, person.native_name])
    return tuple(form for form in map(name_form, texts) if form.parts)


def name_similarity(first: NameForm, second: NameForm) -> float:
    """How alike two names are, 0 to 1, in any order of their parts.

    Either all parts agree, or the shorter name lies within the longer one: papers often leave out a
    patronymic or a second family name. The latter counts the more, the more identifying parts agree. Where both
    names say something else in the place of a part, that counts in full, however common the parts are.
    """
    if first.parts == second.parts:
        return 1.0
    agreement = agree(first, second)
    whole = agreement.whole
    if first.abjad != second.abjad and agreement.count < 2:
        whole *= 0.7  # many names share the consonants of a single part
    if agreement.by_initials and agreement.evidence < 1.0:
        whole *= 0.8  # an initial and a common name are half the world's
    within = 0.0
    if agreement.count >= 2:
        covered = agreement.first if first.weight <= second.weight else agreement.second
        within = covered * within_factor(agreement.evidence)
    return max(whole, within, _run_together(first, second))


def within_factor(evidence: float) -> float:
    """What a name counts that lies wholly within a longer one; `evidence` is the weight of the agreeing parts.

    Two common parts (1.0) stay below the threshold, one common and one rare part (1.5) just reach it.
    """
    return min(0.95, 0.63 + 0.13 * evidence)


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
        for form in forms:
            similarity = name_similarity(form, listed)
            if name.quality is Quality.LOW:
                weak = _NameMatch(similarity, name, form) if similarity > weak.similarity else weak
            elif similarity > strong.similarity:
                strong = _NameMatch(similarity, name, form)
    return strong, weak


def _name_reasons(strong: _NameMatch, weak: _NameMatch, threshold: int) -> list[Reason]:
    points = round(strong.similarity * 100)
    reasons = []
    if strong.name and points:
        reasons.append(_name_reason(strong.name, points))
    if weak.similarity < _LOW_ALIAS_AGREES:
        return reasons
    alone = round(weak.similarity * (threshold - _LOW_ALIAS_GAP))
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


def _part_reasons(match: _NameMatch) -> list[Reason]:
    """How the parts of the name agree, without points of their own: those of the name stand for them."""
    if match.name is None or match.own is None or round(match.similarity * 100) == 100:
        return []
    notes = agree(match.own, name_form(match.name.full)).notes
    return [Reason(note.value, _PART_WORDS[note], 0) for note in Note if note in notes]


_PART_WORDS: Final = {
    Note.SPELLING: _("A part of the name is spelt in another way."),
    Note.INITIAL: _("A part of the name is an initial on one side."),
    Note.JOINED: _("Parts of the name are written as one word on one side."),
    Note.SCRIPT: _("One side is written without vowels."),
    Note.LEFT_OUT: _("A part of the name stands on one side only."),
    Note.DIFFERENT: _("A part of the name is another one on the other side."),
}


def _birth(person: ScreenedPerson, entry: ListEntry) -> Reason | None:
    """The listed birth date that agrees best; several are alternatives, so one that agrees suffices."""
    if person.birth_date is None or not entry.births:
        return None
    day = person.birth_date
    birth_date = day if isinstance(day, PartialDate) else PartialDate(day.year, day.month, day.day)
    return max((_compare_births(birth_date, birth) for birth in entry.births), key=lambda reason: reason.points)


def _compare_births(own: PartialDate, listed: PartialBirth) -> Reason:
    full = own.day and listed.day
    if full and (own.year, own.month, own.day) == (listed.year, listed.month, listed.day):
        return Reason("birth_date_same", _("The birth dates are the same."), SAME_DAY)
    if full and _one_slip_apart(own, listed):
        return Reason("birth_date_near", _("The birth dates differ by one slip of the pen only."), _NEAR_DAY)
    away = max(listed.year - own.year, own.year - listed.last_year, 0)
    months_agree = own.month is None or listed.month in (None, own.month)
    if away == 0 and (months_agree or listed.approximate):
        return Reason("birth_year_same", _("The birth dates agree as far as both are known."), _SAME_YEAR)
    if away <= (2 if listed.approximate else 1):
        return Reason("birth_year_near", _("The birth years are close to each other."), _NEAR_YEAR)
    return Reason("birth_date_conflict", _("The birth dates differ."), _OTHER_YEAR)


def _one_slip_apart(own: PartialDate, listed: PartialBirth) -> bool:
    """Day and month exchanged, or two of the three parts equal and the third near (years: up to five)."""
    if own.year == listed.year and (own.day, own.month) == (listed.month, listed.day):
        return True
    equal = (own.year == listed.year) + (own.month == listed.month) + (own.day == listed.day)
    return equal == 2 and abs(own.year - listed.year) <= 5


def _nationality(person: ScreenedPerson, entry: ListEntry) -> Reason | None:
    if not person.nationality or not entry.nationalities:
        return None
    own = {person.nationality}.union(*(group for group in _INTERCHANGEABLE if person.nationality in group))
    if own.intersection(entry.nationalities):
        return Reason("nationality_same", _("The nationality is the same."), SAME_NATIONALITY)
    return Reason("nationality_different", _("The nationality differs."), _OTHER_NATIONALITY)


def _sex(person: ScreenedPerson, entry: ListEntry) -> Reason | None:
    if person.sex not in {"M", "F"} or not entry.sexes or person.sex in entry.sexes:
        return None
    return Reason("sex_different", _("The sex differs."), _OTHER_SEX)


def _floor(
    person: ScreenedPerson, entry: ListEntry, strong: _NameMatch, reasons: Sequence[Reason], threshold: int
) -> Reason | None:
    """The value below which the pair may not fall, as a reason whose points are that value."""
    if not person.document_keys.isdisjoint(entry.documents):
        return Reason("document_number_same", _("A document number is the same."), max(_DOCUMENT_VALUE, threshold))
    conflicts = sum(reason.points < 0 for reason in reasons)
    if conflicts == 1 and strong.similarity * 100 >= NEAR_EXACT:
        return Reason("kept_for_review", _("One conflict alone does not clear a name that agrees so well."), threshold)
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
