"""A medical that lapses, and one that is made anew: on the days around each limit exactly the right stages reopen.

On the home track evidence must hold today, so that time alone ends it; on the way away the departure decides.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import changes, service
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.service import ReplanCase
from casework.cases.tables import Case, SignOff
from casework.database import Database
from casework.medical import examining, opinions
from casework.medical.examining import AmendExamination
from casework.medical.opinions import AskSecondOpinion, Opinion, WeighOpinions
from casework.medical.rules import MedicalOutcome
from casework.medical.tables import MedicalExamination
from casework.work import Work
from tests.support import factories, medicals, versions
from tests.support.factories import TODAY, World
from tests.support.medicals import days, result
from tests.support.standing import Clock

CATALOGUE = medicals.catalogue()
pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
BEFORE = {"papers", "talk"}
Cleared = Callable[..., Case]


@pytest.fixture
def cleared(database: Database, world: World) -> Cleared:
    """``cleared("home", **result)``: a case of which every stage is signed off."""

    def make(track: str, **values: Any) -> Case:
        away = {"planned_departure": TODAY + timedelta(days=2)} if track == "away" else {"planned_departure": None}
        case = medicals.open_case(database, world, track=track, **away)
        with database.write(world[Role.CASEWORKER]) as work:
            for kind in ("contract", "attendance", "ticket", "report"):
                versions.accept(work, case, kind)
        submit(database, world, case, **values)
        if track == "away":
            medicals.look(database, world, case)
        for stage, role in (("papers", Role.CASEWORKER), ("health", Role.MEDICAL_OFFICER), ("talk", Role.CASEWORKER)):
            sign(database, world, case, stage, role)
        sign(database, world, case, "leaving" if track == "away" else "ending", Role.CASEWORKER)
        return case

    return make


def submit(database: Database, world: World, case: Case, **values: Any) -> None:
    database.run(world[Role.MEDICAL_OFFICER], examining.submit, CATALOGUE, result(case, world, **values))


def sign(database: Database, world: World, case: Case, stage: str, role: Role) -> SignOff:
    return database.run(world[role], service.sign_off, CATALOGUE, case.id, stage)


def standing(database: Database, case: Case) -> set[str]:
    """The stages that are signed off today, after whatever ran out has ended."""

    def look(work: Work) -> set[str]:
        locked = changes.change(work, case.id)
        refresh(work, programme_of(CATALOGUE, locked), locked)
        return {row.stage for row in service.live_sign_offs(work.session, case.id)}

    return database.run(ENGINE, look)


def on(clock: Clock, database: Database, case: Case, day: date) -> set[str]:
    clock.move(days=(day - database.today()).days)
    return standing(database, case)


LIMITS = [
    ("the examination", {}, {}, date(2027, 3, 30)),
    ("the X-ray", {}, {"xray": date(2026, 8, 31)}, date(2027, 2, 28)),
    ("its code", {"result_code": "contact_b3"}, {}, date(2027, 1, 30)),
    (
        "the review",
        {"outcome": MedicalOutcome.FIT_WITH_FOLLOW_UP, "review_on": date(2026, 12, 10)},
        {},
        date(2026, 12, 10),
    ),
]


@pytest.mark.parametrize(
    ("values", "parts", "last"),
    [
        pytest.param(*limit[1:], id=limit[0], marks=() if limit[0] == "its code" else pytest.mark.deep)
        for limit in LIMITS
    ],
)
def test_at_home_a_medical_holds_on_its_last_day_and_reopens_the_day_after_with_what_stands_on_it(
    database: Database, clock: Clock, cleared: Cleared, values: dict[str, Any], parts: dict[str, date], last: date
) -> None:
    case = cleared("home", parts=days(**parts), **values)
    for day in (last - timedelta(days=1), last):
        assert on(clock, database, case, day) == {*BEFORE, "health", "ending"}
    assert on(clock, database, case, last + timedelta(days=1)) == BEFORE


def test_a_new_examination_closes_what_a_lapse_opened(
    database: Database, world: World, clock: Clock, cleared: Cleared
) -> None:
    case = cleared("home", result_code="contact_b3")
    lapsed = date(2027, 1, 31)
    assert on(clock, database, case, lapsed) == BEFORE
    submit(database, world, case, examined_on=lapsed, parts={"xray": lapsed, "laboratory": lapsed})
    sign(database, world, case, "health", Role.MEDICAL_OFFICER)
    sign(database, world, case, "ending", Role.CASEWORKER)
    assert standing(database, case) == {*BEFORE, "health", "ending"}


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_departure_that_moves_beyond_the_medical_opens_it_and_the_clearance_and_nothing_else(
    database: Database, world: World, cleared: Cleared, beyond: int
) -> None:
    case = cleared("away", result_code="contact_b3")
    moved = ReplanCase(planned_departure=date(2027, 1, 30) + timedelta(days=beyond))
    database.run(world[Role.CASEWORKER], service.replan, CATALOGUE, case.id, moved)
    # The look before the journey does not reach the new day in either case, so that the clearance ends.
    assert standing(database, case) == (BEFORE | {"health"} if beyond == 0 else BEFORE)


@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        (MedicalOutcome.PENDING, {"until": TODAY + timedelta(days=30)}),
        pytest.param(
            MedicalOutcome.TEMPORARILY_UNFIT, {"review_on": TODAY + timedelta(days=30)}, marks=pytest.mark.deep
        ),
        pytest.param(MedicalOutcome.UNFIT, {}, marks=pytest.mark.deep),
    ],
)
def test_a_later_result_that_is_not_good_opens_the_medical_until_a_good_one_follows(
    database: Database, world: World, clock: Clock, cleared: Cleared, outcome: MedicalOutcome, more: dict[str, date]
) -> None:
    case = cleared("home")
    submit(database, world, case, outcome=outcome, examined_on=TODAY, parts=days(), **more)
    for day in (TODAY, TODAY + timedelta(days=29), TODAY + timedelta(days=30), TODAY + timedelta(days=31)):
        assert on(clock, database, case, day) == BEFORE  # the day that was named brings no result by itself
    again = database.today()
    submit(database, world, case, examined_on=again, parts={"xray": again, "laboratory": again})
    sign(database, world, case, "health", Role.MEDICAL_OFFICER)
    assert standing(database, case) == {*BEFORE, "health"}


@pytest.mark.parametrize(("outcome", "end"), [(MedicalOutcome.FIT, "superseded"), (MedicalOutcome.UNFIT, "revoked")])
def test_an_amendment_ends_what_stands_on_it_as_corrected_where_it_is_still_good(
    database: Database, world: World, cleared: Cleared, outcome: MedicalOutcome, end: str
) -> None:
    case = cleared("home")
    with database.read() as session:
        row = session.exec(select(MedicalExamination)).one()
    report = result(case, world, outcome=outcome).model_dump(exclude={"case_id", "clinic_id", "appointment_id"})
    amended = AmendExamination(**report, examination_id=row.id, reason="the wrong day was typed")
    database.run(world[Role.MEDICAL_OFFICER], examining.amend, CATALOGUE, amended)
    assert standing(database, case) == BEFORE
    with database.read() as session:
        ended = session.exec(select(SignOff).where(col(SignOff.end_kind).is_not(None))).all()
    assert {one.stage: one.end_kind for one in ended} == {"health": end, "ending": end}


@pytest.mark.parametrize(("counts", "left"), [(Opinion.FIRST, {"health", "ending"}), (Opinion.SECOND, set())])
def test_a_second_opinion_opens_the_medical_only_if_it_is_the_one_that_counts(
    database: Database, world: World, cleared: Cleared, counts: Opinion, left: set[str]
) -> None:
    case, officer = cleared("home"), world[Role.MEDICAL_OFFICER]
    with database.write(ENGINE) as work:
        other = factories.clinic(work, world.office)
    with database.read() as session:
        first = session.exec(select(MedicalExamination)).one()
    doubt = AskSecondOpinion(examination_id=first.id, clinic_id=other.id, reason="the picture is not sharp")
    asked = database.run(officer, opinions.ask, doubt)
    submit(database, world, case, clinic_id=other.id, outcome=MedicalOutcome.UNFIT)
    assert standing(database, case) == {*BEFORE, "health", "ending"}
    answer = WeighOpinions(opinion_id=asked.id, counts=counts, reason="a third look")
    database.run(officer, opinions.weigh, CATALOGUE, answer)
    assert standing(database, case) == BEFORE | left
