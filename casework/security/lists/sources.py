"""Where a list's bytes come from: an upload, files, a folder or a ZIP file. Read in pieces, bounded and hashed."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from basis.errors import InvalidInput
from basis.messages import _
from casework.security.lists.entries import ListEntry, broken, broken_at

LARGEST: Final = 100_000_000  # bytes of all files together; the longest published list has a tenth of it
_MOST_FILES: Final = 20
_MOST_ENTRIES: Final = 1_000_000
_LONGEST_REFERENCE: Final = 80
_LONGEST_NAME: Final = 1000
_SUFFIXES: Final = (".csv", ".xml")
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class ListFile:
    """One file of a list. `chosen`: a person named it; otherwise it lay in a folder or ZIP file with others."""

    name: str
    open: Callable[[], IO[bytes]]
    chosen: bool = True


def of_bytes(data: bytes, name: str) -> list[ListFile]:
    """What was uploaded under `name`. Raises `InvalidInput` (``watch_list_broken``)."""
    return _unpacked([ListFile(name, lambda: BytesIO(data))])


def of_paths(paths: Iterable[Path]) -> list[ListFile]:
    """Files, and the CSV and XML files of folders.

    Raises `InvalidInput` (``watch_list_broken``, ``unreadable_file``).
    """
    found: list[ListFile] = []
    for path in paths:
        try:
            if path.is_dir():
                members = [one for one in sorted(path.iterdir()) if one.suffix.lower() in _SUFFIXES and one.is_file()]
                found += [ListFile(one.name, _opener(one), chosen=False) for one in members]
            else:
                found.append(ListFile(path.name, _opener(path)))
        except OSError as error:
            raise _unreadable(path, error) from None
    return _unpacked(found)


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        try:
            return path.open("rb")
        except OSError as error:
            raise _unreadable(path, error) from None

    return opened


def _unreadable(path: Path, error: OSError) -> InvalidInput:
    return InvalidInput(
        "unreadable_file",
        _("The file {file} cannot be read: {problem}.", file=str(path), problem=os.strerror(error.errno or 0)),
        _("Check its name and who may read it."),
    )


def _unpacked(files: Sequence[ListFile]) -> list[ListFile]:
    """The files, with those in place of a ZIP file that it holds."""
    found: list[ListFile] = []
    for file in files:
        with file.open() as source:
            is_zip = source.read(len(_ZIP)) == _ZIP
        found += _members(file) if is_zip else [file]
    if len(found) > _MOST_FILES:
        raise broken(_("A watch list has {limit} files at most.", limit=_MOST_FILES))
    return found


def _members(file: ListFile) -> list[ListFile]:
    try:
        archive = zipfile.ZipFile(file.open())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise _damaged(file.name) from error
    infos = [info for info in archive.infolist()[: _MOST_FILES + 1] if not info.is_dir()]

    def opener(info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
        return lambda: archive.open(info)

    return [ListFile(info.filename.rsplit("/", 1)[-1], opener(info), chosen=False) for info in infos]


def _damaged(name: str) -> InvalidInput:
    return broken(_("The ZIP file is damaged or encrypted ({file}).", file=name))


class Stream:
    """One file while it is read. `lines` counts the line ends so far."""

    def __init__(self, name: str, source: IO[bytes], budget: Budget) -> None:
        self.name = name
        self.lines = 0
        self._source = source
        self._budget = budget
        self._hash = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """The next bytes; none at the end. Raises `InvalidInput` (``watch_list_broken``)."""
        return self._taken(lambda: self._source.read(size))

    def readline(self, most: int) -> bytes:
        """The next line with its end, or its first `most` bytes; nothing at the end of the file."""
        return self._taken(lambda: self._source.readline(most))

    @property
    def sha256(self) -> str:
        """Of what was read so far."""
        return self._hash.hexdigest()

    def _taken(self, read: Callable[[], bytes]) -> bytes:
        try:
            data = read()
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
            raise _damaged(self.name) from error
        except OSError as error:
            raise _unreadable(Path(self.name), error) from None
        self._hash.update(data)
        self.lines += data.count(b"\n")
        self._budget.spend(len(data))
        return data


class Budget:
    """How many bytes may still be read, of all files together: what a ZIP file says of its sizes is not believed."""

    def __init__(self, size: int = LARGEST) -> None:
        self._left = size

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise broken(_("The watch list file is larger than {limit} MB.", limit=LARGEST // 1_000_000))


class Reading:
    """A list while it is read: its files, and its entries so far with the place of each."""

    def __init__(self, files: Sequence[ListFile]) -> None:
        self.files = tuple(files)
        self.entries: list[ListEntry] = []
        self.missing: tuple[str, ...] = ()
        self._budget = Budget()
        self._lines: dict[str, int] = {}
        self._digests: dict[str, str] = {}

    def only(self, suffix: str) -> ListFile:
        """The one file of a list that has one. Raises `InvalidInput` (``watch_list_broken``)."""
        named = [file for file in self.files if file.chosen or file.name.lower().endswith(suffix)]
        if len(named) != 1:
            raise broken(
                _("This list is one file ending in {suffix}; {count} were given.", suffix=suffix, count=len(named)),
                _("Name the one file of the list."),
            )
        return named[0]

    @contextmanager
    def open(self, file: ListFile) -> Iterator[Stream]:
        """Read a file to its end; its digest counts for the list's."""
        try:
            source = file.open()
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise _damaged(file.name) from error
        with source:
            stream = Stream(file.name, source, self._budget)
            yield stream
            self._digests[file.name.lower()] = stream.sha256

    def add(self, entry: ListEntry, file: str, line: int) -> None:
        """One entry, which begins at this line. Raises `InvalidInput` (``watch_list_broken``)."""
        if len(entry.reference) > _LONGEST_REFERENCE:
            raise broken_at(file, line, _("The reference has more than {limit} characters.", limit=_LONGEST_REFERENCE))
        if any(len(name.full) > _LONGEST_NAME for name in entry.names):
            raise broken_at(file, line, _("A name has more than {limit} characters.", limit=_LONGEST_NAME))
        if entry.reference in self._lines:
            first = self._lines[entry.reference]
            raise broken_at(
                file,
                line,
                _("The reference {reference} stands at line {first} already.", reference=entry.reference, first=first),
                _("Every entry needs a reference of its own. Fetch the list again, then load it."),
            )
        self._lines[entry.reference] = line
        if len(self.entries) >= _MOST_ENTRIES:
            raise broken_at(file, line, _("A watch list has {limit} entries at most.", limit=_MOST_ENTRIES))
        self.entries.append(entry)

    @property
    def sha256(self) -> str:
        """Of the one file that was read, or of the names and digests of several: a ZIP file is what it holds."""
        if len(self._digests) == 1:
            return next(iter(self._digests.values()))
        named = "".join(f"{name} {digest}\n" for name, digest in sorted(self._digests.items()))
        return hashlib.sha256(named.encode()).hexdigest()
