"""Makes signed files in whichever process it runs: the pool's, or this one. WeasyPrint is imported on first use."""

from __future__ import annotations

import ctypes
import gc
import os
import threading
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from typing import Any

from casework.issuers.rules import Seal
from casework.settings import Settings
from documents.credentials.proofs import Proofs
from documents.keys import present_signer

RENEWED_AFTER = 2_000
"""Certificates of a process until another takes its place: the libraries of WeasyPrint lose some kilobytes a page."""

_COLLECTIONS = (100_000, 50, 100)
"""Objects made between two collections: a page makes some fifty thousand, and most of them go by themselves."""


_TIDIED_EVERY = 25
_made = count(1)


def start_worker() -> None:
    """Make a process of a pool ready: what every certificate needs is there before the first one is asked for.

    It ends with its parent. What was loaded is never garbage, so the collector need not go through it again and again.
    """
    end_with_parent()
    from documents.rendering import prepare

    prepare()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)


def tidy() -> None:
    """To be called after each certificate of a pool's process: now and then what is free goes back to the system.

    A page leaves holes in C's heap, which takes twenty megabytes more without this.
    """
    if next(_made) % _TIDIED_EVERY == 0:
        gc.collect()
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of the GNU C library
        if trim is not None:
            trim(0)


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


@dataclass(frozen=True, slots=True)
class Look:
    """What a file's appearance depends on: the digest of the templates, and versions of renderer and fonts."""

    template_digest: str
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A signed certificate, by whom and when it was signed, and how it was made."""

    content: bytes
    seal: Seal
    look: Look


def signed_file(settings: Settings, value: dict[str, Any], proofs: Proofs, signed_at: datetime) -> SignedFile:
    """Render a stored value with its proofs and sign it.

    Raises `Unavailable` where the key cannot be read or the timestamp is not given: nothing goes without.
    """
    from documents.encoding import from_json
    from documents.rendering import render
    from documents.signatures import seal_of
    from documents.signing import sign
    from documents.timestamps import authority_of

    signer, authority = present_signer(settings), authority_of(settings)
    certificate = from_json(value)
    page = render(certificate, proofs)
    content = sign(page, signer, officer=certificate.officer, signed_at=signed_at, authority=authority)
    # Reading the file again takes time, which is lost in the asking where an authority is asked.
    seal = seal_of(content) if authority else Seal(signer.fingerprint, signed_at, timestamped=False)
    if parent_process() is not None:
        tidy()
    return SignedFile(content, seal, look())


def look() -> Look:
    """The look of this process: the same in each process of one installation."""
    from documents.pdf import renderer_versions
    from documents.template_history import template_digest

    return Look(template_digest(), dict(renderer_versions()))
