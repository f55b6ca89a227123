"""The loans of an office: their sums as pictures and tables, and the list of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Chip, Fact, Form, Link, Pager, Text, Tile
from dashboard.timeline import Picture


@dataclass(frozen=True, slots=True)
class SumRow:
    """Loans of one kind: the link leads to the list of them, amounts are in words."""

    name: Link
    amounts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture with what it says in a sentence, and the same as a table; `columns` head the amounts."""

    id: str
    title: Text
    said: Text
    picture: Picture | None
    first: Text
    columns: tuple[Text, ...]
    rows: tuple[SumRow, ...]
    key: Text = ""


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan of the list."""

    number: Link
    about: Text
    programme: Text
    state: Badge
    owed: Text
    overdue: Text
    next_due: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanPortfolio(Page):
    """`parts`: the pictures with their tables, in one currency; `rows`: the loans that the filters leave."""

    template: ClassVar[str] = "loans.html"
    summary: Text
    acts: tuple[Link, ...]
    tiles: tuple[Tile, ...]
    facts: tuple[Fact, ...]
    parts: tuple[Drawn, ...]
    files: tuple[Link, ...]
    filters: Form
    chips: tuple[Chip, ...]
    found: Text
    rows: tuple[LoanRow, ...]
    pager: Pager
