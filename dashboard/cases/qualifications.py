"""The page of a case's qualifications: what is asked, what is there, what is missing, and the next act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlmodel import Session

from basis.messages import Message, _, _n
from casework.accounts.rules import Permission
from casework.cases import facts as case_facts
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.qualifications import queries
from casework.qualifications.procedure_rules import ProcedureState, deadline
from casework.qualifications.queries import Known
from casework.qualifications.rules import QualificationKind
from checklists.assessment import RequirementState, RequirementStatus, StageStatus, assess
from checklists.facts import CaseFacts
from checklists.gaps import SKILL_WORDS, asked_levels, proven_levels
from checklists.programme import Programme, Requirement, Stage
from checklists.recognition import compared
from dashboard import addresses, words
from dashboard.cases import qualification_views as views
from dashboard.cases import requirements
from dashboard.pages.base import Place
from dashboard.pages.qualifications import AskedView, PartView, QualificationsPage
from dashboard.parts import Badge, Form, Link, Text, Tone
from dashboard.sessions import Visit

PLACES: Final = {
    QualificationKind.DIPLOMA: "diploma",
    QualificationKind.LANGUAGE: "language",
    QualificationKind.ABILITY: "ability",
}
"""The parts of the page, as its addresses name them."""
_TITLES = {
    QualificationKind.DIPLOMA: _("Diploma"),
    QualificationKind.LANGUAGE: _("Language"),
    QualificationKind.ABILITY: _("Professional ability"),
}
_ADD: Final[dict[QualificationKind, tuple[tuple[str, Message], ...]]] = {
    QualificationKind.DIPLOMA: (("diploma", _("Add a diploma")),),
    QualificationKind.LANGUAGE: (("language", _("Record a language test")),),
    QualificationKind.ABILITY: (
        ("trade-test", _("Record a trade test")),
        ("experience", _("Add a letter of an employer")),
    ),
}
_NOTHING = _("Nothing is missing.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement of this case and how it stands."""

    stage: Stage
    requirement: Requirement
    state: RequirementState


def page(visit: Visit, session: Session, case: Case, programme: Programme) -> QualificationsPage:
    """The three parts, as the reader may act on them."""
    known = queries.of_case(session, visit.actor, case.id)
    loaded = case_facts.load(session, [case])[case.id]
    asked = _asked(visit, programme, loaded)
    acts = visit.may(Permission.RECORD_QUALIFICATIONS) and not is_ended(case.life)
    here = views.Here(visit, case, programme, known, acts)
    parts = tuple(
        PartView(
            id=PLACES[kind],
            title=_TITLES[kind],
            asked=tuple(_asked_view(one, loaded) for one in asked if one.requirement.evidence == kind.value),
            next=_next(kind, [one for one in asked if one.requirement.evidence == kind.value], known),
            records=views.RECORDS[kind](here),
            add=_links(case.id, kind) if acts else (),
            forms=_forms(here, kind),
        )
        for kind in QualificationKind
    )
    left = sum(not one.state.status.fulfilled for one in asked)
    return QualificationsPage(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(case.id), case.reference),
        summary=_n(
            "{count} of {all} requirement is open", "{count} of {all} requirements are open", left, all=len(asked)
        )
        if asked
        else _("The programme asks for no qualification in this case."),
        parts=parts,
    )


def _asked(visit: Visit, programme: Programme, loaded: CaseFacts) -> list[Asked]:
    assessment = assess(programme, loaded, visit.today)
    found = []
    for state in assessment.stages:
        stage = programme.stage(state.stage)
        if stage is None or state.status is StageStatus.NOT_ASKED:
            continue
        named = {one.id: one for one in stage.requirements if one.evidence in set(QualificationKind)}
        found += [
            Asked(stage, named[slot.requirement], slot) for slot in state.requirements if slot.requirement in named
        ]
    return found


def _asked_view(one: Asked, loaded: CaseFacts) -> AskedView:
    tone, said = requirements.STATUS[one.state.status]
    return AskedView(
        title=one.requirement.label,
        status=Badge(tone, said),
        why=words.spoken(one.state.why),
        levels=tuple(_levels(one, loaded)),
        source=requirements.source(one.requirement.legal_basis),
    )


def _levels(one: Asked, loaded: CaseFacts) -> Iterable[Badge]:
    """Each level that the programme and the occupation ask for, beside the one that is shown."""
    if one.requirement.evidence != QualificationKind.LANGUAGE:
        return
    occupation = one.stage.recognising.of_occupation(loaded.occupation)
    shown = proven_levels(loaded, one.requirement.subject)
    for way in asked_levels(one.requirement, occupation):
        for level in compared(way, shown):
            skill = SKILL_WORDS[level.skill]
            if level.met is None:
                yield Badge(Tone.IDLE, _("{skill}: {asked} asked, none shown", skill=skill, asked=level.asked))
                continue
            told = _("{skill}: {asked} asked, {shown} shown", skill=skill, asked=level.asked, shown=level.shown)
            yield Badge(Tone.DONE if level.met else Tone.TODAY, told)


def _next(kind: QualificationKind, asked: Sequence[Asked], known: Known) -> Text:
    """The next act of a part in a sentence; "" where nothing is asked."""
    open_ = [one for one in asked if not one.state.status.fulfilled]
    if not open_:
        return _NOTHING if asked else ""
    if any(one.state.status is RequirementStatus.NOT_INDEPENDENT for one in open_):
        return _("Next: somebody else of the office confirms the decision.")
    match kind:
        case QualificationKind.DIPLOMA:
            return _next_of_diploma(known)
        case QualificationKind.LANGUAGE:
            return _("Next: a test of this language with the levels that are asked.")
        case QualificationKind.ABILITY if any(one.verification.value != "confirmed" for one in known.experience):
            return _("Next: have the letters confirmed by their employers, then decide by them.")
    return _("Next: a trade test, or letters of employers.")


def _next_of_diploma(known: Known) -> Message:
    rows = [row for diploma in known.diplomas for row in known.procedures[diploma.id]]
    for row in reversed(rows):
        due = deadline(row.state, row.due_on, row.measure_due_on)
        match row.state:
            case ProcedureState.FILED:
                return _("Next: the papers that the authority misses.")
            case ProcedureState.RUNNING if due is not None:
                return _("Next: the authority decides, by {day}.", day=words.on(due.day))
            case ProcedureState.RUNNING | ProcedureState.APPEALED:
                return _("Next: the authority decides.")
            case ProcedureState.MEASURE if due is not None:
                return _("Next: the compensation measure, by {day}.", day=words.on(due.day))
            case ProcedureState.MEASURE:
                return _("Next: the compensation measure.")
    if rows:
        return _("Next: a compensation measure, a follow-up application, or an appeal.")
    return _("Next: the application for recognition.") if known.diplomas else _("Next: the diploma.")


def _links(case_id: UUID, kind: QualificationKind) -> tuple[Link, ...]:
    return tuple(Link(addresses.case(case_id, "qualifications", part), said) for part, said in _ADD[kind])


def _forms(here: views.Here, kind: QualificationKind) -> tuple[Form, ...]:
    """What concerns a whole part: deciding on the experience by the letters."""
    if kind is not QualificationKind.ABILITY or not here.acts:
        return ()
    return views.counting(here)
