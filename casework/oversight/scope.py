"""Which events and accounts somebody who reviews may read: those of cases within reach, and of the offices they are at.

That there was a possible match with a watch list is for security officers and auditors alone. What is done about
complaints is told here to nobody: when one came in, and who read it, would lead to who reported.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlmodel import Session, col

from basis.roles import Role
from casework.accounts.rules import Permission, may
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.audit.tables import AuditEvent
from casework.auditing import access
from casework.auditing.tables import Engagement, EngagementOffice
from casework.cases.changes import visible
from casework.cases.tables import Case
from casework.organisations.tables import Organisation
from casework.workers.merge_tables import LiveMerge

HIDDEN: Final = ("hit.%",)
NEVER: Final = ("complaint.%",)
_NOWHERE: UUID | None = None


def events(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Whether the actor may read an event of the query around this: of a case within reach, of an account within
    reach, and of the installation itself for whoever reviews all its offices."""
    # Who runs a command in nobody's name knows of no match either.
    hidden = () if actor.user_id is not None and may(actor.role, Permission.SEE_MATCHES) else HIDDEN
    shown = and_(true(), *(col(AuditEvent.kind).not_like(pattern) for pattern in (*NEVER, *hidden)))
    if actor.role is None:
        return shown
    event = col(AuditEvent.case_id)
    subjects = [f"account/{one}" for one in account_ids(session, actor)]
    own = or_(offices(actor, sa.literal(_NOWHERE, sa.Uuid())), col(AuditEvent.subject).in_(subjects), _of_worker(actor))
    known = or_(event.in_(select(col(Case.id)).where(visible(actor))), and_(event.is_(None), own))
    return and_(known, shown)


def _of_worker(actor: Actor) -> ColumnElement[bool]:
    """Events of a worker's data name the worker and no case. The two databases write ids with and without dashes."""
    ids = select(sa.literal("worker/") + _plain(col(Case.worker_id))).where(visible(actor))
    merged = select(sa.literal("worker/") + _plain(col(LiveMerge.merged_id))).where(
        col(LiveMerge.kept_id).in_(select(col(Case.worker_id)).where(visible(actor)))
    )
    subject = _plain(col(AuditEvent.subject))
    return and_(col(AuditEvent.kind).like("worker.%"), or_(subject.in_(ids), subject.in_(merged)))


def _plain(column: Any) -> Any:
    return sa.func.replace(sa.cast(column, sa.String), "-", "")


def account_ids(session: Session, actor: Actor) -> list[UUID]:
    """Accounts of the offices within reach, and of the agencies, clinics and providers under them."""
    office = sa.func.coalesce(col(Organisation.office_id), col(Organisation.id))
    query = select(col(Account.id)).join(Organisation, col(Organisation.id) == col(Account.organisation_id))
    return list(session.scalars(query.where(offices(actor, office))))


def people(session: Session, actor: Actor) -> list[Account]:
    """Accounts within reach, by name."""
    ids = account_ids(session, actor)
    return list(session.scalars(select(Account).where(col(Account.id).in_(ids)).order_by(col(Account.name))))


def agencies(session: Session, actor: Actor) -> list[Organisation]:
    """Agencies of the cases within reach, by name."""
    of = select(col(Case.agency_id)).where(visible(actor))
    query = select(Organisation).where(col(Organisation.id).in_(of)).order_by(col(Organisation.name))
    return list(session.scalars(query))


def offices(actor: Actor, office: Any) -> ColumnElement[bool]:
    """Whether an office, a column of the query around this, is within reach, whatever the programme. NULL stands for
    what belongs to no office."""
    if actor.role is None:
        return true()
    if actor.role is not Role.AUDITOR:
        same: ColumnElement[bool] = office == actor.organisation_id
        return same
    never = ~exists(select(col(Engagement.id)).correlate(None))
    if actor.user_id is None or actor.on is None:
        return never
    named = select(col(EngagementOffice.office_id)).where(
        col(EngagementOffice.engagement_id) == col(Engagement.id)
    ).correlate_except(EngagementOffice)  # fmt: skip
    within = or_(~exists(named), exists(named.where(col(EngagementOffice.office_id) == office)))
    return or_(never, access.some_engagement(access.mine(actor.user_id, actor.on), within))
