from __future__ import annotations

from datetime import date

import pytest

from basis.messages import Message, _, _n
from documents.languages import country, day, in_both, is_complete, language, offered, read_catalogue, writing
from tools.languages import faults

CATALOGUES = tuple(tag for tag in offered() if tag != "en")


@pytest.mark.parametrize("tag", CATALOGUES)
def test_every_catalogue_says_all_that_a_document_may_say_with_the_same_places_to_fill(tag: str) -> None:
    assert faults(tag) == []


@pytest.mark.parametrize("tag", CATALOGUES)
def test_every_catalogue_says_that_nobody_sworn_has_reviewed_it(tag: str) -> None:
    assert "No sworn translator" in read_catalogue(tag).header_comment


def test_the_languages_of_the_shipped_programmes_are_offered() -> None:
    assert {"ar", "bn", "de", "en", "fr", "nl", "sq", "sr"} <= set(offered())


def test_a_language_with_a_sentence_missing_is_not_offered() -> None:
    catalogue = read_catalogue("de")
    assert is_complete(catalogue)
    said = catalogue.get("Date of birth")
    assert said is not None
    said.string = ""
    assert not is_complete(catalogue)


def test_what_has_no_catalogue_is_no_language() -> None:
    assert language("xx") is None
    assert language("../../etc/passwd") is None


def test_sentences_days_counts_and_countries_are_written_in_the_language() -> None:
    german = language("de")
    assert german is not None
    with writing(german):
        assert str(_("issued {day}", day=day(date(2027, 3, 9)))) == "ausgestellt am 9. März 2027"
        assert str(_n("{count} course passed", "{count} courses passed", 2)) == "2 Kurse bestanden"
        assert str(country("BE")) == "Belgien"
    assert str(country("BE")) == "Belgium"


def test_a_sentence_is_said_in_both_languages_with_its_days_in_each() -> None:
    german, arabic = language("de"), language("ar")
    assert german is not None
    assert arabic is not None
    assert (german.direction, arabic.direction) == ("ltr", "rtl")
    with writing(german):
        said = in_both(_("Cleared for departure on {day}", day=day(date(2027, 4, 20))), arabic)
    assert said == ("Zur Ausreise am 20. April 2027 freigegeben", "مأذون بالمغادرة في 20 أبريل 2027")


def test_arabic_counts_take_the_form_that_their_last_two_digits_ask_for() -> None:
    arabic = language("ar")
    assert arabic is not None
    with writing(arabic):
        said = {count: str(months_after(count)) for count in (1, 2, 6, 11, 12, 99, 100, 102)}
    assert said[1].count("شهر واحد") == said[2].count("شهرين") == said[6].count("6 أشهر") == 1
    assert all(f"{count} شهرًا" in said[count] for count in (11, 12, 99))
    assert all(said[count].endswith(f"{count} شهر.") for count in (100, 102))


def months_after(count: int) -> Message:
    return _n(
        "The first instalment is due {count} month after departure.",
        "The first instalment is due {count} months after departure.",
        count,
    )
