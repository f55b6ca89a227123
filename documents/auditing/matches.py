"""What a pack for auditors holds of possible matches with watch lists: both records as they were compared, what
officers did and why, and the papers about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sqlmodel import Session

from basis.errors import NotFound
from casework.accounts.rules import Permission, may
from casework.actor import Actor
from casework.auditing import access
from casework.cases.tables import Case
from casework.evidence.media import SUFFIXES
from casework.security import match_papers
from casework.security.hits import HitPage, of_cases
from casework.security.lists.entries import to_content
from casework.security.tables import HitPaper
from casework.store import Store
from casework.vault import Vault
from casework.work import Work

_COMPARED = {"family_name", "given_names", "native_name", "sex", "birth_date", "birth_place", "nationality"}


def may_have(actor: Actor) -> bool:
    """Whether the actor is a person whose role knows of possible matches."""
    return actor.user_id is not None and actor.role is not None and may(actor.role, Permission.SEE_MATCHES)


def record(work: Work, cases: Sequence[Case], pack: str) -> None:
    """Every possible match that leaves with the pack is one that was looked at."""
    if may_have(work.actor):
        for one in of_cases(work.session, work.vault, work.actor, cases):
            data = {"pack": pack, **access.noted(work, one.case.id)}
            work.record("hit.viewed", f"hit/{one.hit.id}", case_id=one.case.id, data=data)


def shapes(
    session: Session, vault: Vault, store: Store, actor: Actor, cases: Sequence[Case]
) -> Iterator[tuple[dict[str, Any], list[tuple[str, bytes]]]]:
    """Each possible match as it is written, with the papers about it: name in the pack and bytes."""
    if not may_have(actor):
        return
    for one in of_cases(session, vault, actor, cases):
        papers: list[dict[str, Any]] = []
        files: list[tuple[str, bytes]] = []
        for paper in one.papers:
            row = session.get_one(HitPaper, paper.id)
            name = f"matches/{one.case.reference}-{paper.id}.{SUFFIXES[row.media_type]}"
            try:
                files.append((name, match_papers.opened(vault, store, row)))
            except NotFound:
                name = ""
            papers.append({"file": name, "sha256": row.sha256, "shows": paper.note, "by": paper.recorded_by})
        yield _shape(one, papers), files


def _shape(one: HitPage, papers: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "case": one.case.reference,
        "hit": str(one.hit.id),
        "state": one.hit.state.value,
        "screened_on": one.screening.screened_on.isoformat(),
        "list": one.list_name,
        "list_version": one.list_version,
        "entry": to_content(one.entry),
        "worker": one.data.model_dump(mode="json", include=_COMPARED),
        "corrected_since": one.corrected,
        "matched": one.matched,
        "score": one.hit.score,
        "reasons": [{"code": r.code, "text": r.message.text, "points": r.points} for r in one.reasons],
        "steps": [{**asdict(step), "decided_on": step.decided_on.isoformat()} for step in one.steps],
        "papers": papers,
    }
