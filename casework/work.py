"""The unit of work: one request, one task, one command is one transaction.

Services take a `Work` and never commit. `casework.database` opens it, writes the collected events as the
last statements and commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from basis.ids import new_id
from casework.actor import Actor
from casework.audit.rules import Event
from casework.vault import Vault


@dataclass(slots=True)
class Work:
    """A write transaction: its session, who acts, the instant and the office's day, and the vault."""

    session: Session
    actor: Actor
    now: datetime
    today: date
    vault: Vault
    events: list[Event] = field(default_factory=list)

    def record(
        self,
        kind: str,
        subject: str,
        *,
        case_id: UUID | None = None,
        happened_on: date | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Collect an event ``noun.verb`` about ``table/id``. `data`: codes and ids, never a personal value."""
        self.events.append(
            Event(
                id=new_id(),
                kind=kind,
                actor=self.actor.key,
                recorded_at=self.now,
                happened_on=happened_on or self.today,
                subject=subject,
                case_id=case_id,
                data=data or {},
            )
        )
