"""`predeparture audit`: tree heads, proofs that others check without an installation, and the stored files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from casework import keys
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.settings import load
from checklists.catalogue import Catalogue
from documents.installation import Installation
from tests.cli.conftest import Command
from tests.support.rewriting import chain_anew, cut_off, forget_heads, tell_otherwise, unprotected
from tests.support.standing import Clock, StandingDatabase
from workflows import sealing
from workflows.mail import Post

START = Clock()
START.now = datetime.now(UTC) - timedelta(days=2)
_ZONE = ZoneInfo("Europe/Belgrade")
FIRST, SECOND = ((START.now + timedelta(days=after)).astimezone(_ZONE).date().isoformat() for after in range(2))


class Office:
    """The command in an installation with a head of the day before yesterday and one of yesterday."""

    def __init__(self, home: Path) -> None:
        self.run = Command(home)
        self.folder = home.parent
        self.clock = Clock()
        self.clock.now = START.now
        url = f"sqlite:///{home / 'casework.sqlite3'}"
        self.database = StandingDatabase(url, keys.load(home / "keys"), self.clock, "Europe/Belgrade")
        self.keys = home / "public-keys.json"

    def seal_two_days(self) -> None:
        """Some work on each, and its head."""
        installation = Installation(load(self.run.home), self.database, Catalogue.load())
        for after in range(2):
            self.clock.now = START.now + timedelta(days=after)
            with self.database.write(ENGINE) as work:
                for number in range(5):
                    work.record("case.tried", f"case_file/{number}")
            sealing.seal(installation, ENGINE)

    def file(self, name: str) -> str:
        return str(self.folder / name)


@pytest.fixture(scope="session")
def sealed_home(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sealed") / "home"
    shutil.copytree(made_home, home)
    made = Office(home)
    made.seal_two_days()
    made.run("keys", "export", str(made.keys))
    made.database.engine.dispose()
    return home


@pytest.fixture
def office(sealed_home: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copytree(sealed_home, tmp_path / "home")
    made = Office(tmp_path / "home")
    yield made
    made.database.engine.dispose()


@pytest.fixture
def outsider(tmp_path: Path) -> Command:
    """Somebody without an installation."""
    return Command(tmp_path / "nothing")


def failed(answer: Any) -> list[str]:
    return [check["name"] for check in answer["checks"] if not check["passed"]]


def test_heads_are_made_once_a_day_and_listed(office: Office) -> None:
    found = office.run.json("audit", "heads")["heads"]
    assert [(head["number"], head["day"]) for head in found] == [(2, SECOND), (1, FIRST)]
    assert found[0]["size"] > found[1]["size"]
    assert office.run.json("audit", "seal")["made"] is True
    assert "today already" in office.run("audit", "seal").output
    listed = office.run("audit", "heads").output
    assert FIRST in listed and found[1]["root"][:16] in listed
    office.run("audit", "heads", "--day", FIRST, "--out", office.file("first.json"))
    assert json.loads(Path(office.file("first.json")).read_text())["root"] == found[1]["root"]
    assert json.loads(office.run("audit", "heads", "--day", FIRST).output)["number"] == 1
    assert office.run.json("audit", "verify")["whole"] is True


def test_an_event_is_proved_and_checked_where_there_is_no_installation(office: Office, outsider: Command) -> None:
    office.run("audit", "prove", "3", "--out", office.file("proof.json"))
    answer = outsider.json("audit", "check-proof", office.file("proof.json"), "--key", str(office.keys))
    assert (answer["kind"], answer["proved"], failed(answer)) == ("predeparture.tree-inclusion/1", True, [])
    event = json.loads(answer["event"])
    assert event["seq"] == 3
    said = outsider("audit", "check-proof", office.file("proof.json"), "--key", str(office.keys)).output
    assert "word for word" in said and "Proved." in said
    assert not outsider.home.exists()
    office.run("audit", "prove", event["id"], "--head", FIRST, "--out", office.file("by-id.json"))
    assert json.loads(Path(office.file("by-id.json")).read_text())["head"]["day"] == FIRST
    with office.database.read() as session:
        assert list(session.exec(select(AuditEvent.kind))).count("audit_event.proved") == 2, "who took it is recorded"


def test_two_heads_are_proved_to_go_on_from_each_other_whichever_is_named_first(
    office: Office, outsider: Command
) -> None:
    office.run("audit", "heads", "--day", FIRST, "--out", office.file("kept.json"))
    for name, days in (("a.json", (FIRST, SECOND)), ("b.json", (SECOND, FIRST))):
        office.run("audit", "prove-consistency", *days, "--out", office.file(name))
        given = ("--key", str(office.keys), "--against", office.file("kept.json"))
        assert outsider.json("audit", "check-proof", office.file(name), *given)["proved"]
    alone = outsider.json("audit", "check-proof", office.file("kept.json"), "--key", str(office.keys))
    assert (alone["kind"], alone["proved"]) == ("predeparture.tree-head/1", True)


def test_a_rewritten_history_verifies_by_itself_and_not_against_the_head_that_somebody_kept(
    office: Office, outsider: Command
) -> None:
    office.run("audit", "heads", "--day", SECOND, "--out", office.file("kept.json"))
    with unprotected(office.database) as connection:
        cut_off(connection, 9)
        tell_otherwise(connection, 4, "somebody")
        chain_anew(connection, 1)
        forget_heads(connection)
    office.seal_two_days()
    office.run("audit", "verify")
    found = office.run.json("audit", "verify", "--against", office.file("kept.json"), status=1)
    assert [fault["code"] for fault in found["faults"]] == ["held"]
    office.run("audit", "prove-consistency", FIRST, SECOND, "--out", office.file("proof.json"))
    given = ("audit", "check-proof", office.file("proof.json"), "--key", str(office.keys))
    assert outsider.json(*given)["proved"], "it is signed well"
    assert failed(outsider.json(*given, "--against", office.file("kept.json"), status=1)) == ["held"]
    assert "Not proved." in outsider(*given, "--against", office.file("kept.json"), status=1).output


def test_a_changed_history_gets_no_head_and_doctor_says_so(office: Office) -> None:
    with unprotected(office.database) as connection:
        tell_otherwise(connection, 4, "somebody")
    assert "history was changed" in office.run("audit", "seal", status=3).stderr
    told = {check["name"]: check for check in office.run.json("doctor", status=1)["checks"]}
    assert told["history"]["result"] == "problem"
    assert "audit verify" in told["history"]["fix"]
    assert "event 4" in office.run("audit", "verify", status=1).output


def test_what_is_no_proof_or_no_key_ends_with_a_sentence(office: Office, outsider: Command) -> None:
    path = Path(office.file("proof.json"))
    office.run("audit", "prove", "1", "--out", str(path))
    right = path.read_bytes()
    for content in (b"", right[:-30]):
        path.write_bytes(content)
        result = outsider("audit", "check-proof", str(path), "--key", str(office.keys), status=2)
        assert result.stderr.strip() and "Traceback" not in result.stderr
    path.write_bytes(right)
    for content in (b"", b'{"keys": [{"key": "z6Mk"}]}'):
        office.keys.write_bytes(content)
        result = outsider("audit", "check-proof", str(path), "--key", str(office.keys), status=2)
        assert result.stderr.strip() and "Traceback" not in result.stderr
    outsider("audit", "check-proof", str(path), "--key", office.file("not-there"), status=2)
    with path.open("wb") as file:
        file.truncate(2**31)
    outsider("audit", "check-proof", str(path), "--key", str(office.keys), status=2)


def test_what_is_not_there_is_not_proved(office: Office) -> None:
    out = ("--out", office.file("never.json"))
    assert "seal" in office.run("audit", "prove", "100000", *out, status=3).stderr
    office.run("audit", "prove", "x", *out, status=2)
    office.run("audit", "prove", "01890000-0000-7000-8000-000000000001", *out, status=3)
    office.run("audit", "prove-consistency", FIRST, "2027-03-09", *out, status=3)
    assert not Path(office.file("never.json")).exists()
    Path(office.file("there.json")).write_text("mine")
    office.run("audit", "prove", "1", "--out", office.file("there.json"), status=3)
    assert Path(office.file("there.json")).read_text() == "mine"


def test_only_who_audits_may_take_proofs(office: Office) -> None:
    # The engine has taken them in the tests above; administrators run the system, and do not check it.
    for command in (["seal"], ["prove", "1", "--out", office.file("x")]):
        said = office.run("audit", *command, "--as", "admin@example.org", status=3).stderr
        assert "may not do this" in said


def test_the_stored_files_are_checked_and_what_was_found_is_kept(office: Office) -> None:
    assert "No check" in office.run("audit", "archive").output
    shelf = office.run.home / "files" / "xt"
    shelf.mkdir()
    (shelf / "notes.txt").write_text("x")
    assert "notes.txt" in office.run("audit", "check-archive", status=1).output
    found = office.run.json("audit", "archive")
    assert found["findings"] == [{"store": "files", "id": "notes.txt", "kind": "orphaned"}]
    assert [check["orphaned"] for check in found["checks"]] == [1]


def test_settings_of_mail_are_checked_and_said_without_their_value(run: Command) -> None:
    assert load(run.home).seal_addresses == ()
    file = run.home / "predeparture.toml"
    before = file.read_text()
    file.write_text(before + 'seal_mail_to = "a@example.org, b@example.org"\n')
    assert load(run.home).seal_addresses == ("a@example.org", "b@example.org")
    found = {check["name"]: check["result"] for check in run.json("doctor", status=1)["checks"]}
    assert found["seal-mail"] == "problem"
    file.write_text(
        before + 'seal_mail_to = "a@example.org"\nmail_from = "c@example.org"\n'
        'smtp_url = "smtps://user:hunter2@mail.example.org"\n'
    )
    assert Post.of(load(run.home)).port == 465
    assert "hunter2" not in repr(Post.of(load(run.home)))
    for wrong in (  # each with the password, where it has one
        'seal_mail_to = "a@example.org\\nBcc: x@example.org"',
        'seal_mail_to = "nobody"',
        'mail_from = "a@example.org, b@example.org"',
        'smtp_url = "https://hunter2@example.org"',
        'smtp_url = "smtps://user:hunter2"',
    ):
        file.write_text(f"{before}{wrong}\n")
        said = run("audit", "heads", status=2).stderr
        assert "cannot be used" in said and "hunter2" not in said
