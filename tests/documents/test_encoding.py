from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from basis.errors import InvalidInput
from documents.encoding import facts, from_json, to_json
from documents.values import KINDS, Certificate
from tests.documents.samples import photo, samples


@pytest.mark.parametrize("value", samples(), ids=lambda value: value.kind)
def test_a_value_survives_the_way_through_json(value: Certificate) -> None:
    assert from_json(json.loads(json.dumps(to_json(value)))) == value


def test_there_is_a_sample_of_every_kind() -> None:
    assert {value.kind for value in samples()} == set(KINDS)


def test_the_embedded_data_holds_all_but_the_photograph(certificates: dict[str, Certificate]) -> None:
    value = certificates["medical"]
    expected: dict[str, Any] = to_json(value)
    embedded = facts(value)
    assert embedded["person"].pop("photo_sha256")
    del expected["person"]["photo"]
    assert embedded == expected


def test_another_photograph_gives_other_facts(certificates: dict[str, Certificate]) -> None:
    value = certificates["medical"]
    other = replace(value, person=replace(value.person, photo=photo() + b"\0"))
    assert facts(other) != facts(value)


def test_a_value_stored_before_a_field_existed_is_read_with_its_default(certificates: dict[str, Certificate]) -> None:
    value = certificates["medical"]
    stored = to_json(value)
    del stored["head"]["short_code"]
    assert from_json(stored) == replace(value, head=replace(value.head, short_code=""))
    del stored["head"]["number"]
    with pytest.raises(InvalidInput):
        from_json(stored)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "predeparture.certificate/2"},
        {"kind": "passport"},
        {"kind": None},
        {"surplus": 1},
        {"examined_on": "yesterday"},
        {"examined_on": 5},
        {"clinic": 5},
        {"remarks": "none"},
        {"head": None},
        {"person": {}},
    ],
    ids=str,
)
def test_what_is_no_value_is_refused(certificates: dict[str, Certificate], change: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        from_json({**to_json(certificates["medical"]), **change})
