"""The papers about a loan, as a part of its page."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.parts import Badge, Form, Link, Text


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper that was asked for: its number is a link where the reader may open it, and words before there is one.
    `day`: the day that it tells of."""

    number: Link
    kind: Text
    day: Text
    status: Badge


@dataclass(frozen=True, slots=True)
class PapersView:
    """The papers, the last one asked for first, and the forms to ask for another."""

    papers: tuple[PaperLine, ...]
    forms: tuple[Form, ...]
