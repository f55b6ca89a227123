"""Forms of recruitment: asking for job orders, deciding on them, what agencies are permitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from basis.messages import Message, _
from casework.recruitment.rules import ORDER_REASONS, PER_WORDS, REFUSE_REASONS, REVOKE_REASONS, SUSPEND_REASONS
from casework.recruitment.rules import STATE_WORDS as ORDER_STATES
from checklists.programme import ContractTerm
from dashboard import addresses
from dashboard.forms.case import Options, version
from dashboard.parts import Field, Form, Kind, Option

WAITING = "waiting"
OFFICE = "office"
"""The answer for a job order of the office itself, without an agency."""
_TERM = "term_"


def _options(words: Mapping[str, Message]) -> Options:
    return tuple(Option(code, said) for code, said in words.items())


def search(programmes: Options, agencies: Options, employers: Options) -> Form:
    states = (
        Option(WAITING, _("waits for a decision")),
        *(Option(one.value, said) for one, said in ORDER_STATES.items()),
    )
    fields = (
        Field("show", _("Status"), Kind.CHOICE, options=states, required=False),
        Field("programme", _("Programme"), Kind.CHOICE, options=programmes, required=False),
        Field("agency", _("Agency"), Kind.CHOICE, options=agencies, required=False),
        Field("employer", _("Employer"), Kind.CHOICE, options=employers, required=False),
    )
    asked = tuple(field for field in fields if field.options)
    return Form("filters", addresses.RECRUITMENT, _("Show"), asked, method="get")


def programme(options: Options) -> Form:
    """Which programme a new job order is for: its countries and the terms of its contracts hang on it."""
    field = Field("programme", _("Programme"), Kind.CHOICE, options=options)
    return Form("order-programme", addresses.NEW_JOB_ORDER, _("Go on"), (field,), method="get")


def new(
    programme_id: str,
    currency: str,
    agencies: Options,
    employers: Options,
    destinations: Options,
    terms: Iterable[ContractTerm],
    today: str,
) -> Form:
    """A new job order; without `agencies` it is the reader's own agency that asks."""
    agency = Field(
        "agency",
        _("Who recruits"),
        Kind.CHOICE,
        options=(Option(OFFICE, _("the office itself")), *agencies),
    )
    only = destinations[0].value if len(destinations) == 1 else ""
    return Form(
        "new-order",
        addresses.query(addresses.NEW_JOB_ORDER, programme=programme_id),
        _("Ask for the job order"),
        (
            *((agency,) if agencies else ()),
            Field("employer", _("Employer"), Kind.CHOICE, options=employers),
            Field(
                "number",
                _("Number"),
                hint=_("As an authority gave it; left empty, it gets the next number of the office."),
                required=False,
                short=True,
                longest=40,
            ),
            Field(
                "occupation",
                _("Occupation"),
                hint=_("Four digits of ISCO-08, for example 7112."),
                short=True,
                longest=4,
            ),
            Field("destination", _("Country"), Kind.CHOICE, value=only, options=destinations),
            *_content(terms, currency, today),
        ),
    )


def change(
    order_id: object, number: int, terms: Iterable[ContractTerm], currency: str, values: Mapping[str, str]
) -> Form:
    """Other terms, places or days for a job order."""
    asked = _content(terms, currency, "")
    fields = tuple(replace(field, value=values.get(field.name, field.value)) for field in asked)
    action = addresses.job_order(order_id, "change")
    return Form("change-order", action, _("Ask for the change"), fields, version(number))


def term_of(name: str) -> str:
    """The id of the contract term that a field is about; "" for another field."""
    return name.removeprefix(_TERM) if name.startswith(_TERM) else ""


def field_of(term: str) -> str:
    return f"{_TERM}{term}"


def approve(order_id: object, number: int) -> Form:
    action = addresses.job_order(order_id, "approve")
    return Form("approve", action, _("Approve"), (), version(number), legend=_("Let it come into force"))


def refuse(order_id: object, number: int) -> Form:
    reason = Field("reason", _("Reason"), Kind.CHOICE, options=_options(REFUSE_REASONS))
    action = addresses.job_order(order_id, "refuse")
    return Form("refuse", action, _("Refuse"), (reason,), version(number), legend=_("Refuse it"), quiet=True)


def act(order_id: object, number: int, what: str, submit: Message, *, reasoned: bool = True) -> Form:
    """`what` is suspend, resume or close."""
    reason = Field("reason", _("Reason"), Kind.CHOICE, options=_options(ORDER_REASONS))
    action = addresses.job_order(order_id, what)
    fields = (reason,) if reasoned else ()
    return Form(f"{what}-order", action, submit, fields, version(number), danger=what == "close", quiet=what != "close")


def period(agency_id: object, since: str, until: str) -> Form:
    fields = (
        Field("since", _("From"), Kind.DATE, value=since, required=False),
        Field("until", _("Until"), Kind.DATE, value=until, required=False),
    )
    return Form("period", addresses.agency(agency_id), _("Show"), fields, method="get", quiet=True)


def suspend(agency_id: object, today: str, programmes: Options) -> Form:
    return Form(
        "suspend",
        addresses.agency(agency_id, "suspend"),
        _("Suspend the agency"),
        (
            Field("since", _("First day"), Kind.DATE, value=today),
            Field("until", _("Last day"), Kind.DATE, hint=_("Empty: until it is lifted."), required=False),
            _programme(programmes),
            Field("reason", _("Reason"), Kind.CHOICE, options=_options(SUSPEND_REASONS)),
            Field("authority", _("On whose authority"), hint=_("The person or office that decided it.")),
        ),
        legend=_("The agency brings nobody for a time"),
        danger=True,
    )


def lift(agency_id: object, suspension_id: object) -> Form:
    action = addresses.agency(agency_id, "suspensions", suspension_id, "lift")
    return Form(f"lift-{suspension_id}", action, _("Lift the suspension"), quiet=True)


def accredit(agency_id: object, employers: Options, programmes: Options, today: str) -> Form:
    return Form(
        "accredit",
        addresses.agency(agency_id, "principals"),
        _("Record the accreditation"),
        (
            Field("employer", _("Employer"), Kind.CHOICE, options=employers),
            Field("number", _("Number"), longest=60),
            Field("authority", _("Given by"), required=False),
            Field("since", _("First day"), Kind.DATE, value=today),
            Field("until", _("Last day"), Kind.DATE),
            _programme(programmes),
        ),
        legend=_("The agency may recruit for an employer"),
    )


def withdraw_principal(agency_id: object, principal_id: object, today: str, about: str) -> Form:
    action = addresses.agency(agency_id, "principals", principal_id, "withdraw")
    return _revoke(f"withdraw-{principal_id}", action, _("Withdraw the accreditation"), today, about)


def revoke(agency_id: object, licence_id: object, today: str, about: str) -> Form:
    action = addresses.agency(agency_id, "licences", licence_id, "revoke")
    return _revoke(f"revoke-{licence_id}", action, _("Revoke the licence"), today, about)


def guarantee(agency_id: object, licence_id: object, about: str) -> Form:
    return Form(
        f"guarantee-{licence_id}",
        addresses.agency(agency_id, "licences", licence_id, "guarantee"),
        _("Record the guarantee"),
        (
            Field("amount", _("Amount"), Kind.MONEY, short=True, longest=20),
            Field("currency", _("Currency"), hint=_("Three letters, as EUR"), short=True, longest=3),
            Field("bank", _("Bank")),
            Field("until", _("Stands until"), Kind.DATE),
        ),
        quiet=True,
        about=about,
    )


def _revoke(name: str, action: str, submit: Message, today: str, about: str) -> Form:
    fields = (
        Field("on", _("First day without it"), Kind.DATE, value=today),
        Field("reason", _("Reason"), Kind.CHOICE, options=_options(REVOKE_REASONS)),
    )
    return Form(name, action, submit, fields, danger=True, about=about)


def _programme(programmes: Options) -> Field:
    hint = _("Empty: in all of them.")
    return Field("programme", _("Programme"), Kind.CHOICE, hint=hint, options=programmes, required=False)


def _content(terms: Iterable[ContractTerm], currency: str, today: str) -> tuple[Field, ...]:
    return (
        Field("title", _("Work"), hint=_("As the employer calls it, for example Bricklayer.")),
        Field("headcount", _("Workers wanted"), Kind.NUMBER, short=True, longest=6),
        Field("wage", _("Wage"), Kind.MONEY, short=True, longest=20),
        Field("currency", _("Currency"), value=currency, hint=_("Three letters, as EUR"), short=True, longest=3),
        Field(
            "per",
            _("For"),
            Kind.CHOICE,
            value="month",
            options=tuple(Option(one.value, said) for one, said in PER_WORDS.items()),
        ),
        Field("weekly_hours", _("Hours of work a week"), Kind.NUMBER, short=True, longest=2, required=False),
        Field("since", _("First day"), Kind.DATE, value=today),
        Field("until", _("Last day"), Kind.DATE),
        *(
            Field(
                field_of(term.id),
                _("Promised: {term}", term=term.label),
                Kind.LONG,
                hint=Message(term.minimum) if term.minimum else "",
                required=False,
                longest=400,
            )
            for term in terms
        ),
    )
