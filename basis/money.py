"""Money as integer minor units with its ISO 4217 currency.

Exponents are ISO 4217's own (list one, 2024), not CLDR's: the two differ for ALL, IQD, LBP and others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from basis.errors import InvalidInput
from basis.messages import _

_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
"""Decimal also reads 1e9, Infinity and other scripts' digits, none of which a form or file means."""
_THREE = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
_NONE = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())


def exponent(currency: str) -> int:
    """Number of decimal digits of the currency's minor unit."""
    return 3 if currency in _THREE else 0 if currency in _NONE else 2


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in `currency` (ISO 4217) as `minor` units, for example cents."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read ``1200``, ``1200.50`` or ``1200,50``: no thousands separators, no sign, no digits the currency lacks.

        Three digits after a point or comma are thousands to whoever writes ``1,200``: of a currency with fewer they
        are refused, also where the last is a nought. Raises `InvalidInput` (``invalid_amount``).
        """
        digits = exponent(currency)
        written = _AMOUNT.fullmatch(text.strip().replace(",", "."))
        if written is None or len(written[1] or "") > digits + 1:
            raise InvalidInput(
                "invalid_amount",
                _("The amount is not a sum of money in {currency}.", currency=currency),
                _("Write digits with at most {digits} decimals, for example 1200.50.", digits=digits),
            )
        return cls(int(Decimal(written[0]).scaleb(digits)), currency)

    def __str__(self) -> str:
        digits = exponent(self.currency)
        amount = Decimal(self.minor).scaleb(-digits)
        return f"{self.currency} {amount:,.{digits}f}"

    def split(self, parts: int) -> tuple[Money, ...]:
        """`parts` amounts that sum exactly to this one: equal, and the remainder is added to the last."""
        base = self.minor // parts
        last = self.minor - base * (parts - 1)
        return (*(Money(base, self.currency) for _part in range(parts - 1)), Money(last, self.currency))
