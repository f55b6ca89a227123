"""Loans go up to payments and later plans, and down again with the plan that was signed."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from tests.casework.test_upgrading import Rows, engine, go_to

__all__ = ["engine"]
STANDING = """
    INSERT INTO loan_standing (loan_id, version, state, seen_on, principal_minor, interest_minor, credit_minor,
                               due_minor, overdue_minor, missed, next_minor)
    SELECT id, 1, 'deferred', '2026-11-02', 100, 0, 0, 0, 0, 0, 0 FROM loan"""


@pytest.mark.deep
def test_a_loan_keeps_its_signed_plan_when_payments_and_later_plans_come_and_go(engine: Engine) -> None:
    go_to(engine, "0030")
    with engine.begin() as connection:
        rows = Rows(connection)
        office = rows.add("organisation", kind="office", code="HQ")
        worker = rows.add("worker", office_id=office, sex="F")
        case = rows.add("case_file", worker_id=worker, office_id=office, source="office", life="open")
        loan = rows.add(
            "loan", case_id=case, number="L-2026-000001", state="in_grace", principal_minor=100, currency="EUR"
        )
        for number in (1, 2):
            rows.add("instalment", loan_id=loan, plan=1, number=number, amount_minor=50)
    go_to(engine, "0031")
    with engine.begin() as connection:
        rows = Rows(connection)
        rows.add("loan_plan", loan_id=loan, number=2, kind="deferred")
        rows.add("instalment", loan_id=loan, plan=2, number=1, amount_minor=100)
        connection.execute(text(STANDING))
        file = rows.add("bank_file", office_id=office, sha256="f" * 64)
        rows.add("bank_line", office_id=office, file_id=file, loan_id=loan, reference="TX-1", state="counted")
        rows.add("bank_line", office_id=office, file_id=file, reference="TX-2", state="waiting", said=b"sealed")
        rows.add("loan_forgiveness", loan_id=loan, ground="death", state="proposed")
        assert len(rows.of("instalment")) == 3
    go_to(engine, "0030", down=True)
    with engine.connect() as connection:
        rows = Rows(connection)
        assert [(row["plan"], row["number"], row["amount_minor"]) for row in rows.of("instalment")] == [
            (1, 1, 50),
            (1, 2, 50),
        ]
        (kept,) = rows.of("loan")
        assert (kept["number"], kept["state"]) == ("L-2026-000001", "in_grace")
    go_to(engine, "0031")
    with engine.connect() as connection:
        assert Rows(connection).of("bank_line") == []
