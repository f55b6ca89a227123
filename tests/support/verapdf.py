"""The PDF validator veraPDF, where it lies beside the repository (``../shared/tools/verapdf/verapdf``)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_TOOL = Path(__file__).resolve().parents[3] / "shared" / "tools" / "verapdf" / "verapdf"
_CANNOT_RUN = 2


@cache
def why_not() -> str | None:
    """The reason why the validator cannot be used here, None if it can."""
    if not os.access(_TOOL, os.X_OK):
        return "veraPDF is not beside the repository (../shared/tools/verapdf/verapdf)"
    done = _run("3a", ())
    if done.returncode:
        return f"veraPDF cannot run here: {done.stderr.strip() or done.stdout.strip()}"
    return None


def complaints(files: Sequence[Path], flavours: str = "3a,ua1") -> str:
    """What veraPDF has against `files`: an empty text when each conforms to every flavour.

    One start (1.5 s) serves many files, so hand them in together. RuntimeError if the validator itself fails.
    """
    done = _run(flavours, files)
    if done.returncode >= _CANNOT_RUN:
        raise RuntimeError(f"veraPDF could not run: {done.stderr[-2000:]}")
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _run(flavours: str, files: Sequence[Path]) -> subprocess.CompletedProcess[str]:
    command = [str(_TOOL), flavours, *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
