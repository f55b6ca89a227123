"""What a document shows is said in words, every field of every kind; and two of them are told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from documents import shown
from documents.encoding import from_json, to_json
from documents.values import Certificate
from tests.documents.samples import samples


@pytest.mark.parametrize("value", samples(), ids=lambda value: value.kind)
def test_every_field_that_is_filled_is_shown_with_a_label(value: Certificate) -> None:
    lines = shown.lines(value)
    said = {str(line.value) for line in lines}
    assert value.head.number in said
    assert value.person.name in said
    assert str(value.person.birth_date) in said
    assert all(str(line.title) for line in lines)
    assert len({str(line.title) for line in lines}) == len(lines)


def test_the_same_value_read_back_differs_in_nothing() -> None:
    for value in samples():
        assert shown.differences(value, from_json(to_json(value))) == ()


def test_a_correction_names_each_field_with_both_values() -> None:
    value = next(iter(samples()))
    corrected = replace(
        value,
        head=replace(value.head, number="X-2", replaces=value.head.number, verify_url="https://example.org/verify/x"),
        person=replace(value.person, name="Somebody Else", birth_date=date(1990, 2, 3)),
        remarks=("Waived.",),
    )
    found = {str(one.title): (one.before, one.after) for one in shown.differences(value, corrected)}
    assert found["Person: Name"] == (value.person.name, "Somebody Else")
    assert found["Person: Born on"] == (value.person.birth_date, date(1990, 2, 3))
    assert found["Remark 1"] == (value.remarks[0] if value.remarks else None, "Waived.")
    assert "Head: In the place of" in found
    assert not any("Number" in title or "Address" in title for title in found)
