"""Numbers are given without a gap, by kind and year, however many take one at once."""

from __future__ import annotations

import pytest
from sqlmodel import select

from basis.errors import Conflict
from casework.actor import ENGINE
from casework.certificates import service
from casework.certificates.tables import NumberSeries
from casework.database import Database
from casework.work import Work
from tests.support.together import DONE, together


def test_of_many_who_take_the_first_numbers_at_once_each_gets_one_and_failures_leave_no_gap(database: Database) -> None:
    taken: list[str] = []

    def take(work: Work) -> None:
        number = service.take_number(work, "MED", 2027)
        if len(taken) % 3 == 1:
            taken.append("failed")
            raise Conflict("tried", "Somebody was faster.")  # type: ignore[arg-type]  # never shown
        taken.append(number)

    answers = together(database, [ENGINE] * 8, take)
    assert set(answers) <= {DONE, "tried"}
    given = sorted(number for number in taken if number != "failed")
    assert given == [f"MED-2027-{number:06d}" for number in range(1, len(given) + 1)]
    assert len(given) == answers.count(DONE) > 1
    with database.read() as session:
        assert session.exec(select(NumberSeries.next_number)).one() == len(given) + 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_kind_and_each_year_counts_from_one(database: Database) -> None:
    with database.write(ENGINE) as work:
        numbers = [
            service.take_number(work, *of) for of in (("MED", 2027), ("SEC", 2027), ("MED", 2028), ("MED", 2027))
        ]
    assert numbers == ["MED-2027-000001", "SEC-2027-000001", "MED-2028-000001", "MED-2027-000002"]
