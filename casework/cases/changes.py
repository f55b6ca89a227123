"""How every flat changes a case: find it within the actor's reach, lock it, raise its version, wake the engine."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true
from sqlmodel import Session, col, select

from basis.errors import Conflict, NotFound
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, may
from casework.actor import Actor
from casework.auditing import access
from casework.cases import rules
from casework.cases.tables import Case
from casework.diary import queries as diary
from casework.organisations.tables import Organisation
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.work import Work


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which cases an actor may know of: an agency its own, an office its own, the engine all, an auditor those of the
    engagements that are open (`casework.auditing.access`)."""
    if actor.role is None:
        return true()
    if actor.role is Role.AUDITOR:
        return access.reaches(actor, col(Case.office_id), col(Case.programme_id))
    if not may(actor.role, Permission.SEE_CASES) or actor.organisation_id is None:
        return false()
    if actor.role is Role.AGENCY_USER:
        return col(Case.agency_id) == actor.organisation_id
    return col(Case.office_id) == actor.organisation_id


def reachable(actor: Actor) -> ColumnElement[bool]:
    """Whose records an actor may add to: those it may know of, and for a clinic or provider those of whom it expects.
    An outsider never learns of the case itself, so `find` and lists keep to `visible`."""
    return or_(visible(actor), diary.expects(actor)) if actor.role in diary.OUTSIDERS else visible(actor)


def unknown() -> NotFound:
    """``case``: there is none, or it is not the actor's; the answer is the same."""
    return NotFound(
        "case", _("There is no such case, or it is not one of yours."), _("Search for it by its reference.")
    )


def find(session: Session, actor: Actor, case_id: UUID) -> Case:
    """The case, if the actor may know of it. Raises `NotFound` (``case``) in both other cases alike."""
    return _found(session.exec(select(Case).where(Case.id == case_id, visible(actor))).one_or_none())


def reach(session: Session, actor: Actor, case_id: UUID) -> Case:
    """The same for an operation that outsiders do too: a clinic or provider must expect the worker."""
    return _found(session.exec(select(Case).where(Case.id == case_id, reachable(actor))).one_or_none())


def _found(case: Case | None) -> Case:
    if case is None:
        raise unknown()
    return case


def change(
    work: Work, case_id: UUID, expected_version: int | None = None, *, any_life: bool = False, evidence: str = ""
) -> Case:
    """Lock the case for this transaction and raise its version; the engine looks at it after the commit.

    What the engine had given up on in this case is tried again. A clinic or provider changes the cases that it
    expects workers of (`reachable`), as far as the operation lets its role.
    `expected_version` is what the person saw: if somebody was faster, `Conflict` (``stale``). An ended case is
    refused (``ended``) unless `any_life`, or unless `evidence` is a kind that its stages after the preparation ask for.
    """
    query = (
        select(Case)
        .where(Case.id == case_id, reachable(work.actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    case = _found(work.session.exec(query).one_or_none())
    if expected_version is not None and case.version != expected_version:
        raise Conflict(
            "stale",
            _("Somebody changed this case after you opened it."),
            _("Look at what changed, then do it again if it is still right."),
        )
    if not any_life and not takes(case, evidence):
        raise ended(case)
    case.version += 1
    case.changed_at = work.now
    case.stuck = ""
    work.session.add(case)
    outbox.revive(work, case.id)
    outbox.put(work, OutboxKind.ADVANCE, case.id, case.id, str(case.id))
    return case


def change_many(work: Work, case_ids: Collection[UUID], reached: ColumnElement[bool] | None = None) -> list[Case]:
    """`change` for many cases at once, in the same few statements for one or a thousand, in the order of their ids.

    `reached`: which cases the actor may change where it is a course or session that leads to them, and not the reach
    of the actor (`visible`). Raises `NotFound` (``case``) and `Conflict` (``ended``) if it is so of one of them.
    """
    query = (
        select(Case)
        .where(col(Case.id).in_(case_ids), visible(work.actor) if reached is None else reached)
        .order_by(col(Case.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    cases = list(work.session.exec(query))
    if len(cases) != len(set(case_ids)):
        raise unknown()
    ended = next((case for case in cases if rules.is_ended(case.life)), None)
    if ended is not None:
        raise Conflict(
            "ended",
            _("The case {reference} has ended; nothing can be added to it.", reference=ended.reference),
            _("Take it from the list."),
        )
    for case in cases:
        case.version += 1
        case.changed_at = work.now
        case.stuck = ""
    work.session.add_all(cases)
    outbox.revive_cases(work, [case.id for case in cases])
    outbox.put_cases(work, [case.id for case in cases])
    return cases


def takes(case: Case, evidence: str = "") -> bool:
    """Whether something can be added to a case: to one that has ended only evidence of the kinds that its stages after
    the preparation ask for, as the copy of its assessment has them."""
    if not rules.is_ended(case.life):
        return True
    return rules.goes_on(case.life) and evidence in (case.assessment or {}).get("after", ())


def ended(case: Case) -> Conflict:
    """Why nothing can be added to a case that has ended."""
    return Conflict(
        "ended",
        _("This case has ended ({life}); nothing can be added to it.", life=rules.WORDS[case.life]),
        _("Ask a supervisor to reverse the end of the case first, if it was recorded in error."),
    )


def office_of(session: Session, case: Case) -> Organisation:
    return session.get_one(Organisation, case.office_id)
