"""A daemon of the test's own that speaks clamd's protocol (clamd(8)) and finds one thing: the EICAR test file.

It answers as ClamAV 1.x does, hangs up in the middle of a file over its limit, and can be told to be silent or to break
off. What it was sent stays in `received`.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

# https://www.eicar.org/download-anti-malware-testfile/, in two parts so that no scanner objects to this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FOUND = b"stream: Win.Test.EICAR_HDB-1 FOUND\0"


class Mood(Enum):
    WELL = auto()
    SILENT = auto()  # takes everything and never answers
    BROKEN = auto()  # hangs up without an answer
    FAILING = auto()  # answers that it could not look


@dataclass
class Daemon:
    """What the test reads and sets; `limit` is StreamMaxLength."""

    address: str = ""
    limit: int = 25 * 2**20
    mood: Mood = Mood.WELL
    received: list[bytes] = field(default_factory=list)


@contextmanager
def running(folder: Path | None = None) -> Iterator[Daemon]:
    """The daemon on a socket in `folder`, or on a free port of the loopback."""
    daemon = Daemon()
    listener = socket.socket(socket.AF_UNIX if folder else socket.AF_INET)
    if folder:
        listener.bind(str(folder / "clamd.ctl"))
        daemon.address = f"unix:{folder / 'clamd.ctl'}"
    else:
        listener.bind(("127.0.0.1", 0))
        daemon.address = f"127.0.0.1:{listener.getsockname()[1]}"
    listener.listen()
    ended = threading.Event()
    thread = threading.Thread(target=_serve, args=(listener, daemon, ended))
    thread.start()
    try:
        yield daemon
    finally:
        ended.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _serve(listener: socket.socket, daemon: Daemon, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            connection, _peer = listener.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(10)
            with suppress(OSError):
                _answer(connection, daemon, ended)


def _answer(connection: socket.socket, daemon: Daemon, ended: threading.Event) -> None:
    command = b""
    while not command.endswith(b"\0"):
        command += _take(connection, 1)
    if daemon.mood is Mood.BROKEN:
        return
    if command == b"zPING\0":
        connection.sendall(b"PONG\0")
    elif command == b"zVERSION\0":
        connection.sendall(b"ClamAV 1.4.6/27500/Sun Nov 22 09:00:00 2026\0")
    elif command == b"zINSTREAM\0":
        _scan(connection, daemon, ended)
    else:
        connection.sendall(b"UNKNOWN COMMAND\0")


def _scan(connection: socket.socket, daemon: Daemon, ended: threading.Event) -> None:
    content = b""
    while size := int.from_bytes(_take(connection, 4), "big"):
        content += _take(connection, size)
        if len(content) > daemon.limit:
            connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            return
    daemon.received.append(content)
    if daemon.mood is Mood.SILENT:
        ended.wait(10)
    elif daemon.mood is Mood.FAILING:
        connection.sendall(b"stream: Can't allocate memory ERROR\0")
    else:
        connection.sendall(FOUND if EICAR in content else b"stream: OK\0")


def _take(connection: socket.socket, size: int) -> bytes:
    taken = b""
    while len(taken) < size:
        if not (piece := connection.recv(size - len(taken))):
            raise ConnectionError
        taken += piece
    return taken
