"""HISTORY: which files of a folder of programmes are published, one line each.

    kosovo-germany-construction 2027.1 SHA-256-OF-THE-FILE 2026-11-01

The day is the file's `published_on`. Lines are only ever added; a file that is not in it is a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from basis.messages import _
from checklists.files.problems import Problem
from checklists.programme import Programme

HISTORY = "HISTORY"
_LINE = re.compile(r"([a-z][a-z0-9-]*) (\d{4}\.\d{1,3}) ([0-9a-f]{64}) (\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Published:
    """A line of the history; `line` counts from 1."""

    line: int
    programme: str
    version: str
    digest: str
    published_on: date


def line_for(programme: Programme) -> str:
    """The line that publishes a programme."""
    return f"{programme.id} {programme.version} {programme.digest} {programme.published_on.isoformat()}"


def read_history(text: str) -> tuple[list[Published], list[Problem]]:
    """Every line, and what is wrong with those that cannot be read or stand there twice. Empty lines and those that
    begin with # say nothing."""
    lines: list[Published] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for number, written in enumerate(text.splitlines(), 1):
        if not written.strip() or written.startswith("#"):
            continue
        entry = _read(number, written)
        if entry is None:
            message = _("A line is the id, version, SHA-256 and day of publication of a file, with one space between.")
            problems.append(Problem(HISTORY, number, "", message))
            continue
        first = seen.setdefault((entry.programme, entry.version), number)
        if first != number:
            message = _("{id} {version} is there twice; first in line {first}.", **_named(entry), first=first)
            problems.append(Problem(HISTORY, number, "", message))
        lines.append(entry)
    return lines, problems


def _read(number: int, written: str) -> Published | None:
    found = _LINE.fullmatch(written)
    if found is None:
        return None
    try:
        return Published(number, found[1], found[2], found[3], date.fromisoformat(found[4]))
    except ValueError:
        return None


def differences_from(lines: Iterable[Published], found: dict[str, Programme], drafts: list[Programme]) -> list[Problem]:
    """Where the folder is not what the history says. `found`: programmes by digest; `drafts`: the others."""
    problems = []
    changed = {(one.id, one.version) for one in drafts}
    for entry in lines:
        programme = found.get(entry.digest)
        if programme is None and (entry.programme, entry.version) in changed:
            message = _(
                "{id} {version} is published, but its file was changed after that: follow this line. Put back the file "
                "with the SHA-256 {digest}, and give the change a new version in a file of its own.",
                **_named(entry),
                digest=entry.digest,
            )
        elif programme is None:
            message = _(
                "{id} {version} is published, but no file with the SHA-256 {digest} is there: put it back.",
                **_named(entry),
                digest=entry.digest,
            )
        elif (programme.id, programme.version) != (entry.programme, entry.version):
            message = _("The file with this SHA-256 is {id} {version}.", id=programme.id, version=programme.version)
        elif programme.published_on != entry.published_on:
            message = _("The file says published_on: {day}.", day=programme.published_on)
        else:
            continue
        problems.append(Problem(HISTORY, entry.line, "", message))
    return problems


def _named(entry: Published) -> dict[str, str]:
    return {"id": entry.programme, "version": entry.version}
