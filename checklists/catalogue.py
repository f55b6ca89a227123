"""The programmes of an installation, read from a folder of YAML files.

Every error is reported with file, line and what was probably meant. The folder's HISTORY says which files are
published; a published file that changed is refused. A case is pinned to id, version and digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import Message, _
from checklists.files.history import HISTORY, differences_from, read_history
from checklists.files.located import Located, Unreadable, read_yaml
from checklists.files.problems import Problem, problems_of
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


@lru_cache(maxsize=64)  # a programme never changes, and most processes read all of them several times
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
    for key in ("origin", "destination"):
        if located.data.get(key) == []:  # in full that would be any country, which nobody means by nothing
            message = _("Name a country, or write “any” where every country is meant.")
            raise InvalidProgramme([Problem(file, located.line((key,)), key, message)])
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
    """All published programmes, the versions of each from oldest to newest. `drafts` are the sound files that are not
    published yet, `faults` what is wrong with the others: a draft stops nobody."""

    programmes: tuple[Programme, ...]
    drafts: tuple[Programme, ...] = ()
    faults: tuple[Problem, ...] = ()

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> Catalogue:
        """Read every ``*.yaml`` in `folder`; those that its file HISTORY names are published.

        Raises `InvalidProgramme` with the problems of all published files: wrong, changed after they were published,
        missing, twice there, or replacing a version that is not there.
        """
        history = folder / HISTORY
        lines, problems = read_history(history.read_text("utf-8") if history.exists() else "")
        known = {entry.digest for entry in lines}
        found: dict[str, Programme] = {}
        drafts: dict[str, Programme] = {}
        faults: list[Problem] = []
        files: dict[tuple[str, str], str] = {}
        for path in sorted(folder.glob("*.yaml")):
            content = path.read_bytes()
            published = hashlib.sha256(content).hexdigest() in known
            try:
                programme = read_programme(content, path.name)
            except InvalidProgramme as error:
                (problems if published else faults).extend(error.problems)
                continue
            first = files.setdefault((programme.id, programme.version), path.name)
            if first != path.name:
                message = _("The same programme and version stand in {other}.", other=first)
                problems.append(Problem(path.name, 1, "version", message))
            (found if published else drafts)[programme.digest] = programme
        strays = differences_from(lines, found, list(drafts.values()))
        problems += strays
        problems += _unknown_before(found.values())
        if problems:
            raise InvalidProgramme([*problems, *(faults if strays else [])])
        return cls(_in_order(found.values()), _in_order(drafts.values()), tuple(faults))

    def with_more(self, programmes: Iterable[Programme]) -> Catalogue:
        """This catalogue and `programmes`, whose content was published elsewhere. Raises `Conflict`
        (``programme_twice``) where a version is there already with other content."""
        found = {(one.id, one.version): one for one in self.programmes}
        for one in programmes:
            if found.setdefault((one.id, one.version), one).digest != one.digest:
                raise Conflict(
                    "programme_twice",
                    _("{id} {version} is there already, with other content.", id=one.id, version=one.version),
                    _("Publish the change as a new version."),
                )
        return Catalogue(_in_order(found.values()), self.drafts, self.faults)

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
        """A programme in a version; without one the newest, or of those in force on the day `on` the newest.

        Raises `NotFound`, naming what there is.
        """
        versions = self._of(programme_id)
        if not versions:
            raise NotFound("unknown_programme", self._unknown(programme_id), _choose(self.ids()))
        if version is None:
            return versions[-1] if on is None else _in_force(versions, on)
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

    def _unknown(self, programme_id: str) -> Message:
        if any(draft.id == programme_id for draft in self.drafts):
            return _("The programme {id} is a draft; it is not published yet.", id=programme_id)
        return _("There is no programme {id}.", id=programme_id)

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


def _in_force(versions: list[Programme], on: date) -> Programme:
    """The newest of the versions (oldest first) that are in force on a day."""
    begun = [programme for programme in versions if _begun(programme, on)]
    if begun:
        return begun[-1]
    raise NotFound(
        "not_in_force",
        _("The programme {id} is not in force yet.", id=versions[0].id),
        _("Its first version begins on {day}.", day=min(programme.in_force_from for programme in versions)),
    )


def _unknown_before(programmes: Iterable[Programme]) -> Iterator[Problem]:
    published = list(programmes)
    versions = {(one.id, one.version) for one in published}
    for one in published:
        if one.replaces and (one.id, one.replaces) not in versions:
            message = _("It replaces {version}, which is not published.", version=one.replaces)
            yield Problem(f"{one.id} {one.version}", 1, "replaces", message)


def _in_order(programmes: Iterable[Programme]) -> tuple[Programme, ...]:
    return tuple(sorted(programmes, key=lambda one: (one.id, age(one.version))))


def age(version: str) -> tuple[int, ...]:
    """A version as numbers, for the order of versions: "2027.10" comes after "2027.9"."""
    return tuple(int(part) for part in version.split("."))


def _choose(names: list[str]) -> Message:
    return _("Choose one of: {names}.", names=", ".join(names)) if names else _("None are installed.")
