"""Takes a file apart from this process: what it is, whether it can be opened, and its cleaned copy.

The work is done by processes of `cleaning.process`, at most `_MOST` at once, with bounds on memory and time. They are
started when the first file comes, kept for the next ones, and end by themselves.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from basis.errors import InvalidInput, Unavailable
from basis.messages import Message, _
from casework.evidence import media

SECONDS: Final = 20
"""How long one file may take."""

_MOST: Final = 2
_PIECE: Final = 2**16
_LONGEST_LINE: Final = 10_000

_SCAN = _("Scan or photograph the document and choose that file.")
REASONS: Final[Mapping[str, tuple[Message, Message]]] = {
    "empty_file": (_("The file is empty."), _("Choose the file again.")),
    "too_large": (_("The file is larger than 10 MB."), _("Scan it in black and white or at 200 dpi.")),
    "wrong_type": (_("The file is neither a PDF nor a JPEG, PNG or HEIC picture that can be opened."), _SCAN),
    "locked": (_("The PDF is locked with a password."), _("Save it without a password.")),
    "too_many_pages": (_("The PDF has more than 300 pages."), _("Hand in only the pages that matter.")),
    "not_cleanable": (
        _("The PDF cannot be shown safely: it draws its pages by programs, or has too many parts."),
        _("Print it into a new PDF, or photograph it."),
    ),
    "too_many_pixels": (_("The picture has too many pixels."), _("Save it smaller.")),
    "too_small": (_("The picture is too small to show anything."), _SCAN),
    "no_heic": (
        _("Pictures in the format HEIC cannot be opened here."),
        _("Save the picture as JPEG; on an iPhone: Settings, Camera, Formats, Most Compatible."),
    ),
    "too_heavy": (_("The file takes too much memory or too long to open."), _("Save it smaller and simpler.")),
}
"""Why a file is not taken, and what to do, by code."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A file that can be taken in: as it came, and the copy to show. `pages` is 1 for a picture."""

    content: bytes
    media_type: str
    sha256: str
    copy: bytes
    copy_type: str
    pages: int

    @property
    def picture(self) -> bytes:
        """What Pillow opens, with what the camera wrote into it: the file as it came; of a HEIC picture the copy."""
        return self.copy if self.media_type == media.HEIC else self.content


def read(content: bytes) -> Readable:
    """Open a file with the real reader and make its copy. Raises `InvalidInput` with a code of `REASONS`.

    Raises `Unavailable` (``no_reader``) where no process can be started.
    """
    if not content:
        raise _refused("empty_file")
    if len(content) > media.LARGEST_FILE:
        raise _refused("too_large")
    kind = media.media_type(content)
    if not kind:
        raise _refused("wrong_type")
    line, copy = _READERS.ask(content)
    if line["code"]:
        raise _refused(line["code"])
    return Readable(content, kind, sha256(content).hexdigest(), copy, line["media_type"], int(line["pages"]))


def _refused(code: str) -> InvalidInput:
    message, fix = REASONS[code]
    return InvalidInput(code, message, fix)


class _Ended(Exception):
    """The process ended without an answer."""


class _Late(Exception):
    """The process did not answer in time."""


class _Readers:
    """The processes that are at hand; each serves one caller at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(_MOST)
        self._idle: list[subprocess.Popen[bytes]] = []
        self._owner = os.getpid()
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._forget)

    def ask(self, content: bytes) -> tuple[dict[str, str], bytes]:
        """What the process says of the file. One that dies over it or takes too long is said to be ``too_heavy``."""
        with self._turns:
            try:
                return self._asked(content)
            except _Late:
                return {"code": "too_heavy"}, b""
            except _Ended:  # it may have gone to rest in the very moment it was asked
                try:
                    return self._asked(content)
                except (_Ended, _Late):
                    return {"code": "too_heavy"}, b""

    def _asked(self, content: bytes) -> tuple[dict[str, str], bytes]:
        process = self._taken()
        try:
            answer = _exchange(process, content, time.monotonic() + SECONDS)
        except BaseException:
            _end(process)
            raise
        with self._lock:
            self._idle.append(process)
        return answer

    def _taken(self) -> subprocess.Popen[bytes]:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.poll() is None:
                    return process
                _end(process)
        return _started()

    def close(self) -> None:
        """End the processes that wait."""
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            _end(process)

    def _forget(self) -> None:
        """A forked child does not share its parent's processes."""
        self._lock, self._turns, self._idle = threading.Lock(), threading.BoundedSemaphore(_MOST), []


def _started() -> subprocess.Popen[bytes]:
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "casework.evidence.cleaning.process"],
            # Nothing of this process' environment: it holds addresses and passwords.
            env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        raise Unavailable(
            "no_reader", _("Files cannot be opened just now: no process can be started."), _("Try again.")
        ) from None
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            os.set_blocking(pipe.fileno(), False)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    """With all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, 9)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _exchange(process: subprocess.Popen[bytes], content: bytes, until: float) -> tuple[dict[str, str], bytes]:
    """Send the file and receive the answer. Raises `_Ended`, `_Late`."""
    if process.stdin is None or process.stdout is None:
        raise _Ended
    sending, answering = process.stdin.fileno(), process.stdout.fileno()
    left = memoryview(len(content).to_bytes(8, "big") + content)
    answer = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(sending, selectors.EVENT_WRITE)
        selector.register(answering, selectors.EVENT_READ)
        while (whole := _whole(answer)) is None:
            ready = selector.select(max(0.0, until - time.monotonic()))
            if not ready:
                raise _Late
            for key, _events in ready:
                if key.fd == sending:
                    try:
                        left = left[os.write(sending, left[:_PIECE]) :]
                    except BrokenPipeError:
                        raise _Ended from None
                    if not left:
                        selector.unregister(sending)
                elif piece := os.read(answering, _PIECE):
                    answer += piece
                else:
                    raise _Ended
    return whole


def _whole(answer: bytearray) -> tuple[dict[str, str], bytes] | None:
    """The answer, once it has all come. What a process that was taken over might say is bounded."""
    if len(answer) < 16:
        return None
    line_ends = 16 + int.from_bytes(answer[:8], "big")
    ends = line_ends + int.from_bytes(answer[8:16], "big")
    if line_ends > _LONGEST_LINE or ends > 8 * media.LARGEST_FILE:
        raise _Ended
    if len(answer) < ends:
        return None
    return json.loads(bytes(answer[16:line_ends])), bytes(answer[line_ends:ends])


_READERS: Final = _Readers()
