"""The columns of a batch's file, each with what stands in it and an example that the check itself accepts."""

from __future__ import annotations

from datetime import date, timedelta

from basis.messages import Message, _
from casework.batches.mapping import FIELDS, REQUIRED, usual_title
from casework.evidence.mrz import Form, Holder, emit
from dashboard.pages.batches import Column

_MEANINGS: dict[str, Message] = {
    "agency_reference": _("your own number for the worker"),
    "family_name": _("as in the passport"),
    "given_names": _("as in the passport"),
    "native_family_name": _("in its own script"),
    "native_given_names": _("in their own script"),
    "sex": _("F, M or X, as in the passport"),
    "birth_date": _("year-month-day"),
    "birth_place": _("town, as in the passport"),
    "nationality": _("country or its ISO 3166 code"),
    "passport_number": _("letters and digits"),
    "passport_issued_on": _("year-month-day"),
    "passport_expires_on": _("year-month-day"),
    "mrz_line_1": _("first machine-readable line of the passport, 44 characters"),
    "mrz_line_2": _("second machine-readable line, 44 characters"),
    "mrz_line_3": _("third line, on identity cards only"),
    "phone": _("with the country's prefix"),
    "email": _("of the worker"),
    "next_of_kin": _("whom to call"),
    "next_of_kin_phone": _("with the country's prefix"),
    "residences": _("country:from/until, semicolons between; no until while it lasts"),
    "occupation": _("ISCO-08 code of four digits"),
    "job_title": _("as in the offer"),
    "job_order": _("number of the employer's order"),
    "employer": _("name of the employer"),
    "track": _("one of the programme's, for example away or home"),
    "destination": _("country or its ISO 3166 code, where the programme leads to several"),
    "diploma": _("title of the diploma"),
    "diploma_institution": _("school that gave it"),
    "diploma_year": _("year it was given"),
    "language": _("language that was tested"),
    "language_level": _("CEFR level, A1 to C2"),
    "language_test": _("name of the test"),
    "language_tested_on": _("year-month-day"),
    "years_of_experience": _("whole years in the occupation"),
    "planned_departure": _("year-month-day; empty for who stays"),
    "loan_requested": _("amount, empty for no loan"),
    "consent": _("yes: the worker was shown the privacy notice and agreed"),
}
_ABBREVIATIONS = {"mrz": "MRZ", "cefr": "(CEFR)", "isco08": "(ISCO-08)"}
_LEFT_OUT_OF_EXAMPLE = ("native_family_name", "native_given_names", "mrz_line_3", "destination")


def columns(on: date) -> tuple[Column, ...]:
    """Every column, with an example that is right on the day `on`."""
    values = example(on)
    return tuple(Column(header(name), _MEANINGS[name], values.get(name, ""), name in REQUIRED) for name in FIELDS)


def header(name: str) -> str:
    """The title of a field's column as we write it: MRZ line 1, Occupation (ISCO-08)."""
    title = " ".join(_ABBREVIATIONS.get(word, word) for word in usual_title(name).split())
    return title[0].upper() + title[1:]


def example(on: date) -> dict[str, str]:
    """A synthetic worker by field, departing half a year after `on`."""
    born, expires = date(1996, 5, 26), on + timedelta(days=5 * 365)
    holder = Holder("P", "RKS", "SHEMBULLI", "ARTA", "P00000000", "RKS", born, "F", expires, "")
    zone = dict(zip(("mrz_line_1", "mrz_line_2"), emit(Form.TD3, holder), strict=True))
    return zone | {
        "agency_reference": "EX-0001",
        "family_name": "Shembulli",
        "given_names": "Arta",
        "sex": "F",
        "birth_date": born.isoformat(),
        "birth_place": "Prizren",
        "nationality": "Kosovo",
        "passport_number": "P00000000",
        "passport_issued_on": (expires - timedelta(days=3652)).isoformat(),
        "passport_expires_on": expires.isoformat(),
        "phone": "00383 44 000 111",
        "email": "arta@example.org",
        "next_of_kin": "Agim Shembulli",
        "next_of_kin_phone": "00383 44 000 112",
        "residences": "XK:1996-05/",
        "occupation": "7112",
        "job_title": "Bricklayer",
        "job_order": "JO-001",
        "employer": "Musterbau GmbH",
        "track": "away",
        "diploma": "Vocational school certificate, construction",
        "diploma_institution": "Shkolla Teknike, Prizren",
        "diploma_year": "2015",
        "language": "German",
        "language_level": "A2",
        "language_test": "Goethe",
        "language_tested_on": (on - timedelta(days=60)).isoformat(),
        "years_of_experience": "4",
        "planned_departure": (on + timedelta(days=182)).isoformat(),
        "loan_requested": "800",
        "consent": "yes",
    }


def example_rows(on: date) -> tuple[list[str], list[list[str]]]:
    """Header and the one row of the example file."""
    values = example(on)
    names = [name for name in FIELDS if name not in _LEFT_OUT_OF_EXAMPLE]
    return [header(name) for name in names], [[values.get(name, "") for name in names]]
