"""How the work of a stage is done, where the programme says it: from examinations and courses to assignments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from basis import countries, isco
from basis.messages import Message, _, _n
from casework.accounts.rules import ROLE_WORDS
from checklists.gaps import SKILL_WORDS
from checklists.programme import (
    LANGUAGE_SKILLS,
    Agreement,
    AssignmentRule,
    ClinicChoice,
    CourseRule,
    ExaminationPart,
    ExaminationRule,
    LevelHours,
    NeverAsked,
    OccupationRule,
    QualificationRule,
    SessionRule,
    Stage,
)
from dashboard import words
from dashboard.cases.requirements import source
from dashboard.pages.programmes import Rule, StageWork
from dashboard.parts import Fact, Text
from dashboard.programmes import wording

CLINICS: Mapping[ClinicChoice, Message] = {
    ClinicChoice.OFFICE: _("chosen by the office"),
    ClinicChoice.ROTATION: _("assigned in turn, by the system"),
    ClinicChoice.WORKER: _("chosen by the worker"),
}
PARTS: Mapping[ExaminationPart, Message] = {
    ExaminationPart.PHYSICAL: _("physical examination"),
    ExaminationPart.XRAY: _("chest X-ray"),
    ExaminationPart.LABORATORY: _("laboratory"),
    ExaminationPart.DENTAL: _("teeth"),
    ExaminationPart.PSYCHOMETRIC: _("psychometric test"),
    ExaminationPart.VISION: _("eyesight"),
    ExaminationPart.HEARING: _("hearing"),
}
NEVER_ASKED: Mapping[NeverAsked, Message] = {
    NeverAsked.HIV: _("HIV"),
    NeverAsked.PREGNANCY: _("pregnancy"),
    NeverAsked.GENETIC: _("genetic tests"),
    NeverAsked.DRUGS: _("drugs"),
}
_FAMILY = {"invited": _("members of the household are invited"), "expected": _("members of the household are expected")}
_OUTCOMES = {
    "full": _("full recognition"),
    "partial": _("partial recognition"),
    "individual": _("decided case by case"),
}


def work(stage: Stage) -> StageWork | None:
    """What the programme says of the work of a stage; None where it says nothing."""
    found = (stage.examination, stage.courses, stage.sessions, stage.recognitions, stage.assignment)
    rule = next((one for one in found if one is not None), None)
    match rule:
        case ExaminationRule():
            facts, rules = _examination(rule), ()
        case CourseRule():
            facts, rules = _courses(rule), ()
        case AssignmentRule():
            facts, rules = _assignment(rule), ()
        case SessionRule():
            facts, rules = _sessions(rule), ()
        case QualificationRule():
            facts = (Fact(_("Decided"), _("within {length} of the complete file", length=_length(rule))),)
            return StageWork(facts, source(rule.legal_basis) if rule.legal_basis else None, tuple(_recognition(rule)))
        case _:
            return None
    given = tuple(fact for fact in facts if fact.value)
    return StageWork(given, source(rule.legal_basis) if rule.legal_basis else None, rules)


def _length(rule: QualificationRule) -> Text:
    return wording.length(rule.decision_within)


def _listed(parts: Iterable[Text]) -> str:
    return ", ".join(str(part) for part in parts)


def _examination(rule: ExaminationRule) -> tuple[Fact, ...]:
    days = rule.fit_to_fly_days
    shorter = [
        _("{result}: {length}", result=one.label, length=wording.length(one.max_age)) for one in rule.shortened_by
    ]
    return (
        Fact(_("Clinic"), CLINICS[rule.clinics]),
        Fact(_("Examined are"), _listed(PARTS[part] for part in rule.parts)),
        Fact(_("Never asked"), _listed(NEVER_ASKED[one] for one in rule.never_asked)),
        Fact(_("Vaccinations"), _listed(name.replace("_", " ") for name in rule.vaccinations)),
        Fact(_("Good for a shorter time"), _listed(shorter)),
        Fact(
            _("Looked at once more"),
            _n("{count} day before the journey", "{count} days before the journey", days) if days else "",
        ),
    )


def _courses(rule: CourseRule) -> tuple[Fact, ...]:
    least = _("at least {share} % of the hours held", share=rule.minimum_attendance)
    modules = [_("{title} ({hours} hours)", title=one.label, hours=one.hours) for one in rule.modules]
    return (
        Fact(_("Attended"), least if rule.minimum_attendance else ""),
        Fact(_("Hours to a level"), _listed(hours_to(one) for one in rule.hours)),
        Fact(_("Modules"), _listed(modules)),
    )


def hours_to(one: LevelHours) -> Message:
    """“B1: 150 to 250 hours”."""
    if one.up_to is None:
        return _("{level}: {hours} hours", level=one.level, hours=one.hours)
    return _("{level}: {hours} to {most} hours", level=one.level, hours=one.hours, most=one.up_to)


def _assignment(rule: AssignmentRule) -> tuple[Fact, ...]:
    return (
        Fact(_("Length"), wording.length(rule.agreed) if rule.agreed is not None else _("as agreed")),
        Fact(_("At most, with every extension"), wording.length(rule.longest)),
        Fact(_("Extended by"), ROLE_WORDS[rule.extended_by]),
    )


def _sessions(rule: SessionRule) -> tuple[Fact, ...]:
    early = rule.list_days
    earlier: Text = ""
    if rule.earlier is not None:
        earlier = _("for the same destination, in the last {length}", length=wording.length(rule.earlier))
    return (
        Fact(_("Short test"), _("{mark} % of its points", mark=rule.pass_mark) if rule.pass_mark else ""),
        Fact(_("Earlier attendance counts"), earlier),
        Fact(_("Family"), _FAMILY.get(rule.family, "")),
        Fact(
            _("List of participants"),
            _n("{count} day before the session", "{count} days before the session", early) if early else "",
        ),
        Fact(_("Held in"), _listed(words.language(code) for code in rule.languages)),
    )


def _recognition(rule: QualificationRule) -> Iterator[Rule]:
    for agreement in rule.agreements:
        yield Rule(agreement.label, _agreement(agreement), source(agreement.legal_basis))
    for asked in rule.occupations:
        basis = source(asked.legal_basis) if asked.legal_basis else None
        yield Rule(_("Asked of {occupation}", occupation=isco.numbered(asked.occupation)), _asked(asked), basis)


def _agreement(one: Agreement) -> str:
    way = {"origin": countries.name(one.origin), "destination": countries.name(one.destination)}
    said: list[Text] = [_("diplomas of {origin} in {destination}", **way)]
    if one.level is not None:
        said.append(_("from ISCED level {level}", level=one.level))
    if one.occupation is not None:
        said.append(isco.numbered(one.occupation))
    said.append(_OUTCOMES[one.outcome])
    said.append(_("proposed by it, confirmed by a person"))
    return _listed(said)


def _asked(one: OccupationRule) -> str:
    said: list[Text] = []
    if one.language is not None:
        said += [_("{language} {level}", language=words.language(one.language), level=one.level)] if one.level else []
        for name in LANGUAGE_SKILLS:
            level = getattr(one.skills, name)
            said += [_("{skill} {level}", skill=SKILL_WORDS[name], level=level)] if level else []
    if one.experience_months is not None:
        months = _n("{count} month of experience", "{count} months of experience", one.experience_months)
        years = one.within_years
        within = _n("in the last year", "in the last {count} years", years) if years else ""
        said.append(" ".join(str(part) for part in (months, within) if part))
    return _listed(said)
