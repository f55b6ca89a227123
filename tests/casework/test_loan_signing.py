"""From the approval to the signed note: days to reconsider, terms explained, who signs beside, paper or screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.database import Database
from casework.households import service as households
from casework.households.queries import Accompanying
from casework.households.rules import MemberRole
from casework.households.service import AddMember
from casework.loans import queries, service, signing
from casework.loans.life import LoanState
from casework.loans.tables import NoteHow, PartyKind
from tests.support import factories
from tests.support.factories import TODAY, World, loan_terms, user_id
from tests.support.lending import Lending, code_of
from tests.support.standing import Clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(database: Database, world: World, case: Case) -> Lending:
    return Lending(database, world, case)


def test_signing_writes_a_schedule_that_sums_to_the_principal(desk: Lending) -> None:
    loan = desk.signed()
    made = desk.schedule(loan)
    assert len(made) == 24
    assert sum(row.amount_minor for row in made) == 120_050
    assert (made[0].due_on, made[-1].due_on) == (date(2027, 11, 15), date(2029, 10, 15))
    row = desk.loan(loan)
    assert (row.instalments, row.first_due_on, row.due_day) == (24, date(2027, 11, 15), 15)
    assert {one.interest_minor for one in made} == {0}


def test_interest_stands_beside_the_instalments_and_is_counted_from_the_signature(desk: Lending) -> None:
    desk.terms = loan_terms(interest=9, instalments=2, grace_months=0, counts_from="issue")
    made = desk.schedule(desk.signed())
    first = round(120_050 * 900 * (date(2026, 12, 15) - TODAY).days / 3_650_000)
    second = round((120_050 - 60_025) * 900 * 31 / 3_650_000)
    assert [(row.due_on, row.amount_minor, row.interest_minor) for row in made] == [
        (date(2026, 12, 15), 60_025, first),
        (date(2027, 1, 15), 60_025, second),
    ]


def test_a_note_is_signed_once_and_only_after_the_approval(desk: Lending) -> None:
    loan = desk.ask()
    for step in (desk.assess, desk.approve):
        assert code_of(lambda: desk.sign(loan)) == "loan_state"
        step(loan)
    desk.sign(loan)
    assert code_of(lambda: desk.sign(loan)) == "loan_state"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"signed_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"signed_on": TODAY - timedelta(days=1)}, "dates"),
        ({"kept": " "}, "missing_value"),
        ({"kept": "x" * 121}, "too_long"),
        ({"how": NoteHow.SCREEN, "typed": "Arbenta Hoxhademo"}, "missing_value"),
        ({"witness": new_id()}, "witness"),
    ],
)
def test_a_badly_signed_note_is_refused(desk: Lending, values: dict[str, Any], code: str) -> None:
    loan = desk.approved()
    assert code_of(lambda: desk.sign(loan, **values)) == code
    assert desk.loan(loan).state is LoanState.APPROVED


def test_without_a_planned_departure_there_is_nothing_to_count_from(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        case = factories.case(work, world.office, planned_departure=None)
    desk = Lending(database, world, case)
    loan = desk.approved()
    assert code_of(lambda: desk.sign(loan)) == "no_departure"


def test_on_screen_the_worker_writes_the_name_before_a_witness_who_is_somebody_else(desk: Lending) -> None:
    loan = desk.approved()
    screen: dict[str, Any] = {"how": NoteHow.SCREEN, "kept": "", "witness": user_id(desk.world[Role.SUPERVISOR])}
    assert code_of(lambda: desk.sign(loan, typed="Arbenta Krasniqidemo", **screen)) == "name_differs"
    own = {**screen, "witness": user_id(desk.caseworker)}
    outside = {**screen, "witness": user_id(desk.world[Role.AGENCY_USER])}
    for values in (own, outside):
        assert code_of(partial(desk.sign, loan, typed="Arbenta Hoxhademo", **values)) == "witness"
    row = desk.sign(loan, typed="  arbenta  HOXHADEMO ", **screen)
    assert (row.note_how, row.witness, row.note_evidence) == (
        NoteHow.SCREEN,
        str(user_id(desk.world[Role.SUPERVISOR])),
        "",
    )


def test_nothing_is_signed_while_the_worker_may_reconsider(desk: Lending, clock: Clock) -> None:
    desk.terms = loan_terms(cooling_off_days=3, guarantor="guarantor")
    loan = desk.approved()
    clock.move(days=2)
    assert code_of(lambda: desk.guarantee(loan)) == "cooling_off"
    clock.move(days=1)
    desk.guarantee(loan)
    assert code_of(lambda: desk.sign(loan, signed_on=TODAY + timedelta(days=2))) == "cooling_off"
    assert desk.sign(loan).state is LoanState.NOTE_SIGNED


def test_the_terms_are_explained_before_the_signature_and_understood(desk: Lending, clock: Clock) -> None:
    desk.terms = loan_terms(explained=True)
    loan = desk.approved()
    assert code_of(lambda: desk.sign(loan)) == "not_explained"
    for values, code in (
        ({"understood": False}, "not_understood"),
        ({"language": "Albanian!"}, "language"),
        ({"explained_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"explained_on": TODAY - timedelta(days=1)}, "dates"),
    ):
        assert code_of(partial(desk.explain, loan, **values)) == code
    clock.move(days=1)
    desk.explain(loan)
    assert code_of(lambda: desk.sign(loan, signed_on=TODAY)) == "not_explained"
    assert desk.sign(loan).explained_language == "sq"
    assert code_of(lambda: desk.explain(loan)) == "loan_state"


def test_a_guarantor_signs_where_the_terms_ask_for_one_and_stays_sealed(desk: Lending) -> None:
    plain = desk.approved()
    assert code_of(lambda: desk.guarantee(plain)) == "not_asked"
    desk.database.run(desk.caseworker, service.cancel, plain, "recorded_in_error")
    desk.terms = loan_terms(guarantor="guarantor")
    del desk.catalogue
    loan = desk.approved()
    assert code_of(lambda: desk.sign(loan)) == "signature_missing"
    assert code_of(lambda: desk.guarantee(loan, kind=PartyKind.CO_SIGNER)) == "not_asked"
    assert code_of(lambda: desk.guarantee(loan, name=" ")) == "missing_value"
    party = desk.guarantee(loan)
    assert code_of(lambda: desk.guarantee(loan)) == "party_exists"
    desk.database.run(desk.caseworker, signing.withdraw_party, party)
    assert code_of(lambda: desk.database.run(desk.caseworker, signing.withdraw_party, party)) == "withdrawn"
    desk.guarantee(loan, name="Vlora Hoxhademo")
    with desk.database.read() as session:
        (row,) = queries.parties(session, loan)
        assert row.detail is not None
        assert b"Vlora" not in row.detail
        assert queries.opened(desk.database.vault(session), desk.case, row).name == "Vlora Hoxhademo"
    desk.sign(loan)
    assert code_of(lambda: desk.database.run(desk.caseworker, signing.withdraw_party, row.id)) == "loan_state"


def family(desk: Lending) -> Callable[[str, int], UUID]:
    """``family("Liri", 1990)``: somebody of that name and year of birth joins the household; the stay's id."""
    actor = desk.caseworker
    desk.database.run(actor, households.form, desk.case.id, MemberRole.PRINCIPAL, TODAY)

    def join(name: str, year: int) -> UUID:
        person = Accompanying(family_name="Hoxhademo", given_names=name, birth_date=date(year, 5, 1))
        role = MemberRole.CHILD if year > 2008 else MemberRole.SPOUSE
        command = AddMember(case_id=desk.case.id, role=role, reason="family", happened_on=TODAY, person=person)
        return desk.database.run(actor, households.add, command).id

    return join


def test_each_adult_of_the_household_signs_and_no_child(desk: Lending) -> None:
    desk.terms = loan_terms(each_adult_signs=True)
    join = family(desk)
    spouse, child = join("Liri", 1990), join("Era", 2018)
    loan = desk.approved()
    assert code_of(lambda: desk.sign(loan)) == "signature_missing"
    adult: dict[str, Any] = {"kind": PartyKind.ADULT, "name": "", "relation": "", "document": ""}
    assert code_of(lambda: desk.guarantee(loan, member_id=child, **adult)) == "household_member"
    assert code_of(lambda: desk.guarantee(loan, **adult)) == "household_member"
    desk.guarantee(loan, member_id=spouse, **adult)
    assert code_of(lambda: desk.guarantee(loan, member_id=spouse, **adult)) == "party_exists"
    assert desk.sign(loan).state is LoanState.NOTE_SIGNED
