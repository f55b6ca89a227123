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
    for details in error.errors(include_url=False):
        for path, message, meant in _faults(details, located.data, model):
            problems.add((located.line(path), ".".join(map(str, path)), message, meant))
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
        case "enum" | "literal_error":
            given, allowed = details["input"], str(details["ctx"]["expected"])
            choices = [choice.strip("' ") for choice in allowed.replace(" or ", ", ").split(",")]
            yield path, _("This must be one of: {choices}.", choices=", ".join(choices)), _nearest(str(given), choices)
        case "string_pattern_mismatch" if details["ctx"]["pattern"] in _PATTERNS:
            yield path, _PATTERNS[details["ctx"]["pattern"]], ""
        case _:
            yield path, _("This {problem}.", problem=_in_words(details)), ""


_PATTERNS = {
    r"^[A-Z]{2}$": _("This must be a country as ISO 3166-1 writes it: two capital letters, such as DE."),
    r"^[A-Z]{3}$": _("This must be three capital letters, such as MED."),
    r"^[a-z][a-z0-9_]*$": _("This must be small letters, digits and underscores, such as police_certificate."),
    r"^[a-z][a-z0-9-]*$": _("This must be small letters, digits and hyphens, such as kosovo-germany-construction."),
    r"^\d{4}\.\d{1,3}$": _("This must be a year and a number in quotes, such as “2027.1”."),
    r"^(\d{4}\.\d{1,3})?$": _("This must be a year and a number in quotes, such as “2027.1”."),
    r"^\d{1,4}$": _("This must be the beginning of an ISCO-08 code in quotes, such as “71”."),
    r"^(\d{4})?$": _("This must be an ISCO-08 code of four digits in quotes, such as “7112”."),
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
