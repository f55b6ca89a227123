from __future__ import annotations

import pytest

from basis.countries import codes, country, from_icao, is_icao_code, name, to_icao


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kosovo", "XK"), ("Kosova", "XK"), ("KOSOVË", "XK"), ("RKS", "XK"), ("xk", "XK"), ("Kosovare", "XK"),
        ("Marocaine", "MA"), ("المغرب", "MA"), ("مغربية", "MA"), ("Ivory Coast", "CI"), ("Cote d Ivoire", "CI"),
        ("D", "DE"), ("DEU", "DE"), ("Deutschland", "DE"), ("allemande", "DE"), ("Zvicra", "CH"), ("UK", "GB"),
        ("Burma", "MM"), ("Swaziland", "SZ"), ("Palestine", "PS"), ("DR Congo", "CD"), ("Turkey", "TR"),
        ("Niger", "NE"), ("Nigeria", "NG"), ("বাংলাদেশ", "BD"), ("ኢትዮጵያ", "ET"), ("Україна", "UA"),
    ],
)  # fmt: skip
def test_a_country_is_found_by_code_name_and_word_for_its_citizens(text: str, code: str) -> None:
    assert country(text) == code


@pytest.mark.parametrize("text", ["", " ", "Kosova e Re", "Utopia", "ZZ", "XX", "Europe", "UTO", "123", "-"])
def test_a_country_is_never_guessed(text: str) -> None:
    assert country(text) is None


def test_every_code_has_a_code_in_passports_and_comes_back_from_it() -> None:
    assert len(list(codes())) == 250
    for code in codes():
        assert from_icao(to_icao(code)) == code
        assert is_icao_code(to_icao(code))
        assert name(code) != code


def test_passports_carry_codes_that_are_no_countries() -> None:
    assert from_icao("D<<") == "DE"
    assert from_icao("GBD") == "GB"
    assert from_icao("XXA") is None
    assert is_icao_code("XXA")
    assert not is_icao_code("DEU")
    assert not is_icao_code("QQQ")


def test_a_name_is_given_in_the_language_asked_for_or_in_english() -> None:
    assert name("CH", "fr") == "Suisse"
    assert name("CH", "pt-BR") == "Suíça"
    assert name("CH", "no such language") == "Switzerland"
