"""What is said of loans in sentences: their terms, on the note and on the certificate of what was signed; how payments
are counted; why less was repaid than was lent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from basis.messages import Message, _, _n
from checklists.lending import LoanTerms
from documents.languages import Language, in_both

ALLOCATION: Final = _(
    "A payment goes first to the interest that is due, then to the oldest instalment, then to the later ones in their "
    "order. What is left over is credited to the borrower. Who pays early is done sooner; the amounts stay the same."
)
BORNE: Final = _("The programme bears what was still owed, on a ground that its rules recognise.")
NO_JOURNEY: Final = _("The journey that the loan was for does not take place.")


def in_two(second: Language | None, *sentences: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences in the language that is being written, and in the second one; those are none without one."""
    both = [in_both(sentence, second) for sentence in sentences]
    return tuple(one for one, _other in both), tuple(other for _one, other in both if other)


ALWAYS: Final = (
    _("It may be repaid early at any time."),
    _("Unemployment, illness and full-time training are grounds for a deferral."),
    _("After a death, a lasting disability or a bankruptcy the programme can bear what is still owed."),
)
"""What is said of every loan."""


def terms_of(terms: LoanTerms) -> tuple[Message, ...]:
    """The terms of a loan in sentences, for whoever is to sign them."""
    found = [_interest(terms), _grace(terms)]
    if terms.cooling_off_days:
        found.append(
            _n(
                "After the approval the borrower has {count} day to think it over before signing.",
                "After the approval the borrower has {count} days to think it over before signing.",
                terms.cooling_off_days,
            )
        )
    found += [_("Until it is paid out the borrower can do without the loan, at no cost."), *ALWAYS]
    if terms.accelerate_after is not None:
        found.append(
            _n(
                "If {count} instalment is missed, all that is owed can be called in.",
                "If {count} instalments are missed, all that is owed can be called in.",
                terms.accelerate_after,
            )
        )
    found.append(_LOST[terms.remainder])
    if terms.guarantor != "none":
        found.append(_GUARANTORS[terms.guarantor])
    return tuple(found)


_LOST: Mapping[str, Message] = {
    "programme": _("If the journey does not take place, the programme bears what the carrier does not give back."),
    "worker": _("If the journey does not take place, the borrower owes what the carrier does not give back."),
}
_GUARANTORS: Mapping[str, Message] = {
    "guarantor": _("A guarantor answers for the loan if the borrower does not repay it."),
    "co_signer": _("A second borrower signs too, and owes the loan as the first does."),
}


def _interest(terms: LoanTerms) -> Message:
    if terms.rate == 0:
        return _("The loan bears no interest and no fee.")
    return _(
        "The loan bears simple interest of {percent} per cent a year on what is owed from day to day, and no fee.",
        percent=str(terms.interest),
    )


def _grace(terms: LoanTerms) -> Message:
    if terms.counts_from == "arrival":
        return _n(
            "The first instalment is due {count} month after arrival.",
            "The first instalment is due {count} months after arrival.",
            terms.grace_months,
        )
    if terms.counts_from == "issue":
        return _n(
            "The first instalment is due {count} month after the loan is paid out.",
            "The first instalment is due {count} months after the loan is paid out.",
            terms.grace_months,
        )
    return _n(
        "The first instalment is due {count} month after departure.",
        "The first instalment is due {count} months after departure.",
        terms.grace_months,
    )
