"""``predeparture serve``: Prefect's server, the engine and the web pages as three children that end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType

from basis.errors import Unavailable
from basis.messages import _
from casework.settings import Settings
from workflows import runtime
from workflows.processes import start_child, stop_child

_POLL_SECONDS = 0.5


def serve(settings: Settings) -> None:
    """Run until a signal comes or a child ends; then end all three. Raises `Unavailable` (``child_ended``)."""
    children: dict[str, subprocess.Popen[bytes]] = {}
    stopping = False

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    previous = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    # The children read the settings anew; what was decided for this run must reach them.
    inherited = dict(os.environ) | {
        "PREDEPARTURE_HOME": str(settings.home),
        "PREDEPARTURE_PREFECT_PORT": str(settings.prefect_port),
    }
    logs = settings.home / "logs"
    logs.mkdir(exist_ok=True, mode=0o700)
    try:
        children["prefect"] = runtime.start_server(settings)
        children["web"] = start_child(_web(settings), inherited)
        children["engine"] = start_child(
            [sys.executable, "-m", "workflows.engine", str(settings.home)], inherited, logs / "engine.log"
        )
        while not stopping:
            for name, child in children.items():
                if child.poll() is not None:
                    raise Unavailable(
                        "child_ended",
                        _("The process {name} ended by itself (status {status}).", name=name, status=child.returncode),
                        _("Read the logs in the home folder, then start again with: predeparture serve."),
                    )
            time.sleep(_POLL_SECONDS)
    finally:
        for child in reversed(children.values()):
            stop_child(child)
        for number, handler in previous.items():
            signal.signal(number, handler)


def _web(settings: Settings) -> list[str]:
    return [
        sys.executable,
        "-m",
        "uvicorn",
        "--factory",
        "dashboard.main:application",
        "--host",
        settings.host,
        "--port",
        str(settings.port),
        "--no-server-header",
        "--log-level",
        "warning",
        "--no-access-log",
    ]
