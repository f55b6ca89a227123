"""Planning a case: forwards from today, backwards from its departure. `plan(programme, facts, on)`.

Forwards: work on a stage begins when the stages it stands on are signed off; work on a requirement when those it comes
after are there; it takes `lead_time` working days, and the stage then `service_days` until its sign-off. What is there
and lasts takes nothing; work begun and not finished counts as not begun. Stages and requirements of which it is not
known yet whether they are asked are planned. Backwards: `checklists.status.deadlines`, the days that assessments name
too.

What holds, and is tested on generated graphs and on every shipped programme, where no item is at risk:
- If every open item comes on its latest day and every stage is signed off on its own, `assess` finds all fulfilled and
  the case cleared on the day of departure (unless something is asked then that was surely not asked before).
- If one open item comes a day later, the departure slips, wherever it stands; `critical` marks the chain that decides
  the earliest departure. (A programme that counts no working days has no such chain, only days of its own rules.)
- `earliest_departure` does not hang on the planned one; no earlier day could be kept, and that day can.

All follows from the facts, so a flight that moves, a visa refused and an offer withdrawn need nothing but a plan anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

from basis.messages import Message, _
from basis.working_days import is_calendar
from checklists.conditions import Known
from checklists.facts import CaseFacts
from checklists.programme import Programme
from checklists.reading import Reading, read
from checklists.status.asking import gap
from checklists.status.deadlines import NO_DAYS, Days, Deadlines, deadlines
from checklists.status.forwards import Forwards, Step, forwards
from checklists.status.judging import Evidence, Outcome, RequirementStatus, SlotName
from checklists.status.outline import outline
from checklists.status.reading import Result, StageStatus, horizon

__all__ = ["Plan", "PlanItem", "PlanStage", "Step", "find_impossible", "plan", "plan_reading"]

_MET = RequirementStatus.MET
_SAMPLED = range(400, 1130, 13)  # days after the programme comes into force
_MOST_STEPS = 60  # a sound programme needs two or three


class PlanItem(NamedTuple):
    """One slot of the plan: a requirement, or one country or module of it (`subject`).

    `done`: there, and good until it is no longer needed; its `earliest` is then the day of the plan. `earliest`: the
    first day on which it can be there. `useful_from`: evidence dated earlier lapses before it is needed (None: never
    too early). `start_by`: the last day to begin, `latest`: the last safe day on which it is there (None: no departure
    is planned). `slack`: calendar days from `earliest` to `latest`, None for what is done. `critical`: on the path that
    decides the earliest departure. `risk`: what is wrong with the days, in words; `at_risk` and `too_early` say which.
    """

    stage: str
    requirement: str
    subject: str
    title: Message
    status: RequirementStatus
    done: bool
    earliest: date
    useful_from: date | None
    start_by: date | None
    latest: date | None
    critical: bool
    at_risk: bool
    too_early: bool
    risk: Message | None

    @property
    def slack(self) -> int | None:
        return None if self.done else _slack(self.earliest, self.latest)


@dataclass(frozen=True, slots=True)
class PlanStage:
    """One stage of the plan. `begins`: the day from which it can be worked on, `earliest`: its first possible sign-off,
    `start_by` and `latest`: the last safe days to begin and to sign it off. The rest as in `PlanItem`."""

    stage: str
    title: Message
    status: StageStatus
    done: bool
    begins: date
    earliest: date
    start_by: date | None
    latest: date | None
    critical: bool
    at_risk: bool
    risk: Message | None
    items: tuple[PlanItem, ...]

    @property
    def slack(self) -> int | None:
        return None if self.done else _slack(self.earliest, self.latest)


@dataclass(frozen=True, slots=True)
class Plan:
    """`on`: the day of the plan. `stages`: those asked or perhaps asked, in the programme's order. `departure`: the
    planned day, None without one and on a track that stays. `earliest_departure`: the first day on which the case
    could depart, with every paper good; None on a track that stays, and where no day would do (`find_impossible`).
    `earliest_completion`: the first day on which every stage could be signed off. `critical_path`: the steps that
    decide these days, first to last."""

    on: date
    stages: tuple[PlanStage, ...]
    departure: date | None
    earliest_departure: date | None
    earliest_completion: date
    critical_path: tuple[Step, ...]

    @property
    def items(self) -> tuple[PlanItem, ...]:
        return tuple(item for stage in self.stages for item in stage.items)

    @property
    def late_by(self) -> int:
        """By how many days the planned departure slips as things stand; 0 where it can be kept or none is planned."""
        if self.departure is None or self.earliest_departure is None:
            return 0
        return max(0, (self.earliest_departure - self.departure).days)


class _View(NamedTuple):
    """A case read for one day of departure."""

    results: list[Result]
    backwards: Deadlines
    forwards: Forwards


def plan(programme: Programme, facts: CaseFacts, on: date) -> Plan:
    """The plan of a case on the day `on` (an ended case: on the day it ended)."""
    return plan_reading(read(programme, facts, on))


def plan_reading(reading: Reading) -> Plan:
    """The plan of a case that was read already."""
    programme, facts, on = reading.programme, reading.facts, reading.on
    track = programme.track(facts.track)
    departs = track is None or track.departs
    view = _view(reading)
    earliest, deciding = _earliest_departure(programme, facts, on, view) if departs else (None, view)
    path = deciding.forwards.critical_path(departing=departs)
    found = {one.stage: one for one in _stages(view, on, frozenset((step.stage, step.requirement) for step in path))}
    return Plan(
        on=on,
        stages=tuple(found[stage.id] for stage in programme.stages if stage.id in found),
        departure=facts.planned_departure if departs else None,
        earliest_departure=earliest,
        earliest_completion=view.forwards.complete,
        critical_path=path,
    )


def find_impossible(programme: Programme) -> list[tuple[str, str]]:
    """Requirements (stage id, requirement id) whose evidence lapses before the rest of the graph can be over, even if
    it comes on its latest safe day: for departures spread over two years from the day the programme is in force. Empty
    where a calendar is not known or the graph has a circle, which are flaws of their own."""
    calendars = [programme.home_calendar, *[stage.calendar or "" for stage in programme.stages]]
    calendars += [asked.calendar or "" for _stage, asked in programme.requirements()]
    if not all(map(is_calendar, calendars)) or not _well_ordered(programme):
        return []
    loans = (False, True) if any("loan_asked" in one.text for one in programme.conditions) else (False,)
    found: set[tuple[str, str]] = set()
    for track, loan_asked in product((one.id for one in programme.tracks if one.departs), loans):
        new = CaseFacts(
            track=track,
            registered_on=programme.in_force_from,
            nationality=next(iter(programme.origins), ""),
            loan_asked=loan_asked,
            planned_departure=programme.in_force_from + timedelta(days=_SAMPLED[0]),
        )
        view = _view(read(programme, new, programme.in_force_from))
        for days in _SAMPLED:
            moved = replace(new, planned_departure=programme.in_force_from + timedelta(days=days))
            found.update(_impossible(*_moved(programme, moved, programme.in_force_from, view, new, alike=True)[:2]))
    order = [(stage.id, asked.id) for stage, asked in programme.requirements()]
    return [pair for pair in order if pair in found]


def _well_ordered(programme: Programme) -> bool:
    seen: set[str] = set()
    for stage in programme.in_order:
        if not seen.issuperset(stage.after):
            return False
        seen.add(stage.id)
    return True


def _view(reading: Reading) -> _View:
    results, backwards = reading.results, reading.deadlines
    found = forwards(reading.programme, results, backwards.lasting, backwards.done, reading.on)
    return _View(results, backwards, found)


def _moved(programme: Programme, facts: CaseFacts, on: date, view: _View, of: CaseFacts, *, alike: bool) -> _View:
    """The case read for another day of departure (`facts`) than in `view` (`of`). `alike`: its evidence is as good for
    the one as for the other, so that all but the days can be kept where the same is asked."""
    if facts.planned_departure == of.planned_departure:
        return view
    conditions = outline(programme).by_departure
    if not alike or (conditions and _answers(programme, facts, on) != _answers(programme, of, on)):
        return _view(read(programme, facts, on))
    backwards = deadlines(programme, view.results, horizon(programme, facts))
    if backwards.lasting == view.backwards.lasting and backwards.done == view.backwards.done:
        return _View(view.results, backwards, view.forwards)
    return _View(view.results, backwards, forwards(programme, view.results, backwards.lasting, backwards.done, on))


def _answers(programme: Programme, facts: CaseFacts, on: date) -> list[bool | None]:
    known = Known(facts, on, lambda kind: gap(programme, facts, on, kind))
    return [one.evaluate(known) for one in outline(programme).by_departure]


def _earliest_departure(programme: Programme, facts: CaseFacts, on: date, planned: _View) -> tuple[date | None, _View]:
    """The first day on which the case could depart, and how the case reads then.

    A later departure never needs less: papers that are good for an earlier one may lapse before it. So the search
    begins with a day that is surely not too late, and goes on to the day that the case read for that departure needs,
    until it needs no later one. Where papers could not be good on that day whatever one does (it must follow a week of
    holidays, say), the days after it are tried.
    """
    lasting, done, bound = _hopes(planned)
    same = lasting == planned.backwards.lasting and done == planned.backwards.done
    hopeful = planned.forwards if same else forwards(programme, planned.results, lasting, done, on)
    departure = on if outline(programme).by_departure else hopeful.departs
    for _step in range(_MOST_STEPS):
        earlier = facts.planned_departure is not None and departure <= facts.planned_departure
        moved = replace(facts, planned_departure=departure)
        view = _moved(programme, moved, on, planned, facts, alike=same and (earlier or not bound))
        if view.forwards.departs > departure:
            departure = view.forwards.departs
        elif _impossible(view.results, view.backwards):
            departure += timedelta(days=1)
        else:
            return departure, view
    return None, planned


def _hopes(view: _View) -> tuple[set[SlotName], set[str], bool]:
    """The slots and stages that take nothing if all that was ever accepted is good for whatever departure; and whether
    for any of them that hangs on the departure."""
    lasting: set[SlotName] = set()
    bound = False
    for result in view.results:
        for evidence, outcome in result.slots:
            accepted = [one.holds_until for one in evidence.judged if one.status is _MET]
            if outcome.status.fulfilled or accepted or evidence.waivers:
                lasting.add(evidence.slot.name)
                bound = bound or bool(evidence.waivers) or any(day < date.max for day in accepted)
    finished = (StageStatus.NOT_ASKED, StageStatus.SIGNED_OFF, StageStatus.BROKEN)
    return lasting, {result.stage.id for result in view.results if result.status in finished}, bound


def _impossible(results: Sequence[Result], backwards: Deadlines) -> list[tuple[str, str]]:
    """What is open and would lapse before it is needed although it comes on its latest day."""
    found: dict[tuple[str, str], None] = {}
    for result in results:
        for evidence, _outcome in result.slots:
            name = evidence.slot.name
            if name not in backwards.lasting and _too_short(backwards.requirements.get(name[0], NO_DAYS)):
                found[result.stage.id, name[0]] = None
    return list(found)


def _too_short(days: Days) -> bool:
    return days.useful_from is not None and days.latest is not None and days.useful_from > days.latest


def _slack(earliest: date, latest: date | None) -> int | None:
    return None if latest is None else (latest - earliest).days


def _stages(view: _View, on: date, critical: frozenset[tuple[str, str]]) -> Iterator[PlanStage]:
    for result in view.results:
        stage = result.stage
        if result.status is StageStatus.NOT_ASKED or stage.id not in view.forwards.stages:
            continue  # not asked, or after the preparation
        done = stage.id in view.backwards.done
        days = view.backwards.stages.get(stage.id, NO_DAYS)
        earliest = view.forwards.stages[stage.id]
        at_risk = not done and days.latest is not None and earliest > days.latest
        yield PlanStage(
            stage=stage.id,
            title=stage.label,
            status=result.status,
            done=done,
            begins=view.forwards.begins[stage.id],
            earliest=earliest,
            start_by=days.start_by,
            latest=days.latest,
            critical=(stage.id, "") in critical,
            at_risk=at_risk,
            risk=_stage_risk(earliest, days.latest) if at_risk else None,
            items=tuple(_item(view, result, pair, on, critical) for pair in result.slots),
        )


def _item(
    view: _View, result: Result, pair: tuple[Evidence, Outcome], on: date, critical: frozenset[tuple[str, str]]
) -> PlanItem:
    evidence, outcome = pair
    requirement, subject = evidence.slot.name
    done = result.stage.id in view.backwards.done or evidence.slot.name in view.backwards.lasting
    days = view.backwards.requirements.get(requirement, NO_DAYS)
    earliest = on if done else view.forwards.requirements[requirement]
    late = days.latest is not None and earliest > days.latest
    too_early = not done and days.useful_from is not None and earliest < days.useful_from
    return PlanItem(
        stage=result.stage.id,
        requirement=requirement,
        subject=subject,
        title=evidence.slot.requirement.label,
        status=outcome.status,
        done=done,
        earliest=earliest,
        useful_from=days.useful_from,
        start_by=days.start_by,
        latest=days.latest,
        critical=not done and (result.stage.id, requirement) in critical,
        at_risk=not done and (late or _too_short(days)),
        too_early=too_early,
        risk=None if done else _risk(days, outcome, earliest, on),
    )


def _risk(days: Days, outcome: Outcome, earliest: date, on: date) -> Message | None:
    latest, useful_from = days.latest, days.useful_from
    if latest is not None and useful_from is not None and _too_short(days):
        return _(
            "It cannot be in time: it must be there by {latest}, but dated before {useful_from} it lapses too soon.",
            latest=latest,
            useful_from=useful_from,
        )
    if latest is not None and earliest > latest:
        if latest < on:
            return _(
                "At risk: it had to be there by {latest}; {earliest} is the first day.",
                latest=latest,
                earliest=earliest,
            )
        return _("At risk: it can be there on {earliest}, but must be by {latest}.", earliest=earliest, latest=latest)
    if outcome.status.fulfilled and outcome.holds_until is not None:
        return _("Holds until {day} only; a new one must be there by {latest}.", day=outcome.holds_until, latest=latest)
    if useful_from is not None and earliest < useful_from:
        return _("Too early: what is dated before {day} lapses before it is needed.", day=useful_from)
    return None


def _stage_risk(earliest: date, latest: date | None) -> Message:
    return _("At risk: it can be signed off on {earliest}, but must be by {latest}.", earliest=earliest, latest=latest)
