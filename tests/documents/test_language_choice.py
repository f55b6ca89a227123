from __future__ import annotations

import pytest

from documents.language_choice import DEFAULT_ORDER, Wanted, choose

OFFERED = frozenset(("en", "de", "sq", "sr", "fr", "nl", "ar", "bn", "hi"))


@pytest.mark.parametrize(
    ("destinations", "origins", "recorded", "chosen"),
    [
        (["DE"], ["XK"], "sq", ("de", "sq")),
        (["DE"], ["XK"], "sr", ("de", "sr")),
        (["BE"], ["MA"], "fr", ("nl", "fr")),
        (["SA"], ["BD"], "en", ("ar", "bn")),
        (["AU"], ["FJ"], "en", ("en", "")),
        (["DE"], ["GE"], "ka", ("de", "en")),
        (["XK"], ["XK"], "sq", ("sq", "en")),
        ([], [], "", ("en", "")),
    ],
)
def test_the_language_of_the_destination_comes_first_and_that_of_the_worker_beside_it(
    destinations: list[str], origins: list[str], recorded: str, chosen: tuple[str, str]
) -> None:
    assert choose(DEFAULT_ORDER, Wanted(destinations, origins, recorded), OFFERED) == chosen


def test_an_office_can_have_english_first_or_alone() -> None:
    wanted = Wanted(["DE"], ["XK"], "sq")
    assert choose("en, worker", wanted, OFFERED) == ("en", "sq")
    assert choose("en", wanted, OFFERED) == ("en", "")
    assert choose("origin, destination", wanted, OFFERED) == ("sq", "de")
