"""What differs between two versions of a programme, in words: `differences(old, new)`. Pure.

Requirements are the same where their ids are; a requirement that went to another stage is changed, not dropped. What
is only said and never asked (summary, sources) is left out, and so are the version's own days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from basis.messages import Message, _
from checklists.conditions import Condition
from checklists.durations import Duration
from checklists.programme import AcceptRule, Affordability, AgeLimit, LoanLimit, LoanTier, Programme, Validity
from checklists.sources import LegalBasis, Model
from checklists.stage_rules import CourseRule, ExaminationRule, QualificationRule, SessionRule
from checklists.strictness import Change, compare

__all__ = ["Change", "Difference", "Differences", "Part", "differences"]


class Part(StrEnum):
    PROGRAMME = "programme"
    TRACK = "track"
    STAGE = "stage"
    REQUIREMENT = "requirement"
    ELIGIBILITY = "eligibility"
    RESIDENCE = "residence"
    RECRUITMENT = "recruitment"
    MODULE = "module"
    LOAN = "loan"
    QUOTA = "quota"
    FEE_CEILING = "fee_ceiling"
    ENTITLEMENT = "entitlement"
    RECOGNITION = "recognition"
    CONTRACT_TERM = "contract_term"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Difference:
    """`id` of the part ("" where there is only one of its kind), `stage` of a requirement, `key` that changed (in dots,
    "" where the whole part came or went)."""

    change: Change
    part: Part
    id: str
    stage: str
    key: str
    words: Message


@dataclass(frozen=True, slots=True)
class Differences:
    """`items` in the order of the programme file."""

    old: str
    new: str
    items: tuple[Difference, ...]

    def of(self, part: Part, change: Change | None = None) -> tuple[Difference, ...]:
        """Those of one kind of part, or of one kind of change to it."""
        return tuple(one for one in self.items if one.part is part and change in (None, one.change))

    def about(self, requirement: str) -> tuple[Difference, ...]:
        """Those of one requirement."""
        return tuple(one for one in self.of(Part.REQUIREMENT) if one.id == requirement)


def differences(old: Programme, new: Programme) -> Differences:
    """What the programme `new` asks and says that `old` did not, or otherwise."""
    items = [*_of_programme(old, new), *_of_lists(old, new), *_of_stages(old, new)]
    return Differences(f"{old.id} {old.version}", f"{new.id} {new.version}", tuple(items))


_ONLY_SAID = frozenset({"id", "summary", "version", "published_on", "effective_from", "replaces", "transition"})
_APART = frozenset({"digest", "sources", "tracks", "stages"})
_LISTS = {
    "eligibility": Part.ELIGIBILITY,
    "curriculum": Part.MODULE,
    "recognition": Part.RECOGNITION,
    "quotas": Part.QUOTA,
    "fee_ceilings": Part.FEE_CEILING,
    "entitlements": Part.ENTITLEMENT,
    "contract_terms": Part.CONTRACT_TERM,
    "follow_ups": Part.FOLLOW_UP,
}
_RULES: Mapping[str, type[Model]] = {
    "examination": ExaminationRule,
    "courses": CourseRule,
    "sessions": SessionRule,
    "recognitions": QualificationRule,
}
"""The rules of a stage's own work: where one is left out its defaults hold."""
_SINGLE = {"recruitment": Part.RECRUITMENT, "loan": Part.LOAN, "residence": Part.RESIDENCE}


def _of_programme(old: Programme, new: Programme) -> Iterator[Difference]:
    for key in Programme.model_fields:
        if key in _ONLY_SAID or key in _APART or key in _LISTS or key in _SINGLE:
            continue
        yield from _keys(Part.PROGRAMME, "", "", new.label, Programme, {key: (getattr(old, key), getattr(new, key))})
    for key, part in _SINGLE.items():
        yield from _one(part, "", "", _PARTS[part], getattr(old, key), getattr(new, key))


def _of_lists(old: Programme, new: Programme) -> Iterator[Difference]:
    yield from _each(Part.TRACK, old.tracks, new.tracks)
    for key, part in _LISTS.items():
        yield from _each(part, getattr(old, key), getattr(new, key))


def _of_stages(old: Programme, new: Programme) -> Iterator[Difference]:
    before = {asked.id: (stage, asked) for stage, asked in old.requirements()}
    for stage in new.stages:
        yield from _one(Part.STAGE, stage.id, "", stage.label, old.stage(stage.id), stage)
        for asked in stage.requirements:
            was, rule = before.pop(asked.id, (None, None))
            yield from _one(Part.REQUIREMENT, asked.id, stage.id, asked.label, rule, asked)
            if was is not None and was.id != stage.id:
                yield _changed(Part.REQUIREMENT, asked.id, stage.id, asked.label, "stage", was.label, stage.label)
    kept = {stage.id for stage in new.stages}
    for stage in old.stages:
        if stage.id not in kept:
            yield from _one(Part.STAGE, stage.id, "", stage.label, stage, None)
    for stage, asked in before.values():
        yield from _one(Part.REQUIREMENT, asked.id, stage.id, asked.label, asked, None)


def _each(part: Part, old: Sequence[Model], new: Sequence[Model]) -> Iterator[Difference]:
    before = {_name(one): one for one in old}
    for one in new:
        yield from _one(part, _name(one), "", _label(one), before.pop(_name(one), None), one)
    for one in before.values():
        yield from _one(part, _name(one), "", _label(one), one, None)


def _name(one: Any) -> str:
    """What makes an entry of a list the same one in another version."""
    if hasattr(one, "id"):
        return str(one.id)
    keys = ("institution", "degree", "agreement", "head", "origins", "destinations", "occupations", "since")
    return " ".join(_text(getattr(one, key)) for key in keys if getattr(one, key, None))


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _label(one: Any) -> Message | str:
    return one.label if hasattr(one, "label") else _name(one)


def _one(
    part: Part, name: str, stage: str, title: Message | str, old: Model | None, new: Model | None
) -> Iterator[Difference]:
    """One part that may have come, gone or changed."""
    what = {"part": _PARTS[part], "title": title}
    if old is None and new is not None:
        yield Difference(Change.ADDED, part, name, stage, "", _("{part} added: {title}", **what))
    elif old is not None and new is None:
        yield Difference(Change.DROPPED, part, name, stage, "", _("{part} dropped: {title}", **what))
    elif old is not None and new is not None:
        keys = [key for key in type(new).model_fields if key not in ("id", "requirements")]
        pairs = {key: (getattr(old, key), getattr(new, key)) for key in keys}
        yield from _keys(part, name, stage, title, type(new), pairs)


def _keys(
    part: Part, name: str, stage: str, title: Message | str, model: type[Model], pairs: Mapping[str, tuple[Any, Any]]
) -> Iterator[Difference]:
    for key, (old, new) in pairs.items():
        if old == new:
            continue
        if key in _RULES or (isinstance(old, Validity) and isinstance(new, Validity)):
            kind = _RULES.get(key, Validity)
            was, now = old or kind(), new or kind()
            inner = {each: (getattr(was, each), getattr(now, each)) for each in kind.model_fields}
            for one in _keys(part, name, stage, title, kind, inner):
                yield _renamed(one, f"{key}.{one.key}")
            continue
        change = compare(model, key, old, new)
        if key == "validity":
            change = Change.TIGHTENED if old is None else Change.LOOSENED
        shown = _changed(part, name, stage, title, key, _shown(old), _shown(new))
        yield Difference(change, part, name, stage, key, shown.words)


def _renamed(one: Difference, key: str) -> Difference:
    return Difference(one.change, one.part, one.id, one.stage, key, one.words)


def _changed(
    part: Part, name: str, stage: str, title: Message | str, key: str, old: Message | str, new: Message | str
) -> Difference:
    words = _("{title}, {key}: {new} (before: {old})", title=title, key=_label_of(part, key), old=old, new=new)
    return Difference(Change.CHANGED, part, name, stage, key, words)


def _label_of(part: Part | None, key: str) -> Message:
    return _KEYS.get((part, key)) or _KEYS.get((None, key)) or Message(key.replace("_", " "))


def _shown(value: Any) -> Message | str:
    """A value of a programme file for people."""
    match value:
        case None | () | "":
            return _("none")
        case bool():
            return _("yes") if value else _("no")
        case Duration():
            return value.words
        case Condition():
            return " ".join(value.text.split())
        case StrEnum():
            return Message(value.value.replace("_", " "))
        case Model():
            return _model_shown(value)
        case tuple():
            return ", ".join(str(_shown(one)) for one in value)
        case dict():
            return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    return str(value)


def _model_shown(value: Model) -> Message | str:
    match value:
        case LegalBasis():
            where = ", ".join(part for part in (value.citation, value.link, value.as_of.isoformat()) if part)
            confirmed = "" if value.confirmed else f", {_('not confirmed')}"
            return f"{value.label} ({where}{confirmed})"
        case AgeLimit():
            return f"{value.anchor} {value.max_age.words}"
        case AcceptRule():
            return _rule(value)
        case LoanTier():
            return f"{value.up_to}: {value.instalments}"
        case LoanLimit():
            return f"{value.up_to}: {value.approvals} ({value.role.replace('_', ' ')})"
        case Affordability():
            return _("at most {percent} % of the wage", percent=value.most_of_wage)
    given = [name for name in type(value).model_fields if name in value.model_fields_set]
    return ", ".join(f"{_label_of(None, name)}: {_shown(getattr(value, name))}" for name in given)


def _rule(rule: AcceptRule) -> Message | str:
    if rule.one_of:
        return "/".join(str(_shown(one)) for one in rule.one_of)
    least = "" if rule.at_least is None else f"≥ {rule.at_least}"
    most = "" if rule.at_most is None else f"≤ {rule.at_most}"
    return " ".join(part for part in (least, most) if part)


_PARTS: Mapping[Part, Message] = {
    Part.PROGRAMME: _("Programme"),
    Part.TRACK: _("Track"),
    Part.STAGE: _("Stage"),
    Part.REQUIREMENT: _("Requirement"),
    Part.ELIGIBILITY: _("Rule on who may take part"),
    Part.RESIDENCE: _("Rule on countries of residence"),
    Part.RECRUITMENT: _("What is asked of agencies"),
    Part.MODULE: _("Module"),
    Part.LOAN: _("Loan terms"),
    Part.QUOTA: _("Quota"),
    Part.FEE_CEILING: _("Fee ceiling"),
    Part.ENTITLEMENT: _("Entitlement"),
    Part.RECOGNITION: _("Row of the recognition table"),
    Part.CONTRACT_TERM: _("Contract term"),
    Part.FOLLOW_UP: _("Follow-up"),
}
_KEYS: Mapping[tuple[Part | None, str], Message] = {
    (None, "when"): _("asked when"),
    (None, "max_age"): _("good for"),
    (None, "anchor"): _("counted from"),
    (None, "last_day"): _("last good day"),
    (None, "also"): _("further limits"),
    (None, "must_hold_until"): _("must hold until"),
    (None, "accept"): _("accepted"),
    (None, "independent"): _("decided by a second person"),
    (None, "checks"): _("automatic checks"),
    (None, "lead_time"): _("working days to get it"),
    (None, "lead_days"): _("days before departure"),
    (None, "service_days"): _("working days until the sign-off"),
    (None, "waivable_by"): _("may be set aside by"),
    (None, "conditional_by"): _("may be met on condition by"),
    (None, "cost_borne_by"): _("paid by"),
    (None, "may_be_borne_by"): _("may be paid by"),
    (None, "legal_basis"): _("source"),
    (None, "after"): _("stands on"),
    (None, "job_orders"): _("approved job orders"),
    (None, "principals"): _("accredited employers"),
    (None, "regime"): _("rule book of the examination"),
    (None, "clinics"): _("clinic chosen by"),
    (None, "parts"): _("parts of the examination"),
    (None, "never_asked"): _("never asked"),
    (None, "shortened_by"): _("results that make it good for a shorter time"),
    (None, "fit_to_fly_days"): _("days before the journey to be looked at once more"),
    (None, "minimum_attendance"): _("per cent of the hours to attend"),
    (None, "hours"): _("hours"),
    (None, "modules"): _("modules of the courses"),
    (None, "pass_mark"): _("pass mark of the test"),
    (None, "earlier"): _("earlier attendance counts for"),
    (None, "list_days"): _("days before a session for its list"),
    (None, "languages"): _("languages of the sessions"),
    (None, "decision_within"): _("decided within"),
    (None, "agreements"): _("agreements on recognition"),
    (None, "occupations"): _("asked of occupations"),
    (Part.LOAN, "counts_from"): _("grace counted from"),
    (Part.LOAN, "limits"): _("approvals by amount"),
    (Part.LOAN, "affordability"): _("instalment and wage"),
    (Part.LOAN, "cooling_off_days"): _("days to reconsider"),
    (Part.LOAN, "explained"): _("terms explained"),
    (Part.LOAN, "remainder"): _("remainder without a journey borne by"),
    (Part.LOAN, "overdue_days"): _("days late before it is overdue"),
    (Part.LOAN, "accelerate_after"): _("missed instalments before it is called in"),
    (Part.LOAN, "collect_after_months"): _("months overdue before collection"),
    (Part.LOAN, "interest_in_deferral"): _("interest in a deferral"),
    (Part.CONTRACT_TERM, "about"): _("about"),
    (Part.CONTRACT_TERM, "least"): _("least wage a month"),
    (Part.CONTRACT_TERM, "most_hours"): _("most hours a week"),
    (Part.CONTRACT_TERM, "least_hours"): _("least hours of rest a day"),
    (Part.CONTRACT_TERM, "least_days"): _("least days"),
    (Part.CONTRACT_TERM, "borne_by"): _("paid or provided by"),
    (Part.CONTRACT_TERM, "must_say"): _("must be said"),
    (Part.FOLLOW_UP, "after"): _("due after"),
}
