"""Accounts: who may make them, the same answer to every failed sign-in, and sessions that end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from freezegun import freeze_time
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.roles import Role
from casework.accounts import rules, service
from casework.accounts.rules import Permission
from casework.accounts.service import AddAccount
from casework.accounts.tables import Account, SignInSession
from casework.actor import ENGINE
from casework.database import Database
from casework.keys import InstallationKeys
from tests.support import factories
from tests.support.factories import World
from tests.support.standing import Clock

PASSWORD = "a long sentence is good"


def command(world: World, **values: object) -> AddAccount:
    return AddAccount.model_validate(
        {
            "email": "Drita@Example.org",
            "name": "Drita Demo",
            "role": Role.CASEWORKER,
            "organisation": world.office.code,
            "password": PASSWORD,
            **values,
        }
    )


@pytest.fixture
def account(database: Database, world: World) -> Account:
    return database.run(world[Role.ADMINISTRATOR], lambda work: service.add(work, command(world)))


def sign_in(database: Database, email: str = "drita@example.org", password: str = PASSWORD) -> str:
    return database.run(ENGINE, lambda work: service.sign_in(work, email, password))


def known(database: Database, token: str) -> bool:
    with database.read() as session:
        return service.recognise(session, token, database.now()) is not None


def test_only_an_administrator_makes_accounts(
    database: Database, world: World, wrong_roles: Callable[..., list[Role]]
) -> None:
    for role in wrong_roles(Role.ADMINISTRATOR):
        with pytest.raises(Refused), database.write(world[role]) as work:
            service.add(work, command(world))


def test_an_address_is_used_once_whatever_its_case(database: Database, world: World, account: Account) -> None:
    assert account.email == "drita@example.org"
    with pytest.raises(Conflict), database.write(world[Role.ADMINISTRATOR]) as work:
        service.add(work, command(world, email="DRITA@example.org"))


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("email", "nobody", "invalid_email"), ("password", "short", "short_password"), ("name", " ", "missing_value")],
)
def test_a_bad_account_is_refused(database: Database, world: World, field: str, value: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught, database.write(world[Role.ADMINISTRATOR]) as work:
        service.add(work, command(world, **{field: value}))
    assert caught.value.code == code


def test_an_account_belongs_to_an_organisation_of_the_right_kind(database: Database, world: World) -> None:
    with pytest.raises(InvalidInput), database.write(world[Role.ADMINISTRATOR]) as work:
        service.add(work, command(world, role=Role.AGENCY_USER))
    with pytest.raises(NotFound), database.write(world[Role.ADMINISTRATOR]) as work:
        service.add(work, command(world, organisation="NOWHERE"))


def test_who_signs_in_is_recognised_by_the_token_alone(database: Database, account: Account) -> None:
    token = sign_in(database)
    with database.read() as session:
        found = service.recognise(session, token, database.now())
        assert found is not None and found[0].id == account.id
        assert service.recognise(session, token + "x", database.now()) is None
        assert token not in [row.token_hash for row in session.exec(select(SignInSession))]


def test_every_failed_sign_in_gets_the_same_answer(database: Database, world: World, account: Account) -> None:
    answers = set()
    for email, password in (("drita@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("", "")):
        with pytest.raises(Refused) as caught:
            sign_in(database, email, password)
        answers.add(str(caught.value))
    database.run(world[Role.ADMINISTRATOR], lambda work: service.disable(work, account.id))
    with pytest.raises(Refused) as caught:
        sign_in(database)
    answers.add(str(caught.value))
    assert len(answers) == 1


def test_a_session_ends_when_it_was_idle_for_an_hour(database: Database, clock: Clock, account: Account) -> None:
    token = sign_in(database)
    clock.move(minutes=59)
    assert known(database, token)
    clock.move(minutes=1)
    assert not known(database, token)


def test_a_session_that_is_used_lasts_twelve_hours_at_most(database: Database, clock: Clock, account: Account) -> None:
    token = sign_in(database)
    with database.read() as session:
        digest = session.exec(select(SignInSession.token_hash)).one()
    for _half_hour in range(23):
        clock.move(minutes=30)
        database.run(ENGINE, lambda work: service.seen(work, digest))
        assert known(database, token)
    clock.move(minutes=30)
    assert not known(database, token)


def test_sessions_follow_the_real_clock(database_url: str, keys: InstallationKeys) -> None:
    with freeze_time("2026-11-02 09:00", tick=True) as frozen:
        real = Database(database_url, keys)
        with real.write(ENGINE) as work:
            office = factories.office(work)
            service.add(work, AddAccount(email="a@example.org", name="A", role=Role.AUDITOR,
                                         organisation=office.code, password=PASSWORD))  # fmt: skip
        token = sign_in(real, "a@example.org")
        assert known(real, token)
        frozen.tick(timedelta(minutes=59))
        assert known(real, token)
        frozen.tick(timedelta(minutes=2))
        assert not known(real, token)
        real.engine.dispose()
        real.engine.dispose()


def test_signing_out_disabling_and_a_new_password_end_the_session(
    database: Database, world: World, account: Account
) -> None:
    administrator = world[Role.ADMINISTRATOR]
    first = sign_in(database)
    database.run(ENGINE, lambda work: service.sign_out(work, first))
    assert not known(database, first)
    second = sign_in(database)
    database.run(administrator, lambda work: service.set_password(work, account.id, PASSWORD + "!"))
    assert not known(database, second)
    third = sign_in(database, password=PASSWORD + "!")
    database.run(administrator, lambda work: service.disable(work, account.id))
    assert not known(database, third)


def test_nobody_disables_their_own_account_or_sets_anothers_password(
    database: Database, world: World, account: Account
) -> None:
    administrator = world[Role.ADMINISTRATOR]
    with pytest.raises(Refused), database.write(administrator) as work:
        service.disable(work, factories.user_id(administrator))
    with pytest.raises(Refused), database.write(world[Role.SUPERVISOR]) as work:
        service.set_password(work, account.id, PASSWORD)


def test_every_role_stands_in_the_permission_table_and_unknown_means_no() -> None:
    assert set(rules.PERMISSIONS) == set(Role) == set(rules.ROLE_WORDS)
    used = frozenset[Permission]().union(*rules.PERMISSIONS.values())
    assert used == set(Permission)
    assert rules.may(None, Permission.AUDIT)


def test_medical_detail_is_for_the_medical_role_alone() -> None:
    assert [role for role in Role if rules.may(role, Permission.SEE_MEDICAL)] == [Role.MEDICAL_OFFICER]
    assert [role for role in Role if rules.may(role, Permission.ADJUDICATE)] == [Role.SECURITY_OFFICER]
