"""Job orders and the records of agencies on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import PASSWORD, Command

BOSS, OTHER, CLERK = "mira@example.org", "drita@example.org", "agron@example.org"
PROGRAMME = "kosovo-germany-construction"
UNTIL = (datetime.now(UTC).date() + timedelta(days=200)).isoformat()
WANTED = (
    "--programme",
    PROGRAMME,
    "--occupation",
    "7112",
    "--title",
    "Bricklayers",
    "--workers",
    "3",
    "--wage",
    "2400.50",
)


@pytest.fixture
def hall(run: Command) -> Command:
    """An employer, two supervisors and somebody of the agency."""
    run("organisation", "add", "NORD", "--kind", "employer", "--name", "Nord", "--country", "DE", "--office", "HQ")
    for email, role, at in ((BOSS, "supervisor", "HQ"), (OTHER, "supervisor", "HQ"), (CLERK, "agency_user", "AGN")):
        account = ("--role", role, "--organisation", at, "--name", "Synthetic", "--password-stdin")
        run("user", "add", email, *account, input=PASSWORD)
    return run


def test_a_job_order_is_asked_for_approved_and_listed(hall: Command) -> None:
    order = ("--employer", "NORD", *WANTED, "--until", UNTIL, "--agency", "AGN", "--number", "a 1")
    assert "A 1" in hall("job-orders", "ask", *order, "--as", CLERK).output
    hall("job-orders", "ask", *order, "--as", CLERK, status=3)
    (asked,) = hall.json("job-orders", "list", "--waiting")["job_orders"]
    assert (asked["state"], asked["wage_minor"], asked["currency"], asked["remaining"]) == ("asked", 240050, "EUR", 3)
    hall("job-orders", "approve", "a 1", status=2)
    hall("job-orders", "approve", "a 1", "--as", CLERK, status=3)
    hall("job-orders", "approve", "a 1", "--as", BOSS)
    assert hall.json("job-orders", "list", "--waiting")["job_orders"] == []
    assert "3 of 3 left" in hall("job-orders", "list", "--agency", "AGN", "--as", CLERK).output


def test_what_cannot_be_is_not_asked_for(hall: Command) -> None:
    order = ("--employer", "NORD", *WANTED, "--until", UNTIL)
    for wrong in (
        ("--wage", "2400.505"),
        ("--wage", "-5"),
        ("--per", "year"),
        ("--workers", "0"),
        ("--currency", "EURO"),
    ):
        hall("job-orders", "ask", *order, *wrong, "--as", BOSS, status=2)


def test_a_list_asks_for_good_rows_and_gives_the_others_back(hall: Command, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    today = datetime.now(UTC).date().isoformat()
    rows = [
        "number,agency,employer,programme,occupation,work,country,workers,wage,currency,valid from,valid until",
        f"X-1,AGN,NORD,{PROGRAMME},7112,Bricklayers,DE,5,2500,EUR,{today},{UNTIL}",
        f"X-2,AGN,NOBODY,{PROGRAMME},7112,Bricklayers,DE,5,2500,EUR,{today},{UNTIL}",
        f"X-3,AGN,NORD,{PROGRAMME},7112,Bricklayers,DE,5,2500.505,EUR,{today},{UNTIL}",
        f"X-4,AGN,NORD,{PROGRAMME},7112,Bricklayers,DE,0,2500,EUR,{today},{UNTIL}",
        f"X-5,AGN,NORD,atlantis,7112,Bricklayers,DE,5,2500,EUR,{today},{UNTIL}",
    ]
    file.write_text("\n".join(rows) + "\n")
    done = hall.json("job-orders", "import", str(file), "--as", BOSS, status=1)
    assert (done["asked"], done["rows"]["good"]) == (["X-1"], 1)
    assert [(one["row"], one["column"]) for one in done["findings"]] == [
        (5, "workers"),
        (3, "employer"),
        (4, "wage"),
        (6, "programme"),
    ]
    again = hall.json("job-orders", "import", str(file), "--as", BOSS, status=1)
    assert again["asked"] == []


def test_the_record_of_an_agency_says_what_each_figure_counts(hall: Command) -> None:
    record = hall.json("agencies", "record", "AGN", "--as", BOSS)
    scores = {one["figure"]: one for one in record["scores"]}
    assert scores["brought"]["value"] == 0 and scores["days_to_clear"]["value"] is None
    assert all(one["definition"] for one in record["scores"])
    assert "complaints" not in {
        one["figure"] for one in hall.json("agencies", "record", "AGN", "--as", CLERK)["scores"]
    }
    assert "Scorecard" not in hall("agencies", "record", "NORD", status=3).output
    hall("agencies", "record", "AGN", "--since", "2026-02-01", "--until", "2026-01-01", status=2)
    hall("agencies", "record", "AGN", "--since", "9999-12-30", "--until", "9999-12-31", status=2)
    hall("agencies", "record", "AGN", "--until", "0001-06-01", status=2)
