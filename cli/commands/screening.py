"""predeparture watchlist, screen, mrz: the lists in use, one name against them, one machine readable zone."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.messages import Message, _, _n
from cli.console import Sign, emit, line, progress, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened, read_file

if TYPE_CHECKING:
    from casework.evidence.mrz import Mrz
    from casework.security.active import Match

_MOST = 100 * 2**20

watchlist = typer.Typer(no_args_is_help=True, help=str(_("Watch lists: load a version, see which are in use.")))
mrz = typer.Typer(no_args_is_help=True, help=str(_("Machine readable zones of passports and cards.")))


class Format(StrEnum):
    """The formats of `casework.security.lists`, without what that module imports."""

    UN = "un"
    OFAC = "ofac"
    CSV = "csv"


@watchlist.command("load", help=str(_("Load a version of a list. The version before it goes out of use.")))
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=str(_("The whole list as published.")))],
    format: Annotated[
        Format, typer.Option("--format", help=str(_("UN Security Council XML, OFAC's SDN list, or our own CSV.")))
    ],
    name: Annotated[str, typer.Option("--name", help=str(_("Its name here; default the publisher's.")))] = "",
    at_least: Annotated[
        int | None, typer.Option("--at-least", min=1, help=str(_("Smallest size expected, when a list did shrink.")))
    ] = None,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.security import loading

    installation = opened()
    data = read_file(file, _MOST)
    actor = acting(installation, as_account)
    with progress(_("Loading the list")):
        loaded = installation.database.run(
            actor, lambda work: loading.load_list(work, data, format.value, name, at_least)
        )
    row = loaded.row
    if as_json:
        emit(
            "watchlist-load",
            outcome=loaded.outcome.value,
            name=row.name,
            version=row.version_label,
            entries=row.entry_count,
            sha256=row.sha256,
        )
        return
    line(_load_words(loaded.outcome.value, row.name, row.version_label, row.entry_count), Sign.GOOD)


def _load_words(outcome: str, name: str, version: str, entries: int) -> Message:
    if outcome == "unchanged":
        return _("{name} {version} is in use already; nothing was changed.", name=name, version=version)
    if outcome == "in_use_again":
        return _("{name} {version} was loaded before and is in use again.", name=name, version=version)
    return _n(
        "{name} {version} is in use, with {count} entry.",
        "{name} {version} is in use, with {count} entries.",
        entries,
        name=name,
        version=version,
    )


@watchlist.command("list", help=str(_("Every version of every list, those in use first.")))
def list_all(as_json: AsJson = False) -> None:
    from casework.security import loading

    installation = opened()
    with installation.database.read() as session:
        found: list[dict[str, Any]] = [
            {
                "name": row.name,
                "format": row.format,
                "version": row.version_label,
                "entries": row.entry_count,
                "active": row.active,
                "loaded_at": row.loaded_at.isoformat(),
                "sha256": row.sha256,
            }
            for row in loading.listed(session)
        ]
    if as_json:
        emit("watchlists", lists=found)
        return
    columns = {"name": _("List"), "version": _("Version"), "entries": _("Entries"), "loaded_at": _("Loaded")}
    table(
        (*columns.values(), _("State")),
        [(*(one[key] for key in columns), _("in use") if one["active"] else _("replaced")) for one in found],
    )


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


@mrz.command("check", help=str(_("Check the digits of a zone. Exit status 0 only when every digit holds.")))
def check(
    lines: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LINE]...",
            help=str(
                _(
                    "The two or three lines, each between quotation marks because of the < in them. Without lines they "
                    "are read from standard input, which keeps them out of the shell's history."
                )
            ),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from casework.evidence.mrz import parse

    given = lines or [text for text in sys.stdin.read().splitlines() if text.strip()]
    zone = parse(given, on=datetime.now().astimezone().date())
    if as_json:
        emit(
            "mrz",
            form=zone.form.value,
            digits_hold=zone.digits_hold,
            checks={name: verdict.value for name, verdict in zone.checks.items()},
            fields={name: str(value) if value is not None else None for name, value in _fields(zone).items()},
        )
    else:
        _show(zone)
    if not zone.digits_hold:
        raise typer.Exit(FINDINGS)


def _fields(zone: Mrz) -> dict[str, object]:
    names = "document_code issuer family_name given_names document_number nationality birth_date sex expires_on"
    return {name: getattr(zone, name) for name in [*names.split(), "optional_data"]}


def _show(zone: Mrz) -> None:
    from casework.evidence.mrz import Check

    for name, verdict in zone.checks.items():
        field = _FIELD_WORDS[name]
        if verdict is Check.VERIFIED:
            line(_("{field}: the check digit holds", field=field), Sign.GOOD)
        elif verdict is Check.REFUTED:
            line(_("{field}: the check digit does not hold", field=field), Sign.BAD)
        else:
            line(_("{field}: there is no check digit", field=field))
    if zone.digits_hold:
        line(_("{form}: every check digit holds.", form=zone.form.value), Sign.GOOD)
    else:
        line(_("{form}: the zone was misread or changed.", form=zone.form.value), Sign.BAD)


_FIELD_WORDS = {
    "document_number": _("document number"),
    "birth_date": _("birth date"),
    "expires_on": _("expiry date"),
    "optional_data": _("optional data"),
    "composite": _("whole zone"),
    "names": _("names"),
    "issuer": _("issuer"),
    "nationality": _("nationality"),
    "sex": _("sex"),
}


def add_to(app: typer.Typer) -> None:
    """Hang the commands under the outermost one."""
    app.add_typer(watchlist, name="watchlist")
    app.command("screen", help=str(_("Compare one name with the lists in use. Exit status 1 on a possible match.")))(
        screen
    )
    app.add_typer(mrz, name="mrz")
