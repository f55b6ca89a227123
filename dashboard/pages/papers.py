"""The files of one paper: looked at, taken away from the wrong worker, settled where another worker has the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Fact, Form, Link, Text


@dataclass(frozen=True, slots=True)
class SameFile:
    """The same file on another worker: `beside` are the other's cases that this reader may open; `settle` is None
    where somebody has settled it, or this reader may not."""

    said: Text
    beside: tuple[Link, ...]
    settled: Text
    settle: Form | None


@dataclass(frozen=True, slots=True)
class FileView:
    """One file of a paper. `picture` is the address of its cleaned copy where that is a picture, else "" and `save`
    leads to it; `original` leads to the file as it came, for those who verify it."""

    title: Text
    status: Badge
    picture: str
    about: Text
    facts: tuple[Fact, ...]
    save: Link | None
    original: Link | None
    same: tuple[SameFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPage(Page):
    """A paper's files in their order. `move` is None unless this reader may take the paper away from its worker."""

    template: ClassVar[str] = "paper.html"
    back: Link
    heading: Text
    summary: Text
    files: tuple[FileView, ...]
    move: Form | None
