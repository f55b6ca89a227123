"""The facts that rules read. Casework loads them (`casework.cases.facts`); nothing here knows a table.

A `Fact` is one recorded thing about a case: an accepted paper, a test result, an examination, an
attended module. Facts are never changed, only added or withdrawn, so an assessment can name by id the
facts it stands on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from basis.partial import Precision

ALONE: Final = "alone"
HOUSEHOLD_ROLES: Final = (ALONE, "principal", "spouse", "child", "guardian")


class Standing(StrEnum):
    """What a fact says for the requirement that asks for it."""

    SUBMITTED = "submitted"  # handed in, nobody has verified it yet
    PENDING = "pending"  # verified, but its outcome is still open (sputum culture, open hit)
    ACCEPTED = "accepted"  # supports
    REJECTED = "rejected"  # not good enough; something else must be brought
    ADVERSE = "adverse"  # speaks against (unfit, true match, not recognised)
    WITHDRAWN = "withdrawn"  # found wrong or taken back: counts for nothing


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded thing.

    `kind` is what a requirement's `evidence` names ("passport", "police_certificate",
    "medical_examination", ...), `subject` narrows it (a country code, a language, a module id).
    `anchors` are its days by name: issued_on, expires_on, examined_on, xray_on, tested_on, attended_on,
    registered_on, decided_on. `attributes` are values that requirements compare (level, years,
    outcome, hours). `checks` are the results of automatic checks by name: True passed, False failed;
    absent means not done. `recorded_by` and `decided_by` are account ids, for `independent`. Of a day that is known by
    month or year only, `anchors` has the first day that it may be and `latest` the last.
    """

    id: str
    kind: str
    standing: Standing
    subject: str = ""
    anchors: Mapping[str, date] = field(default_factory=dict)
    attributes: Mapping[str, str | int | bool] = field(default_factory=dict)
    checks: Mapping[str, bool] = field(default_factory=dict)
    recorded_by: str = ""
    decided_by: tuple[str, ...] = ()
    latest: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Residence:
    """A stay in one country (ISO 3166-1 alpha-2). `until` is None while it lasts.

    Where only a month or year is known, `since` is its first and `until` its last day; rules take them as they are.
    """

    country: str
    since: date
    until: date | None = None
    since_precision: Precision = Precision.DAY
    until_precision: Precision = Precision.DAY


class WaiverKind(StrEnum):
    """How an authority lets a requirement pass without its evidence."""

    WAIVER = "waiver"  # set aside
    CONDITION = "condition"  # to be met later, by a day or an event
    INTERIM = "interim"  # permission to go on while a decision is awaited


@dataclass(frozen=True, slots=True)
class GivenWaiver:
    """A requirement set aside, or met on condition, by a named authority until `ends_on` (None: for the whole case).

    `until_event` is a kind of evidence: when a fact of that kind is decided, it ends with that day. Decisions up to
    the day `given_on` do not count: permission to go on is often given because of one (None: all count).
    """

    id: str
    requirement: str
    subject: str
    authority: str
    ends_on: date | None
    kind: WaiverKind = WaiverKind.WAIVER
    until_event: str = ""
    given_on: date | None = None


@dataclass(frozen=True, slots=True)
class GivenSignOff:
    """A stage signed off and not ended yet, with what it stands on (fact and waiver ids, other sign-offs' ids)."""

    id: str
    stage: str
    signed_on: date
    stands_on: frozenset[str]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """All that the rules may know about a case.

    `birth_date` and `planned_departure` may be unknown (None): a condition that needs them is then
    unknown too. `nationality` and `destination` are ISO 3166-1 alpha-2 ("XK" for Kosovo), `occupation` an ISCO-08
    code, `sex` as in the passport ("F", "M", "X"). `ended_on` is the day an ended case is assessed on for ever.
    `followed_from`: the day on which the stages after the preparation began (None: they have not), `followed_until` the
    day on which they are assessed for ever (None: they go on).
    `suspended`: clearances of the programme are stopped, whatever the case holds. `originals_held`: a paper of the
    worker's own is still to be returned; until then no clearance is given. `fees_open`: the worker wants the departure
    to wait until the office has settled what was charged wrongly.
    `household_role` is `ALONE` for who belongs to no household; `children` counts those of it, `guardian_consent` tells
    of this worker, if a child.
    """

    track: str
    registered_on: date
    nationality: str
    birth_date: date | None = None
    planned_departure: date | None = None
    occupation: str = ""
    sex: str = ""
    destination: str = ""
    loan_asked: bool = False
    suspended: bool = False
    originals_held: bool = False
    fees_open: bool = False
    household_role: str = ALONE
    travels_together: bool = False
    children: int = 0
    guardian_consent: bool = False
    ended_on: date | None = None
    followed_from: date | None = None
    followed_until: date | None = None
    residences: tuple[Residence, ...] = ()
    facts: tuple[Fact, ...] = ()
    waivers: tuple[GivenWaiver, ...] = ()
    sign_offs: tuple[GivenSignOff, ...] = ()
