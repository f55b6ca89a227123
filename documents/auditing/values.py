"""What stands in the report of a signed sample. It is about documents, never about a person whom they are for.

The value is complete, as that of a certificate is: rendering reads no table, no clock and no file. Its JSON is what the
register of reports keeps and what lies in the file as data. Texts are final words; rates lie between 0 and 1.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from basis.errors import InvalidInput
from basis.messages import _


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Part):
    """Exact limits of a rate."""

    low: float
    high: float


class Stratum(_Part):
    """One stratum: how many documents it has, how many were drawn, and what came out."""

    name: str
    population: int
    drawn: int
    exceptions: int
    not_examinable: int
    rate: float
    limits: Limits | None


class Reason(_Part):
    """A reason that verdicts gave, and how often it counts."""

    code: str
    words: str
    count: int


class Reader(_Part):
    """Who gave a verdict as what: first reader, second reader, lead auditor."""

    step: str
    name: str


class Item(_Part):
    """A drawn document with the verdict that counts."""

    position: int
    document: str
    title: str
    issued_on: date
    stratum: str
    verdict: str
    reason: str
    readers: tuple[Reader, ...]


class RaisedFinding(_Part):
    """A finding that the engagement has raised by the day of the report."""

    finding: str
    title: str
    severity: str


class Stated(_Part):
    """A label with its value, both in words."""

    label: str
    value: str


class AuditReport(_Part):
    """The report. `asked` says in words which documents the sample was drawn from."""

    schema_: Literal["predeparture.audit-report/1"] = Field(default="predeparture.audit-report/1", alias="schema")
    number: str
    issued_on: date
    issuer: str
    verify_url: str
    short_code: str
    specimen: bool
    language: str = "en"
    engagement: str
    engagement_title: str
    purpose: str
    begins_on: date
    ends_on: date
    auditors: tuple[str, ...]
    sample: str
    asked: tuple[Stated, ...]
    method: str
    strata_by: str
    seed: str
    second_share: int
    confidence: int
    drawn_on: date
    drawn_by: str
    population: int
    population_sha256: str
    drawn: int
    agree: int
    exceptions: int
    not_examinable: int
    rate: float
    finite_limits: Limits | None
    binomial_limits: Limits | None
    weighted_rate: float | None
    strata: tuple[Stratum, ...]
    reasons: tuple[Reason, ...]
    items: tuple[Item, ...]
    findings: tuple[RaisedFinding, ...]
    conclusion: str
    signed_on: date
    signed_by: str
    signed_title: str

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def to_json(value: AuditReport) -> dict[str, Any]:
    """The value as JSON, ready for `json.dumps`."""
    return value.model_dump(mode="json", by_alias=True)


def from_json(data: dict[str, Any]) -> AuditReport:
    """The value that `to_json` wrote. Raises `InvalidInput` (``invalid_report_value``)."""
    try:
        return AuditReport.model_validate(data)
    except ValueError:
        raise InvalidInput(
            "invalid_report_value",
            _("The stored value of a report cannot be read."),
            _("Read it with the version of the engine that wrote it."),
        ) from None
