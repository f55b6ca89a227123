"""What programmes ask, for everybody who is signed in."""

from __future__ import annotations

import pytest
from markupsafe import escape

from cli.demo import people
from dashboard import addresses
from tests.dashboard.bench import Bench


@pytest.mark.parametrize("name", ["arta", "mira", "luan", "teuta", "ilir", "agron", "audit", "admin"])
def test_every_role_reads_every_rule_with_its_source(played: Bench, name: str) -> None:
    programme = played.installation.catalogue.get(people.PROGRAMME, on=played.installation.database.today())
    with played.visit(name) as person:
        assert str(programme.label) in person.get(addresses.PROGRAMMES)
        page = person.get(addresses.programme(programme.id, programme.version))
    for stage, requirement in programme.requirements():
        assert escape(stage.title) in page
        assert escape(requirement.title) in page
        assert escape(requirement.legal_basis.title) in page
    assert "not confirmed yet" in page


def test_a_rule_is_in_words(played: Bench) -> None:
    programme = played.installation.catalogue.get(people.PROGRAMME, on=played.installation.database.today())
    with played.visit("arta") as person:
        page = person.get(addresses.programme(programme.id, programme.version))
    assert "and still 6 months after departure" in page
    assert "2 years from the test" in page
    assert "only on the track Away" in page
    assert "only if a loan is asked for" in page
    assert "for each country lived in for 6 months or more since the age of 16" in page
    assert "track ==" not in page
    assert "gap(" not in page


def test_cases_are_counted_as_far_as_the_reader_may_know_of_them(played: Bench) -> None:
    with played.visit("arta") as caseworker, played.visit("admin") as administrator:
        assert '<td class="amount">1</td>' in caseworker.get(addresses.PROGRAMMES)
        assert '<td class="amount">0</td>' in administrator.get(addresses.PROGRAMMES)


def test_an_unknown_programme_or_version_is_not_there(played: Bench) -> None:
    with played.visit("arta") as person:
        person.get(addresses.programme("mars", "2027.1"), 404)
        person.get(addresses.programme(people.PROGRAMME, "1999.1"), 404)
        person.get(addresses.PROGRAMMES + "?color=red", 422)
