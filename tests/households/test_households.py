"""Households: who joins, leaves and comes back, travels how, and who may not go without a guardian."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import facts
from casework.cases.tables import Case
from casework.database import Database
from casework.households import queries, service
from casework.households.queries import Accompanying, Member
from casework.households.rules import ChangeKind, MemberRole, needs_consent, under_age
from casework.households.service import AddMember, ChangeMember, GiveConsent, SplitHousehold
from casework.households.tables import Household
from casework.work import Work
from checklists.facts import CaseFacts
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.together import DONE, together

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CHILD = Accompanying(family_name="Hoxhademo", given_names="Drin", birth_date=date(2017, 5, 4), nationality="XK")
PARENT = Accompanying(family_name="Hoxhademo", given_names="Ilir", birth_date=date(1990, 5, 4))


@pytest.fixture
def household(database: Database, world: World, case: Case) -> Household:
    """The household of the case's worker, its principal."""
    return database.run(world[Role.CASEWORKER], service.form, case.id, MemberRole.PRINCIPAL, TODAY)


@pytest.fixture
def other(database: Database, world: World) -> Case:
    """The case of another worker of the office."""
    with database.write(ENGINE) as work:
        return factories.case(work, world.office)


def join(
    database: Database, world: World, case: Case, role: MemberRole, who: Case | Accompanying, **values: Any
) -> UUID:
    given = {"reference": who.reference} if isinstance(who, Case) else {"person": who}
    command = AddMember(
        **{"case_id": case.id, "role": role, "reason": "family", "happened_on": TODAY, **given, **values}
    )
    return database.run(world[Role.CASEWORKER], service.add, command).id


def alter(database: Database, world: World, case: Case, member: UUID, kind: ChangeKind, reason: str) -> UUID:
    command = ChangeMember(case_id=case.id, member_id=member, kind=kind, reason=reason, happened_on=TODAY)
    return database.run(world[Role.CASEWORKER], service.change, command).id


def members(database: Database, world: World, household: Household, *, left: bool = False) -> list[Member]:
    with database.read() as session:
        actor, vault = world[Role.CASEWORKER], database.vault(session)
        return queries.members(session, vault, actor, household.id, TODAY, left=left)


def facts_of(database: Database, case: Case) -> CaseFacts:
    with database.read() as session:
        return facts.load(session, [session.get_one(Case, case.id)])[case.id]


@pytest.mark.parametrize(
    ("role", "born", "consented", "lacks"),
    [
        (MemberRole.CHILD, date(2008, 11, 3), False, True),  # 18 tomorrow
        (MemberRole.CHILD, date(2008, 11, 2), False, False),  # 18 today
        (MemberRole.CHILD, date(2010, 1, 1), True, False),
        (MemberRole.CHILD, None, False, True),  # unknown means no
        (MemberRole.SPOUSE, date(2010, 1, 1), False, False),
    ],
)
def test_a_child_needs_the_consent_of_a_guardian_until_the_day_it_is_18(
    role: MemberRole, born: date | None, consented: bool, lacks: bool
) -> None:
    assert needs_consent(role, born, TODAY, consented=consented) is lacks
    assert under_age(None, TODAY)


def test_workers_and_accompanying_persons_belong_to_one_household(
    database: Database, world: World, case: Case, other: Case, household: Household
) -> None:
    join(database, world, case, MemberRole.CHILD, CHILD)
    join(database, world, case, MemberRole.SPOUSE, other, reason="marriage")
    found = members(database, world, household)
    assert [(one.row.role, one.name, one.child, one.lacks_consent) for one in found] == [
        (MemberRole.PRINCIPAL, "Arbenta Hoxhademo", False, False),
        (MemberRole.SPOUSE, "Arbenta Hoxhademo", False, False),
        (MemberRole.CHILD, "Drin Hoxhademo", True, True),
    ]
    assert [one.case.id if one.case else None for one in found] == [case.id, other.id, None]
    assert b"Drin" not in (found[2].row.detail or b"")


def test_rules_read_the_household_of_each_member(
    database: Database, world: World, case: Case, other: Case, household: Household
) -> None:
    assert facts_of(database, other).household_role == "alone"
    spouse = join(database, world, case, MemberRole.SPOUSE, other)
    join(database, world, case, MemberRole.CHILD, CHILD)
    alter(database, world, case, spouse, ChangeKind.APART, "later")
    told = [facts_of(database, one) for one in (case, other)]
    assert [(one.household_role, one.travels_together, one.children) for one in told] == [
        ("principal", True, 1),
        ("spouse", False, 1),
    ]


def test_the_cases_of_the_other_members_are_looked_at_anew(
    database: Database, world: World, case: Case, other: Case, household: Household
) -> None:
    join(database, world, case, MemberRole.SPOUSE, other)
    with database.read() as session:
        before = session.get_one(Case, other.id).version
    join(database, world, case, MemberRole.CHILD, CHILD)
    with database.read() as session:
        assert session.get_one(Case, other.id).version == before + 1


def test_a_guardian_consents_and_takes_it_back(
    database: Database, world: World, case: Case, household: Household
) -> None:
    child, guardian = (
        join(database, world, case, role, who)
        for role, who in ((MemberRole.CHILD, CHILD), (MemberRole.GUARDIAN, PARENT))
    )
    command = GiveConsent(case_id=case.id, child_id=child, guardian_id=guardian, given_on=TODAY, reference="N-17")
    row = database.run(world[Role.CASEWORKER], service.consent, command)
    assert row.reference is not None
    assert b"N-17" not in row.reference
    assert [one.lacks_consent for one in members(database, world, household)] == [False, False, False]
    with error(Conflict, "consented"):
        database.run(world[Role.CASEWORKER], service.consent, command)
    database.run(world[Role.CASEWORKER], service.withdraw_consent, case.id, child, "guardian_asked")
    assert [one.lacks_consent for one in members(database, world, household)] == [False, True, False]


@on_sqlite
def test_only_who_is_of_age_consents_and_only_for_a_child(
    database: Database, world: World, case: Case, household: Household
) -> None:
    child, sister = (
        join(database, world, case, MemberRole.CHILD, CHILD.model_copy(update={"given_names": name}))
        for name in ("Drin", "Era")
    )
    adult = members(database, world, household)[0].row.id
    for guardian, of, code in ((sister, child, "no_guardian"), (child, adult, "no_child")):
        command = GiveConsent(case_id=case.id, child_id=of, guardian_id=guardian, given_on=TODAY)
        with error(InvalidInput, code):
            database.run(world[Role.CASEWORKER], service.consent, command)


def test_who_leaves_comes_back_with_a_new_stay_and_the_history_is_kept(
    database: Database, world: World, case: Case, household: Household
) -> None:
    child = join(database, world, case, MemberRole.CHILD, CHILD)
    alter(database, world, case, child, ChangeKind.LEFT, "custody")
    assert [one.name for one in members(database, world, household)] == ["Arbenta Hoxhademo"]
    with error(Conflict, "left"):
        alter(database, world, case, child, ChangeKind.APART, "later")
    again = alter(database, world, case, child, ChangeKind.REJOINED, "custody")
    assert again != child
    assert [one.name for one in members(database, world, household, left=True)] == [
        "Arbenta Hoxhademo", "Drin Hoxhademo", "Drin Hoxhademo",
    ]  # fmt: skip
    with error(Conflict, "unchanged"):
        alter(database, world, case, child, ChangeKind.REJOINED, "custody")
    with database.read() as session:
        kinds = [row.kind for row in queries.history(session, household.id)]
    assert kinds == [ChangeKind.REJOINED, ChangeKind.LEFT, ChangeKind.JOINED, ChangeKind.JOINED]


def test_some_members_split_off_into_a_household_of_their_own_and_rejoin(
    database: Database, world: World, case: Case, other: Case, household: Household
) -> None:
    spouse = join(database, world, case, MemberRole.SPOUSE, other)
    child = join(database, world, case, MemberRole.CHILD, CHILD)
    command = SplitHousehold(
        case_id=case.id, member_ids=(spouse, child), principal_id=spouse, reason="separation", happened_on=TODAY
    )
    apart = database.run(world[Role.CASEWORKER], service.split, command)
    assert [(one.row.role, one.name) for one in members(database, world, apart)] == [
        (MemberRole.PRINCIPAL, "Arbenta Hoxhademo"),
        (MemberRole.CHILD, "Drin Hoxhademo"),
    ]
    assert len(members(database, world, household)) == 1
    for stay in (spouse, child):
        alter(database, world, case, stay, ChangeKind.REJOINED, "reunited")
    assert len(members(database, world, household)) == 3
    assert members(database, world, apart) == []


@on_sqlite
def test_a_household_is_not_split_so_that_nobody_is_left_or_nobody_leads(
    database: Database, world: World, case: Case, household: Household
) -> None:
    child = join(database, world, case, MemberRole.CHILD, CHILD)
    first = members(database, world, household)[0].row.id
    for ids, principal, kind, code in (
        ((first, child), first, Conflict, "nobody_left"),
        ((child,), child, InvalidInput, "no_case"),
        ((child,), first, InvalidInput, "no_case"),
    ):
        command = SplitHousehold(
            case_id=case.id, member_ids=ids, principal_id=principal, reason="separation", happened_on=TODAY
        )
        with error(kind, code):
            database.run(world[Role.CASEWORKER], service.split, command)
    assert len(members(database, world, household)) == 2


@on_sqlite
def test_bad_input_is_refused(database: Database, world: World, case: Case, other: Case, household: Household) -> None:
    def refused(kind: type[PredepartureError], code: str, who: Case | Accompanying = CHILD, **values: Any) -> None:
        with error(kind, code):
            join(database, world, case, values.pop("role", MemberRole.CHILD), who, **values)

    refused(InvalidInput, "unknown_reason", reason="whatever")
    refused(InvalidInput, "date_in_future", happened_on=date(2026, 11, 3))
    refused(InvalidInput, "unknown_country", CHILD.model_copy(update={"nationality": "ZZ"}))
    refused(InvalidInput, "birth_date", CHILD.model_copy(update={"birth_date": date(2027, 1, 1)}))
    refused(InvalidInput, "missing_value", CHILD.model_copy(update={"family_name": " "}))
    refused(InvalidInput, "missing_value", other, person=CHILD)
    refused(InvalidInput, "of_age", role=MemberRole.GUARDIAN)
    refused(InvalidInput, "no_case", role=MemberRole.PRINCIPAL)
    refused(Conflict, "second_principal", other, role=MemberRole.PRINCIPAL)
    refused(NotFound, "case", other, reference="XK-DE-999999")
    refused(Conflict, "in_household", case, role=MemberRole.SPOUSE)


@on_sqlite
def test_only_who_edits_cases_changes_a_household(
    database: Database, world: World, case: Case, household: Household, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(Role.CASEWORKER, Role.SUPERVISOR):
        command = AddMember(case_id=case.id, role=MemberRole.CHILD, reason="family", happened_on=TODAY, person=CHILD)
        with error(Refused, "role"):
            database.run(world[role], service.add, command)


@on_sqlite
def test_a_household_is_seen_by_its_office_alone(
    database: Database, world: World, case: Case, household: Household
) -> None:
    with database.write(ENGINE) as work:
        elsewhere = factories.world(work)
    with database.read() as session:
        vault = database.vault(session)
        lines, total = queries.listed(session, vault, world[Role.CASEWORKER], TODAY)
        assert (total, [one.name for one in lines[0].members]) == (1, ["Arbenta Hoxhademo"])
        assert queries.listed(session, vault, elsewhere[Role.CASEWORKER], TODAY) == ([], 0)
        assert queries.listed(session, vault, world[Role.AUDITOR], TODAY)[1] == 1
        for only in ("apart", "split"):
            assert queries.listed(session, vault, world[Role.CASEWORKER], TODAY, only=only) == ([], 0)
        with error(NotFound, "household"):
            queries.find(session, elsewhere[Role.CASEWORKER], household.id)
        with error(Refused, "role"):
            queries.listed(session, vault, world[Role.AGENCY_USER], TODAY)


def test_of_two_who_put_one_worker_into_two_households_one_succeeds(
    database: Database, world: World, case: Case, other: Case
) -> None:
    def act(work: Work) -> object:
        return service.form(work, other.id, MemberRole.PRINCIPAL, TODAY)

    assert together(database, [world[Role.CASEWORKER], world[Role.SUPERVISOR]], act) == [DONE, "in_household"]
