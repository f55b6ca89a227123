"""Which files may be handed in, by their first bytes, and how large they may be. Pure."""

from __future__ import annotations

from typing import Final

LARGEST_FILE: Final = 10 * 1024 * 1024
LARGEST_IMAGE: Final = 40_000_000
"""Pixels."""

SMALLEST_SIDE: Final = 16
"""Pixels: less shows nothing."""

MOST_PAGES: Final = 300
MOST_FILES: Final = 20
"""Of one paper."""

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
HEIC: Final = "image/heic"
SUFFIXES: Final = {PDF: "pdf", JPEG: "jpg", PNG: "png", HEIC: "heic"}

# ISO/IEC 14496-12, "ftyp"; the brands of still pictures in HEVC (ISO/IEC 23008-12, annex B).
_HEIC_BRANDS: Final = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_AVIF: Final = b"avif"


def media_type(content: bytes) -> str:
    """What the file says it is: one of `SUFFIXES`, "" for all else. Its name and what the browser says do not count."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[4:8] == b"ftyp":
        size = int.from_bytes(content[:4], "big")
        listed = content[16 : min(size, 128)]
        brands = {content[8:12], *(listed[at : at + 4] for at in range(0, len(listed), 4))}
        return HEIC if brands & _HEIC_BRANDS and _AVIF not in brands else ""
    return ""
