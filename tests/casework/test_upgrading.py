"""A database with rows in it goes up and down: nothing is lost, and every reference still leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, MetaData, func, select

from basis.ids import new_id
from casework import schema
from casework.database import make_engine
from tests.support.factories import TODAY
from tests.support.postgres import Server

MORNING = datetime.combine(TODAY, time())
"""Reflected columns know no time zones."""
_MUST: dict[type, Any] = {str: "x", int: 1, bool: False, date: TODAY, datetime: MORNING, dict: {}}


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


def go_to(engine: Engine, revision: str, *, down: bool = False) -> None:
    with engine.execution_options(begin="IMMEDIATE").begin() as connection:
        (command.downgrade if down else command.upgrade)(schema._config(connection), revision)


class Rows:
    """Writes rows as the database stands, with something in every column that must have it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = MetaData()
        self._tables.reflect(connection)

    def add(self, table: str, **values: Any) -> UUID:
        row = {"id": new_id(), **values}
        if self._connection.dialect.name == "sqlite":  # reflected there as text
            row = {name: value.hex if isinstance(value, UUID) else value for name, value in row.items()}
        for column in self._tables.tables[table].columns:
            if not column.nullable and column.server_default is None and column.name not in row:
                row[column.name] = _MUST[column.type.python_type]
        self._connection.execute(self._tables.tables[table].insert().values(**row))
        return UUID(str(row["id"]))

    def of(self, table: str) -> list[dict[str, Any]]:
        return [dict(row) for row in self._connection.execute(select(self._tables.tables[table])).mappings()]


def fill(connection: Connection) -> tuple[UUID, UUID]:
    """A case with a certificate that took the place of another, and two waivers; the ids of the certificates."""
    rows = Rows(connection)
    office = rows.add("organisation", kind="office", code="HQ")
    worker = rows.add("worker", office_id=office, sex="F")
    case = rows.add("case_file", worker_id=worker, office_id=office, source="office", life="open")
    paper = {"case_id": case, "worker_id": worker, "office_id": office, "state": "issued"}
    signed = [rows.add("sign_off", case_id=case, stands_on=[]) for _each in range(2)]
    later = rows.add("certificate", sign_off_id=signed[0], number="2", token="2", **paper)
    earlier = rows.add("certificate", sign_off_id=signed[1], number="1", token="1", superseded_by=later, **paper)
    rows.add("waiver", case_id=case)
    rows.add("waiver", case_id=case, withdrawn_on=TODAY)
    return earlier, later


@pytest.mark.deep
def test_waivers_and_certificates_of_before_are_kept(engine: Engine) -> None:
    go_to(engine, "0004")
    with engine.begin() as connection:
        earlier, later = fill(connection)
    go_to(engine, "head")
    assert schema.difference(engine) == []
    with engine.connect() as connection:
        rows = Rows(connection)
        waivers = {row["state"]: row for row in rows.of("waiver")}
        certificates = {UUID(str(row["id"])): row for row in rows.of("certificate")}
    assert set(waivers) == {"given", "withdrawn"}
    assert {row["kind"] for row in waivers.values()} == {"waiver"}
    assert {str(row["asked_on"]) for row in waivers.values()} == {str(TODAY)}
    assert UUID(str(certificates[earlier]["superseded_by"])) == later
    assert certificates[later]["superseded_by"] is None
    assert all(row["sign_off_id"] and not row["decision_id"] for row in certificates.values())
    go_to(engine, "0004", down=True)
    with engine.connect() as connection:
        tables = MetaData()
        tables.reflect(connection)
        counts = {name: connection.scalar(select(func.count()).select_from(tables.tables[name])) for name in
                  ("waiver", "certificate")}  # fmt: skip
    assert counts == {"waiver": 2, "certificate": 2}


@pytest.mark.deep
def test_answers_to_possible_matches_of_before_stay_readable(engine: Engine) -> None:
    go_to(engine, "0017")
    with engine.begin() as connection:
        rows = Rows(connection)
        office = rows.add("organisation", kind="office", code="HQ")
        worker = rows.add("worker", office_id=office, sex="F")
        case = rows.add("case_file", worker_id=worker, office_id=office, source="office", life="open")
        officers = [
            rows.add("account", organisation_id=office, role="security_officer", email=str(one)) for one in range(3)
        ]
        entry = rows.add("watch_entry", list_id=rows.add("watch_list"), content={})
        screening = rows.add("screening", case_id=case, worker_id=worker, lists=[], outcome="hits")
        about = {"screening_id": screening, "case_id": case, "worker_id": worker, "entry_id": entry}
        hits = {state: rows.add("hit", state=state, **about) for state in ("open", "disputed", "dismissed")}
        hits["carried"] = rows.add("hit", state="dismissed", carried_from=hits["dismissed"], **about)
        for state, answers in (("open", ["false_match"]), ("disputed", ["false_match", "true_match"]),
                             ("dismissed", ["true_match", "false_match", "false_match"])):  # fmt: skip
            for officer, verdict in zip(officers, answers, strict=False):
                rows.add("adjudication", hit_id=hits[state], officer_id=officer, verdict=verdict)
    go_to(engine, "head")
    assert schema.difference(engine) == []
    with engine.connect() as connection:
        rows = Rows(connection)
        states = {UUID(str(row["id"])): row["state"] for row in rows.of("hit")}
        carried = [row["carried_from"] for row in rows.of("hit") if UUID(str(row["id"])) == hits["carried"]]
        given = rows.of("adjudication")
    steps = [(UUID(str(row["hit_id"])), row["number"], row["step"], row["verdict"]) for row in given]
    assert [states[hits[name]] for name in ("open", "disputed", "dismissed")] == ["proposed", "open", "dismissed"]
    assert [UUID(str(one)) for one in carried] == [hits["dismissed"]]
    assert (hits["open"], 1, "proposed", "not_the_person") in steps
    assert {step for hit, _number, step, _verdict in steps if hit != hits["open"]} == {"answered"}
    assert sorted(number for hit, number, _step, _verdict in steps if hit == hits["dismissed"]) == [1, 2, 3]
    go_to(engine, "0017", down=True)
    with engine.connect() as connection:
        rows = Rows(connection)
        assert {row["state"] for row in rows.of("hit")} == {"open", "dismissed"}
        assert sorted(row["verdict"] for row in rows.of("adjudication")) == ["false_match"] * 4 + ["true_match"] * 2


@pytest.mark.deep
def test_examinations_of_before_count_as_their_own_first_version(engine: Engine) -> None:
    go_to(engine, "0023")
    with engine.begin() as connection:
        rows = Rows(connection)
        office = rows.add("organisation", kind="office", code="HQ")
        worker = rows.add("worker", office_id=office, sex="F")
        case = rows.add("case_file", worker_id=worker, office_id=office, source="office", life="open")
        about = {"case_id": case, "worker_id": worker, "clinic_id": office, "outcome": "fit"}
        first = rows.add("medical_examination", **about)
        rows.add("waiver", case_id=case, kind="waiver", state="requested", reason="written down before")
    go_to(engine, "head")
    assert schema.difference(engine) == []
    with engine.begin() as connection:
        rows = Rows(connection)
        (kept,) = rows.of("medical_examination")
        assert (kept["number"], kept["counting"], kept["good_until"], kept["root_id"]) == (1, "counts", None, None)
        assert [(row["reason"], row["sealed_reason"]) for row in rows.of("waiver")] == [("written down before", None)]
        second = rows.add("medical_examination", **about, counting="waits", parts={}, root_id=first, number=2)
    go_to(engine, "0023", down=True)
    with engine.connect() as connection:
        ended = {UUID(str(row["id"])): row["withdrawn_on"] for row in Rows(connection).of("medical_examination")}
    assert ended[first] is None and ended[second] is not None
