"""Standing reports for those who review: overrides, concessions, what was recorded late, changes of privileges.

Each line names a case by its reference, codes and accounts; never a worker. An auditor reads what the open
engagements reach, a supervisor what is of the own office.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import Session, SQLModel, col, func, select

from basis.messages import Message, _
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.audit.tables import AuditEvent
from casework.cases.changes import visible
from casework.cases.rules import REVERSAL, WORDS
from casework.cases.tables import Case, CaseMove
from casework.certificates.rules import public_reason
from casework.certificates.tables import Certificate
from casework.concessions.rules import KIND_WORDS as CONCESSIONS
from casework.concessions.rules import STATE_WORDS, ConcessionState
from casework.concessions.tables import Concession
from casework.decisions.rules import KIND_WORDS as DECISIONS
from casework.decisions.rules import DecisionEnd
from casework.decisions.tables import AdverseDecision
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.organisations.tables import Organisation
from casework.oversight import scope
from casework.oversight.words import told

LATE_DAYS: Final = 14
"""Recorded more than that many days after it happened, where nobody asks for another number."""
_PRIVILEGES: Final = (
    "account.added", "account.disabled", "account.enabled", "account.password_set",
    "engagement.opened", "engagement.changed", "engagement.closed", "signatory.added", "signatory.ended",
)  # fmt: skip
Row = TypeVar("Row", bound=SQLModel)


class Report(StrEnum):
    OVERRIDES = "overrides"
    CONCESSIONS = "concessions"
    BACKDATED = "backdated"
    PRIVILEGES = "privileges"


REPORT_WORDS: Mapping[Report, Message] = {
    Report.OVERRIDES: _("Overrides"),
    Report.CONCESSIONS: _("Waivers and conditions"),
    Report.BACKDATED: _("Recorded late"),
    Report.PRIVILEGES: _("Changes of privileges"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Days are those of the act, both included; of `BACKDATED` those of recording. `late`: at least so many days and
    one more between. `programme` and `office` do not narrow what belongs to none."""

    since: date
    until: date
    programme: str = ""
    office: UUID | None = None
    late: int = LATE_DAYS


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: on which day, of which case ("" for none), what, and who did it (an account's id or ``engine``).

    `seq` is the event's number where the line is one event; `case_id` is None where it is of no case.
    """

    day: date
    case_id: UUID | None
    reference: str
    programme: str
    what: Message
    detail: Message | str
    who: str
    seq: int | None = None


def report(session: Session, actor: Actor, kind: Report, asked: Asked) -> list[Line]:
    """The lines of a report, the last day first."""
    require(actor.role, Permission.SEE_SAMPLES)
    found = list(_READERS[kind](session, actor, asked))
    return sorted(found, key=lambda line: (line.day, line.seq or 0, line.reference), reverse=True)


def offices(session: Session, actor: Actor) -> list[Organisation]:
    """Offices that the actor may ask for."""
    query = select(Organisation).where(
        col(Organisation.office_id).is_(None), scope.offices(actor, col(Organisation.id))
    )
    return list(session.exec(query.order_by(col(Organisation.name))))


def programmes(session: Session, actor: Actor) -> list[str]:
    """Ids of programmes that the actor may ask for: those of the cases within reach."""
    return sorted(set(session.exec(select(Case.programme_id).where(visible(actor)).distinct())))


def _cases(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    where = [visible(actor)]
    if asked.programme:
        where.append(col(Case.programme_id) == asked.programme)
    if asked.office:
        where.append(col(Case.office_id) == asked.office)
    return where


def _of_cases(
    session: Session, actor: Actor, asked: Asked, table: type[Row], day: Any, *where: ColumnElement[bool]
) -> Iterator[tuple[Row, Case]]:
    """Rows of a table with their cases, within reach and within the days."""
    columns: Any = table
    query = (
        select(table, Case)
        .join(Case, col(Case.id) == columns.case_id)
        .where(*_cases(actor, asked), *where, day >= asked.since, day <= asked.until)
    )
    yield from session.exec(query)


def _line(case: Case, day: date, what: Message, detail: Message | str, who: str) -> Line:
    return Line(day, case.id, case.reference, case.programme_id, what, detail, who)


def _overrides(session: Session, actor: Actor, asked: Asked) -> Iterator[Line]:
    """What a machine or a colleague had found, and somebody decided otherwise."""
    decided = col(EvidenceItem.status).in_([EvidenceStatus.ACCEPTED, EvidenceStatus.WITHDRAWN])
    for item, case in _of_cases(session, actor, asked, EvidenceItem, col(EvidenceItem.decided_on), decided):
        failed = sorted(name for name, held in item.checks.items() if not held)
        if failed and item.decided_on:
            what = _("Evidence was accepted against an automatic check: {kind}", kind=item.kind)
            yield _line(case, item.decided_on, what, ", ".join(failed), item.decided_by)
    ended = col(AdverseDecision.end).is_not(None)
    for decision, case in _of_cases(session, actor, asked, AdverseDecision, col(AdverseDecision.ended_on), ended):
        if decision.ended_on and decision.end:
            what = _("A decision against the worker no longer stands: {kind}", kind=DECISIONS[decision.kind])
            yield _line(case, decision.ended_on, what, _ENDS[decision.end], decision.decided_by)
    by_hand = col(Certificate.ended_by) != ""
    for row, case in _of_cases(session, actor, asked, Certificate, col(Certificate.ended_on), by_hand):
        if row.ended_on:
            what = _("Document {number} was ended by hand", number=row.number)
            yield _line(case, row.ended_on, what, public_reason(row.end_reason) or row.end_reason, row.ended_by)
    reversed_ = col(CaseMove.reason) == REVERSAL
    for move, case in _of_cases(session, actor, asked, CaseMove, col(CaseMove.happened_on), reversed_):
        what = _("A move of the case was taken back: {life}", life=WORDS[move.from_life])
        yield _line(case, move.happened_on, what, move.authority, move.recorded_by)


_ENDS: Final[Mapping[DecisionEnd, Message]] = {
    DecisionEnd.OVERTURNED: _("overturned on appeal"),
    DecisionEnd.RECORDED_IN_ERROR: _("recorded in error"),
}


def _concessions(session: Session, actor: Actor, asked: Asked) -> Iterator[Line]:
    day = func.coalesce(col(Concession.decided_on), col(Concession.asked_on))
    for row, case in _of_cases(session, actor, asked, Concession, day):
        what = _("{kind}: {requirement}, {state}", kind=CONCESSIONS[row.kind], requirement=row.requirement,
                 state=STATE_WORDS[row.state])  # fmt: skip
        waits = row.state is ConcessionState.REQUESTED
        who = row.asked_by if waits else row.decided_by or row.asked_by
        detail = _("{authority}, {reference}", authority=row.authority, reference=row.reference)
        yield _line(case, row.decided_on or row.asked_on, what, detail if row.reference else row.authority, who)


def _backdated(session: Session, actor: Actor, asked: Asked) -> Iterator[Line]:
    """Events that tell of a day long before they were recorded."""
    latest = _days_before(session, asked.late)
    query = (
        select(AuditEvent, Case)
        .join(Case, col(Case.id) == col(AuditEvent.case_id), isouter=True)
        .where(
            scope.events(session, actor),
            latest > col(AuditEvent.happened_on),
            *_recorded(asked),
            *(_cases(actor, asked) if asked.programme or asked.office else ()),
        )
    )
    for event, case in session.exec(query):
        recorded = event.recorded_at.date()
        late = (recorded - event.happened_on).days
        detail = _("happened on {day}, recorded {days} days later", day=event.happened_on.isoformat(), days=late)
        yield _event_line(event, case, recorded, detail)


def _privileges(session: Session, actor: Actor, asked: Asked) -> Iterator[Line]:
    """Who may do what: accounts made, disabled, enabled; engagements and signatories, which open what they name."""
    query = select(AuditEvent).where(
        scope.events(session, actor), col(AuditEvent.kind).in_(_PRIVILEGES), *_recorded(asked)
    )
    people = {f"account/{one.id}": one for one in session.exec(select(Account))}
    under = _office_of(session)
    for event in session.exec(query):
        about = people.get(event.subject)
        if asked.office and (about is None or under.get(about.organisation_id) != asked.office):
            continue
        yield _event_line(event, None, event.recorded_at.date(), about.name if about else event.subject)


def _office_of(session: Session) -> dict[UUID, UUID]:
    return {row.id: row.office_id or row.id for row in session.exec(select(Organisation))}


def _event_line(event: AuditEvent, case: Case | None, day: date, detail: Message | str) -> Line:
    what = told(event.kind, json.loads(event.body)["data"])
    reference, programme = (case.reference, case.programme_id) if case else ("", "")
    return Line(day, event.case_id, reference, programme, what, detail, event.actor, event.seq)


def _recorded(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """Days of recording as the history writes them: those of UTC."""
    day: Any = func.date(AuditEvent.recorded_at)
    return day >= asked.since, day <= asked.until


def _days_before(session: Session, days: int) -> Any:
    """The day of recording less some days; the two databases reckon with days differently."""
    if session.get_bind().dialect.name == "sqlite":
        return func.date(AuditEvent.recorded_at, f"-{days} days")
    return sa.cast(AuditEvent.recorded_at, sa.Date) - days


Reader = Callable[[Session, Actor, Asked], Iterator[Line]]
_READERS: Final[Mapping[Report, Reader]] = {
    Report.OVERRIDES: _overrides,
    Report.CONCESSIONS: _concessions,
    Report.BACKDATED: _backdated,
    Report.PRIVILEGES: _privileges,
}
