"""A certificate value as JSON and back, without loss; and the form of it that is embedded in the PDF.

The fields are walked by their type hints, so that a new field of a value needs no line here. Days are ISO
8601, sums `{"minor", "currency"}`, bytes base64.
"""

from __future__ import annotations

import dataclasses
import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from basis.errors import InvalidInput
from basis.messages import _
from documents.values import KINDS, Certificate

SCHEMA = "predeparture.certificate/1"

Json = dict[str, Any]


def to_json(value: Certificate) -> Json:
    """`{"schema": "predeparture.certificate/1", "kind": ..., "head": {...}, ...}`, ready for `json.dumps`."""
    return {"schema": SCHEMA, "kind": value.kind, **_encode(value)}


def from_json(data: Mapping[str, Any]) -> Certificate:
    """The value that `to_json` wrote, in this version or an earlier one: a field that came later has its default.

    Raises `InvalidInput` (``invalid_certificate_value``) and names the field.
    """
    if data.get("schema") != SCHEMA:
        raise _invalid("schema")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise _invalid("kind")
    fields = {key: item for key, item in data.items() if key not in ("schema", "kind")}
    value: Certificate = _decode(KINDS[kind], fields, "certificate")
    return value


def facts(value: Certificate) -> Json:
    """What the PDF carries and the credential signs: `to_json` with the photograph replaced by its SHA-256.

    Half a character (a lone surrogate, which UTF-8 cannot hold) becomes a question mark.
    """
    return facts_of(to_json(value))


def facts_of(data: Mapping[str, Any]) -> Json:
    """The facts of a value as JSON, as any version wrote it: no field is added that came later."""
    whole: Json = _whole(dict(data))
    photo = whole["person"].pop("photo")
    whole["person"]["photo_sha256"] = None if photo is None else hashlib.sha256(b64decode(photo)).hexdigest()
    return whole


@cache
def _hints(cls: Any) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


@cache
def _required(cls: Any) -> frozenset[str]:
    return frozenset(field.name for field in dataclasses.fields(cls) if field.default is dataclasses.MISSING)


def _encode(item: Any) -> Any:
    if dataclasses.is_dataclass(item):
        return {name: _encode(getattr(item, name)) for name in _hints(item.__class__)}
    if isinstance(item, tuple):
        return [_encode(part) for part in item]
    if isinstance(item, date):
        return item.isoformat()
    if isinstance(item, bytes):
        return b64encode(item).decode("ascii")
    return item


def _whole(item: Any) -> Any:
    if isinstance(item, str):
        return item.encode("utf-8", "replace").decode("utf-8")
    if isinstance(item, dict):
        return {name: _whole(part) for name, part in item.items()}
    return [_whole(part) for part in item] if isinstance(item, list) else item


def _decode(hint: Any, item: Any, path: str) -> Any:
    if isinstance(hint, UnionType):
        (inner,) = (part for part in get_args(hint) if part is not NoneType)
        return None if item is None else _decode(inner, item, path)
    if get_origin(hint) is tuple:
        if not isinstance(item, list):
            raise _invalid(path)
        return tuple(_decode(get_args(hint)[0], part, f"{path}[{index}]") for index, part in enumerate(item))
    if dataclasses.is_dataclass(hint):
        return _decode_fields(hint, item, path)
    try:
        if hint is date:
            return date.fromisoformat(item)
        if hint is bytes:
            return b64decode(item, validate=True)
    except (TypeError, ValueError) as error:
        raise _invalid(path) from error
    if type(item) is not hint:
        raise _invalid(path)
    return item


def _decode_fields(cls: Any, item: Any, path: str) -> Any:
    hints = _hints(cls)
    if not isinstance(item, dict) or not _required(cls) <= set(item) <= set(hints):
        raise _invalid(path)
    return cls(**{name: _decode(hints[name], part, f"{path}.{name}") for name, part in item.items()})


def _invalid(path: str) -> InvalidInput:
    return InvalidInput(
        "invalid_certificate_value",
        _("The certificate value cannot be read at {path}.", path=path),
        _("Read it with the version of the engine that wrote it."),
    )
