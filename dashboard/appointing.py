"""Appointments in words: how one stands, its time by the clinic's clock, the days of a list, what may not be asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from basis.messages import Message, _, _n
from basis.roles import Role
from casework.cases.tables import Case
from casework.clinics.queries import AppointmentLine, Show
from casework.clinics.rules import MISSED_REASONS, MISSED_TOO_OFTEN
from casework.clinics.tables import ClinicAppointment, ClinicSlot
from casework.diary.rules import BookingState
from casework.diary.tables import Booking
from casework.medical.rules import NEVER_WORDS, PART_WORDS
from casework.organisations.tables import Organisation
from checklists.stage_rules import ExaminationRule
from dashboard import addresses, words
from dashboard.cases.lists import name_in_lists
from dashboard.cases.requirements import source
from dashboard.pages.appointments import AppointmentDay, AppointmentRow
from dashboard.parts import Badge, Link, Source, Text, Tone

PARTS: dict[Show, Message] = {
    Show.AHEAD: _("today and after"),
    Show.TODAY: _("today"),
    Show.RESULTS: _("results outstanding"),
    Show.DONE: _("examined in the last three months"),
    Show.UNTOLD: _("did they come?"),
    Show.MISSED: _("missed, to book anew"),
    Show.DOUBTFUL: _("clinic not accredited any more"),
}
FOR_CLINIC = (Show.TODAY, Show.AHEAD, Show.RESULTS, Show.UNTOLD, Show.DONE)
FOR_OFFICE = (Show.AHEAD, Show.TODAY, Show.UNTOLD, Show.MISSED, Show.DOUBTFUL)


def clock(instant: datetime, clinic: Organisation) -> str:
    """The time by the clinic's clock."""
    return f"{instant.astimezone(ZoneInfo(clinic.time_zone)):%H:%M}"


def span(row: Booking | ClinicSlot, clinic: Organisation) -> str:
    return f"{clock(row.starts_at, clinic)}–{clock(row.ends_at, clinic)}"


def when(booking: Booking, row: ClinicAppointment, clinic: Organisation) -> Message:
    return _("{day}, {time}", day=words.on(row.day), time=span(booking, clinic))


def status(booking: Booking, row: ClinicAppointment, missed: int = 0) -> Badge:
    """How an appointment stands; `missed` is how many the worker missed in all."""
    match booking.state:
        case BookingState.ATTENDED:
            return Badge(Tone.DONE, _("came, identity checked") if row.identity_checked else _("came"))
        case BookingState.MISSED if missed >= MISSED_TOO_OFTEN:
            return Badge(Tone.LATE, _("missed {count} times: speak with the worker", count=missed))
        case BookingState.MISSED:
            return Badge(Tone.TODAY, MISSED_REASONS.get(row.missed, _("missed")))
        case BookingState.CANCELLED:
            return Badge(Tone.IDLE, _("cancelled"))
    return Badge(Tone.OPEN, _("booked"))


def days(lines: Iterable[AppointmentLine], role: Role, show: Show) -> tuple[AppointmentDay, ...]:
    """The lines by the clinic's days. A clinic is led to the appointment, an office to clinic and time of the case."""
    return tuple(
        AppointmentDay(words.on(day), tuple(_row(line, role, show) for line in found))
        for day, found in groupby(lines, key=lambda line: line.row.day)
    )


def _row(line: AppointmentLine, role: Role, show: Show) -> AppointmentRow:
    clinic = role is Role.CLINIC_USER
    address = addresses.appointment(line.booking.id) if clinic else of_case(line.case)
    about: Text = line.case.reference
    if not clinic:
        about = _("{reference} · {clinic}", reference=line.case.reference, clinic=line.clinic.name)
    shown = status(line.booking, line.row, line.missed)
    if show is Show.DOUBTFUL:
        shown = Badge(Tone.LATE, _("book another clinic"))
    return AppointmentRow(
        clock(line.booking.starts_at, line.clinic), Link(address, name_in_lists(line.worker)), about, shown
    )


def of_case(case: Case) -> str:
    return addresses.case(case.id, "appointment")


def parts(rule: ExaminationRule) -> tuple[Message, ...]:
    return tuple(PART_WORDS[one] for one in rule.parts)


def never(rule: ExaminationRule) -> tuple[Message, ...]:
    return tuple(NEVER_WORDS[one] for one in rule.never_asked)


def rule_source(rule: ExaminationRule) -> Source | None:
    return source(rule.legal_basis) if rule.legal_basis else None


def free_places(free: int, places: int) -> Message:
    return _n("{free} of {count} place free", "{free} of {count} places free", places, free=free)
