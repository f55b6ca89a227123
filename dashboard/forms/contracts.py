"""Forms about what a contract says: as it is promised, offered and signed; how a point of it was seen to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from basis.errors import InvalidInput
from basis.messages import _
from basis.money import Money, exponent
from casework.contracts.rules import BEARER_WORDS, KEEPER_WORDS, Bearer, Keeper, Terms
from casework.recruitment.rules import PER_WORDS, WagePer
from checklists.programme import ContractTerm
from dashboard import addresses, words
from dashboard.forms.case import Options, version
from dashboard.parts import Field, Form, Kind, Option, Text
from dashboard.posting import Values

_CODES: Final = (
    "am ar bn de en es fr hi id it ka km ky lo my ne nl pa pl ps pt ro ru si so sq sr sw ta th ti tl tr uk ur uz vi"
).split()  # fmt: skip
_HOURS = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2})|:([0-5][0-9]))?")
_BEARERS = (Option("", _("not said")), *(Option(one.value, said) for one, said in BEARER_WORDS.items()))
_KEEPERS = (Option("", _("not said")), *(Option(one.value, said) for one, said in KEEPER_WORDS.items()))
_PER = tuple(Option(one.value, said) for one, said in PER_WORDS.items())
_BORNE = {
    "insurance": _("Insurance, paid by"),
    "way_there": _("Journey there, paid by"),
    "way_back": _("Journey back, paid by"),
    "accommodation": _("Accommodation, from"),
    "food": _("Food, from"),
}


def languages() -> Options:
    """The languages that contracts are written in and explained in."""
    return tuple(sorted((Option(code, words.language(code)) for code in _CODES), key=lambda one: str(one.label)))


def _number(name: str, label: Text, hint: Text = "") -> Field:
    return Field(name, label, Kind.NUMBER, hint=hint, required=False, short=True)


def terms_fields(terms: Iterable[ContractTerm]) -> tuple[Field, ...]:
    """What a contract says; what is left empty it does not say."""
    named = languages()
    none = Option("", _("none of them"))
    return (
        Field("wage", _("Wage"), Kind.MONEY, hint=_("For example 1200.50."), required=False, short=True),
        Field("currency", _("Currency"), hint=_("Its code, such as EUR."), required=False, short=True, longest=3),
        Field("wage_per", _("Wage is paid for"), Kind.CHOICE, options=_PER, value=WagePer.MONTH.value),
        Field(
            "weekly_hours",
            _("Hours of work a week"),
            hint=_("For example 40 or 37.5."),
            required=False,
            short=True,
            longest=6,
        ),
        _number("daily_rest_hours", _("Hours of rest a day, on end")),
        _number("weekly_rest_days", _("Days of rest a week")),
        _number("leave_days", _("Days of paid leave a year")),
        *(Field(name, label, Kind.CHOICE, options=_BEARERS, required=False) for name, label in _BORNE.items()),
        Field("passport", _("Passport, kept by"), Kind.CHOICE, options=_KEEPERS, required=False),
        Field(
            "deductions",
            _("Deductions from the wage, a month"),
            Kind.MONEY,
            hint=_("0 where the contract says that there are none."),
            required=False,
            short=True,
        ),
        Field("deductions_for", _("What is deducted for"), required=False),
        Field("languages", _("Languages it is written in"), Kind.CHECKS, options=named, required=False),
        Field("read_in", _("The worker reads"), Kind.CHOICE, options=(none, *named), required=False),
        Field("starts_on", _("Begins on"), Kind.DATE, required=False),
        _number("months", _("How many months it lasts"), _("0 where it has no end.")),
        *(
            Field(f"says_{one.id}", one.label, Kind.LONG, hint=one.minimum, required=False, longest=400)
            for one in terms
            if one.about is None
        ),
    )  # fmt: skip


def _parties() -> tuple[Field, ...]:
    return (
        Field("employer", _("Employer")),
        Field("occupation", _("Occupation"), hint=_("Its ISCO-08 code, such as 7112."), short=True, longest=4),
    )


def signed(case_id: object, number: int, terms: Iterable[ContractTerm], papers: Options) -> Form:
    """The signed contract; `papers` are the papers of the case that may show it."""
    signed_on = Field("signed_on", _("Signed on"), Kind.DATE)
    paper = Field(
        "evidence", _("Paper of the case"), Kind.CHOICE, options=(Option("", _("none")), *papers), required=False
    )
    return Form(
        "signed",
        addresses.case(case_id, "job", "contract"),
        _("Record the signed contract"),
        (signed_on, *((paper,) if papers else ()), *_parties(), *terms_fields(terms)),
        version(number),
    )  # fmt: skip


def promised(case_id: object, number: int, terms: Iterable[ContractTerm]) -> Form:
    return Form(
        "promised",
        addresses.case(case_id, "job", "promise"),
        _("Record what was promised"),
        (*_parties(), *terms_fields(terms)),
        version(number),
    )


def accepted(case_id: object, number: int, point: str) -> Form:
    """The worker takes a difference, or does not."""
    return Form(
        "answer",
        addresses.case(case_id, "job", "points", point),
        _("Record"),
        (
            Field("kind", _("What the worker says"), Kind.RADIO, options=(
                Option("accepted", _("accepts it, in writing")), Option("refused", _("refuses it")))),
            Field("answered_on", _("On"), Kind.DATE),
            Field("language", _("Explained in"), Kind.CHOICE, options=languages(), required=False),
            Field(
                "paper",
                _("Where the worker's writing is kept"),
                hint=_("Needed where the worker accepts: file and page, or the number of the paper."),
                required=False,
                longest=120,
            ),
            Field("reason", _("What else is to be known"), Kind.LONG, hint=_("It is kept sealed."), required=False,
                  longest=300),
        ),
        version(number),
    )  # fmt: skip


def enough(case_id: object, number: int, point: str) -> Form:
    """What no machine can compare was found to be enough."""
    return Form(
        "answer",
        addresses.case(case_id, "job", "points", point),
        _("It is enough"),
        (
            Field("answered_on", _("Compared on"), Kind.DATE),
            Field(
                "reason", _("How it was compared"), Kind.LONG, hint=_("For example the rate of the day."), longest=300
            ),
        ),
        (*version(number), ("kind", "enough")),
    )


def decide(case_id: object, number: int, answer_id: object, title: Text, *, confirmed: bool) -> Form:
    act = "confirm" if confirmed else "return"
    return Form(
        f"{act}-{answer_id}",
        addresses.case(case_id, "job", "answers", answer_id, act),
        _("Confirm") if confirmed else _("Return it"),
        (),
        version(number),
        quiet=not confirmed,
        about=title,
    )


def in_order(case_id: object, number: int) -> Form:
    return Form("check", addresses.case(case_id, "job", "check"), _("The contract is in order"), (), version(number))


def withdraw(case_id: object, number: int, contract_id: object) -> Form:
    return Form(
        "withdraw",
        addresses.case(case_id, "job", "contracts", contract_id, "withdraw"),
        _("It was recorded in error"),
        (),
        version(number),
        quiet=True,
    )


def values_of(terms: Terms) -> dict[str, str]:
    """What stands in the fields for a contract that is known."""
    minutes = terms.weekly_minutes
    hours = "" if minutes is None else f"{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")
    known: dict[str, Any] = {
        "employer": terms.employer,
        "occupation": terms.occupation,
        "wage": _amount(terms.wage_minor, terms.currency),
        "currency": terms.currency,
        "wage_per": terms.wage_per.value,
        "weekly_hours": hours,
        "deductions": _amount(terms.deductions_minor, terms.currency),
        "deductions_for": terms.deductions_for,
        "languages": " ".join(terms.languages),
        "read_in": terms.read_in,
        "starts_on": terms.starts_on.isoformat() if terms.starts_on else "",
    }
    for name in ("daily_rest_hours", "weekly_rest_days", "leave_days", "months"):
        value = getattr(terms, name)
        known[name] = "" if value is None else str(value)
    for name in (*_BORNE, "passport"):
        value = getattr(terms, name)
        known[name] = value.value if value is not None else ""
    return known | {f"says_{name}": text for name, text in terms.says.items()}


def terms_of(values: Values) -> Terms:
    """What was filled in. Raises `InvalidInput` (``invalid_amount``, ``currency``, ``hours``)."""
    currency = values.text("currency").upper()
    return Terms(
        employer=values.texts.get("employer", ""),
        occupation=values.texts.get("occupation", ""),
        wage_minor=_minor(values.text("wage"), currency),
        currency=currency,
        wage_per=WagePer(values.text("wage_per")),
        weekly_minutes=_minutes(values.text("weekly_hours")),
        daily_rest_hours=values.numbers["daily_rest_hours"],
        weekly_rest_days=values.numbers["weekly_rest_days"],
        leave_days=values.numbers["leave_days"],
        passport=Keeper(values.text("passport")) if values.text("passport") else None,
        deductions_minor=_minor(values.text("deductions"), currency),
        deductions_for=values.text("deductions_for"),
        languages=tuple(sorted(set(values.many["languages"]))),
        read_in=values.text("read_in"),
        starts_on=values.days["starts_on"],
        months=values.numbers["months"],
        says={
            name.removeprefix("says_"): text for name, text in values.texts.items() if name.startswith("says_") and text
        },
        **{name: Bearer(values.text(name)) if values.text(name) else None for name in _BORNE},
    )


def _amount(minor: int | None, currency: str) -> str:
    if minor is None:
        return ""
    digits = exponent(currency)
    whole, rest = divmod(minor, 10**digits)
    return f"{whole}.{rest:0{digits}}" if digits else str(whole)


def _minor(text: str, currency: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise InvalidInput("currency", _("The amount has no currency."), _("Write its code, such as EUR or KWD."))
    return Money.parse(text, currency).minor


def _minutes(text: str) -> int | None:
    if not text:
        return None
    found = _HOURS.fullmatch(text)
    if found is None:
        raise InvalidInput("hours", _("The hours of work are not a number."), _("Write them like 40, 37.5 or 37:30."))
    hours, decimals, minutes = found.groups()
    part = int(minutes) if minutes else round(int((decimals or "0").ljust(2, "0")) * 60 / 100)
    return int(hours) * 60 + part
