"""What a programme asks of one worker, of whom, by when, and on which basis: `explain(programme, facts, on)`. Pure.

The worker comes from a small file (YAML or JSON, `read_worker`), so that a rule can be tried without a case:

    track: away                  # may be left out where the programme has only one
    birth_date: 1995-05-20
    nationality: XK              # ISO 3166-1 alpha-2
    sex: F                       # F, M or X
    occupation: "7112"           # ISCO-08
    destination: DE              # may be left out where the programme has only one
    registered_on: 2027-02-15    # default: the day asked about
    planned_departure: 2027-09-15
    loan_asked: false
    residences:
      - {country: XK, since: 1995-05-20}
    evidence:
      - {kind: passport, days: {issued_on: 2024-01-10, expires_on: 2034-01-09}, checks: {mrz: true, identity: true}}
      - {kind: language_result, subject: de, days: {tested_on: 2026-12-01}, attributes: {level: B1}}

All but the nationality may be left out; what is not known is told as not known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from basis import countries
from basis.errors import InvalidInput
from basis.messages import Message, _
from checklists.assessment import Assessment, assess_reading
from checklists.conditions import age_on
from checklists.facts import CaseFacts, Fact, Residence, Standing
from checklists.files.located import Unreadable, read_yaml
from checklists.files.problems import Problem, problems_of
from checklists.programme import Actor, LegalBasis, Programme, Requirement, Stage
from checklists.reading import read
from checklists.residence import CountryReason, country_reasons
from checklists.schedule import Plan, PlanItem, plan_reading
from checklists.sources import CountryCode, Model, Name
from checklists.status.asking import asked_stages, eligibility
from checklists.status.judging import RequirementStatus


def _known(code: str) -> str:
    if not countries.is_country(code):
        raise PydanticCustomError("country", "is no country of ISO 3166-1; write a code such as DE")
    return code


Country = Annotated[CountryCode, AfterValidator(_known)]


class StayGiven(Model):
    country: Country
    since: date
    until: date | None = None


class EvidenceGiven(Model):
    """`standing`: accepted unless said otherwise; `decided_by_another`: by somebody else than who recorded it."""

    kind: Name
    subject: str = ""
    standing: Standing = Standing.ACCEPTED
    days: dict[Name, date] = Field(default_factory=dict)
    attributes: dict[Name, str | int | bool] = Field(default_factory=dict)
    checks: dict[Name, bool] = Field(default_factory=dict)
    decided_by_another: bool = True


class WorkerGiven(Model):
    """A worker file, see above."""

    track: str = ""
    birth_date: date | None = None
    nationality: Country
    sex: Literal["F", "M", "X", ""] = ""
    occupation: Annotated[str, StringConstraints(pattern=r"^(\d{4})?$")] = ""
    destination: Country | Literal[""] = ""
    registered_on: date | None = None
    planned_departure: date | None = None
    loan_asked: bool = False
    household_role: Literal["alone", "principal", "spouse", "child", "guardian"] = "alone"
    travels_together: bool = False
    children: int = 0
    guardian_consent: bool = False
    residences: tuple[StayGiven, ...] = ()
    evidence: tuple[EvidenceGiven, ...] = ()


class InvalidWorkerFile(InvalidInput):
    """A worker file is wrong; `problems` lists every fault."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "invalid_worker_file",
            _("{problems}", problems="\n".join(str(problem) for problem in self.problems)),
            _("Mend the lines named; docs/commands.md shows what may stand there."),
        )


def read_worker(content: bytes, file: str) -> WorkerGiven:
    """The worker in a file; `file` is the name that errors give. Raises `InvalidWorkerFile`."""
    try:
        located = read_yaml(content)
    except Unreadable as error:
        raise InvalidWorkerFile([Problem(file, error.line, "", error.message)]) from None
    if not isinstance(located.data, dict):
        raise InvalidWorkerFile([Problem(file, 1, "", _("A worker file begins with “nationality:” and other keys."))])
    try:
        return WorkerGiven.model_validate_json(json.dumps(located.data))
    except ValidationError as error:
        raise InvalidWorkerFile(problems_of(error, located, file, WorkerGiven)) from None


def facts_of(worker: WorkerGiven, programme: Programme, on: date) -> CaseFacts:
    """The facts of a case that the worker would open. Raises `InvalidInput` (``unknown_track``)."""
    tracks = [track.id for track in programme.tracks]
    if worker.track not in tracks and (worker.track or len(tracks) > 1):
        raise InvalidInput(
            "unknown_track",
            _("The file names no track of the programme."),
            _("Write “track:” with one of: {names}.", names=", ".join(tracks)),
        )
    only = programme.destinations[0] if len(programme.destinations) == 1 else ""
    return CaseFacts(
        track=worker.track or tracks[0],
        registered_on=worker.registered_on or on,
        nationality=worker.nationality,
        birth_date=worker.birth_date,
        planned_departure=worker.planned_departure,
        occupation=worker.occupation,
        sex=worker.sex,
        destination=worker.destination or only,
        loan_asked=worker.loan_asked,
        household_role=worker.household_role,
        travels_together=worker.travels_together,
        children=worker.children,
        guardian_consent=worker.guardian_consent,
        residences=tuple(Residence(stay.country, stay.since, stay.until) for stay in worker.residences),
        facts=tuple(_fact(number, one) for number, one in enumerate(worker.evidence, 1)),
    )


def _fact(number: int, given: EvidenceGiven) -> Fact:
    return Fact(
        id=f"evidence-{number}",
        kind=given.kind,
        standing=given.standing,
        subject=given.subject,
        anchors=given.days,
        attributes=given.attributes,
        checks=given.checks,
        recorded_by="first",
        decided_by=("second" if given.decided_by_another else "first",),
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """Why the worker cannot take part, or what decides it and is not known."""

    label: Message
    legal_basis: LegalBasis | None


@dataclass(frozen=True, slots=True)
class AskedOf:
    """One thing asked: a requirement, or one country or module of it (`subject`). `sure` is False while it is not known
    whether it is asked. `actor`: who acts next, None where it is fulfilled. `item`: its days in the plan."""

    stage: Stage
    requirement: Requirement
    subject: str
    sure: bool
    status: RequirementStatus
    actor: Actor | None
    why: Message
    item: PlanItem | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """`eligible`: None while something that decides is not known. `against` and `open`: the rules behind it.
    `countries`: of each country of the residence history, whether and why a paper is asked."""

    on: date
    eligible: bool | None
    against: tuple[Ground, ...]
    open: tuple[Ground, ...]
    asked: tuple[AskedOf, ...]
    plan: Plan
    countries: tuple[CountryReason, ...] = ()


def explain(programme: Programme, facts: CaseFacts, on: date) -> Explanation:
    """What the programme says of a worker on a day."""
    rules = eligibility(programme, facts, on)
    against = [*_too_young(programme, facts, on), *(Ground(rule.label, rule.legal_basis) for rule in rules.against)]
    unknown = [*_age_unknown(programme, facts), *(Ground(rule.label, rule.legal_basis) for rule in rules.open)]
    reading = read(programme, facts, on)
    plan = plan_reading(reading)
    return Explanation(
        on=on,
        eligible=False if against else None if unknown else True,
        against=tuple(against),
        open=tuple(unknown),
        asked=tuple(_asked(programme, facts, on, assess_reading(reading), plan)),
        plan=plan,
        countries=country_reasons(programme, facts, on),
    )


def _too_young(programme: Programme, facts: CaseFacts, on: date) -> Iterator[Ground]:
    if facts.birth_date is not None and age_on(facts.birth_date, on) < programme.minimum_age:
        yield Ground(_("Younger than {years} years.", years=programme.minimum_age), programme.minimum_age_basis)


def _age_unknown(programme: Programme, facts: CaseFacts) -> Iterator[Ground]:
    if facts.birth_date is None:
        words = _("At least {years} years old; the birth date is not known.", years=programme.minimum_age)
        yield Ground(words, programme.minimum_age_basis)


def _asked(programme: Programme, facts: CaseFacts, on: date, assessment: Assessment, plan: Plan) -> Iterator[AskedOf]:
    items = {(item.stage, item.requirement, item.subject): item for item in plan.items}
    for asked in asked_stages(programme, facts, on):
        if asked.asked is False:
            continue
        states = {(state.requirement, state.subject): state for state in assessment.stage(asked.stage.id).requirements}
        for slot in asked.slots:
            state = states[slot.requirement.id, slot.subject]
            yield AskedOf(
                stage=asked.stage,
                requirement=slot.requirement,
                subject=slot.subject,
                sure=asked.asked is True and slot.asked is True and slot.placed,
                status=state.status,
                actor=state.actor,
                why=state.why,
                item=items.get((asked.stage.id, slot.requirement.id, slot.subject)),
            )
