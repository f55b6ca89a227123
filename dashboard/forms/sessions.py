"""Forms of orientation sessions: setting one up, who takes part, attendance, tests, families."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from basis.messages import _
from casework.orientation.rules import CANCEL_REASONS, IDENTITY_WORDS, LEAVE_REASONS
from casework.recorded import WITHDRAW_REASONS
from dashboard import addresses
from dashboard.forms.case import Options, version
from dashboard.forms.courses import NAMED_FROM_OUTSIDE
from dashboard.parts import Field, Form, Kind, Option, Text

DAYS = 3
"""Days that a form asks for; longer sessions are several."""
_IDENTITY = tuple(Option(one.value, said) for one, said in IDENTITY_WORDS.items())
_LEAVES = tuple(Option(code, said) for code, said in LEAVE_REASONS.items())
_CANCELS = tuple(Option(code, said) for code, said in CANCEL_REASONS.items())
_WITHDRAWS = tuple(Option(code, said) for code, said in WITHDRAW_REASONS.items())


def programmes(options: Options) -> Form:
    """Which programmes a new session is for: what is held hangs on them."""
    field = Field("programme", _("Programmes"), Kind.CHECKS, options=options)
    return Form("session-programmes", addresses.NEW_SESSION, _("Go on"), (field,), method="get")


def new(action: str, modules: Options, destinations: Options, languages: Options, providers: Options) -> Form:
    """A new session; the modules are put on its days in their order, as many as a day has time for."""
    days: list[Field] = []
    for number in range(1, DAYS + 1):
        first = number == 1
        begins, ends = _("Day {number}, from", number=number), _("Day {number}, to", number=number)
        days += [
            Field(f"day_{number}", _("Day {number}", number=number), Kind.DATE, required=first),
            Field(f"starts_{number}", begins, hint=_("For example 09:00"), short=True, longest=5, required=first),
            Field(f"ends_{number}", ends, short=True, longest=5, required=first),
        ]
    chosen = " ".join(option.value for option in modules)
    return Form(
        "new-session",
        action,
        _("Set up the session"),
        (
            Field("provider", _("Provider"), Kind.CHOICE, value=_only(providers), options=providers),
            Field("trainer", _("Trainer")),
            Field("trainer_certified_until", _("Trainer's certificate valid until"), Kind.DATE, required=False),
            Field("destination", _("Country"), Kind.CHOICE, value=_only(destinations), options=destinations),
            Field("language", _("Language"), Kind.CHOICE, value=_only(languages), options=languages),
            Field("modules", _("Modules"), Kind.CHECKS, value=chosen, options=modules),
            *days,
            Field("capacity", _("Places"), Kind.NUMBER, short=True, longest=5),
            Field("online", _("It is held online"), Kind.CHECK, required=False),
            Field("place", _("Place"), required=False, hint=_("Needed unless it is held online.")),
            Field("code", _("Code"), required=False, hint=_("Left empty, it is made from the day."), longest=40),
        ),
    )


def late(code: str, number: int) -> Form:
    return Form(
        "late",
        addresses.session(code, "late"),
        _("Accept late lists"),
        (Field("reason", _("Reason"), longest=300),),
        version(number),
        legend=_("Accept lists after the day they were due"),
        quiet=True,
    )


def close(code: str, number: int) -> Form:
    return Form(
        "close-session",
        addresses.session(code, "close"),
        _("Close the session"),
        (),
        version(number),
        legend=_("The session is over"),
        quiet=True,
    )


def cancel(code: str, number: int) -> Form:
    return Form(
        "cancel-session",
        addresses.session(code, "cancel"),
        _("Cancel the session"),
        (Field("reason", _("Reason"), Kind.CHOICE, options=_CANCELS),),
        version(number),
        legend=_("The session does not take place"),
        danger=True,
    )


def enrol(code: str, number: int, candidates: Options) -> Form:
    """`candidates`: those whose orientation is due, by the case's id; others by their reference."""
    chosen = Field("cases", _("Who needs orientation"), Kind.CHECKS, options=candidates, required=False)
    references = Field(
        "references",
        _("Case references"),
        hint=_("Several with spaces between them."),
        required=not candidates,
        longest=4000,
    )
    action = addresses.session(code, "enrol")
    return Form("enrol", action, _("Enrol"), (*((chosen,) if candidates else ()), references), version(number))


def enrol_one(code: str, number: int) -> Form:
    """For who enrols from outside: the birth date shows that they know whom they name."""
    return Form("enrol", addresses.session(code, "enrol"), _("Enrol"), NAMED_FROM_OUTSIDE, version(number))


def leave(code: str, number: int, enrolment_id: UUID) -> Form:
    return Form(
        "leave",
        addresses.session(code, "people", enrolment_id, "leave"),
        _("Leaves the list"),
        (Field("reason", _("Reason"), Kind.RADIO, options=_LEAVES),),
        version(number),
        danger=True,
    )


def take_back(code: str, number: int, enrolment_id: UUID) -> Form:
    return Form(
        "take-back",
        addresses.session(code, "people", enrolment_id, "take-back"),
        _("Take back"),
        (Field("reason", _("Reason"), Kind.RADIO, options=_WITHDRAWS),),
        version(number),
        danger=True,
    )


def attendance(action: str, number: int, asked: Iterable[Field]) -> Form:
    """One list; nobody is ticked before somebody says it."""
    identity = Field("identity", _("How was the identity of those ticked checked?"), Kind.RADIO, options=_IDENTITY)
    return Form("attendance", action, _("Record who came"), (*asked, identity), version(number))


def came(enrolment_id: UUID, name: Text) -> Field:
    return Field(f"came-{enrolment_id}", name, Kind.CHECK, required=False)


def test(action: str, number: int, asked: Iterable[Field], out_of: int | None) -> Form:
    value = str(out_of) if out_of else ""
    field = Field("out_of", _("Points that there were"), Kind.NUMBER, value=value, short=True, longest=4)
    return Form("test", action, _("Record the points"), (*asked, field), version(number))


def points(enrolment_id: UUID, name: Text, known: int | None) -> Field:
    value = str(known) if known is not None else ""
    return Field(f"points-{enrolment_id}", name, Kind.NUMBER, value=value, required=False, short=True, longest=4)


def family(code: str, number: int, asked: Iterable[Field]) -> Form:
    action = addresses.session(code, "family")
    return Form("family", action, _("Record who came"), tuple(asked), version(number))


def guest(guest_id: UUID, name: Text, *, is_there: bool) -> Field:
    return Field(f"guest-{guest_id}", name, Kind.CHECK, value="yes" if is_there else "", required=False)


def invite(code: str, number: int) -> Form:
    action = addresses.session(code, "family", "invite")
    return Form("invite", action, _("Invite the families of all who are enrolled"), (), version(number), quiet=True)


def file(action: str, number: int, *, points: bool = False) -> Form:
    """The same list as a file."""
    field = Field("file", _("List (CSV or Excel)"), Kind.FILE, accept=".csv,.xlsx")
    out_of = Field(
        "out_of", _("Points that there were in the test"), Kind.NUMBER, required=False, short=True, longest=4
    )
    fields = (field, out_of) if points else (field,)
    return Form("list-file", action, _("Hand in the list"), fields, version(number), quiet=True)


def choose(case_id: UUID, number: int, sessions: Options) -> Form:
    return Form(
        "choose-session",
        addresses.case(case_id, "sessions"),
        _("Enrol"),
        (Field("session", _("Session"), Kind.RADIO, options=sessions),),
        version(number),
    )


def count_earlier(case_id: UUID, number: int) -> Form:
    action = addresses.case(case_id, "sessions", "earlier")
    return Form("earlier", action, _("Ask for it to be counted"), (), version(number))


def _only(options: Options) -> str:
    """The answer where there is one alone."""
    return options[0].value if len(options) == 1 else ""
