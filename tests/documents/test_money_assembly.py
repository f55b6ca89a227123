"""What papers about money say of loans with every term, and of entitlements in several currencies."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from basis.errors import Conflict
from basis.ids import new_id
from basis.money import Money
from basis.roles import Role
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.certificates.service import Reservation
from casework.database import Database
from casework.entitlements import paying
from casework.loans import papers
from casework.loans.paper_tables import MoneyPaper, PaperKind
from checklists.programme import Programme
from documents import values as v
from documents.archive import LocalArchive
from documents.assemble import Place
from documents.assemble_money import assemble_paper
from documents.rendering import render_html
from tests.support import entitled
from tests.support.errors import error
from tests.support.factories import TODAY, World, loan_terms
from tests.support.lending import Lending

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def assembled(database: Database, folder: Path, programme: Programme, paper: MoneyPaper) -> v.Certificate:
    with database.write(ENGINE) as work:
        case = work.session.get_one(Case, paper.case_id)
        place = Place("https://verify.example.org", False, LocalArchive(folder), "en,sq")
        return assemble_paper(work, case, programme, paper, Reservation(new_id(), "NOT-2026-000001", "t" * 22), place)


def test_a_note_says_its_interest_its_days_to_reconsider_and_who_is_to_sign(
    database: Database, world: World, case: Case, tmp_path: Path
) -> None:
    terms = loan_terms(
        interest=9, guarantor="guarantor", each_adult_signs=True, cooling_off_days=7, accelerate_after=3, instalments=36
    )
    desk = Lending(database, world, case, terms)
    loan = desk.approved()
    with database.read() as session:
        (paper, _row), *_more = papers.of_loan(session, desk.officer, loan)
    made = assembled(database, tmp_path, desk.catalogue.programmes[0], paper)
    assert isinstance(made, v.NoteToSign)
    assert (made.principal.minor, made.sign_from) == (120_050, TODAY + timedelta(days=7))
    assert len(made.instalments) == 36
    assert sum(row.amount.minor for row in made.instalments) == made.total.minor > 120_050
    assert sum(row.interest.minor for row in made.instalments if row.interest) == made.total.minor - 120_050
    assert made.instalments[-1].left == Money(0, "EUR")
    assert made.outcome.text.endswith(str(made.total))
    roles = [line.role for line in made.signatures]
    assert (roles[0], roles[-2:]) == ("Borrower", ["Guarantor", "Witness"])
    assert all(line.second_role for line in made.signatures)
    said = " ".join(made.terms)
    for words in ("9 per cent", "7 days to think it over", "3 instalments are missed", "A guarantor answers"):
        assert words in said
    assert made.person.name in render_html(made, "x")


def test_there_is_no_note_before_the_days_of_its_instalments_are_known(
    database: Database, world: World, case: Case
) -> None:
    with database.write(ENGINE) as work:
        row = work.session.get_one(Case, case.id)
        row.planned_departure = None
        work.session.add(row)
    desk = Lending(database, world, case)
    loan = desk.approved()
    with database.read() as session:
        assert papers.of_loan(session, desk.officer, loan) == []
    note = PaperKind.PROMISSORY_NOTE
    with error(Conflict, "no_departure"):
        database.run(desk.officer, papers.ask, note, loan, None, desk.terms)
    desk.terms = loan_terms(counts_from="issue")
    assert database.run(desk.officer, papers.ask, note, loan, None, desk.terms).kind is note


def test_a_statement_of_entitlements_has_sums_of_each_currency_and_says_what_is_to_be_paid_back(
    database: Database, world: World, tmp_path: Path
) -> None:
    with database.write(world[Role.CASEWORKER]) as work:
        case = entitled.new_case(work, world)
    grant = entitled.claim(database, world, case, "grant", amount_minor=80_000)
    entitled.approve(database, world, grant)
    entitled.pay(database, world, grant, "2026-77")
    entitled.paid(database, world, case, "start", currency="JPY")
    stipend = entitled.claim(database, world, case, "stipend", currency="KWD", amount_minor=12_345, month=TODAY)
    entitled.approve(database, world, stipend)
    paper = database.run(world[Role.CASEWORKER], papers.ask_entitlements, case.id)
    made = assembled(database, tmp_path, entitled.programme(), paper)
    assert isinstance(made, v.EntitlementStatement)
    assert {str(row.paid) for row in made.sums} == {"EUR 800.00", "JPY 5,000", "KWD 0.000"}
    assert {str(row.to_come) for row in made.sums} == {"EUR 0.00", "JPY 0", "KWD 12.345"}
    assert made.outcome.text.endswith(": EUR 800.00, JPY 5,000")
    assert "2026-77" in {line.reference for line in made.lines}
    page = render_html(made, "x")
    for words in ("Travel grant", "KWD 12.345", "JPY 5,000", "2026-77"):
        assert words in page


@pytest.mark.deep
def test_a_statement_of_one_entitlement_says_what_was_reclaimed_and_nothing_of_others(
    database: Database, world: World, tmp_path: Path
) -> None:
    with database.write(world[Role.CASEWORKER]) as work:
        case = entitled.new_case(work, world)
    entitled.paid(database, world, case, "grant", amount_minor=80_000)
    entitled.paid(database, world, case, "start", currency="JPY")
    of = entitled.subject(database, case, "grant").id
    wish = database.run(world[Role.SUPERVISOR], paying.ask_reclaim, of, 30_000, "not_used")
    database.run(world[Role.LOAN_OFFICER], paying.answer_reclaim, wish.id, confirmed=True)
    paper = database.run(world[Role.CASEWORKER], papers.ask_entitlements, case.id, None, of)
    made = assembled(database, tmp_path, entitled.programme(), paper)
    assert isinstance(made, v.EntitlementStatement)
    assert [(row.title, str(row.paid), str(row.to_return)) for row in made.entitled] == [
        ("Travel grant", "EUR 800.00", "EUR 300.00")
    ]
    assert {str(line.amount) for line in made.lines} == {"EUR 800.00", "EUR 300.00"}
    assert "JPY" not in render_html(made, "x")
