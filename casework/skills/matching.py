"""An employer's demand against the workers that there are: for each what speaks for it and what against, in words.

Nobody is selected and nobody is ranked: the order is that of readiness, then of references. People decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from casework.actor import Actor
from casework.cases import facts
from casework.cases.pinned import programme_of
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.skills import queries, rules
from casework.skills.queries import Line, Tally
from casework.skills.rules import Candidate, Demand, Proven, Reason, Verdict
from casework.workers.tables import LegalBasis, Purpose
from checklists.catalogue import Catalogue
from checklists.facts import CaseFacts
from checklists.gaps import asked_levels, course_rule, proven_levels
from checklists.programme import Programme, Requirement, Stage
from checklists.schedule import plan


@dataclass(frozen=True, slots=True)
class MatchLine:
    """A worker's case with its reasons. `verdict` is the least of them, and no more than that."""

    line: Line
    reasons: tuple[Reason, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Matched:
    """One page of the workers of the occupation and of those near to it, how many there are, and how far those of
    exactly this occupation go."""

    lines: tuple[MatchLine, ...]
    total: int
    tally: Tally


def match(
    session: Session, actor: Actor, catalogue: Catalogue, demand: Demand, today: date, *, offset: int, limit: int
) -> Matched:
    """Raises `InvalidInput` for what makes no sense of a demand."""
    found = queries.candidates(session, actor, demand, today, offset=offset, limit=limit)
    cases = [line.case for line in found.lines]
    known = facts.load(session, cases) if cases else {}
    shareable = _shareable(session, [case.worker_id for case in cases])
    lines = []
    for line in found.lines:
        case = line.case
        programme = programme_of(catalogue, case)
        worker = _candidate(line, programme, known[case.id], demand, today, shareable=case.worker_id in shareable)
        reasons = rules.weigh(demand, worker, today)
        lines.append(MatchLine(line, reasons, rules.fits(reasons)))
    return Matched(tuple(lines), found.total, queries.tally(session, actor, demand, today))


def _shareable(session: Session, worker_ids: Iterable[UUID]) -> set[UUID]:
    """The workers whose data may be shared with an employer."""
    query = select(col(LegalBasis.worker_id)).where(
        col(LegalBasis.worker_id).in_(list(worker_ids)),
        col(LegalBasis.purpose) == Purpose.SHARING_WITH_EMPLOYER,
        col(LegalBasis.withdrawn_on).is_(None),
    )
    return set(session.exec(query))


def _candidate(
    line: Line, programme: Programme, known: CaseFacts, demand: Demand, today: date, *, shareable: bool
) -> Candidate:
    case = line.case
    track = programme.track(case.track)
    asking = _asking(programme, case, demand.language)
    levels = proven_levels(known, demand.language) if demand.language else {}
    row = line.languages.get(demand.language)
    tested_on = row.tested_on if row is not None else None
    return Candidate(
        occupation=case.occupation,
        ready_on=line.ready_on,
        cleared=case.life is CaseLife.CLEARED,
        destination=case.destination,
        leads_to=programme.destinations if track is None or track.departs else programme.origins,
        job_order=case.job_order,
        shareable=shareable,
        proven=Proven(levels, tested_on, _good_until(asking, tested_on)) if levels else None,
        promised=_promises(programme, known, asking, today),
        hours=course_rule(programme, case.track),
    )


def _asking(programme: Programme, case: Case, language: str) -> tuple[Stage, Requirement] | None:
    """The requirement of the programme for a language."""
    return next(
        (
            (stage, asked)
            for stage, asked in programme.asking_for("language_result")
            if asked.subject == language and stage.on_track(case.track)
        ),
        None,
    )


def _good_until(asking: tuple[Stage, Requirement] | None, tested_on: date | None) -> date | None:
    """The last day on which a test is good by the worker's programme."""
    validity = asking[1].validity if asking else None
    if validity is None or validity.max_age is None or validity.anchor != "tested_on" or tested_on is None:
        return None
    return validity.max_age.after(tested_on)


def _promises(
    programme: Programme, known: CaseFacts, asking: tuple[Stage, Requirement] | None, today: date
) -> dict[str, str]:
    """The levels of the language that the case must have shown before it is cleared, and has not shown yet."""
    if asking is None:
        return {}
    stage, asked = asking
    items = plan(programme, facts.before_screening(programme, known), today).items
    if not any(item.requirement == asked.id and not item.done for item in items):
        return {}
    return asked_levels(asked, stage.recognising.of_occupation(known.occupation))[0]
