"""predeparture case track | follow-up | plan: what is decided for one case, and what lies ahead of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import InvalidInput
from basis.messages import _
from cli.commands import countries, diary, medical, originals, qualifications, residence
from cli.commands.cases import is_hidden
from cli.console import Sign, emit, line, table
from cli.opening import AsAccount, AsJson, acting, find_case, opened

if TYPE_CHECKING:
    from casework.actor import Actor
    from casework.cases.tables import Case
    from casework.followups.rules import AskedFollowUp, FollowUpHow
    from casework.followups.tables import FollowUpRow
    from checklists.schedule import Plan, PlanItem, PlanStage
    from documents.installation import Installation

_DAY = ["%Y-%m-%d"]
Reference = Annotated[str, typer.Argument(metavar="CASE", help=str(_("The case's reference.")))]


def track(
    reference: Reference,
    to: Annotated[str, typer.Argument(metavar="TRACK", help=str(_("The id of the new track, for example home.")))],
    reason: Annotated[str, typer.Option("--reason", metavar="CODE", help=str(_("Why; a wrong code lists them all.")))],
    authority: Annotated[
        str, typer.Option("--authority", help=str(_("The person or office that decided it, if not you.")))
    ] = "",
    departure: Annotated[
        datetime | None,
        typer.Option("--departure", formats=_DAY, help=str(_("Planned departure, where the new track departs."))),
    ] = None,
    destination: Annotated[
        str,
        typer.Option("--destination", metavar="CC", help=str(_("Where to, if the programme leads to several."))),
    ] = "",
    as_account: AsAccount = "",
) -> None:
    from casework.cases import tracks
    from casework.cases.rules import TRACK_REASONS

    if reason not in TRACK_REASONS:
        raise InvalidInput(
            "unknown_reason",
            _("There is no reason {code}.", code=reason),
            _("Choose one of: {codes}.", codes=", ".join(TRACK_REASONS)),
        )
    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        case_id = find_case(session, actor, reference).id
    command = tracks.ChangeTrack(
        case_id=case_id,
        track=to,
        reason=reason,
        authority=authority,
        planned_departure=departure.date() if departure else None,
        destination=destination.upper(),
    )
    changed = installation.database.run(actor, tracks.change_track, installation.catalogue, command)
    line(
        _(
            "{case} is on the track {track} now; before it was {before}.",
            case=reference,
            track=to,
            before=changed.from_track,
        ),
        Sign.GOOD,
    )


def follow_up(
    reference: Reference,
    name: Annotated[
        str, typer.Argument(metavar="[ID]", help=str(_("The follow-up to record; without it they are listed.")))
    ] = "",
    outcome: Annotated[str, typer.Option("--outcome", metavar="CODE", help=str(_("What came out of it.")))] = "",
    on: Annotated[
        datetime | None, typer.Option("--on", formats=_DAY, help=str(_("When it was made; without it today.")))
    ] = None,
    how: Annotated[
        str, typer.Option("--how", metavar="HOW", help=str(_("visit, call, message, report or meeting.")))
    ] = "",
    again: Annotated[
        datetime | None,
        typer.Option("--again", formats=_DAY, help=str(_("The outcome is open: it is asked for again on this day."))),
    ] = None,
    note: Annotated[str, typer.Option("--note", help=str(_("A note, kept sealed.")))] = "",
    withdraw: Annotated[
        str, typer.Option("--withdraw", metavar="REASON", help=str(_("Take the record back, for this reason.")))
    ] = "",
    as_account: AsAccount = "",
    as_json: AsJson = False,
) -> None:
    from casework.followups import service as followups

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        case = find_case(session, actor, reference)
    if not name:
        if outcome or withdraw:
            raise InvalidInput("missing_value", _("It is not said which follow-up."), _("Give its id after the case."))
        _list_follow_ups(installation, actor, case, as_json=as_json)
        return
    if bool(outcome) == bool(withdraw):
        raise InvalidInput(
            "missing_value", _("It is not said what came out of it."), _("Give --outcome or --withdraw.")
        )
    if withdraw:
        row = _made(installation, case, name)
        installation.database.run(actor, followups.withdraw, installation.catalogue, row.id, withdraw)
        line(_("{name} was taken back.", name=name), Sign.GOOD)
        return
    command = followups.RecordFollowUp(
        case_id=case.id,
        follow_up=name,
        outcome=outcome,
        happened_on=on.date() if on else installation.database.today(),
        how=_how(how),
        next_on=again.date() if again else None,
        note=note,
    )
    installation.database.run(actor, followups.record, installation.catalogue, command)
    line(_("{name} was recorded.", name=name), Sign.GOOD)


def _how(given: str) -> FollowUpHow | None:
    from casework.followups.rules import FollowUpHow

    known = [one.value for one in FollowUpHow]
    if given and given not in known:
        raise InvalidInput(
            "unknown_how",
            _("It is not said how the follow-up was made."),
            _("Use one of: {names}.", names=", ".join(known)),
        )
    return FollowUpHow(given) if given else None


def _asked(installation: Installation, case: Case) -> list[tuple[AskedFollowUp, FollowUpRow | None]]:
    from casework.cases import facts
    from casework.cases.pinned import programme_of
    from casework.followups import queries

    programme = programme_of(installation.catalogue, case)
    with installation.database.read() as session:
        asked = queries.asked(session, programme, case, facts.load(session, [case])[case.id])
        made = {row.follow_up: row for row in queries.made(session, case.id)}
    return [(one, made.get(one.follow_up.id)) for one in asked]


def _made(installation: Installation, case: Case, name: str) -> FollowUpRow:
    found = next((row for one, row in _asked(installation, case) if one.follow_up.id == name and row), None)
    if found is None:
        raise InvalidInput(
            "not_recorded",
            _("The follow-up {name} is not recorded in this case.", name=name),
            _("List them with: predeparture case follow-up {case}.", case=case.reference),
        )
    return found


def _list_follow_ups(installation: Installation, actor: Actor, case: Case, *, as_json: bool) -> None:
    from casework.followups.service import may_read

    found: list[dict[str, Any]] = [
        {
            "follow_up": one.follow_up.id,
            "title": str(one.follow_up.label),
            "who": one.who.value,
            "due_on": one.due_on.isoformat(),
            "state": one.state.value,
            "happened_on": row.happened_on.isoformat() if row else None,
            "how": row.how.value if row and row.how else "",
            "outcome": row.outcome if row and may_read(actor.role, one.who) else "",
            "again_on": row.next_on.isoformat() if row and row.next_on else None,
            "outcomes": list(one.follow_up.outcomes),
        }
        for one, row in _asked(installation, case)
    ]
    if as_json:
        emit("follow-ups", case=case.reference, follow_ups=found)
        return
    if not found:
        line(_("No follow-up is asked for in this case so far."))
    table(
        (_("Follow-up"), _("Title"), _("By"), _("Due"), _("State"), _("Made on"), _("Outcome")),
        [
            tuple(one[key] for key in ("follow_up", "title", "who", "due_on", "state", "happened_on", "outcome"))
            for one in found
        ],
    )


def plan(reference: Reference, as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.accounts.rules import Permission, may
    from casework.cases import facts
    from casework.cases.pinned import programme_of
    from checklists.residence import country_reasons
    from checklists.schedule import plan as plan_case

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        case = find_case(session, actor, reference)
        programme = programme_of(installation.catalogue, case)
        known = facts.load(session, [case])[case.id]
        if is_hidden("security", actor.role):
            known = facts.before_screening(programme, known)
        today = installation.database.today()
        found = plan_case(programme, known, today)
    kinds = {stage.id: stage.kind.value for stage in programme.stages}
    shape = _plan(case, found, kinds, actor)
    reasons = country_reasons(programme, known, today) if may(actor.role, Permission.SEE_IDENTITY) else ()
    if as_json:
        emit("plan", **shape, countries=countries.shape(reasons))
    else:
        _print_plan(shape)
        countries.show(reasons)


def _plan(case: Case, found: Plan, kinds: dict[str, str], actor: Actor) -> dict[str, Any]:
    hidden = {stage for stage, kind in kinds.items() if is_hidden(kind, actor.role)}
    return {
        "case": case.reference,
        "track": case.track,
        "on": found.on.isoformat(),
        "departure": _day(found.departure),
        "earliest_departure": _day(found.earliest_departure),
        "earliest_completion": found.earliest_completion.isoformat(),
        "late_by": found.late_by,
        "critical_path": [
            {"stage": step.stage, "requirement": "" if step.stage in hidden else step.requirement}
            for step in found.critical_path
        ],
        "stages": [_planned_stage(stage, hidden=stage.stage in hidden) for stage in found.stages],
    }


def _planned_stage(stage: PlanStage, *, hidden: bool) -> dict[str, Any]:
    return {
        "stage": stage.stage,
        "title": str(stage.title),
        "done": stage.done,
        "earliest": stage.earliest.isoformat(),
        "start_by": _day(stage.start_by),
        "latest": _day(stage.latest),
        "slack": stage.slack,
        "critical": stage.critical,
        "risk": str(stage.risk) if stage.risk else "",
        "requirements": [] if hidden else [_planned_item(item) for item in stage.items],
    }


def _planned_item(item: PlanItem) -> dict[str, Any]:
    return {
        "requirement": item.requirement,
        "subject": item.subject,
        "title": str(item.title),
        "status": item.status.value,
        "done": item.done,
        "earliest": item.earliest.isoformat(),
        "useful_from": _day(item.useful_from),
        "start_by": _day(item.start_by),
        "latest": _day(item.latest),
        "slack": item.slack,
        "critical": item.critical,
        "risk": str(item.risk) if item.risk else "",
    }


def _print_plan(shape: dict[str, Any]) -> None:
    if shape["departure"] is None and shape["earliest_departure"] is None:
        line(_("{case}: every stage can be signed off on {day}.", case=shape["case"], day=shape["earliest_completion"]))
    elif shape["late_by"]:
        line(
            _(
                "{case}: the departure on {planned} cannot be kept; {earliest} is the first day.",
                case=shape["case"],
                planned=shape["departure"],
                earliest=shape["earliest_departure"],
            ),
            Sign.BAD,
        )
    elif shape["departure"]:
        line(
            _(
                "{case}: departs on {planned}; {earliest} would be the first day.",
                case=shape["case"],
                planned=shape["departure"],
                earliest=shape["earliest_departure"] or "–",
            ),
            Sign.GOOD,
        )
    else:
        line(
            _(
                "{case}: can depart on {earliest} at the earliest.",
                case=shape["case"],
                earliest=shape["earliest_departure"],
            )
        )
    rows = []
    for stage in shape["stages"]:
        rows.append(_row(stage["title"], stage, None))
        rows += [
            _row(" ".join(filter(None, ("  ", item["title"], item["subject"]))), item, item["useful_from"])
            for item in stage["requirements"]
            if not item["done"]
        ]
    table(
        (
            _("Stage or requirement"),
            _("Earliest"),
            _("Useful from"),
            _("Begin by"),
            _("Latest"),
            _("Slack"),
            _("Critical"),
            _("Risk"),
        ),
        rows,
    )


def _row(title: str, one: dict[str, Any], useful_from: str | None) -> tuple[Any, ...]:
    if one["done"]:
        return title, _("there"), "", "", "", "", "", ""
    critical = _("yes") if one["critical"] else ""
    return title, one["earliest"], useful_from, one["start_by"], one["latest"], one["slack"], critical, one["risk"]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def add_to(app: typer.Typer) -> None:
    """Hang the commands under ``case``."""
    app.command("track", help=str(_("Put a case on another track, with the reason on record.")))(track)
    app.command("follow-up", help=str(_("The follow-ups of a case; record one, or take a record back.")))(follow_up)
    app.command("plan", help=str(_("What must be there by when: earliest and latest days, slack, critical path.")))(
        plan
    )
    diary.add_to(app)
    medical.add_to(app)
    originals.add_to(app)
    qualifications.add_to(app)
    residence.add_to(app)
