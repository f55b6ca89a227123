"""What was recorded wrongly is taken back where it is shown, by those who record it, with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from casework.audit.tables import AuditEvent
from casework.loans.life import LoanState
from casework.loans.tables import Loan
from casework.medical.tables import MedicalExamination
from casework.orientation.tables import ModuleAttendance
from casework.qualifications.tables import QualificationDecision, QualificationKind
from casework.travel.tables import Itinerary
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of


@pytest.fixture
def cleared(played_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    """A home of the test's own with a case in which everything is recorded."""
    return copied(played_home)


def _rows(site: Bench, table: type[Any]) -> list[Any]:
    with site.installation.database.read() as session:
        query = select(table).where(table.case_id == case_of(site).id)
        return list(session.exec(query.order_by(col(table.id))))


def _withdrawals(page: str) -> list[str]:
    return [form for form in forms_on(page) if form.startswith("withdraw-")]


@pytest.mark.parametrize(
    ("name", "part", "table", "event"),
    [
        ("teuta", "medical", MedicalExamination, "medical.withdrawn"),
        ("arta", "orientation", ModuleAttendance, "orientation.withdrawn"),
        ("arta", "itinerary", Itinerary, "travel.withdrawn"),
    ],
)
def test_what_was_recorded_is_withdrawn_with_a_reason_where_it_is_shown(
    cleared: Bench, name: str, part: str, table: type[Any], event: str
) -> None:
    place = addresses.case(case_of(cleared).id, part)
    with cleared.visit(name) as person:
        form = _withdrawals(person.get(place))[0]
        assert "choose" in send(person, place, form, status=422)
        page = person.get(send(person, place, form, {"reason": "recorded_in_error"}))
        assert "It was withdrawn. What stood on it is open again." in page
        assert form not in forms_on(person.get(place))
    row_id = form.removeprefix("withdraw-")
    assert [str(row.id) for row in _rows(cleared, table) if row.withdrawn_on == cleared.today] == [row_id]
    with cleared.installation.database.read() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.kind == event)).all()
    assert [json.loads(told.body)["data"] for told in events] == [{"reason": "recorded_in_error"}]


def test_a_decision_on_a_qualification_is_taken_back_on_the_page_of_qualifications(cleared: Bench) -> None:
    place = addresses.case(case_of(cleared).id, "qualifications")
    decided = {row.kind: f"withdraw-{row.id}" for row in _rows(cleared, QualificationDecision)}
    with cleared.visit("arta") as person:
        page = person.get(addresses.case(case_of(cleared).id))
        assert f'href="{place}#language"' in page
        assert set(_withdrawals(person.get(place))) >= set(decided.values())
        form = decided[QualificationKind.ABILITY]
        send(person, place, form, {"reason": "issuer_withdrew"})
        assert form not in _withdrawals(person.get(place))
    cleared.work()
    kept = {row.kind for row in _rows(cleared, QualificationDecision) if row.withdrawn_on is None}
    assert QualificationKind.ABILITY not in kept
    assert QualificationKind.LANGUAGE in kept


def test_a_course_is_withdrawn_with_the_language_result_that_came_with_it(cleared: Bench) -> None:
    place = addresses.case(case_of(cleared).id, "training")
    ended = cleared.today.isoformat()
    values = {
        "course": "German B2",
        "subject": "language",
        "hours_held": "80",
        "hours_attended": "76",
        "passed": "yes",
        "level": "B2",
        "began_on": "2024-01-08",
        "completed_on": ended,
    }
    with cleared.visit("arta") as person:
        page = person.get(place)
        provider = page.split('name="provider"')[1].split('<option value="')[2].split('"')[0]
        send(person, place, "training", {**values, "provider": provider})
        form = _withdrawals(person.get(place))[0]
        send(person, place, form, {"reason": "wrong_person"})
        assert _withdrawals(person.get(place)) == []
    results = [row for row in _rows(cleared, QualificationDecision) if row.training_id is not None]
    assert [row.withdrawn_on for row in results] == [cleared.today]


def test_the_wish_for_a_loan_is_cancelled_on_the_page_of_the_loan(opened: Bench) -> None:
    place = addresses.case(case_of(opened).id, "loan")
    with opened.visit("arta") as person:
        send(person, place, "ask-loan", {"amount_travel": "500"})
        send(person, place, "cancel-loan", {"reason": "worker_asked"})
        assert "ask-loan" in forms_on(person.get(place))
    assert [row.state for row in _rows(opened, Loan)] == [LoanState.CANCELLED]


def test_nobody_withdraws_what_is_not_theirs_to_record_nor_what_belongs_to_another_case(cleared: Bench) -> None:
    case = case_of(cleared)
    examination, booking = _rows(cleared, MedicalExamination)[0], _rows(cleared, Itinerary)[0]
    data = {"reason": "found_wrong", "version": str(case.version)}

    def address(kind: str, row: Any) -> str:
        return addresses.case(case.id, "recorded", kind, row.id, "withdraw")

    with cleared.visit("arta") as person:
        person.post(address("medical", examination), data, status=403)
        person.post(address("itinerary", examination), data, status=404)
        person.post(address("nothing", booking), data, status=404)
    for name in ("teuta", "audit"):
        with cleared.visit(name) as person:
            assert _withdrawals(person.get(addresses.case(case.id, "orientation"))) == []
            person.post(address("itinerary", booking), data, status=403)
    assert examination.withdrawn_on is None


def test_of_two_who_withdraw_at_once_the_second_is_told(cleared: Bench) -> None:
    place = addresses.case(case_of(cleared).id, "itinerary")
    with cleared.visit("arta") as first, cleared.visit("besnik") as second:
        seen = second.get(place)
        form = _withdrawals(seen)[0]
        send(first, place, form, {"reason": "recorded_in_error"})
        page = send(second, place, form, {"reason": "wrong_person"}, page=seen, status=409)
    assert "The booking was withdrawn" in page


def test_a_clearance_that_ends_with_its_case_is_not_said_to_be_wrong(cleared: Bench) -> None:
    place = addresses.case(case_of(cleared).id)
    with cleared.visit("arta") as person:
        values = {"to": "withdrawn", "reason": "withdrawn:other_job"}
        page = person.get(send(person, f"{place}/life", "life", values))
    assert "does not hold any more, for the case has ended" in page
    assert "was withdrawn or found wrong" not in page
