"""The installation's secret keys, kept as files with mode 600 under ``keys/``."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from basis.errors import Unavailable
from basis.messages import _

VAULT_FILE = "vault.key"
INDEX_FILE = "index.key"
_LENGTH = 32


@dataclass(frozen=True, slots=True)
class InstallationKeys:
    """`vault` wraps the key of each person, `index` keys the look-up of passport numbers. 32 bytes each."""

    vault: bytes
    index: bytes

    def __repr__(self) -> str:
        return "InstallationKeys(...)"


def make(folder: Path) -> None:
    """Create the keys that are not there yet. Existing keys are never touched."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in (VAULT_FILE, INDEX_FILE):
        try:
            handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_bytes(_LENGTH).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())


def load(folder: Path) -> InstallationKeys:
    """Read the keys. Raises `Unavailable` (``key_missing``) when one is missing or damaged."""
    return InstallationKeys(vault=_read(folder / VAULT_FILE), index=_read(folder / INDEX_FILE))


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text())
    except (OSError, ValueError):
        key = b""
    if len(key) != _LENGTH:
        raise Unavailable(
            "key_missing",
            _("The key file {file} is missing or damaged.", file=path.name),
            _("Restore the keys folder from its backup; for a new installation run: predeparture init."),
        )
    return key
