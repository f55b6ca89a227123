"""The batch that the project ships: whole, synthetic, and as fresh on any day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from casework.batches.check import BatchCheck, check
from casework.security import lists
from cli.demo_data import BATCH_NAME, REFERENCE_DAY, batch, moved, watch_list


def on(day: date) -> BatchCheck:
    return check(batch(day), file_name=BATCH_NAME, on=day)


@pytest.mark.parametrize("day", [REFERENCE_DAY, date(2026, 11, 15), date(2028, 2, 29), date(2034, 12, 31)])
def test_the_batch_goes_in_whole_on_any_day(day: date) -> None:
    result = on(day)
    assert not result.errors
    assert len(result.proposed) == 60
    assert Counter(finding.code for finding in result.findings) == {"loan_on_home_track": 2}
    ahead = {(worker.planned_departure or day) - day for worker in result.proposed}
    assert timedelta(150) <= min(ahead) <= max(ahead) <= timedelta(220)


def test_the_batch_has_what_the_demo_shows() -> None:
    workers = on(REFERENCE_DAY).proposed
    assert Counter(worker.track for worker in workers) == {"away": 45, "home": 15}
    loans = [worker.loan_requested.minor for worker in workers if worker.loan_requested]
    assert (len(loans), min(loans) >= 300_00, max(loans) <= 2_000_00) == (30, True, True)
    assert sum(worker.language_level == "A1" for worker in workers) == 4
    assert sum(len({stay.country for stay in worker.residences}) > 1 for worker in workers) == 5
    assert {worker.occupation[:2] for worker in workers} == {"71"}
    assert len({worker.passport_number for worker in workers}) == 60


def test_moving_there_and_back_changes_nothing() -> None:
    there = date(2027, 3, 1)
    assert moved(moved(batch(), REFERENCE_DAY, there), there, REFERENCE_DAY) == batch()


def test_the_watch_list_loads_and_resembles_one_worker() -> None:
    entries = lists.load(watch_list(), "csv").entries
    assert len(entries) == 40
    worker = next(worker for worker in on(REFERENCE_DAY).proposed if worker.row == 24)
    assert f"{worker.given_names} {worker.family_name}".casefold() in watch_list().decode().casefold()
