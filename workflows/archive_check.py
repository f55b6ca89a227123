"""Reads every stored file again and compares it with its row: in slices by the engine, all at once for a person.

A finding is a file that is missing, that does not open or is not the one whose fingerprint the row has, that the disk
does not give out, or that no row knows of. A person whose key was destroyed has no files to look for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from math import ceil
from typing import Final
from uuid import UUID

from sqlmodel import Session

from basis.errors import NotFound, PredepartureError, Unavailable
from basis.messages import _
from casework.actor import ENGINE, Actor
from casework.audit import archive_checks as checks
from casework.audit import kept
from casework.audit.archive_checks import Found
from casework.audit.kept import Kept, Part
from casework.audit.tables import ArchiveCheck, Area, FindingKind
from documents.archive import Archive
from documents.installation import Installation

CHUNK: Final = 100
SLICE: Final = 200
"""Files a minute, at least."""

_SLICES: Final = 5 * 24 * 60
"""Minutes in which a walk should be done, so that an engine that stands still now and then does it within a week."""

_YOUNG: Final = timedelta(hours=1)
"""A file is stored before its row is committed; a younger one without a row is not an orphan yet."""

Tell = Callable[[int, int], None]


def look_on(installation: Installation, at_least: int = SLICE) -> int:
    """The engine's slice, when one is due. Returns how many files were looked at."""
    database = installation.database
    with database.read() as session:
        if not checks.due(session, database.now()):
            return 0
    check = database.run(ENGINE, checks.begin, scheduled=True)
    return _walk(installation, ENGINE, check.id, max(at_least, ceil(check.total / _SLICES)), _silent)


def look_at_all(installation: Installation, actor: Actor, tell: Tell) -> ArchiveCheck:
    """A whole walk, now. `tell` is told files looked at and files in all."""
    check = installation.database.run(actor, checks.begin, scheduled=False)
    while not (check := _check(installation, check.id)).finished_at:
        _walk(installation, actor, check.id, SLICE, tell)
    return check


def _silent(_done: int, _total: int) -> None:
    """Nobody watches the engine."""


def _check(installation: Installation, check_id: UUID) -> ArchiveCheck:
    with installation.database.read() as session:
        return session.get_one(ArchiveCheck, check_id)


def _walk(installation: Installation, actor: Actor, check_id: UUID, most: int, tell: Tell) -> int:
    """Look at up to `most` files from where the walk stands. Raises `Unavailable` where nothing can be read."""
    looked = 0
    database = installation.database
    while looked < most:
        with database.read() as session:
            check = session.get_one(ArchiveCheck, check_id)
            if check.finished_at is not None:
                break
            part = checks.part_of(check)
            files = kept.after(session, part, check.place, min(CHUNK, most - looked))
            found = list(_wrong(installation, session, part, files))
        if len(files) > 1 and [one.kind for one in found] == [FindingKind.UNREADABLE] * len(files):
            raise _unreachable()
        if files:
            database.run(actor, checks.go_on, check_id, [one.id for one in files], found)
        else:
            orphans = _orphans(installation, part.area) if checks.ends_area(check) else []
            database.run(actor, checks.next_part, check_id, orphans)
        looked += len(files)
        tell(check.looked_at + len(files), max(check.total, check.looked_at + len(files)))
    return looked


def _wrong(installation: Installation, session: Session, part: Part, files: Iterable[Kept]) -> Iterator[Found]:
    vault = installation.database.vault(session)
    files = list(files)
    vault.prepare(one.person for one in files if one.person is not None)
    store = _store(installation, part.area)
    for one in files:
        try:
            content = store.read(str(one.id))
        except NotFound:
            yield Found(str(one.id), FindingKind.MISSING)
            continue
        except PredepartureError:
            yield Found(str(one.id), FindingKind.UNREADABLE)
            continue
        try:
            if one.person is not None:
                content = vault.open(one.person, part.name, one.id, part.column, content)
        except Unavailable:
            yield Found(str(one.id), FindingKind.CORRUPT)
            continue
        except NotFound:
            continue  # erased since the rows were read
        if (sha256(content).hexdigest(), len(content)) != (one.sha256, one.size):
            yield Found(str(one.id), FindingKind.CORRUPT)


def _orphans(installation: Installation, area: Area) -> list[Found]:
    """What no row knows of: files of a transaction that came to nothing, or that somebody put there."""
    before = installation.database.now() - _YOUNG
    found: list[Found] = []
    names = _store(installation, area).list()
    with installation.database.read() as session:
        while batch := list(islice(names, 500)):
            ids = {name: made for name in batch if (made := _id(name)) is not None}
            there = kept.known(session, area, list(ids.values()))
            for name in batch:
                made = ids.get(name)
                if made is None or (made not in there and not _younger(made, before)):
                    found.append(Found(name, FindingKind.ORPHANED))
    return found


def _unreachable() -> Unavailable:
    return Unavailable(
        "archive_unavailable",
        _("The store of files does not give out anything; the check goes on when it does."),
        _("Check that its folder or address is right and that this user may read it."),
    )


def _store(installation: Installation, area: Area) -> Archive:
    return installation.archive if area is Area.ARCHIVE else installation.files


def _id(name: str) -> UUID | None:
    """The id that a file is named by, written as ids are written here."""
    try:
        made = UUID(name)
    except ValueError:
        return None
    return made if str(made) == name else None


def _younger(made: UUID, than: datetime) -> bool:
    """A UUID 7 begins with the milliseconds of its making (RFC 9562)."""
    return made.version == 7 and (made.int >> 80) / 1000 > than.timestamp()
