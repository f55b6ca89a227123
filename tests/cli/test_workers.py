"""Records of one person, and households, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.households import service as households
from casework.households.rules import MemberRole
from casework.settings import Settings
from casework.work import Work
from documents.installation import open_installation
from tests.cli.conftest import PASSWORD, Command
from tests.cli.test_batches import SUBMIT, row, write

BOSS = "mira@example.org"


@pytest.fixture
def cases(run: Command, tmp_path: Path) -> Command:
    """An installation with a supervisor, and the cases of two records that are alike; the second one has ended."""
    alike = {"family_name": "Testhoxha", "given_names": "Arben", "birth_date": "1994-05-04"}
    run("batch", "submit", write(tmp_path, row(1, **alike), row(2, **alike)), *SUBMIT)
    account = ("--name", "Mira Boss", "--password-stdin")
    run("user", "add", BOSS, "--role", "supervisor", "--organisation", "HQ", *account, input=PASSWORD)
    installation = open_installation(Settings(home=run.home))

    def end(work: Work) -> None:
        case = work.session.exec(select(Case).where(Case.reference == "T-0002")).one()
        case.life, case.ended_on = CaseLife.WITHDRAWN, work.today
        work.session.add(case)

    installation.database.run(ENGINE, end)
    installation.database.engine.dispose()
    return run


def test_two_records_are_found_compared_merged_and_taken_apart(cases: Command) -> None:
    (pair,) = cases.json("worker", "duplicates", "--as", BOSS, status=1)["pairs"]
    assert [pair["first"]["cases"], pair["second"]["cases"], pair["signs"]] == [
        ["T-0001"],
        ["T-0002"],
        ["birth_and_name"],
    ]
    compared = cases.json("worker", "compare", "T-0001", "T-0002", "--as", BOSS)
    assert "passport" in compared["differing"]
    assert compared["moved"]["case_file"] == 1
    assert "different" in cases("worker", "compare", "T-0001", pair["second"]["id"], "--as", BOSS).output
    both = ("T-0001", "T-0002", "--reason", "One person")
    cases("worker", "merge", *both, status=3)
    cases("worker", "merge", *both, "--take", "shoes", "--as", BOSS, status=2)
    made = cases.json("worker", "merge", *both, "--take", "passport", "--as", BOSS)
    assert (made["kept"], made["merged"]) == (pair["first"]["id"], pair["second"]["id"])
    assert "No" not in cases("worker", "duplicates", "--as", BOSS).output
    assert cases.json("worker", "unmerge", made["id"], "--as", BOSS)["rows"] == []
    cases("worker", "unmerge", made["id"], "--reason", "Cousins", "--as", BOSS)
    cases("worker", "unmerge", made["id"], "--reason", "Cousins", "--as", BOSS, status=3)
    cases("worker", "unmerge", "nothing", "--as", BOSS, status=2)
    cases("audit", "verify")


def test_a_household_is_listed_and_shown(cases: Command) -> None:
    assert "no household" in cases("household", "show", "T-0001").output
    assert cases.json("household", "show", "T-0001")["household"] is None
    installation = open_installation(Settings(home=cases.home))

    def form(work: Work) -> None:
        case = work.session.exec(select(Case).where(Case.reference == "T-0001")).one()
        households.form(work, case.id, MemberRole.PRINCIPAL, work.today)

    installation.database.run(ENGINE, form)
    installation.database.engine.dispose()
    (listed,) = cases.json("household", "list")["households"]
    assert listed == cases.json("household", "show", "T-0001")["household"]
    assert [one["case"] for one in listed["members"]] == ["T-0001"]
    assert listed["reference"] in cases("household", "list").output
    assert "principal" in cases("household", "show", "T-0001").output
    cases("household", "list", "--only", "strange", status=2)
