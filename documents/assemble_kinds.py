"""What each kind of certificate says, from the rows its sign-off stands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from basis import isco
from basis.countries import is_country
from basis.messages import Message, _, _n
from basis.money import Money
from casework.accounts.tables import Account
from casework.cases.tables import Case, LiveSignOff, SignOff
from casework.certificates.tables import Certificate as RegisterRow
from casework.evidence import service as evidence_service
from casework.evidence.tables import EvidenceItem
from casework.loans.tables import Instalment as InstalmentRow
from casework.loans.tables import LoanApproval
from casework.loans.terms import held_to
from casework.medical.rules import MedicalOutcome
from casework.organisations.tables import Organisation
from casework.orientation.tables import OrientationSession
from casework.security.standing import standing_of
from casework.security.tables import WatchList
from casework.travel import queries as journeys
from casework.work import Work
from checklists.programme import Programme, Stage, StageKind
from documents import assemble_following, assemble_papers, assemble_qualifications
from documents import values as v
from documents.assemble_terms import in_two, terms_of
from documents.grounds import Grounds
from documents.languages import Language, country, in_both
from documents.languages import day as written
from documents.money_rows import Instalment, repaid

OUTCOME_WORDS: Mapping[MedicalOutcome, Message] = {
    MedicalOutcome.FIT: _("Fit to travel and to work as: {occupation}"),
    MedicalOutcome.FIT_WITH_FOLLOW_UP: _("Fit to travel and to work, with follow-up, as: {occupation}"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What the certificate is about."""

    case: Case
    programme: Programme
    stage: Stage
    grounds: Grounds
    office: Organisation


@dataclass(frozen=True, slots=True)
class Common:
    """What every kind shows apart from its outcome."""

    head: v.Head
    issuer: v.Issuer
    person: v.Person
    officer: v.Officer
    remarks: tuple[str, ...]
    valid_until: date | None
    second: Language | None

    def shown(self, outcome: Message) -> dict[str, Any]:
        text, second_text = in_both(outcome, self.second)
        return {
            "head": self.head,
            "issuer": self.issuer,
            "person": self.person,
            "officer": self.officer,
            "remarks": self.remarks,
            "outcome": v.Outcome(text, self.valid_until, second_text),
        }


def masked(number: str) -> str:
    """The last three characters of a number behind dots; nothing of a short one."""
    return f"••••• {number[-3:]}" if len(number) > 5 else ("•••••" if number else "")


def documents(work: Work, subject: Subject, common: Common) -> v.Certificate:
    order = {asked.evidence: place for place, asked in enumerate(subject.stage.requirements)}
    contents = tuple(
        v.ContentsItem(
            item=_title(subject, item),
            number_hint=masked(evidence_service.number_of(work.vault, item)),
            issuer=item.issuer,
            issued_on=_day(item, "issued_on"),
            expires_on=_day(item, "expires_on"),
            accepted_on=item.decided_on or subject_day(subject),
            country=str(country(item.country)) if item.country and item.country != item.subject else "",
            issued=assemble_papers.in_part(item, "issued_on"),
            expires=assemble_papers.in_part(item, "expires_on"),
            certified=assemble_papers.certified(item),
        )
        for item in sorted(subject.grounds.evidence, key=lambda item: (order.get(item.kind, len(order)), item.subject))
    )
    settled, second_settled = assemble_papers.settled(work, subject.case, subject.grounds.evidence, common.second)
    return v.DocumentPreparationRecord(
        contents=contents,
        settled=settled,
        second_settled=second_settled,
        **common.shown(_n("{count} document accepted", "All {count} documents accepted", len(contents))),
    )


def security(work: Work, subject: Subject, common: Common) -> v.Certificate:
    screening = subject.grounds.screening
    standing = standing_of(work.session, screening) if screening else None
    police = tuple(
        v.PoliceCertificate(
            country=str(country(item.subject)) if is_country(item.subject) else item.subject,
            issuer=item.issuer,
            issued_on=_day(item, "issued_on") or subject_day(subject),
        )
        for item in subject.grounds.evidence
        if item.kind == "police_certificate"
    )
    return v.SecurityClearance(
        screened_on=standing.screened_on if standing else subject_day(subject),
        lists=_lists(work, standing.lists) if standing else (),
        police_certificates=police,
        **common.shown(_("No objection to travel on grounds of security")),
    )


def _lists(work: Work, named: Sequence[Mapping[str, str]]) -> tuple[v.ScreenedList, ...]:
    """The lists with the publisher's day of the version that was searched, where the publisher gives one. Which lists
    these are does not depend on what was found in them."""
    ids = [UUID(row["id"]) for row in named]
    query = select(WatchList).where(col(WatchList.id).in_(ids), col(WatchList.published_on).is_not(None))
    days = {str(row.id): row.published_on for row in work.session.exec(query)}
    return tuple(
        v.ScreenedList(row["name"], str(written(day)) if (day := days.get(row["id"])) else row["version"])
        for row in named
    )


def qualifications(work: Work, subject: Subject, common: Common) -> v.Certificate:
    decisions = tuple(assemble_qualifications.decided(work, row) for row in subject.grounds.qualifications)
    return v.QualificationStatement(
        decisions=decisions, **common.shown(_("Qualified for: {occupation}", occupation=_occupation(subject.case)))
    )


def training(work: Work, subject: Subject, common: Common) -> v.Certificate:
    courses = tuple(
        v.Course(
            title=row.course,
            provider=row.provider_name,
            hours=row.hours_attended,
            began_on=row.began_on,
            ended_on=row.completed_on,
            result=str(_("passed, level {level}", level=row.level) if row.level else _("passed")),
            held=row.hours_held,
            licence=row.licence_number,
        )
        for row in subject.grounds.training
    )
    return v.TrainingCertificate(
        courses=courses, **common.shown(_n("{count} course passed", "{count} courses passed", len(courses)))
    )


def medical(work: Work, subject: Subject, common: Common) -> v.Certificate:
    examination = subject.grounds.examination
    if examination is None:
        return general(work, subject, common)
    clinic = work.session.get_one(Organisation, examination.clinic_id)
    words = OUTCOME_WORDS[examination.outcome]
    return v.FitnessCertificate(
        clinic=clinic.name,
        accreditation=examination.accreditation,
        physician=examination.physician,
        licence=examination.physician_licence,
        examined_on=examination.examined_on,
        **common.shown(_(words.text, occupation=_occupation(subject.case))),
    )


def orientation(work: Work, subject: Subject, common: Common) -> v.Certificate:
    titles = {module.id: str(module.label) for module in subject.programme.curriculum}
    modules = tuple(
        v.AttendedModule(titles.get(row.module, row.module), row.minutes, row.attended_on)
        for row in subject.grounds.attendance
    )
    minutes = sum(module.minutes for module in modules)
    outcome = _n(
        "{count} module attended, {hours} hours",
        "All {count} modules attended, {hours} hours",
        len(modules),
        hours=_hours(minutes),
    )
    return v.OrientationCertificate(provider=_held_by(work, subject), modules=modules, **common.shown(outcome))


def _held_by(work: Work, subject: Subject) -> str:
    """Who held the sessions, in the order of attendance; what was typed by hand was held by the office."""
    rows = subject.grounds.attendance
    query = (
        select(OrientationSession, Organisation)
        .join(Organisation, col(Organisation.id) == col(OrientationSession.provider_id))
        .where(col(OrientationSession.id).in_({row.session_id for row in rows if row.session_id is not None}))
    )
    names = {session.id: provider.name for session, provider in work.session.exec(query)}
    held = [names[row.session_id] if row.session_id is not None else subject.office.name for row in rows]
    return ", ".join(dict.fromkeys(held)) or subject.office.name


def loan(work: Work, subject: Subject, common: Common) -> v.Certificate:
    row = subject.grounds.loan
    terms = held_to(row, subject.programme) if row is not None else None
    if row is None or terms is None:
        return general(work, subject, common)
    principal = Money(row.principal_minor, row.currency)
    instalments = work.session.exec(
        select(InstalmentRow)
        .where(InstalmentRow.loan_id == row.id, InstalmentRow.plan == 1)
        .order_by(col(InstalmentRow.number))
    )
    officers = work.session.exec(
        select(Account, LoanApproval)
        .join(LoanApproval, col(LoanApproval.officer_id) == col(Account.id))
        .where(LoanApproval.loan_id == row.id, LoanApproval.approved)
        .order_by(col(LoanApproval.recorded_at))
    )
    borrower = v.SignatureLine(common.person.name, str(_("Borrower")), row.signed_on)
    approvers = [
        v.SignatureLine(account.name, str(_("Approving officer")), approval.decided_on)
        for account, approval in officers
    ]
    sentences, second_sentences = in_two(common.second, *terms_of(terms))
    schedule = tuple(
        Instalment(
            each.number,
            each.due_on,
            Money(each.amount_minor + each.interest_minor, row.currency),
            Money(each.interest_minor, row.currency) if row.interest else None,
        )
        for each in instalments
    )
    return v.PromissoryNote(
        lender=subject.office.name,
        principal=principal,
        instalments=schedule,
        terms=sentences,
        second_terms=second_sentences,
        signatures=(borrower, *approvers),
        **common.shown(_("Promise to repay {amount}", amount=str(repaid(principal, schedule)))),
    )


_STEPS = _("The steps below were completed and their evidence is on file with the issuer.")


def general(work: Work, subject: Subject, common: Common) -> v.Certificate:
    facts = []
    for item in subject.grounds.evidence:
        words = [item.issuer] if item.issuer else []
        words += [
            str(_("{name} {day}", name=_DAY_WORDS.get(name, Message(name)), day=written(date.fromisoformat(text))))
            for name, text in item.days.items()
        ]
        facts.append(v.StatedFact(_title(subject, item), ", ".join(words) or str(_("on file"))))
    said, second_said = in_both(_STEPS, common.second)
    return v.GeneralRecord(
        statement=said,
        second_statement=second_said,
        facts=tuple(facts),
        **common.shown(_("Complete: {stage}", stage=subject.stage.label)),
    )


def departure(work: Work, subject: Subject, common: Common) -> v.Certificate:
    row = subject.grounds.itinerary
    case = subject.case
    departs_on = row.departs_on if row else case.planned_departure or subject_day(subject)
    booked = journeys.legs(work.session, [row.id])[row.id] if row else []
    legs = tuple(
        v.Leg(leg.departs_on, leg.origin, leg.destination, f"{leg.carrier} {leg.service_number}") for leg in booked
    )
    return v.DepartureClearance(
        departs_on=departs_on,
        destination=_destination(subject),
        employer=case.employer,
        stages=_finished(work, subject, subject.stage.after),
        itinerary=legs,
        **common.shown(_("Cleared for departure on {day}", day=written(departs_on))),
    )


def _destination(subject: Subject) -> str:
    """The country of work: the case's own where the programme leads to several."""
    codes = [subject.case.destination] if subject.case.destination else subject.programme.destinations
    return ", ".join(str(country(code)) for code in codes)


def followup(work: Work, subject: Subject, common: Common) -> v.Certificate:
    """A record of the steps, as of a general stage; its steps are check-ins, reports and measures."""
    facts = assemble_following.stated(
        work, subject.case, subject.programme, [subject.stage], subject.grounds.evidence, outcomes=True
    )
    said, second_said = in_both(_STEPS, common.second)
    return v.GeneralRecord(
        statement=said,
        second_statement=second_said,
        facts=facts,
        **common.shown(_("Complete: {stage}", stage=subject.stage.label)),
    )


def completion(work: Work, subject: Subject, common: Common) -> v.Certificate:
    """The end of the preparation on a track that stays, or of all that followed it."""
    programme, case, after = subject.programme, subject.case, subject.programme.after_preparation
    if subject.stage.id not in after:
        return v.CompletionCertificate(
            completed_on=subject_day(subject),
            stages=_finished(work, subject, subject.stage.after),
            **common.shown(_("Preparation completed")),
        )
    others = [stage for stage in programme.in_order if stage.id != subject.stage.id and stage.on_track(case.track)]
    later = [stage for stage in others if stage.id in after]
    papers = assemble_following.papers(work, case, later)
    return v.CompletionCertificate(
        completed_on=subject_day(subject),
        stages=_finished(work, subject, [stage.id for stage in others]),
        facts=assemble_following.stated(work, case, programme, later, papers, outcomes=False),
        **common.shown(_("Programme completed")),
    )


KINDS: Mapping[StageKind, Callable[[Work, Subject, Common], v.Certificate]] = {
    StageKind.DOCUMENTS: documents,
    StageKind.SECURITY: security,
    StageKind.QUALIFICATIONS: qualifications,
    StageKind.TRAINING: training,
    StageKind.MEDICAL: medical,
    StageKind.ORIENTATION: orientation,
    StageKind.LOAN: loan,
    StageKind.DEPARTURE: departure,
    StageKind.FOLLOWUP: followup,
    StageKind.COMPLETION: completion,
}

_DAY_WORDS: Mapping[str, Message] = {
    "issued_on": _("issued on"),
    "expires_on": _("valid until"),
    "valid_from": _("valid from"),
    "decided_on": _("decided on"),
    "lodged_on": _("lodged on"),
    "appointment_on": _("appointment on"),
}


def subject_day(subject: Subject) -> date:
    """The day of the case that stands in where a row has none."""
    return subject.case.assessed_on or subject.case.registered_on


def _finished(work: Work, subject: Subject, stages: Sequence[str]) -> tuple[v.FinishedStage, ...]:
    """These stages, which it stands on: the certificate of each, or why there is none."""
    query = (
        select(SignOff, RegisterRow)
        .join(LiveSignOff, col(LiveSignOff.sign_off_id) == col(SignOff.id))
        .outerjoin(RegisterRow, col(RegisterRow.sign_off_id) == col(SignOff.id))
        .where(SignOff.case_id == subject.case.id)
    )
    signed = {sign_off.stage: (sign_off, row) for sign_off, row in work.session.exec(query)}
    finished = []
    for stage_id in stages:
        stage = subject.programme.stage(stage_id)
        title = str(stage.label) if stage else stage_id
        if stage_id not in signed:
            finished.append(v.FinishedStage(title, "", None, note=str(_("not asked"))))
            continue
        sign_off, found = signed[stage_id]
        row: RegisterRow | None = found
        finished.append(
            v.FinishedStage(
                title, row.number if row else "", row.issued_on if row else sign_off.signed_on, sign_off.holds_until
            )
        )
    return tuple(finished)


def _title(subject: Subject, item: EvidenceItem) -> str:
    asking = subject.programme.asking_for(item.kind)
    title = str(asking[0][1].label) if asking else item.kind
    if item.subject and is_country(item.subject):
        return f"{title} ({country(item.subject)})"
    return title


def _day(item: EvidenceItem, name: str) -> date | None:
    return date.fromisoformat(item.days[name]) if name in item.days else None


def _occupation(case: Case) -> str:
    return isco.in_words(case.occupation, case.job_title)


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.1f}".removesuffix(".0")
