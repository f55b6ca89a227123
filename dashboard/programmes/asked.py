"""The stages of a programme in their order: what each asks, of whom, how long it takes, who pays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from basis.messages import Message, _, _n
from casework.accounts.rules import ROLE_WORDS
from checklists.facts import CaseFacts
from checklists.programme import AUTOMATIC, CostBearer, Each, Programme, Requirement, Stage
from checklists.schedule import Plan, plan
from checklists.status.outline import outline
from dashboard import words
from dashboard.cases.requirements import source
from dashboard.pages import programmes as pages
from dashboard.parts import Fact, Text
from dashboard.programmes import stage_work, wording


def plans(programme: Programme, on: date) -> dict[str, Plan]:
    """For each track the plan of somebody who begins on a day with nothing, and of whom no more is known than the
    first country. Empty where the programme counts no working days."""
    if not outline(programme).counts_working_days:
        return {}
    begun = CaseFacts(
        track="",
        registered_on=on,
        nationality=next(iter(programme.origins), ""),
        destination=next(iter(programme.destinations), ""),
    )
    return {track.id: plan(programme, _on_track(begun, track.id), on) for track in programme.tracks}


def _on_track(begun: CaseFacts, track: str) -> CaseFacts:
    return CaseFacts(
        track=track, registered_on=begun.registered_on, nationality=begun.nationality, destination=begun.destination
    )


def durations(programme: Programme, begun: Mapping[str, Plan], on: date) -> tuple[Text, ...]:
    """A sentence for each track: when the departure, or the end, could be at the earliest."""
    if not begun:
        return (_("How long it takes is not estimated in this version."),)
    said = []
    for track in programme.tracks:
        found = begun[track.id]
        end = found.earliest_departure if track.departs else found.earliest_completion
        if end is None:
            continue
        if track.departs:
            text = _("{track}: who begins today with nothing can leave on {day} at the earliest, in {weeks}.")
        else:
            text = _("{track}: who begins today with nothing has done everything on {day} at the earliest, in {weeks}.")
        weeks = _n("{count} week", "{count} weeks", -(-(end - on).days // 7))
        said.append(text.with_params({"track": track.label, "day": words.on(end), "weeks": weeks}))
    return tuple(said)


def stages(programme: Programme, begun: Mapping[str, Plan]) -> tuple[pages.AskedStage, ...]:
    return tuple(_stage(programme, stage, number, begun) for number, stage in enumerate(programme.in_order, start=1))


def _stage(programme: Programme, stage: Stage, number: int, begun: Mapping[str, Plan]) -> pages.AskedStage:
    tracks = [str(track.label) for track in programme.tracks if stage.on_track(track.id)]
    earlier = [str(found.label) for name in stage.after if (found := programme.stage(name)) is not None]
    said = [_("after {stages}", stages=", ".join(earlier)) if earlier else _("from the beginning")]
    if len(tracks) < len(programme.tracks):
        said.insert(0, _("only on the track {track}", track=", ".join(tracks)))
    if stage.when is not None:
        said.append(wording.condition(programme, stage.when))
    if stage.sign_off == AUTOMATIC:
        said.append(_("signed off by itself as soon as everything is met"))
    else:
        said.append(_("signed off by: {role}", role=ROLE_WORDS[stage.sign_off]))
    return pages.AskedStage(
        id=stage.id,
        number=number,
        title=stage.label,
        about=" · ".join(str(part) for part in said),
        takes=_stage_takes(programme, stage, begun),
        certificate=_certificate(stage),
        requirements=tuple(_requirement(programme, one) for one in stage.requirements),
        work=stage_work.work(stage),
    )


def _certificate(stage: Stage) -> Text:
    title = Message(stage.certificate.title)
    return _("{title}, signed and stamped by hand", title=title) if stage.certificate.wet_signature else title


def _stage_takes(programme: Programme, stage: Stage, begun: Mapping[str, Plan]) -> Text:
    """How long the stage takes by itself, and when it could be done by somebody who begins today."""
    if not begun:
        return ""
    calendar = outline(programme).stages[stage.id].calendar
    count = stage.service_days + _longest(programme, stage)
    said = [_("Takes {days}.", days=wording.working_days(count, calendar))] if count else []
    for track in programme.tracks:
        for planned in begun[track.id].stages:
            if planned.stage == stage.id:
                said.append(_("Who begins today can have it done on {day}.", day=words.on(planned.earliest)))
                return " ".join(str(part) for part in said)
    return " ".join(str(part) for part in said)


def _longest(programme: Programme, stage: Stage) -> int:
    """The lead times of the longest chain of requirements that wait for each other."""
    ends: dict[str, int] = {}
    for asked in outline(programme).stages[stage.id].requirements:
        ends[asked.id] = asked.lead_time + max((ends.get(name, 0) for name in asked.after), default=0)
    return max(ends.values(), default=0)


def _requirement(programme: Programme, one: Requirement) -> pages.AskedRequirement:
    verified: Text = ROLE_WORDS[one.verified_by]
    if one.independent:
        verified = _("{role}, somebody other than who recorded it", role=verified)
    facts = (
        Fact(_("Brought by"), wording.PROVIDERS[one.provided_by]),
        Fact(_("Verified by"), verified),
        Fact(_("Takes"), _takes(programme, one)),
        Fact(_("Paid by"), _pays(one)),
        Fact(_("Holds"), wording.holds(one.validity)),
        Fact(_("Enough is"), wording.enough(one.accept)),
        Fact(_("Exceptions"), _lenient(one)),
    )
    return pages.AskedRequirement(
        title=one.label,
        asked=_asked(programme, one),
        facts=tuple(fact for fact in facts if fact.value),
        parts=_modules(programme) if one.each is Each.MODULE else (),
        source=source(one.legal_basis),
    )


def _takes(programme: Programme, one: Requirement) -> Text:
    said: list[Message] = []
    if one.lead_time:
        said.append(wording.working_days(one.lead_time, one.calendar or programme.home_calendar))
    if one.lead_days:
        said.append(_n("there {count} day before departure", "there {count} days before departure", one.lead_days))
    return ", ".join(str(part) for part in said)


def _pays(one: Requirement) -> Text:
    if one.cost_borne_by is CostBearer.NOBODY and not one.may_be_borne_by:
        return ""
    others = [bearer for bearer in one.may_be_borne_by if bearer is not one.cost_borne_by]
    bearer = wording.BEARERS[one.cost_borne_by]
    return _("{bearer} (or: {others})", bearer=bearer, others=wording.bearers(others)) if others else bearer


def _lenient(one: Requirement) -> Text:
    said: list[Message] = []
    if one.waivable_by:
        said.append(_("may be set aside by: {authority}", authority=_authority(one.waivable_by)))
    if one.conditional_by:
        said.append(_("may be met on condition, for a time, by: {authority}", authority=_authority(one.conditional_by)))
    return ", ".join(str(part) for part in said)


def _authority(name: str) -> Text:
    return next((words_ for role, words_ in ROLE_WORDS.items() if role.value == name), Message(name))


def _asked(programme: Programme, one: Requirement) -> Text:
    said: list[Message] = []
    if one.each is Each.RESIDENCE and programme.residence is not None:
        rule = programme.residence
        said.append(
            _(
                "for each country lived in for {months} months or more since the age of {age}",
                months=rule.months,
                age=rule.since_age,
            )
        )
    elif one.each is Each.MODULE:
        said.append(_("for each module"))
    if one.when is not None:
        said.append(wording.condition(programme, one.when))
    earlier = [str(found[1].label) for name in one.after if (found := programme.requirement(name)) is not None]
    if earlier:
        said.append(_("after {requirements}", requirements=", ".join(earlier)))
    return "; ".join(str(part) for part in said)


def _modules(programme: Programme) -> tuple[Fact, ...]:
    return tuple(
        Fact(module.label, _n("{count} minute", "{count} minutes", module.minutes)) for module in programme.curriculum
    )
