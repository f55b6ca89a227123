"""Load published watch lists; the version before goes out of use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.security import lists
from casework.security.lists import LoadedList, to_content
from casework.security.tables import WatchEntry, WatchList
from casework.work import Work


class LoadOutcome(StrEnum):
    LOADED = "loaded"
    UNCHANGED = "unchanged"  # the very same file is in use
    IN_USE_AGAIN = "in_use_again"  # the very same file was replaced earlier and is in use again


@dataclass(frozen=True, slots=True)
class ListLoad:
    """The list, and what loading it did."""

    row: WatchList
    outcome: LoadOutcome


def load_list(work: Work, data: bytes, format: str, name: str = "", at_least: int | None = None) -> ListLoad:
    """Load a published list under `name` (default: the publisher's); its earlier version goes out of use.

    `at_least` states the smallest size expected when a list did shrink (see `lists.load`, whose errors apply).
    """
    require(work.actor.role, Permission.MANAGE_WATCH_LISTS)
    loaded = lists.load(data, format, at_least=at_least)
    title = recorded.text(name or loaded.name, _("list's name"), 120)
    rows = work.session.exec(select(WatchList).where(WatchList.name == title).with_for_update()).all()
    same = next((row for row in rows if row.sha256 == loaded.sha256), None)
    if same is not None and same.active:
        return ListLoad(same, LoadOutcome.UNCHANGED)
    in_use = [row for row in rows if row.active]
    previous = max((row.entry_count for row in in_use), default=0)
    if at_least is None and same is None and len(loaded.entries) * 2 < previous:
        lists.load(data, format, previous=previous)  # says in words that the list is cut off
    for row in in_use:
        row.active = False
        work.session.add(row)
    if same is not None:
        same.active = True
        outcome = LoadOutcome.IN_USE_AGAIN
    else:
        same = _store(work, loaded, format, title)
        outcome = LoadOutcome.LOADED
    work.session.add(same)
    work.session.flush()
    work.record(
        "watch_list.loaded",
        f"watch_list/{same.id}",
        data={"name": same.name, "version": same.version_label, "entries": same.entry_count, "sha256": same.sha256},
    )
    return ListLoad(same, outcome)


def _store(work: Work, loaded: LoadedList, format: str, title: str) -> WatchList:
    row = WatchList(
        name=title,
        format=format,
        version_label=loaded.version_label[:80],
        sha256=loaded.sha256,
        entry_count=len(loaded.entries),
        loaded_at=work.now,
        loaded_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    work.session.add_all(
        WatchEntry(
            list_id=row.id, reference=recorded.text(entry.reference, _("reference"), 80), content=to_content(entry)
        )
        for entry in loaded.entries
    )
    return row


def listed(session: Session) -> list[WatchList]:
    """Every version of every list: those in use first, then the newest."""
    query = select(WatchList).order_by(
        col(WatchList.active).desc(), col(WatchList.name), col(WatchList.loaded_at).desc()
    )
    return list(session.exec(query))
