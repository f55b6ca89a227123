"""The five layouts of machine readable zones (ICAO Doc 9303, eighth edition), their parts, and the check digit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from basis.partial import PartialDate


class Form(StrEnum):
    """The five layouts: two or three lines of 30, 36 or 44 characters."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"


SHAPE: Final[Mapping[Form, tuple[int, int]]] = {
    Form.TD1: (3, 30),
    Form.TD2: (2, 36),
    Form.TD3: (2, 44),
    Form.MRV_A: (2, 44),
    Form.MRV_B: (2, 36),
}
VISAS: Final = (Form.MRV_A, Form.MRV_B)


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
    small_letters: bool = False

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


_DIGITS: Final = "0123456789"
_VALUES: Final = {sign: value for value, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_WEIGHTED: Final = tuple({sign: value * weight for sign, value in _VALUES.items()}.__getitem__ for weight in (7, 3, 1))


def check_digit(text: str) -> str:
    """Doc 9303-3 section 4.9: weights 7, 3, 1; A is 10 to Z is 35, a filler is 0. ``520727`` gives 3."""
    seven, three, one = _WEIGHTED
    return _DIGITS[(sum(map(seven, text[::3])) + sum(map(three, text[1::3])) + sum(map(one, text[2::3]))) % 10]


def verdict(text: str, digit: str, *, filler: bool = True) -> Check:
    """A field that is all fillers may have a filler for its digit (`filler`); any other needs the right digit."""
    if digit == "<":
        return Check.NOT_CHECKABLE if filler and not text.strip("<") else Check.REFUTED
    return Check.VERIFIED if check_digit(text) == digit else Check.REFUTED
