"""Results of courses of before are kept when courses come in, and when they go again."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.casework.test_upgrading import Rows, engine, go_to
from tests.support.factories import TODAY

__all__ = ["engine"]


@pytest.mark.deep
def test_results_of_courses_of_before_are_kept(engine: Engine) -> None:
    go_to(engine, "0020")
    with engine.begin() as connection:
        rows = Rows(connection)
        office = rows.add("organisation", kind="office", code="HQ")
        worker = rows.add("worker", office_id=office, sex="F")
        case = rows.add("case_file", worker_id=worker, office_id=office, source="office", life="open")
        result = rows.add("training_result", case_id=case, hours_held=120, hours_attended=110)
        decided = {"kind": "language_result", "outcome": "full", "skills": {}}
        rows.add("qualification_decision", case_id=case, training_id=result, **decided)
    go_to(engine, "0021")
    with engine.begin() as connection:
        rows = Rows(connection)
        (kept,) = rows.of("training_result")
        assert (kept["course_id"], kept["licence_number"], kept["asked_percent"]) == (None, "", 0)
        course = rows.add("course", office_id=office, provider_id=office, state="running", code="A", begins_on=TODAY)
        enrolled = {"course_id": course, "case_id": case, "worker_id": worker, "result_id": result}
        rows.add("enrolment", state="completed", **enrolled)
    go_to(engine, "0020", down=True)
    with engine.connect() as connection:
        (kept,) = Rows(connection).of("training_result")
        assert kept["hours_attended"] == 110
        assert "course_id" not in kept
