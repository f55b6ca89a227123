"""The filters of the list of loans."""

from __future__ import annotations

from basis.messages import _
from casework.loans.life import WORDS
from casework.repayments.rules import BAND_WORDS
from dashboard import addresses
from dashboard.forms.case import Options
from dashboard.parts import Field, Form, Kind, Option

_STATES = tuple(Option(state.value, said) for state, said in WORDS.items())
_BANDS = tuple(Option(band.value, said) for band, said in BAND_WORDS.items())


def search(programmes: Options, currencies: Options) -> Form:
    """Currencies are asked for where there are several."""
    fields = [
        Field("text", _("Loan or case"), Kind.SEARCH, hint=_("The beginning of a number."), required=False, longest=60),
        Field("state", _("State"), Kind.CHOICE, options=_STATES, required=False),
        Field("programme", _("Programme"), Kind.CHOICE, options=programmes, required=False),
        Field("band", _("Overdue"), Kind.CHOICE, options=_BANDS, required=False),
    ]
    if len(currencies) > 1:
        fields.append(Field("currency", _("Currency"), Kind.CHOICE, options=currencies, required=False))
    return Form("filters", addresses.LOANS, _("Show"), tuple(fields), method="get")
