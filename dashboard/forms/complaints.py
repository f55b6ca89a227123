"""Forms of reports and complaints: the public one, the code, and what their handlers do."""

from __future__ import annotations

from basis.messages import _
from casework.complaints.rules import AGAINST_WORDS, KIND_WORDS, OUTCOME_WORDS, Against, ComplaintKind, Outcome
from casework.complaints.service import LONGEST
from casework.costs.rules import HEAD_WORDS, CostHead
from dashboard import addresses, reporting
from dashboard.forms.case import Options, version
from dashboard.parts import Field, Form, Kind, Option

KINDS: Options = tuple(Option(kind.value, KIND_WORDS[kind]) for kind in ComplaintKind)
_LABELS, _HINTS = reporting.LABELS, reporting.HINTS


def report(offices: Options, about: Options, once: str, language: str) -> Form:
    """What anybody can report. `about` are the organisations; `once` makes the same form sent twice one report. Of one
    office alone nobody is asked which."""
    heads = tuple(Option(head.value, HEAD_WORDS[head]) for head in CostHead)
    staff = tuple(Option(one.value, AGAINST_WORDS[one]) for one in (Against.STAFF, Against.HANDLER, Against.OTHER))
    office = Field("office", _LABELS["office"], Kind.CHOICE, options=offices)
    return Form(
        "report",
        addresses.REPORT,
        reporting.SEND,
        (
            *((office,) if len(offices) > 1 else ()),
            Field("kind", _LABELS["kind"], Kind.CHOICE, options=KINDS),
            Field("against", _LABELS["against"], Kind.CHOICE, options=(*about, *staff)),
            Field("about", _LABELS["about"], required=False, longest=400, autocomplete="off"),
            Field("words", _LABELS["words"], Kind.LONG, hint=_HINTS["words"], longest=LONGEST),
            Field("head", _LABELS["head"], Kind.CHOICE, options=heads, required=False),
            Field("amount", _LABELS["amount"], required=False, longest=80, autocomplete="off"),
            Field("paid_to", _LABELS["paid_to"], required=False, longest=400, autocomplete="off"),
            Field("case", _LABELS["case"], hint=_HINTS["case"], required=False, longest=60, autocomplete="off"),
            Field("contact", _LABELS["contact"], hint=_HINTS["contact"], required=False, longest=400),
        ),
        (("once", once), ("language", language)),
    )  # fmt: skip


def code(language: str) -> Form:
    """The code of a report."""
    return Form(
        "report-code",
        addresses.REPORT_STATUS,
        reporting.STATUS_SHOW,
        (Field("code", _LABELS["code"], longest=40, autocomplete="off"),),
        (("language", language),),
    )


def more(given: str, language: str) -> Form:
    """More words; the code travels along unseen."""
    return Form(
        "report-more",
        addresses.REPORT_MORE,
        reporting.MORE_SEND,
        (Field("more", _LABELS["more"], Kind.LONG, longest=LONGEST),),
        (("code", given), ("language", language)),
    )


def take(complaint_id: object, number: int, *, over: bool) -> Form:
    """Take it in hand; `over` where a colleague has it."""
    said = _("Take it over") if over else _("Take it in hand")
    return Form("take", addresses.complaint(complaint_id, "take"), said, hidden=version(number), quiet=over)


def step(complaint_id: object, number: int) -> Form:
    """What was done or found out, or what the reporter is asked or told."""
    return Form(
        "step",
        addresses.complaint(complaint_id, "step"),
        _("Record the step"),
        (
            Field("words", _("What was done or asked"), Kind.LONG, hint=_("It is kept sealed."), longest=LONGEST),
            Field("told", _("The reporter reads it with the code"), Kind.CHECK, required=False),
        ),
        version(number),
    )  # fmt: skip


def sort(complaint_id: object, number: int, about: Options, people: Options) -> Form:
    """What it is about, put right."""
    sides = tuple(Option(one.value, AGAINST_WORDS[one]) for one in Against)
    return Form(
        "sort",
        addresses.complaint(complaint_id, "sort"),
        _("Put it right"),
        (
            Field("kind", _("What happened"), Kind.CHOICE, options=KINDS),
            Field("against", _("Whom it is about"), Kind.CHOICE, options=(*about, *sides)),
            Field(
                "about_id",
                _("Person of the office"),
                Kind.CHOICE,
                hint=_("Who is named here cannot read the complaint."),
                options=people,
                required=False,
            ),
        ),
        version(number),
        quiet=True,
    )


def close(complaint_id: object, number: int) -> Form:
    """Close it with an answer."""
    outcomes = tuple(Option(one.value, OUTCOME_WORDS[one]) for one in Outcome)
    return Form(
        "close",
        addresses.complaint(complaint_id, "close"),
        _("Close it"),
        (
            Field("outcome", _("Outcome"), Kind.CHOICE, options=outcomes),
            Field("authority", _("Authority that it was handed to"), required=False, autocomplete="off"),
            Field(
                "answer",
                _("Answer"),
                Kind.LONG,
                hint=_("The reporter reads it with the code, in plain words, in the language of the report."),
                longest=LONGEST,
            ),
        ),
        version(number),
    )


def read_added(complaint_id: object, number: int) -> Form:
    """What was added to a closed complaint needs nothing more."""
    return Form("read", addresses.complaint(complaint_id, "read"), _("Mark as read"), hidden=version(number))


def reopen(complaint_id: object, number: int) -> Form:
    return Form(
        "reopen",
        addresses.complaint(complaint_id, "reopen"),
        _("Open it again"),
        hidden=version(number),
        quiet=True,
    )


def filters(parts: Options) -> Form:
    """Which complaints the list shows."""
    fields = (Field("show", _("What"), Kind.CHOICE, options=parts, required=False),)
    return Form("filters", addresses.COMPLAINTS, _("Show"), fields, method="get")
