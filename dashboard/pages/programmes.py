"""What the programmes ask, for everybody to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Fact, Link, Source, Text


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """One version of a programme."""

    title: Link
    route: Text
    version: Text
    published: Text
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeList(Page):
    """The programmes and their versions."""

    template: ClassVar[str] = "programmes.html"
    summary: Text
    rows: tuple[ProgrammeRow, ...]


@dataclass(frozen=True, slots=True)
class AskedRequirement:
    """One requirement as the programme words it: when it is asked, who brings and verifies it, how long it holds."""

    title: Text
    asked: Text
    provided_by: Text
    verified_by: Text
    holds: Text
    source: Source | None


@dataclass(frozen=True, slots=True)
class AskedStage:
    """One stage of a programme. `after` names the stages before it, `sign_off` who signs."""

    id: str
    title: Text
    tracks: Text
    after: Text
    sign_off: Text
    certificate: Text
    requirements: tuple[AskedRequirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammePage(Page):
    """One version of a programme: its facts, its stages with their requirements, and the sources of the whole."""

    template: ClassVar[str] = "programme.html"
    heading: Text
    summary: Text
    facts: tuple[Fact, ...]
    stages: tuple[AskedStage, ...]
    sources: tuple[Source, ...]
