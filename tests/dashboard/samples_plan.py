"""A sample of the plan of a case."""

from __future__ import annotations

from datetime import date

from dashboard.pages.case import PlanRow, PlanView
from dashboard.parts import Badge, Tone
from dashboard.timeline import Row

ON, DEPARTURE = date(2027, 3, 12), date(2027, 6, 10)


def _row(title: str, begins: date, earliest: date, latest: date, slack: str, **flags: bool) -> Row:
    given = {"bold": False, "critical": False, "late": False, **flags}
    return Row(title=title, begins=begins, earliest=earliest, latest=latest, slack=slack, **given)


PLAN = PlanView(
    status=Badge(Tone.LATE, "12 days too late"),
    summary="The departure on 10 June 2027 cannot be kept: 22 June 2027 is the first possible day.",
    rows=(
        PlanRow("Documents", True, "signed off", "", "", "", "", ""),
        PlanRow("Passport", False, "there", "", "", "", "", ""),
        PlanRow("Medical", True, "1 April 2027", "", "20 May 2027", "21 May 2027", "50 days", ""),
        PlanRow("Authorisation", True, "3 June 2027", "", "1 April 2027", "22 May 2027", "−12 days", "Critical."),
    ),
    drawn=(
        _row("Medical", ON, date(2027, 4, 1), date(2027, 5, 21), "50 days", bold=True),
        _row("Medical examination of the whole body with an X-ray of the chest, by a panel physician of the embassy",
             ON, date(2027, 3, 25), date(2027, 5, 14), "50 days"),
        _row("Authorisation", date(2027, 4, 1), date(2027, 6, 3), date(2027, 5, 22), "−12 days",
             bold=True, critical=True, late=True),
        Row("No day <b>known</b>", False, None, None, None, "", critical=False, late=False),
    ),
    on=ON,
    departure=DEPARTURE,
    mirrored=False,
)  # fmt: skip
