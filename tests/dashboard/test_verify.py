"""The public check through real pages: what everybody learns, and what nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from casework.cases.rules import EndKind
from casework.certificates.tables import Certificate
from casework.workers.tables import PersonKey
from dashboard import addresses
from dashboard.security import VERIFY
from documents.reading import plain
from tests.dashboard.bench import ADDRESS, Bench, Person

UNKNOWN = "We do not know this document"


@pytest.fixture
def public(played: Bench) -> Iterator[Person]:
    with played.visit() as person:
        yield person


def issued(site: Bench, kind: str = "medical") -> Certificate:
    with site.installation.database.read() as session:
        return session.exec(select(Certificate).where(Certificate.kind == kind)).one()


def file_of(site: Bench, row: Certificate) -> bytes:
    with site.installation.database.read() as session:
        return plain(site.installation.archive, site.installation.database.vault(session), row)


def checked(person: Person, data: bytes) -> str:
    answer = person.client.post(addresses.VERIFY, files={"file": ("a.pdf", data)}, headers={"origin": ADDRESS})
    assert answer.status_code == 200
    return answer.text


def test_a_valid_code_says_so_with_initials_and_never_a_name(played: Bench, public: Person) -> None:
    row = issued(played)
    page = public.get(addresses.verify(row.token))
    assert "This document is valid" in page
    assert row.number in page
    assert "D. L." in page
    for secret in ("Driton", "Limani", "BB-0001", "2001"):
        assert secret not in page


def test_the_file_of_a_document_is_valid_and_one_byte_more_or_less_is_not(played: Bench, public: Person) -> None:
    data = file_of(played, issued(played))
    assert "This document is valid" in checked(public, data)
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1
    page = checked(public, bytes(changed))
    assert "This file was altered" in page or UNKNOWN in page
    assert "D. L." not in page
    assert "This file was altered" in checked(public, data + b"\n")


@pytest.mark.parametrize("data", [b"hello", b"%PDF-1.7\n%%EOF", b"\x00" * 1000])
def test_a_file_that_is_not_ours_is_unknown(public: Person, data: bytes) -> None:
    assert UNKNOWN in checked(public, data)


def test_codes_never_given_and_codes_that_cannot_be_get_the_same_answer(public: Person) -> None:
    codes = ["A" * 22, "x", "a/b", "%00", "A" * 5000, "..%2F..%2Fkeys", "%F0%9F%98%80"]
    answers = [public.client.get(f"/verify/{code}") for code in codes]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert UNKNOWN in answers[0].text


def test_an_empty_form_is_shown_again(public: Person) -> None:
    answer = public.client.post(addresses.VERIFY, data={"a": "b"}, headers={"origin": ADDRESS})
    assert answer.status_code == 422
    assert "choose a file" in answer.text


def test_the_answer_is_neither_kept_nor_indexed(played: Bench, public: Person) -> None:
    headers = public.client.get(addresses.verify(issued(played).token)).headers
    assert headers["cache-control"] == "no-store"
    assert "noindex" in headers["x-robots-tag"]
    assert "set-cookie" not in headers


def test_whoever_asks_too_often_is_asked_to_wait(played: Bench) -> None:
    with played.visit() as person:
        count = int(VERIFY.limit.split()[0])
        answers = [person.client.get("/verify/x").status_code for _time in range(count + 1)]
    assert answers == [404] * count + [429]


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (EndKind.REVOKED, "This document was revoked"),
        (EndKind.EXPIRED, "This document has expired"),
        (EndKind.SUPERSEDED, "This document was replaced"),
    ],
)
def test_an_ended_document_says_how_it_ended_but_not_why(
    played_home: Path, copied: Callable[[Path], Bench], end: EndKind, words: str
) -> None:
    site = copied(played_home)
    with site.installation.database.write(site.cast["mira"]) as work:
        row = work.session.exec(select(Certificate).where(Certificate.kind == "security")).one()
        row.end_kind, row.ended_on, row.end_reason = end, work.today, "suspected_forgery"
        work.session.add(row)
    with site.visit() as person:
        page = person.get(addresses.verify(row.token))
    assert words in page
    assert "forgery" not in page


def test_a_document_expires_the_day_after_its_last_day(played_home: Path, copied: Callable[[Path], Bench]) -> None:
    site = copied(played_home)
    said = []
    for days in (0, -1):
        with site.installation.database.write(site.cast["mira"]) as work:
            row = work.session.exec(select(Certificate).where(Certificate.kind == "security")).one()
            row.valid_until = work.today + timedelta(days=days)
            work.session.add(row)
        with site.visit() as person:
            said.append("This document is valid" in person.get(addresses.verify(row.token)))
    assert said == [True, False]


def test_an_erased_person_has_no_initials_and_the_number_still_answers(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    row = issued(site)
    with site.installation.database.write(site.cast["admin"]) as work:
        key = work.session.get_one(PersonKey, row.worker_id)
        key.wrapped = None
        work.session.add(key)
    with site.visit() as person:
        page = person.get(addresses.verify(row.token))
    assert "This document is valid" in page
    assert "Issued for" not in page
