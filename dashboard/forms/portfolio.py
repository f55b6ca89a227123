"""The filters of the list of loans."""

from __future__ import annotations

from collections.abc import Mapping

from basis.messages import Message, _
from casework.loans.life import WORDS
from casework.loans.waiting import Waiting
from casework.repayments.rules import BAND_WORDS
from dashboard import addresses
from dashboard.forms.case import Options
from dashboard.parts import Field, Form, Kind, Option

_STATES = tuple(Option(state.value, said) for state, said in WORDS.items())
WAITING: Mapping[Waiting, Message] = {
    Waiting.TO_DECIDE: _("loans to decide on"),
    Waiting.TO_PAY_OUT: _("loans to pay out"),
    Waiting.NO_JOURNEY: _("loans without a journey"),
    Waiting.REFUND: _("refunds of carriers awaited"),
    Waiting.CREDIT: _("loans with credit to give back"),
    Waiting.DIED: _("loans of workers who have died"),
    Waiting.TO_FORGIVE: _("loans to forgive, by a second person"),
}
_WAITING = tuple(Option(part.value, said) for part, said in WAITING.items())
_BANDS = tuple(Option(band.value, said) for band, said in BAND_WORDS.items())


def search(programmes: Options, currencies: Options) -> Form:
    """Currencies are asked for where there are several."""
    fields = [
        Field("text", _("Loan or case"), Kind.SEARCH, hint=_("The beginning of a number."), required=False, longest=60),
        Field("state", _("State"), Kind.CHOICE, options=_STATES, required=False),
        Field("waiting", _("Waits"), Kind.CHOICE, options=_WAITING, required=False),
        Field("programme", _("Programme"), Kind.CHOICE, options=programmes, required=False),
        Field("band", _("Overdue"), Kind.CHOICE, options=_BANDS, required=False),
    ]
    if len(currencies) > 1:
        fields.append(Field("currency", _("Currency"), Kind.CHOICE, options=currencies, required=False))
    return Form("filters", addresses.LOANS, _("Show"), tuple(fields), method="get")
