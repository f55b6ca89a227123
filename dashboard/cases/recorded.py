"""What the stages have recorded, each with the form that takes it back: decisions, courses, a journey."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from basis.messages import Message, _
from casework.accounts.rules import Permission
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.orientation.tables import ModuleAttendance
from casework.recorded import WITHDRAW_REASONS
from casework.training.tables import TrainingResult
from casework.travel.tables import Itinerary
from dashboard import words
from dashboard.forms import stages as forms
from dashboard.pages.case import EvidenceView
from dashboard.parts import Badge, Fact, Form, Option, Text, Tone
from dashboard.sessions import Visit

REASONS: Final = tuple(Option(code, said) for code, said in WITHDRAW_REASONS.items())
MAY_WITHDRAW: Final = {
    "medical": Permission.RECORD_MEDICAL,
    "opinion": Permission.RECORD_MEDICAL,
    "vaccination": Permission.RECORD_MEDICAL,
    "care": Permission.RECORD_MEDICAL,
    "fit-to-fly": Permission.RECORD_MEDICAL,
    "qualifications": Permission.RECORD_QUALIFICATIONS,
    "diplomas": Permission.RECORD_QUALIFICATIONS,
    "letters": Permission.RECORD_QUALIFICATIONS,
    "training": Permission.RECORD_TRAINING,
    "orientation": Permission.RECORD_ORIENTATION,
    "itinerary": Permission.RECORD_TRAVEL,
}
"""Who takes back what: the same who record it. The keys stand in addresses."""


def withdraw_form(visit: Visit, case: Case, kind: str, row_id: UUID, title: Text, legend: Text = "") -> Form | None:
    """The form that takes one row back, None where the reader may not or the case has ended."""
    if is_ended(case.life) or not visit.may(MAY_WITHDRAW[kind]):
        return None
    return forms.withdraw(case.id, case.version, kind, row_id, title, REASONS, legend)


def course(visit: Visit, case: Case, row: TrainingResult) -> EvidenceView:
    """A course that was taken."""
    badge = Badge(Tone.DONE, _("passed")) if row.passed else Badge(Tone.TODAY, _("not passed"))
    hours = _("{attended} of {held}", attended=row.hours_attended, held=row.hours_held)
    facts = (
        (_("Provider"), row.provider_name),
        (_("Hours attended"), hours),
        (_("Level reached (CEFR)"), row.level),
        (_("Completed on"), words.on(row.completed_on)),
    )
    return _view(visit, case, "training", row.id, _("Course: {course}", course=row.course), badge, facts)


def journey(visit: Visit, case: Case, row: Itinerary) -> EvidenceView:
    """The booking that counts."""
    facts = (
        (_("From"), row.origin),
        (_("To"), row.destination),
        (_("Carrier"), row.carrier),
        (_("Flight or service number"), row.service_number),
        (_("Met by"), row.met_by),
    )
    title = _("Journey on {day}", day=words.on(row.departs_on))
    return _view(visit, case, "itinerary", row.id, title, Badge(Tone.DONE, _("booked")), facts)


def attendance_form(visit: Visit, case: Case, row: ModuleAttendance, module: Message) -> Form | None:
    """Takes the attendance of one module back."""
    return withdraw_form(visit, case, "orientation", row.id, _("the attendance: {module}", module=module))


def _view(
    visit: Visit, case: Case, kind: str, row_id: UUID, title: Message, badge: Badge, facts: Iterable[tuple[Text, Text]]
) -> EvidenceView:
    return EvidenceView(
        title=title,
        status=badge,
        facts=tuple(Fact(label, value) for label, value in facts if value),
        reject=withdraw_form(visit, case, kind, row_id, title),
    )
