"""Filters of the lists. They are GET forms: the address is the filter. A filter nobody knows is refused."""

from __future__ import annotations

from collections.abc import Mapping

from basis.errors import InvalidInput
from basis.messages import Message, _
from dashboard import addresses
from dashboard.forms.case import Options
from dashboard.parts import Chip, Field, Form, Kind, Option, Text

SHOW: tuple[tuple[str, Message], ...] = (
    ("overdue", _("overdue")),
    ("today", _("due today")),
    ("week", _("due this week")),
    ("waiting", _("waiting for others")),
    ("unassigned", _("unassigned")),
    ("stuck", _("stuck")),
)


def _choice(name: str, label: Message, options: Options) -> Field:
    return Field(name, label, Kind.CHOICE, options=options, required=False)


def _answerable(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The questions without those that have no answers for this reader."""
    return tuple(field for field in fields if field.kind is not Kind.CHOICE or field.options)


def work(programmes: Options, agencies: Options, owners: Options) -> Form:
    return Form(
        "filters",
        addresses.WORK,
        _("Show"),
        _answerable(
            (
                _choice("show", _("What"), tuple(Option(value, label) for value, label in SHOW)),
                _choice("programme", _("Programme"), programmes),
                _choice("agency", _("Agency"), agencies),
                _choice("owner", _("Whose work"), owners),
            )
        ),
        method="get",
    )


def cases(
    stages: Options, statuses: Options, programmes: Options, agencies: Options, offices: Options, owners: Options
) -> Form:
    fields = (
        Field("text", _("Name or reference"), Kind.SEARCH, required=False),
        _choice("stage", _("Stage it stands at"), stages),
        _choice("status", _("Status"), statuses),
        _choice("programme", _("Programme"), programmes),
        _choice("agency", _("Agency"), agencies),
        _choice("office", _("Office"), offices),
        _choice("owner", _("Owner"), owners),
    )
    return Form("filters", addresses.CASES, _("Show"), _answerable(fields), method="get")


def documents(kinds: Options, statuses: Options) -> Form:
    fields = (
        Field("number", _("Number"), Kind.SEARCH, required=False),
        _choice("kind", _("Document"), kinds),
        _choice("status", _("Status"), statuses),
        Field("since", _("Issued from"), Kind.DATE, required=False),
        Field("until", _("Issued until"), Kind.DATE, required=False),
    )
    return Form("filters", addresses.DOCUMENTS, _("Show"), fields, method="get")


def check_known(form: Form, given: Mapping[str, str]) -> None:
    """Refuse a filter that the list does not have, and an answer that its choice does not have."""
    known = {field.name: field for field in form.fields}
    for name, value in given.items():
        if name == "page":
            continue
        field = known.get(name)
        if field is None:
            names = ", ".join([*known, "page"])
            raise InvalidInput("unknown_filter", _("There is no such filter."), _("Use one of: {names}.", names=names))
        if value and field.kind is Kind.CHOICE and value not in {option.value for option in field.options}:
            raise InvalidInput(
                "unknown_filter",
                _("The filter {label} has no such answer.", label=field.label),
                _("Choose an answer of the list."),
            )


def chips(form: Form, given: Mapping[str, str]) -> tuple[Chip, ...]:
    """The filters in force, each with the address of the same list without it."""
    made = []
    for field in form.fields:
        value = given.get(field.name, "")
        if not value:
            continue
        words: dict[str, Text] = {option.value: option.label for option in field.options}
        text: Text = words.get(value) or _("{label}: {value}", label=field.label, value=value)
        others = {name: other for name, other in given.items() if name not in (field.name, "page")}
        made.append(Chip(text, addresses.query(form.action, **others)))
    return tuple(made)
