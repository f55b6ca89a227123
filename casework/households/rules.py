"""The roles in a household, the reasons of its changes, and who needs the consent of a guardian. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from basis.messages import Message, _
from checklists.conditions import age_on

OF_AGE = 18
"""Convention on the Rights of the Child, article 1: below it a child, and the consent of a guardian is needed."""

MOST_MEMBERS = 30
"""More in one household is a slip of whoever types."""


class MemberRole(StrEnum):
    PRINCIPAL = "principal"  # whose work or study the others follow
    SPOUSE = "spouse"
    CHILD = "child"
    GUARDIAN = "guardian"


class ChangeKind(StrEnum):
    JOINED = "joined"
    LEFT = "left"
    REJOINED = "rejoined"
    TOGETHER = "together"
    APART = "apart"
    CONSENTED = "consented"
    CONSENT_WITHDRAWN = "consent_withdrawn"


ROLE_WORDS: Mapping[MemberRole, Message] = {
    MemberRole.PRINCIPAL: _("principal"),
    MemberRole.SPOUSE: _("spouse"),
    MemberRole.CHILD: _("child"),
    MemberRole.GUARDIAN: _("guardian"),
}
CHANGE_WORDS: Mapping[ChangeKind, Message] = {
    ChangeKind.JOINED: _("joined the household"),
    ChangeKind.LEFT: _("left the household"),
    ChangeKind.REJOINED: _("came back to the household"),
    ChangeKind.TOGETHER: _("travels together with the principal"),
    ChangeKind.APART: _("travels apart from the principal"),
    ChangeKind.CONSENTED: _("may go: a guardian has consented"),
    ChangeKind.CONSENT_WITHDRAWN: _("may not go any more: the consent was taken back"),
}
REASONS: Mapping[ChangeKind, Mapping[str, Message]] = {
    ChangeKind.JOINED: {
        "family": _("they are one family"),
        "marriage": _("marriage"),
        "birth_or_adoption": _("birth or adoption"),
        "custody": _("custody or guardianship was given"),
    },
    ChangeKind.LEFT: {
        "separation": _("separation or divorce"),
        "stays_behind": _("stays behind"),
        "own_way": _("goes a way of their own"),
        "custody": _("custody or guardianship has changed"),
        "death": _("death"),
        "recorded_in_error": _("it was recorded in error"),
    },
    ChangeKind.REJOINED: {
        "reunited": _("they are together again"),
        "follows": _("follows the others later"),
        "custody": _("custody or guardianship has changed"),
        "recorded_in_error": _("it was recorded in error"),
    },
    ChangeKind.TOGETHER: {
        "plans_changed": _("the plans have changed"),
        "same_booking": _("they are booked on one journey"),
    },
    ChangeKind.APART: {
        "earlier": _("leaves earlier"),
        "later": _("follows later"),
        "school_or_health": _("school or health"),
        "papers": _("papers are not ready at the same time"),
    },
    ChangeKind.CONSENT_WITHDRAWN: {
        "guardian_asked": _("the guardian took it back"),
        "recorded_in_error": _("it was recorded in error"),
        "custody": _("custody or guardianship has changed"),
    },
}


def under_age(born: date | None, on: date) -> bool:
    """Whether the person is to be treated as a child on a day; who has no known birth date is."""
    return born is None or age_on(born, on) < OF_AGE


def needs_consent(role: MemberRole, born: date | None, on: date, *, consented: bool) -> bool:
    """Whether a child of the household lacks the consent of a guardian."""
    return role is MemberRole.CHILD and under_age(born, on) and not consented
