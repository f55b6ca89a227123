"""What a zone that was read says of itself in words, and which confusions would explain a digit that does not hold.

Reading machines take some letters for digits (O for 0, I for 1, B for 8, S for 5, Z for 2, G for 6) and digits for
letters. What would make the digits hold is suggested to a person, with its place; the zone stays as it was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from basis import countries
from basis.messages import Message, _
from casework.evidence.mrz_forms import SHAPE, VISAS, Check, Form, Mrz
from casework.evidence.mrz_reading import parse

_PAIRS: Final = (("O", "0"), ("I", "1"), ("B", "8"), ("S", "5"), ("Z", "2"), ("G", "6"))
_CONFUSED: Final = {one: other for letter, digit in _PAIRS for one, other in ((letter, digit), (digit, letter))}
_DATES: Final = ("birth_date", "expires_on")
_CODES: Final = {Form.TD1: "ACI", Form.TD2: "ACIP", Form.TD3: "P", Form.MRV_A: "V", Form.MRV_B: "V"}

LIMITS: Final = _(
    "Digits that hold are a filter, no proof: names, sex and countries have none, and some misreadings leave a digit "
    "as it is (A, K and U count alike, 0 and A, 6 and G)."
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One character read as another: line and place count from 1."""

    line: int
    place: int
    read: str
    instead: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a field (`Mrz.checks` names them; "" for the whole zone). `wrong`: it cannot be right so."""

    field: str
    code: str
    wrong: bool
    message: Message
    suggestions: tuple[Suggestion, ...] = ()


def notes(mrz: Mrz, *, on: date) -> tuple[Note, ...]:
    """All that a person should know of the zone. `on` as for `parse`."""
    return (*_digits(mrz, on), *_days(mrz), *_codes(mrz), *_names(mrz), *_rest(mrz))


def _digits(mrz: Mrz, on: date) -> Iterator[Note]:
    refuted = [field for field, check in mrz.checks.items() if check is Check.REFUTED]
    if not refuted:
        return
    found: dict[str, list[Suggestion]] = {field: [] for field in refuted}
    for suggestion, other in _replaced(mrz, on):
        now = {field for field, check in other.checks.items() if check is Check.REFUTED}
        if not now <= set(refuted) or any(_no_day(other, field) for field in _DATES if field not in now):
            continue
        for field in set(refuted) - now:
            # The whole zone's digit holds by chance once in ten times: it is asked where nothing else is left.
            if field != "composite" or not now:
                found[field].append(suggestion)
    for field in refuted:
        said = _("The check digit does not hold.")
        if found[field]:
            said = _("The check digit does not hold. It would if one character was read as another.")
        yield Note(field, "digit", True, said, tuple(found[field]))


def _replaced(mrz: Mrz, on: date) -> Iterator[tuple[Suggestion, Mrz]]:
    """Every zone that differs by one confusion; the line of names has no part in the digits."""
    names = 2 if mrz.form is Form.TD1 else 0
    for number, line in enumerate(mrz.lines):
        for at, sign in enumerate(line):
            if number != names and sign in _CONFUSED:
                instead = _CONFUSED[sign]
                other = line[:at] + instead + line[at + 1 :]
                lines = (*mrz.lines[:number], other, *mrz.lines[number + 1 :])
                yield Suggestion(number + 1, at + 1, sign, instead), parse(lines, on=on)


def _days(mrz: Mrz) -> Iterator[Note]:
    for field in _DATES:
        if _no_day(mrz, field):
            yield Note(field, "no_day", True, _("This is no day of the calendar."))


def _no_day(mrz: Mrz, field: str) -> bool:
    number, at = (1, 0) if mrz.form is Form.TD1 else (1, 13)
    at += 8 if field == "expires_on" else 0
    return getattr(mrz, field) is None and mrz.lines[number][at : at + 6].strip("<") != ""


def _codes(mrz: Mrz) -> Iterator[Note]:
    nationality = 15 if mrz.form is Form.TD1 else 10
    for field, number, at in (("issuer", 0, 2), ("nationality", 1, nationality)):
        code = mrz.lines[number][at : at + 3]
        if countries.is_icao_code(code) and code == code.rstrip("<").ljust(3, "<"):
            continue
        suggestions = tuple(
            Suggestion(number + 1, at + place + 1, sign, _CONFUSED[sign])
            for place, sign in enumerate(code)
            if sign in _CONFUSED and countries.is_icao_code(code[:place] + _CONFUSED[sign] + code[place + 1 :])
        )
        yield Note(
            field, "unknown_code", True, _("ICAO 9303 has no such code of a country or organisation."), suggestions
        )


def _names(mrz: Mrz) -> Iterator[Note]:
    number, at = (2, 0) if mrz.form is Form.TD1 else (0, 5)
    field = mrz.lines[number][at:]
    digits = [place for place, sign in enumerate(field) if sign.isdigit()]
    if digits:
        suggestions = tuple(
            Suggestion(number + 1, at + place + 1, field[place], _CONFUSED[field[place]])
            for place in digits
            if field[place] in _CONFUSED
        )
        yield Note("names", "digit_in_name", True, _("A digit stands where only letters may stand."), suggestions)
    if not field.strip("<"):
        yield Note("names", "no_names", True, _("There is no name."))
    elif not mrz.family_name or not mrz.given_names:
        yield Note("names", "one_name", False, _("The person has one name only; it may stand in either field."))
    if mrz.truncated:
        yield Note("names", "truncated", False, _("The names fill the line: they may be cut off."))


def _rest(mrz: Mrz) -> Iterator[Note]:
    number, at = (1, 7) if mrz.form is Form.TD1 else (1, 20)
    if mrz.lines[number][at] not in "MF<":
        yield Note("sex", "sex", True, _("Only M, F or < may stand for the sex."))
    if mrz.lines[0][0] not in _CODES[mrz.form]:
        yield Note(
            "",
            "document_code",
            mrz.form not in VISAS,
            _("A zone of {length} characters begins with one of: {codes}.", length=SHAPE[mrz.form][1],
              codes=", ".join(_CODES[mrz.form])),
        )  # fmt: skip
    if mrz.small_letters:
        yield Note("", "small_letters", False, _("Small letters were taken as capitals: a zone has no others."))
