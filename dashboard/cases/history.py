"""The timeline and the decisions of a case, in plain words, as far as the reader's role may know them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import Permission, may
from casework.audit.tables import AuditEvent
from casework.cases.migrating import MIGRATED
from casework.cases.moving import ENDED_WITH_CASE
from casework.cases.rules import TRACK_REASONS, WORDS, CaseLife, EndKind
from casework.cases.tables import TrackChange
from casework.cases.tracks import ENDED_BY_TRACK
from casework.concessions.rules import ConcessionState
from casework.concessions.tables import Concession
from casework.custody.rules import KINDS as ORIGINALS
from casework.diary.rules import KIND_WORDS as BOOKINGS
from casework.diary.rules import BookingKind, shows
from casework.evidence.rules import REJECT_REASONS, bring
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.orientation.rules import ENDED_REASONS as SESSION_REASONS
from casework.oversight.words import KIND_WORDS
from casework.qualifications.rules import OUTCOME_WORDS, QualificationOutcome
from casework.training.rules import ENDED_REASONS
from checklists.facts import WaiverKind
from dashboard import words
from dashboard.cases import veil, wording
from dashboard.cases.known import KnownCase
from dashboard.cases.money_history import MONEY
from dashboard.cases.move_words import REASONS
from dashboard.cases.telling import AGENCY, Data, Tell, fixed
from dashboard.pages.case import Decision, Event
from dashboard.parts import Text

_CLOSE_TO_PERSON = frozenset({"security", "medical", "false_documents", "illness", "family_reasons", "death_notified"})


_GIVEN: Mapping[WaiverKind, Message] = {
    WaiverKind.WAIVER: _("Waived: {what}"),
    WaiverKind.CONDITION: _("To be met later: {what}"),
    WaiverKind.INTERIM: _("Interim permission: {what}"),
}
_REFUSED: Mapping[WaiverKind, Message] = {
    WaiverKind.WAIVER: _("Waiver refused: {what}"),
    WaiverKind.CONDITION: _("Condition refused: {what}"),
    WaiverKind.INTERIM: _("Interim permission refused: {what}"),
}


def timeline(known: KnownCase, most: int | None = None) -> tuple[Event, ...]:
    """What happened, newest first, at most the `most` last. The same act of one person at one instant is one line."""
    lines: list[Event] = []
    told: tuple[str, str, str] | None = None
    for event in known.events:
        what = _told(known, event)
        if what is None:
            continue
        who = person(known, event.actor)
        when = words.at(event.recorded_at, known.visit.zone)
        same = (str(when), event.actor, str(what))
        if same != told:
            lines.append(Event(when, who, what))
        told = same
    return tuple(lines[:most])


def decisions(known: KnownCase) -> tuple[Decision, ...]:
    """What people decided with a reason, newest first: papers turned down, waivers, moves of the case's life."""
    found = [
        *(
            ((move.happened_on, move.id), _move(known, move.to_life, move.reason, move.recorded_by, move.happened_on))
            for move in known.moves
            if move.recorded_by != "engine"
        ),
        *(
            (
                (row.decided_on, row.id),
                Decision(
                    words.on(row.decided_on),
                    _("Track changed from {before} to {after}", before=row.from_track, after=row.to_track),
                    person(known, row.recorded_by),
                    _track_reason(known, row),
                ),
            )
            for row in known.track_changes
        ),
        *(
            ((item.decided_on, item.id), _turned_down(known, item))
            for item in known.items
            if item.decided_on
            and item.status in {EvidenceStatus.REJECTED, EvidenceStatus.WITHDRAWN}
            and not _veiled_paper(known, item.kind)
        ),
        *(
            ((row.decided_on, row.id), _conceded(known, row, row.decided_on))
            for row in known.concessions
            if row.decided_on is not None
            and not veil.hides_requirement(known.visit.role, known.programme, row.requirement)
        ),
    ]
    return tuple(decision for _key, decision in sorted(found, key=lambda pair: pair[0], reverse=True))


def person(known: KnownCase, key: str) -> Text:
    """Who acted. An agency reads that the office did, not who of it."""
    account = known.people.get(key)
    if account is None:
        return _("the engine")
    if known.visit.role is Role.AGENCY_USER and account.organisation_id != known.visit.organisation.id:
        return _("the office")
    if account.role is Role.SECURITY_OFFICER and known.visit.role is not Role.SECURITY_OFFICER:
        return _("the security officers")
    return account.name


def reason(known: KnownCase, code: str) -> Text:
    """The reason of a move; what comes close to the person is not for the agency."""
    if known.visit.role is Role.AGENCY_USER and code in _CLOSE_TO_PERSON:
        return ""
    return REASONS.get(code, code.replace("_", " "))


def _move(known: KnownCase, to: CaseLife, code: str, key: str, day: Any) -> Decision:
    what = _("The case became: {life}", life=WORDS[to])
    return Decision(words.on(day), what, person(known, key), reason(known, code))


def _conceded(known: KnownCase, row: Concession, day: date) -> Decision:
    said = (_REFUSED if row.state is ConcessionState.REFUSED else _GIVEN)[row.kind]
    told = known.reasons.get(row.id)
    return Decision(
        words.on(day),
        said.with_params({"what": _asked(known, row.requirement, row.subject)}),
        person(known, row.decided_by),
        _("{reason} ({reference})", reason=told.decided or told.asked, reference=row.reference)
        if told
        else row.reference,
    )


def _track_reason(known: KnownCase, row: TrackChange) -> Text:
    if known.visit.role is Role.AGENCY_USER:
        return "" if row.reason in _CLOSE_TO_PERSON else TRACK_REASONS[row.reason]
    why = TRACK_REASONS[row.reason]
    return _("{why}; decided by {authority}", why=why, authority=row.authority) if row.authority else why


def _turned_down(known: KnownCase, item: EvidenceItem) -> Decision:
    withdrawn = item.status is EvidenceStatus.WITHDRAWN
    what = _kind_of_paper(known, item.kind, item.subject)
    said = _("Withdrawn: {what}", what=what) if withdrawn else _("Rejected: {what}", what=what)
    day = words.on(item.decided_on) if item.decided_on else ""
    told = bring(item.reject_code) if known.visit.role is Role.AGENCY_USER else REJECT_REASONS.get(item.reject_code, "")
    return Decision(day, said, person(known, item.decided_by), told)


def _told(known: KnownCase, event: AuditEvent) -> Message | None:
    tell = _TELL.get(event.kind)
    return tell(known, json.loads(event.body)["data"], event.subject) if tell else None


def _asked(known: KnownCase, requirement: str, subject: str) -> Message:
    found = known.programme.requirement(requirement)
    return wording.requirement_title(known.programme, found[1], subject) if found else _("a requirement")


def _kind_of_paper(known: KnownCase, kind: str, subject: str = "") -> Message:
    asking = known.programme.asking_for(kind)
    return wording.requirement_title(known.programme, asking[0][1], subject) if asking else _("a paper")


def _veiled_paper(known: KnownCase, kind: str) -> bool:
    return any(veil.hides_evidence(known.visit.role, stage.kind) for stage, _asked in known.programme.asking_for(kind))


def _paper(told: Message) -> Tell:
    def tell(known: KnownCase, data: Data, subject: str) -> Message | None:
        if _veiled_paper(known, data["kind"]):
            return None
        items = {f"evidence_item/{item.id}": item for item in known.items}
        item = items.get(subject)
        return told.with_params({"what": _kind_of_paper(known, data["kind"], item.subject if item else "")})

    return tell


def _stage(told: Message) -> Tell:
    def tell(known: KnownCase, data: Data, subject: str) -> Message | None:
        stage = known.programme.stage(data["stage"])
        return told.with_params({"stage": stage.label}) if stage else None

    return tell


def _reopened(known: KnownCase, data: Data, subject: str) -> Message | None:
    stage = known.programme.stage(data["stage"])
    if stage is None:
        return None
    if data.get("reason") == ENDED_BY_TRACK:
        return _("{stage}: what was signed off does not apply on the new track", stage=stage.label)
    if data.get("reason") == ENDED_WITH_CASE:
        return _("{stage}: what was signed off does not hold any more, for the case has ended", stage=stage.label)
    if data.get("reason") == MIGRATED:
        return _("{stage} is open again: the new version of the programme asks for more", stage=stage.label)
    return _("{stage} is open again: what it stood on {end}", stage=stage.label, end=_END_OF[EndKind(data["end"])])


_END_OF = {
    EndKind.EXPIRED: _("has lapsed"),
    EndKind.REVOKED: _("was withdrawn or found wrong"),
    EndKind.SUPERSEDED: _("was corrected"),
}


def _certificate(told: Message) -> Tell:
    def tell(known: KnownCase, data: Data, subject: str) -> Message | None:
        row = next((row for row in known.certificates if f"certificate/{row.id}" == subject), None)
        return told.with_params({"title": Message(row.title), "number": data["number"]}) if row else None

    return tell


def _moved(known: KnownCase, data: Data, subject: str) -> Message | None:
    why = reason(known, data["reason"])
    life = WORDS[CaseLife(data["to"])]
    return _("The case became: {life} ({why})", life=life, why=why) if why else _("The case became: {life}", life=life)


def _migrated(known: KnownCase, data: Data, subject: str) -> Message | None:
    return _("The programme's version was changed from {before} to {after}", before=data["from"], after=data["to"])


def _track_changed(known: KnownCase, data: Data, subject: str) -> Message | None:
    told = _("The track was changed from {before} to {after}", before=data["from"], after=data["to"])
    if known.visit.role is Role.AGENCY_USER and data["reason"] in _CLOSE_TO_PERSON:
        return told
    return _("{told} ({why})", told=told, why=TRACK_REASONS[data["reason"]])


def _followed_up(known: KnownCase, data: Data, subject: str) -> Message | None:
    return _("Followed up: {what}", what=wording.follow_up_title(known.programme, data["follow_up"]))


def _follow_up_overdue(known: KnownCase, data: Data, subject: str) -> Message | None:
    return _("Overdue: {what}", what=wording.follow_up_title(known.programme, data["follow_up"]))


def _cohort(known: KnownCase, data: Data, subject: str) -> Message | None:
    return None if known.visit.role is Role.AGENCY_USER else _("The case joined the cohort {code}", code=data["cohort"])


def _assigned(known: KnownCase, data: Data, subject: str) -> Message | None:
    if known.visit.role is Role.AGENCY_USER:
        return None
    return _("Assigned to a caseworker") if data["owner"] else _("Taken back from its caseworker")


def _qualification(known: KnownCase, data: Data, subject: str) -> Message | None:
    outcome = OUTCOME_WORDS[QualificationOutcome(data["outcome"])]
    return _("Decided: {what}, {outcome}", what=_kind_of_paper(known, data["kind"]), outcome=outcome)


def _training(known: KnownCase, data: Data, subject: str) -> Message | None:
    return _("A course was passed") if data["passed"] else _("A course was taken and not passed")


def _course(kind: str) -> Tell:
    def tell(known: KnownCase, data: Data, subject: str) -> Message | None:
        if known.visit.role is Role.AGENCY_USER:
            return None
        reason = ENDED_REASONS.get(data.get("reason", ""), "")
        return KIND_WORDS[kind].with_params({"course": data["course"], "reason": reason})

    return tell


def _session(kind: str) -> Tell:
    def tell(known: KnownCase, data: Data, subject: str) -> Message | None:
        if known.visit.role is Role.AGENCY_USER:
            return None
        reason = SESSION_REASONS.get(data.get("reason", ""), "")
        return KIND_WORDS[kind].with_params({"session": data["session"], "reason": reason})

    return tell


def _original(told: Message) -> Tell:
    def tell(known: KnownCase, data: Data, subject: str) -> Message | None:
        may_see = known.visit.may(Permission.SEE_ORIGINALS)
        return told.with_params({"what": ORIGINALS[data["kind"]]}) if may_see else None

    return tell


def _booked(told: Message) -> Tell:
    """Told to who sees the bookings of the case at all."""

    def tell(known: KnownCase, data: Data, subject: str) -> Message | None:
        kind = BookingKind(data["kind"])
        what = BOOKINGS[kind]
        if data["count"] > 1:
            what = _("{count} times: {what}", count=data["count"], what=what)
        return told.with_params({"what": what}) if shows(known.visit.role, kind) else None

    return tell


def _framed(known: KnownCase, data: Data, subject: str) -> Message | None:
    if not known.visit.may(Permission.SEE_IDENTITY):
        return None
    return _("Photograph within the frame") if data["framed"] else _("Photograph not within the frame")


_TOLD = tuple(role for role in Role if may(role, Permission.SEE_APPOINTMENTS))
_FILES = tuple(role for role in Role if may(role, Permission.SEE_IDENTITY))
_MATCHES = tuple(role for role in Role if may(role, Permission.SEE_MATCHES))
_HOUSEHOLDS = tuple(role for role in Role if may(role, Permission.SEE_HOUSEHOLDS))
_OFFICE_ALONE = ("diploma.", "experience.", "recognition.", "qualification.")
_HOUSEHOLD = ("formed", "joined", "left", "rejoined", "together", "apart", "consented", "consent_withdrawn")
_MEDICAL = (
    "amended", "cared", "consent_ended", "fit_to_fly_checked", "opinion_asked", "opinion_given", "opinion_weighed",
    "vaccinated",
)  # fmt: skip
"""What happens around an examination tells of the worker's health: for the medical role."""

_TELL: Mapping[str, Tell] = {
    **MONEY,
    **{f"household.{act}": fixed(KIND_WORDS[f"household.{act}"], *_HOUSEHOLDS) for act in _HOUSEHOLD},
    **{kind: fixed(KIND_WORDS[kind], but=AGENCY) for kind in ("case.merged", "case.unmerged")},
    "case.opened": fixed(_("The case was opened")),
    "case.moved": _moved,
    "case.assigned": _assigned,
    "case.track_changed": _track_changed,
    "case.migrated": _migrated,
    "case.replanned": fixed(_("The plan of the journey or the job was changed")),
    "case.screened": fixed(_("Screened against the watch lists"), Role.SECURITY_OFFICER),
    "hit.adjudicated": fixed(_("An officer gave an answer to a possible match"), *_MATCHES),
    "hit.proposed": fixed(_("An officer proposed an answer to a possible match"), *_MATCHES),
    "hit.seconded": fixed(_("A second officer confirmed the proposal for a possible match"), *_MATCHES),
    "hit.returned": fixed(_("A second officer returned the proposal for a possible match"), *_MATCHES),
    "hit.paper_added": fixed(_("A paper about a possible match was added"), *_MATCHES),
    "worker.corrected": fixed(_("The worker's data was corrected")),
    "difference.settled": fixed(_("A difference between the papers was settled"), but=AGENCY),
    "passport.ended": fixed(_("The passport of the worker is no longer good")),
    "evidence.described": _paper(_("{what}: what it shows was recorded")),
    "evidence.added": _paper(_("{what} handed in")),
    "evidence.accepted": _paper(_("{what} accepted")),
    "evidence.rejected": _paper(_("{what} rejected")),
    "evidence.withdrawn": _paper(_("{what} withdrawn")),
    "evidence.sealed_off": _paper(_("{what} was on the wrong worker and was sealed off")),
    "evidence.taken_over": _paper(_("{what} was taken over from a worker it did not belong to")),
    "evidence.twin_found": fixed(_("The same file was found among another worker's papers"), *_FILES),
    "evidence.twin_settled": fixed(_("The same file on two workers was settled"), *_FILES),
    "evidence.found_infected": fixed(_("The virus scanner found something harmful in a file"), but=AGENCY),
    "evidence.refused_infected": fixed(_("A harmful file was refused"), but=AGENCY),
    "stage.signed_off": _stage(_("{stage} signed off")),
    "stage.reopened": _reopened,
    "certificate.issued": _certificate(_("{title} {number} issued")),
    "certificate.expired": _certificate(_("{title} {number} expired")),
    "certificate.revoked": _certificate(_("{title} {number} revoked")),
    "certificate.superseded": _certificate(_("{title} {number} superseded")),
    "certificate.voided": _certificate(_("The number {number} is void: nothing was issued")),
    "waiver.requested": fixed(_("A waiver or condition was asked for"), but=AGENCY),
    "waiver.granted": fixed(_("A waiver or condition was given"), but=AGENCY),
    "waiver.refused": fixed(_("A waiver or condition was refused"), but=AGENCY),
    "waiver.withdrawn": fixed(_("A waiver or condition was taken back"), but=AGENCY),
    "decision.recorded": fixed(_("A decision was recorded; its letter tells the worker how to appeal"), but=AGENCY),
    "decision.ended": fixed(_("A decision no longer stands; its letter is revoked"), but=AGENCY),
    "appeal.lodged": fixed(_("An appeal was lodged"), but=AGENCY),
    "appeal.answered": fixed(_("An appeal was answered"), but=AGENCY),
    "medical.recorded": fixed(_("A medical examination was recorded"), but=AGENCY),
    "medical.submitted": fixed(_("The result of an examination was taken in"), but=AGENCY),
    "medical.withdrawn": fixed(_("A medical examination was withdrawn"), but=AGENCY),
    **{f"medical.{act}": fixed(KIND_WORDS[f"medical.{act}"], Role.MEDICAL_OFFICER) for act in _MEDICAL},
    "medical.accreditation_lost": fixed(KIND_WORDS["medical.accreditation_lost"], *_TOLD),
    "clinic.assigned": fixed(_("A clinic was assigned"), *_TOLD),
    "appointment.doubtful": fixed(KIND_WORDS["appointment.doubtful"], *_TOLD),
    "appointment.identity_checked": fixed(KIND_WORDS["appointment.identity_checked"], *_TOLD),
    "appointment.missed": fixed(_("The worker missed an appointment"), *_TOLD),
    **{kind: fixed(said, but=AGENCY) for kind, said in KIND_WORDS.items() if kind.startswith(_OFFICE_ALONE)},
    "qualification.decided": _qualification,
    "qualification.withdrawn": fixed(_("A decision on a qualification was withdrawn")),
    "training.recorded": _training,
    "training.withdrawn": fixed(_("A course was withdrawn")),
    "orientation.attended": fixed(_("Orientation attended")),
    "orientation.marked": fixed(_("Orientation attended")),
    "orientation.tested": fixed(_("The test of the orientation was taken")),
    "orientation.withdrawn": fixed(_("An attendance was withdrawn")),
    **{f"session.{act}": _session(f"session.{act}") for act in ("enrolled", "waiting", "moved_up", "left")},
    "session.family_invited": _session("session.family_invited"),
    "booking.made": _booked(_("Booked: {what}")),
    "booking.admitted": _booked(_("A place from the waiting list: {what}")),
    "booking.moved": _booked(_("Moved to another time or place: {what}")),
    "booking.cancelled": _booked(_("Cancelled: {what}")),
    "booking.closed": _booked(_("What came of it was recorded: {what}")),
    "notice.sent": fixed(_("The worker was told of what is booked, by mail"), *_TOLD),
    "notice.untold": fixed(_("No mail about what is booked reaches the worker"), *_TOLD),
    "notice.told": fixed(_("The worker was told of what is booked"), *_TOLD),
    "follow_up.recorded": _followed_up,
    "follow_up.overdue": _follow_up_overdue,
    "assignment.agreed": fixed(_("The end of the assignment was recorded")),
    "assignment.extension_asked": fixed(_("An extension of the assignment was asked for")),
    "assignment.extended": fixed(_("The assignment was extended")),
    "assignment.extension_declined": fixed(_("The extension of the assignment was declined")),
    "assignment.withdrawn": fixed(_("The record of the assignment's end was taken back")),
    "measure.begun": fixed(_("A compensation measure has begun")),
    "measure.ended": fixed(_("A compensation measure has ended")),
    "measure.withdrawn": fixed(_("The record of a compensation measure was taken back")),
    "follow_up.withdrawn": fixed(_("The record of a follow-up was taken back")),
    **{kind: _course(kind) for kind in ("course.enrolled", "course.waiting", "course.moved_up", "course.dropped")},
    "cohort.joined": _cohort,
    "cohort.left": fixed(_("The case left its cohort"), but=AGENCY),
    "original.received": _original(_("Original taken in: {what}")),
    "original.sent": _original(_("Original sent to an embassy or authority: {what}")),
    "original.back": _original(_("Original back in the office: {what}")),
    "original.requested": _original(_("The worker asked for the original: {what}")),
    "original.returned": _original(_("Original returned to the worker: {what}")),
    "original.lost": _original(_("Original lost: {what}")),
    "original.found": _original(_("Original found again: {what}")),
    "original.reopened": _original(_("The return of an original was taken back: {what}")),
    "original.overdue": _original(_("Original overdue: {what}")),
    "photo.framed": _framed,
    "outbox.stuck": fixed(_("The engine gave up after several tries; a person must look"), but=AGENCY),
}
