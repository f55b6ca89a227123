"""What is wrong with a programme file, in words a policy officer can act on: file, line, what, what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from basis.messages import Message, _
from basis.money import Money
from checklists.files.located import Located, Path
from checklists.files.soundness import DECIDING
from checklists.programme import Programme


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` counts from 1; `where` is the place in dots (``stages.2.requirements.0.when``); `meant` may be ""."""

    file: str
    line: int
    where: str
    message: Message
    meant: str = ""

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        meant = " " + str(_("Did you mean {meant}?", meant=self.meant)) if self.meant else ""
        return f"{self.file}:{self.line}: {where}{self.message}{meant}"


def problems_of(
    error: ValidationError, located: Located, file: str, model: type[BaseModel] = Programme
) -> list[Problem]:
    """Every fault that validation of a file as `model` found, by line."""
    problems: set[tuple[int, str, Message, str]] = set()
    alternatives: dict[Path, list[ErrorDetails]] = {}
    for details in error.errors(include_url=False):
        if details["type"] in (*_CHOICES, "int_type", "int_parsing"):
            alternatives.setdefault(_in_file(details["loc"], located.data), []).append(details)
            continue
        for path, message, meant in _faults(details, located.data, model):
            problems.add((located.line(path), ".".join(map(str, path)), message, meant))
    for path, ways in alternatives.items():
        problems.add((located.line(path), ".".join(map(str, path)), *_one_of(path, ways)))
    return [Problem(file, *each) for each in sorted(problems, key=lambda each: (each[0], each[1], str(each[2])))]


def _faults(details: ErrorDetails, data: Any, model: type[BaseModel]) -> Iterator[tuple[Path, Message, str]]:
    if details["type"] == "flaws":
        for flaw in details["ctx"]["flaws"]:
            yield flaw.path, flaw.message, flaw.meant
        return
    path = _in_file(details["loc"], data)
    match details["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            key = str(path[-1])
            yield path, _("There is no key “{key}”.", key=key), _meant(key, path[:-1], model)
        case "missing" | "missing_argument":
            yield path, _("The key “{key}” is missing.", key=str(details["loc"][-1])), ""
        case "condition":
            problem = str(details["ctx"]["problem"])
            yield path, _("The condition cannot be used: {problem}.", problem=problem), str(details["ctx"]["meant"])
        case "string_pattern_mismatch" if details["ctx"]["pattern"] in _PATTERNS:
            yield path, _PATTERNS[details["ctx"]["pattern"]], ""
        case "dataclass_type" if details["ctx"]["class_name"] == "Money":
            yield path, _("Money is written in its smallest unit: {minor: 15000, currency: EUR} is EUR 150.00."), ""
        case "too_short" if details["input"]:
            return  # entries stand there; what is wrong with them is told by itself
        case kind if kind in _SHAPES:
            yield path, _SHAPES[kind], ""
        case _:
            yield path, _("This {problem}.", problem=_in_words(details)), ""


def _one_of(path: Path, ways: list[ErrorDetails]) -> tuple[Message, str]:
    """What a value may be where pydantic reports each alternative by itself, and the nearest of them."""
    choices: list[str] = []
    for details in ways:
        if details["type"] in _CHOICES:
            allowed = str(details["ctx"]["expected"]).replace(" or ", ", ")
            choices += [choice.strip("' ") for choice in allowed.split(",")]
    if path[-1] in ("sign_off", "verified_by"):
        choices = [choice for choice in choices if choice in ("automatic", *DECIDING)]
    number = any(details["type"] not in _CHOICES for details in ways)
    if not choices:
        return _("This must be a whole number."), ""
    meant = _nearest(str(ways[0]["input"]), choices)
    if number:
        return _("This must be a whole number or one of: {choices}.", choices=", ".join(choices)), meant
    return _("This must be one of: {choices}.", choices=", ".join(choices)), meant


_CHOICES = ("enum", "literal_error")
_SHAPES = {
    "date_type": _("This must be a day, written as 2027-02-01."),
    "date_parsing": _("This must be a day, written as 2027-02-01."),
    "date_from_datetime_parsing": _("This must be a day, written as 2027-02-01."),
    "tuple_type": _("This must be a list: in brackets, or with a dash before each entry."),
    "too_short": _("There must be at least one entry here."),
    "bool_type": _("This must be true or false."),
    "bool_parsing": _("This must be true or false."),
    "string_type": _("This must be a text; a number goes into quotes."),
    "model_type": _("Keys with their values must stand here, two spaces further in or in braces."),
    "model_attributes_type": _("Keys with their values must stand here, two spaces further in or in braces."),
    "dataclass_type": _("Keys with their values must stand here, two spaces further in or in braces."),
    "dict_type": _("Keys with their values must stand here, two spaces further in or in braces."),
}
"""What to write instead of a value of another shape, by pydantic's type of error."""


_PATTERNS = {
    r"^[A-Z]{2}$": _("This must be a country as ISO 3166-1 writes it: two capital letters, such as DE."),
    r"^[A-Z]{3}$": _("This must be three capital letters, such as MED."),
    r"^[a-z][a-z0-9_]*$": _("This must be small letters, digits and underscores, such as police_certificate."),
    r"^[a-z][a-z0-9-]*$": _("This must be small letters, digits and hyphens, such as kosovo-germany-construction."),
    r"^\d{4}\.\d{1,3}$": _("This must be a year and a number in quotes, such as “2027.1”."),
    r"^(\d{4}\.\d{1,3})?$": _("This must be a year and a number in quotes, such as “2027.1”."),
    r"^\d{1,4}$": _("This must be the beginning of an ISCO-08 code in quotes, such as “71”."),
    r"^(\d{4})?$": _("This must be an ISCO-08 code of four digits in quotes, such as “7112”."),
    r"^[a-z]{2,3}$": _("This must be a language as ISO 639-1 writes it: two small letters, such as sq."),
    r"^(https?://\S+)?$": _("This must be an address that begins with https:// or http://."),
}
"""What to write instead, for every pattern of the models."""


def _in_words(details: ErrorDetails) -> str:
    text = details["msg"]
    return text.removeprefix("Input ").removeprefix("Value error, ").rstrip(".")


def _in_file(location: tuple[int | str, ...], data: Any) -> Path:
    """Pydantic's location without the parts it adds for unions and short forms; a missing key stays at the end."""
    path: list[int | str] = []
    for position, step in enumerate(location):
        if isinstance(data, dict) and step in data:
            data = data[str(step)]
            path.append(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
            path.append(step)
        elif position == len(location) - 1 and isinstance(data, dict) and isinstance(step, str):
            path.append(step)
    return tuple(path)


def _nearest(name: str, names: list[str]) -> str:
    return next(iter(get_close_matches(name, names, n=1, cutoff=0.5)), "")


def _meant(key: str, path: Path, root: type[BaseModel]) -> str:
    """The key that was probably meant at a place of the file."""
    model = _model_at(path, root)
    if model is None:
        return ""
    if issubclass(model, BaseModel) and key in model.model_fields:  # our own name for it
        return model.model_fields[key].alias or ""
    return _nearest(key, sorted(set(_keys(model)) - {"digest"}))


def _model_at(path: Path, root: type[BaseModel]) -> type | None:
    model: type | None = root
    for step in path:
        if isinstance(step, str) and model is not None:
            model = next(_models_in(_keys(model).get(step)), None)
    return model


def _keys(model: type) -> dict[str, Any]:
    """The keys of a model or dataclass with what stands under them."""
    if issubclass(model, BaseModel):
        return {entry.alias or name: entry.annotation for name, entry in model.model_fields.items()}
    return {entry.name: entry.type for entry in fields(model)} if is_dataclass(model) else {}


def _models_in(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type) and (issubclass(annotation, BaseModel) or annotation is Money):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
