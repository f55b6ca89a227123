"""Every rule of the house is planted once as a violation and seen, and once as what is allowed and let through."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.house_lint import RULES, check_file, main

LONG_FUNCTION = "def much() -> None:\n" + "    a = 1\n" * 60
LONG_FILE = "a = 1\n" * 451

VIOLATIONS = [
    ("commit", "casework/loans/service.py", "def approve(session):\n    session.commit()\n", 2),
    ("commit", "dashboard/views.py", "from sqlalchemy import text\nsession.execute(text('commit;'))\n", 2),
    ("pure-clock", "basis/days.py", "from datetime import date\nday = date.today()\n", 2),
    ("pure-clock", "checklists/schedule.py", "import datetime\n\nday = datetime.datetime.now()\n", 3),
    ("pure-clock", "casework/loans/rules.py", "from datetime import datetime\na = field(default=datetime.utcnow)\n", 2),
    ("pure-clock", "documents/values.py", "from time import time\n", 1),
    ("pure-import", "checklists/facts.py", "from sqlmodel import Session\n", 1),
    ("pure-import", "casework/cases/rules.py", "from casework.settings import Settings\n", 1),
    ("pure-import", "basis/engine.py", "def run():\n    import prefect.flows\n", 2),
    ("logical-css", "dashboard/static/style.css", ".a {\n  margin-left: 1px;\n}\n", 2),
    ("logical-css", "dashboard/static/style.css", ".a { color: red; left: 0 }\n", 1),
    ("logical-css", "dashboard/static/style.css", ".a { border-top-right-radius: 2px }\n", 1),
    ("logical-css", "documents/templates/certificate.css", "td {\n\n  text-align: right;\n}\n", 3),
    ("logical-css", "documents/templates/base.html", '<p>a</p>\n<p style="float: left">b</p>\n', 2),
    ("logical-css", "documents/templates/base.html", "<style>\np { padding-right: 1px }\n</style>\n", 2),
    ("print", "documents/rendering.py", "def render():\n    print('done')\n", 2),
    ("file-length", "casework/cases/service.py", LONG_FILE, 451),
    ("function-length", "tests/cases/test_life.py", LONG_FUNCTION, 1),
    ("unfinished", "docs/guide.md", "First line.\n" + "TO¦DO: the rest\n", 2),
    ("machine-path", "tests/conftest.py", "DATA = '/ho¦me/amira/data.csv'\n", 1),
    ("index-host", "requirements.lock", "--index-¦url https://packages.example/simple\n", 1),
    ("index-host", "docs/guide.md", "Get it from https://pypi.or¦g/simple/segno\n", 1),
    ("syntax", "cli/main.py", "def broken(:\n", 1),
]  # fmt: skip

ALLOWED = [
    ("casework/database.py", "def work(session):\n    session.commit()\n"),
    ("tests/cases/test_service.py", "session.commit()\n"),
    ("casework/cases/service.py", "from datetime import UTC, datetime\nnow = datetime.now(UTC)\n"),
    ("checklists/schedule.py", "from datetime import date, timedelta\nday = date(2026, 1, 1) + timedelta(days=1)\n"),
    ("casework/loans/rules.py", "from casework.cases.rules import Life\n"),
    ("cli/main.py", "print('done')\n"),
    ("dashboard/static/style.css", ".left { margin-inline-start: 1px } /* left: 0 */ @page :left { size: A4 }\n"),
    ("documents/templates/base.html", "<p>Turn left: then right: and float: left.</p>\n"),
    ("casework/migrations/versions/0001.py", LONG_FUNCTION + LONG_FILE),
    ("tests/dashboard/samples.py", LONG_FUNCTION + LONG_FILE),
    ("dashboard/templates/base.html", '<a href="/work/4">My work</a> <a href="/root">Root</a>\n'),
    ("docs/guide.md", "See https://example.org/home/amira/page and /usr/bin/chromium.\n"),
    ("requirements.lock", "segno==1.6.6 \\\n    --hash=sha256:00\n"),
]


def plant(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    # ¦ breaks words that must not stand in this file itself.
    (root / path).write_text(text.replace("¦", ""), encoding="utf-8")


@pytest.mark.parametrize(("rule", "path", "text", "line"), VIOLATIONS)
def test_a_planted_violation_is_found_on_its_line(tmp_path: Path, rule: str, path: str, text: str, line: int) -> None:
    plant(tmp_path, path, text)
    assert [(finding.rule, finding.line) for finding in check_file(tmp_path, path)] == [(rule, line)]


@pytest.mark.parametrize(("path", "text"), ALLOWED)
def test_what_the_house_allows_is_let_through(tmp_path: Path, path: str, text: str) -> None:
    plant(tmp_path, path, text)
    assert check_file(tmp_path, path) == []


def test_every_rule_has_a_planted_violation() -> None:
    assert {rule.name for rule in RULES} <= {violation[0] for violation in VIOLATIONS}


def test_a_path_of_this_very_clone_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "docs/guide.md", f"Look into {tmp_path}/var.\n")
    assert [finding.rule for finding in check_file(tmp_path, "docs/guide.md")] == ["machine-path"]


def test_a_picture_is_not_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "dashboard.png").write_bytes(b"\x89PNG\r\n\xff\xfe")
    assert check_file(tmp_path, "dashboard.png") == []


def test_findings_are_sentences_and_end_with_exit_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant(tmp_path, "basis/days.py", "from datetime import date\n\nday = date.today()\n")
    plant(tmp_path, "var/days.py", "print('ignored by git')\n")
    plant(tmp_path, ".gitignore", "var/\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert main([str(tmp_path)]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first == (
        "basis/days.py:3: A pure module asks the clock (date.today). Take the day as an argument instead. [pure-clock]"
    )
    assert last.startswith("2 files") and last.endswith("1 findings")


def test_a_clean_tree_ends_with_exit_status_0(tmp_path: Path) -> None:
    plant(tmp_path, "basis/days.py", "WEEK = 7\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert main([str(tmp_path)]) == 0
