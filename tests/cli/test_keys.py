"""Keys are listed, rotated and given out; what an old key signed stays good, and it signs nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from sqlmodel import select

from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.certificates.tables import Certificate
from casework.issuers.tables import IssuerCertificate
from casework.settings import load
from documents.installation import Installation, open_installation
from documents.keys import load_signer, make_installation_key
from documents.verification import Status
from tests.cli.conftest import Command
from tests.cli.test_documents import export, issued, issued_home, sign_off, verified
from workflows.issuing import issue

__all__ = ["issued", "issued_home"]  # fixtures

WHY = ("--reason", "Once a year.")


@contextmanager
def opened(run: Command) -> Iterator[Installation]:
    installation = open_installation(load(run.home))
    try:
        yield installation
    finally:
        installation.database.engine.dispose()


def keys(run: Command, purpose: str) -> list[dict[str, Any]]:
    return [key for key in run.json("keys", "list")["keys"] if key["purpose"] == purpose]


def issue_another(run: Command) -> Certificate:
    """A certificate of the second case."""
    with opened(run) as installation:
        with installation.database.write(ENGINE) as work:
            signed = sign_off(work, "T-0002")
        assert issue(installation, [signed.id]).count == 1
        with installation.database.read() as session:
            return session.exec(select(Certificate).where(Certificate.sign_off_id == signed.id)).one()


def test_a_key_that_signed_is_in_the_list_with_what_it_signed(issued: Command) -> None:
    (signing,) = keys(issued, "signing")
    assert (signing["documents"], signing["retired_at"]) == (1, None)
    assert len(keys(issued, "credential")) == 1
    assert signing["fingerprint"][:16] in issued("keys", "list").output


def test_after_a_rotation_the_old_signature_stays_good_and_the_new_key_signs(issued: Command, tmp_path: Path) -> None:
    file = export(issued, tmp_path / "before")
    (before,) = keys(issued, "signing")
    done = issued.json("keys", "rotate", "signing", *WHY)
    assert done["retired"] == [before["fingerprint"]]
    assert issue_another(issued).signed_by == done["present"] != before["fingerprint"]
    assert verified(issued, file, 0)["status"] == Status.VALID
    old, new = sorted(keys(issued, "signing"), key=lambda key: key["first_used_at"])
    assert (old["documents"], new["documents"]) == (1, 1)
    assert old["retired_at"]
    assert new["retired_at"] is None
    kept = issued.home / "keys" / "retired" / f"signing-{before['fingerprint'][:16]}.pem"
    assert b"PRIVATE" not in kept.read_bytes()
    with opened(issued) as installation, installation.database.read() as session:
        told = [row.kind for row in session.exec(select(AuditEvent)) if before["fingerprint"] in row.subject]
    assert told == ["key.first_used", "key.retired"]


@pytest.mark.deep
def test_a_rotated_credential_key_leaves_the_old_data_good(issued: Command, tmp_path: Path) -> None:
    file = export(issued, tmp_path / "before")
    done = issued.json("keys", "rotate", "credential", *WHY)
    assert len(done["retired"]) == 1
    issue_another(issued)
    assert verified(issued, file, 0)["status"] == Status.VALID
    with opened(issued) as installation:
        assert len(installation.credential_keys) == 2


def test_a_rotation_that_was_interrupted_is_finished_by_the_same_command(issued: Command) -> None:
    key = issued.home / "keys" / "signing.pem"
    before = key.read_bytes()
    issued("keys", "rotate", "signing", *WHY)
    key.write_bytes(before)  # as if the machine had died before the new key was in its place
    with opened(issued) as installation:
        with installation.database.write(ENGINE) as work:
            signed = sign_off(work, "T-0002")
        (failure,) = issue(installation, [signed.id]).failures.values()
    assert "retired" in failure
    done = issued.json("keys", "rotate", "signing", *WHY)
    assert done["present"] != load_signer(key).certificate_pem
    issued("document", "list")
    assert issue_waiting(issued) == 1


def issue_waiting(run: Command) -> int:
    with opened(run) as installation:
        with installation.database.read() as session:
            waiting = session.exec(select(Certificate).where(Certificate.sha256 == "")).one()
        assert waiting.sign_off_id is not None
        return issue(installation, [waiting.sign_off_id]).count


@pytest.mark.deep
def test_a_lost_key_is_retired_and_replaced(issued: Command, tmp_path: Path) -> None:
    file = export(issued, tmp_path / "before")
    (issued.home / "keys" / "signing.pem").unlink()
    assert len(issued.json("keys", "list")["keys"]) == 2
    issued("keys", "rotate", "signing", "--reason", "The disk was lost.")
    issue_another(issued)
    assert verified(issued, file, 0)["status"] == Status.VALID


def test_what_a_retired_key_signs_later_is_not_valid(issued: Command, tmp_path: Path) -> None:
    file = export(issued, tmp_path / "before")
    issued("keys", "rotate", "signing", *WHY)
    change(issued, signed_at=datetime.now(UTC) + timedelta(hours=1))
    found = verified(issued, file, 1)
    assert found["status"] == Status.ALTERED
    assert failing(found) == ["certificate"]
    assert "after the issuer had retired the key" in found["reasons"][0]


def test_what_a_compromised_key_signed_before_counts_because_the_register_has_it(
    issued: Command, tmp_path: Path
) -> None:
    file = export(issued, tmp_path / "before")
    issued("keys", "rotate", "signing", "--reason", "A laptop was stolen.", "--compromised")
    found = verified(issued, file, 0)
    (check,) = [check for check in found["checks"] if check["name"] == "certificate"]
    assert "the register has exactly this one" in check["message"]


@pytest.mark.deep
def test_what_was_signed_since_a_key_was_compromised_is_to_be_issued_anew(issued: Command, tmp_path: Path) -> None:
    file = export(issued, tmp_path / "before")
    number = verified(issued, file, 0)["number"]
    hour = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    done = issued.json(
        "keys", "rotate", "signing", "--reason", "A laptop was stolen.", "--compromised", "--since", hour
    )
    assert done["to_issue_anew"] == [number]
    found = verified(issued, file, 1)
    assert (found["status"], failing(found)) == (Status.ALTERED, ["certificate"])


@pytest.mark.deep
def test_it_may_be_said_later_that_a_retired_key_was_compromised(issued: Command, tmp_path: Path) -> None:
    file = export(issued, tmp_path / "before")
    (before,) = keys(issued, "signing")
    issued("keys", "rotate", "signing", *WHY)
    hour = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    told = issued("keys", "compromised", before["fingerprint"][:12], "--since", hour, "--reason", "Found online.")
    assert "issued anew" in told.output
    assert verified(issued, file, 1)["status"] == Status.ALTERED
    issued("keys", "compromised", before["fingerprint"], "--since", hour, "--reason", "Again.", status=3)


def test_a_configured_file_is_rotated_by_naming_another(issued: Command, tmp_path: Path) -> None:
    file = export(issued, tmp_path / "before")
    settings = issued.home / "predeparture.toml"
    pkcs12_file(tmp_path / "new.p12")
    text = settings.read_text()
    settings.write_text(f'{text}signing_file = "{tmp_path / "new.p12"}"\nsigning_passphrase = "secret"\n')
    row = issue_another(issued)
    assert {key["retired_at"] for key in keys(issued, "signing")} == {None}
    done = issued.json("keys", "rotate", "signing", *WHY)
    assert (done["present"], len(done["retired"])) == (row.signed_by, 1)
    issued("keys", "rotate", "signing", *WHY, status=3)
    settings.write_text(text)
    # The home's own key was retired; it signs nothing more, and what both signed stays good.
    assert issued("keys", "list").output.count("retired on") == 1
    assert verified(issued, file, 0)["status"] == Status.VALID


def pkcs12_file(path: Path) -> None:
    signer = load_signer(make_installation_key(path.parent / "other", "Another office", datetime.now(UTC)))
    encryption = BestAvailableEncryption(b"secret")
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", signer.key, signer.certificate, None, encryption))


@pytest.mark.deep
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("rotate", "vault", *WHY), 2),
        (("rotate", "signing", "--reason", " "), 2),
        (("rotate", "signing", *WHY, "--since", "2020-01-01"), 2),
        (("rotate", "signing", *WHY, "--compromised", "--since", "last week"), 2),
        (("rotate", "signing", *WHY, "--compromised", "--since", "2999-01-01"), 2),
        (("compromised", "0000", "--since", "2020-01-01", "--reason", "x"), 2),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(run: Command, words: tuple[str, ...], status: int) -> None:
    before = (run.home / "keys" / "signing.pem").read_bytes()
    run("keys", *words, status=status)
    assert (run.home / "keys" / "signing.pem").read_bytes() == before


@pytest.mark.deep
def test_only_an_administrator_rotates_keys(run: Command) -> None:
    add = ("--name", "Case Worker", "--role", "caseworker", "--organisation", "HQ", "--password-stdin")
    run("user", "add", "case@example.org", *add, input="a long sentence as password\n")
    run("keys", "rotate", "signing", *WHY, "--as", "case@example.org", status=3)
    run("keys", "rotate", "signing", *WHY, "--as", "admin@example.org")


def test_public_keys_are_given_out_without_private_ones(issued: Command, tmp_path: Path) -> None:
    issued("keys", "rotate", "credential", *WHY)
    issued("keys", "export", str(tmp_path / "keys.json"))
    written = json.loads((tmp_path / "keys.json").read_text())
    assert len(written["keys"]) == 2
    assert [one["purpose"] for one in written["certificates"]] == ["signing"]
    issued("keys", "export", str(tmp_path / "keys.pem"))
    (certificate,) = x509.load_pem_x509_certificates((tmp_path / "keys.pem").read_bytes())
    assert certificate.not_valid_after_utc > datetime.now(UTC)
    for name in ("keys.json", "keys.pem"):
        assert "PRIVATE" not in (tmp_path / name).read_text()
        issued("keys", "export", str(tmp_path / name), status=3)


def test_the_doctor_warns_before_a_certificate_ends_and_when_a_retired_one_is_missing(issued: Command) -> None:
    def looked(name: str, status: int = 0) -> list[str]:
        return [one["result"] for one in issued.json("doctor", status=status)["checks"] if one["name"] == name]

    assert (looked("signing"), looked("retired-keys")) == (["good"], [])
    issued("keys", "rotate", "signing", *WHY)
    assert looked("retired-keys") == ["good"]
    (kept,) = (issued.home / "keys" / "retired").iterdir()
    kept.unlink()
    assert looked("retired-keys") == ["warning"]
    key = issued.home / "keys" / "signing.pem"
    key.unlink()
    make_installation_key(key.parent, "An office", datetime.now(UTC) - timedelta(days=365 * 10 - 80))
    assert looked("signing") == ["warning"]
    with opened(issued) as installation, installation.database.write(ENGINE) as work:
        for row in work.session.exec(select(IssuerCertificate)):
            work.session.delete(row)
    assert looked("retired-keys", status=1) == ["problem"]


def change(run: Command, **values: object) -> None:
    with opened(run) as installation, installation.database.write(ENGINE) as work:
        row = work.session.exec(select(Certificate)).one()
        for name, value in values.items():
            setattr(row, name, value)
        work.session.add(row)


def failing(found: dict[str, Any]) -> list[str]:
    return [check["name"] for check in found["checks"] if check["result"] == "failed"]
