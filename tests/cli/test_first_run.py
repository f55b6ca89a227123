"""`init` makes an installation once, from options or from answers, and never touches one that is there."""

from __future__ import annotations

import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from basis.roles import Role
from casework.accounts import service as accounts
from casework.actor import ENGINE
from casework.settings import load
from documents.installation import open_installation
from tests.cli.conftest import PASSWORD, REPOSITORY, Command


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Command, str]:
    """A first `init`, for tests that look at what it made; and what it said."""
    run = Command(tmp_path_factory.mktemp("first") / "home")
    result = run.init()
    assert result.exit_code == 0, result.output
    return run, result.output


def test_init_makes_an_installation_that_the_administrator_can_sign_in_to(first: tuple[Command, str]) -> None:
    run, _output = first
    installation = open_installation(load(run.home))
    assert installation.settings.public_url == "https://example.org"
    with installation.database.write(ENGINE) as work:
        assert accounts.sign_in(work, "admin@example.org", PASSWORD)
    with installation.database.read() as session:
        account = accounts.find(session, "admin@example.org")
        assert (account.role, account.active) == (Role.ADMINISTRATOR, True)


def test_init_says_what_to_back_up(first: tuple[Command, str]) -> None:
    run, output = first
    assert str(run.home / "keys") in output and "predeparture backup" in output


def test_the_keys_of_a_new_installation_are_for_their_owner_alone(first: tuple[Command, str]) -> None:
    home = first[0].home
    for path in [home, *(home / "keys").glob("*.key"), home / "keys" / "signing.pem"]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_init_again_changes_nothing(run: Command) -> None:
    before = {path: path.read_bytes() for path in run.home.rglob("*") if path.is_file() and "sqlite" not in path.name}
    result = run.init(admin_email="other@example.org")
    assert result.exit_code == 3
    assert "already" in result.stderr
    assert {path: path.read_bytes() for path in before} == before
    assert len(run.json("user", "list")["users"]) == 1


def test_init_that_was_interrupted_after_the_keys_is_finished(empty: Command) -> None:
    assert empty.init(country="??").exit_code == 2
    key = (empty.home / "keys" / "vault.key").read_bytes()
    assert empty.init().exit_code == 0
    assert (empty.home / "keys" / "vault.key").read_bytes() == key


def test_init_refuses_a_database_whose_keys_are_missing(run: Command) -> None:
    for path in (run.home / "keys").iterdir():
        path.unlink()
    result = run.init()
    assert result.exit_code == 3
    assert not list((run.home / "keys").iterdir())


def test_init_leaves_a_settings_file_as_it_is(empty: Command) -> None:
    empty.home.mkdir()
    (empty.home / "predeparture.toml").write_text("port = 8123\n")
    result = empty.init()
    assert result.exit_code == 0
    assert (empty.home / "predeparture.toml").read_text() == "port = 8123\n"
    assert 'public_url = "https://example.org"' in result.output


def test_init_refuses_the_home_of_the_demo(empty: Command) -> None:
    empty.home.mkdir()
    (empty.home / "DEMO").touch()
    assert empty.init().exit_code == 3


def test_a_wrong_answer_is_named_and_leaves_no_account(empty: Command) -> None:
    wrong = {"public_url": "example.org", "country": "XX", "time_zone": "Mars/Base", "admin_email": "no"}
    for name, value in wrong.items():
        result = empty.init(**{name: value})
        assert result.exit_code == 2
        assert result.stderr.strip()
    assert empty.init().exit_code == 0
    assert len(empty.json("user", "list")["users"]) == 1


def test_without_a_terminal_a_missing_answer_is_an_error_that_names_the_option(empty: Command) -> None:
    result = empty("init", status=2)
    assert "--office-name" in result.stderr
    assert not empty.home.exists()


def test_a_short_password_is_refused(empty: Command) -> None:
    result = empty("init", *options(empty), input="short\n", status=2)
    assert "12 characters" in result.stderr


def options(run: Command) -> list[str]:
    return [
        *("--office-name", "Office", "--office-code", "HQ", "--country", "XK", "--time-zone", "UTC"),
        *("--public-url", "https://e.org", "--admin-email", "a@example.org", "--admin-name", "A", "--password-stdin"),
    ]


def test_at_a_terminal_init_asks_and_does_not_show_the_password(tmp_path: Path) -> None:
    home = tmp_path / "home"
    answers = ["Example Office", "HQ", "XK", "UTC", "https://example.org", "a@example.org", "Ada", PASSWORD, PASSWORD]
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "init"],
        cwd=REPOSITORY,
        env=dict(os.environ) | {"PREDEPARTURE_HOME": str(home), "TERM": "dumb"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    seen = answer_each(controller, answers)
    assert process.wait() == 0, seen
    assert PASSWORD not in seen
    assert (home / "casework.sqlite3").exists()


def answer_each(controller: int, answers: list[str]) -> str:
    """Type the next answer at each question (a text that ends with a colon); return all that was shown."""
    seen, waiting = "", list(answers)
    shown_at = 0
    while True:
        try:
            chunk = os.read(controller, 4096)
        except OSError:  # the other side closed the terminal
            return seen
        if not chunk:
            return seen
        seen += chunk.decode()
        if waiting and seen[shown_at:].endswith(": "):
            os.write(controller, (waiting.pop(0) + "\n").encode())
            shown_at = len(seen)


def test_upgrade_of_a_present_database_has_nothing_to_do(run: Command) -> None:
    assert "nothing is to be done" in run("upgrade").output


def test_upgrade_makes_the_key_for_data_that_a_home_of_before_has_not(run: Command) -> None:
    key = run.home / "keys" / "credential.pem"
    key.unlink()
    assert "back up the keys" in run("upgrade").output
    assert key.stat().st_mode & 0o777 == 0o600
    assert "back up the keys" not in run("upgrade").output


def test_commands_without_an_installation_say_how_to_make_one(empty: Command) -> None:
    for command in (("upgrade",), ("user", "list"), ("case", "list"), ("audit", "verify"), ("backup", "x")):
        assert "predeparture init" in empty(*command, status=3).stderr
    assert not empty.home.exists()
