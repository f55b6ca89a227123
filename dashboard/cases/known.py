"""All that a page of one case is told from, read at once; who looks leaves an event once an hour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from basis.roles import Role
from casework.accounts.rules import Permission
from casework.accounts.tables import Account
from casework.audit.tables import AuditEvent
from casework.auditing import access
from casework.cases import changes, facts, queries, tracks
from casework.cases.pinned import programme_of
from casework.cases.rules import goes_on, is_ended
from casework.cases.tables import Case, CaseMove, SignOff, TrackChange
from casework.certificates import service as certificates
from casework.certificates.rules import may_know_of
from casework.certificates.tables import Certificate
from casework.cohorts import queries as cohorts
from casework.concessions import service as concessions
from casework.concessions.reasons import Reasons
from casework.concessions.tables import Concession
from casework.decisions import service as decisions
from casework.decisions.tables import AdverseDecision, Appeal
from casework.diary import notices
from casework.diary import queries as diary
from casework.diary.tables import Booking, Notice
from casework.evidence import service as evidence
from casework.evidence.papers import Detail, opened
from casework.evidence.tables import EvidenceItem
from casework.followups import queries as followups
from casework.followups.queries import Assignment
from casework.followups.rules import AskedFollowUp
from casework.followups.service import note_of
from casework.followups.tables import AssignmentEnd, FollowUpRow, Measure
from casework.loans import queries as loans
from casework.outbox.tables import OutboxItem
from casework.photos import queries as photos
from casework.programmes import queries as programmes
from casework.programmes.rules import Suspended
from casework.qualifications import queries as qualifications
from casework.qualifications.procedure_rules import ProcedureState
from casework.qualifications.tables import RecognitionProcedure
from casework.recruitment.agencies import is_flagged
from casework.vault import Vault
from casework.work import Work
from casework.workers.tables import Worker
from checklists.assessment import Assessment, assess, assess_reading
from checklists.facts import GivenWaiver
from checklists.programme import Programme
from checklists.reading import Reading, read
from checklists.status.waivers import with_ends
from dashboard.cases import lists, paper_files, reasons
from dashboard.cases.paper_files import PaperFiles
from dashboard.parts import Badge
from dashboard.sessions import Visit

_VIEW_LASTS: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class KnownCase:
    """One case as the reader may know it. `details` (what is sealed of papers, by id) is empty for who may not see it;
    `conceded` are the concessions in force, with the ends that events have set; `people` are accounts by the key that
    rows name them with; `effects` is what the engine has still to do. `follow_ups` are those asked so far, `made` the
    last rows of those made by the programme's id, `notes` theirs by row, for who may see them; `ends` those of the
    assignment; `measure_set` is the recognition whose authority waits for a measure. `cohort` is a code or "". `kept`
    are the files of papers by the paper's id, `reasons` those of concessions that the reader may know. `bookings` are
    in the order of their time, `untold` is what no mail has told the worker."""

    visit: Visit
    case: Case
    worker: Worker
    programme: Programme
    assessment: Assessment
    items: tuple[EvidenceItem, ...]
    details: Mapping[UUID, Detail]
    reject_notes: Mapping[UUID, str]
    certificates: tuple[Certificate, ...]
    sign_offs: Mapping[str, SignOff]
    moves: tuple[CaseMove, ...]
    concessions: tuple[Concession, ...]
    conceded: tuple[GivenWaiver, ...]
    decisions: tuple[AdverseDecision, ...]
    appeals: tuple[Appeal, ...]
    events: tuple[AuditEvent, ...]
    people: Mapping[str, Account]
    agency: str
    effects: tuple[OutboxItem, ...]
    reading: Reading
    track_changes: tuple[TrackChange, ...]
    follow_ups: tuple[AskedFollowUp, ...]
    made: Mapping[str, FollowUpRow]
    assignment: Assignment | None
    ends: tuple[AssignmentEnd, ...]
    measures: tuple[Measure, ...]
    measure_set: RecognitionProcedure | None
    notes: Mapping[UUID, str]
    cohort: str
    suspended: Suspended | None
    flags: tuple[Badge, ...]
    bookings: tuple[Booking, ...]
    untold: tuple[tuple[Notice, Booking], ...]
    kept: Mapping[UUID, PaperFiles]
    reasons: Mapping[UUID, Reasons]

    @property
    def today(self) -> date:
        return self.visit.today

    @property
    def lends(self) -> bool:
        """Whether the programme gives loans, or gave one to this worker."""
        if self.programme.loan is not None:
            return True
        with self.visit.database.read() as session:
            return bool(loans.of_case(session, self.visit.actor, self.case.id))

    def is_over(self, stage_id: str) -> bool:
        """Whether nothing is done in a stage any more: the case has ended, and the stage does not follow that."""
        follows = stage_id in self.programme.after_preparation and goes_on(self.case.life)
        return is_ended(self.case.life) and not follows

    @property
    def photo(self) -> EvidenceItem | None:
        """The photograph that stands for the worker, for those who may see files."""
        return photos.chosen(self.items) if self.visit.may(Permission.SEE_IDENTITY) else None

    def letter_of(self, decision_id: UUID) -> Certificate | None:
        """The register row of the letter of a decision, None before a number is given."""
        return next((row for row in self.certificates if row.decision_id == decision_id), None)

    def certificate_of(self, sign_off: str | None) -> Certificate | None:
        """The register row of a sign-off, None before a number is given."""
        return next((row for row in self.certificates if row.sign_off_id and str(row.sign_off_id) == sign_off), None)


def find(visit: Visit, case_id: UUID) -> tuple[Case, Programme]:
    """The case and its programme, if the reader may know of it. Raises `NotFound`."""
    with visit.database.read() as session:
        case = changes.find(session, visit.actor, case_id)
    return case, programme_of(visit.installation.catalogue, case)


def assessment_of(visit: Visit, case: Case, programme: Programme) -> Assessment:
    """Where the case stands now."""
    with visit.database.read() as session:
        return assess(programme, facts.load(session, [case])[case.id], visit.today)


def known(visit: Visit, case_id: UUID) -> KnownCase:
    """Everything about the case. Raises `NotFound` where there is none for this reader."""
    with visit.database.read() as session:
        made = _read(session, visit, case_id)
        seen = queries.viewed_since(session, visit.actor, case_id, visit.database.now() - _VIEW_LASTS)
    if not seen:
        visit.database.run(visit.actor, _record_view, case_id)
    reasons.note(visit, made.programme, made.concessions)
    return made


def _record_view(work: Work, case_id: UUID) -> None:
    changes.find(work.session, work.actor, case_id)
    work.record("case.viewed", f"case_file/{case_id}", case_id=case_id, data=access.noted(work, case_id))


def _read(session: Session, visit: Visit, case_id: UUID) -> KnownCase:
    case = changes.find(session, visit.actor, case_id)
    programme = programme_of(visit.installation.catalogue, case)
    loaded = facts.load(session, [case])[case.id]
    if not visit.may(Permission.SEE_MATCHES):
        loaded = facts.without_matches(loaded)
    reading = read(programme, loaded, visit.today)
    items = tuple(evidence.of_case(session, visit.actor, case_id))
    events = tuple(queries.history(session, visit.actor, case))
    sign_offs = {str(row.id): row for row in session.exec(select(SignOff).where(SignOff.case_id == case_id))}
    moves = tuple(session.exec(select(CaseMove).where(CaseMove.case_id == case_id).order_by(col(CaseMove.id))))
    conceded = tuple(concessions.of_case(session, case_id))
    against = tuple(decisions.of_case(session, case_id))
    keys = {event.actor for event in events} | {row.signed_by for row in sign_offs.values()}
    keys |= {item.decided_by for item in items} | {item.recorded_by for item in items}
    keys |= {move.recorded_by for move in moves} | {row.decided_by for row in conceded}
    keys |= {row.asked_by for row in conceded} | {row.decided_by for row in against} | {str(case.owner_id or "")}
    track_changes = tuple(tracks.of_case(session, case_id))
    ends = tuple(followups.ends(session, case_id))
    keys |= {key for row in ends for key in (row.recorded_by, row.decided_by) if key}
    made = {row.follow_up: row for row in followups.made(session, case_id)}
    keys |= {row.recorded_by for row in track_changes} | {row.recorded_by for row in made.values()}
    cohort = cohorts.of_case(session, case_id)
    return KnownCase(
        visit=visit,
        case=case,
        worker=session.get_one(Worker, case.worker_id),
        programme=programme,
        assessment=assess_reading(reading),
        items=items,
        details=_details(visit, visit.database.vault(session), items),
        reject_notes=_reject_notes(visit, visit.database.vault(session), items),
        certificates=_certificates(session, visit, case_id),
        sign_offs=sign_offs,
        moves=moves,
        concessions=conceded,
        conceded=with_ends(loaded).waivers,
        decisions=against,
        appeals=tuple(decisions.appeals_of(session, [row.id for row in against])),
        events=events,
        people=queries.accounts_by_key(session, keys),
        agency=queries.organisation_names(session, [case.agency_id]).get(case.agency_id, "") if case.agency_id else "",
        effects=tuple(queries.pending_effects(session, case_id)),
        reading=reading,
        track_changes=track_changes,
        follow_ups=followups.asked(session, programme, case, loaded),
        made=made,
        assignment=followups.assignment(session, programme, case),
        ends=ends,
        measures=tuple(followups.measures(session, case_id)),
        measure_set=_measure_set(session, case_id),
        notes=_notes(visit, visit.database.vault(session), case, made.values()),
        cohort=cohort.code if cohort and visit.role is not Role.AGENCY_USER else "",
        suspended=programmes.suspended(session, [programme.id]).get(programme.id),
        flags=_flags(session, visit, case),
        bookings=tuple(diary.of_case(session, case_id)),
        untold=tuple(notices.untold_of(session, case_id, visit.database.now())),
        kept=paper_files.load(session, items),
        reasons=reasons.read(visit, visit.database.vault(session), programme, case, conceded),
    )


def _flags(session: Session, visit: Visit, case: Case) -> tuple[Badge, ...]:
    without = queries.without_order(session, visit.actor, [case])
    return lists.flags(suspended=is_flagged(session, case, visit.today), without_order=bool(without))


def _certificates(session: Session, visit: Visit, case_id: UUID) -> tuple[Certificate, ...]:
    return tuple(row for row in certificates.of_cases(session, [case_id]) if may_know_of(visit.role, row.kind))


def _measure_set(session: Session, case_id: UUID) -> RecognitionProcedure | None:
    waiting = qualifications.waiting_of(session, case_id)
    return next((row for row in waiting if row.state is ProcedureState.MEASURE), None)


def _notes(visit: Visit, vault: Vault, case: Case, rows: Iterable[FollowUpRow]) -> dict[UUID, str]:
    if not visit.may(Permission.EDIT_CASES):
        return {}
    return {row.id: note for row in rows if (note := note_of(vault, case, row))}


def _details(visit: Visit, vault: Vault, items: tuple[EvidenceItem, ...]) -> dict[UUID, Detail]:
    if not visit.may(Permission.SEE_IDENTITY):
        return {}
    return {item.id: opened(vault, item) for item in items}


def _reject_notes(visit: Visit, vault: Vault, items: tuple[EvidenceItem, ...]) -> dict[UUID, str]:
    """What was written for the worker: read by who decides, and by the agency that tells the worker."""
    if not (visit.may(Permission.SEE_IDENTITY) or visit.role is Role.AGENCY_USER):
        return {}
    return {item.id: note for item in items if (note := evidence.reject_note(vault, item))}
