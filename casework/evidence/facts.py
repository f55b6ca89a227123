"""A paper as the rules read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from basis.partial import PartialDate
from casework.evidence.tables import EvidenceItem, EvidenceStatus, Legalisation, Translation
from checklists.facts import Fact, Standing

_STANDING: Final[Mapping[EvidenceStatus, Standing]] = {
    EvidenceStatus.SUBMITTED: Standing.SUBMITTED,
    EvidenceStatus.ACCEPTED: Standing.ACCEPTED,
    EvidenceStatus.REJECTED: Standing.REJECTED,
    EvidenceStatus.WITHDRAWN: Standing.WITHDRAWN,
}
CERTIFIED: Final = frozenset({"translation", "legalisation"})
"""Attributes that every paper has where they were recorded; a programme's `accept` may ask for them."""


def fact_of(row: EvidenceItem) -> Fact:
    """The fact that a paper is. Of days that are known in part, both ends are told."""
    anchors = {name: date.fromisoformat(day) for name, day in row.days.items()}
    latest: dict[str, date] = {}
    for name, text in row.partial_days.items():
        day = PartialDate.parse(text)
        anchors[name], latest[name] = day.earliest(), day.latest()
    if row.decided_on is not None:
        anchors["decided_on"] = row.decided_on
    return Fact(
        id=f"evidence_item:{row.id}",
        kind=row.kind,
        standing=_standing(row),
        subject=row.subject,
        anchors=anchors,
        attributes=_certified(row) | row.attributes,
        checks=row.checks,
        recorded_by=row.recorded_by,
        decided_by=(row.decided_by,) if row.decided_by else (),
        latest=latest,
    )


def _standing(row: EvidenceItem) -> Standing:
    """A paper that was accepted, and turns out to differ from what is recorded, waits for a person again."""
    if row.status is EvidenceStatus.ACCEPTED and row.checks.get("consistent") is False:
        return Standing.PENDING
    return _STANDING[row.status]


def _certified(row: EvidenceItem) -> dict[str, str | int | bool]:
    attributes: dict[str, str | int | bool] = {}
    if row.translation is not Translation.NOT_RECORDED:
        attributes["translation"] = row.translation.value
    if row.legalisation is not Legalisation.NOT_RECORDED:
        attributes["legalisation"] = row.legalisation.value
    return attributes
