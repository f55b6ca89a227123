"""The public page on which anybody reports, the answer by code, and a complaint for who handles it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Fact, Form, Link, Text


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language that the page can be read in: its name in itself, and whether it is the one that is read now."""

    tag: str
    direction: str
    name: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage(Page):
    """Report a fee or a problem, without signing in and without a name."""

    template: ClassVar[str] = "report.html"
    heading: Text
    lead: Text
    notes: tuple[Text, ...]
    tongues_label: Text
    tongues: tuple[Tongue, ...]
    answer: Link
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSent(Page):
    """The code, shown once."""

    template: ClassVar[str] = "report_sent.html"
    heading: Text
    lead: Text
    code: str
    until: Text
    answer: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStatus(Page):
    """The answer of a code. `state` is None before a right code was typed; `told` are the day and the words."""

    template: ClassVar[str] = "report_status.html"
    heading: Text
    lead: Text
    state: Badge | None
    until: Text
    told_heading: Text
    told: tuple[tuple[Text, Text], ...]
    nothing: Text
    form: Form | None
    more_heading: Text
    more: Form | None
    another: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintPage(Page):
    """One complaint, opened for who handles it. `steps` are the day, who, what, and the words; newest first."""

    template: ClassVar[str] = "complaint.html"
    back: Link
    heading: Text
    status: Badge
    facts: tuple[Fact, ...]
    words: Text
    steps: tuple[tuple[Text, Text, Text, Text], ...]
    forms: tuple[Form, ...]
