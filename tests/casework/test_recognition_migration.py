"""Decisions on qualifications of before go up to the records that lead to them, and down again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from casework import schema
from casework.database import make_engine
from tests.casework.test_upgrading import Rows, go_to
from tests.support.postgres import Server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    if request.param == "sqlite":
        made = make_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
        yield made
        made.dispose()
        return
    server: Server = request.getfixturevalue("postgres_server")
    with server.database() as url:
        made = make_engine(url)
        yield made
        made.dispose()


@pytest.mark.deep
def test_decisions_of_before_are_kept_and_new_outcomes_go_down_as_not_recognised(engine: Engine) -> None:
    go_to(engine, "0024")
    with engine.begin() as connection:
        rows = Rows(connection)
        office = rows.add("organisation", kind="office", code="HQ")
        worker = rows.add("worker", office_id=office, sex="F")
        case = rows.add("case_file", worker_id=worker, office_id=office, source="office", life="open")
        rows.add("qualification_decision", case_id=case, kind="diploma_recognition", outcome="full")
    go_to(engine, "head")
    assert schema.difference(engine) == []
    with engine.begin() as connection:
        rows = Rows(connection)
        (kept,) = rows.of("qualification_decision")
        assert (kept["outcome"], kept["months"], kept["agreement"], kept["seconded_by"]) == ("full", None, "", "")
        decision = rows.add("qualification_decision", case_id=case, kind="diploma_recognition", outcome="not_required")
        school = rows.add("institution", status="H+", country="XK")
        of = {"case_id": case, "institution_id": school, "comparison": "unlisted", "verification": "no"}
        diploma = rows.add("diploma", worker_id=worker, **of)
        rows.add("recognition_procedure", case_id=case, diploma_id=diploma, state="decided", decision_id=decision)
    go_to(engine, "0024", down=True)
    with engine.connect() as connection:
        outcomes = sorted(row["outcome"] for row in Rows(connection).of("qualification_decision"))
    assert outcomes == ["full", "none"]
