"""predeparture screen: a name against the lists in use. Beside it hang `watchlist` and `mrz`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.messages import _, _n
from cli.commands import watch_lists, zones
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened

if TYPE_CHECKING:
    from casework.security.active import Match


def screen(
    name: Annotated[str, typer.Option("--name", help=str(_("The full name to look for.")))],
    born: Annotated[
        datetime | None, typer.Option("--born", formats=["%Y-%m-%d"], help=str(_("Birth date, where it is known.")))
    ] = None,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.accounts.rules import Permission, require
    from casework.security.active import active_lists, screen_name

    installation = opened()
    require(acting(installation, as_account).role, Permission.SCREEN)
    with installation.database.read() as session:
        lists = [source.descriptor for source in active_lists(session)]
        matches = screen_name(session, name, born.date() if born else None)
    found = [_match(one) for one in matches]
    if as_json:
        emit("screening", lists=[{"name": one["name"], "version": one["version"]} for one in lists], matches=found)
    else:
        line(_("Compared with: {lists}", lists="; ".join(f"{one['name']} {one['version']}" for one in lists)))
        _show_matches(found)
    if matches:
        raise typer.Exit(FINDINGS)


def _match(match: Match) -> dict[str, Any]:
    score = match.candidate.score
    return {
        "list": match.source.name,
        "version": match.source.version,
        "reference": match.candidate.entry.reference,
        "matched": score.matched.full if score.matched else "",
        "score": score.value,
        "reasons": [
            {"code": reason.code, "points": reason.points, "message": str(reason.message)} for reason in score.reasons
        ],
    }


def _show_matches(found: list[dict[str, Any]]) -> None:
    columns = {"list": _("List"), "reference": _("Reference"), "matched": _("Listed name"), "score": _("Score")}
    table(
        (*columns.values(), _("Why")),
        [
            (
                *(one[key] for key in columns),
                " ".join(f"{reason['message']} ({reason['points']:+})" for reason in one["reasons"]),
            )
            for one in found
        ],
    )
    count = len(found)
    if count:
        line(_n("{count} possible match; a person must look.", "{count} possible matches; a person must look.", count))
    else:
        line(_("No possible match."), Sign.GOOD)


def add_to(app: typer.Typer) -> None:
    """Hang the commands under the outermost one."""
    app.add_typer(watch_lists.app, name="watchlist")
    app.command("screen", help=str(_("Compare one name with the lists in use. Exit status 1 on a possible match.")))(
        screen
    )
    app.add_typer(zones.app, name="mrz")
