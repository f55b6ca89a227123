"""Timestamps by a real authority that runs on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from basis.errors import Unavailable
from casework.settings import Settings
from documents.keys import Signer
from documents.signatures import inspect, said_at
from documents.signing import check_signature, sign
from documents.timestamps import CLOCKS, Authority, authority_of, check_timestamp
from documents.values import Certificate
from tests.documents.conftest import SIGNED_AT
from tests.support.tsa import Tsa, timestamp_authority


@pytest.fixture
def tsa() -> Iterator[Tsa]:
    with timestamp_authority(SIGNED_AT + timedelta(seconds=2)) as running:
        yield running


@pytest.fixture
def stamped(pages: dict[str, bytes], certificates: dict[str, Certificate], signer: Signer, tsa: Tsa) -> bytes:
    return _signed(pages, certificates, signer, Authority(tsa.url, tsa.anchors))


def _signed(
    pages: dict[str, bytes], certificates: dict[str, Certificate], signer: Signer, authority: Authority
) -> bytes:
    officer = certificates["medical"].officer
    return sign(pages["medical"], signer, officer=officer, signed_at=SIGNED_AT, authority=authority)


def test_a_file_bears_the_timestamp_of_the_configured_authority(stamped: bytes, tsa: Tsa, signer: Signer) -> None:
    signature = inspect(stamped).signature
    assert signature is not None
    assert signature.token is not None
    assert said_at(signature.token) == tsa.at
    assert check_timestamp(signature.token, signature.signer_info, [tsa.anchors]) is None
    assert check_signature(stamped, [signer.certificate_pem]) is None


def test_the_authority_is_asked_once_for_each_file_and_once_more_in_the_beginning(
    stamped: bytes,
    tsa: Tsa,
    pages: dict[str, bytes],
    certificates: dict[str, Certificate],
    signer: Signer,
) -> None:
    assert stamped
    _signed(pages, certificates, signer, Authority(tsa.url, tsa.anchors))
    assert tsa.asked == 3


def test_name_and_password_go_to_the_authority_that_asks_for_them(
    tsa: Tsa, pages: dict[str, bytes], certificates: dict[str, Certificate], signer: Signer
) -> None:
    authority = Authority(tsa.url, tsa.anchors, "office", "secret")
    assert "secret" not in repr(authority)
    _signed(pages, certificates, signer, authority)
    assert set(tsa.authorisations) == {"Basic b2ZmaWNlOnNlY3JldA=="}


def test_a_timestamp_of_another_authority_is_not_accepted(stamped: bytes) -> None:
    signature = inspect(stamped).signature
    assert signature is not None
    with timestamp_authority(SIGNED_AT, "Another authority") as other:
        for anchors in ([other.anchors], []):
            assert check_timestamp(signature.token, signature.signer_info, anchors) is not None


def test_a_timestamp_of_another_signature_is_not_accepted(
    stamped: bytes, tsa: Tsa, pages: dict[str, bytes], certificates: dict[str, Certificate], signer: Signer
) -> None:
    mine = inspect(stamped).signature
    other = inspect(_signed(pages, certificates, signer, Authority(tsa.url, tsa.anchors))).signature
    assert mine is not None
    assert other is not None
    assert check_timestamp(other.token, mine.signer_info, [tsa.anchors]) is not None


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"status": 503}, "timestamp_refused"),
        ({"status": 302}, "timestamp_refused"),
        ({"answer": b""}, "timestamp_wrong"),
        ({"answer": b"<html>Welcome to the hotel's network</html>"}, "timestamp_wrong"),
        ({"answer": b"\0" * 300_000}, "timestamp_unreachable"),
        ({"answer": bytes.fromhex("30053003020102")}, "timestamp_wrong"),
        ({"at": SIGNED_AT - CLOCKS - timedelta(seconds=1)}, "timestamp_wrong"),
        ({"at": SIGNED_AT + timedelta(days=2)}, "timestamp_wrong"),
    ],
    ids=["busy", "moved", "nothing", "portal", "endless", "rejected", "clock behind", "clock ahead"],
)
def test_without_a_good_timestamp_nothing_is_signed(
    fault: dict[str, object],
    code: str,
    tsa: Tsa,
    pages: dict[str, bytes],
    certificates: dict[str, Certificate],
    signer: Signer,
) -> None:
    for name, value in fault.items():
        setattr(tsa, name, value)
    with pytest.raises(Unavailable) as caught:
        _signed(pages, certificates, signer, Authority(tsa.url, tsa.anchors))
    assert caught.value.code == code


def test_an_authority_that_is_not_there_or_not_the_listed_one_stops_the_signing(
    tsa: Tsa, pages: dict[str, bytes], certificates: dict[str, Certificate], signer: Signer
) -> None:
    with timestamp_authority(SIGNED_AT, "Another authority") as other:
        with pytest.raises(Unavailable) as caught:
            _signed(pages, certificates, signer, Authority(tsa.url, other.anchors))
        assert caught.value.code == "timestamp_wrong"
        gone = Authority(other.url, other.anchors)
    with pytest.raises(Unavailable) as caught:
        _signed(pages, certificates, signer, gone)
    assert caught.value.code == "timestamp_unreachable"


def test_an_authority_needs_its_certificates_beside_its_address(tmp_path: Path, tsa: Tsa) -> None:
    plain = Settings(home=tmp_path)
    assert authority_of(plain) is None
    file = tmp_path / "tsa.pem"
    asked = plain.model_copy(update={"tsa_url": tsa.url, "tsa_user": "office", "tsa_password": SecretStr("secret")})
    for certificates in (None, file):
        with pytest.raises(Unavailable) as caught:
            authority_of(asked.model_copy(update={"tsa_certificates": certificates}))
        assert caught.value.code == "timestamp_anchors"
    file.write_bytes(tsa.anchors)
    found = authority_of(asked.model_copy(update={"tsa_certificates": file}))
    assert found == Authority(tsa.url, tsa.anchors, "office", "secret")
    assert found is not None
    assert replace(found, url="http://127.0.0.1:1/").url != tsa.url
