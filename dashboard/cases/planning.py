"""The plan of a case for its page: the sentence that matters, the numbers, and what the picture draws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from basis.messages import Message, _, _n
from casework.cases.facts import before_screening
from casework.cases.rules import is_ended
from checklists.programme import Requirement, StageKind
from checklists.reading import Reading, read
from checklists.schedule import Plan, PlanItem, PlanStage, plan_reading
from dashboard import timeline, words
from dashboard.cases import veil, wording
from dashboard.cases.known import KnownCase
from dashboard.cases.lessons import hours
from dashboard.pages.case import PlanRow, PlanView
from dashboard.parts import Badge, Text, Tone


def plan_view(known: KnownCase) -> PlanView | None:
    """The plan as the reader may know it; None for a case that has ended or is complete."""
    if is_ended(known.case.life) or known.assessment.cleared:
        return None
    found = plan_reading(_knowable(known))
    status, summary = _summary(found)
    return PlanView(
        status=status,
        summary=summary,
        rows=tuple(row for stage in found.stages for row in _rows(known, stage)),
        drawn=tuple(row for stage in found.stages for row in _drawn(known, found, stage)),
        on=found.on,
        departure=found.departure,
        mirrored=known.visit.base.language.direction == "rtl",
    )


def _knowable(known: KnownCase) -> Reading:
    """The case without what the plan would tell of the screening."""
    if veil.hides_screening(known.visit.role, StageKind.SECURITY):
        return read(known.programme, before_screening(known.programme, known.reading.facts), known.today)
    return known.reading


def _summary(found: Plan) -> tuple[Badge, Message]:
    planned, earliest = found.departure, found.earliest_departure
    if found.late_by and planned is not None and earliest is not None:
        late = _n("{count} day too late", "{count} days too late", found.late_by)
        said = _(
            "The departure on {planned} cannot be kept: {earliest} is the first possible day.",
            planned=words.on(planned),
            earliest=words.on(earliest),
        )
        return Badge(Tone.LATE, late), said
    if planned is not None and earliest is not None:
        said = _(
            "The departure on {planned} can be kept; {earliest} would be the first possible day.",
            planned=words.on(planned),
            earliest=words.on(earliest),
        )
        return Badge(Tone.DONE, _("in time")), said
    if earliest is not None:
        said = _("No departure is planned; {earliest} would be the first possible day.", earliest=words.on(earliest))
        return Badge(Tone.IDLE, _("no day planned")), said
    if planned is not None:
        return Badge(Tone.LATE, _("at risk")), _("As things stand there is no day on which the worker could depart.")
    said = _("Every stage can be signed off on {day}, if nothing is late.", day=words.on(found.earliest_completion))
    return Badge(Tone.OPEN, _("on its way")), said


def _rows(known: KnownCase, stage: PlanStage) -> Iterator[PlanRow]:
    if stage.done:
        yield PlanRow(stage.title, True, _("signed off"), "", "", "", "", "")
    else:
        note = _note(stage.risk, critical=stage.critical)
        earliest, start_by, latest = _day(stage.earliest), _day(stage.start_by), _day(stage.latest)
        yield PlanRow(stage.title, True, earliest, "", start_by, latest, _slack(stage.slack), note)
    for item in stage.items:
        if item.done:
            yield PlanRow(_title(known, item), False, _("there"), "", "", "", "", _note(_risk(known, item)))
        else:
            note = _with_lessons(known, item, _note(_risk(known, item), critical=item.critical))
            days = (_day(item.earliest), _day(item.useful_from), _day(item.start_by), _day(item.latest))
            yield PlanRow(_title(known, item), False, *days, _slack(item.slack), note)


def _drawn(known: KnownCase, found: Plan, stage: PlanStage) -> Iterator[timeline.Row]:
    if stage.done:
        return
    yield timeline.Row(
        title=stage.title,
        bold=True,
        begins=max(stage.begins, found.on),
        earliest=stage.earliest,
        latest=stage.latest,
        slack=_slack(stage.slack),
        critical=stage.critical,
        late=stage.at_risk,
    )
    for same in _alike(item for item in stage.items if not item.done):
        item, title = same[0], _title(known, same[0])
        yield timeline.Row(
            title=title if len(same) == 1 else _("{title} ({count})", title=item.title, count=len(same)),
            bold=False,
            begins=max(item.useful_from or stage.begins, found.on),
            earliest=item.earliest,
            latest=item.latest,
            slack=_slack(item.slack),
            critical=item.critical,
            late=item.at_risk,
        )


def _alike(items: Iterable[PlanItem]) -> list[list[PlanItem]]:
    """Countries or modules of one requirement with the same days are one line of the picture."""
    groups: dict[tuple[object, ...], list[PlanItem]] = {}
    for item in items:
        key = (item.requirement, item.earliest, item.useful_from, item.latest, item.critical)
        groups.setdefault(key, []).append(item)
    return list(groups.values())


def _asked(known: KnownCase, item: PlanItem) -> Requirement | None:
    pair = known.programme.requirement(item.requirement)
    return pair[1] if pair else None


def _title(known: KnownCase, item: PlanItem) -> Text:
    requirement = _asked(known, item)
    return wording.requirement_title(known.programme, requirement, item.subject) if requirement else item.title


def _risk(known: KnownCase, item: PlanItem) -> Message | None:
    """What is wrong with the days, as far as the reader may know what they follow from."""
    stage, requirement = known.programme.stage(item.stage), _asked(known, item)
    if item.risk is None or stage is None or requirement is None:
        return None
    status = known.assessment.stage(stage.id).status
    veiled = veil.answer(known.visit.role, stage.kind, requirement.evidence, item.status, status) is not None
    if veiled and not veil.says_when(known.visit.role, stage.kind, item.status):
        return None
    return words.spoken(item.risk)


def _with_lessons(known: KnownCase, item: PlanItem, note: Text) -> Text:
    """The note of a course with the lessons that it may take."""
    requirement = _asked(known, item)
    needed = hours(known, requirement) if requirement is not None else ""
    if not needed:
        return note
    return _("{note}. Lessons: {hours}", note=note, hours=needed) if note else _("Lessons: {hours}", hours=needed)


def _note(risk: Message | None, *, critical: bool = False) -> Text:
    said = _("critical") if critical else ""
    if risk is None:
        return said
    risk = words.spoken(risk)
    return _("{said}. {risk}", said=_("Critical"), risk=risk) if critical else risk


def _day(day: date | None) -> Text:
    return words.on(day) if day else ""


def _slack(days: int | None) -> Text:
    if days is None:
        return ""
    return _n("{days} day", "{days} days", abs(days), days=str(days).replace("-", "−"))
