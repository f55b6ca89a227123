"""Costs of a case on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import PASSWORD, Command
from tests.cli.test_batches import SUBMIT, row, write

BRIBE = ("illegitimate", "500", "eur", "--paid-by", "worker", "--to", "A broker")


@pytest.fixture
def case(run: Command, tmp_path: Path) -> Command:
    """An installation with the open case T-0001, and a caseworker."""
    run("batch", "submit", write(tmp_path, row(1)), *SUBMIT)
    account = ("--role", "caseworker", "--organisation", "HQ", "--name", "Some Body", "--password-stdin")
    run("user", "add", "a@example.org", *account, input=PASSWORD)
    return run


def test_a_cost_is_recorded_held_to_the_ceilings_and_listed_with_its_alert(case: Command) -> None:
    case("costs", "add", "T-0001", *BRIBE, "--as", "a@example.org")
    case("costs", "add", "T-0001", "visa", "75.50", "EUR", "--paid-by", "employer", "--to", "Embassy")
    shape = case.json("costs", "list", "T-0001", status=1)
    assert shape["schema"] == "predeparture.costs/1"
    assert [(one["head"], one["amount_minor"], one["payee"]) for one in shape["costs"]] == [
        ("illegitimate", 50_000, "A broker"),
        ("visa", 7_550, "Embassy"),
    ]
    assert {one["code"] for one in shape["findings"]} == {"forbidden", "no_receipt", "not_asked"}
    (alert,) = shape["alerts"]
    assert (alert["state"], alert["excess_minor"], alert["departure_waits"]) == ("open", 50_000, False)
    said = case("costs", "list", "T-0001", status=1).stdout
    assert "No rule allows such a payment" in said and "2 costs." in said
    case("audit", "verify")


def test_what_nobody_paid_is_not_recorded(case: Command) -> None:
    for wrong in (
        ("visa", "0", "EUR"),
        ("visa", "-5", "EUR"),
        ("visa", "1.005", "EUR"),
        ("visa", "1.5", "JPY"),
        ("visa", "5", "QQQ"),
        ("any", "5", "EUR"),
    ):
        case("costs", "add", "T-0001", "--paid-by", "worker", "--to", "x", "--", *wrong, status=2)
    case("costs", "add", "T-0001", *BRIBE, "--on", "tomorrow", status=2)
    case("costs", "add", "T-0001", *BRIBE, "--on", "2099-01-01", status=2)
    case("costs", "add", "T-0009", *BRIBE, status=3)
    assert case.json("costs", "list", "T-0001", status=1)["costs"] == []
