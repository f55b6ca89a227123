"""The PDF validator veraPDF, where it lies beside the repository (``../shared/tools/verapdf/verapdf``)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

_TOOL = Path(__file__).resolve().parents[3] / "shared" / "tools" / "verapdf" / "verapdf"
_CANNOT_RUN = 2


def why_not() -> str | None:
    """The reason why the validator cannot be used here, None if it may be tried: `complaints` tries it."""
    if not os.access(_TOOL, os.X_OK):
        return "veraPDF is not beside the repository (../shared/tools/verapdf/verapdf)"
    if shutil.which("java") is None:
        return "veraPDF needs Java (apt-get install default-jdk)"
    return None


def complaints(files: Sequence[Path], flavours: str = "3a,ua1") -> str:
    """What veraPDF has against `files`: an empty text when each conforms to every flavour.

    One start (1.5 s) serves many files, so hand them in together. Skips the test where the validator cannot start;
    RuntimeError if it fails at the files.
    """
    done = _run(flavours, files)
    if done.returncode >= _CANNOT_RUN and _run("3a", ()).returncode:
        pytest.skip(f"veraPDF cannot run here: {done.stderr.strip() or done.stdout.strip()}")
    if done.returncode >= _CANNOT_RUN:
        raise RuntimeError(f"veraPDF could not run: {done.stderr[-2000:]}")
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _run(flavours: str, files: Sequence[Path]) -> subprocess.CompletedProcess[str]:
    command = [str(_TOOL), flavours, *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
