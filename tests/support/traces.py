"""Looks for personal values where none may be: in Prefect's database and in logs."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

_PERSONAL = (
    *("Family name", "Given names", "Date of birth", "Passport number", "MRZ line 1", "MRZ line 2"),
    *("Mobile phone", "E-mail", "Next of kin", "Next of kin phone"),
)


def personal_values(batch: bytes) -> frozenset[str]:
    """Every value of a batch file that belongs to a person."""
    rows = csv.DictReader(io.StringIO(batch.decode("utf-8"), newline=""))
    return frozenset(row[name].strip() for row in rows for name in _PERSONAL if row[name].strip())


def found_in(texts: Iterable[tuple[str, str]], values: Iterable[str]) -> set[str]:
    """Where (not what) a value stands as a word of its own, in texts given with their place."""
    wanted = re.compile(r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, values), key=len, reverse=True)) + r")(?!\w)")
    return {place for place, text in texts if wanted.search(text)}


def texts_of_database(path: Path) -> Iterator[tuple[str, str]]:
    """Every value of every column of every table of a SQLite file."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            cursor = connection.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor:
                for name, value in zip(names, row, strict=True):
                    if isinstance(value, bytes):
                        yield f"{table}.{name}", value.decode("utf-8", "replace")
                    elif value is not None:
                        yield f"{table}.{name}", str(value)


def texts_of_files(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        yield path.name, path.read_text(encoding="utf-8", errors="replace")
