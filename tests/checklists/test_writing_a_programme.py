"""The guide for policy officers: its example is sound, its days are those of the plan, and no key is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from checklists.catalogue import read_programme
from checklists.conditions import FIELDS, FUNCTIONS, Condition
from checklists.explaining import facts_of, read_worker
from checklists.facts import CaseFacts, Residence
from checklists.files.located import read_yaml
from checklists.files.soundness import ANCHORS
from checklists.programme import (
    ClinicChoice,
    CostBearer,
    EntitlementKind,
    ExaminationPart,
    FeeHead,
    NeverAsked,
    Programme,
    Provider,
    Requirement,
    StageKind,
)
from checklists.schedule import plan

GUIDE = (Path(__file__).parents[2] / "docs" / "writing-a-programme.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.M | re.S)
WHOLE = max(BLOCKS, key=len)
SET_BY_THE_ENGINE = {"digest"}
OF_A_PROGRAMME = {field.alias or name for name, field in Programme.model_fields.items()}


@cache
def example() -> dict[str, Any]:
    data: dict[str, Any] = read_yaml(WHOLE.encode()).data
    return data


def loads_with(changes: dict[str, Any]) -> Programme:
    """The example with other keys. Raises `InvalidProgramme`."""
    return read_programme(json.dumps({**example(), **changes}).encode(), "guide")


def keys_of(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    """Every key that a file may hold under a model."""
    seen.add(model)
    for name, field in model.model_fields.items():
        yield field.alias or name
        for part in _parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel) and part not in seen:
                yield from keys_of(part, seen)


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


def first_keys(block: str) -> list[str]:
    return re.findall(r"^([a-z_]+):", block, re.M)


def test_the_example_is_a_sound_programme() -> None:
    programme = read_programme(WHOLE.encode(), "example-warehouse.yaml")
    assert programme.id == "example-warehouse"
    assert {stage.kind for stage in programme.stages} >= {StageKind.DOCUMENTS, StageKind.MEDICAL, StageKind.DEPARTURE}


def test_every_key_of_the_language_is_explained() -> None:
    keys = sorted(set(keys_of(Programme, set())) - SET_BY_THE_ENGINE)
    assert len(keys) > 90
    assert [key for key in keys if not re.search(rf"`{key}[`:]|\b{key}:", GUIDE)] == []


def test_every_word_that_a_file_may_use_is_named() -> None:
    words = [*StageKind, *Provider, *CostBearer, *FeeHead, *EntitlementKind, *ANCHORS, *FIELDS]
    assert [word for word in words if f"`{word}`" not in GUIDE and f"`{word}," not in GUIDE] == []
    of_stages = [*ClinicChoice, *ExaminationPart, *NeverAsked]
    assert [word for word in of_stages if not re.search(rf"\b{word}\b", GUIDE)] == []
    assert [name for name in FUNCTIONS if f"`{name}(" not in GUIDE] == []


def test_every_part_shown_loads_in_the_example() -> None:
    parts = [block for block in BLOCKS if block != WHOLE and set(first_keys(block)) <= OF_A_PROGRAMME]
    assert len(parts) >= 10
    for block in parts:
        part = read_yaml(block.encode()).data
        new = [stage for stage in part.get("stages", []) if stage["kind"] in ("followup", "completion")]
        loads_with({**part, "stages": [*example()["stages"], *new]} if new else part)


def test_every_line_shown_of_a_requirement_loads() -> None:
    lines = [
        part
        for block in BLOCKS
        if set(first_keys(block)) <= {"accept", "validity"}
        for part in re.split(r"^(?=accept|validity)", block, flags=re.M)
        if part
    ]
    assert len(lines) >= 9
    for line in lines:
        stages = json.loads(json.dumps(example()["stages"]))
        stages[0]["requirements"][0] |= read_yaml(line.encode()).data
        loads_with({"stages": stages})


def test_every_rule_shown_of_a_stage_loads() -> None:
    kinds = {
        "examination": "medical",
        "courses": "training",
        "sessions": "orientation",
        "recognitions": "qualifications",
    }
    shown = [block for block in BLOCKS if set(first_keys(block)) <= set(kinds)]
    assert len(shown) == len(kinds)
    for block in shown:
        [(key, rule)] = read_yaml(block.encode()).data.items()
        stages = json.loads(json.dumps(example()["stages"]))
        stages[0] |= {key: rule, "kind": kinds[key]}
        if key == "sessions":  # its pass mark needs somebody who asks for the test
            stages[0]["requirements"][0]["evidence"] = "orientation_test"
        loads_with({"stages": stages})


def test_the_worker_shown_is_a_worker_file() -> None:
    [shown] = [block for block in BLOCKS if "birth_date" in first_keys(block)]
    facts = facts_of(read_worker(shown.encode(), "worker.yaml"), read_programme(WHOLE.encode(), "g"), date(2027, 3, 1))
    assert facts.planned_departure == date(2027, 9, 15)


def test_every_condition_shown_is_one() -> None:
    shown = re.findall(r"^\s*when: ([^#\n]+?)\s*$", GUIDE, re.M) + re.findall(r"`when: ([^`]+)`", GUIDE)
    assert len(shown) >= 7
    for text in shown:
        Condition.parse(text)


def test_the_days_in_the_guide_are_those_of_the_plan() -> None:
    programme = read_programme(WHOLE.encode(), "example-warehouse.yaml")
    born = date(1995, 5, 20)
    facts = CaseFacts(
        track="away",
        registered_on=date(2027, 2, 15),
        nationality="MK",
        birth_date=born,
        planned_departure=date(2027, 9, 15),
        occupation="9333",
        destination="SI",
        residences=(Residence("MK", born),),
    )
    found = plan(programme, facts, date(2027, 3, 1))
    items = {item.requirement: item for item in found.items}
    rows = re.findall(r"^\| ([a-z ]+) \| (\d+ \w+ 2027) \| (\d+ \w+ 2027) \| (.*) \|$", GUIDE, re.M)
    assert len(rows) == 6
    for title, start_by, latest, why in rows:
        item = items[title.replace(" ", "_")]
        assert (start_by, latest) == (_written(item.start_by), _written(item.latest)), title
        if item.useful_from is not None:
            assert _written(item.useful_from) in why
    assert {"work_permit", "visa"} <= {step.requirement for step in found.critical_path}


def _written(day: date | None) -> str:
    assert day is not None
    return f"{day.day} {day:%B %Y}"


def test_the_keys_of_a_requirement_stand_in_its_table() -> None:
    table = GUIDE[GUIDE.index("### A requirement") :].split("\n### ")[0]
    keys = [field.alias or name for name, field in Requirement.model_fields.items()]
    assert [key for key in keys if f"`{key}`" not in table] == []
