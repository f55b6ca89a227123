"""Job and contract: who is put forward, for what, and whether the contract is what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Fact, Form, Link, Pager, Source, Text


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application of a case: the job order with its employer, how it stands, and its days."""

    title: Link
    status: Badge
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One subject of both contracts; `status` says in words what the signed one is beside the promise."""

    title: Text
    promised: Text
    signed: Text
    status: Badge


@dataclass(frozen=True, slots=True)
class TermRow:
    """One of the programme's terms, what the contract says of it, and what that is beside the least."""

    title: Text
    minimum: Text
    said: Text
    status: Badge
    source: Source | None


@dataclass(frozen=True, slots=True)
class PointView:
    """What somebody must see to, or how it was seen to; `act` leads to the form, `forms` confirm or return."""

    title: Text
    status: Badge
    facts: tuple[Fact, ...]
    act: Link | None
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage(Page):
    """The job of a case and its contract. `rows` are promised and signed side by side; `forms` are what the reader can
    do with the contract now."""

    template: ClassVar[str] = "job.html"
    back: Link
    heading: Text
    status: Badge
    facts: tuple[Fact, ...]
    applications: tuple[ApplicationView, ...]
    points: tuple[PointView, ...]
    rows: tuple[ComparedRow, ...]
    promised_from: Text
    terms: tuple[TermRow, ...]
    links: tuple[Link, ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """A job order that a case may be put forward for, with what speaks for it and against. `form` is None until the
    worker agrees to be named to employers, and where the agency may not fill it now: `refused` says why."""

    title: Text
    facts: tuple[Fact, ...]
    reasons: tuple[tuple[Text, Text, Badge], ...]
    form: Form | None
    refused: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NominatePage(Page):
    """The job orders that a case may be put forward for. `agreement` records that the worker agrees to be named to
    employers, or agrees no longer."""

    template: ClassVar[str] = "nominate.html"
    back: Link
    heading: Text
    agreement: Form
    orders: tuple[OpenOrder, ...]
    empty: Text


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One candidate in a list."""

    who: Link
    occupation: Text
    languages: Text
    experience: Text
    ready: Text
    status: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatesPage(Page):
    """Who was put forward for a job order. `criteria` changes what is asked."""

    template: ClassVar[str] = "candidates.html"
    back: Link
    heading: Text
    summary: Text
    facts: tuple[Fact, ...]
    rows: tuple[CandidateRow, ...]
    pager: Pager
    empty: Text
    criteria: Form


@dataclass(frozen=True, slots=True)
class InterviewView:
    when: Text
    where: Text
    result: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatePage(Page):
    """One candidate for a job order. `case` leads to the case, for an office; `offered` is what the last offer holds
    out; `links` lead to forms of their own, `forms` are what the reader can do now."""

    template: ClassVar[str] = "candidate.html"
    back: Link
    heading: Text
    status: Badge
    case: Link | None
    facts: tuple[Fact, ...]
    interviews: tuple[InterviewView, ...]
    offered: tuple[Fact, ...]
    links: tuple[Link, ...]
    forms: tuple[Form, ...]
