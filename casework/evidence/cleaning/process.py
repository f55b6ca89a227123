"""The process that cleans: ``python -m casework.evidence.cleaning.process``. One file after the other, from its input.

In: the length of the file (8 bytes, big-endian), the file. Out: the length of a line of JSON and of the copy (8 bytes
each), the line, the copy. The line has ``code`` ("" where all went well), ``media_type`` and ``pages``.
It ends with its parent, and after a while without work.
"""

from __future__ import annotations

import json
import resource
import select
import sys
from typing import BinaryIO, Final

from casework.evidence import media
from casework.evidence.cleaning import Cleaned, Unusable, heif, images, pdfs

MOST_MEMORY: Final = 1536 * 2**20
"""Address space in bytes: a picture of 40 million pixels needs half of it."""

_MOST_WRITTEN: Final = 256 * 2**20
_IDLE_SECONDS: Final = 120


def clean(content: bytes) -> Cleaned:
    """The copy of a file of an allowed type. Raises `Unusable`."""
    kind = media.media_type(content)
    try:
        if kind == media.PDF:
            return pdfs.clean(content)
        if kind == media.HEIC:
            return heif.clean(content)
        if kind in (media.JPEG, media.PNG):
            return images.clean(content)
    except MemoryError:
        raise Unusable("too_heavy") from None
    raise Unusable("wrong_type")


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_WRITTEN, _MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _answer(out: BinaryIO, content: bytes) -> None:
    try:
        made = clean(content)
        line = {"code": "", "media_type": made.media_type, "pages": made.pages}
        copy = made.content
    except Unusable as error:
        line, copy = {"code": error.code, "media_type": "", "pages": 0}, b""
    head = json.dumps(line).encode()
    out.write(len(head).to_bytes(8, "big") + len(copy).to_bytes(8, "big") + head + copy)
    out.flush()


def main() -> None:
    _limit()
    taken, given = sys.stdin.buffer, sys.stdout.buffer
    while select.select([taken.fileno()], [], [], _IDLE_SECONDS)[0]:
        size = taken.read(8)
        if len(size) < 8:
            return
        content = taken.read(int.from_bytes(size, "big"))
        _answer(given, content)


if __name__ == "__main__":
    main()
