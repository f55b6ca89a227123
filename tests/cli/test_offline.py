"""A certificate is checked by somebody who has no installation: with files that the issuer gave out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from casework.cases.rules import EndKind
from casework.certificates import service as certificates
from casework.certificates.tables import Certificate
from casework.settings import load
from cli.main import app
from documents.credentials.keys import CredentialKey
from documents.installation import open_installation
from documents.issuer_keys import IssuerKeys, write_issuer_keys
from documents.trust import Trust
from tests.cli.conftest import REPOSITORY, Command
from tests.cli.test_documents import change, export, issued, issued_home  # noqa: F401  fixtures
from tests.documents.samples import CREDENTIAL_KEY, proofs_of, samples


@dataclass(frozen=True)
class Officer:
    """Has the files that the issuer gave out, and no installation."""

    folder: Path
    code: str
    pdf: Path

    @property
    def keys(self) -> str:
        return str(self.folder / "keys.json")

    @property
    def revoked(self) -> str:
        return str(self.folder / "revoked.json")

    def asks(self, asked: str, *options: str, status: int = 0, input: str = "") -> Any:
        words = ["document", "check-offline", asked, *options, "--json"]
        result = CliRunner().invoke(app, words, input=input, env={"PREDEPARTURE_HOME": str(self.folder / "nowhere")})
        assert result.exit_code == status, result.output
        return json.loads(result.stdout or result.stderr)


def _code(run: Command) -> str:
    installation = open_installation(load(run.home))
    try:
        with installation.database.read() as session:
            row = session.get_one(Certificate, certificates_of(session)[0])
            proofs = certificates.proofs_of(installation.database.vault(session), row)
    finally:
        installation.database.engine.dispose()
    assert proofs is not None
    return str(proofs["code"])


def certificates_of(session: Any) -> list[Any]:
    from sqlmodel import select

    return [row.id for row in session.exec(select(Certificate)).all()]


def equipped(home: Path, folder: Path) -> Officer:
    """What the issuer gives out at this moment, in a folder."""
    run = Command(home)
    folder.mkdir(exist_ok=True)
    run("keys", "export", str(folder / "keys.json"))
    run("document", "revocations", str(folder / "revoked.json"))
    (folder / "code.txt").write_text(_code(run) + "\n")
    return Officer(folder, _code(run), export(run, folder / "out"))


@pytest.fixture(scope="module")
def officer(issued_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Officer:  # noqa: F811
    """Nobody changes what this officer has."""
    home = tmp_path_factory.mktemp("issuer") / "home"
    shutil.copytree(issued_home, home)
    return equipped(home, tmp_path_factory.mktemp("officer"))


@pytest.fixture
def equip(issued: Command, tmp_path: Path) -> Callable[[], Officer]:  # noqa: F811
    """Gives an officer what the issuer gives out then."""
    return lambda: equipped(issued.home, tmp_path / "officer")


def test_code_and_file_of_a_certificate_are_genuine_and_in_force(officer: Officer) -> None:
    answers = [
        officer.asks(asked, "--key", officer.keys, "--revoked", officer.revoked, input=officer.code)
        for asked in (officer.code, str(officer.folder / "code.txt"), "-", str(officer.pdf))
    ]
    assert {answer["status"] for answer in answers} == {"valid"}
    assert {answer["issuer"] for answer in answers} == {"Example Office"}
    assert len({json.dumps(answer["facts"]) for answer in answers}) == 1
    assert answers[0]["facts"]["number"] in officer.pdf.name
    assert all(answer["revocations_on"] for answer in answers)
    names = {check["name"]: check["result"] for check in answers[-1]["checks"]}
    assert (names["signature"], names["certificate"]) == ("passed", "passed")


def test_the_answer_is_told_in_words_with_what_to_compare(officer: Officer) -> None:
    words = ["document", "check-offline", officer.code, "--key", officer.keys]
    said = CliRunner().invoke(app, words).output
    assert "Genuine and in force" in said
    assert "not checked against revocations" in said
    assert "record of documents" in said


@pytest.mark.parametrize("kind", [EndKind.REVOKED, EndKind.SUPERSEDED])
def test_what_ended_is_in_the_next_list(equip: Callable[[], Officer], issued: Command, kind: EndKind) -> None:  # noqa: F811
    change(issued, lambda work, of: certificates.end(work, of.sign_off_id, kind, "internal words"))
    officer = equip()
    files = ("--key", officer.keys, "--revoked", officer.revoked)
    assert officer.asks(officer.code, *files, status=1)["status"] == kind.value
    assert officer.asks(str(officer.pdf), *files, status=1)["status"] == kind.value
    assert officer.asks(officer.code, "--key", officer.keys)["status"] == "valid"
    assert "internal words" not in Path(officer.revoked).read_text()


def test_another_day_may_be_asked_about(officer: Officer) -> None:
    assert officer.asks(officer.code, "--key", officer.keys, "--on", "2999-01-01")["status"] == "valid"
    assert officer.asks(officer.code, "--key", officer.keys, "--on", "2000-01-01", status=1)["status"] == "unknown"


def test_keys_that_were_rotated_still_check_what_they_signed(equip: Callable[[], Officer], issued: Command) -> None:  # noqa: F811
    issued("keys", "rotate", "credential", "--reason", "once a year")
    issued("keys", "rotate", "signing", "--reason", "once a year")
    officer = equip()
    for asked in (officer.code, str(officer.pdf)):
        answer = officer.asks(asked, "--key", officer.keys, "--revoked", officer.revoked)
        assert (answer["status"], bool(answer["revocations_on"])) == ("valid", True)


def test_a_changed_code_or_file_and_the_keys_of_another_issuer_are_not_good(officer: Officer, tmp_path: Path) -> None:
    other = str(tmp_path / "other.json")
    stranger = IssuerKeys(
        "Other", "", datetime.now(UTC), (CredentialKey(Ed25519PrivateKey.generate()).public,), Trust()
    )
    Path(other).write_bytes(write_issuer_keys(stranger))
    assert officer.asks(officer.code, "--key", other, status=1)["status"] == "unknown"
    assert officer.asks(officer.code.replace("https://example.org", "https://evil.example"), "--key", officer.keys,
                        status=1)["status"] == "altered"  # fmt: skip
    data = bytearray(officer.pdf.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "changed.pdf").write_bytes(data)
    assert officer.asks(str(tmp_path / "changed.pdf"), "--key", officer.keys, status=1)["status"] in (
        "altered",
        "unknown",
    )
    both = ("--key", other, "--key", officer.keys)
    assert officer.asks(officer.code, *both)["status"] == "valid"


def test_what_cannot_be_used_is_said_in_words_with_status_2(officer: Officer) -> None:
    picture = officer.folder / "code.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    given = ("--key", officer.keys)
    wrong = {
        "no_issuer_keys": (officer.code,),
        "bad_issuer_keys": (officer.code, "--key", officer.revoked),
        "bad_revocations": (officer.code, *given, "--revoked", str(picture)),
        "foreign_revocations": (officer.code, *given, "--revoked", officer.keys),
        "bad_certificate": (officer.code, *given, "--certificate", officer.keys),
        "bad_day": (officer.code, *given, "--on", "tomorrow"),
        "picture": (str(picture), *given),
        "unreadable_file": (str(officer.folder / "nothing.pdf"), *given),
    }
    for code, words in wrong.items():
        assert officer.asks(*words, status=2)["code"] == code


def test_a_specimen_is_told_apart(officer: Officer, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_bytes(write_issuer_keys(IssuerKeys("Demo", "", datetime.now(UTC), (CREDENTIAL_KEY.public,), Trust())))
    code = proofs_of(samples()[0]).code
    words = (code, "--key", str(keys), "--on", "2027-04-01")
    assert officer.asks(*words, status=1)["facts"]["specimen"] is True
    assert "Specimen" in CliRunner().invoke(app, ["document", "check-offline", *words]).output


def test_no_text_breaks_the_check(officer: Officer) -> None:
    for text in ("x#", "#", "http://x#" + "A" * 20_000, "x#\ud83d", "x#" + "é" * 50):
        assert officer.asks(text, "--key", officer.keys, status=1)["status"] == "unknown"


def test_the_check_opens_neither_a_database_nor_a_connection(officer: Officer) -> None:
    code = (
        "import sys, socket, sqlite3\n"
        "def no(*args, **more): raise SystemExit('not allowed')\n"
        "socket.socket.connect = no; sqlite3.connect = no; sqlite3.dbapi2.connect = no\n"
        "from cli.main import app\n"
        "app(['document', 'check-offline', *sys.argv[1:]])\n"
    )
    words = [str(officer.pdf), "--key", officer.keys, "--revoked", officer.revoked]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=officer.folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PREDEPARTURE_HOME": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Genuine and in force" in done.stdout
    assert not (officer.folder / "var").exists()
