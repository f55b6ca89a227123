"""A batch is checked, handed in once, and shown; what is wrong stands at its row and column."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import PASSWORD, Command

PROGRAMME = "kosovo-germany-construction"
HEADERS = [
    *("agency_reference", "family_name", "given_names", "sex", "birth_date", "nationality", "passport_number"),
    *("passport_expires_on", "occupation", "track", "planned_departure", "consent"),
]


def row(number: int, **changes: str) -> dict[str, str]:
    today = datetime.now().astimezone().date()
    return {
        "agency_reference": f"T-{number:04d}",
        "family_name": "Hoxhademo",
        "given_names": "Arbenta",
        "sex": "F",
        "birth_date": "1995-03-09",
        "nationality": "XK",
        "passport_number": f"K{number:08d}",
        "passport_expires_on": (today + timedelta(days=2000)).isoformat(),
        "occupation": "7112",
        "track": "away",
        "planned_departure": (today + timedelta(days=200)).isoformat(),
        "consent": "yes",
    } | changes


def write(folder: Path, *rows: dict[str, str], name: str = "batch.csv", headers: list[str] = HEADERS) -> str:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers)
        writer.writerows(list(each.values()) for each in rows)
    return str(path)


def check(run: Command, file: str, *more: str, status: int = 0) -> object:
    return run.json("batch", "check", file, "--programme", PROGRAMME, *more, status=status)


SUBMIT = ("--agency", "AGN", "--programme", PROGRAMME)


def test_a_good_file_is_clean_and_needs_no_installation(empty: Command, tmp_path: Path) -> None:
    found = check(empty, write(tmp_path, row(1), row(2)))
    assert isinstance(found, dict)
    assert (found["schema"], found["rows"]) == ("predeparture.batch-check/1", {"total": 2, "good": 2, "refused": 0})
    assert not empty.home.exists()


def test_a_fault_is_named_by_row_column_and_code_with_what_to_do(run: Command, tmp_path: Path) -> None:
    file = write(tmp_path, row(1), row(2, birth_date="1995-02-30"))
    found = check(run, file, status=1)
    assert isinstance(found, dict)
    finding = found["findings"][0]
    assert {name: finding[name] for name in ("row", "column", "field", "code", "severity")} == {
        "row": 3,
        "column": "birth_date",
        "field": "birth_date",
        "code": "invalid_date",
        "severity": "error",
    }
    shown = run("batch", "check", file, "--programme", PROGRAMME, status=1).output
    assert finding["code"] in shown and finding["message"] in shown and finding["fix"] in shown
    assert "1995-02-30" not in shown


def test_a_warning_alone_is_clean(run: Command, tmp_path: Path) -> None:
    rows = [row(1, track="home") | {"loan_requested": "500"}]
    found = check(run, write(tmp_path, *rows, headers=[*HEADERS, "loan_requested"]))
    assert isinstance(found, dict)
    assert [finding["severity"] for finding in found["findings"]] == ["warning"]


def test_the_agencys_licence_is_checked_where_it_is_named(run: Command, tmp_path: Path) -> None:
    file = write(tmp_path, row(1))
    check(run, file, "--agency", "AGN")
    run("organisation", "add", "NEW", "--kind", "agency", "--name", "New", "--country", "XK", "--office", "HQ")
    for code, word in (("NEW", "no recruitment licence"), ("NIX", "no agency")):
        assert word in run("batch", "check", file, "--programme", PROGRAMME, "--agency", code, status=3).stderr


def test_a_mapping_names_columns_that_are_not_recognised(run: Command, tmp_path: Path) -> None:
    file = write(tmp_path, row(1), headers=["X" if name == "occupation" else name for name in HEADERS])
    check(run, file, status=1)
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"occupation": "X"}))
    check(run, file, "--mapping", str(mapping))
    for wrong in ("[1]", "{", '{"occupation": 1}'):
        mapping.write_text(wrong)
        check_status = run("batch", "check", file, "--programme", PROGRAMME, "--mapping", str(mapping), status=2)
        assert "JSON" in check_status.stderr


def test_the_good_rows_of_a_batch_become_cases_and_the_others_come_back(run: Command, tmp_path: Path) -> None:
    file = write(tmp_path, row(1), row(2, sex="?"), row(3))
    found = run.json("batch", "submit", file, *SUBMIT, status=1)
    assert (found["new"], found["rows"]) == (
        True,
        {"total": 3, "waiting": 0, "taken": 2, "refused": 1, "known": 0},
    )
    assert [finding["row"] for finding in found["findings"]] == [3]
    cases = run.json("case", "list")
    assert (cases["total"], {case["reference"] for case in cases["cases"]}) == (2, {"T-0001", "T-0003"})

    shown = run.json("batch", "show", found["batch"]["number"])
    assert shown["list"] == [
        {"row": 2, "state": "taken", "case": "T-0001"},
        {"row": 3, "state": "refused", "case": None},
        {"row": 4, "state": "taken", "case": "T-0003"},
    ]
    assert [batch["number"] for batch in run.json("batch", "show")["batches"]] == [found["batch"]["number"]]


def test_the_same_file_again_creates_nothing_and_says_so(run: Command, tmp_path: Path) -> None:
    file = write(tmp_path, row(1), row(2, sex="?"))
    run("batch", "submit", file, *SUBMIT, status=1)
    again = run("batch", "submit", file, *SUBMIT, status=0)
    assert "nothing was created" in again.output
    assert run.json("batch", "submit", file, *SUBMIT)["new"] is False
    assert run.json("case", "list")["total"] == 1


def test_what_cannot_be_read_is_refused_in_a_sentence_and_creates_nothing(run: Command, tmp_path: Path) -> None:
    pdf = tmp_path / "list.csv"
    pdf.write_bytes(b"%PDF-1.7 not a list")
    for file, status in ((str(pdf), 2), (str(tmp_path / "missing.csv"), 2), (str(tmp_path), 2)):
        result = run("batch", "submit", file, *SUBMIT, status=status)
        assert result.stderr.strip() and "Traceback" not in result.output + result.stderr
    assert run.json("batch", "show")["batches"] == []


def test_an_unknown_agency_or_programme_is_refused(run: Command, tmp_path: Path) -> None:
    file = write(tmp_path, row(1))
    assert "NIX" in run("batch", "submit", file, "--agency", "NIX", "--programme", PROGRAMME, status=3).stderr
    assert PROGRAMME in run("batch", "submit", file, "--agency", "AGN", "--programme", "moon", status=3).stderr


def test_an_agency_user_hands_in_for_the_own_agency_only(run: Command, tmp_path: Path) -> None:
    run("organisation", "add", "NEW", "--kind", "agency", "--name", "New", "--country", "XK", "--office", "HQ")
    run(
        *("user", "add", "agent@example.org", "--name", "Agent", "--role", "agency_user", "--organisation", "NEW"),
        "--password-stdin",
        input=PASSWORD + "\n",
    )
    file = write(tmp_path, row(1))
    as_agent = ("--as", "agent@example.org")
    run("batch", "submit", file, *SUBMIT, *as_agent, status=3)
    run("batch", "submit", file, *SUBMIT)
    assert run.json("batch", "show", *as_agent)["batches"] == []
    run("batch", "show", "AGN-0001", *as_agent, status=3)
    assert run.json("case", "list", *as_agent)["cases"] == []


def test_control_characters_of_a_file_do_not_reach_the_terminal(run: Command, tmp_path: Path) -> None:
    headers = [f"{name}\x1b[2J\u202e" if name == "sex" else name for name in HEADERS]
    file = write(tmp_path, row(1, sex="?"), headers=headers)
    output = run("batch", "check", file, "--programme", PROGRAMME, status=None).output
    assert "\x1b" not in output and "\u202e" not in output


@pytest.mark.parametrize("name", ["kosovo-construction.csv", "kosovo-construction.xlsx"])
def test_the_shared_samples_are_clean(empty: Command, name: str) -> None:
    sample = Path(__file__).resolve().parents[3] / "shared" / "samples" / name
    if not sample.exists():
        pytest.skip("the shared samples are not beside the repository")
    found = check(empty, str(sample))
    assert isinstance(found, dict)
    assert found["rows"]["refused"] == 0
