"""The most a worker may be charged, out of a programme's fee ceilings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from checklists.requirement import FeeHead

if TYPE_CHECKING:
    from checklists.programme import FeeCeiling, Programme


def ceiling_for(
    programme: Programme, head: FeeHead, origin: str, destination: str, occupation: str, on: date
) -> FeeCeiling | None:
    """The ceiling in force for a fee head on a day; None where the programme has none.

    `origin` and `destination` are ISO 3166-1 alpha-2, `occupation` an ISCO-08 code. The most specific one wins (the
    one that names most of head, origin, destination and occupation, then the one with the longest code of the
    occupation), of equally specific ones the lowest. What is not known ("") is in no list of a ceiling.
    """
    matching = [
        one
        for one in programme.fee_ceilings
        if one.head in (head, FeeHead.ANY)
        and _named(one.origins, origin)
        and _named(one.destinations, destination)
        and (not one.occupations or any(occupation.startswith(prefix) for prefix in one.occupations))
        and one.since <= on
        and (one.until is None or on <= one.until)
    ]
    if not matching:
        return None
    most = max(specificity(one, occupation) for one in matching)
    return min((one for one in matching if specificity(one, occupation) == most), key=_height)


def specificity(ceiling: FeeCeiling, occupation: str) -> tuple[int, int]:
    """How much a ceiling names, and how many digits of the occupation."""
    digits = max((len(prefix) for prefix in ceiling.occupations if occupation.startswith(prefix)), default=0)
    named = [ceiling.head is not FeeHead.ANY, ceiling.origins, ceiling.destinations, ceiling.occupations]
    return sum(map(bool, named)), digits


def comparable(one: FeeCeiling, other: FeeCeiling) -> bool:
    """Whether it can be said which of two ceilings is lower."""
    if 0 in (_height(one), _height(other)):
        return True
    if one.ceiling is None or other.ceiling is None:
        return one.ceiling is None and other.ceiling is None
    return one.ceiling.currency == other.ceiling.currency


def undecided(
    programme: Programme, origin: str, destination: str, occupation: str, on: date
) -> Iterator[FeeCeiling]:  # fmt: skip
    """The ceilings of a day that may be for a case or not, since something that they name is not known ("")."""
    for one in programme.fee_ceilings:
        fits = [known in listed if known else None for listed, known in
                ((one.origins, origin), (one.destinations, destination)) if listed]  # fmt: skip
        if one.occupations:
            fits.append(occupation.startswith(one.occupations) if occupation else None)
        in_force = one.since <= on and (one.until is None or on <= one.until)
        if in_force and None in fits and False not in fits:
            yield one


def would_lower(one: FeeCeiling, now: FeeCeiling | None, occupation: str) -> bool:
    """Whether a ceiling that turns out to hold takes the place of the one that holds `now`, and may allow less: it is
    lower, or it cannot be said which of them is."""
    if now is None:
        return True
    code = occupation or max(one.occupations, key=len, default="")
    lower = not comparable(one, now) or _height(one) < _height(now)
    return lower and specificity(one, code) >= specificity(now, code)


def both_apply(one: FeeCeiling, other: FeeCeiling) -> list[str]:
    """The occupations (codes, "" for any) for which two ceilings of the same head are in force on one day in one
    corridor, and equally specific; programmes with such a pair that cannot be compared are refused."""
    if one.head is not other.head:
        return []
    if not _meet(one.origins, other.origins) or not _meet(one.destinations, other.destinations):
        return []
    if max(one.since, other.since) > min(one.until or date.max, other.until or date.max):
        return []
    codes = sorted({*one.occupations, *other.occupations} or {""}, key=len)
    return [code for code in codes if _for(one, code) and _for(other, code) and _equal(one, other, code)]


def _equal(one: FeeCeiling, other: FeeCeiling, occupation: str) -> bool:
    return specificity(one, occupation) == specificity(other, occupation)


def _for(ceiling: FeeCeiling, occupation: str) -> bool:
    return not ceiling.occupations or any(occupation.startswith(prefix) for prefix in ceiling.occupations)


def _named(codes: Iterable[str], code: str) -> bool:
    listed = tuple(codes)
    return not listed or code in listed


def _meet(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return not some or not others or not set(some).isdisjoint(others)


def _height(ceiling: FeeCeiling) -> int:
    return ceiling.ceiling.minor if ceiling.ceiling is not None else ceiling.salary_months or 0
