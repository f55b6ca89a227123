"""One cell's text becomes one typed value, or a `CellFault` that says why not and what to write instead.

Dates are read as ISO (``2027-05-31``), or as day, month and year with dots, slashes or hyphens. With
slashes or hyphens a column is read month first only where the file shows it: where, in that column or
else in the file's other columns, more dates are possible month first only (``05/31``) than day first only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from basis.countries import country
from basis.errors import InvalidInput
from basis.isco import is_unit_group
from basis.messages import Message, _
from basis.money import Money
from basis.partial import PartialDate, Precision
from casework.batches.languages import language
from casework.batches.rules import MAX_TEXT
from checklists.facts import Residence

_NOTHING = frozenset({"", "-", "–", "—", "/", "n/a"})  # not "null" or "none": people have such names
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?", re.ASCII)
_PARTS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})\.?", re.ASCII)
_JOINERS = frozenset("\u200c\u200d")  # belong to the spelling of Persian and Indic names
_FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r")
_MARKUP = frozenset('<>{}[]|\\^~=_*#$%&@;:!?"0123456789')
# What spreadsheet programs show in a cell whose formula failed.
_CELL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
YES = frozenset("yes y true 1 x po ja j oui o نعم".split())
_SEXES = {
    "F": "f female femër femer femra femërore woman w weiblich frau femme féminin feminin أنثى".split(),
    "M": "m male mashkull mashkullore man männlich mann h homme masculin ذكر".split(),
    "X": "x d divers diverse other unspecified <".split(),
}
_SEX_OF = {word: sex for sex, words in _SEXES.items() for word in words}
_LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")


class CellFault(Exception):
    """Why a cell's text is no value of its field."""

    def __init__(self, code: str, message: Message, fix: Message) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Setting:
    """What reading a cell depends on besides its text; `region` is the worker's country, for local phone numbers.
    `staying`: the tracks that do not depart; `destinations`: where the programme leads (empty: anywhere)."""

    tracks: tuple[str, ...]
    currency: str
    day_first: bool = True
    region: str | None = None
    staying: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()


Reader = Callable[[str, Setting], object]


def clean(cell: str) -> str:
    """NFC, every kind of space a plain one, none at the ends; a dash or ``n/a`` alone is nothing."""
    text = cell
    if not cell.isascii():
        text = unicodedata.normalize("NFC", cell)
        text = "".join(" " if unicodedata.category(character) == "Zs" else character for character in text)
    text = " ".join(part for part in text.split(" ") if part)
    return "" if text.strip().lower() in _NOTHING else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program would compute the text instead of showing it (CWE-1236)."""
    return text.startswith(_FORMULA_STARTS)


def is_cell_error(text: str) -> bool:
    return text.upper() in _CELL_ERRORS


def day_first(columns: Iterable[Iterable[str]]) -> list[bool]:
    """For each column of date texts, whether its ambiguous dates have the day first (the rule is above)."""
    votes = [_day_first_votes(column) for column in columns]
    everywhere = sum(votes) >= 0
    return [vote > 0 if vote else everywhere for vote in votes]


def _day_first_votes(texts: Iterable[str]) -> int:
    votes = 0
    for text in texts:
        match = _PARTS.fullmatch(plain(text))
        if match and match[2] != ".":
            votes += (int(match[1]) > 12) - (int(match[3]) > 12)
    return votes


def plain(text: str) -> str:
    """Without invisible characters and with ASCII digits, whatever digits it was written in."""
    text = clean(text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        str(unicodedata.digit(character)) if unicodedata.category(character) == "Nd" else character
        for character in text
        if unicodedata.category(character) not in ("Cf", "Cc")
    )


def person_name(text: str, setting: Setting) -> str:
    """A name in Latin letters, as the passport shows it. ``forbidden_character``, ``not_latin``, ``too_long``."""
    _refuse_invisible(text, frozenset())
    if any(c.isalpha() and not unicodedata.name(c, "").startswith("LATIN") for c in text):
        raise CellFault(
            "not_latin",
            _("The name is not written in Latin letters."),
            _("Write it as the passport shows it in Latin letters; the original goes into a column of its own."),
        )
    return _short(" ".join(text.split()))


def native_name(text: str, setting: Setting) -> str:
    _refuse_invisible(text, _JOINERS)
    return _short(" ".join(text.split()))


def free_text(text: str, setting: Setting) -> str:
    text = " ".join(text.split())  # line breaks in a cell are layout
    _refuse_invisible(text, _JOINERS)
    return _short(text)


def has_markup(text: str) -> bool:
    """Whether a name has digits or signs that names do not have; it may still be one."""
    return any(character in _MARKUP for character in text)


def _refuse_invisible(text: str, allowed: frozenset[str]) -> None:
    """Control, direction (bidi) and other invisible characters can make one name look like another."""
    if text.isascii() and text.isprintable():
        return
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and character not in allowed:
            raise CellFault(
                "forbidden_character",
                _("The text has an invisible control or direction character."),
                _("Delete the text and type it again instead of pasting it."),
            )


def _short(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise CellFault(
            "too_long",
            _("The text is longer than {characters} characters.", characters=MAX_TEXT),
            _("Write the essential part only."),
        )
    return text


def calendar_date(text: str, setting: Setting) -> date:
    text = plain(text)
    iso, parts = _ISO.fullmatch(text), _PARTS.fullmatch(text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if parts:
            first, second, year = int(parts[1]), int(parts[3]), int(parts[4])
            is_day_first = parts[2] == "." or setting.day_first
            return date(year, second, first) if is_day_first else date(year, first, second)
    except ValueError:
        raise CellFault(
            "invalid_date", _("There is no such day in the calendar."), _("Write the date as in the document.")
        ) from None
    raise CellFault(
        "invalid_date",
        _("The date cannot be read."),
        _("Write year-month-day (2027-05-31) or day.month.year (31.05.2027), with four digits for the year."),
    )


def nationality(text: str, setting: Setting) -> str:
    found = country(plain(text))
    if found is None:
        raise CellFault(
            "unknown_country",
            _("There is no country of this name or code."),
            _("Write the country's name or its code of two letters, for example Kosovo or XK."),
        )
    return found


def destination(text: str, setting: Setting) -> str:
    found = nationality(text, setting)
    if setting.destinations and found not in setting.destinations:
        raise CellFault(
            "unknown_destination",
            _("The programme does not lead to this country."),
            _("Write one of: {countries}.", countries=", ".join(setting.destinations)),
        )
    return found


def sex(text: str, setting: Setting) -> str:
    found = _SEX_OF.get(plain(text).casefold())
    if found is None:
        raise CellFault("unknown_sex", _("The sex is none of F, M and X."), _("Write F, M or X, as in the passport."))
    return found


def passport_number(text: str, setting: Setting) -> str:
    number = re.sub(r"[\s./-]", "", plain(text)).upper()
    if re.fullmatch(r"\d(\d|,)*E\+?\d+", number):
        raise CellFault(
            "lost_digits",
            _("The spreadsheet program shortened the number to a power of ten: its digits are lost."),
            _("Format the column as text and type the number again."),
        )
    if not re.fullmatch(r"[A-Z0-9]{5,20}", number) or not any(character.isdigit() for character in number):
        raise CellFault(
            "invalid_passport_number",
            _("A passport number has 5 to 20 letters and digits."),
            _("Copy the number from the passport's page with the photo."),
        )
    return number


def phone(text: str, setting: Setting) -> str:
    """E.164. A number that the plan of its country does not have is still taken (`is_likely_phone` tells)."""
    text = plain(text)
    try:
        parsed = phonenumbers.parse(text, setting.region)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or len(str(parsed.national_number)) < 6 or re.search(r"[A-Za-z]", text):
        raise CellFault(
            "invalid_phone",
            _("This is no telephone number."),
            _("Write it with the country's code, for example +383 44 123 456."),
        )
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def is_likely_phone(number: str) -> bool:
    return bool(phonenumbers.is_possible_number(phonenumbers.parse(number)))


def email(text: str, setting: Setting) -> str:
    try:
        return validate_email(plain(text), check_deliverability=False).normalized
    except EmailNotValidError:
        raise CellFault(
            "invalid_email", _("This is no e-mail address."), _("Write it like name@example.org, one address only.")
        ) from None


def occupation(text: str, setting: Setting) -> str:
    code = plain(text).removeprefix("ISCO").strip(" -:")
    if not is_unit_group(code):
        raise CellFault(
            "unknown_occupation",
            _("ISCO-08 has no unit group with this code."),
            _("Write the four digits of an ISCO-08 unit group, for example 7112 for bricklayers."),
        )
    return code


def track(text: str, setting: Setting) -> str:
    found = plain(text).lower()
    if found not in setting.tracks:
        raise CellFault(
            "unknown_track",
            _("The programme has no such track."),
            _("Write one of: {tracks}.", tracks=", ".join(setting.tracks)),
        )
    return found


def spoken_language(text: str, setting: Setting) -> str:
    found = language(plain(text))
    if found is None:
        raise CellFault(
            "unknown_language",
            _("There is no language of this name or code."),
            _("Write its name, for example German."),
        )
    return found


def level(text: str, setting: Setting) -> str:
    found = plain(text).upper()
    if found not in _LEVELS:
        raise CellFault(
            "unknown_level", _("This is no level of the CEFR."), _("Write one of: {levels}.", levels=", ".join(_LEVELS))
        )
    return found


def year(text: str, setting: Setting) -> int:
    return _whole(text, 1940, 2199, "invalid_year", _("This is no year."), _("Write four digits, for example 2015."))


def years(text: str, setting: Setting) -> int:
    message = _("This is no number of years.")
    return _whole(text, 0, 60, "invalid_number", message, _("Write a whole number of years, for example 4."))


def _whole(text: str, least: int, most: int, code: str, message: Message, fix: Message) -> int:
    text = plain(text)
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII) or not least <= int(text) <= most:
        raise CellFault(code, message, fix)
    return int(text)


def loan(text: str, setting: Setting) -> Money | None:
    """An amount in the programme's currency; nought is no loan."""
    text = plain(text).replace(setting.currency, "").strip()
    text = text.strip("€").strip() if setting.currency == "EUR" else text
    try:
        amount = Money.parse(text if re.fullmatch(r"\d+([.,]\d+)?", text, re.ASCII) else "", setting.currency)
    except InvalidInput as fault:
        raise CellFault("invalid_amount", fault.message, fault.fix or fault.message) from None
    return amount if amount.minor else None


def consent(text: str, setting: Setting) -> bool:
    if plain(text).casefold() not in YES:
        raise CellFault(
            "consent_missing",
            _("The worker's consent to data processing is not given."),
            _("Ask the worker, keep the signed form, and write yes."),
        )
    return True


def residences(text: str, setting: Setting) -> tuple[Residence, ...]:
    """``XK:1984-03/2018-03;MK:2018-03/``: country, first and last month or day, no last while it lasts."""
    found = []
    for part in plain(text).split(";"):
        where, colon, when = part.partition(":")
        since, slash, until = (piece.strip() for piece in when.partition("/"))
        if not part.strip():
            continue
        try:
            code = country(where)
            ends = PartialDate.parse(until) if until else None
            begins = PartialDate.parse(since)
            if not (code and colon and slash) or (ends is not None and ends.latest() < begins.earliest()):
                raise ValueError
        except (InvalidInput, ValueError):
            raise CellFault(
                "invalid_residence",
                _("The residences cannot be read, or one ends before it begins."),
                _("Write country:from/until for each, semicolons between: XK:1984-03/2018-03;MK:2018-03/."),
            ) from None
        last = ends.latest() if ends else None
        precision = ends.precision if ends else Precision.DAY
        found.append(Residence(code, begins.earliest(), last, begins.precision, precision))
    return tuple(found)


def zone_line(text: str, setting: Setting) -> str:
    return plain(text).replace(" ", "").upper()
