"""The life of a loan as one table: which act leads from which state to which. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from basis.errors import Conflict
from basis.messages import Message, _


class LoanState(StrEnum):
    """Where a loan stands, as it is stored."""

    REQUESTED = "requested"
    ASSESSED = "assessed"
    APPROVED = "approved"
    NOTE_SIGNED = "note_signed"
    DISBURSED = "disbursed"
    IN_GRACE = "in_grace"
    REPAYING = "repaying"
    DEFERRED = "deferred"
    OVERDUE = "overdue"
    ACCELERATED = "accelerated"
    IN_COLLECTION = "in_collection"
    SETTLED = "settled"
    FORGIVEN = "forgiven"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNWOUND = "unwound"


class Act(StrEnum):
    """What changes a state. An approval that is not yet the last one, a payment, a forgiveness in part and an
    unwinding that leaves the worker a remainder change none."""

    ASSESS = "assess"
    APPROVE = "approve"
    DECLINE = "decline"
    SIGN = "sign"
    CANCEL = "cancel"
    DISBURSE = "disburse"
    BEGIN_GRACE = "begin_grace"
    BEGIN_REPAYING = "begin_repaying"
    DEFER = "defer"
    RESUME = "resume"
    FALL_OVERDUE = "fall_overdue"
    CATCH_UP = "catch_up"
    ACCELERATE = "accelerate"
    COLLECT = "collect"
    TAKE_BACK = "take_back"
    SETTLE = "settle"
    REOPEN = "reopen"
    AWAIT_GRACE = "await_grace"
    FORGIVE = "forgive"
    UNWIND = "unwind"


FIRST = LoanState.REQUESTED
"""The state that a loan begins in."""

PREPARING = frozenset({LoanState.REQUESTED, LoanState.ASSESSED, LoanState.APPROVED, LoanState.NOTE_SIGNED})
"""Nothing has been paid out; the worker can still do without."""

OUTSTANDING = frozenset(
    {
        LoanState.DISBURSED,
        LoanState.IN_GRACE,
        LoanState.REPAYING,
        LoanState.DEFERRED,
        LoanState.OVERDUE,
        LoanState.ACCELERATED,
        LoanState.IN_COLLECTION,
    }
)
"""Paid out, and something is owed."""

LIVE = PREPARING | OUTSTANDING
"""A case has at most one loan in these states."""

ENDED = frozenset(LoanState) - LIVE

UNWINDABLE = frozenset({LoanState.DISBURSED, LoanState.IN_GRACE, LoanState.REPAYING, LoanState.DEFERRED,
                        LoanState.OVERDUE})  # fmt: skip
"""A journey that does not take place can still undo the loan: it is neither called in nor with a collector."""

_S, _A = LoanState, Act


def _table() -> Mapping[tuple[LoanState, Act], LoanState]:
    moves = {
        (_S.REQUESTED, _A.ASSESS): _S.ASSESSED,
        (_S.ASSESSED, _A.APPROVE): _S.APPROVED,
        (_S.APPROVED, _A.SIGN): _S.NOTE_SIGNED,
        (_S.NOTE_SIGNED, _A.DISBURSE): _S.DISBURSED,
        (_S.DISBURSED, _A.BEGIN_GRACE): _S.IN_GRACE,
        (_S.IN_GRACE, _A.BEGIN_REPAYING): _S.REPAYING,
        (_S.IN_GRACE, _A.FALL_OVERDUE): _S.OVERDUE,
        (_S.REPAYING, _A.FALL_OVERDUE): _S.OVERDUE,
        (_S.OVERDUE, _A.CATCH_UP): _S.REPAYING,
        (_S.DEFERRED, _A.DEFER): _S.DEFERRED,
        (_S.DEFERRED, _A.RESUME): _S.REPAYING,
        (_S.OVERDUE, _A.ACCELERATE): _S.ACCELERATED,
        (_S.OVERDUE, _A.COLLECT): _S.IN_COLLECTION,
        (_S.ACCELERATED, _A.COLLECT): _S.IN_COLLECTION,
        (_S.IN_COLLECTION, _A.TAKE_BACK): _S.OVERDUE,
        (_S.SETTLED, _A.REOPEN): _S.REPAYING,
        (_S.SETTLED, _A.AWAIT_GRACE): _S.DISBURSED,
    }
    for state in (_S.REQUESTED, _S.ASSESSED):
        moves[state, _A.DECLINE] = _S.DECLINED
    for state in PREPARING:
        moves[state, _A.CANCEL] = _S.CANCELLED
    for state in (_S.IN_GRACE, _S.REPAYING, _S.OVERDUE, _S.ACCELERATED):
        moves[state, _A.DEFER] = _S.DEFERRED
    for state in OUTSTANDING:
        moves[state, _A.SETTLE] = _S.SETTLED
        moves[state, _A.FORGIVE] = _S.FORGIVEN
    for state in UNWINDABLE:
        moves[state, _A.UNWIND] = _S.UNWOUND
    return MappingProxyType(moves)


TRANSITIONS = _table()
"""Every move there is; what is not in it is refused. A settled loan is reopened only because a payment came back."""

WORDS: Mapping[LoanState, Message] = {
    LoanState.REQUESTED: _("asked for"),
    LoanState.ASSESSED: _("assessed"),
    LoanState.APPROVED: _("approved"),
    LoanState.NOTE_SIGNED: _("note signed"),
    LoanState.DISBURSED: _("paid out"),
    LoanState.IN_GRACE: _("in grace"),
    LoanState.REPAYING: _("being repaid"),
    LoanState.DEFERRED: _("deferred"),
    LoanState.OVERDUE: _("overdue"),
    LoanState.ACCELERATED: _("called in"),
    LoanState.IN_COLLECTION: _("in collection"),
    LoanState.SETTLED: _("settled"),
    LoanState.FORGIVEN: _("forgiven"),
    LoanState.DECLINED: _("declined"),
    LoanState.CANCELLED: _("cancelled"),
    LoanState.UNWOUND: _("unwound"),
}


def moved(state: LoanState, act: Act) -> LoanState:
    """The state after an act. Raises `Conflict` (``loan_state``) where the table has no such move."""
    after = TRANSITIONS.get((state, act))
    if after is None:
        raise Conflict(
            "loan_state",
            _("This cannot be done with a loan that is {state}.", state=WORDS[state]),
            _("Look at its present state."),
        )
    return after
