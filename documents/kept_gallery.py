"""The gallery of the dashboard: specimens are made on the first look, and kept until a template or sentence changes."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Final

from basis.errors import NotFound
from basis.messages import _
from casework.settings import Settings
from documents.apart import Make
from documents.encoding import facts
from documents.gallery import wanted
from documents.installation import FOLDER_MODE
from documents.languages import Language
from documents.specimens import specimens
from documents.template_history import template_digest

MOST_KEPT: Final = 24
"""Choices of languages and script whose specimens are kept, the newest; some two megabytes each."""
_DOTS_AN_INCH: Final = 60


def specimen(folder: Path, name: str) -> bytes:
    """``KIND.pdf``, or its first page as ``KIND.png``. Raises `NotFound` (``specimen``)."""
    # A name is looked for among those that are there, never followed.
    file = next((path for path in folder.iterdir() if path.name == name), None)
    if file is None:
        raise NotFound("specimen", _("There is no such specimen."), _("Open it from the gallery."))
    return file.read_bytes()


def folder(settings: Settings, make: Make, first: Language, second: Language | None, script: str) -> Path:
    """Where ``KIND.pdf`` of every kind lies, and ``KIND.png`` of its first page where poppler is installed.

    They are made if need be. Raises what `make` raises.
    """
    values = specimens(first, second, script)
    said = json.dumps({kind: facts(value) for kind, value in values.items()}, sort_keys=True)
    key = f"{template_digest()} {version('weasyprint')} {said}"
    galleries = settings.cache / "gallery"
    found = galleries / hashlib.sha256(key.encode()).hexdigest()[:32]
    if found.is_dir():
        return found
    galleries.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    pages = make(wanted(values)).pages
    with tempfile.TemporaryDirectory(dir=galleries, prefix=".") as unfinished:
        made = Path(unfinished, found.name)
        made.mkdir()
        for kind, page in zip(values, pages, strict=True):
            (made / f"{kind}.pdf").write_bytes(page)
            if (drawn := _picture(page)) is not None:
                (made / f"{kind}.png").write_bytes(drawn)
        # Whoever made the same ones meanwhile was as good.
        if not found.is_dir():
            made.rename(found)
    _forget(galleries)
    return found


def _picture(page: bytes) -> bytes | None:
    command = shutil.which("pdftoppm")
    if command is None:
        return None
    return subprocess.run(  # noqa: S603  a fixed command that reads its input alone
        [command, "-png", "-r", str(_DOTS_AN_INCH), "-singlefile", "-"],
        input=page,
        capture_output=True,
        check=True,
        timeout=30,
    ).stdout


def _forget(galleries: Path) -> None:
    kept = sorted(galleries.glob("[!.]*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[MOST_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
