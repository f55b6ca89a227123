"""The steps that changes of households are made of; the operations stand in `service`."""

from __future__ import annotations

import secrets
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from basis.errors import Conflict, NotFound
from basis.ids import new_id
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases import rules as lives
from casework.cases.tables import Case
from casework.households import queries
from casework.households.queries import Accompanying
from casework.households.rules import MOST_MEMBERS, ChangeKind, MemberRole
from casework.households.tables import Household, HouseholdChange, HouseholdMember
from casework.work import Work
from casework.workers.tables import Worker

_DETAIL = "detail"


def open_of(work: Work, case_id: UUID, expected_version: int | None, *, ever: bool = False) -> Household:
    """The household of the case's worker, locked after the case. With `ever`, also one that they have left."""
    require(work.actor.role, Permission.EDIT_CASES)
    case = changes.change(work, case_id, expected_version)
    find = queries.last_of if ever else queries.household_of
    household = find(work.session, case.worker_id)
    if household is None:
        raise NotFound("household", _("This worker belongs to no household."), _("Form one first."))
    query = select(Household).where(Household.id == household.id).with_for_update()
    return work.session.exec(query.execution_options(populate_existing=True)).one()


def new_household(work: Work, office_id: UUID) -> Household:
    household = Household(
        reference=f"H-{secrets.token_hex(4).upper()}",
        office_id=office_id,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(household)
    work.session.flush()
    return household


def lock_worker(work: Work, worker_id: UUID) -> Worker:
    """A worker belongs to one household at most: who looks for it first waits for who is at it."""
    query = select(Worker).where(Worker.id == worker_id).with_for_update()
    return work.session.exec(query.execution_options(populate_existing=True)).one()


def member(work: Work, household: Household, member_id: UUID) -> HouseholdMember:
    row = work.session.get(HouseholdMember, member_id, populate_existing=True)
    if row is None or row.household_id != household.id:
        raise NotFound("member", _("There is no such member of this household."), _("Look at the household again."))
    return row


def staying(work: Work, household: Household, member_id: UUID) -> HouseholdMember:
    row = member(work, household, member_id)
    if row.left_on is not None:
        raise Conflict("left", _("This member has left the household."), _("Look at its present members."))
    return row


def stays_elsewhere(work: Work, row: HouseholdMember) -> list[HouseholdMember]:
    stay = HouseholdMember
    same = stay.worker_id == row.worker_id if row.worker_id is not None else stay.person_id == row.person_id
    return list(work.session.exec(select(stay).where(same, col(stay.left_on).is_(None))))


def birth_date(work: Work, row: HouseholdMember) -> date | None:
    if row.worker_id is not None:
        return work.session.get_one(Worker, row.worker_id).birth_date
    known = queries.detail_of(work.vault, row)
    return known.birth_date if known is not None else None


def join(
    work: Work,
    household: Household,
    role: MemberRole,
    worker_id: UUID | None,
    person: tuple[UUID, Accompanying] | None,
    reason: str,
    on: date,
    kind: ChangeKind,
) -> HouseholdMember:
    _require_room(work, household, role)
    if worker_id is not None:
        elsewhere = queries.household_of(work.session, worker_id)
        if elsewhere is not None:
            raise Conflict(
                "in_household",
                _("This worker belongs to a household already ({reference}).", reference=elsewhere.reference),
                _("Let the worker leave that household first."),
            )
    row = HouseholdMember(
        household_id=household.id,
        role=role,
        worker_id=worker_id,
        person_id=person[0] if person is not None else worker_id or new_id(),
        joined_on=on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    if person is not None:
        content = person[1].model_dump(mode="json")
        row.detail = work.vault.seal_json(row.person_id, "household_member", row.id, _DETAIL, content)
    work.session.add(row)
    work.session.flush()
    note(work, row, kind, reason, on)
    return row


def note(work: Work, row: HouseholdMember, kind: ChangeKind, reason: str, on: date) -> None:
    work.session.add(
        HouseholdChange(
            household_id=row.household_id,
            member_id=row.id,
            kind=kind,
            reason=reason,
            happened_on=on,
            recorded_at=work.now,
            recorded_by=work.actor.key,
        )
    )
    # Whoever reads a case learns from its history what concerns its own worker, not that of the others.
    ids: list[UUID | None] = [case.id for case in _cases(work, row.worker_id)] if row.worker_id is not None else []
    data = {"member": str(row.id), "role": row.role.value, "reason": reason}
    for case_id in ids or [None]:
        work.record(
            f"household.{kind.value}", f"household/{row.household_id}", case_id=case_id, happened_on=on, data=data
        )
    work.session.flush()


def wake(work: Work, household: Household, but: UUID) -> None:
    """Programmes may ask a member for something because of the others."""
    for row in queries.rows_of(work.session, household.id):
        if row.worker_id is not None:
            wake_worker(work, row.worker_id, but)


def wake_worker(work: Work, worker_id: UUID, but: UUID) -> None:
    for case in _cases(work, worker_id):
        if case.id != but:
            changes.change(work, case.id)


def _require_room(work: Work, household: Household, role: MemberRole) -> None:
    now = queries.rows_of(work.session, household.id)
    if role is MemberRole.PRINCIPAL and any(row.role is MemberRole.PRINCIPAL for row in now):
        raise Conflict("second_principal", _("The household has a principal already."), _("Choose another role."))
    if len(now) >= MOST_MEMBERS:
        raise Conflict(
            "household_full",
            _("A household has at most {most} members.", most=MOST_MEMBERS),
            _("Look whether somebody was recorded twice."),
        )


def _cases(work: Work, worker_id: UUID) -> list[Case]:
    query = select(Case).where(col(Case.worker_id) == worker_id, col(Case.life).not_in(lives.FROZEN))
    return list(work.session.exec(query.order_by(col(Case.id))))
