"""The picture of a plan: what is drawn, in both directions of reading, and the plan on the page of a case."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from casework.actor import ENGINE
from casework.cases.service import ReplanCase, replan
from dashboard.timeline import WIDTH, Row, Shape, draw
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of, page_of
from tests.dashboard.samples_plan import PLAN

ON = date(2027, 3, 12)
LATE = Row("Visa", False, ON, ON + timedelta(days=60), ON + timedelta(days=40), "−20 days", critical=True, late=True)


def shapes(kind: str, picture_shapes: tuple[Shape, ...]) -> list[Shape]:
    return [shape for shape in picture_shapes if shape.kind == kind]


def across(path: str) -> float:
    found = re.match(r"M([\d.]+)", path)
    assert found is not None
    return float(found[1])


def test_what_is_at_risk_is_drawn_from_its_latest_day_to_its_first_with_a_sign_and_a_number() -> None:
    picture = draw([LATE], ON, ON + timedelta(days=90))
    assert len(shapes("gap", picture.shapes)) == len(shapes("earliest critical", picture.shapes)) == 1
    assert "▲ −20 days" in [str(one.text) for one in picture.words]
    found = [across(shapes(kind, picture.shapes)[0].path) for kind in ("today", "latest", "departure")]
    assert [*found, WIDTH] == sorted([*found, WIDTH])


def test_a_language_read_from_the_right_has_the_picture_mirrored() -> None:
    plain, mirrored = (draw([LATE], ON, ON + timedelta(days=90), mirrored=flag) for flag in (False, True))
    for kind in ("today", "departure", "latest"):
        one, other = (across(shapes(kind, picture.shapes)[0].path) for picture in (plain, mirrored))
        assert round(one + other, 1) == WIDTH
    assert [one.anchor for one in plain.words] == [one.anchor for one in mirrored.words]


def test_a_long_title_breaks_into_two_lines_and_a_day_that_is_not_known_draws_nothing() -> None:
    picture = PLAN.picture
    assert picture is not None
    titles = [str(one.text) for one in picture.words if one.kind == "item"]
    assert titles[1].endswith("…") and all(len(title) <= 34 for title in titles)
    assert len(shapes("latest", picture.shapes)) == 3
    alone = draw([Row("No day", True, None, None, None, "", critical=False, late=False)], ON, None)
    assert shapes("departure", alone.shapes) == []
    assert "slack" not in [str(one.text) for one in alone.words]


def test_a_departure_that_is_near_leaves_room_for_both_words() -> None:
    for days, anchors in ((90, ["start", "end"]), (1, ["end", "start"])):
        picture = draw([LATE], ON, ON + timedelta(days=days))
        assert [one.anchor for one in picture.words if one.kind == "day"] == anchors


def test_the_case_says_whether_the_departure_can_be_kept_with_the_same_numbers_as_a_table(opened: Bench) -> None:
    for days, said in ((300, "can be kept"), (3, "cannot be kept")):
        command = ReplanCase(planned_departure=opened.today + timedelta(days=days))
        opened.installation.database.run(ENGINE, replan, opened.installation.catalogue, case_of(opened).id, command)
        page = page_of(opened, "arta")
        assert said in page
        assert page.count("<svg") == 1
        table = page[page.index('aria-label="Plan as a table"') :]
        assert "Medical examination" in table[: table.index("</table>")]
    assert "Every stage can be signed off on" in page_of(opened, "arta", "BB-0004")


@pytest.mark.parametrize("name", ["arta", "agron"])
def test_a_possible_match_changes_nothing_in_the_plan_that_others_read(screened: Bench, name: str) -> None:
    """The first two cases are alike but for the match; of the second the screening is clear."""
    found = [
        re.findall(r">Screening against watch lists</th><td>([^<]*)", page_of(screened, name, reference))
        for reference in ("BB-0001", "BB-0002")
    ]
    assert found[0] == found[1] != ["there"]
    assert len(found[0]) == 1


def test_security_officers_plan_with_what_they_know(screened: Bench) -> None:
    page = page_of(screened, "luan", "BB-0002")
    assert re.findall(r">Screening against watch lists</th><td>([^<]*)", page) == ["there"]
