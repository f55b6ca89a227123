"""Close possible matches by two different officers: one proposes, a second confirms or returns.

Nothing of it raises the version of the case or wakes the engine while it is undecided: those who may not know of a
possible match see neither that there is one nor that somebody works on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.cases.tables import Case
from casework.evidence.tables import EvidenceItem
from casework.security import rules
from casework.security.rules import HitState, Step, Taken, Verdict
from casework.security.standing_in import reached
from casework.security.tables import Adjudication, Hit, HitPaper, Screening, WatchEntry, WatchList
from casework.work import Work
from casework.workers.tables import WorkerVersion

LONGEST_REASON = 2000


class Proposal(BaseModel):
    """What the first officer proposes. `next_step`: what is needed before it can be told (inconclusive), or to whom the
    case is referred (true match). `seen`: how many steps the officer saw when the page was opened."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    hit_id: UUID
    verdict: Verdict
    reason: str
    next_step: str = ""
    seen: int | None = None


class Answer(BaseModel):
    """What the second officer says to it. `seen` as in `Proposal`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    hit_id: UUID
    confirmed: bool
    reason: str
    seen: int | None = None


class Chosen(BaseModel):
    """Possible matches that are alike, each with the number of steps that was seen of it, and one reason for all."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    hits: tuple[tuple[UUID, int], ...]
    reason: str


def propose(work: Work, proposal: Proposal) -> Hit:
    """The first officer's verdict with its reason. It waits for a second officer.

    Raises `Refused` (``role``, ``person_needed``), `NotFound` (``hit``), `InvalidInput` (``missing_value``,
    ``too_long``, ``not_needed``), `Conflict` (``stale``, ``proposed``, ``hit_closed``, ``replaced``).
    """
    return _propose(work, _locked(work, [proposal.hit_id])[0], proposal, None)


def answer(work: Work, given: Answer) -> Hit:
    """The second officer confirms, which closes the hit (or says that something is needed), or returns it, so that
    it begins again.

    Raises `Refused` (``role``, ``person_needed``, ``same_officer``, ``recorded_it``), `NotFound` (``hit``),
    `InvalidInput` (``missing_value``, ``too_long``), `Conflict` (``stale``, ``no_proposal``, ``hit_closed``,
    ``replaced``).
    """
    return _answer(work, _locked(work, [given.hit_id])[0], given, None)


def propose_together(work: Work, chosen: Chosen) -> list[Hit]:
    """Propose for hits that are alike that none is the person, with one reason: all of them or none.

    A true match is found one by one. Raises what `propose` does and `InvalidInput` (``none_chosen``, ``too_many``,
    ``not_alike``).
    """
    together, verdict = new_id(), Verdict.NOT_THE_PERSON
    hits = _alike(work, chosen)
    seen = dict(chosen.hits)
    return [
        _propose(work, hit, Proposal(hit_id=hit.id, verdict=verdict, reason=chosen.reason, seen=seen[hit.id]), together)
        for hit in hits
    ]


def confirm_together(work: Work, chosen: Chosen) -> list[Hit]:
    """Confirm for hits that are alike that none is the person: all of them or none.

    One proposal of one's own among them refuses all. Raises what `answer` and `propose_together` do.
    """
    together = new_id()
    hits = _alike(work, chosen)
    seen = dict(chosen.hits)
    for hit in hits:
        steps = steps_of(work.session, hit)
        if hit.state is HitState.PROPOSED and steps[-1].verdict is not Verdict.NOT_THE_PERSON:
            raise InvalidInput(
                "one_by_one",
                _("Not all of these proposals say that it is another person."),
                _("Open the others, and answer them one by one."),
            )
    return [
        _answer(work, hit, Answer(hit_id=hit.id, confirmed=True, reason=chosen.reason, seen=seen[hit.id]), together)
        for hit in hits
    ]


def find(session: Session, actor: Actor, hit_id: UUID, on: date) -> tuple[Hit, Case]:
    """The hit and its case. Raises `NotFound` (``hit``) alike where there is none and where it is not the actor's."""
    query = select(Hit, Case).join(Case, col(Case.id) == col(Hit.case_id))
    found = session.exec(query.where(Hit.id == hit_id, reached(actor, on))).one_or_none()
    if found is None:
        raise _unknown()
    return found[0], found[1]


def root(hit: Hit) -> UUID:
    """The hit at which the officers' steps began."""
    return hit.carried_from or hit.id


def steps_of(session: Session, hit: Hit) -> list[Adjudication]:
    """What officers did with the hit, in order."""
    query = select(Adjudication).where(Adjudication.hit_id == root(hit))
    return list(session.exec(query.order_by(col(Adjudication.number))))


def taken(steps: Iterable[Adjudication]) -> list[Taken]:
    return [Taken(str(row.officer_id), row.step, row.verdict) for row in steps]


def recorders(session: Session, hit: Hit) -> frozenset[str]:
    """Who recorded what is compared: versions of the worker's data, papers of the case, papers about the match."""
    known = [
        select(WorkerVersion.recorded_by).where(WorkerVersion.worker_id == hit.worker_id),
        select(EvidenceItem.recorded_by).where(EvidenceItem.case_id == hit.case_id),
        select(HitPaper.recorded_by).where(HitPaper.hit_id == root(hit)),
    ]
    return frozenset(key for query in known for key in session.exec(query))


def pattern(work: Work, hit: Hit) -> frozenset[str]:
    """The codes of the reasons for which worker and entry are alike."""
    if hit.reasons is None:
        return frozenset()
    explained = work.vault.open_json(hit.worker_id, "hit", hit.id, "reasons", hit.reasons)
    return frozenset(reason["code"] for reason in explained["reasons"])


def require_officer(work: Work) -> UUID:
    """The account that acts. Raises `Refused` (``role``, ``person_needed``)."""
    require(work.actor.role, Permission.ADJUDICATE)
    if work.actor.user_id is None:
        raise Refused("person_needed", _("Only a person can decide on a possible match."), _("Ask an officer."))
    return work.actor.user_id


def _unknown() -> NotFound:
    return NotFound("hit", _("There is no such possible match."), _("Open it from the list of possible matches."))


def _locked(work: Work, ids: Sequence[UUID]) -> list[Hit]:
    """The hits, with their cases locked in the order of their ids, so that two officers do not wait for each other."""
    require_officer(work)
    query = select(Hit.id, Case.id).join(Case, col(Case.id) == col(Hit.case_id))
    found = dict(work.session.exec(query.where(col(Hit.id).in_(ids), reached(work.actor, work.today))).all())
    if set(found) != set(ids):
        raise _unknown()
    cases = select(Case.id).where(col(Case.id).in_(set(found.values()))).order_by(col(Case.id)).with_for_update()
    work.session.exec(cases).all()
    hits = select(Hit).where(col(Hit.id).in_(ids)).order_by(col(Hit.id)).execution_options(populate_existing=True)
    return list(work.session.exec(hits))


def _alike(work: Work, chosen: Chosen) -> list[Hit]:
    rules.require_alike((), (), len(chosen.hits))
    hits = _locked(work, [hit_id for hit_id, _seen in chosen.hits])
    work.vault.prepare(hit.worker_id for hit in hits)
    query = (
        select(WatchEntry.id, WatchList.name, WatchEntry.reference)
        .join(WatchList, col(WatchList.id) == col(WatchEntry.list_id))
        .where(col(WatchEntry.id).in_({hit.entry_id for hit in hits}))
    )
    entries = {(name, reference) for _id, name, reference in work.session.exec(query)}
    rules.require_alike(entries, {pattern(work, hit) for hit in hits}, len(hits))
    return hits


def _propose(work: Work, hit: Hit, proposal: Proposal, together: UUID | None) -> Hit:
    steps = steps_of(work.session, hit)
    _require_newest(work.session, hit)
    rules.require_current(proposal.seen, len(steps))
    rules.require_proposable(hit.state)
    needed = proposal.verdict is Verdict.INCONCLUSIVE
    next_step = recorded.text(proposal.next_step, _("what is needed"), LONGEST_REASON, needed=needed)
    if next_step and proposal.verdict is Verdict.NOT_THE_PERSON:
        raise InvalidInput(
            "not_needed",
            _("Nothing more is needed where it is not the person."),
            _("Leave that field empty, or choose that it cannot be told yet."),
        )
    row = _step(work, hit, steps, Step.PROPOSED, proposal.verdict, proposal.reason, together)
    if next_step:
        row.next_step = work.vault.seal(hit.worker_id, "adjudication", row.id, "next_step", next_step.encode())
    return _put(work, hit, steps, row)


def _answer(work: Work, hit: Hit, given: Answer, together: UUID | None) -> Hit:
    steps, officer = steps_of(work.session, hit), require_officer(work)
    _require_newest(work.session, hit)
    rules.require_current(given.seen, len(steps))
    rules.require_second(hit.state, taken(steps), str(officer), recorders(work.session, hit))
    step = Step.CONFIRMED if given.confirmed else Step.RETURNED
    row = _step(work, hit, steps, step, steps[-1].verdict, given.reason, together)
    return _put(work, hit, steps, row)


def _require_newest(session: Session, hit: Hit) -> None:
    if session.get_one(Screening, hit.screening_id, populate_existing=True).replaced:
        raise Conflict(
            "replaced",
            _("The worker was screened anew; this possible match is no longer the one to decide on."),
            _("Open the newest screening of the case."),
        )


def _step(
    work: Work,
    hit: Hit,
    steps: Sequence[Adjudication],
    step: Step,
    verdict: Verdict,
    reason: str,
    together: UUID | None,
) -> Adjudication:
    text = recorded.text(reason, _("reason"), LONGEST_REASON)
    row = Adjudication(
        hit_id=root(hit),
        number=len(steps) + 1,
        step=step,
        officer_id=require_officer(work),
        verdict=verdict,
        together=together,
        decided_on=work.today,
        recorded_at=work.now,
    )
    row.reason = work.vault.seal(hit.worker_id, "adjudication", row.id, "reason", text.encode())
    return row


def _put(work: Work, hit: Hit, steps: Sequence[Adjudication], row: Adjudication) -> Hit:
    hit.state = rules.state_after(taken([*steps, row]))
    hit.closed_on = work.today if hit.state.closed else None
    work.session.add(hit)
    work.session.add(row)
    work.session.flush()
    # Which verdict it is stays out of the history; that there was a match at all is hidden there from most.
    work.record(_EVENTS[row.step], f"hit/{hit.id}", case_id=hit.case_id, data={"number": row.number})
    return hit


_EVENTS = {Step.PROPOSED: "hit.proposed", Step.CONFIRMED: "hit.seconded", Step.RETURNED: "hit.returned"}
