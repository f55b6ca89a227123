"""Forms of the stages: what each kind of stage records and decides."""

from __future__ import annotations

from basis.messages import _
from dashboard import addresses
from dashboard.forms.case import Options, version, yes_no
from dashboard.parts import Field, Form, Kind, Option, Text

LEVELS = tuple(Option(level, level) for level in ("A1", "A2", "B1", "B2", "C1", "C2"))
SKILLS = {
    "listening": _("Listening"),
    "reading": _("Reading"),
    "writing": _("Writing"),
    "speaking": _("Speaking"),
}


def training(case_id: object, number: int, providers: Options, subjects: Options) -> Form:
    return Form(
        "training",
        addresses.case(case_id, "training"),
        _("Record the course"),
        (
            Field("provider", _("Provider"), Kind.CHOICE, options=providers),
            Field("course", _("Course")),
            Field(
                "subject",
                _("What it closes"),
                Kind.RADIO,
                options=subjects,
            ),
            Field("hours_held", _("Hours held"), Kind.NUMBER, short=True, longest=4),
            Field("hours_attended", _("Hours attended"), Kind.NUMBER, short=True, longest=4),
            yes_no("passed", _("Was it passed?")),
            Field("level", _("Level reached (CEFR)"), Kind.CHOICE, options=LEVELS, required=False),
            Field("began_on", _("Began on"), Kind.DATE),
            Field("completed_on", _("Completed on"), Kind.DATE),
        ),
        version(number),
    )


def attendance(case_id: object, number: int, modules: Options) -> Form:
    """Several modules of one day with one trainer at once."""
    return Form(
        "attendance",
        addresses.case(case_id, "orientation"),
        _("Record the attendance"),
        (
            Field("modules", _("Modules attended"), Kind.CHECKS, options=modules),
            Field("attended_on", _("Day"), Kind.DATE),
            Field("trainer", _("Trainer"), hint=_("Of the office; what a provider held is marked in its session.")),
            Field("identity_checked", _("The worker's identity was checked at the door"), Kind.CHECK, required=False),
        ),
        version(number),
    )


def itinerary(case_id: object, number: int) -> Form:
    return Form(
        "itinerary",
        addresses.case(case_id, "itinerary"),
        _("Record the journey"),
        (
            Field("departs_on", _("Departs on"), Kind.DATE),
            Field("carrier", _("Carrier"), longest=120),
            Field("service_number", _("Flight or service number"), short=True, longest=40),
            Field("origin", _("From"), longest=120),
            Field("destination", _("To"), longest=120),
            Field("met_by", _("Met by"), required=False),
        ),
        version(number),
    )


def withdraw(
    case_id: object, number: int, kind: str, row_id: object, title: Text, reasons: Options, legend: Text = ""
) -> Form:
    """Take back what was recorded wrongly; `kind` is a key of `dashboard.cases.recorded.MAY_WITHDRAW`."""
    return Form(
        f"withdraw-{row_id}",
        addresses.case(case_id, "recorded", kind, row_id, "withdraw"),
        _("Withdraw"),
        (Field("reason", _("Reason"), Kind.CHOICE, options=reasons),),
        version(number),
        legend=legend,
        danger=True,
        about=title,
    )
