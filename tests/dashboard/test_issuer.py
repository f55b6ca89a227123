"""Everybody may fetch what certificates are checked with: the public keys, and the signed list of ended numbers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.cases.rules import EndKind
from casework.certificates import service as certificates
from casework.certificates.tables import Certificate
from casework.work import Work
from dashboard import addresses
from dashboard.security import VERIFY
from documents.issuer_keys import read_issuer_keys
from documents.revocations import Ending, read_revocations
from tests.dashboard.bench import Bench, Person


@pytest.fixture
def public(played: Bench) -> Iterator[Person]:
    with played.visit() as person:
        yield person


def revoke_one(work: Work) -> str:
    row = work.session.exec(select(Certificate).order_by(Certificate.number)).first()
    assert row is not None
    assert row.sign_off_id is not None
    certificates.end(work, row.sign_off_id, EndKind.REVOKED, "internal words")
    return row.number


def test_keys_and_list_fit_together_and_hold_nothing_about_anybody(played: Bench, public: Person) -> None:
    number = played.installation.database.run(ENGINE, revoke_one)
    keys, numbers = (public.client.get(path) for path in (addresses.ISSUER_KEYS, addresses.REVOCATIONS))
    for answer in (keys, numbers):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
        for secret in ("Driton", "Limani", "BB-0001", "internal words", "PRIVATE"):
            assert secret not in answer.text
    issuer = read_issuer_keys(keys.content)
    listed = read_revocations(numbers.content, issuer.keys)
    assert issuer.trust.signing
    assert listed.numbers[number].ending is Ending.REVOKED


def test_whoever_asks_too_often_is_asked_to_wait(public: Person) -> None:
    count = int(VERIFY.limit.split()[0])
    answers = [public.client.get(addresses.REVOCATIONS).status_code for _time in range(count + 1)]
    assert answers == [200] * count + [429]
