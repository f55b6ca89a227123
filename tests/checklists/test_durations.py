from __future__ import annotations

import pytest

from checklists.durations import Duration


@pytest.mark.parametrize(
    ("text", "written", "words"),
    [
        ("P6M", "P6M", "6 months"),
        ("P18M", "P1Y6M", "1 year and 6 months"),
        ("P2Y", "P2Y", "2 years"),
        ("P2W", "P14D", "14 days"),
        ("P1Y1M1D", "P1Y1M1D", "1 year and 1 month and 1 day"),
        ("P0D", "P0D", "0 days"),
    ],
)
def test_a_duration_is_written_and_said(text: str, written: str, words: str) -> None:
    found = Duration.parse(text)
    assert (str(found), str(found.words)) == (written, words)
    assert Duration.parse(str(found)) == found
