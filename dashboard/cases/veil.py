"""What a role may know of the security and medical stages of a case. Pure; everything else is shown as it is.

Of the screening nobody but the security officers learns more than that it is in progress, until the whole stage is
signed off: that it waits for a person would tell that there was a possible match. Of the medical stage others
learn met, not met, in progress, and caseworkers its outcome in a word; agencies learn no more of the police
certificates either.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from basis.messages import Message, _
from basis.roles import Role
from checklists.assessment import RequirementStatus, StageStatus
from checklists.programme import Programme, StageKind

SCREENING: Final = "watchlist_screening"
_S = RequirementStatus
_OUT_OF_DATE = frozenset({_S.LAPSED, _S.TOO_SHORT})
_AGAINST = frozenset({_S.ADVERSE, _S.REJECTED, _S.SHORT, _S.FAILED_CHECK}) | _OUT_OF_DATE


class Answer(StrEnum):
    """What is said instead of the state itself."""

    MET = "met"
    NOT_MET = "not_met"
    IN_PROGRESS = "in_progress"


WORDS: Final[dict[Answer, Message]] = {
    Answer.MET: _("met"),
    Answer.NOT_MET: _("not met"),
    Answer.IN_PROGRESS: _("in progress"),
}


def hides_screening(role: Role, kind: StageKind) -> bool:
    return kind is StageKind.SECURITY and role is not Role.SECURITY_OFFICER


def answer(role: Role, kind: StageKind, evidence: str, status: RequirementStatus, stage: StageStatus) -> Answer | None:
    """What the role learns of a requirement instead of its state; None where it may know the state."""
    if hides_screening(role, kind):
        if evidence == SCREENING:
            return Answer.MET if stage is StageStatus.SIGNED_OFF else Answer.IN_PROGRESS
        return _plain(status) if role is Role.AGENCY_USER else None
    if kind is StageKind.MEDICAL and role is not Role.MEDICAL_OFFICER:
        return _plain(status)
    return None


def says_outcome(role: Role, kind: StageKind) -> bool:
    """Whether the role learns the outcome of a medical in a word, and until when it is good: who works on the case, for
    the certificate that they hand over says it too."""
    return kind is StageKind.MEDICAL and role in {Role.CASEWORKER, Role.SUPERVISOR}


def says_when(role: Role, kind: StageKind, status: RequirementStatus) -> bool:
    """Whether the role learns the days of a medical that ran out: the office books the next one, so it must."""
    return kind is StageKind.MEDICAL and role is not Role.AGENCY_USER and status in _OUT_OF_DATE | {_S.MET}


def hides_evidence(role: Role, kind: StageKind) -> bool:
    """Whether papers of the stage are not for the role at all, not even that there are some."""
    if kind is StageKind.SECURITY:
        return role in {Role.AGENCY_USER, Role.MEDICAL_OFFICER, Role.LOAN_OFFICER}
    return kind is StageKind.MEDICAL and role is not Role.MEDICAL_OFFICER


def hides_requirement(role: Role, programme: Programme, requirement_id: str) -> bool:
    """Whether what was asked and decided about a requirement is not for the role: an agency learns of none."""
    found = programme.requirement(requirement_id)
    return role is Role.AGENCY_USER or found is None or hides_evidence(role, found[0].kind)


def stage_status(role: Role, kind: StageKind, status: StageStatus) -> StageStatus:
    """A security stage that is ready looks like one that is open: the difference would tell of the screening."""
    return StageStatus.OPEN if hides_screening(role, kind) and status is StageStatus.READY else status


def _plain(status: RequirementStatus) -> Answer:
    if status.fulfilled:
        return Answer.MET
    return Answer.NOT_MET if status in _AGAINST else Answer.IN_PROGRESS
