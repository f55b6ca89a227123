"""Makes pages where it runs. As a program it is the child of `documents.apart`: wanted on standard input, made on
standard output, nothing else touched.

Input: ``{"pages": [{"value": ..., "proofs": ..., "preview": ...}]}``. Output: ``{"pages": [base64], "look": {...}}``,
or ``{"error": {...}}`` where a page cannot be made and it is known why.
"""

from __future__ import annotations

import json
import resource
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final

from basis.errors import PredepartureError
from basis.messages import Message
from documents.apart import TEMPLATES, Made, Wanted
from documents.credentials.proofs import Proofs
from documents.encoding import from_json
from documents.template_history import template_digest

CPU_SECONDS: Final = 60
"""The kernel ends a child that computes longer, also when nobody waits for it any more."""


def here(wanted: Sequence[Wanted]) -> Made:
    """Make the pages in this process. Raises what rendering raises."""
    from documents.pdf import renderer_versions
    from documents.rendering import render

    pages = tuple(render(one.value, one.proofs, preview=one.preview) for one in wanted)
    return Made(pages, {TEMPLATES: template_digest(), **renderer_versions()})


def _answer(asked: Mapping[str, Any]) -> dict[str, Any]:
    try:
        made = here(
            [Wanted(from_json(one["value"]), Proofs.from_json(one["proofs"]), one["preview"]) for one in asked["pages"]]
        )
    except PredepartureError as error:
        return {"error": _told(error)}
    return {"pages": [b64encode(page).decode("ascii") for page in made.pages], "look": dict(made.look)}


def _told(error: PredepartureError) -> dict[str, Any]:
    fix = _sentence(error.fix) if error.fix else None
    return {"kind": type(error).__name__, "code": error.code, "message": _sentence(error.message), "fix": fix}


def _sentence(message: Message) -> dict[str, Any]:
    """Text and parameters, so that it is translated where it is shown."""
    return {"text": message.text, "params": {name: str(value) for name, value in message.params.items()}}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    json.dump(_answer(json.load(sys.stdin)), sys.stdout)
