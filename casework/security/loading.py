"""Load published watch lists: each load is a version, and the version before it goes out of use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session, col, select

from basis.errors import InvalidInput, NotFound
from basis.ids import new_id
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.security import lists
from casework.security.lists import ListEntry, ListFile, LoadedList, from_content, to_content
from casework.security.tables import WatchEntry, WatchList
from casework.work import Work

_CHUNK = 1000


class LoadOutcome(StrEnum):
    LOADED = "loaded"
    UNCHANGED = "unchanged"  # the very same file is in use
    IN_USE_AGAIN = "in_use_again"  # the very same file was replaced earlier and is in use again


@dataclass(frozen=True, slots=True)
class ListLoad:
    """The list, and what loading it did. `missing` names files that usually belong to it and were not there."""

    row: WatchList
    outcome: LoadOutcome
    missing: tuple[str, ...] = ()


class Change(StrEnum):
    """What became of an entry from one version to the next."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One entry that differs. `older` is None for an added, `newer` for a removed one; `fields` are `ListEntry`'s."""

    change: Change
    reference: str
    older: ListEntry | None
    newer: ListEntry | None

    @property
    def name(self) -> str:
        entry = self.newer or self.older
        return entry.names[0].full if entry else ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that differ, where the entry is in both versions."""
        if self.older is None or self.newer is None:
            return ()
        return tuple(
            field
            for field in ListEntry.__dataclass_fields__
            if getattr(self.older, field) != getattr(self.newer, field)
        )


@dataclass(frozen=True, slots=True)
class ListDiff:
    """How two versions differ: the counts of all differences, and those asked for."""

    older: WatchList
    newer: WatchList
    added: int
    changed: int
    removed: int
    changes: tuple[EntryChange, ...]

    @property
    def total(self) -> int:
        return self.added + self.changed + self.removed


def load_list(
    work: Work, data: bytes | Sequence[ListFile], format: str, name: str = "", at_least: int | None = None
) -> ListLoad:
    """Load a published list under `name` (default: the publisher's); its earlier version goes out of use.

    `data` is the bytes of one file (or ZIP file), or files (`lists.of_bytes`, `lists.of_paths`). `at_least` states the
    smallest size expected when a list did shrink (see `lists.load`, whose errors apply). Whoever was compared with
    the version before is compared anew: the outbox is told once.
    """
    require(work.actor.role, Permission.MANAGE_WATCH_LISTS)
    loaded = lists.load(data, format, at_least=at_least)
    title = recorded.text(name or loaded.name, _("list's name"), 120)
    rows = work.session.exec(select(WatchList).where(WatchList.name == title).with_for_update()).all()
    same = next((row for row in rows if row.sha256 == loaded.sha256), None)
    if same is not None and same.active:
        return ListLoad(same, LoadOutcome.UNCHANGED, loaded.missing)
    in_use = [row for row in rows if row.active]
    if at_least is None and same is None:
        lists.refuse_too_few(len(loaded.entries), 1, max((row.entry_count for row in in_use), default=0))
    for row in in_use:
        row.active = False
        work.session.add(row)
    if same is not None:
        same.active = True
        outcome = LoadOutcome.IN_USE_AGAIN
    else:
        same = _store(work, loaded, format, title, in_use[0] if in_use else None)
        outcome = LoadOutcome.LOADED
    work.session.add(same)
    work.session.flush()
    work.record(
        "watch_list.loaded",
        f"watch_list/{same.id}",
        data={
            "name": same.name,
            "version": same.version_label,
            "entries": same.entry_count,
            "sha256": same.sha256,
            "added": same.added,
            "changed": same.changed,
            "removed": same.removed,
        },
    )
    outbox.put(work, OutboxKind.RESCREEN, same.id, None, str(same.id))
    return ListLoad(same, outcome, loaded.missing)


def _store(work: Work, loaded: LoadedList, format: str, title: str, previous: WatchList | None) -> WatchList:
    stored = {entry.reference: entry.fingerprint for entry in loaded.entries}
    before = _fingerprints(work.session, previous.id) if previous else {}
    row = WatchList(
        name=title,
        format=format,
        version_label=loaded.version_label[:80],
        published_on=loaded.published_on,
        sha256=loaded.sha256,
        entry_count=len(loaded.entries),
        added=len(stored.keys() - before.keys()),
        changed=sum(before.get(key, digest) != digest for key, digest in stored.items()),
        removed=len(before.keys() - stored.keys()),
        previous_id=previous.id if previous else None,
        loaded_at=work.now,
        loaded_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    for start in range(0, len(loaded.entries), _CHUNK):
        work.session.execute(
            insert(WatchEntry),
            [
                {
                    "id": new_id(),
                    "list_id": row.id,
                    "reference": entry.reference,
                    "fingerprint": stored[entry.reference],
                    "content": to_content(entry),
                }
                for entry in loaded.entries[start : start + _CHUNK]
            ],
        )
    return row


def _fingerprints(session: Session, list_id: UUID) -> dict[str, str]:
    query = select(WatchEntry.reference, WatchEntry.fingerprint).where(WatchEntry.list_id == list_id)
    return dict(session.exec(query).all())


def listed(session: Session) -> list[WatchList]:
    """Every version of every list: those in use first, then the newest."""
    query = select(WatchList).order_by(
        col(WatchList.active).desc(), col(WatchList.name), col(WatchList.loaded_at).desc()
    )
    return list(session.exec(query))


def get_list(session: Session, list_id: UUID) -> WatchList:
    """One version of a list. Raises `NotFound` (``watch_list``)."""
    row = session.get(WatchList, list_id)
    if row is None:
        raise NotFound("watch_list", _("There is no such version of a watch list."))
    return row


def versions_of(session: Session, name: str) -> list[WatchList]:
    """The versions of one list, newest first. Raises `NotFound` (``watch_list``) where there are none."""
    query = select(WatchList).where(WatchList.name == name).order_by(col(WatchList.loaded_at).desc())
    if rows := list(session.exec(query)):
        return rows
    raise NotFound(
        "watch_list",
        _("No watch list is loaded under this name."),
        _("See the names with: predeparture watchlist list."),
    )


def diff(
    session: Session, older: UUID, newer: UUID, *, only: Change | None = None, limit: int | None = None, offset: int = 0
) -> ListDiff:
    """How the version `newer` differs from `older`: added entries first, then changed, then removed, by reference.

    Raises `NotFound` (``watch_list``), and `InvalidInput` (``other_list``) for versions of different lists.
    """
    before, after = get_list(session, older), get_list(session, newer)
    if before.name != after.name:
        raise InvalidInput(
            "other_list",
            _("These are versions of two different lists."),
            _("Compare two versions of one list."),
        )
    old, new = _fingerprints(session, older), _fingerprints(session, newer)
    found = {
        Change.ADDED: sorted(new.keys() - old.keys()),
        Change.CHANGED: sorted(key for key in new.keys() & old.keys() if new[key] != old[key]),
        Change.REMOVED: sorted(old.keys() - new.keys()),
    }
    chosen = [(change, key) for change in Change if only in (None, change) for key in found[change]]
    page = chosen[offset:] if limit is None else chosen[offset : offset + limit]
    was = _entries(session, older, [key for change, key in page if change is not Change.ADDED])
    became = _entries(session, newer, [key for change, key in page if change is not Change.REMOVED])
    return ListDiff(
        older=before,
        newer=after,
        added=len(found[Change.ADDED]),
        changed=len(found[Change.CHANGED]),
        removed=len(found[Change.REMOVED]),
        changes=tuple(EntryChange(change, key, was.get(key), became.get(key)) for change, key in page),
    )


def _entries(session: Session, list_id: UUID, references: Sequence[str]) -> dict[str, ListEntry]:
    found: dict[str, ListEntry] = {}
    for start in range(0, len(references), _CHUNK):
        query = select(WatchEntry.reference, WatchEntry.content).where(
            WatchEntry.list_id == list_id, col(WatchEntry.reference).in_(references[start : start + _CHUNK])
        )
        found |= {reference: from_content(content) for reference, content in session.exec(query)}
    return found
