"""Lists as CSV files that are safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import IO

from starlette.responses import Response, StreamingResponse

from dashboard.parts import Text

# What makes a spreadsheet program compute a cell (OWASP, CSV injection); full-width forms are taken for the same.
_COMPUTES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CHUNK = 2**16


def cell(value: Text | int) -> str:
    """The value as text that no program computes: an apostrophe stands before what would be a formula."""
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_COMPUTES) else text


def sent_file(file: IO[bytes], name: str, media_type: str) -> Response:
    """What was written to `file`, as an attachment, chunk by chunk; it is closed at the end."""
    size = file.tell()
    file.seek(0)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(size),
        "Content-Encoding": "identity",
    }
    return StreamingResponse(_chunks(file), media_type=media_type, headers=headers)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


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
