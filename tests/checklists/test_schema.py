"""The JSON Schema for editors says the same as the catalogue about every key."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from checklists.catalogue import SHIPPED, InvalidProgramme, read_programme
from checklists.files.located import read_yaml
from checklists.files.schema import programme_schema

ROOT = Path(__file__).parents[2]
EVERY_KEY = (Path(__file__).parent / "every_key.yaml").read_bytes()
SCHEMA = programme_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
OPEN = "accept"  # where any attribute may stand

Place = tuple[str | int, ...]


def test_the_shipped_schema_is_the_one_that_the_command_prints() -> None:
    shipped = (ROOT / "docs" / "programme.schema.json").read_text("utf-8")
    assert json.loads(shipped) == SCHEMA


def test_it_is_a_schema_and_every_key_is_described() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for part in (SCHEMA, *SCHEMA["$defs"].values()):
        assert part.get("description"), part
        assert all(entry["description"] for entry in part.get("properties", {}).values())


def test_every_shipped_programme_and_every_key_is_valid() -> None:
    for content in (EVERY_KEY, *(path.read_bytes() for path in SHIPPED.glob("*.yaml"))):
        assert [error.message for error in VALIDATOR.iter_errors(read_yaml(content).data)] == []


def places(data: Any, at: Place = ()) -> Iterator[Place]:
    yield at
    if isinstance(data, dict):
        for key, value in data.items():
            yield from places(value, (*at, key))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from places(value, (*at, position))


def at(data: Any, place: Place) -> Any:
    for step in place:
        data = data[step]
    return data


def check(chosen: list[Place]) -> None:
    """What has one key too many, or something of a wrong kind, is refused by the schema and by the catalogue."""
    whole = read_yaml(EVERY_KEY).data
    for place in chosen:
        changed = copy.deepcopy(whole)
        found = at(changed, place)
        if isinstance(found, dict) and OPEN not in place:
            found["surplus"] = "x"
        elif place:
            at(changed, place[:-1])[place[-1]] = [[found]] if isinstance(found, list) else {"surplus": 1.5}
        else:
            continue
        assert not VALIDATOR.is_valid(changed), place
        with pytest.raises(InvalidProgramme):
            read_programme(json.dumps(changed).encode(), "changed.yaml")


def test_what_the_catalogue_refuses_the_schema_refuses() -> None:
    every = sorted(places(read_yaml(EVERY_KEY).data), key=str)
    check(random.Random(3).sample(every, 40))


@pytest.mark.deep
def test_what_the_catalogue_refuses_anywhere_the_schema_refuses() -> None:
    check(list(places(read_yaml(EVERY_KEY).data)))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("origin",), "XK"),
        (("origin",), "any"),
        (("stages", 0, "requirements", 3, "accept"), {"passed": True, "outcome": "full", "years": {"one_of": [3]}}),
        (("stages", 0, "requirements", 3, "accept"), [{"level": {"at_least": "B1"}}]),
        (("stages", 0, "requirements", 0, "validity"), None),
        (("stages", 0, "requirements", 0, "validity", "max_age"), "P1Y6M"),
        (("stages", 1, "when"), "not loan_asked"),
    ],
)
def test_short_forms_are_valid(place: Place, value: Any) -> None:
    changed = copy.deepcopy(read_yaml(EVERY_KEY).data)
    at(changed, place[:-1])[place[-1]] = value
    assert [error.message for error in VALIDATOR.iter_errors(changed)] == []
    assert read_programme(json.dumps(changed).encode(), "changed.yaml").id == "every-key"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("minimum_age",), "eighteen"),
        (("currency",), "euro"),
        (("stages", 0, "kind"), "papers"),
        (("stages", 0, "requirements", 0, "verified_by"), "auditor"),
        (("stages", 0, "requirements", 0, "validity", "max_age"), "6 months"),
        (("stages", 0, "requirements", 0, "validity", "anchor"), "birthday"),
        (("fee_ceilings", 0, "ceiling"), {"minor": 5}),
        (("fee_ceilings", 0, "ceiling", "minor"), -1),
        (("sources", 0, "link"), "example.org"),
    ],
)
def test_wrong_values_are_refused_by_both(place: Place, value: Any) -> None:
    changed = copy.deepcopy(read_yaml(EVERY_KEY).data)
    at(changed, place[:-1])[place[-1]] = value
    assert not VALIDATOR.is_valid(changed)
    with pytest.raises(InvalidProgramme):
        read_programme(json.dumps(changed).encode(), "changed.yaml")
