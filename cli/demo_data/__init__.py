"""The batch and the watch list that the demo plays with. The people in them do not exist.

Every date of the batch that has to do with now is written for `REFERENCE_DAY`; `moved` brings a copy to
another day, so that the demo is as fresh next year.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from importlib.resources import files

from casework.evidence.mrz import Form, Holder, emit, parse

REFERENCE_DAY = date(2026, 1, 15)
BATCH_NAME = "kosovo-construction-60.csv"
WATCH_LIST_NAME = "watchlist.csv"

_MOVING = ("Passport issued on", "Passport expires on", "Language tested on", "Planned departure")
_ZONE = ("MRZ line 1", "MRZ line 2")


def batch(on: date = REFERENCE_DAY) -> bytes:
    """The demo's batch as it would be handed in on the day `on`: 60 workers, CSV in UTF-8."""
    return moved(_read(BATCH_NAME), REFERENCE_DAY, on)


def watch_list() -> bytes:
    """The demo's watch list, in the engine's own format."""
    return _read(WATCH_LIST_NAME)


def moved(data: bytes, from_day: date, to_day: date) -> bytes:
    """The batch with its departures, tests and passport dates as far from `to_day` as they were from `from_day`.

    Births stay where they are. The machine readable zones are written anew, so that their digits hold.
    """
    days = to_day - from_day
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(row | _moved_dates(row, days) | _moved_zone(row, days, from_day))
    return stream.getvalue().encode("utf-8")


def _read(name: str) -> bytes:
    return files("cli.demo_data").joinpath(name).read_bytes()


def _moved_dates(row: dict[str, str], days: timedelta) -> dict[str, str]:
    return {name: (date.fromisoformat(row[name]) + days).isoformat() for name in _MOVING if row[name]}


def _moved_zone(row: dict[str, str], days: timedelta, on: date) -> dict[str, str]:
    zone = parse([row[name] for name in _ZONE], on=on)
    holder = Holder(
        zone.document_code,
        zone.issuer,
        zone.family_name,
        zone.given_names,
        zone.document_number,
        zone.nationality,
        zone.birth_date,
        zone.sex,
        date.fromisoformat(row["Passport expires on"]) + days,
        zone.optional_data,
    )
    return dict(zip(_ZONE, emit(Form.TD3, holder), strict=True))
