"""Who came to a session: attendance of modules with the check of identity, and the short test."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, insert
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.ids import new_id
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission
from casework.cases import changes
from casework.cases.rules import BEFORE_DEPARTURE
from casework.cases.tables import Case
from casework.diary import service as bookings
from casework.diary.rules import BookingState
from casework.organisations.tables import Organisation
from casework.orientation import enrolling, rules, sessions
from casework.orientation.rules import EnrolmentState, Identity
from casework.orientation.tables import (
    ModuleAttendance,
    OrientationPart,
    OrientationSession,
    OrientationTest,
    SessionEnrolment,
)
from casework.work import Work
from checklists.catalogue import Catalogue

_CHUNK = 500
_MARKABLE = (BookingState.BOOKED, BookingState.MISSED, BookingState.ATTENDED)


class Mark(BaseModel):
    """These came, by enrolment, and their identity was checked so. `modules`: ids; empty for all that were held by
    now."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    session_id: UUID
    enrolment_ids: tuple[UUID, ...]
    modules: tuple[str, ...] = ()
    identity: Identity


class Scores(BaseModel):
    """Points that were reached of `out_of`, by enrolment."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    session_id: UUID
    out_of: int
    points: Mapping[UUID, int]


@dataclass(slots=True)
class Marked:
    """How many rows were recorded, how many of them stood there already, and why not, by enrolment."""

    rows: int = 0
    repeated: int = 0
    refused: dict[UUID, PredepartureError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Held:
    """A module that was held: when, and for how long."""

    module: str
    minutes: int
    on: date
    part: OrientationPart


def mark(work: Work, catalogue: Catalogue, command: Mark, expected_version: int | None = None) -> Marked:
    """Record attendance for all who came, in the same few queries for one or a thousand.

    `Marked.refused` has ``not_enrolled``, ``ended``, ``same_document``, ``double_booking``. Raises `Conflict`
    (``stale``, ``session_closed``, ``session_cancelled``), `Refused` (``not_accredited``), `InvalidInput`
    (``date_in_future``, ``unknown_module``) of the session as a whole.
    """
    row = sessions.change(work, Permission.RUN_COURSES, command.session_id)
    rules.require_planned(row.state)
    held = _held(work, row, command.modules)
    provider = work.session.get_one(Organisation, row.provider_id)
    sessions.require_licence(work.session, provider, row.programmes, {one.on for one in held})
    done = Marked()
    people = _people(work, row, command.enrolment_ids, done)
    booked = sessions.booked(work.session, {one.part.id: one.part for one in held}.values(), *_MARKABLE)
    spans = [span for one in people for span in booked.get(one.case_id, ())]
    elsewhere = enrolling.clashing(work, row, spans)
    done.refused |= {one.id: elsewhere[one.case_id] for one in people if one.case_id in elsewhere}
    people = [one for one in people if one.case_id not in elsewhere]
    new = _new(work, catalogue, row, people, held, command.identity, done)
    if not new:  # the same form sent twice is no conflict
        return done
    sessions.require_version(row, expected_version)
    people = [one for one in people if one.case_id in new]
    changes.change_many(work, list(new), reached(row))
    _record(work, row, new, command.identity)
    done.rows = sum(len(modules) for modules in new.values())
    came = [span for one in people for span in booked.get(one.case_id, ())]
    bookings.close(work, came, BookingState.ATTENDED)
    sessions.changed(work, row)
    return done


def take_back(
    work: Work, enrolment_id: UUID, reason: str, expected_version: int | None = None
) -> list[ModuleAttendance]:
    """What was marked of somebody at this session was wrong. `reason`: a code of `recorded.WITHDRAW_REASONS`.

    Raises `NotFound` (``enrolment``, ``record``).
    """
    recorded.known_reason(reason)
    enrolment = work.session.get(SessionEnrolment, enrolment_id)
    if enrolment is None:
        raise NotFound("enrolment", _("There is nobody of this enrolment."), _("Open it from its session."))
    row = sessions.change(work, Permission.RUN_COURSES, enrolment.session_id, expected_version)
    rules.require_planned(row.state)
    query = select(ModuleAttendance).where(
        ModuleAttendance.case_id == enrolment.case_id,
        ModuleAttendance.session_id == row.id,
        col(ModuleAttendance.withdrawn_on).is_(None),
    )
    rows = list(work.session.exec(query))
    if not rows:
        raise NotFound("record", _("Nothing was marked of this worker."), _("Look at the present state of the list."))
    changes.change_many(work, [enrolment.case_id], reached(row))
    for one in rows:
        one.withdrawn_on = work.today
        work.session.add(one)
        work.record(
            "orientation.withdrawn", f"module_attendance/{one.id}", case_id=one.case_id, data={"reason": reason}
        )
    booked = sessions.booked(work.session, sessions.parts_of(work.session, row.id), BookingState.ATTENDED)
    bookings.close(work, booked.get(enrolment.case_id, []), BookingState.BOOKED)
    sessions.changed(work, row)
    return rows


def record_tests(work: Work, catalogue: Catalogue, command: Scores, expected_version: int | None = None) -> Marked:
    """Record the points of the short test. Passed is who reached the mark of the programme of their case.

    The same points once more change nothing. `Marked.refused` has ``not_enrolled``, ``ended``, ``absent``,
    ``no_test``, ``points``. Raises as `mark`.
    """
    row = sessions.change(work, Permission.RUN_COURSES, command.session_id)
    rules.require_planned(row.state)
    tested_on = _held(work, row, ())[-1].on
    done = Marked()
    people = _people(work, row, list(command.points), done)
    cases = _cases(work, people)
    came = {one.case_id for one in _attendance(work, row, [one.case_id for one in people])}
    before = _tests(work, row)
    programme_of = enrolling.pinned(catalogue)
    made: list[OrientationTest] = []
    for one in people:
        points = command.points[one.id]
        mark_asked = sessions.rule_of(programme_of(cases[one.case_id])).pass_mark
        error = _why_no_test(points, command.out_of, mark_asked, came=one.case_id in came)
        if error is not None or mark_asked is None:
            done.refused[one.id] = error or _no_test()
            continue
        if before.get(one.case_id) == (points, command.out_of):
            done.repeated += 1
            continue
        made.append(
            OrientationTest(
                case_id=one.case_id,
                session_id=row.id,
                points=points,
                out_of=command.out_of,
                passed=rules.passed(points, command.out_of, mark_asked),
                tested_on=tested_on,
                recorded_at=work.now,
                recorded_by=work.actor.key,
            )
        )
    if made:
        sessions.require_version(row, expected_version)
        changes.change_many(work, [one.case_id for one in made], reached(row))
        sessions.changed(work, row)
    work.session.add_all(made)
    work.session.flush()
    for test in made:
        data = {"session": row.code, "passed": test.passed}
        work.record(
            "orientation.tested",
            f"orientation_test/{test.id}",
            case_id=test.case_id,
            happened_on=tested_on,
            data=data,
        )
    done.rows = len(made)
    return done


def not_enrolled() -> Refused:
    """``not_enrolled``: attendance is of those on the list alone."""
    return Refused(
        "not_enrolled",
        _("Who is not enrolled cannot be marked."),
        _("Enrol the worker first; that can be done until the session ends, if there is a place."),
    )


def reached(row: OrientationSession) -> ColumnElement[bool]:
    """The cases that are on the list of the session: whoever runs it records of these, and of no others."""
    query = select(SessionEnrolment.case_id).where(
        SessionEnrolment.session_id == row.id, col(SessionEnrolment.state) == EnrolmentState.ENROLLED
    )
    return col(Case.id).in_(query)


def _held(work: Work, row: OrientationSession, modules: Collection[str]) -> list[_Held]:
    """The modules that were held by now, or those asked for. Raises `InvalidInput`."""
    if not set(modules) <= set(row.minutes):
        raise InvalidInput(
            "unknown_module", _("A module is not held in this session."), _("Choose it from the list of the session.")
        )
    zone = sessions.zone_of(work.session, row.office_id)
    parts = sessions.begun(sessions.parts_of(work.session, row.id), work.now)
    found = [
        _Held(name, row.minutes[name], part.starts_at.astimezone(zone).date(), part)
        for part in parts
        for name in part.modules
        if not modules or name in modules
    ]
    if not found or not set(modules) <= {one.module for one in found}:
        raise InvalidInput(
            "date_in_future",
            _("This part of the session has not begun."),
            _("Record attendance when it is there, or afterwards."),
        )
    return found


def _people(work: Work, row: OrientationSession, ids: Sequence[UUID], done: Marked) -> list[SessionEnrolment]:
    """Who may be marked; of the others `done` says why not."""
    listed = {one.id: one for one in enrolling.of_session(work.session, row.id)}
    cases = _cases(work, [listed[one] for one in ids if one in listed])
    people = []
    for one in dict.fromkeys(ids):
        enrolment = listed.get(one)
        if enrolment is None or enrolment.state is not EnrolmentState.ENROLLED:
            done.refused[one] = not_enrolled()
        elif cases[enrolment.case_id].life not in BEFORE_DEPARTURE:
            done.refused[one] = Conflict("ended", _("The case has ended."), _("Take it from the list."))
        else:
            people.append(enrolment)
    return people


def _cases(work: Work, people: Iterable[SessionEnrolment]) -> dict[UUID, Case]:
    ids = sorted({one.case_id for one in people})
    found: dict[UUID, Case] = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(Case).where(col(Case.id).in_(ids[start : start + _CHUNK]))
        found |= {case.id: case for case in work.session.exec(query)}
    return found


def _attendance(work: Work, row: OrientationSession, case_ids: Sequence[UUID]) -> list[ModuleAttendance]:
    found: list[ModuleAttendance] = []
    for start in range(0, len(case_ids), _CHUNK):
        query = select(ModuleAttendance).where(
            col(ModuleAttendance.case_id).in_(case_ids[start : start + _CHUNK]),
            ModuleAttendance.session_id == row.id,
            col(ModuleAttendance.withdrawn_on).is_(None),
        )
        found += work.session.exec(query)
    return found


def _new(
    work: Work,
    catalogue: Catalogue,
    row: OrientationSession,
    people: Sequence[SessionEnrolment],
    held: Sequence[_Held],
    identity: Identity,
    done: Marked,
) -> dict[UUID, list[_Held]]:
    """The modules to be recorded, by case. What was marked without a check of identity may be marked once more with
    one."""
    known: dict[UUID, set[str]] = {}
    for one in _attendance(work, row, [one.case_id for one in people]):
        if one.identity_checked or not rules.counts(identity):
            known.setdefault(one.case_id, set()).add(one.module)
    programme_of = enrolling.pinned(catalogue)
    found: dict[UUID, list[_Held]] = {}
    for case in _cases(work, people).values():
        curriculum = {module.id for module in programme_of(case).curriculum}
        new = [one for one in held if one.module in curriculum and one.module not in known.get(case.id, ())]
        done.repeated += len(held) - len(new)
        if new:
            found[case.id] = new
    return found


def _record(work: Work, row: OrientationSession, new: Mapping[UUID, Sequence[_Held]], identity: Identity) -> None:
    """Rows a module, written in one statement: making twelve thousand objects for a thousand workers takes seconds.
    One event a case, for the same reason."""
    common = {
        "session_id": row.id,
        "trainer": row.trainer,
        "identity_checked": rules.counts(identity),
        "identity": identity,
        "recorded_at": work.now,
        "recorded_by": work.actor.key,
        "withdrawn_on": None,
    }
    rows: list[dict[str, Any]] = []
    for case_id, held in new.items():
        rows += [
            {"id": new_id(), "case_id": case_id, "module": one.module, "minutes": one.minutes, "attended_on": one.on}
            | common
            for one in held
        ]
        work.record(
            "orientation.marked",
            f"orientation_session/{row.id}",
            case_id=case_id,
            happened_on=max(one.on for one in held),
            data={"session": row.code, "modules": [one.module for one in held], "identity": identity.value},
        )
    work.session.execute(insert(ModuleAttendance), rows)


def _tests(work: Work, row: OrientationSession) -> dict[UUID, tuple[int, int]]:
    """The points of each case at this session, the last that were recorded."""
    query = select(OrientationTest).where(
        OrientationTest.session_id == row.id, col(OrientationTest.withdrawn_on).is_(None)
    )
    return {one.case_id: (one.points, one.out_of) for one in work.session.exec(query.order_by(col(OrientationTest.id)))}


def _why_no_test(points: int, out_of: int, pass_mark: int | None, *, came: bool) -> PredepartureError | None:
    if pass_mark is None:
        return _no_test()
    if not came:
        return Refused("absent", _("The worker was not marked as present."), _("Record the attendance first."))
    try:
        rules.require_points(points, out_of)
    except InvalidInput as error:
        return error
    return None


def _no_test() -> Refused:
    return Refused("no_test", _("The programme of this case has no test."), _("Leave the points empty."))
