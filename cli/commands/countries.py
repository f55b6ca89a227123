"""What commands say of the countries that a worker lived in: of which a paper is asked, how fresh, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from basis.messages import _
from cli.console import table

if TYPE_CHECKING:
    from checklists.residence import CountryReason


def shape(reasons: Sequence[CountryReason]) -> list[dict[str, Any]]:
    """As documents for other programs have it."""
    return [
        {
            "country": one.country,
            "asked": one.asked,
            "requirements": list(one.requirements),
            "stays": [
                {"since": since.isoformat(), "until": until.isoformat() if until else None}
                for since, until in one.spans
            ],
            "reached_on": one.reached_on.isoformat() if one.reached_on else None,
            "left_on": one.left_on.isoformat() if one.left_on else None,
            "returned": one.returned,
            "why": str(one.why),
            "fresh": str(one.fresh) if one.fresh else "",
        }
        for one in reasons
    ]


def show(reasons: Sequence[CountryReason]) -> None:
    """A table; nothing where the programme asks nothing of countries."""
    table(
        (_("Country"), _("Requirement"), _("Why"), _("How fresh")),
        [(one.country, ", ".join(one.requirements), one.why, one.fresh or "") for one in reasons],
    )
