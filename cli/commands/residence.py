"""predeparture case residence: where a worker has lived, what is missing in it, and which papers follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.messages import _
from cli.commands import countries
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, find_case, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.workers.residence import HistoryFinding
    from casework.workers.service import Stay


def residence(
    reference: Annotated[str, typer.Argument(metavar="CASE", help=str(_("The case's reference.")))],
    add: Annotated[
        str,
        typer.Option("--add", metavar="STAY", help=str(_("country:from/until, no until while it lasts: XK:1990-05/"))),
    ] = "",
    source: Annotated[str, typer.Option("--source", help=str(_("What shows the stay that is added.")))] = "",
    remove: Annotated[
        int, typer.Option("--remove", metavar="ROW", min=0, show_default=False, help=str(_("Take out this row.")))
    ] = 0,
    as_account: AsAccount = "",
    as_json: AsJson = False,
) -> None:
    from casework.accounts.rules import Permission, require
    from casework.cases import facts
    from casework.cases import residence as history
    from casework.cases.pinned import programme_of
    from casework.workers.residence import examine, in_order
    from checklists.residence import country_reasons

    installation = opened()
    actor = acting(installation, as_account)
    require(actor.role, Permission.SEE_IDENTITY)
    with installation.database.read() as session:
        case = find_case(session, actor, reference)
    if add:
        written = _stay(add, source)
        installation.database.run(actor, history.add_stay, installation.catalogue, case.id, written)
    if remove:
        installation.database.run(actor, history.remove_stay, installation.catalogue, case.id, remove - 1)
    today = installation.database.today()
    data = installation.database.run(actor, history.look, case.id)
    with installation.database.read() as session:
        known = facts.load(session, [case])[case.id]
    rows = in_order(data.residences)
    found = examine(rows, data.birth_date, today)
    reasons = country_reasons(programme_of(installation.catalogue, case), known, today)
    if as_json:
        emit("residence", case=case.reference, stays=[_shape(one) for one in rows],
             findings=[_finding(one) for one in found], countries=countries.shape(reasons))  # fmt: skip
    else:
        _show(rows, found)
        countries.show(reasons)
    if found:
        raise typer.Exit(FINDINGS)


def _stay(text: str, source: str) -> Stay:
    from casework.workers.residence import stay

    country, _colon, when = text.partition(":")
    since, _slash, until = when.partition("/")
    return stay(country, since.strip(), until.strip(), source)


def _shape(one: Stay) -> dict[str, Any]:
    from casework.workers.residence import since_words, until_words

    return {
        "country": one.country,
        "since": since_words(one),
        "until": until_words(one) or None,
        "first": one.since.isoformat(),
        "last": one.until.isoformat() if one.until else None,
        "source": one.source,
    }


def _finding(one: HistoryFinding) -> dict[str, Any]:
    return {
        "code": one.fault.value,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "rows": [row + 1 for row in one.rows],
        "message": str(one.message),
    }


def _show(rows: Sequence[Stay], found: Sequence[HistoryFinding]) -> None:
    shapes = [_shape(one) for one in rows]
    table(
        (_("Row"), _("Country"), _("From"), _("To"), _("Shown by")),
        [
            (number, one["country"], one["since"], one["until"] or _("today"), one["source"])
            for number, one in enumerate(shapes, start=1)
        ],
    )
    for one in found:
        line(one.message, Sign.WARNING)
    if not rows:
        line(_("No stay is recorded."), Sign.WARNING)
    elif not found:
        line(_("The history has no gaps and no overlaps."), Sign.GOOD)


def add_to(app: typer.Typer) -> None:
    """Hang the command under ``case``."""
    app.command(
        "residence",
        help=str(_("Where the worker has lived; add or take out a stay. Exit status 1 on gaps and overlaps.")),
    )(residence)
