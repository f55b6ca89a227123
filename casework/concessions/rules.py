"""Who may give a waiver, a condition or an interim permission, and when it ends. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from basis.errors import InvalidInput, Refused
from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import ROLE_WORDS, Permission, may, require
from checklists.facts import WaiverKind
from checklists.programme import Programme, Requirement, StageKind


class ConcessionState(StrEnum):
    """What people decided; whether its time is over is derived from its end."""

    REQUESTED = "requested"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


KIND_WORDS: Mapping[WaiverKind, Message] = {
    WaiverKind.WAIVER: _("waiver"),
    WaiverKind.CONDITION: _("condition"),
    WaiverKind.INTERIM: _("interim permission"),
}
STATE_WORDS: Mapping[ConcessionState, Message] = {
    ConcessionState.REQUESTED: _("asked for"),
    ConcessionState.GIVEN: _("given"),
    ConcessionState.REFUSED: _("refused"),
    ConcessionState.WITHDRAWN: _("withdrawn"),
}
SECRET_STAGES = frozenset({StageKind.SECURITY, StageKind.MEDICAL})
"""The kinds of stage whose reasons come close to the person."""
_ROLES = frozenset(role.value for role in Role)


def is_secret(programme: Programme, requirement_id: str) -> bool:
    """Whether the reasons of a concession are sealed: its requirement is of security or health, or the programme does
    not know it any more."""
    found = programme.requirement(requirement_id)
    return found is None or found[0].kind in SECRET_STAGES


def authority_for(requirement: Requirement, kind: WaiverKind) -> str | None:
    """The authority that the programme names for this kind of concession; None where it allows none."""
    return requirement.waivable_by if kind is WaiverKind.WAIVER else requirement.conditional_by


def kinds_for(requirement: Requirement) -> tuple[WaiverKind, ...]:
    """The kinds of concession that the programme allows of this requirement."""
    return tuple(kind for kind in WaiverKind if authority_for(requirement, kind) is not None)


def require_authority(requirement: Requirement, kind: WaiverKind) -> str:
    """The authority, or `InvalidInput` (``not_waivable``)."""
    authority = authority_for(requirement, kind)
    if authority is None:
        raise InvalidInput(
            "not_waivable",
            _("The programme allows no {kind} of this requirement.", kind=KIND_WORDS[kind]),
            _("It has to be fulfilled."),
        )
    return authority


def is_role(authority: str) -> bool:
    """Whether the programme names a role of the house rather than an authority outside."""
    return authority in _ROLES


def authority_words(authority: str) -> Message | str:
    """The authority for people: a role of the house in words, any other as the programme names it."""
    return ROLE_WORDS[Role(authority)] if authority in _ROLES else authority


def may_decide(authority: str, role: Role | None) -> bool:
    """Where the programme names a role of the house, that role decides. The letter of an authority outside is
    recorded by who may grant waivers."""
    if authority in _ROLES:
        return role is not None and role.value == authority
    return role is not None and may(role, Permission.GRANT_WAIVERS)


def require_decider(authority: str, asked_by: str, role: Role | None, actor: str) -> None:
    """Raise `Refused`: ``role`` (not the authority that the programme names), ``same_person`` (asked for it)."""
    if not may_decide(authority, role):
        if authority not in _ROLES:
            require(role, Permission.GRANT_WAIVERS)
        raise Refused(
            "role", _("This is decided by: {authority}.", authority=authority_words(authority)), _("Leave it to them.")
        )
    if actor == asked_by:
        raise Refused("same_person", _("Who asked for it cannot decide on it."), _("Leave it to somebody else."))


def require_end(
    kind: WaiverKind, ends_on: date | None, until_event: str, known_events: Collection[str], today: date
) -> None:
    """Raise `InvalidInput` unless the end fits: never in the past (``date_in_past``), an event that the programme
    knows (``unknown_event``); a condition and an interim permission always end (``no_end``)."""
    if ends_on is not None and ends_on < today:
        raise InvalidInput("date_in_past", _("Its last day lies in the past."), _("Give a day from today on."))
    if until_event and until_event not in known_events:
        raise InvalidInput(
            "unknown_event",
            _("The programme knows no evidence of this kind."),
            _("Choose one of: {kinds}.", kinds=", ".join(sorted(known_events))),
        )
    if kind is not WaiverKind.WAIVER and ends_on is None and not until_event:
        raise InvalidInput(
            "no_end",
            _("A condition or an interim permission needs an end."),
            _("Give its last day, or the evidence whose decision ends it."),
        )
