"""predeparture watchlist: load a version of a list, see which there are, compare two."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _, _n
from cli.console import Sign, emit, line, progress, table
from cli.opening import AsAccount, AsJson, acting, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.security.loading import EntryChange
    from casework.security.tables import WatchList

app = typer.Typer(no_args_is_help=True, help=str(_("Watch lists: load a version, see which there are, compare two.")))


class Format(StrEnum):
    """The formats of `casework.security.lists`, without what that module imports."""

    UN = "un"
    OFAC = "ofac"
    EU = "eu"
    OPENSANCTIONS = "opensanctions"
    CSV = "csv"


class Kind(StrEnum):
    """`casework.security.loading.Change`, for the same reason."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


_KIND_WORDS = {Kind.ADDED: _("added"), Kind.CHANGED: _("changed"), Kind.REMOVED: _("removed")}


@app.command("load", help=str(_("Load a version of a list. The version before it goes out of use.")))
def load(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help=str(_("The whole list as published: its files, their folder, or a ZIP."))
        ),
    ],
    format: Annotated[
        Format,
        typer.Option(
            "--format",
            help=str(
                _("UN Security Council XML, OFAC's CSV files, EU XML, OpenSanctions' simple CSV, or our own CSV.")
            ),
        ),
    ],
    name: Annotated[str, typer.Option("--name", help=str(_("Its name here; default the publisher's.")))] = "",
    at_least: Annotated[
        int | None, typer.Option("--at-least", min=1, help=str(_("Smallest size expected, when a list did shrink.")))
    ] = None,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.security import lists, loading

    installation = opened()
    actor = acting(installation, as_account)
    with progress(_("Loading the list")):
        source = lists.of_paths(files)
        loaded = installation.database.run(
            actor, lambda work: loading.load_list(work, source, format.value, name, at_least)
        )
    row = loaded.row
    if as_json:
        emit("watchlist-load", outcome=loaded.outcome.value, missing=list(loaded.missing), **_version(row))
        return
    line(_load_words(loaded.outcome.value, row.name, row.version_label, row.entry_count), Sign.GOOD)
    if loaded.outcome is loading.LoadOutcome.LOADED:
        line(_counts(row.added, row.changed, row.removed))
    if loaded.missing:
        line(_("Not loaded, as they were not there: {files}.", files=", ".join(loaded.missing)), Sign.WARNING)


def _version(row: WatchList) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "name": row.name,
        "format": row.format,
        "version": row.version_label,
        "published_on": row.published_on.isoformat() if row.published_on else None,
        "entries": row.entry_count,
        "added": row.added,
        "changed": row.changed,
        "removed": row.removed,
        "active": row.active,
        "loaded_at": row.loaded_at.isoformat(),
        "loaded_by": row.loaded_by,
        "sha256": row.sha256,
    }


def _counts(added: int, changed: int, removed: int) -> Message:
    return _(
        "{added} entries added, {changed} changed, {removed} removed.", added=added, changed=changed, removed=removed
    )


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


@app.command("list", help=str(_("Every version of every list, those in use first.")))
def list_all(as_json: AsJson = False) -> None:
    from casework.accounts import queries as accounts
    from casework.security import loading

    installation = opened()
    with installation.database.read() as session:
        rows = loading.listed(session)
        people = accounts.people(session, {row.loaded_by for row in rows})
        found = [_version(row) for row in rows]
        for one in found:
            one["loaded_by"] = people[one["loaded_by"]].name if one["loaded_by"] in people else one["loaded_by"]
    if as_json:
        emit("watchlists", lists=found)
        return
    table(
        (
            _("List"),
            _("Version"),
            _("SHA-256"),
            _("Entries"),
            _("Added"),
            _("Changed"),
            _("Removed"),
            _("Loaded"),
            _("By"),
            _("State"),
        ),
        [
            (
                one["name"],
                one["version"],
                one["sha256"][:12],
                one["entries"],
                one["added"],
                one["changed"],
                one["removed"],
                f"{datetime.fromisoformat(one['loaded_at']):%Y-%m-%d %H:%M} UTC",
                one["loaded_by"],
                _("in use") if one["active"] else _("replaced"),
            )
            for one in found
        ],
    )


@app.command("diff", help=str(_("What one version of a list changed against another.")))
def diff(
    name: Annotated[str, typer.Argument(metavar="LIST", help=str(_("The list's name, as “watchlist list” shows it.")))],
    older: Annotated[
        str,
        typer.Option("--from", metavar="VERSION", help=str(_("Beginning of a SHA-256; default the version before."))),
    ] = "",
    newer: Annotated[
        str, typer.Option("--to", metavar="VERSION", help=str(_("Beginning of a SHA-256; default the one in use.")))
    ] = "",
    only: Annotated[Kind | None, typer.Option("--only", help=str(_("Show one kind of difference.")))] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help=str(_("So many differences at most.")))] = 50,
    offset: Annotated[int, typer.Option("--offset", min=0, help=str(_("Leave so many out at the beginning.")))] = 0,
    as_json: AsJson = False,
) -> None:
    from casework.security import loading
    from casework.security.loading import Change

    installation = opened()
    with installation.database.read() as session:
        versions = loading.versions_of(session, name)
        after = _chosen(versions, newer) if newer else next((row for row in versions if row.active), versions[0])
        before = _chosen(versions, older) if older else _before(versions, after)
        found = loading.diff(
            session, before.id, after.id, only=Change(only.value) if only else None, limit=limit, offset=offset
        )
        if as_json:
            emit(
                "watchlist-diff",
                older=_version(before),
                newer=_version(after),
                added=found.added,
                changed=found.changed,
                removed=found.removed,
                offset=offset,
                changes=[_change(one) for one in found.changes],
            )
            return
    line(_("{name}: from {older} to {newer}", name=name, older=before.version_label, newer=after.version_label))
    line(_counts(found.added, found.changed, found.removed))
    table(
        (_("Difference"), _("Reference"), _("Name"), _("What changed")),
        [
            (_KIND_WORDS[Kind(one.change.value)], one.reference, one.name, ", ".join(one.fields))
            for one in found.changes
        ],
    )


def _change(one: EntryChange) -> dict[str, Any]:
    from casework.security.lists import to_content

    return {
        "change": one.change.value,
        "reference": one.reference,
        "name": one.name,
        "fields": list(one.fields),
        "older": to_content(one.older) if one.older else None,
        "newer": to_content(one.newer) if one.newer else None,
    }


def _chosen(versions: Sequence[WatchList], begin: str) -> WatchList:
    found = [row for row in versions if row.sha256.startswith(begin.lower())]
    if len(found) != 1:
        raise InvalidInput(
            "unknown_version",
            _("{count} versions of this list have a SHA-256 that begins so.", count=len(found)),
            _("Give more of it; see the versions with: predeparture watchlist list --json."),
        )
    return found[0]


def _before(versions: Sequence[WatchList], row: WatchList) -> WatchList:
    for other in versions:
        if other.id == row.previous_id:
            return other
    raise NotFound(
        "version_before",
        _("No version was in use before this one."),
        _("Name two versions with --from and --to."),
    )
