"""The page of a loan, each act through its form, by whom may do it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.evidence.tables import EvidenceItem
from casework.loans.life import LoanState
from casework.loans.tables import Loan
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue
from checklists.lending import Affordability
from checklists.programme import FeeHead
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import PAPER, case_of
from tests.support.factories import loan_terms


def richer(bench: Bench, **values: Any) -> Bench:
    """The same installation, where the programme asks more of its loans."""
    asked = {
        "interest": "4.5",
        "purposes": (FeeHead.TRAVEL, FeeHead.VISA),
        "counts_from": "issue",
        "guarantor": "guarantor",
        "explained": True,
        "affordability": Affordability(most_of_wage=10),
        **values,
    }
    case = case_of(bench)
    programmes = [
        one.model_copy(update={"loan": loan_terms(**asked)}) if one.digest == case.programme_digest else one
        for one in bench.installation.catalogue.programmes
    ]
    catalogue = Catalogue(programmes=tuple(programmes))
    return Bench(replace(bench.installation, catalogue=catalogue), bench.cast)


def loan_of(bench: Bench) -> Loan:
    with bench.installation.database.read() as session:
        return session.exec(select(Loan)).one()


def place_of(bench: Bench) -> str:
    return addresses.case(case_of(bench).id, "loan")


def approved(bench: Bench) -> str:
    """A loan that only has to be signed; the address of its page."""
    place = place_of(bench)
    with bench.visit("arta") as person:
        send(person, place, "ask-loan", {"amount_travel": "900", "amount_visa": "60.50"})
    with bench.visit("ilir") as person:
        send(person, place, "assess-loan", {"looked_at": "Contract of the case", "wage": "2400"})
    with bench.visit("dafina") as person:
        send(person, place, "approve-loan")
    return place


def test_a_loan_goes_its_way_through_forms_and_says_what_comes_next(opened: Bench) -> None:
    bench = richer(opened)
    place = place_of(bench)
    with bench.visit("arta") as person:
        page = send(person, place, "ask-loan", {"amount_travel": "", "amount_visa": ""}, status=422)
        assert "above zero" in page
        send(person, place, "ask-loan", {"amount_travel": "900", "amount_visa": "60.50"})
        page = person.get(place)
        assert "finds out whether the worker can repay it" in page
        assert "EUR 960.50" in page
        assert set(forms_on(page)) >= {"cancel-loan"}
    with bench.visit("ilir") as person:
        assert "loans to decide on" in person.get(addresses.WORK)
        assert "L-" in person.get(addresses.query(addresses.LOANS, waiting="to_decide"))
        assert "No loan fits." in person.get(addresses.query(addresses.LOANS, waiting="to_pay_out"))
        page = send(person, place, "assess-loan", {"looked_at": "Contract", "wage": "100"}, status=403)
        assert "takes more than 10 % of the wage" in page
        send(person, place, "assess-loan", {"looked_at": "Contract of the case", "wage": "2400"})
        page = person.get(place)
        assert "1 of 2 approvals" in page
        assert not {"approve-loan", "decline-loan"} & set(forms_on(page))
    with bench.visit("dafina") as person:
        send(person, place, "approve-loan")
    with bench.visit("arta") as person:
        page = person.get(place)
        assert "the terms are explained to the worker" in page
        assert "note-signed" not in forms_on(page)
        send(person, place, "explain-loan", {"language": "sq", "understood": "yes"})
        beside = {"name": "Blerim Hoxhademo", "relation": "brother", "document": "ID 100200"}
        send(person, place, "guarantor", beside)
        page = person.get(place)
        assert "Blerim Hoxhademo" in page
        send(person, place, "note-signed", {"kept": "folder 7"}, files={"scan": ("note.pdf", PAPER)})
        page = person.get(place)
        assert f'href="{place}/note/1?number={loan_of(bench).number}"' in page
        assert "folder 7" in page
        assert "disburse-loan" not in forms_on(page)
    with bench.visit("dafina") as person:
        assert "disburse-loan" not in forms_on(person.get(place))
        assert person.client.get(f"{place}/note/1").headers["content-type"].startswith(("image/", "application/pdf"))
        assert person.client.get(f"{place}/note/2").status_code == 404
    with bench.visit("teuta") as person:
        assert person.client.get(f"{place}/note/1").status_code == 403
    with bench.visit("ilir") as person:
        page = person.get(place)
        paid = {"paid_to": "carrier", "reference": "TKT-7"}
        send(person, place, "disburse-loan", paid, page=page)
        again = send(person, place, "disburse-loan", paid, page=page, status=409)
        assert "Somebody changed this case after you opened it" in again
        assert "The first instalment is due on" in person.get(place)
    assert loan_of(bench).state is LoanState.IN_GRACE
    with bench.installation.database.read() as session:
        scan = session.exec(select(EvidenceItem).where(EvidenceItem.kind == "signed_note")).one()
    assert loan_of(bench).note_evidence == f"evidence_item:{scan.id} folder 7"


def test_the_worker_signs_on_the_screen_before_somebody_else_of_the_office(opened: Bench) -> None:
    bench = richer(opened, guarantor="none", explained=False)
    place = approved(bench)
    with bench.visit("arta") as person:
        besnik = str(bench.cast["besnik"].user_id)
        page = send(person, place, "note-screen", {"typed": "Somebody Else", "witness": besnik}, status=422)
        assert "as it is recorded" in page
        name = name_of(bench)
        send(person, place, "note-screen", {"typed": name, "witness": besnik})
        assert "on screen" in person.get(place)


def test_the_page_asks_for_a_new_note_where_another_departure_is_planned(opened: Bench) -> None:
    bench = richer(opened, guarantor="none", explained=False, counts_from="departure")
    place = approved(bench)
    with bench.visit("arta") as person:
        assert "another departure" not in person.get(place)
        with bench.installation.database.write(ENGINE) as work:
            case = work.session.get_one(Case, case_of(bench).id)
            assert case.planned_departure is not None
            case.planned_departure, case.version = case.planned_departure + timedelta(days=1), case.version + 1
        assert "The note counts from another departure than is planned now." in person.get(place)
        send(person, place, "ask-promissory_note")
        assert "another departure" not in person.get(place)


def test_a_loan_is_still_read_where_the_programme_gives_none_any_more(opened: Bench) -> None:
    bench = richer(opened, guarantor="none", explained=False)
    place = approved(bench)
    programmes = [one.model_copy(update={"loan": None}) for one in bench.installation.catalogue.programmes]
    later = Bench(replace(bench.installation, catalogue=Catalogue(programmes=tuple(programmes))), bench.cast)
    with later.visit("arta") as person:
        assert "Loan and its repayment" in person.get(addresses.case(case_of(later).id))
        send(person, place, "note-signed", {"kept": "folder 7"})
        send(person, place, "cancel-loan", {"reason": "worker_asked"})
        assert "ask-loan" not in forms_on(person.get(place))
        person.post(f"{place}/ask", {"version": "1"}, status=404)


def test_a_loan_without_a_journey_is_undone_and_the_refund_is_awaited(opened: Bench) -> None:
    bench = richer(opened, guarantor="none", explained=False, counts_from="arrival")
    place = approved(bench)
    with bench.visit("arta") as person:
        send(person, place, "note-signed", {"kept": "folder 7"})
    with bench.visit("ilir") as person:
        send(person, place, "disburse-loan", {"paid_to": "carrier", "reference": "TKT-7"})
        send(person, place, "unwind-loan", {"reason": "visa_refused", "refund": "500"})
        page = person.get(place)
        assert "borne by: the programme" in page
        assert "The refund of the carrier is awaited." in page
        assert set(forms_on(page)) >= {"refund-loan", "give-up-refund"}
        page = send(person, place, "refund-loan", {"amount": "501", "reference": "R1"}, status=422)
        assert "does not owe so much" in page
    first = loan_of(bench)
    with bench.visit("arta") as person:  # another journey, and another loan for it
        send(person, place, "ask-loan", {"amount_travel": "300"})
    with bench.visit("ilir") as person:
        page = person.get(place)
        assert f"For loan {first.number} EUR 500.00 is still owed." in page
        send(person, place, "refund-loan", {"amount": "200", "reference": "R1"})
        send(person, place, "give-up-refund")
        assert not {"refund-loan", "give-up-refund"} & set(forms_on(person.get(place)))
    with bench.installation.database.read() as session:
        states = [row.state for row in session.exec(select(Loan).order_by(col(Loan.id)))]
    assert states == [LoanState.UNWOUND, LoanState.REQUESTED]


@pytest.mark.parametrize(
    ("name", "act", "status"),
    [
        ("besnik", "assess", 403),
        ("besnik", "disburse", 403),
        ("besnik", "unwind", 403),
        ("teuta", "ask", 403),
        ("teuta", "cancel", 403),
        ("ilir", "nothing", 404),
    ],
)
def test_an_act_is_refused_to_whom_it_is_not_given(opened: Bench, name: str, act: str, status: int) -> None:
    place = place_of(opened)
    with opened.visit("arta") as person:
        send(person, place, "ask-loan", {"amount_travel": "500"})
    with opened.visit(name) as person:
        person.post(f"{place}/{act}", {"version": str(case_of(opened).version)}, status=status)


def name_of(bench: Bench) -> str:
    with bench.installation.database.read() as session:
        worker = session.get_one(Worker, case_of(bench).worker_id)
    return f"{worker.given_names} {worker.family_name}"
