"""Programmes are listed, shown with their sources, and checked line by line; no installation is needed."""

from __future__ import annotations

import json
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


def test_the_list_says_what_is_in_force_and_from_when(empty: Command) -> None:
    found = {(one["id"], one["version"]): one for one in empty.json("programme", "list")["programmes"]}
    first = found[PROGRAMME, "2027.1"]
    assert (first["in_force_from"], first["state"] in ("in_force", "replaced", "later")) == ("2026-11-01", True)
    assert "2026-11-01" in empty("programme", "list").output


def test_a_programme_is_shown_as_a_file_that_means_the_same(empty: Command, tmp_path: Path) -> None:
    shown = empty.json("programme", "show", f"{PROGRAMME}@2027.1")
    file = tmp_path / "shown.json"
    file.write_text(json.dumps(shown["programme"]), encoding="utf-8")
    assert shown["digest"] == Catalogue.load().get(PROGRAMME, "2027.1").digest
    assert empty.json("programme", "check", str(file))["files"][0]["sound"]
    assert empty.json("programme", "diff", f"{PROGRAMME}@2027.1", str(file))["differences"] == []


def test_two_versions_are_compared_in_words(empty: Command, tmp_path: Path) -> None:
    text = next(SHIPPED.glob(f"{PROGRAMME}.yaml")).read_text(encoding="utf-8")
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace("{at_least: A2}", "{at_least: B1}", 1), encoding="utf-8")
    (found,) = empty.json("programme", "diff", f"{PROGRAMME}@2027.1", str(file))["differences"]
    assert (found["change"], found["id"], found["key"]) == ("tightened", "german", "accept")
    assert found["words"] in empty("programme", "diff", f"{PROGRAMME}@2027.1", str(file)).output
    assert "Nothing that is asked" in empty("programme", "diff", str(file), str(file)).output


def test_a_worker_is_told_what_is_asked_and_by_when(empty: Command, tmp_path: Path) -> None:
    file = tmp_path / "worker.yaml"
    file.write_text("track: away\nnationality: XK\nbirth_date: 1995-05-20\nplanned_departure: 2027-09-15\n", "utf-8")
    given = ("programme", "explain", f"{PROGRAMME}@2027.1", "--worker-file", str(file), "--on", "2027-02-15")
    found = empty.json(*given)
    photo = next(one for one in found["asked"] if one["requirement"] == "photo")
    assert found["eligible"] is True
    assert (photo["latest"], photo["provided_by"], photo["cost_borne_by"]) == ("2027-06-17", "worker", "employer")
    shown = empty(*given).output
    assert "The worker can take part." in shown and "2027-06-17" in shown and photo["legal_basis"]["title"] in shown
    assert "no country" in empty(*given[:-4], "--worker-file", _bad(tmp_path), status=2).stderr
    assert "not a date" in empty(*given[:-1], "soon", status=2).stderr


def _bad(folder: Path) -> str:
    (folder / "bad.yaml").write_text("nationality: KS\n", "utf-8")
    return str(folder / "bad.yaml")


def test_the_schema_is_the_shipped_one(empty: Command) -> None:
    shipped = Path(__file__).parents[2] / "docs" / "programme.schema.json"
    assert empty("programme", "schema").stdout == shipped.read_text("utf-8")


def test_an_unknown_programme_or_version_is_refused_with_the_known_ones(empty: Command) -> None:
    assert PROGRAMME in empty("programme", "show", "moon", status=3).stderr
    empty("programme", "show", PROGRAMME, "--version", "1999.1", status=3)


def test_the_installed_programmes_are_sound(empty: Command) -> None:
    assert all(file["sound"] for file in empty.json("programme", "check")["files"])


def test_a_wrong_programme_file_is_reported_with_line_and_what_was_meant(empty: Command, tmp_path: Path) -> None:
    text = (SHIPPED / f"{PROGRAMME}.yaml").read_text(encoding="utf-8")
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace("\norigin:", "\norigni:", 1), encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if each.startswith("origin:"))

    problems = empty.json("programme", "check", str(file), status=1)["files"][0]["problems"]
    assert (line, "origin") in [(problem["line"], problem["meant"]) for problem in problems]
    assert f"mine.yaml:{line}:" in empty("programme", "check", str(file), status=1).output


def test_a_programme_file_that_is_not_there_is_wrong_input(empty: Command) -> None:
    assert "nowhere.yaml" in empty("programme", "check", "nowhere.yaml", status=2).stderr
