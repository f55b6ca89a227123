"""What takes long to make and is only copied afterwards: made once for all processes the tests are spread over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A copy, for this process, of the folder that ``make(folder)`` fills; the first process that asks makes it.

    `name` is the folder's, one for all tests. Where `make` fails, the next process that asks tries again.
    """
    base = factory.getbasetemp()
    # Each process of pytest-xdist has a folder of its own in one that belongs to the whole run.
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "once"
    shared.mkdir(exist_ok=True)
    made = shared / name
    with FileLock(shared / f"{name}.lock"):
        if not made.exists():
            unfinished = shared / f"{name}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(made)
    own = factory.mktemp(name) / "home"
    shutil.copytree(made, own)
    return own
