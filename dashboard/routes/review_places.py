"""The lists for those who review, beside each other; each reader sees those that the role may open."""

from __future__ import annotations

from basis.messages import _
from casework.accounts.rules import Permission
from casework.oversight.reports import REPORT_WORDS, Report
from dashboard import addresses
from dashboard.parts import Link
from dashboard.sessions import Visit


def places(visit: Visit, here: str) -> tuple[tuple[Link, bool], ...]:
    """The lists with whether the reader is there."""
    found = [Link(addresses.AUDITS, _("Engagements"))]
    if visit.may(Permission.AUDIT):
        found.append(Link(addresses.TRAIL, _("History")))
    if visit.may(Permission.SEE_SAMPLES):
        found += [Link(addresses.report(kind.value), REPORT_WORDS[kind]) for kind in Report]
    found.append(Link(addresses.STORED_FILES, _("Stored files")))
    return tuple((link, link.href == here) for link in found)
