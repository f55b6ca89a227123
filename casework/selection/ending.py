"""How an application ends, and what an accepted one leaves behind: the place is free, the case and all papers stay."""

from __future__ import annotations

from typing import Final

from sqlmodel import col, select

from casework import recorded
from casework.cases.rules import BEFORE_DEPARTURE, ENDINGS, CaseLife
from casework.cases.tables import Case
from casework.contracts import queries as contract_queries
from casework.contracts import service as contracts
from casework.contracts.rules import JOB_CHANGED, OFFER_ENDED, ContractKind
from casework.recruitment import claims
from casework.selection.rules import REASONS, Act, ApplicationState, InterviewResult, moved
from casework.selection.tables import Application, Interview
from casework.work import Work

CASE_ENDED: Final = "case_ended"
ELSEWHERE: Final = "accepted_elsewhere"
_RELEASED: Final = {Act.TAKE_BACK: "employer_withdrew", Act.WITHDRAW: "worker_declined", Act.END: CASE_ENDED}


def end(work: Work, case: Case, row: Application, act: Act, reason: str) -> Application:
    """End the application of a locked case, for a code of `rules.REASONS`. Where it was accepted, its place is released
    and what was promised and signed counts no longer; the case goes on and can be put forward anew, with all it holds.

    Raises `Conflict` (``application_state``), `InvalidInput` (``unknown_reason``).
    """
    after = moved(row.state, act)
    recorded.known_reason(reason, REASONS[act])
    was_accepted = row.state is ApplicationState.ACCEPTED
    row.state, row.reason, row.ended_on = after, reason, work.today
    for interview in open_interviews(work, row):
        close(work, interview, InterviewResult.NOT_HELD)
    touch(work, row, f"application.{after.value}", {"reason": reason})
    if was_accepted:
        _leave(work, case, row, act)
    return row


def live(work: Work, case: Case) -> list[Application]:
    """The applications of a locked case that have not ended."""
    query = select(Application).where(Application.case_id == case.id, col(Application.ended_on).is_(None))
    return list(work.session.exec(query.order_by(col(Application.id))))


def leave_others(work: Work, case: Case, taken: Application) -> None:
    """End every other live application of a locked case: the worker took this job."""
    for row in live(work, case):
        if row.id != taken.id:
            end(work, case, row, Act.END, ELSEWHERE)


def follow_life(work: Work, case: Case, start: CaseLife) -> None:
    """The applications of a case that ends before the departure end with it. Who departs, or whose preparation is over,
    keeps the job that was accepted, and is a candidate no more. Where an end was an error, the job that the worker had
    accepted is the worker's again, if the place is; else nothing that was promised or signed for it counts."""
    if case.life not in BEFORE_DEPARTURE:
        keeps = not (start in BEFORE_DEPARTURE and case.life in ENDINGS)
        for row in live(work, case):
            if not keeps or row.state is not ApplicationState.ACCEPTED:
                end(work, case, row, Act.END, CASE_ENDED)
    elif start in ENDINGS:
        _take_up(work, case)


def _take_up(work: Work, case: Case) -> None:
    """Resume the application with which the end of a case, which was an error, did away."""
    claim = claims.claim_of(work.session, case.id)
    query = select(Application).where(
        Application.case_id == case.id,
        col(Application.accepted_on).is_not(None),
        col(Application.state) == ApplicationState.ENDED,
        Application.reason == CASE_ENDED,
    )
    row = work.session.exec(query.order_by(col(Application.id).desc()).limit(1)).one_or_none()
    if row is None:
        return
    if claim is not None and claim.job_order_id == row.job_order_id:
        row.state, row.reason, row.ended_on = moved(row.state, Act.RESUME), "", None
        touch(work, row, "application.resumed")
        return
    promised = contract_queries.live(work.session, case.id, ContractKind.PROMISED)
    if promised is not None and promised.application_id == row.id:
        _clear_job(work, case)


def follow_job(work: Work, case: Case, *, left: bool) -> None:
    """A locked case was given another employer or job order. Who left a place by it (`left`) has no job there any more:
    what was promised and signed for it counts no longer. Else a contract that was found in order is looked at again."""
    if not left:
        contracts.end_check(work, case)
        return
    query = select(Application).where(Application.case_id == case.id, Application.state == ApplicationState.ACCEPTED)
    for row in work.session.exec(query).all():
        end(work, case, row, Act.END, ELSEWHERE)
    contracts.end_all(work, case, JOB_CHANGED)


def touch(work: Work, row: Application, event: str, data: dict[str, str] | None = None) -> None:
    """Raise the version of an application that changed, and record what happened."""
    row.version += 1
    row.changed_at = work.now
    work.session.add(row)
    work.session.flush()
    work.record(event, f"application/{row.id}", case_id=row.case_id, data=data)


def open_interviews(work: Work, row: Application) -> list[Interview]:
    """The interviews of an application of which nobody has said what came of them."""
    query = select(Interview).where(Interview.application_id == row.id, col(Interview.result).is_(None))
    return list(work.session.exec(query.order_by(col(Interview.id))))


def close(work: Work, interview: Interview, result: InterviewResult) -> None:
    interview.result, interview.ended_at, interview.held_by = result, work.now, work.actor.key
    work.session.add(interview)


def _leave(work: Work, case: Case, row: Application, act: Act) -> None:
    claim = claims.claim_of(work.session, case.id)
    if claim is not None and claim.job_order_id == row.job_order_id:
        claims.release(work, case, _RELEASED[act])
    if act is not Act.END:  # a case that has ended keeps what it ended with
        _clear_job(work, case)


def _clear_job(work: Work, case: Case) -> None:
    """The job of an accepted offer is the worker's no longer."""
    contracts.end_all(work, case, OFFER_ENDED)
    case.employer, case.job_order, case.job_title = "", "", ""
    work.session.add(case)
    fields = ["employer", "job_order", "job_title"]
    work.record("case.replanned", f"case_file/{case.id}", case_id=case.id, data={"fields": fields})
