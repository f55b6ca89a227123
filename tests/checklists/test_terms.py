"""Quotas, fee ceilings and the recognition table."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basis.money import Money
from checklists.catalogue import read_programme
from checklists.fees import ceiling_for
from checklists.programme import FeeHead, Programme, Quota
from checklists.quotas import Place, Room, room
from checklists.recognition import recognised

EVERY_KEY = (Path(__file__).parent / "every_key.yaml").read_text("utf-8")
BASIS = {"title": "Trial", "as_of": date(2027, 1, 1), "confirmed": False}


def quota(**changes: object) -> Quota:
    given = {
        "id": "yearly",
        "title": "Yearly",
        "evidence": "visa_application",
        "from": date(2027, 1, 10),
        "until": date(2027, 12, 20),
        "legal_basis": BASIS,
    }
    return Quota.model_validate(given | changes)


def with_ceilings(*rows: str) -> Programme:
    block = EVERY_KEY.split("\nfee_ceilings:\n")[1].split("\n\n")[0]
    basis = "legal_basis: {title: Trial, as_of: 2027-01-01, confirmed: false}"
    mine = "\n".join(f"  - {{{row}, {basis}}}" for row in rows)
    return read_programme(EVERY_KEY.replace(block, mine).encode(), "ceilings.yaml")


def test_what_is_left_is_told_for_the_period_the_month_and_the_country() -> None:
    limited = quota(places=10, monthly=4, countries={"XK": 2})
    taken = [Place(date(2027, 2, day), "XK" if day == 1 else "AL") for day in (1, 2, 3)] + [
        Place(date(2027, 1, 20), "XK")
    ]
    on = date(2027, 2, 28)
    assert room(limited, taken, on, "XK") == Room(6, 1, 1, date(2027, 3, 1))
    assert room(limited, taken, on, "AL") == Room(6, 1, None, date(2027, 3, 1))
    assert room(limited, taken, date(2027, 3, 1), "XK") == Room(6, 4, 2, date(2027, 4, 1))


def test_a_month_ends_with_its_places_unless_they_are_carried_over() -> None:
    on = date(2027, 3, 5)
    assert room(quota(monthly=4), [], on, "XK").left_this_month == 4
    carried = quota(monthly=4, countries={"XK": 1}, carried_over=True)
    assert room(carried, [Place(date(2027, 1, 11), "XK")], on, "XK") == Room(None, 11, 2, date(2027, 4, 1))


def test_there_is_no_place_outside_the_period_and_none_after_the_last_month() -> None:
    assert room(quota(places=5), [], date(2027, 1, 9), "XK") == Room(0, 0, 0, date(2027, 1, 10))
    assert room(quota(places=5), [], date(2027, 12, 21), "XK") == Room(0, 0, 0, None)
    assert room(quota(places=5), [], date(2027, 12, 1), "XK") == Room(5, None, None, None)


def test_a_number_that_is_not_known_is_not_made_up() -> None:
    assert room(quota(), [Place(date(2027, 2, 1), "XK")], date(2027, 2, 1), "XK").available is None
    assert room(quota(places=0), [], date(2027, 2, 1), "XK").available is False


REQUESTS = st.lists(
    st.builds(Place, st.dates(date(2026, 12, 20), date(2028, 1, 10)), st.sampled_from(["XK", "AL", "RS"])), max_size=60
)
NUMBERS = st.none() | st.integers(0, 8)


@settings(max_examples=60, deadline=None)
@given(REQUESTS, NUMBERS, NUMBERS, NUMBERS, st.booleans())
def test_first_come_first_served_never_gives_more_than_there_is(
    requests: list[Place], places: int | None, monthly: int | None, for_kosovo: int | None, carried_over: bool
) -> None:
    countries = {} if for_kosovo is None else {"XK": for_kosovo}
    limited = quota(places=places, monthly=monthly, countries=countries, carried_over=carried_over)
    given: list[Place] = []
    for request in sorted(requests):
        left = room(limited, given, request.day, request.nationality)
        if left.available is not False:
            given.append(request)
            after = room(limited, given, request.day, request.nationality)
            assert left.left is None or after.left == left.left - 1
        elif limited.since <= request.day <= limited.until:
            again = room(limited, given, request.day + timedelta(days=0), request.nationality)
            assert again == left  # a refused request changes nothing
    assert all(limited.since <= place.day <= limited.until for place in given)
    assert places is None or len(given) <= places
    months = Counter((place.day.year, place.day.month) for place in given)
    own = Counter((place.day.year, place.day.month) for place in given if place.nationality == "XK")
    for limit, used in ((monthly, months), (for_kosovo, own)):
        if limit is not None and carried_over:
            assert sum(used.values()) <= limit * 12
        elif limit is not None:
            assert all(count <= limit for count in used.values())


def charged(
    rules: Programme, head: str, origin: str = "XK", destination: str = "DE", occupation: str = "7112"
) -> object:
    found = ceiling_for(rules, FeeHead(head), origin, destination, occupation, date(2027, 6, 1))
    return found and (found.ceiling.minor if found.ceiling else f"{found.salary_months} months")


def test_the_most_specific_ceiling_wins() -> None:
    rules = with_ceilings(
        "head: any, from: 2027-01-01, ceiling: {minor: 9, currency: EUR}",
        "head: medical, from: 2027-01-01, ceiling: {minor: 8, currency: EUR}",
        "head: medical, origins: [XK], from: 2027-01-01, ceiling: {minor: 20, currency: EUR}",
        'head: medical, occupations: ["7"], from: 2027-01-01, ceiling: {minor: 30, currency: EUR}',
        "head: medical, origins: [AL], destinations: [DE], from: 2027-01-01, salary_months: 1",
    )
    assert charged(rules, "visa") == 9
    assert charged(rules, "medical", "RS", occupation="2221") == 8
    assert charged(rules, "medical", occupation="2221") == 20
    assert charged(rules, "medical", "RS") == 30
    assert charged(rules, "medical", "AL") == "1 months"
    assert charged(rules, "medical", "", "", "") == 8


def test_of_equally_specific_ceilings_the_lowest_counts_and_zero_is_lowest() -> None:
    rules = with_ceilings(
        'head: visa, occupations: ["71", "72"], from: 2027-01-01, ceiling: {minor: 5, currency: EUR}',
        'head: visa, occupations: ["71", "73"], from: 2027-01-01, ceiling: {minor: 4, currency: EUR}',
        "head: travel, origins: [XK, AL], from: 2027-01-01, salary_months: 2",
        "head: travel, origins: [XK, RS], from: 2027-01-01, ceiling: {minor: 0, currency: EUR}",
    )
    assert (charged(rules, "visa"), charged(rules, "travel"), charged(rules, "travel", "AL")) == (4, 0, "2 months")
    assert charged(rules, "insurance") is None


@pytest.mark.parametrize(
    ("day", "expected"), [("2027-01-01", 5), ("2027-06-30", 5), ("2027-07-01", 3), ("2026-12-31", 0)]
)
def test_a_ceiling_counts_on_its_days(day: str, expected: int) -> None:
    rules = with_ceilings(
        "head: visa, from: 2027-01-01, until: 2027-06-30, ceiling: {minor: 5, currency: EUR}",
        "head: visa, from: 2027-07-01, ceiling: {minor: 3, currency: EUR}",
    )
    found = ceiling_for(rules, FeeHead.VISA, "XK", "DE", "7112", date.fromisoformat(day))
    assert (found.ceiling if found else Money(0, "EUR")) == Money(expected, "EUR")


def test_a_treaty_goes_before_the_general_row_of_the_recognition_table() -> None:
    row = EVERY_KEY.split("\nrecognition:\n")[1].split("\n\n")[0] + "\n"
    general = row.replace("    agreement: Treaty of the trial\n", "").replace("outcome: full", "outcome: partial")
    rules = read_programme(EVERY_KEY.replace(row, row + general).encode(), "recognition.yaml")

    def outcome(degree: str, agreement: str = "") -> str | None:
        found = recognised(rules, "H+", degree, agreement)
        return found.outcome if found else None

    assert outcome("equivalent", "Treaty of the trial") == "full"
    assert outcome("equivalent", "Another treaty") == outcome("equivalent") == "partial"
    assert outcome("none") is None
