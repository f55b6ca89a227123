"""The compensation measures of a case, with the forms that begin and end them."""

from __future__ import annotations

from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission
from casework.cases import changes
from casework.followups.rules import MEASURE_OUTCOMES, MEASURE_WORDS, MeasureOutcome
from casework.followups.tables import Measure
from casework.recorded import WITHDRAW_REASONS
from checklists.following import MEASURE
from dashboard import words
from dashboard.cases.known import KnownCase
from dashboard.forms import following as forms
from dashboard.pages.case import FollowUpView
from dashboard.parts import Badge, Fact, Option, Tone


def views(known: KnownCase) -> tuple[FollowUpView, ...]:
    """Those that were begun, and the form for another one while the case is asked for one."""
    if known.visit.role is Role.AGENCY_USER:
        return ()  # between worker and office, as what came out of a check-in
    open_ = changes.takes(known.case, MEASURE) and known.visit.may(Permission.EDIT_CASES)
    found = [_view(known, row, open_=open_) for row in known.measures]
    if open_ and all(row.outcome not in (None, MeasureOutcome.PASSED) for row in known.measures):
        record = forms.begin_measure(known.case.id, known.case.version, known.today.isoformat())
        status = Badge(Tone.OPEN, _("not begun"))
        found.append(FollowUpView("measures", _("Compensation measure"), status, (), record, None, None))
    return tuple(found)


def _view(known: KnownCase, row: Measure, *, open_: bool) -> FollowUpView:
    case, today = known.case, known.today
    if row.outcome is not None:
        tone = Tone.DONE if row.outcome is MeasureOutcome.PASSED else Tone.TODAY
        status = Badge(tone, MEASURE_OUTCOMES[row.outcome])
    else:
        late = row.planned_until < today
        status = Badge(Tone.LATE if late else Tone.OPEN, _("until {day}", day=words.on(row.planned_until)))
    facts = [Fact(_("Where"), row.place), Fact(_("Begun"), words.on(row.began_on))]
    if row.ended_on is not None:
        facts.append(Fact(_("Ended"), words.on(row.ended_on)))
    reasons = tuple(Option(code, said) for code, said in WITHDRAW_REASONS.items())
    running = row.outcome is None
    return FollowUpView(
        id="measures" if running else f"measure-{row.id}",
        title=MEASURE_WORDS[row.kind],
        status=status,
        facts=tuple(facts),
        record=forms.end_measure(case.id, case.version, row.id, today.isoformat()) if open_ and running else None,
        withdraw=forms.withdraw_measure(case.id, case.version, row.id, reasons) if open_ else None,
        source=None,
    )
