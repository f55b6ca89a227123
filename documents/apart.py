"""Pages made in a child process, for those that must not load WeasyPrint (the web) and must go on whatever happens.

What is shown goes in by a pipe and the page comes back by one: nothing of it stands on the command line, in the
environment or in a file. One child at a time, a minute at most.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from filelock import FileLock, Timeout

from basis import errors
from basis.errors import PredepartureError, Unavailable
from basis.messages import Message, _
from casework.settings import Settings
from documents.credentials.proofs import Proofs
from documents.encoding import to_json
from documents.installation import FOLDER_MODE
from documents.values import Certificate

TEMPLATES: Final = "templates"
_SECONDS: Final = 60
_WAITS: Final = 20
"""How long somebody waits for the page of somebody else, in seconds."""
_SETTINGS: Final = "PREDEPARTURE_"
"""How the names of settings begin: a child that lays out pages needs none of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to be made; a `preview` differs from what is issued in its marks alone."""

    value: Certificate
    proofs: Proofs
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """Unsigned PDFs in the order in which they were wanted. `look`: the digest of the templates (`TEMPLATES`)
    and the versions of renderer and fonts by name."""

    pages: tuple[bytes, ...]
    look: Mapping[str, str]


Make = Callable[[Sequence[Wanted]], Made]
"""Makes pages: `in_child` of some settings, or `documents.making.here`."""


def in_child(settings: Settings) -> Make:
    """Makes pages in a child of this process; see `make`."""
    return partial(make, settings)


def make(settings: Settings, wanted: Sequence[Wanted]) -> Made:
    """Make the pages in a child.

    Raises what rendering raises, and `Unavailable` (``rendering_busy``, ``rendering_late``, ``rendering_failed``).
    """
    settings.cache.mkdir(mode=FOLDER_MODE, exist_ok=True)
    lock = FileLock(settings.cache / "rendering.lock")
    try:
        with lock.acquire(timeout=_WAITS):
            answer = _ask(wanted)
    except Timeout:
        raise Unavailable(
            "rendering_busy", _("Another page is being made just now."), _("Wait a moment and try again.")
        ) from None
    if "error" in answer:
        raise _error(answer["error"])
    return Made(tuple(b64decode(page) for page in answer["pages"]), answer["look"])


def _ask(wanted: Sequence[Wanted]) -> dict[str, Any]:
    pages = [{"value": to_json(one.value), "proofs": one.proofs.to_json(), "preview": one.preview} for one in wanted]
    plain = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "documents.making"],
            input=json.dumps({"pages": pages}).encode(),
            capture_output=True,
            env=plain,
            timeout=_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(
            "rendering_late", _("The page took longer than a minute and was given up."), _("Try again later.")
        ) from None
    except (subprocess.CalledProcessError, OSError):
        # What the child said may quote what it was to show.
        raise Unavailable(
            "rendering_failed", _("The page could not be made."), _("Look for the cause with: predeparture doctor.")
        ) from None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _error(told: Mapping[str, Any]) -> PredepartureError:
    kind: type[PredepartureError] = getattr(errors, told["kind"])
    return kind(told["code"], _sentence(told["message"]), _sentence(told["fix"]) if told["fix"] else None)


def _sentence(told: Mapping[str, Any]) -> Message:
    return Message(told["text"], **told["params"])
