"""How the command ends when something is wrong: a sentence and a status, never a traceback."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

from casework.database import make_engine
from casework.settings import load
from tests.cli.conftest import Command

Process = Callable[..., subprocess.CompletedProcess[str]]


def test_wrong_use_is_status_2(run: Command) -> None:
    assert "Traceback" not in run("batch", "check", status=2).stderr


def test_an_unknown_command_is_status_2(run: Command) -> None:
    run("fly", status=2)


def test_an_error_is_a_sentence_on_standard_error_and_nothing_on_standard_output(process: Process) -> None:
    done = process("case", "show", "T-9999")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines()[0].startswith("There is no case with the reference T-9999")


def test_an_error_with_json_has_code_message_and_fix(run: Command) -> None:
    shape = json.loads(run("case", "show", "T-9999", "--json", status=3).stderr)
    assert (shape["schema"], shape["code"]) == ("predeparture.error/1", "case")
    assert shape["message"] and shape["fix"]


def test_an_unknown_setting_is_named(run: Command) -> None:
    (run.home / "predeparture.toml").write_text('colour = "red"\n')
    assert "colour" in run("case", "list", status=2).stderr


def test_a_damaged_database_is_said_in_words(run: Command) -> None:
    (run.home / "casework.sqlite3").write_bytes(b"this is no database" * 1000)
    for rest in run.home.glob("casework.sqlite3-*"):
        rest.unlink()
    result = run("case", "list", status=3)
    assert "predeparture doctor" in result.stderr


def test_a_missing_key_is_said_in_words(run: Command) -> None:
    (run.home / "keys" / "vault.key").unlink()
    assert "vault.key" in run("case", "list", status=3).stderr


def test_a_defect_is_a_sentence_with_a_number_and_leaves_places_without_values(run: Command) -> None:
    engine = make_engine(load(run.home).database)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE organisation SET time_zone = 'Secret/Value' WHERE code = 'HQ'")
    engine.dispose()
    result = run("case", "list", status=4)
    assert "Traceback" not in result.stderr and "Secret" not in result.stderr
    (kept,) = (run.home / "errors").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.stem.rsplit("-", 1)[1] in result.stderr
    text = kept.read_text()
    assert "opening.py" in text and "Secret" not in text
    assert "Traceback" in run("--debug", "case", "list", status=4).stderr
