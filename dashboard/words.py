"""How days, instants and languages are written on pages. Everything here is for reading, nothing for programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from gettext import NullTranslations

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time

from basis.messages import Message, speaking
from basis.partial import PartialDate


@dataclass(frozen=True, slots=True)
class Language:
    """A language a page can be read in: `code` for `<html lang>`, `locale` for Babel."""

    code: str
    locale: Locale

    @property
    def direction(self) -> str:
        return str(self.locale.text_direction)


ENGLISH = Language("en", Locale("en", "GB"))
LANGUAGES = {"en": ENGLISH}

_language: ContextVar[Language] = ContextVar("language", default=ENGLISH)


@contextmanager
def reading(language: Language, catalogue: NullTranslations) -> Iterator[None]:
    """Write days and sentences inside the block in `language`."""
    token = _language.set(language)
    try:
        with speaking(catalogue):
            yield
    finally:
        _language.reset(token)


def day(value: date) -> str:
    """A date in full words: 10 June 2027."""
    return format_date(value, "d MMMM y", locale=_language.get().locale)


def month(value: date) -> Message:
    """The month of a day, short: Mar 2027."""
    return _Month("{value}", value=value)


def moment(value: datetime, zone: tzinfo) -> str:
    """An instant as the office's clock shows it: 12 March 2027, 07:00. `value` is aware."""
    local = value.astimezone(zone)
    return f"{day(local.date())}, {format_time(local.time(), 'HH:mm', locale=_language.get().locale)}"


class _Written(Message):
    """A day or an instant that is written when it is read, in the reader's language."""

    __slots__ = ()

    def __str__(self) -> str:
        value = self.params["value"]
        return moment(value, self.params["zone"]) if isinstance(value, datetime) else day(value)


class _Partial(Message):
    """A date of which only the month or the year is known, written when it is read: May 2031."""

    __slots__ = ()

    def __str__(self) -> str:
        value: PartialDate = self.params["value"]
        if value.exact is not None:
            return day(value.exact)
        skeleton = "y" if value.month is None else "yMMMM"
        return format_skeleton(skeleton, value.earliest(), locale=_language.get().locale)


class _Month(Message):
    """A month that is written when it is read."""

    __slots__ = ()

    def __str__(self) -> str:
        return format_skeleton("yMMM", self.params["value"], locale=_language.get().locale)


def on(value: date) -> Message:
    """A day as part of a sentence: ``_("Due on {day}", day=on(value))``."""
    return _Written("{value}", value=value)


def as_known(value: PartialDate) -> Message:
    """A day as part of a sentence, in the precision in which it is known: 17 May 2031, May 2031, 2031."""
    return _Partial("{value}", value=value)


def at(value: datetime, zone: tzinfo) -> Message:
    """An instant as part of a sentence."""
    return _Written("{value}", value=value, zone=zone)


def spoken(message: Message) -> Message:
    """A sentence of the rules for people: its days written in full words."""
    return message.with_params(
        {name: on(value) if isinstance(value, date) else value for name, value in message.params.items()}
    )


def language(code: str) -> str:
    """The name of a language (ISO 639-1): German."""
    return str(_language.get().locale.languages.get(code, code))


def initials(name: str) -> str:
    """What the public check shows of a name: the first letter of each part, "G. A."."""
    return " ".join(f"{part[0]}." for part in name.split() if part[0].isalpha())
