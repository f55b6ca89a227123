"""Lists as CSV files that are safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from starlette.responses import Response

from dashboard.parts import Text

# What makes a spreadsheet program compute a cell (OWASP, CSV injection); full-width forms are taken for the same.
_COMPUTES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: Text | int) -> str:
    """The value as text that no program computes: an apostrophe stands before what would be a formula."""
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_COMPUTES) else text


def csv_file(name: str, header: Iterable[Text], rows: Iterable[Iterable[Text | int]]) -> Response:
    """An attachment in UTF-8 with a byte order mark, without which Excel misreads it. `name` is ASCII."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([cell(value) for value in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return Response(
        stream.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
