"""Papers about a loan on its page: asked for by a form, made by the engine, opened by whom they are for."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from casework.certificates.tables import Certificate
from casework.loans.paper_tables import PaperKind
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of
from tests.dashboard.test_repayments import lend

STATEMENT = f"ask-{PaperKind.LOAN_STATEMENT.value}"


def test_a_statement_is_asked_for_made_and_opened_by_those_it_is_for(opened: Bench) -> None:
    loan = lend(opened)
    place = addresses.case(case_of(opened).id, "loan")
    with opened.visit("ilir") as person:
        page = person.get(place)
        assert STATEMENT in forms_on(page)
        assert f"ask-{PaperKind.SETTLEMENT_LETTER.value}" not in forms_on(page)
        tomorrow = (opened.today + timedelta(days=1)).isoformat()
        assert "lies in the future" in send(person, place, STATEMENT, {"as_of": tomorrow}, status=422)
        assert "had not been paid out" in send(person, place, STATEMENT, {"as_of": "2020-01-01"}, status=422)
        send(person, place, STATEMENT, page=page)
        send(person, place, STATEMENT, page=page)
        assert person.get(place).count("being prepared") == 1
        opened.work()
        page = person.get(place)
        assert "STM-" in page
        file = page.split('/file"')[0].rpartition('"')[2] + "/file"
        answer = person.client.get(file)
        assert answer.headers["content-type"] == "application/pdf"
    with opened.installation.database.read() as session:
        row = session.exec(select(Certificate).where(Certificate.kind == PaperKind.LOAN_STATEMENT.value)).one()
    with opened.visit() as stranger:
        shown = stranger.get(addresses.verify(row.token))
        assert row.number in shown
        assert "This document is valid" in shown
        assert "EUR" not in shown
        assert loan.number not in shown
    with opened.visit("arta") as person:
        assert "STM-" in person.get(place)
        assert person.get(file.removesuffix("/file"))
    with opened.visit("agron") as person:
        assert person.client.get(file).status_code == 403


def test_a_paper_that_the_loan_cannot_have_is_refused_whoever_asks(opened: Bench) -> None:
    lend(opened)
    place = addresses.case(case_of(opened).id, "loan")
    with opened.visit("ilir") as person:
        page = person.get(place)
        for kind, status in ((PaperKind.PROMISSORY_NOTE.value, 409), ("poem", 422)):
            other = page.replace(f"papers/{PaperKind.LOAN_STATEMENT.value}", f"papers/{kind}")
            send(person, place, STATEMENT, page=other, status=status)
    with opened.visit("agron") as person:
        assert person.client.get(place).status_code in (403, 404)
