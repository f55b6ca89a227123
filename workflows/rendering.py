"""Makes signed files in whichever process it runs: the pool's, or this one. WeasyPrint is imported on first use."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from typing import Any

from casework.settings import Settings
from documents.credentials.proofs import Proofs
from documents.keys import KEY_FILE, Signer, load_signer

_signers: dict[str, Signer] = {}


def end_with_parent() -> None:
    """In a process of a pool: end when the process that started it dies, even by SIGKILL.

    The pool's own pipes do not tell: each of its processes holds both ends of them.
    """
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _prepare(settings: Settings) -> None:
    """Load the signing key once for the process."""
    key = str(settings.signing_file or settings.keys / KEY_FILE)
    if key not in _signers:
        _signers.clear()
        passphrase = settings.signing_passphrase.get_secret_value().encode() or None
        file = settings.signing_file or settings.keys / KEY_FILE
        _signers[key] = load_signer(file, passphrase=passphrase)


@dataclass(frozen=True, slots=True)
class Look:
    """What a file's appearance depends on: the digest of the templates, and versions of renderer and fonts."""

    template_digest: str
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A signed certificate and how it was made."""

    content: bytes
    look: Look


def signed_file(settings: Settings, value: dict[str, Any], proofs: Proofs, signed_at: datetime) -> SignedFile:
    """Render a stored value with its proofs and sign it.

    Raises `Unavailable` where the key cannot be read: nothing goes unsigned.
    """
    from documents.encoding import from_json
    from documents.rendering import render
    from documents.signing import sign

    _prepare(settings)
    certificate = from_json(value)
    signer = next(iter(_signers.values()))
    content = sign(render(certificate, proofs), signer, officer=certificate.officer, signed_at=signed_at)
    return SignedFile(content, look())


def look() -> Look:
    """The look of this process: the same in each process of one installation."""
    from documents.pdf import renderer_versions
    from documents.rendering import template_digest

    return Look(template_digest(), dict(renderer_versions()))
