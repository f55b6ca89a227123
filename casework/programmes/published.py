"""The catalogue of an installation: the programmes that are shipped, and the versions that it published itself."""

from __future__ import annotations

import json
import threading
import time
from datetime import date
from hashlib import sha256
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from basis.errors import Conflict, NotFound
from basis.messages import Message, _
from casework.audit.tables import AuditEvent
from casework.database import Database
from casework.programmes.rules import VersionState
from casework.programmes.tables import ProgrammeVersion
from checklists.catalogue import Catalogue, read_programme
from checklists.programme import Programme

PUBLISHED_EVENT: Final = "programme.published"
_FRESH_SECONDS: Final = 2.0


class InstalledCatalogue(Catalogue):
    """A catalogue that follows the case database: what another process publishes is there after two seconds, and at
    once for who asks for exactly that version. Safe to share between threads.

    Reading raises `Conflict` (``programme_edited``, ``programme_twice``) where a published version was changed behind
    the back of the software.
    """

    def __init__(self, database: Database, shipped: Catalogue) -> None:
        self._database, self._shipped = database, shipped
        self._lock = threading.Lock()
        self._count, self._read_at = -1, -_FRESH_SECONDS
        self._all: tuple[Programme, ...] = ()
        for name in ("drafts", "faults"):
            object.__setattr__(self, name, getattr(shipped, name))

    @property
    def programmes(self) -> tuple[Programme, ...]:
        self._follow(_FRESH_SECONDS)
        return self._all

    def get(self, programme_id: str, version: str | None = None, *, on: date | None = None) -> Programme:
        try:
            return super().get(programme_id, version, on=on)
        except NotFound:
            if not self._follow(0.0):
                raise
            return super().get(programme_id, version, on=on)

    def _follow(self, seconds: float) -> bool:
        """Read anew what is older than `seconds`; whether there was something new."""
        with self._lock:
            if self._count >= 0 and time.monotonic() - self._read_at < seconds:
                return False
            with self._database.read() as session:
                count = session.exec(select(func.count()).select_from(ProgrammeVersion).where(_published())).one()
                if changed := count != self._count:
                    self._all = self._shipped.with_more(published(session)).programmes
                    self._count = count
            self._read_at = time.monotonic()
            return changed


def published(session: Session) -> list[Programme]:
    """The versions that were published here, each checked against the line of the history that published it.

    Raises `Conflict` (``programme_edited``).
    """
    lines = {
        event.subject: (event.seq, json.loads(event.body)["data"])
        for event in session.exec(select(AuditEvent).where(AuditEvent.kind == PUBLISHED_EVENT))
    }
    found = []
    for row in session.exec(select(ProgrammeVersion).where(_published())):
        seq, said = lines.pop(f"programme_version/{row.id}", (0, {}))
        actual = sha256(row.content).hexdigest()
        told = {"programme": row.programme_id, "version": row.version, "digest": actual}
        if actual != row.digest or any(said.get(name) != value for name, value in told.items()):
            raise _edited(row.programme_id, row.version, seq, str(said.get("digest", "")))
        found.append(read_programme(row.content, f"{row.programme_id} {row.version}"))
    for seq, said in lines.values():
        raise _edited(said["programme"], said["version"], seq, said["digest"])
    return found


def _published() -> ColumnElement[bool]:
    return col(ProgrammeVersion.state) == VersionState.PUBLISHED


def _edited(programme_id: str, version: str, seq: int, digest: str) -> Conflict:
    message: Message
    if seq:
        message = _(
            "The published version {id} {version} is not the one of line {line} of the history (digest {digest}).",
            id=programme_id,
            version=version,
            line=seq,
            digest=digest,
        )
    else:
        message = _("No line of the history publishes {id} {version}.", id=programme_id, version=version)
    return Conflict(
        "programme_edited",
        message,
        _("Restore the row from a backup, and publish what is to change as a new version."),
    )
