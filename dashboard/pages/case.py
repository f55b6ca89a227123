"""A case: its page, its sheet, and the pages on which stages are decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from dashboard import timeline
from dashboard.pages.base import Page
from dashboard.pages.diary import BookingView, ToTell
from dashboard.parts import Badge, Fact, Form, Link, Source, Text, Tone


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the case is about. `facts` follow each other in one line: reference, born, nationality, occupation, employer.

    `photo` is the address of the photograph, "" while there is none. `name_language` is a BCP 47 tag for
    the native script's name, or "". `suspended` says that clearances of the programme are stopped, and why;
    `flags` what is to be known of the agency that brought the case, and of its job order.
    """

    name: str
    native_name: str
    name_language: str
    photo: str
    facts: tuple[Text, ...]
    departure: Text
    danger: Badge | None
    life: Badge | None
    suspended: Text = ""
    flags: tuple[Badge, ...] = ()


@dataclass(frozen=True, slots=True)
class Portrait:
    """Whom somebody is to have before them: `photo` is the address of a small picture, "" while there is none; `said`
    its day, `status` what is to be known about it."""

    name: str
    photo: str
    said: Text
    status: Badge | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do next: what, why with the day, and its button. `actions` begins with the main one."""

    title: Text
    reason: Text
    actions: tuple[Link, ...]
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One piece of evidence, or one thing that a stage recorded. `facts`: number, issuer, issued, expires. `file`
    is None when there is none or it is not yours. `bring` says what is to be brought instead, `more` leads to what it
    shows and to how it differs from what is recorded.

    `accept` and `reject` (or withdraw) are None unless this reader may decide on it.
    """

    title: Text
    status: Badge
    facts: tuple[Fact, ...]
    file: Link | None = None
    accept: Form | None = None
    reject: Form | None = None
    bring: Text = ""
    more: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class RequirementView:
    """One requirement of a stage: its status, why, who acts next and until when, what it stands on, and its source.

    `add` is the form or link that brings what is missing: exactly one of `add` and `act` is set, or neither.
    """

    id: str
    title: Text
    status: Badge
    why: Text
    who: Text
    due: Text
    evidence: tuple[EvidenceView, ...]
    source: Source | None
    add: Form | None
    act: Link | None
    waive: Link | None


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage. `detail` says its state in words; `certificate` or `badge` stands at the end of the line.

    `opened` shows its requirements at once; `sign_off` is None unless it is ready and this reader may sign.
    """

    id: str
    title: Text
    tone: Tone
    state: Text
    detail: Text
    certificate: Link | None
    badge: Badge | None
    requirements: tuple[RequirementView, ...]
    acts: tuple[Link, ...]
    sign_off: Form | None
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline: when (in words), who, what."""

    when: Text
    who: Text
    what: Text


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that somebody took: day, what, who, and the reason that was given."""

    day: Text
    what: Text
    who: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class RulingView:
    """A waiver, condition or interim permission, or a decision against the worker with its letter and appeals."""

    id: str
    title: Text
    status: Badge
    facts: tuple[Fact, ...]
    letter: Link | None
    acts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """A follow-up: when it is due and by whom, or what came out of it; or an assignment or measure with its days.
    `record`, `answer` and `withdraw` are None unless this reader may do it now."""

    id: str
    title: Text
    status: Badge
    facts: tuple[Fact, ...]
    record: Form | None
    withdraw: Form | None
    source: Source | None
    answer: Form | None = None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A stage (`bold`) or requirement of the plan with its days in words; `note` says what is critical or at risk."""

    title: Text
    bold: bool
    earliest: Text
    useful_from: Text
    start_by: Text
    latest: Text
    slack: Text
    note: Text


@dataclass(frozen=True, slots=True)
class PlanView:
    """What must be there by when. `rows` are the numbers, `drawn` those that the picture shows (what is open), from the
    right in languages that are read so (`mirrored`)."""

    status: Badge
    summary: Text
    rows: tuple[PlanRow, ...]
    drawn: tuple[timeline.Row, ...]
    on: date
    departure: date | None
    mirrored: bool

    @property
    def picture(self) -> timeline.Picture | None:
        """Drawn when the page is, in the language of the page; None where nothing is open."""
        return timeline.draw(self.drawn, self.on, self.departure, mirrored=self.mirrored) if self.drawn else None


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One issued document of the case and how it stands today."""

    number: Link
    title: Text
    issued: Text
    status: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage(Page):
    """A case on one page.

    `next` is None when nothing is left to do. `poll` is the address of this page while a certificate is
    being made, else "": the browser then asks again by itself. `acts`: print the sheet, correct the data,
    assign, hold or end the case.
    """

    template: ClassVar[str] = "case.html"
    identity: Identity
    next: NextStep | None
    stages: tuple[StageView, ...]
    timeline: tuple[Event, ...]
    decisions: tuple[Decision, ...]
    certificates: tuple[CertificateRow, ...]
    rulings: tuple[RulingView, ...]
    follow_ups: tuple[FollowUpView, ...]
    bookings: tuple[BookingView, ...]
    to_tell: ToTell | None
    plan: PlanView | None
    acts: tuple[Link, ...]
    poll: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSheet(Page):
    """The case for printing: everything in one column, without a button. `printed` says when and by whom."""

    template: ClassVar[str] = "sheet.html"
    identity: Identity
    facts: tuple[Fact, ...]
    stages: tuple[StageView, ...]
    decisions: tuple[Decision, ...]
    certificates: tuple[CertificateRow, ...]
    timeline: tuple[Event, ...]
    printed: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage(Page):
    """One thing to record or decide: heading, what it means, facts to look at while answering, the form.

    `back` leads to where the reader came from. Used for a new case, corrected data, stage results, life moves,
    waivers, accounts, organisations and licences. `recorded` is what counts already, each with the form that takes
    it back.
    """

    template: ClassVar[str] = "form.html"
    heading: Text
    lead: Text
    facts: tuple[Fact, ...]
    form: Form
    back: Link
    recorded: tuple[EvidenceView, ...] = ()
    portrait: Portrait | None = None


@dataclass(frozen=True, slots=True)
class Module:
    """One module of the orientation: attended or not, when, and whether identity was checked; `withdraw` takes the
    attendance back, for those who record it."""

    title: Text
    length: Text
    status: Badge
    attended: Text
    withdraw: Form | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendancePage(Page):
    """The modules of a curriculum and who attended them. `form` is None for those who may only read."""

    template: ClassVar[str] = "attendance.html"
    back: Link
    heading: Text
    summary: Text
    modules: tuple[Module, ...]
    form: Form | None
    portrait: Portrait | None = None
