"""The loan terms of a programme in words, for its public page and for the page of a loan."""

from __future__ import annotations

from collections.abc import Iterator

from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts.rules import ROLE_WORDS
from checklists.programme import LoanTerms
from dashboard import words
from dashboard.cases.requirements import source
from dashboard.pages.programmes import Rule
from dashboard.parts import Text
from dashboard.programmes import wording

SINCE = {
    "departure": _("the departure"),
    "arrival": _("the confirmed arrival"),
    "issue": _("the day it is paid out"),
}
_WITH_OTHERS = {
    "guarantor": _("A guarantor answers for the loan"),
    "co_signer": _("A second borrower signs and owes the loan too"),
}


def interest(terms: LoanTerms) -> Message:
    """The interest in words."""
    if terms.rate == 0:
        return _("none")
    return _("{percent} % a year, simple", percent=percent(terms.rate))


def percent(hundredths: int) -> str:
    """Hundredths of a percent as people write them: 900 is 9, 450 is 4.5."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def grace(terms: LoanTerms) -> Message:
    """How long after which day the first instalment is due."""
    return _n(
        "{count} month after {day}", "{count} months after {day}", terms.grace_months, day=SINCE[terms.counts_from]
    )


def rules(terms: LoanTerms) -> Iterator[Rule]:
    """All terms, each as a rule; the source stands with the first."""
    title = _("At most {cap}, without interest", cap=terms.cap)
    if terms.rate:
        title = _("At most {cap}, {percent} % interest a year", cap=terms.cap, percent=percent(terms.rate))
    detail = _(
        "{count} instalments, the first {grace}, due on day {day}; approved by {people}",
        count=terms.instalments,
        grace=grace(terms),
        day=terms.due_day,
        people=_n("{count} officer", "{count} officers", max(2, terms.approvals)),
    )
    yield Rule(title, detail, source(terms.legal_basis))
    yield Rule(_("Lent for: {purposes}", purposes=purposes(terms)), "", None)
    for tier in terms.tiers:
        count = _n("{count} instalment", "{count} instalments", tier.instalments)
        since = _("asked for since {day}", day=words.on(tier.since)) if tier.since else ""
        yield Rule(_("Up to {amount}: {count}", amount=tier.up_to, count=count), since, None)
    for limit in terms.limits:
        people = _n("{count} person approves", "{count} people approve", limit.approvals)
        role = _("one of them: {role}", role=ROLE_WORDS[Role(limit.role)])
        yield Rule(_("Up to {amount}: {count}", amount=limit.up_to, count=people), role, None)
    yield from (Rule(said, "", None) for said in _protections(terms))


def purposes(terms: LoanTerms) -> str:
    """What a loan may be for."""
    return ", ".join(str(wording.HEADS[head]) for head in terms.purposes)


def _protections(terms: LoanTerms) -> Iterator[Text]:
    if terms.least_instalment is not None:
        yield _("No instalment is below {amount}", amount=terms.least_instalment)
    if terms.affordability is not None:
        yield _("An instalment takes at most {percent} % of the wage", percent=terms.affordability.most_of_wage)
    if terms.guarantor in _WITH_OTHERS:
        yield _WITH_OTHERS[terms.guarantor]
    if terms.each_adult_signs:
        yield _("Each adult of the household who travels along signs")
    if terms.explained:
        yield _("The terms are explained in a language that the worker reads")
    if terms.cooling_off_days:
        yield _n(
            "{count} day to reconsider before anything is signed",
            "{count} days to reconsider before anything is signed",
            terms.cooling_off_days,
        )
    if terms.remainder == "programme":
        yield _("If there is no journey, the programme bears what the carrier does not refund")
    else:
        yield _("If there is no journey, the worker repays what the carrier does not refund")
