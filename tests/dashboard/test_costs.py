"""Costs, alerts about fees and the sheet, through their pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.costs.tables import Cost, FeeAlert
from casework.work import Work
from casework.workers.tables import LegalBasis
from cli.demo import people
from dashboard import addresses, reporting
from tests.dashboard.bench import Bench, Person
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of

BRIBE = {"head": "illegitimate", "amount": "500.00", "currency": "EUR", "paid_by": "worker", "payee": "qxbroker"}


def pay(person: Person, case: Case, **values: str) -> str:
    """Record a cost through the page; the page after it."""
    address = addresses.case(case.id, "costs")
    send(person, address, "record-cost", {**BRIBE, **values})
    return person.get(address)


def form_of(page: str, act: str) -> str:
    return next(form for form in forms_on(page) if form.startswith(f"{act}-"))


def test_a_fee_raises_an_alert_that_a_supervisor_resolves_and_the_agency_learns_nothing(opened: Bench) -> None:
    case = case_of(opened)
    address = addresses.case(case.id, "costs")
    with opened.visit("arta") as person:
        page = pay(person, case)
        assert "No rule allows such a payment" not in page and "must not be charged" in page and "qxbroker" in page
        assert "no receipt" in page and not [one for one in forms_on(page) if one.startswith("refund-")]
        send(person, address, form_of(page, "agree"))
        assert "the departure waits" in person.get(address)
        assert addresses.case(case.id, "costs") in person.get(addresses.case(case.id))
    with opened.visit("mira") as person:
        assert "fees to resolve" in person.get(addresses.WORK)
        assert case.reference in person.get(addresses.COST_ALERTS)
        refund = form_of(person.get(address), "refund")
        page = send(person, address, refund, {"amount": "600", "receipt": "B-1"}, status=422)
        assert "still to be settled" in page
        send(person, address, refund, {"amount": "200", "receipt": "B-1"})
        send(person, address, form_of(person.get(address), "refund"), {"receipt": "B-2"})
        page = person.get(address)
        assert "refunded" in page and not [one for one in forms_on(page) if one.startswith(("refund-", "agree-"))]
        assert "There is none." in person.get(addresses.COST_ALERTS)
    for name in ("agron", "ilir", "teuta", "luan", "liridona", "karin"):
        with opened.visit(name) as person:
            person.get(address, 403)
            person.get(addresses.COST_ALERTS, 403)
    with opened.visit("agron") as person:
        page = person.get(addresses.case(case.id))
        assert "fee" not in page.split("<main")[1].split("</main>")[0] and "qxbroker" not in page


def test_a_cost_is_corrected_with_its_versions_and_a_stale_form_is_kept_from_overwriting(opened: Bench) -> None:
    case = case_of(opened)
    address = addresses.case(case.id, "costs")
    with opened.visit("arta") as person:
        pay(person, case)
        with opened.installation.database.read() as session:
            cost = session.exec(select(Cost)).one()
        correction = addresses.cost(case.id, cost.id, "correct")
        stale = person.get(correction)
        assert 'value="500.00"' in stale and "qxbroker" in stale
        send(person, correction, "correct-cost", {"amount": "400.00", "reason": "wrong_amount"})
        page = person.get(address)
        assert "Before: Bribe, deposit" in page and "EUR 500.00" in page and "EUR 400.00" in page
        send(person, correction, "correct-cost", {"amount": "300.00", "reason": "wrong_amount"}, status=409)
        for wrong in ({"amount": "0"}, {"amount": "-5"}, {"amount": "5.001"}, {"currency": "E1"}, {"currency": "QQQ"}):
            assert "There is a problem" in send(person, address, "record-cost", {**BRIBE, **wrong}, status=422)
        later = (opened.today + timedelta(days=1)).isoformat()
        send(person, address, "record-cost", {**BRIBE, "paid_on": later}, status=422)
    with opened.installation.database.read() as session:
        assert [row.amount_minor for row in session.exec(select(Cost).order_by(Cost.number))] == [50_000, 40_000]  # type: ignore[arg-type]
        assert session.exec(select(FeeAlert)).one().excess_minor == 40_000


def test_a_bribe_has_no_form_that_allows_it_and_a_correction_is_confirmed_while_it_is_due(opened: Bench) -> None:
    case = case_of(opened)
    address = addresses.case(case.id, "costs")
    agency = opened.cast.organisations[people.AGENCY]
    with opened.visit("arta") as person:
        pay(person, case, payee_id=str(agency.id), payee="")
        with opened.installation.database.read() as session:
            cost = session.exec(select(Cost)).one()
        correction = addresses.cost(case.id, cost.id, "correct")
        with opened.visit("mira") as boss:
            page = boss.get(address)
            acts = {form.split("-")[0] for form in forms_on(page)}
            assert "refund" in acts and not acts & {"allow", "confirm"}
            assert "On the record of" in page and agency.name in page
            send(person, correction, "correct-cost", {"payee_id": "", "payee": "A broker", "reason": "wrong_payer"})
            confirm = form_of(boss.get(address), "confirm")
            assert "On the record of" in boss.get(address)
            send(boss, address, confirm)
            page = boss.get(address)
            assert "On the record of" not in page and form_of(page, "refund")


def test_who_was_asked_what_was_paid_is_recorded_and_the_sheet_is_in_the_workers_language(opened: Bench) -> None:
    case = case_of(opened)

    def speaks_albanian(work: Work) -> None:
        for row in work.session.exec(select(LegalBasis).where(LegalBasis.worker_id == case.worker_id)):
            row.language = "sq"
            work.session.add(row)

    opened.installation.database.run(ENGINE, speaks_albanian)
    address = addresses.case(case.id, "costs")
    with opened.visit("arta") as person:
        assert "Nobody has asked the worker yet" in person.get(address)
        send(person, address, "costs-asked", {"answer": "nothing"})
        assert "Nobody has asked the worker yet" not in person.get(address)
        sheet = person.get(addresses.case(case.id, "costs", "sheet"))
        assert "What did you pay?" in sheet and 'lang="sq"' in sheet and "Çfarë keni paguar?" in sheet
        assert addresses.REPORT in sheet
    with opened.visit("audit") as auditor:
        page = auditor.get(address)
        assert not [one for one in forms_on(page) if one]
    with opened.installation.database.read() as session:
        kinds = [one.kind for one in session.exec(select(AuditEvent).where(AuditEvent.case_id == case.id))]
    assert {"cost.asked", "cost.viewed"} <= set(kinds)


@pytest.mark.parametrize("tag", sorted(path.stem for path in reporting.FOLDER.glob("*.po")))
def test_every_language_of_the_public_page_is_complete(tag: str) -> None:
    assert reporting.spoken(tag) is not None
