"""What a batch's rows become: a proposed worker for a good row, findings for what is wrong. No tables, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from basis.messages import Message
from basis.money import Money
from checklists.facts import Residence

MAX_BYTES = 20 * 1024 * 1024
MAX_UNZIPPED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 100
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_TEXT = 200


class Severity(StrEnum):
    ERROR = "error"  # the row is not taken
    WARNING = "warning"  # the row is taken, a person should look


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the file (`row` is None) or with a row, in the spreadsheet's own row number.

    `column` is the file's header, `field` ours; either is None where the finding is not about one. The
    sentences never hold the cell's value.
    """

    row: int | None
    column: str | None
    field: str | None
    code: str
    severity: Severity
    message: Message
    fix: Message


class ProposedWorker(BaseModel):
    """A good row with typed values. Optional texts that the file leaves out are empty.

    `nationality` and `destination` are ISO 3166-1 alpha-2, `occupation` an ISCO-08 unit group, `language` ISO 639-1,
    `language_level` CEFR, phones E.164. A residence given by months begins on the first day of its first
    and ends on the last day of its last month. `mrz` has the zone's two or three lines, or none.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    row: int
    agency_reference: str = Field(min_length=1, max_length=MAX_TEXT)
    family_name: str = Field(max_length=MAX_TEXT)
    given_names: str = Field(max_length=MAX_TEXT)
    native_family_name: str = ""
    native_given_names: str = ""
    sex: Literal["F", "M", "X"]
    birth_date: date
    birth_place: str = ""
    nationality: str = Field(pattern=r"^[A-Z]{2}$")
    passport_number: str = Field(pattern=r"^[A-Z0-9]{5,20}$")
    passport_issued_on: date | None = None
    passport_expires_on: date
    mrz: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    next_of_kin: str = ""
    next_of_kin_phone: str = ""
    residences: tuple[Residence, ...] = ()
    occupation: str = Field(pattern=r"^\d{4}$")
    job_title: str = ""
    job_order: str = ""
    employer: str = ""
    track: str
    destination: str = ""
    diploma: str = ""
    diploma_institution: str = ""
    diploma_year: int | None = None
    language: str = ""
    language_level: Literal["", "A1", "A2", "B1", "B2", "C1", "C2"] = ""
    language_test: str = ""
    language_tested_on: date | None = None
    years_of_experience: int | None = None
    planned_departure: date | None = None
    loan_requested: Money | None = None
    consent: bool


def age_on(birth_date: date, on: date) -> int:
    """Completed years. Who is born on 29 February completes a year on 1 March of a common year."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
