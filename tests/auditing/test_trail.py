"""The history is searched by those who review, within their engagements; every kind of event is said in words."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from basis.errors import InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.oversight import scope, trail
from casework.oversight.trail import Asked
from casework.oversight.words import KIND_WORDS, LOOKS, told
from casework.work import Work
from tests.auditing.house import House, auditor, on_sqlite
from tests.support import factories
from tests.support.factories import TODAY

ROOT = Path(__file__).resolve().parents[2]
UTC = ZoneInfo("UTC")


def note(house: House, actor: Actor, kind: str, subject: str, **more: object) -> None:
    def act(work: Work) -> None:
        work.record(kind, subject, **more)  # type: ignore[arg-type]

    house.database.run(actor, act)


def found(house: House, reader: Actor, **asked: object) -> list[str]:
    with house.database.read() as session:
        lines, total = trail.search(session, reader, Asked(**asked), UTC, limit=1000)  # type: ignore[arg-type]
    assert total == len(lines)
    return [str(line.what) for line in lines]


def test_events_are_found_by_person_case_document_kind_and_day(house: House) -> None:
    row = house.documents[0]
    with house.database.read() as session:
        case = session.get_one(Case, row.case_id)
    clerk = house.world[Role.CASEWORKER]
    told_of = {"number": row.number}
    note(house, clerk, "certificate.read", f"certificate/{row.id}", case_id=case.id, data=told_of)
    note(house, house.lead, "case.viewed", f"case_file/{case.id}", case_id=case.id)
    note(house, clerk, "worker.corrected", f"worker/{case.worker_id}")
    read, viewed, corrected = (
        f"The file of document {row.number} was taken",
        "The case was looked at",
        "The worker's data was corrected",
    )
    assert found(house, house.lead, actor=clerk.key, case=case.reference) == [corrected, read]
    assert found(house, house.lead, number=row.number.lower()) == [read]
    assert found(house, house.lead, case=case.reference, looks=True) == [viewed, read]
    assert found(house, house.lead, kind="certificate") == [read]
    assert found(house, house.lead, kind="case.viewed") == [viewed]
    assert viewed in found(house, house.lead, since=TODAY, until=TODAY)
    assert found(house, house.lead, since=TODAY.replace(day=TODAY.day + 1)) == []
    assert found(house, ENGINE, actor="engine", kind="case.viewed") == []


@on_sqlite
def test_what_is_unknown_is_refused_and_what_is_out_of_reach_is_not_there(house: House) -> None:
    with house.database.write(ENGINE) as work:
        elsewhere = factories.office(work)
        case = factories.case(work, elsewhere)
        work.record("case.viewed", f"case_file/{case.id}", case_id=case.id)
        work.record("account.added", f"account/{factories.account(work, elsewhere, Role.CASEWORKER).id}")
        work.record("account.added", f"account/{factories.account(work, house.world.office, Role.CASEWORKER).id}")
        work.record("key.retired", "issuer_certificate/0")
    with pytest.raises(InvalidInput):
        found(house, house.lead, kind="nothing")
    for wrong in ({"case": case.reference}, {"number": "DOC-1999-1"}):
        with pytest.raises(NotFound):
            found(house, house.lead, **wrong)
    assert found(house, house.lead, kind="case.viewed") == []
    assert len(found(house, house.lead, kind="account.added")) == 1
    assert found(house, house.lead, kind="key.retired") == []
    assert len(found(house, ENGINE, kind="account.added")) == 2
    outsider = auditor(house.database, house.world)
    assert found(house, outsider) == []
    for role in (Role.CASEWORKER, Role.SUPERVISOR, Role.ADMINISTRATOR):
        with pytest.raises(Refused):
            found(house, house.world[role])


@on_sqlite
def test_that_there_was_a_possible_match_is_for_auditors_of_the_case_alone(house: House) -> None:
    note(house, ENGINE, "hit.proposed", "hit/0", case_id=house.documents[0].case_id)
    assert len(found(house, house.lead, kind="hit")) == 1
    outsider, supervisor = auditor(house.database, house.world), house.world[Role.SUPERVISOR]
    assert found(house, outsider, kind="hit") == []
    with house.database.read() as session:
        (line,), _total = trail.search(session, house.lead, Asked(kind="hit"), UTC, limit=9)
        assert trail.one(session, house.lead, line.event.seq).event.kind == "hit.proposed"
        with pytest.raises(NotFound):
            trail.one(session, outsider, line.event.seq)
        known = select(AuditEvent.kind).where(scope.events(session, supervisor))
        assert "hit.proposed" not in session.exec(known).all()


def test_every_kind_that_is_recorded_has_words() -> None:
    recorded = set()
    for folder in ("casework", "documents", "workflows", "dashboard", "cli"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            recorded |= set(
                re.findall(r'(?:record|look|keep|withdraw|_keep|_record|_number)\([^()]*?"([a-z_]+\.[a-z_]+)"', text)
            )
    assert len(recorded) > 60
    assert {kind for kind in recorded if not kind.endswith((".py", ".id"))} - set(KIND_WORDS) == set()
    assert set(LOOKS) <= set(KIND_WORDS)


def test_words_hold_what_an_event_tells_and_a_dash_for_what_it_does_not() -> None:
    assert str(told("case.moved", {"to": "on_hold"})) == "The case became: on hold"
    assert str(told("certificate.read", {})) == "The file of document – was taken"
    assert str(told("later.kind", {"x": 1})) == "later.kind"
