"""The folder of shipped programmes as a whole."""

from __future__ import annotations

from checklists.catalogue import SHIPPED, Catalogue
from checklists.programme import Programme

CHECKS = {
    "passport": {"mrz", "identity"},
    "medical_examination": {"accredited", "identity"},
    "module_attendance": {"identity"},
    "loan_approval": {"within_cap"},
    "promissory_note": {"schedule_sums"},
    "itinerary": {"matches_planned"},
}
"""The automatic checks that casework does, by kind of evidence: any other would never be done."""


def every() -> tuple[Programme, ...]:
    catalogue = Catalogue.load()
    return (*catalogue.programmes, *catalogue.drafts)


def test_every_shipped_file_is_sound_and_stands_in_the_history() -> None:
    catalogue = Catalogue.load()
    assert ([one.id for one in catalogue.drafts], catalogue.faults) == ([], ())
    assert len(catalogue.programmes) == len(list(SHIPPED.glob("*.yaml")))


def test_the_twelve_programmes_of_the_field_are_shipped() -> None:
    assert len({one.id for one in every()}) == 12


def test_every_automatic_check_is_one_that_is_done() -> None:
    asked = {
        (one.id, requirement.id, check)
        for one in every()
        for _stage, requirement in one.requirements()
        for check in requirement.checks
        if check not in CHECKS.get(requirement.evidence, set())
    }
    assert asked == set()


def test_a_version_that_replaces_another_says_what_happens_to_its_cases() -> None:
    assert [one.id for one in every() if one.replaces and one.transition is None] == []
