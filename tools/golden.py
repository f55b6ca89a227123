"""Golden pictures of documents: ``python -m tools.golden [renew]``.

Every kind with a name in each of twelve scripts, on pages in the language pairs of `LANGUAGES`, as small grey
pictures under `tests/documents/golden`. Without `renew` the pictures are compared; where one differs, actual, expected
and difference stand side by side in `var/golden`, and exit status is 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from shutil import which

from PIL import Image, ImageChops, ImageDraw

from documents.languages import ENGLISH, language
from documents.pdf import renderer_versions
from documents.specimens import specimens
from documents.values import Certificate
from tests.documents.samples import rendered

FOLDER = Path(__file__).parents[1] / "tests/documents/golden"
OUTPUT = Path(__file__).parents[1] / "var/golden"
VERSIONS = FOLDER / "versions.json"
RESOLUTION = 42
"""Dots an inch: a line of text is six dots high, so that a moved line, a missing mark and an empty box are seen."""

_SHADES = 16
_NOISE = 40
"""A dot may differ by so much (of 255): shades are rounded to sixteen, and edges of letters to a dot."""
_CELL = 12
_LARGEST = 22.0
"""Most that a cell of 12 by 12 dots may differ on average, of 255."""

LANGUAGES = {
    "latin": ("de", "sq"),
    "arabic": ("fr", "ar"),
    "cyrillic": ("de", "uk"),
    "devanagari": ("de", "hi"),
    "bengali": ("ar", "bn"),
    "ethiopic": ("nl", "am"),
    "thai": ("en", "de"),
    "khmer": ("en", "fr"),
    "tamil": ("en", ""),
    "sinhala": ("ar", "en"),
    "myanmar": ("en", "ar"),
    "georgian": ("sr", "es"),
}
"""The two languages of the page on which a name in this script stands."""


@dataclass(frozen=True)
class Difference:
    """`largest` is the mean difference of the worst cell (of 255), `where` its place in dots from the top left."""

    largest: float
    where: tuple[int, int]


def cases() -> dict[str, Certificate]:
    """Every kind in every script, by the name of its picture: `medical-arabic`."""
    return {
        f"{kind}-{script}": value
        for script, (first, second) in LANGUAGES.items()
        for kind, value in specimens(language(first) or ENGLISH, language(second), script).items()
    }


def why_not() -> str | None:
    """Why pictures cannot be compared on this machine, or None."""
    if which("pdftoppm") is None:
        return "pdftoppm is not installed (apt-get install poppler-utils)"
    if not VERSIONS.exists():
        return "there are no golden pictures"
    kept, here = json.loads(VERSIONS.read_text("utf-8")), versions()
    other = sorted(name for name in {*kept, *here} if kept.get(name) != here.get(name))
    return f"the pictures were made with other versions of: {', '.join(other)}" if other else None


def versions() -> dict[str, str]:
    """What the pictures depend on besides the templates."""
    said = subprocess.run(["pdftoppm", "-v"], capture_output=True, text=True, check=True).stderr
    return {**renderer_versions(), "poppler": said.split()[2]}


def picture(value: Certificate) -> Image.Image:
    """The first page, grey, in sixteen shades."""
    drawn = subprocess.run(
        ["pdftoppm", "-r", str(RESOLUTION), "-gray", "-singlefile", "-"],
        input=rendered(value),
        capture_output=True,
        check=True,
    ).stdout
    with Image.open(BytesIO(drawn)) as opened:
        return opened.convert("L").point([shade // 17 * 17 for shade in range(256)])


def stored(name: str) -> Image.Image:
    with Image.open(FOLDER / f"{name}.png") as opened:
        return opened.convert("L")


def difference(actual: Image.Image, expected: Image.Image) -> Difference | None:
    """What differs visibly, or None."""
    if actual.size != expected.size:
        return Difference(255.0, (0, 0))
    apart = ImageChops.difference(actual, expected).point([0 if dot <= _NOISE else dot for dot in range(256)])
    cells = apart.reduce(_CELL)
    means = cells.tobytes()
    largest = max(means)
    if largest <= _LARGEST:
        return None
    row, column = divmod(means.index(largest), cells.width)
    return Difference(float(largest), (column * _CELL, row * _CELL))


def side_by_side(actual: Image.Image, expected: Image.Image, found: Difference) -> Image.Image:
    """Actual, expected, and what differs in red over a pale page, each with its name, the worst place ringed."""
    size = (max(actual.width, expected.width), max(actual.height, expected.height))
    sheets = [Image.new("L", size, 255) for _sheet in range(2)]
    for sheet, page in zip(sheets, (actual, expected), strict=True):
        sheet.paste(page)
    apart = ImageChops.difference(*sheets).point([0 if dot <= _NOISE else 255 for dot in range(256)])
    pale = sheets[1].point([180 + dot * 75 // 255 for dot in range(256)]).convert("RGB")
    pale.paste((200, 0, 0), mask=apart)
    board = Image.new("RGB", (size[0] * 3 + 40, size[1] + 30), "white")
    draw = ImageDraw.Draw(board)
    for column, (name, sheet) in enumerate((("actual", sheets[0]), ("expected", sheets[1]), ("difference", pale))):
        left = column * (size[0] + 20)
        board.paste(sheet.convert("RGB"), (left, 30))
        draw.text((left, 8), name, fill="black")
        x, y = found.where
        draw.rectangle((left + x - 3, 30 + y - 3, left + x + _CELL + 3, 30 + y + _CELL + 3), outline=(200, 0, 0))
    return board


def complaint(name: str, value: Certificate, folder: Path) -> str | None:
    """A sentence with the place and the file that shows it, where a document no longer looks as it did."""
    actual, expected = picture(value), stored(name)
    found = difference(actual, expected)
    if found is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    side_by_side(actual, expected, found).save(path)
    millimetres = "{:.0f} mm from the left and {:.0f} mm from the top".format(
        *(d * 25.4 / RESOLUTION for d in found.where)
    )
    return f"{name} looks different {millimetres} (a cell by {found.largest:.0f} of 255): {path}"


def renew() -> None:
    """Make every picture anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.png"):
        path.unlink()
    for name, value in cases().items():
        page = picture(value)
        # Sixteen shades fit four bits a dot.
        palette = page.point([shade // 17 for shade in range(256)]).convert("P")
        palette.putpalette([level for shade in range(_SHADES) for level in (shade * 17,) * 3])
        palette.save(FOLDER / f"{name}.png", optimize=True, bits=4)
    VERSIONS.write_text(json.dumps(versions(), indent=1, sort_keys=True) + "\n", "utf-8")


def complaints() -> Iterator[str]:
    for name, value in cases().items():
        said = complaint(name, value, OUTPUT)
        if said is not None:
            yield said


def main(arguments: Sequence[str]) -> int:
    if list(arguments) == ["renew"]:
        renew()
        return 0
    if arguments:
        print(__doc__)
        return 2
    reason = why_not()
    if reason is not None:
        print(reason)
        return 1
    found = list(complaints())
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
