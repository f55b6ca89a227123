"""Courses, for the office, for their providers, and for those who audit them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.case import Portrait
from dashboard.parts import Badge, Fact, Field, Form, Link, Text, Tile


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One course. `places` says how many are taken and how many wait."""

    title: Link
    code: str
    programme: Text
    provider: str
    days: Text
    places: Text
    status: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseList(Page):
    """The courses that are running, planned or over. `tabs`: beside them the orientation sessions, and where we
    are."""

    template: ClassVar[str] = "courses.html"
    summary: Text
    tabs: tuple[tuple[Link, bool], ...]
    tiles: tuple[Tile, ...]
    rows: tuple[CourseRow, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session of a course; `when` leads to its attendance."""

    when: Link
    about: Text
    status: Badge
    cancel: Form | None


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """An assessment; `title` leads to its points."""

    title: Link
    when: Text
    points: Text
    status: Badge


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """Who takes part, waits or has left. `said`: attendance and assessment in words."""

    worker: Link
    reference: str
    said: tuple[Text, ...]
    status: Badge
    leave: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePage(Page):
    """One course: its sessions, who takes part, who waits, how far it is."""

    template: ClassVar[str] = "course.html"
    back: Link
    heading: Text
    status: Badge
    links: tuple[Link, ...]
    facts: tuple[Fact, ...]
    sessions: tuple[SessionRow, ...]
    participants: tuple[ParticipantRow, ...]
    waiting: tuple[ParticipantRow, ...]
    left: tuple[ParticipantRow, ...]
    assessments: tuple[AssessmentRow, ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """One person on the list of a session or an assessment, with their questions."""

    who: Portrait
    reference: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class FileFinding:
    """What is wrong with a row of a list."""

    row: str
    column: str
    message: Text
    fix: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPage(Page):
    """The list of a session or an assessment, all of it in one form; or handed in as a file. `people` take their
    questions from `form`, which has `rest` besides. `form` None: nothing can be recorded now, `lead` says why."""

    template: ClassVar[str] = "course_list.html"
    back: Link
    heading: Text
    lead: Text
    facts: tuple[Fact, ...]
    people: tuple[Marked, ...]
    rest: tuple[Field, ...]
    form: Form | None
    file: Form | None
    findings: tuple[FileFinding, ...]
    taken: Text


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What one participant would get, and why."""

    worker: str
    reference: str
    why: tuple[Text, ...]
    result: Badge
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePage(Page):
    """What everybody gets when the course is closed. `hindrances` come first; with one there is no form."""

    template: ClassVar[str] = "course_close.html"
    back: Link
    heading: Text
    lead: Text
    hindrances: tuple[Text, ...]
    results: tuple[ResultRow, ...]
    form: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosePage(Page):
    """The courses of a case and those it can be enrolled in. `by_hand` leads to results of courses held elsewhere."""

    template: ClassVar[str] = "course_choose.html"
    back: Link
    heading: Text
    lead: Text
    portrait: Portrait | None
    taken: tuple[CourseRow, ...]
    form: Form | None
    by_hand: Link | None
