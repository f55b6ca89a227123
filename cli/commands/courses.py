"""predeparture course: courses, how far each is, and the attendance of a session from a file."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import Conflict, NotFound
from basis.messages import _
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened, read_file

if TYPE_CHECKING:
    from casework.database import Database
    from casework.training.closing import Result
    from casework.training.course_queries import CourseLine, Participant
    from casework.training.course_tables import CourseSession

app = typer.Typer(no_args_is_help=True, help=str(_("Courses: places, attendance, and what they come to.")))

Code = Annotated[str, typer.Argument(metavar="CODE", help=str(_("The course's code.")))]


@app.command("list", help=str(_("The courses, those under way as they begin, then those that are over.")))
def list_all(
    under_way: Annotated[bool, typer.Option("--under-way", help=str(_("Only planned and running ones.")))] = False,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.training import course_queries
    from casework.training.rules import UNDER_WAY, CourseState

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        found = course_queries.listed(session, actor, UNDER_WAY)
        if not under_way:
            found += course_queries.listed(session, actor, frozenset(CourseState) - UNDER_WAY)
    shapes = [_shape(one) for one in found]
    if as_json:
        emit("courses", courses=shapes)
        return
    keys = ("code", "title", "programme", "provider", "state", "begins_on", "ends_on", "places", "taken", "waiting")
    titles = (_("Code"), _("Title"), _("Programme"), _("Provider"), _("Status"), _("First day"), _("Last day"))
    table((*titles, _("Places"), _("Taken"), _("Waiting")), [tuple(one[key] for key in keys) for one in shapes])


@app.command("show", help=str(_("One course: its sessions, and how far everybody is by the programme's rule.")))
def show(code: Code, as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.training import closing, course_queries

    installation = opened()
    actor, database = acting(installation, as_account), installation.database
    with database.read() as session:
        course = course_queries.by_code(session, actor, code)
        shape = _shape(course_queries.line(session, course))
        sessions = course_queries.sessions(session, course.id)
        people = course_queries.participants(session, course.id)
        standing = closing.standing(session, installation.catalogue, course, database.now())
    results = {one.participant.enrolment.id: one for one in standing.results}
    shape["sessions"] = [_session(database, one) for one in sessions]
    shape["participants"] = [_participant(one, results.get(one.enrolment.id)) for one in people]
    shape["hindrances"] = [str(one) for one in standing.hindrances]
    if as_json:
        emit("course", **shape)
        return
    line(" · ".join(str(shape[key]) for key in ("code", "title", "programme", "provider", "state")))
    table(
        (_("Day"), _("From"), _("To"), _("Module"), _("Recorded")),
        [(one["day"], one["from"], one["to"], one["module"], _("yes") if one["recorded"] else _("no"))
         for one in shape["sessions"]],
    )  # fmt: skip
    table(
        (_("Case"), _("Status"), _("Attended"), _("Held"), _("Per cent"), _("Passes")),
        [(one["case"], one["state"], one["minutes_attended"], one["minutes_held"], one["percent"],
          _("yes") if one["passes"] else _("no")) for one in shape["participants"]],
    )  # fmt: skip
    for said in shape["hindrances"]:
        line(said, Sign.WARNING)


@app.command("attendance", help=str(_("Record the attendance of a session from a list (CSV or Excel).")))
def attendance(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=str(_("Case, attendance, minutes late.")))],
    code: Annotated[str, typer.Option("--course", metavar="CODE", help=str(_("The course's code.")))],
    day: Annotated[datetime, typer.Option("--day", formats=["%Y-%m-%d"], help=str(_("The day of the session.")))],
    begins: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%H:%M"], help=str(_("When it began, if there were several that day."))),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="CODE", help=str(_("Why a closed course is corrected.")))
    ] = "",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.batches.rules import MAX_BYTES
    from casework.batches.sheets import sheet_json
    from casework.training import course_queries, lists

    installation = opened()
    actor, database = acting(installation, as_account), installation.database
    data = read_file(file, MAX_BYTES)
    with database.read() as session:
        course = course_queries.by_code(session, actor, code)
        sessions = course_queries.sessions(session, course.id)
    meeting = _chosen(database, sessions, day, begins.time() if begins else None)
    taken = database.run(actor, lists.take_attendance, installation.catalogue, meeting.id, data, file.name, reason)
    shape = {**sheet_json(taken.sheet, "course-attendance"), "recorded": taken.recorded}
    if as_json:
        emit("course-attendance", **{name: value for name, value in shape.items() if name != "schema"})
    else:
        good, total = len(taken.sheet.rows), taken.sheet.total
        line(_("{good} of {total} rows are good, {new} are new and recorded.", good=good, total=total,
               new=taken.recorded), Sign.GOOD)  # fmt: skip
        table(
            (_("Row"), _("Column"), _("Finding"), _("How to mend it")),
            [(one.row, one.column, one.message, one.fix) for one in taken.sheet.findings],
        )
    if taken.sheet.errors:
        raise typer.Exit(FINDINGS)


def _chosen(database: Database, sessions: list[CourseSession], day: datetime, begins: time | None) -> CourseSession:
    that_day = [one for one in sessions if database.day_of(one.starts_at) == day.date()]
    if begins is not None:
        that_day = [one for one in that_day if one.starts_at.astimezone(database.zone).time() == begins]
    if not that_day:
        raise NotFound(
            "session", _("The course has no session then."), _("List them with: predeparture course show CODE.")
        )
    if len(that_day) > 1:
        raise Conflict("several_sessions", _("The course has several sessions that day."), _("Add --from HH:MM."))
    return that_day[0]


def _shape(one: CourseLine) -> dict[str, Any]:
    from casework.training.rules import EnrolmentState

    row = one.course
    texts = ("code", "title", "subject", "language", "from_level", "to_level", "hours", "place", "online")
    return {
        **{name: getattr(row, name) for name in texts},
        "programme": row.programme_id,
        "provider": one.provider.name,
        "state": row.state.value,
        "begins_on": row.begins_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "places": row.capacity,
        "taken": one.counts.get(EnrolmentState.ENROLLED, 0) + one.counts.get(EnrolmentState.COMPLETED, 0),
        "waiting": one.counts.get(EnrolmentState.WAITING, 0),
        "dropped": one.counts.get(EnrolmentState.DROPPED, 0),
        "passed": one.passed,
    }


def _session(database: Database, one: CourseSession) -> dict[str, Any]:
    starts, ends = (instant.astimezone(database.zone) for instant in (one.starts_at, one.ends_at))
    return {
        "day": starts.date().isoformat(),
        "from": f"{starts:%H:%M}",
        "to": f"{ends:%H:%M}",
        "module": one.module,
        "topic": one.topic,
        "recorded": one.marked_at is not None,
    }


def _participant(one: Participant, result: Result | None) -> dict[str, Any]:
    attended = result.outcome.attended if result else None
    return {
        "case": one.case.reference,
        "state": one.enrolment.state.value,
        "reason": one.enrolment.reason,
        "minutes_attended": attended.attended if attended else 0,
        "minutes_held": attended.held if attended else 0,
        "percent": attended.percent if attended else 0,
        "asked_percent": result.outcome.asked if result else 0,
        "final": result.outcome.assessed.value if result else "",
        "passes": result.outcome.passed if result else False,
        "level": result.level if result else "",
    }
