"""One person's name in many spellings is one name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.security.likeness import part_similarity
from casework.security.names import name_form
from casework.security.scoring import name_similarity


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Gëzim Çollaku", "GEZIM COLLAKU"),
        ("Gëzim Çollaku", "Çollaku, Gëzim"),
        ("Md. Rafiqul Sikder", "Mohammad Rafiqul Sikder"),
        ("Mohd Rafiqul Sikder", "Muhammad Rafiqul SIKDER"),
        ("Abdul Rahman Tolari", "ʿAbd ar-Raḥmān Tolari"),
        ("Abdelrahman Tolari", "Abdurrahman al-Tolari"),
        ("Abdirahman Tolari", "Abd al Rahman El Tolari"),
        ("Abdullah Tolari", "Abd Allah Tolari"),
        ("Abdelatif Tolari", "Abdul Latif Tolari"),
        ("Salah ud-Din Tolari", "Salaheddine Tolari"),
        ("Abubakar Tolari", "Abu Bakr Tolari"),
        ("Yusuf bin Umar Tolari", "Youssef Ben Omar Tolari"),
        ("Dr. Blerim Tolari", "Mr Blerim Tolari"),
        ("Anne-Marie O’Tolar", "Anne Marie OTolar"),
        ("Олександр Шевченко", "Oleksandr Shevchenko"),
        ("Blerim\u202e \u200bTolari\n", "Blerim Tolari"),
    ],
)
def test_spellings_of_one_name_are_the_same(first: str, second: str) -> None:
    assert sorted(name_form(first).parts) == sorted(name_form(second).parts)
    assert name_similarity(name_form(first), name_form(second)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("first", "second", "least"),
    [
        ("Blerim Tolari", "Blerim Tollary", 0.95),
        ("Khadija Benjeloun", "Khadija Benjelloun", 0.95),
        ("B. Tolari", "Blerim Tolari", 0.85),
        ("Jongun Parkashi", "Jong Un Parkashi", 0.9),
        ("Blerim Tolari", "Blerim Agron Tolari", 0.85),
        ("محمد حمزة زبيدي", "Muhammad Hamza Zubaydi", 0.9),
        ("عبد الرحمن طولاري", "Abdul Rahman Tulari", 0.85),
    ],
)
def test_near_spellings_are_near(first: str, second: str, least: float) -> None:
    assert name_similarity(name_form(first), name_form(second)) >= least


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Blerim Tolari", "Agron Tolari"),
        ("Blerim Tolari", "Blerim Krasniqi"),
        ("Muhammad Ali Hasan", "Muhammad Ali Husayn"),
        ("Abdul Rahman Miah", "Abdul Karim Miah"),
        ("Mohammed Hasan", "Mohammed Hussein"),
        ("Frank Richter", "Frederik Richter"),
        ("عمر برادة", "Abu Al-Ward"),
    ],
)
def test_names_that_only_share_a_part_are_not_near(first: str, second: str) -> None:
    assert name_similarity(name_form(first), name_form(second)) < 0.8


@given(st.text(max_size=30), st.text(max_size=30))
def test_comparison_is_symmetric_and_bounded(first: str, second: str) -> None:
    one, other = name_form(first), name_form(second)
    if one.parts and other.parts:
        assert 0 <= name_similarity(one, other) <= 1.0 + 1e-9
        assert name_similarity(one, other) == pytest.approx(name_similarity(other, one))
        assert name_similarity(one, one) == 1.0


@given(st.text("abdehlmnrsuy", min_size=1, max_size=10), st.text("abdehlmnrsuy", min_size=1, max_size=10))
def test_parts_compare_alike_in_both_directions(first: str, second: str) -> None:
    assert part_similarity(first, second) == part_similarity(second, first)


def test_a_name_without_letters_has_no_parts() -> None:
    assert name_form(" -‘’ \u200f ").parts == ()
