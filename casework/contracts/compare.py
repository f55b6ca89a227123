"""A contract against the programme's terms, and a signed contract against what was promised. Pure.

`points` is what somebody must see to before a contract can be found in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from babel import Locale

from basis import isco
from basis.messages import Message, _, _n
from basis.money import Money
from casework.contracts.rules import BEARER_WORDS, KEEPER_WORDS, Bearer, Keeper, Terms
from casework.recruitment.rules import PER_WORDS
from checklists.programme import ContractSubject, ContractTerm

S = ContractSubject
Text = Message | str


class Verdict(StrEnum):
    """What a contract is, beside one of the programme's terms."""

    MET = "met"
    BELOW = "below"
    NOT_SAID = "not_said"
    DEDUCTED = "deducted"  # enough is said, and what is taken off it leaves less
    NOT_COMPARED = "not_compared"  # another currency, or not enough said to know


class Change(StrEnum):
    """What the signed contract is beside the promise."""

    SAME = "same"
    BETTER = "better"
    WORSE = "worse"
    OTHER = "other"  # different, and which is better cannot be said
    ADDED = "added"  # nothing was promised of it


VERDICT_WORDS: Mapping[Verdict, Message] = {
    Verdict.MET: _("met"),
    Verdict.BELOW: _("below the minimum"),
    Verdict.NOT_SAID: _("not said"),
    Verdict.DEDUCTED: _("below the minimum after deductions"),
    Verdict.NOT_COMPARED: _("cannot be compared"),
}
CHANGE_WORDS: Mapping[Change, Message] = {
    Change.SAME: _("as promised"),
    Change.BETTER: _("better than promised"),
    Change.WORSE: _("worse than promised"),
    Change.OTHER: _("other than promised"),
    Change.ADDED: _("nothing was promised"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One of the programme's terms and what the contract says of it."""

    term: ContractTerm
    verdict: Verdict
    said: Text

    @property
    def key(self) -> str:
        return f"term:{self.term.id}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One subject of both contracts; `name` is a field of `SHOWN` or the id of a term."""

    name: str
    title: Text
    promised: Text
    signed: Text
    change: Change

    @property
    def key(self) -> str:
        return f"promise:{self.name}"


BARRED: Final = frozenset({Verdict.BELOW, Verdict.NOT_SAID})
"""Only a corrected contract helps: nobody can sign the programme's minimum away."""
SEEN_TO: Final = frozenset({Change.WORSE, Change.OTHER})
"""Differences that the worker accepts in writing, or refuses, or that a corrected contract takes away."""


def findings(contract_terms: Iterable[ContractTerm], terms: Terms) -> tuple[Finding, ...]:
    """What the contract is beside each of the programme's terms, in their order."""
    return tuple(_finding(term, terms) for term in contract_terms)


def differences(
    contract_terms: Iterable[ContractTerm], promised: Terms, signed: Terms
) -> tuple[Difference, ...]:  # fmt: skip
    """Every subject of which one of the two says something, also where both say the same."""
    found = [_difference(name, promised, signed) for name in SHOWN]
    for term in contract_terms:
        before, now = promised.says.get(term.id, ""), signed.says.get(term.id, "")
        if before or now:
            found.append(Difference(term.id, term.label, before, now, _words_changed(before, now)))
    return tuple(one for one in found if one is not None)


def lessened(contract_terms: Iterable[ContractTerm], before: Terms, now: Terms) -> tuple[Difference, ...]:
    """What a new promise takes from one that was made: all that is worse, and all that is other so that nobody can say
    that it is no less, as another employer, currency or wording."""
    return tuple(one for one in differences(contract_terms, before, now) if one.change in SEEN_TO)


def promised(contract_terms: Iterable[ContractTerm], terms: Terms) -> Mapping[str, str]:
    """What a promise says in words, by the key of the difference that it would be."""
    found = {name: str(shown.words(terms)) for name, shown in SHOWN.items()}
    found |= {term.id: terms.says.get(term.id, "") for term in contract_terms}
    return {f"promise:{name}": said for name, said in found.items()}


def points(found: Iterable[Finding], differing: Iterable[Difference]) -> tuple[str, ...]:
    """The keys of what must be seen to."""
    keys = [one.key for one in found if one.verdict is not Verdict.MET]
    return (*keys, *(one.key for one in differing if one.change in SEEN_TO))


def _finding(term: ContractTerm, terms: Terms) -> Finding:
    if term.about is None:
        said: Text = terms.says.get(term.id, "")
        verdict = Verdict.MET if said or not term.must_say else Verdict.NOT_SAID
        return Finding(term, verdict, said)
    name = _FIELDS[term.about]
    said = SHOWN[name].words(terms)
    if not said:
        return Finding(term, Verdict.NOT_SAID if term.must_say else Verdict.MET, "")
    return Finding(term, _limits(term, terms), said)


def _limits(term: ContractTerm, terms: Terms) -> Verdict:
    """Of a term that the contract says something about."""
    match term.about:
        case S.WAGE if term.least is not None:
            monthly = terms.monthly_wage
            if terms.currency != term.least.currency or monthly is None:
                return Verdict.NOT_COMPARED
            left = monthly - (terms.deductions_minor or 0)
            return Verdict.DEDUCTED if left < term.least.minor <= monthly else _met(monthly >= term.least.minor)
        case S.WEEKLY_HOURS if term.most_hours is not None:
            return _met((terms.weekly_minutes or 0) <= term.most_hours * 60)
        case S.DAILY_REST if term.least_hours is not None:
            return _met((terms.daily_rest_hours or 0) >= term.least_hours)
        case S.WEEKLY_REST | S.ANNUAL_LEAVE if term.least_days is not None:
            days = terms.weekly_rest_days if term.about is S.WEEKLY_REST else terms.leave_days
            return _met((days or 0) >= term.least_days)
        case S.PASSPORT:
            return _met(terms.passport is Keeper.WORKER)
        case S.LANGUAGE:
            return _met(bool(terms.read_in))
    if term.borne_by is not None and term.about is not None:
        bearer: Bearer | None = getattr(terms, _FIELDS[term.about])
        return _met(bearer is not None and bearer.value == term.borne_by.value)
    return Verdict.MET


def _met(yes: bool) -> Verdict:
    return Verdict.MET if yes else Verdict.BELOW


def _difference(name: str, promised: Terms, signed: Terms) -> Difference | None:
    shown = SHOWN[name]
    before, now = shown.words(promised), shown.words(signed)
    if not before and not now:
        return None
    if not before:
        change = Change.WORSE if shown.burdens(signed) else Change.ADDED
    elif not now:
        change = Change.BETTER if shown.burdens(promised) else Change.WORSE
    else:
        change = shown.change(promised, signed)
    return Difference(name, shown.title, before, now, change)


def _words_changed(before: str, now: str) -> Change:
    if not before:
        return Change.ADDED
    if not now:
        return Change.WORSE
    return Change.SAME if _plain(before) == _plain(now) else Change.OTHER


@dataclass(frozen=True, slots=True)
class Shown:
    """A subject of contracts: its title, what a contract says of it in words (empty: nothing), how two compare, and
    whether what is said is to the worker's burden where nothing had been said."""

    title: Message
    words: Callable[[Terms], Text]
    change: Callable[[Terms, Terms], Change]
    burdens: Callable[[Terms], bool] = lambda _terms: False


def _ranked(before: int, now: int, *, more_is_better: bool) -> Change:
    if before == now:
        return Change.SAME
    return Change.BETTER if (now > before) is more_is_better else Change.WORSE


def _by_number(name: str, *, more_is_better: bool) -> Callable[[Terms, Terms], Change]:
    return lambda before, now: _ranked(getattr(before, name), getattr(now, name), more_is_better=more_is_better)


def _by_value(name: str) -> Callable[[Terms, Terms], Change]:
    return lambda before, now: Change.SAME if getattr(before, name) == getattr(now, name) else Change.OTHER


def _same_name(before: Terms, now: Terms) -> Change:
    return Change.SAME if _plain(before.employer) == _plain(now.employer) else Change.OTHER


def _plain(text: str) -> str:
    """A text as it is compared: case and spaces do not count."""
    return " ".join(text.split()).casefold()


def _wage_change(before: Terms, now: Terms) -> Change:
    if before.currency != now.currency:
        return Change.OTHER
    one, other = before.monthly_wage, now.monthly_wage
    if before.wage_per is now.wage_per:
        rate = _ranked(before.wage_minor or 0, now.wage_minor or 0, more_is_better=True)
        # The same or more for an hour, and less at the end of the month, since there is less work.
        return Change.OTHER if rate is not Change.WORSE and one and other and other < one else rate
    if one is None or other is None:
        return Change.OTHER
    return Change.SAME if one == other else Change.BETTER if other > one else Change.WORSE


def _deductions_change(before: Terms, now: Terms) -> Change:
    if before.deductions_minor and now.deductions_minor and before.currency != now.currency:
        return Change.OTHER
    change = _ranked(before.deductions_minor or 0, now.deductions_minor or 0, more_is_better=False)
    if now.deductions_minor and _plain(before.deductions_for) != _plain(now.deductions_for):
        return Change.WORSE if change is Change.WORSE else Change.OTHER  # a smaller one may be for a fee
    return change


_AT_OWN_COST: Final = frozenset({Bearer.WORKER, Bearer.NOBODY})


def _bearer(name: str, title: Message) -> Shown:
    def own(terms: Terms) -> bool:
        return getattr(terms, name) in _AT_OWN_COST

    def change(before: Terms, now: Terms) -> Change:
        if own(before) is not own(now):
            return Change.WORSE if own(now) else Change.BETTER
        return Change.SAME if getattr(before, name) is getattr(now, name) else Change.OTHER

    def words(terms: Terms) -> Text:
        bearer: Bearer | None = getattr(terms, name)
        return BEARER_WORDS[bearer] if bearer is not None else ""

    return Shown(title, words, change, own)


def _passport_change(before: Terms, now: Terms) -> Change:
    if before.passport is now.passport:
        return Change.SAME
    if now.passport is Keeper.WORKER:
        return Change.BETTER
    return Change.WORSE if before.passport is Keeper.WORKER else Change.OTHER


def _months_change(before: Terms, now: Terms) -> Change:
    if before.months == now.months:
        return Change.SAME
    # Without an end a worker is bound no longer than the law says; a shorter time is less work than was held out.
    if now.months == 0:
        return Change.BETTER
    return Change.OTHER if before.months and now.months and now.months > before.months else Change.WORSE


def _language_change(before: Terms, now: Terms) -> Change:
    if bool(before.read_in) is not bool(now.read_in):
        return Change.BETTER if now.read_in else Change.WORSE
    return Change.SAME


def _wage_words(terms: Terms) -> Text:
    return _("{amount} {per}", amount=terms.wage, per=PER_WORDS[terms.wage_per]) if terms.wage is not None else ""


def _hours_words(terms: Terms) -> Text:
    if terms.weekly_minutes is None:
        return ""
    hours, minutes = divmod(terms.weekly_minutes, 60)
    if minutes:
        return _("{hours} hours {minutes} minutes a week", hours=hours, minutes=minutes)
    return _n("{count} hour a week", "{count} hours a week", hours)


def _deductions_words(terms: Terms) -> Text:
    if terms.deductions_minor is None:
        return ""
    if not terms.deductions_minor:
        return _("none")
    amount = Money(terms.deductions_minor, terms.currency)
    if terms.deductions_for:
        return _("{amount} a month, for: {what}", amount=amount, what=terms.deductions_for)
    return _("{amount} a month", amount=amount)


def _months_words(terms: Terms) -> Text:
    if terms.months is None:
        return ""
    return _n("{count} month", "{count} months", terms.months) if terms.months else _("without an end")


def _language_words(terms: Terms) -> Text:
    if not terms.languages:
        return ""
    names = Locale.parse("en").languages
    listed = ", ".join(names[code] for code in terms.languages)
    if not terms.read_in:
        return _("{languages}; the worker reads none of them", languages=listed)
    return _("{languages}; the worker reads {language}", languages=listed, language=names[terms.read_in])


def _count_words(name: str, said: Callable[[int], Message]) -> Callable[[Terms], Text]:
    def words(terms: Terms) -> Text:
        count: int | None = getattr(terms, name)
        return said(count) if count is not None else ""

    return words


SHOWN: Final[Mapping[str, Shown]] = {
    "employer": Shown(_("Employer"), lambda terms: terms.employer, _same_name),
    "occupation": Shown(
        _("Occupation"),
        lambda terms: isco.numbered(terms.occupation) if terms.occupation else "",
        _by_value("occupation"),
    ),
    "wage_minor": Shown(_("Wage"), _wage_words, _wage_change),
    "weekly_minutes": Shown(_("Hours of work"), _hours_words, _by_number("weekly_minutes", more_is_better=False)),
    "daily_rest_hours": Shown(
        _("Rest a day"),
        _count_words("daily_rest_hours", lambda n: _n("{count} hour on end", "{count} hours on end", n)),
        _by_number("daily_rest_hours", more_is_better=True),
    ),
    "weekly_rest_days": Shown(
        _("Rest a week"),
        _count_words("weekly_rest_days", lambda n: _n("{count} day", "{count} days", n)),
        _by_number("weekly_rest_days", more_is_better=True),
    ),
    "leave_days": Shown(
        _("Paid leave"),
        _count_words("leave_days", lambda n: _n("{count} day a year", "{count} days a year", n)),
        _by_number("leave_days", more_is_better=True),
    ),
    "insurance": _bearer("insurance", _("Insurance, paid by")),
    "way_there": _bearer("way_there", _("Journey there, paid by")),
    "way_back": _bearer("way_back", _("Journey back, paid by")),
    "accommodation": _bearer("accommodation", _("Accommodation, from")),
    "food": _bearer("food", _("Food, from")),
    "passport": Shown(
        _("Passport, kept by"),
        lambda terms: KEEPER_WORDS[terms.passport] if terms.passport is not None else "",
        _passport_change,
        lambda terms: terms.passport is not Keeper.WORKER,
    ),
    "deductions_minor": Shown(
        _("Deductions from the wage"), _deductions_words, _deductions_change, lambda terms: bool(terms.deductions_minor)
    ),
    "languages": Shown(_("Language of the contract"), _language_words, _language_change),
    "starts_on": Shown(
        _("Begins on"), lambda terms: terms.starts_on.isoformat() if terms.starts_on else "", _by_value("starts_on")
    ),
    "months": Shown(_("Lasts"), _months_words, _months_change),
}
"""What contracts are compared in, in the order of pages, by the field of `Terms`."""

_FIELDS: Final[Mapping[ContractSubject, str]] = {
    S.WAGE: "wage_minor",
    S.WEEKLY_HOURS: "weekly_minutes",
    S.DAILY_REST: "daily_rest_hours",
    S.WEEKLY_REST: "weekly_rest_days",
    S.ANNUAL_LEAVE: "leave_days",
    S.DURATION: "months",
    S.INSURANCE: "insurance",
    S.WAY_THERE: "way_there",
    S.WAY_BACK: "way_back",
    S.ACCOMMODATION: "accommodation",
    S.FOOD: "food",
    S.PASSPORT: "passport",
    S.DEDUCTIONS: "deductions_minor",
    S.LANGUAGE: "languages",
}
