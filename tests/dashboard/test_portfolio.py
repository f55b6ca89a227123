"""The loans of an office in the browser: pictures with their tables, files, filters, and who may see them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.actor import ENGINE
from casework.repayments import keeping
from dashboard import addresses
from dashboard.loan_pictures import WIDTH, Bar, Pair, bars, columns
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of
from tests.support import repaying


def test_bars_are_as_long_as_their_amounts_and_mirrored_where_the_language_is() -> None:
    lines = [Bar("one", 100, "EUR 1.00"), Bar("two", 50, "EUR 0.50"), Bar("none", 0, "EUR 0.00"), Bar("x", 1, "-")]
    plain, mirrored = bars(lines), bars(lines, mirrored=True)
    longs = [int(shape.path.split("h")[1].split("v")[0]) for shape in plain.shapes]
    assert len(longs) == 3 and longs[0] == 2 * longs[1] and longs[2] >= 2
    assert [str(word.text) for word in plain.words] == [str(word.text) for word in mirrored.words]
    assert all(one.x + other.x == WIDTH for one, other in zip(plain.words, mirrored.words, strict=True))


def test_columns_of_nothing_draw_nothing_and_of_one_month_two() -> None:
    assert len(columns([Pair("Jan", 0, 0)]).shapes) == 1
    assert [shape.kind for shape in columns([Pair("Jan", 2, 1)]).shapes] == ["rule", "due", "collected"]


def test_an_office_without_loans_says_so_and_has_the_files_all_the_same(opened: Bench) -> None:
    with opened.visit("ilir") as person:
        page = person.get(addresses.LOANS)
        assert "0 loans were paid out" in page and "No loan fits." in page
        assert "group,name,currency" in person.get(addresses.LOANS_FILE)
        assert '"predeparture.loan-portfolio/1"' in person.get(addresses.LOANS_JSON)
        assert "number,case" in person.get(addresses.query(addresses.LOANS_LIST_FILE, state="overdue"))


def test_a_loan_stands_in_pictures_tables_list_and_files_and_opens_from_there(opened: Bench) -> None:
    case, first = case_of(opened), (opened.today.replace(day=1) - timedelta(days=40)).replace(day=15)
    with opened.installation.database.write(ENGINE) as work:
        paid_on = first - timedelta(days=30)
        values = {"disbursed_on": paid_on, "grace_from": paid_on, "first_due_on": first, "instalments": 1}
        loan = repaying.paid_out(work, case, **values)
    opened.installation.database.run(ENGINE, keeping.keep_up, opened.installation.catalogue, 10)
    with opened.visit("ilir") as person:
        page = person.get(addresses.LOANS)
        assert "1 loan was paid out" in page and page.count("<svg") == 3
        assert page.count("<title") == page.count("<desc") + 1  # one is the page's own
        assert f'href="{addresses.loan(case.id, loan.number)}"' in page and loan.number in page
        assert "EUR 1,200.00 is outstanding." in page and "EUR 1,200.00 is overdue" in page
        band = addresses.query(addresses.LOANS, band="1-30")
        assert "No loan fits." in person.get(band)
        sums = person.get(addresses.LOANS_FILE).splitlines()
        assert sums[1] == "all,,EUR,1,120000,120000,120000,0,120000,0"
        assert f"{loan.number},{case.reference}" in person.get(addresses.LOANS_LIST_FILE)


@pytest.mark.parametrize(
    "asked", [{"state": "lost"}, {"band": "5"}, {"programme": "x"}, {"currency": "XXX"}, {"sex": "F"}, {"page": "0"}]
)
def test_a_filter_that_makes_no_sense_is_refused(opened: Bench, asked: dict[str, str]) -> None:
    with opened.visit("ilir") as person:
        person.get(addresses.query(addresses.LOANS, **asked), status=422)


@pytest.mark.parametrize("name", ["arta", "luan", "agron", "admin", "flora"])
def test_loans_of_the_office_are_not_for_every_role(opened: Bench, name: str) -> None:
    with opened.visit(name) as person:
        for address in (addresses.LOANS, addresses.LOANS_FILE, addresses.LOANS_JSON, addresses.LOANS_LIST_FILE):
            person.get(address, status=403)
