"""What a photograph of a worker must be like, as far as that can be measured, and what each result means. Pure.

ICAO Doc 9303 part 3 (portrait, 35 x 45 mm) and ISO/IEC 19794-5 (full frontal image). Nothing here finds a face:
whether it is the worker, looks into the camera and fills the frame is what a person says who sees the picture within
the frame. A result that is not good holds nothing up: it is said to whoever decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

from basis.messages import Message, _

KIND: Final = "photo"
"""The kind of the evidence item that a photograph is."""

QUALITY, FRAME = "quality", "frame"
"""The automatic checks of the item: nothing measured speaks against it; a person found the head within the frame."""

SHAPE: Final = (35, 45)
LARGEST_IMAGE: Final = 40_000_000  # pixels
SMALLEST: Final = (413, 531)
"""Pixels of 35 x 45 mm at 300 dots an inch (ICAO 9303-3)."""
MOST_DAYS: Final = 183
"""A portrait is at most six months old when it is handed in (ICAO 9303-3)."""

# Of the middle of the picture at 350 x 450. A portrait in focus has a variance of a hundred and more; one that was
# moved or enlarged from a small one has less than twenty.
LEAST_SHARPNESS: Final = 20.0
LIGHT: Final = (60.0, 215.0)
MOST_CLIPPED: Final = 0.25
LEAST_TONES: Final = 90
"""ISO/IEC 19794-5 asks for seven bits of the face's brightness; measured on more than the face, with less."""
LEAST_COLOUR: Final = 4.0
MOST_UNEVEN: Final = 28.0
MOST_DIFFERENT_SIDES: Final = 40.0


@dataclass(frozen=True, slots=True)
class Measured:
    """`cut_*`: pixels of the largest cut of 35 to 45. `sharpness`: variance of the Laplacian of the middle. `light`
    and what follows from 0 to 255; `dark` and `bright`: the share of it that is black or white; `tones`: how many
    greys; `background`: the spread within the strips beside the head, `sides`: how much the two differ."""

    width: int
    height: int
    cut_width: int
    cut_height: int
    sharpness: float
    light: float
    dark: float
    bright: float
    tones: int
    colour: float
    background: float
    sides: float
    taken_on: date | None = None

    def numbers(self) -> dict[str, Any]:
        """Everything but the day, for JSON."""
        return {name: value for name, value in asdict(self).items() if name != "taken_on"}

    @staticmethod
    def of(numbers: Mapping[str, Any], taken_on: date | None) -> Measured | None:
        """From what `numbers` gave; None from nothing."""
        return Measured(**numbers, taken_on=taken_on) if numbers else None


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `said` what was found, `fix` what to do about it ("" where it is good)."""

    code: str
    good: bool
    said: Message
    fix: Message | None = None


def findings(measured: Measured | None, recorded_on: date) -> tuple[Finding, ...]:
    """What the measuring says, one finding a check, in the order in which somebody would mend them."""
    if measured is None:
        again = _("Save it as JPEG or PNG, or take it here with the camera.")
        return (Finding("format", False, _("The file is not a picture that can be measured."), again),)
    return (
        _size(measured),
        _shape(measured),
        _sharp(measured),
        _light(measured),
        _background(measured),
        _colour(measured),
        _recent(measured, recorded_on),
    )


def good(found: tuple[Finding, ...]) -> bool:
    """Whether nothing was found against the picture."""
    return all(one.good for one in found)


def _finding(code: str, is_good: bool, said: Message, fix: Message) -> Finding:
    return Finding(code, is_good, said, None if is_good else fix)


def _size(one: Measured) -> Finding:
    return _finding(
        "size",
        one.cut_width >= SMALLEST[0] and one.cut_height >= SMALLEST[1],
        _(
            "Size: {width} × {height} pixels in the shape of a passport photograph; {least} are needed.",
            width=one.cut_width,
            height=one.cut_height,
            least=f"{SMALLEST[0]} × {SMALLEST[1]}",
        ),
        _("Take it with a better camera, or nearer, and do not send it through a messenger that shrinks it."),
    )


def _shape(one: Measured) -> Finding:
    kept = one.cut_width * one.cut_height / (one.width * one.height)
    return _finding(
        "shape",
        kept >= 0.6,
        _("Shape: {share} % of the picture remain in the shape of a passport photograph.", share=round(100 * kept)),
        _("Hold the camera upright; the sides of this picture are cut off."),
    )


def _sharp(one: Measured) -> Finding:
    return _finding(
        "sharp",
        one.sharpness >= LEAST_SHARPNESS,
        _("Sharpness: {value}; at least {least}.", value=round(one.sharpness), least=round(LEAST_SHARPNESS)),
        _("Hold the camera still, in good light, and wipe the lens; do not photograph a printed picture."),
    )


def _light(one: Measured) -> Finding:
    even = one.dark <= MOST_CLIPPED and one.bright <= MOST_CLIPPED and one.tones >= LEAST_TONES
    return _finding(
        "light",
        LIGHT[0] <= one.light <= LIGHT[1] and even,
        _(
            "Light: brightness {light} of 255, {dark} % black, {bright} % white, {tones} tones.",
            light=round(one.light),
            dark=round(100 * one.dark),
            bright=round(100 * one.bright),
            tones=one.tones,
        ),
        _("Stand facing a window, without flash and without the sun in the back."),
    )


def _background(one: Measured) -> Finding:
    return _finding(
        "background",
        one.background <= MOST_UNEVEN and one.sides <= MOST_DIFFERENT_SIDES,
        _(
            "Background: unevenness {spread}, difference of the sides {sides}; at most {most} and {most_sides}.",
            spread=round(one.background),
            sides=round(one.sides),
            most=round(MOST_UNEVEN),
            most_sides=round(MOST_DIFFERENT_SIDES),
        ),
        _("Stand before a plain bright wall, a step away from it, so that no shadow falls on it."),
    )


def _colour(one: Measured) -> Finding:
    return _finding(
        "colour",
        one.colour >= LEAST_COLOUR,
        _("Colour: {value} of 255.", value=round(one.colour)),
        _("The picture is in black and white; take it in colour."),
    )


def _recent(one: Measured, recorded_on: date) -> Finding:
    if one.taken_on is None:
        return Finding("recent", True, _("Day: the camera wrote none into the file; the recorded day counts."))
    age = (recorded_on - one.taken_on).days
    return _finding(
        "recent",
        -1 <= age <= MOST_DAYS,
        _("Day: by the file it was taken on {day}, {age} days before it was handed in.", day=one.taken_on, age=age),
        _("Take a new one; a portrait is at most six months old. If the camera's clock is wrong, say so in a note."),
    )


def too_old(taken_on: date, today: date) -> bool:
    """Whether a photograph is older than the six months after which people are better recognised by a new one."""
    return today > taken_on + timedelta(days=MOST_DAYS)
