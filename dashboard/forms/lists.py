"""Filters of the lists. They are GET forms: the address is the filter. A filter nobody knows is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

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


AGENCY_SUSPENDED: Final = "agency_suspended"
WITHOUT_ORDER: Final = "without_order"


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
    flags = (
        Option(AGENCY_SUSPENDED, _("agency suspended")),
        Option(WITHOUT_ORDER, _("without a job order")),
    )
    fields = (
        Field("text", _("Name or reference"), Kind.SEARCH, required=False),
        _choice("stage", _("Stage it stands at"), stages),
        _choice("status", _("Status"), statuses),
        _choice("programme", _("Programme"), programmes),
        _choice("agency", _("Agency"), agencies),
        _choice("office", _("Office"), offices),
        _choice("owner", _("Owner"), owners),
        _choice("flag", _("Flag"), flags if agencies else ()),
    )
    return Form("filters", addresses.CASES, _("Show"), _answerable(fields), method="get")


@dataclass(frozen=True, slots=True)
class RegisterOptions:
    """Answers of the filters that those who review have besides."""

    programmes: Options
    offices: Options
    agencies: Options
    people: Options
    recipients: Options
    orders: Options


def documents(kinds: Options, statuses: Options, more: RegisterOptions | None = None) -> Form:
    fields: tuple[Field, ...] = (
        Field("number", _("Number"), Kind.SEARCH, required=False),
        _choice("kind", _("Document"), kinds),
        _choice("status", _("Status"), statuses),
        Field("since", _("Issued from"), Kind.DATE, required=False),
        Field("until", _("Issued until"), Kind.DATE, required=False),
    )
    if more is not None:
        checked = (Option("yes", _("checked by somebody outside")), Option("no", _("never checked outside")))
        fields += _answerable(
            (
                _choice("programme", _("Programme"), more.programmes),
                _choice("office", _("Office"), more.offices),
                _choice("agency", _("Agency"), more.agencies),
                _choice("person", _("Signed off or decided by"), more.people),
                Field("template", _("Digest of the templates begins"), Kind.SEARCH, required=False),
                _choice("checked", _("Checks outside"), checked),
                _choice("recipient", _("Handed to"), more.recipients),
                _choice("sort", _("Sorted"), more.orders),
            )
        )
    return Form("filters", addresses.DOCUMENTS, _("Show"), fields, method="get")


def is_filtered(given: Mapping[str, str]) -> bool:
    return any(value for name, value in given.items() if name != "page")


def save_view(given: Mapping[str, str]) -> Form:
    """Keep the list of documents as it is filtered."""
    fields = (
        Field("name", _("Name of this list"), longest=80, hint=_("Write no names of persons.")),
        Field("shared", _("For all of my role"), Kind.CHECK, required=False),
    )
    kept = tuple((f"of-{name}", value) for name, value in given.items() if value and name != "page")
    return Form("save-list", addresses.SAVED_LISTS, _("Keep this list"), fields, hidden=kept, quiet=True)


def remove_view(view_id: object, name: str) -> Form:
    return Form(f"remove-{view_id}", addresses.saved_list(view_id, "remove"), _("Remove"), about=name, quiet=True)


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
