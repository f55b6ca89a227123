"""What casework asks of a write-once store of files. The bytes are sealed before they come there."""

from __future__ import annotations

from typing import Protocol


class Store(Protocol):
    """Opaque bytes under an id, durable when `put` returns; implemented by `documents.archive`."""

    def put(self, document_id: str, data: bytes) -> bool:
        """Store unless it is there; False means that it was."""
        ...

    def read(self, document_id: str) -> bytes:
        """The bytes. Raises `NotFound`."""
        ...
