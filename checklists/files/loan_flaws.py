"""What a programme may get wrong about its loans: tables, currencies, purposes that no worker may be charged for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from basis.messages import _
from checklists.files.flaws import Flaw, Path
from checklists.requirement import FeeHead

if TYPE_CHECKING:
    from checklists.lending import LoanTerms
    from checklists.programme import Programme


def loan_flaws(programme: Programme) -> Iterator[Flaw]:
    """Every flaw of the loan terms."""
    loan = programme.loan
    if loan is None:
        return
    yield from _sums(loan)
    for i, tier in enumerate(loan.tiers):
        before = [one for one in loan.tiers[:i] if one.since == tier.since]
        if before and before[-1].up_to.minor >= tier.up_to.minor:
            yield Flaw(("loan", "tiers", i, "up_to"), _("The tiers of one table must ascend."))
    for i, limit in enumerate(loan.limits[1:], start=1):
        if loan.limits[i - 1].up_to.minor >= limit.up_to.minor:
            yield Flaw(("loan", "limits", i, "up_to"), _("The limits must ascend."))
    if loan.limits and loan.limits[-1].up_to.minor < loan.cap.minor:
        message = _("Nobody could approve a loan above the last limit; it must reach the cap.")
        yield Flaw(("loan", "limits", len(loan.limits) - 1, "up_to"), message)
    yield from _purposes(programme, loan)
    if loan.counts_from != "issue" and not any(track.departs for track in programme.tracks):
        yield Flaw(("loan", "counts_from"), _("No track departs; count from the issue of the loan."))


def _sums(loan: LoanTerms) -> Iterator[Flaw]:
    paths: list[tuple[Path, str]] = [(("loan", "tiers", i, "up_to"), one.up_to.currency) for i, one in
                                     enumerate(loan.tiers)]  # fmt: skip
    paths += [(("loan", "limits", i, "up_to"), one.up_to.currency) for i, one in enumerate(loan.limits)]
    if loan.least_instalment is not None:
        paths.append((("loan", "least_instalment"), loan.least_instalment.currency))
    for path, currency in paths:
        if currency != loan.cap.currency:
            yield Flaw(path, _("The cap is in {currency}; so must be this sum.", currency=loan.cap.currency))
    if loan.least_instalment is not None and loan.least_instalment.minor > loan.cap.minor:
        yield Flaw(("loan", "least_instalment"), _("No loan is as high as this instalment."))


def _purposes(programme: Programme, loan: LoanTerms) -> Iterator[Flaw]:
    """A loan for what no worker may be charged, wherever from and whatever their work, is for nothing. Files that name
    no purposes are of before there were any; what a loan is for is then looked at when it is asked for."""
    if "purposes" not in loan.model_fields_set:
        return
    free = {
        one.head
        for one in programme.fee_ceilings
        if not (one.origins or one.destinations or one.occupations or one.until)
        and (one.salary_months == 0 or (one.ceiling is not None and one.ceiling.minor == 0))
    }
    named = {one.head for one in programme.fee_ceilings}
    if not loan.purposes:
        yield Flaw(("loan", "purposes"), _("Say what a loan may be for."))
    for i, head in enumerate(loan.purposes):
        path: Path = ("loan", "purposes", i)
        if head is FeeHead.ANY:
            yield Flaw(path, _("Name each purpose; “any” is none."))
        elif head in loan.purposes[:i]:
            yield Flaw(path, _("This purpose is there twice."))
        elif head in free or (FeeHead.ANY in free and head not in named):
            yield Flaw(path, _("The worker may not be charged for {head}, so no loan is for it.", head=head.value))
