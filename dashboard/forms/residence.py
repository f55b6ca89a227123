"""Forms of a residence history."""

from __future__ import annotations

from basis.messages import Message, _
from dashboard import addresses
from dashboard.forms.case import Options, version
from dashboard.parts import Field, Form, Kind, Text

_DAY = _("A year, a month or a day: 1990, 1990-05 or 1990-05-17.")


def add(case_id: object, number: int, countries: Options) -> Form:
    """One more stay; days may be known in part."""
    return Form(
        "stay",
        addresses.case(case_id, "residence"),
        _("Add the stay"),
        (
            Field("country", _("Country"), Kind.CHOICE, options=countries),
            Field("since", _("From"), hint=_DAY, short=True, longest=10, autocomplete="off"),
            Field(
                "until",
                _("To"),
                hint=_("Leave it empty while the worker lives there."),
                required=False,
                short=True,
                longest=10,
                autocomplete="off",
            ),
            Field(
                "source",
                _("What shows it"),
                hint=_("For example: the worker's word, residence permit, stamps in the passport."),
                required=False,
                longest=120,
            ),
        ),
        version(number),
    )


def remove(case_id: object, number: int, row: int, about: Text) -> Form:
    """Take one stay out; `row` counts from 0."""
    words: Message = _("Take out")
    return Form(
        f"remove-{row}",
        addresses.case(case_id, "residence", "remove"),
        words,
        hidden=(*version(number), ("row", str(row))),
        danger=True,
        about=about,
    )
