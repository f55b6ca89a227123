"""The JSON Schema (draft 2020-12) of a programme file, short forms included, for editors: `programme_schema()`.

It says which keys there are and what they may hold; what hangs together (references, cycles, dates) only the catalogue
checks. Shipped as docs/programme.schema.json.
"""

from __future__ import annotations

from typing import Any

from checklists.conditions import AGE_DAYS, FIELDS
from checklists.files.schema_words import KEYS, MODELS
from checklists.files.soundness import ANCHORS, DECIDING
from checklists.programme import Programme

Schema = dict[str, Any]

_CODE: Schema = {"type": "string", "pattern": "^[A-Z]{2}$"}
_CURRENCY: Schema = {"type": "string", "pattern": "^[A-Z]{3}$"}
_SCALAR: Schema = {"type": ["string", "integer", "boolean"]}
_COUNTRIES: Schema = {
    "anyOf": [{"const": "any"}, _CODE, {"type": "array", "items": _CODE, "minItems": 1}],
    "examples": ["XK", ["XK", "AL"], "any"],
}
_DURATION: Schema = {
    "type": "string",
    "pattern": r"^P(?=\d)(\d{1,3}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?$",
    "examples": ["P6M", "P2Y", "P90D", "P1Y6M"],
}
_CONDITION: Schema = {
    "type": "string",
    "maxLength": 500,
    "examples": ["track == 'away' and not loan_asked", "age_at(departure) >= 45 or lived_in('MK', 6, 16)"],
}
_CONDITION_WORDS = (
    f"A condition. Fields: {', '.join(FIELDS)}. Functions: age_at({' | '.join(AGE_DAYS)}), has('kind'[, 'subject']), "
    "lived_in('COUNTRY', months, since_age), gap('kind'). Joined by and, or, not, in, ==, !=, <, <=, >, >=. A fact "
    "that is missing makes it unknown, never a yes."
)
_ACCEPT: Schema = {
    "anyOf": [
        {"$ref": "#/$defs/Alternative"},
        {"type": "array", "items": {"$ref": "#/$defs/Alternative"}},
    ],
    "examples": [{"outcome": ["full", "partial"]}, {"level": {"at_least": "B1"}}, [{"passed": True}, {"years": 3}]],
}
_DAYS: Schema = {"type": "string", "enum": list(ANCHORS)}


def programme_schema() -> Schema:
    """The schema as plain data; every key has a description."""
    schema = Programme.model_json_schema(by_alias=True)
    definitions: Schema = schema.pop("$defs")
    for part in [schema, *definitions.values()]:
        _without_titles(part)
    _write_short_forms(schema, definitions)
    _describe("Programme", schema)
    for name, definition in definitions.items():
        _describe(name, definition)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Programme of predeparture",
        **schema,
        "$defs": dict(sorted(definitions.items())),
    }


def _without_titles(schema: Schema) -> None:
    """Pydantic's titles only repeat the keys."""
    schema.pop("title", None)
    for entry in schema.get("properties", {}).values():
        entry.pop("title", None)


def _write_short_forms(schema: Schema, definitions: Schema) -> None:
    """What the catalogue writes out in full before validating, and what validators say beyond the types."""
    properties = schema["properties"]
    del properties["digest"]
    properties["origin"] = properties["destination"] = _COUNTRIES
    properties["currency"] = _CURRENCY
    definitions["Requirement"]["properties"]["accept"] = _ACCEPT
    definitions["Alternative"] = {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$", "maxLength": 60},
        "additionalProperties": {
            "anyOf": [{"$ref": "#/$defs/AcceptRule"}, _SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]
        },
    }
    definitions["Quota"]["properties"]["countries"]["additionalProperties"] = False
    definitions["Role"]["enum"] = list(DECIDING)
    definitions["Money"]["properties"] = {"minor": {"type": "integer", "minimum": 0}, "currency": _CURRENCY}
    definitions["Money"]["additionalProperties"] = False
    for name, key in (("Validity", "anchor"), ("Validity", "last_day"), ("AgeLimit", "anchor")):
        definitions[name]["properties"][key] = _optional(_DAYS) if name == "Validity" else _DAYS
    lengths = (("AgeLimit", "max_age"), ("Validity", "margin"), ("FollowUp", "after"), ("ShorterValidity", "max_age"))
    for name, key in (*lengths, ("QualificationRule", "decision_within"), ("AssignmentRule", "longest")):
        definitions[name]["properties"][key] = _DURATION
    for name, key in (("Validity", "max_age"), ("SessionRule", "earlier"), ("AssignmentRule", "agreed")):
        definitions[name]["properties"][key] = _optional(_DURATION)
    for owner in (schema, *definitions.values()):
        for key in ("when", "move_when"):
            if key in owner.get("properties", {}):
                needed = key in owner.get("required", [])
                owner["properties"][key] = _CONDITION if needed else _optional(_CONDITION)


def _optional(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _describe(name: str, definition: Schema) -> None:
    definition.pop("description", None)
    if name in MODELS:
        definition["description"] = MODELS[name]
    for key, entry in definition.get("properties", {}).items():
        words = KEYS.get(f"{name}.{key}") or KEYS[key]
        if key in ("when", "move_when"):
            words = f"{words} {_CONDITION_WORDS}"
        definition["properties"][key] = {"description": words, **entry}
