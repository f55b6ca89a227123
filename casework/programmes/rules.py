"""Who may make a version public, which cases a new version takes along, and what a suspension stops. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import Message, _
from checklists.assessment import Assessment, RequirementState, StageStatus
from checklists.catalogue import age
from checklists.conditions import Known
from checklists.facts import CaseFacts
from checklists.programme import TERMINAL, Programme, StageKind
from checklists.status.asking import gap


class VersionState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


class Moving(StrEnum):
    """Whether a migration takes a case along, and if not, why it stays."""

    MOVES = "moves"
    STAYS = "stays"  # the transition of the new version leaves all cases where they are
    NOT_MEANT = "not_meant"  # its condition is false for this case
    UNKNOWN = "unknown"  # a fact that its condition needs is missing: no silent yes
    NO_TRACK = "no_track"  # the new version does not have the case's track


STAYING: Mapping[Moving, Message] = {
    Moving.STAYS: _("the new version leaves live cases where they are"),
    Moving.NOT_MEANT: _("the new version leaves such cases where they are"),
    Moving.UNKNOWN: _("a fact that decides it is missing"),
    Moving.NO_TRACK: _("the new version does not have the track of this case"),
}


def require_second_person(drafted_by: str, published_by: str) -> None:
    """Raise `Refused` (``same_person``) where the drafter would publish."""
    if drafted_by == published_by:
        raise Refused(
            "same_person",
            _("Who drafted a version cannot publish it."),
            _("Leave it to a second person who has read it."),
        )


def require_newer(programme: Programme, versions: list[str]) -> None:
    """Raise `Conflict` (``not_newer``) unless the version comes after all that are published, and `InvalidInput`
    (``unknown_replaced``) where it replaces one that there is not."""
    if versions and age(programme.version) <= max(age(one) for one in versions):
        raise Conflict(
            "not_newer",
            _("The version {version} is not newer than {newest}.", version=programme.version, newest=versions[-1]),
            _("Give the draft a higher version; a published version never changes."),
        )
    if programme.replaces and programme.replaces not in versions:
        raise InvalidInput(
            "unknown_replaced",
            _("It replaces the version {version}, which is not published.", version=programme.replaces),
            _("Correct “replaces:” in the file."),
        )


def require_path(old: Programme, new: Programme) -> None:
    """Raise `InvalidInput` (``not_newer``, ``not_replaced``) unless cases may go from `old` to `new`."""
    if age(new.version) <= age(old.version):
        raise InvalidInput(
            "not_newer",
            _("Cases move from an older version to a newer one."),
            _("To take a migration back, undo it: predeparture programme migrate --undo."),
        )
    if new.replaces and new.replaces != old.version:
        raise InvalidInput(
            "not_replaced",
            _(
                "The version {new} replaces {replaced}; it does not say what happens to cases of {old}.",
                new=new.version,
                replaced=new.replaces,
                old=old.version,
            ),
            _("Choose the version that it replaces."),
        )


def require_in_force(new: Programme, on: date) -> None:
    """Raise `Conflict` (``not_in_force``) before the day on which the version begins."""
    if on < new.in_force_from:
        raise Conflict(
            "not_in_force",
            _("The version {version} is in force from {day} on.", version=new.version, day=new.in_force_from),
            _("Migrate on that day or later; the preview can be read before."),
        )


def moving(old: Programme, new: Programme, facts: CaseFacts, on: date) -> Moving:
    """Whether the transition of `new` takes a case of `old` along."""
    transition = new.transition
    if transition is None or transition.cases == "stay":
        return Moving.STAYS
    if transition.move_when is not None:
        answer = transition.move_when.evaluate(Known(facts, on, cache(lambda kind: gap(old, facts, on, kind))))
        if answer is None:
            return Moving.UNKNOWN
        if not answer:
            return Moving.NOT_MEANT
    return Moving.MOVES if new.track(facts.track) is not None else Moving.NO_TRACK


@dataclass(frozen=True, slots=True)
class Asked:
    """One slot: a requirement, or one country or module of it (`subject`), in its stage."""

    stage: str
    requirement: str
    subject: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What another version changes for a case: slots that it adds and drops; those that it tightens (it asks more, or
    what was there was enough, or would hold longer); the stages whose sign-off ends with it."""

    added: tuple[Asked, ...]
    dropped: tuple[Asked, ...]
    tightened: tuple[Asked, ...]
    reopened: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        return not (self.added or self.dropped or self.tightened or self.reopened)


def effect(before: Assessment, after: Assessment, stricter: frozenset[str] = frozenset()) -> Effect:
    """What lies between two assessments of the same case on the same day, under an old version and a new one.
    `stricter`: the requirements of which the new version asks more, whatever this case has."""
    old, new = _asked(before), _asked(after)
    held = {state.stage for state in before.stages if state.status is StageStatus.SIGNED_OFF}
    holds = {state.stage for state in after.stages if state.status is StageStatus.SIGNED_OFF}
    return Effect(
        added=tuple(one for one in new if one not in old),
        dropped=tuple(one for one in old if one not in new),
        tightened=tuple(
            one
            for one, state in new.items()
            if one in old and (one.requirement in stricter or _tighter(old[one], state))
        ),
        reopened=tuple(state.stage for state in before.stages if state.stage in held - holds),
    )


def _asked(assessment: Assessment) -> dict[Asked, RequirementState]:
    return {
        Asked(state.stage, slot.requirement, slot.subject): slot
        for state in assessment.stages
        if state.status is not StageStatus.NOT_ASKED
        for slot in state.requirements
    }


def _tighter(old: RequirementState, new: RequirementState) -> bool:
    if not old.status.fulfilled:
        return False
    return not new.status.fulfilled or (new.holds_until or date.max) < (old.holds_until or date.max)


@dataclass(frozen=True, slots=True)
class Suspended:
    """A suspension in force: its public reason and since when."""

    programme_id: str
    reason: str
    since: date

    def __str__(self) -> str:
        return str(
            _("Clearances of this programme are suspended since {day}: {reason}", day=self.since, reason=self.reason)
        )


def require_not_suspended(suspended: Suspended | None, kind: StageKind | None = None) -> None:
    """Raise `Conflict` (``suspended``) while the programme is suspended; of stages only the terminal ones stop."""
    if suspended is None or (kind is not None and kind not in TERMINAL):
        return
    raise Conflict(
        "suspended",
        _(
            "Clearances of this programme are suspended since {day}: {reason}",
            day=suspended.since,
            reason=suspended.reason,
        ),
        _("Wait until a supervisor lifts the suspension."),
    )
