"""Forms of a journey: its legs, its ticket, what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping

from basis.messages import Message, _
from casework.cases.rules import ENDINGS, CaseLife
from casework.travel import rules
from dashboard import addresses
from dashboard.cases.move_words import REASONS
from dashboard.forms.case import Options, version, yes_no
from dashboard.parts import Field, Form, Kind, Option, Text

_ZONE_HINT = _("As Europe/Belgrade; of the place itself.")
_NONE = Option("", _("none"))


def _options(words: Mapping[str, Message]) -> Options:
    return tuple(Option(code, said) for code, said in words.items())


def book(case_id: object, number: int, legs: int, zone: str) -> Form:
    """A journey with its `legs`; `zone` is proposed for the first place."""
    fields: list[Field] = []
    for leg in range(1, legs + 1):
        fields += _leg(leg, zone if leg == 1 else "", many=legs > 1)
    return Form(
        "book",
        addresses.case(case_id, "journey", "book"),
        _("Record the journey"),
        (
            *fields,
            Field("escort", _("Escort"), hint=_("Who travels with the worker: an office or a role."), required=False),
            Field("met_by", _("Met by"), hint=_("Who meets the worker: an employer, a mission."), required=False),
            Field("booking_reference", _("Booking reference"), required=False, short=True, longest=40),
            Field("ticket_number", _("Ticket number"), required=False, short=True, longest=40),
            Field("ticket_issued_on", _("Ticket issued on"), Kind.DATE, required=False),
        ),
        (*version(number), ("legs", str(legs))),
    )


def _leg(leg: int, zone: str, *, many: bool) -> tuple[Field, ...]:
    def said(label: Message) -> Text:
        return _("{label}, leg {number}", label=label, number=leg) if many else label

    def named(name: str) -> str:
        return f"{name}_{leg}"

    return (
        Field(named("origin"), said(_("From")), longest=120),
        Field(named("destination"), said(_("To")), longest=120),
        Field(named("carrier"), said(_("Carrier")), longest=120),
        Field(named("service_number"), said(_("Flight or service number")), short=True, longest=40),
        Field(named("departs_on"), said(_("Departs on")), Kind.DATE),
        _clock(named("departs_time"), said(_("Departs at"))),
        _zone(named("departs_zone"), said(_("Time zone there")), zone),
        Field(named("arrives_on"), said(_("Arrives on")), Kind.DATE, required=False),
        _clock(named("arrives_time"), said(_("Arrives at"))),
        _zone(named("arrives_zone"), said(_("Time zone at the arrival"))),
    )


def _zone(name: str, label: Text, value: str = "") -> Field:
    return Field(name, label, hint=_ZONE_HINT, value=value, longest=64, required=False)


def _clock(name: str, label: Text) -> Field:
    hint = _("Local, as 14:05; empty where it is not known.")
    return Field(name, label, hint=hint, short=True, longest=5, required=False)


def ticket(case_id: object, number: int, itinerary_id: object) -> Form:
    return Form(
        "ticket",
        addresses.case(case_id, "journey", itinerary_id, "ticket"),
        _("Record the ticket"),
        (
            Field("number", _("Ticket number"), short=True, longest=40),
            Field("issued_on", _("Ticket issued on"), Kind.DATE),
            Field("booking_reference", _("Booking reference"), required=False, short=True, longest=40),
        ),
        version(number),
        quiet=True,
    )


def depart(case_id: object, number: int, day: str, papers: Options) -> Form:
    return Form(
        "depart",
        addresses.case(case_id, "journey", "depart"),
        _("Confirm the departure"),
        (
            Field("happened_on", _("Day of departure"), Kind.DATE, value=day),
            Field("by", _("Who confirmed it"), Kind.CHOICE, options=_options(rules.DEPARTURE_BY)),
            Field("how", _("How"), Kind.CHOICE, options=_options(rules.DEPARTURE_HOW)),
            *_paper(papers),
        ),
        version(number),
    )


def arrive(case_id: object, number: int, day: str, papers: Options) -> Form:
    return Form(
        "arrive",
        addresses.case(case_id, "journey", "arrive"),
        _("Confirm the arrival"),
        (
            Field("happened_on", _("Day of arrival"), Kind.DATE, value=day),
            _clock("clock", _("Local time")),
            Field("by", _("Who confirmed it"), Kind.CHOICE, options=_options(rules.ARRIVAL_BY)),
            *_paper(papers),
        ),
        version(number),
    )


def cancel(case_id: object, number: int, today: str) -> Form:
    return Form(
        "cancel",
        addresses.case(case_id, "journey", "cancel"),
        _("Cancel the journey"),
        (
            Field("happened_on", _("Cancelled on"), Kind.DATE, value=today),
            Field("by", _("By whom"), Kind.CHOICE, options=_options(rules.CANCELLED_BY)),
            yes_no("refund", _("Does the carrier pay anything back?")),
        ),
        version(number),
        danger=True,
    )


def miss(case_id: object, number: int, today: str) -> Form:
    ends = tuple(Option(code, REASONS[code]) for code in ENDINGS[CaseLife.WITHDRAWN].reasons)
    return Form(
        "miss",
        addresses.case(case_id, "journey", "miss"),
        _("The worker did not come"),
        (
            Field("happened_on", _("Day of the journey"), Kind.DATE, value=today),
            Field("reason", _("Reason"), Kind.CHOICE, options=_options(rules.MISS_REASONS)),
            yes_no("refund", _("Does the carrier pay anything back?")),
            Field(
                "ends_as",
                _("Does the case end with it?"),
                Kind.CHOICE,
                hint=_("If not, the worker is prepared for another day."),
                options=(Option("", _("no")), *ends),
                required=False,
            ),
        ),
        version(number),
        danger=True,
    )


def turn_back(case_id: object, number: int, today: str) -> Form:
    return Form(
        "turn-back",
        addresses.case(case_id, "journey", "turn-back"),
        _("The worker was turned back"),
        (
            Field("happened_on", _("Turned back on"), Kind.DATE, value=today),
            Field("place", _("Where"), Kind.CHOICE, options=_options(rules.PLACES)),
            Field("reason", _("Reason"), Kind.CHOICE, options=_options(rules.TURN_BACK_REASONS)),
            yes_no("refund", _("Does the carrier pay anything back?")),
            Field(
                "again",
                _("What follows"),
                Kind.RADIO,
                options=(
                    Option("yes", _("The worker is prepared for another day.")),
                    Option("no", _("The worker has returned for good.")),
                ),
            ),
        ),
        version(number),
        danger=True,
    )


def take_back(case_id: object, number: int, what: Text) -> Form:
    """`what` was recorded last."""
    return Form(
        "take-back",
        addresses.case(case_id, "journey", "take-back"),
        _("It was recorded in error"),
        (),
        version(number),
        danger=True,
        about=what,
    )


def ask_date(case_id: object, day: str) -> Form:
    """Which day is thought of; what it would change is shown next."""
    return Form(
        "ask-date",
        addresses.case(case_id, "journey", "new-date"),
        _("Show what it changes"),
        (Field("day", _("New day of departure"), Kind.DATE, value=day),),
        method="get",
        quiet=True,
    )


def new_date(case_id: object, number: int, day: str, *, defers: bool) -> Form:
    """Plan the departure for `day`; `defers`: a booking for another one stands."""
    why = _("Why the booked journey is deferred")
    reason = Field("reason", why, Kind.CHOICE, options=_options(rules.DEFER_REASONS))
    return Form(
        "new-date",
        addresses.case(case_id, "journey", "new-date"),
        _("Plan the departure for this day"),
        (reason,) if defers else (),
        (*version(number), ("day", day)),
    )


def parts(options: Options) -> Form:
    """The part of the list of all journeys."""
    return Form(
        "filters",
        addresses.JOURNEYS,
        _("Show"),
        (Field("show", _("Journeys"), Kind.CHOICE, options=options, required=False),),
        method="get",
    )


def _paper(papers: Options) -> tuple[Field, ...]:
    if not papers:
        return ()
    return (Field("paper", _("Paper that shows it"), Kind.CHOICE, options=(_NONE, *papers), required=False),)
