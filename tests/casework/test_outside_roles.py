"""Accounts of clinics and providers: where they belong, what they reach, and the schema on the way up and back."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from basis.errors import InvalidInput, NotFound
from basis.roles import Role
from casework.accounts import service
from casework.accounts.rules import PERMISSIONS, Permission
from casework.accounts.service import AddAccount
from casework.cases import changes
from casework.cases.tables import Case
from casework.database import Database, make_engine
from tests.casework.test_upgrading import Rows, engine, go_to
from tests.support.factories import World

__all__ = ["engine"]

OUTSIDE = (Role.CLINIC_USER, Role.PROVIDER_USER, Role.EMPLOYER_USER)


def account(role: Role, organisation: str) -> AddAccount:
    return AddAccount(
        email="somebody@example.org", name="Somebody", role=role, organisation=organisation, password="a long password"
    )


@pytest.mark.parametrize("role", OUTSIDE)
def test_an_account_of_a_clinic_or_provider_or_employer_belongs_to_one_and_to_no_office(
    role: Role, database: Database, world: World
) -> None:
    own = {Role.CLINIC_USER: world.clinic, Role.PROVIDER_USER: world.provider}.get(role, world.employer)
    with database.write(world[Role.ADMINISTRATOR]) as work:
        with pytest.raises(InvalidInput, match=own.kind.value):
            service.add(work, account(role, world.office.code))
        assert service.add(work, account(role, own.code)).organisation_id == own.id


@pytest.mark.parametrize("role", OUTSIDE)
def test_people_outside_the_office_find_no_case(role: Role, database: Database, world: World, opened: Case) -> None:
    assert not PERMISSIONS[role] & {Permission.SEE_CASES, Permission.SEE_IDENTITY, Permission.SEE_MEDICAL}
    with database.read() as session, pytest.raises(NotFound):
        changes.find(session, world[role], opened.id)


@pytest.mark.deep
def test_accounts_that_others_name_live_through_the_change_of_the_rule_on_roles(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    go_to(engine, "0018")
    with engine.begin() as connection:
        rows = Rows(connection)
        office = rows.add("organisation", kind="office", code="HQ")
        known = rows.add("account", organisation_id=office, role="caseworker", email="a@example.org")
        rows.add("saved_view", account_id=known, asked={})
    go_to(engine, "0019")
    with engine.begin() as connection:
        Rows(connection).add("account", organisation_id=office, role="clinic_user", email="b@example.org", active=True)
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    with pytest.raises(IntegrityError), engine.begin() as connection:
        Rows(connection).add("account", organisation_id=office, role="owner", email="c@example.org")
    go_to(engine, "0018", down=True)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT role, active FROM account ORDER BY email")).all()
        assert [row.role for row in kept] == ["caseworker", "agency_user"]
        assert not kept[1].active
        assert connection.scalar(text("SELECT count(*) FROM saved_view")) == 1
    with pytest.raises(IntegrityError), engine.begin() as connection:
        Rows(connection).add("account", organisation_id=office, role="clinic_user", email="d@example.org")
    go_to(engine, "0019")
    engine.dispose()


@pytest.mark.deep
def test_employers_and_complaints_officers_come_and_go_with_the_rules_and_what_they_did_keeps_their_name(
    engine: Engine,
) -> None:
    go_to(engine, "0027")
    with engine.begin() as connection:
        rows = Rows(connection)
        office = rows.add("organisation", kind="office", code="HQ", active=True)
        known = rows.add("account", organisation_id=office, role="caseworker", email="a@example.org", active=True)
        rows.add("saved_view", account_id=known, asked={})
    hirer = {"organisation_id": office, "role": "employer_user"}
    for table, values in (("organisation", {"kind": "employer"}), ("account", hirer)):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            Rows(connection).add(table, **values)
    go_to(engine, "0028")
    with engine.begin() as connection:
        rows = Rows(connection)
        employer = rows.add("organisation", kind="employer", code="BAU", active=True)
        hired = rows.add("account", organisation_id=employer, role="employer_user", email="b@example.org", active=True)
        heard = rows.add("account", organisation_id=office, role="complaints_officer", email="c@x.org", active=True)
        rows.add("saved_view", account_id=hired, asked={})
        if engine.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    go_to(engine, "0027", down=True)
    with engine.connect() as connection:
        rows = Rows(connection)
        people = {UUID(str(row["id"])): (row["role"], bool(row["active"])) for row in rows.of("account")}
        places = {UUID(str(row["id"])): (row["kind"], bool(row["active"])) for row in rows.of("organisation")}
        assert len(rows.of("saved_view")) == 2
    least = ("agency_user", False)
    assert people == {known: ("caseworker", True), hired: least, heard: least}
    assert places == {office: ("office", True), employer: ("agency", False)}
    with pytest.raises(IntegrityError), engine.begin() as connection:
        Rows(connection).add("account", organisation_id=office, role="complaints_officer", email="d@example.org")
    go_to(engine, "0028")
    with engine.begin() as connection:
        Rows(connection).add("account", organisation_id=office, role="complaints_officer", email="d@example.org")
