"""Synthetic workers for any programme: made so that its eligibility rules admit them. Nobody of them exists."""

from __future__ import annotations

import csv
import io
import json
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, Final

from basis import countries
from basis.errors import InvalidInput
from basis.messages import _
from casework.evidence.mrz import emit_td3
from checklists.assessment import ineligible
from checklists.facts import CaseFacts, Residence
from checklists.programme import Programme

WORKERS: Final = 6
DEPARTS_AFTER_DAYS: Final = 40
"""Near enough that what is dated today still holds on the day, far enough that it does not look like an escape."""

_AGES: Final = (29, 34, 24, 41, 19, 47)
_EXPERIENCE: Final = 8


@dataclass(frozen=True, slots=True)
class Person:
    """A synthetic worker as an agency or office would write them down."""

    reference: str
    family_name: str
    given_names: str
    sex: str
    birth_date: date
    nationality: str
    lives_in: str
    passport_number: str
    passport_issued_on: date
    passport_expires_on: date
    mrz: tuple[str, str]
    track: str
    destination: str
    departure: date | None


def setting(programme: Programme) -> dict[str, str]:
    """Occupation, job, employer and the like for the demo of a programme."""
    kept = _data("settings.json")
    found: dict[str, str] = kept["default"] | kept.get(programme.id, {})
    return found


def people(programme: Programme, on: date, count: int = WORKERS) -> list[Person]:
    """`count` workers, the same on every run of a day, spread over the tracks.

    Raises `InvalidInput` (``nobody_eligible``) where no synthetic worker meets the programme's rules.
    """
    chance = random.Random(f"{programme.id} {programme.version}")  # noqa: S311  # not a secret: the same on every run
    made: list[Person] = []
    for number in range(count):
        track = programme.tracks[number % len(programme.tracks)]
        departure = on + timedelta(days=DEPARTS_AFTER_DAYS + 3 * number) if track.departs else None
        kind = _eligible(programme, track.id, on, departure, number)
        made.append(_person(chance, programme, kind, number, on))
    return made


def batch(programme: Programme, on: date, count: int = WORKERS) -> bytes:
    """The workers as an agency's CSV file, in UTF-8."""
    rows = [_row(programme, person, on) for person in people(programme, on, count)]
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")


def experience(person: Person, on: date) -> int:
    """Years in the occupation, as far as the age allows."""
    return min(_EXPERIENCE, max(1, on.year - person.birth_date.year - 18))


def initials(programme: Programme) -> str:
    """The first letters of a programme's id, in capitals."""
    return "".join(part[0] for part in programme.id.split("-")).upper()


def job_order(programme: Programme, country: str) -> str:
    """The number of the job order that a worker who goes to the country is brought for."""
    return f"{initials(programme)}-{country}" if programme.asks_job_orders else "JO-001"


@dataclass(frozen=True, slots=True)
class _Kind:
    track: str
    departure: date | None
    nationality: str
    lives_in: str
    destination: str
    sex: str
    birth_date: date


def _eligible(programme: Programme, track: str, on: date, departure: date | None, turn: int) -> _Kind:
    """The first combination that no rule refuses, begun at another place for each worker."""
    ages = [*_AGES[turn % len(_AGES) :], *_AGES]
    sexes = ("F", "M") if turn % 2 else ("M", "F")
    for age, sex, (nationality, lives_in, destination) in product(ages, sexes, _routes(programme, turn)):
        born = date(on.year - age, 1 + (turn * 5) % 12, 1 + (turn * 7) % 28)
        if age < programme.minimum_age:
            continue
        facts = CaseFacts(
            track=track,
            registered_on=on,
            nationality=nationality,
            birth_date=born,
            planned_departure=departure,
            occupation=setting(programme)["occupation"],
            sex=sex,
            destination=destination,
            residences=(Residence(lives_in, born),),
        )
        if not ineligible(programme, facts, on):
            return _Kind(track, departure, nationality, lives_in, destination, sex, born)
    raise InvalidInput(
        "nobody_eligible",
        _(
            "No synthetic worker meets the rules of {id} on the track {track}.",
            id=programme.id,
            track=track,
        ),
        _("Add the nationality or occupation it asks for to cli/demo_data."),
    )


def _routes(programme: Programme, turn: int) -> Iterator[tuple[str, str, str]]:
    """Nationality, country of residence and destination, likely ones first."""
    known = [code for region in _data("names.json")["names"] for code in region["nationalities"]]
    origins = [*programme.origins[turn % max(len(programme.origins), 1) :], *programme.origins]
    targets = [*programme.destinations[turn % max(len(programme.destinations), 1) :]] or known
    for nationality in dict.fromkeys([*origins, *known]):
        lives_in = nationality if not origins or nationality in origins else origins[0]
        for destination in dict.fromkeys([targets[0], nationality]) if not programme.destinations else targets:
            yield nationality, lives_in, destination


def _person(chance: random.Random, programme: Programme, kind: _Kind, number: int, on: date) -> Person:
    names = _names(kind.nationality)
    given, family = chance.choice(names[kind.sex]), names["families"][number % len(names["families"])]
    issued = on - timedelta(days=chance.randint(200, 1500))
    expires = issued + timedelta(days=3652)
    passport = chance.choice("KPR") + f"{chance.randint(0, 99_999_999):08}"
    issuer = countries.to_icao(kind.nationality)
    zone = emit_td3(
        issuer=issuer,
        family_name=family,
        given_names=given,
        document_number=passport,
        nationality=issuer,
        birth_date=kind.birth_date,
        sex=kind.sex,
        expires_on=expires,
    )
    return Person(
        reference=f"{initials(programme)}-{number + 1:04}",
        family_name=family,
        given_names=given,
        sex=kind.sex,
        birth_date=kind.birth_date,
        nationality=kind.nationality,
        lives_in=kind.lives_in,
        passport_number=passport,
        passport_issued_on=issued,
        passport_expires_on=expires,
        mrz=zone,
        track=kind.track,
        destination=kind.destination,
        departure=kind.departure,
    )


def _row(programme: Programme, person: Person, on: date) -> dict[str, str]:
    job, aim = setting(programme), programme.language
    mail = "".join(
        c
        for c in unicodedata.normalize("NFKD", f"{person.given_names}.{person.family_name}".lower())
        if c.isascii() and (c.isalpha() or c == ".")
    )
    return {
        "Agency reference": person.reference,
        "Family name": person.family_name,
        "Given names": person.given_names,
        "Sex": person.sex,
        "Date of birth": person.birth_date.isoformat(),
        "Nationality": countries.name(person.nationality),
        "Passport number": person.passport_number,
        "Passport issued on": person.passport_issued_on.isoformat(),
        "Passport expires on": person.passport_expires_on.isoformat(),
        "MRZ line 1": person.mrz[0],
        "MRZ line 2": person.mrz[1],
        "E-mail": f"{mail}@example.org",
        "Residence history": f"{person.lives_in}:{person.birth_date:%Y-%m}/",
        "Occupation (ISCO-08)": job["occupation"],
        "Job title": job["job_title"],
        "Job order": job_order(programme, person.destination),
        "Employer": job["employer"],
        "Track": person.track,
        "Destination": countries.name(person.destination),
        "Diploma": job["diploma"],
        "Language": aim.code if aim else "",
        "Language level (CEFR)": aim.level if aim else "",
        "Language test": "Language test centre" if aim else "",
        "Language tested on": (on - timedelta(days=60)).isoformat() if aim else "",
        "Years of experience": str(experience(person, on)),
        "Planned departure": (person.departure or on + timedelta(days=DEPARTS_AFTER_DAYS)).isoformat(),
        "Consent to data processing": "yes",
    }


def _names(nationality: str) -> dict[str, list[str]]:
    regions: list[dict[str, list[str]]] = _data("names.json")["names"]
    return next((region for region in regions if nationality in region["nationalities"]), regions[0])


@cache
def _data(name: str) -> Any:
    return json.loads(files("cli.demo_data").joinpath(name).read_text("utf-8"))
