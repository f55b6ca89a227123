"""The compensation measures of a case, with the forms that begin and end them."""

from __future__ import annotations

from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission
from casework.cases import changes
from casework.followups.rules import MEASURE_OUTCOMES, MeasureOutcome
from casework.followups.tables import Measure
from casework.qualifications.procedure_rules import MEASURE_WORDS
from casework.qualifications.tables import RecognitionProcedure
from casework.recorded import WITHDRAW_REASONS
from checklists.following import MEASURE
from dashboard import addresses, words
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
        record = forms.begin_measure(known.case.id, known.case.version, known.today.isoformat(), known.measure_set)
        status = Badge(Tone.OPEN, _("not begun"))
        facts = _set_by_authority(known, known.measure_set)
        found.append(FollowUpView("measures", _("Compensation measure"), status, facts, record, None, None))
    return tuple(found)


def _set_by_authority(known: KnownCase, row: RecognitionProcedure | None) -> tuple[Fact, ...]:
    """What the authority asked for in the recognition of a diploma, with the way to it."""
    if row is None or row.measure is None:
        return ()
    said = MEASURE_WORDS[row.measure]
    if row.measure_due_on is not None:
        said = _("{what}, until {day}", what=said, day=words.on(row.measure_due_on))
    return (Fact(_("Set by the authority"), said, addresses.case(known.case.id, "qualifications")),)


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
