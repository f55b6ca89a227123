"""Forms about what comes after a decision for a case: another track, its follow-ups, its cohort."""

from __future__ import annotations

from collections.abc import Iterable

from basis.messages import _
from casework.followups.rules import (
    END_WORDS,
    EXTENSION_REASONS,
    HOW_WORDS,
    MEASURE_OUTCOMES,
    EndState,
)
from casework.qualifications.procedure_rules import MEASURE_WORDS
from casework.qualifications.tables import RecognitionProcedure
from dashboard import addresses
from dashboard.forms.appointments import SHEETS
from dashboard.forms.case import Options, version
from dashboard.parts import Field, Form, Kind, Option, Text


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


def follow_up(
    case_id: object,
    number: int,
    name: str,
    title: Text,
    outcomes: Options,
    today: str,
    reports: Options = (),
) -> Form:
    """Record a follow-up; `name` is the programme's id of it, `today` the ISO day it happened by default, `reports` are
    papers of the case that may have come with it."""
    report = Field(
        "report", _("Report that came with it"), Kind.CHOICE, options=(Option("", _("none")), *reports), required=False
    )
    return Form(
        f"follow-up-{name}",
        addresses.case(case_id, "follow-ups", name),
        _("Record"),
        (
            Field("outcome", _("What came out of it"), Kind.RADIO, options=outcomes),
            Field("how", _("How it was made"), Kind.CHOICE, options=_HOW),
            Field("happened_on", _("When it was made"), Kind.DATE, value=today),
            Field(
                "next_on",
                _("Again on"),
                Kind.DATE,
                hint=_("Only where the outcome is still open: it is asked for again on that day."),
                required=False,
            ),
            *((report,) if reports else ()),
            Field("note", _("Note"), Kind.LONG, hint=_("It is kept sealed."), required=False, longest=1000),
        ),
        version(number),
        quiet=True,
        about=title,
    )


_HOW = tuple(Option(how.value, said) for how, said in HOW_WORDS.items())


def agree_end(case_id: object, number: int) -> Form:
    """The last day of the assignment, as the agreement says."""
    return Form(
        "agree-end",
        addresses.case(case_id, "assignment", "agree"),
        _("Record the agreed end"),
        (Field("ends_on", _("Last day of the assignment"), Kind.DATE),),
        version(number),
        quiet=True,
        about=_("Assignment"),
    )


def extension(case_id: object, number: int) -> Form:
    """Ask for a later end."""
    reasons = tuple(Option(code, said) for code, said in EXTENSION_REASONS.items())
    return Form(
        "extension",
        addresses.case(case_id, "assignment", "extend"),
        _("Ask for an extension"),
        (
            Field("ends_on", _("New last day"), Kind.DATE),
            Field("reason", _("Reason"), Kind.CHOICE, options=reasons),
        ),
        version(number),
        quiet=True,
        about=_("Assignment"),
    )


def answer_extension(case_id: object, number: int, end_id: object, day: Text) -> Form:
    """Approve or decline an extension until `day`."""
    return Form(
        f"answer-{end_id}",
        addresses.case(case_id, "assignment", end_id, "answer"),
        _("Answer the extension"),
        (
            Field(
                "answer",
                _("Extension until {day}", day=day),
                Kind.RADIO,
                options=(
                    Option("approved", END_WORDS[EndState.APPROVED]),
                    Option("declined", END_WORDS[EndState.DECLINED]),
                ),
            ),
        ),
        version(number),
        about=_("Assignment"),
    )


def withdraw_end(case_id: object, number: int, end_id: object, reasons: Options) -> Form:
    """Take the end that was recorded last back."""
    return Form(
        f"withdraw-end-{end_id}",
        addresses.case(case_id, "assignment", end_id, "withdraw"),
        _("Take it back"),
        (Field("reason", _("Reason"), Kind.CHOICE, options=reasons),),
        version(number),
        danger=True,
        about=_("Assignment"),
    )


def begin_measure(case_id: object, number: int, today: str, asked: RecognitionProcedure | None = None) -> Form:
    """A compensation measure that has begun; `asked`: the recognition that it is proposed after."""
    kind = asked.measure.value if asked and asked.measure else ""
    until = asked.measure_due_on.isoformat() if asked and asked.measure_due_on else ""
    kinds = tuple(Option(kind.value, said) for kind, said in MEASURE_WORDS.items())
    return Form(
        "begin-measure",
        addresses.case(case_id, "measures"),
        _("Record the measure"),
        (
            Field("kind", _("What it is"), Kind.CHOICE, value=kind, options=kinds),
            Field("place", _("Where it is done")),
            Field("began_on", _("First day"), Kind.DATE, value=today),
            Field("planned_until", _("Planned until"), Kind.DATE, value=until),
        ),
        version(number),
        quiet=True,
        about=_("Compensation measure"),
    )


def end_measure(case_id: object, number: int, measure_id: object, today: str) -> Form:
    """How a measure ended."""
    outcomes = tuple(Option(outcome.value, said) for outcome, said in MEASURE_OUTCOMES.items())
    return Form(
        f"end-measure-{measure_id}",
        addresses.case(case_id, "measures", measure_id, "end"),
        _("Record its end"),
        (
            Field("outcome", _("How it ended"), Kind.RADIO, options=outcomes),
            Field("ended_on", _("Last day"), Kind.DATE, value=today),
        ),
        version(number),
        quiet=True,
        about=_("Compensation measure"),
    )


def withdraw_measure(case_id: object, number: int, measure_id: object, reasons: Options) -> Form:
    """Take the record of a measure back."""
    return Form(
        f"withdraw-measure-{measure_id}",
        addresses.case(case_id, "measures", measure_id, "withdraw"),
        _("Take it back"),
        (Field("reason", _("Reason"), Kind.CHOICE, options=reasons),),
        version(number),
        danger=True,
        about=_("Compensation measure"),
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


def due_filters(parts: Options, kinds: Options, programmes: Options) -> Form:
    """The filters of the list of all follow-ups."""
    return Form(
        "filters",
        addresses.FOLLOW_UPS,
        _("Show"),
        (
            Field("due", _("Due"), Kind.CHOICE, options=parts, required=False),
            Field("what", _("What"), Kind.CHOICE, options=kinds, required=False),
            Field("programme", _("Programme"), Kind.CHOICE, options=programmes, required=False),
        ),
        method="get",
    )


def check_in_sheet() -> Form:
    """Hand in a list of check-ins."""
    return Form(
        "check-in-list",
        addresses.FOLLOW_UP_SHEET,
        _("Hand the list in"),
        (Field("file", _("List of check-ins"), Kind.FILE, hint=_("A workbook (.xlsx) or a CSV file."), accept=SHEETS),),
    )
