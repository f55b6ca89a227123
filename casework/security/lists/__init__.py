"""Watch lists: bytes of a published file in, all of its entries out, or an error; never a part of a list."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from basis.errors import InvalidInput
from basis.messages import _, _n
from casework.security.lists import csv_list, ofac, un
from casework.security.lists.entries import (
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

__all__ = [
    "FORMATS",
    "Kind",
    "ListEntry",
    "ListName",
    "LoadedList",
    "PartialBirth",
    "Quality",
    "from_content",
    "load",
    "to_content",
]

_LARGEST: Final = 100_000_000  # bytes; the longest published list has a tenth of it

_LOADERS: Final[dict[str, tuple[Callable[[bytes], LoadedList], int]]] = {
    # The smallest plausible size: the UN list has had about a thousand entries for years, OFAC's many thousands.
    "un": (un.read, 500),
    "ofac": (ofac.read, 2000),
    "csv": (csv_list.read, 1),
}
FORMATS: Final = tuple(_LOADERS)


def load(data: bytes, format: str, *, at_least: int | None = None, previous: int = 0) -> LoadedList:
    """Read a whole list.

    `format` is one of `FORMATS`: ``un`` (Security Council consolidated XML), ``ofac`` (SDN.CSV, or a ZIP
    with SDN.CSV and ALT.CSV), ``csv`` (own format, see `csv_list`). A list with fewer than `at_least`
    entries (default: what the format is known to have), or fewer than half of `previous`, the number of
    entries in the version in use, is refused as cut off. Raises `InvalidInput` (``watch_list_broken``,
    ``watch_list_too_small``, ``unknown_list_format``).
    """
    if format not in _LOADERS:
        raise InvalidInput(
            "unknown_list_format",
            _("There is no watch list format {format}.", format=format),
            _("Use one of: {formats}.", formats=", ".join(FORMATS)),
        )
    if not data.strip():
        raise broken(_("The watch list file is empty."))
    if len(data) > _LARGEST:
        raise broken(_("The watch list file is larger than {limit} MB.", limit=_LARGEST // 1_000_000))
    read, usual = _LOADERS[format]
    loaded = read(data)
    _refuse_repeated_references(loaded.entries)
    _refuse_too_few(len(loaded.entries), usual if at_least is None else at_least, previous)
    digest = hashlib.sha256(data).hexdigest()
    return replace(loaded, sha256=digest, version_label=loaded.version_label or digest[:12])


def _refuse_repeated_references(entries: tuple[ListEntry, ...]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.reference in seen:
            raise broken(
                _("The reference {reference} stands in the watch list twice.", reference=entry.reference),
                _("Give every entry a reference of its own, then load the list again."),
            )
        seen.add(entry.reference)


def _refuse_too_few(count: int, at_least: int, previous: int) -> None:
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
