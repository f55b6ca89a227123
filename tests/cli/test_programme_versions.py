"""predeparture programme draft, publish, suspend, lift, migrate, history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.organisations.tables import Organisation
from casework.settings import load
from casework.work import Work
from documents.installation import Installation, open_installation
from tests.cli.conftest import PASSWORD, Command
from tests.support import factories
from tests.support.versions import CORRIDOR, FIRST, SECOND, corridor, second

ADMIN, SUPERVISOR = "admin@example.org", "super@example.org"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "first.yaml").write_bytes(corridor())
    (tmp_path / "second.yaml").write_bytes(second())
    (tmp_path / "wrong.yaml").write_bytes(corridor().replace(b"currency", b"curency"))
    return tmp_path


@pytest.fixture
def staffed(run: Command) -> Command:
    run(
        *("user", "add", SUPERVISOR, "--name", "Sue Supervisor", "--role", "supervisor", "--organisation", "HQ"),
        "--password-stdin",
        input=PASSWORD + "\n",
    )
    return run


@contextmanager
def installation(run: Command) -> Iterator[Installation]:
    opened = open_installation(load(run.home))
    yield opened
    opened.database.engine.dispose()


def cases_of_the_first_version(work: Work, digest: str) -> None:
    office = work.session.exec(select(Organisation).where(Organisation.code == "HQ")).one()
    pinned: dict[str, Any] = {"programme_id": CORRIDOR, "programme_version": FIRST, "programme_digest": digest}
    for reference in ("TC-1", "TC-2"):
        factories.case(work, office, reference=reference, **pinned)


def test_versions_are_drafted_published_and_cases_moved_forth_and_back(staffed: Command, files: Path) -> None:
    run = staffed
    for name, version in (("first.yaml", FIRST), ("second.yaml", SECOND)):
        drafted = run.json("programme", "draft", str(files / name), "--as", ADMIN)["version"]
        assert (drafted["state"], drafted["version"]) == ("draft", version)
        tried = run.json("programme", "preview", CORRIDOR, version)
        assert [one["requirement"] for one in tried["asked"]] == ["police", "contract", "attendance", "ticket"]
        again = ("programme", "publish", CORRIDOR, version, "--digest", drafted["digest"])
        assert run.json(*again, "--as", SUPERVISOR)["version"]["published_by"]
    with installation(run) as opened:
        opened.database.run(ENGINE, cases_of_the_first_version, opened.catalogue.get(CORRIDOR, FIRST).digest)

    path = ("programme", "migrate", CORRIDOR, "--from", FIRST, "--to", SECOND)
    preview = run.json(*path, "--as", SUPERVISOR)
    assert preview["schema"] == "predeparture.programme-migration-preview/1"
    assert [(one["case"], one["moves"], one["why"]) for one in preview["cases"]] == [
        ("TC-1", True, "moves"),
        ("TC-2", True, "moves"),
    ]
    assert "TC-2" in run(*path, "--preview").stdout
    applied = run.json(*path, "--apply", "--as", SUPERVISOR)
    assert (applied["cases"], applied["stayed"]) == (2, [])
    assert run.json("case", "show", "TC-1")["case"]["version"] == SECOND
    undone = run.json("programme", "migrate", "--undo", applied["migration"], "--as", SUPERVISOR)
    assert (undone["cases"], undone["left"]) == (2, [])
    assert run.json("case", "show", "TC-1")["case"]["version"] == FIRST

    history = run.json("programme", "history", CORRIDOR)
    assert [(one["version"], one["drafted_by"]) for one in history["versions"]] == [
        (SECOND, "Ada Admin"),
        (FIRST, "Ada Admin"),
    ]
    assert history["migrations"][0]["back"] == 2
    shown = run("programme", "history", CORRIDOR).stdout
    assert "Sue Supervisor" in shown
    run("audit", "verify")


def test_a_suspension_is_in_the_history(staffed: Command) -> None:
    run, programme = staffed, factories.PROGRAMME
    run("programme", "suspend", programme, "--reason", "The border is closed.", "--as", ADMIN)
    run("programme", "lift", programme, "--as", ADMIN, status=3)
    run("programme", "lift", programme, "--as", SUPERVISOR)
    [row] = run.json("programme", "history", programme)["suspensions"]
    assert (row["reason"], row["lifted_by"]) == ("The border is closed.", "Sue Supervisor")


WRONG: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (("draft", "wrong.yaml", "--as", ADMIN), 2, "wrong.yaml:6"),
    (("draft", "none.yaml", "--as", ADMIN), 2, "cannot be read"),
    (("draft", "first.yaml"), 3, "--as"),
    (("publish", CORRIDOR, FIRST, "--as", ADMIN), 3, "may not do this"),
    (("preview", CORRIDOR, FIRST), 3, "no draft"),
    (("discard", CORRIDOR, FIRST, "--as", ADMIN), 3, "no draft"),
    (("suspend", "no-such", "--reason", "War"), 3, "no programme"),
    (("lift", factories.PROGRAMME), 3, "not suspended"),
    (("history", "no-such"), 3, "no programme"),
    (("migrate", factories.PROGRAMME, "--from", "2027.1"), 2, "--to"),
    (("migrate", factories.PROGRAMME, "--from", "2027.1", "--to", "2027.1"), 2, "newer"),
    (("migrate", factories.PROGRAMME, "--from", "1", "--to", "2", "--preview", "--apply"), 2, "contradict"),
    (("migrate", "--undo", "nonsense"), 2, "not the name"),
    (("migrate", "--undo", "nonsense", "--apply"), 2, "stands alone"),
    (("migrate", "--undo", "00000000-0000-7000-8000-000000000000"), 3, "no such migration"),
)


def test_what_cannot_be_done_is_said_in_words(run: Command, files: Path) -> None:
    for args, status, said in WRONG:
        result = run("programme", *(str(files / arg) if arg.endswith(".yaml") else arg for arg in args), status=None)
        assert (result.exit_code, said in result.output) == (status, True), result.output
