"""Read machine readable zones of travel documents, ICAO Doc 9303 (eighth edition): TD1, TD2, TD3, MRV-A, MRV-B.

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
from dataclasses import replace
from datetime import date
from functools import lru_cache

from basis.errors import InvalidInput
from basis.partial import PartialDate
from casework.evidence.mrz_forms import SHAPE, VISAS, Check, Form, Mrz, check_digit, verdict
from casework.evidence.mrz_shapes import no_shape, wrong_character
from casework.evidence.transliteration import forms, spells, split

_ALLOWED = re.compile(r"[A-Z0-9<]+", re.ASCII)
_BY_SHAPE = {
    SHAPE[Form.TD1]: (Form.TD1, None),
    SHAPE[Form.TD2]: (Form.TD2, Form.MRV_B),
    SHAPE[Form.TD3]: (Form.TD3, Form.MRV_A),
}
_UNCOVERED = dict.fromkeys(("names", "issuer", "nationality", "sex"), Check.NOT_CHECKABLE)


def parse(lines: Sequence[str], *, on: date) -> Mrz:
    """Read two or three lines. Blanks are dropped; small letters are taken as capitals, which the result says.

    Raises `InvalidInput`: ``mrz_shape`` (number or length of the lines: what is missing, and where),
    ``mrz_character`` (which line and place).
    """
    typed = tuple(["".join(line.split()) for line in lines if line.strip()])
    # Of other letters a capital may be two, or the capital of another: they are refused as they are.
    clean = typed if "".join(typed).isupper() else tuple(line.upper() if line.isascii() else line for line in typed)
    form = _form(clean)
    if form is None:
        raise no_shape(clean)
    if not _ALLOWED.fullmatch("".join(clean)):
        raise wrong_character(clean)
    zone = _parse_td1(clean, on) if form is Form.TD1 else _parse_two_lines(form, clean, on)
    return zone if typed is clean or typed == clean else replace(zone, small_letters=True)


def _form(lines: tuple[str, ...]) -> Form | None:
    lengths = set(map(len, lines))
    kinds = _BY_SHAPE.get((len(lines), lengths.pop())) if len(lengths) == 1 else None
    return kinds[lines[0][0] == "V"] if kinds else None


def _parse_two_lines(form: Form, lines: tuple[str, ...], on: date) -> Mrz:
    first, second = lines
    number, digit, optional = second[0:9], second[9], second[28:]
    checks: dict[str, Check] = {}
    if form is Form.TD3:
        optional = second[28:42]
        checks["optional_data"] = verdict(optional, second[42])
    elif form is Form.TD2:
        optional = second[28:35]
        number, digit, optional = _long_number(number, digit, optional)
    if form not in VISAS:
        end = len(second) - 1
        checks["composite"] = verdict(second[0:10] + second[13:20] + second[21:end], second[end], filler=False)
    checks["document_number"] = verdict(number, digit, filler=False)
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
    checks = {"composite": verdict(first[5:30] + second[0:7] + second[8:15] + second[18:29], second[29], filler=False)}
    checks["document_number"] = verdict(number, digit, filler=False)
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
        "birth_date": _dated_verdict(birth, person[6]),
        "expires_on": _dated_verdict(expiry, person[14]),
        **checks,
        **_UNCOVERED,
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


def _long_number(number: str, digit: str, optional: str) -> tuple[str, str, str]:
    """Doc 9303-5 4.2.2 note j and 9303-6 note j: a number of more than nine characters runs on.

    A filler stands where its digit would be; the rest, then the digit, then a filler begin the optional data.
    """
    rest, _gap, others = optional.partition("<")
    if digit != "<" or len(rest) < 2:
        return number, digit, optional
    return number + rest[:-1], rest[-1], others


def _dated_verdict(text: str, digit: str) -> Check:
    """Letters are no part of a date, whatever their digit says."""
    if text.isdigit():
        return Check.VERIFIED if check_digit(text) == digit else Check.REFUTED
    letters = text.replace("<", "")
    return Check.REFUTED if letters and not letters.isdigit() else verdict(text, digit)


def _spaced(text: str) -> str:
    return " ".join(text.replace("<", " ").split())


@lru_cache(maxsize=50_000)  # two lifetimes of days
def _dated(year: int, text: str) -> PartialDate | None:
    """`text` is MMDD with fillers for what is unknown; a month without day stands, a day without month does not."""
    month, day = text[0:2], text[2:4]
    try:
        if text.isdigit():
            return PartialDate(year, int(month), int(day))
        if day == "<<":
            return PartialDate(year, None if month == "<<" else int(month))
    except (InvalidInput, ValueError):
        return None
    return None


def _birth(text: str, on: date) -> PartialDate | None:
    if not text[0:2].isdigit():
        return None
    century = on.year - on.year % 100
    year = century + int(text[0:2])
    if year > on.year:
        return _dated(year - 100, text[2:6])
    found = _dated(year, text[2:6])
    if found is None or (year == on.year and found.earliest() > on):
        return _dated(year - 100, text[2:6])
    return found


def _expiry(text: str, on: date) -> PartialDate | None:
    if not text[0:2].isdigit():
        return None
    year = on.year - 50 + (int(text[0:2]) - (on.year - 50)) % 100
    return _dated(year, text[2:6])


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
