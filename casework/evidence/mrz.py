"""Machine readable zones of travel documents, ICAO Doc 9303 (eighth edition): TD1, TD2, TD3, MRV-A, MRV-B.

`parse` reads a zone and says of every field whether a check digit verified it, refuted it, or does not
cover it. Names, sex, nationality and issuer are covered by no digit (in TD3; the composite digits cover
number, dates and optional data only), so a zone whose digits all hold is a filter, not a proof. A digit
is a sum modulo 10 with weights 7, 3, 1: some misreadings (A, K and U; 0 and A) leave it unchanged.

No rule of ICAO chooses a century. Here a birth date is the latest one that does not lie after `on`, and
an expiry date the one that lies between 50 years before and 49 years after `on`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import cycle

from basis.errors import InvalidInput
from basis.messages import _
from basis.partial import PartialDate
from casework.evidence.transliteration import forms, spells, split, transliterate

_ALLOWED = re.compile(r"[A-Z0-9<]+", re.ASCII)


class Form(StrEnum):
    """The five layouts: two or three lines of 30, 36 or 44 characters."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"


_SHAPE = {Form.TD1: (3, 30), Form.TD2: (2, 36), Form.TD3: (2, 44), Form.MRV_A: (2, 44), Form.MRV_B: (2, 36)}
_VISAS = (Form.MRV_A, Form.MRV_B)


class Check(StrEnum):
    """What the check digits say about a field."""

    VERIFIED = "verified"
    REFUTED = "refuted"
    NOT_CHECKABLE = "not_checkable"


@dataclass(frozen=True, slots=True)
class Mrz:
    """A zone that was read. Fillers are removed; `family_name` and `given_names` have spaces between parts.

    `issuer` and `nationality` are ICAO codes without fillers. A date is None where the document leaves it
    out or names a day that the calendar does not have. `checks` names: document_number, birth_date,
    expires_on, optional_data, composite, names, issuer, nationality, sex.
    """

    form: Form
    document_code: str
    issuer: str
    family_name: str
    given_names: str
    truncated: bool
    document_number: str
    nationality: str
    birth_date: PartialDate | None
    sex: str
    expires_on: PartialDate | None
    optional_data: str
    checks: dict[str, Check]
    lines: tuple[str, ...]

    @property
    def digits_hold(self) -> bool:
        """Whether no check digit refutes anything."""
        return Check.REFUTED not in self.checks.values()


@dataclass(frozen=True, slots=True)
class Holder:
    """What a zone is written from. `optional_data` is upper case A-Z, 0-9 and fillers."""

    document_code: str
    issuer: str
    family_name: str
    given_names: str
    document_number: str
    nationality: str
    birth_date: PartialDate | date | None
    sex: str
    expires_on: PartialDate | date | None
    optional_data: str = ""


def check_digit(text: str) -> str:
    """Doc 9303-3 section 4.9: weights 7, 3, 1; A is 10 to Z is 35, a filler is 0. ``520727`` gives 3."""
    total = sum(
        weight * (0 if character == "<" else int(character, 36))
        for character, weight in zip(text, cycle((7, 3, 1)), strict=False)
    )
    return str(total % 10)


def parse(lines: Sequence[str], *, on: date) -> Mrz:
    """Read two or three lines. Blanks at the ends are dropped and small letters taken as capitals.

    Raises `InvalidInput`: ``mrz_shape`` (number or length of the lines), ``mrz_character``.
    """
    clean = tuple(line.strip().replace(" ", "").upper() for line in lines if line.strip())
    form = _form(clean)
    if not all(_ALLOWED.fullmatch(line) for line in clean):
        raise InvalidInput(
            "mrz_character",
            _("The machine readable zone has a character other than A to Z, 0 to 9 and <."),
            _("Copy the lines from the passport again."),
        )
    return _parse_td1(clean, on) if form is Form.TD1 else _parse_two_lines(form, clean, on)


def emit(form: Form, holder: Holder) -> tuple[str, ...]:
    """Write a zone with all its digits. Names are transliterated and, where they are too long, truncated.

    Raises `InvalidInput`: ``mrz_too_long`` (number or optional data do not fit), ``mrz_character``,
    ``no_transliteration``.
    """
    name = _name_field(holder, 30 if form is Form.TD1 else _SHAPE[form][1] - 5)
    code = _fill(holder.document_code, 2) + _fill(holder.issuer, 3)
    birth, expiry = _yymmdd(holder.birth_date), _yymmdd(holder.expires_on)
    person = birth + check_digit(birth) + _sex_field(holder.sex) + expiry + check_digit(expiry)
    nationality = _fill(holder.nationality, 3)
    if form is Form.TD1:
        number, optional = _number_field(holder, 15)
        first = code + number + optional
        second = person + nationality + "<" * 11
        return first, second + _composite_td1(first, second), name
    if form is Form.TD3:
        optional = _fill(holder.optional_data, 14)
        number, _rest = _number_field(holder, 0)
        digit = "<" if not optional.strip("<") else check_digit(optional)
        second = number + nationality + person + optional + digit
        return code + name, second + check_digit(second[0:10] + second[13:20] + second[21:43])
    if form is Form.TD2:
        number, optional = _number_field(holder, 7)
        second = number + nationality + person + optional
        return code + name, second + check_digit(second[0:10] + second[13:20] + second[21:35])
    number, _rest = _number_field(holder, 0)
    return code + name, number + nationality + person + _fill(holder.optional_data, _SHAPE[form][1] - 28)


def emit_td3(
    *,
    issuer: str,
    family_name: str,
    given_names: str,
    document_number: str,
    nationality: str,
    birth_date: PartialDate | date | None,
    sex: str,
    expires_on: PartialDate | date | None,
    optional_data: str = "",
) -> tuple[str, str]:
    """The two lines of a passport. Countries are ICAO codes (`basis.countries.to_icao`)."""
    holder = Holder(
        "P", issuer, family_name, given_names, document_number, nationality, birth_date, sex, expires_on, optional_data
    )
    first, second = emit(Form.TD3, holder)
    return first, second


def names_agree(mrz: Mrz, family_name: str, given_names: str) -> bool:
    """Whether the zone's names can be these, under every transliteration that ICAO permits.

    Parts may be joined or apart (AL<MASRI, ALMASRI); a truncated field needs only to begin each part in
    order. A person with one name may have it in either field. False where a name is of a script without
    an ICAO table: it cannot be compared.
    """
    try:
        family, given = forms(family_name), forms(given_names)
    except InvalidInput:
        return False
    if not family_name.strip() or not given_names.strip():
        return _matches(family or given, f"{mrz.family_name} {mrz.given_names}", mrz.truncated)
    return _matches(family, mrz.family_name, mrz.truncated) and _matches(given, mrz.given_names, mrz.truncated)


def _form(lines: tuple[str, ...]) -> Form:
    lengths = {len(line) for line in lines}
    for form, (count, length) in _SHAPE.items():
        if len(lines) == count and lengths == {length} and (form in _VISAS) == (lines[0][0] == "V"):
            return form
    raise InvalidInput(
        "mrz_shape",
        _("The machine readable zone has not two lines of 44 or 36 characters, nor three lines of 30."),
        _("Copy the lines whole, with all their < characters, from the passport's page with the photo."),
    )


def _parse_two_lines(form: Form, lines: tuple[str, ...], on: date) -> Mrz:
    first, second = lines
    number, digit, optional = second[0:9], second[9], second[28:]
    checks: dict[str, Check] = {}
    if form is Form.TD3:
        optional = second[28:42]
        checks["optional_data"] = _verdict(optional, second[42])
    elif form is Form.TD2:
        optional = second[28:35]
        number, digit, optional = _long_number(number, digit, optional)
    if form not in _VISAS:
        end = len(second) - 1
        checks["composite"] = _verdict(second[0:10] + second[13:20] + second[21:end], second[end], filler=False)
    checks["document_number"] = _verdict(number, digit, filler=False)
    return _assemble(
        form,
        lines,
        names=first[5:],
        number=number,
        nationality=second[10:13],
        person=second[13:28],
        optional=optional,
        checks=checks,
        on=on,
    )


def _parse_td1(lines: tuple[str, ...], on: date) -> Mrz:
    first, second, third = lines
    number, digit, optional = _long_number(first[5:14], first[14], first[15:30])
    checks = {"composite": _verdict(first[5:30] + second[0:7] + second[8:15] + second[18:29], second[29], filler=False)}
    checks["document_number"] = _verdict(number, digit, filler=False)
    optional = optional.rstrip("<") + (("<" + second[18:29].strip("<")) if second[18:29].strip("<") else "")
    return _assemble(
        Form.TD1,
        lines,
        names=third,
        number=number,
        nationality=second[15:18],
        person=second[0:15],
        optional=optional,
        checks=checks,
        on=on,
    )


def _assemble(
    form: Form,
    lines: tuple[str, ...],
    *,
    names: str,
    number: str,
    nationality: str,
    person: str,
    optional: str,
    checks: dict[str, Check],
    on: date,
) -> Mrz:
    """`person` is the 15 characters from the birth date to the expiry date's digit."""
    primary, _gap, secondary = names.partition("<<")
    birth, expiry = person[0:6], person[8:14]
    found = {
        "birth_date": _verdict(birth, person[6]),
        "expires_on": _verdict(expiry, person[14]),
        **checks,
        **dict.fromkeys(("names", "issuer", "nationality", "sex"), Check.NOT_CHECKABLE),
    }
    return Mrz(
        form=form,
        document_code=lines[0][0:2].rstrip("<"),
        issuer=lines[0][2:5].rstrip("<"),
        family_name=_spaced(primary),
        given_names=_spaced(secondary),
        truncated=not names.endswith("<"),
        document_number=number.rstrip("<"),
        nationality=nationality.rstrip("<"),
        birth_date=_birth(birth, on),
        sex={"M": "M", "F": "F"}.get(person[7], "X"),
        expires_on=_expiry(expiry, on),
        optional_data=optional.strip("<"),
        checks=found,
        lines=lines,
    )


def _verdict(text: str, digit: str, *, filler: bool = True) -> Check:
    """A field that is all fillers may have a filler for its digit; any other needs the right digit."""
    if digit == "<":
        return Check.NOT_CHECKABLE if filler and not text.strip("<") else Check.REFUTED
    return Check.VERIFIED if check_digit(text) == digit else Check.REFUTED


def _long_number(number: str, digit: str, optional: str) -> tuple[str, str, str]:
    """Doc 9303-5 4.2.2 note j and 9303-6 note j: a number of more than nine characters runs on.

    A filler stands where its digit would be; the rest, then the digit, then a filler begin the optional data.
    """
    rest, _gap, others = optional.partition("<")
    if digit != "<" or len(rest) < 2:
        return number, digit, optional
    return number + rest[:-1], rest[-1], others


def _spaced(text: str) -> str:
    return " ".join(part for part in text.split("<") if part)


def _dated(year: int, text: str) -> PartialDate | None:
    """`text` is MMDD with fillers for what is unknown; a month without day stands, a day without month does not."""
    month, day = text[0:2], text[2:4]
    if not re.fullmatch(r"(\d\d(\d\d|<<)|<<(\d\d|<<))", text, re.ASCII):
        return None
    try:
        known = month != "<<"
        return PartialDate(year, int(month) if known else None, int(day) if known and day != "<<" else None)
    except InvalidInput:
        return None


def _birth(text: str, on: date) -> PartialDate | None:
    if not text[0:2].isdigit():
        return None
    century = on.year - on.year % 100
    found = _dated(century + int(text[0:2]), text[2:6])
    if found is None or found.earliest() > on:
        return _dated(century - 100 + int(text[0:2]), text[2:6])
    return found


def _expiry(text: str, on: date) -> PartialDate | None:
    if not text[0:2].isdigit():
        return None
    year = on.year - 50 + (int(text[0:2]) - (on.year - 50)) % 100
    return _dated(year, text[2:6])


def _yymmdd(value: PartialDate | date | None) -> str:
    if value is None:
        return "<" * 6
    partial = PartialDate.of(value) if isinstance(value, date) else value
    parts = (partial.year % 100, partial.month, partial.day)
    return "".join("<<" if part is None else f"{part:02}" for part in parts)


def _sex_field(sex: str) -> str:
    return sex if sex in ("M", "F") else "<"


def _fill(text: str, width: int) -> str:
    text = text.strip().upper().replace(" ", "<").replace("-", "<")
    if len(text) > width:
        raise InvalidInput(
            "mrz_too_long",
            _("A field of the machine readable zone has room for {width} characters only.", width=width),
        )
    if text and not _ALLOWED.fullmatch(text):
        raise InvalidInput("mrz_character", _("A field of the machine readable zone takes A to Z, 0 to 9 and < only."))
    return text.ljust(width, "<")


def _number_field(holder: Holder, optional_width: int) -> tuple[str, str]:
    """Ten characters of number and digit, and the optional data, into which a long number runs on."""
    number = holder.document_number.strip().upper()
    if len(number) <= 9 or not optional_width:
        field = _fill(number, 9)
        return field + check_digit(field), _fill(holder.optional_data, optional_width) if optional_width else ""
    number = _fill(number, len(number))
    rest = number[9:] + check_digit(number)
    tail = "<" + holder.optional_data if holder.optional_data else ""
    return number[:9] + "<", _fill(rest + tail, optional_width)


def _composite_td1(first: str, second: str) -> str:
    return check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])


def _name_field(holder: Holder, width: int) -> str:
    """Doc 9303-3 section 4.6: truncated names end in a letter, which is how a reader knows."""
    primary, secondary = transliterate(holder.family_name), transliterate(holder.given_names)
    whole = f"{primary}<<{secondary}" if secondary else primary
    if len(whole) <= width:
        return whole.ljust(width, "<")
    if secondary:
        primary = _cut(primary, width - 3)
        return f"{primary}<<{_cut(secondary, width - 2 - len(primary))}"
    return _cut(primary, width)


def _cut(text: str, width: int) -> str:
    """The first `width` characters, ending in a letter: else the part before gives up its last letter."""
    if len(text) <= width or text[width - 1] != "<":
        return text[:width]
    if width > 2 and text[width - 3] != "<":
        return text[: width - 2] + "<" + text[width]
    return text[: width - 1] + text[width]


def _matches(name: list[tuple[str, ...]], text: str, truncated: bool) -> bool:
    """Whether `text` (parts with spaces between) can be this name, part by part or all joined."""
    parts = split(name)
    joined = text.replace(" ", "")
    if spells([letter for part in parts for letter in part], joined, begins=truncated):
        return True
    words = text.split()
    return (
        truncated
        and len(words) <= len(parts)
        and all(spells(part, word, begins=True) for part, word in zip(parts, words, strict=False))
    )
