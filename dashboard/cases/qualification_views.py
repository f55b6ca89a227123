"""What is recorded of a case's diplomas, languages and abilities, each with what may be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from basis import isco
from basis.messages import Message, _, _n
from casework.cases.tables import Case
from casework.qualifications import abilities, queries
from casework.qualifications.procedure_rules import (
    MEASURE_WORDS,
    STATE_WORDS,
    STEP_WORDS,
    ProcedureState,
    ProcedureStepKind,
    deadline,
    steps_from,
)
from casework.qualifications.queries import Known
from casework.qualifications.rules import (
    ISCED_WORDS,
    OUTCOME_WORDS,
    STATUS_IS_NO_DECISION,
    VERIFICATION_WORDS,
    InstitutionStatus,
    QualificationKind,
    QualificationOutcome,
    Verification,
)
from casework.qualifications.tables import (
    Diploma,
    LanguageTest,
    QualificationDecision,
    RecognitionProcedure,
    RecognitionStep,
    TradeTest,
    WorkExperience,
)
from casework.qualifications.verifying import Document
from checklists.programme import LANGUAGE_SKILLS, Programme
from checklists.recognition import recognised, rule_for
from dashboard import addresses, words
from dashboard.cases import recorded, wording
from dashboard.forms import qualifications as forms
from dashboard.forms.stages import SKILLS
from dashboard.pages.qualifications import RecordView, StepLine
from dashboard.parts import Badge, Fact, Form, Link, Text, Tone
from dashboard.sessions import Visit

_VERIFIED: Mapping[Verification, Tone] = {
    Verification.NO: Tone.IDLE,
    Verification.ASKED: Tone.WAIT,
    Verification.CONFIRMED: Tone.DONE,
    Verification.DENIED: Tone.LATE,
}
_STATES: Mapping[ProcedureState, Tone] = {
    ProcedureState.FILED: Tone.OPEN,
    ProcedureState.RUNNING: Tone.WAIT,
    ProcedureState.MEASURE: Tone.TODAY,
    ProcedureState.APPEALED: Tone.WAIT,
    ProcedureState.TAKEN_BACK: Tone.IDLE,
}
_OUTCOMES: Mapping[QualificationOutcome, Tone] = {
    QualificationOutcome.FULL: Tone.DONE,
    QualificationOutcome.PARTIAL: Tone.TODAY,
    QualificationOutcome.NONE: Tone.TODAY,
    QualificationOutcome.NOT_REQUIRED: Tone.DONE,
}
_INDIVIDUAL = "individual"


@dataclass(frozen=True, slots=True)
class Here:
    """A case as a reader sees it; `acts`: the reader may record now."""

    visit: Visit
    case: Case
    programme: Programme
    known: Known
    acts: bool

    @property
    def today(self) -> date:
        return self.visit.today


def status_of(row: RecognitionProcedure, today: date) -> Badge:
    """Where a recognition stands, or that it is overdue."""
    due = deadline(row.state, row.due_on, row.measure_due_on)
    if due is not None and due.day < today:
        return Badge(Tone.LATE, _n("{count} day overdue", "{count} days overdue", (today - due.day).days))
    if row.state is ProcedureState.DECIDED and row.outcome is not None:
        return Badge(_OUTCOMES[row.outcome], OUTCOME_WORDS[row.outcome])
    if row.state is ProcedureState.RUNNING and due is not None:
        return Badge(Tone.WAIT, _("decision due on {day}", day=words.on(due.day)))
    return Badge(_STATES.get(row.state, Tone.OPEN), STATE_WORDS[row.state])


def counting(here: Here) -> tuple[Form, ...]:
    """The form that decides by the letters, where they show more than was decided."""
    found = abilities.counted(here.programme, here.case, here.known.experience, here.today)
    decided = [row.months or 0 for row in here.known.decisions if row.months is not None]
    return (forms.count(here.case.id, here.case.version),) if found.months > max(decided, default=0) else ()


def _diplomas(here: Here) -> tuple[RecordView, ...]:
    followed = {row.decision_id for rows in here.known.procedures.values() for row in rows}
    alone = [
        _decision(here, row)
        for row in here.known.decisions
        if row.kind is QualificationKind.DIPLOMA and row.id not in followed
    ]
    return (*(_diploma(here, row) for row in here.known.diplomas), *alone)


def _diploma(here: Here, row: Diploma) -> RecordView:
    institution = here.known.institutions[row.institution_id]
    status = institution.status
    of_status: Text = forms.institution_status(status)
    if institution.as_of is not None:
        of_status = _("{status} ({source}, {day})", status=of_status, source=institution.source,
                      day=words.on(institution.as_of))  # fmt: skip
    level = _("{level}: {words}", level=row.isced, words=ISCED_WORDS[row.isced])
    facts: tuple[tuple[Text, Text], ...] = (
        (_("Translated"), row.translated),
        (_("Country"), wording.country(institution.country)),
        (_("Level (ISCED 2011)"), level),
        (_("Field of study"), row.field),
        (_("Year of award"), str(row.awarded)),
        (_("Status of the institution"), of_status),
        (_("Comparison of the degree"), forms.COMPARISONS[row.comparison]),
        *_answers(row.asked_on, row.answered_on),
    )
    return RecordView(
        id=f"diploma-{row.id}",
        title=_("{title}, {institution}", title=row.title, institution=institution.name),
        status=Badge(_VERIFIED[row.verification], VERIFICATION_WORDS[row.verification]),
        facts=_facts(facts),
        notes=_hints(here, row, status),
        forms=_acts_on_diploma(here, row, institution.country) if here.acts else (),
        links=(Link(addresses.institution(institution.id), _("What is known of the institution")),),
        under=tuple(_procedure(here, one) for one in reversed(here.known.procedures[row.id])),
    )


def _hints(here: Here, row: Diploma, status: InstitutionStatus) -> tuple[Text, ...]:
    """What the programme's table proposes; never a decision."""
    found = recognised(here.programme, status.value, row.comparison.value)
    if found is None:
        return (STATUS_IS_NO_DECISION,)
    if found.outcome == _INDIVIDUAL:
        said = _(
            "The programme's table: the authority decides case by case ({source}).", source=found.legal_basis.label
        )
    else:
        outcome = OUTCOME_WORDS[QualificationOutcome(found.outcome)]
        said = _("The programme's table proposes: {outcome} ({source}). The authority decides.", outcome=outcome,
                 source=found.legal_basis.label)  # fmt: skip
    return STATUS_IS_NO_DECISION, said


def _acts_on_diploma(here: Here, row: Diploma, origin: str) -> tuple[Form, ...]:
    case, number, about = here.case.id, here.case.version, row.title
    found = [forms.verify(case, number, Document.DIPLOMA, row.id, about)]
    procedures = here.known.procedures[row.id]
    if all(one.state in (ProcedureState.DECIDED, ProcedureState.TAKEN_BACK) for one in procedures):
        agreements = queries.agreements_for(here.programme, here.case, row, origin, here.today)
        begun = row.verification is not Verification.DENIED
        found += [
            *(
                forms.agreement(case, number, row.id, one.id, one.label)
                for one in agreements
                if begun and one.outcome != _INDIVIDUAL
            ),
            *(
                (forms.application(case, number, row.id, about), forms.decided(case, number, row.id, about))
                if begun
                else ()
            ),
        ]
    if all(one.state is ProcedureState.TAKEN_BACK for one in procedures):
        found += _withdraw(here, "diplomas", row.id, about)
    return tuple(found)


def _procedure(here: Here, row: RecognitionProcedure) -> RecordView:
    measure: Text = ""
    if row.measure is not None:
        measure = MEASURE_WORDS[row.measure]
        if row.measure_months:
            measure = _n("{measure}, {count} month", "{measure}, {count} months", row.measure_months, measure=measure)
    facts: tuple[tuple[Text, Text], ...] = (
        (_("Reference"), row.reference),
        (_("Opened"), words.on(row.opened_on)),
        (_("File complete"), _day(row.complete_on)),
        (_("Decision due"), _day(row.due_on)),
        (_("Decided on"), _day(row.decided_on)),
        (_("Last day to appeal"), _day(row.appeal_until)),
        (_("Compensation measure"), measure),
        (_("To be done by"), _day(row.measure_due_on)),
        (_("Done on"), _day(row.measure_done_on)),
    )
    decision = next((one for one in here.known.decisions if one.id == row.decision_id), None)
    acts: list[Form] = []
    if here.acts:
        case, number = here.case.id, here.case.version
        acts = [
            forms.step(case, number, row.id, kind, row.authority)
            for kind in steps_from(row.state, row.outcome)
            if kind is not ProcedureStepKind.REOPENED
        ]
        if decision is not None:
            acts += [*_second(here, decision), *_withdraw(here, "qualifications", decision.id, row.authority)]
    return RecordView(
        id=f"procedure-{row.id}",
        title=_("Recognition by {authority}", authority=row.authority),
        status=status_of(row, here.today),
        facts=_facts(facts),
        notes=_of_decision(here, decision) if decision else (),
        steps=tuple(_step(one) for one in reversed(here.known.steps[row.id])),
        forms=tuple(acts),
    )


def _step(one: RecognitionStep) -> StepLine:
    what: Message = STEP_WORDS[one.step]
    if one.outcome is not None:
        what = _("{what}: {outcome}", what=what, outcome=OUTCOME_WORDS[one.outcome])
    if one.until is not None:
        what = _("{what}, until {day}", what=what, day=words.on(one.until))
    return StepLine(words.on(one.happened_on), what)


def _of_decision(here: Here, row: QualificationDecision) -> tuple[Text, ...]:
    """By which agreement, and that a second person has confirmed it."""
    agreements = rule_for(here.programme, row.kind.value, here.case.track).agreements
    title = next((one.label for one in agreements if one.id == row.agreement), row.agreement)
    named = (_("By agreement: {title}", title=title),) if row.agreement else ()
    return (*named, *((_("A second person has confirmed it."),) if row.seconded_by else ()))


def _languages(here: Here) -> tuple[RecordView, ...]:
    rows = [row for row in here.known.decisions if row.kind is QualificationKind.LANGUAGE]
    return tuple(_language(here, row, here.known.tests.get(row.id)) for row in reversed(rows))


def _language(here: Here, row: QualificationDecision, test: LanguageTest | None) -> RecordView:
    enough = row.outcome is not QualificationOutcome.NONE
    facts: list[tuple[Text, Text]] = [
        (_("Provider"), test.provider if test else row.authority),
        (_("Tested on"), _day(row.tested_on)),
        *((SKILLS[skill], row.skills[skill]) for skill in LANGUAGE_SKILLS if skill in row.skills),
        (_("Number"), row.reference),
    ]
    acts, notes = [*_second(here, row)], _of_decision(here, row)
    if test is not None:
        facts += [
            (_("Checked"), VERIFICATION_WORDS[test.verification]),
            *_answers(test.asked_on, test.answered_on),
            (_("Printed expiry"), _day(test.expires_on)),
        ]
        if not test.overall_printed:
            notes = (*notes, _("No overall level is printed; the lowest of the four skills counts."))
        if test.expires_on is not None:
            notes = (*notes, _("How old a test may be the programme says, not what is printed."))
        if here.acts:
            acts.append(forms.verify(here.case.id, here.case.version, Document.LANGUAGE_TEST, test.id, row.title))
    return RecordView(
        id=f"language-{row.id}",
        title=_("{language}: {test}", language=words.language(row.subject), test=row.title),
        status=Badge(Tone.DONE if enough else Tone.TODAY, _("level {level}", level=row.level)),
        facts=_facts(tuple(facts)),
        notes=notes,
        forms=(*acts, *(_withdraw(here, "qualifications", row.id, row.title) if here.acts else ())),
    )


def _abilities(here: Here) -> tuple[RecordView, ...]:
    rows = [row for row in here.known.decisions if row.kind is QualificationKind.ABILITY]
    found = abilities.counted(here.programme, here.case, here.known.experience, here.today)
    return (
        *(
            _trade_test(here, row, here.known.trials[row.id]) if row.id in here.known.trials else _decision(here, row)
            for row in reversed(rows)
        ),
        *(_letter(here, row, found) for row in reversed(here.known.experience)),
    )


def _trade_test(here: Here, row: QualificationDecision, test: TradeTest) -> RecordView:
    facts: tuple[tuple[Text, Text], ...] = (
        (_("Test centre"), row.authority),
        (_("Candidate number"), test.candidate),
        (_("Tested on"), words.on(test.tested_on)),
        (_("Theory"), part_of(test.theory_passed, test.theory_points, test.theory_of)),
        (_("Practical part"), part_of(test.practical_passed, test.practical_points, test.practical_of)),
        (_("Valid until"), _day(test.valid_until)),
        (_("Number"), row.reference),
        (_("ESCO"), test.esco),
    )
    again = () if test.passed else (_("A part that failed fails the test: the next attempt takes both parts again."),)
    acts = (*_second(here, row), *_withdraw(here, "qualifications", row.id, row.title)) if here.acts else ()
    return RecordView(
        id=f"trade-test-{test.id}",
        title=_(
            "Trade test, attempt {attempt}: {occupation}",
            attempt=test.attempt,
            occupation=isco.numbered(test.occupation),
        ),
        status=Badge(Tone.DONE, _("passed")) if test.passed else Badge(Tone.TODAY, _("not passed")),
        facts=_facts(facts),
        notes=(*again, *_of_decision(here, row)),
        forms=acts,
    )


def part_of(passed: bool, points: int | None, of: int | None) -> Message:
    """A part of a trade test in words."""
    said = _("passed") if passed else _("not passed")
    return said if points is None else _("{points} of {of}, {said}", points=points, of=of, said=said)


def _letter(here: Here, row: WorkExperience, found: abilities.Counted) -> RecordView:
    facts: tuple[tuple[Text, Text], ...] = (
        (_("Occupation"), isco.numbered(row.occupation)),
        (_("Country"), wording.country(row.country) if row.country else ""),
        (_("From"), words.month(row.since)),
        (_("To"), words.month(row.until)),
        (_("ESCO"), row.esco),
        *_answers(row.asked_on, row.answered_on),
    )
    counts = abilities.counts(row) and row.occupation.startswith(found.occupation)
    note = _("It counts.") if counts else _("It does not count: it is not confirmed, or for another occupation.")
    acts: tuple[Form, ...] = ()
    if here.acts:
        acts = (
            forms.verify(here.case.id, here.case.version, Document.WORK_EXPERIENCE, row.id, row.employer),
            *_withdraw(here, "letters", row.id, row.employer),
        )
    return RecordView(
        id=f"letter-{row.id}",
        title=_("Letter of {employer}", employer=row.employer),
        status=Badge(_VERIFIED[row.verification], VERIFICATION_WORDS[row.verification]),
        facts=_facts(facts),
        notes=(note,),
        forms=acts,
    )


def _decision(here: Here, row: QualificationDecision) -> RecordView:
    """A decision that nothing else here led to: from before, or the months that letters show."""
    facts: tuple[tuple[Text, Text], ...] = (
        (_("Of"), row.title),
        (_("Authority"), row.authority),
        (_("Reference"), row.reference),
        (_("Experience"), _months(row)),
        (_("Tested on"), _day(row.tested_on)),
    )
    acts = (*_second(here, row), *_withdraw(here, "qualifications", row.id, row.title)) if here.acts else ()
    return RecordView(
        id=f"decision-{row.id}",
        title=_("Decided on {day}", day=words.on(row.decided_on)),
        status=Badge(_OUTCOMES[row.outcome], OUTCOME_WORDS[row.outcome]),
        facts=_facts(facts),
        notes=_of_decision(here, row),
        forms=acts,
    )


def _months(row: QualificationDecision) -> Text:
    if row.months is not None:
        return _n("{count} month", "{count} months", row.months)
    return _n("{count} year", "{count} years", row.years) if row.years is not None else ""


def _second(here: Here, row: QualificationDecision) -> tuple[Form, ...]:
    """For somebody else than who recorded it, where a requirement asks for two."""
    asks = any(one.independent for _stage, one in here.programme.asking_for(row.kind.value))
    if not here.acts or not asks or row.seconded_by or row.recorded_by == here.visit.actor.key:
        return ()
    return (forms.second(here.case.id, here.case.version, row.id, row.title),)


def _withdraw(here: Here, kind: str, row_id: UUID, about: Text) -> tuple[Form, ...]:
    form = recorded.withdraw_form(here.visit, here.case, kind, row_id, about)
    return (form,) if form is not None else ()


def _answers(asked_on: date | None, answered_on: date | None) -> tuple[tuple[Text, Text], ...]:
    return (_("Issuer asked on"), _day(asked_on)), (_("Issuer answered on"), _day(answered_on))


def _day(day: date | None) -> Text:
    return words.on(day) if day is not None else ""


def _facts(pairs: tuple[tuple[Text, Text], ...]) -> tuple[Fact, ...]:
    return tuple(Fact(label, value) for label, value in pairs if value)


RECORDS: Final[Mapping[QualificationKind, Callable[[Here], tuple[RecordView, ...]]]] = {
    QualificationKind.DIPLOMA: _diplomas,
    QualificationKind.LANGUAGE: _languages,
    QualificationKind.ABILITY: _abilities,
}
