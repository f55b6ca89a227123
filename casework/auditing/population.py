"""The documents that a sample is drawn from: a filter of the register, within an engagement's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, func, select

from basis.errors import InvalidInput
from basis.messages import _
from casework.actor import Actor
from casework.audit.tables import AuditEvent
from casework.auditing import access, risk
from casework.auditing.drawing import Member
from casework.auditing.risk import Sign
from casework.auditing.rules import Strata
from casework.auditing.tables import Engagement
from casework.cases.changes import visible
from casework.cases.rules import EndKind
from casework.cases.tables import Case, SignOff
from casework.certificates import queries
from casework.certificates.queries import RegisterFilter, Standing
from casework.certificates.tables import Certificate, CertificateState
from casework.concessions.rules import ConcessionState
from casework.concessions.tables import Concession
from casework.decisions.tables import AdverseDecision
from casework.evidence.tables import EvidenceItem
from casework.organisations.tables import Organisation

ISSUED = (Standing.VALID, Standing.EXPIRED, Standing.SUPERSEDED, Standing.REVOKED)
_SUMMING_UP = ("departure", "completion")
"""Kinds of documents that stand on the concessions of every stage."""
_ENGINE = "engine"


class Asked(BaseModel):
    """A filter of the register; empty asks for everything. Days are those of issue, both included.

    `person` is an account: who signed off or decided, or who owns the case.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    kind: str = ""
    programme: str = ""
    standing: Standing | None = None
    since: date | None = None
    until: date | None = None
    agency: UUID | None = None
    office: UUID | None = None
    person: UUID | None = None


class _Row:
    """An issued document with its case and what it is the image of."""

    __slots__ = ("agency", "case", "certificate", "decision", "sign_off")

    def __init__(
        self,
        certificate: Certificate,
        case: Case,
        sign_off: SignOff | None,
        decision: AdverseDecision | None,
        agency: str | None,
    ) -> None:
        self.certificate, self.case, self.sign_off, self.decision = certificate, case, sign_off, decision
        self.agency = agency or ""

    @property
    def person(self) -> str:
        """Who signed off or decided; where the engine did, who answers for the case."""
        by = _ENGINE
        if self.sign_off is not None:
            by = self.sign_off.signed_by
        elif self.decision is not None:
            by = self.decision.decided_by
        return by if by != _ENGINE else str(self.case.owner_id or _ENGINE)


def count(session: Session, engagement: Engagement, asked: Asked, on: date) -> int:
    """How many documents fit."""
    query = _joined(sa.select(func.count(col(Certificate.id)))).where(*_where(engagement, asked, on))
    return int(session.execute(query).scalar_one())


def members(
    session: Session, engagement: Engagement, asked: Asked, on: date, strata: Strata | None, *, weighted: bool
) -> list[Member]:
    """The documents that fit, with their stratum and weight, by the same number of queries for one or many."""
    query = _joined(sa.select(Certificate, Case, SignOff, AdverseDecision, col(Organisation.code)))
    query = query.outerjoin(Organisation, col(Organisation.id) == col(Case.agency_id))
    query = query.where(*_where(engagement, asked, on))
    rows = [_Row(*found) for found in session.execute(query).all()]
    weights = _weights(session, rows, engagement, asked, on) if weighted else {}
    return [
        Member(
            str(row.certificate.id),
            row.certificate.number,
            _stratum(row, strata) if strata else "",
            weights.get(row.certificate.id, 1),
        )
        for row in rows
    ]


def deciders(session: Session, actor: Actor) -> set[str]:
    """Keys of the people who signed off or decided in the cases that the actor may know of, or own one."""
    seen = visible(actor)
    signed = select(SignOff.signed_by).join(Case, col(Case.id) == col(SignOff.case_id)).where(seen).distinct()
    decided = select(AdverseDecision.decided_by).join(Case, col(Case.id) == col(AdverseDecision.case_id)).where(seen)
    owners = select(Case.owner_id).where(seen, col(Case.owner_id).is_not(None)).distinct()
    return {*session.exec(signed), *session.exec(decided.distinct()), *(str(one) for one in session.exec(owners))}


def _joined(query: Any) -> Any:
    return (
        query.select_from(Certificate)
        .join(Case, col(Case.id) == col(Certificate.case_id))
        .outerjoin(SignOff, col(SignOff.id) == col(Certificate.sign_off_id))
        .outerjoin(AdverseDecision, col(AdverseDecision.id) == col(Certificate.decision_id))
    )


def _where(engagement: Engagement, asked: Asked, on: date) -> list[ColumnElement[bool]]:
    if asked.standing is not None and asked.standing not in ISSUED:
        raise InvalidInput(
            "unknown_filter", _("Only what was issued can be drawn."), _("Ask for one of the standings of a document.")
        )
    fits = RegisterFilter(kind=asked.kind, standing=asked.standing, since=asked.since, until=asked.until)
    scope = access.within(col(Case.office_id), col(Case.programme_id))
    where = [
        col(Certificate.state) == CertificateState.ISSUED,
        access.some_engagement(col(Engagement.id) == engagement.id, scope),
        *queries.conditions(fits, on),
    ]
    if asked.programme:
        where.append(col(Case.programme_id) == asked.programme)
    if asked.agency:
        where.append(col(Case.agency_id) == asked.agency)
    if asked.office:
        where.append(col(Case.office_id) == asked.office)
    if asked.person:
        person = str(asked.person)
        decided = or_(col(SignOff.signed_by) == person, col(AdverseDecision.decided_by) == person)
        where.append(or_(decided, col(Case.owner_id) == asked.person))
    return where


def _stratum(row: _Row, strata: Strata) -> str:
    if strata is Strata.KIND:
        return row.certificate.kind
    if strata is Strata.PROGRAMME:
        return row.case.programme_id
    return row.agency if strata is Strata.AGENCY else row.person


def _weights(session: Session, rows: Iterable[_Row], engagement: Engagement, asked: Asked, on: date) -> dict[UUID, int]:
    """Weights by document. What else is known of the cases is read once for all of them."""
    of_cases = _joined(sa.select(col(Certificate.case_id))).where(*_where(engagement, asked, on))
    conceded = set(
        session.exec(
            select(Concession.case_id).where(
                col(Concession.state) == ConcessionState.GIVEN, col(Concession.case_id).in_(of_cases)
            )
        )
    )
    overturned = set(
        session.exec(
            select(AdverseDecision.case_id).where(
                col(AdverseDecision.end).is_not(None), col(AdverseDecision.case_id).in_(of_cases)
            )
        )
    )
    alone = {
        f"evidence_item:{found}"
        for found in session.exec(
            select(EvidenceItem.id).where(
                EvidenceItem.recorded_by == EvidenceItem.decided_by, col(EvidenceItem.case_id).in_(of_cases)
            )
        )
    }
    late = _backdated(session, of_cases)
    ended: dict[tuple[UUID, str], set[UUID]] = defaultdict(set)
    wrong = (EndKind.REVOKED, EndKind.SUPERSEDED)
    for one in session.exec(
        select(Certificate).where(col(Certificate.end_kind).in_(wrong), col(Certificate.case_id).in_(of_cases))
    ):
        ended[one.case_id, one.kind].add(one.id)
    return {row.certificate.id: risk.weight(_signs(row, conceded, overturned, alone, late, ended)) for row in rows}


def _signs(
    row: _Row,
    conceded: Collection[UUID],
    overturned: Collection[UUID],
    alone: Collection[str],
    late: Collection[UUID],
    ended: dict[tuple[UUID, str], set[UUID]],
) -> list[Sign]:
    certificate, case = row.certificate, row.case
    stands_on = row.sign_off.stands_on if row.sign_off else []
    below = certificate.kind in _SUMMING_UP and case.id in conceded
    departure = case.planned_departure
    found = {
        Sign.CONCESSION: below or any(ground.startswith("waiver:") for ground in stands_on),
        Sign.OVERRIDE: case.id in overturned,
        Sign.SAME_PERSON: any(ground in alone for ground in stands_on),
        Sign.BACKDATED: case.id in late,
        Sign.CLOSE: departure is not None
        and timedelta(0) <= departure - certificate.issued_on <= timedelta(days=risk.CLOSE_DAYS),
        Sign.ENDED_BEFORE: (case.id, certificate.kind) in ended,
    }
    return [sign for sign, there in found.items() if there]


def _backdated(session: Session, of_cases: Any) -> set[UUID]:
    """Cases with an event that was recorded long after it happened."""
    query = sa.select(col(AuditEvent.case_id), col(AuditEvent.happened_on), col(AuditEvent.recorded_at)).where(
        func.date(AuditEvent.recorded_at) > col(AuditEvent.happened_on), col(AuditEvent.case_id).in_(of_cases)
    )
    long = timedelta(days=risk.BACKDATED_DAYS)
    return {
        case_id
        for case_id, happened_on, recorded_at in session.execute(query)
        if case_id is not None and recorded_at.date() - happened_on > long
    }
