"""A client of ClamAV's daemon: one file over one connection, by INSTREAM (clamd(8)).

A command is ``zINSTREAM`` and a zero byte; the file follows in chunks, each behind its length (4 bytes, big-endian),
and a chunk of length 0 ends it. The answer ends with a zero byte: ``stream: OK``, ``stream: NAME FOUND`` or a sentence
that ends with ``ERROR``. A file over the daemon's ``StreamMaxLength`` is answered while it is still being sent.
"""

from __future__ import annotations

import re
import select
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from basis.errors import Unavailable
from basis.messages import _
from casework.evidence.tables import ScanState

DEFAULT_PORT: Final = 3310
_CHUNK: Final = 2**16
_LONGEST_ANSWER: Final = 4096
_PLAIN: Final = re.compile(r"[^A-Za-z0-9._:/-]")


@dataclass(frozen=True, slots=True)
class Scan:
    """What the scanner said of a file. `name` is that of what it found, "" where it found nothing."""

    state: ScanState
    name: str = ""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A daemon at ``unix:PATH`` or ``HOST:PORT``. `seconds` bound the whole exchange about one file."""

    address: str
    seconds: float = 30.0

    def scan(self, content: bytes) -> Scan:
        """`CLEAN` or `INFECTED`. Raises `Unavailable` (``clamd``, ``clamd_limit``) where it gave no verdict."""
        answer = self._ask(b"zINSTREAM\0", content)
        if answer.endswith(" FOUND"):
            name = answer.removesuffix(" FOUND").partition(": ")[2]
            return Scan(ScanState.INFECTED, _PLAIN.sub("", name)[:120])
        if answer.endswith(": OK"):
            return Scan(ScanState.CLEAN)
        if "size limit exceeded" in answer:
            raise Unavailable(
                "clamd_limit",
                _("The virus scanner takes no files of this size."),
                _("Raise StreamMaxLength in clamd.conf to 11M or more."),
            )
        raise _no_answer()

    def version(self) -> str:
        """What the daemon says it is, for example ``ClamAV 1.4.6/27000/...``. Raises `Unavailable` (``clamd``)."""
        return self._ask(b"zVERSION\0")[:200]

    def _ask(self, command: bytes, content: bytes | None = None) -> str:
        until = time.monotonic() + self.seconds
        try:
            with self._connected() as connection:
                with suppress(BrokenPipeError, ConnectionResetError):  # it may have answered already, and hung up
                    _send(connection, command, until)
                    if content is not None:
                        _send_chunks(connection, content, until)
                return _answer(connection, until)
        except OSError:
            raise _no_answer() from None

    def _connected(self) -> socket.socket:
        if self.address.startswith("unix:"):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(self.seconds)
            try:
                connection.connect(self.address.removeprefix("unix:"))
            except OSError:
                connection.close()
                raise
            return connection
        host, _colon, port = self.address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=self.seconds)


def _send(connection: socket.socket, data: bytes, until: float) -> None:
    connection.settimeout(_left(until))
    connection.sendall(data)


def _has_answered(connection: socket.socket) -> bool:
    poll = select.poll()  # select() takes no descriptors from 1024 on, which a busy server has
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def _send_chunks(connection: socket.socket, content: bytes, until: float) -> None:
    for start in range(0, len(content), _CHUNK):
        if _has_answered(connection):
            return  # it has answered already: what is sent to who hung up may cost the answer
        chunk = content[start : start + _CHUNK]
        _send(connection, len(chunk).to_bytes(4, "big") + chunk, until)
    _send(connection, bytes(4), until)


def _answer(connection: socket.socket, until: float) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < _LONGEST_ANSWER:
        connection.settimeout(_left(until))
        if not (piece := connection.recv(_LONGEST_ANSWER)):
            break
        answer += piece
    if not answer:
        raise ConnectionError
    return answer.partition(b"\0")[0].decode("ascii", "replace").strip()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _no_answer() -> Unavailable:
    return Unavailable(
        "clamd",
        _("The virus scanner does not answer."),
        _("Check that clamd runs and that PREDEPARTURE_CLAMD_ADDRESS is its address."),
    )
