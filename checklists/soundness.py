"""What a programme file may get wrong although each part of it is well-formed: references, cycles, impossible rules."""

from __future__ import annotations

from collections.abc import Iterator
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


def find_flaws(programme: Programme) -> list[Flaw]:
    """Every flaw, in the order of the file; an empty list is a sound programme."""
    flaws = [*_doubles(programme), *_cycles(programme)]
    for position, stage in enumerate(programme.stages):
        flaws.extend(_stage_flaws(programme, stage, ("stages", position)))
    return flaws


def _doubles(programme: Programme) -> Iterator[Flaw]:
    named: list[tuple[str, Path]] = [
        (f"stage {stage.id}", ("stages", i, "id")) for i, stage in enumerate(programme.stages)
    ]
    named += [(f"track {track.id}", ("tracks", i, "id")) for i, track in enumerate(programme.tracks)]
    named += [(f"module {module.id}", ("curriculum", i, "id")) for i, module in enumerate(programme.curriculum)]
    for i, stage in enumerate(programme.stages):
        named.append((f"prefix {stage.certificate.prefix}", ("stages", i, "certificate", "prefix")))
        named += [
            (f"requirement {asked.id}", ("stages", i, "requirements", j, "id"))
            for j, asked in enumerate(stage.requirements)
        ]
    seen: set[str] = set()
    for name, path in named:
        if name in seen:
            yield Flaw(path, _("The {name} is there twice.", name=name))
        seen.add(name)


def _cycles(programme: Programme) -> Iterator[Flaw]:
    after = {stage.id: stage.after for stage in programme.stages}
    cleared: set[str] = set()
    while free := {stage for stage, needed in after.items() if stage not in cleared and cleared.issuperset(needed)}:
        cleared |= free
    known = {stage: [name for name in needed if name in after] for stage, needed in after.items()}
    for position, stage in enumerate(programme.stages):
        if stage.id not in cleared and _reaches_itself(stage.id, known):
            message = _("The stage {stage} stands on itself, through its “after”.", stage=stage.id)
            yield Flaw(("stages", position, "after"), message)


def _reaches_itself(start: str, after: dict[str, list[str]]) -> bool:
    seen: set[str] = set()
    waiting = list(after[start])
    while waiting:
        name = waiting.pop()
        if name == start:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(after[name])
    return False


def _stage_flaws(programme: Programme, stage: Stage, path: Path) -> Iterator[Flaw]:
    stages = [other.id for other in programme.stages]
    tracks = [track.id for track in programme.tracks]
    for i, name in enumerate(stage.after):
        yield from _unknown(name, stages, (*path, "after", i), "stage")
    for i, name in enumerate(stage.tracks):
        yield from _unknown(name, tracks, (*path, "tracks", i), "track")
    if stage.optional and stage.when is None:
        yield Flaw((*path, "optional"), _("An optional stage needs a “when” that says who asks for it."))
    if stage.kind.value == "loan" and programme.loan is None:
        yield Flaw((*path, "kind"), _("A loan stage needs the programme's “loan” terms."))
    if not stage.requirements and stage.sign_off == "automatic":
        yield Flaw((*path, "sign_off"), _("A stage without requirements cannot be signed off automatically."))
    yield from _condition_flaws(programme, stage.when, (*path, "when"))
    for i, requirement in enumerate(stage.requirements):
        yield from _requirement_flaws(programme, requirement, (*path, "requirements", i))


def _requirement_flaws(programme: Programme, requirement: Requirement, path: Path) -> Iterator[Flaw]:
    yield from _condition_flaws(programme, requirement.when, (*path, "when"))
    each = requirement.each.value if requirement.each else ""
    if each == "residence" and programme.residence is None:
        yield Flaw((*path, "each"), _("“each: residence” needs the programme's “residence” rule."))
    if each == "module" and not programme.curriculum:
        yield Flaw((*path, "each"), _("“each: module” needs the programme's “curriculum”."))
    if each and requirement.subject:
        yield Flaw((*path, "subject"), _("With “each” the subject is set by it; leave “subject” out."))
    validity = requirement.validity
    if (
        validity is not None
        and validity.max_age is not None
        and validity.max_age.days + validity.max_age.months * 31 <= (requirement.lead_days)
    ):
        yield Flaw(
            (*path, "lead_days"),
            _("It must be there {days} days before departure, but lapses sooner.", days=requirement.lead_days),
        )


def _condition_flaws(programme: Programme, condition: Condition | None, path: Path) -> Iterator[Flaw]:
    if condition is None:
        return
    kinds = sorted({requirement.evidence for _stage, requirement in programme.requirements()})
    for kind in sorted(condition.evidence_kinds - (ENGINE_KINDS - condition.gaps)):
        yield from _unknown(kind, kinds, path, "evidence")
    for name in sorted(condition.tracks):
        yield from _unknown(name, [track.id for track in programme.tracks], path, "track")


def _unknown(name: str, names: list[str], path: Path, what: str) -> Iterator[Flaw]:
    if name not in names:
        meant = next(iter(get_close_matches(name, names, n=1, cutoff=0.5)), "")
        yield Flaw(path, _("The programme has no {what} {name}.", what=what, name=name), meant)
