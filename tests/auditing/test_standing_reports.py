"""Standing reports name what was overruled, conceded, recorded late, and who was given which privilege."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from basis.errors import Refused
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases.rules import REVERSAL, CaseLife, EndKind
from casework.cases.tables import Case, CaseMove
from casework.certificates.tables import Certificate
from casework.concessions.rules import ConcessionState
from casework.concessions.tables import Concession
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.oversight import reports
from casework.oversight.reports import Asked, Line, Report
from casework.work import Work
from tests.auditing.house import House, auditor, on_sqlite
from tests.support import factories
from tests.support.factories import TODAY

YEAR = Asked(TODAY - timedelta(days=365), TODAY)


def read(house: House, reader: Actor, kind: Report, asked: Asked = YEAR) -> list[Line]:
    with house.database.read() as session:
        return reports.report(session, reader, kind, asked)


def said(lines: list[Line]) -> list[tuple[str, str]]:
    return [(str(line.what), str(line.detail)) for line in lines]


def conceded(work: Work, case: Case, **values: Any) -> None:
    work.session.add(
        Concession(
            **{
                "case_id": case.id,
                "requirement": "language",
                "state": ConcessionState.GIVEN,
                "authority": "Ministry",
                "reference": "M-7",
                "reason": "r",
                "asked_by": "engine",
                "asked_on": TODAY,
                "decided_on": TODAY,
                "recorded_at": work.now,
                **values,
            }
        )
    )


def test_overrides_are_what_was_found_otherwise_before(house: House) -> None:
    clerk = house.world[Role.CASEWORKER]

    def act(work: Work) -> None:
        row = work.session.get_one(Certificate, house.documents[0].id)
        row.end_kind, row.ended_on, row.end_reason, row.ended_by = EndKind.REVOKED, TODAY, "wrong_person", clerk.key
        work.session.add(row)
        paper: dict[str, Any] = {
            "case_id": row.case_id,
            "worker_id": row.worker_id,
            "kind": "passport",
            "days": {},
            "attributes": {},
            "recorded_at": work.now,
            "recorded_by": clerk.key,
            "decided_on": TODAY,
            "decided_by": clerk.key,
        }
        for checks, status in (
            ({"names": True, "digits": False}, EvidenceStatus.ACCEPTED),
            ({"names": True}, EvidenceStatus.ACCEPTED),
            ({"digits": False}, EvidenceStatus.REJECTED),
        ):
            work.session.add(EvidenceItem(**paper, checks=checks, status=status))
        work.session.add(
            CaseMove(
                case_id=row.case_id,
                from_life=CaseLife.REFUSED,
                to_life=CaseLife.OPEN,
                reason=REVERSAL,
                happened_on=TODAY,
                recorded_at=work.now,
                recorded_by=clerk.key,
            )
        )

    house.database.run(clerk, act)
    number = house.documents[0].number
    assert sorted(said(read(house, house.lead, Report.OVERRIDES))) == [
        ("A move of the case was taken back: refused", ""),
        (f"Document {number} was ended by hand", "It was issued for another person."),
        ("Evidence was accepted against an automatic check: passport", "digits"),
    ]
    assert {line.who for line in read(house, house.lead, Report.OVERRIDES)} == {clerk.key}
    assert read(house, house.lead, Report.OVERRIDES, Asked(TODAY + timedelta(days=1), TODAY)) == []


def test_what_was_recorded_late_is_counted_in_days(house: House) -> None:
    case_id = house.documents[0].case_id
    for days in (14, 15, 40):
        with house.database.write(house.world[Role.CASEWORKER]) as work:
            happened = TODAY - timedelta(days=days)
            work.record("evidence.accepted", "evidence_item/0", case_id=case_id, happened_on=happened)
    found = read(house, house.lead, Report.BACKDATED)
    assert [str(line.detail).split(", ")[1] for line in found] == ["recorded 40 days later", "recorded 15 days later"]
    assert all(line.reference and line.seq for line in found)
    late = Asked(YEAR.since, YEAR.until, late=20)
    assert len(read(house, house.lead, Report.BACKDATED, late)) == 1
    with house.database.read() as session:
        programme = session.get_one(Case, case_id).programme_id
        assert reports.programmes(session, house.lead) == [programme]
        assert [one.id for one in reports.offices(session, house.lead)] == [house.world.office.id]
    assert len(read(house, house.lead, Report.BACKDATED, Asked(YEAR.since, YEAR.until, programme))) == 2
    assert read(house, house.lead, Report.BACKDATED, Asked(YEAR.since, YEAR.until, "other")) == []


@on_sqlite
def test_concessions_and_privileges_are_those_of_the_engagement(house: House) -> None:
    with house.database.write(ENGINE) as work:
        elsewhere = factories.office(work)
        conceded(work, work.session.get_one(Case, house.documents[0].case_id))
        conceded(work, factories.case(work, elsewhere))
        for office in (house.world.office, elsewhere):
            made = factories.account(work, office, Role.SUPERVISOR)
            work.record("account.added", f"account/{made.id}", data={"role": "supervisor"})
    assert said(read(house, house.lead, Report.CONCESSIONS)) == [("waiver: language, given", "Ministry, M-7")]
    privileges = read(house, house.lead, Report.PRIVILEGES)
    assert [str(line.what) for line in privileges] == ["An account was made in the role supervisor"]
    own = Asked(YEAR.since, YEAR.until, office=house.world.office.id)
    assert len(read(house, house.lead, Report.PRIVILEGES, own)) == 1
    assert len(read(house, ENGINE, Report.CONCESSIONS)) == 2
    supervisor = house.world[Role.SUPERVISOR]
    assert len(read(house, supervisor, Report.CONCESSIONS)) == 1
    for kind in Report:
        assert read(house, auditor(house.database, house.world), kind) == []


@on_sqlite
def test_reports_are_for_auditors_and_supervisors(house: House) -> None:
    for role in Role:
        if role in (Role.AUDITOR, Role.SUPERVISOR):
            continue
        with pytest.raises(Refused):
            read(house, house.world[role], Report.OVERRIDES)
