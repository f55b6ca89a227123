"""Whether the fonts of this machine have every character of a page: a page with empty boxes is never made.

Pango takes a character that its own families lack from any other installed font, so all of them count. They are asked
for once for the process, through fontconfig.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from functools import cache
from shutil import which

from basis.errors import InvalidInput, Unavailable
from basis.messages import _

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_EAST_ASIAN = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH", "KANGXI")
_RARE = ("TIBETAN", "MONGOLIAN", "YI", "TANGUT", "NUSHU", "KHITAN", "SIGNWRITING", "EGYPTIAN", "CUNEIFORM", "DUPLOYAN")

_found: set[str] = set()
"""Characters that were looked up and found: a few hundred in the life of a process."""


def require_glyphs(text: str) -> None:
    """Nothing, where every character of `text` can be drawn.

    Raises `InvalidInput` (``no_font``), which names the first character that cannot and the Debian package that has
    its script, and `Unavailable` (``no_fontconfig``).
    """
    unknown = set(_NOT_ASCII.findall(text)) - _found
    if not unknown:
        return
    covered = _covered()
    for character in sorted(unknown):
        if unicodedata.category(character) == "Cf" or any(ord(character) in part for part in covered):
            _found.add(character)
            continue
        raise InvalidInput(
            "no_font",
            _(
                "No installed font has the character {code} ({name}).",
                code=f"U+{ord(character):04X}",
                name=unicodedata.name(character, "without a name"),
            ),
            _("Install the Debian package {package}, or correct the text.", package=package_for(character)),
        )


def package_for(character: str) -> str:
    """The Debian package whose fonts have the script of a character."""
    name = unicodedata.name(character, "")
    if name.startswith(_EAST_ASIAN):
        return "fonts-noto-cjk"
    if unicodedata.category(character) == "So":
        return "fonts-symbola"
    return "fonts-noto-extra" if name.startswith(_RARE) else "fonts-noto-core"


@cache
def _covered() -> tuple[range, ...]:
    """The code points of all installed fonts, in ranges."""
    command = which("fc-list")
    if command is None:
        raise Unavailable(
            "no_fontconfig",
            _("The fonts of this machine cannot be listed."),
            _("Install the Debian package {package}.", package="fontconfig"),
        )
    listed = subprocess.run(  # noqa: S603  a fixed command
        [command, "--format=%{charset} "], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    ends = (part.partition("-") for part in set(listed.split()))
    ranges = sorted((int(first, 16), int(last or first, 16)) for first, _dash, last in ends)
    joined: list[range] = []
    for first, last in ranges:
        if joined and first <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, last + 1))
        else:
            joined.append(range(first, last + 1))
    return tuple(joined)
