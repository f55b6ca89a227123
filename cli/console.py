"""What every command prints with: lines and tables on standard output, errors and progress on standard error."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from basis.messages import Message

_WIDE: Final = 200
"""Columns of a table that goes to a file or another program, where nothing needs to fit a screen."""

# Bidi controls would let a cell of a file rearrange the line it is shown in.
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Cell = Message | str | int | None


class Sign(StrEnum):
    """How a line ended, readable without colour."""

    GOOD = "✓"
    WARNING = "!"
    BAD = "✗"


_COLOURS: Final = {Sign.GOOD: "green", Sign.WARNING: "yellow", Sign.BAD: "red"}


def plain(value: object) -> str:
    """Text that cannot steer the terminal: control, bidi and broken characters become spaces."""
    return "".join(
        " " if character in _BIDI or unicodedata.category(character) in ("Cc", "Cs") else character
        for character in str(value)
    )


def line(message: Message | str = "", sign: Sign | None = None, *, error: bool = False) -> None:
    """One line, after its sign."""
    text = Text()
    if sign is not None:
        text.append(f"{sign.value} ", style=_COLOURS[sign])
    text.append("\n".join(plain(part) for part in str(message).split("\n")))
    _console(error=error).print(text, soft_wrap=True)


def table(columns: Sequence[Message | str], rows: Sequence[Sequence[Cell]]) -> None:
    """A table; nothing at all when there are no rows."""
    if not rows:
        return
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        shown.add_column(Text(plain(column)), overflow="fold")
    for row in rows:
        shown.add_row(*(Text("" if cell is None else plain(cell)) for cell in row))
    _console().print(shown)


def emit(name: str, version: int = 1, /, **members: Any) -> None:
    """Print the documented JSON shape ``predeparture.NAME/VERSION``."""
    print(as_json({"schema": f"predeparture.{name}/{version}", **members}))


def as_json(shape: Mapping[str, Any]) -> str:
    """Indented JSON. Half a character in a file's name must not end the command, so it becomes a question mark."""
    text = json.dumps(shape, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "replace").decode("utf-8")


@contextmanager
def progress(label: Message) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while the block lasts, told steps done and steps in all. Silent without a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console(error=True), transient=True) as bar:
        task = bar.add_task(plain(label), total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield show


def _console(*, error: bool = False) -> Console:
    """Made anew each time: standard output may have been replaced since."""
    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDE
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
