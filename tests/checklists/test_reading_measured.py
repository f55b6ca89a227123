"""Reading and checking all shipped programmes takes less than a second."""

from __future__ import annotations

from time import process_time

from checklists.catalogue import Catalogue, read_programme


def test_all_programmes_are_read_and_checked_within_a_second() -> None:
    Catalogue.load()  # calendars and the parser of conditions are made once a process
    times = []
    for _time in range(3):
        read_programme.cache_clear()
        begun = process_time()
        Catalogue.load()
        times.append(process_time() - begun)
    assert min(times) < 1.0
