"""Opens files that strangers handed in, and makes the copy that pages show. Runs in a process of its own
(`casework.evidence.reading` starts it): a hostile file costs that process, never the caller."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The copy, its type, and how many pages it has (1 for a picture)."""

    media_type: str
    content: bytes
    pages: int


class Unusable(Exception):
    """The file cannot be used. `code` is a key of `casework.evidence.reading.REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
