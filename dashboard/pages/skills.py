"""The skills map: who can do what and from when, and an employer's demand against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.documents import SavedList
from dashboard.parts import Badge, Chip, Form, Link, Pager, Text, Tile


@dataclass(frozen=True, slots=True)
class Cell:
    """How many, and how wide its bar is in hundredths of the longest."""

    count: int
    share: int


@dataclass(frozen=True, slots=True)
class OccupationRow:
    """An occupation, or a group of them, by the months in which its workers are ready."""

    occupation: Link
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A worker's case: what was shown, and when the preparation can be over."""

    worker: Link
    about: Text
    languages: Text
    education: Text
    programme: Text
    ready: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillsMap(Page):
    """`columns` head the cells of the picture."""

    template: ClassVar[str] = "skills.html"
    summary: Text
    acts: tuple[Link, ...]
    filters: Form
    chips: tuple[Chip, ...]
    views: tuple[SavedList, ...]
    save: Form | None
    columns: tuple[Text, ...]
    occupations: tuple[OccupationRow, ...]
    rows: tuple[SkillRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class ReasonView:
    """What speaks for a worker or against."""

    criterion: Text
    verdict: Badge
    words: Text


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A worker's case with its reasons."""

    worker: Link
    about: Text
    reasons: tuple[ReasonView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Page):
    """A demand (`asked`, a GET form) against the workers that there are; `rows` is empty before it is filled in."""

    template: ClassVar[str] = "skill_match.html"
    summary: Text
    asked: Form
    tiles: tuple[Tile, ...]
    views: tuple[SavedList, ...]
    save: Form | None
    rows: tuple[MatchRow, ...]
    pager: Pager | None
