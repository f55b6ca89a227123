"""Engagements of auditors, samples and findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.case import Decision
from dashboard.pages.documents import CheckView
from dashboard.parts import Badge, Fact, Form, Link, Text


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A sample of an engagement. `progress` says how many documents are read; `report` is None until it is issued."""

    number: Link
    drawn: Text
    method: Text
    progress: Text
    status: Badge
    report: Link | None


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding; `due` is the day of its corrective action, "" without one."""

    number: Link
    title: str
    severity: Text
    due: Text
    status: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementPage(Page):
    """An engagement: what it covers, its samples and its findings. `close` is None unless the reader may close it.

    `may_see` is False for who manages engagements and sees nothing of what auditors find.
    """

    template: ClassVar[str] = "audit_engagement.html"
    back: Link
    heading: str
    summary: Text
    status: Badge
    facts: tuple[Fact, ...]
    acts: tuple[Link, ...]
    may_see: bool
    samples: tuple[SampleRow, ...]
    findings: tuple[FindingRow, ...]
    close: Form | None


@dataclass(frozen=True, slots=True)
class SizeRow:
    """Suggested sizes for a tolerable rate, one for each confidence of the table."""

    rate: Text
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPage(Page):
    """Choose the population (`filters`, a GET form), see how many documents fit, draw (`form`, None for none)."""

    template: ClassVar[str] = "audit_draw.html"
    back: Link
    heading: Text
    filters: Form
    chosen: tuple[Fact, ...]
    summary: Text
    confidences: tuple[Text, ...]
    sizes: tuple[SizeRow, ...]
    signs: tuple[Text, ...]
    form: Form | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A drawn document: `read` leads to its verdicts, `document` to its evidence page."""

    read: Link
    document: Link
    title: Text
    stratum: Text
    verdict: Text
    status: Badge


@dataclass(frozen=True, slots=True)
class StratumRow:
    """A stratum with its counts and its rate with limits in words."""

    name: Text
    population: int
    drawn: int
    counted: int
    rate: Text


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason and how many documents it counts for."""

    reason: Text
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePage(Page):
    """A sample: how it was drawn, what its verdicts say, its documents. `sign` is None unless the reader may sign now.

    `report_waits` is said while the report is being made.
    """

    template: ClassVar[str] = "audit_sample.html"
    back: Link
    heading: str
    summary: Text
    status: Badge
    acts: tuple[Link, ...]
    facts: tuple[Fact, ...]
    seed: str
    digest: str
    results: tuple[Fact, ...]
    note: Text
    reasons: tuple[ReasonRow, ...]
    strata: tuple[StratumRow, ...]
    items: tuple[ItemRow, ...]
    sign: Form | None
    report_waits: Text
    conclusion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage(Page):
    """A drawn document and the verdicts on it that this reader may see. `why_not` says why there is no form."""

    template: ClassVar[str] = "audit_item.html"
    back: Link
    heading: str
    summary: Text
    status: Badge
    facts: tuple[Fact, ...]
    acts: tuple[Link, ...]
    verdicts: tuple[Decision, ...]
    hidden_verdict: Text
    form: Form | None
    why_not: Text
    turns: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReproducedPage(Page):
    """The draw repeated: whether it came out the same, and what of the population has changed since."""

    template: ClassVar[str] = "audit_reproduced.html"
    back: Link
    heading: Text
    status: Badge
    checks: tuple[CheckView, ...]
    drawn: tuple[Fact, ...]
    changed: tuple[Fact, ...]
    added: tuple[str, ...]
    commands: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a finding: its title and its paragraphs."""

    title: Text
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPage(Page):
    """A finding: what was found, what was answered, what the reader may do now."""

    template: ClassVar[str] = "audit_finding.html"
    back: Link
    heading: str
    summary: Text
    status: Badge
    facts: tuple[Fact, ...]
    passages: tuple[Passage, ...]
    steps: tuple[Decision, ...]
    forms: tuple[Form, ...]
