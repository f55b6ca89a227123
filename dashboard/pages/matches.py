"""Pages of possible matches with watch lists, for security officers; auditors read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.case import Decision
from dashboard.parts import Badge, Chip, Fact, Form, Link, Pager, Text


@dataclass(frozen=True, slots=True)
class HitRow:
    """One possible match. `choice` is the value of its box, "" where the reader cannot act on it together with
    others; `about` is the name of the box."""

    case: Link
    list_name: Text
    entry: Link
    score: Text
    found: Text
    age: Text
    due: Badge
    status: Badge
    choice: str = ""
    about: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitList(Page):
    """The possible matches that fit the filters. `together` is where the chosen ones lead, "" for who only reads."""

    template: ClassVar[str] = "hits.html"
    summary: Text
    chips: tuple[Chip, ...]
    filters: Form
    rows: tuple[HitRow, ...]
    pager: Pager
    together: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One part of both records: the worker's value, the list's value, how they compare, and what that counts for.
    `sign` stands before the words: = the same, × different, – not to be compared."""

    field: Text
    worker: Text
    entry: Text
    verdict: Text
    alike: bool
    reasons: tuple[Text, ...] = ()
    sign: str = "–"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper about the match, as a link to it."""

    link: Link
    told: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class HitPage(Page):
    """A possible match: both records as they were compared, what officers did, and what this reader can do.

    `notes` say why the reader cannot act, or what else is to be known. `steps` are in the order in which they were
    taken. `attach` adds a paper, None for who may not.
    """

    template: ClassVar[str] = "hit.html"
    back: Link
    heading: Text
    summary: Text
    status: Badge
    case: Link
    notes: tuple[Text, ...]
    comparisons: tuple[Comparison, ...]
    entry_facts: tuple[Fact, ...]
    score: Text
    reasons: tuple[Text, ...]
    steps: tuple[Decision, ...]
    papers: tuple[PaperRow, ...]
    like: Link | None
    act_heading: Text
    form: Form | None
    attach: Form | None


@dataclass(frozen=True, slots=True)
class Alike:
    """One of several that are answered with one reason."""

    case: Link
    worker: Text
    entry: Text
    score: Text
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherPage(Page):
    """Possible matches that are alike, and the one form for all of them."""

    template: ClassVar[str] = "hits_together.html"
    back: Link
    heading: Text
    summary: Text
    rows: tuple[Alike, ...]
    steps: tuple[Decision, ...]
    form: Form
