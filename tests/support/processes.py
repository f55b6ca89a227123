"""Processes of the house, started for a test, ended hard, and counted."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parents[2]


def start(code: str, folder: Path, **environment: str) -> subprocess.Popen[str]:
    """Run Python code in `folder`, in a process group of its own, without settings of whoever runs the tests."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREDEPARTURE_", "PREFECT_"))
    }
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(REPOSITORY)} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def below(pid: int) -> list[psutil.Process]:
    """All children of a process, and theirs."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def until(condition: Callable[[], bool], seconds: float, process: subprocess.Popen[str] | None = None) -> bool:
    """Wait for a condition. False when the time is over or the process ended first."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and (process is None or process.poll() is None):
        if condition():
            return True
        time.sleep(0.1)
    return condition()


def alive(processes: Sequence[psutil.Process]) -> list[str]:
    """Commands of those that still run (a zombie does not)."""
    found = []
    for process in processes:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except psutil.NoSuchProcess:
            continue
    return found


def all_end(processes: Sequence[psutil.Process], seconds: float) -> list[str]:
    """Wait until all have ended; commands of those that have not."""
    until(lambda: not alive(processes), seconds)
    return alive(processes)
