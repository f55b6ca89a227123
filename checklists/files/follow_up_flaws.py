"""What a programme may get wrong in what follows its preparation: stages of kind followup and their check-ins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from basis.messages import _
from checklists.files.contract_flaws import CONTRACT_CHECK
from checklists.files.flaws import Flaw, Path, asked_tracks, reached, unknown
from checklists.following import FOLLOW_UP

if TYPE_CHECKING:
    from checklists.programme import Programme, Requirement, Stage

PREPARED = frozenset(
    {
        "watchlist_screening",
        "diploma_recognition",
        "language_result",
        "professional_ability",
        "training_result",
        "medical_examination",
        "module_attendance",
        "loan_approval",
        "promissory_note",
        "itinerary",
        CONTRACT_CHECK,
    }
)
"""Evidence with records of its own, which are closed when the preparation is over."""


def follow_up_flaws(programme: Programme) -> Iterator[Flaw]:
    """Every flaw of the stages after the preparation, in the order of the file."""
    later = programme.after_preparation
    for i, stage in enumerate(programme.stages):
        path: Path = ("stages", i)
        if stage.id in later:
            yield from _stage_flaws(programme, stage, path)
        elif later & reached(stage.id, _graph(programme)):
            message = _("After a follow-up comes another one or the completion; {stage} is neither.", stage=stage.id)
            yield Flaw((*path, "after"), message)
        for j, requirement in enumerate(stage.requirements):
            if requirement.evidence == FOLLOW_UP:
                yield from _check_in_flaws(programme, stage, requirement, (*path, "requirements", j))
    for i, follow_up in enumerate(programme.follow_ups):
        if follow_up.since.value != "end":
            continue
        tracks = follow_up.tracks or tuple(track.id for track in programme.tracks)
        for name in tracks:
            if programme.assignment(name) is None:
                message = _("There is no “assignment” on the track {track} whose end it could count from.", track=name)
                yield Flaw(("follow_ups", i, "since"), message)


def _graph(programme: Programme) -> dict[str, list[str]]:
    known = {stage.id for stage in programme.stages}
    return {stage.id: [name for name in stage.after if name in known] for stage in programme.stages}


def _stage_flaws(programme: Programme, stage: Stage, path: Path) -> Iterator[Flaw]:
    for key in ("lead_days", "service_days"):
        if getattr(stage, key):
            yield Flaw((*path, key), _("The departure is over then: leave “{key}” out.", key=key))
    if stage.kind.value == "followup":
        yield from _place_flaws(programme, stage, path)
    if stage.assignment is not None and stage.assignment.agreed is not None:
        agreed, longest = stage.assignment.agreed, stage.assignment.longest
        if (agreed.months, agreed.days) > (longest.months, longest.days):
            yield Flaw((*path, "assignment", "agreed"), _("It is longer than the longest."))
    for i, asked in enumerate(stage.requirements):
        place: Path = (*path, "requirements", i)
        for key in ("lead_days", "lead_time"):
            if getattr(asked, key):
                yield Flaw((*place, key), _("The departure is over then: leave “{key}” out.", key=key))
        if asked.validity is not None and asked.validity.must_hold_until.value != "today":
            message = _("The departure is over then: it can only hold today.")
            yield Flaw((*place, "validity", "must_hold_until"), message)
        if asked.evidence in PREPARED:
            message = _("{evidence} is recorded during the preparation only; ask for a paper.", evidence=asked.evidence)
            yield Flaw((*place, "evidence"), message)


def _place_flaws(programme: Programme, stage: Stage, path: Path) -> Iterator[Flaw]:
    """It follows the departure of tracks that depart, and leads to a completion on each of its tracks."""
    graph = _graph(programme)
    before = reached(stage.id, graph)
    ends = [one for one in programme.stages if one.kind.value == "completion" and stage.id in reached(one.id, graph)]
    departures = [one for one in programme.stages if one.kind.value == "departure"]
    for track in programme.tracks:
        if track.id not in asked_tracks(programme, stage):
            continue
        leaving = [one.id for one in departures if track.id in asked_tracks(programme, one)]
        if track.departs and before.isdisjoint(leaving):
            message = _("It must stand on the departure of the track {track}.", track=track.id)
            yield Flaw((*path, "after"), message)
        if not any(track.id in asked_tracks(programme, one) for one in ends):
            message = _("No completion on the track {track} stands on it.", track=track.id)
            yield Flaw((*path, "id"), message)


def _check_in_flaws(programme: Programme, stage: Stage, asked: Requirement, path: Path) -> Iterator[Flaw]:
    if stage.kind.value != "followup":
        yield Flaw((*path, "evidence"), _("Only a stage of kind followup asks for check-ins."))
    found = next((one for one in programme.follow_ups if one.id == asked.subject), None)
    if found is None:
        names = [one.id for one in programme.follow_ups]
        yield from unknown(asked.subject, names, (*path, "subject"), "follow-up")
        return
    for track in asked_tracks(programme, stage, asked):
        if found.tracks and track not in found.tracks:
            message = _("The follow-up {name} is not made on the track {track}.", name=found.id, track=track)
            yield Flaw((*path, "subject"), message)
    for i, alternative in enumerate(asked.accept):
        for outcome in alternative["outcome"].one_of if "outcome" in alternative else ():
            if outcome not in found.outcomes:
                message = _("The follow-up {name} has no outcome {outcome}.", name=found.id, outcome=str(outcome))
                yield Flaw((*path, "accept", i, "outcome"), message)
