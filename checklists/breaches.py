"""Whether a sign-off still holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from basis.messages import Message


class BreachKind(StrEnum):
    EXPIRED = "expired"  # time ran out, or the day it must hold until moved beyond it
    REVOKED = "revoked"  # something was withdrawn, is wrong, or speaks against it


@dataclass(frozen=True, slots=True)
class Breach:
    """Why a sign-off no longer holds. `because`: ids of the facts, waivers or sign-offs concerned, sorted;
    empty where something is asked now that it never stood on. One revoking reason makes the whole revoked."""

    kind: BreachKind
    because: tuple[str, ...]
    why: Message
