"""What every page has: who reads it, where they are, and the frame around it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from basis.messages import _
from dashboard import addresses
from dashboard.parts import Badge, Link, Text
from dashboard.words import ENGLISH, Language


class Place(StrEnum):
    """The places of the header. A place is shown to those who hold its permission (`casework.accounts.rules`)."""

    WORK = "work"
    CASES = "cases"
    BATCHES = "batches"
    COURSES = "courses"
    APPOINTMENTS = "appointments"
    MEDICAL = "medical"
    SKILLS = "skills"
    LOANS = "loans"
    RECRUITMENT = "recruitment"
    COMPLAINTS = "complaints"
    DOCUMENTS = "documents"
    AUDITS = "audits"
    PROGRAMMES = "programmes"
    ADMINISTRATION = "administration"
    NOWHERE = ""


_PLACES = (
    (Place.WORK, "see_cases", addresses.WORK, _("My work")),
    (Place.CASES, "see_cases", addresses.CASES, _("Cases")),
    (Place.BATCHES, "see_batches", addresses.BATCHES, _("Batches")),
    (Place.COURSES, "see_courses", addresses.COURSES, _("Courses")),
    (Place.APPOINTMENTS, "see_appointments", addresses.APPOINTMENTS, _("Appointments")),
    (Place.MEDICAL, "see_medical", addresses.MEDICAL, _("Medical")),
    (Place.SKILLS, "see_skills", addresses.SKILLS, _("Skills")),
    (Place.LOANS, "see_loans", addresses.LOANS, _("Loans")),
    (Place.RECRUITMENT, "see_recruitment", addresses.RECRUITMENT, _("Job orders")),
    (Place.COMPLAINTS, "handle_complaints", addresses.COMPLAINTS, _("Complaints")),
    (Place.DOCUMENTS, "see_register", addresses.DOCUMENTS, _("Documents")),
    (Place.AUDITS, "see_engagements", addresses.AUDITS, _("Audits")),
    (Place.PROGRAMMES, "", addresses.PROGRAMMES, _("Programmes")),
    (Place.ADMINISTRATION, "manage_accounts", addresses.USERS, _("Administration")),
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads the page. `role` and `office` are words for people; `can` holds permission names."""

    name: str
    role: Text
    office: Text
    can: frozenset[str]


@dataclass(frozen=True, slots=True)
class Base:
    """The frame of a page.

    `viewer` is None before sign-in and on public pages. `form_token` goes into every form that posts. `notice` is
    said once, after an act. `search` is what stands in the search box. `demo` shows the banner. `alarms` say on every
    page of auditors and administrators what must be seen to.
    """

    viewer: Viewer | None = None
    place: Place = Place.NOWHERE
    form_token: str = ""
    notice: Badge | None = None
    search: str = ""
    demo: bool = False
    alarms: tuple[Badge, ...] = ()
    language: Language = ENGLISH

    @property
    def places(self) -> tuple[tuple[Link, bool], ...]:
        """The header's links and whether we are there."""
        if self.viewer is None:
            return ()
        return tuple(
            (Link(href, text), place is self.place)
            for place, permission, href, text in _PLACES
            if not permission or permission in self.viewer.can
        )

    @property
    def searches(self) -> bool:
        return self.viewer is not None and "see_cases" in self.viewer.can


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: its template and what the template uses. Subclasses add their fields."""

    template: ClassVar[str]
    base: Base
