"""Prefect's settings and server: on loopback, silent to the outside, with nothing personal in it.

`configure` must run before Prefect is imported. The settings and what they prevent are measured in
docs/decisions/0002.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from basis.errors import Unavailable
from basis.messages import _
from casework.settings import Settings
from workflows.processes import start_child, stop_child

_START_SECONDS = 180
_AUTH_FILE = "prefect.auth"


def environment(settings: Settings) -> dict[str, str]:
    """Prefect's settings for server and clients of this installation."""
    home = settings.prefect_home
    credentials = _credentials(settings.keys)
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": f"http://127.0.0.1:{settings.prefect_port}/api",
        "PREFECT_API_AUTH_STRING": credentials,
        "PREFECT_SERVER_API_AUTH_STRING": credentials,
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.db'}",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{settings.prefect_port}",
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
        # Without the batches the server answers 503 to flows with tasks on SQLite, and the client waits 2 s each.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "2",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "2d",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "2592000",
        # A synchronous flow waits a second for its heartbeat thread when it ends.
        "PREFECT_FLOWS": '{"heartbeat_frequency": null}',
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_TASKS_DEFAULT_PERSIST_RESULT": "false",
        "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
        "PREFECT_EVENTS_WORKER_MAX_QUEUE_SIZE": "10000",
    }


def configure(settings: Settings) -> None:
    """Set Prefect's environment for this process. Settings of other Prefect installations do not reach in."""
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    os.environ.update(environment(settings))


def start_server(settings: Settings) -> subprocess.Popen[bytes]:
    """Start Prefect's server as a child that ends with this process. `wait_for_server` says when it answers."""
    settings.prefect_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    server = ["server", "start", "--host", "127.0.0.1", "--port", str(settings.prefect_port), "--no-ui"]
    command = [sys.executable, "-m", "prefect", *server]
    return start_child(command, inherited | environment(settings), settings.prefect_home / "server.log")


def wait_for_server(settings: Settings, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers. Raises `Unavailable` (``prefect_start``) when it ends or takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if answers(settings):
            return
        time.sleep(0.2)
    raise Unavailable(
        "prefect_start",
        _("Prefect's server did not start."),
        _("Read prefect/server.log in the home folder; is the port {port} taken?", port=settings.prefect_port),
    )


def answers(settings: Settings) -> bool:
    """Whether Prefect's server answers now."""
    connection = HTTPConnection("127.0.0.1", settings.prefect_port, timeout=2)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def server(settings: Settings) -> Iterator[None]:
    """Prefect's server for the length of the block, and this process configured for it."""
    child = start_server(settings)
    try:
        wait_for_server(settings, child)
        configure(settings)
        yield
    finally:
        stop_child(child)


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _credentials(keys: Path) -> str:
    """The shared secret of server and clients: other users of the machine reach the loopback port too."""
    path = keys / _AUTH_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(f"predeparture:{secrets.token_urlsafe(24)}\n")
    return path.read_text().strip()
