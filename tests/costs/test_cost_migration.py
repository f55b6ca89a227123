"""The steps of costs and complaints go up and down with a case of before and rows in every table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from casework import schema
from casework.database import make_engine
from tests.casework.test_upgrading import Rows, go_to
from tests.support.postgres import Server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres])])
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
def test_alerts_of_before_keep_whom_the_fee_was_paid_to(engine: Engine) -> None:
    go_to(engine, "0038")
    with engine.begin() as connection:
        rows = Rows(connection)
        office, agency, other = (
            rows.add("organisation", kind=kind, code=code)
            for kind, code in (("office", "HQ"), ("agency", "A"), ("agency", "B"))
        )
        worker = rows.add("worker", office_id=office, sex="F")
        case = rows.add("case_file", worker_id=worker, office_id=office, source="office", life="open")
        alert = {"case_id": case, "kind": "forbidden", "currency": "EUR", "state": "open"}
        raised = [rows.add("fee_alert", head=head, **alert) for head in ("visa", "any")]
        rows.add("fee_alert_step", alert_id=raised[0], case_id=case, step="raised")
        cost = {"case_id": case, "first_id": office, "head": "visa", "paid_by": "worker", "currency": "EUR"}
        for values in ({}, {}, {"head": "medical", "payee_id": other}, {"live": False, "payee_id": other},
                       {"paid_by": "employer", "payee_id": other}, {"currency": "USD", "payee_id": other}):  # fmt: skip
            rows.add("cost", **{**cost, "live": True, "payee_id": agency, **values})
        filed = rows.add("complaint", office_id=office, kind="fee", against="staff", state="received")
        rows.add("complaint_step", complaint_id=filed, step="received")
    go_to(engine, "0040")
    with engine.connect() as connection:
        rows = Rows(connection)
        named = {(_id(one["alert_id"]), _id(one["organisation_id"])) for one in rows.of("fee_alert_payee")}
        assert named == {(_id(raised[0]), _id(agency)), (_id(raised[1]), _id(agency)), (_id(raised[1]), _id(other))}
        assert [one["freed_minor"] for one in rows.of("fee_alert")] == [0, 0]
        assert [(one["counted_id"], one["counts_from"]) for one in rows.of("complaint")] == [(None, None)]
    go_to(engine, "0038", down=True)
    with engine.connect() as connection:
        rows = Rows(connection)
        assert [len(rows.of(table)) for table in ("fee_alert", "fee_alert_step", "complaint_step")] == [2, 1, 1]
    go_to(engine, "head")
    assert schema.difference(engine) == []


def _id(value: object) -> str:
    """The text of an id: SQLite tells them without dashes."""
    return str(value).replace("-", "")


@pytest.mark.deep
def test_costs_and_complaints_come_and_go_and_leave_the_cases_of_before(engine: Engine) -> None:
    go_to(engine, "0034")
    with engine.begin() as connection:
        rows = Rows(connection)
        office = rows.add("organisation", kind="office", code="HQ")
        worker = rows.add("worker", office_id=office, sex="F")
        case = rows.add("case_file", worker_id=worker, office_id=office, source="office", life="open")
    go_to(engine, "0036")
    alert = {"case_id": case, "kind": "forbidden", "head": "visa", "currency": "EUR", "state": "open"}
    complaint = {"office_id": office, "kind": "fee", "against": "staff", "state": "received"}
    with engine.begin() as connection:
        rows = Rows(connection)
        cost = {"case_id": case, "head": "visa", "paid_by": "worker", "amount_minor": 10**12}
        first = rows.add("cost", first_id=office, **cost)
        rows.add("cost", first_id=first, replaces=first, **cost)
        raised = rows.add("fee_alert", **alert)
        rows.add("fee_alert_step", alert_id=raised, case_id=case, step="raised")
        rows.add("costs_asked", case_id=case)
        filed = rows.add("complaint", code_index="a", **complaint)
        rows.add("complaint_step", complaint_id=filed, step="received")
    for table, values in (("fee_alert", alert), ("complaint", {**complaint, "code_index": "a"})):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            Rows(connection).add(table, **values)
    go_to(engine, "0034", down=True)
    with engine.connect() as connection:
        assert [one["reference"] for one in Rows(connection).of("case_file")] == ["x"]
    go_to(engine, "0036")
    with engine.connect() as connection:
        assert Rows(connection).of("cost") == Rows(connection).of("complaint") == []
