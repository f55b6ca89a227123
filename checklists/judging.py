"""How good the evidence for one requirement is on a day."""

from __future__ import annotations

from enum import StrEnum


class RequirementStatus(StrEnum):
    MET = "met"
    WAIVED = "waived"
    SUBMITTED = "submitted"  # handed in; a person or an automatic check has not verified it yet
    PENDING = "pending"  # verified, outcome open; or dated in the future
    NOT_INDEPENDENT = "not_independent"  # decided by the one who recorded it
    UNKNOWN = "unknown"  # something that decides is not known (departure day, a date, whether it is asked)
    TOO_SHORT = "too_short"  # holds today, but lapses before the day it must hold until
    LAPSED = "lapsed"
    SHORT = "short"  # below what is asked (level, years, outcome)
    FAILED_CHECK = "failed_check"
    REJECTED = "rejected"
    ADVERSE = "adverse"
    MISSING = "missing"

    @property
    def fulfilled(self) -> bool:
        return self in (RequirementStatus.MET, RequirementStatus.WAIVED)
