"""What a programme may get wrong beside its stages: ages, versions, quotas, ceilings, entitlements, follow-ups."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from basis import countries, isco
from basis.messages import _
from checklists.fees import both_apply, comparable
from checklists.files.flaws import Flaw, Path, condition_flaws, unknown
from checklists.files.loan_flaws import loan_flaws

if TYPE_CHECKING:
    from checklists.programme import Programme, Quota

ADULT = 18
"""Below it only with a source: ILO conventions 138 and 182, and the IRIS standard."""


def term_flaws(programme: Programme) -> Iterator[Flaw]:
    """Every flaw of what stands beside the stages, in the order of the models."""
    yield from _version_flaws(programme)
    yield from _age_flaws(programme)
    for i, rule in enumerate(programme.eligibility):
        yield from condition_flaws(programme, rule.when, ("eligibility", i, "when"))
    yield from _recruitment_flaws(programme)
    yield from loan_flaws(programme)
    yield from _recognition_flaws(programme)
    yield from _quota_flaws(programme)
    yield from _ceiling_flaws(programme)
    for i, entitlement in enumerate(programme.entitlements):
        yield from condition_flaws(programme, entitlement.when, ("entitlements", i, "when"))
        if entitlement.up_to and entitlement.amount is None:
            yield Flaw(("entitlements", i, "up_to"), _("“up_to” needs the “amount” that is the most."))
    yield from _follow_up_flaws(programme)


def _version_flaws(programme: Programme) -> Iterator[Flaw]:
    if programme.effective_from is not None and programme.effective_from < programme.published_on:
        yield Flaw(("effective_from",), _("A version cannot be in force before it is published."))
    if programme.replaces and _numbers(programme.replaces) >= _numbers(programme.version):
        message = _("The version replaced must be older than {version}.", version=programme.version)
        yield Flaw(("replaces",), message)
    if programme.transition is None:
        return
    if not programme.replaces:
        message = _("A transition needs “replaces”: the version whose cases it is about.")
        yield Flaw(("transition",), message)
    yield from condition_flaws(programme, programme.transition.move_when, ("transition", "move_when"))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _age_flaws(programme: Programme) -> Iterator[Flaw]:
    basis = programme.minimum_age_basis
    if programme.minimum_age < ADULT and (basis is None or not (basis.citation or basis.link)):
        message = _("Below {age} a “minimum_age_basis” with a citation or link is needed.", age=ADULT)
        yield Flaw(("minimum_age",), message)


def _recruitment_flaws(programme: Programme) -> Iterator[Flaw]:
    rule = programme.recruitment
    if rule is not None and not programme.takes("agency"):
        yield Flaw(("recruitment",), _("No agency brings workers here: “intake” does not name agency."))


def _recognition_flaws(programme: Programme) -> Iterator[Flaw]:
    seen: set[tuple[str, str, str]] = set()
    for i, row in enumerate(programme.recognition):
        key = (row.institution, row.degree, row.agreement)
        if key in seen:
            yield Flaw(("recognition", i), _("This institution and degree are there twice."))
        seen.add(key)


def _quota_flaws(programme: Programme) -> Iterator[Flaw]:
    kinds = sorted({requirement.evidence for _stage, requirement in programme.requirements()})
    for i, quota in enumerate(programme.quotas):
        yield from unknown(quota.evidence, kinds, ("quotas", i, "evidence"), "evidence")
        for code in quota.countries:
            if not countries.is_country(code):
                message = _("There is no country {code}; write an ISO 3166-1 code.", code=code)
                yield Flaw(("quotas", i, "countries", code), message)
    for (_i, one), (j, other) in combinations(enumerate(programme.quotas), 2):
        if one.evidence == other.evidence and _same_time(one, other) and _same_country(one, other):
            message = _("It overlaps the quota {other}: a place would be taken in both.", other=one.id)
            yield Flaw(("quotas", j, "id"), message)


def _same_time(one: Quota, other: Quota) -> bool:
    return max(one.since, other.since) <= min(one.until, other.until)


def _same_country(one: Quota, other: Quota) -> bool:
    """A quota that only counts by country covers only those; any other covers all."""
    covered = [
        set(quota.countries) if quota.places is None and quota.monthly is None else None for quota in (one, other)
    ]
    first, second = covered
    return not first or not second or not first.isdisjoint(second)


def _ceiling_flaws(programme: Programme) -> Iterator[Flaw]:
    for i, ceiling in enumerate(programme.fee_ceilings):
        for key, codes in (("origins", ceiling.origins), ("destinations", ceiling.destinations)):
            for j, code in enumerate(codes):
                if not countries.is_country(code):
                    message = _("There is no country {code}; write an ISO 3166-1 code.", code=code)
                    yield Flaw(("fee_ceilings", i, key, j), message)
        for j, code in enumerate(ceiling.occupations):
            if isco.title(code) is None:
                message = _("There is no occupation {code} in ISCO-08.", code=code)
                yield Flaw(("fee_ceilings", i, "occupations", j), message)
    for (i, one), (j, other) in combinations(enumerate(programme.fee_ceilings), 2):
        if not both_apply(one, other):
            continue
        same = all(getattr(one, key) == getattr(other, key) for key in ("origins", "destinations", "occupations"))
        if same:
            message = _("It contradicts ceiling {number} of the list: both are in force for the same.", number=i + 1)
        elif not comparable(one, other):
            message = _("Which is lower, this or ceiling {number} of the list, cannot be said.", number=i + 1)
        else:
            continue
        yield Flaw(("fee_ceilings", j, "head"), message)


def _follow_up_flaws(programme: Programme) -> Iterator[Flaw]:
    departing = {track.id for track in programme.tracks if track.departs}
    for i, follow_up in enumerate(programme.follow_ups):
        path: Path = ("follow_ups", i)
        for j, name in enumerate(follow_up.tracks):
            yield from unknown(name, [track.id for track in programme.tracks], (*path, "tracks", j), "track")
        yield from condition_flaws(programme, follow_up.when, (*path, "when"))
        if follow_up.since.value in ("completion", "end"):
            continue
        tracks = set(follow_up.tracks) & {track.id for track in programme.tracks}
        if not departing or (tracks and not tracks <= departing):
            message = _("Nobody departs on its track; count it from completion.")
            yield Flaw((*path, "since"), message)
