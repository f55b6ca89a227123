"""Temporary folders of the tests in memory, where there is enough of it.

Each of thousands of tests makes a database of its own, most of them without a single read after the test. A disk that
has to write all of that down makes the run take twice as long.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_NEEDED = 12 * 2**30
"""Bytes free: three processes with their browsers, databases and folders take half of it."""


def keep_in_memory() -> None:
    """Let this process and those it starts make their temporary files in memory, unless TMPDIR says where."""
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK) or _free() < _NEEDED:
        return
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def _free() -> int:
    """Bytes that the file system in memory still takes, and that the machine has for it."""
    known = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return min(shutil.disk_usage(_MEMORY).free, int(known["MemAvailable"].removesuffix(" kB")) * 1024)
