"""Which reason of a decision may be disclosed, until when one may appeal, and who may decide on an appeal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from basis.errors import InvalidInput, Refused
from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import Permission, may
from casework.cases.rules import CaseLife


class DecisionKind(StrEnum):
    REFUSED = "refused"  # the case ended as refused
    INELIGIBLE = "ineligible"  # the case ended as not eligible
    CONCESSION_REFUSED = "waiver_refused"
    MEDICAL = "medical"
    SECURITY = "security"
    STAGE_NOT_PASSED = "stage_not_passed"


class DecisionEnd(StrEnum):
    """Why a decision no longer stands."""

    OVERTURNED = "overturned"  # on appeal
    RECORDED_IN_ERROR = "recorded_in_error"  # the move that it ended with was reversed


class Appellant(StrEnum):
    WORKER = "worker"
    REPRESENTATIVE = "representative"
    AGENCY = "agency"


class AppealOutcome(StrEnum):
    """What became of the decision, or of the appeal."""

    UPHELD = "upheld"  # the decision stands
    OVERTURNED = "overturned"
    WITHDRAWN = "withdrawn"


OUTCOME_WORDS: Mapping[AppealOutcome, Message] = {
    AppealOutcome.UPHELD: _("The appeal was answered: the decision stands"),
    AppealOutcome.OVERTURNED: _("The appeal was answered: the decision was overturned"),
    AppealOutcome.WITHDRAWN: _("The appeal was taken back"),
}

APPEAL_DAYS: Final = 30
"""Calendar days to appeal where no other day is given: our own choice, since no programme states one."""

KINDS: Mapping[DecisionKind, Message] = {
    DecisionKind.REFUSED: _("Your participation in this programme was refused"),
    DecisionKind.INELIGIBLE: _("You were found not to be eligible for this programme"),
    DecisionKind.CONCESSION_REFUSED: _("The waiver or condition that was asked for was refused"),
    DecisionKind.MEDICAL: _("The medical requirements were found not to be met"),
    DecisionKind.SECURITY: _("The security requirements were found not to be met"),
    DecisionKind.STAGE_NOT_PASSED: _("A stage of the preparation was not passed"),
}
"""What was decided, as it stands in the letter."""

KIND_WORDS: Mapping[DecisionKind, Message] = {
    DecisionKind.REFUSED: _("case refused"),
    DecisionKind.INELIGIBLE: _("not eligible"),
    DecisionKind.CONCESSION_REFUSED: _("waiver or condition refused"),
    DecisionKind.MEDICAL: _("medical requirements not met"),
    DecisionKind.SECURITY: _("security requirements not met"),
    DecisionKind.STAGE_NOT_PASSED: _("stage not passed"),
}

REASONS: Mapping[str, Message] = {
    "requirement_not_met": _("A requirement of the programme is not met."),
    "security_requirement": _("A security requirement of the programme is not met."),
    "medical_requirement": _(
        "A medical requirement of the programme is not met. The clinic that examined you tells you more in person."
    ),
    "documents": _("Papers that the programme asks for are missing, or could not be verified."),
    "age": _("The age that the programme asks for is not met."),
    "nationality": _("The programme is not open to holders of your nationality."),
    "qualification": _("The qualification that the programme asks for was not shown."),
    "quota_exhausted": _("No place is left under the quota of the programme."),
    "visa_refused": _("The authority of the country of destination refused the visa or the permit."),
    "authority_refused": _("The authority that is named here refused."),
    "no_ground": _("No ground was shown on which the requirement can be set aside or met later."),
    "stage_not_passed": _("What this stage of the preparation asks for was not reached."),
}
"""Reasons that may be disclosed, each with its sentence in the letter."""

BY_PROGRAMME: Final = "programme_rule"
"""The reason code of a refusal that a rule of the programme asks for and nobody chose."""

_BY_MOVE: Mapping[str, tuple[str, ...]] = {
    "visa_refused": ("visa_refused", "authority_refused"),
    "security": ("requirement_not_met", "security_requirement"),
    "false_documents": ("documents", "requirement_not_met"),
    "authority_refused": ("authority_refused", "requirement_not_met"),
    "age": ("age",),
    "nationality": ("nationality",),
    "qualification": ("qualification", "documents"),
    "medical": ("medical_requirement", "requirement_not_met"),
    "quota_exhausted": ("quota_exhausted",),
    BY_PROGRAMME: ("requirement_not_met",),
}
_BY_KIND: Mapping[DecisionKind, tuple[str, ...]] = {
    DecisionKind.CONCESSION_REFUSED: ("no_ground", "authority_refused", "requirement_not_met"),
    DecisionKind.MEDICAL: ("medical_requirement", "requirement_not_met"),
    DecisionKind.SECURITY: ("requirement_not_met", "security_requirement"),
    DecisionKind.STAGE_NOT_PASSED: ("stage_not_passed", "qualification", "documents", "requirement_not_met"),
}
_SECRET_MOVES: Final = frozenset({"security", "medical", BY_PROGRAMME})
_SECRET_KINDS: Final = frozenset({DecisionKind.SECURITY, DecisionKind.MEDICAL})
_OF_LIFE: Mapping[CaseLife, DecisionKind] = {
    CaseLife.REFUSED: DecisionKind.REFUSED,
    CaseLife.INELIGIBLE: DecisionKind.INELIGIBLE,
}
_RECORDED_BY: Mapping[DecisionKind, frozenset[Role]] = {
    DecisionKind.MEDICAL: frozenset({Role.SUPERVISOR, Role.MEDICAL_OFFICER}),
    DecisionKind.SECURITY: frozenset({Role.SUPERVISOR, Role.SECURITY_OFFICER}),
    DecisionKind.STAGE_NOT_PASSED: frozenset({Role.SUPERVISOR}),
}


@dataclass(frozen=True, slots=True)
class Openness:
    """What may be disclosed: one of `reasons`, and whether words of one's own may be added to it."""

    reasons: tuple[str, ...]
    own_words: bool


def kind_of(life: CaseLife) -> DecisionKind | None:
    """The decision that a case ends with in `life`; None where that is none against the worker."""
    return _OF_LIFE.get(life)


def openness(kind: DecisionKind, move_reason: str = "", *, secret: bool = False) -> Openness:
    """What may be disclosed. Where the true reason touches security or health only the fixed sentence may be said:
    free words are how a match or a diagnosis would get out. `secret`: the stage concerned is of such a kind."""
    if kind in _OF_LIFE.values():
        return Openness(_BY_MOVE[move_reason], move_reason not in _SECRET_MOVES)
    return Openness(_BY_KIND[kind], kind not in _SECRET_KINDS and not secret)


def require_open(allowed: Openness, reason: str, words: str) -> None:
    """Raise `InvalidInput`: ``undisclosable`` (not a reason that may be given for this), ``own_words``."""
    if reason not in allowed.reasons:
        raise InvalidInput(
            "undisclosable",
            _("This reason cannot be given in the letter of this decision."),
            _("Choose one of: {reasons}", reasons=" ".join(str(REASONS[code]) for code in allowed.reasons)),
        )
    if words.strip() and not allowed.own_words:
        raise InvalidInput(
            "own_words",
            _("Nothing may be added to the reason in the letter of this decision."),
            _("Leave the words empty; the letter says the chosen sentence alone."),
        )


def may_record(kind: DecisionKind, role: Role | None) -> bool:
    """Whether the role may record a decision of this kind by itself (refusals come with a move or a concession)."""
    return role in _RECORDED_BY.get(kind, frozenset())


def last_day(decided_on: date, given: date | None, today: date) -> date:
    """The last day to appeal: `APPEAL_DAYS` after the letter goes out today, or the day that was given.

    Raises `InvalidInput` (``appeal_too_short``) for a day less than a week away.
    """
    if given is None:
        return max(decided_on, today) + timedelta(days=APPEAL_DAYS)
    if given < today + timedelta(days=7):
        raise InvalidInput(
            "appeal_too_short",
            _("The time to appeal is shorter than a week."),
            _("Give a later last day, or leave it empty for {days} days.", days=APPEAL_DAYS),
        )
    return given


def require_uninvolved(role: Role | None, actor: str, decided_by: str, recorded_by: str) -> None:
    """Raise `Refused`: ``role``, or ``involved`` for who decided or recorded the decision."""
    if role is None or not may(role, Permission.DECIDE_APPEALS):
        raise Refused("role", _("Your role may not decide on an appeal."), _("Leave it to a supervisor."))
    if actor in (decided_by, recorded_by):
        raise Refused(
            "involved",
            _("Who took part in the decision cannot decide on the appeal against it."),
            _("Leave it to a supervisor who took no part in it; an administrator can add one."),
        )
