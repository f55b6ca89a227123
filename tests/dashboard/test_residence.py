"""The residence history through real pages: rows added and taken out, gaps explained, papers that follow."""

from __future__ import annotations

import re

from dashboard import addresses
from tests.dashboard.bench import Bench
from tests.dashboard.filling import send
from tests.dashboard.playing import case_of, page_of


def _place(site: Bench) -> str:
    return addresses.case(case_of(site).id, "residence")


def test_a_stay_is_added_and_asks_for_its_paper_and_is_taken_out_again(opened: Bench) -> None:
    stay = {"country": "MK", "since": "2019-05", "until": "2020-05", "source": "residence permit"}
    with opened.visit("arta") as person:
        page = person.get(send(person, _place(opened), "stay", stay))
        assert "The stay was added" in page
        assert ">2019-05<" in page
        assert "residence permit" in page
        assert "Two countries at the same time" in page
        case = page_of(opened, "arta")
        assert "North Macedonia" in case
        assert "Asked: 6 months on end were lived there since the age of" in case
        page = person.get(_place(opened))
        row = re.search(r">2019-05<.*?id=\"remove-(\d+)\"", page, re.DOTALL)
        assert row is not None
        page = person.get(send(person, _place(opened), f"remove-{row[1]}", {}))
        assert "The stay was taken out" in page
        assert "2019-05" not in page


def test_a_stay_that_cannot_be_read_is_said_at_the_form_and_what_was_typed_stays(opened: Bench) -> None:
    with opened.visit("arta") as person:
        page = send(person, _place(opened), "stay", {"country": "MK", "since": "May 2019"}, status=422)
        assert "The text is not a date" in page
        assert "May 2019" in page
        page = send(person, _place(opened), "stay", {"country": "MK", "since": "2020", "until": "2019"}, status=422)
        assert "ends before it begins" in page


def test_of_two_people_who_change_the_history_the_second_sees_what_changed(opened: Bench) -> None:
    with opened.visit("arta") as first, opened.visit("besnik") as second:
        seen = second.get(_place(opened))
        send(first, _place(opened), "stay", {"country": "MK", "since": "2019-05", "until": "2020-05"})
        send(second, _place(opened), "stay", {"country": "AL", "since": "2018"}, page=seen, status=409)


def test_who_may_not_see_identities_does_not_see_where_somebody_lived(opened: Bench) -> None:
    for name, status in (("luan", 200), ("teuta", 403), ("agron", 403)):
        with opened.visit(name) as person:
            page = person.get(_place(opened), status)
            assert "Add a stay" not in page
    for name in ("luan", "agron"):
        with opened.visit(name) as person:
            person.post(_place(opened), {}, status=403)
            person.post(_place(opened) + "/remove", {}, status=403)


def test_correcting_a_worker_leaves_the_history_as_it_is(opened: Bench) -> None:
    with opened.visit("arta") as person:
        send(person, _place(opened), "stay", {"country": "MK", "since": "2019-05", "until": "2020", "source": "stamps"})
        place = addresses.case(case_of(opened).id, "worker")
        send(person, place, "worker", {"birth_place": "Prizren", "reason": "typing error"})
        page = person.get(_place(opened))
        assert "stamps" in page
        assert ">2019-05<" in page
