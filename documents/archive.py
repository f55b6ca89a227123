"""The write-once archive of issued files, each under its document's id. What goes in is opaque (sealed) bytes.

On this machine's disk the files are written by hand rather than by obstore: its local store makes the name
appear atomically, but flushes neither file nor folder to the disk, so a power cut after "stored" could lose
a certificate that the register calls issued. In an object store a create-only put is durable by contract.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import Protocol

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import ObjectStore, from_url

from basis.errors import InvalidInput, NotFound, Unavailable
from basis.messages import _

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{3,63}")
_INCOMING = ".incoming"


class Archive(Protocol):
    """What both archives do. Every method raises `InvalidInput` (``invalid_document_id``) for what is no id."""

    def put(self, document_id: str, data: bytes) -> bool:
        """Store, durably, unless it is there: False means that it was, and the caller reads and adopts it.

        Raises `Unavailable` (``archive_full``, ``archive_unavailable``); then nothing stands under the id.
        """
        ...

    def read(self, document_id: str) -> bytes:
        """The bytes. Raises `NotFound` (``document_not_archived``)."""
        ...

    def exists(self, document_id: str) -> bool: ...

    def list(self) -> Iterator[str]:
        """The ids of all that is stored, in no particular order."""
        ...


class LocalArchive:
    """Files in folders named by the last two characters of the id (the first ones of a UUID 7 are the clock)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, document_id: str, data: bytes) -> bool:
        final = self._path(document_id)
        try:
            self._make_folder(final.parent)
            self._make_folder(self._folder / _INCOMING)
            created = not final.exists() and self._write(document_id, final, data)
            # An earlier try may have died between name and disk, so what is adopted is flushed as well.
            _flush(final)
            _flush(final.parent)
        except OSError as error:
            raise _unavailable(error) from error
        return created

    def read(self, document_id: str) -> bytes:
        try:
            return self._path(document_id).read_bytes()
        except FileNotFoundError as error:
            raise _not_found() from error
        except OSError as error:
            raise _unavailable(error) from error

    def exists(self, document_id: str) -> bool:
        return self._path(document_id).is_file()

    def list(self) -> Iterator[str]:
        if not self._folder.is_dir():
            return
        for shelf in self._folder.iterdir():
            if shelf.is_dir() and shelf.name != _INCOMING:
                yield from (path.name for path in shelf.iterdir())

    def _path(self, document_id: str) -> Path:
        name = _checked(document_id)
        return self._folder / name[-2:].lower() / name

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _flush(folder.parent)

    def _write(self, document_id: str, final: Path, data: bytes) -> bool:
        incoming = self._folder / _INCOMING
        temporary = incoming / f"{document_id}.{token_hex(8)}"
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.link(temporary, final)
        except FileExistsError:
            return False
        except FileNotFoundError:
            # Somebody who stored the same document swept our file away with their own leftovers.
            if not final.exists():
                raise
            return False
        finally:
            temporary.unlink(missing_ok=True)
        for leftover in incoming.glob(f"{document_id}.*"):
            leftover.unlink(missing_ok=True)
        return True


class RemoteArchive:
    """The same over any store that obstore knows, by its address: `s3://bucket/folder`, `memory:///`."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def from_address(cls, address: str, **options: str) -> RemoteArchive:
        """`options` are obstore's own (region, endpoint, access key). Raises `Unavailable`."""
        try:
            return cls(from_url(address, config=dict(options)))  # type: ignore[call-overload]
        except BaseError as error:
            raise _unavailable(error) from error

    def put(self, document_id: str, data: bytes) -> bool:
        try:
            obstore.put(self._store, _remote(document_id), data, mode="create")
        except AlreadyExistsError:
            return False
        except (BaseError, OSError) as error:
            raise _unavailable(error) from error
        return True

    def read(self, document_id: str) -> bytes:
        try:
            return bytes(obstore.get(self._store, _remote(document_id)).bytes())
        except FileNotFoundError as error:
            raise _not_found() from error
        except (BaseError, OSError) as error:
            raise _unavailable(error) from error

    def exists(self, document_id: str) -> bool:
        try:
            obstore.head(self._store, _remote(document_id))
        except FileNotFoundError:
            return False
        except (BaseError, OSError) as error:
            raise _unavailable(error) from error
        return True

    def list(self) -> Iterator[str]:
        try:
            for page in obstore.list(self._store):
                yield from (entry["path"].rsplit("/", 1)[-1] for entry in page)
        except (BaseError, OSError) as error:
            raise _unavailable(error) from error


def _checked(document_id: str) -> str:
    if _ID.fullmatch(document_id) is None:
        raise InvalidInput(
            "invalid_document_id",
            _("This is not the id of a document."),
            _("Take the id from the register of documents."),
        )
    return document_id


def _remote(document_id: str) -> str:
    name = _checked(document_id)
    return f"{name[-2:].lower()}/{name}"


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_found() -> NotFound:
    return NotFound(
        "document_not_archived",
        _("The archive does not have this document."),
        _("Run `predeparture doctor` to see what is missing, and restore the archive from a backup."),
    )


def _unavailable(error: Exception) -> Unavailable:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unavailable(
            "archive_full",
            _("The disk that holds the archive is full; nothing was stored."),
            _("Make room; what waits is stored by itself."),
        )
    return Unavailable(
        "archive_unavailable",
        _("The archive cannot be reached; nothing was stored or read."),
        _("Check that its folder or address is right and that the engine may use it."),
    )
