"""From when to when the assignment of a case is, with the forms that record and extend it."""

from __future__ import annotations

from basis.messages import Message, _
from casework.accounts.rules import Permission
from casework.cases.rules import goes_on
from casework.followups.rules import END_WORDS, EXTENSION_REASONS, EndState
from casework.followups.tables import AssignmentEnd
from casework.recorded import WITHDRAW_REASONS
from checklists.programme import AssignmentRule
from dashboard import words
from dashboard.cases import history
from dashboard.cases.known import KnownCase
from dashboard.cases.requirements import source
from dashboard.forms import following as forms
from dashboard.pages.case import FollowUpView
from dashboard.parts import Badge, Fact, Form, Option, Tone


def views(known: KnownCase) -> tuple[FollowUpView, ...]:
    """One view where the track has an assignment that has begun, else none."""
    rule, found = known.programme.assignment(known.case.track), known.assignment
    if rule is None or found is None or found.begins is None:
        return ()
    last = known.ends[-1] if known.ends else None
    status = Badge(Tone.TODAY, _("no end recorded"))
    if found.ends is not None:
        over = found.ends < known.today
        status = Badge(Tone.DONE if over else Tone.OPEN, _("until {day}", day=words.on(found.ends)))
    facts = [Fact(_("Begun"), words.on(found.begins))]
    if found.longest is not None:
        facts.append(Fact(_("At most until"), words.on(found.longest)))
    facts += [Fact(END_WORDS[row.state], _told(known, row)) for row in known.ends]
    going = goes_on(known.case.life)
    waits = last is not None and last.state is EndState.ASKED
    return (
        FollowUpView(
            id="assignment",
            title=_("Assignment"),
            status=status,
            facts=tuple(facts),
            record=_record(known, last) if going and not waits else None,
            withdraw=_withdraw(known, rule, last) if going else None,
            source=source(rule.legal_basis),
            answer=_answer(known, rule, last) if going else None,
        ),
    )


def _told(known: KnownCase, row: AssignmentEnd) -> Message:
    said = _(
        "until {day}, {who}", day=words.on(row.ends_on), who=history.person(known, row.decided_by or row.recorded_by)
    )
    return _("{told} ({why})", told=said, why=EXTENSION_REASONS[row.reason]) if row.reason else said


def _record(known: KnownCase, last: AssignmentEnd | None) -> Form | None:
    if not known.visit.may(Permission.EDIT_CASES) or known.assignment is None:
        return None
    if last is None and known.assignment.ends is None:
        return forms.agree_end(known.case.id, known.case.version)
    return forms.extension(known.case.id, known.case.version)


def _answer(known: KnownCase, rule: AssignmentRule, last: AssignmentEnd | None) -> Form | None:
    asked = last is not None and last.state is EndState.ASKED
    if last is None or not asked or known.visit.role is not rule.extended_by:
        return None
    if last.recorded_by == known.visit.actor.key:
        return None
    return forms.answer_extension(known.case.id, known.case.version, last.id, words.on(last.ends_on))


def _withdraw(known: KnownCase, rule: AssignmentRule, last: AssignmentEnd | None) -> Form | None:
    if last is None or not known.visit.may(Permission.EDIT_CASES):
        return None
    if last.state is EndState.APPROVED and known.visit.role is not rule.extended_by:
        return None
    reasons = tuple(Option(code, said) for code, said in WITHDRAW_REASONS.items())
    return forms.withdraw_end(known.case.id, known.case.version, last.id, reasons)
