"""What a result of an examination must hold together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basis.errors import InvalidInput
from casework.medical import rules
from casework.medical.rules import Days, Examined, MedicalOutcome
from checklists.programme import ExaminationPart, ExaminationRule
from tests.support import medicals
from tests.support.errors import error
from tests.support.factories import TODAY

PROGRAMME = medicals.catalogue().get(medicals.CORRIDOR, on=TODAY)
REFERRED = TODAY - timedelta(days=5)
EXAMINED = TODAY - timedelta(days=3)
FIT, PENDING = MedicalOutcome.FIT, MedicalOutcome.PENDING


def examined() -> Examined:
    found = rules.examined_by(PROGRAMME, "away")
    assert found is not None
    return found


def check(outcome: MedicalOutcome = FIT, code: str = "", on: date = EXAMINED, **values: Any) -> date | None:
    """All that is asked of a result, in the order in which it is asked; the last day on which it holds by itself."""
    given_days = Days(on, **{"parts": parts(), **values})
    made = rules.require_parts(examined().rule, given_days, outcome)
    days = Days(given_days.examined_on, made, given_days.until, given_days.review_on)
    rules.require_days(days, outcome, TODAY, REFERRED)
    return rules.good_until(examined(), days, outcome, code)


def parts(**more: date) -> dict[str, date]:
    return {"xray": EXAMINED, "laboratory": EXAMINED, **more}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"parts": parts(xray=TODAY + timedelta(days=1))}, "date_in_future"),
        ({"on": REFERRED - timedelta(days=1)}, "before_referral"),
        ({"parts": parts(laboratory=REFERRED - timedelta(days=1))}, "before_referral"),
        ({"parts": parts(hiv=TODAY)}, "never_asked"),
        ({"parts": parts(pregnancy_test=TODAY)}, "never_asked"),
        ({"parts": parts(colour=TODAY)}, "unknown_part"),
        ({"parts": parts(dental=TODAY)}, "part_not_asked"),
        ({"parts": {"xray": TODAY}}, "parts_missing"),
        ({"code": "hiv_positive"}, "never_asked"),
        ({"code": "b7"}, "unknown_result_code"),
        ({"outcome": PENDING}, "no_until"),
        ({"outcome": PENDING, "until": EXAMINED}, "dates"),
        ({"until": TODAY}, "until"),
        ({"outcome": MedicalOutcome.TEMPORARILY_UNFIT}, "no_review"),
        ({"review_on": EXAMINED}, "dates"),
    ],
)
def test_a_result_that_does_not_hold_together_is_refused(values: dict[str, Any], code: str) -> None:
    with error(InvalidInput, code):
        check(**values)


def test_who_was_not_fully_examined_may_be_pending_or_unfit() -> None:
    later = TODAY + timedelta(days=50)
    assert check(PENDING, parts={}, until=later) is None
    assert check(MedicalOutcome.UNFIT, parts={}) is None


@given(review=st.dates(EXAMINED + timedelta(days=1), date(2027, 12, 31)), coded=st.booleans())
def test_the_earlier_of_the_code_and_the_review_counts(review: date, coded: bool) -> None:
    found = check(MedicalOutcome.FIT_WITH_FOLLOW_UP, "contact_b3" if coded else "", review_on=review)
    assert found == (min(review, date(2027, 1, 30)) if coded else review)


def test_a_programme_that_names_no_parts_takes_each_of_them_once() -> None:
    silent = ExaminationRule()
    days = Days(EXAMINED, {"dental": EXAMINED})
    assert set(rules.require_parts(silent, days, FIT)) == {"dental", "physical"}
    for part in ExaminationPart:
        rules.require_askable(silent, part.value)


@pytest.mark.parametrize("code", ["hiv", "HIV-1", "pregnant", "urine_hcg"])
def test_what_is_never_asked_names_the_source(code: str) -> None:
    with pytest.raises(InvalidInput, match="Trial health rules"):
        rules.require_askable(examined().rule, code)


@pytest.mark.parametrize("code", ["hivernal", "contact_b3", "measles"])
def test_a_word_that_only_begins_alike_is_not_taken_for_it(code: str) -> None:
    rules.require_askable(examined().rule, code)
