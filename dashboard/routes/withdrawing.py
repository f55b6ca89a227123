"""Taking back what a stage recorded wrongly. Evidence has its own way: there a second person decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import NotFound
from basis.messages import _
from casework.accounts.rules import require
from casework.medical import care, opinions
from casework.medical import service as medical
from casework.medical.tables import Care, FitToFly, MedicalExamination, SecondOpinion, Vaccination
from casework.orientation import service as orientation
from casework.orientation.tables import ModuleAttendance
from casework.qualifications import abilities, diplomas
from casework.qualifications import service as qualifications
from casework.qualifications.tables import Diploma, QualificationDecision, WorkExperience
from casework.training import service as training
from casework.training.tables import TrainingResult
from casework.travel import service as travel
from casework.travel.tables import Itinerary
from casework.work import Work
from dashboard import addresses
from dashboard.cases.known import find
from dashboard.cases.recorded import MAY_WITHDRAW, REASONS
from dashboard.cases.submitting import submit
from dashboard.forms import stages as forms
from dashboard.posting import Values
from dashboard.sessions import Form, Signed, signed_in

router = APIRouter(prefix="/cases/{case_id:uuid}/recorded", dependencies=[Depends(signed_in)])


class _Row(Protocol):
    case_id: UUID


@dataclass(frozen=True, slots=True)
class _Recorded:
    """Where a kind of record is kept, how it is taken back, and the part of the case's address to return to."""

    table: type[_Row]
    withdraw: Callable[[Work, UUID, str, int | None], object]
    back: tuple[str, ...] = ()


_MEDICAL = ("medical",)
_QUALIFICATIONS = ("qualifications",)
_KINDS = {
    "medical": _Recorded(MedicalExamination, medical.withdraw, _MEDICAL),
    "opinion": _Recorded(SecondOpinion, opinions.take_back, _MEDICAL),
    "vaccination": _Recorded(Vaccination, partial(care.withdraw, Vaccination), _MEDICAL),
    "care": _Recorded(Care, partial(care.withdraw, Care), _MEDICAL),
    "fit-to-fly": _Recorded(FitToFly, partial(care.withdraw, FitToFly), _MEDICAL),
    "qualifications": _Recorded(QualificationDecision, qualifications.withdraw, _QUALIFICATIONS),
    "diplomas": _Recorded(Diploma, diplomas.withdraw, _QUALIFICATIONS),
    "letters": _Recorded(WorkExperience, abilities.withdraw_experience, _QUALIFICATIONS),
    "training": _Recorded(TrainingResult, training.withdraw),
    "orientation": _Recorded(ModuleAttendance, orientation.withdraw, ("orientation",)),
    "itinerary": _Recorded(Itinerary, travel.withdraw),
}


@router.post("/{kind}/{row_id:uuid}/withdraw")
def withdraw(case_id: UUID, kind: str, row_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = find(visit, case_id)
    recorded = _KINDS.get(kind)
    if recorded is None:
        raise _unknown()
    require(visit.role, MAY_WITHDRAW[kind])
    with visit.database.read() as session:
        row = session.get(recorded.table, row_id)
        if row is None or row.case_id != case.id:
            raise _unknown()

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, recorded.withdraw, row_id, values.text("reason"), version)
        return "withdrawn"

    form = forms.withdraw(case.id, case.version, kind, row_id, "", REASONS)
    return submit(
        visit, case, taken, form, _("Withdraw what was recorded"), act, addresses.case(case.id, *recorded.back)
    )


def _unknown() -> NotFound:
    return NotFound("record", _("There is no such record."), _("Open it from its case."))
