"""Set up orientation sessions, cancel and close them, accept late lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import ColumnElement, exists, false, true
from sqlmodel import Session, col, select

from basis import countries
from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from basis.roles import Role
from casework import recorded
from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.tables import Case
from casework.diary import queries as diary
from casework.diary import service as bookings
from casework.diary.rules import STANDS, BookingState
from casework.diary.tables import Booking
from casework.organisations import service as organisations
from casework.organisations.tables import Licence, LicencePurpose, Organisation, OrganisationKind
from casework.orientation import rules
from casework.orientation.rules import EnrolmentState, PartSpan, SessionState
from casework.orientation.tables import ModuleAttendance, OrientationPart, OrientationSession, SessionEnrolment
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import Programme, Stage, StageKind
from checklists.stage_rules import SessionRule

_PURPOSES = (LicencePurpose.ORIENTATION, LicencePurpose.TRAINING)


class Part(BaseModel):
    """A day of a session, or a part of one: two instants with a time zone, and ids of modules."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    starts_at: AwareDatetime
    ends_at: AwareDatetime
    modules: tuple[str, ...]


class AddSession(BaseModel):
    """A new session of a provider. `code` may be empty; `programmes` are ids, `destination` ISO 3166-1 alpha-2,
    `language` ISO 639-1."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    provider_id: UUID
    code: str = ""
    programmes: tuple[str, ...]
    destination: str
    language: str
    trainer: str
    trainer_certified_until: date | None = None
    place: str = ""
    online: bool = False
    capacity: int
    parts: tuple[Part, ...]


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which sessions an actor may know of: an office and a provider their own, the engine all, an auditor those that a
    case within reach is enrolled in."""
    if actor.role is None:
        return true()
    if not may(actor.role, Permission.SEE_COURSES) or actor.organisation_id is None:
        return false()
    if actor.role is Role.AUDITOR:
        enrolled = select(col(SessionEnrolment.id)).join(Case, col(Case.id) == col(SessionEnrolment.case_id))
        of = col(SessionEnrolment.session_id) == col(OrientationSession.id)
        return exists(enrolled.where(of, changes.visible(actor)))
    own = OrientationSession.provider_id if actor.role is Role.PROVIDER_USER else OrientationSession.office_id
    return col(own) == actor.organisation_id


def find(session: Session, actor: Actor, session_id: UUID) -> OrientationSession:
    """The session, if the actor may know of it. Raises `NotFound` (``session``)."""
    query = select(OrientationSession).where(OrientationSession.id == session_id, visible(actor))
    return _known(session.exec(query).one_or_none())


def by_code(session: Session, actor: Actor, code: str) -> OrientationSession:
    """The session with this code. Raises `NotFound` (``session``)."""
    query = select(OrientationSession).where(OrientationSession.code == code.strip().upper(), visible(actor))
    return _known(session.exec(query).one_or_none())


def change(
    work: Work, permission: Permission, session_id: UUID, expected_version: int | None = None
) -> OrientationSession:
    """Lock the session, to be followed by `changed` where something changes. Raises `Conflict` (``stale``)."""
    require(work.actor.role, permission)
    query = (
        select(OrientationSession)
        .where(OrientationSession.id == session_id, visible(work.actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = _known(work.session.exec(query).one_or_none())
    require_version(row, expected_version)
    return row


def require_version(row: OrientationSession, expected: int | None) -> None:
    """Raise `Conflict` (``stale``) unless the session is as it was when the form was made."""
    if expected is not None and row.version != expected:
        raise Conflict(
            "stale",
            _("Somebody changed this session after you opened it."),
            _("Look at what changed, then do it again if it is still right."),
        )


def changed(work: Work, row: OrientationSession) -> None:
    """Raise the version that forms must name."""
    row.version += 1
    work.session.add(row)


def add(work: Work, catalogue: Catalogue, command: AddSession) -> OrientationSession:
    """Set a session up.

    Raises `InvalidInput` (``missing_value``, ``unknown_destination``, ``language``, ``capacity``, ``in_the_past``,
    ``trainer_certificate``, and as `rules.check_parts`), `Refused` (``other_organisation``, ``not_accredited``),
    `Conflict` (``session_exists``).
    """
    require(work.actor.role, Permission.RUN_COURSES)
    provider = _provider(work, command.provider_id)
    office_id = provider.office_id or provider.id
    programmes = [catalogue.get(one, on=work.today) for one in dict.fromkeys(command.programmes)]
    _check_programmes(programmes, command)
    minutes = minutes_of(programmes)
    parts = [PartSpan(part.starts_at, part.ends_at, part.modules) for part in command.parts]
    rules.check_parts(parts, minutes)
    if parts[-1].ends_at <= work.now:
        raise InvalidInput("in_the_past", _("The session is over already."), _("Choose a time that is still to come."))
    zone = zone_of(work.session, office_id)
    days = [part.starts_at.astimezone(zone).date() for part in parts]
    require_licence(work.session, provider, [one.id for one in programmes], days)
    _check_trainer(command, days[-1])
    row = OrientationSession(
        office_id=office_id,
        provider_id=provider.id,
        code=_code(work, command.code, days[0]),
        programmes=[one.id for one in programmes],
        destination=command.destination,
        language=command.language,
        trainer=recorded.text(command.trainer, _("trainer")),
        trainer_certified_until=command.trainer_certified_until,
        place=recorded.text(command.place, _("place"), needed=not command.online),
        online=command.online,
        capacity=command.capacity,
        minutes={name: minutes[name] for part in parts for name in part.modules},
        begins_at=parts[0].starts_at,
        ends_at=parts[-1].ends_at,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    work.session.add_all(
        OrientationPart(
            session_id=row.id,
            number=number,
            starts_at=part.starts_at,
            ends_at=part.ends_at,
            modules=list(part.modules),
        )
        for number, part in enumerate(parts, start=1)
    )
    work.record(
        "session.added", f"orientation_session/{row.id}", data={"session": row.code, "programmes": row.programmes}
    )
    return row


def accept_late(work: Work, session_id: UUID, reason: str, expected_version: int | None = None) -> OrientationSession:
    """Lists are taken until the session ends, whatever the programme says. A supervisor decides it, with a reason.

    Raises `Refused` (``role``).
    """
    row = change(work, Permission.ENROL, session_id, expected_version)
    if work.actor.role is not Role.SUPERVISOR:
        raise Refused("role", _("A supervisor accepts late lists."), _("Ask a supervisor of the office."))
    rules.require_enrolling(row.state, row.ends_at, work.now)
    changed(work, row)
    row.late_reason, row.late_by = recorded.text(reason, _("reason"), 300), work.actor.key
    work.record("session.late_accepted", f"orientation_session/{row.id}", data={"session": row.code})
    return row


def cancel(work: Work, session_id: UUID, reason: str, expected_version: int | None = None) -> OrientationSession:
    """It does not take place. `reason` is a code of `rules.CANCEL_REASONS`; everybody's time is free again.

    Raises `Conflict` (``attended``) where somebody was marked as present.
    """
    recorded.known_reason(reason, rules.CANCEL_REASONS)
    row = change(work, Permission.RUN_COURSES, session_id, expected_version)
    rules.require_planned(row.state)
    if _attended(work.session, row.id):
        raise Conflict(
            "attended",
            _("Somebody was marked as present: the session has taken place."),
            _("Close it, or take the attendance back first."),
        )
    changed(work, row)
    row.state, row.cancel_reason, row.closed_at = SessionState.CANCELLED, reason, work.now
    bookings.cancel_many(work, _bookings(work.session, row, *STANDS), rules.NOT_HELD)
    for enrolment in _enrolments(work.session, row):
        enrolment.state, enrolment.ended_at, enrolment.reason = EnrolmentState.LEFT, work.now, rules.NOT_HELD
        work.session.add(enrolment)
    work.record("session.cancelled", f"orientation_session/{row.id}", data={"session": row.code, "reason": reason})
    return row


def close(work: Work, session_id: UUID, expected_version: int | None = None) -> OrientationSession:
    """The session has been held: who was not marked did not come, who waited got no place.

    Raises `Conflict` (``session_running``) before its end.
    """
    row = change(work, Permission.RUN_COURSES, session_id, expected_version)
    rules.require_planned(row.state)
    if work.now < row.ends_at:
        raise Conflict("session_running", _("The session has not ended yet."), _("Close it afterwards, or cancel it."))
    changed(work, row)
    row.state, row.closed_at = SessionState.CLOSED, work.now
    bookings.close(work, _bookings(work.session, row, BookingState.BOOKED), BookingState.MISSED)
    bookings.cancel_many(work, _bookings(work.session, row, BookingState.WAITING), "not_needed")
    for enrolment in _enrolments(work.session, row):
        if enrolment.state is EnrolmentState.WAITING:
            enrolment.state, enrolment.ended_at, enrolment.reason = EnrolmentState.LEFT, work.now, rules.NO_PLACE
            work.session.add(enrolment)
    work.record("session.closed", f"orientation_session/{row.id}", data={"session": row.code})
    return row


def parts_of(session: Session, session_id: UUID) -> list[OrientationPart]:
    """The parts in their order."""
    query = select(OrientationPart).where(OrientationPart.session_id == session_id)
    return list(session.exec(query.order_by(col(OrientationPart.number))))


def zone_of(session: Session, office_id: UUID) -> ZoneInfo:
    """The clock of the office."""
    return ZoneInfo(session.get_one(Organisation, office_id).time_zone)


def stage_of(programme: Programme) -> Stage | None:
    """The stage of the programme in which sessions are held; None where it has none."""
    return next((stage for stage in programme.stages if stage.kind is StageKind.ORIENTATION), None)


def rule_of(programme: Programme) -> SessionRule:
    """How the programme has its sessions held."""
    stage = stage_of(programme)
    return stage.oriented if stage is not None else SessionRule()


def minutes_of(programmes: Iterable[Programme]) -> dict[str, int]:
    """The modules of the curricula in their order, with their minutes: of two programmes the longer one's."""
    minutes: dict[str, int] = {}
    for programme in programmes:
        for module in programme.curriculum:
            minutes[module.id] = max(module.minutes, minutes.get(module.id, 0))
    return minutes


def require_licence(
    session: Session, provider: Organisation, programme_ids: Sequence[str], days: Iterable[date]
) -> Licence:
    """The licence for orientation or training on the first of the days; every day must be covered, for each programme.

    Raises `Refused` (``not_accredited``).
    """
    found: Licence | None = None
    for programme_id in programme_ids:
        for day in sorted(set(days)):
            licences = (
                organisations.licence_on(session, provider.id, purpose, programme_id, day) for purpose in _PURPOSES
            )
            licence = next((one for one in licences if one is not None), None)
            if licence is None or not provider.active:
                raise Refused(
                    "not_accredited",
                    _("The provider {code} has no licence for orientation or training on every day.",
                      code=provider.code),
                    _("Ask an administrator to record the licence, or choose another provider or other days."),
                )  # fmt: skip
            found = found or licence
    if found is None:
        raise InvalidInput("missing_value", _("No programme is chosen."), _("Choose at least one."))
    return found


def _known(row: OrientationSession | None) -> OrientationSession:
    if row is None:
        raise NotFound(
            "session",
            _("There is no such session, or it is not one of yours."),
            _("Open it from the list of sessions."),
        )
    return row


def _provider(work: Work, provider_id: UUID) -> Organisation:
    """The provider, or the office itself where it has a licence; an outsider's own alone."""
    provider = work.session.get(Organisation, provider_id)
    own = work.actor.organisation_id
    if provider is None or provider.kind not in (OrganisationKind.PROVIDER, OrganisationKind.OFFICE):
        raise NotFound("organisation", _("There is no such provider."), _("Choose one from the list."))
    if work.actor.role is not None and own not in (provider.id, provider.office_id):
        raise Refused("other_organisation", _("You can set up sessions for your own organisation only."), None)
    return provider


def _check_programmes(programmes: Sequence[Programme], command: AddSession) -> None:
    if not countries.is_country(command.destination):
        raise InvalidInput(
            "unknown_country", _("The country code is not known."), _("Write two letters of ISO 3166, for example DE.")
        )
    for programme in programmes:
        stage = stage_of(programme)
        if stage is None or not programme.curriculum:
            raise InvalidInput(
                "no_curriculum",
                _("The programme {programme} has no orientation.", programme=programme.label),
                _("Choose another programme."),
            )
        if programme.destinations and command.destination not in programme.destinations:
            raise InvalidInput(
                "unknown_destination",
                _("The programme {programme} does not lead to this country.", programme=programme.label),
                _("Write one of: {countries}.", countries=", ".join(programme.destinations)),
            )
        languages = stage.oriented.languages
        if languages and command.language not in languages:
            raise InvalidInput(
                "language",
                _("The programme {programme} has its sessions in other languages.", programme=programme.label),
                _("Choose one of: {languages}.", languages=", ".join(languages)),
            )
    if not 0 < command.capacity <= rules.MOST_PLACES:
        raise InvalidInput(
            "capacity",
            _("The number of places is not between 1 and {most}.", most=rules.MOST_PLACES),
            _("Correct it."),
        )


def _check_trainer(command: AddSession, last_day: date) -> None:
    until = command.trainer_certified_until
    if until is not None and until < last_day:
        raise InvalidInput(
            "trainer_certificate",
            _("The trainer's certificate ends before the session does."),
            _("Choose another trainer, or other days."),
        )


def _code(work: Work, given: str, first_day: date) -> str:
    """The code itself, or one of the day. Raises `Conflict` (``session_exists``)."""
    code = recorded.text(given, _("code"), 40, needed=False).upper()
    if code and not re.fullmatch(r"[A-Z0-9][A-Z0-9-]*", code):
        raise InvalidInput("code", _("A code has letters, digits and hyphens."), _("Write it like OS-2026-01."))
    base = code or f"OS-{first_day:%y%m%d}"
    query = select(OrientationSession.code).where(col(OrientationSession.code).startswith(base, autoescape=True))
    taken = set(work.session.exec(query))
    if code:
        if code in taken:
            raise Conflict("session_exists", _("The code {code} is taken.", code=code), _("Choose another code."))
        return code
    number = 1
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


def _attended(session: Session, session_id: UUID) -> bool:
    query = select(ModuleAttendance.id).where(
        ModuleAttendance.session_id == session_id, col(ModuleAttendance.withdrawn_on).is_(None)
    )
    return session.exec(query.limit(1)).first() is not None


def _enrolments(session: Session, row: OrientationSession) -> list[SessionEnrolment]:
    query = select(SessionEnrolment).where(
        SessionEnrolment.session_id == row.id, col(SessionEnrolment.state) != EnrolmentState.LEFT
    )
    return list(session.exec(query))


def _bookings(session: Session, row: OrientationSession, *states: BookingState) -> list[Booking]:
    parts = parts_of(session, row.id)
    return [one for part in parts for one in diary.of_subject(session, part.id) if one.state in states]


def booked(session: Session, parts: Iterable[OrientationPart], *states: BookingState) -> Mapping[UUID, list[Booking]]:
    """The bookings of the parts in one of the states, by case."""
    found: dict[UUID, list[Booking]] = {}
    query = select(Booking).where(
        col(Booking.subject_id).in_([part.id for part in parts]), col(Booking.state).in_(states)
    )
    for row in session.exec(query.order_by(col(Booking.starts_at), col(Booking.id))):
        found.setdefault(row.case_id, []).append(row)
    return found


def begun(parts: Iterable[OrientationPart], now: datetime) -> list[OrientationPart]:
    """The parts that have begun: attendance is marked of no other."""
    return [part for part in parts if part.starts_at <= now]
