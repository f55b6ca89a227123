"""Write machine readable zones: names in any of ICAO's scripts, truncated where they are too long, all digits."""

from __future__ import annotations

import re
from datetime import date

from basis.errors import InvalidInput
from basis.messages import _
from basis.partial import PartialDate
from casework.evidence.mrz_forms import SHAPE, Form, Holder, check_digit
from casework.evidence.transliteration import transliterate

_ALLOWED = re.compile(r"[A-Z0-9<]+", re.ASCII)


def emit(form: Form, holder: Holder) -> tuple[str, ...]:
    """Write a zone with all its digits. Names are transliterated and, where they are too long, truncated.

    Raises `InvalidInput`: ``mrz_too_long`` (number or optional data do not fit), ``mrz_character``,
    ``no_transliteration``.
    """
    name = _name_field(holder, 30 if form is Form.TD1 else SHAPE[form][1] - 5)
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
    return code + name, number + nationality + person + _fill(holder.optional_data, SHAPE[form][1] - 28)


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
