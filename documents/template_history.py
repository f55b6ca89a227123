"""Which looks there have been: the digest of the templates now, and those of the versions that were released.

The register keeps with each document the digest of the templates it was made with. A digest that is neither today's
nor in `templates/HISTORY` is of a look that no release ever had.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
LOCALE = Path(__file__).parent / "locale"
HISTORY = TEMPLATES / "HISTORY"


@cache
def template_digest() -> str:
    """SHA-256 (hex) over the templates, the style sheets and the catalogues of their words."""
    total = hashlib.sha256()
    pages = (path for path in TEMPLATES.iterdir() if path.suffix in (".html", ".css"))
    for path in (*sorted(pages), *sorted(LOCALE.glob("*.po"))):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def known_template(digest: str) -> bool:
    """Whether this engine has, or one of its released versions had, templates with this digest (hex)."""
    return digest == template_digest() or digest in _released()


@cache
def _released() -> frozenset[str]:
    lines = HISTORY.read_text("utf-8").splitlines()
    return frozenset(line.split()[0] for line in lines if line.strip() and not line.startswith("#"))
