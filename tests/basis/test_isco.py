from __future__ import annotations

from basis.isco import in_words, is_unit_group, numbered, title


def test_occupations_have_titles_at_every_level() -> None:
    assert title("7") == "Craft and related trades workers"
    assert title("0110") == "Commissioned armed forces officers"
    assert title("7999") is None


def test_only_four_digits_name_a_unit_group() -> None:
    assert is_unit_group("7112")
    assert not is_unit_group("711")
    assert not is_unit_group("7999")


def test_an_occupation_is_named_as_its_job_order_names_it() -> None:
    assert numbered("7112", "Bricklayer") == "7112 Bricklayer"
    assert numbered("7112") == f"7112 {title('7112')}"
    assert numbered("7999") == "7999"
    assert in_words("", "Bricklayer") == numbered("", "Bricklayer") == "Bricklayer"
