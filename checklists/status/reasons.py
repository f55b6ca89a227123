"""Why a requirement stands as it does, in one sentence, and who acts next. No personal values."""

from __future__ import annotations

from basis.messages import Message, _
from basis.roles import Role
from checklists.programme import Actor, HoldUntil, Requirement
from checklists.status.judging import DAYS_IN_PART, Evidence, Outcome, RequirementStatus

_Status = RequirementStatus
_VERIFIER_ACTS = frozenset({_Status.SUBMITTED, _Status.PENDING, _Status.NOT_INDEPENDENT, _Status.ADVERSE})
_CASEWORKER_ACTS = frozenset({_Status.UNKNOWN})
_NOBODY_ACTS = frozenset(status for status in _Status if status.fulfilled)
_FIXED = {
    _Status.MET: _("Met."),
    _Status.MISSING: _("Not handed in yet."),
    _Status.PENDING: _("Verified, but the outcome is still open."),
    _Status.NOT_INDEPENDENT: _("Decided by the person who recorded it; somebody else must decide."),
    _Status.SHORT: _("Not what the programme asks for."),
    _Status.REJECTED: _("Not accepted; something else must be brought."),
    _Status.ADVERSE: _("The outcome speaks against it."),
}


def actor_for(requirement: Requirement, status: RequirementStatus) -> Actor | None:
    """Who must act next; None when it is fulfilled."""
    if status in _NOBODY_ACTS:
        return None
    if status in _CASEWORKER_ACTS:
        return Role.CASEWORKER
    return requirement.verified_by if status in _VERIFIER_ACTS else requirement.provided_by


def reason(evidence: Evidence, outcome: Outcome) -> Message:
    """The sentence for an outcome."""
    status, until = outcome.status, outcome.holds_until
    if until is None and status in _FIXED:
        return _FIXED[status]
    match status:
        case _Status.MET if until is not None:
            return _("Met; holds until {day}.", day=until)
        case _Status.WAIVED if until is not None:
            return _("Waived until {day}.", day=until)
        case _Status.CONDITIONAL if until is not None:
            return _("Met on condition until {day}.", day=until)
        case _Status.CONDITIONAL:
            return _("Met on condition.")
        case _Status.WAIVED:
            return _("Waived.")
        case _Status.TOO_SHORT:
            return _("Holds until {day}, but must hold until {need}.", day=until, need=evidence.need)
        case _Status.LAPSED:
            return _("Lapsed after {day}.", day=until)
        case _Status.FAILED_CHECK:
            return _("The check failed: {check}.", check=_check(outcome.check))
        case _Status.SUBMITTED if outcome.check:
            return _("The check has not been done yet: {check}.", check=_check(outcome.check))
        case _Status.SUBMITTED:
            return _("Handed in; waits to be verified.")
        case _Status.UNKNOWN:
            return _IN_PART if outcome.check == DAYS_IN_PART else _unknown(evidence)
    return _FIXED[status]


_IN_PART = _("Only the month or the year of a day that decides is known, and it decides either way.")


def _unknown(evidence: Evidence) -> Message:
    if not evidence.slot.placed:
        return _("The residence history is missing, so it is not known for which countries.")
    if evidence.slot.asked is None:
        return _("It is not known yet whether this is asked for.")
    if evidence.need is None:
        validity = evidence.slot.requirement.validity
        if validity is not None and validity.must_hold_until is HoldUntil.VISA_APPLICATION:
            return _("The day of the visa application was not recorded.")
        return _("The day of departure is not planned yet.")
    return _("A day or value that decides was not recorded. Hand it in again with that day.")


def _check(name: str) -> Message:
    return _CHECKS.get(name, Message(name.replace("_", " ")))


_CHECKS = {
    "mrz": _("the digits of the machine-readable zone hold"),
    "identity": _("names, birth date and number agree with the recorded data"),
    "accredited": _("the clinic was accredited on that day"),
    "matches_planned": _("the journey is on the planned day"),
    "within_cap": _("the amount is within the programme's limit"),
    "schedule_sums": _("the instalments sum to the principal"),
    "occupation_level": _("the language is as good as the occupation asks"),
    "occupation_experience": _("the experience is as long as the occupation asks"),
    "issuer": _("who issued the document confirmed it"),
}
