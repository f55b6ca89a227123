from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from checklists.catalogue import SHIPPED, read_programme
from checklists.differences import Change, Differences, Part, differences
from checklists.programme import Programme

EVERY_KEY = (Path(__file__).parent / "every_key.yaml").read_text("utf-8")
OPPOSITE = {
    Change.ADDED: Change.DROPPED,
    Change.DROPPED: Change.ADDED,
    Change.TIGHTENED: Change.LOOSENED,
    Change.LOOSENED: Change.TIGHTENED,
    Change.CHANGED: Change.CHANGED,
}
VALIDITY = "validity: {anchor: tested_on, max_age: P2Y, must_hold_until: visa_application}"


def read(old: str = "", new: str = "") -> Programme:
    assert old in EVERY_KEY
    text = EVERY_KEY.replace(old, new, 1) if old else EVERY_KEY
    return read_programme(text.encode(), "every_key.yaml")


def told(found: Differences) -> list[tuple[str, str, str, str]]:
    return [(one.change.value, one.part.value, one.id, one.key) for one in found.items]


@pytest.mark.parametrize(
    ("old", "new", "change", "part", "name", "key"),
    [
        ("minimum_age: 16", "minimum_age: 17", "tightened", "programme", "", "minimum_age"),
        ("origin: [XK, AL]", "origin: XK", "tightened", "programme", "", "origins"),
        ("destination: any", "destination: DE", "tightened", "programme", "", "destinations"),
        ("departs: false", "departs: true", "changed", "track", "home", "departs"),
        ("nationality in ('XK', 'AL') or", "nationality == 'XK' or", "changed", "eligibility", "of_the_region", "when"),
        ("outcome: full", "outcome: partial", "changed", "recognition", "H+ equivalent Treaty of the trial", "outcome"),
        ("places: 100", "places: 90", "tightened", "quota", "yearly", "places"),
        ("    monthly: 10\n", "", "loosened", "quota", "yearly", "monthly"),
        ("{minor: 0, cur", "{minor: 9, cur", "loosened", "fee_ceiling", "any 2027-01-01", "ceiling"),
        ("{minor: 0, currency: EUR", "{minor: 9, currency: USD", "changed", "fee_ceiling", "any 2027-01-01", "ceiling"),
        ("up_to: true", "up_to: false", "changed", "entitlement", "journey", "up_to"),
        ("minimum: As agreed", "minimum: More", "changed", "contract_term", "wage", "minimum"),
        ("least: {minor: 40000", "least: {minor: 30000", "loosened", "contract_term", "wage", "least"),
        ("most_hours: 48", "most_hours: 40", "tightened", "contract_term", "hours", "most_hours"),
        ("least_hours: 8", "least_hours: 9", "tightened", "contract_term", "rest", "least_hours"),
        ("least_days: 15", "least_days: 12", "loosened", "contract_term", "leave", "least_days"),
        ("after: P1M", "after: P2M", "changed", "follow_up", "first_month", "after"),
        ("minor: 250000", "minor: 240000", "tightened", "loan", "", "cap"),
        ("instalments: 12,", "instalments: 10,", "changed", "loan", "", "tiers"),
        ("job_orders: required", "job_orders: none", "loosened", "recruitment", "", "job_orders"),
        ("  months: 6", "  months: 7", "loosened", "residence", "", "months"),
        ("minutes: 60", "minutes: 61", "tightened", "module", "arrival", "minutes"),
        ("service_days: 3", "service_days: 2", "changed", "stage", "papers", "service_days"),
        ("after: [papers, loan, checks,", "after: [loan, checks,", "loosened", "stage", "departure", "after"),
        ("sign_off: loan_officer", "sign_off: caseworker", "changed", "stage", "loan", "sign_off"),
        ("independent: true", "independent: false", "loosened", "requirement", "passport", "independent"),
        ("checks: [mrz, identity]", "checks: [mrz]", "loosened", "requirement", "passport", "checks"),
        ("max_age: P10Y", "max_age: P5Y", "tightened", "requirement", "passport", "validity.max_age"),
        ("max_age: P9Y", "max_age: P5Y", "tightened", "requirement", "passport", "validity.also"),
        ("          last_day: expires_on\n", "", "loosened", "requirement", "passport", "validity.last_day"),
        ("margin: P6M", "margin: P7M", "tightened", "requirement", "passport", "validity.margin"),
        ("until: departure", "until: arrival", "tightened", "requirement", "passport", "validity.must_hold_until"),
        (VALIDITY, "lead_days: 0", "loosened", "requirement", "language", "validity"),
        ("lead_time: 5", "lead_time: 6", "changed", "requirement", "passport", "lead_time"),
        ("lead_days: 35", "lead_days: 34", "loosened", "requirement", "passport", "lead_days"),
        ("        waivable_by: supervisor\n", "", "tightened", "requirement", "passport", "waivable_by"),
        ("conditional_by: The", "conditional_by: An", "changed", "requirement", "passport", "conditional_by"),
        ("cost_borne_by: worker", "cost_borne_by: state", "changed", "requirement", "passport", "cost_borne_by"),
        ("after: [passport]", "after: []", "changed", "requirement", "visa_application", "after"),
        ("{at_least: A2}", "{at_least: B2}", "tightened", "requirement", "language", "accept"),
        (", listening: {at_least: B1}", "", "loosened", "requirement", "language", "accept"),
        ("outcome: [full, partial]", "outcome: [full]", "tightened", "requirement", "ability", "accept"),
        ("at_most: 40", "at_most: 30", "tightened", "requirement", "ability", "accept"),
        ("{at_least: 2, at_most: 40}", "[4, 5]", "tightened", "requirement", "ability", "accept"),
        (", passed: true", ", passed: false", "changed", "requirement", "ability", "accept"),
        ("evidence: police_certificate", "evidence: e", "changed", "requirement", "police_certificate", "evidence"),
        ("Law of the trial", "Other law", "", "", "", ""),
        ("summary: A trial.", "summary: Another.", "", "", "", ""),
    ],
)  # fmt: skip
def test_a_change_is_told_with_what_it_means(old: str, new: str, change: str, part: str, name: str, key: str) -> None:
    expected = [(change, part, name, key)] if change else []
    assert told(differences(read(), read(old, new))) == expected


def test_a_change_is_told_in_words() -> None:
    assert [str(one.words) for one in differences(read(), read("max_age: P10Y", "max_age: P18M")).items] == [
        "Passport, good for: 1 year and 6 months (before: 10 years)"
    ]
    condition = "        when: track == 'away' and (has('earlier_placement') or destination == 'DE')\n"
    (found,) = differences(read(), read(condition, "")).items
    assert found.change is Change.TIGHTENED
    assert str(found.words).startswith("Visa application, asked when: none (before: track == 'away' and (has(")


def test_requirements_and_stages_that_come_and_go_are_named() -> None:
    block = EVERY_KEY[EVERY_KEY.index("      - id: police_certificate") : EVERY_KEY.index("  - id: loan\n")]
    found = differences(read(), read(block, ""))
    assert told(found) == [("dropped", "requirement", "police_certificate", "")]
    assert str(found.items[0].words) == "Requirement dropped: Police certificate"
    assert found.about("police_certificate") == found.of(Part.REQUIREMENT, Change.DROPPED) == found.items


def test_a_requirement_that_moves_to_another_stage_is_changed() -> None:
    block = EVERY_KEY[EVERY_KEY.index("      - id: police_certificate") : EVERY_KEY.index("  - id: loan\n")]
    text = EVERY_KEY.replace(block, "")
    head, tail = text.rsplit("    requirements: []\n", 1)
    moved = read_programme(f"{head}    requirements:\n{block}{tail}".encode(), "every_key.yaml")
    (found,) = differences(read(), moved).items
    assert (found.change, found.stage, found.key) == (Change.CHANGED, "completion", "stage")
    assert str(found.words) == "Police certificate, stage: Completion (before: Papers)"


def test_the_way_back_is_the_opposite_and_nothing_differs_from_itself() -> None:
    programmes = [read_programme(path.read_bytes(), path.name) for path in sorted(SHIPPED.glob("*.yaml"))[:3]]
    for old, new in permutations([read(), *programmes], 2):
        there, back = differences(old, new), differences(new, old)
        turned = {(OPPOSITE[one.change], one.part, one.id, one.key) for one in there.items}
        assert turned == {(one.change, one.part, one.id, one.key) for one in back.items}
        assert all(str(one.words) for one in there.items)
    assert all(differences(one, one).items == () for one in programmes)
