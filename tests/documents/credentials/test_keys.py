from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from basis.errors import Conflict, Unavailable
from documents.credentials.keys import (
    CREDENTIAL_KEY_FILE,
    PublicKey,
    load_credential_key,
    make_credential_key,
    replace_credential_key,
)
from documents.keys import make_installation_key
from tests.documents.conftest import SIGNED_AT


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = make_credential_key(tmp_path / "keys")
    before = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(Conflict) as caught:
        make_credential_key(tmp_path / "keys")
    assert caught.value.code == "credential_key_exists"
    assert path.read_bytes() == before
    assert [entry.name for entry in (tmp_path / "keys").iterdir()] == [CREDENTIAL_KEY_FILE]


def test_a_replaced_key_is_another_and_the_old_one_still_checks(tmp_path: Path) -> None:
    make_credential_key(tmp_path)
    old = load_credential_key(tmp_path)
    signature = old.sign(b"x")
    new = replace_credential_key(tmp_path)
    assert new.public != old.public
    assert load_credential_key(tmp_path).public == new.public
    assert stat.S_IMODE((tmp_path / CREDENTIAL_KEY_FILE).stat().st_mode) == 0o600
    assert PublicKey.from_pem(old.public.pem).verifies(signature, b"x")
    assert not new.public.verifies(signature, b"x")
    assert [entry.name for entry in tmp_path.iterdir()] == [CREDENTIAL_KEY_FILE]


def test_a_key_that_is_missing_or_of_another_kind_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as missing:
        load_credential_key(tmp_path)
    assert missing.value.code == "credential_key_missing"
    for content in (b"", b"-----BEGIN nonsense", make_installation_key(tmp_path, "An office", SIGNED_AT).read_bytes()):
        (tmp_path / CREDENTIAL_KEY_FILE).write_bytes(content)
        with pytest.raises(Unavailable) as caught:
            load_credential_key(tmp_path)
        assert caught.value.code == "credential_key_unreadable"


def test_a_key_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file in the way")
    with pytest.raises(Unavailable):
        make_credential_key(tmp_path / "keys")


def test_nothing_of_the_private_key_is_shown(tmp_path: Path) -> None:
    make_credential_key(tmp_path)
    assert repr(load_credential_key(tmp_path)) == "CredentialKey()"


def test_a_public_key_survives_json_with_its_days(tmp_path: Path) -> None:
    make_credential_key(tmp_path)
    raw = load_credential_key(tmp_path).public.raw
    key = PublicKey(raw, date(2027, 1, 4), date(2027, 6, 1), date(2027, 7, 1))
    assert PublicKey.from_json(key.to_json()) == key
    for change in ({"key": "z1"}, {"retired_on": "soon"}, {"retired_on": 5}):
        with pytest.raises(ValueError):
            PublicKey.from_json({**key.to_json(), **change})
    with pytest.raises(ValueError):
        PublicKey.from_json({})


def test_a_retired_key_vouches_for_what_it_signed_until_its_last_day() -> None:
    key = PublicKey(bytes(32), retired_on=date(2027, 6, 1))
    assert key.fault_on(date(2027, 6, 1)) is None
    assert key.fault_on(date(2027, 6, 2)) is not None


def test_a_key_that_others_may_have_had_vouches_for_nothing() -> None:
    assert PublicKey(bytes(32), compromised_on=date(2027, 6, 1)).fault_on(date(2027, 1, 1)) is not None
