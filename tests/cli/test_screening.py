"""Watch lists, one name, one machine readable zone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command

LIST = (
    "reference,name,aliases,birth_date,nationalities,sex,remarks\n"
    "S-1,Selim Sampleff,Seli Sampleff,1986-04,XK;AL,M,Synthetic\n"
    "S-2,Norda Nobody,,1970,DE,F,Synthetic\n"
)
# ICAO Doc 9303-4, appendix B.
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return str(path)


LOAD = ("--format", "csv", "--name", "Test list")


def test_a_list_is_loaded_once_and_replaced_by_its_next_version(run: Command, file: str) -> None:
    loaded = run.json("watchlist", "load", file, *LOAD)
    assert (loaded["outcome"], loaded["name"], loaded["entries"]) == ("loaded", "Test list", 2)
    assert "nothing was changed" in run("watchlist", "load", file, *LOAD).output
    Path(file).write_text(LIST + "S-3,Third Person,,,,,\n", encoding="utf-8")
    run("watchlist", "load", file, *LOAD)
    lists = run.json("watchlist", "list")["lists"]
    assert [(one["entries"], one["active"]) for one in lists] == [(3, True), (2, False)]
    assert "in use" in run("watchlist", "list").output


def test_a_broken_list_is_refused_and_the_one_in_use_stays(run: Command, file: str) -> None:
    run("watchlist", "load", file, *LOAD)
    Path(file).write_text("no list", encoding="utf-8")
    run("watchlist", "load", file, *LOAD, status=2)
    run("watchlist", "load", file, "--format", "un", status=2)
    assert [one["active"] for one in run.json("watchlist", "list")["lists"]] == [True]


def test_a_name_on_a_list_is_a_finding_with_reasons_that_add_up(run: Command, file: str) -> None:
    run("watchlist", "load", file, *LOAD)
    found = run.json("screen", "--name", "SAMPLEFF Selim", "--born", "1986-04-02", status=1)
    match = found["matches"][0]
    assert match["reference"] == "S-1"
    assert sum(reason["points"] for reason in match["reasons"]) == match["score"]
    assert "a person must look" in run("screen", "--name", "Selim Sampleff", status=1).output


def test_a_name_on_no_list_is_clean(run: Command, file: str) -> None:
    run("watchlist", "load", file, *LOAD)
    assert "No possible match" in run("screen", "--name", "Zamira Quietlane").output


def test_birth_year_nationality_and_document_are_compared_too(run: Command, file: str) -> None:
    run("watchlist", "load", file, *LOAD)
    known = ("--born", "1986", "--nationality", "Kosovo", "--document", "K 1234567")
    found = run.json("screen", "--name", "Selim Sampleff", *known, status=1)
    codes = {reason["code"] for reason in found["matches"][0]["reasons"]}
    assert codes == {"name_exact", "birth_year_same", "nationality_same"}
    assert found["doubts"] == []


def test_what_cannot_be_read_is_said_beside_the_answer(run: Command, file: str) -> None:
    run("watchlist", "load", file, *LOAD)
    asked = ("screen", "--name", "Zamira Quietlane", "--born", "soon", "--nationality", "Atlantis")
    assert [one["field"] for one in run.json(*asked)["doubts"]] == ["born", "nationality"]
    assert "no country" in run(*asked).output
    run("screen", "--name", "🙂", status=2)
    run("screen", status=2)
    run("screen", "--name", "Selim", "--all", status=2)


def test_the_people_of_a_file_are_compared_row_by_row(run: Command, file: str, tmp_path: Path) -> None:
    run("watchlist", "load", file, *LOAD)
    people = tmp_path / "people.csv"
    people.write_text("Name;Born\nSAMPLEFF Selim;1986\nZamira Quietlane;May\n;1990\n", encoding="utf-8")
    found = run.json("screen", "--file", str(people), status=1)
    assert found["rows"] == {"total": 3, "compared": 2, "refused": 1, "with_matches": 1}
    assert [(row["row"], row["matches"][0]["reference"]) for row in found["matches"]] == [(2, "S-1")]
    assert [(one["row"], one["severity"]) for one in found["findings"]] == [(3, "warning"), (4, "error")]
    assert "Row 2" in run("screen", "--file", str(people), status=1).output
    people.write_text("Name\nZamira Quietlane\n", encoding="utf-8")
    assert run.json("screen", "--file", str(people))["matches"] == []


def test_everybody_who_is_due_is_compared_anew(run: Command, file: str) -> None:
    run("screen", "--all", status=3)
    run("watchlist", "load", file, *LOAD)
    assert run.json("screen", "--all") == {
        "schema": "predeparture.rescreening/1", "compared": 0, "renewed": 0, "left": 0
    }  # fmt: skip


def test_without_a_list_nobody_can_be_screened(run: Command) -> None:
    assert "watchlist load" in run("screen", "--name", "Selim Sampleff", status=3).stderr


def test_a_zone_whose_digits_hold_is_clean(empty: Command) -> None:
    found = empty.json("mrz", "check", *TD3)
    assert (found["form"], found["digits_hold"]) == ("TD3", True)
    assert found["fields"]["document_number"] == "L898902C3"
    assert "every check digit holds" in empty("mrz", "check", input="\n".join(TD3)).output


@pytest.mark.parametrize("position", [9, 19, 27, 42, 43])
def test_each_wrong_digit_of_a_zone_is_a_finding(empty: Command, position: int) -> None:
    wrong = "0" if TD3[1][position] != "0" else "1"
    line = TD3[1][:position] + wrong + TD3[1][position + 1 :]
    assert empty.json("mrz", "check", TD3[0], line, status=1)["digits_hold"] is False
    empty("mrz", "check", TD3[0], line, status=1)


def test_lines_of_a_wrong_length_are_wrong_input(empty: Command) -> None:
    said = empty("mrz", "check", TD3[0], TD3[1][:-2], status=2).stderr
    assert "Line 2 has 42 of 44 characters: 2 are missing" in said


def test_a_confusion_is_suggested_with_its_place(empty: Command) -> None:
    misread = TD3[1].replace("L898902", "L8989O2")
    found = empty.json("mrz", "check", TD3[0], misread, status=1)
    note = next(one for one in found["notes"] if one["field"] == "document_number")
    assert note["suggestions"] == [{"line": 2, "place": 6, "read": "O", "instead": "0"}]
    assert found["fields"]["document_number"] == "L8989O2C3"
    assert "is it 0 and not O?" in empty("mrz", "check", TD3[0], misread, status=1).output


def test_an_unknown_code_of_a_country_is_a_finding(empty: Command) -> None:
    found = empty.json("mrz", "check", TD3[0].replace("UTO", "QQQ"), TD3[1], status=1)
    assert (found["digits_hold"], [note["code"] for note in found["notes"]]) == (True, ["unknown_code"])


def test_two_versions_of_a_list_are_compared(run: Command, file: str) -> None:
    run("watchlist", "load", file, *LOAD)
    run("watchlist", "diff", "Test list", status=3)
    Path(file).write_text(LIST.replace("1986-04", "1987") + "S-3,Third Person,,,,,\n", encoding="utf-8")
    loaded = run.json("watchlist", "load", file, *LOAD)
    assert (loaded["added"], loaded["changed"], loaded["removed"]) == (1, 1, 0)
    found = run.json("watchlist", "diff", "Test list")
    assert [(one["change"], one["reference"], one["fields"]) for one in found["changes"]] == [
        ("added", "S-3", []),
        ("changed", "S-1", ["births"]),
    ]
    first = found["older"]["sha256"]
    assert run.json("watchlist", "diff", "Test list", "--from", first, "--to", first)["changes"] == []
    assert "Third Person" in run("watchlist", "diff", "Test list", "--only", "added").output
    run("watchlist", "diff", "Test list", "--from", "zz", status=2)
    run("watchlist", "diff", "No list", status=3)


def test_a_set_of_files_is_loaded_from_its_folder(run: Command, tmp_path: Path) -> None:
    nothing = ",-0- " * 7
    (tmp_path / "sdn.csv").write_text(f'7,"SAMPLEFF, Selim","individual","X"{nothing},-0- \n', encoding="utf-8")
    (tmp_path / "alt.csv").write_text('7,1,"aka","SAMPLEV, Selim",-0- \n', encoding="utf-8")
    loaded = run.json("watchlist", "load", str(tmp_path), "--format", "ofac", "--at-least", "1")
    assert (loaded["entries"], loaded["missing"]) == (1, ["add.csv", "sdn_comments.csv"])
    (tmp_path / "alt.csv").write_text('8,1,"aka","SAMPLEV, Selim",-0- \n', encoding="utf-8")
    refused = run("watchlist", "load", str(tmp_path), "--format", "ofac", "--at-least", "1", status=2)
    assert "alt.csv, line 1" in refused.stderr
