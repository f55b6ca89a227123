"""Which of two rules asks for more: `compare(model, key, old, new)`. What cannot be ranked is just different, and so is
what only plans: how long things take asks nobody for more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from checklists.durations import Duration
from checklists.lending import hundredths
from checklists.programme import (
    CEFR,
    AcceptRule,
    Affordability,
    ContractTerm,
    FeeCeiling,
    HoldUntil,
    LoanTerms,
    Module,
    Programme,
    Quota,
    RecruitmentRule,
    Requirement,
    ResidenceRule,
    Stage,
    Validity,
)
from checklists.sources import Model
from checklists.stage_rules import CourseRule, ExaminationRule, SessionRule


class Change(StrEnum):
    ADDED = "added"
    DROPPED = "dropped"
    TIGHTENED = "tightened"  # fewer pass, or earlier, or by more hands
    LOOSENED = "loosened"
    CHANGED = "changed"  # different, and neither of both


Ranking = Callable[[Any, Any], Change]
_HOLDING = (HoldUntil.TODAY, HoldUntil.REGISTRATION, HoldUntil.VISA_APPLICATION, HoldUntil.DEPARTURE, HoldUntil.ARRIVAL)


def compare(model: type[Model], key: str, old: Any, new: Any) -> Change:
    """What it means that a key of a model went from `old` to `new`, which are not equal."""
    return _RANKINGS.get((model, key), _different)(old, new)


def _different(_old: Any, _new: Any) -> Change:
    return Change.CHANGED


def _ranked(stricter: bool, milder: bool) -> Change:
    if stricter == milder:
        return Change.CHANGED
    return Change.TIGHTENED if stricter else Change.LOOSENED


def _more(old: Any, new: Any) -> Change:
    """More is stricter; nothing is least."""
    return _ranked(old is None or (new is not None and new > old), new is None or (old is not None and new < old))


def _less(old: Any, new: Any) -> Change:
    """Less is stricter; nothing stands for no limit."""
    return _ranked(old is None or (new is not None and new < old), new is None or (old is not None and new > old))


def _wider(old: Sequence[Any], new: Sequence[Any]) -> Change:
    """More members are stricter."""
    return _ranked(set(new) > set(old), set(new) < set(old))


def _narrower(old: Sequence[Any], new: Sequence[Any]) -> Change:
    """Fewer members are stricter; none at all stand for every one."""
    return _ranked(not old or (bool(new) and set(new) < set(old)), not new or (bool(old) and set(new) > set(old)))


def _condition(old: Any, new: Any) -> Change:
    """Without a condition everybody is asked."""
    return _ranked(new is None, old is None)


def _authority(old: Any, new: Any) -> Change:
    return _ranked(new is None, old is None)


def _shorter(old: Duration | None, new: Duration | None) -> Change:
    return _less(None if old is None else _days(old), None if new is None else _days(new))


def _longer(old: Duration, new: Duration) -> Change:
    return _more(_days(old), _days(new))


def _days(length: Duration) -> float:
    return length.months * 30.44 + length.days


def _counted(old: Duration | None, new: Duration | None) -> Change:
    """How long something may be counted: shorter is stricter, not at all most."""
    return _less(0 if old is None else _days(old), 0 if new is None else _days(new))


def _holding(old: HoldUntil, new: HoldUntil) -> Change:
    return _more(_HOLDING.index(old), _HOLDING.index(new))


def _money(old: Any, new: Any) -> Change:
    if old is None or new is None:
        return _less(old, new)
    return _less(old.minor, new.minor) if old.currency == new.currency else Change.CHANGED


def _at_least_money(old: Any, new: Any) -> Change:
    if old is None or new is None:
        return _more(old, new)
    return _more(old.minor, new.minor) if old.currency == new.currency else Change.CHANGED


def _given(old: Any, new: Any) -> Change:
    """Something that must be there where nothing had to be."""
    return _ranked(not old and bool(new), bool(old) and not new)


def _wage_share(old: Affordability | None, new: Affordability | None) -> Change:
    return _less(None if old is None else old.most_of_wage, None if new is None else new.most_of_wage)


def _required(old: str, new: str) -> Change:
    return _ranked(new == "required", old == "required")


def _limits(old: Any, new: Any) -> Change:
    """Further ages of evidence (`also`) by anchor."""
    before, after = ({limit.anchor: _days(limit.max_age) for limit in limits} for limits in (old, new))
    stricter = any(name not in before or days < before[name] for name, days in after.items())
    milder = any(name not in after or days < after[name] for name, days in before.items())
    return _ranked(stricter, milder)


Alternatives = Sequence[Mapping[str, AcceptRule]]


def _accepted(old: Alternatives, new: Alternatives) -> Change:
    """Narrower where whatever the new alternatives admit the old ones admitted too."""
    return _ranked(_within(new, old) and not _within(old, new), _within(old, new) and not _within(new, old))


def _within(inner: Alternatives, outer: Alternatives) -> bool:
    return all(any(_implies(one, other) for other in outer or [{}]) for one in inner or [{}])


def _implies(one: Mapping[str, AcceptRule], other: Mapping[str, AcceptRule]) -> bool:
    """Whether all that fulfils one alternative fulfils the other."""
    return all(name in one and _rule_within(one[name], rule) for name, rule in other.items())


def _rule_within(inner: AcceptRule, outer: AcceptRule) -> bool:
    if inner.one_of:
        return all(outer.admits(value) for value in inner.one_of)
    if outer.one_of:
        return False
    return _at_least(outer.at_least, inner.at_least) and (
        outer.at_most is None or (inner.at_most is not None and inner.at_most <= outer.at_most)
    )


def _at_least(outer: int | str | None, inner: int | str | None) -> bool:
    if outer is None:
        return True
    if isinstance(outer, str) or isinstance(inner, str):
        return isinstance(outer, str) and isinstance(inner, str) and CEFR.index(inner) >= CEFR.index(outer)
    return inner is not None and inner >= outer


_RANKINGS: dict[tuple[type[Model], str], Ranking] = {
    (Programme, "minimum_age"): _more,
    (Programme, "origins"): _narrower,
    (Programme, "destinations"): _narrower,
    (Programme, "intake"): _narrower,
    (Stage, "after"): _wider,
    (Stage, "when"): _condition,
    (Stage, "optional"): lambda _old, new: _ranked(not new, new),
    (Stage, "lead_days"): _more,
    (Requirement, "when"): _condition,
    (Requirement, "independent"): _more,
    (Requirement, "checks"): _wider,
    (Requirement, "accept"): _accepted,
    (Requirement, "lead_days"): _more,
    (Requirement, "waivable_by"): _authority,
    (Requirement, "conditional_by"): _authority,
    (Validity, "max_age"): _shorter,
    (Validity, "last_day"): _given,
    (Validity, "also"): _limits,
    (Validity, "must_hold_until"): _holding,
    (Validity, "margin"): _longer,
    (LoanTerms, "cap"): _money,
    (LoanTerms, "grace_months"): _less,
    (LoanTerms, "instalments"): _less,
    (LoanTerms, "interest"): lambda old, new: _more(hundredths(old), hundredths(new)),
    (LoanTerms, "approvals"): _more,
    (LoanTerms, "purposes"): _narrower,
    (LoanTerms, "each_adult_signs"): _more,
    (LoanTerms, "affordability"): _wage_share,
    (LoanTerms, "cooling_off_days"): _more,
    (LoanTerms, "explained"): _more,
    (LoanTerms, "overdue_days"): _less,
    (LoanTerms, "accelerate_after"): _less,
    (LoanTerms, "collect_after_months"): _less,
    (LoanTerms, "interest_in_deferral"): _more,
    (RecruitmentRule, "job_orders"): _required,
    (RecruitmentRule, "principals"): _required,
    (Quota, "places"): _less,
    (Quota, "monthly"): _less,
    (Quota, "carried_over"): lambda _old, new: _ranked(not new, new),
    (FeeCeiling, "ceiling"): _money,
    (FeeCeiling, "salary_months"): _less,
    (ResidenceRule, "months"): _less,
    (ResidenceRule, "since_age"): _less,
    (Module, "minutes"): _more,
    (ExaminationRule, "parts"): _wider,
    (ExaminationRule, "vaccinations"): _wider,
    (ExaminationRule, "fit_to_fly_days"): _less,
    (CourseRule, "minimum_attendance"): _more,
    (SessionRule, "pass_mark"): _more,
    (SessionRule, "earlier"): _counted,
    (SessionRule, "list_days"): _more,
    (ContractTerm, "least"): _at_least_money,
    (ContractTerm, "most_hours"): _less,
    (ContractTerm, "least_hours"): _more,
    (ContractTerm, "least_days"): _more,
    (ContractTerm, "must_say"): _more,
}
