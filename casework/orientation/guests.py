"""Families at a session: members of the households of those who are enrolled, expected at the door without a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, SQLModel, col, select

from basis.errors import InvalidInput, NotFound, Refused
from basis.messages import _
from casework.accounts.rules import Permission
from casework.cases.tables import Case
from casework.households import queries as households
from casework.households.rules import MemberRole
from casework.households.tables import HouseholdMember
from casework.orientation import rules, sessions
from casework.orientation.rules import EnrolmentState
from casework.orientation.tables import OrientationSession, SessionEnrolment, SessionGuest
from casework.vault import Vault
from casework.work import Work
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue

_CHUNK = 500
Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class Guest:
    """A member of a household with the name for the door, and the case of who is enrolled."""

    row: SessionGuest
    name: str
    role: MemberRole
    reference: str


def family(catalogue: Catalogue, row: OrientationSession) -> str:
    """``none``, ``invited`` or ``expected``: the widest that one of the session's programmes says today."""
    said = {sessions.rule_of(catalogue.get(one)).family for one in row.programmes}
    return next((word for word in ("expected", "invited") if word in said), "none")


def invite(
    work: Work, catalogue: Catalogue, session_id: UUID, expected_version: int | None = None
) -> list[SessionGuest]:
    """Put the households of all who are enrolled on the list for the door, as far as they are not on it yet.

    Raises `Refused` (``no_family``) where no programme of the session asks for families.
    """
    row = sessions.change(work, Permission.ENROL, session_id, expected_version)
    rules.require_enrolling(row.state, row.ends_at, work.now)
    if family(catalogue, row) == "none":
        raise Refused(
            "no_family", _("No programme of this session invites families."), _("Leave them out, or ask the office.")
        )
    made = add(work, row)
    if made:
        sessions.changed(work, row)
    return made


def add(work: Work, row: OrientationSession) -> list[SessionGuest]:
    """The same for a session that is locked already: whoever enrols a worker invites the family with it."""
    enrolled = _enrolled(work.session, row.id)
    cases = {case.id: case for case in _of(work.session, Case, [one.case_id for one in enrolled])}
    members = _members(work.session, {case.worker_id for case in cases.values()})
    own = {case.worker_id for case in cases.values()}
    known = {(one.enrolment_id, one.member_id) for one in _guests(work.session, row.id)}
    made = [
        SessionGuest(enrolment_id=one.id, member_id=member.id, recorded_at=work.now, recorded_by=work.actor.key)
        for one in enrolled
        for member in members.get(cases[one.case_id].worker_id, ())
        if member.worker_id not in own and (one.id, member.id) not in known
    ]
    work.session.add_all(made)
    work.session.flush()
    for case_id, count in _counted(made, enrolled).items():
        data = {"session": row.code, "count": count}
        work.record("session.family_invited", f"orientation_session/{row.id}", case_id=case_id, data=data)
    return made


def came(
    work: Work, session_id: UUID, guest_ids: Collection[UUID], expected_version: int | None = None
) -> list[SessionGuest]:
    """These of the list for the door came, the others did not. Raises `InvalidInput` (``date_in_future``,
    ``not_enrolled``)."""
    row = sessions.change(work, Permission.RUN_COURSES, session_id, expected_version)
    rules.require_planned(row.state)
    if work.now < row.begins_at:
        raise InvalidInput(
            "date_in_future", _("The session has not begun."), _("Record it on the day it has happened.")
        )
    listed = _guests(work.session, row.id)
    if not set(guest_ids) <= {one.id for one in listed}:
        raise InvalidInput(
            "not_enrolled", _("Somebody is not on the list for the door."), _("Invite the family first.")
        )
    changed = [one for one in listed if one.came != (one.id in guest_ids)]
    for one in changed:
        one.came = not one.came
        work.session.add(one)
    if changed:
        sessions.changed(work, row)
        count = sum(one.came for one in listed)
        work.record("session.family_came", f"orientation_session/{row.id}", data={"session": row.code, "count": count})
    return changed


def listed(session: Session, vault: Vault, row: OrientationSession) -> list[Guest]:
    """The list for the door, by the case of who is enrolled. Who was erased is left out."""
    guests = {one.member_id: one for one in _guests(session, row.id)}
    members = list(_of(session, HouseholdMember, list(guests)))
    enrolments = {one.id: one for one in _enrolled(session, row.id)}
    cases = {case.id: case for case in _of(session, Case, [one.case_id for one in enrolments.values()])}
    known = [one.worker_id for one in members if one.worker_id is not None]
    workers = {one.id: one for one in _of(session, Worker, known)}
    vault.prepare(one.person_id for one in members if one.detail is not None)
    found = []
    for member in members:
        guest = guests[member.id]
        enrolment, name = enrolments.get(guest.enrolment_id), _name(vault, member, workers)
        if enrolment is not None and name:
            found.append(Guest(guest, name, member.role, cases[enrolment.case_id].reference))
    return sorted(found, key=lambda one: (one.reference, one.name, one.row.id))


def _name(vault: Vault, member: HouseholdMember, workers: Mapping[UUID, Worker]) -> str:
    if member.worker_id is not None:
        worker = workers[member.worker_id]
        return f"{worker.given_names} {worker.family_name}".strip()
    try:
        detail = households.detail_of(vault, member)
    except NotFound:
        return ""
    return f"{detail.given_names} {detail.family_name}".strip() if detail is not None else ""


def _enrolled(session: Session, session_id: UUID) -> list[SessionEnrolment]:
    query = select(SessionEnrolment).where(
        SessionEnrolment.session_id == session_id, col(SessionEnrolment.state) == EnrolmentState.ENROLLED
    )
    return list(session.exec(query.order_by(col(SessionEnrolment.number))))


def _guests(session: Session, session_id: UUID) -> list[SessionGuest]:
    query = select(SessionGuest).join(SessionEnrolment, col(SessionEnrolment.id) == col(SessionGuest.enrolment_id))
    return list(session.exec(query.where(SessionEnrolment.session_id == session_id).order_by(col(SessionGuest.id))))


def _members(session: Session, worker_ids: Collection[UUID]) -> dict[UUID, list[HouseholdMember]]:
    """The others of the household that each worker belongs to now."""
    ids = sorted(worker_ids)
    homes: dict[UUID, UUID] = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(HouseholdMember).where(
            col(HouseholdMember.worker_id).in_(ids[start : start + _CHUNK]), col(HouseholdMember.left_on).is_(None)
        )
        homes |= {one.worker_id: one.household_id for one in session.exec(query) if one.worker_id is not None}
    members: dict[UUID, list[HouseholdMember]] = defaultdict(list)
    wanted = sorted(set(homes.values()))
    for start in range(0, len(wanted), _CHUNK):
        query = select(HouseholdMember).where(
            col(HouseholdMember.household_id).in_(wanted[start : start + _CHUNK]),
            col(HouseholdMember.left_on).is_(None),
        )
        for one in session.exec(query.order_by(col(HouseholdMember.id))):
            members[one.household_id].append(one)
    return {worker: [one for one in members[home] if one.worker_id != worker] for worker, home in homes.items()}


def _counted(made: Sequence[SessionGuest], enrolled: Sequence[SessionEnrolment]) -> dict[UUID, int]:
    cases = {one.id: one.case_id for one in enrolled}
    counts: dict[UUID, int] = defaultdict(int)
    for one in made:
        counts[cases[one.enrolment_id]] += 1
    return counts


def _of(session: Session, table: type[Row], ids: Sequence[UUID]) -> Iterator[Row]:
    columns: Any = table
    for start in range(0, len(ids), _CHUNK):
        yield from session.exec(select(table).where(col(columns.id).in_(ids[start : start + _CHUNK])))
