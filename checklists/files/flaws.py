"""A fault of a programme although each part of it is well-formed, and the looks that several checks share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from basis.messages import Message, _

if TYPE_CHECKING:
    from checklists.conditions import Condition
    from checklists.programme import Programme, Requirement, Stage

Path = tuple[str | int, ...]

ENGINE_KINDS = frozenset({"earlier_placement"})
"""Kinds of evidence that nobody hands in, so that no requirement asks for them, but has() may name."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """`path` leads to the place in the file (keys and positions); `meant` is the nearest name that exists."""

    path: Path
    message: Message
    meant: str = ""


def unknown(name: str, names: Iterable[str], path: Path, what: str) -> Iterator[Flaw]:
    """A flaw where `name` is none of `names`; `what` it would be ("stage")."""
    known = list(names)
    if name not in known:
        yield Flaw(path, _("The programme has no {what} {name}.", what=what, name=name), nearest(name, known))


def nearest(name: str, names: list[str]) -> str:
    return next(iter(get_close_matches(name, names, n=1, cutoff=0.5)), "")


def condition_flaws(programme: Programme, condition: Condition | None, path: Path) -> Iterator[Flaw]:
    """Kinds of evidence and tracks that a condition names and the programme does not have."""
    if condition is None:
        return
    kinds = sorted({requirement.evidence for _stage, requirement in programme.requirements()})
    for kind in sorted(condition.evidence_kinds - (ENGINE_KINDS - condition.gaps)):
        yield from unknown(kind, kinds, path, "evidence")
    for name in sorted(condition.tracks):
        yield from unknown(name, [track.id for track in programme.tracks], path, "track")


def asked_tracks(programme: Programme, stage: Stage, requirement: Requirement | None = None) -> list[str]:
    """The tracks on which a stage, or a requirement of it, may be asked."""
    conditions = [stage.when, requirement.when if requirement else None]
    return [
        track.id
        for track in programme.tracks
        if stage.on_track(track.id)
        and all(condition is None or condition.on_track(track.id) is not False for condition in conditions)
    ]


def cyclic(after: Mapping[str, Iterable[str]]) -> set[str]:
    """The names that stand on themselves. `after`: what each stands on; names that are no key do not count."""
    known = {name: [one for one in needed if one in after] for name, needed in after.items()}
    return {name for name in known if name in reached(name, known)}


def reached(start: str, after: Mapping[str, Iterable[str]]) -> set[str]:
    """All that `start` stands on, directly or through others."""
    seen: set[str] = set()
    waiting = list(after[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(after[name])
    return seen
