"""The life of a job order, and rows of a batch held against the job orders that they name. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from basis.errors import Conflict
from basis.ids import new_id
from casework.recruitment.row_rules import Asked, Job, OpenOrder, more_than_left
from casework.recruitment.rules import TRANSITIONS, OrderAct, OrderState, moved, remaining
from tests.support.errors import error
from tests.support.factories import TODAY

ORDER = OpenOrder(
    id=new_id(),
    number="JO 1",
    employer="Hochbau Nord",
    employer_code="NORD",
    occupation="7112",
    destination="DE",
    state=OrderState.APPROVED,
    valid_from=TODAY,
    valid_until=TODAY + timedelta(days=30),
    remaining=2,
    accredited=True,
)
JOB = Job("jo 1", "hochbau  nord", "7112", "DE")


def asked(order: OpenOrder = ORDER, **values: Any) -> Asked:
    usual = {"orders": {"jo 1": order}, "principals": frozenset({"hochbau nord", "nord"}), "on": TODAY}
    return Asked(**{**usual, "job_orders": True, "accreditation": True, **values})


def test_every_act_from_every_state_moves_or_is_refused() -> None:
    for state in OrderState:
        for act in OrderAct:
            if (state, act) in TRANSITIONS:
                assert moved(state, act) in OrderState
            else:
                with error(Conflict, "order_state"):
                    moved(state, act)
    assert set(TRANSITIONS.values()) | {OrderState.ASKED} == set(OrderState)
    assert [act for state, act in TRANSITIONS if state is OrderState.CLOSED] == []


def test_a_job_that_fits_has_no_obstacle_however_it_is_written() -> None:
    for job in (JOB, Job(" JO  1 ", "NORD", "7112", ""), Job("Jo 1", "", "7112", "DE")):
        assert list(asked().obstacles(job)) == []
        assert asked().order(job) == ORDER


@pytest.mark.parametrize(
    ("order", "job", "code", "field"),
    [
        ({}, Job("", "", "7112", ""), "no_job_order", "job_order"),
        ({}, Job("JO 2", "", "7112", ""), "unknown_job_order", "job_order"),
        ({"state": OrderState.ASKED}, JOB, "job_order_state", "job_order"),
        ({"state": OrderState.SUSPENDED}, JOB, "job_order_state", "job_order"),
        ({"valid_until": TODAY - timedelta(days=1)}, JOB, "job_order_days", "job_order"),
        ({"valid_from": TODAY + timedelta(days=1)}, JOB, "job_order_days", "job_order"),
        ({}, Job("JO 1", "Another", "7112", ""), "other_employer", "employer"),
        ({}, Job("JO 1", "", "7115", ""), "other_occupation", "occupation"),
        ({}, Job("JO 1", "", "7112", "SA"), "other_destination", "destination"),
        ({"accredited": False}, JOB, "not_accredited", "employer"),
        ({"remaining": 0}, JOB, "no_headroom", "job_order"),
    ],
)
def test_what_does_not_fit_is_told_at_its_column(order: dict[str, Any], job: Job, code: str, field: str) -> None:
    assert [(one.code, one.field) for one in asked(replace(ORDER, **order)).obstacles(job)] == [(code, field)]


def test_the_last_day_of_a_job_order_counts() -> None:
    for day in (TODAY, TODAY + timedelta(days=30)):
        assert list(asked(on=day).obstacles(JOB)) == []


def test_where_no_job_order_is_asked_for_the_employer_must_be_one_of_the_agencys() -> None:
    rules = asked(orders={}, job_orders=False)
    assert list(rules.obstacles(Job("", "Nord", "7112", ""))) == []
    for employer in ("", "Another"):
        assert [one.code for one in rules.obstacles(Job("", employer, "7112", ""))] == ["not_accredited"]


def test_more_rows_than_places_are_counted_by_job_order() -> None:
    ((order, wanted),) = asked().too_many([JOB, JOB, JOB, Job("JO 2", "", "7112", "")])
    assert (order, wanted) == (ORDER, 3)
    assert str(more_than_left(order, wanted)[0]) == "3 rows name the job order JO 1, in which 2 places are left."
    assert list(asked().too_many([JOB, JOB])) == []


def test_places_never_go_below_none() -> None:
    assert [remaining(3, used) for used in (0, 3, 4)] == [3, 0, 0]
