"""What security officers see: the open possible matches, and one of them beside the listed entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from basis.messages import Message
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.cases import changes
from casework.cases.tables import Case
from casework.security.adjudicating import get_hit, verdicts
from casework.security.lists import ListEntry, from_content
from casework.security.rules import HitState, Verdict
from casework.security.tables import Adjudication, Hit, Screening, WatchEntry, WatchList
from casework.vault import Vault
from casework.work import Work
from casework.workers import service as workers


@dataclass(frozen=True, slots=True)
class HitLine:
    """One line of the officers' list. `mine`: the officer has given a verdict already and waits for another's."""

    hit: Hit
    case: Case
    list_name: str
    screened_on: date
    verdict_count: int
    mine: bool


@dataclass(frozen=True, slots=True)
class HitReason:
    """One step of the score."""

    code: str
    message: Message
    points: int


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """An officer's verdict with its reason opened."""

    officer: str
    verdict: Verdict
    reason: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class HitPage:
    """A possible match as an officer decides on it.

    `verdicts` are those of others too only once the officer has given a verdict or the hit is closed, so that
    two officers decide independently; `verdict_count` counts all.
    """

    hit: Hit
    case: Case
    screening: Screening
    worker: workers.Known
    entry: ListEntry
    list_name: str
    list_version: str
    matched: str
    reasons: tuple[HitReason, ...]
    verdicts: tuple[GivenVerdict, ...]
    verdict_count: int
    may_decide: bool


def hits_for_officer(session: Session, actor: Actor) -> list[HitLine]:
    """Possible matches that are not closed, of the newest screenings of the officer's cases; oldest first."""
    require(actor.role, Permission.ADJUDICATE)
    query = (
        select(Hit, Case, col(WatchList.name), col(Screening.screened_on))
        .join(Screening, col(Screening.id) == col(Hit.screening_id))
        .join(Case, col(Case.id) == col(Hit.case_id))
        .join(WatchEntry, col(WatchEntry.id) == col(Hit.entry_id))
        .join(WatchList, col(WatchList.id) == col(WatchEntry.list_id))
        .where(
            changes.visible(actor),
            col(Screening.replaced).is_(False),
            col(Hit.state).in_([HitState.OPEN, HitState.DISPUTED]),
        )
        .order_by(col(Hit.id))
    )
    found = session.exec(query).all()
    given: dict[UUID, set[UUID]] = {}
    ids = [hit.id for hit, *_rest in found]
    for row in session.exec(select(Adjudication).where(col(Adjudication.hit_id).in_(ids))):
        given.setdefault(row.hit_id, set()).add(row.officer_id)
    return [
        HitLine(hit, case, name, screened_on, len(given.get(hit.id, ())), actor.user_id in given.get(hit.id, ()))
        for hit, case, name, screened_on in found
    ]


def hit_page(work: Work, hit_id: UUID) -> HitPage:
    """Worker and entry side by side; whoever looks leaves an event."""
    require(work.actor.role, Permission.ADJUDICATE)
    session = work.session
    hit = get_hit(session, hit_id)
    case = changes.find(session, work.actor, hit.case_id)
    entry = session.get_one(WatchEntry, hit.entry_id)
    source = session.get_one(WatchList, entry.list_id)
    screening = session.get_one(Screening, hit.screening_id)
    explained = work.vault.open_json(hit.worker_id, "hit", hit.id, "reasons", hit.reasons) if hit.reasons else {}
    given = verdicts(session, hit.carried_from or hit.id)
    mine = [row for row in given if row.officer_id == work.actor.user_id]
    shown = given if hit.state.closed or mine else mine
    work.record("hit.viewed", f"hit/{hit.id}", case_id=hit.case_id)
    return HitPage(
        hit=hit,
        case=case,
        screening=screening,
        worker=workers.get(session, work.vault, hit.worker_id),
        entry=from_content(entry.content),
        list_name=source.name,
        list_version=source.version_label,
        matched=explained.get("matched", ""),
        reasons=tuple(
            HitReason(reason["code"], Message(reason["text"]), reason["points"])
            for reason in explained.get("reasons", ())
        ),
        verdicts=_opened(session, work.vault, hit.worker_id, shown),
        verdict_count=len(given),
        may_decide=not (hit.state.closed or mine or screening.replaced),
    )


def _opened(session: Session, vault: Vault, worker_id: UUID, rows: list[Adjudication]) -> tuple[GivenVerdict, ...]:
    ids = [row.officer_id for row in rows]
    names = {row.id: row.name for row in session.exec(select(Account).where(col(Account.id).in_(ids)))}
    return tuple(
        GivenVerdict(
            names[row.officer_id],
            row.verdict,
            vault.open(worker_id, "adjudication", row.id, "reason", row.reason).decode() if row.reason else "",
            row.decided_on,
        )
        for row in rows
    )
