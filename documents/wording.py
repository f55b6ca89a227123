"""How templates print words: in one language or in both, in the right direction, without what could turn a line around.

Every function hands back `Markup` only where it made an element itself: elements cost time, so one is made only where
a text runs against its page or is in another language.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from basis.messages import Message, _
from documents.languages import Language, day, short_day, writing

_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NO_CHARACTERS = ("Cc", "Cs", "Co", "Cn")


def teach(environment: Environment) -> None:
    """Give the templates their functions and filters."""
    environment.finalize = printable
    environment.globals.update(_=_, two=_two, beside=_beside, in_second=_in_second)
    environment.filters.update(day=_day, short_day=_short_day, turned=_turned)


def printable(item: Any) -> Any:
    """Without control and direction characters: a name must not turn the text after it around."""
    if isinstance(item, Markup) or not isinstance(item, str | Message):
        return item
    text = str(item)
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        for character in text
        if character not in _BIDI_CONTROLS and unicodedata.category(character) not in _NO_CHARACTERS
    )


def direction(item: object) -> str:
    """`rtl` or `ltr` by the first letter that has a direction (Unicode Annex 9, P2 and P3)."""
    text = str(item)
    if text.isascii():
        return "ltr"
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def _day(value: date | None) -> Message | str:
    return "" if value is None else day(value)


def _short_day(value: date | None) -> Message | str:
    return "" if value is None else short_day(value)


@pass_context
def _turned(context: Context, item: object) -> object:
    """A text that runs its own way, whichever way the page runs. A sentence of ours runs as the page does, whatever
    amount it begins with."""
    if isinstance(item, Message):
        return item
    way = direction(item)
    if way == context["first"].direction:
        return item
    return Markup('<span dir="{}">{}</span>').format(way, printable(item))


@pass_context
def _two(context: Context, message: Message | str) -> Message | str:
    """A sentence in the first language and beside it in the second, where that says it otherwise."""
    second: Language | None = context["second"]
    if second is None or isinstance(message, str):
        return message
    with writing(second):
        said = str(printable(message))
    first = str(printable(message))
    return first if said == first else Markup("{} {}").format(first, _also(context, said, second.tag, second.direction))


@pass_context
def _beside(context: Context, text: str) -> Markup | str:
    """The second language's form of a text that the value holds in both; nothing where there is none."""
    if not text:
        return ""
    tag = context["value"].head.second_language
    return Markup(" {}").format(_also(context, str(printable(text)), tag, direction(text)))


@pass_context
def _in_second(context: Context, message: Message) -> str:
    """A sentence in the second language alone."""
    with writing(context["second"]):
        return str(printable(message))


def _also(context: Context, text: str, tag: str, way: str) -> Markup:
    turned = "" if way == context["first"].direction else Markup(' dir="{}"').format(way)
    return Markup('<span class="also" lang="{}"{}>{}</span>').format(tag, turned, text)
