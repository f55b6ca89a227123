"""HEIC pictures of phones, by Debian's libheif-examples: a program of its own, because every wheel that reads HEIC
brings a copy of libheif (LGPL) along."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from casework.evidence.cleaning import Cleaned, Unusable, images

SECONDS = 15
_PROGRAMS = ("heif-dec", "heif-convert")
_PATH = "/usr/local/bin:/usr/bin:/bin"


def program() -> str | None:
    """The converter, None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name, path=_PATH))), None)


def clean(content: bytes) -> Cleaned:
    """The copy of the picture, as a JPEG. Raises `Unusable` (``no_heic``, ``wrong_type`` and those of `images`)."""
    converter = program()
    if converter is None:
        raise Unusable("no_heic")
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in.heic").write_bytes(content)
        try:
            # It inherits the limits of this process; its name for the picture is the first of several, or the only one.
            subprocess.run(  # noqa: S603  a fixed command with names of our own
                [converter, "-q", "95", "in.heic", "out.jpg"],
                cwd=folder,
                env={"PATH": _PATH},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=True,
            )
        except (subprocess.SubprocessError, OSError):
            raise Unusable("wrong_type") from None
        found = next((path for path in (folder / "out.jpg", folder / "out-1.jpg") if path.is_file()), None)
        if found is None:
            raise Unusable("wrong_type")
        # libheif has turned the picture already.
        return images.clean(found.read_bytes(), upright=False)
