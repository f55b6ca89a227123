"""What the skills map may be asked, and what speaks for a worker and against: in words, and decided by nobody."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis.errors import InvalidInput
from casework.skills.rules import (
    Asked,
    Candidate,
    Criterion,
    Demand,
    Proven,
    Verdict,
    checked,
    checked_demand,
    digits,
    fits,
    month_ends,
    weigh,
)

TODAY = date(2026, 11, 22)
NEEDED = date(2027, 5, 1)
DEMAND = Demand("7112", 12, NEEDED, "DE", "de", "B1")
WORKER = Candidate(
    occupation="7112",
    ready_on=date(2027, 3, 1),
    cleared=False,
    destination="DE",
    leads_to=("DE",),
    job_order="",
    shareable=True,
    proven=Proven({"level": "B1"}, date(2026, 5, 3)),
)
NEVER = {"sex", "gender", "age", "birth", "religion", "child", "children", "family", "marital", "household", "name"}
NEVER |= {"nationality", "ethnicity", "pregnancy", "health", "photo"}


def reason(worker: Candidate, criterion: Criterion, demand: Demand = DEMAND) -> tuple[str, str]:
    found = next(one for one in weigh(demand, worker, TODAY) if one.criterion is criterion)
    return found.verdict.value, str(found.words)


def test_a_personal_trait_is_nothing_that_can_be_asked_or_weighed() -> None:
    for kind in (Asked, Demand, Candidate):
        names = [one.name for one in dataclasses.fields(kind)]
        assert [name for name in names if NEVER & set(name.split("_"))] == []
    assert {one.value for one in Criterion} == {
        "occupation", "language", "readiness", "destination", "free", "sharing",
    }  # fmt: skip


def test_a_worker_who_meets_everything_but_is_not_ready_yet_will_meet_it_on_a_day() -> None:
    reasons = weigh(DEMAND, WORKER, TODAY)
    assert [one.verdict.value for one in reasons] == ["met", "met", "coming", "met", "met", "met"]
    assert fits(reasons) is Verdict.COMING
    assert reason(WORKER, Criterion.READINESS) == ("coming", "about 2027-03-01, if nothing is late")
    assert reason(WORKER, Criterion.LANGUAGE) == ("met", "B1, tested on 2026-05-03")


def test_a_cleared_worker_is_ready() -> None:
    assert reason(replace(WORKER, cleared=True, ready_on=TODAY), Criterion.READINESS) == ("met", "cleared")


@pytest.mark.parametrize(
    ("ready", "verdict", "words"),
    [
        (date(2027, 4, 30), "coming", "about 2027-04-30, if nothing is late"),
        (NEEDED, "coming", "about 2027-05-01, if nothing is late"),
        (date(2027, 5, 2), "missing", "not before about 2027-05-02, 1 day too late"),
        (date(2027, 5, 3), "missing", "not before about 2027-05-03, 2 days too late"),
        (None, "missing", "no day can be said, as things stand"),
    ],
)
def test_who_is_ready_after_the_day_is_too_late(ready: date | None, verdict: str, words: str) -> None:
    assert reason(replace(WORKER, ready_on=ready), Criterion.READINESS) == (verdict, words)


def test_a_language_below_what_is_asked_is_missing_with_the_hours_it_takes() -> None:
    low = replace(WORKER, proven=Proven({"level": "A2"}, date(2026, 5, 3)))
    assert reason(low, Criterion.LANGUAGE) == (
        "missing",
        "overall: A2 proven, asked B1; about 150 to 250 hours",
    )
    assert reason(replace(WORKER, proven=None), Criterion.LANGUAGE)[0] == "missing"


def test_a_language_that_the_preparation_must_show_is_coming_on_the_day_of_readiness() -> None:
    learning = replace(WORKER, proven=None, promised={"level": "B1"})
    assert reason(learning, Criterion.LANGUAGE) == (
        "coming",
        "B1, asked of the preparation: about 2027-03-01, if nothing is late",
    )
    assert reason(replace(learning, promised={"level": "A2"}), Criterion.LANGUAGE)[0] == "missing"
    assert reason(replace(learning, ready_on=None), Criterion.LANGUAGE)[0] == "missing"


def test_a_test_that_is_too_old_on_the_day_is_not_enough() -> None:
    old = replace(WORKER, proven=Proven({"level": "B1"}, date(2025, 4, 30), date(2027, 4, 30)))
    assert reason(old, Criterion.LANGUAGE) == ("missing", "B1, but the test is too old from 2027-04-30 on")
    just = replace(WORKER, proven=Proven({"level": "B1"}, date(2025, 5, 1), NEEDED))
    assert reason(just, Criterion.LANGUAGE)[0] == "met"


def test_a_single_skill_may_be_asked_higher() -> None:
    speaking = replace(DEMAND, skills={"speaking": "B2"})
    assert reason(WORKER, Criterion.LANGUAGE, speaking)[0] == "missing"
    fluent = replace(WORKER, proven=Proven({"level": "B1", "speaking": "B2"}))
    assert reason(fluent, Criterion.LANGUAGE, speaking) == ("met", "B1 (speaking B2) proven")


def test_without_a_language_in_the_demand_none_is_weighed() -> None:
    silent = Demand("7112", 1, NEEDED, "DE")
    assert Criterion.LANGUAGE not in {one.criterion for one in weigh(silent, WORKER, TODAY)}


@pytest.mark.parametrize(
    ("destination", "leads_to", "verdict"),
    [("DE", ("AT",), "met"), ("AT", ("DE",), "missing"), ("", ("DE", "AT"), "met"), ("", (), "met"),
     ("", ("AT",), "missing")],
)  # fmt: skip
def test_the_destination_is_that_of_the_case_or_of_its_programme(
    destination: str, leads_to: tuple[str, ...], verdict: str
) -> None:
    worker = replace(WORKER, destination=destination, leads_to=leads_to)
    assert reason(worker, Criterion.DESTINATION)[0] == verdict


def test_who_is_named_for_a_job_order_or_must_not_be_named_to_an_employer_is_told_so() -> None:
    assert reason(replace(WORKER, job_order="JO-7"), Criterion.FREE) == ("missing", "named for the job order JO-7")
    assert "ask the worker first" in reason(replace(WORKER, shareable=False), Criterion.SHARING)[1]


def test_a_near_occupation_is_shown_as_what_it_is() -> None:
    plasterer = replace(WORKER, occupation="7123")
    verdict, words = reason(plasterer, Criterion.OCCUPATION)
    assert verdict == "missing"
    assert words.startswith("7123 Plasterers, near to what is asked: 7112")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Asked(occupation="7119x"), "occupation"),
        (Asked(occupation="99"), "occupation"),
        (Asked(language="de", level="B7"), "level"),
        (Asked(level="B1"), "language"),
        (Asked(skills={"speaking": "B1"}), "language"),
        (Asked(language="de", skills={"singing": "B1"}), "skill"),
        (Asked(language="de", skills={"speaking": "D1"}), "level"),
        (Asked(isced=9), "isced"),
        (Asked(isced=-1), "isced"),
    ],
)
def test_what_no_worker_could_have_is_refused(asked: Asked, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        checked(asked)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"occupation": ""}, "occupation"),
        ({"occupation": "9999"}, "occupation"),
        ({"level": ""}, "level"),
        ({"destination": "KS"}, "country"),
        ({"count": 0}, "count"),
        ({"count": 10_001}, "count"),
        ({"from_day": date(2026, 11, 21)}, "past"),
    ],
)
def test_a_demand_that_makes_no_sense_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        checked_demand(replace(DEMAND, **change), TODAY)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_demand_from_today_on_is_taken() -> None:
    assert checked_demand(replace(DEMAND, from_day=TODAY), TODAY).count == 12


def test_the_months_of_the_picture_begin_with_this_one_and_go_over_the_year() -> None:
    assert month_ends(TODAY) == (
        date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31),
        date(2027, 4, 30),
    )  # fmt: skip


@pytest.mark.parametrize(("occupation", "count"), [("", 2), ("7", 2), ("71", 3), ("711", 4), ("7112", 4)])
def test_the_picture_goes_one_group_deeper_than_what_is_asked(occupation: str, count: int) -> None:
    assert digits(occupation) == count


@given(st.sampled_from(["A1", "A2", "B1", "B2"]), st.sampled_from(["A1", "A2", "B1", "B2"]), st.dates(TODAY, NEEDED))
def test_a_worker_who_shows_more_or_sooner_never_loses_a_reason(low: str, high: str, sooner: date) -> None:
    less, more = sorted((low, high))
    before = weigh(DEMAND, replace(WORKER, proven=Proven({"level": less})), TODAY)
    after = weigh(DEMAND, replace(WORKER, proven=Proven({"level": more}), ready_on=sooner), TODAY)
    order = [Verdict.MISSING, Verdict.COMING, Verdict.MET]
    pairs = zip(before, after, strict=True)
    assert all(order.index(one.verdict) <= order.index(other.verdict) for one, other in pairs)
