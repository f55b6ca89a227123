"""The programmes of an installation, read from a folder of YAML files.

Every error is reported with file, line and what was probably meant. A case is pinned to id, version and digest;
a file that changed after that is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import Message, _
from checklists.located import Located, Unreadable, read_yaml
from checklists.problems import Problem, problems_of
from checklists.programme import Programme

SHIPPED = Path(__file__).parent / "programmes"
_LARGEST = 300_000


class InvalidProgramme(InvalidInput):
    """One or more programme files are wrong; `problems` lists every fault."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "invalid_programme",
            _("{problems}", problems="\n".join(str(problem) for problem in self.problems)),
            _("Mend the lines named; “predeparture programme check FILE” checks again."),
        )


@lru_cache(maxsize=64)  # reading YAML with its lines takes a third of a second, and a programme never changes
def read_programme(content: bytes, file: str) -> Programme:
    """The programme in `content`; `file` is the name that errors give. Raises `InvalidProgramme`."""
    if len(content) > _LARGEST:
        raise InvalidProgramme([Problem(file, 1, "", _("The file is larger than a programme can be."))])
    try:
        located = read_yaml(content)
    except Unreadable as error:
        raise InvalidProgramme([Problem(file, error.line, "", error.message)]) from None
    return _validated(located, file, hashlib.sha256(content).hexdigest())


def _validated(located: Located, file: str, digest: str) -> Programme:
    if not isinstance(located.data, dict):
        raise InvalidProgramme([Problem(file, 1, "", _("A programme file begins with “id:” and other keys."))])
    if "digest" in located.data:
        message = _("The key “digest” is set by the engine; take it out.")
        raise InvalidProgramme([Problem(file, located.line(("digest",)), "digest", message)])
    try:
        return Programme.model_validate_json(json.dumps({**written_out(located.data), "digest": digest}))
    except ValidationError as error:
        raise InvalidProgramme(problems_of(error, located, file)) from None


def written_out(data: dict[str, Any]) -> dict[str, Any]:
    """The short forms in full: one country is a list of one and ``any`` an empty one; of ``accept:`` a mapping is one
    alternative, ``[full]`` and ``true`` are ``one_of``."""
    full = dict(data)
    for key in ("origin", "destination"):
        if key in data:
            full[key] = _countries_in_full(data[key])
    if isinstance(data.get("stages"), list):
        full["stages"] = [_with_each(stage, "requirements", _accept_in_full) for stage in data["stages"]]
    return full


def _countries_in_full(value: Any) -> Any:
    if value == "any":
        return []
    return [value] if isinstance(value, str) else value


def _with_each(holder: Any, key: str, change: Callable[[Any], Any]) -> Any:
    if isinstance(holder, dict) and isinstance(holder.get(key), list):
        return {**holder, key: [change(one) for one in holder[key]]}
    return holder


def _accept_in_full(requirement: Any) -> Any:
    if not isinstance(requirement, dict) or "accept" not in requirement:
        return requirement
    accept = requirement["accept"]
    alternatives = accept if isinstance(accept, list) else [accept]
    return {**requirement, "accept": [_rules_in_full(one) for one in alternatives]}


def _rules_in_full(alternative: Any) -> Any:
    if not isinstance(alternative, dict):
        return alternative
    return {name: _rule_in_full(rule) for name, rule in alternative.items()}


def _rule_in_full(rule: Any) -> Any:
    if isinstance(rule, dict):
        return rule
    return {"one_of": rule if isinstance(rule, list) else [rule]}


@dataclass(frozen=True)
class Catalogue:
    """All programmes, the versions of each in the order they were published."""

    programmes: tuple[Programme, ...]

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> Catalogue:
        """Read every ``*.yaml`` in `folder`. Raises `InvalidProgramme` with the problems of all files."""
        problems: list[Problem] = []
        found: dict[tuple[str, str], tuple[Programme, str]] = {}
        for path in sorted(folder.glob("*.yaml")):
            try:
                programme = read_programme(path.read_bytes(), path.name)
            except InvalidProgramme as error:
                problems.extend(error.problems)
                continue
            key = (programme.id, programme.version)
            if key in found:
                message = _("The same programme and version stand in {other}.", other=found[key][1])
                problems.append(Problem(path.name, 1, "version", message))
            found[key] = (programme, path.name)
        if problems:
            raise InvalidProgramme(problems)
        return cls(tuple(sorted((one for one, _file in found.values()), key=_age)))

    def ids(self) -> list[str]:
        """The ids of all programmes, sorted."""
        return sorted({programme.id for programme in self.programmes})

    def versions(self, programme_id: str) -> list[str]:
        """The versions of a programme, oldest first."""
        return [programme.version for programme in self.programmes if programme.id == programme_id]

    def latest(self, on: date | None = None) -> list[Programme]:
        """The newest version of each programme; with `on` the newest in force on that day, and only of those that
        have one."""
        return [
            found[-1]
            for programme_id in self.ids()
            if (found := [one for one in self._of(programme_id) if _begun(one, on)])
        ]

    def get(self, programme_id: str, version: str | None = None, *, on: date | None = None) -> Programme:
        """A programme in a version, or in the newest one (with `on`: the newest in force on that day).

        Raises `NotFound`, naming what there is.
        """
        versions = self._of(programme_id)
        if not versions:
            raise NotFound(
                "unknown_programme",
                _("There is no programme {id}.", id=programme_id),
                _choose(self.ids()),
            )
        if version is None:
            begun = [one for one in versions if _begun(one, on)]
            if not begun:
                raise NotFound(
                    "not_in_force",
                    _("The programme {id} is not in force yet.", id=programme_id),
                    _("Its first version begins on {day}.", day=min(one.in_force_from for one in versions)),
                )
            return begun[-1]
        for programme in versions:
            if programme.version == version:
                return programme
        raise NotFound(
            "unknown_programme_version",
            _("The programme {id} has no version {version}.", id=programme_id, version=version),
            _choose([programme.version for programme in versions]),
        )

    def _of(self, programme_id: str) -> list[Programme]:
        return [programme for programme in self.programmes if programme.id == programme_id]

    def pinned(self, programme_id: str, version: str, digest: str) -> Programme:
        """The programme a case is pinned to. Raises `NotFound`, or `Conflict` where its file has changed since."""
        programme = self.get(programme_id, version)
        if programme.digest != digest:
            raise Conflict(
                "programme_changed",
                _("The file of {id} {version} was changed after it was published.", id=programme_id, version=version),
                _("Put the published file back, and publish the change as a new version."),
            )
        return programme


def _begun(programme: Programme, on: date | None) -> bool:
    return on is None or programme.in_force_from <= on


def _age(programme: Programme) -> tuple[str, tuple[int, ...]]:
    return programme.id, tuple(int(part) for part in programme.version.split("."))


def _choose(names: list[str]) -> Message:
    return _("Choose one of: {names}.", names=", ".join(names)) if names else _("None are installed.")
