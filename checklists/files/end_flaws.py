"""What is wrong with the ends of the tracks: the stages of kind departure and completion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from basis.messages import _
from checklists.files.flaws import Flaw, Path, asked_tracks, reached

if TYPE_CHECKING:
    from checklists.programme import Programme, Stage

_ENDS = ("departure", "completion")


def end_flaws(programme: Programme) -> Iterator[Flaw]:
    """Ends that a case could reach with a stage undone, and tracks without an end.

    A programme that has no end at all says nothing yet of how it ends, and is let through.
    """
    ends = [(i, stage) for i, stage in enumerate(programme.stages) if stage.kind.value in _ENDS]
    for i, stage in ends:
        yield from _undone(programme, stage, ("stages", i, "after"))
    ended = {track for _i, stage in ends for track in asked_tracks(programme, stage)}
    for i, track in enumerate(programme.tracks):
        if ends and track.id not in ended:
            kind = "departure" if track.departs else "completion"
            message = _("The track {track} has no stage of kind {kind} to end with.", track=track.id, kind=kind)
            yield Flaw(("tracks", i, "id"), message)


def _undone(programme: Programme, end: Stage, path: Path) -> Iterator[Flaw]:
    known = {stage.id for stage in programme.stages}
    if any(name not in known for stage in programme.stages for name in stage.after):
        return  # the misspelt name is told already, and may be the one that is lacking here
    before = reached(end.id, {one.id: [name for name in one.after if name in known] for one in programme.stages})
    on = set(asked_tracks(programme, end))
    for stage in programme.stages:
        if stage.id in before or stage.kind.value in _ENDS or on.isdisjoint(asked_tracks(programme, stage)):
            continue
        if end.kind.value == "departure" and stage.id in programme.after_preparation:
            continue
        message = _("It does not stand on the stage {stage}: a case could end without it.", stage=stage.id)
        yield Flaw(path, message)
