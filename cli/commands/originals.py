"""predeparture case originals: the papers of workers that the office answers for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import InvalidInput
from basis.messages import _, _n
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, find_case, opened

if TYPE_CHECKING:
    from datetime import date

    from sqlmodel import Session

    from casework.actor import Actor
    from casework.cases.tables import Case
    from casework.custody.tables import Original


def originals(
    reference: Annotated[
        str, typer.Argument(metavar="[CASE]", help=str(_("Only those of this case, also returned ones.")))
    ] = "",
    show: Annotated[
        str,
        typer.Option("--show", metavar="PART", help=str(_("open, overdue, requested, long, sent, returned, lost."))),
    ] = "",
    as_account: AsAccount = "",
    as_json: AsJson = False,
) -> None:
    installation = opened()
    actor, today = acting(installation, as_account), installation.database.today()
    if reference and show:
        raise InvalidInput(
            "which_originals", _("Both a case and a part of the list are named."), _("Give one of the two.")
        )
    with installation.database.read() as session:
        rows = _found(session, actor, reference, show, today)
        shapes = [_shape(session, row, case, today) for row, case in rows]
    late = sum(one["overdue"] for one in shapes)
    if as_json:
        emit("originals", overdue=late, originals=shapes)
    else:
        columns = ("case", "paper", "state", "place", "received_on", "there_since", "act_by")
        heads = (_("Case"), _("Paper"), _("State"), _("Where"), _("Handed over"), _("Since"), _("By"))
        table(heads, [tuple(one[name] for name in columns) for one in shapes])
        line(_n("{count} original, {late} overdue.", "{count} originals, {late} overdue.", len(shapes), late=late),
             Sign.BAD if late else None)  # fmt: skip
    if late:
        raise typer.Exit(FINDINGS)


def _found(session: Session, actor: Actor, reference: str, show: str, today: date) -> list[tuple[Original, Case]]:
    from casework.custody import queries
    from casework.custody.queries import Show

    if reference:
        case = find_case(session, actor, reference)
        return [(row, case) for row in queries.of_case(session, actor, case.id)]
    if show and show not in set(Show):
        raise InvalidInput(
            "unknown_filter",
            _("The list has no part {part}.", part=show),
            _("Choose one of: {parts}.", parts=", ".join(Show)),
        )
    lines, _total = queries.listed(session, actor, Show(show or Show.OPEN), today, limit=None)
    return [(one.row, one.case) for one in lines]


def _shape(session: Session, row: Original, case: Case, today: date) -> dict[str, Any]:
    from casework.custody import queries

    days = queries.days_of(row)
    steps = queries.steps_of(session, [row.id])[row.id]
    return {
        "case": case.reference,
        "id": str(row.id),
        "paper": row.title or row.kind,
        "state": row.state.value,
        "place": row.place,
        "received_on": row.received_on.isoformat(),
        "there_since": row.there_since.isoformat(),
        "requested_on": row.requested_on.isoformat() if row.requested_on else None,
        "act_by": days[0].isoformat() if days else None,
        "overdue": bool(days) and days[0] < today,
        "steps": [{"step": one.step.value, "on": one.happened_on.isoformat(), "place": one.place} for one in steps],
    }


def add_to(app: typer.Typer) -> None:
    """Hang the command under ``case``."""
    app.command(
        "originals", help=str(_("Papers of workers that the office holds; exit status 1 where one is overdue."))
    )(originals)
