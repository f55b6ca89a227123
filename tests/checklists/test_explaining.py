"""What a programme says of one worker out of a small file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from basis.errors import InvalidInput
from checklists.catalogue import SHIPPED, read_programme
from checklists.explaining import Explanation, InvalidWorkerFile, explain, facts_of, read_worker
from tests.checklists.building import shipped
from tests.checklists.test_differences import EVERY_KEY

TODAY = date(2027, 2, 15)
WORKER = """
track: away
birth_date: 1995-05-20
nationality: XK
sex: F
occupation: "7112"
planned_departure: 2027-09-15
residences:
  - {country: XK, since: 1995-05-20, until: 2020-06-30}
  - {country: AT, since: 2020-07-01}
evidence:
  - {kind: passport, days: {issued_on: 2024-01-10, expires_on: 2034-01-09}, checks: {mrz: true, identity: true}}
  - {kind: language_result, subject: de, days: {tested_on: 2026-12-01}, attributes: {level: B1}}
"""


def explained(text: str = WORKER, on: date = TODAY) -> Explanation:
    worker = read_worker(text.encode(), "worker.yaml")
    return explain(shipped(), facts_of(worker, shipped(), on), on)


def test_what_is_asked_is_told_with_who_and_until_when_and_why() -> None:
    found = explained()
    assert found.eligible is True
    asked = {(one.requirement.id, one.subject): one for one in found.asked}
    assert {subject for name, subject in asked if name == "police_certificate"} == {"XK", "AT"}
    passport, photo = asked["passport", ""], asked["photo", ""]
    assert (passport.status.value, passport.actor) == ("met", None)
    assert photo.actor == photo.requirement.provided_by
    assert photo.item is not None and photo.item.latest == date(2027, 6, 17)
    assert ("german_home", "de") not in asked and ("loan_approval", "") not in asked


def test_what_hangs_on_a_fact_that_is_missing_is_not_sure() -> None:
    unsure = {one.requirement.id for one in explained().asked if not one.sure}
    assert "technical_course" in unsure and "passport" not in unsure


def test_who_is_too_young_cannot_take_part_and_without_a_birth_date_nobody_knows() -> None:
    young = explained(WORKER.replace("1995-05-20\nnat", "2010-05-20\nnat"))
    assert (young.eligible, [str(one.label) for one in young.against]) == (False, ["Younger than 18 years."])
    unknown = explained(WORKER.replace("birth_date: 1995-05-20\n", ""))
    assert unknown.eligible is None and len(unknown.open) == 1


def test_a_rule_on_who_may_take_part_is_named_with_its_source() -> None:
    rules = read_programme(EVERY_KEY.encode(), "every_key.yaml")
    text = WORKER.replace("nationality: XK", "nationality: RS").replace("country: AT", "country: HR")
    found = explain(rules, facts_of(read_worker(text.encode(), "w"), rules, TODAY), TODAY)
    assert [str(one.label) for one in found.against] == ["Of the region"]
    assert found.against[0].legal_basis is not None


def test_json_is_read_too_and_a_track_may_be_left_out_where_there_is_one() -> None:
    text = EVERY_KEY.replace("  - {id: home, title: Home, departs: false}\n", "")
    text = text[: text.index("  - id: completion")]
    one_track = read_programme(text.encode(), "one_track.yaml")
    facts = facts_of(read_worker(b'{"nationality": "XK", "birth_date": "2000-01-01"}', "w.json"), one_track, TODAY)
    assert (facts.track, facts.registered_on, facts.destination) == ("away", TODAY, "")


@pytest.mark.parametrize("track", ["track: awai", ""])
def test_a_track_that_the_programme_does_not_have_is_refused(track: str) -> None:
    worker = read_worker(WORKER.replace("track: away", track).encode(), "w")
    with pytest.raises(InvalidInput) as caught:
        facts_of(worker, shipped(), TODAY)
    assert "away, home" in str(caught.value.fix)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("nationality: XK", "nationalty: XK", "There is no key “nationalty”. Did you mean nationality?"),
        ("nationality: XK", "nationality: KS", "This is no country of ISO 3166-1"),
        ("sex: F", "sex: W", "This must be one of: F, M, X"),
        ('"7112"', '"712"', "This must be an ISCO-08 code of four digits"),
        ("since: 2020-07-01", "since: 2020", "worker.yaml:10: residences.1.since: This"),
        ("kind: passport", "knd: passport", "Did you mean kind?"),
        ("track: away", "track: [away", "This is not YAML"),
        (WORKER, "- x", "A worker file begins with “nationality:”"),
    ],
)
def test_a_slip_in_the_file_is_told_with_its_line(old: str, new: str, fault: str) -> None:
    with pytest.raises(InvalidWorkerFile) as caught:
        read_worker(WORKER.replace(old, new).encode(), "worker.yaml")
    assert any(fault in str(one) for one in caught.value.problems), caught.value.problems


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_programme_can_be_explained_to_somebody_of_whom_little_is_known(path: Path) -> None:
    rules = read_programme(path.read_bytes(), path.name)
    worker = read_worker(f"nationality: XK\ntrack: {rules.tracks[0].id}\n".encode(), "worker.yaml")
    found = explain(rules, facts_of(worker, rules, TODAY), TODAY)
    assert found.eligible is not True and found.open
    assert found.asked and all(str(one.why) for one in found.asked)
