"""Whose turn it is, when a slot is, how long a referral slip is good, and what makes an appointment missed. Pure.

Sources: the health council of the Gulf states assigns the centre (a slip is usable for about 30 days,
gamcamedicals.com); in the Philippines the worker chooses freely among accredited clinics, and "decking", that is an
office or an agency sending workers to a clinic, is prohibited (Department of Health, Administrative Order 2013-0006).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from basis.errors import InvalidInput, Refused
from basis.messages import Message, _
from basis.roles import Role
from checklists.stage_rules import ClinicChoice

SLIP_DAYS: Final = 30
"""Calendar days after its issue for which a referral slip can be used, or until the appointment if that is later."""
MOST_PLACES: Final = 500
MOST_WEEKS: Final = 52
FURTHEST: Final = timedelta(days=366)
"""How far ahead a slot may be opened."""
MISSED_TOO_OFTEN: Final = 2
"""After so many missed appointments a caseworker is asked to speak with the worker."""

CHOICE_WORDS: Final[Mapping[ClinicChoice, Message]] = {
    ClinicChoice.OFFICE: _("The office chooses among the accredited clinics."),
    ClinicChoice.ROTATION: _("The system assigns the accredited clinics in turn; nobody chooses."),
    ClinicChoice.WORKER: _("The worker chooses among the accredited clinics; nobody may recommend or choose one."),
}

IN_TURN: Final = "in_turn"
WORKER_CHOSE: Final = "worker_chose"
OFFICE_CHOSE: Final = "office_chose"
OVERRIDES: Final[Mapping[str, Message]] = {
    "too_far": _("The clinic is too far for the worker."),
    "no_time": _("The clinic has no free time before the examination is needed."),
    "conflict_of_interest": _("The clinic and the worker or the agency are close to each other."),
    "complaint": _("The worker complained of the clinic."),
}
"""Why a supervisor may name another clinic than the one whose turn it was."""
ASSIGN_REASONS: Final[Mapping[str, Message]] = {
    IN_TURN: _("It was the turn of this clinic."),
    WORKER_CHOSE: _("The worker chose this clinic."),
    OFFICE_CHOSE: _("The office chose this clinic."),
    **OVERRIDES,
}
MISSED_REASONS: Final[Mapping[str, Message]] = {
    "not_come": _("The worker did not come."),
    "too_late": _("The worker came too late."),
    "no_document": _("The worker had no identity document."),
    "other_person": _("Another person came."),
    "sent_away": _("The clinic could not examine; it is not the worker's fault."),
}
NOT_COUNTED: Final = frozenset({"sent_away"})
"""What the worker is not to blame for."""
SUSPEND_REASONS: Final[Mapping[str, Message]] = {
    "under_inquiry": _("An inquiry is going on."),
    "false_results": _("Results were false."),
    "overcharged": _("Workers were charged too much."),
    "identity_not_checked": _("Identities were not checked."),
    "breach_of_confidentiality": _("Medical details were passed on."),
    "authority_ordered": _("The authority ordered it."),
}
_OVERRULING: Final = frozenset({Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clinic that may be assigned: `count` workers of the programme were assigned to it so far."""

    clinic_id: UUID
    code: str
    count: int


def next_in_turn(candidates: Sequence[Candidate]) -> Candidate:
    """The clinic with the fewest workers so far; of several the first by code. Raises `Refused` (``no_clinic``)."""
    if not candidates:
        raise Refused(
            "no_clinic",
            _("No clinic in reach is accredited for this programme today."),
            _("An administrator records accreditations with the organisation."),
        )
    return min(candidates, key=lambda one: (one.count, one.code))


def require_choice(choice: ClinicChoice, role: Role | None, reason: str, *, by_worker: bool) -> str:
    """The code of the reason for which this clinic and no other is taken.

    Raises `Refused` (``decking_prohibited``: the worker chooses; ``clinic_in_turn``: nobody does, but a supervisor
    with a reason), `InvalidInput` (``unknown_reason``).
    """
    if choice is ClinicChoice.WORKER:
        if not by_worker:
            raise Refused(
                "decking_prohibited",
                _("Only the worker may choose the clinic; sending workers to a clinic is prohibited."),
                _("Show the worker the whole list, and record the clinic that the worker chose."),
            )
        return WORKER_CHOSE
    if choice is ClinicChoice.OFFICE:
        return WORKER_CHOSE if by_worker else OFFICE_CHOSE
    if role is not None and role not in _OVERRULING:
        raise Refused(
            "clinic_in_turn",
            _("Nobody chooses the clinic in this programme: they are assigned in turn."),
            _("A supervisor can name another clinic, with a reason."),
        )
    if reason not in OVERRIDES:
        raise InvalidInput(
            "unknown_reason", _("The reason is not one of the list."), _("Choose a reason from the list.")
        )
    return reason


def may_overrule(role: Role | None) -> bool:
    """Whether the role may name another clinic than the one whose turn it is."""
    return role is None or role in _OVERRULING


def instants(day: date, begins: time, ends: time, zone: str) -> tuple[datetime, datetime]:
    """Begin and end of a slot as UTC instants, from the clinic's own clock.

    Raises `InvalidInput` (``dates``: it ends before it begins; ``no_such_time``: the clocks are put forward then).
    """
    if ends <= begins:
        raise InvalidInput("dates", _("The slot ends before it begins."), _("Correct the two times."))
    found = []
    for clock in (begins, ends):
        local = datetime.combine(day, clock, ZoneInfo(zone))
        made = local.astimezone(UTC)
        if made.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise InvalidInput(
                "no_such_time",
                _("On {day} there is no {time}: the clocks are put forward.", day=day, time=f"{clock:%H:%M}"),
                _("Choose another time."),
            )
        found.append(made)
    return found[0], found[1]


def weekly(day: date, weeks: int) -> tuple[date, ...]:
    """The day and the same day of each week after it. Raises `InvalidInput` (``weeks``)."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise InvalidInput(
            "weeks",
            _("A slot is opened for 1 to {most} weeks at once.", most=MOST_WEEKS),
            _("Open the rest later."),
        )
    return tuple(day + timedelta(weeks=number) for number in range(weeks))


def usable_until(issued_on: date, appointment_on: date) -> date:
    """The last day on which a referral slip is good."""
    return max(issued_on + timedelta(days=SLIP_DAYS), appointment_on)


def slip_number(booking_id: UUID) -> str:
    """The number of the slip of a booking, as it is read out: ``4F7A-92B0``."""
    text = booking_id.hex[-8:].upper()
    return f"{text[:4]}-{text[4:]}"
