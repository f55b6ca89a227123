"""Forms about the files of papers: several papers at once, a paper on the wrong worker, the same file twice."""

from __future__ import annotations

from basis.messages import _
from casework.evidence import moving, twins
from dashboard import addresses
from dashboard.forms.case import version
from dashboard.parts import Field, Form, Kind, Option

_MOVING = tuple(Option(code, said) for code, said in moving.REASONS.items())
_SETTLING = tuple(Option(code, said) for code, said in twins.REASONS.items())


def several(case_id: object, number: int, fields: tuple[Field, ...]) -> Form:
    """`fields`: for each paper that is still asked for its files, and the days that decide how long it is good."""
    return Form(
        "several",
        addresses.case(case_id, "evidence", "several"),
        _("Add these papers"),
        fields,
        version(number),
    )


def move(case_id: object, number: int, item_id: object) -> Form:
    """Take a paper away from the wrong worker."""
    return Form(
        "move",
        addresses.evidence(case_id, item_id, "move"),
        _("Take the paper away from this worker"),
        (
            Field("reason", _("Why"), Kind.CHOICE, options=_MOVING),
            Field(
                "to",
                _("Case of the right worker"),
                hint=_("Its reference. Left empty, the paper is sealed off and goes nowhere."),
                required=False,
                short=True,
                longest=60,
                autocomplete="off",
            ),
            Field("note", _("Note"), Kind.LONG, required=False, longest=1000),
        ),
        version(number),
        danger=True,
    )


def settle(case_id: object, item_id: object, twin_id: object) -> Form:
    """Say what it is with a file that another worker has too."""
    return Form(
        f"settle-{twin_id}",
        addresses.case(case_id, "evidence", item_id, "same", twin_id),
        _("Settle it"),
        (
            Field("reason", _("What you found"), Kind.CHOICE, options=_SETTLING),
            Field("note", _("Note"), Kind.LONG, required=False, longest=1000),
        ),
    )
