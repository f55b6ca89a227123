"""predeparture follow-up list | record: what is due of all who are followed up, and check-ins by a list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import InvalidInput
from basis.messages import _, _n
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened, read_file

if TYPE_CHECKING:
    from casework.followups.lists import DueLine

app = typer.Typer(
    no_args_is_help=True,
    help=str(_("Check-ins after the preparation: what is due over all cases, and records by a list.")),
)

_MOST = 1000


@app.command("list", help=str(_("What is open of all who are followed up, by the day it is due.")))
def due(
    part: Annotated[str, typer.Option("--due", metavar="PART", help=str(_("overdue, week or month.")))] = "",
    what: Annotated[str, typer.Option("--what", metavar="KIND", help=str(_("check_in or stage.")))] = "",
    programme: Annotated[str, typer.Option("--programme", metavar="ID", help=str(_("Only this programme.")))] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=_MOST, help=str(_("How many lines are shown.")))] = 100,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.followups import lists
    from casework.followups.lists import Due, DueFilter, What

    asked = DueFilter(
        due=Due(_one_of(part, [one.value for one in Due])) if part else None,
        what=What(_one_of(what, [one.value for one in What])) if what else None,
        programme=programme,
    )
    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        found = lists.due(session, actor, asked, installation.database.today(), offset=0, limit=limit)
    rows = [_row(one) for one in found.lines]
    if as_json:
        emit("follow-ups-due", total=found.total, lines=rows)
        return
    line(_n("{count} line", "{count} lines", found.total))
    keys = ("case", "programme", "stage", "asked", "actor", "due_on")
    titles = (_("Case"), _("Programme"), _("Stage"), _("Asked"), _("By"), _("Due"))
    table(titles, [tuple(one[key] for key in keys) for one in rows])


@app.command("record", help=str(_("Record the check-ins of a list (CSV or XLSX); bad rows are given back.")))
def record(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=str(_("The list.")))],
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.batches.check import finding_json
    from casework.batches.rules import MAX_BYTES
    from casework.followups import by_list

    data = read_file(file, MAX_BYTES)
    installation = opened()
    actor = acting(installation, as_account)
    made = installation.database.run(actor, by_list.take_list, installation.catalogue, data, file.name)
    findings = [finding_json(one) for one in made.sheet.findings]
    if as_json:
        emit("check-ins", taken=made.taken, known=made.known, findings=findings)
    else:
        said = _(
            "{taken} recorded, {known} were there already, {bad} given back.",
            taken=made.taken,
            known=made.known,
            bad=made.sheet.total - made.taken - made.known,
        )
        line(said, Sign.BAD if made.sheet.errors else Sign.GOOD)
        table(
            (_("Row"), _("Finding"), _("How to mend it")),
            [(one["row"], one["message"], one["fix"]) for one in findings],
        )
    if made.sheet.errors:
        raise typer.Exit(FINDINGS)


def _one_of(given: str, known: list[str]) -> str:
    if given not in known:
        raise InvalidInput(
            "unknown_filter", _("There is no such filter."), _("Use one of: {names}.", names=", ".join(known))
        )
    return given


def _row(one: DueLine) -> dict[str, Any]:
    task = one.task
    return {
        "case": one.case.reference,
        "programme": one.case.programme_id,
        "stage": task.stage,
        "asked": task.requirement,
        "status": task.status,
        "actor": task.actor,
        "due_on": task.due_on.isoformat() if task.due_on else None,
    }
