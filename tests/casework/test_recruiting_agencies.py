"""What an agency is permitted: licence, suspension, principals; and which of its cases are flagged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases import service as cases
from casework.cases.rules import CaseLife, CaseSource
from casework.cases.tables import Case
from casework.database import Database
from casework.organisations.tables import Licence, LicencePurpose
from casework.recruitment import agencies
from casework.recruitment.agencies import AddPrincipal, SuspendAgency
from casework.recruitment.permissions import permissions_of, require_agency
from checklists.catalogue import Catalogue
from tests.support import factories, recruiting
from tests.support.errors import error
from tests.support.factories import PROGRAMME, TODAY, World
from tests.support.opening import open_command

SUPERVISOR = Role.SUPERVISOR
CATALOGUE = Catalogue.load()
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def suspension(world: World, **values: Any) -> SuspendAgency:
    return SuspendAgency(
        **{
            "agency_id": world.agency.id,
            "since": TODAY,
            "reason": "fees_charged",
            "authority": "Synthetic ministry, order 7",
            **values,
        }
    )


def principal(world: World, **values: Any) -> AddPrincipal:
    return AddPrincipal(
        **{
            "agency_id": world.agency.id,
            "employer_id": world.employer.id,
            "number": "ACC-1",
            "valid_from": TODAY,
            "valid_until": TODAY + timedelta(days=10),
            **values,
        }
    )


def missing(database: Database, world: World, *, days: int = 0, employer: bool = True) -> list[str]:
    with database.read() as session:
        found = permissions_of(
            session,
            world.agency.id,
            recruiting.asking(),
            world.employer.id if employer else None,
            TODAY + timedelta(days=days),
        )
    assert all(str(one.message) and one.fix for one in found)
    return [one.code for one in found]


@pytest.fixture
def brought(database: Database, world: World, catalogue: Catalogue) -> Case:
    """A worker whom the agency brought."""
    command = open_command(world, agency_id=world.agency.id, source=CaseSource.AGENCY)
    return database.run(ENGINE, cases.open_case, catalogue, command)


def test_licence_accreditation_and_job_order_are_three_permissions(database: Database, world: World) -> None:
    assert missing(database, world) == ["not_accredited", "no_job_order"]
    assert missing(database, world, employer=False) == []
    recruiting.accredited(database, world)
    assert missing(database, world) == ["no_job_order"]
    recruiting.approved(database, world, recruiting.catalogue_asking())
    assert missing(database, world) == []
    assert missing(database, world, days=301) == ["not_accredited", "no_job_order"]
    assert missing(database, world, days=366) == ["agency_licence", "not_accredited", "no_job_order"]


def test_a_suspension_lasts_from_its_first_to_its_last_day(database: Database, world: World) -> None:
    since, until = TODAY + timedelta(days=3), TODAY + timedelta(days=5)
    database.run(world[SUPERVISOR], agencies.suspend, CATALOGUE, suspension(world, since=since, until=until))
    told = {days: missing(database, world, days=days, employer=False) for days in (2, 3, 5, 6)}
    assert told == {2: [], 3: ["agency_suspended"], 5: ["agency_suspended"], 6: []}


def test_a_suspension_in_one_programme_leaves_the_others(database: Database, world: World) -> None:
    database.run(
        world[SUPERVISOR], agencies.suspend, CATALOGUE, suspension(world, programme_id="philippines-gulf-domestic-work")
    )
    assert missing(database, world, employer=False) == []
    database.run(world[SUPERVISOR], agencies.suspend, CATALOGUE, suspension(world, programme_id=PROGRAMME))
    with database.read() as session, error(Refused, "agency_suspended"):
        require_agency(session, world.agency.id, PROGRAMME, TODAY)


def test_nothing_is_forbidden_or_permitted_in_a_programme_that_is_not_known(database: Database, world: World) -> None:
    slip = {"programme_id": "kosovo-germany-constructon"}
    with error(NotFound, "unknown_programme"):
        database.run(world[SUPERVISOR], agencies.suspend, CATALOGUE, suspension(world, **slip))
    with error(NotFound, "unknown_programme"):
        database.run(world[SUPERVISOR], agencies.accredit, CATALOGUE, principal(world, **slip))


def test_open_cases_are_flagged_while_the_agency_is_suspended(database: Database, world: World, brought: Case) -> None:
    def flagged(days: int = 0) -> bool:
        with database.read() as session:
            return agencies.is_flagged(session, session.get_one(Case, brought.id), TODAY + timedelta(days=days))

    assert not flagged()
    row, touched = database.run(world[SUPERVISOR], agencies.suspend, CATALOGUE, suspension(world))
    assert (flagged(), flagged(-1), touched) == (True, False, 1)
    database.run(world[SUPERVISOR], agencies.lift, row.id)
    assert not flagged()
    with error(Conflict, "lifted"):
        database.run(world[SUPERVISOR], agencies.lift, row.id)


def test_ended_cases_and_those_of_others_are_not_flagged(
    database: Database, world: World, brought: Case, case: Case
) -> None:
    database.run(world[SUPERVISOR], agencies.suspend, CATALOGUE, suspension(world))
    with database.write(ENGINE) as work:
        row = work.session.get_one(Case, brought.id)
        row.life = CaseLife.DEPARTED
        work.session.add(row)
    with database.read() as session:
        assert session.exec(select(Case.id).where(agencies.flagged(TODAY))).all() == []


def test_a_suspended_agency_brings_nobody(database: Database, world: World, catalogue: Catalogue) -> None:
    database.run(world[SUPERVISOR], agencies.suspend, CATALOGUE, suspension(world))
    command = open_command(world, agency_id=world.agency.id, source=CaseSource.AGENCY)
    with error(Refused, "agency_suspended"):
        database.run(ENGINE, cases.open_case, catalogue, command)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"since": TODAY - timedelta(days=1)}, "too_early"),
        ({"until": TODAY - timedelta(days=1)}, "dates"),
        ({"reason": "because"}, "unknown_reason"),
        ({"authority": " "}, "missing_value"),
    ],
)
def test_a_suspension_says_since_when_why_and_on_whose_authority(
    database: Database, world: World, values: dict[str, Any], code: str
) -> None:
    with error(InvalidInput, code):
        database.run(world[SUPERVISOR], agencies.suspend, CATALOGUE, suspension(world, **values))


def test_only_supervisors_of_the_agencys_office_manage_it(
    database: Database, world: World, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(SUPERVISOR):
        for act in (
            lambda work: agencies.suspend(work, CATALOGUE, suspension(world)),
            lambda work: agencies.lift(work, new_id()),
            lambda work: agencies.accredit(work, CATALOGUE, principal(world)),
            lambda work: agencies.withdraw_principal(work, new_id(), TODAY, "given_back"),
            lambda work: agencies.revoke_licence(work, new_id(), TODAY, "given_back"),
        ):
            with error(Refused, "role"):
                database.run(world[role], act)
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.office(work), SUPERVISOR)
    with error(NotFound, "agency"):
        database.run(stranger, agencies.suspend, CATALOGUE, suspension(world))
    with error(NotFound, "agency"):
        database.run(world[SUPERVISOR], agencies.suspend, CATALOGUE, suspension(world, agency_id=world.clinic.id))


def test_an_accreditation_covers_a_day_once(database: Database, world: World) -> None:
    row = database.run(world[SUPERVISOR], agencies.accredit, CATALOGUE, principal(world))
    with error(Conflict, "accredited"):
        database.run(
            world[SUPERVISOR], agencies.accredit, CATALOGUE, principal(world, valid_from=TODAY + timedelta(days=10))
        )
    later = principal(world, valid_from=TODAY + timedelta(days=11), valid_until=TODAY + timedelta(days=20))
    database.run(world[SUPERVISOR], agencies.accredit, CATALOGUE, later)
    database.run(world[SUPERVISOR], agencies.withdraw_principal, row.id, TODAY + timedelta(days=4), "authority_decided")
    told = {days: "not_accredited" in missing(database, world, days=days) for days in (3, 4, 11)}
    assert told == {3: False, 4: True, 11: False}
    with error(Conflict, "withdrawn"):
        database.run(world[SUPERVISOR], agencies.withdraw_principal, row.id, TODAY, "given_back")


@pytest.mark.parametrize(
    ("values", "kind", "code"),
    [
        ({"valid_until": TODAY - timedelta(days=1)}, InvalidInput, "dates"),
        ({"number": ""}, InvalidInput, "missing_value"),
        ({"employer_id": new_id()}, NotFound, "organisation"),
    ],
)
def test_an_accreditation_is_for_an_employer_and_some_days(
    database: Database, world: World, values: dict[str, Any], kind: type[InvalidInput], code: str
) -> None:
    with error(kind, code):
        database.run(world[SUPERVISOR], agencies.accredit, CATALOGUE, principal(world, **values))
    with error(InvalidInput, "organisation_kind"):
        database.run(world[SUPERVISOR], agencies.accredit, CATALOGUE, principal(world, employer_id=world.clinic.id))


def test_a_revoked_licence_covers_the_days_before(database: Database, world: World) -> None:
    with database.read() as session:
        licence = session.exec(select(Licence).where(Licence.organisation_id == world.agency.id)).one()
    outside = licence.valid_until + timedelta(days=1)
    with error(InvalidInput, "dates"):
        database.run(world[SUPERVISOR], agencies.revoke_licence, licence.id, outside, "fees_charged")
    database.run(world[SUPERVISOR], agencies.revoke_licence, licence.id, TODAY, "fees_charged")
    assert missing(database, world, days=-1, employer=False) == []
    assert missing(database, world, employer=False) == ["agency_licence"]
    with error(Conflict, "withdrawn"):
        database.run(world[SUPERVISOR], agencies.revoke_licence, licence.id, TODAY, "fees_charged")


def test_the_guarantee_of_a_licence_is_kept(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        licence = work.session.exec(select(Licence).where(Licence.organisation_id == world.agency.id)).one()
        clinics = factories.licence(work, world.clinic, LicencePurpose.MEDICAL)
    amount = Money(500_000_000, "INR")
    until = TODAY + timedelta(days=365)
    row = database.run(world[SUPERVISOR], agencies.keep_guarantee, licence.id, amount, "Synthetic Bank", until)
    assert (row.guarantee_minor, row.guarantee_currency, row.guarantee_until) == (500_000_000, "INR", until)
    for wrong in (Money(0, "INR"), Money(-1, "INR"), Money(10**13, "INR")):
        with error(InvalidInput, "invalid_amount"):
            database.run(world[SUPERVISOR], agencies.keep_guarantee, licence.id, wrong, "Synthetic Bank", until)
    with error(InvalidInput, "currency"):
        database.run(world[SUPERVISOR], agencies.keep_guarantee, licence.id, Money(5, "QQQ"), "Synthetic Bank", until)
    with error(NotFound, "licence"):
        database.run(world[SUPERVISOR], agencies.keep_guarantee, clinics.id, amount, "Synthetic Bank", until)
