"""Watch lists: their versions, who loaded them, and what one changed against another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Form, Link, Pager, Text, Tile


@dataclass(frozen=True, slots=True)
class ListVersion:
    """One loaded version. `digest` is the first 12 characters of the SHA-256, `changes` leads to the differences."""

    name: Text
    version: Text
    published: Text
    loaded: Text
    by: Text
    entries: int
    digest: str
    changes: Link
    status: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLists(Page):
    """The watch lists and their versions; `form` loads a file, for who manages them. `going_on`: how far workers are
    compared anew at the moment, "" while they are not."""

    template: ClassVar[str] = "watch_lists.html"
    summary: Text
    going_on: Text = ""
    rows: tuple[ListVersion, ...]
    form: Form | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One entry that differs. `what`: its fields that do, in words."""

    reference: str
    change: Badge
    name: str
    what: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChanges(Page):
    """What differs between two versions of one list. `form` chooses the version to compare with."""

    template: ClassVar[str] = "watch_list_changes.html"
    back: Link
    heading: Text
    summary: Text
    tiles: tuple[Tile, ...]
    rows: tuple[ChangeRow, ...]
    pager: Pager
    form: Form | None
