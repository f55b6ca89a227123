"""Language tests, trade tests and letters of employers, and what the rules read of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import facts
from casework.cases import service as cases
from casework.cases.tables import Case
from casework.database import Database
from casework.qualifications import abilities, languages, service, verifying
from casework.qualifications.abilities import AddExperience, PartResult, RecordTradeTest
from casework.qualifications.experience import Period, months_in
from casework.qualifications.languages import RecordLanguageTest
from casework.qualifications.rules import Verification
from casework.qualifications.tables import LanguageTest, QualificationDecision, TradeTest, WorkExperience
from casework.qualifications.verifying import Document, VerifyDocument
from checklists.assessment import RequirementStatus
from checklists.catalogue import Catalogue
from checklists.facts import Fact
from tests.support import factories, recognising
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.standing import Clock

Tested = Callable[..., LanguageTest]
Tried = Callable[..., TradeTest]
Letter = Callable[..., WorkExperience]
SKILLS = {"listening": "B1", "reading": "B2", "writing": "A2", "speaking": "B1"}
ESCO = "http://data.europa.eu/esco/occupation/0a2b3c4d-1111-2222-3333-444455556666"

one_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
"""For what leans on no database's own ways: on PostgreSQL with the deep tests."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return recognising.catalogue()


@pytest.fixture
def case(database: Database, world: World) -> Case:
    with database.write(ENGINE) as work:
        return factories.case(work, world.office, destination="DE", **recognising.pinned())


@pytest.fixture
def tested(database: Database, world: World, catalogue: Catalogue, case: Case) -> Tested:
    """``tested(skills=SKILLS)``: a caseworker records a test of German."""

    def record(**values: Any) -> LanguageTest:
        given = {"case_id": case.id, "language": "de", "test": "telc Deutsch", "tested_on": TODAY - timedelta(days=30)}
        command = RecordLanguageTest(**{**given, **values})
        return database.run(world[Role.CASEWORKER], languages.record, catalogue, command)

    return record


@pytest.fixture
def tried(database: Database, world: World, case: Case) -> Tried:
    """``tried(failed="practical")``: an attempt at a trade test, in points of a hundred."""

    def record(failed: str = "", **values: Any) -> TradeTest:
        command = RecordTradeTest(
            **{
                "case_id": case.id,
                "occupation": "7112",
                "centre": "Skill centre Dhaka",
                "candidate": "C-77",
                "tested_on": TODAY - timedelta(days=30),
                "theory": PartResult(passed=failed != "theory", points=62, of=100),
                "practical": PartResult(passed=failed != "practical"),
                **values,
            }
        )
        return database.run(world[Role.CASEWORKER], abilities.record_test, command)

    return record


@pytest.fixture
def letter(database: Database, world: World, case: Case) -> Letter:
    """``letter(since=day, until=day)``: a letter of an employer, confirmed unless said otherwise."""

    def record(confirmed: bool = True, **values: Any) -> WorkExperience:
        given = {"case_id": case.id, "employer": "Ndërtimi", "occupation": "7112", "since": date(2024, 1, 15)}
        row = database.run(
            world[Role.CASEWORKER],
            abilities.add_experience,
            AddExperience(**{**given, "until": date(2026, 9, 30), **values}),
        )
        return said(database, world, row, Verification.CONFIRMED) if confirmed else row

    return record


def said(database: Database, world: World, row: WorkExperience | LanguageTest, what: Verification) -> Any:
    """What the issuer says, today."""
    document = Document.WORK_EXPERIENCE if isinstance(row, WorkExperience) else Document.LANGUAGE_TEST
    command = VerifyDocument(case_id=row.case_id, document=document, row_id=row.id, said=what, happened_on=TODAY)
    return database.run(world[Role.CASEWORKER], verifying.verify, command)


def count(database: Database, world: World, catalogue: Catalogue, case: Case) -> QualificationDecision:
    return database.run(world[Role.CASEWORKER], abilities.count, catalogue, case.id)


def facts_of(database: Database, case: Case, kind: str) -> list[Fact]:
    with database.read() as session:
        found = facts.load(session, [session.get_one(Case, case.id)])[case.id].facts
    return [one for one in found if one.kind == kind and one.standing.value == "accepted"]


def german(database: Database, catalogue: Catalogue, case: Case, name: str = "german") -> tuple[RequirementStatus, str]:
    with database.write(ENGINE) as work:
        state = cases.assessed(work, catalogue, case.id).stage("qualifications")
    slot = next(one for one in state.requirements if one.requirement == name)
    return slot.status, str(slot.why)


def training_asked(database: Database, catalogue: Catalogue, case: Case) -> str:
    with database.write(ENGINE) as work:
        return cases.assessed(work, catalogue, case.id).stage("training").status.value


@one_database
def test_without_a_printed_level_the_lowest_skill_counts(database: Database, case: Case, tested: Tested) -> None:
    row = tested(skills=SKILLS, expires_on=TODAY + timedelta(days=9))
    assert not row.overall_printed
    (fact,) = facts_of(database, case, "language_result")
    assert {name: fact.attributes[name] for name in ("level", *SKILLS)} == {"level": "A2", **SKILLS}
    assert "expires_on" not in fact.anchors


@one_database
def test_what_an_occupation_asks_more_counts_and_opens_a_training(
    database: Database, catalogue: Catalogue, case: Case, tested: Tested
) -> None:
    tested(level="B1", skills={**SKILLS, "speaking": "A2"})
    state, why = german(database, catalogue, case)
    assert state is RequirementStatus.FAILED_CHECK
    assert "the language is as good as the occupation asks" in why
    assert training_asked(database, catalogue, case) == "blocked"  # asked, after the documents
    tested(level="B1", skills=SKILLS, tested_on=TODAY)
    assert german(database, catalogue, case)[0] is RequirementStatus.MET


@one_database
def test_a_skill_that_is_not_shown_leaves_the_ask_of_the_occupation_open(
    database: Database, catalogue: Catalogue, case: Case, tested: Tested
) -> None:
    tested(level="B1")
    state, why = german(database, catalogue, case)
    assert (state, "has not been done yet" in why) == (RequirementStatus.SUBMITTED, True)


@one_database
def test_the_age_that_the_receiver_takes_counts_and_not_what_is_printed(
    database: Database, catalogue: Catalogue, case: Case, tested: Tested
) -> None:
    with database.write(ENGINE) as work:
        departure = work.session.get_one(Case, case.id).planned_departure
    assert departure is not None
    last = departure.replace(year=departure.year - 2)
    tested(level="B1", skills=SKILLS, tested_on=last, expires_on=last + timedelta(days=30))
    assert german(database, catalogue, case)[0] is RequirementStatus.MET
    with database.write(ENGINE) as work:
        row = work.session.get_one(Case, case.id)
        row.planned_departure = departure + timedelta(days=1)
        work.session.add(row)
    assert german(database, catalogue, case)[0] is RequirementStatus.TOO_SHORT


@one_database
def test_on_the_track_that_stays_a_test_is_good_on_the_last_day_of_its_age_and_not_on_the_next(
    database: Database, catalogue: Catalogue, case: Case, tested: Tested, clock: Clock
) -> None:
    with database.write(ENGINE) as work:
        row = work.session.get_one(Case, case.id)
        row.track, row.planned_departure = "home", None
        work.session.add(row)
    tested(level="A1", tested_on=TODAY.replace(year=TODAY.year - 2) + timedelta(days=1))
    for state in (RequirementStatus.MET, RequirementStatus.MET, RequirementStatus.LAPSED):
        assert german(database, catalogue, case, "german_home")[0] is state
        clock.move(days=1)


@one_database
def test_what_a_provider_denies_is_withdrawn_and_what_it_confirms_is_a_check(
    database: Database, world: World, case: Case, tested: Tested
) -> None:
    row = tested(level="B1")
    said(database, world, row, Verification.ASKED)
    assert [one.checks for one in facts_of(database, case, "language_result")] == [{}]
    said(database, world, row, Verification.CONFIRMED)
    assert [one.checks for one in facts_of(database, case, "language_result")] == [{"issuer": True}]
    said(database, world, row, Verification.DENIED)
    assert facts_of(database, case, "language_result") == []
    with error(NotFound, "record"):
        said(database, world, row, Verification.CONFIRMED)


@one_database
def test_a_bad_language_test_is_refused(tested: Tested) -> None:
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({"level": "B7"}, "unknown_level"),
        ({"skills": {"reading": "B7"}}, "unknown_level"),
        ({"skills": {"reading": "B1"}}, "missing_level"),
        ({"level": "B1", "language": "xx"}, "unknown_language"),
        ({"level": "B1", "test": ""}, "missing_value"),
        ({"level": "B1", "tested_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"level": "B1", "expires_on": TODAY - timedelta(days=30)}, "dates"),
    )
    for values, code in refused:
        with error(InvalidInput, code):
            tested(**values)


@one_database
def test_a_part_that_failed_fails_the_test_and_attempts_are_numbered(
    database: Database, world: World, case: Case, tried: Tried
) -> None:
    first = tried("practical")
    assert (first.attempt, first.passed, first.valid_until) == (1, False, None)
    second = tried(tested_on=TODAY, valid_until=date(2031, 11, 2), esco=ESCO)
    assert (second.attempt, second.passed) == (2, True)
    found = facts_of(database, case, "professional_ability")
    assert [(one.attributes["outcome"], one.anchors.get("expires_on")) for one in found] == [
        ("none", None),
        ("full", date(2031, 11, 2)),
    ]
    with error(InvalidInput, "too_early"):
        tried()
    database.run(world[Role.CASEWORKER], service.withdraw, second.decision_id, "found_wrong")
    assert tried(tested_on=TODAY - timedelta(days=3)).attempt == 2
    assert tried(occupation="7113").attempt == 1


@one_database
def test_a_bad_trade_test_is_refused(tried: Tried) -> None:
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({"occupation": "7119"[:3]}, "unknown_occupation"),
        ({"occupation": "9999"}, "unknown_occupation"),
        ({"esco": "http://data.europa.eu/esco/skill/1"}, "esco"),
        ({"theory": PartResult(passed=True, points=101, of=100)}, "points"),
        ({"practical": PartResult(passed=True, points=50)}, "points"),
        ({"practical": PartResult(passed=True, points=-1, of=100)}, "points"),
        ({"tested_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"valid_until": TODAY - timedelta(days=30)}, "dates"),
        ({"centre": ""}, "missing_value"),
    )
    for values, code in refused:
        with error(InvalidInput, code):
            tried(**values)


def test_confirmed_letters_are_counted_as_the_programme_counts_and_overlaps_count_once(
    database: Database, world: World, catalogue: Catalogue, case: Case, letter: Letter
) -> None:
    letter()
    letter(since=date(2024, 6, 1), until=date(2026, 11, 2), occupation="7114")
    letter(since=date(2020, 1, 1), until=date(2023, 12, 31))
    letter(confirmed=False, since=date(2010, 1, 1), until=date(2019, 12, 31))
    letter(since=date(2023, 12, 1), until=date(2024, 12, 31), occupation="2221")
    made = count(database, world, catalogue, case)
    assert (made.months, made.years, made.outcome.value) == (36, 3, "full")
    (fact,) = facts_of(database, case, "professional_ability")
    assert (fact.attributes["months"], fact.checks) == (36, {"issuer": True})


@one_database
def test_a_letter_that_is_denied_or_withdrawn_takes_the_count_with_it(
    database: Database, world: World, catalogue: Catalogue, case: Case, letter: Letter
) -> None:
    first, second = letter(until=date(2024, 12, 31)), letter(since=date(2025, 1, 1))
    count(database, world, catalogue, case)
    said(database, world, first, Verification.DENIED)
    assert facts_of(database, case, "professional_ability") == []
    assert count(database, world, catalogue, case).months == 21
    database.run(world[Role.CASEWORKER], abilities.withdraw_experience, second.id, "wrong_person")
    assert facts_of(database, case, "professional_ability") == []
    with error(InvalidInput, "nothing_counted"):
        count(database, world, catalogue, case)
    with error(Conflict, "withdrawn"):
        database.run(world[Role.CASEWORKER], abilities.withdraw_experience, second.id, "wrong_person")


@one_database
def test_too_few_months_are_a_part_and_open_a_training(
    database: Database, world: World, catalogue: Catalogue, case: Case, letter: Letter
) -> None:
    letter(since=date(2026, 1, 1))
    made = count(database, world, catalogue, case)
    assert (made.months, made.outcome.value) == (9, "partial")
    assert training_asked(database, catalogue, case) == "blocked"


@one_database
def test_a_bad_letter_is_refused(letter: Letter) -> None:
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({"occupation": "0000"}, "unknown_occupation"),
        ({"esco": "builder"}, "esco"),
        ({"country": "ZZ"}, "unknown_country"),
        ({"employer": ""}, "missing_value"),
        ({"until": TODAY + timedelta(days=40)}, "date_in_future"),
        ({"until": date(2023, 1, 1)}, "dates"),
        ({"since": date(2004, 1, 1)}, "too_young"),
    )
    for values, code in refused:
        with error(InvalidInput, code):
            letter(confirmed=False, **values)


@one_database
def test_rows_name_their_decision(database: Database, case: Case, tried: Tried) -> None:
    row = tried()
    with database.read() as session:
        (made,) = session.exec(select(QualificationDecision).where(QualificationDecision.case_id == case.id))
    assert (made.id, made.title) == (row.decision_id, "7112 Bricklayers and related workers")


MONTHS = st.dates(date(2015, 1, 1), date(2027, 12, 31))
PERIODS = st.lists(
    st.tuples(MONTHS, MONTHS, st.sampled_from(["7112", "7114", "2221"])).map(
        lambda one: Period(min(one[0], one[1]), max(one[0], one[1]), one[2])
    ),
    max_size=5,
)


def months_one_by_one(periods: list[Period], occupation: str, on: date, years: int | None) -> int:
    """The same by looking at every month by itself."""
    last = on.year * 12 + on.month - 1
    every = range(last - 12 * years + 1 if years else 0, last + 1)
    return sum(
        any(
            one.occupation.startswith(occupation)
            and one.since.year * 12 + one.since.month - 1 <= month <= one.until.year * 12 + one.until.month - 1
            for one in periods
        )
        for month in every
    )


@settings(max_examples=40, deadline=None)
@given(PERIODS, st.sampled_from(["71", "7112", "2221"]), MONTHS, st.sampled_from([1, 3, None]))
def test_months_are_counted_once_and_only_in_the_years_that_count(
    periods: list[Period], occupation: str, on: date, years: int | None
) -> None:
    counted = months_in(periods, occupation, on, years)
    assert counted == months_one_by_one(periods, occupation, on, years)
    assert counted == months_in([*periods, *periods], occupation, on, years)
    assert years is None or counted <= 12 * years
