"""The list of who is expected at a session of a cohort, with faces, to print and to sign."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.messages import _, _n
from casework.accounts.rules import Permission, require
from casework.cases.rules import is_ended
from casework.cohorts import queries
from dashboard import addresses
from dashboard.cases.portraits import of_case
from dashboard.pages.base import Place
from dashboard.pages.originals import AttendanceList
from dashboard.parts import Link
from dashboard.sessions import Signed, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])


@router.get("/cohorts/{code}/attendance")
def attendance(code: str, visit: Signed) -> Response:
    """The members whose cases go on. Each picture that the browser loads leaves its event."""
    require(visit.role, Permission.SEE_COHORTS)
    require(visit.role, Permission.SEE_PHOTOGRAPH)
    with visit.database.read() as session:
        line = queries.one(session, visit.actor, visit.installation.catalogue, code)
        members = queries.members(session, visit.actor, line.cohort)
        expected = tuple(
            (of_case(visit, session, case, worker), case.reference)
            for case, worker in members
            if not is_ended(case.life)
        )
    return show(
        AttendanceList(
            base=visit.at(Place.CASES),
            back=Link(addresses.cohort(code), line.cohort.title),
            heading=_("Attendance list"),
            summary=_n("{count} person is expected", "{count} people are expected", len(expected)),
            expected=expected,
        )
    )
