"""How often Python looks for objects that hold each other and nobody else."""

from __future__ import annotations

import gc
from typing import Final

_COLLECTIONS: Final = (50_000, 20, 20)
"""Objects made between two collections. Rows are read by the million and go by themselves; with Python's own 700 a
third of the time over a portfolio is spent looking through them."""


def collect_seldom() -> None:
    """For a process that reads many rows: let the collector go through them less often."""
    gc.set_threshold(*_COLLECTIONS)
