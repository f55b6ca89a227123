"""Batches as agencies send them (`../shared/samples`; skipped where that folder is absent)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from casework.batches.check import BatchCheck, check
from casework.batches.rules import ProposedWorker

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
ON = date(2026, 11, 15)

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not beside the repository")


def sample(name: str) -> BatchCheck:
    return check((SAMPLES / name).read_bytes(), file_name=name, on=ON)


def test_the_clean_batch_goes_in_whole_as_csv_and_as_workbook() -> None:
    results = [sample("kosovo-construction.csv"), sample("kosovo-construction.xlsx")]
    for result in results:
        assert not result.errors
        assert len(result.proposed) == result.rows == 60
        assert {finding.code for finding in result.findings} == {"loan_on_home_track"}
    workers: list[list[ProposedWorker]] = [list(result.proposed) for result in results]
    assert workers[0] == workers[1]


def test_every_fault_of_the_messy_batch_is_found_and_nothing_else() -> None:
    expected = json.loads((SAMPLES / "messy-export.expected.json").read_text(encoding="utf-8"))
    planted = {(fault["row"], expected["columns"][fault["field"]], fault["code"]) for fault in expected["faults"]}
    result = sample("messy-export.csv")
    assert {(error.row, error.column, error.code) for error in result.errors} == planted
    assert len(result.proposed) == expected["rows"] - len({row for row, _column, _code in planted})
    assert set(result.mapping.values()) == set(expected["columns"].values())


def test_a_batch_with_other_columns_in_french_and_arabic_goes_in() -> None:
    result = sample("morocco-ict.csv")
    assert not result.errors
    assert len(result.proposed) == 40
    worker = result.proposed[0]
    assert (worker.nationality, worker.language, worker.native_given_names) == ("MA", "en", "أيوب")
