"""The command starts fast, and every command and JSON shape is documented."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from cli.main import app

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENTED = (REPOSITORY / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(command: Any, path: str = "predeparture") -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name, child in below.items():
        yield from commands(child, f"{path} {name}")


EVERY = dict(commands(get_command(app)))


def test_help_loads_neither_prefect_nor_weasyprint_nor_the_database() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from cli.main import app;"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0;"
        "heavy = {'prefect', 'weasyprint', 'sqlalchemy', 'sqlmodel', 'pydantic', 'fastapi', 'pyhanko'};"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_help_takes_about_the_time_of_an_empty_typer_command() -> None:
    """A ratio of processor times in one run: the machine's own speed, and other work on it, cancel out."""
    empty = "import typer, rich.console; app = typer.Typer(); app.command()(lambda: None); app(['--help'])"

    ours, theirs = ("-m", "cli.main", "--help"), ("-c", empty)
    times: dict[tuple[str, ...], list[float]] = {ours: [], theirs: []}
    # By turns, so that both have the same share of what else the machine does.
    for arguments in [ours, theirs] * 6:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times[arguments].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(times[ours]) < 2.5 * min(times[theirs])


@pytest.mark.parametrize("path", EVERY)
def test_every_command_is_documented(path: str) -> None:
    assert re.search(rf"`{re.escape(path)}[ `]", DOCUMENTED)


@pytest.mark.parametrize("path", EVERY)
def test_every_command_and_option_says_what_it_is_for(path: str) -> None:
    command = EVERY[path]
    assert command.help
    assert [one.name for one in command.params if not getattr(one, "help", "")] == []


def test_every_json_shape_that_is_printed_is_documented() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (REPOSITORY / "cli" / "commands").glob("*.py")]
    printed = {name for source in sources for name in re.findall(r'\b(?:emit|say_handed)\(\s*"([a-z-]+)"', source)}
    documented = set(re.findall(r"predeparture\.([a-z-]+)/1", DOCUMENTED))
    assert printed <= documented
    files = {"manifest", "tree-head", "tree-inclusion", "tree-consistency"}
    pages = {"loan-portfolio"}
    assert documented - printed <= {"error", "batch-check", *files, *pages}
