"""Who answers for what an office issues, and who is printed when several do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from basis.errors import InvalidInput, NotFound, PredepartureError, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.database import Database
from casework.signatories import rules, service
from casework.signatories.rules import State
from casework.signatories.service import AddSignatory
from casework.signatories.tables import Signatory
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import World

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY = date(2027, 3, 10)
SUPERVISOR = Role.SUPERVISOR


def term(
    since: date, until: date | None = None, *, kinds: tuple[str, ...] = ("medical",), minute: int = 0
) -> Signatory:
    return Signatory(
        id=new_id(),
        office_id=new_id(),
        name="Synthetic person",
        title="Head of the office",
        kinds=list(kinds),
        valid_from=since,
        valid_until=until,
        recorded_at=datetime(2027, 1, 1, 9, minute, tzinfo=UTC),
        recorded_by="engine",
    )


def days(count: int) -> timedelta:
    return timedelta(days=count)


@pytest.mark.parametrize(
    ("on", "state"),
    [(DAY - days(1), State.BEGINS), (DAY, State.HOLDS), (DAY + days(9), State.HOLDS), (DAY + days(10), State.ENDED)],
)
def test_a_term_holds_from_its_first_day_to_its_last(on: date, state: State) -> None:
    assert rules.state_on(term(DAY, DAY + days(9)), on) is state


def test_a_term_that_was_ended_before_it_began_never_holds() -> None:
    ended = term(DAY, DAY - days(3))
    assert {rules.state_on(ended, DAY + days(shift)) for shift in range(-5, 3)} == {State.ENDED}


def test_of_several_the_one_answers_whose_term_began_last() -> None:
    holder, deputy = term(DAY - days(300)), term(DAY - days(2), DAY + days(5))
    for order in ([holder, deputy], [deputy, holder]):
        assert rules.responsible(order, "medical", DAY) is deputy
        assert rules.responsible(order, "medical", DAY + days(6)) is holder
        assert rules.responsible(order, "security", DAY) is None
    later = term(DAY - days(2), minute=30)
    assert rules.responsible([later, deputy], "medical", DAY) is later


def command(world: World, **values: Any) -> AddSignatory:
    return AddSignatory(
        **{
            "office_id": world.office.id,
            "name": "Synthetic Head",
            "title": "Head of the office",
            "kinds": ("medical", "letter"),
            "valid_from": factories.TODAY,
            **values,
        }
    )


@on_sqlite
def test_supervisors_and_administrators_name_signatories_and_nobody_else(database: Database, world: World) -> None:
    for role in Role:
        if role in (SUPERVISOR, Role.ADMINISTRATOR):
            database.run(world[role], service.add, command(world))
        else:
            with error(Refused, "role"):
                database.run(world[role], service.add, command(world))
    with database.read() as session:
        assert len(service.listed(session, world[SUPERVISOR])) == 2
        assert len(service.listed(session, world[Role.AUDITOR])) == 2
        with error(Refused, "role"):
            service.listed(session, world[Role.CASEWORKER])
        events = session.exec(select(AuditEvent).where(AuditEvent.kind == "signatory.added")).all()
    assert len(events) == 2
    assert "Synthetic Head" not in events[0].body


@on_sqlite
def test_what_cannot_be_is_refused_with_its_reason(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        elsewhere = factories.office(work)
        stranger = factories.account(work, elsewhere, SUPERVISOR)
    wrong: list[tuple[dict[str, Any], type[PredepartureError], str]] = [
        ({"kinds": ()}, InvalidInput, "missing_value"),
        ({"kinds": ("poem",)}, InvalidInput, "unknown_kind"),
        ({"name": " "}, InvalidInput, "missing_value"),
        ({"title": ""}, InvalidInput, "missing_value"),
        ({"name": "x" * 201}, InvalidInput, "too_long"),
        ({"valid_until": factories.TODAY - days(1)}, InvalidInput, "dates"),
        ({"account": stranger.email}, InvalidInput, "owner"),
        ({"account": "nobody@example.org"}, InvalidInput, "owner"),
        ({"office_id": world.agency.id}, InvalidInput, "organisation_kind"),
        ({"office_id": elsewhere.id}, Refused, "other_office"),
    ]
    for values, kind, code in wrong:
        with error(kind, code):
            database.run(world[SUPERVISOR], service.add, command(world, **values))


@on_sqlite
def test_an_account_that_may_not_sign_in_any_more_answers_for_nothing(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        officer = factories.account(work, world.office, Role.MEDICAL_OFFICER, title="Chief physician")
    named = database.run(world[SUPERVISOR], service.add, command(world, name="", title="", account=officer.email))
    assert (named.name, named.title) == (officer.name, "Chief physician")
    today = database.today()
    with database.write(ENGINE) as work:
        found = service.responsible(work.session, world.office.id, "medical", today)
        assert found is not None and found.id == named.id
        officer.active = False
        work.session.merge(officer)
        work.session.flush()
        assert service.responsible(work.session, world.office.id, "medical", today) is None


@on_sqlite
def test_a_term_ends_yesterday_at_the_earliest_and_only_once(database: Database, world: World) -> None:
    named = database.run(world[SUPERVISOR], service.add, command(world, valid_from=date(2020, 1, 1)))
    today = database.today()
    with error(InvalidInput, "date_in_past"):
        database.run(world[SUPERVISOR], service.end, named.id, today - days(2))
    with error(Refused, "role"):
        database.run(world[Role.CASEWORKER], service.end, named.id, today)
    with error(NotFound, "signatory"):
        database.run(world[SUPERVISOR], service.end, new_id(), today)
    database.run(world[SUPERVISOR], service.end, named.id, today + days(5))
    ended = database.run(world[SUPERVISOR], service.end, named.id, today - days(1))
    assert ended.valid_until == today - days(1)
    with error(InvalidInput, "dates"):
        database.run(world[SUPERVISOR], service.end, named.id, today)
    with database.read() as session:
        assert service.responsible(session, world.office.id, "medical", today) is None
