"""The steps of job orders and selection go up and down with an agency of before and rows in every table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from casework import schema
from casework.recruitment.rules import OrderState
from casework.selection.rules import ApplicationState
from tests.casework.test_upgrading import Rows, engine, go_to
from tests.support.factories import TODAY

__all__ = ["engine"]
_OF_ORDERS = ("principal", "agency_suspension", "job_order", "job_order_version", "job_order_claim")
_OF_SELECTION = ("selection_criteria", "application", "interview", "offer", "contract", "contract_answer")


def before(rows: Rows) -> dict[str, UUID]:
    """An agency with a licence and a worker whom it brought for a job order that is a text alone."""
    office = rows.add("organisation", kind="office", code="HQ")
    agency, employer = (
        rows.add("organisation", kind=kind, code=kind, office_id=office) for kind in ("agency", "employer")
    )
    rows.add("licence", organisation_id=agency, purpose="recruitment", number="L-1", withdrawn_on=TODAY)
    case = {"office_id": office, "agency_id": agency, "source": "agency", "life": "open", "job_order": "JO-1"}
    cases = [
        rows.add("case_file", worker_id=rows.add("worker", office_id=office, sex="F"), reference=name, **case)
        for name in "ab"
    ]
    return {"office": office, "agency": agency, "employer": employer, "case": cases[0], "other": cases[1]}


def recruited(rows: Rows, known: dict[str, UUID]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Rows in every table of both steps; what a second place and a second accepted job of the worker would be."""
    parties = {"agency_id": known["agency"], "employer_id": known["employer"]}
    wanted = {"office_id": known["office"], "wage_minor": 10**12, "wage_per": "month", "terms": {}, **parties}
    orders = [
        rows.add("job_order", number=state.value, state=state.value, headcount=1, programme_id="p", **wanted)
        for state in OrderState
    ]
    rows.add("principal", **parties)
    rows.add("agency_suspension", agency_id=known["agency"])
    rows.add("job_order_version", job_order_id=orders[0], content={"headcount": 1}, state="approved")
    place = {"job_order_id": orders[0], "case_id": known["case"]}
    rows.add("job_order_claim", released_at=None, **place)
    rows.add("selection_criteria", job_order_id=orders[0])
    over = {one.value: TODAY for one in ApplicationState if one not in ("accepted", "offered")}
    applied = {"employer_id": known["employer"], "job_order_id": orders[0]}
    made = [
        rows.add(
            "application",
            case_id=known["case" if one is ApplicationState.ACCEPTED else "other"],
            state=one.value,
            ended_on=over.get(one.value),
            **applied,
        )
        for one in ApplicationState
    ]
    rows.add("interview", application_id=made[0], result="missed")
    rows.add("offer", application_id=made[0], terms=b"sealed")
    contract = rows.add("contract", case_id=known["case"], kind="signed", terms=b"sealed")
    rows.add("contract_answer", contract_id=contract, case_id=known["case"], kind="accepted", state="waiting")
    accepted = {"case_id": known["case"], "state": "accepted", **applied, "job_order_id": orders[1]}
    return {**place, "job_order_id": orders[1]}, accepted


@pytest.mark.deep
def test_job_orders_and_selection_come_and_go_and_leave_agencies_and_cases_of_before(engine: Engine) -> None:
    go_to(engine, "0036")
    with engine.begin() as connection:
        known = before(Rows(connection))
    go_to(engine, "0038")
    with engine.begin() as connection:
        place, accepted = recruited(Rows(connection), known)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        Rows(connection).add("job_order_claim", **place)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        Rows(connection).add("application", **accepted)
    ends_first = {"number": "x", "state": "asked", "valid_from": TODAY, "valid_until": TODAY - timedelta(days=1)}
    about = {"office_id": known["office"], "employer_id": known["employer"], "wage_per": "month", "terms": {}}
    with pytest.raises(IntegrityError), engine.begin() as connection:
        Rows(connection).add("job_order", headcount=1, wage_minor=1, **about, **ends_first)
    go_to(engine, "0037", down=True)
    with engine.connect() as connection:
        rows = Rows(connection)
        assert [len(rows.of(table)) for table in _OF_ORDERS] == [1, 1, len(OrderState), 1, 1]
    go_to(engine, "0036", down=True)
    with engine.connect() as connection:
        rows = Rows(connection)
        assert [row["number"] for row in rows.of("licence")] == ["L-1"]
        assert [row["job_order"] for row in rows.of("case_file")] == ["JO-1", "JO-1"]
    go_to(engine, "head")
    assert schema.difference(engine) == []
    with engine.connect() as connection:
        rows = Rows(connection)
        assert [table for table in (*_OF_ORDERS, *_OF_SELECTION) if rows.of(table)] == []
        (licence,) = rows.of("licence")
    assert (licence["withdrawn_reason"], licence["guarantee_minor"], licence["guarantee_bank"]) == ("", None, "")
