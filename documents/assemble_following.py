"""What followed the preparation, for the records of its stages and the certificate of completion."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlmodel import col, select

from basis.messages import _
from casework.cases.tables import Case
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.followups import queries
from casework.followups.rules import EndState, MeasureOutcome
from casework.work import Work
from checklists.following import FOLLOW_UP
from checklists.programme import Programme, Stage
from documents.languages import day as written
from documents.values import StatedFact


def stated(
    work: Work,
    case: Case,
    programme: Programme,
    stages: Collection[Stage],
    papers: Collection[EvidenceItem],
    *,
    outcomes: bool,
) -> tuple[StatedFact, ...]:
    """From when to when the assignment was, the check-ins that these stages asked for, the measures that were passed,
    and the papers that were accepted. `outcomes`: what came out of check-ins too, which is not for everybody."""
    return (
        *_assignment(work, case, programme, stages),
        *_check_ins(work, case, programme, stages, outcomes=outcomes),
        *_measures(work, case),
        *(StatedFact(_title(programme, item), _accepted(item)) for item in papers),
    )


def papers(work: Work, case: Case, stages: Collection[Stage]) -> list[EvidenceItem]:
    """The papers that were accepted for these stages, oldest first."""
    kinds = {asked.evidence for stage in stages for asked in stage.requirements}
    query = select(EvidenceItem).where(
        EvidenceItem.case_id == case.id,
        col(EvidenceItem.kind).in_(kinds),
        EvidenceItem.status == EvidenceStatus.ACCEPTED,
        col(EvidenceItem.sealed_off_at).is_(None),
    )
    return list(work.session.exec(query.order_by(col(EvidenceItem.id))))


def _assignment(work: Work, case: Case, programme: Programme, stages: Collection[Stage]) -> Iterator[StatedFact]:
    if not any(stage.assignment is not None and stage.on_track(case.track) for stage in stages):
        return
    found = queries.assignment(work.session, programme, case)
    if found is None or found.begins is None or found.ends is None:
        return
    first, last = written(found.begins), written(found.ends)
    extended = [row for row in queries.ends(work.session, case.id) if row.state is EndState.APPROVED and row.before]
    said = _("{first} to {last}", first=first, last=last)
    if extended and extended[0].before is not None:
        agreed = written(extended[0].before)
        said = _("{first} to {last}, extended; at first until {agreed}", first=first, last=last, agreed=agreed)
    yield StatedFact(str(_("Assignment")), str(said))


def _check_ins(
    work: Work, case: Case, programme: Programme, stages: Collection[Stage], *, outcomes: bool
) -> Iterator[StatedFact]:
    """The last of each, in the order of the programme."""
    asked = {one.subject for stage in stages for one in stage.requirements if one.evidence == FOLLOW_UP}
    made = {row.follow_up: row for row in queries.made(work.session, case.id)}
    for follow_up in programme.follow_ups:
        if follow_up.id in asked and follow_up.id in made:
            row = made[follow_up.id]
            outcome = f": {row.outcome.replace('_', ' ')}" if outcomes else ""
            yield StatedFact(str(follow_up.label), f"{written(row.happened_on)}{outcome}")


def _measures(work: Work, case: Case) -> Iterator[StatedFact]:
    for row in queries.measures(work.session, case.id):
        if row.outcome is MeasureOutcome.PASSED and row.ended_on is not None:
            yield StatedFact(str(_("Compensation measure")), f"{row.place}, {written(row.ended_on)}: {_('passed')}")


def _accepted(item: EvidenceItem) -> str:
    return str(_("accepted on {day}", day=written(item.decided_on))) if item.decided_on else str(_("on file"))


def _title(programme: Programme, item: EvidenceItem) -> str:
    asking = programme.asking_for(item.kind)
    return str(asking[0][1].label) if asking else item.kind
