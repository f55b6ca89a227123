"""What the demo's people do once the preparation is over: check-ins and measures. Years pass in a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from casework.followups import measures
from casework.followups import service as followups
from casework.followups.measures import BeginMeasure, EndMeasure
from casework.followups.rules import FollowUpHow, MeasureOutcome
from casework.followups.service import RecordFollowUp
from casework.qualifications.procedure_rules import MeasureKind
from casework.work import Work
from checklists.assessment import RequirementStatus
from checklists.following import FOLLOW_UP, MEASURE
from checklists.programme import Provider
from cli.demo.acts import Scene

_HOW: Final = {
    Provider.WORKER: FollowUpHow.REPORT,
    Provider.EMPLOYER: FollowUpHow.MESSAGE,
    Provider.OFFICE: FollowUpHow.CALL,
}


def check_in(scene: Scene) -> bool:
    """Each check-in of the stage, with an outcome that the programme admits."""
    missing = scene.slots(RequirementStatus.MISSING)
    for _slot, requirement in missing:
        command = RecordFollowUp(
            case_id=scene.case.id,
            follow_up=requirement.subject,
            outcome=str(requirement.accept[0]["outcome"].one_of[0]),
            happened_on=scene.today,
            how=_HOW.get(requirement.provided_by, FollowUpHow.MEETING),
        )
        scene.installation.database.run(scene.cast["arta"], followups.record, scene.installation.catalogue, command)
    return bool(missing)


def take_measure(scene: Scene) -> bool:
    """An adaptation period, begun and passed."""
    if not scene.slots(RequirementStatus.MISSING):
        return False
    scene.installation.database.run(scene.cast["arta"], _measure, scene)
    return True


def _measure(work: Work, scene: Scene) -> None:
    catalogue = scene.installation.catalogue
    command = BeginMeasure(
        case_id=scene.case.id,
        kind=MeasureKind.ADAPTATION,
        place=scene.case.employer or "Training hospital",
        began_on=scene.today,
        planned_until=scene.today,
    )
    row = measures.begin(work, catalogue, command)
    measures.end(work, catalogue, EndMeasure(measure_id=row.id, outcome=MeasureOutcome.PASSED, ended_on=scene.today))


ACTS: Final[Mapping[str, Callable[[Scene], bool]]] = {FOLLOW_UP: check_in, MEASURE: take_measure}
"""Evidence of the stages after the preparation that is no paper."""
