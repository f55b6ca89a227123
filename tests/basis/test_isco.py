from __future__ import annotations

from basis.isco import is_unit_group, title


def test_occupations_have_titles_at_every_level() -> None:
    assert title("7") == "Craft and related trades workers"
    assert title("0110") == "Commissioned armed forces officers"
    assert title("7999") is None


def test_only_four_digits_name_a_unit_group() -> None:
    assert is_unit_group("7112")
    assert not is_unit_group("711")
    assert not is_unit_group("7999")
