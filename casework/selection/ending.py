"""How an application ends, and what an accepted one leaves behind: the place is free, the case and all papers stay."""

from __future__ import annotations

from typing import Final

from sqlmodel import col, select

from casework import recorded
from casework.cases.rules import BEFORE_DEPARTURE, ENDINGS, CaseLife
from casework.cases.tables import Case
from casework.contracts import service as contracts
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


def leave_all(work: Work, case: Case, reason: str = CASE_ENDED, but: Application | None = None) -> None:
    """End every live application of a locked case: the case has ended, or the worker took another job (`but`)."""
    query = select(Application).where(Application.case_id == case.id, col(Application.ended_on).is_(None))
    for row in work.session.exec(query.order_by(col(Application.id))).all():
        if but is None or row.id != but.id:
            end(work, case, row, Act.END, reason)


def follow_life(work: Work, case: Case, start: CaseLife) -> None:
    """The applications of a case that ends before the departure end with it. Where that was an error, the job that the
    worker had accepted is the worker's again, if the place is."""
    if start in BEFORE_DEPARTURE and case.life in ENDINGS:
        leave_all(work, case)
    elif start in ENDINGS and case.life in BEFORE_DEPARTURE:
        claim = claims.claim_of(work.session, case.id)
        query = select(Application).where(
            Application.case_id == case.id,
            col(Application.accepted_on).is_not(None),
            col(Application.state) == ApplicationState.ENDED,
            Application.reason == CASE_ENDED,
        )
        row = work.session.exec(query.order_by(col(Application.id).desc()).limit(1)).one_or_none()
        if row is not None and claim is not None and claim.job_order_id == row.job_order_id:
            row.state, row.reason, row.ended_on = moved(row.state, Act.RESUME), "", None
            touch(work, row, "application.resumed")


def follow_job(work: Work, case: Case, *, left: bool) -> None:
    """A locked case was given another employer or job order. Who left a place by it (`left`) has no job there any more:
    what was promised and signed for it counts no longer. Else a contract that was found in order is looked at again."""
    if not left:
        contracts.end_check(work, case)
        return
    query = select(Application).where(Application.case_id == case.id, Application.state == ApplicationState.ACCEPTED)
    for row in work.session.exec(query).all():
        end(work, case, row, Act.END, ELSEWHERE)
    contracts.end_all(work, case, contracts.JOB_CHANGED)


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
    if act is Act.END:
        return  # a case that has ended keeps what it ended with
    contracts.end_all(work, case, contracts.OFFER_ENDED)
    case.employer, case.job_order, case.job_title = "", "", ""
    work.session.add(case)
    fields = ["employer", "job_order", "job_title"]
    work.record("case.replanned", f"case_file/{case.id}", case_id=case.id, data={"fields": fields})
