"""Programmes are listed, shown with their sources, and checked line by line; no installation is needed."""

from __future__ import annotations

from pathlib import Path

from checklists.catalogue import SHIPPED, Catalogue
from tests.cli.conftest import Command

PROGRAMME = "kosovo-germany-construction"


def test_programmes_are_listed_with_their_newest_version(empty: Command) -> None:
    found = {one["id"]: one for one in empty.json("programme", "list")["programmes"] if one["newest"]}
    assert found[PROGRAMME]["version"] == Catalogue.load().get(PROGRAMME).version


def test_a_programme_shows_stages_and_where_each_rule_comes_from(empty: Command) -> None:
    shown = empty("programme", "show", PROGRAMME).output
    shape = empty.json("programme", "show", PROGRAMME)["programme"]
    for stage in shape["stages"]:
        assert stage["title"] in shown
        assert all(requirement["legal_basis"]["as_of"] in shown for requirement in stage.get("requirements", []))


def test_an_unknown_programme_or_version_is_refused_with_the_known_ones(empty: Command) -> None:
    assert PROGRAMME in empty("programme", "show", "moon", status=3).stderr
    empty("programme", "show", PROGRAMME, "--version", "1999.1", status=3)


def test_the_installed_programmes_are_sound(empty: Command) -> None:
    assert all(file["sound"] for file in empty.json("programme", "check")["files"])


def test_a_wrong_programme_file_is_reported_with_line_and_what_was_meant(empty: Command, tmp_path: Path) -> None:
    text = next(SHIPPED.glob("*.yaml")).read_text(encoding="utf-8")
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace("\norigin:", "\norigni:", 1), encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if each.startswith("origin:"))

    problems = empty.json("programme", "check", str(file), status=1)["files"][0]["problems"]
    assert (line, "origin") in [(problem["line"], problem["meant"]) for problem in problems]
    assert f"mine.yaml:{line}:" in empty("programme", "check", str(file), status=1).output


def test_a_programme_file_that_is_not_there_is_wrong_input(empty: Command) -> None:
    assert "nowhere.yaml" in empty("programme", "check", "nowhere.yaml", status=2).stderr
