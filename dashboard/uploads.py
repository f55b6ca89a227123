"""A batch's file between its check and its submission: kept sealed for an hour, for the account that sent it.

The name of the kept file is random and travels in a form, never in an address. Its content is encrypted
(AES-256-GCM, NIST SP 800-38D) under a key derived from the installation's, bound to its name and its owner.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from basis.errors import NotFound, Unavailable
from basis.ids import new_token
from basis.messages import _
from casework.keys import InstallationKeys

KEPT_SECONDS = 3600
MOST_OF_ONE_OWNER = 5
_NAME = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_NONCE = 12


@dataclass(frozen=True, slots=True)
class KeptFile:
    """The file as it came, and for which programme and agency (an organisation's id) and privacy notice."""

    file_name: str
    data: bytes
    programme: str
    agency_id: UUID
    notice_version: str
    notice_language: str


class Uploads:
    """The kept files of one installation, in one folder."""

    def __init__(self, folder: Path, keys: InstallationKeys) -> None:
        self._folder = folder
        self._cipher = AESGCM(hmac.new(keys.vault, b"uploads", "sha256").digest())

    def keep(self, owner: UUID, kept: KeptFile) -> str:
        """Store the file; the name to ask for it with. Raises `Unavailable` (``disk_full``)."""
        self._sweep(owner)
        name = new_token()
        head = json.dumps(
            {
                "file_name": kept.file_name,
                "programme": kept.programme,
                "agency_id": str(kept.agency_id),
                "notice_version": kept.notice_version,
                "notice_language": kept.notice_language,
            }
        ).encode()
        nonce = secrets.token_bytes(_NONCE)
        content = self._cipher.encrypt(
            nonce, len(head).to_bytes(4, "big") + head + kept.data, f"{owner}|{name}".encode()
        )
        path = self._path(owner, name)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(nonce + content)
        except OSError:
            path.unlink(missing_ok=True)
            raise Unavailable(
                "disk_full", _("The file cannot be kept for you: the disk is full or refuses it."), _("Try again.")
            ) from None
        return name

    def take(self, owner: UUID, name: str) -> KeptFile:
        """The file that `owner` sent under `name`. Raises `NotFound` (``upload``) when it is gone or not theirs."""
        self._sweep(owner)
        try:
            if not _NAME.fullmatch(name):
                raise _gone()
            content = self._path(owner, name).read_bytes()
            plain = self._cipher.decrypt(content[:_NONCE], content[_NONCE:], f"{owner}|{name}".encode())
        except (FileNotFoundError, InvalidTag):
            raise _gone() from None
        end = 4 + int.from_bytes(plain[:4], "big")
        head = json.loads(plain[4:end])
        return KeptFile(
            head["file_name"],
            plain[end:],
            head["programme"],
            UUID(head["agency_id"]),
            head["notice_version"],
            head["notice_language"],
        )

    def drop(self, owner: UUID, name: str) -> None:
        """The file is no longer needed."""
        if _NAME.fullmatch(name):
            self._path(owner, name).unlink(missing_ok=True)

    def _path(self, owner: UUID, name: str) -> Path:
        return self._folder / f"{owner.hex}.{name}"

    def _sweep(self, owner: UUID) -> None:
        """Remove what is older than an hour, and the oldest of an owner who keeps many."""
        if not self._folder.is_dir():
            return
        aged: list[tuple[float, Path]] = []
        for path in self._folder.iterdir():
            try:
                aged.append((path.stat().st_mtime, path))
            except FileNotFoundError:
                continue
        oldest = time.time() - KEPT_SECONDS
        own = sorted((moment, path) for moment, path in aged if path.name.startswith(owner.hex))
        surplus = {path for _moment, path in own[: max(0, len(own) - MOST_OF_ONE_OWNER)]}
        for moment, path in aged:
            if moment < oldest or path in surplus:
                path.unlink(missing_ok=True)


def _gone() -> NotFound:
    return NotFound(
        "upload",
        _("The file is no longer here: it was submitted, or it was handed in more than an hour ago."),
        _("Hand it in again."),
    )
