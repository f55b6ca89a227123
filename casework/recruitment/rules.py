"""The life of a job order and of what was asked of it, the reasons people choose from, and what its numbers must be.
Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from basis.errors import Conflict
from basis.messages import Message, _


class OrderState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class OrderAct(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESUME = "resume"
    CLOSE = "close"


class VersionState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    REPLACED = "replaced"  # asked for no more before anybody decided


class WagePer(StrEnum):
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"


TRANSITIONS: Final[Mapping[tuple[OrderState, OrderAct], OrderState]] = {
    (OrderState.ASKED, OrderAct.APPROVE): OrderState.APPROVED,
    (OrderState.ASKED, OrderAct.REFUSE): OrderState.REFUSED,
    (OrderState.ASKED, OrderAct.CLOSE): OrderState.CLOSED,
    (OrderState.REFUSED, OrderAct.APPROVE): OrderState.APPROVED,  # what was asked for anew
    (OrderState.REFUSED, OrderAct.REFUSE): OrderState.REFUSED,
    (OrderState.REFUSED, OrderAct.CLOSE): OrderState.CLOSED,
    (OrderState.APPROVED, OrderAct.APPROVE): OrderState.APPROVED,  # a change of it
    (OrderState.APPROVED, OrderAct.REFUSE): OrderState.APPROVED,  # a change is refused: what was approved goes on
    (OrderState.APPROVED, OrderAct.SUSPEND): OrderState.SUSPENDED,
    (OrderState.APPROVED, OrderAct.CLOSE): OrderState.CLOSED,
    (OrderState.SUSPENDED, OrderAct.RESUME): OrderState.APPROVED,
    (OrderState.SUSPENDED, OrderAct.CLOSE): OrderState.CLOSED,
}
"""A closed job order stays closed: who wants more workers asks for a new one."""

STATE_WORDS: Mapping[OrderState, Message] = {
    OrderState.ASKED: _("asked for"),
    OrderState.APPROVED: _("approved"),
    OrderState.REFUSED: _("refused"),
    OrderState.SUSPENDED: _("suspended"),
    OrderState.CLOSED: _("closed"),
}

VERSION_WORDS: Mapping[VersionState, Message] = {
    VersionState.ASKED: _("waits for a decision"),
    VersionState.APPROVED: _("approved"),
    VersionState.REFUSED: _("refused"),
    VersionState.REPLACED: _("taken back before it was decided"),
}

PER_WORDS: Mapping[WagePer, Message] = {
    WagePer.MONTH: _("a month"),
    WagePer.WEEK: _("a week"),
    WagePer.DAY: _("a day"),
    WagePer.HOUR: _("an hour"),
}

SUSPEND_REASONS: Mapping[str, Message] = {
    "fees_charged": _("Workers were charged what they may not be charged."),
    "contract_substitution": _("Contracts were changed to the workers' disadvantage."),
    "passports_kept": _("Passports of workers were kept."),
    "false_documents": _("False papers were handed in."),
    "complaints": _("Complaints are being looked into."),
    "guarantee_lapsed": _("Its guarantee ran out or was used up."),
    "authority_decided": _("An authority decided it."),
}
"""Why an agency may not bring workers for a time."""

REVOKE_REASONS: Mapping[str, Message] = {
    **SUSPEND_REASONS,
    "given_back": _("The agency gave it back."),
    "recorded_in_error": _("It was recorded in error."),
}
"""Why a licence or an accreditation ends before its last day."""

ORDER_REASONS: Mapping[str, Message] = {
    "filled": _("Its places are taken."),
    "employer_withdrew": _("The employer needs the workers no more."),
    "employer_insolvent": _("The employer is insolvent."),
    "terms_not_kept": _("The employer does not keep what was promised."),
    "authority_decided": _("An authority decided it."),
    "recorded_in_error": _("It was recorded in error."),
}
"""Why a job order is suspended or closed."""

REFUSE_REASONS: Mapping[str, Message] = {
    "wage_too_low": _("The wage is lower than it must be."),
    "terms_missing": _("Terms that the programme asks for are missing."),
    "employer_unknown": _("The employer could not be verified."),
    "other_occupation": _("The work is not what the programme is for."),
    "no_need": _("The need for so many workers was not shown."),
    "mistake": _("It has a mistake and can be asked for anew."),
}

CASE_ENDED: Final = "case_ended"
CHANGED_JOB: Final = "changed_job"
RELEASE_REASONS: Mapping[str, Message] = {
    CASE_ENDED: _("The case has ended."),
    CHANGED_JOB: _("The worker goes to another employer or job."),
    "employer_withdrew": _("The employer took the offer back."),
    "worker_declined": _("The worker did not want the job."),
    "recorded_in_error": _("It was recorded in error."),
}
"""Why a worker's place in a job order became free."""

MOST_HEADS: Final = 100_000
MOST_WAGE: Final = 10**12
"""Minor units."""
MOST_HOURS: Final = 98
"""A week of 14 hours every day: more is a slip of the pen."""


def moved(state: OrderState, act: OrderAct) -> OrderState:
    """The state after the act. Raises `Conflict` (``order_state``)."""
    after = TRANSITIONS.get((state, act))
    if after is None:
        raise Conflict(
            "order_state",
            _("The job order is {state}; this cannot be done with it.", state=STATE_WORDS[state]),
            _("Look at its present state."),
        )
    return after


def order_number(text: str) -> str:
    """The number of a job order as it is stored: capitals, single spaces."""
    return " ".join(text.split()).upper()


def remaining(headcount: int, used: int) -> int:
    """Places that are left; none where more have one than were approved."""
    return max(headcount - used, 0)
