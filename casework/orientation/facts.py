"""Attended modules and tests as the rules read them."""

from __future__ import annotations

from casework.orientation.tables import ModuleAttendance, OrientationTest
from checklists.facts import Fact, Standing


def fact_of(row: ModuleAttendance) -> Fact:
    """The fact that attendance of a module is. Without a check of identity it is recorded, and the rule that asks for
    one does not count it."""
    return Fact(
        id=f"module_attendance:{row.id}",
        kind="module_attendance",
        standing=Standing.ACCEPTED if row.withdrawn_on is None else Standing.WITHDRAWN,
        subject=row.module,
        anchors={"attended_on": row.attended_on},
        attributes={"minutes": row.minutes},
        checks={"identity": row.identity_checked},
        recorded_by=row.recorded_by,
        decided_by=(row.recorded_by,),
    )


def fact_of_test(row: OrientationTest) -> Fact:
    """The fact that a test is. A failed one leaves the attendance as it is; where the programme asks for a test, its
    stage waits for one that is passed."""
    standing = Standing.ACCEPTED if row.passed else Standing.REJECTED
    return Fact(
        id=f"orientation_test:{row.id}",
        kind="orientation_test",
        standing=standing if row.withdrawn_on is None else Standing.WITHDRAWN,
        anchors={"tested_on": row.tested_on},
        attributes={"percent": row.points * 100 // row.out_of, "passed": row.passed},
        recorded_by=row.recorded_by,
        decided_by=(row.recorded_by,),
    )
