"""Waivers, conditions, interim permissions, decisions against the worker and appeals, on the page of their case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import Permission
from casework.cases.moving import led_here
from casework.cases.rules import CaseLife, is_ended, moves_from
from casework.concessions import rules as concession_rules
from casework.concessions.rules import ConcessionState
from casework.concessions.tables import Concession
from casework.decisions import rules as decision_rules
from casework.decisions.rules import AppealOutcome, Appellant, DecisionEnd, DecisionKind
from casework.decisions.tables import AdverseDecision, Appeal
from dashboard import addresses, words
from dashboard.cases import conceding, history, stages
from dashboard.cases.known import KnownCase
from dashboard.pages.case import RulingView
from dashboard.parts import Badge, Fact, Link, Tone

ENDINGS = frozenset({CaseLife.REFUSED, CaseLife.INELIGIBLE})
"""Lives that a case enters only with a letter; they have a form of their own."""
DECISIONS: Mapping[DecisionKind, Message] = {
    DecisionKind.REFUSED: _("Case refused"),
    DecisionKind.INELIGIBLE: _("Not eligible"),
    DecisionKind.CONCESSION_REFUSED: _("Waiver or condition refused"),
    DecisionKind.MEDICAL: _("Medical requirements not met"),
    DecisionKind.SECURITY: _("Security requirements not met"),
    DecisionKind.STAGE_NOT_PASSED: _("Stage not passed"),
}
APPELLANTS: Mapping[Appellant, Message] = {
    Appellant.WORKER: _("the worker"),
    Appellant.REPRESENTATIVE: _("somebody who represents the worker"),
    Appellant.AGENCY: _("the agency, for the worker"),
}
OUTCOMES: Mapping[AppealOutcome, Message] = {
    AppealOutcome.UPHELD: _("the decision stands"),
    AppealOutcome.OVERTURNED: _("the decision is overturned"),
    AppealOutcome.WITHDRAWN: _("the appeal was taken back"),
}


def rulings(known: KnownCase) -> tuple[RulingView, ...]:
    """Concessions and decisions, the last one first. An agency learns of none: their reasons are the worker's own."""
    if known.visit.role is Role.AGENCY_USER:
        return ()
    ends = {waiver.id: waiver.ends_on for waiver in known.conceded}
    found = [(row.recorded_at, _concession(known, row, ends)) for row in known.concessions]
    found += [(row.recorded_at, _decision(known, row)) for row in known.decisions]
    return tuple(view for _moment, view in sorted(found, key=lambda pair: pair[0], reverse=True))


def acts(known: KnownCase) -> tuple[Link, ...]:
    """The links of the case as a whole."""
    visit, case = known.visit, known.case
    last = led_here(case, known.moves)
    came_from = last.from_life if last is not None else None
    links = []
    if visit.may(Permission.MOVE_CASES) and ENDINGS & moves_from(case.life, visit.role, came_from).keys():
        links.append(Link(addresses.case(case.id, "refusal"), _("Refuse the case, with a letter to the worker")))
    may_record = any(decision_rules.may_record(kind, visit.role) for kind in DecisionKind)
    if may_record and not is_ended(case.life):
        links.append(Link(addresses.case(case.id, "decisions", "new"), _("Record a decision against the worker")))
    return tuple(links)


def standing_of(row: AdverseDecision, appeals: tuple[Appeal, ...]) -> Badge:
    """How a decision stands, in words."""
    if row.end is DecisionEnd.OVERTURNED:
        return Badge(Tone.DONE, _("overturned"))
    if row.end is DecisionEnd.RECORDED_IN_ERROR:
        return Badge(Tone.IDLE, _("was recorded in error"))
    if any(appeal.outcome is None for appeal in appeals):
        return Badge(Tone.OPEN, _("an appeal waits for its answer"))
    if any(appeal.outcome is AppealOutcome.UPHELD for appeal in appeals):
        return Badge(Tone.IDLE, _("stands, after an appeal"))
    return Badge(Tone.TODAY, _("stands"))


def _concession(known: KnownCase, row: Concession, ends: Mapping[str, date | None]) -> RulingView:
    waiver = f"waiver:{row.id}"
    facts = [
        Fact(_("Asked for"), _("{day}, {who}", day=words.on(row.asked_on), who=history.person(known, row.asked_by))),
        Fact(_("Authority"), concession_rules.authority_words(row.authority)),
    ]
    told = known.reasons.get(row.id)
    if told:
        facts.append(Fact(_("Asked because"), told.asked))
    if row.decided_on is not None:
        who = history.person(known, row.decided_by)
        facts.append(Fact(_("Answered"), _("{day}, {who}", day=words.on(row.decided_on), who=who)))
        facts.append(Fact(_("Reference"), row.reference))
        if told and told.decided:
            facts.append(Fact(_("Reason"), told.decided))
        if row.state is ConcessionState.GIVEN:
            facts.append(Fact(_("Ends"), conceding.end_of(known.programme, row)))
    return RulingView(
        id=f"waiver-{row.id}",
        title=conceding.title_of(known.programme, row),
        status=conceding.status_of(row, ends.get(waiver, row.ends_on), known.today),
        facts=tuple(facts),
        letter=None,
        acts=_concession_acts(known, row),
    )


def _concession_acts(known: KnownCase, row: Concession) -> tuple[Link, ...]:
    found = known.programme.requirement(row.requirement)
    if found is None or known.is_over(found[0].id):
        return ()
    about = _("of: {title}", title=conceding.title_of(known.programme, row))
    place = addresses.case(known.case.id, "waivers", row.id)
    links = []
    if row.state is ConcessionState.REQUESTED and conceding.may_answer(known, row):
        links.append(Link(place, _("Answer"), about))
    asked_back = row.state is ConcessionState.REQUESTED and known.visit.may(Permission.EDIT_CASES)
    given_back = row.state is ConcessionState.GIVEN and concession_rules.may_decide(row.authority, known.visit.role)
    if asked_back or given_back:
        links.append(Link(f"{place}/withdraw", _("Take it back"), about))
    return tuple(links)


def _decision(known: KnownCase, row: AdverseDecision) -> RulingView:
    appeals = tuple(appeal for appeal in known.appeals if appeal.decision_id == row.id)
    facts = [
        Fact(_("Decided"), _("{day}, {who}", day=words.on(row.decided_on), who=history.person(known, row.decided_by))),
        Fact(_("Authority"), row.authority),
        Fact(_("Reason in the letter"), decision_rules.REASONS[row.reason]),
        Fact(_("Appeal to"), row.appeal_to),
        Fact(_("Last day to appeal"), words.on(row.appeal_until)),
    ]
    for appeal in appeals:
        came = _("{day}, {who}", day=words.on(appeal.lodged_on), who=APPELLANTS[appeal.lodged_by])
        facts.append(Fact(_("Appeal, came late") if appeal.late else _("Appeal"), came))
        if appeal.outcome is not None and appeal.decided_on is not None:
            said = _("{day}: {outcome}", day=words.on(appeal.decided_on), outcome=OUTCOMES[appeal.outcome])
            facts.append(Fact(_("Answer"), said))
    letter = known.letter_of(row.id)
    return RulingView(
        id=f"decision-{row.id}",
        title=DECISIONS[row.kind],
        status=standing_of(row, appeals),
        facts=tuple(facts),
        letter=stages.certificate_link(known, letter) if letter else None,
        acts=_decision_acts(known, row, appeals),
    )


def _decision_acts(known: KnownCase, row: AdverseDecision, appeals: tuple[Appeal, ...]) -> tuple[Link, ...]:
    visit, case = known.visit, known.case
    links = []
    over = any(appeal.outcome in (None, AppealOutcome.UPHELD) for appeal in appeals)
    if row.end is None and not over and visit.may(Permission.EDIT_CASES):
        about = _("against: {what}", what=DECISIONS[row.kind])
        links.append(Link(addresses.case(case.id, "decisions", row.id, "appeal"), _("Take in an appeal"), about))
    links += [
        Link(_place(case.id, appeal.id), _("Open the appeal of {day}", day=words.on(appeal.lodged_on)))
        for appeal in appeals
        if visit.may(Permission.SEE_APPEALS) or (appeal.outcome is None and visit.may(Permission.EDIT_CASES))
    ]
    return tuple(links)


def _place(case_id: UUID, appeal_id: UUID) -> str:
    return addresses.case(case_id, "appeals", appeal_id)
