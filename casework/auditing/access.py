"""What an auditor may reach: the scope of the engagements that are open, on the days that they are.

Where no engagement was ever opened, auditors see everything, as before there were engagements. From the first one on
an auditor sees what an engagement names that lists the account and is open on the actor's day; without one, nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from basis.roles import Role
from casework.actor import Actor
from casework.auditing.tables import Engagement, EngagementAuditor, EngagementOffice, EngagementProgramme
from casework.cases.tables import Case
from casework.work import Work


def reaches(actor: Actor, office: Mapped[UUID], programme: Mapped[str]) -> ColumnElement[bool]:
    """Whether an auditor may know of a row by the columns that hold its office and programme."""
    never = ~exists(select(Engagement.id).correlate(None))
    if actor.user_id is None or actor.on is None:
        return never
    return or_(never, some_engagement(mine(actor.user_id, actor.on), within(office, programme)))


def some_engagement(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is an engagement for which the conditions hold."""
    return exists(select(Engagement.id).where(*where).correlate_except(Engagement))


def within(office: Mapped[UUID], programme: Mapped[str]) -> ColumnElement[bool]:
    """Whether an engagement (of the query around this) names the office and the programme, or names none."""
    # Said outright what is of the queries around: SQLAlchemy by itself looks at the nearest one only.
    offices = select(EngagementOffice.office_id).where(EngagementOffice.engagement_id == Engagement.id)
    offices = offices.correlate_except(EngagementOffice)
    programmes = select(EngagementProgramme.programme_id).where(EngagementProgramme.engagement_id == Engagement.id)
    programmes = programmes.correlate_except(EngagementProgramme)
    return and_(
        or_(~exists(offices), exists(offices.where(EngagementOffice.office_id == office))),
        or_(~exists(programmes), exists(programmes.where(EngagementProgramme.programme_id == programme))),
    )


def is_open(on: date) -> ColumnElement[bool]:
    """Whether an engagement is open on the day: from its first to its last one, and not closed on or before it."""
    closed = or_(col(Engagement.closed_on).is_(None), col(Engagement.closed_on) > on)
    return and_(col(Engagement.begins_on) <= on, col(Engagement.ends_on) >= on, closed)


def open_for(session: Session, actor: Actor, case_id: UUID) -> list[str]:
    """Numbers of the open engagements under which an auditor sees a case."""
    if actor.role is not Role.AUDITOR or actor.user_id is None or actor.on is None:
        return []
    scope = within(col(Case.office_id), col(Case.programme_id))
    query = select(Engagement.number).join(Case, col(Case.id) == case_id).where(mine(actor.user_id, actor.on), scope)
    return list(session.exec(query.order_by(col(Engagement.number))))


def noted(work: Work, case_id: UUID) -> Mapping[str, Any]:
    """What the event of a look at a case says besides: under which engagements an auditor looked."""
    numbers = open_for(work.session, work.actor, case_id)
    return {"engagements": numbers} if numbers else {}


def mine(account_id: UUID, on: date) -> ColumnElement[bool]:
    """Whether an engagement lists the account and is open on the day."""
    listed = select(EngagementAuditor.account_id).where(
        EngagementAuditor.engagement_id == Engagement.id, EngagementAuditor.account_id == account_id
    )
    listed = listed.correlate_except(EngagementAuditor)
    return and_(is_open(on), exists(listed))
