"""predeparture case diary: when the worker of a case is expected where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from basis.messages import _, _n
from cli.console import Sign, emit, line, table
from cli.opening import AsAccount, AsJson, acting, find_case, opened

if TYPE_CHECKING:
    from casework.diary.tables import Booking

Reference = Annotated[str, typer.Argument(metavar="CASE", help=str(_("The case's reference.")))]


def diary(reference: Reference, as_account: AsAccount = "", as_json: AsJson = False) -> None:
    from casework.cases.changes import office_of
    from casework.diary import notices, queries
    from casework.diary.rules import KIND_WORDS, STATE_WORDS, shows

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        case = find_case(session, actor, reference)
        zone = ZoneInfo(office_of(session, case).time_zone)
        found = [row for row in queries.of_case(session, case.id) if shows(actor.role, row.kind)]
        waiting = notices.untold_of(session, case.id, installation.database.now())
    untold = sum(shows(actor.role, row.kind) for _notice, row in waiting)
    if as_json:
        emit("diary", case=case.reference, untold=untold, bookings=[_shape(row, zone) for row in found])
        return
    cells = [
        (_when(row, zone), str(KIND_WORDS[row.kind]), row.place or (str(_("online")) if row.online else ""),
         str(STATE_WORDS[row.state]))
        for row in found
    ]  # fmt: skip
    table((_("When"), _("What"), _("Where"), _("State")), cells)
    line(_n("{count} booking.", "{count} bookings.", len(found)))
    if untold:
        line(_n("Tell the worker: {count} thing.", "Tell the worker: {count} things.", untold), Sign.WARNING)


def _when(row: Booking, zone: ZoneInfo) -> str:
    starts, ends = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    return f"{starts:%Y-%m-%d}" if row.whole_day else f"{starts:%Y-%m-%d %H:%M}-{ends:%H:%M}"


def _shape(row: Booking, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind.value,
        "state": row.state.value,
        "starts_at": row.starts_at.astimezone(zone).isoformat(),
        "ends_at": row.ends_at.astimezone(zone).isoformat(),
        "whole_day": row.whole_day,
        "place": row.place,
        "online": row.online,
        "sequence": row.sequence,
        "cancel_reason": row.cancel_reason or None,
    }


def add_to(app: typer.Typer) -> None:
    """Hang the command under ``case``."""
    app.command("diary", help=str(_("When the worker is expected where, what came of it, and whether mail reached.")))(
        diary
    )
