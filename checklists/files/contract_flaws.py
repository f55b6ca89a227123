"""What a programme may get wrong about contracts: limits that fit no subject, and checks of nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from basis.messages import _
from checklists.files.flaws import Flaw, Path

if TYPE_CHECKING:
    from checklists.programme import Programme

CONTRACT_CHECK: Final = "contract_check"
"""The kind of evidence of a signed contract that was compared with what was promised and with the terms."""

_BORNE = ("insurance", "way_there", "way_back", "accommodation", "food")
_SUBJECTS: Final = {
    "least": ("wage",),
    "most_hours": ("weekly_hours",),
    "least_hours": ("daily_rest",),
    "least_days": ("weekly_rest", "annual_leave"),
    "borne_by": _BORNE,
}
_DAYS_OF_A_WEEK: Final = 7


def contract_flaws(programme: Programme) -> Iterator[Flaw]:
    """Every flaw of the contract terms, and of requirements that ask for a check where there are none."""
    seen: set[str] = set()
    for i, term in enumerate(programme.contract_terms):
        path: Path = ("contract_terms", i)
        about = term.about.value if term.about else ""
        for key, subjects in _SUBJECTS.items():
            if getattr(term, key) is not None and about not in subjects:
                message = _("“{key}” needs “about”: {subjects}.", key=key, subjects=" / ".join(subjects))
                yield Flaw((*path, key), message)
            if getattr(term, key) is not None and not term.must_say:
                yield Flaw((*path, "must_say"), _("What has a limit must be said."))
        if term.least is not None and term.least.minor == 0:
            yield Flaw((*path, "least"), _("The least wage is more than nothing."))
        if about == "weekly_rest" and (term.least_days or 0) > _DAYS_OF_A_WEEK:
            yield Flaw((*path, "least_days"), _("A week has seven days."))
        if about and about in seen:
            yield Flaw((*path, "about"), _("Two terms are about {subject}.", subject=about))
        seen.add(about)
    yield from _check_flaws(programme)


def _check_flaws(programme: Programme) -> Iterator[Flaw]:
    if programme.contract_terms:
        return
    for i, stage in enumerate(programme.stages):
        for j, asked in enumerate(stage.requirements):
            if asked.evidence == CONTRACT_CHECK:
                message = _("A check of contracts needs the programme's “contract_terms”.")
                yield Flaw(("stages", i, "requirements", j, "evidence"), message)
