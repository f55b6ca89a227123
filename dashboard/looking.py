"""Who looked at what: the first look of somebody at something within an hour leaves an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from casework.auditing import access
from casework.oversight import trail
from casework.work import Work
from dashboard.sessions import Visit

_LASTS: Final = timedelta(hours=1)


def look(visit: Visit, kind: str, subject: str, case_id: UUID | None = None, data: Mapping[str, Any] = {}) -> None:
    """Record that the reader sees `subject`. `kind` is ``noun.viewed``."""
    with visit.database.read() as session:
        seen = trail.seen_since(session, visit.actor, kind, subject, visit.database.now() - _LASTS)
    if not seen:
        visit.database.run(visit.actor, _record, kind, subject, case_id, data)


def _record(work: Work, kind: str, subject: str, case_id: UUID | None, data: Mapping[str, Any]) -> None:
    noted = access.noted(work, case_id) if case_id else {}
    work.record(kind, subject, case_id=case_id, data={**data, **noted})
