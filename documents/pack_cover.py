"""The cover of a print pack: a heading, paragraphs and a table that lists what follows, laid out by hand.

Where a pack is made there may be no renderer (the web has none), so the cover uses the fonts that every reader
has. They know the Latin script of Western Europe; what they cannot write is shown as "?" (`can_write`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import wrap

_LEFT, _TOP, _BOTTOM = 56, 780, 60
_LINE = 14
_LETTERS_IN_A_LINE = 96


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its head, where it begins in points from the left, and whether it is in fixed width."""

    head: str
    left: int
    fixed: bool = False


@dataclass(slots=True)
class Tag:
    """A structure element of a page with the pieces of content that it marks."""

    name: str
    below: list[Tag] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)


@dataclass(slots=True)
class CoverPage:
    """The content stream of a page, and its tags in reading order."""

    content: bytes = b""
    tags: list[Tag] = field(default_factory=list)
    pieces: int = 0

    def write(self, tag: Tag, text: str, left: int, height: int, font: str, size: int) -> None:
        """A line of text at a place, marked by `tag`."""
        shown = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        begin = f"{tag.name} <</MCID {self.pieces}>> BDC BT /{font} {size} Tf {left} {height} Td (".encode()
        self.content += begin + shown + b") Tj ET EMC\n"
        tag.marked.append(self.pieces)
        self.pieces += 1


def can_write(text: str) -> bool:
    """Whether the fonts of the cover know every letter of the text."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def cover(
    heading: str, paragraphs: Sequence[str], columns: Sequence[Column], rows: Sequence[Sequence[str]]
) -> list[CoverPage]:
    """The pages of a cover: A4, as many as the table needs, its head on each."""
    page, height = CoverPage(), _TOP
    height = _lines(page, Tag("/H1"), [heading], height, "F2", 18, 26)
    for paragraph in paragraphs:
        height = _lines(page, Tag("/P"), wrap(paragraph, _LETTERS_IN_A_LINE), height, "F1", 10, _LINE) - 6
    pages = [page]
    table = _table(page, columns, height)
    height -= 2 * _LINE
    for row in rows:
        if height < _BOTTOM:
            page, height = CoverPage(), _TOP
            pages.append(page)
            table = _table(page, columns, height)
            height -= 2 * _LINE
        line = Tag("/TR")
        table.below.append(line)
        for column, text in zip(columns, row, strict=True):
            cell = Tag("/TD")
            line.below.append(cell)
            page.write(cell, text, column.left, height, "F3" if column.fixed else "F1", 8 if column.fixed else 9)
        height -= _LINE
    return pages


def _table(page: CoverPage, columns: Sequence[Column], height: int) -> Tag:
    table, line = Tag("/Table"), Tag("/TR")
    table.below.append(line)
    page.tags.append(table)
    for column in columns:
        cell = Tag("/TH")
        line.below.append(cell)
        page.write(cell, column.head, column.left, height - _LINE, "F2", 9)
    return table


def _lines(page: CoverPage, tag: Tag, lines: Sequence[str], height: int, font: str, size: int, step: int) -> int:
    page.tags.append(tag)
    for text, place in zip(lines, _places(height, step), strict=False):
        page.write(tag, text, _LEFT, place, font, size)
    return height - step * len(lines)


def _places(height: int, step: int) -> Iterator[int]:
    while True:
        yield height
        height -= step
