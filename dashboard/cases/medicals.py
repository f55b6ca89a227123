"""The medical page of a case: examinations with their versions, opinions, vaccinations, care, the check to travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from basis.messages import Message, _
from casework.accounts.rules import Permission, require
from casework.cases import changes, queries
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.decisions.rules import DecisionKind, may_record
from casework.medical import care, opinions, service
from casework.medical.care import CareGiven, Dose
from casework.medical.opinions import OpenedOpinion
from casework.medical.rules import PART_WORDS, Counting, MedicalOutcome, examined_by, fit_to_fly_days
from casework.medical.service import MedicalDetail
from casework.medical.tables import Care, CareKind, FitToFly, MedicalExamination
from casework.work import Work
from checklists.programme import ExaminationPart, ExaminationRule, Programme
from dashboard import addresses, words
from dashboard.cases import recorded, wording
from dashboard.cases.portraits import portrait
from dashboard.forms import examinations as forms
from dashboard.forms.case import Options
from dashboard.pages.base import Place
from dashboard.pages.case import EvidenceView
from dashboard.pages.medical import MedicalPage, MedicalPart
from dashboard.parts import Badge, Fact, Link, Text, Tone
from dashboard.sessions import Visit

_TONES = {
    MedicalOutcome.FIT: Tone.DONE,
    MedicalOutcome.FIT_WITH_FOLLOW_UP: Tone.DONE,
    MedicalOutcome.PENDING: Tone.WAIT,
}
_CARE: Mapping[CareKind, Message] = {
    CareKind.REFERRAL: _("Referred for treatment"),
    CareKind.COUNSELLING: _("Counselling"),
    CareKind.HAND_OVER: _("Follow-up handed over"),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything that is sealed about the health of one worker, and the clinics by their ids."""

    examinations: list[MedicalDetail]
    opinions: list[OpenedOpinion]
    care: CareGiven
    clinics: Mapping[UUID, str]


def opened(work: Work, case_id: UUID) -> Opened:
    """Open it all; each row leaves an event."""
    require(work.actor.role, Permission.SEE_MEDICAL)
    case = changes.find(work.session, work.actor, case_id)
    rows = service.of_case(work.session, work.actor, case_id)
    asked = opinions.opened(work, case)
    clinics = {row.clinic_id for row in rows} | {one.row.clinic_id for one in asked}
    return Opened(
        [service.detail(work, row.id) for row in rows],
        asked,
        care.opened(work, case),
        queries.organisation_names(work.session, clinics),
    )


def rule_of(programme: Programme, case: Case) -> ExaminationRule:
    """How the worker of this case is examined; the defaults where the programme asks for no examination."""
    found = examined_by(programme, case.track)
    return found.rule if found else ExaminationRule()


def page(visit: Visit, case: Case, programme: Programme, known: Opened, clinics: Options) -> MedicalPage:
    """The page; `clinics` are those that can be chosen for a new examination."""
    rule, going = rule_of(programme, case), not is_ended(case.life)
    return MedicalPage(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(case.id), case.reference),
        heading=_("Medical"),
        lead=_("For the medical role alone. Others learn the outcome in a word, or only whether it is met."),
        facts=_facts(case, programme, rule),
        portrait=portrait(visit, case),
        parts=tuple(_parts(visit, case, programme, known, going=going)),
        links=tuple(_links(visit, case, going=going)),
        form=forms.submit(case.id, case.version, clinics, rule) if going else None,
    )


def _links(visit: Visit, case: Case, *, going: bool) -> list[Link]:
    links = [Link(addresses.case(case.id, "medical", "readings"), _("Who read medical details"))]
    if going and may_record(DecisionKind.MEDICAL, visit.role):
        links.append(Link(addresses.case(case.id, "decisions", "new"), _("Record a decision, with how to appeal")))
    return links


def _facts(case: Case, programme: Programme, rule: ExaminationRule) -> tuple[Fact, ...]:
    facts = [Fact(_("Departure"), wording.departure(case, programme))]
    if rule.parts:
        facts.append(Fact(_("Parts"), ", ".join(str(PART_WORDS[part]) for part in rule.parts)))
    if rule.vaccinations:
        facts.append(Fact(_("Vaccinations"), ", ".join(str(forms.vaccine(code)) for code in rule.vaccinations)))
    if rule.never_asked:
        facts.append(Fact(_("Never asked"), forms.never(rule)))
        if rule.legal_basis is not None:
            facts.append(Fact(_("By"), rule.legal_basis.label))
    if rule.fit_to_fly_days is not None:
        facts.append(Fact(_("Check before the journey"), _("at most {days} days before", days=rule.fit_to_fly_days)))
    return tuple(facts)


def _parts(visit: Visit, case: Case, programme: Programme, known: Opened, *, going: bool) -> list[MedicalPart]:
    def act(text: Message, *path: object) -> Link | None:
        return Link(addresses.case(case.id, "medical", *path), text) if going else None

    parts = [
        MedicalPart(
            "examinations",
            _("Examinations"),
            tuple(examination(visit, case, programme, known, one) for one in reversed(known.examinations)),
            None,
            _("None was recorded."),
        ),
        MedicalPart(
            "opinions",
            _("Second opinions"),
            tuple(_opinion(visit, case, known, one) for one in reversed(known.opinions)),
            None,
            _("None was asked for."),
        ),
        MedicalPart(
            "vaccinations",
            _("Vaccinations"),
            tuple(_dose(visit, case, dose) for dose in reversed(known.care.doses)),
            act(_("Record a vaccination"), "vaccination"),
            _("None was recorded."),
        ),
        MedicalPart(
            "care",
            _("Referral, counselling, hand-over"),
            tuple(_care(visit, case, row, detail) for row, detail in reversed(known.care.care)),
            act(_("Record what was offered"), "care"),
            _("Nothing was recorded."),
        ),
    ]
    if fit_to_fly_days(programme, case.track) is not None or known.care.checks:
        rows = tuple(_check(visit, case, row, note) for row, note in reversed(known.care.checks))
        parts.append(
            MedicalPart(
                "fit-to-fly",
                _("Check before the journey"),
                rows,
                act(_("Record the check"), "fit-to-fly"),
                _("It was not made yet; without it the departure is not cleared."),
            )
        )
    return parts


def examination(visit: Visit, case: Case, programme: Programme, known: Opened, given: MedicalDetail) -> EvidenceView:
    """One version of an examination with its detail."""
    row = given.examination
    codes = {one.code: one.label for one in rule_of(programme, case).shortened_by}
    parts = (
        _("{part} on {day}", part=PART_WORDS[ExaminationPart(name)], day=_day(day)) for name, day in row.parts.items()
    )
    facts: tuple[tuple[Text, Text], ...] = (
        (_("Clinic"), known.clinics.get(row.clinic_id, "")),
        (_("Accreditation"), row.accreditation or _("none on that day")),
        (_("Physician"), row.physician),
        (_("Parts"), ", ".join(str(part) for part in parts)),
        (_("Chest X-ray on"), words.on(row.xray_on) if row.xray_on and not row.parts else ""),
        (_("Identity"), _("checked") if row.identity_checked else _("not checked")),
        (_("Expected until"), words.on(row.until) if row.until else ""),
        (_("Review on"), words.on(row.review_on) if row.review_on else ""),
        (_("Shortened by"), codes.get(given.result_code, given.result_code)),
        (_("Good until"), words.on(row.good_until) if row.good_until else ""),
        (_("Medical detail"), given.detail),
        (_("Version"), str(row.number) if row.number > 1 else ""),
        (_("Amended because"), given.amend_reason),
    )
    title = _("Examined on {day}", day=words.on(row.examined_on))
    current = row.withdrawn_on is None and not is_ended(case.life)
    return EvidenceView(
        title=title,
        status=_standing(known, row),
        facts=tuple(Fact(label, value) for label, value in facts if value),
        reject=recorded.withdraw_form(visit, case, "medical", row.id, title) if current else None,
        more=_acts(case, known, row, title) if current else (),
    )


def without_acts(shown: EvidenceView) -> EvidenceView:
    """The same, to be read alone."""
    return replace(shown, reject=None, more=())


def _standing(known: Opened, row: MedicalExamination) -> Badge:
    outcome = forms.OUTCOMES[row.outcome.value]
    if row.withdrawn_on is not None:
        amended = any(
            one.examination.root == row.root and one.examination.number > row.number for one in known.examinations
        )
        said = _("{outcome}; amended", outcome=outcome) if amended else _("{outcome}; withdrawn", outcome=outcome)
        return Badge(Tone.IDLE, said)
    if row.counting is Counting.SET_ASIDE:
        return Badge(Tone.IDLE, _("{outcome}; the other opinion counts", outcome=outcome))
    if row.counting is Counting.WAITS:
        return Badge(Tone.OPEN, _("{outcome}; second opinion, to be weighed", outcome=outcome))
    return Badge(_TONES.get(row.outcome, Tone.TODAY), outcome)


def _acts(case: Case, known: Opened, row: MedicalExamination, title: Message) -> tuple[Link, ...]:
    about = _("of: {title}", title=title)
    links = [Link(addresses.case(case.id, "medical", row.id, "amend"), _("Amend"), about)]
    if all(one.row.counts is not None for one in known.opinions) and row.counting is Counting.COUNTS:
        links.append(Link(addresses.case(case.id, "medical", row.id, "opinion"), _("Ask for a second opinion"), about))
    return tuple(links)


def _opinion(visit: Visit, case: Case, known: Opened, given: OpenedOpinion) -> EvidenceView:
    row, going = given.row, not is_ended(case.life)
    title = _(
        "Asked on {day}: {clinic}",
        day=words.on(visit.database.day_of(row.recorded_at)),
        clinic=known.clinics[row.clinic_id],
    )
    more: tuple[Link, ...] = ()
    if row.counts is not None:
        status = Badge(
            Tone.DONE, _("the second opinion counts") if row.counts == row.second else _("the first one counts")
        )
    elif row.second is not None:
        status = Badge(Tone.OPEN, _("both are there; say which one counts"))
        more = (
            (Link(addresses.case(case.id, "medical", "opinions", row.id), _("Say which one counts")),) if going else ()
        )
    else:
        status = Badge(Tone.WAIT, _("waits for the clinic"))
    facts = ((_("Asked because"), given.reason), (_("Decided because"), given.decision))
    waits = row.second is None and going
    return EvidenceView(
        title=title,
        status=status,
        facts=tuple(Fact(label, value) for label, value in facts if value),
        reject=recorded.withdraw_form(visit, case, "opinion", row.id, title) if waits else None,
        more=more,
    )


def _dose(visit: Visit, case: Case, dose: Dose) -> EvidenceView:
    title = _("{vaccine}, dose {dose}", vaccine=forms.vaccine(dose.vaccine), dose=dose.dose)
    due = dose.next_due
    late = due is not None and due < visit.today
    facts = (Fact(_("Next dose due on"), words.on(due)),) if due is not None else ()
    status = (
        Badge(Tone.TODAY, _("next dose overdue"))
        if late
        else Badge(Tone.DONE, _("given on {day}", day=words.on(dose.given_on)))
    )
    return EvidenceView(
        title, status, facts, reject=recorded.withdraw_form(visit, case, "vaccination", dose.row.id, title)
    )


def _care(visit: Visit, case: Case, row: Care, detail: str) -> EvidenceView:
    title = _("{what}, {day}", what=_CARE[row.kind], day=words.on(row.happened_on))
    status = Badge(Tone.DONE, _("taken up")) if row.given else Badge(Tone.IDLE, _("offered, not taken up"))
    if row.consent_ended_on is not None:
        status = Badge(Tone.TODAY, _("consent taken back on {day}", day=words.on(row.consent_ended_on)))
    facts = [Fact(_("To whom, or what about"), detail)] if detail else []
    more: tuple[Link, ...] = ()
    if row.consented_on is not None:
        facts.append(Fact(_("Consented on"), words.on(row.consented_on)))
        if row.consent_ended_on is None:
            place = addresses.case(case.id, "medical", "care", row.id, "consent")
            more = (Link(place, _("The consent was taken back"), _("of: {title}", title=title)),)
    reject = recorded.withdraw_form(visit, case, "care", row.id, title)
    return EvidenceView(title, status, tuple(facts), reject=reject, more=more)


def _check(visit: Visit, case: Case, row: FitToFly, note: str) -> EvidenceView:
    title = _("Checked on {day}", day=words.on(row.checked_on))
    status = Badge(Tone.DONE, _("fit to travel")) if row.fit else Badge(Tone.LATE, _("not fit to travel"))
    facts = ((_("Physician"), row.physician), (_("Note"), note))
    return EvidenceView(
        title,
        status,
        tuple(Fact(label, value) for label, value in facts if value),
        reject=recorded.withdraw_form(visit, case, "fit-to-fly", row.id, title),
    )


def _day(text: str) -> Text:
    return words.on(date.fromisoformat(text))
