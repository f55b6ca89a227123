"""Rows of engagements, samples with their reviews and reports, and findings.

Database triggers refuse to change a signed sample, a drawn document, a verdict or a step of a finding, and to add a
verdict to a signed sample.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.auditing.drawing import Method
from casework.auditing.rules import FindingAct, FindingState, SampleState, Severity, Step, Strata, Verdict
from casework.columns import choice, document, instant, sealed


class Engagement(SQLModel, table=True):
    """A piece of auditors' work: from its first to its last day, or until it was closed before.

    No office or programme named means all of them.
    """

    __tablename__ = "audit_engagement"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: str = Field(unique=True, max_length=40)
    title: str = Field(max_length=200)
    purpose: str = Field(sa_type=Text)
    begins_on: date
    ends_on: date
    closed_on: date | None = None
    opened_by: str = Field(max_length=40)
    opened_at: datetime = Field(sa_column=instant())


class EngagementAuditor(SQLModel, table=True):
    """An account of an engagement; exactly one of them leads."""

    __tablename__ = "audit_engagement_auditor"

    engagement_id: UUID = Field(foreign_key="audit_engagement.id", primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", primary_key=True, index=True)
    lead: bool = False


class EngagementOffice(SQLModel, table=True):
    """An office of the engagement's scope."""

    __tablename__ = "audit_engagement_office"

    engagement_id: UUID = Field(foreign_key="audit_engagement.id", primary_key=True)
    office_id: UUID = Field(foreign_key="organisation.id", primary_key=True)


class EngagementProgramme(SQLModel, table=True):
    """A programme of the engagement's scope."""

    __tablename__ = "audit_engagement_programme"

    engagement_id: UUID = Field(foreign_key="audit_engagement.id", primary_key=True)
    programme_id: str = Field(max_length=80, primary_key=True)


class Sample(SQLModel, table=True):
    """A draw: what was asked for, the population as it stood then, the seed. `asked` is the filter as JSON.

    `population` is the text that was hashed (`casework.auditing.drawing`). `second_share` is the part of agreements
    that a second person reads, `confidence` that of the limits, both in percent.
    """

    __tablename__ = "audit_sample"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    engagement_id: UUID = Field(foreign_key="audit_engagement.id", index=True)
    number: str = Field(unique=True, max_length=40)
    state: SampleState = Field(default=SampleState.REVIEWING, sa_column=choice(SampleState))
    asked: dict[str, Any] = Field(sa_column=document())
    method: Method = Field(sa_column=choice(Method))
    strata: Strata | None = Field(default=None, sa_column=choice(Strata, nullable=True))
    size: int
    seed: str = Field(max_length=100)
    second_share: int
    confidence: int
    population: str = Field(sa_type=Text)
    population_size: int
    population_sha256: str = Field(max_length=64)
    drawn_on: date
    drawn_at: datetime = Field(sa_column=instant())
    drawn_by: str = Field(max_length=40)
    conclusion: str = Field(default="", sa_type=Text)
    signed_on: date | None = None
    signed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    signed_by: str = Field(default="", max_length=40)


class SampleItem(SQLModel, table=True):
    """A drawn document. `second`: another person reads it even if the first one agrees."""

    __tablename__ = "audit_sample_item"
    __table_args__ = (UniqueConstraint("sample_id", "position"), UniqueConstraint("sample_id", "certificate_id"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    sample_id: UUID = Field(foreign_key="audit_sample.id", index=True)
    position: int
    certificate_id: UUID = Field(foreign_key="certificate.id", index=True)
    stratum: str = Field(default="", max_length=80)
    weight: int = 1
    second: bool = False


class Review(SQLModel, table=True):
    """One verdict. `note` is sealed under the person whom the document is about."""

    __tablename__ = "audit_review"
    __table_args__ = (UniqueConstraint("item_id", "step"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    sample_id: UUID = Field(foreign_key="audit_sample.id", index=True)
    item_id: UUID = Field(foreign_key="audit_sample_item.id", index=True)
    step: Step = Field(sa_column=choice(Step))
    verdict: Verdict = Field(sa_column=choice(Verdict))
    code: str = Field(default="", max_length=60)
    note: bytes | None = Field(default=None, sa_column=sealed())
    reviewed_by: str = Field(max_length=40)
    reviewed_on: date
    recorded_at: datetime = Field(sa_column=instant())


class ReportState(StrEnum):
    RESERVED = "reserved"  # number, token and value are fixed; the file is being made
    ISSUED = "issued"


class AuditReport(SQLModel, table=True):
    """The report of a signed sample: reserved, put into the archive, marked issued, like a certificate.

    `value` is all that its pages show; it names documents by number and holds nothing of the workers.
    """

    __tablename__ = "audit_report"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    sample_id: UUID = Field(foreign_key="audit_sample.id", unique=True)
    number: str = Field(unique=True, max_length=40)
    token: str = Field(unique=True, max_length=32)
    state: ReportState = Field(default=ReportState.RESERVED, sa_column=choice(ReportState, index=True))
    value: dict[str, Any] = Field(sa_column=document())
    reserved_at: datetime = Field(sa_column=instant())
    issued_on: date
    issued_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    sha256: str = Field(default="", max_length=64, index=True)
    size: int = 0
    template_digest: str = Field(default="", max_length=64)
    renderer: dict[str, Any] | None = Field(default=None, sa_column=document(nullable=True))
    signed_by: str = Field(default="", max_length=64)  # fingerprint of an issuer_certificate
    signed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    timestamped: bool = False


class AuditFinding(SQLModel, table=True):
    """What auditors found at an office. `state`, `due_on` and `responsible_id` are copies of its last steps."""

    __tablename__ = "audit_finding"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: str = Field(unique=True, max_length=40)
    engagement_id: UUID = Field(foreign_key="audit_engagement.id", index=True)
    office_id: UUID = Field(foreign_key="organisation.id", index=True)
    item_id: UUID | None = Field(default=None, foreign_key="audit_sample_item.id")
    title: str = Field(max_length=200)
    severity: Severity = Field(sa_column=choice(Severity))
    criterion: str = Field(sa_type=Text)
    condition: str = Field(sa_type=Text)
    cause: str = Field(sa_type=Text)
    recommendation: str = Field(sa_type=Text)
    state: FindingState = Field(default=FindingState.OPEN, sa_column=choice(FindingState, index=True))
    due_on: date | None = None
    responsible_id: UUID | None = Field(default=None, foreign_key="account.id")
    raised_on: date
    raised_by: str = Field(max_length=40)
    recorded_at: datetime = Field(sa_column=instant())


class FindingStep(SQLModel, table=True):
    """One step of a finding's history; never changed. `words` is what was said, `action` what is to be done."""

    __tablename__ = "audit_finding_step"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    finding_id: UUID = Field(foreign_key="audit_finding.id", index=True)
    act: FindingAct = Field(sa_column=choice(FindingAct))
    words: str = Field(default="", sa_type=Text)
    action: str = Field(default="", sa_type=Text)
    due_on: date | None = None
    responsible_id: UUID | None = Field(default=None, foreign_key="account.id")
    recorded_on: date
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(max_length=40)
