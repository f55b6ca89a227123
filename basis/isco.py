"""ISCO-08, the International Standard Classification of Occupations (ILO, 2008): codes and English titles.

A unit group has four digits ("7112", bricklayers); shorter codes are the groups above it.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def _titles() -> dict[str, str]:
    text = files("basis").joinpath("data/isco08.csv").read_text(encoding="utf-8")
    return {row["code"]: row["title"] for row in csv.DictReader(text.splitlines())}


def title(code: str) -> str | None:
    """The English title of a code of any level, or None where ISCO-08 has no such code."""
    return _titles().get(code)


def is_unit_group(code: str) -> bool:
    """Whether `code` is one of the 436 four-digit unit groups."""
    return len(code) == 4 and code in _titles()


def in_words(code: str, job_title: str = "") -> str:
    """An occupation as people say it: as the job order names it, else by its title in ISCO-08, else the bare code."""
    return job_title or title(code) or code


def numbered(code: str, job_title: str = "") -> str:
    """An occupation with its code before its words: "7112 Bricklayer"."""
    return " ".join(dict.fromkeys(part for part in (code, in_words(code, job_title)) if part))
