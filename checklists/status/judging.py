"""How good the evidence for one slot is: each fact judged once, then read on as many days as needed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from checklists.facts import Fact, GivenWaiver, Standing, WaiverKind
from checklists.programme import HoldUntil, Requirement, Validity
from checklists.status.waivers import allowed

_ONE_DAY = timedelta(days=1)
_EVER = date.max


class RequirementStatus(StrEnum):
    """From best to worst; of several facts the best one speaks."""

    MET = "met"
    WAIVED = "waived"
    CONDITIONAL = "conditional"  # passes for a time: to be met later, or while a decision is awaited
    PENDING = "pending"  # verified, outcome open; or dated in the future
    SUBMITTED = "submitted"  # handed in; a person or an automatic check has not verified it yet
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
        return self is _MET or self is _WAIVED or self is _CONDITIONAL


# CPython 3.11 takes longer to look a member up than to judge a fact with it.
_MET = RequirementStatus.MET
_WAIVED = RequirementStatus.WAIVED
_CONDITIONAL = RequirementStatus.CONDITIONAL
_PENDING = RequirementStatus.PENDING
_SUBMITTED = RequirementStatus.SUBMITTED
_NOT_INDEPENDENT = RequirementStatus.NOT_INDEPENDENT
_UNKNOWN = RequirementStatus.UNKNOWN
_TOO_SHORT = RequirementStatus.TOO_SHORT
_LAPSED = RequirementStatus.LAPSED
_SHORT = RequirementStatus.SHORT
_FAILED_CHECK = RequirementStatus.FAILED_CHECK
_REJECTED = RequirementStatus.REJECTED
_ADVERSE = RequirementStatus.ADVERSE
_MISSING = RequirementStatus.MISSING
_IS_SUBMITTED = Standing.SUBMITTED
_IS_PENDING = Standing.PENDING
_IS_ACCEPTED = Standing.ACCEPTED
_IS_REJECTED = Standing.REJECTED
_IS_ADVERSE = Standing.ADVERSE
_IS_WITHDRAWN = Standing.WITHDRAWN
_UNTIL_TODAY = HoldUntil.TODAY
_UNTIL_REGISTRATION = HoldUntil.REGISTRATION
_UNTIL_DEPARTURE = HoldUntil.DEPARTURE
_UNTIL_VISA_APPLICATION = HoldUntil.VISA_APPLICATION
_RANK = {status: rank for rank, status in enumerate(RequirementStatus)}


SlotName = tuple[str, str]
"""The id of a requirement, and the subject."""


class Slot(NamedTuple):
    """A requirement, or one country or module of it. `asked` is None while its condition cannot be answered;
    `placed` is False where the residence history that would name the countries is missing. `left_on`: the last day in
    a country that the worker has left, where the programme lets its paper be judged by that day and not by its age."""

    name: SlotName
    requirement: Requirement
    asked: bool | None
    placed: bool
    left_on: date | None = None

    @classmethod
    def of(
        cls,
        requirement: Requirement,
        subject: str,
        asked: bool | None = True,
        *,
        placed: bool = True,
        left_on: date | None = None,
    ) -> Slot:
        return cls((requirement.id, subject), requirement, asked, placed, left_on)

    @property
    def subject(self) -> str:
        return self.name[1]


class Judged(NamedTuple):
    """A fact judged without the day: MET here means it supports the requirement while it is in date.

    Good from `starts_on` to `holds_until`; `day` orders it against adverse facts; `check` names the automatic
    check that failed or is outstanding. `may_hold_until` lies later where a day of it is known in part only.
    """

    id: str
    status: RequirementStatus
    starts_on: date
    holds_until: date
    day: date | None
    check: str = ""
    may_hold_until: date | None = None


class Horizon(NamedTuple):
    """The days of a case that evidence may have to hold until; None where one is not known. `date.min`: it only has
    to hold today (departure and arrival on a track that stays; application while nothing was applied for)."""

    departure: date | None
    arrival: date | None
    application: date | None
    registration: date


GOOD_UNTIL: Final = "good_until"
"""The anchor that names the last good day of one fact itself, where a result of it shortens what the validity says."""

DAYS_IN_PART: Final = "days_in_part"
"""Stands for a check where a day that decides is known in part only, and lies on one side or the other."""


class Outcome(NamedTuple):
    status: RequirementStatus
    stands_on: tuple[str, ...]
    holds_until: date | None
    check: str = ""


_NOTHING_THERE = Outcome(_MISSING, (), None)


@dataclass(slots=True)
class Evidence:
    """All there is for one slot. `need`: the day it must hold until (`date.min`: just today; None: not known).
    `changes`: the days on which `on` may begin to answer differently, in order."""

    slot: Slot
    judged: tuple[Judged, ...]
    waivers: tuple[GivenWaiver, ...]
    need: date | None
    changes: tuple[date, ...]
    _known: dict[int, Outcome] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: date) -> Outcome:
        """The outcome on `day`."""
        span = bisect_right(self.changes, day)
        known = self._known.get(span)
        if known is None:
            known = self._known[span] = self._outcome(day)
        return known

    def _outcome(self, day: date) -> Outcome:
        if not self.slot.placed:
            return Outcome(_UNKNOWN, (), None)
        best = _best(self.judged, day, self.need)
        if best.status is _MET:
            return best
        waiver = self._waiver(day)
        if waiver is not None and _RANK[waiver.status] < _RANK[best.status]:
            return waiver
        if self.slot.asked is None:
            return best._replace(status=_UNKNOWN)
        return best

    def _waiver(self, day: date) -> Outcome | None:
        outcomes = []
        for waiver in self.waivers:
            ends_on = waiver.ends_on or _EVER
            status = in_date(date.min, ends_on, day, self.need)
            if status is _MET:
                status = _PASSING[waiver.kind]
            if status is not _LAPSED:
                outcomes.append(Outcome(status, (waiver.id,), waiver.ends_on))
        return min(outcomes, key=_worst_last, default=None)


_PASSING = {
    WaiverKind.WAIVER: _WAIVED,
    WaiverKind.CONDITION: _CONDITIONAL,
    WaiverKind.INTERIM: _CONDITIONAL,
}


def gather(slot: Slot, facts: Sequence[Fact], waivers: Sequence[GivenWaiver], horizon: Horizon) -> Evidence:
    """The evidence for a slot out of a case's facts of its kind and its waivers (`waivers.with_ends`)."""
    requirement, (_name, subject) = slot.requirement, slot.name
    need = needed_until(requirement.validity, horizon)
    if not facts and not waivers:
        return Evidence(slot, (), (), need, ())
    judged = tuple(
        [
            judge(requirement, fact, slot.left_on)
            for fact in facts
            if (fact.subject == subject or not subject) and fact.standing is not _IS_WITHDRAWN
        ]
    )
    given = tuple([waiver for waiver in waivers if waiver.subject in (subject, "") and allowed(waiver, requirement)])
    if requirement.validity is not None and requirement.validity.must_hold_until is _UNTIL_VISA_APPLICATION:
        judged, given = _once_applied(judged, given, need)
    changes = tuple(sorted(_days_of_change(judged, given))) if judged or given else ()
    return Evidence(slot, judged, given, need, changes)


def _once_applied(
    judged: tuple[Judged, ...], given: tuple[GivenWaiver, ...], applied_on: date | None
) -> tuple[tuple[Judged, ...], tuple[GivenWaiver, ...]]:
    """What held on the day of the visa application need not hold any longer."""
    if applied_on is None or applied_on == date.min:
        return judged, given
    return (
        tuple(one._replace(holds_until=_EVER) if one.holds_until >= applied_on else one for one in judged),
        tuple(replace(one, ends_on=None) if (one.ends_on or _EVER) >= applied_on else one for one in given),
    )


def _days_of_change(judged: tuple[Judged, ...], waivers: tuple[GivenWaiver, ...]) -> set[date]:
    days = {waiver.ends_on + _ONE_DAY for waiver in waivers if waiver.ends_on is not None and waiver.ends_on < _EVER}
    for one in judged:
        if one.status is _MET:
            days.add(one.starts_on)
            for last in (one.holds_until, one.may_hold_until):
                if last is not None and last < _EVER:
                    days.add(last + _ONE_DAY)
    return days


def needed_until(validity: Validity | None, horizon: Horizon) -> date | None:
    """The day that evidence must hold until; `date.min` where it only has to hold today, None if not known."""
    if validity is None or validity.must_hold_until is _UNTIL_TODAY:
        return date.min
    if validity.must_hold_until is _UNTIL_VISA_APPLICATION:
        return horizon.application
    if validity.must_hold_until is _UNTIL_REGISTRATION:
        return validity.margin.after(horizon.registration)
    day = horizon.departure if validity.must_hold_until is _UNTIL_DEPARTURE else horizon.arrival
    return day if day is None or day == date.min else validity.margin.after(day)


def in_date(starts_on: date, holds_until: date, day: date, need: date | None) -> RequirementStatus:
    """MET, or what is wrong with the dates on `day`."""
    if starts_on > day:
        return _PENDING
    if holds_until < day:
        return _LAPSED
    if holds_until == _EVER:
        return _MET
    if need is None:
        return _UNKNOWN
    return _TOO_SHORT if holds_until < need else _MET


def judge(requirement: Requirement, fact: Fact, left_on: date | None = None) -> Judged:
    """A fact against what is asked, apart from the day. `left_on` as in `Slot`."""
    validity = requirement.validity
    anchor = fact.anchors.get(validity.anchor) if validity and validity.anchor else None
    day = fact.anchors.get("decided_on", anchor)
    starts_on, holds_until = anchor or date.min, _last_good_day(validity, fact, left_on)
    status, check = _standing(requirement, fact)
    if status is _MET and (holds_until is None or (validity and validity.anchor and not anchor)):
        status = _UNKNOWN
    later = replace(fact, anchors={**fact.anchors, **fact.latest}) if fact.latest else None
    at_most = _last_good_day(validity, later, left_on) if later else None
    return Judged(fact.id, status, starts_on, holds_until or _EVER, day, check, at_most)


def _standing(requirement: Requirement, fact: Fact) -> tuple[RequirementStatus, str]:
    if fact.standing is _IS_ADVERSE:
        return _ADVERSE, ""
    if fact.standing is _IS_REJECTED:
        return _REJECTED, ""
    for check in requirement.checks:
        if fact.checks.get(check) is False:
            return _FAILED_CHECK, check
    if fact.standing is _IS_SUBMITTED:
        return _SUBMITTED, ""
    if fact.standing is _IS_PENDING:
        return _PENDING, ""
    if fact.standing is not _IS_ACCEPTED:
        return _MISSING, ""
    admitted = requirement.admits(fact.attributes)
    if admitted is False:
        return _SHORT, ""
    if requirement.independent and (not fact.decided_by or fact.recorded_by in fact.decided_by):
        return _NOT_INDEPENDENT, ""
    for check in requirement.checks:
        if check not in fact.checks:
            return _SUBMITTED, check
    return (_UNKNOWN if admitted is None else _MET), ""


def _last_good_day(validity: Validity | None, fact: Fact, left_on: date | None) -> date | None:
    """`date.max` for no limit, None where a day that limits it was not recorded."""
    last, own = _by_validity(validity, fact, left_on), fact.anchors.get(GOOD_UNTIL)
    return last if last is None or own is None else min(last, own)


def _by_validity(validity: Validity | None, fact: Fact, left_on: date | None) -> date | None:
    if left_on is not None and validity is not None and validity.anchor is not None:
        return _last_good_day_of_former(validity, validity.anchor, fact, left_on)
    if validity is None:
        return _EVER
    last = _EVER
    if validity.last_day is not None:
        if validity.last_day not in fact.anchors:
            return None
        last = fact.anchors[validity.last_day]
    if validity.anchor is not None and validity.max_age is not None:
        if validity.anchor not in fact.anchors:
            return None
        last = min(last, validity.max_age.after(fact.anchors[validity.anchor]))
    for limit in validity.also:
        if limit.anchor in fact.anchors:
            last = min(last, limit.max_age.after(fact.anchors[limit.anchor]))
    return last


def _last_good_day_of_former(validity: Validity, anchor: str, fact: Fact, left_on: date) -> date | None:
    """From before the last day there it tells nothing of the rest of the stay; from then on nothing can be added."""
    if anchor not in fact.anchors or (validity.last_day is not None and validity.last_day not in fact.anchors):
        return None
    printed = fact.anchors[validity.last_day] if validity.last_day is not None else _EVER
    return printed if fact.anchors[anchor] >= left_on else min(printed, left_on)


def _best(judged: tuple[Judged, ...], day: date, need: date | None) -> Outcome:
    if not judged:
        return _NOTHING_THERE
    if len(judged) == 1:
        return _alone(judged[0], day, need)
    against = _speaking_against(judged, day)
    return against or min((_alone(one, day, need) for one in judged), key=_worst_last)


def _alone(one: Judged, day: date, need: date | None) -> Outcome:
    status = one.status
    if status is _MET:
        status = in_date(one.starts_on, one.holds_until, day, need)
        later = one.may_hold_until
        if status is not _MET and later is not None and in_date(one.starts_on, later, day, need) is _MET:
            return Outcome(_UNKNOWN, (one.id,), None, DAYS_IN_PART)
    return Outcome(status, (one.id,), None if one.holds_until == _EVER else one.holds_until, one.check)


def _speaking_against(judged: tuple[Judged, ...], day: date) -> Outcome | None:
    """An adverse fact stands until a supporting one of a later day; an open outcome (a new hit, a sputum
    culture) until a supporting one of the same day or later."""
    supporting = [one for one in judged if one.status is _MET]
    days = [one.day for one in supporting if one.day is not None and one.starts_on <= day]
    latest = max(days, default=date.min)
    adverse = [one.id for one in judged if one.status is _ADVERSE and (one.day is None or latest <= one.day)]
    if adverse:
        return Outcome(_ADVERSE, tuple(sorted(adverse)), None)
    pending = [
        one.id for one in judged if supporting and one.status is _PENDING and (one.day is None or latest < one.day)
    ]
    return Outcome(_PENDING, tuple(sorted(pending)), None) if pending else None


def _worst_last(outcome: Outcome) -> tuple[int, int, tuple[str, ...]]:
    return _RANK[outcome.status], -(outcome.holds_until or _EVER).toordinal(), outcome.stands_on
