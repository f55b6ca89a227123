"""What must be right before a case is opened: who brings it, its track and destination, who may take part. Pure.

A case opened by hand and a row of a batch are held to the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from basis import countries
from basis.errors import InvalidInput
from basis.messages import Message, _
from casework.cases.rules import SOURCE_WORDS, CaseSource
from checklists.conditions import age_on
from checklists.facts import CaseFacts
from checklists.programme import Programme, Track
from checklists.status.asking import ineligible


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a worker cannot take part: a code, the field it shows in ("" for none), the sentence and what to do."""

    code: str
    field: str
    message: Message
    fix: Message


def known_track(programme: Programme, track_id: str) -> Track:
    """A track of the programme. Raises `InvalidInput` (``unknown_track``)."""
    track = programme.track(track_id)
    if track is None:
        raise InvalidInput(
            "unknown_track",
            _("The programme has no track {track}.", track=track_id),
            _("Choose one of: {tracks}.", tracks=", ".join(track.id for track in programme.tracks)),
        )
    return track


def require_source(programme: Programme, source: CaseSource) -> None:
    """Raise `InvalidInput` (``source_not_admitted``) where cases of the programme are not brought by this source."""
    if not programme.takes(source.value):
        raise InvalidInput(
            "source_not_admitted",
            _("This programme takes nobody who comes {source}.", source=SOURCE_WORDS[source]),
            _(
                "It takes workers who come {sources}.",
                sources=_any_of([SOURCE_WORDS[CaseSource(one)] for one in programme.intake]),
            ),
        )


def destination_of(programme: Programme, track: Track, given: str) -> str:
    """The country the case leads to: the programme's where it has one only, else what was given.

    Who stays needs none where there are several. Raises `InvalidInput` (``missing_destination``,
    ``unknown_destination``).
    """
    known = programme.destinations
    if not given and len(known) == 1:
        return known[0]
    if not given and not track.departs:
        return ""
    if not given:
        raise InvalidInput(
            "missing_destination",
            _("The country of destination is missing; the programme leads to more than one."),
            _choose(known),
        )
    if not countries.is_country(given) or (known and given not in known):
        raise InvalidInput(
            "unknown_destination", _("The programme does not lead to this country of destination."), _choose(known)
        )
    return given


def obstacles(programme: Programme, facts: CaseFacts, on: date) -> Iterator[Obstacle]:
    """What bars the worker on the day `on`, by what is known at intake.

    Rules that ask for evidence are left to the case: none can be there yet.
    """
    if facts.birth_date is not None and age_on(facts.birth_date, on) < programme.minimum_age:
        yield Obstacle(
            "under_age",
            "birth_date",
            _("The worker is younger than {years} years.", years=programme.minimum_age),
            _("Check the date against the passport; who is under age cannot be registered."),
        )
    for rule in ineligible(programme, facts, on):
        if not rule.when.evidence_kinds:
            yield Obstacle(
                "not_eligible",
                "",
                _("The worker cannot take part in this programme: {rule}.", rule=rule.label),
                _("Check what was recorded; the rule stands in: {source}.", source=rule.legal_basis.label),
            )


def require_eligible(programme: Programme, facts: CaseFacts, on: date) -> None:
    """Raise `InvalidInput` (``under_age``, ``not_eligible``) for the first obstacle."""
    for obstacle in obstacles(programme, facts, on):
        raise InvalidInput(obstacle.code, obstacle.message, obstacle.fix)


def _any_of(words: list[Message]) -> Message | str:
    *others, last = words
    return _("{first} or {last}", first=", ".join(map(str, others)), last=last) if others else last


def _choose(known: tuple[str, ...]) -> Message:
    if known:
        return _(
            "Choose one of: {countries}.", countries=", ".join(f"{code} ({countries.name(code)})" for code in known)
        )
    return _("Name a country by its code of two letters (ISO 3166), for example DE.")
