"""The public check through real pages: what everybody learns, and what nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Response
from sqlmodel import delete, select

from casework.audit.tables import AuditEvent
from casework.cases.rules import EndKind
from casework.certificates.tables import Certificate
from casework.issuers import service as issuers
from casework.verifications import service as verifications
from casework.verifications.tables import VerificationCount, Way
from casework.workers.tables import PersonKey
from dashboard import addresses
from dashboard.security import VERIFY
from documents.reading import plain
from documents.short_code import short_code
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


def ask(person: Person, address: str, **fields: str) -> Response:
    return person.client.post(address, data=fields, headers={"origin": ADDRESS})


def test_number_and_short_code_answer_like_the_code(played: Bench, public: Person) -> None:
    row = issued(played)
    code = short_code(row.token)
    for number, written in ((row.number, code), (f" {row.number.lower()} ", code.lower().replace("-", ""))):
        page = ask(public, addresses.VERIFY_NUMBER, number=number, code=written).text
        assert "This document is valid" in page
        assert "D. L." in page


def test_a_wrong_short_code_and_an_unknown_number_get_the_same_answer(played: Bench, public: Person) -> None:
    row = issued(played)
    asked = [(row.number, "0000-0000"), ("MED-1999-000001", short_code(row.token)), ("💥", "x"), ("a" * 200, "0" * 200)]
    answers = [ask(public, addresses.VERIFY_NUMBER, number=number, code=code) for number, code in asked]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert UNKNOWN in answers[0].text
    assert ask(public, addresses.VERIFY_NUMBER, number=row.number, code="").status_code == 422


def test_a_fingerprint_is_answered_without_the_file(played: Bench, public: Person) -> None:
    row = issued(played)
    assert "This document is valid" in ask(public, addresses.VERIFY_HASH, sha256=row.sha256).text
    unknown = ask(public, addresses.VERIFY_HASH, sha256="0" * 64).text
    assert "We do not know this file" in unknown
    assert "Upload the file" in unknown
    assert "data-hash-up-to" not in unknown
    for nonsense in ("", "x" * 64, "0" * 63, row.sha256 + "0"):
        assert "We do not know this file" in ask(public, addresses.VERIFY_HASH, sha256=nonsense).text


def test_each_check_of_a_known_document_is_counted_on_it_and_nothing_else(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    row = issued(site)
    data = file_of(site, row)
    with site.installation.database.write(site.cast["admin"]) as work:
        work.session.exec(delete(VerificationCount))  # what other tests asked of the home that this is a copy of
    with site.visit() as person:
        for _time in range(3):
            person.get(addresses.verify(row.token))
        ask(person, addresses.VERIFY_NUMBER, number=row.number, code=short_code(row.token))
        ask(person, addresses.VERIFY_HASH, sha256=row.sha256)
        checked(person, data)
        checked(person, data + b" ")
        person.get(addresses.verify("A" * 22), 404)
    with site.installation.database.read() as session:
        counted = verifications.of_document(session, row.id)
        assert {(one.way, one.answer, one.times) for one in counted} == {
            (Way.CODE, "valid", 3),
            (Way.NUMBER, "valid", 1),
            (Way.HASH, "valid", 1),
            (Way.FILE, "valid", 1),
            (Way.FILE, "altered", 1),
        }
        assert {one.day for one in counted} == {site.today}
        assert len(session.exec(select(VerificationCount)).all()) == len(counted)
        assert not [event for event in session.exec(select(AuditEvent)) if "verif" in event.kind]
    with site.visit("audit") as auditor:
        page = auditor.get(addresses.document(row.id))
    assert "3 times by its code" in page
    assert "1 time by its file" in page


def test_staff_find_the_way_from_the_answer_to_the_record_and_the_public_does_not(
    played: Bench, public: Person
) -> None:
    row = issued(played)
    record = addresses.document(row.id)
    with played.visit("mira") as supervisor, played.visit("agron") as agency:
        assert record in supervisor.get(addresses.verify(row.token))
        assert record not in agency.get(addresses.verify(row.token))
    assert record not in public.get(addresses.verify(row.token))


def test_a_document_whose_key_no_longer_counts_is_not_valid_by_its_code(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    row = issued(site)
    with site.installation.database.write(site.cast["admin"]) as work:
        issuers.retire(work, row.signed_by, "A laptop was stolen.", compromised_since=work.now - timedelta(days=900))
    with site.visit() as person:
        assert "This document cannot be relied on" in person.get(addresses.verify(row.token))


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
