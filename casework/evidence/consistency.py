"""What the recorded data, the machine-readable zone and each paper say of a person, compared. Pure.

Everything is compared with the recorded data, or where that says nothing with the first other source that says
something. Names agree under every transliteration that ICAO permits, in any order of their parts, joined or apart;
dates where nothing known of them contradicts; a sex or a country that a source leaves open contradicts nothing.
Whatever else differs is for a person to explain (`SETTLE_REASONS`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from basis.countries import from_icao
from basis.errors import InvalidInput
from basis.messages import Message, _
from basis.partial import PartialDate
from casework.evidence.mrz import Mrz, names_agree
from casework.evidence.transliteration import forms, split

RECORDED: Final = "recorded"
ZONE: Final = "zone"
_MOST_PARTS: Final = 12
_POINTS: Final = range(10, 37)  # combining classes of Hebrew and Arabic vowel points
_ACCENTS: Final = 200  # and above: signs over and under letters
_LEFT_OUT: Final = frozenset("\u0640\u200c\u200d'\u2019\u02bc\u0060\u00b4")  # tatweel, joiners, apostrophes
_Letters = tuple[tuple[str, ...], ...]


class Compared(StrEnum):
    """What is compared."""

    NAMES = "names"
    NATIVE_NAME = "native_name"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    NATIONALITY = "nationality"
    NUMBER = "number"


WORDS: Final[Mapping[Compared, Message]] = {
    Compared.NAMES: _("Names"),
    Compared.NATIVE_NAME: _("Name in its own script"),
    Compared.BIRTH_DATE: _("Date of birth"),
    Compared.SEX: _("Sex"),
    Compared.NATIONALITY: _("Nationality"),
    Compared.NUMBER: _("Passport number"),
}

RECORDED_WRONGLY: Final = "recorded_wrongly"
SETTLE_REASONS: Final[Mapping[str, Message]] = {
    "transliteration": _("The same name, written in other Latin letters."),
    "other_form": _("The same person: a part of the name is left out or shortened."),
    "name_changed": _("The name before or after a marriage, or changed by an authority."),
    "misprint": _("A misprint; the recorded value was confirmed with another paper."),
    "other_calendar": _("Converted from another calendar."),
    "second_nationality": _("The worker has more than one nationality."),
    "other_passport": _("The number of another passport of the worker."),
    RECORDED_WRONGLY: _("The recorded data was wrong and is corrected."),
    "explained": _("Another reason, explained in the note."),
}
_OF_NAMES = frozenset({Compared.NAMES, Compared.NATIVE_NAME})
_FITS: Mapping[str, frozenset[Compared]] = {
    "transliteration": _OF_NAMES,
    "other_form": _OF_NAMES,
    "name_changed": _OF_NAMES,
    "other_calendar": frozenset({Compared.BIRTH_DATE}),
    "second_nationality": frozenset({Compared.NATIONALITY}),
    "other_passport": frozenset({Compared.NUMBER}),
}


@dataclass(frozen=True, slots=True)
class Stated:
    """What one source says of the person; an empty field is not said. `source` is `RECORDED`, `ZONE` or a paper's id.

    `nationality` is ISO 3166-1 alpha-2, `sex` M or F. The names of a `zone` are compared by its own rules.
    """

    source: str
    family_name: str = ""
    given_names: str = ""
    native_name: str = ""
    birth_date: PartialDate | None = None
    sex: str = ""
    nationality: str = ""
    number: str = ""
    zone: Mrz | None = field(default=None, compare=False)

    def text(self, what: Compared) -> str:
        """The value as it stands there, "" where the source does not say it. Names: family name, comma, given names."""
        match what:
            case Compared.NAMES:
                return ", ".join(part for part in (self.family_name.strip(), self.given_names.strip()) if part)
            case Compared.BIRTH_DATE:
                return str(self.birth_date or "")
        return str(getattr(self, what.value)).strip()


@dataclass(frozen=True, slots=True)
class Difference:
    """`other` says something else than `reference`, which is the recorded data unless that says nothing."""

    field: Compared
    reference: Stated
    other: Stated

    @property
    def key(self) -> str:
        """What a person's word on it is bound to: field, source and both values. Personal; only ever hashed."""
        values = "|".join(_plain(one.text(self.field)) for one in (self.reference, self.other))
        return f"{self.field.value}|{self.reference.source}|{self.other.source}|{values}"


def of_zone(zone: Mrz, *, number_only: bool = False) -> Stated:
    """What a machine-readable zone says. `number_only`: of a parent, in whose passport a child stands."""
    if number_only:
        return Stated(ZONE, number=zone.document_number)
    return Stated(
        ZONE,
        family_name=zone.family_name,
        given_names=zone.given_names,
        birth_date=zone.birth_date,
        sex=zone.sex if zone.sex in ("M", "F") else "",
        nationality=from_icao(zone.nationality) or "",
        number=zone.document_number,
        zone=zone,
    )


def differences(recorded: Stated, others: Sequence[Stated]) -> tuple[Difference, ...]:
    """Every contradiction, field by field, sources in the order given."""
    return tuple(_found(recorded, others))


def _found(recorded: Stated, others: Sequence[Stated]) -> Iterator[Difference]:
    for what in Compared:
        reference = next((one for one in (recorded, *others) if one.text(what)), None)
        if reference is None:
            continue
        for other in others:
            if other is not reference and other.text(what) and not agree(what, reference, other):
                yield Difference(what, reference, other)


def agree(what: Compared, one: Stated, other: Stated) -> bool:
    """Whether two sources that both say something of `what` can be right at once."""
    match what:
        case Compared.NAMES:
            return _names(one, other)
        case Compared.BIRTH_DATE:
            return one.birth_date is None or other.birth_date is None or same_day(one.birth_date, other.birth_date)
        case Compared.NUMBER:
            return _alphanumeric(one.number) == _alphanumeric(other.number)
    return _plain(one.text(what)) == _plain(other.text(what))


def reasons_for(what: Compared) -> tuple[str, ...]:
    """The codes of `SETTLE_REASONS` that can explain a difference in `what`."""
    return tuple(reason for reason in SETTLE_REASONS if what in _FITS.get(reason, frozenset(Compared)))


def same_day(one: PartialDate, other: PartialDate) -> bool:
    """Whether nothing that is known of both dates contradicts."""
    known = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return all(here is None or there is None or here == there for here, there in known)


def same_name(one: str, other: str) -> bool:
    """Whether two whole names are the same: transliterated as ICAO permits, parts in any order, joined or apart.

    A name in a script that ICAO has no table for is compared letter by letter.
    """
    if _plain(one) == _plain(other):
        return True
    try:
        first, second = _parts(one), _parts(other)
    except InvalidInput:
        return False
    if not first or not second or max(len(first), len(second)) > _MOST_PARTS:
        return False
    whole = _joined(second)
    turned = (first[turn:] + first[:turn] for turn in range(len(first)))
    return any(_share(_joined(parts), whole) for parts in turned) or _paired(first, second)


def _names(one: Stated, other: Stated) -> bool:
    for zone, name in ((one.zone, other), (other.zone, one)):
        if zone is not None and name.zone is None and names_agree(zone, name.family_name, name.given_names):
            return True
    return same_name(f"{one.family_name} {one.given_names}", f"{other.family_name} {other.given_names}")


def _parts(name: str) -> tuple[_Letters, ...]:
    """The parts of a name, each letter with its permitted forms; what is left out (an apostrophe) is gone."""
    parts = (tuple(letter for letter in part if letter != ("",)) for part in split(forms(name)))
    return tuple(part for part in parts if part)


def _joined(parts: Iterable[_Letters]) -> _Letters:
    return tuple(letter for part in parts for letter in part)


def _paired(first: tuple[_Letters, ...], second: tuple[_Letters, ...]) -> bool:
    """Whether each part of one is a part of the other, each used once (a matching grown by augmenting paths)."""
    if len(first) != len(second):
        return False
    alike = [[place for place, part in enumerate(second) if _share(part, own)] for own in first]
    taken: dict[int, int] = {}

    def seat(who: int, tried: set[int]) -> bool:
        for place in alike[who]:
            if place not in tried:
                tried.add(place)
                if place not in taken or seat(taken[place], tried):
                    taken[place] = who
                    return True
        return False

    return all(seat(who, set()) for who in range(len(first)))


def _share(one: _Letters, other: _Letters) -> bool:
    """Whether some spelling is permitted for both. They are walked together; a state is how many letters of each
    are spelt, and what one or the other has spelt beyond."""
    waiting = [(0, 0, "", "")]
    seen = set(waiting)
    while waiting:
        at, there, ahead, behind = waiting.pop()
        if (at, there) == (len(one), len(other)) and not ahead and not behind:
            return True
        steps: list[tuple[int, int, str, str]] = []
        if not ahead and at < len(one):
            steps = [(at + 1, there, *rest) for form in one[at] if (rest := _cancelled(form, behind))]
        elif not behind and there < len(other):
            steps = [(at, there + 1, *rest) for form in other[there] if (rest := _cancelled(ahead, form))]
        new = [step for step in steps if step not in seen]
        seen.update(new)
        waiting.extend(new)
    return False


def _cancelled(one: str, other: str) -> tuple[str, str] | None:
    """What is left of both without their common beginning, None where they contradict."""
    if one.startswith(other):
        return one[len(other) :], ""
    return ("", other[len(one) :]) if other.startswith(one) else None


def _plain(text: str) -> str:
    """Without case, accents, vowel points and punctuation, one space between words. Vowel signs that are letters of
    their script (Bengali, Thai) stay: their combining class is 0 or small."""
    kept = []
    for letter in unicodedata.normalize("NFKD", text).casefold():
        weight = unicodedata.combining(letter)
        if weight >= _ACCENTS or weight in _POINTS or letter in _LEFT_OUT:
            continue
        kept.append(letter if letter.isalnum() or unicodedata.category(letter)[0] == "M" else " ")
    return " ".join("".join(kept).split())


def _alphanumeric(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())
