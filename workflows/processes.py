"""Children that end with their parent, and one lock per home."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from basis.errors import Conflict
from basis.messages import _
from casework.settings import Settings

_PR_SET_PDEATHSIG = 1


def start_child(command: list[str], environment: Mapping[str, str], log: Path | None = None) -> subprocess.Popen[bytes]:
    """Start a program that the kernel ends when this process dies, even by SIGKILL. Its output goes to `log`."""
    output = log.open("ab") if log is not None else None
    launcher = [sys.executable, "-m", "workflows.processes", str(os.getpid()), *command]
    try:
        return subprocess.Popen(  # noqa: S603  # the commands are this package's own
            launcher, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    finally:
        if output is not None:
            output.close()


def stop_child(child: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """Ask a child to end, and make it end when it does not in time."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _become(parent: int, command: list[str]) -> None:
    """In the child: tie its life to the parent's, then become the program. The tie outlives the exec."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        # The parent died before the tie was made.
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  # the command is this package's own


@contextmanager
def only_engine(settings: Settings) -> Iterator[None]:
    """Hold the home's engine lock. Raises `Conflict` (``engine_running``) when another process holds it."""
    lock = FileLock(settings.home / "engine.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Conflict(
            "engine_running",
            _("Another process works on {home} already.", home=settings.home.name),
            _("Stop it first; two engines on one home would get in each other's way."),
        ) from None
    try:
        yield
    finally:
        lock.release()


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
