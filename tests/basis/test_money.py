"""Amounts as people write them: to the minor unit of their currency, and nothing guessed."""

from __future__ import annotations

import pytest

from basis.errors import InvalidInput
from basis.money import Money


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1200", "EUR", 120_000),
        (" 1200.5 ", "EUR", 120_050),
        ("1200,50", "EUR", 120_050),
        ("0", "EUR", 0),
        ("1200", "JPY", 1_200),
        ("1200", "KWD", 1_200_000),
        ("0.125", "KWD", 125),
    ],
)
def test_an_amount_is_read_to_the_minor_unit_of_its_currency(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "+1",
        "1e9",
        "1,200.50",
        "1 200",
        "1'200",
        "12.",
        ".5",
        "1.2.3",
        "NaN",
        "Infinity",
        "१२",
        "EUR 5",
        "1.0000",
        "9" * 16,
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(InvalidInput):
        Money.parse(text, currency)


@pytest.mark.parametrize(
    ("text", "currency"), [("1,200", "EUR"), ("1.200", "EUR"), ("1.125", "EUR"), ("1200.0", "JPY"), ("1.5", "JPY")]
)
def test_more_decimals_than_the_currency_has_are_refused_and_thousands_are_not_taken_for_cents(
    text: str, currency: str
) -> None:
    with pytest.raises(InvalidInput):
        Money.parse(text, currency)
