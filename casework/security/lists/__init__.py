"""Watch lists: published files in, all of their entries out, or an error; never a part of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from basis.errors import InvalidInput
from basis.messages import _, _n
from casework.security.lists import csv_list, eu, ofac, opensanctions, un
from casework.security.lists.entries import (
    Heading,
    Kind,
    ListEntry,
    ListName,
    LoadedList,
    PartialBirth,
    Quality,
    broken,
    from_content,
    to_content,
)
from casework.security.lists.sources import ListFile, Reading, of_bytes, of_paths

__all__ = [
    "FORMATS",
    "Kind",
    "ListEntry",
    "ListFile",
    "ListName",
    "LoadedList",
    "PartialBirth",
    "Quality",
    "from_content",
    "load",
    "of_bytes",
    "of_paths",
    "refuse_too_few",
    "to_content",
]

_LOADERS: Final[dict[str, tuple[Callable[[Reading], Heading], int]]] = {
    # The smallest plausible size: the lists of the UN and the EU have had a thousand and more entries for years,
    # OFAC's many thousands.
    "un": (un.read, 500),
    "ofac": (ofac.read, 2000),
    "eu": (eu.read, 1000),
    "opensanctions": (opensanctions.read, 1),
    "csv": (csv_list.read, 1),
}
FORMATS: Final = tuple(_LOADERS)


def load(
    source: bytes | Sequence[ListFile], format: str, *, at_least: int | None = None, previous: int = 0
) -> LoadedList:
    """Read a whole list, entry by entry.

    `source` is the bytes of one file (or of a ZIP file), or files (`sources.of_bytes`, `sources.of_paths`). `format`
    is one of `FORMATS`: ``un`` (Security Council consolidated XML), ``ofac`` (SDN.CSV with ALT, ADD and COMMENTS),
    ``eu`` (FSF XML), ``opensanctions`` (targets.simple.csv), ``csv`` (own format, see `csv_list`). A list with fewer
    than `at_least` entries (default: what the format is known to have), or fewer than half of `previous`, the number
    of entries in the version in use, is refused as cut off. Raises `InvalidInput` (``watch_list_broken`` with file
    and line, ``watch_list_too_small``, ``unknown_list_format``, ``unreadable_file``).
    """
    if format not in _LOADERS:
        raise InvalidInput(
            "unknown_list_format",
            _("There is no watch list format {format}.", format=format),
            _("Use one of: {formats}.", formats=", ".join(FORMATS)),
        )
    read, usual = _LOADERS[format]
    reading = Reading(of_bytes(source, _("list").text) if isinstance(source, bytes) else source)
    _refuse_empty(reading)
    heading = read(reading)
    refuse_too_few(len(reading.entries), usual if at_least is None else at_least, previous)
    digest = reading.sha256
    return LoadedList(
        name=heading.name,
        version_label=heading.version_label or digest[:12],
        entries=tuple(reading.entries),
        sha256=digest,
        published_on=heading.published_on,
        missing=reading.missing,
    )


def _refuse_empty(reading: Reading) -> None:
    if not reading.files:
        raise broken(_("No file of a watch list is there."))
    for file in reading.files:
        with file.open() as source:
            if len(begin := source.read(64)) < 64 and not begin.strip():
                raise broken(_("The watch list file is empty ({file}).", file=file.name))


def refuse_too_few(count: int, at_least: int, previous: int = 0) -> None:
    """Raise `InvalidInput` (``watch_list_too_small``) for what looks like a part of a list."""
    if count >= max(at_least, 1) and count * 2 >= previous:
        return
    raise InvalidInput(
        "watch_list_too_small",
        _n(
            "The watch list has only {count} entry; {expected} or more were expected.",
            "The watch list has only {count} entries; {expected} or more were expected.",
            count,
            expected=max(at_least, 1, (previous + 1) // 2),
        ),
        _("Check that the file is complete. If the list did shrink, state the smallest size that you expect."),
    )
