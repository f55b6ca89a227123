"""Signs that a document deserves a closer look, and what they weigh in a sample weighted by risk. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from basis.messages import Message, _

BACKDATED_DAYS: Final = 14
"""Recorded more than that many days after it happened."""
CLOSE_DAYS: Final = 7
"""Issued at most that many days before the planned departure."""


class Sign(StrEnum):
    CONCESSION = "concession"
    OVERRIDE = "override"
    BACKDATED = "backdated"
    SAME_PERSON = "same_person"
    CLOSE = "close"
    ENDED_BEFORE = "ended_before"


POINTS: Mapping[Sign, int] = {
    Sign.CONCESSION: 3,
    Sign.OVERRIDE: 3,
    Sign.SAME_PERSON: 3,
    Sign.BACKDATED: 2,
    Sign.CLOSE: 2,
    Sign.ENDED_BEFORE: 2,
}
SIGN_WORDS: Mapping[Sign, Message] = {
    Sign.CONCESSION: _("It stands on a waiver, a condition or an interim permission."),
    Sign.OVERRIDE: _("A decision against the worker was overturned or taken back."),
    Sign.BACKDATED: _("Something was recorded more than {days} days after it happened.", days=BACKDATED_DAYS),
    Sign.SAME_PERSON: _("One person recorded and decided a paper that it stands on."),
    Sign.CLOSE: _("It was issued at most {days} days before the planned departure.", days=CLOSE_DAYS),
    Sign.ENDED_BEFORE: _("It, or an earlier one of the same kind, was revoked or superseded."),
}


def weight(signs: Iterable[Sign]) -> int:
    """1 for a document without any sign, and the points of each of its signs more."""
    return 1 + sum(POINTS[sign] for sign in set(signs))
