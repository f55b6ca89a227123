"""The rules of a programme beside its stages: who may take part, what it costs, what the worker gets, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from basis import isco
from basis.messages import Message, _, _n
from checklists.programme import (
    ContractTerm,
    CostBearer,
    Entitlement,
    FeeCeiling,
    FollowUp,
    Programme,
    Quota,
    Recognition,
)
from dashboard import words
from dashboard.cases.requirements import source
from dashboard.pages.programmes import Rule, RuleSection
from dashboard.parts import Text
from dashboard.programmes import lending, wording

_PER = {"once": _("once"), "month": _("a month"), "assignment": _("for the assignment")}
_OUTCOMES = {
    "full": _("full recognition"),
    "partial": _("partial recognition"),
    "none": _("no recognition"),
    "individual": _("decided case by case"),
}


def before(programme: Programme) -> tuple[RuleSection, ...]:
    """What somebody must know before the stages: who can take part, what it costs."""
    return _filled(
        RuleSection("who", _("Who can take part"), _ages(programme), tuple(_eligibility(programme))),
        RuleSection("costs", _("What it costs the worker"), _costs(programme), tuple(_ceilings(programme))),
    )


def after(programme: Programme) -> tuple[RuleSection, ...]:
    """What the worker gets, what the contract holds, and what comes after the departure."""
    return _filled(
        RuleSection("gets", _("What the worker gets"), "", tuple(map(entitlement_rule, programme.entitlements))),
        RuleSection("contract", _("What the contract must say"), "", tuple(_contract(programme))),
        RuleSection("agencies", _("What is asked of agencies"), "", tuple(_recruitment(programme))),
        RuleSection("loan", _("Travel loan"), "", tuple(lending.rules(programme.loan)) if programme.loan else ()),
        RuleSection("places", _("Places"), "", tuple(map(_quota, programme.quotas))),
        RuleSection("diplomas", _("Recognition of diplomas"), "", tuple(map(_recognition, programme.recognition))),
        RuleSection("later", _("Afterwards"), "", tuple(_follow_up(programme, one) for one in programme.follow_ups)),
    )


def _filled(*sections: RuleSection) -> tuple[RuleSection, ...]:
    return tuple(section for section in sections if section.rules or section.lead)


def _ages(programme: Programme) -> Text:
    if programme.minimum_age_basis is not None:
        return ""  # it stands as a rule with its source
    return _("Workers of {age} years or older.", age=programme.minimum_age)


def _eligibility(programme: Programme) -> Iterator[Rule]:
    if programme.minimum_age_basis is not None:
        title = _("At least {age} years old", age=programme.minimum_age)
        yield Rule(title, "", source(programme.minimum_age_basis))
    for one in programme.eligibility:
        yield Rule(one.label, "", source(one.legal_basis))


def _costs(programme: Programme) -> Text:
    """Which of the things asked the worker pays."""
    paid = [one for _stage, one in programme.requirements() if one.cost_borne_by is CostBearer.WORKER]
    if paid:
        return _("The worker pays: {things}.", things=", ".join(dict.fromkeys(str(one.label) for one in paid)))
    if any(one.cost_borne_by is not CostBearer.NOBODY for _stage, one in programme.requirements()):
        return _("None of the things asked is paid for by the worker.")
    return ""


def _ceilings(programme: Programme) -> Iterator[Rule]:
    for one in programme.fee_ceilings:
        title = _("{head}: {most}", head=wording.HEADS[one.head], most=_most(one))
        yield Rule(title, _where(one), source(one.legal_basis))


def _most(one: FeeCeiling) -> Message:
    if one.ceiling is not None:
        return _("at most {amount}", amount=one.ceiling) if one.ceiling.minor else _("nothing may be charged")
    months = one.salary_months or 0
    return _n("at most {count} month's wage", "at most {count} months' wages", months)


def _where(one: FeeCeiling) -> str:
    said: list[Message] = []
    if one.origins:
        said.append(_("from {countries}", countries=wording.listed(one.origins)))
    if one.destinations:
        said.append(_("to {countries}", countries=wording.listed(one.destinations)))
    if one.occupations:
        named = "; ".join(isco.title(code) or code for code in one.occupations)
        said.append(_("occupations: {occupations}", occupations=named))
    said.append(_("since {day}", day=words.on(one.since)))
    if one.until is not None:
        said.append(_("until {day}", day=words.on(one.until)))
    return ", ".join(str(part) for part in said)


def entitlement_rule(one: Entitlement) -> Rule:
    """What is paid, how often and by whom, with its source."""
    said: list[Text] = []
    if one.amount is not None:
        amount: Text = _("at most {amount}", amount=one.amount) if one.up_to else str(one.amount)
        said.append(_("{amount} {per}", amount=amount, per=_PER[one.per]))
        if one.months is not None:
            said.append(_n("for {count} month", "for {count} months", one.months))
    else:
        said.append(_("no amount is fixed"))
    said.append(_("paid by: {bearer}", bearer=wording.BEARERS[one.paid_by]))
    return Rule(one.label, ", ".join(str(part) for part in said), source(one.legal_basis))


def _contract(programme: Programme) -> Iterator[Rule]:
    for one in programme.contract_terms:
        said = [Message(one.minimum) if one.minimum else None, _limit(one)]
        yield Rule(one.label, ". ".join(str(part) for part in said if part is not None), source(one.legal_basis))


def _limit(one: ContractTerm) -> Message | None:
    """What contracts are compared with by machine."""
    if one.least is not None:
        return _("Checked by machine: at least {amount} a month", amount=one.least)
    if one.most_hours is not None:
        return _("Checked by machine: at most {count} hours a week", count=one.most_hours)
    if one.least_hours is not None:
        return _("Checked by machine: at least {count} hours a day", count=one.least_hours)
    if one.least_days is not None:
        return _n(
            "Checked by machine: at least {count} day", "Checked by machine: at least {count} days", one.least_days
        )
    if one.borne_by is not None:
        return _("Checked by machine: paid or provided by {bearer}", bearer=wording.BEARERS[one.borne_by])
    if one.about is not None:
        return _("Checked by machine")
    return None if one.must_say else _("It need not be said")


def _recruitment(programme: Programme) -> Iterator[Rule]:
    rule = programme.recruitment
    if rule is None:
        return
    if rule.asks_principals:
        detail = _("The agency must be accredited for the employer whose workers it brings.")
        yield Rule(_("Accreditation for the employer"), detail, source(rule.legal_basis))
    if rule.asks_job_orders:
        detail = _("Each worker whom an agency brings needs a place in a job order that the office approved.")
        yield Rule(_("Approved job order"), detail, source(rule.legal_basis))


def _quota(one: Quota) -> Rule:
    said: list[Text] = [_period(one.since, one.until)]
    if one.places is not None:
        said.append(_n("{count} place in all", "{count} places in all", one.places))
    if one.monthly is not None:
        said.append(_n("{count} place a month", "{count} places a month", one.monthly))
    named = [
        str(_("{country}: {count} a month", country=wording.listed([code]), count=count))
        for code, count in sorted(one.countries.items())
    ]
    if named:
        said.append("; ".join(named))
    if one.places is None and one.monthly is None and not named:
        said.append(_("the number of places is not confirmed"))
    said.append(
        _("places not used are carried over")
        if one.carried_over
        else _("places not used, and refused requests, are lost")
    )
    return Rule(one.label, ", ".join(str(part) for part in said), source(one.legal_basis))


def _period(since: date, until: date) -> Message:
    return _("from {since} until {until}", since=words.on(since), until=words.on(until))


def _recognition(one: Recognition) -> Rule:
    title = _("Institution {institution}, degree {degree}", institution=one.institution, degree=one.degree)
    agreement = _("under: {agreement}", agreement=one.agreement) if one.agreement else None
    return Rule(title, _sentence([_OUTCOMES[one.outcome], agreement]), source(one.legal_basis))


def _follow_up(programme: Programme, one: FollowUp) -> Rule:
    tracks = [str(track.label) for name in one.tracks if (track := programme.track(name)) is not None]
    outcomes = ", ".join(name.replace("_", " ") for name in one.outcomes)
    said = [
        wording.after(one.after, one.since),
        _("asked by: {who}", who=wording.person(one.who)),
        _("only on the track {track}", track=", ".join(tracks)) if tracks else None,
        wording.condition(programme, one.when) if one.when is not None else None,
        _("possible answers: {answers}", answers=outcomes),
    ]
    return Rule(one.label, _sentence(said), source(one.legal_basis))


def _sentence(parts: Iterable[Message | None]) -> str:
    return ", ".join(str(part) for part in parts if part is not None)
