"""What leaves the office, what exists beside a document, and who answers for what is issued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Form, Link, Text


@dataclass(frozen=True, slots=True)
class DisclosureRow:
    """One document that was handed over: which, when, to whom, for what, by whom. `copy` names a duplicate."""

    document: Link
    copy: Text
    day: Text
    recipient: Text
    purpose: Text
    who: Text


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A duplicate, or the scan of a stamped paper: what it is, when and by whom, and where it stands or is opened."""

    what: Link
    day: Text
    who: Text
    status: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureList(Page):
    """What was handed over of one case, the last time first."""

    template: ClassVar[str] = "disclosures.html"
    back: Link
    summary: Text
    rows: tuple[DisclosureRow, ...]


@dataclass(frozen=True, slots=True)
class SignatoryRow:
    """One signatory. `end` ends the term; None where it is over or the reader may not."""

    name: str
    title: str
    office: str
    kinds: Text
    term: Text
    status: Badge
    end: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatoryList(Page):
    """Who answers for what is issued. `form` names another one; None for those who only read."""

    template: ClassVar[str] = "signatories.html"
    back: Link
    summary: Text
    rows: tuple[SignatoryRow, ...]
    form: Form | None
