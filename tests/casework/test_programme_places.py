"""What cases took of a quota: by the day on the accepted paper, and of the own programme only."""

from __future__ import annotations

from datetime import date

from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.database import Database
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.programmes.places import uses
from casework.work import Work
from checklists.programme import Programme
from tests.checklists.building import BASIS, programme, requirement_text, stage_text
from tests.support import factories
from tests.support.factories import World

QUOTA = f"""
quotas:
  - id: consents
    title: Consents of the year
    evidence: paper
    from: 2026-01-01
    until: 2026-12-31
    places: 10
    monthly: 4
    countries: {{XK: 2}}
    {BASIS}
"""
TODAY = date(2026, 11, 2)


def trial() -> Programme:
    return programme(stage_text("papers", requirement_text()), head=QUOTA)


def paper(work: Work, case: Case, issued_on: date, status: EvidenceStatus, kind: str = "paper") -> None:
    work.session.add(
        EvidenceItem(
            case_id=case.id,
            worker_id=case.worker_id,
            kind=kind,
            days={"issued_on": issued_on.isoformat()},
            attributes={},
            checks={},
            status=status,
            recorded_at=work.now,
            recorded_by="arta",
        )
    )


def test_accepted_papers_take_places_in_the_month_of_their_issue(database: Database, world: World) -> None:
    def papers(work: Work) -> None:
        mine = factories.case(work, world.office, programme_id="trial")
        other = factories.case(work, world.office, programme_id="another")
        for day in (date(2026, 11, 1), date(2026, 10, 31), date(2025, 12, 31)):
            paper(work, mine, day, EvidenceStatus.ACCEPTED)
        paper(work, mine, TODAY, EvidenceStatus.REJECTED)
        paper(work, mine, TODAY, EvidenceStatus.ACCEPTED, "something_else")
        paper(work, other, TODAY, EvidenceStatus.ACCEPTED)

    database.run(ENGINE, papers)
    with database.read() as session:
        (use,) = uses(session, world[Role.SUPERVISOR], trial(), TODAY)
    assert use.taken == 2
    assert (use.rooms[""].left, use.rooms[""].left_this_month, use.rooms["XK"].left_for_country) == (8, 3, 1)


def test_a_reader_counts_the_cases_that_they_may_know_of(database: Database, world: World) -> None:
    def elsewhere(work: Work) -> None:
        paper(
            work,
            factories.case(work, factories.office(work), programme_id="trial"),
            date(2026, 11, 1),
            EvidenceStatus.ACCEPTED,
        )

    database.run(ENGINE, elsewhere)
    with database.read() as session:
        assert [use.taken for use in uses(session, world[Role.SUPERVISOR], trial(), TODAY)] == [0]
        assert [use.taken for use in uses(session, ENGINE, trial(), TODAY)] == [1]
