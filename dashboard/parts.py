"""The small parts that pages are made of. They hold what is shown and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from basis.messages import Message

Text = Message | str


class Tone(StrEnum):
    """How a status looks. Each tone has one sign and one colour; the words always stand beside them."""

    LATE = "late"  # ▲ red: overdue, lapsed, error, and nothing else
    TODAY = "today"  # ◆ amber: due today, at risk
    WAIT = "wait"  # ❙❙ blue: paused, waiting for others
    DONE = "done"  # ● green: accepted, signed off
    OPEN = "open"  # ◐ brand: can be worked on now
    IDLE = "idle"  # ○ grey: not yet, not asked, nothing to do

    @property
    def sign(self) -> str:
        return _SIGNS[self]


_SIGNS = {
    Tone.LATE: "▲",
    Tone.TODAY: "◆",
    Tone.WAIT: "❙❙",
    Tone.DONE: "●",
    Tone.OPEN: "◐",
    Tone.IDLE: "○",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A status: the tone gives sign and colour, `text` the words."""

    tone: Tone
    text: Text


@dataclass(frozen=True, slots=True)
class Link:
    """An address within this site and its words. `about` is read out after them when the words repeat in a list.

    Without an address it is words only: something that this reader cannot open.
    """

    href: str
    text: Text
    about: Text = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that is a link to the list it counts."""

    href: str
    number: int
    text: Text
    selected: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; `href` is the same list without it."""

    text: Text
    href: str


@dataclass(frozen=True, slots=True)
class Pager:
    """Where we are in a long list. `first` and `last` count from 1; addresses are "" where there is no such page."""

    first: int
    last: int
    total: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value. `href` makes the value a link."""

    label: Text
    value: Text
    href: str = ""


@dataclass(frozen=True, slots=True)
class StageBar:
    """A tone for each stage, in order, and what to say about them in words."""

    tones: tuple[Tone, ...]
    text: Text

    @property
    def done(self) -> int:
        return sum(tone is Tone.DONE for tone in self.tones)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from. `as_of` is in words; `confirmed` is False when nobody has verified it."""

    title: Text
    href: str = ""
    as_of: Text = ""
    confirmed: bool = True


class Kind(StrEnum):
    """What a field of a form takes."""

    TEXT = "text"
    LONG = "long"
    DATE = "date"
    NUMBER = "number"
    MONEY = "money"
    CHOICE = "choice"
    RADIO = "radio"
    CHECK = "check"
    CHECKS = "checks"
    FILE = "file"
    PASSWORD = "password"  # noqa: S105 - the name of a kind of field
    EMAIL = "email"
    PHONE = "phone"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    `value` is what stands in it (dates as ISO 8601, CHECK as "yes" or "", CHECKS joined by spaces). `accept` is the
    `accept` attribute of a file field, `most` how many files it takes; `autocomplete` is the HTML token, `short` asks
    for a narrow box.
    """

    name: str
    label: Text
    kind: Kind = Kind.TEXT
    hint: Text = ""
    value: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    error: Text | None = None
    autocomplete: str = ""
    accept: str = ""
    short: bool = False
    longest: int = 200
    most: int = 1


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is shown and as it is read again (`dashboard.posting.read`).

    `id` is unique on its page and begins every field's id. `hidden` travels along unseen, for example
    the case's version. `danger` marks an act that cannot be undone by the one who does it.
    """

    id: str
    action: str
    submit: Text
    fields: tuple[Field, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    legend: Text = ""
    method: str = "post"
    danger: bool = False
    quiet: bool = False
    error: Text | None = None
    about: Text = ""

    @property
    def multipart(self) -> bool:
        return any(field.kind is Kind.FILE for field in self.fields)

    @property
    def wrong(self) -> tuple[Field, ...]:
        """The fields with an error, in order."""
        return tuple(field for field in self.fields if field.error is not None)
