"""Close possible matches by two different officers."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import Conflict, NotFound, Refused
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.security.rules import Verdict, decide
from casework.security.tables import Adjudication, Hit, Screening
from casework.work import Work

LONGEST_REASON = 2000


def adjudicate(work: Work, hit_id: UUID, verdict: Verdict, reason: str, expected_version: int | None = None) -> Hit:
    """One officer's verdict with its reason. The second of the same kind by another officer closes the hit."""
    require(work.actor.role, Permission.ADJUDICATE)
    if work.actor.user_id is None:
        raise Refused("person_needed", _("Only a person can decide on a possible match."), _("Ask an officer."))
    text = recorded.text(reason, _("reason"), LONGEST_REASON)
    hit = get_hit(work.session, hit_id)
    changes.change(work, hit.case_id, expected_version)
    work.session.refresh(hit)
    if work.session.get_one(Screening, hit.screening_id, populate_existing=True).replaced:
        raise Conflict(
            "replaced",
            _("The worker was screened anew; this possible match is no longer the one to decide on."),
            _("Open the newest screening of the case."),
        )
    given: list[tuple[UUID, Verdict]] = [(row.officer_id, row.verdict) for row in verdicts(work.session, hit.id)]
    if hit.carried_from is not None:
        raise Conflict(
            "hit_closed", _("Two officers have already closed this possible match."), _("Look at their reasons.")
        )
    hit.state = decide([*given, (work.actor.user_id, verdict)])
    if hit.state.closed:
        hit.closed_on = work.today
    row = Adjudication(
        hit_id=hit.id,
        officer_id=work.actor.user_id,
        verdict=verdict,
        decided_on=work.today,
        recorded_at=work.now,
    )
    row.reason = work.vault.seal(hit.worker_id, "adjudication", row.id, "reason", text.encode())
    work.session.add(hit)
    work.session.add(row)
    work.session.flush()
    # Which verdict it was stays out of the history, which more roles read than the officers.
    work.record("hit.adjudicated", f"hit/{hit.id}", case_id=hit.case_id, data={"closed": hit.state.closed})
    return hit


def get_hit(session: Session, hit_id: UUID) -> Hit:
    """Raises `NotFound` (``hit``)."""
    hit = session.get(Hit, hit_id)
    if hit is None:
        raise NotFound("hit", _("There is no such possible match."), _("Open it from the list of possible matches."))
    return hit


def verdicts(session: Session, hit_id: UUID) -> list[Adjudication]:
    """The verdicts on a hit in the order in which they were given."""
    query = select(Adjudication).where(Adjudication.hit_id == hit_id)
    return list(session.exec(query.order_by(col(Adjudication.recorded_at), col(Adjudication.id))))
