"""predeparture session: orientation sessions, and their lists from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from basis.messages import _
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened, read_file

if TYPE_CHECKING:
    from casework.orientation.lists import Handed

app = typer.Typer(no_args_is_help=True, help=str(_("Orientation sessions: places, lists of participants, attendance.")))

Code = Annotated[str, typer.Argument(metavar="CODE", help=str(_("The session's code.")))]
Given = Annotated[str, typer.Option("--session", metavar="CODE", help=str(_("The session's code.")))]


@app.command("list", help=str(_("The sessions that are ahead or not closed yet, or those that are over.")))
def list_all(
    past: Annotated[bool, typer.Option("--past", help=str(_("Those that are over.")))] = False,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.orientation import queries

    installation = opened()
    actor, database = acting(installation, as_account), installation.database
    with database.read() as session:
        found, _total = queries.listed(session, actor, database.now(), past=past, limit=10_000)
        shapes = [queries.session_json(one, ()) for one in found]
    if as_json:
        emit("sessions", sessions=[{name: value for name, value in one.items() if name != "parts"} for one in shapes])
        return
    keys = ("code", "provider", "state", "destination", "capacity", "enrolled", "waiting", "came")
    titles = (_("Code"), _("Provider"), _("Status"), _("Country"), _("Places"))
    table((*titles, _("Enrolled"), _("Waiting"), _("Came")), [tuple(one[key] for key in keys) for one in shapes])


@app.command("show", help=str(_("One session: its days and modules, and who is on its list, by case.")))
def show(code: Code, as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.orientation import queries, sessions

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        row = sessions.by_code(session, actor, code)
        shape = queries.session_json(queries.one(session, row), sessions.parts_of(session, row.id))
        shape["participants"] = [queries.person_json(one) for one in queries.people(session, row)]
    if as_json:
        emit("session", **shape)
        return
    line(" · ".join(str(shape[key]) for key in ("code", "provider", "state", "destination", "place")))
    table(
        (_("Day"), _("From"), _("To"), _("Modules")),
        [(one["number"], one["starts_at"], one["ends_at"], ", ".join(one["modules"])) for one in shape["parts"]],
    )
    table(
        (_("Case"), _("Status"), _("Modules attended"), _("Points")),
        [(one["case"], one["state"], len(one["modules"]), one["points"]) for one in shape["participants"]],
    )


@app.command("enrol", help=str(_("Enrol whom a list of participants names (CSV or Excel).")))
def enrol(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=str(_("Case, date of birth.")))],
    code: Given,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.batches.rules import MAX_BYTES
    from casework.orientation import lists, sessions

    installation = opened()
    actor, database = acting(installation, as_account), installation.database
    sheet = lists.participants(read_file(file, MAX_BYTES), file.name, actor)
    with database.read() as session:
        row = sessions.by_code(session, actor, code)
    handed = database.run(actor, lists.enrol, installation.catalogue, row.id, sheet)
    say_handed("session-list", handed, as_json=as_json)


@app.command("attendance", help=str(_("Record who came, and points of the test, from a list (CSV or Excel).")))
def attendance(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=str(_("Case, identity, all modules or one each.")))],
    code: Given,
    out_of: Annotated[
        int | None, typer.Option("--out-of", min=1, metavar="POINTS", help=str(_("Points that there were.")))
    ] = None,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.batches.rules import MAX_BYTES
    from casework.orientation import lists, sessions

    installation = opened()
    actor, database = acting(installation, as_account), installation.database
    data = read_file(file, MAX_BYTES)
    with database.read() as session:
        row = sessions.by_code(session, actor, code)
    named = {module.id: module.label for one in row.programmes for module in installation.catalogue.get(one).curriculum}
    sheet = lists.attendance(data, file.name, row, named)
    handed = database.run(actor, lists.mark, installation.catalogue, row.id, sheet, out_of)
    say_handed("session-attendance", handed, as_json=as_json)


def say_handed(name: str, handed: Handed, *, as_json: bool) -> None:
    """What was taken from a list, and what was given back."""
    from casework.batches.sheets import sheet_json

    sheet, done = handed.sheet, handed.enrolled
    counts = {
        "enrolled": len(done.enrolled),
        "waiting": len(done.waiting),
        "recorded": handed.marked.rows,
        "repeated": len(done.repeated) + handed.marked.repeated,
    }
    if as_json:
        shape = sheet_json(sheet, name)
        emit(name, **{key: value for key, value in shape.items() if key != "schema"}, **counts)
    else:
        line(_("{good} of {total} rows are good.", good=len(sheet.rows), total=sheet.total), Sign.GOOD)
        line(_("{enrolled} enrolled, {waiting} waiting, {recorded} recorded, {repeated} known before.", **counts))
        table(
            (_("Row"), _("Column"), _("Finding"), _("How to mend it")),
            [(one.row, one.column, one.message, one.fix) for one in sheet.findings],
        )
    if sheet.errors:
        raise typer.Exit(FINDINGS)
