"""What the skills map may be asked, and what an employer's demand says of a worker: met, coming, or missing. Pure.

Nobody is chosen here. What is compared are the occupation, the language, the day, the destination and whether somebody
else has asked for the worker. Sex, age, religion and family are no questions of the map: there is no field for them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from basis import countries, isco
from basis.errors import InvalidInput
from basis.messages import Message, _, _n
from checklists.gaps import OVERALL, SKILL_WORDS, Levels, language_gap
from checklists.programme import CEFR, LANGUAGE_SKILLS
from checklists.stage_rules import CourseRule

MONTHS: Final = 6
"""Of the picture: this month and the five after it; then the later ones together."""
MOST_ASKED: Final = 10_000
_HIGHEST_ISCED: Final = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for; what is left empty is not asked. `occupation`: the beginning of an ISCO-08 code; `skills`:
    levels of CEFR of single skills of `language`; `isced`: at least this level of education; `cohort`: its code."""

    occupation: str = ""
    language: str = ""
    level: str = ""
    skills: Mapping[str, str] = field(default_factory=dict)
    isced: int | None = None
    ready_by: date | None = None
    programme: str = ""
    track: str = ""
    cohort: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """What an employer looks for: so many workers in an occupation (the beginning of an ISCO-08 code) from a day on, in
    a country, with a language."""

    occupation: str
    count: int
    from_day: date
    destination: str
    language: str = ""
    level: str = ""
    skills: Mapping[str, str] = field(default_factory=dict)

    @property
    def levels(self) -> dict[str, str]:
        """The levels asked, by skill."""
        return asked_levels(self.level, self.skills)


@dataclass(frozen=True, slots=True)
class Proven:
    """A language that a worker has shown: levels by skill, the last day of the test that counts, and until when it is
    good by the worker's programme (None: no limit)."""

    levels: Levels
    tested_on: date | None = None
    good_until: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a worker's case for a demand. `proven`: of the language that the demand names; `promised`:
    the levels of it that the preparation asks for and that are not shown yet. `ready_on` None: no day can be said.
    `leads_to`: the countries that the track ends in (empty: any); `shareable`: there is a ground to name the worker
    to an employer."""

    occupation: str
    ready_on: date | None
    cleared: bool
    destination: str
    leads_to: tuple[str, ...]
    job_order: str
    shareable: bool
    proven: Proven | None = None
    promised: Levels = field(default_factory=dict)
    hours: CourseRule = field(default_factory=CourseRule)


class Verdict(StrEnum):
    MET = "met"
    COMING = "coming"
    MISSING = "missing"


class Criterion(StrEnum):
    OCCUPATION = "occupation"
    LANGUAGE = "language"
    READINESS = "readiness"
    DESTINATION = "destination"
    FREE = "free"
    SHARING = "sharing"


CRITERION_WORDS: Final[Mapping[Criterion, Message]] = {
    Criterion.OCCUPATION: _("Occupation"),
    Criterion.LANGUAGE: _("Language"),
    Criterion.READINESS: _("Ready"),
    Criterion.DESTINATION: _("Destination"),
    Criterion.FREE: _("Free"),
    Criterion.SHARING: _("May be named to an employer"),
}
VERDICT_WORDS: Final[Mapping[Verdict, Message]] = {
    Verdict.MET: _("met"),
    Verdict.COMING: _("will be met"),
    Verdict.MISSING: _("missing"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks for a worker or against, in words; `on`: the day on which it will be met."""

    criterion: Criterion
    verdict: Verdict
    words: Message
    on: date | None = None


def asked_levels(level: str, skills: Mapping[str, str]) -> dict[str, str]:
    return {**({OVERALL: level} if level else {}), **{name: one for name, one in skills.items() if one}}


def checked(asked: Asked) -> Asked:
    """The same. Raises `InvalidInput` for what no worker could have."""
    _check_occupation(asked.occupation)
    _check_levels(asked.language, asked.level, asked.skills)
    if asked.isced is not None and not 0 <= asked.isced <= _HIGHEST_ISCED:
        raise InvalidInput("isced", _("ISCED 2011 has no such level."), _("Write a number from 0 to 8."))
    return asked


def checked_demand(demand: Demand, today: date) -> Demand:
    """The same. Raises `InvalidInput` for what makes no sense of a demand."""
    if not demand.occupation:
        raise InvalidInput("occupation", _("A demand names an occupation."), _("Write its ISCO-08 code, such as 7112."))
    _check_occupation(demand.occupation)
    _check_levels(demand.language, demand.level, demand.skills)
    if demand.language and not demand.levels:
        raise InvalidInput("level", _("Of a language the level is asked."), _("Choose a level from A1 to C2."))
    if not countries.is_country(demand.destination):
        raise InvalidInput("country", _("There is no such country."), _("Write an ISO 3166-1 code, such as DE."))
    if not 1 <= demand.count <= MOST_ASKED:
        raise InvalidInput("count", _("That is no number of workers."), _("Write a number from 1 to {most}.",
                           most=MOST_ASKED))  # fmt: skip
    if demand.from_day < today:
        raise InvalidInput("past", _("The day from which workers are needed is over."), _("Write a day to come."))
    return demand


def _check_occupation(code: str) -> None:
    if code and isco.title(code) is None:
        message = _("ISCO-08 has no occupation {code}.", code=code)
        raise InvalidInput("occupation", message, _("Write a code of it, or its beginning, such as 7112 or 71."))


def _check_levels(language: str, level: str, skills: Mapping[str, str]) -> None:
    for name, one in (("", level), *skills.items()):
        if name and name not in LANGUAGE_SKILLS:
            raise InvalidInput(
                "skill", _("CEFR has no such skill."), _("Ask for listening, reading, writing or speaking.")
            )
        if one and one not in CEFR:
            message = _("CEFR has no level {level}.", level=one)
            raise InvalidInput("level", message, _("Choose a level from A1 to C2."))
    if (level or any(skills.values())) and not language:
        raise InvalidInput("language", _("A level is one of a language."), _("Choose the language as well."))


def month_ends(today: date) -> tuple[date, ...]:
    """The last days of this month and of those after it, of the picture."""
    days, year, month = [], today.year, today.month
    for _step in range(MONTHS):
        days.append(date(year, month, monthrange(year, month)[1]))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return tuple(days)


def digits(occupation: str) -> int:
    """By how many digits of ISCO-08 the picture counts: one group finer than what is asked, of all by sub-major
    groups."""
    return {0: 2, 1: 2, 2: 3}.get(len(occupation), 4)


def weigh(demand: Demand, worker: Candidate, today: date) -> tuple[Reason, ...]:
    """What speaks for a worker and against, in the order of `Criterion`. It is for people to decide on."""
    reasons = [_occupation(demand, worker)]
    if demand.language:
        reasons.append(_language(demand, worker))
    return (
        *reasons,
        _readiness(demand, worker, today),
        _destination(demand, worker),
        _free(worker),
        _shareable(worker),
    )


def fits(reasons: Iterable[Reason]) -> Verdict:
    """Of all reasons together: missing where one is missing, coming where one is still to come."""
    found = {reason.verdict for reason in reasons}
    return next((one for one in (Verdict.MISSING, Verdict.COMING) if one in found), Verdict.MET)


def _occupation(demand: Demand, worker: Candidate) -> Reason:
    said = isco.numbered(worker.occupation) if worker.occupation else ""
    if worker.occupation.startswith(demand.occupation):
        return Reason(Criterion.OCCUPATION, Verdict.MET, _("{occupation}", occupation=said))
    return Reason(
        Criterion.OCCUPATION,
        Verdict.MISSING,
        _("{occupation}, near to what is asked: {wanted}", occupation=said, wanted=isco.numbered(demand.occupation)),
    )


def _language(demand: Demand, worker: Candidate) -> Reason:
    levels = worker.proven.levels if worker.proven else {}
    gap = language_gap(demand.language, levels, demand.levels, worker.hours)
    if gap is None:
        return _tested(demand, worker.proven or Proven({}))
    coming = worker.ready_on if worker.promised else None
    if coming is None or language_gap(demand.language, worker.promised, demand.levels, worker.hours):
        return Reason(
            Criterion.LANGUAGE, Verdict.MISSING, _("{missing}; {hours}", missing=gap.missing, hours=gap.hours)
        )
    shown = levels_in_words(worker.promised)
    said = _("{shown}, asked of the preparation: about {day}, if nothing is late", shown=shown, day=coming)
    return Reason(Criterion.LANGUAGE, Verdict.COMING, said, coming)


def _tested(demand: Demand, proven: Proven) -> Reason:
    shown = levels_in_words(proven.levels)
    if proven.good_until is not None and proven.good_until < demand.from_day:
        return Reason(
            Criterion.LANGUAGE,
            Verdict.MISSING,
            _("{shown}, but the test is too old from {day} on", shown=shown, day=proven.good_until),
        )
    if proven.tested_on is None:
        return Reason(Criterion.LANGUAGE, Verdict.MET, _("{shown} proven", shown=shown))
    return Reason(
        Criterion.LANGUAGE, Verdict.MET, _("{shown}, tested on {day}", shown=shown, day=proven.tested_on)
    )  # fmt: skip


def levels_in_words(levels: Levels) -> str:
    """“B1”, with the skills that differ from it: “B1 (speaking A2)”."""
    overall = levels.get(OVERALL, "")
    others = [f"{SKILL_WORDS[name]} {levels[name]}" for name in LANGUAGE_SKILLS if levels.get(name, overall) != overall]
    return " ".join(part for part in (overall, f"({', '.join(others)})" if others else "") if part)


def _readiness(demand: Demand, worker: Candidate, today: date) -> Reason:
    if worker.cleared:
        return Reason(Criterion.READINESS, Verdict.MET, _("cleared"))
    if worker.ready_on is None:
        return Reason(Criterion.READINESS, Verdict.MISSING, _("no day can be said, as things stand"))
    if worker.ready_on <= demand.from_day:
        said = _("about {day}, if nothing is late", day=worker.ready_on)
        verdict = Verdict.MET if worker.ready_on <= today else Verdict.COMING
        return Reason(Criterion.READINESS, verdict, said, worker.ready_on)
    late = (worker.ready_on - demand.from_day).days
    said = _n(
        "not before about {day}, {count} day too late",
        "not before about {day}, {count} days too late",
        late,
        day=worker.ready_on,
    )
    return Reason(Criterion.READINESS, Verdict.MISSING, said)


def _destination(demand: Demand, worker: Candidate) -> Reason:
    wanted = countries.name(demand.destination)
    if worker.destination == demand.destination:
        return Reason(Criterion.DESTINATION, Verdict.MET, _("prepared for {country}", country=wanted))
    if worker.destination:
        said = _("prepared for {country}", country=countries.name(worker.destination))
        return Reason(Criterion.DESTINATION, Verdict.MISSING, said)
    if not worker.leads_to or demand.destination in worker.leads_to:
        return Reason(Criterion.DESTINATION, Verdict.MET, _("the programme leads to {country}", country=wanted))
    said = _("the programme leads to {countries}", countries=", ".join(map(str, map(countries.name, worker.leads_to))))
    return Reason(Criterion.DESTINATION, Verdict.MISSING, said)


def _free(worker: Candidate) -> Reason:
    if worker.job_order:
        return Reason(
            Criterion.FREE, Verdict.MISSING, _("named for the job order {order}", order=worker.job_order)
        )  # fmt: skip
    return Reason(Criterion.FREE, Verdict.MET, _("named for no job order"))


def _shareable(worker: Candidate) -> Reason:
    if worker.shareable:
        return Reason(Criterion.SHARING, Verdict.MET, _("there is a ground to share the data with an employer"))
    said = _("no ground is recorded to share the data with an employer: ask the worker first")
    return Reason(Criterion.SHARING, Verdict.MISSING, said)
