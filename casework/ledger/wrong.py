"""What can be wrong with the money, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from basis.messages import Message, _


class Wrong(StrEnum):
    """What does not add up."""

    UNBALANCED = "unbalanced"
    MISPLACED = "misplaced"
    WRONG_ACCOUNTS = "wrong_accounts"
    NOT_MIRRORED = "not_mirrored"
    OVERDRAWN = "overdrawn"
    NOT_DISBURSED_ONCE = "not_disbursed_once"
    PLAN_SUM = "plan_sum"
    PURPOSES_SUM = "purposes_sum"
    ENDED_AND_OWED = "ended_and_owed"
    PAID_AND_NOT_ENDED = "paid_and_not_ended"
    STANDING = "standing"
    BANK_LINE = "bank_line"
    REFERENCE_TWICE = "reference_twice"
    CHANGED = "changed"
    UNRECORDED = "unrecorded"
    REMOVED = "removed"


_RESTORE: Final = _("It was changed past the software: compare it with a backup, and restore it.")
_REPORT: Final = _("Keep a copy of the database, and report it to who looks after the software.")
_BACK: Final = _("Look at the statement of the loan, and take back what is wrong.")
WORDS: Final[Mapping[Wrong, tuple[Message, Message]]] = {
    Wrong.UNBALANCED: (_("{about}: debits and credits of an entry are not equal."), _RESTORE),
    Wrong.MISPLACED: (_("{about}: an entry belongs to no loan, or has another case or currency than it."), _RESTORE),
    Wrong.WRONG_ACCOUNTS: (_("{about}: an entry moves an account that its kind does not move."), _RESTORE),
    Wrong.NOT_MIRRORED: (_("{about}: a correction is not the mirror of the entry that it takes back."), _RESTORE),
    Wrong.OVERDRAWN: (_("{about}: more was booked off an account than it held."), _BACK),
    Wrong.NOT_DISBURSED_ONCE: (_("{about}: what was paid out is not the principal, exactly once."), _BACK),
    Wrong.PLAN_SUM: (_("{about}: the instalments of a plan do not sum to what was owed."), _REPORT),
    Wrong.PURPOSES_SUM: (_("{about}: the purposes do not sum to the principal."), _REPORT),
    Wrong.ENDED_AND_OWED: (_("{about}: something is owed although it has ended."), _REPORT),
    Wrong.PAID_AND_NOT_ENDED: (_("{about}: nothing is owed, and it is not settled."), _REPORT),
    Wrong.STANDING: (_("{about}: what lists show of it is not what the ledger holds."), _REPORT),
    Wrong.BANK_LINE: (_("{about}: a line of the bank is not what was booked for it."), _REPORT),
    Wrong.REFERENCE_TWICE: (_("{about}: its reference of the bank is booked for something else as well."), _BACK),
    Wrong.CHANGED: (_("{about}: an entry is not what the history says of it."), _RESTORE),
    Wrong.UNRECORDED: (_("{about}: an entry has no event in the history."), _RESTORE),
    Wrong.REMOVED: (_("{about}: an entry that the history tells of is missing."), _RESTORE),
}
"""What is said of it, and what to do. ``about`` is the loan's number, or the entitlement's id."""
