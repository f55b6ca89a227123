"""Publish the drafts among the shipped programmes: ``python -m tools.publish_shipped [ID ...]``

Adds a line to checklists/programmes/HISTORY for each draft (or those of the ids given); from then on the file never
changes. Exit status 0 done, 1 something is wrong and nothing was published.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from checklists.catalogue import SHIPPED, Catalogue, InvalidProgramme
from checklists.files.history import HISTORY, line_for


def publish(folder: Path, ids: Sequence[str] = ()) -> list[str]:
    """Append the lines of the drafts in `folder` to its history, and return them. Raises `InvalidProgramme`, and
    then the history is as it was."""
    catalogue = Catalogue.load(folder)
    lines = [line_for(draft) for draft in catalogue.drafts if not ids or draft.id in ids]
    history = folder / HISTORY
    before = history.read_text("utf-8") if history.exists() else ""
    history.write_text(before + "".join(f"{line}\n" for line in lines), "utf-8")
    try:
        Catalogue.load(folder)
    except InvalidProgramme:
        history.write_text(before, "utf-8")
        raise
    return lines


def main(arguments: Sequence[str]) -> int:
    try:
        lines = publish(SHIPPED, arguments)
    except InvalidProgramme as error:
        print(error.message)
        return 1
    for fault in Catalogue.load().faults:
        print(f"not published: {fault}")
    for line in lines:
        print(f"published: {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
