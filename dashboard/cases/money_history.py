"""Job, contract, journey and money in the history of a case: loans, costs, what the programme pays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, may
from casework.oversight.words import KIND_WORDS
from dashboard.cases.telling import AGENCY, Tell, fixed

_COSTS: Final = tuple(role for role in Role if may(role, Permission.SEE_COSTS))
_REPLACED: Final = "travel.replaced"
"""Told by the booking that took the place."""
_LOANS: Final = ("loan.asked", "loan.cancelled", "loan.note_signed", "loan.withdrawn")
"""What agencies are told of loans; how a worker is assessed, pays or falls behind is none of their business."""


def _told() -> Mapping[str, Tell]:
    told: dict[str, Tell] = {
        "job_order.claimed": fixed(_("The worker got a place in a job order")),
        "job_order.released": fixed(_("The worker's place in the job order became free")),
    }
    for kind, said in KIND_WORDS.items():
        if kind.startswith("loan."):
            told[kind] = fixed(said, but=() if kind in _LOANS else AGENCY)
        elif kind.startswith(("contract.", "entitlement.")):
            told[kind] = fixed(said, but=AGENCY)
        elif kind.startswith(("cost.", "fee_alert.")):
            told[kind] = fixed(said, *_COSTS)
        elif kind.startswith(("travel.", "application.")) and kind != _REPLACED:
            told[kind] = fixed(said)
    return told


MONEY: Final = _told()
