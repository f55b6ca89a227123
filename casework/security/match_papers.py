"""Papers about a possible match: what an officer brings to show that it is, or is not, the person."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, select

from basis.errors import NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.auditing import access
from casework.evidence import files, reading
from casework.evidence.files import Prepared
from casework.security import rules
from casework.security.adjudicating import find, require_officer, root
from casework.security.tables import HitPaper
from casework.store import Store
from casework.vault import Vault
from casework.work import Work

LONGEST_NOTE = 300


def add(work: Work, store: Store, hit_id: UUID, content: bytes | Prepared, note: str) -> HitPaper:
    """Keep a paper sealed under the worker's key; `note` says what it shows.

    Who adds one is not the second officer (`adjudicating.recorders`). Raises `Refused` (``role``, ``person_needed``),
    `NotFound` (``hit``), `Conflict` (``hit_closed``), `InvalidInput` (``missing_value``, ``too_long`` and the codes of
    `evidence.reading.REASONS`).
    """
    require_officer(work)
    hit, _case = find(work.session, work.actor, hit_id, work.today)
    if hit.state.closed:
        raise rules.closed()
    text = recorded.text(note, _("what it shows"), LONGEST_NOTE)
    ready = files.prepared(content)
    one = ready.readable
    row = HitPaper(
        hit_id=root(hit),
        worker_id=hit.worker_id,
        media_type=one.media_type,
        size=len(one.content),
        sha256=one.sha256,
        scan=ready.scan,
        recorded_on=work.today,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    row.note = work.vault.seal(hit.worker_id, "hit_paper", row.id, "note", text.encode())
    # Stored before the commit: a file without a row is sealed bytes that nothing names; a row without a file is a loss.
    store.put(str(row.id), work.vault.seal(hit.worker_id, "hit_paper", row.id, "content", one.content))
    work.session.add(row)
    work.session.flush()
    work.record("hit.paper_added", f"hit/{hit.id}", case_id=hit.case_id, data={"sha256": row.sha256})
    return row


def view(work: Work, store: Store, hit_id: UUID, paper_id: UUID) -> tuple[str, bytes]:
    """The media type and the bytes of a cleaned copy of a paper; whoever looks leaves an event.

    Raises `Refused` (``role``), `NotFound` (``hit``), `InvalidInput` with a code of `evidence.reading.REASONS`.
    """
    require(work.actor.role, Permission.SEE_MATCHES)
    hit, _case = find(work.session, work.actor, hit_id, work.today)
    row = _paper(work.session, root(hit), paper_id)
    work.record("hit.paper_viewed", f"hit/{hit.id}", case_id=hit.case_id, data=access.noted(work, hit.case_id))
    made = reading.read(opened(work.vault, store, row))
    return made.copy_type, made.copy


def opened(vault: Vault, store: Store, row: HitPaper) -> bytes:
    """The paper as it came."""
    return vault.open(row.worker_id, "hit_paper", row.id, "content", store.read(str(row.id)))


def _paper(session: Session, hit_id: UUID, paper_id: UUID) -> HitPaper:
    row = session.exec(select(HitPaper).where(HitPaper.id == paper_id, HitPaper.hit_id == hit_id)).one_or_none()
    if row is None:
        raise NotFound("hit", _("There is no such paper about this possible match."), _("Open it from its page."))
    return row
