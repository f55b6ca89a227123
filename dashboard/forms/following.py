"""Forms about what comes after a decision for a case: another track, its follow-ups, its cohort."""

from __future__ import annotations

from collections.abc import Iterable

from basis.messages import _
from dashboard import addresses
from dashboard.forms.case import Options, version
from dashboard.parts import Field, Form, Kind, Text


def track(
    case_id: object, number: int, tracks: Options, reasons: Options, destinations: tuple[Field, ...], *, departs: bool
) -> Form:
    """Another track. `reasons` are the codes of `casework.cases.rules.TRACK_REASONS`; `departs`: one of `tracks` does,
    so that a day of departure may be given."""
    departure = Field(
        "planned_departure",
        _("Planned departure"),
        Kind.DATE,
        hint=_("Only for who leaves on the new track. Empty: the day planned so far stays."),
        required=False,
    )
    return Form(
        "track",
        addresses.case(case_id, "track"),
        _("Change the track"),
        (
            Field("track", _("New track"), Kind.RADIO, options=tracks),
            Field("reason", _("Reason"), Kind.CHOICE, options=reasons),
            *((departure, *destinations) if departs else ()),
            Field(
                "authority", _("On whose authority"), hint=_("The person or office that decided it."), required=False
            ),
        ),
        version(number),
        danger=True,
    )


def follow_up(case_id: object, number: int, name: str, title: Text, outcomes: Options, today: str) -> Form:
    """Record a follow-up; `name` is the programme's id of it, `today` the ISO day it happened by default."""
    return Form(
        f"follow-up-{name}",
        addresses.case(case_id, "follow-ups", name),
        _("Record"),
        (
            Field("outcome", _("What came out of it"), Kind.RADIO, options=outcomes),
            Field("happened_on", _("When it was made"), Kind.DATE, value=today),
            Field("note", _("Note"), Kind.LONG, hint=_("It is kept sealed."), required=False, longest=1000),
        ),
        version(number),
        quiet=True,
        about=title,
    )


def withdraw_follow_up(case_id: object, number: int, row_id: object, title: Text, reasons: Options) -> Form:
    """Take a record back: the follow-up is asked for again."""
    return Form(
        f"withdraw-{row_id}",
        addresses.case(case_id, "follow-ups", row_id, "withdraw"),
        _("Take it back"),
        (Field("reason", _("Reason"), Kind.CHOICE, options=reasons),),
        version(number),
        danger=True,
        about=title,
    )


def cohort(case_id: object, number: int, cohorts: Options) -> Form:
    """Put the case into a cohort; the first of `cohorts` stands for none."""
    return Form(
        "cohort",
        addresses.case(case_id, "cohort"),
        _("Save the cohort"),
        (Field("cohort", _("Cohort"), Kind.RADIO, options=cohorts),),
        version(number),
    )


def new_cohort(programmes: Options, costs: Iterable[tuple[str, Text]]) -> Form:
    """Set up a cohort. `costs`: the name of each group of costs and its words."""
    return Form(
        "new-cohort",
        addresses.NEW_COHORT,
        _("Set up the cohort"),
        (
            Field("programme", _("Programme"), Kind.CHOICE, options=programmes),
            Field("code", _("Code"), hint=_("Short and never used before, for example GSP-2027-1."), longest=40),
            Field("title", _("Title")),
            Field("funder", _("Who pays")),
            Field("starts_on", _("It starts on"), Kind.DATE),
            Field("intake", _("How many cases it takes"), Kind.NUMBER, short=True, longest=6),
            *(
                Field(name, _("Costs: {group}", group=said), Kind.MONEY, required=False, short=True, longest=16)
                for name, said in costs
            ),
        ),
    )
