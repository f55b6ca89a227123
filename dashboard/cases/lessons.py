"""What is missing of a language, beside the course that is to close the gap: in words, with the lessons it may take."""

from __future__ import annotations

from basis.messages import _
from casework.accounts.rules import Permission
from casework.training.rules import LANGUAGE
from checklists.gaps import training_needs
from checklists.programme import Requirement
from dashboard import words
from dashboard.cases.known import KnownCase
from dashboard.parts import Text


def lessons(known: KnownCase, requirement: Requirement, why: Text) -> Text:
    """`why`, and the training need, for those who find courses; the estimate is told with its source."""
    if not _is_course(requirement) or not known.visit.may(Permission.ENROL):
        return why
    for need in training_needs(known.programme, known.reading.facts):
        why = _(
            "{why} {language}: {missing}. Lessons: {hours} (an estimate; {source}).",
            why=why,
            language=words.language(need.language),
            missing=need.missing,
            hours=need.hours,
            source=need.basis.label if need.basis else _("as the programme says"),
        )
    return why


def hours(known: KnownCase, requirement: Requirement) -> Text:
    """The lessons alone, for a line of the plan; "" where there is nothing to say."""
    if not _is_course(requirement) or not known.visit.may(Permission.ENROL):
        return ""
    needs = training_needs(known.programme, known.reading.facts)
    return "; ".join(
        str(_("{language} {hours}", language=words.language(one.language), hours=one.hours)) for one in needs
    )


def _is_course(requirement: Requirement) -> bool:
    return requirement.evidence == "training_result" and requirement.subject == LANGUAGE
