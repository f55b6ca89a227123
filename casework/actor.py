"""Who acts. Every operation is done by an actor; the engine is one too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from basis.roles import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """An account in its role and organisation; `user_id` None and `role` None for the engine itself.

    `on` is the office's day on which the actor came in: an auditor's engagements are asked for that day, and without
    one none is open (`casework.auditing.access`).
    """

    user_id: UUID | None
    role: Role | None
    organisation_id: UUID | None
    name: str = ""
    on: date | None = None

    @property
    def key(self) -> str:
        """How facts and events name the actor: the account's id, or ``engine``."""
        return str(self.user_id) if self.user_id else "engine"


ENGINE = Actor(user_id=None, role=None, organisation_id=None, name="engine")
