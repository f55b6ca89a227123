"""Engagements, samples and their work lists as pages and commands show them. Reading only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import NotFound
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.auditing import drawing, engagements, population, results, rules, samples
from casework.auditing.drawing import Member, Method
from casework.auditing.results import Read, Results
from casework.auditing.rules import ItemState, Said, Step
from casework.auditing.tables import (
    AuditReport,
    Engagement,
    EngagementAuditor,
    EngagementOffice,
    EngagementProgramme,
    ReportState,
    Sample,
    SampleItem,
)
from casework.cases.tables import Case
from casework.certificates.queries import Standing, standing_on
from casework.certificates.tables import Certificate
from casework.organisations.tables import Organisation

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class EngagementLine:
    """An engagement with its auditors, the lead first, and its scope; empty means everywhere."""

    row: Engagement
    auditors: Sequence[Account]
    offices: Sequence[Organisation]
    programmes: Sequence[str]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A drawn document with its case, where it stands, and the verdict that counts."""

    item: SampleItem
    certificate: Certificate
    case: Case
    said: dict[Step, Said]
    state: ItemState
    outcome: Said | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A document of the population that ended since the draw, or no longer fits its filter; how it stands now."""

    number: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Reproduced:
    """A draw repeated from what is stored: whether the population's hash fits, whether the same documents came out in
    the same order; which documents changed since, and numbers that the same filter would add today."""

    hash_fits: bool
    same: bool
    drawn: tuple[Member, ...]
    changed: tuple[Changed, ...]
    added: tuple[str, ...]


def listed(session: Session, actor: Actor) -> list[EngagementLine]:
    """Engagements that the actor may know of, the last one opened first."""
    require(actor.role, Permission.SEE_ENGAGEMENTS)
    rows = session.exec(
        select(Engagement).where(engagements.visible(actor)).order_by(col(Engagement.opened_at).desc())
    ).all()
    return _lines(session, rows)


def one(session: Session, actor: Actor, number: str) -> EngagementLine:
    """One engagement. Raises `NotFound` (``engagement``)."""
    return _lines(session, [engagements.find(session, actor, number)])[0]


def auditors(session: Session) -> list[Account]:
    """Accounts of auditors that may sign in, by name."""
    query = select(Account).where(col(Account.role) == Role.AUDITOR, col(Account.active))
    return list(session.exec(query.order_by(col(Account.name), col(Account.id))))


def samples_of(session: Session, engagement: Engagement) -> list[tuple[Sample, AuditReport | None]]:
    """The samples of an engagement with their reports, the last one drawn first."""
    query = (
        select(Sample, AuditReport)
        .outerjoin(AuditReport, col(AuditReport.sample_id) == col(Sample.id))
        .where(Sample.engagement_id == engagement.id)
        .order_by(col(Sample.drawn_at).desc(), col(Sample.number).desc())
    )
    return [(sample, report) for sample, report in session.exec(query)]


def work_list(session: Session, sample: Sample) -> list[ItemLine]:
    """The drawn documents in their order, with a fixed number of queries."""
    known = samples.reviews_of_sample(session, sample)
    query = (
        select(SampleItem, Certificate, Case)
        .join(Certificate, col(Certificate.id) == col(SampleItem.certificate_id))
        .join(Case, col(Case.id) == col(Certificate.case_id))
        .where(SampleItem.sample_id == sample.id)
        .order_by(col(SampleItem.position))
    )
    return [
        _item_line(item, certificate, case, known.get(item.id, {})) for item, certificate, case in session.exec(query)
    ]


def item_line(session: Session, item: SampleItem) -> ItemLine:
    """One drawn document."""
    certificate = session.get_one(Certificate, item.certificate_id)
    known = samples.said(samples.reviews_of(session, [item.id]).get(item.id, []))
    return _item_line(item, certificate, session.get_one(Case, certificate.case_id), known)


def results_of(sample: Sample, lines: Sequence[ItemLine]) -> Results:
    """What the verdicts given so far say."""
    stratified = sample.method is Method.STRATIFIED
    sizes = Counter(one.stratum for one in drawing.from_text(sample.population))
    read = [Read(line.item.stratum if stratified else "", line.outcome) for line in lines]
    whole = {"": sample.population_size}
    return results.results(read, sizes if stratified else whole, sample.method, sample.confidence / 100)


def reproduce(session: Session, sample: Sample, engagement: Engagement, on: date) -> Reproduced:
    """Repeat the draw from the stored population, and compare that population with today's."""
    members = drawing.from_text(sample.population)
    drawn = drawing.draw(members, sample.method, sample.size, sample.seed)
    kept = [(str(item.certificate_id), item.position) for item in samples.items_of(session, sample)]
    again = [(one.id, position) for position, one in enumerate(drawn, start=1)]
    asked = samples.asked_of(sample)
    now = {one.id: one for one in population.members(session, engagement, asked, on, None, weighted=False)}
    then = {one.id: one for one in members}
    ended = session.exec(select(Certificate).where(col(Certificate.ended_on) >= sample.drawn_on))
    changed = {row.id: row for row in ended if str(row.id) in then}
    changed |= {row.id: row for row in _rows(session, [UUID(key) for key in then if key not in now])}
    return Reproduced(
        hash_fits=drawing.digest(sample.population) == sample.population_sha256,
        same=kept == again,
        drawn=drawn,
        changed=tuple(sorted((Changed(row.number, standing_on(row, on)) for row in changed.values()), key=_number)),
        added=tuple(sorted(row.number for key, row in now.items() if key not in then)),
    )


def _rows(session: Session, ids: Sequence[UUID]) -> Iterator[Certificate]:
    for start in range(0, len(ids), _CHUNK):
        yield from session.exec(select(Certificate).where(col(Certificate.id).in_(ids[start : start + _CHUNK])))


def report_of(session: Session, sample: Sample) -> AuditReport | None:
    """The report of a signed sample, None before a number is given."""
    return session.exec(select(AuditReport).where(AuditReport.sample_id == sample.id)).one_or_none()


def issued_report(session: Session, actor: Actor, number: str) -> AuditReport:
    """The report of a sample, by the sample's number, for who may know of it. Raises `NotFound`."""
    sample, _engagement = samples.find(session, actor, number)
    row = report_of(session, sample)
    if row is None or row.state is not ReportState.ISSUED:
        raise NotFound(
            "not_issued",
            _("There is no report of this sample."),
            _("It is made after the lead auditor has signed; look again in a minute."),
        )
    return row


def _lines(session: Session, rows: Sequence[Engagement]) -> list[EngagementLine]:
    ids = [row.id for row in rows]
    people: dict[UUID, list[Account]] = {}
    listed = (
        select(EngagementAuditor.engagement_id, Account)
        .join(Account, col(Account.id) == col(EngagementAuditor.account_id))
        .where(col(EngagementAuditor.engagement_id).in_(ids))
        .order_by(col(EngagementAuditor.lead).desc(), col(Account.name))
    )
    for engagement_id, account in session.exec(listed):
        people.setdefault(engagement_id, []).append(account)
    offices: dict[UUID, list[Organisation]] = {}
    named = (
        select(EngagementOffice.engagement_id, Organisation)
        .join(Organisation, col(Organisation.id) == col(EngagementOffice.office_id))
        .where(col(EngagementOffice.engagement_id).in_(ids))
        .order_by(col(Organisation.name))
    )
    for engagement_id, office in session.exec(named):
        offices.setdefault(engagement_id, []).append(office)
    programmes: dict[UUID, list[str]] = {}
    query = select(EngagementProgramme).where(col(EngagementProgramme.engagement_id).in_(ids))
    for row in session.exec(query.order_by(col(EngagementProgramme.programme_id))):
        programmes.setdefault(row.engagement_id, []).append(row.programme_id)
    return [
        EngagementLine(row, people.get(row.id, []), offices.get(row.id, []), programmes.get(row.id, [])) for row in rows
    ]


def _item_line(item: SampleItem, certificate: Certificate, case: Case, known: dict[Step, Said]) -> ItemLine:
    state = rules.item_state(known, chosen=item.second)
    return ItemLine(item, certificate, case, known, state, rules.outcome(known, chosen=item.second))


def _number(changed: Changed) -> str:
    return changed.number
