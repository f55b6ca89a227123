"""One case read against one programme: the bare result of each stage on a day, without deadlines and words."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from basis.messages import Message, _
from checklists.durations import Duration
from checklists.facts import CaseFacts, Fact, GivenSignOff, Standing
from checklists.programme import TERMINAL, Programme, Stage
from checklists.recognition import with_occupation_checks
from checklists.status import fitness
from checklists.status.asking import AskedStage, asked_stages, days_of_other_asking, eligibility
from checklists.status.breaches import Breach, BreachKind, carried_until, find_breach
from checklists.status.judging import Evidence, Horizon, Outcome, Slot, SlotName, gather
from checklists.status.outline import APPLICATION
from checklists.status.waivers import with_ends


class StageStatus(StrEnum):
    NOT_ASKED = "not_asked"
    BLOCKED = "blocked"  # a stage it stands on is not signed off, it is stopped, or it is not known whether it is asked
    OPEN = "open"
    READY = "ready"  # everything is fulfilled; only the sign-off is missing
    SIGNED_OFF = "signed_off"
    BROKEN = "broken"  # a sign-off exists, but what it stands on no longer holds


# CPython 3.11 takes long to look a member up.
_NOT_ASKED, _BLOCKED, _OPEN = StageStatus.NOT_ASKED, StageStatus.BLOCKED, StageStatus.OPEN
_READY, _SIGNED_OFF, _BROKEN = StageStatus.READY, StageStatus.SIGNED_OFF, StageStatus.BROKEN


class Result(NamedTuple):
    """`stopped`: what keeps the case from being cleared, on the stages that end the preparation; why those after it
    have not begun."""

    stage: Stage
    status: StageStatus
    slots: tuple[tuple[Evidence, Outcome], ...]
    blocked_by: tuple[str, ...]
    sign_off: GivenSignOff | None
    breach: Breach | None
    holds_until: date | None
    stopped: Message | None


class Stops(NamedTuple):
    """Why the case is not cleared whatever it holds. `against`: those that end a clearance already given."""

    all: tuple[Message, ...]
    against: tuple[Message, ...]


_SUSPENDED = _("Clearances of this programme are suspended.")
_NOT_BEGUN = _("It begins when the preparation is over.")
_HELD = _("An original paper of the worker is still held; it is returned first.")
_UNSETTLED = _("The office has something to settle before the worker leaves; the worker agreed to wait.")
"""Not what it is: agencies read it too, and it may be about their own fees."""
_LAST_THINGS = frozenset({_HELD, _UNSETTLED, fitness.NOT_SEEN})
"""Stops that are settled when all else is there."""


class Reader:
    """What does not depend on the day is judged once. `horizon.departure` is `date.min` on a track that stays."""

    def __init__(self, programme: Programme, facts: CaseFacts) -> None:
        facts = with_occupation_checks(programme, with_ends(facts))
        self.programme, self.facts = programme, facts
        self.by_kind: dict[str, list[Fact]] = {}
        for fact in facts.facts:
            self.by_kind.setdefault(fact.kind, []).append(fact)
        self.horizon = horizon(programme, facts)
        self.standings: dict[str, Standing | None] = {fact.id: fact.standing for fact in facts.facts}
        self.standings.update((waiver.id, None) for waiver in facts.waivers)
        self.standings.update((sign_off.id, None) for sign_off in facts.sign_offs)
        self.sign_offs = {given.stage: given for given in sorted(facts.sign_offs, key=_age_of)}
        self._asking_changes = sorted(set(days_of_other_asking(programme, facts)))
        self._asked: dict[int, list[AskedStage]] = {}
        self._stops: dict[int, Stops] = {}
        self._evidence: dict[tuple[SlotName, bool | None, bool, date | None], Evidence] = {}

    def results(self, on: date, later: date | None = None) -> list[Result]:
        """The result of each stage, each after those it stands on; `later`: the day for the stages after the
        preparation, None before they begin."""
        found: dict[str, Result] = {}
        broken: dict[str, BreachKind] = {}
        stops = self.stops(on)
        after = self.programme.after_preparation
        then = self._asked_on(later) if later is not None and after else self._asked_on(on)
        for asked, asked_then in zip(self._asked_on(on), then, strict=True):
            if asked.stage.id in after:
                result = self._later(asked_then, on, later, found, broken)
            else:
                result = self._result(asked, on, found, broken)
                if stops.all and asked.stage.kind in TERMINAL:
                    result = _stopped(result, stops)
            found[asked.stage.id] = result
            if result.breach is not None and result.sign_off is not None:
                broken[result.sign_off.id] = result.breach.kind
        return list(found.values())

    def stops(self, on: date) -> Stops:
        """A case that ended is not stopped by what was suspended later."""
        span = bisect_right(self._asking_changes, on)
        if span not in self._stops:
            answers = eligibility(self.programme, self.facts, on)
            against = [_SUSPENDED] if self.facts.suspended and self.facts.ended_on is None else []
            against += [_("Not eligible: “{rule}”.", rule=rule.label) for rule in answers.against]
            unknown = [
                _("Not known yet whether the worker is eligible: “{rule}”.", rule=rule.label) for rule in answers.open
            ]
            against += [fitness.NOT_SEEN] if self._is_unseen(on) else []
            # A clearance that was given stands: the paper was handed over after it, and is given back.
            held = [_HELD] if self.facts.originals_held and self.facts.ended_on is None else []
            held += [_UNSETTLED] if self.facts.fees_open and self.facts.ended_on is None else []
            self._stops[span] = Stops((*against, *unknown, *held), tuple(against))
        return self._stops[span]

    def _is_unseen(self, on: date) -> bool:
        """Whether the look before the journey is asked of this case, and is not there."""
        departure = self.horizon.departure
        if departure == date.min or self.facts.ended_on is not None:
            return False
        days = fitness.days_asked(asked.stage for asked in self._asked_on(on) if asked.asked is not False)
        return days is not None and not fitness.is_seen(self.by_kind.get(fitness.FIT_TO_FLY, ()), departure, days)

    def changes_on(self, on: date, now: list[Result], later: date | None = None) -> date | None:
        """The first day after `on` whose results differ. Between two neighbouring candidates nothing can change. With
        `later` the first after that day, the preparation staying as it was on `on`."""
        days = set(self._asking_changes)
        for evidence in self._evidence.values():
            days.update(evidence.changes)
        since = on if later is None else later
        todo = sorted(day for day in days if day > since)
        present, seen = self._fingerprint(on, now), len(self._evidence)
        while todo:
            day = todo.pop(0)
            then = self.results(day) if later is None else self.results(on, day)
            if self._fingerprint(day if later is None else on, then) != present:
                return day
            if len(self._evidence) != seen:  # asked only from this day on: its facts count from now
                seen = len(self._evidence)
                more = {one for evidence in self._evidence.values() for one in evidence.changes if one > day}
                todo = sorted(more.union(todo))
        return None

    def _later(
        self,
        asked: AskedStage,
        on: date,
        later: date | None,
        found: dict[str, Result],
        broken: dict[str, BreachKind],
    ) -> Result:
        """A stage after the preparation. That is over once they begin: how it stands does not hold them up."""
        if later is not None:
            return self._result(asked, later, found, broken, self.programme.after_preparation)
        result = self._result(asked, on, found, broken)
        if result.sign_off is not None or result.status is _NOT_ASKED:
            return result
        return result._replace(status=_BLOCKED, holds_until=None, stopped=None if result.blocked_by else _NOT_BEGUN)

    def _asked_on(self, on: date) -> list[AskedStage]:
        """What is asked on a day; answered once for each span in which time does not change it."""
        span = bisect_right(self._asking_changes, on)
        if span not in self._asked:
            self._asked[span] = asked_stages(self.programme, self.facts, on)
        return self._asked[span]

    def _result(
        self,
        asked: AskedStage,
        on: date,
        found: dict[str, Result],
        broken: dict[str, BreachKind],
        among: frozenset[str] | None = None,
    ) -> Result:
        """`among`: of the stages that it stands on only these are waited for."""
        stage, sign_off = asked.stage, self.sign_offs.get(asked.stage.id)
        if asked.asked is False and sign_off is None:
            return Result(stage, _NOT_ASKED, (), (), None, None, None, None)
        slots = tuple([(evidence, evidence.on(on)) for evidence in map(self._gathered, asked.slots)])
        before = [found[name] for name in stage.after if among is None or name in among]
        if sign_off is not None:
            if not asked.asked:
                slots = tuple(pair for pair in slots if _carries(sign_off, pair[0]))
            breach = find_breach(
                sign_off,
                on,
                slots,
                standings=self.standings,
                broken=broken,
                asked_then=lambda evidence: self._asked_then(stage, evidence.slot, sign_off.signed_on),
            )
            if breach is not None:
                return Result(stage, _BROKEN, slots, (), sign_off, breach, None, None)
            days = [carried_until(sign_off, *pair) for pair in slots]
            days += [one.holds_until for one in before if one.sign_off and one.sign_off.id in sign_off.stands_on]
            return Result(stage, _SIGNED_OFF, slots, (), sign_off, None, _earliest(days), None)
        blocked_by = tuple(
            [one.stage.id for one in before if one.status is not _SIGNED_OFF and one.status is not _NOT_ASKED]
        )
        if asked.asked is None:
            return Result(stage, _BLOCKED, slots, self._decides(stage, blocked_by), None, None, None, None)
        if blocked_by:
            return Result(stage, _BLOCKED, slots, blocked_by, None, None, None, None)
        if not all(outcome.status.fulfilled for _evidence, outcome in slots):
            return Result(stage, _OPEN, slots, (), None, None, None, None)
        days = [outcome.holds_until for _evidence, outcome in slots] + [one.holds_until for one in before]
        return Result(stage, _READY, slots, (), None, None, _earliest(days), None)

    def _gathered(self, slot: Slot) -> Evidence:
        key = (slot.name, slot.asked, slot.placed, slot.left_on)
        found = self._evidence.get(key)
        if found is None:
            facts = self.by_kind.get(slot.requirement.evidence, ())
            found = self._evidence[key] = gather(slot, facts, self.facts.waivers, self.horizon)
        return found

    def _asked_then(self, stage: Stage, slot: Slot, then: date) -> bool:
        for asked in self._asked_on(then):
            if asked.stage.id == stage.id:
                return slot.name in {one.name for one in asked.slots}
        return False

    def _decides(self, stage: Stage, blocked_by: tuple[str, ...]) -> tuple[str, ...]:
        """The stages to wait for while it is unknown whether `stage` is asked: also those whose result decides it."""
        gaps = stage.when.gaps if stage.when else frozenset()
        deciding = [
            other.id
            for other in self.programme.stages
            if other.id != stage.id and any(requirement.evidence in gaps for requirement in other.requirements)
        ]
        return tuple(dict.fromkeys((*blocked_by, *deciding)))

    def _fingerprint(self, on: date, results: list[Result]) -> list[object]:
        """All that makes two days different for people; not the sentences. Deadlines follow from it and the case."""
        return [
            self.stops(on),
            *(
                (
                    result.status,
                    result.blocked_by,
                    result.breach and (result.breach.kind, result.breach.because),
                    result.holds_until,
                    [(evidence.slot.name, outcome) for evidence, outcome in result.slots],
                )
                for result in results
            ),
        ]


def horizon(programme: Programme, facts: CaseFacts) -> Horizon:
    """The days that evidence of this case may have to hold until."""
    track = programme.track(facts.track)
    applied = [
        None if "issued_on" in fact.latest else fact.anchors.get("issued_on")
        for fact in facts.facts
        if fact.kind == APPLICATION and fact.standing is Standing.ACCEPTED
    ]
    known = [day for day in applied if day is not None]
    application = date.min if not applied else None if len(known) < len(applied) else max(known)
    if track is not None and not track.departs:
        return Horizon(date.min, date.min, application, facts.registered_on)
    departure = facts.planned_departure
    arrival = None if departure is None else Duration(days=programme.journey_days).after(departure)
    return Horizon(departure, arrival, application, facts.registered_on)


def _stopped(result: Result, stops: Stops) -> Result:
    if result.sign_off is not None:
        if not stops.against:
            return result
        because = result.breach.because if result.breach else ()
        breach = Breach(BreachKind.REVOKED, because, stops.against[0])
        return result._replace(status=_BROKEN, breach=breach, holds_until=None, stopped=stops.all[0])
    if result.status is _NOT_ASKED:
        return result
    if _LAST_THINGS.issuperset(stops.all) and result.status is not _READY:
        return result  # a passport at an embassy does not keep anybody from bringing the rest
    return result._replace(status=_BLOCKED, holds_until=None, stopped=stops.all[0])


def _age_of(sign_off: GivenSignOff) -> tuple[date, str]:
    return sign_off.signed_on, sign_off.id


def _carries(sign_off: GivenSignOff, evidence: Evidence) -> bool:
    return any(judged.id in sign_off.stands_on for judged in evidence.judged)


def _earliest(days: list[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)
