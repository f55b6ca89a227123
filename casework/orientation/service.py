"""Record who attended which modules: a session's attendance list in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import InvalidInput
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.orientation.tables import ModuleAttendance
from casework.work import Work

LONGEST_MODULE = 10_000  # minutes


class AttendedModule(BaseModel):
    """A module of the curriculum and the minutes it took."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    module: str
    minutes: int


class Attendance(BaseModel):
    """The list of one session: these cases attended these modules on that day."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_ids: tuple[UUID, ...]
    modules: tuple[AttendedModule, ...]
    trainer: str
    identity_checked: bool
    attended_on: date


@dataclass(frozen=True, slots=True)
class Attended:
    """What was recorded; `repeated` counts what stood on the list already and was left alone."""

    rows: tuple[ModuleAttendance, ...]
    repeated: int


def attend(
    work: Work, command: Attendance, curriculum: Collection[str], expected_version: int | None = None
) -> Attended:
    """Record a session's list for all its cases or for none. `curriculum`: the ids of the programme's modules.

    A case that has the module of that day already is left alone. `expected_version` is for a list of one case.
    """
    require(work.actor.role, Permission.RECORD_ORIENTATION)
    _check(command, curriculum)
    attended_on = recorded.happened(command.attended_on, _("day of the session"), work.today)
    trainer = recorded.text(command.trainer, _("trainer"))
    rows: list[ModuleAttendance] = []
    # In the order of their ids, so that two lists with the same cases do not wait for each other.
    for case_id in sorted(set(command.case_ids)):
        case = changes.change(work, case_id, expected_version)
        known = _known(work.session, case_id, attended_on)
        rows += [
            ModuleAttendance(
                case_id=case.id,
                module=attended.module,
                minutes=attended.minutes,
                trainer=trainer,
                identity_checked=command.identity_checked,
                attended_on=attended_on,
                recorded_at=work.now,
                recorded_by=work.actor.key,
            )
            for attended in command.modules
            if attended.module not in known
        ]
    work.session.add_all(rows)
    for row in rows:
        work.record(
            "orientation.attended",
            f"module_attendance/{row.id}",
            case_id=row.case_id,
            happened_on=attended_on,
            data={"module": row.module},
        )
    return Attended(tuple(rows), len(set(command.case_ids)) * len(command.modules) - len(rows))


def withdraw(work: Work, attendance_id: UUID, reason: str, expected_version: int | None = None) -> ModuleAttendance:
    """An attendance was found wrong; `reason` is a code of `recorded.WITHDRAW_REASONS`."""
    require(work.actor.role, Permission.RECORD_ORIENTATION)
    return recorded.withdraw(work, ModuleAttendance, attendance_id, "orientation.withdrawn", reason, expected_version)


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[ModuleAttendance]:
    """All attendance of a case, oldest first."""
    changes.find(session, actor, case_id)
    query = select(ModuleAttendance).where(ModuleAttendance.case_id == case_id)
    return list(session.exec(query.order_by(col(ModuleAttendance.id))))


def _known(session: Session, case_id: UUID, attended_on: date) -> set[str]:
    query = select(ModuleAttendance.module).where(
        ModuleAttendance.case_id == case_id,
        ModuleAttendance.attended_on == attended_on,
        col(ModuleAttendance.withdrawn_on).is_(None),
    )
    return set(session.exec(query))


def _check(command: Attendance, curriculum: Collection[str]) -> None:
    if not command.case_ids or not command.modules:
        raise InvalidInput(
            "missing_value", _("The list names no case or no module."), _("Choose at least one of each.")
        )
    names = [attended.module for attended in command.modules]
    if len(set(names)) < len(names) or not set(names) <= set(curriculum):
        raise InvalidInput(
            "unknown_module",
            _("A module is not one of the curriculum, or stands on the list twice."),
            _("Choose each module once from the list."),
        )
    if not all(0 < attended.minutes <= LONGEST_MODULE for attended in command.modules):
        raise InvalidInput(
            "minutes",
            _("The minutes of a module are not between 1 and {longest}.", longest=LONGEST_MODULE),
            _("Correct them."),
        )
