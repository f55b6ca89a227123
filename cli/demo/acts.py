"""The single acts of the demo's people, one stage at a time. Each is one transaction of one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from uuid import UUID

from sqlmodel import col, select

from basis.money import Money
from basis.roles import Role
from casework.cases import matches
from casework.cases.tables import Case
from casework.evidence import service as evidence
from casework.evidence.service import AddEvidence
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.loans import disbursing, queries, signing
from casework.loans import service as loans
from casework.loans.disbursing import Disburse
from casework.loans.life import LoanState
from casework.loans.rules import sign_from
from casework.loans.service import AskLoan, AssessLoan
from casework.loans.signing import AddParty, ExplainTerms, SignNote
from casework.loans.tables import Loan, PaidTo, PartyKind
from casework.medical import service as medical
from casework.medical.rules import MedicalOutcome
from casework.medical.service import RecordMedical
from casework.orientation import service as orientation
from casework.orientation.service import Attendance, AttendedModule
from casework.qualifications import service as qualifications
from casework.qualifications.service import DecideQualification
from casework.qualifications.tables import QualificationKind, QualificationOutcome
from casework.security.adjudicating import Answer, Proposal
from casework.security.rules import HitState, Verdict
from casework.security.tables import Hit, Screening
from casework.training import service as training
from casework.training.rules import LANGUAGE
from casework.training.service import RecordTraining
from casework.travel import service as travel
from casework.travel.service import BookItinerary
from casework.work import Work
from casework.workers import service as workers
from casework.workers.service import Claims, WorkerData
from checklists.assessment import RequirementState, RequirementStatus, StageState
from checklists.programme import CEFR, LANGUAGE_SKILLS, LoanTerms, Programme, Provider, Requirement, Stage
from cli.demo import outside, pictures, promises, synthetic
from cli.demo.people import CLINIC, PROVIDER, VERIFIERS, Cast
from documents.installation import Installation

_TO_BRING = (
    RequirementStatus.MISSING,
    RequirementStatus.REJECTED,
    RequirementStatus.LAPSED,
    RequirementStatus.TOO_SHORT,
)
_CYRILLIC = str.maketrans(
    "abcdefghijklmnopqrstuvxyzëçABCDEFGHIJKLMNOPQRSTUVXYZËÇ", "абцдефгхијклмнопќрстувџизэчАБЦДЕФГХИЈКЛМНОПЌРСТУВЏИЗЭЧ"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A stage of a case that is open, and the kinds of evidence that an act is about (empty: all)."""

    installation: Installation
    cast: Cast
    case: Case
    programme: Programme
    stage: Stage
    state: StageState
    kinds: frozenset[str] = frozenset()

    @property
    def today(self) -> date:
        return self.installation.database.today()

    @property
    def job(self) -> dict[str, str]:
        """Employer, carrier and the like of the programme's demo."""
        return synthetic.setting(self.programme)

    def slots(self, *statuses: RequirementStatus) -> list[tuple[RequirementState, Requirement]]:
        """The open slots with these statuses, each with its requirement."""
        by_id = {requirement.id: requirement for requirement in self.stage.requirements}
        found = [(slot, by_id[slot.requirement]) for slot in self.state.requirements if slot.status in statuses]
        return [pair for pair in found if not self.kinds or pair[1].evidence in self.kinds]


def days(count: int) -> timedelta:
    return timedelta(days=count)


def in_cyrillic(name: str) -> str:
    """A name letter by letter in Cyrillic, as a second script for the demo; no official transliteration."""
    return name.translate(_CYRILLIC)


def play_stage(scene: Scene, more: Mapping[str, Callable[[Scene], bool]] = MappingProxyType({})) -> bool:
    """The next act in an open stage: what needs a form of its own first, then the papers. `more`: acts by evidence
    beside those of the preparation."""
    own = {**_ACTS, **more}
    by_act: dict[Callable[[Scene], bool], set[str]] = {}
    for requirement in scene.stage.requirements:
        by_act.setdefault(own.get(requirement.evidence, hand_in_papers), set()).add(requirement.evidence)
    return any(act(replace(scene, kinds=frozenset(kinds))) for act, kinds in by_act.items())


def hand_in_papers(scene: Scene) -> bool:
    """A caseworker hands in what is missing; somebody else of the role that verifies accepts what was handed in."""
    missing = scene.slots(*_TO_BRING)
    if missing:
        scene.installation.database.run(scene.cast["arta"], _hand_in, scene, missing)
        return True
    submitted = scene.slots(RequirementStatus.SUBMITTED)
    roles = dict.fromkeys(requirement.verified_by for _slot, requirement in submitted)
    run, cast = scene.installation.database.run, scene.cast
    return any(run(cast[VERIFIERS[role]], _accept_all, scene, role) for role in roles)


def decide_qualifications(scene: Scene) -> bool:
    """Diploma, language and ability, decided on what the worker has shown."""
    with scene.installation.database.read() as session:
        vault = scene.installation.database.vault(session)
        claims = workers.get(session, vault, scene.case.worker_id).data.claims
    missing = scene.slots(RequirementStatus.MISSING, RequirementStatus.LAPSED, RequirementStatus.TOO_SHORT)
    commands = [_decision(scene, requirement, claims) for _slot, requirement in missing]
    if commands:
        scene.installation.database.run(scene.cast["arta"], _decide, commands)
    return bool(commands)


def train(scene: Scene) -> bool:
    """The course that the gap asks for: the provider's own where one is held, else its result alone."""
    missing = scene.slots(RequirementStatus.MISSING)
    for _slot, requirement in missing:
        if requirement.subject != LANGUAGE or not outside.train(scene.installation, scene.cast, scene.case):
            scene.installation.database.run(scene.cast["arta"], training.record_result, _course(scene, requirement))
    return bool(missing)


def examine(scene: Scene) -> bool:
    """The clinic examines one worker at an appointment; of the others the medical officer records the outcome."""
    if not scene.slots(*_TO_BRING):
        return False
    if outside.examine(scene.installation, scene.cast, scene.case):
        return True
    command = RecordMedical(
        case_id=scene.case.id,
        clinic_id=scene.cast.organisations[CLINIC].id,
        physician="Dr. Rina Osmani",
        physician_licence="4471",
        identity_checked=True,
        examined_on=scene.today - days(8),
        xray_on=scene.today - days(8),
        outcome=MedicalOutcome.FIT,
        detail="Blood pressure 125/80. Hearing and sight without findings. (Synthetic.)",
    )
    scene.installation.database.run(scene.cast["teuta"], medical.record, command)
    return True


def attend(scene: Scene) -> bool:
    """Three days of orientation, every module."""
    missing = scene.slots(RequirementStatus.MISSING)
    if not missing:
        return False
    minutes = {module.id: module.minutes for module in scene.programme.curriculum}
    command = Attendance(
        case_ids=(scene.case.id,),
        modules=tuple(AttendedModule(module=slot.subject, minutes=minutes[slot.subject]) for slot, _asked in missing),
        trainer="Edona Zeka",
        identity_checked=True,
        attended_on=scene.today - days(4),
    )
    scene.installation.database.run(scene.cast["besnik"], orientation.attend, command, frozenset(minutes))
    return True


def lend(scene: Scene) -> bool:
    """Asked by a caseworker, assessed by one officer and approved by another, the terms explained, the note signed with
    all who must, paid out by the first officer."""
    terms, database, case = scene.programme.loan, scene.installation.database, scene.case
    if terms is None or case.loan_asked_minor is None:
        return False
    catalogue, arta = scene.installation.catalogue, scene.cast["arta"]
    with database.read() as session:
        live = [loan for loan in queries.of_case(session, arta, case.id) if loan.state is not LoanState.DECLINED]
    loan = live[-1] if live else None
    if loan is None:
        command = AskLoan(
            case_id=case.id,
            purposes={terms.purposes[0]: case.loan_asked_minor},
            currency=case.loan_currency,
            asked_on=scene.today - days(5),
        )
        database.run(arta, loans.ask, catalogue, command)
    elif loan.state is LoanState.REQUESTED:
        wage = Money(loan.principal_minor * 2, loan.currency)
        looked = AssessLoan(loan_id=loan.id, looked_at="Contract, household, other debts", wage=wage)
        database.run(scene.cast["ilir"], loans.assess, catalogue, looked)
    elif loan.state is LoanState.ASSESSED:
        database.run(scene.cast["dafina"], loans.approve, catalogue, loan.id)
    elif loan.state is LoanState.APPROVED:
        return _sign_note(scene, terms, loan)
    else:
        return False
    return True


def _sign_note(scene: Scene, terms: LoanTerms, loan: Loan) -> bool:
    """Once the days to reconsider are over; in the demo of one day they are not."""
    database, arta, catalogue = scene.installation.database, scene.cast["arta"], scene.installation.catalogue
    if terms.explained and loan.explained_on is None:
        told = ExplainTerms(loan_id=loan.id, language="en", explained_on=scene.today, understood=True)
        database.run(arta, signing.explain, told)
    if loan.approved_on is None or scene.today < sign_from(loan.approved_on, terms):
        return False
    if terms.guarantor != "none":
        beside = AddParty(
            loan_id=loan.id,
            kind=PartyKind(terms.guarantor),
            signed_on=scene.today,
            name="Demo Guarantor",
            relation="brother",
            document=f"ID {scene.case.reference}",
        )
        database.run(arta, signing.add_party, catalogue, beside)
    note = SignNote(loan_id=loan.id, signed_on=scene.today, kept=f"PN {scene.case.reference}")
    database.run(arta, signing.sign_note, catalogue, note)
    payout = Disburse(
        loan_id=loan.id, paid_to=PaidTo.CARRIER, reference=f"TKT-{scene.case.reference}", disbursed_on=scene.today
    )
    database.run(scene.cast["ilir"], disbursing.disburse, catalogue, payout)
    return True


def book(scene: Scene) -> bool:
    """The flight on the planned day."""
    if not scene.slots(*_TO_BRING, RequirementStatus.FAILED_CHECK) or scene.case.planned_departure is None:
        return False
    command = BookItinerary(
        case_id=scene.case.id,
        departs_on=scene.case.planned_departure,
        carrier=scene.job["carrier"],
        service_number=scene.job["service_number"],
        origin=scene.job["from"],
        destination=scene.job["to"],
        met_by=scene.case.employer,
    )
    scene.installation.database.run(scene.cast["arta"], travel.book, command)
    return True


def bring(work: Work, installation: Installation, case_id: UUID, kind: str) -> UUID:
    """One paper of a kind, for the parts of the story that need just one."""
    case = work.session.get_one(Case, case_id)
    file = pictures.portrait(case.reference) if kind == "photo" else pictures.paper(kind, case.reference)
    command = AddEvidence(case_id=case_id, kind=kind, days={"issued_on": work.today - days(12)}, file=file)
    return evidence.add(work, installation.files, command).id


def _hand_in(work: Work, scene: Scene, missing: list[tuple[RequirementState, Requirement]]) -> None:
    data = workers.get(work.session, work.vault, scene.case.worker_id).data
    for slot, requirement in missing:
        evidence.add(work, scene.installation.files, _paper(scene, slot, requirement, data))


def _paper(scene: Scene, slot: RequirementState, requirement: Requirement, data: WorkerData) -> AddEvidence:
    reference, title = scene.case.reference, str(requirement.label)
    number, issuer, country = f"{reference}-{requirement.id[:3].upper()}", _ISSUERS.get(requirement.evidence, ""), ""
    held = _days(scene, slot, requirement)
    if requirement.provided_by is Provider.EMPLOYER and not issuer:
        issuer = scene.case.employer
    if requirement.evidence == "passport":
        number, issuer, country = data.passport_number, "Civil Registration Agency", data.nationality
        held |= {"issued_on": data.passport_issued_on or held["issued_on"]}
        held |= {"expires_on": data.passport_expires_on or scene.today + days(400)}
    elif requirement.evidence == "police_certificate":
        issuer, country, held = "Ministry of the Interior", slot.subject, {"issued_on": scene.today - days(2)}
    photo = requirement.evidence == "photo"
    return AddEvidence(
        case_id=scene.case.id,
        kind=requirement.evidence,
        subject=slot.subject,
        number="" if photo else number,
        issuer=issuer,
        country=country,
        days=held,
        attributes=_good_enough(requirement),
        file=pictures.portrait(reference) if photo else pictures.paper(title, reference),
    )


def _days(scene: Scene, slot: RequirementState, requirement: Requirement) -> dict[str, date]:
    """The paper's own days: young enough to hold, and every day that the programme counts from."""
    dated = scene.today - days(12)
    if slot.useful_from is not None and dated < slot.useful_from <= scene.today:
        dated = slot.useful_from
    held, validity = {"issued_on": dated}, requirement.validity
    if validity is not None:
        held |= {name: dated for name in (validity.anchor, *(limit.anchor for limit in validity.also)) if name}
        if validity.last_day is not None:
            held[validity.last_day] = validity.margin.after(scene.case.planned_departure or scene.today) + days(400)
    return held


def _good_enough(requirement: Requirement) -> dict[str, str | int | bool]:
    """Attributes that the first alternative of the programme admits."""
    values: dict[str, str | int | bool] = {}
    for accepted in requirement.accept[:1]:
        for name, rule in accepted.items():
            least = rule.at_least if rule.at_least is not None else rule.at_most
            values[name] = rule.one_of[0] if rule.one_of else least if least is not None else 0
    return values


def _course(scene: Scene, requirement: Requirement) -> RecordTraining:
    language, aim = requirement.subject == LANGUAGE, scene.programme.language
    hours = int(_good_enough(requirement).get("hours", 110))
    return RecordTraining(
        case_id=scene.case.id,
        course=str(requirement.label),
        subject=requirement.subject or "technical",
        hours_held=hours + 9,
        hours_attended=hours,
        passed=True,
        began_on=scene.today - days(70),
        completed_on=scene.today - days(6),
        provider_id=scene.cast.organisations[PROVIDER].id,
        language=aim.code if language and aim else "",
        level=aim.level if language and aim else "",
    )


def _accept_all(work: Work, scene: Scene, role: Role) -> bool:
    kinds = {one.evidence for one in scene.stage.requirements if one.verified_by is role} & scene.kinds
    query = select(EvidenceItem).where(
        EvidenceItem.case_id == scene.case.id,
        col(EvidenceItem.status) == EvidenceStatus.SUBMITTED,
        col(EvidenceItem.kind).in_(kinds),
    )
    items = list(work.session.exec(query.order_by(col(EvidenceItem.id))))
    for item in items:
        evidence.accept(work, scene.installation.catalogue, item.id)
    return bool(items)


def adjudicate(scene: Scene) -> bool:
    """One security officer looks at every possible match, then the other."""
    database, acted = scene.installation.database, False
    catalogue = scene.installation.catalogue
    query = select(Hit).join(Screening, col(Screening.id) == col(Hit.screening_id))
    with database.read() as session:
        hits = session.exec(query.where(Hit.case_id == scene.case.id, col(Screening.replaced).is_(False))).all()
    for hit in hits:
        if hit.state is HitState.OPEN:
            reason = "Born on another day at another place; photograph compared."
            proposal = Proposal(hit_id=hit.id, verdict=Verdict.NOT_THE_PERSON, reason=reason)
            database.run(scene.cast["luan"], matches.propose, catalogue, proposal)
            acted = True
        elif hit.state is HitState.PROPOSED:
            answer = Answer(hit_id=hit.id, confirmed=True, reason="Father's name and place of birth differ as well.")
            database.run(scene.cast["vjosa"], matches.answer, catalogue, answer)
            acted = True
    return acted


def _decision(scene: Scene, requirement: Requirement, claims: Claims) -> DecideQualification:
    kind, today, good = QualificationKind(requirement.evidence), scene.today, _good_enough(requirement)
    if kind is QualificationKind.LANGUAGE:
        return _language_decision(scene, requirement, claims, good)
    years = max(claims.years_of_experience or 0, int(good.get("years", 0)))
    ability = kind is QualificationKind.ABILITY
    return DecideQualification(
        case_id=scene.case.id,
        kind=kind,
        outcome=QualificationOutcome(str(good.get("outcome", "full"))),
        title=f"{years} years in the occupation" if ability else claims.diploma or scene.job["diploma"],
        authority="Chamber of Crafts, trade test" if ability else "Recognition desk of the chamber",
        reference=f"{requirement.id[:3].upper()}-{scene.case.reference}",
        years=years if ability else None,
        tested_on=today - days(9) if ability else None,
        decided_on=today - days(3),
    )


def _language_decision(
    scene: Scene, requirement: Requirement, claims: Claims, good: dict[str, str | int | bool]
) -> DecideQualification:
    """What the worker claims, where the claim is about this language; else just enough."""
    claimed = claims.language_level in CEFR and claims.language in ("", requirement.subject)
    level = claims.language_level if claimed else str(good.get("level", "B2"))
    skills = {skill: str(good[skill]) for skill in LANGUAGE_SKILLS if skill in good}
    enough = requirement.admits({"level": level, **skills}) is True
    return DecideQualification(
        case_id=scene.case.id,
        kind=QualificationKind.LANGUAGE,
        subject=requirement.subject,
        outcome=QualificationOutcome.FULL if enough else QualificationOutcome.NONE,
        title=f"{claims.language_test or 'Placement test'} {level}".strip(),
        authority=claims.language_test or "Placement test of the office",
        level=level,
        skills=skills,
        tested_on=claims.language_tested_on or scene.today - days(20),
        decided_on=scene.today - days(3),
    )


def _decide(work: Work, commands: list[DecideQualification]) -> None:
    for command in commands:
        qualifications.decide(work, command)


_ISSUERS = {
    "health_insurance": "Demo Krankenkasse",
    "photo": "Studio Foto",
    "employer_preapproval": "Federal Employment Agency",
    "quota_slot": "Federal Employment Agency",
    "visa_appointment": "German Embassy Prishtina",
    "visa_application": "German Embassy Prishtina",
    "visa": "German Embassy Prishtina",
}

_ACTS: Mapping[str, Callable[[Scene], bool]] = {
    "watchlist_screening": adjudicate,
    "diploma_recognition": decide_qualifications,
    "language_result": decide_qualifications,
    "professional_ability": decide_qualifications,
    "training_result": train,
    "medical_examination": examine,
    "module_attendance": attend,
    "loan_approval": lend,
    "promissory_note": lend,
    "itinerary": book,
    "contract_check": promises.keep_promise,
}
"""Evidence that has a form of its own; everything else is a paper."""
