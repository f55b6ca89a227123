"""The follow-ups of a case in words, each with the form that records it or takes the record back."""

from __future__ import annotations

from basis.messages import Message, _
from casework.accounts.rules import Permission
from casework.evidence.tables import EvidenceStatus
from casework.followups import service as followups
from casework.followups.rules import HOW_WORDS, AskedFollowUp, FollowUpState
from casework.followups.tables import FollowUpRow
from casework.recorded import WITHDRAW_REASONS
from checklists.programme import Since
from dashboard import words
from dashboard.cases import assignments, history, measures, wording
from dashboard.cases.known import KnownCase
from dashboard.cases.requirements import source
from dashboard.forms import following as forms
from dashboard.pages.case import FollowUpView, NextStep
from dashboard.parts import Badge, Fact, Link, Option, Tone

_SINCE = {
    Since.DEPARTURE: _("since the departure on {day}"),
    Since.ARRIVAL: _("since the arrival on {day}"),
    Since.COMPLETION: _("since the completion on {day}"),
    Since.END: _("since the end of the assignment on {day}"),
}


def follow_ups(known: KnownCase) -> tuple[FollowUpView, ...]:
    """The assignment, the check-ins that are asked for so far by the day they are due, and the measures."""
    check_ins = [_view(known, one, known.made.get(one.follow_up.id)) for one in known.follow_ups]
    return (*assignments.views(known), *check_ins, *measures.views(known))


def next_step(known: KnownCase) -> NextStep | None:
    """The follow-up that is due first, of those that the reader's role records; None where none is open."""
    for one in known.follow_ups:
        if one.state is FollowUpState.OPEN and followups.may_record(known.visit.role, one.who):
            who = wording.actor(one.who.value, known.visit.role)
            waits = _("It waits for: {who}. It is {due}.", who=who, due=wording.due_sentence(one.due_on, known.today))
            go = Link(f"#{_anchor(one)}", _("Go to it"), primary=True)
            return NextStep(_("Follow up: {what}", what=one.follow_up.label), waits, (go,), one.due_on > known.today)
    return None


def outcome_words(outcome: str) -> str:
    """A programme writes its outcomes as words_with_underscores."""
    return outcome.replace("_", " ")


def _view(known: KnownCase, one: AskedFollowUp, row: FollowUpRow | None) -> FollowUpView:
    may = followups.may_record(known.visit.role, one.who)
    title, number = one.follow_up.label, known.case.version
    record = withdraw = None
    if one.state is FollowUpState.OPEN and may:
        outcomes = tuple(Option(outcome, outcome_words(outcome)) for outcome in one.follow_up.outcomes)
        today = known.today.isoformat()
        record = forms.follow_up(known.case.id, number, one.follow_up.id, title, outcomes, today, reports(known))
    if row is not None and known.visit.may(Permission.EDIT_CASES):
        reasons = tuple(Option(code, said) for code, said in WITHDRAW_REASONS.items())
        withdraw = forms.withdraw_follow_up(known.case.id, number, row.id, title, reasons)
    return FollowUpView(
        id=_anchor(one),
        title=title,
        status=_status(known, one, row),
        facts=_facts(known, one, row),
        record=record,
        withdraw=withdraw,
        source=source(one.follow_up.legal_basis),
    )


def reports(known: KnownCase) -> tuple[Option, ...]:
    """The papers of the case that were handed in after the preparation, and were not rejected."""
    after = known.programme.after_preparation
    kinds = {asked.evidence: asked for stage, asked in known.programme.requirements() if stage.id in after}
    return tuple(
        Option(str(item.id), _("{title}, {day}", title=kinds[item.kind].label, day=words.on(item.recorded_at.date())))
        for item in known.items
        if item.kind in kinds and item.status in (EvidenceStatus.SUBMITTED, EvidenceStatus.ACCEPTED)
    )


def _anchor(one: AskedFollowUp) -> str:
    return f"follow-up-of-{one.follow_up.id}"


def _status(known: KnownCase, one: AskedFollowUp, row: FollowUpRow | None) -> Badge:
    if row is not None and one.state is FollowUpState.DONE:
        return Badge(
            Tone.DONE, outcome_words(row.outcome) if followups.may_read(known.visit.role, one.who) else _("made")
        )
    if one.state is FollowUpState.NOT_NEEDED:
        return Badge(Tone.IDLE, _("not needed any more"))
    return wording.due(one.due_on, known.today)


def _facts(known: KnownCase, one: AskedFollowUp, row: FollowUpRow | None) -> tuple[Fact, ...]:
    facts = [
        Fact(_("Due"), _in_words(one)),
        Fact(_("By"), wording.actor(one.who.value, known.visit.role)),
    ]
    if row is not None:
        facts.append(
            Fact(
                _("Made"), _("{day}, {who}", day=words.on(row.happened_on), who=history.person(known, row.recorded_by))
            )
        )
        if row.how is not None:
            facts.append(Fact(_("How"), HOW_WORDS[row.how]))
        if row.next_on is not None and followups.may_read(known.visit.role, one.who):
            facts.append(Fact(_("Outcome so far"), outcome_words(row.outcome)))
        if row.report_id is not None:
            facts.append(Fact(_("Report"), _("among the papers")))
        if row.id in known.notes:
            facts.append(Fact(_("Note"), known.notes[row.id]))
    return tuple(facts)


def _in_words(one: AskedFollowUp) -> Message:
    if one.again:
        return _("{day}, a next time", day=words.on(one.due_on))
    begun = _SINCE[one.follow_up.since].with_params({"day": words.on(one.since)})
    return _("{day}, counted {since}", day=words.on(one.due_on), since=begun)
