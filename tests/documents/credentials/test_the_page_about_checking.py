"""What docs/checking-certificates.md tells other systems to do works as it stands there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from documents.credentials import code
from documents.issuer_keys import IssuerKeys, write_issuer_keys
from documents.trust import Trust
from tests.documents.samples import CREDENTIAL_KEY, proofs_of, samples

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "checking-certificates.md").read_text(encoding="utf-8")
SCRIPTS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
VALUE = next(value for value in samples() if value.kind == "medical")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    issuer = IssuerKeys("An office", "", datetime(2027, 4, 1, tzinfo=UTC), (CREDENTIAL_KEY.public,), Trust())
    path.write_bytes(write_issuer_keys(issuer))
    return path


def run(script: str, *words: str) -> str:
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def test_a_credential_is_checked_in_a_dozen_lines(keys: Path, tmp_path: Path) -> None:
    credential = tmp_path / "credential.json"
    credential.write_bytes(proofs_of(VALUE).credential)
    assert run(SCRIPTS[0], str(credential), str(keys)).startswith("MED-2027-000418 is signed by Labour")
    credential.write_bytes(proofs_of(VALUE).credential.replace(b"AHMETI", b"AHMETO"))
    assert run(SCRIPTS[0], str(credential), str(keys)) == ""


def test_a_code_is_checked_in_a_dozen_lines(keys: Path) -> None:
    text = proofs_of(VALUE).code
    assert run(SCRIPTS[1], text, str(keys)).strip() == "MED-2027-000418"
    assert run(SCRIPTS[1], text.replace("verify.example.org", "evil.example"), str(keys)) == ""


def test_the_numbers_of_kinds_are_those_of_the_page() -> None:
    told = dict(re.findall(r"\b(\d+) ([a-z_]+)", PAGE[PAGE.index("Kinds:") :].partition(".")[0]))
    assert told == {str(number): kind for number, kind in enumerate(code._KINDS)}


def test_the_facts_have_no_name_that_means_something_else_in_json_ld() -> None:
    def names(item: object) -> set[str]:
        if isinstance(item, dict):
            return set(item).union(*map(names, item.values()))
        return set().union(*map(names, item)) if isinstance(item, list) else set()

    for value in samples():
        subject = json.loads(proofs_of(value).credential)["credentialSubject"]
        assert not {name for name in names(subject) if name in ("id", "type") or name.startswith("@") or ":" in name}
