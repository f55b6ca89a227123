"""Examinations, and the looks at a worker before the journey, as the rules read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from casework.medical.rules import EXAMINATION, Counting, MedicalOutcome
from casework.medical.tables import FitToFly, MedicalExamination
from checklists.facts import Fact, Standing
from checklists.status.fitness import FIT_TO_FLY
from checklists.status.judging import GOOD_UNTIL

_STANDING: Final[Mapping[MedicalOutcome, Standing]] = {
    MedicalOutcome.FIT: Standing.ACCEPTED,
    MedicalOutcome.FIT_WITH_FOLLOW_UP: Standing.ACCEPTED,
    MedicalOutcome.PENDING: Standing.PENDING,
    MedicalOutcome.TEMPORARILY_UNFIT: Standing.ADVERSE,
    MedicalOutcome.UNFIT: Standing.ADVERSE,
}


def fact_of(row: MedicalExamination) -> Fact:
    """The fact that an examination is. Of two opinions the one counts that the medical officer chose; a second one
    that nobody has weighed yet still waits to be verified."""
    days = {f"{part}_on": date.fromisoformat(day) for part, day in row.parts.items()}
    days["examined_on"] = row.examined_on
    if row.xray_on is not None:
        days["xray_on"] = row.xray_on
    if row.good_until is not None:
        days[GOOD_UNTIL] = row.good_until
    return Fact(
        id=f"medical_examination:{row.id}",
        kind=EXAMINATION,
        standing=_standing(row),
        anchors=days,
        attributes={"outcome": row.outcome.value},
        checks={"accredited": row.accredited, "identity": row.identity_checked},
        recorded_by=row.recorded_by,
        decided_by=(row.recorded_by,),
    )


def fact_of_check(row: FitToFly) -> Fact:
    """The fact that a look before the journey is."""
    standing = Standing.ACCEPTED if row.fit else Standing.ADVERSE
    return Fact(
        id=f"fit_to_fly:{row.id}",
        kind=FIT_TO_FLY,
        standing=standing if row.withdrawn_on is None else Standing.WITHDRAWN,
        anchors={"checked_on": row.checked_on},
        recorded_by=row.recorded_by,
        decided_by=(row.recorded_by,),
    )


def _standing(row: MedicalExamination) -> Standing:
    if row.withdrawn_on is not None or row.counting is Counting.SET_ASIDE:
        return Standing.WITHDRAWN
    return Standing.SUBMITTED if row.counting is Counting.WAITS else _STANDING[row.outcome]
