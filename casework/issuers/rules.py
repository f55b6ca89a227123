"""What the register keeps of a signature. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seal:
    """By which certificate a file was signed (its SHA-256, hex), and when: by the clock of a timestamp authority where
    it is `timestamped`, else by ours."""

    by: str
    at: datetime
    timestamped: bool
