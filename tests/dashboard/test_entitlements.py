"""What a programme pays, through the pages: claimed, approved, paid by three people, declined, stopped, reclaimed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import SQLModel, select

from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.entitlements.tables import CaseEntitlement, EntitlementClaim, EntitlementReclaim
from casework.ledger.tables import LedgerEntry
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import Programme
from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of
from tests.support.programmes import catalogue_with, extended

_BASIS = "legal_basis: {title: Synthetic rules, as_of: 2026-11-01, confirmed: false}"
PAID = f"""
entitlements:
  - {{id: top_up, title: Salary top-up, kind: salary_top_up, amount: {{minor: 40000, currency: EUR}}, per: month,
     paid_by: programme, {_BASIS}}}
  - {{id: grant, title: Travel grant, kind: travel_grant, amount: {{minor: 100000, currency: EUR}}, up_to: true,
     paid_by: programme, {_BASIS}}}
  - {{id: tools, title: Tools, kind: equipment, paid_by: programme, {_BASIS}}}
  - {{id: stay, title: Who stays, kind: stipend, paid_by: programme, when: "track == 'home'", {_BASIS}}}
"""


@pytest.fixture
def paying(opened_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    """An installation whose programme pays workers."""
    site = copied(opened_home)
    programme = extended(PAID, "2099.2")
    pinned(site, programme)
    return replace(site, installation=replace(site.installation, catalogue=catalogue_with(programme)))


def pinned(site: Bench, programme: Programme) -> None:
    """The case goes by this version from now on."""

    def move(work: Work) -> None:
        case = work.session.get_one(Case, case_of(site).id)
        case.programme_version, case.programme_digest = programme.version, programme.digest

    site.installation.database.run(ENGINE, move)


def rows(site: Bench, table: type[SQLModel]) -> list[Any]:
    with site.installation.database.read() as session:
        return list(session.exec(select(table)))


def test_a_month_is_claimed_approved_and_paid_by_three_people(paying: Bench) -> None:
    case = case_of(paying)
    page = addresses.case(case.id, "entitlements")
    month = paying.today.replace(day=1).isoformat()
    with paying.visit("arta") as person:
        shown = person.get(page)
        assert "condition not fulfilled" in shown
        assert "claim-stay" not in forms_on(shown)
        assert page in person.get(addresses.case(case.id))
        send(person, page, "claim-top_up", {"month": month, "proof": ""}, status=422)
        assert "can be claimed" in shown
        shown = person.get(send(person, page, "claim-top_up", {"month": month, "proof": "Folder <7>"}))
        assert "Folder &lt;7&gt;" in shown
        (row,) = rows(paying, EntitlementClaim)
        assert f"approve-{row.id}" not in forms_on(shown)
        person.get(addresses.ENTITLEMENTS, 403)
    claim = row.id
    with paying.visit("mira") as person:
        assert "entitlements to approve" in person.get(addresses.WORK)
        assert case.reference in person.get(addresses.ENTITLEMENTS)
        shown = person.get(send(person, page, f"approve-{claim}"))
        assert f"pay-{claim}" not in forms_on(shown)
    with paying.visit("ilir") as person:
        assert "EUR 400.00" in person.get(addresses.ENTITLEMENTS)
        seen = person.get(page)
        send(person, page, f"pay-{claim}", {"reference": ""}, status=422)
        shown = person.get(send(person, page, f"pay-{claim}", {"reference": "B-1"}))
        assert "EUR 400.00" in shown
        send(person, page, f"pay-{claim}", {"reference": "B-1"}, page=seen, status=409)
        assert f"returned-{claim}" in forms_on(shown)
    with paying.visit("agron") as person:
        person.get(page, 403)
    with paying.visit("audit") as person:
        assert not [form for form in forms_on(person.get(page)) if "-" in form]


def test_amounts_are_written_declined_stopped_and_reclaimed(paying: Bench) -> None:
    page = addresses.case(case_of(paying).id, "entitlements")
    with paying.visit("arta") as person:
        send(person, page, "claim-tools", {"proof": ""})
        send(person, page, "claim-grant", {"amount": "1000.01", "proof": "Receipt 1"}, status=422)
        send(person, page, "claim-grant", {"amount": "10.005", "proof": "Receipt 1"}, status=422)
        send(person, page, "claim-grant", {"amount": "800", "proof": "Receipt 1"})
    tools, grant = (row.id for row in rows(paying, EntitlementClaim))
    with paying.visit("mira") as person:
        send(person, page, f"approve-{tools}", {"amount": "", "reason": ""}, status=422)
        send(person, page, f"approve-{tools}", {"amount": "250", "reason": "list of prices"})
        send(person, page, f"approve-{grant}", {"amount": "", "reason": ""})
    with paying.visit("dafina") as person:
        send(person, page, f"pay-{grant}", {"reference": "B-2"})
    of_tools, of_grant = (row.id for row in rows(paying, CaseEntitlement))
    with paying.visit("mira") as person:
        shown = person.get(send(person, page, f"stop-{of_tools}", {"reason": "funds_ended"}))
        assert "the funds have ended" in shown
        assert f"resume-{of_tools}" not in forms_on(shown)
        send(person, page, f"reclaim-{of_grant}", {"amount": "800.01", "reason": "not_used"}, status=422)
        shown = person.get(send(person, page, f"reclaim-{of_grant}", {"amount": "300", "reason": "not_used"}))
        (wish,) = rows(paying, EntitlementReclaim)
        assert f"answer-{wish.id}" not in forms_on(shown)
    with paying.visit("ilir") as person:
        send(person, page, f"answer-{wish.id}", {"confirmed": "yes"})
        shown = person.get(send(person, page, f"paid-back-{of_grant}", {"amount": "100", "reference": "IN-1"}))
        assert f"waive-{of_grant}" not in forms_on(shown)
        assert "EUR 200.00" in shown
        send(person, page, f"paid-back-{of_grant}", {"amount": "200.01", "reference": "IN-2"}, status=409)
        send(person, page, "statement")
    with paying.visit("drita") as person:
        shown = person.get(send(person, page, f"waive-{of_grant}", {"amount": "200"}))
        assert "To be paid back" not in shown
        shown = person.get(send(person, page, f"resume-{of_tools}"))
        assert f"resume-{of_tools}" not in forms_on(shown)


def test_what_was_recorded_wrongly_of_paying_back_is_taken_back_where_it_stands(paying: Bench) -> None:
    page = addresses.case(case_of(paying).id, "entitlements")
    with paying.visit("arta") as person:
        send(person, page, "claim-grant", {"amount": "800", "proof": "Receipt 1"})
    (claim,) = rows(paying, EntitlementClaim)
    with paying.visit("mira") as person:
        send(person, page, f"approve-{claim.id}", {"amount": "", "reason": ""})
    with paying.visit("dafina") as person:
        send(person, page, f"pay-{claim.id}", {"reference": "B-2"})
    (of,) = rows(paying, CaseEntitlement)
    with paying.visit("arta") as person:
        send(person, page, f"reclaim-{of.id}", {"amount": "300", "reason": "not_used"})
    (wish,) = rows(paying, EntitlementReclaim)
    with paying.visit("mira") as person:
        send(person, page, f"answer-{wish.id}", {"confirmed": "yes"})
    with paying.visit("ilir") as person:
        send(person, page, f"paid-back-{of.id}", {"amount": "100", "reference": "IN-1"})
        reclaim, back = (f"take-back-{one}" for one in entries(paying, "reclaim", "reclaim_paid"))
    with paying.visit("mira") as person:
        assert not {reclaim, back} & set(forms_on(person.get(page)))
    with paying.visit("drita") as person:
        shown = person.get(page)
        assert {reclaim, back} & set(forms_on(shown)) == {reclaim}
        send(person, page, reclaim, {"reason": "recorded_in_error"}, status=409)
    with paying.visit("ilir") as person:
        send(person, page, back, {"reason": ""}, status=422)
        seen = person.get(page)
        shown = person.get(send(person, page, back, {"reason": "wrong_amount"}))
        assert "The amount was wrong." in shown
        assert back not in forms_on(shown)
        send(person, page, back, {"reason": "wrong_amount"}, page=seen, status=409)
        send(person, page, f"paid-back-{of.id}", {"amount": "10", "reference": "IN-1"})
        (*_first, again) = entries(paying, "reclaim_paid")
        send(person, page, f"take-back-{again}", {"reason": "recorded_in_error"})
        shown = person.get(send(person, page, reclaim, {"reason": "recorded_in_error"}))
        assert "To be paid back" not in shown
        assert "need not be paid back" in shown
    with paying.visit("drita") as person:
        send(person, page, f"stop-{of.id}", {"reason": "left_work"})
    with paying.visit("ilir") as person:
        shown = person.get(send(person, page, f"returned-{claim.id}", {"reason": "returned_by_bank"}))
        assert "The claim is stopped, as the payments are." in shown
        assert f"pay-{claim.id}" not in forms_on(shown)


def entries(site: Bench, *kinds: str) -> list[UUID]:
    found = sorted(rows(site, LedgerEntry), key=lambda one: one.id)
    return [one.id for kind in kinds for one in found if one.kind == kind]


def test_what_another_version_of_the_programme_paid_stays_on_the_page(paying: Bench) -> None:
    case_id = case_of(paying).id
    page = addresses.case(case_id, "entitlements")
    with paying.visit("arta") as person:
        send(person, page, "claim-tools", {"proof": ""})
    (claim,) = rows(paying, EntitlementClaim)
    later = extended(PAID.replace("id: tools,", "id: other,"), "2099.3")
    pinned(paying, later)
    both = Catalogue((*paying.installation.catalogue.programmes, later))
    site = replace(paying, installation=replace(paying.installation, catalogue=both))
    with site.visit("mira") as person:
        shown = person.get(page)
        assert "not paid by this version of the programme" in shown
        assert f"decline-{claim.id}" in forms_on(shown)
        assert "claim-tools" not in forms_on(shown)
