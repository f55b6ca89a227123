"""The way of an application from nomination to acceptance or its end: one table of transitions. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from basis.errors import Conflict, InvalidInput
from basis.messages import Message, _, _n
from casework.skills.rules import Verdict
from checklists.programme import CEFR

NOTICE_DAYS: Final = 365
"""So many days ahead an interview or the last day of an offer may lie at most."""
MOST_MONTHS: Final = 600


class ApplicationState(StrEnum):
    NOMINATED = "nominated"
    INVITED = "invited"
    INTERVIEWED = "interviewed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REJECTED = "rejected"  # by the employer, before an offer
    DECLINED = "declined"  # the worker did not take the offer
    WITHDRAWN = "withdrawn"  # by the worker
    TAKEN_BACK = "taken_back"  # by the employer
    ENDED = "ended"  # the case ended, or the worker took another job


class Act(StrEnum):
    INVITE = "invite"
    HOLD = "hold"
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    TAKE_BACK = "take_back"
    END = "end"
    RESUME = "resume"  # the end of the case was an error


S, A = ApplicationState, Act
LIVE: Final = frozenset({S.NOMINATED, S.INVITED, S.INTERVIEWED, S.OFFERED, S.ACCEPTED})
_BEFORE_OFFER: Final = (S.NOMINATED, S.INVITED, S.INTERVIEWED)

TRANSITIONS: Final[Mapping[tuple[ApplicationState, Act], ApplicationState]] = {
    **{(state, A.INVITE): S.INVITED for state in _BEFORE_OFFER},
    (S.INVITED, A.HOLD): S.INTERVIEWED,
    (S.NOMINATED, A.OFFER): S.OFFERED,  # an employer may know the worker already
    (S.INTERVIEWED, A.OFFER): S.OFFERED,
    (S.OFFERED, A.OFFER): S.OFFERED,  # another one in its place
    (S.OFFERED, A.ACCEPT): S.ACCEPTED,
    (S.OFFERED, A.DECLINE): S.DECLINED,
    **{(state, A.REJECT): S.REJECTED for state in _BEFORE_OFFER},
    **{(state, A.WITHDRAW): S.WITHDRAWN for state in LIVE},
    **{(state, A.TAKE_BACK): S.TAKEN_BACK for state in (S.OFFERED, S.ACCEPTED)},
    **{(state, A.END): S.ENDED for state in LIVE},
    (S.ENDED, A.RESUME): S.ACCEPTED,
}
"""Who is no longer in the running is put forward anew, as an application of its own."""

STATE_WORDS: Mapping[ApplicationState, Message] = {
    S.NOMINATED: _("put forward"),
    S.INVITED: _("invited to an interview"),
    S.INTERVIEWED: _("interviewed"),
    S.OFFERED: _("offer made"),
    S.ACCEPTED: _("offer accepted"),
    S.REJECTED: _("turned down by the employer"),
    S.DECLINED: _("offer declined by the worker"),
    S.WITHDRAWN: _("withdrawn by the worker"),
    S.TAKEN_BACK: _("offer taken back by the employer"),
    S.ENDED: _("ended"),
}

REJECT_REASONS: Mapping[str, Message] = {
    "other_candidate": _("Another candidate was chosen."),
    "skills": _("The skills are not those of the work."),
    "language": _("The language is not enough for the work."),
    "not_ready": _("The worker is not ready when the work begins."),
    "not_met": _("The interview did not take place."),
}
WITHDRAW_REASONS: Mapping[str, Message] = {
    "changed_mind": _("The worker does not want the job."),
    "other_job": _("The worker has another job."),
    "terms": _("The terms are not what the worker wants."),
    "not_given": _("The worker gave no reason."),
}
TAKE_BACK_REASONS: Mapping[str, Message] = {
    "employer_withdrew": _("The employer needs nobody any more."),
    "job_order_cancelled": _("The job order was cancelled."),
    "employer_insolvent": _("The employer is insolvent."),
    "terms_refused": _("No contract came about."),
}
END_REASONS: Mapping[str, Message] = {
    "case_ended": _("The case has ended."),
    "accepted_elsewhere": _("The worker took another job."),
    "recorded_in_error": _("It was recorded in error."),
}
REASONS: Final[Mapping[Act, Mapping[str, Message]]] = {
    A.REJECT: REJECT_REASONS,
    A.DECLINE: WITHDRAW_REASONS,
    A.WITHDRAW: WITHDRAW_REASONS,
    A.TAKE_BACK: TAKE_BACK_REASONS,
    A.END: END_REASONS,
}
"""The reasons to choose from where an application ends. None says anything about the person: employers read them."""

REASON_WORDS: Final[Mapping[str, Message]] = {
    code: said for reasons in REASONS.values() for code, said in reasons.items()
}


class InterviewResult(StrEnum):
    GOOD = "good"
    NOT_GOOD = "not_good"
    MISSED = "missed"  # the worker did not come
    NOT_HELD = "not_held"


RESULT_WORDS: Mapping[InterviewResult, Message] = {
    InterviewResult.GOOD: _("good"),
    InterviewResult.NOT_GOOD: _("not good enough"),
    InterviewResult.MISSED: _("the worker did not come"),
    InterviewResult.NOT_HELD: _("it did not take place"),
}


def moved(state: ApplicationState, act: Act) -> ApplicationState:
    """The state after the act. Raises `Conflict` (``application_state``)."""
    after = TRANSITIONS.get((state, act))
    if after is None:
        raise Conflict(
            "application_state",
            _("This cannot be done any more: the application is {state}.", state=STATE_WORDS[state]),
            _("Look at its present state."),
        )
    return after


def may(state: ApplicationState, act: Act) -> bool:
    return (state, act) in TRANSITIONS


@dataclass(frozen=True, slots=True)
class Criteria:
    """What an employer asks for beside the occupation: a language (ISO 639-1) with a level of CEFR, months of work in
    the occupation that employers confirmed, a licence (the kind of an accepted paper, such as driving_licence)."""

    language: str = ""
    level: str = ""
    experience_months: int = 0
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """One of the criteria: what is asked, met or missing, and what is known."""

    asked: Message
    verdict: Verdict
    known: Message | str


def checked(criteria: Criteria) -> Criteria:
    """The same. Raises `InvalidInput` (``level``, ``experience``)."""
    if bool(criteria.language) is not bool(criteria.level) or (criteria.level and criteria.level not in CEFR):
        raise InvalidInput("level", _("Of a language the level is asked."), _("Choose a level from A1 to C2."))
    if not 0 <= criteria.experience_months <= MOST_MONTHS:
        raise InvalidInput(
            "experience",
            _("That is no length of experience."),
            _("Write a number of months from 0 to {most}.", most=MOST_MONTHS),
        )
    return criteria


def matched(criteria: Criteria, months: int | None, licences: frozenset[str]) -> Iterator[Matched]:
    """The criteria that `casework.skills.rules.weigh` does not know. `months`: of confirmed experience, None where
    nothing is recorded. Nobody is chosen by them: people decide."""
    if criteria.experience_months:
        enough = months is not None and months >= criteria.experience_months
        known = _("nothing recorded") if months is None else _n("{count} month", "{count} months", months)
        asked = _n("{count} month of experience", "{count} months of experience", criteria.experience_months)
        yield Matched(asked, Verdict.MET if enough else Verdict.MISSING, known)
    if criteria.licence:
        has = criteria.licence in licences
        asked = _("Licence: {licence}", licence=criteria.licence.replace("_", " "))
        yield Matched(asked, Verdict.MET if has else Verdict.MISSING, _("accepted") if has else _("none accepted"))
