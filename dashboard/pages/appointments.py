"""Pages of appointments: a clinic's days and its own results; clinic and time of a case; slots; the referral slip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.batches import FindingView
from dashboard.pages.case import Portrait
from dashboard.pages.originals import ReceiptSide
from dashboard.parts import Badge, Fact, Form, Link, Pager, Source, Text, Tile


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """One appointment: its time, who is expected, and what else the reader needs to know."""

    time: str
    who: Link
    about: Text
    status: Badge


@dataclass(frozen=True, slots=True)
class AppointmentDay:
    """A day, in words, with its appointments in the order of their time."""

    day: Text
    rows: tuple[AppointmentRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentList(Page):
    """Appointments by days: of one clinic, or of all cases of an office."""

    template: ClassVar[str] = "appointments.html"
    heading: Text
    summary: Text
    links: tuple[Link, ...]
    tiles: tuple[Tile, ...]
    days: tuple[AppointmentDay, ...]
    pager: Pager
    empty: Text


@dataclass(frozen=True, slots=True)
class ResultView:
    """One version of a result, as the clinic that entered it may read it."""

    title: Text
    status: Badge
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentPage(Page):
    """One appointment as its clinic sees it. `never` says what must not be asked, `source` where that stands."""

    template: ClassVar[str] = "appointment.html"
    back: Link
    portrait: Portrait | None
    status: Badge
    facts: tuple[Fact, ...]
    parts: tuple[Text, ...]
    never: tuple[Text, ...]
    source: Source | None
    forms: tuple[Form, ...]
    results: tuple[ResultView, ...]


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One slot: from when to when, how full, and the form that closes it (None where it is closed)."""

    time: str
    places: Text
    status: Badge
    close: Form | None


@dataclass(frozen=True, slots=True)
class SlotDay:
    day: Text
    rows: tuple[SlotRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotsPage(Page):
    """The times of a clinic that have not ended; `filters` chooses the clinic, for an office."""

    template: ClassVar[str] = "slots.html"
    back: Link
    heading: Text
    summary: Text
    filters: Form | None
    days: tuple[SlotDay, ...]
    form: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultListPage(Page):
    """Hand a list of results in; what became of the last one stands above the form."""

    template: ClassVar[str] = "result_list.html"
    back: Link
    summary: Text
    findings: tuple[FindingView, ...]
    columns: tuple[Text, ...]
    form: Form


@dataclass(frozen=True, slots=True)
class Choice:
    """A form, its heading, and what is to be known before it is sent."""

    heading: Text
    lead: Text
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAppointmentPage(Page):
    """Clinic and time of one case: how the clinic is chosen, which it is, the appointment, and those before it."""

    template: ClassVar[str] = "case_appointment.html"
    back: Link
    heading: Text
    rule: Text
    source: Source | None
    facts: tuple[Fact, ...]
    status: Badge | None
    links: tuple[Link, ...]
    choices: tuple[Choice, ...]
    history: tuple[Fact, ...]
    empty: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipPage(Page):
    """The referral slip to print, in English and in the worker's language where that is offered."""

    template: ClassVar[str] = "slip.html"
    back: Link
    issuer: str
    number: str
    photo: str
    sides: tuple[ReceiptSide, ...]
