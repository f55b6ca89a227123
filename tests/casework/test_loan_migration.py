"""Loans of before are kept when their life is told in more steps, and when it is told in fewer again."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError, IntegrityError

from casework.loans.life import OUTSTANDING, LoanState
from tests.casework.test_upgrading import Rows, engine, go_to
from tests.support.factories import TODAY

__all__ = ["engine"]


@pytest.mark.deep
def test_loans_of_before_are_kept_with_numbers_and_new_words_for_their_states(engine: Engine) -> None:
    go_to(engine, "0029")
    with engine.begin() as connection:
        rows = Rows(connection)
        office = rows.add("organisation", kind="office", code="HQ")
        worker = rows.add("worker", office_id=office, sex="F")
        case = rows.add("case_file", worker_id=worker, office_id=office, source="office", life="open")
        officers = [rows.add("account", organisation_id=office, role="loan_officer", email=str(one)) for one in "ab"]
        about = {"case_id": case, "principal_minor": 120_050, "currency": "EUR"}
        loans = {name: rows.add("loan", state=state, **about) for name, state in (
            ("asked", "asked"), ("half", "asked"), ("approved", "approved"), ("signed", "signed"),
            ("declined", "declined"), ("withdrawn", "withdrawn"))}  # fmt: skip
        for name, deciding in (("half", officers[:1]), ("approved", officers), ("signed", officers)):
            for officer in deciding:
                rows.add("loan_approval", loan_id=loans[name], officer_id=officer, approved=True)
        rows.add("instalment", loan_id=loans["signed"], number=1, amount_minor=120_050)
    go_to(engine, "0030")
    with engine.connect() as connection:
        rows = Rows(connection)
        found = {UUID(str(row["id"])): row for row in rows.of("loan")}
        purposes = rows.of("loan_purpose")
        (plan,) = rows.of("instalment")
    assert {name: found[loans[name]]["state"] for name in loans} == {
        "asked": "requested", "half": "assessed", "approved": "approved", "signed": "note_signed",
        "declined": "declined", "withdrawn": "cancelled"}  # fmt: skip
    numbers = sorted(row["number"] for row in found.values())
    assert numbers == [f"L-{TODAY.year}-{number:06d}" for number in range(1, 7)]
    assert found[loans["half"]]["assessed_by"] == str(officers[0])
    assert [(row["head"], row["amount_minor"]) for row in purposes] == [("travel", 120_050)] * 6
    assert (plan["plan"], plan["interest_minor"]) == (1, 0)
    go_to(engine, "0029", down=True)
    with engine.connect() as connection:
        rows = Rows(connection)
        states = {UUID(str(row["id"])): row["state"] for row in rows.of("loan")}
        assert len(rows.of("instalment")) == 1
        assert rows.of("number_series") == []
    assert {name: states[loans[name]] for name in loans} == {
        "asked": "asked", "half": "asked", "approved": "approved", "signed": "signed",
        "declined": "declined", "withdrawn": "withdrawn"}  # fmt: skip


@pytest.mark.deep
def test_loans_that_are_further_on_are_signed_ones_again_to_the_rules_of_before(engine: Engine) -> None:
    go_to(engine, "0030")
    with engine.begin() as connection:
        rows = Rows(connection)
        office = rows.add("organisation", kind="office", code="HQ")
        worker = rows.add("worker", office_id=office, sex="F")
        case = rows.add("case_file", worker_id=worker, office_id=office, source="office", life="open")
        about = {"case_id": case, "principal_minor": 10**12, "currency": "KWD", "within_cap": True}
        loans = {
            state: rows.add("loan", state=state.value, number=state.value, note_how="screen", disbursed_to="worker",
                            **about)
            for state in LoanState
        }  # fmt: skip
        lent = loans[LoanState.DEFERRED]
        for plan in (1, 2):
            rows.add("instalment", loan_id=lent, plan=plan, number=1, amount_minor=10**12, interest_minor=5)
        rows.add("loan_purpose", loan_id=lent, head="travel", amount_minor=10**12)
        rows.add("loan_assessment", loan_id=lent, instalment_minor=10**12)
        rows.add("loan_party", loan_id=lent, kind="guarantor", detail=b"sealed")
        rows.add("loan_unwinding", loan_id=loans[LoanState.UNWOUND], borne_by="worker")
    with pytest.raises(IntegrityError), engine.begin() as connection:
        Rows(connection).add("loan", state="asked", number="other", **about)
    if engine.dialect.name == "sqlite":  # whose integers are as long as the number is
        go_to(engine, "0029", down=True)
    else:
        with pytest.raises(DataError):
            go_to(engine, "0029", down=True)
        with engine.begin() as connection:
            for table, column in (("loan", "principal_minor"), ("instalment", "amount_minor")):
                connection.execute(text(f"UPDATE {table} SET {column} = 120050"))
        go_to(engine, "0029", down=True)
    with engine.connect() as connection:
        rows = Rows(connection)
        states = {UUID(str(row["id"])): row["state"] for row in rows.of("loan")}
        assert [row["number"] for row in rows.of("instalment")] == [1]
    signed = {state for state in LoanState if states[loans[state]] == "signed"}
    assert signed == (OUTSTANDING | {LoanState.NOTE_SIGNED, LoanState.SETTLED, LoanState.FORGIVEN})
    assert states[loans[LoanState.UNWOUND]] == states[loans[LoanState.CANCELLED]] == "withdrawn"
    go_to(engine, "0030")
    with engine.connect() as connection:
        assert all(row["number"].startswith("L-") for row in Rows(connection).of("loan"))
