"""The score says why, and adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.security.index import Index
from casework.security.lists import Kind, ListEntry, ListName, LoadedList, PartialBirth, Quality, load
from casework.security.scoring import THRESHOLD, Score, ScreenedPerson, score

LISTED = ListEntry(
    "W-1",
    Kind.PERSON,
    (ListName("Drilon Gashtani"), ListName("The Mason", Quality.LOW)),
    (PartialBirth(1984, 3, 2),),
    ("XK",),
    ("M",),
    ("K1234567",),
)
PERSON = ScreenedPerson(("Drilon Gashtani",), "", date(1984, 3, 2), "XK", "M")

_NAMES = (
    "Drilon Gashtani", "Drillon Gashtany", "Gashtani Drilon Ilir", "Mohammed Ali", "M. Ali", "محمد علي", "Mason",
    "Jong Un Parkashi", "Jongun Parkashi", "J. U. Parkashi", "Nguyen Thi Tolar Hoa", "Nguyen Van Hoa", "Nguyen Thi Hoa",
    "Babu Ram Bhattarai", "Baburam Bhattrai", "Rafiqul Islam Talukder", "Shafiqul Islam Talukdar", "G/Medhin Abraha",
    "Gebre Medhin Abraha", "حسين كريم علي", "Hussein Karim Ali", "Hasan Karim Ali", "Md. A. Tolari", "Alsaigh Hasan",
    "Hasan al Sayegh", "A. B.", "Ali", "Dinesh Poudel", "Dipesh Paudyal", "bin Ali", "राम थापा", "Ram Thapa",
)  # fmt: skip
_persons = st.builds(
    ScreenedPerson,
    names=st.lists(st.sampled_from((*_NAMES, "The Mason", "Usama Tolari", "Ali Hasan Tolary")), max_size=2).map(tuple),
    native_name=st.sampled_from(("", "محمد علي", "أسامة طولاري")),
    birth_date=st.none() | st.dates(date(1983, 1, 1), date(1992, 1, 1)),
    nationality=st.sampled_from(("", "XK", "BD")),
    sex=st.sampled_from(("", "M", "F")),
    document_number=st.sampled_from(("", "K1234567")),
)
_LISTED = (
    LISTED,
    ListEntry("W-2", Kind.PERSON, (ListName("Mohammed Ali"), ListName("علي محمد", Quality.ORIGINAL_SCRIPT))),
    ListEntry("W-3", Kind.PERSON, (ListName("Usama bin Muhammad Tolari"),), (PartialBirth(1985, approximate=True),)),
    ListEntry("W-4", Kind.PERSON, (ListName("Hasan A. Tolari"), ListName("Mason", Quality.LOW)), (), ("BD",), ("F",)),
    ListEntry("E-1", Kind.ENTITY, (ListName("Mohammed Ali"),)),
    *(ListEntry(f"N-{number}", Kind.PERSON, (ListName(name),)) for number, name in enumerate(_NAMES)),
)

_INDEX = Index.build(_LISTED)


def codes(result: Score) -> set[str]:
    return {reason.code for reason in result.reasons}


def test_the_same_person_scores_a_hundred_and_says_why() -> None:
    result = score(PERSON, LISTED)
    assert result.value == 100
    assert codes(result) == {"name_exact", "birth_date_same", "nationality_same"}
    assert result.matched == ListName("Drilon Gashtani")


@pytest.mark.parametrize(
    ("own", "listed", "code"),
    [
        (date(1984, 3, 2), PartialBirth(1984, 3, 2), "birth_date_same"),
        (date(1984, 2, 3), PartialBirth(1984, 3, 2), "birth_date_near"),
        (date(1984, 3, 12), PartialBirth(1984, 3, 2), "birth_date_near"),
        (date(1986, 3, 2), PartialBirth(1984, 3, 2), "birth_date_near"),
        (date(1984, 7, 9), PartialBirth(1984), "birth_year_same"),
        (date(1984, 7, 9), PartialBirth(1984, 7), "birth_year_same"),
        (date(1984, 7, 9), PartialBirth(1980, to_year=1985), "birth_year_same"),
        (date(1985, 7, 9), PartialBirth(1984), "birth_year_near"),
        (date(1986, 7, 9), PartialBirth(1984, approximate=True), "birth_year_near"),
        (date(1986, 7, 9), PartialBirth(1984), "birth_date_conflict"),
        (date(1987, 7, 9), PartialBirth(1984, approximate=True), "birth_date_conflict"),
        (date(1994, 3, 2), PartialBirth(1984, 3, 2), "birth_date_conflict"),
    ],
)
def test_birth_dates_agree_as_far_as_they_are_known(own: date, listed: PartialBirth, code: str) -> None:
    assert code in codes(score(replace(PERSON, birth_date=own), replace(LISTED, births=(listed,))))


def test_a_conflict_alone_keeps_a_near_exact_name_at_the_threshold_of_the_programme() -> None:
    conflicting = replace(PERSON, birth_date=date(1999, 9, 9), nationality="")
    assert [score(conflicting, LISTED, threshold).value for threshold in (70, 80, 92)] == [85, 85, 92]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Drillon Gashtanni", "part_spelling"),
        ("D. Gashtani", "part_initial"),
        ("Drilon Ilir Gashtani", "part_left_out"),
        ("Drilon Gasht Ani", "part_joined"),
        ("Besim Gashtani", "part_different"),
    ],
)
def test_reasons_without_points_say_how_the_parts_agree(name: str, code: str) -> None:
    result = score(replace(PERSON, names=(name,)), LISTED)
    assert {reason.code: reason.points for reason in result.reasons}[code] == 0


def test_a_passport_held_before_counts_like_the_present_one() -> None:
    person = ScreenedPerson(("Somebody Else",), other_numbers=("K 1234567",))
    assert score(person, LISTED).value >= THRESHOLD
    assert Index.build([LISTED]).screen([person])[0]


def test_of_several_listed_birth_dates_the_best_counts() -> None:
    births = (PartialBirth(1950), PartialBirth(1984, 3, 2))
    assert "birth_date_same" in codes(score(PERSON, replace(LISTED, births=births)))


@pytest.mark.parametrize("name", ["Drilon Gashtani", "Gashtani, Drilon", "Drilon Gashtanni"])
def test_a_birth_date_conflict_lowers_but_never_clears_a_near_exact_name(name: str) -> None:
    agreeing = score(replace(PERSON, names=(name,)), LISTED)
    conflicting = score(replace(PERSON, names=(name,), birth_date=date(1999, 9, 9), nationality=""), LISTED)
    assert THRESHOLD <= conflicting.value < agreeing.value


def test_a_birth_date_conflict_clears_a_name_that_merely_resembles() -> None:
    person = replace(PERSON, names=("Drilon Ilir Gashtani",))
    assert score(replace(person, birth_date=None, nationality=""), LISTED).value >= THRESHOLD
    assert score(replace(person, birth_date=date(1999, 9, 9), nationality=""), LISTED).value < THRESHOLD


def test_a_low_quality_alias_alone_is_no_possible_match() -> None:
    result = score(ScreenedPerson(("The Mason",)), LISTED)
    assert result.value < THRESHOLD
    assert codes(result) == {"low_quality_alias_only"}


def test_a_low_quality_alias_strengthens_what_else_agrees() -> None:
    alone = score(replace(PERSON, names=("Drilon Gashi",), birth_date=None), LISTED)
    both = score(replace(PERSON, names=("Drilon Gashi", "The Mason"), birth_date=None), LISTED)
    assert both.value > alone.value
    assert score(ScreenedPerson(("The Mason",), "", date(1984, 3, 2), "XK"), LISTED).value >= THRESHOLD


def test_a_document_number_alone_brings_the_pair_before_an_officer() -> None:
    result = score(ScreenedPerson(("Somebody Else",), document_number="k 123-4567"), LISTED)
    assert result.value >= THRESHOLD
    assert "document_number_same" in codes(result)


def test_people_of_kosovo_may_be_listed_under_serbia() -> None:
    assert "nationality_same" in codes(score(PERSON, replace(LISTED, nationalities=("RS",))))
    assert "nationality_different" in codes(score(PERSON, replace(LISTED, nationalities=("MA",))))


def test_a_person_never_matches_an_entity() -> None:
    assert score(PERSON, replace(LISTED, kind=Kind.ENTITY)).value == 0


def test_reasons_hold_no_personal_value() -> None:
    result = score(replace(PERSON, document_number="K1234567"), LISTED)
    said = " ".join(str(reason.message) for reason in result.reasons)
    assert not any(value in said for value in ("Drilon", "Gashtani", "1984", "K1234567"))


@given(_persons, st.sampled_from(_LISTED))
def test_the_points_of_the_reasons_add_up_to_the_value(person: ScreenedPerson, entry: ListEntry) -> None:
    result = score(person, entry)
    assert 0 <= result.value <= 100
    assert sum(reason.points for reason in result.reasons) == result.value


@given(st.lists(_persons, max_size=2), st.sampled_from((70, THRESHOLD, 92)))
def test_the_index_finds_what_scoring_every_pair_finds(persons: list[ScreenedPerson], threshold: int) -> None:
    found = _INDEX.screen(persons, threshold)
    for person, candidates in zip(persons, found, strict=True):
        expected = {entry.reference: score(person, entry, threshold) for entry in _LISTED}
        expected = {reference: result for reference, result in expected.items() if result.value >= threshold}
        assert {candidate.entry.reference: candidate.score for candidate in candidates} == expected


def test_candidates_come_best_first_and_then_by_reference() -> None:
    twins = [replace(LISTED, reference=reference) for reference in ("W-9", "W-2", "W-5")]
    worse = replace(LISTED, reference="W-0", names=(ListName("Drilon Gashtany"),), births=(), nationalities=())
    found = Index.build([*twins, worse]).screen([PERSON])[0]
    assert [candidate.entry.reference for candidate in found] == ["W-2", "W-5", "W-9", "W-0"]


def test_screening_the_own_list_finds_its_people_and_nobody_else(own_list: bytes) -> None:
    index = Index.build(load(own_list, "csv").entries)
    people = [
        "Drilon GASHTANI",
        "Usama Tolari Karimzadeh",
        "Md. Ali",
        "Rezarta Vllasoli",
        "Blerim Krasniqi",
        "Ali Reza",
    ]
    found = index.screen([ScreenedPerson((name,)) for name in people])
    assert [[candidate.entry.reference for candidate in one] for one in found] == [
        ["W-1"],
        ["W-2"],
        ["W-3"],
        ["W-4"],
        [],
        [],
    ]


def test_screening_the_published_list_finds_every_strong_name_of_it(real_un: LoadedList) -> None:
    people = [entry for entry in real_un.entries if entry.kind is Kind.PERSON]
    index = Index.build(people)
    for entry, candidates in zip(people, index.screen([_as_printed(entry) for entry in people]), strict=True):
        assert entry.reference in {candidate.entry.reference for candidate in candidates}


def _as_printed(entry: ListEntry) -> ScreenedPerson:
    return ScreenedPerson((" ".join(reversed(entry.names[0].full.title().split())),))
