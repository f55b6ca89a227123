"""What security officers and auditors see: the list of possible matches, and one of them beside the listed entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from basis.errors import NotFound, Refused
from basis.messages import Message, _
from casework.accounts.rules import Permission, may, require
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.auditing import access
from casework.cases.tables import Case
from casework.evidence.tables import EvidenceItem
from casework.security import rules
from casework.security.adjudicating import find, recorders, root, steps_of, taken
from casework.security.lists import ListEntry, from_content
from casework.security.rules import HitState, MayAct, Step, Verdict
from casework.security.standing_in import reached
from casework.security.tables import Adjudication, Hit, HitPaper, Screening, WatchEntry, WatchList
from casework.vault import Vault
from casework.work import Work
from casework.workers import service as workers
from casework.workers.service import WorkerData
from casework.workers.tables import WorkerVersion

_Root: Any = aliased(Hit)
_Found: Any = aliased(Screening)


class Show(StrEnum):
    """The parts of the list. `WAITING` is what is not closed."""

    WAITING = "waiting"
    OPEN = "open"
    PROPOSED = "proposed"
    INCONCLUSIVE = "inconclusive"
    CLOSED = "closed"


_STATES: Mapping[Show, frozenset[HitState]] = {
    Show.WAITING: rules.WAITING,
    Show.OPEN: frozenset({HitState.OPEN}),
    Show.PROPOSED: frozenset({HitState.PROPOSED}),
    Show.INCONCLUSIVE: frozenset({HitState.INCONCLUSIVE}),
    Show.CLOSED: rules.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which possible matches are asked for; "" asks for all. `entry` is the reference of a listed entry."""

    show: Show = Show.WAITING
    list_name: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True)
class HitLine:
    """One line of the list. `found_on` is the day of the first screening that found it, `due_on` the last safe day of
    the stage, `taken` how many steps were taken, `act` what the reader can do (None: only look)."""

    hit: Hit
    case: Case
    list_name: str
    entry: str
    found_on: date
    due_on: date | None
    taken: int
    verdict: Verdict | None
    act: MayAct | None


@dataclass(frozen=True, slots=True)
class HitReason:
    """One step of the score."""

    code: str
    message: Message
    points: int


@dataclass(frozen=True, slots=True)
class GivenStep:
    """What an officer did, with its reason opened."""

    officer: str
    step: Step
    verdict: Verdict
    reason: str
    next_step: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper about the match."""

    id: UUID
    note: str
    recorded_on: date
    recorded_by: str


@dataclass(frozen=True, slots=True)
class HitPage:
    """A possible match as an officer decides on it, and as it stays readable: `data` is the worker as screened, `entry`
    as it was on the list then. `corrected`: the worker's data has changed since. `act` is None for who only looks, and
    where the worker was screened anew."""

    hit: Hit
    case: Case
    screening: Screening
    data: WorkerData
    corrected: bool
    entry: ListEntry
    list_name: str
    list_version: str
    matched: str
    reasons: tuple[HitReason, ...]
    steps: tuple[GivenStep, ...]
    papers: tuple[Paper, ...]
    act: MayAct | None


def search(
    session: Session, actor: Actor, asked: Asked, today: date, *, offset: int, limit: int
) -> tuple[list[HitLine], int]:
    """A page of the possible matches, the earliest departure first, and how many there are.

    Raises `Refused` (``role``, ``person_needed``).
    """
    _require_person(actor)
    query: Any = (
        sa.select(Hit, Case, col(WatchList.name), col(WatchEntry.reference), _Found.screened_on)
        .join(Screening, col(Screening.id) == col(Hit.screening_id))
        .join(Case, col(Case.id) == col(Hit.case_id))
        .join(WatchEntry, col(WatchEntry.id) == col(Hit.entry_id))
        .join(WatchList, col(WatchList.id) == col(WatchEntry.list_id))
        .join(_Root, _Root.id == _root())
        .join(_Found, _Found.id == _Root.screening_id)
        .where(*_where(actor, asked, today))
    )
    total = session.exec(select(func.count()).select_from(query.subquery())).one()
    query = query.order_by(col(Case.planned_departure).is_(None), col(Case.planned_departure), col(Hit.id))
    found = session.exec(query.offset(offset).limit(limit)).all()
    hits = [hit for hit, *_rest in found]
    steps = _steps(session, hits)
    recorded = _recorded(session, actor, hits)
    return [
        HitLine(
            hit=hit,
            case=case,
            list_name=name,
            entry=entry,
            found_on=found_on,
            due_on=_due_on(case),
            taken=len(steps.get(root(hit), ())),
            verdict=steps[root(hit)][-1].verdict if root(hit) in steps else None,
            act=_act(actor, hit, steps.get(root(hit), ()), {actor.key} if hit.id in recorded else set()),
        )
        for hit, case, name, entry, found_on in found
    ], total


def list_names(session: Session, actor: Actor, today: date) -> list[str]:
    """The lists of which the actor may know possible matches."""
    _require_person(actor)
    query = (
        select(WatchList.name)
        .join(WatchEntry, col(WatchEntry.list_id) == col(WatchList.id))
        .join(Hit, col(Hit.entry_id) == col(WatchEntry.id))
        .join(Case, col(Case.id) == col(Hit.case_id))
        .where(reached(actor, today))
    )
    return sorted(set(session.exec(query.distinct())))


def waiting_for(session: Session, actor: Actor, today: date) -> int:
    """How many possible matches wait for this officer: those nobody has answered, and proposals of others."""
    if actor.user_id is None or not may(actor.role, Permission.ADJUDICATE):
        return 0
    last = select(func.max(Adjudication.number)).where(col(Adjudication.hit_id) == _root()).correlate(Hit)
    own = exists(
        select(Adjudication.id)
        .where(
            col(Adjudication.hit_id) == _root(),
            col(Adjudication.officer_id) == actor.user_id,
            col(Adjudication.number) == last.scalar_subquery(),
        )
        .correlate(Hit)
    )
    theirs = or_(col(Hit.state) == HitState.OPEN, and_(col(Hit.state) == HitState.PROPOSED, ~own))
    query = (
        select(func.count())
        .select_from(Hit)
        .join(Screening, col(Screening.id) == col(Hit.screening_id))
        .join(Case, col(Case.id) == col(Hit.case_id))
        .where(reached(actor, today), col(Screening.replaced).is_(False), theirs)
    )
    return session.exec(query).one()


def of_case(session: Session, actor: Actor, case_id: UUID, today: date) -> list[UUID]:
    """The hits of the case's newest screening, those that wait first."""
    _require_person(actor)
    query = (
        select(Hit)
        .join(Screening, col(Screening.id) == col(Hit.screening_id))
        .join(Case, col(Case.id) == col(Hit.case_id))
        .where(Hit.case_id == case_id, reached(actor, today), col(Screening.replaced).is_(False))
    )
    return [hit.id for hit in sorted(session.exec(query), key=lambda hit: (hit.state.closed, hit.id))]


def hit_page(work: Work, hit_id: UUID) -> HitPage:
    """Worker and entry side by side; whoever looks leaves an event.

    Raises `Refused` (``role``, ``person_needed``), `NotFound` (``hit``, ``erased``).
    """
    _require_person(work.actor)
    hit, case = find(work.session, work.actor, hit_id, work.today)
    work.record("hit.viewed", f"hit/{hit.id}", case_id=hit.case_id, data=access.noted(work, hit.case_id))
    return _read(work.session, work.vault, work.actor, hit, case)


def of_cases(session: Session, vault: Vault, actor: Actor, cases: Sequence[Case]) -> list[HitPage]:
    """All that is kept of the possible matches of cases that the actor may know of, each once, for packs. Whoever asks
    records that it was read. Raises `Refused` (``role``, ``person_needed``)."""
    _require_person(actor)
    known = {case.id: case for case in cases}
    query = select(Hit).where(col(Hit.case_id).in_(known)).order_by(col(Hit.id))
    newest = {root(hit): hit for hit in session.exec(query)}
    return [_read(session, vault, actor, hit, known[hit.case_id]) for hit in newest.values()]


def _read(session: Session, vault: Vault, actor: Actor, hit: Hit, case: Case) -> HitPage:
    entry = session.get_one(WatchEntry, hit.entry_id)
    source = session.get_one(WatchList, entry.list_id)
    screening = session.get_one(Screening, hit.screening_id)
    explained = vault.open_json(hit.worker_id, "hit", hit.id, "reasons", hit.reasons) if hit.reasons else {}
    steps = steps_of(session, hit)
    worker = workers.get(session, vault, hit.worker_id)
    papers = list(session.exec(select(HitPaper).where(HitPaper.hit_id == root(hit)).order_by(col(HitPaper.id))))
    names = _names(session, [*(str(row.officer_id) for row in steps), *(row.recorded_by for row in papers)])
    return HitPage(
        hit=hit,
        case=case,
        screening=screening,
        data=_as_screened(session, vault, screening) or worker.data,
        corrected=worker.worker.number != screening.worker_number,
        entry=from_content(entry.content),
        list_name=source.name,
        list_version=source.version_label,
        matched=explained.get("matched", ""),
        reasons=tuple(
            HitReason(reason["code"], Message(reason["text"]), reason["points"])
            for reason in explained.get("reasons", ())
        ),
        steps=tuple(_given(vault, hit, row, names) for row in steps),
        papers=tuple(
            Paper(row.id, _note(vault, row), row.recorded_on, names.get(row.recorded_by, "")) for row in papers
        ),
        act=None if screening.replaced else _act(actor, hit, steps, recorders(session, hit)),
    )


def _require_person(actor: Actor) -> None:
    require(actor.role, Permission.SEE_MATCHES)
    if actor.user_id is None:
        raise Refused("person_needed", _("Only a person can look at a possible match."), _("Ask an officer."))


def _root() -> ColumnElement[UUID]:
    return func.coalesce(col(Hit.carried_from), col(Hit.id))


def _where(actor: Actor, asked: Asked, today: date) -> list[ColumnElement[bool]]:
    chosen = [reached(actor, today), col(Hit.state).in_(_STATES[asked.show])]
    # A closed match that a later screening took over is the same one: it stands there once.
    chosen.append(col(Hit.carried_from).is_(None) if asked.show is Show.CLOSED else col(Screening.replaced).is_(False))
    if asked.list_name:
        chosen.append(col(WatchList.name) == asked.list_name)
    if asked.entry:
        chosen.append(col(WatchEntry.reference) == asked.entry)
    return chosen


def _act(actor: Actor, hit: Hit, steps: Sequence[Adjudication], known: frozenset[str] | set[str]) -> MayAct | None:
    if not may(actor.role, Permission.ADJUDICATE):
        return None
    return rules.may_act(hit.state, taken(steps), actor.key, known)


def _steps(session: Session, hits: Sequence[Hit]) -> dict[UUID, list[Adjudication]]:
    found: dict[UUID, list[Adjudication]] = {}
    query = select(Adjudication).where(col(Adjudication.hit_id).in_({root(hit) for hit in hits}))
    for row in session.exec(query.order_by(col(Adjudication.number))):
        found.setdefault(row.hit_id, []).append(row)
    return found


def _recorded(session: Session, actor: Actor, hits: Sequence[Hit]) -> set[UUID]:
    """Those of which the actor recorded data or papers (`adjudicating.recorders`, for many at once)."""
    of_worker = select(WorkerVersion.worker_id).where(
        WorkerVersion.recorded_by == actor.key, col(WorkerVersion.worker_id).in_({hit.worker_id for hit in hits})
    )
    of_case = select(EvidenceItem.case_id).where(
        EvidenceItem.recorded_by == actor.key, col(EvidenceItem.case_id).in_({hit.case_id for hit in hits})
    )
    of_hit = select(HitPaper.hit_id).where(
        HitPaper.recorded_by == actor.key, col(HitPaper.hit_id).in_({root(hit) for hit in hits})
    )
    known = {key for query in (of_worker, of_case, of_hit) for key in session.exec(query)}
    return {hit.id for hit in hits if known & {hit.worker_id, hit.case_id, root(hit)}}


def _due_on(case: Case) -> date | None:
    days = [one.get("due_on") for one in (case.assessment or {}).get("stages", ()) if one["kind"] == "security"]
    return min((date.fromisoformat(day) for day in days if day), default=None)


def _as_screened(session: Session, vault: Vault, screening: Screening) -> WorkerData | None:
    """The version of the worker's data that was compared."""
    query = select(WorkerVersion).where(
        WorkerVersion.worker_id == screening.worker_id, WorkerVersion.number == screening.worker_number
    )
    version = session.exec(query.order_by(col(WorkerVersion.id).desc()).limit(1)).one_or_none()
    if version is None:
        return None
    if version.content is None:
        raise NotFound("erased", _("The data of this worker was erased."))
    content = vault.open_json(version.worker_id, "worker_version", version.id, "content", version.content)
    return WorkerData.model_validate(content, strict=False)


def _given(vault: Vault, hit: Hit, row: Adjudication, names: Mapping[str, str]) -> GivenStep:
    def opened(column: str, value: bytes | None) -> str:
        return vault.open(hit.worker_id, "adjudication", row.id, column, value).decode() if value else ""

    return GivenStep(
        officer=names.get(str(row.officer_id), ""),
        step=row.step,
        verdict=row.verdict,
        reason=opened("reason", row.reason),
        next_step=opened("next_step", row.next_step),
        decided_on=row.decided_on,
    )


def _note(vault: Vault, row: HitPaper) -> str:
    return vault.open(row.worker_id, "hit_paper", row.id, "note", row.note).decode() if row.note else ""


def _names(session: Session, keys: Sequence[str]) -> dict[str, str]:
    ids = {UUID(key) for key in keys if len(key) == 36}
    return {str(row.id): row.name for row in session.exec(select(Account).where(col(Account.id).in_(ids)))}
