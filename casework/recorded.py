"""What all flats check of a recorded thing in the same way: its text, its day, and how it is withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Protocol, TypeVar
from uuid import UUID

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import Message, _
from casework.cases import changes
from casework.organisations.tables import Organisation, OrganisationKind
from casework.work import Work

WITHDRAW_REASONS: Mapping[str, Message] = {
    "recorded_in_error": _("It was recorded in error."),
    "wrong_person": _("It belongs to another person."),
    "found_wrong": _("It was found to be wrong."),
    "issuer_withdrew": _("Whoever issued it took it back."),
    "worker_asked": _("The worker asked for it."),
}

_LONGEST_AHEAD: Final = timedelta(days=3653)


class Recorded(Protocol):
    """A row about a case that is never changed, only withdrawn."""

    id: UUID
    case_id: UUID
    withdrawn_on: date | None


Row = TypeVar("Row", bound=Recorded)


def text(value: str, field: Message, longest: int = 200, *, needed: bool = True) -> str:
    """`value` without surrounding spaces. Raises `InvalidInput` (``missing_value``, ``too_long``)."""
    stripped = value.strip()
    if needed and not stripped:
        raise InvalidInput("missing_value", _("The field {field} is empty.", field=field), _("Fill it in."))
    if len(stripped) > longest:
        raise InvalidInput(
            "too_long",
            _("The field {field} is longer than {longest} characters.", field=field, longest=longest),
            _("Shorten it."),
        )
    return stripped


def happened(day: date, field: Message, today: date) -> date:
    """A day on which something happened: today or earlier. Raises `InvalidInput` (``date_in_future``)."""
    if day > today:
        raise InvalidInput(
            "date_in_future",
            _("The field {field} lies in the future.", field=field),
            _("Record it on the day it has happened, or correct the day."),
        )
    return day


def planned(day: date, field: Message, today: date) -> date:
    """A day that is planned for. Raises `InvalidInput` (``date_in_past``; ``date_too_far``: what is counted from such a
    day, as the instalments of a loan, would never come)."""
    if day < today:
        raise InvalidInput(
            "date_in_past", _("The field {field} lies in the past.", field=field), _("Give a day from today on.")
        )
    if day - today > _LONGEST_AHEAD:
        raise InvalidInput(
            "date_too_far", _("The field {field} lies too far ahead.", field=field), _("Correct the year.")
        )
    return day


def organisation(work: Work, organisation_id: UUID, kind: OrganisationKind) -> Organisation:
    """An organisation of the kind that is needed. Raises `NotFound`, `InvalidInput` (``organisation_kind``)."""
    found = work.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound("organisation", _("There is no such organisation."), _("Choose one from the list."))
    if found.kind is not kind:
        raise InvalidInput(
            "organisation_kind",
            _("This needs an organisation of the kind {kind}.", kind=kind.value),
            _("Choose one from the list."),
        )
    return found


def known_reason(reason: str, reasons: Mapping[str, Message] = WITHDRAW_REASONS) -> str:
    """A code of `reasons`. Raises `InvalidInput` (``unknown_reason``)."""
    if reason not in reasons:
        raise InvalidInput(
            "unknown_reason", _("The reason is not one of the list."), _("Choose a reason from the list.")
        )
    return reason


def withdraw(
    work: Work,
    table: type[Row],
    row_id: UUID,
    event: str,
    reason: str,
    expected_version: int | None = None,
    *,
    any_life: bool = False,
) -> Row:
    """Take a row back, today, for a code of `WITHDRAW_REASONS`; what stands on it falls with it.

    `event` is ``noun.withdrawn``; with `any_life` an ended case may be changed. Raises `Conflict` (``withdrawn``) when
    it was withdrawn before.
    """
    known_reason(reason)
    row = work.session.get(table, row_id)
    if row is None:
        raise NotFound("record", _("There is no such record."), _("Open it from its case."))
    changes.change(work, row.case_id, expected_version, any_life=any_life)
    work.session.refresh(row)
    if row.withdrawn_on is not None:
        raise Conflict("withdrawn", _("This was withdrawn already."), _("Look at its present state."))
    row.withdrawn_on = work.today
    work.session.add(row)
    name = str(getattr(table, "__tablename__", ""))
    work.record(event, f"{name}/{row.id}", case_id=row.case_id, data={"reason": reason})
    return row
