"""predeparture programme places: what is left of a programme's quotas."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from basis import countries
from basis.messages import _
from cli.console import emit, line, table
from cli.opening import AsAccount, AsJson, acting, opened

if TYPE_CHECKING:
    from casework.programmes.places import QuotaUse


def places(
    programme: Annotated[str, typer.Argument(metavar="ID", help=str(_("The programme's id.")))],
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help=str(_("The day; without it today.")))
    ] = None,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.programmes.places import uses

    installation = opened()
    actor = acting(installation, as_account)
    day = on.date() if on else installation.database.today()
    found = installation.catalogue.get(programme, on=day)
    with installation.database.read() as session:
        quotas = uses(session, actor, found, day)
    if as_json:
        emit("programme-places", programme=found.id, version=found.version, on=day.isoformat(), quotas=_shape(quotas))
        return
    line(f"{found.label} · {found.id} {found.version} · {day.isoformat()}")
    if not quotas:
        line(_("The programme has no quota."))
        return
    table(
        (_("Quota"), _("Nationality"), _("Until"), _("Taken"), _("Left"), _("This month"), _("Of the country")),
        [
            (
                use.quota.label,
                countries.name(nationality) if nationality else _("others") if use.quota.countries else _("all"),
                use.quota.until.isoformat(),
                use.taken,
                _left(room.left),
                _left(room.left_this_month),
                _left(room.left_for_country),
            )
            for use in quotas
            for nationality, room in use.rooms.items()
        ],
    )
    line(_("Counted are the cases of this installation; the authority that gives the places counts all."))


def _left(count: int | None) -> str:
    return str(_("not known")) if count is None else str(count)


def _shape(quotas: list[QuotaUse]) -> list[dict[str, object]]:
    return [
        {
            "id": use.quota.id,
            "from": use.quota.since.isoformat(),
            "until": use.quota.until.isoformat(),
            "taken": use.taken,
            "left": [
                {
                    "nationality": nationality,
                    "places": room.left,
                    "this_month": room.left_this_month,
                    "of_country": room.left_for_country,
                    "next_month_opens": room.next_month_opens.isoformat() if room.next_month_opens else None,
                }
                for nationality, room in use.rooms.items()
            ],
        }
        for use in quotas
    ]


def add_to(app: typer.Typer) -> None:
    app.command("places", help=str(_("What is left of the quotas of a programme, by nationality.")))(places)
