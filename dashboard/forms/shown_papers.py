"""Forms about what papers say: what a paper shows, how a difference is settled, a passport renewed or lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from basis.messages import Message, _
from casework.evidence.consistency import SETTLE_REASONS, Compared, reasons_for
from casework.evidence.papers import CALENDAR_WORDS, LEGALISATION_WORDS, TRANSLATION_WORDS
from casework.workers.passports import END_WORDS
from dashboard import addresses
from dashboard.forms.case import SEX, Options, version
from dashboard.parts import Field, Form, Kind, Option, Text

SHOWN_DAYS = ("issued_on", "expires_on")
_DAY_LABELS: Mapping[str, Message] = {
    "issued_on": _("Issued on"),
    "expires_on": _("Expires on"),
    "birth_date": _("Date of birth"),
}
_IN_PART = _("2031-05-17, or 2031-05 or 2031 where the paper shows no more")


def day_label(name: str) -> Message:
    """What a day of a paper is called."""
    return _DAY_LABELS.get(name) or _("{what}", what=name.replace("_", " ").capitalize())


def describe(
    case_id: object, number: int, evidence_id: object, days: Iterable[str], countries: Options, *, passport: bool
) -> Form:
    """What a paper shows. `days` are the names of its days; `passport`: a child may be entered in a parent's."""
    names = tuple(days)
    return Form(
        "describe",
        addresses.evidence(case_id, evidence_id, "describe"),
        _("Save what it shows"),
        (
            Field("number", _("Number"), required=False, short=True, longest=60, autocomplete="off"),
            Field("issuer", _("Issued by"), required=False),
            Field("country", _("Country"), Kind.CHOICE, options=countries, required=False),
            *(Field(name, day_label(name), hint=_IN_PART, required=False, short=True, longest=10) for name in names),
            *_holder(countries),
            *((_in_parents_passport(),) if passport else ()),
            *_calendar(names),
            *_translation(),
            *_legalisation(),
        ),
        version(number),
    )


def _holder(countries: Options) -> tuple[Field, ...]:
    said = _("As the paper has it; empty where it does not say it.")
    return (
        Field("family_name", _("Family name on the paper"), hint=said, required=False, autocomplete="off"),
        Field("given_names", _("Given names on the paper"), required=False, autocomplete="off"),
        Field("native_name", _("Name in its own script, as printed"), required=False, autocomplete="off"),
        Field(
            "birth_date",
            _("Date of birth on the paper"),
            hint=_("1990-05-17, or 1990-05 or 1990 where the paper shows no more"),
            required=False,
            short=True,
            longest=10,
        ),
        Field("sex", _("Sex on the paper"), Kind.CHOICE, options=SEX[:2], required=False),
        Field("nationality", _("Nationality on the paper"), Kind.CHOICE, options=countries, required=False),
    )


def _in_parents_passport() -> Field:
    return Field(
        "in_parents_passport", _("The worker is a child entered in a parent's passport"), Kind.CHECK, required=False
    )


def _calendar(days: tuple[str, ...]) -> tuple[Field, ...]:
    return (
        Field(
            "calendar",
            _("Calendar of the days on the paper"),
            Kind.CHOICE,
            hint=_("Only where days are printed in another calendar than the Gregorian one."),
            options=(Option("", _("Gregorian")), *_options(CALENDAR_WORDS)),
            required=False,
        ),
        *(
            Field(f"{name}_printed", _("{day}, as printed", day=day_label(name)), required=False, longest=80)
            for name in (*days, "birth_date")
        ),
    )


def _translation() -> tuple[Field, ...]:
    return (
        Field("translation", _("Translation"), Kind.CHOICE, options=_options(TRANSLATION_WORDS), required=False),
        Field(
            "translation_language",
            _("Language of the translation"),
            hint=_("Its code: de, sq, ar"),
            required=False,
            short=True,
            longest=16,
        ),
        Field("translator", _("Sworn translator"), required=False, autocomplete="off"),
    )


def _legalisation() -> tuple[Field, ...]:
    return (
        Field("legalisation", _("Legalisation"), Kind.CHOICE, options=_options(LEGALISATION_WORDS), required=False),
        Field(
            "legalisation_number",
            _("Number of the apostille or legalisation"),
            required=False,
            short=True,
            longest=60,
            autocomplete="off",
        ),
        Field("legalised_on", _("Day of the apostille or legalisation"), Kind.DATE, required=False),
    )


def _options(words: Mapping[Any, Message]) -> Options:
    return tuple(Option(one.value, said) for one, said in words.items())


def settle(case_id: object, number: int, field: Compared, source: str, title: Text) -> Form:
    """Say how a difference comes about."""
    options = tuple(Option(code, SETTLE_REASONS[code]) for code in reasons_for(field))
    return Form(
        f"settle-{field.value}-{source}",
        addresses.case(case_id, "differences"),
        _("Settle it"),
        (
            Field("reason", _("How it comes about"), Kind.CHOICE, options=options),
            Field("note", _("Note"), Kind.LONG, required=False, longest=1000),
        ),
        (*version(number), ("field", field.value), ("source", source)),
        about=title,
    )


def passport(case_id: object, number: int, today: str) -> Form:
    """The passport was renewed, or is gone. `today` is the ISO day it happened by default."""
    new = _("Of the new passport, once it is there.")
    return Form(
        "passport",
        addresses.case(case_id, "passport"),
        _("Record it"),
        (
            Field("ended", _("The recorded passport was"), Kind.RADIO, options=_options(END_WORDS)),
            Field("ended_on", _("On"), Kind.DATE, value=today),
            Field("reported_to", _("Reported to"), hint=_("A loss: to which police or consulate."), required=False),
            Field("number", _("New passport number"), hint=new, required=False, short=True, longest=20),
            Field("issued_on", _("New passport issued on"), Kind.DATE, required=False),
            Field("expires_on", _("New passport expires on"), Kind.DATE, required=False),
            Field("mrz", _("The two machine-readable lines of the new passport"), Kind.LONG, required=False),
            Field("note", _("Note"), Kind.LONG, required=False, longest=1000),
        ),
        version(number),
    )
