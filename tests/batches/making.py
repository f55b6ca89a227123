"""Small files as agencies make them. The people in them do not exist."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from casework.batches.check import BatchCheck, check
from casework.evidence.mrz import emit_td3

ON = date(2026, 11, 15)

GOOD: dict[str, str] = {
    "Agency reference": "A-1",
    "Family name": "Krasniqi",
    "Given names": "Gëzim",
    "Sex": "M",
    "Date of birth": "1990-05-17",
    "Nationality": "Kosovo",
    "Passport number": "P12345678",
    "Passport expires on": "2031-03-02",
    "Occupation (ISCO-08)": "7112",
    "Track": "away",
    "Planned departure": "2027-05-31",
    "Consent": "yes",
}


def zone(**changes: Any) -> dict[str, str]:
    """The two MRZ cells that belong to GOOD."""
    first, second = emit_td3(
        **{
            "issuer": "RKS",
            "family_name": "Krasniqi",
            "given_names": "Gëzim",
            "document_number": "P12345678",
            "nationality": "RKS",
            "birth_date": date(1990, 5, 17),
            "sex": "M",
            "expires_on": date(2031, 3, 2),
            **changes,
        }
    )
    return {"MRZ line 1": first, "MRZ line 2": second}


def as_csv(rows: Sequence[Mapping[str, str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return stream.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def checked(*rows: Mapping[str, str], **options: Any) -> BatchCheck:
    return check(as_csv(rows), file_name="list.csv", **{"on": ON, **options})


def found(result: BatchCheck) -> list[tuple[int | None, str | None, str]]:
    """Row, field and code of each finding."""
    return [(finding.row, finding.field, finding.code) for finding in result.findings]
