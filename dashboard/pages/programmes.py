"""What the programmes ask, for everybody to read, signed in or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Fact, Link, Source, Text


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """One version of a programme. `cases` is None for who may not know of cases."""

    title: Link
    route: Text
    version: Text
    published: Text
    cases: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeList(Page):
    """The programmes and their versions; `counts`: with the number of cases. `acts` lead to what the reader may do."""

    template: ClassVar[str] = "programmes.html"
    summary: Text
    counts: bool
    rows: tuple[ProgrammeRow, ...]
    acts: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedRequirement:
    """One requirement as the programme words it: when it is asked; who brings and verifies it, how long it takes and
    holds, who pays (`facts`); `parts` are the modules of an orientation."""

    title: Text
    asked: Text
    facts: tuple[Fact, ...]
    parts: tuple[Fact, ...]
    source: Source | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with what it says in detail, and its source."""

    title: Text
    detail: Text
    source: Source | None


@dataclass(frozen=True, slots=True)
class StageWork:
    """How the work of a stage is done, with its source; `rules` have sources of their own."""

    facts: tuple[Fact, ...]
    source: Source | None
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedStage:
    """One stage of a programme. `about` names the stages before it and who signs, `takes` how long; `work` is there
    where the programme says how it is done."""

    id: str
    number: int
    title: Text
    about: Text
    takes: Text
    certificate: Text
    requirements: tuple[AskedRequirement, ...]
    work: StageWork | None = None


@dataclass(frozen=True, slots=True)
class RuleSection:
    """Rules under a heading; `lead` is a sentence before them."""

    id: str
    heading: Text
    lead: Text
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammePage(Page):
    """One version of a programme. `notices` say what is out of the ordinary (suspended, not in force), `durations` how
    long it takes; `before` and `after` are the rules around the stages, `others` its other versions."""

    template: ClassVar[str] = "programme.html"
    heading: Text
    summary: Text
    version: Text
    notices: tuple[Badge, ...]
    facts: tuple[Fact, ...]
    durations: tuple[Text, ...]
    certainty: Text
    before: tuple[RuleSection, ...]
    stages: tuple[AskedStage, ...]
    after: tuple[RuleSection, ...]
    sources: tuple[Source, ...]
    others: tuple[Link, ...]
