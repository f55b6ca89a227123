"""Properties of `assess` on cases that hypothesis makes up: facts of every standing on days around the day assessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.assessment import Assessment, assess, stands_on
from checklists.facts import CaseFacts, Fact, GivenSignOff, GivenWaiver, Residence, Standing, WaiverKind
from checklists.status.judging import RequirementStatus
from tests.checklists.building import (
    BASIS,
    ONE_DAY,
    TODAY,
    complete_facts,
    programme,
    requirement_text,
    shipped,
    stage_text,
)

AGED = "validity: {anchor: issued_on, max_age: P30D, must_hold_until: departure}"
PRINTED = "validity: {last_day: expires_on, also: [{anchor: issued_on, max_age: P1M}]}"
UNTIL_APPLIED = "validity: {anchor: issued_on, max_age: P20D, must_hold_until: visa_application}"
UNTIL_ARRIVAL = "validity: {anchor: issued_on, max_age: P40D, must_hold_until: arrival, margin: P3D}"
ELIGIBILITY = f"""
journey_days: 2
eligibility:
  - {{id: of_age, title: Of age, when: "age_at(today) >= 18 or lived_in('MK', 4, 0)", {BASIS}}}
"""
RULES = programme(
    stage_text(
        "first",
        requirement_text(
            f"evidence: a, {AGED}, waivable_by: supervisor, conditional_by: board, independent: true", "a"
        ),
        requirement_text(f"evidence: b, {PRINTED}, accept: {{level: {{at_least: A2}}}}, checks: [mrz]", "b"),
        rules="sign_off: caseworker\n    service_days: 2",
    ),
    stage_text(
        "gapped", requirement_text("evidence: c, lead_time: 5", "c"), rules="sign_off: automatic\n    when: gap('b')"
    ),
    stage_text(
        "aging",
        requirement_text("evidence: d, each: residence, when: age_at(today) >= 18, lead_time: 3", "d"),
        requirement_text(f"evidence: g, {UNTIL_APPLIED}, waivable_by: board", "g"),
        rules="sign_off: supervisor\n    after: [first]\n    tracks: [away]",
    ),
    stage_text(
        "last",
        requirement_text(f"evidence: e, {UNTIL_ARRIVAL}", "e"),
        requirement_text("evidence: visa_application", "f"),
        rules="sign_off: supervisor\n    after: [aging, gapped]",
        kind="departure",
    ),
    head=ELIGIBILITY,
)
RANK = {status: rank for rank, status in enumerate(RequirementStatus)}

near = st.integers(-70, 70).map(lambda days: TODAY + timedelta(days=days))
standings = st.sampled_from(list(Standing))


@st.composite
def some_fact(draw: st.DrawFn, name: str = "", standing: Standing | None = None) -> Fact:
    kind = draw(st.sampled_from([*"abcdeg", "visa_application"]))
    anchors = draw(st.dictionaries(st.sampled_from(["issued_on", "expires_on", "decided_on"]), near))
    return Fact(
        id=name or f"f{draw(st.integers(0, 10**9))}",
        kind=kind,
        standing=standing or draw(standings),
        subject=draw(st.sampled_from(["XK", "MK"])) if kind == "d" else "",
        anchors=anchors,
        attributes=draw(st.sampled_from([{"level": "A1"}, {"level": "B1"}, {}])),
        checks=draw(st.sampled_from([{"mrz": True}, {"mrz": True}, {"mrz": False}, {}])),
        recorded_by="anna",
        decided_by=draw(st.sampled_from([("berit",), ("berit",), ("anna",), ()])),
    )


@st.composite
def good_facts(draw: st.DrawFn) -> list[Fact]:
    """A supporting fact for each slot, nearly always; without them no stage would ever be ready."""
    slots = [("a", ""), ("b", ""), ("c", ""), ("d", "XK"), ("d", "MK"), ("e", ""), ("g", ""), ("visa_application", "")]
    kept = [slot for slot in slots if draw(st.integers(0, 9))]
    return [
        Fact(
            id=f"good-{kind}{subject}",
            kind=kind,
            standing=Standing.ACCEPTED,
            subject=subject,
            anchors={
                "issued_on": TODAY - timedelta(days=draw(st.integers(0, 25))),
                "expires_on": TODAY + timedelta(days=draw(st.integers(0, 70))),
            },
            attributes={"level": "B1"},
            checks={"mrz": True},
            recorded_by="anna",
            decided_by=("berit",),
        )
        for kind, subject in kept
    ]


def days_or_none() -> st.SearchStrategy[date | None]:
    return st.none() | near


@st.composite
def some_waiver(draw: st.DrawFn) -> GivenWaiver:
    name, asked, by, kind = draw(
        st.sampled_from(
            [
                ("w1", "a", "supervisor", WaiverKind.WAIVER),
                ("w2", "a", "board", WaiverKind.CONDITION),
                ("w3", "a", "board", WaiverKind.INTERIM),
                ("w4", "g", "board", WaiverKind.WAIVER),
            ]
        )
    )
    return GivenWaiver(name, asked, "", by, draw(days_or_none()), kind, draw(st.sampled_from(["", "", "c", "e"])))


@st.composite
def some_case(draw: st.DrawFn) -> CaseFacts:
    good = draw(good_facts()) if draw(st.integers(0, 4)) else []
    facts = good + draw(st.lists(some_fact(), max_size=3 if good else 8, unique_by=lambda one: one.id))
    ground = [one.id for one in good or facts] + ["w1", "s-first", "s-aging", "gone"]
    sign_offs = [
        GivenSignOff(f"s-{stage}", stage, draw(near), draw(st.frozensets(st.sampled_from(ground), max_size=2)))
        for stage in draw(st.sets(st.sampled_from(["first", "gapped", "aging", "last"])))
    ]
    waivers = tuple(draw(st.lists(some_waiver(), max_size=2, unique_by=lambda one: one.id)))
    return CaseFacts(
        track=draw(st.sampled_from(["away", "home"])),
        registered_on=TODAY,
        nationality="XK",
        birth_date=draw(st.none() | near.map(lambda day: day.replace(year=2008, day=min(day.day, 28)))),
        planned_departure=draw(days_or_none() | st.just(TODAY + ONE_DAY)),
        residences=tuple(
            Residence(country, draw(near) - timedelta(days=150), draw(days_or_none())) for country in ("XK", "MK")
        ),
        suspended=draw(st.integers(0, 9)) == 0,
        facts=tuple(facts),
        waivers=waivers,
        sign_offs=tuple(sorted(sign_offs, key=lambda one: one.id)),
    )


def seen(found: Assessment) -> object:
    """What two assessments are compared by: all but the day itself and how long it is good."""
    return replace(found, on=TODAY, changes_on=None)


@settings(deadline=None, max_examples=40)
@given(some_case())
def test_the_same_case_gives_the_same_answer_in_whatever_order_its_facts_come(facts: CaseFacts) -> None:
    turned = replace(facts, facts=facts.facts[::-1], sign_offs=facts.sign_offs[::-1])
    assert assess(RULES, facts, TODAY) == assess(RULES, turned, TODAY) == assess(RULES, facts, TODAY)


@settings(deadline=None, max_examples=30)
@given(some_case())
def test_the_day_it_changes_on_is_exact(facts: CaseFacts) -> None:
    changes_on_the_day_it_says(facts)


@pytest.mark.deep
@settings(deadline=None, max_examples=1000)
@given(some_case())
def test_the_day_it_changes_on_is_exact_in_many_cases(facts: CaseFacts) -> None:
    changes_on_the_day_it_says(facts)


def changes_on_the_day_it_says(facts: CaseFacts) -> None:
    now = assess(RULES, facts, TODAY)
    day = TODAY
    for _step in range(180):
        day += ONE_DAY
        if day == now.changes_on:
            assert seen(assess(RULES, facts, day)) != seen(now)
            return
        assert seen(assess(RULES, facts, day)) == seen(now), day


@settings(deadline=None, max_examples=40)
@given(some_case(), some_fact("extra", Standing.ACCEPTED), st.sampled_from("abde"))
def test_more_supporting_evidence_never_makes_a_requirement_worse(facts: CaseFacts, extra: Fact, kind: str) -> None:
    supporting = replace(
        extra,
        kind=kind,
        attributes={"level": "B1"},
        checks={"mrz": True},
        decided_by=("berit",),
        subject=extra.subject,
    )
    # An interim permission ends with the very decision that it waits for.
    facts = replace(facts, waivers=tuple(replace(waiver, until_event="") for waiver in facts.waivers))
    before = assess(RULES, facts, TODAY)
    after = assess(RULES, replace(facts, facts=(*facts.facts, supporting)), TODAY)
    for one, other in zip(before.stages, after.stages, strict=True):
        now = {(slot.requirement, slot.subject): slot.status for slot in other.requirements}
        for slot in one.requirements:
            if (slot.requirement, slot.subject) in now:
                assert RANK[now[slot.requirement, slot.subject]] <= RANK[slot.status]
        if one.status == "signed_off":
            assert other.status == "signed_off"


@settings(deadline=None, max_examples=40)
@given(some_case())
def test_nothing_is_ready_or_signed_off_on_less_than_is_asked(facts: CaseFacts) -> None:
    found = assess(RULES, facts, TODAY)
    for stage in found.stages:
        if stage.status == "ready":
            assert all(slot.status.fulfilled for slot in stage.requirements)
            assert all(found.stage(name).status in ("signed_off", "not_asked") for name in stage.after)
        assert (stage.breach is not None) == (stage.status == "broken")


@settings(deadline=None, max_examples=40)
@given(some_case())
def test_what_is_signed_off_now_holds_now_and_breaks_no_earlier_than_it_says(facts: CaseFacts) -> None:
    facts = replace(facts, sign_offs=())
    found = assess(RULES, facts, TODAY)
    for stage in found.stages:
        if stage.status == "ready":
            given_now = GivenSignOff("new", stage.stage, TODAY, stands_on(stage, found))
            signed = replace(facts, sign_offs=(given_now,))
            assert assess(RULES, signed, TODAY).stage(stage.stage).status == "signed_off"
            assert assess(RULES, signed, TODAY).stage(stage.stage).holds_until == stage.holds_until
            if stage.holds_until is not None:
                after = assess(RULES, signed, stage.holds_until + ONE_DAY)
                assert after.stage(stage.stage).breach is not None


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 40), max_size=12), st.sampled_from(list(Standing)))
def test_the_shipped_programme_is_assessed_exactly_too(dropped: list[int], standing: Standing) -> None:
    facts = [replace(one, standing=standing) if i in dropped else one for i, one in enumerate(complete_facts())]
    case = CaseFacts(
        track="away",
        registered_on=TODAY,
        nationality="XK",
        birth_date=date(1992, 3, 14),
        planned_departure=date(2027, 4, 8),
        residences=(Residence("XK", date(1992, 3, 14)),),
        facts=tuple(facts),
    )
    now = assess(shipped(), case, TODAY)
    assert now.changes_on is not None
    assert seen(assess(shipped(), case, now.changes_on - ONE_DAY)) == seen(now)
    assert seen(assess(shipped(), case, now.changes_on)) != seen(now)
