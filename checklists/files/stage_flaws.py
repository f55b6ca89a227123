"""What a programme may get wrong in the rules of a stage's own work: examinations, courses, sessions, recognition."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING

from basis import countries, isco
from basis.messages import Message, _
from checklists.files.flaws import Flaw, Path, unknown

if TYPE_CHECKING:
    from checklists.programme import Programme, Stage
    from checklists.stage_rules import (
        Agreement,
        CourseRule,
        ExaminationRule,
        OccupationRule,
        QualificationRule,
        SessionRule,
    )

_PLACES = {
    "security": ("security", _("Only a stage of kind security has rules for possible matches.")),
    "examination": ("medical", _("Only a stage of kind medical has rules for examinations.")),
    "courses": ("training", _("Only a stage of kind training has rules for courses.")),
    "sessions": ("orientation", _("Only a stage of kind orientation has rules for sessions.")),
    "assignment": ("followup", _("Only a stage of kind followup has an assignment.")),
    "recognitions": ("qualifications", _("Only a stage of kind qualifications has rules for recognition.")),
}


def stage_rule_flaws(programme: Programme, stage: Stage, path: Path) -> Iterator[Flaw]:
    """Every flaw of the rules that stand at a stage, in the order of the models."""
    for key, (kind, message) in _PLACES.items():
        if getattr(stage, key) is not None and stage.kind.value != kind:
            yield Flaw((*path, key), message)
    if stage.examination is not None:
        yield from _examination_flaws(stage.examination, (*path, "examination"))
    if stage.courses is not None:
        yield from _course_flaws(programme, stage, stage.courses, (*path, "courses"))
    if stage.sessions is not None:
        yield from _session_flaws(stage, stage.sessions, (*path, "sessions"))
    if stage.recognitions is not None:
        yield from _qualification_flaws(stage.recognitions, (*path, "recognitions"))


def _session_flaws(stage: Stage, rule: SessionRule, path: Path) -> Iterator[Flaw]:
    yield from _doubles(rule.languages, (*path, "languages"))
    evidence = {asked.evidence: asked for asked in stage.requirements}
    if rule.pass_mark is not None and "orientation_test" not in evidence:
        yield Flaw((*path, "pass_mark"), _("No requirement of the stage asks for “orientation_test”."))
    module = evidence.get("module_attendance")
    if rule.earlier is not None and module is not None and module.waivable_by is None:
        message = _("What was attended before is counted by a waiver: the modules need “waivable_by”.")
        yield Flaw((*path, "earlier"), message)


def _doubles(values: Iterable[Hashable], path: Path, *key: str) -> Iterator[Flaw]:
    """Values that stand twice in the list at `path`; `key`: where in its entries they stand."""
    seen: set[Hashable] = set()
    for i, value in enumerate(values):
        if value in seen:
            yield Flaw((*path, i, *key), _("{value} is there twice.", value=str(value)))
        seen.add(value)


def _examination_flaws(rule: ExaminationRule, path: Path) -> Iterator[Flaw]:
    codes = tuple(shorter.code for shorter in rule.shortened_by)
    for key, values in (("parts", rule.parts), ("never_asked", rule.never_asked), ("vaccinations", rule.vaccinations)):
        yield from _doubles(values, (*path, key))
    yield from _doubles(codes, (*path, "shortened_by"), "code")
    if rule.legal_basis is None and (rule.never_asked or rule.shortened_by):
        key = "never_asked" if rule.never_asked else "shortened_by"
        yield Flaw((*path, key), _("It needs a “legal_basis” beside it."))
    named: list[tuple[str, Path]] = [(code, (*path, "shortened_by", i, "code")) for i, code in enumerate(codes)]
    named += [(name, (*path, "vaccinations", i)) for i, name in enumerate(rule.vaccinations)]
    for name, place in named:
        if any(never.value in name.split("_") for never in rule.never_asked):
            yield Flaw(place, _("{name} would tell what is never asked here.", name=name))


def _course_flaws(programme: Programme, stage: Stage, rule: CourseRule, path: Path) -> Iterator[Flaw]:
    yield from _doubles((one.level for one in rule.hours), (*path, "hours"), "level")
    for i, hours in enumerate(rule.hours):
        if hours.up_to is not None and hours.up_to < hours.hours:
            yield Flaw((*path, "hours", i, "up_to"), _("The most hours are fewer than the least."))
    yield from _doubles((module.id for module in rule.modules), (*path, "modules"), "id")
    asked = [one.subject for one in stage.requirements if one.evidence == "training_result" and one.subject]
    for i, module in enumerate(rule.modules):
        place: Path = (*path, "modules", i)
        if asked:
            yield from unknown(module.subject, asked, (*place, "subject"), "training_result")
        for j, name in enumerate(module.tracks):
            yield from unknown(name, [track.id for track in programme.tracks], (*place, "tracks", j), "track")


def _qualification_flaws(rule: QualificationRule, path: Path) -> Iterator[Flaw]:
    yield from _doubles((one.id for one in rule.agreements), (*path, "agreements"), "id")
    for i, agreement in enumerate(rule.agreements):
        yield from _agreement_flaws(agreement, (*path, "agreements", i))
    yield from _doubles((one.occupation for one in rule.occupations), (*path, "occupations"), "occupation")
    for i, occupation in enumerate(rule.occupations):
        yield from _occupation_flaws(occupation, (*path, "occupations", i))


def _agreement_flaws(agreement: Agreement, path: Path) -> Iterator[Flaw]:
    for key in ("origin", "destination"):
        code = getattr(agreement, key)
        if not countries.is_country(code):
            yield Flaw((*path, key), _("There is no country {code}; write an ISO 3166-1 code.", code=code))
    if agreement.level is None and agreement.occupation is None:
        yield Flaw(path, _("Say what is recognised: a “level”, an “occupation”, or both."))
    if agreement.occupation is not None:
        yield from _isco_flaws(agreement.occupation, (*path, "occupation"))
    if agreement.until is not None and agreement.until < agreement.since:
        yield Flaw((*path, "until"), _("It ends before it begins."))


def _occupation_flaws(rule: OccupationRule, path: Path) -> Iterator[Flaw]:
    yield from _isco_flaws(rule.occupation, (*path, "occupation"))
    skills = any(getattr(rule.skills, name) for name in type(rule.skills).model_fields)
    levels = rule.level is not None or skills
    missing: Message | None = None
    if levels and rule.language is None:
        missing = _("Say in which “language” the level is asked.")
    elif rule.language is not None and not levels:
        missing = _("Say which “level” of the language is asked.")
    elif rule.within_years is not None and rule.experience_months is None:
        missing = _("“within_years” needs the “experience_months” that are asked.")
    elif not levels and rule.experience_months is None:
        missing = _("It asks nothing: give a language with its level, or months of experience.")
    elif (rule.experience_months or 0) > (rule.within_years or 50) * 12:
        missing = _("So many months do not fit into so few years.")
    if missing is not None:
        yield Flaw(path, missing)


def _isco_flaws(code: str, path: Path) -> Iterator[Flaw]:
    if isco.title(code) is None:
        yield Flaw(path, _("There is no occupation {code} in ISCO-08.", code=code))
