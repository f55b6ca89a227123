"""Which certificate a file of unknown origin says it is.

The file may be damaged, hostile, or no PDF at all, so no PDF parser touches it: the bytes are searched, and
at most a few small streams are unpacked within fixed bounds.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import islice

from documents.encoding import SCHEMA

MARK = "predeparture-certificate"
"""Stands before the number in the PDF's keywords, where it is found without unpacking anything."""

_NUMBER = rb"([A-Z0-9][A-Z0-9./-]{2,40})"
_MARKED = re.compile(MARK.encode() + rb" " + _NUMBER)
_IN_JSON = re.compile(rb'"number": "' + _NUMBER + rb'"')
_SCHEMA = SCHEMA.encode()
_STREAM = re.compile(rb"stream\r?\n")

_MAXIMUM_STREAMS = 400
_MAXIMUM_UNPACKED = 256 * 1024


def claimed_number(data: bytes) -> str | None:
    """The certificate number that a file bears in its keywords or its embedded data, or None."""
    marked = _MARKED.search(data)
    if marked is not None:
        return marked[1].decode("ascii")
    for part in _parts(data):
        # The schema stands behind the head in the sorted text, so a stream cut short may lack it.
        found = _IN_JSON.search(part) if _SCHEMA in part or b'"verify_url"' in part else None
        if found is not None:
            return found[1].decode("ascii")
    return None


def _parts(data: bytes) -> Iterator[bytes]:
    """The bytes themselves, for data stored as it is, then what the first streams unpack to."""
    yield data
    for start in islice(_STREAM.finditer(data), _MAXIMUM_STREAMS):
        yield _unpacked(data[start.end() : start.end() + _MAXIMUM_UNPACKED])


def _unpacked(packed: bytes) -> bytes:
    """As much as can be unpacked before a fault or the bound."""
    unpacker = zlib.decompressobj()
    parts: list[bytes] = []
    room = _MAXIMUM_UNPACKED
    try:
        for start in range(0, len(packed), 128):
            if room <= 0 or unpacker.eof:
                break
            parts.append(unpacker.decompress(packed[start : start + 128], room))
            room -= len(parts[-1])
    except zlib.error:
        # What came before the fault is still worth reading.
        return b"".join(parts)
    return b"".join(parts)
