"""What is wrong with a programme although each part of it is well-formed: found, and told at its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.catalogue import InvalidProgramme, read_programme
from checklists.files.headroom import could_lapse
from checklists.programme import Programme, Requirement
from checklists.schedule import find_impossible
from checklists.sources import Model
from tests.checklists.building import programme, requirement_text, stage_text

EVERY_KEY = (Path(__file__).parent / "every_key.yaml").read_text("utf-8")
NO_SOURCE = "legal_basis: {title: Trial, as_of: 2027-01-01, confirmed: false}"


def every_key(old: str = "", new: str = "") -> Programme:
    text = EVERY_KEY.replace(old, new, 1) if old else EVERY_KEY
    return read_programme(text.encode(), "every_key.yaml")


def faults(old: str, new: str) -> list[str]:
    """What is said about the sample with one thing changed, as "LINE: WHERE: WHAT"."""
    assert old in EVERY_KEY, old
    with pytest.raises(InvalidProgramme) as caught:
        every_key(old, new)
    return [str(one).removeprefix("every_key.yaml:") for one in caught.value.problems]


def line_of(needle: str) -> int:
    return EVERY_KEY[: EVERY_KEY.index(needle)].count("\n") + 1


def _models(value: object) -> Iterator[Model]:
    if isinstance(value, Model):
        yield value
        for name in type(value).model_fields:
            yield from _models(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _models(one)


def test_the_sample_gives_every_key_of_every_model_and_loads() -> None:
    given: dict[type[Model], set[str]] = {}
    for model in _models(every_key()):
        given.setdefault(type(model), set()).update(model.model_fields_set)
    lacking = {kind.__name__: set(kind.model_fields) - keys for kind, keys in given.items()}
    lacking["LegalBasis"] -= {"citation", "link"}
    assert {name: keys for name, keys in lacking.items() if keys} == {}


SECOND_QUOTA = f"""quotas:
  - {{id: other, title: Other, evidence: visa_application, from: 2027-12-31, until: 2028-12-31, WHAT, {NO_SOURCE}}}
"""
SECOND_CEILING = f"fee_ceilings:\n  - {{head: medical, from: 2026-01-01, WHAT, {NO_SOURCE}}}\n"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("after: [passport]", "after: [visa_application]", "The requirement visa_application waits for itself"),
        ("verified_by: caseworker", "verified_by: auditor", "The role auditor decides nothing; choose one of: casew"),
        ("sign_off: loan_officer", "sign_off: loan_oficer", "must be one of: automatic, caseworker, supervisor"),
        ("amount: {minor: 100000, currency: EUR}", "amount: 1000 EUR", "Money is written in its smallest unit: {minor"),
        ("after: [passport]", "after: passport", "This must be a list: in brackets, or with a dash before"),
        ("published_on: ", "published_on: 1/", "This must be a day, written as 2027-02-01"),
        ("  - {id: away,", "\t- {id: away,", "There is a tab here; YAML takes spaces only"),
        ("sign_off: loan_officer", "sign_off: agency_user", "The role agency_user decides nothing"),
        ("after: [passport]", "after: [pasport]", "The programme has no requirement pasport. Did you mean passport?"),
        ("after: [passport]", "after: [loan]", "The programme has no requirement loan"),
        ("    sign_off: caseworker", "    after: [departure]\n    sign_off: caseworker", "papers stands on itself"),
        ("loan_asked and", "track == 'home' and", "No case on a track of this stage is ever asked for it"),
        ("when: track == 'away'\n        accept", "when: track == 'gone'\n        accept", "no track gone"),
        ("when: track == 'away'\n        accept", "when: not true\n        accept", "is ever asked for this"),
        ("    tracks: [away]\n    when: loan", "    tracks: [home]\n    when: loan", "loan is on none of the"),
        ("    tracks: [away]\n    when: loan", "    tracks: [nowhere]\n    when: loan", "has no track nowhere"),
        ("kind: documents", "kind: completion", "papers ends the preparation, so that departure is never reached"),
        ("must_hold_until: visa_application", "must_hold_until: visa_appl", "Did you mean visa_application?"),
        ("evidence: visa_application\n        when", "evidence: visa\n        when", "asks for evidence “visa_applic"),
        ("track == 'away' and (has", "track == 'home' and (has", "Nothing on the track away asks for evidence"),
        ("must_hold_until: visa_application", "must_hold_until: visa_application, margin: P1M", "has a margin"),
        ("checks: [mrz, identity]", "checks: [mrz, identiy]", "No automatic check identiy is made of passport."),
        ("    service_days: 3\n", "    security: {on_true_match: refer}\n", "Only a stage of kind security"),
        ("on_true_match: refuse", "on_true_match: ignore", "This must be one of: refer, refuse"),
        ("evidence: police_certificate", "evidence: watchlist_screening\n        waivable_by: A", "cannot be waived"),
        ("    after: [papers, loan, checks,", "    after: [papers, checks,", "not stand on the stage loan"),
        ("kind: completion\n    title: C", "kind: general\n    title: C", "home has no stage of kind completion to"),
        ("anchor: tested_on", "anchor: testd_on", "There is no day testd_on; choose one of: issued_on"),
        ("last_day: expires_on", "last_day: expiry", "There is no day expiry"),
        ("calendar: DE", "calendar: ZZ", "The working days of ZZ are not known"),
        ("calendar: AL", "calendar: QQ", "The working days of QQ are not known"),
        ("calendar: XK", "calendar: YY", "The working days of YY are not known"),
        ("origin: [XK, AL]", "origin: [XK, XX]", "There is no country XX"),
        ("replaces: \"2027.1\"", "replaces: \"2027.2\"", "The version replaced must be older than 2027.2"),
        ("replaces: \"2027.1\"\n", "", "A transition needs “replaces”"),
        ("effective_from: 2027-02-01", "effective_from: 2026-12-31", "cannot be in force before it is published"),
        ("move_when: track == 'away'", "move_when: track == 'abroad'", "has no track abroad"),
        ("cases: move", "cases: stay", "has move_when, which needs cases: move"),
        ("intake: [agency, office]", "intake: [office]", "No agency brings workers here"),
        ("job_orders: required", "job_orders: asked", "must be one of: required, none"),
        (', link: "https://example.org/age"', "", "says confirmed: true without a citation or link"),
        ("https://example.org/age", "example.org", "This must be an address that begins with https://"),
        ("id: first_month", "id: first_month\n    who: agency", "The key “who” is there twice"),
        ("evidence: visa_application\n    from", "evidence: visa\n    from", "The programme has no evidence visa"),
        ("countries: {XK: 3}", "countries: {KS: 3}", "There is no country KS"),
        ("until: 2027-12-31", "until: 2026-12-31", "ends before it begins"),
        ("quotas:\n", SECOND_QUOTA.replace("WHAT", "places: 5"), "It overlaps the quota other"),
        ("quotas:\n", SECOND_QUOTA.replace("WHAT", "countries: {XK: 1}"), "It overlaps the quota other"),
        ("ceiling: {minor: 0, currency: EUR}", "ceiling: {minor: 0}", "The key “currency” is missing"),
        ("ceiling: {minor: 0, currency: EUR}", "ceiling: {minor: 0, currency: EURO}", "is no currency of ISO 4217"),
        ("ceiling: {minor: 0, currency: EUR}", "ceiling: {minor: -1, currency: EUR}", "is less than nothing"),
        ("salary_months: 1", "salary_months: 1\n    ceiling: {minor: 5, currency: EUR}", "needs a ceiling"),
        ("until: 2028-12-31", "until: 2026-12-31", "ends before it begins"),
        ("fee_ceilings:\n", SECOND_CEILING.replace("WHAT", "origins: [XK], destinations: [DE], occupations: ['71'], "
         "salary_months: 2"), "It contradicts ceiling 1 of the list"),
        ("fee_ceilings:\n", SECOND_CEILING.replace("WHAT", "origins: [XK, AL], destinations: [DE], occupations: ['71'],"
         " ceiling: {minor: 9, currency: EUR}"), "cannot be said"),
        ('occupations: ["71"]', 'occupations: ["7x"]', "This must be the beginning of an ISCO-08 code"),
        ('occupations: ["71"]', 'occupations: ["0999"]', "There is no occupation 0999 in ISCO-08"),
        ("    amount: {minor: 100000, currency: EUR}\n", "", "“up_to” needs the “amount”"),
        ("    tracks: [away]\n    when: sex", "    tracks: [home]\n    when: sex", "Nobody departs on its track"),
        ("    tracks: [away]\n    when: sex", "    tracks: [homme]\n    when: sex", "Did you mean home?"),
        ("sex == 'F'", "sex == 'W'", "sex is one of F, M, X"),
        ("nationality in ('XK', 'AL')", "nationality in ('XK', 'KS')", "there is no country 'KS'"),
        ("lived_in('MK'", "lived_in('MKD'", "there is no country 'MKD'"),
        ("has('earlier_placement')", "gap('earlier_placement')", "The programme has no evidence earlier_placement"),
        ("up_to: {minor: 200000", "up_to: {minor: 100000", "The tiers of one table must ascend"),
        ("up_to: {minor: 200000, currency: EUR", "up_to: {minor: 200000, currency: USD", "The cap is in EUR"),
        ("sources:", "sources:\n  - {title: T, as_of: 2027-01-01, confirmed: true}", "says confirmed: true"),
        ("about: weekly_hours", "about: food", "“most_hours” needs “about”: weekly_hours."),
        ("about: daily_rest, ", "", "“least_hours” needs “about”: daily_rest."),
        ("about: annual_leave, least_days: 15", "about: weekly_rest, least_days: 8", "A week has seven days."),
        ("about: annual_leave, least_days: 15", "about: food", "Two terms are about food."),
        ("least: {minor: 40000", "least: {minor: 0", "The least wage is more than nothing."),
        ("must_say: true", "must_say: false", "What has a limit must be said."),
    ],
)  # fmt: skip
def test_a_flaw_is_told_at_its_line(old: str, new: str, fault: str) -> None:
    found = faults(old, new)
    assert any(fault in one for one in found), found
    last = EVERY_KEY.count("\n") + new.count("\n") + 1
    assert all(1 <= int(one.partition(":")[0]) <= last for one in found)


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("eligibility", "eligibility of_the_region"),
        ("quotas", "quota yearly"),
        ("entitlements", "entitlement journey"),
        ("contract_terms", "contract term wage"),
        ("follow_ups", "follow up first_month"),
    ],
)
def test_an_id_is_there_once_in_its_list(key: str, word: str) -> None:
    block = EVERY_KEY.split(f"\n{key}:\n")[1].split("\n\n")[0] + "\n"
    found = faults(block, block + block)
    assert any(f"The {word} is there twice." in one for one in found), found


def test_a_row_of_the_recognition_table_is_there_once() -> None:
    block = EVERY_KEY.split("\nrecognition:\n")[1].split("\n\n")[0] + "\n"
    assert "This institution and degree are there twice." in faults(block, block + block)[0]


def test_under_18_needs_a_source_of_its_own() -> None:
    basis = next(line for line in EVERY_KEY.splitlines() if line.startswith("minimum_age_basis"))
    (fault,) = faults(f"{basis}\n", "")
    assert fault.startswith(f"{line_of('minimum_age: 16')}: minimum_age: Below 18 a “minimum_age_basis”")
    (fault,) = faults(basis, basis.replace('link: "https://example.org/age", ', "").replace("true", "false"))
    assert "Below 18 a “minimum_age_basis” with a citation or link is needed" in fault


def test_a_track_on_which_nothing_is_asked_is_a_mistake() -> None:
    stage = stage_text("one", requirement_text(), rules="sign_off: caseworker\n    tracks: [away]")
    with pytest.raises(InvalidProgramme, match="No stage belongs to the track home"):
        programme(stage)


def test_a_language_result_names_its_language() -> None:
    assert "needs the language as “subject”" in faults("        subject: de\n", "")[0]


def test_two_quotas_may_count_the_same_at_other_times_or_for_other_countries() -> None:
    later = SECOND_QUOTA.replace("2027-12-31", "2028-01-01").replace("WHAT", "places: 5")
    assert len(every_key("quotas:\n", later).quotas) == 2
    text = EVERY_KEY.replace("    places: 100\n    monthly: 10\n", "")
    text = text.replace("quotas:\n", SECOND_QUOTA.replace("WHAT", "countries: {AL: 1}"))
    assert len(read_programme(text.encode(), "every_key.yaml").quotas) == 2


def test_evidence_that_lapses_while_the_rest_goes_on_is_impossible() -> None:
    young = "validity: {anchor: issued_on, max_age: P30D, must_hold_until: departure}"
    slow = stage_text("slow", requirement_text("lead_time: 40", "long"), rules="sign_off: caseworker\n    after: [one]")
    with pytest.raises(InvalidProgramme, match="lapses before the rest of what is asked can be over") as caught:
        programme(stage_text("one", requirement_text(young)), slow)
    assert [one.where for one in caught.value.problems] == ["stages.0.requirements.0.validity"]
    assert programme(stage_text("one", requirement_text(young.replace("P30D", "P90D"))), slow).id == "trial"


def _with_days(days: list[int]) -> Programme:
    """The sample with other lead and service times, as if nobody had checked it."""
    rest = iter(days * 10)

    def changed(asked: Requirement) -> Requirement:
        return asked.model_copy(update={"lead_time": next(rest), "lead_days": next(rest) * 3})

    sample = every_key()
    stages = tuple(
        stage.model_copy(
            update={"service_days": next(rest), "requirements": tuple(map(changed, stage.requirements))},
        )
        for stage in sample.stages
    )
    made = sample.model_copy(update={"stages": stages})
    made.model_post_init(None)
    return made


DAYS = st.lists(st.integers(0, 60), min_size=3, max_size=9)


def check_quick_look(days: list[int]) -> None:
    made = _with_days(days)
    assert could_lapse(made) or not find_impossible(made)


@settings(max_examples=10, deadline=None)
@given(DAYS)
def test_the_quick_look_overlooks_nothing_that_planning_finds(days: list[int]) -> None:
    check_quick_look(days)


@pytest.mark.deep
@settings(max_examples=400, deadline=None)
@given(DAYS)
def test_the_quick_look_overlooks_nothing_in_many_programmes(days: list[int]) -> None:
    check_quick_look(days)
